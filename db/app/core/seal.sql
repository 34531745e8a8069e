-- Secrets at rest. SQL seals and never opens: that is the daemon's (src/seal), which says what a sealed text is. Keys stand in maitred.secrets, in no
-- tenant's schema and in no tenant's export. A sealed text belongs to one tenant, column and row; elsewhere it does not open.

-- All keys open; one seals: the newest that every worker has had the time to hear of (they ask every five seconds), else the first.
create or replace function app.seal_keys() returns jsonb
language plpgsql security definer
as $$
begin
  if not exists (select from maitred.secrets where name like 'seal_key/%') then
    insert into maitred.secrets (name, value) values ('seal_key/1', encode(public.gen_random_bytes(64), 'hex')) on conflict (name) do nothing;
  end if;
  return (
    select jsonb_build_object(
      'seals', coalesce(max(k.number) filter (where k.created_at < clock_timestamp() - interval '15 seconds'), min(k.number))::text,
      'keys', jsonb_object_agg(k.number, k.value),
      -- what the daemon sealed before there were places
      'before', (select value from maitred.secrets where name = 'auth_box_key'))
    from (select substr(name, 10)::int as number, value, created_at from maitred.secrets where name like 'seal_key/%') k);
end $$;
comment on function app.seal_keys() is 'For the daemon: {"seals": number, "keys": {number: hex}, "before": hex or null}. The first that asks makes the first key.';
grant execute on function app.seal_keys() to maitred_auth;

-- A256CBC-HS512 (RFC 7518, 5.2), as src/seal/seal.c does it.
create or replace function app.seal_secret(p_text text, p_column text, p_row text) returns text
language plpgsql security definer
as $$
declare
  v_keys jsonb := app.seal_keys();
  v_key bytea := decode(v_keys -> 'keys' ->> (v_keys ->> 'seals'), 'hex');
  v_place bytea := convert_to(current_schema() || e'\n' || p_column || e'\n' || p_row, 'UTF8');
  v_box bytea := public.gen_random_bytes(16);
begin
  v_box := v_box || public.encrypt_iv(convert_to(p_text, 'UTF8'), substr(v_key, 33), v_box, 'aes-cbc/pad:pkcs');
  v_box := v_box || substr(public.hmac(v_place || v_box || int8send(length(v_place) * 8), substr(v_key, 1, 32), 'sha512'), 1, 32);
  return 'v2.' || (v_keys ->> 'seals') || '.' || translate(encode(v_box, 'base64'), e'+/=\n', '-_');
end $$;
comment on function app.seal_secret(text, text, text) is
  'The text sealed for a column ("table.column") and row of this tenant. Sealing tells nothing, so every signed-in role may do it. Nothing in SQL opens it.';
grant execute on function app.seal_secret(text, text, text) to authenticated, service_role;

-- Where sealed texts stand. To keep one more secret, a row here; db/tests/core/seal_test.sql finds columns that are missing.
create or replace function app.sealed_columns() returns table (table_name text, column_name text, key_column text)
language sql immutable parallel safe
as $$
  values ('auth_providers', 'client_secret', 'name'), ('mfa_factors', 'secret', 'id'), ('hook_endpoints', 'secret', 'id'), ('payment_accounts', 'secrets', 'id'),
    ('integration_credentials', 'credentials', 'id'), ('bot_platform_credentials', 'credentials', 'id'), ('flow_states', 'provider_verifier', null),
    ('webhook_endpoints', 'secret', 'id'), ('webhook_endpoints', 'old_secret', null)
$$;
comment on function app.sealed_columns() is 'Columns that hold sealed texts, and the column that names their row. Without one: what lives for minutes or days, which nobody seals anew.';

-- For "maitred secrets turn", which works as the owner of the database (no grants).
create or replace function app.sealed_texts() returns table (tenant text, place text, row_key text, sealed text)
language plpgsql stable security definer
as $$
declare
  v record;
begin
  for v in select c.* from app.sealed_columns() c where c.key_column is not null and to_regclass(quote_ident(current_schema()) || '.' || c.table_name) is not null loop
    return query execute format('select current_schema()::text, %L, t.%I::text, t.%I from %I t where t.%I is not null',
      v.table_name || '.' || v.column_name, v.key_column, v.column_name, v.table_name, v.column_name);
  end loop;
  return query select t.id::text, 'signing_keys.private_key', k.id::text, k.private_key
    from maitred.signing_keys k join public.tenants t on t.schema_name = k.tenant where k.tenant = current_schema() and k.status <> 'revoked';
end $$;
comment on function app.sealed_texts() is 'Every sealed text of this tenant and its place.';

create or replace function app.seal_anew(p_place text, p_row_key text, p_before text, p_after text) returns boolean
language plpgsql security definer
as $$
declare
  v record;
  v_count int;
begin
  if p_place = 'signing_keys.private_key' then
    update maitred.signing_keys set private_key = p_after where id = p_row_key::uuid and tenant = current_schema() and private_key = p_before;
    return found;
  end if;
  select c.* into strict v from app.sealed_columns() c where c.table_name || '.' || c.column_name = p_place;
  execute format('update %I set %I = $1 where %I::text = $2 and %2$I = $3', v.table_name, v.column_name, v.key_column) using p_after, p_row_key, p_before;
  get diagnostics v_count = row_count;
  return v_count = 1;
end $$;
comment on function app.seal_anew(text, text, text, text) is 'Puts a text that was sealed anew in the place of the one before; false: somebody was faster.';

create or replace function app.add_seal_key() returns int
language sql security definer
as $$
  with keys as (select app.seal_keys() -> 'keys' as found)
  insert into maitred.secrets (name, value)
  select 'seal_key/' || (select max(n::int) + 1 from keys, jsonb_object_keys(keys.found) n), encode(public.gen_random_bytes(64), 'hex')
  returning substr(name, 10)::int;
$$;
comment on function app.add_seal_key() is 'A new key, which seals once every worker has heard of it. Returns its number.';

-- For the migrations that turned sealed bytes into text: what was sealed before there were places is opened one last time. The answer is sealed text,
-- 'lost.…' for what was sealed in another installation.
create or replace function app.seal_old_bytes(p_sealed bytea, p_column text, p_row text) returns text
language plpgsql
as $$
begin
  return app.seal_secret(public.pgp_sym_decrypt(p_sealed, (select value from maitred.secrets where name = 'credentials_key')), p_column, p_row);
exception when others then
  -- migrated down and up again it is text already
  return case when substr(p_sealed, 1, 3) = 'v2.'::bytea then convert_from(p_sealed, 'UTF8') else 'lost.' || encode(p_sealed, 'hex') end;
end $$;
