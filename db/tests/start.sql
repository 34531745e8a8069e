-- Included first by every database test: `\ir ../start.sql`. Opens a transaction that the test rolls back, works in the
-- tenant tenant_alpha, and offers the cast of the story:
--
--   two organizations, 'a' and 'b', each with one user per role:   tests.id('a'), tests.id('a.manager'), tests.id('b.customer')
--   tests.as('a.manager')      become that user (role authenticated, claims as the daemon would set them)
--   tests.as_guest(s, c)       become a table guest of session s, participant c
--   tests.as_anon()            become an anonymous visitor
--   tests.as_service()         become the service role
--   tests.as_owner()           become the owner of the schema again (no row security)
--   tests.last_sunday(3)       the next last Sunday of March, two days ahead or later: there the clock jumps, as in October
\set QUIET on
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
\pset pager off
begin;
set local client_min_messages = warning;
create schema if not exists tap;
create extension if not exists pgtap with schema tap;
set local search_path = tenant_alpha, api, app, public, tap;
set local app.strict_messages = on;      -- a text without a value it wants, or a key without a text, is an error here (app/core/messages.sql)
create schema tests;

\ir cast.sql

create function tests.as_owner() returns void language plpgsql as $$
begin
  reset role;
  perform set_config('request.jwt.claims', '', true), set_config('request.jwt.claims.sub', '', true);
end $$;

create function tests.claims_of(p_name text) returns text language sql security definer as $$
  select jsonb_build_object('sub', id, 'role', 'authenticated', 'email', email,
    'app_role', role, 'organization_id', organization_id)::text
  from tenant_alpha.users where id = tests.id(p_name);
$$;

create function tests.as(p_name text) returns void language plpgsql as $$
begin
  perform set_config('request.jwt.claims', tests.claims_of(p_name), true);
  set local role authenticated;
end $$;

create function tests.as_guest(p_session uuid, p_customer uuid) returns void language plpgsql as $$
begin
  perform set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'app_role', 'guest',
    'table_session_id', p_session, 'customer_session_id', p_customer)::text, true);
  set local role authenticated;
end $$;

create function tests.as_anon() returns void language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"role":"anon"}', true);
  set local role anon;
end $$;

create function tests.as_service() returns void language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"role":"service_role"}', true);
  set local role service_role;
end $$;

create function tests.last_sunday(p_month int) returns date language sql stable as $$
  select min(d)::date from generate_series(current_date + interval '2 days', current_date + interval '368 days', interval '1 day') d
  where extract(isodow from d) = 7 and extract(month from d) = p_month and extract(month from d + interval '7 days') <> p_month $$;

\if :{?unchecked}
\else
\ir answers.sql
\endif
grant usage on schema tests, tap to anon, authenticated, service_role;
grant execute on all functions in schema tests, tap to anon, authenticated, service_role;

-- What the daemon does in C (src/seal): the text of a sealed one, null where it is not this place's.
create function tests.opened(p_sealed text, p_column text, p_row text, p_tenant text default current_schema()) returns text language plpgsql as $$
declare
  v_key bytea := decode(app.seal_keys() -> 'keys' ->> split_part(p_sealed, '.', 2), 'hex');
  v_text text := translate(split_part(p_sealed, '.', 3), '-_', '+/');
  v_box bytea := decode(rpad(v_text, (length(v_text) + 3) / 4 * 4, '='), 'base64');
  v_place bytea := convert_to(p_tenant || e'\n' || p_column || e'\n' || p_row, 'UTF8');
  v_covered bytea := substr(v_box, 1, length(v_box) - 32);
begin
  if substr(public.hmac(v_place || v_covered || int8send(length(v_place) * 8), substr(v_key, 1, 32), 'sha512'), 1, 32) <> substr(v_box, length(v_covered) + 1) then
    return null;
  end if;
  return convert_from(public.decrypt_iv(substr(v_covered, 17), substr(v_key, 33), substr(v_covered, 1, 16), 'aes-cbc/pad:pkcs'), 'UTF8');
end $$;
create function tests.opened(p_sealed text, p_column text, p_row uuid) returns text language sql as $$ select tests.opened(p_sealed, p_column, p_row::text) $$;
