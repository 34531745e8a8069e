-- Who sees what of sessions, factors, tokens and attempts: people their own sessions, nobody a secret, no client a function.
\set unchecked 1
\ir ../start.sql
select plan(30);
grant usage on schema tap to maitred_auth;
grant execute on all functions in schema tap to maitred_auth;

insert into auth_sessions (id, user_id) values (tests.id('s.a'), tests.id('a.customer')), (tests.id('s.b'), tests.id('b.customer'));
insert into mfa_factors (user_id, friendly_name, secret) values (tests.id('a.customer'), 'phone', 'v1:sealed');
insert into mfa_recovery_codes (user_id, code_hash) values (tests.id('a.customer'), '\x01');
insert into one_time_tokens (user_id, kind, token_hash, code_hash, expires_at) values (tests.id('a.customer'), 'recovery', '\x02', '\x03', now() + interval '1 hour');
insert into auth_identities (user_id, provider, provider_id) values (tests.id('a.customer'), 'google', 'g1');
insert into auth_providers (name, issuer, client_id, client_secret) values ('tests', 'https://accounts.example', 'c', 'v1:sealed');
insert into auth_attempts (subject) values ('login:x');
insert into password_history (user_id, hashed_password) values (tests.id('a.customer'), '$2b$old');

select tests.as('a.customer');
select is((select array_agg(id) from auth_sessions), array[tests.id('s.a')], 'people see their own sessions');
select throws_ok('select refresh_key from auth_sessions', '42501', null, 'but not what signs their tokens');
select throws_ok('update auth_sessions set ended_at = null', '42501', null, 'and cannot revive one');
select is((select count(*) from mfa_factors), 1::bigint, 'people see their factors');
select throws_ok('select secret from mfa_factors', '42501', null, 'not the secret in them');
select throws_ok($$update mfa_factors set status = 'verified'$$, '42501', null, 'and cannot verify them by hand');
select is((select count(*) from auth_identities), 1::bigint, 'people see their identities');
select throws_ok($$insert into auth_identities (user_id, provider, provider_id) values (auth.uid(), 'google', 'g2')$$, '42501', null, 'but cannot add one');
select throws_ok('select 1 from one_time_tokens', '42501', null, 'links and codes are nobody''s to read');
select throws_ok('select 1 from mfa_recovery_codes', '42501', null, 'recovery codes neither');
select throws_ok('select 1 from password_history', '42501', null, 'former passwords neither');
select throws_ok('select 1 from auth_attempts', '42501', null, 'attempts neither');
select throws_ok('select 1 from auth_providers', '42501', null, 'providers neither');
select throws_ok('select 1 from flow_states', '42501', null, 'sign-ins under way neither');

select tests.as('b.customer');
select is((select array_agg(id) from auth_sessions), array[tests.id('s.b')], 'others see theirs');
select is_empty('select 1 from mfa_factors', 'and nobody else''s factors');

select tests.as('a.owner');
select is_empty('select 1 from auth_sessions', 'an owner sees sessions through the admin doors only');
select throws_ok('select 1 from auth_attempts', '42501', null, 'and no attempts');

select tests.as_service();
select throws_ok('select refresh_key from auth_sessions', '42501', null, 'the service role reads no refresh key');
select throws_ok('select secret from mfa_factors', '42501', null, 'no factor secret');
select throws_ok('select token_hash from one_time_tokens', '42501', null, 'no token');
select throws_ok('select metadata from one_time_tokens', '42501', null, 'nor the password that waits in one');
select throws_ok('select client_secret from auth_providers', '42501', null, 'no provider secret');
select throws_ok('select hashed_password from password_history', '42501', null, 'no former password');

select tests.as_anon();
select throws_ok('select 1 from auth_sessions', '42501', null, 'a visitor sees nothing');

select tests.as_owner();
select is_empty($$
  select p.proname, r.rolname from pg_proc p, pg_roles r
  where p.pronamespace = 'app'::regnamespace and p.proname like 'auth\_%' and r.rolname in ('anon', 'authenticated', 'service_role')
    and has_function_privilege(r.oid, p.oid, 'execute')$$, 'no client role may call a function of the auth dialect');
select is_empty($$
  select p.proname from pg_proc p
  where p.pronamespace = 'app'::regnamespace and p.proname like 'auth\_%' and not has_function_privilege('maitred_auth', p.oid, 'execute')$$,
  'the auth dialect may call each');

-- the other tenant
set local search_path = tenant_beta, api, app, public, tap;
select tests.as('a.customer');
select is_empty('select 1 from tenant_alpha.auth_sessions', 'another tenant sees no session');
set local role maitred_auth;
select is_empty('select 1 from tenant_alpha.auth_sessions', 'not even as the auth dialect');
select is_empty('select 1 from tenant_alpha.users', 'nor its users');

select * from finish();
rollback;
