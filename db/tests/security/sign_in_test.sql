-- Ways around the sign-in: a redirect that leaves the listed host, half a change of address, a password without its second factor, guessing
-- the current password, a hash that takes days to check.
\ir ../start.sql
select plan(30);

-- A listed host with a wildcard is left by no question mark, hash or user name: the tokens ride on this address.
update public.tenants set settings = '{"auth": {"redirect_urls": ["https://*.shop.example/**", "http://localhost:*/**", "app*://back", "https://page.example/*"]}}' where schema_name = 'tenant_alpha';
create function tests.leads(p text) returns boolean language sql as $$
  select app.auth_redirect(jsonb_build_object('ctx', jsonb_build_object('base', 'https://site.example', 'redirect_to', p))) = p;
$$;
select is(array_agg(tests.leads(u) order by n), '{f,f,f,f,f}', 'the browser would go to somebody else')
from unnest(array['https://evil.example?.shop.example/', 'https://evil.example#.shop.example/', 'https://evil.example?x=.shop.example/a',
                  'http://localhost:80@evil.example/', 'https://a@evil.example/.shop.example/']) with ordinality t(u, n);
select is(array_agg(tests.leads(u) order by n), '{t,t,t,t,t}', 'and where it may go it goes')
from unnest(array['https://a.b.shop.example/x/y?z#w', 'http://localhost:5173/in', 'app2://back', 'https://page.example/x?y=1', 'https://a.shop.example/']) with ordinality t(u, n);

-- Two mailboxes agree to a change of address. Mallory has somebody's session, asks for her own address, and sends her half again and again
-- until the other one has run out and was swept away.
create function tests.session(p_user text, p_aal text default 'aal1') returns void language plpgsql as $$
declare
  v_id uuid;
begin
  insert into auth_sessions (user_id, aal) values (tests.id(p_user), p_aal) returning id into v_id;
  perform set_config('request.jwt.claims', (tests.claims_of(p_user)::jsonb || jsonb_build_object('session_id', v_id, 'aal', p_aal))::text, true);
end $$;
create function tests.code(p_occasion text, p_to text) returns text language sql as $$
  select substring(payload ->> 'text' from 'code: (\d{6})') from maitred.jobs
  where tenant = 'tenant_alpha' and payload ->> 'to' = p_to and payload ->> 'occasion' = p_occasion;
$$;
create function tests.said(p jsonb) returns text language sql immutable as $$ select coalesce(p -> 'error' ->> 'code', p ->> 'status') $$;
create function tests.agree(p_to text) returns text language sql as $$
  select tests.said(app.auth_verify(jsonb_build_object('ctx', '{"ip": "198.51.100.9", "base": "https://site.example"}'::jsonb,
    'in', jsonb_build_object('type', 'email_change', 'email', p_to, 'token', tests.code('email_change', p_to)))));
$$;
update public.tenants set settings = '{"auth": {"mail_interval_s": 0, "limits": {"token": 0, "otp": 0, "verify": 0, "oauth": 0}, "lock_after": 3}}' where schema_name = 'tenant_alpha';
update users set email_confirmed_at = now(), email_verified = true, hashed_password = '$2b$10$' || repeat('x', 53);
-- the messages of before are read
create function tests.change(p_to text) returns text language sql as $$
  delete from maitred.jobs where tenant = 'tenant_alpha';
  select tests.said(app.auth_user_update(jsonb_build_object('in', jsonb_build_object('email', p_to), 'ctx', '{"base": "https://site.example"}'::jsonb)));
$$;
select tests.session('b.customer');
select is(tests.change('mallory@evil.test'), '200', 'she asks');
delete from maitred.jobs where tenant = 'tenant_alpha';
select app.auth_resend('{"in": {"type": "email_change", "email": "mallory@evil.test"}, "ctx": {"base": "https://site.example"}}') \gset _
delete from one_time_tokens where kind = 'email_change_current';
select is(tests.agree('mallory@evil.test'), 'otp_expired', 'one half is none');
select is((select email from users where id = tests.id('b.customer')), 'customer@b.test', 'the address stays');
select is(tests.change('new@b.test'), '200', 'whoever owns both');
select is(tests.agree('customer@b.test'), '200', 'agrees here');
select is((select email from users where id = tests.id('b.customer')), 'customer@b.test', 'which is half of it');
select is(tests.agree('new@b.test'), '200', 'and there');
select is((select email from users where id = tests.id('b.customer')), 'new@b.test', 'and moves');
update users set email_confirmed_at = null where id = tests.id('a.customer');
select tests.session('a.customer');
select is(tests.change('mine@a.test'), '200', 'an address that nobody ever confirmed');
select is(tests.agree('mine@a.test'), '200', 'need not agree');
select tests.session('b.manager');
select is(tests.change('owner@b.test'), '200', 'an address that is taken');
select app.auth_resend('{"in": {"type": "email_change", "email": "owner@b.test"}, "ctx": {"base": "https://site.example"}}') \gset _
select is((select string_agg(payload ->> 'occasion', ' ') from maitred.jobs where tenant = 'tenant_alpha' and payload ->> 'to' = 'owner@b.test'),
  'already_registered already_registered', 'gets no link, however often it is asked for');

-- Whoever has a second factor uses it to administer, and to change how they sign in.
insert into mfa_factors (user_id, factor_type, secret, status) values (tests.id('a.owner'), 'totp', 'sealed', 'verified');
select tests.session('a.owner');
select is(tests.said(app.auth_admin_factor_delete(jsonb_build_object('ctx', jsonb_build_object('id', tests.id('a.owner'),
  'other_id', (select id from mfa_factors))))), 'insufficient_aal', 'the password alone takes no factor away');
select is(tests.said(app.auth_admin_save(jsonb_build_object('ctx', jsonb_build_object('id', tests.id('a.owner')), 'in', '{}'::jsonb, 'work', '{"hash": "x"}'::jsonb))),
  'insufficient_aal', 'nor sets a new password');
select is(tests.said(app.auth_oauth_begin('{"in": {"provider": "acme"}, "ctx": {"linking": true}}')), 'insufficient_aal', 'nor opens another door');
select is(tests.said(app.auth_identity_delete('{"ctx": {"id": "x"}}')), 'insufficient_aal', 'nor shuts one');
select is(tests.said(app.auth_user_begin('{"in": {"email": "x@y.test"}, "ctx": {}}')), 'insufficient_aal', 'nor moves the address');
select tests.session('a.owner', 'aal2');
select is(tests.said(app.auth_admin_get(jsonb_build_object('ctx', jsonb_build_object('id', tests.id('a.waiter'))))), '200', 'with the factor it may');
select tests.session('a.admin');
select is(tests.said(app.auth_admin_get(jsonb_build_object('ctx', jsonb_build_object('id', tests.id('a.waiter'))))), '200', 'and so may who has none');

-- The current password is guessed at behind the door as in front of it.
create function tests.guess(p_ok boolean) returns text language plpgsql as $$
declare
  p jsonb := '{"in": {}, "ctx": {"new_password": true, "current_password": true}}';
  v jsonb := app.auth_user_begin(p);
begin
  if v ? 'error' then
    return v -> 'error' ->> 'code';
  end if;
  return tests.said(app.auth_user_update(p || jsonb_build_object('begin', v, 'work', jsonb_build_object('ok', p_ok, 'hash', 'h'))));
end $$;
select tests.session('a.waiter');
select is(array[tests.guess(false), tests.guess(false), tests.guess(true)], '{invalid_credentials,invalid_credentials,200}', 'two mistakes are forgiven');
select is(array[tests.guess(false), tests.guess(false), tests.guess(false), tests.guess(true)],
  '{invalid_credentials,invalid_credentials,invalid_credentials,over_request_rate_limit}', 'three lock it, the right one too');
select is(tests.said(app.auth_password_begin('{"in": {"email": "waiter@a.test", "password": "x"}, "ctx": {"ip": "198.51.100.9"}}')),
  null, 'the door has a lock of its own: a session that was stolen shuts nobody out');
select ok(exists (select from security_audit_log where event_type = 'account_locked' and user_id = tests.id('a.waiter')), 'and it is on record');

-- Hashes that were made elsewhere.
select tests.session('a.admin');
create function tests.with_hash(p text) returns text language sql as $$
  select tests.said(app.auth_admin_save(jsonb_build_object('ctx', '{}'::jsonb, 'in', jsonb_build_object('email', md5(p) || '@a.test', 'password_hash', p)))) $$;
select is(tests.with_hash('$2a$12$' || repeat('x', 53)), '200', 'a bcrypt hash is taken over');
select is(tests.with_hash('$2b$31$' || repeat('x', 53)), 'validation_failed', 'one that takes days to check is not');
select is(tests.with_hash('$2b$10$short'), 'validation_failed', 'nor what is none');
select is(tests.said(app.auth_admin_list('{"in": {"page": "99999999999"}}')), '200', 'there is no page too far');
select is(tests.said(app.auth_provider_get('{"ctx": {"id": "acme"}}')), 'not_admin', 'providers are for who runs the tenant');
select * from finish();
rollback;
