-- A session is one row; its counter and its recent uses decide what a refresh token is worth. Whoever loses access loses it now.
\ir ../start.sql
select plan(31);

create function tests.refresh(p_token text) returns jsonb language sql as $$
  select app.auth_refresh(jsonb_build_object('in', jsonb_build_object('refresh_token', p_token),
    'ctx', '{"ip": "198.51.100.7", "base": "http://alpha.localhost", "lifetime_s": 3600}'::jsonb));
$$;
create function tests.next(p_answer jsonb) returns text language sql immutable as $$ select p_answer -> 'body' ->> 'refresh_token' $$;
grant usage on schema tap, tests to maitred_auth;
grant execute on all functions in schema tap, tests to maitred_auth;
create temporary table story (step text primary key, answer jsonb);
grant all on story to maitred_auth;

set local role maitred_auth;
insert into story values ('opened', app.auth_open_session(tests.id('a.manager'), 'password', '{"ctx": {"ip": "198.51.100.7", "base": "http://alpha.localhost", "lifetime_s": 3600}}'));
select is(answer -> 'claims' ->> 'app_role', 'manager', 'the claims carry the role') from story;
select is(answer -> 'claims' ->> 'organization_id', tests.id('a')::text, 'the organization') from story;
select is(answer -> 'claims' ->> 'tenant', 'tenant_alpha', 'and the tenant') from story;
select is(answer -> 'claims' -> 'amr' -> 0 ->> 'method', 'password', 'and how the person came in') from story;

insert into story select 'first', tests.refresh(tests.next(answer)) from story where step = 'opened';
insert into story select 'again', tests.refresh(tests.next(answer)) from story where step = 'opened';
insert into story select 'second', tests.refresh(tests.next(answer)) from story where step = 'first';
insert into story select 'grandparent', tests.refresh(tests.next(answer)) from story where step = 'opened';
select isnt(tests.next((select answer from story where step = 'first')), tests.next((select answer from story where step = 'opened')), 'a refresh brings a new token');
select is(tests.next((select answer from story where step = 'again')), tests.next((select answer from story where step = 'first')), 'the same token again within the grace: the active one');
select is(tests.next((select answer from story where step = 'grandparent')), tests.next((select answer from story where step = 'second')), 'an older one within the grace: the active one');
select is((select count(*) from auth_sessions where user_id = tests.id('a.manager')), 1::bigint, 'all of that is one row');

update auth_sessions set recent_uses = array(select u - interval '9 seconds' from unnest(recent_uses) u);
select is(tests.next(tests.refresh(tests.next((select answer from story where step = 'first')))), tests.next((select answer from story where step = 'second')), 'nine seconds later still');
update auth_sessions set recent_uses = array(select u - interval '2 seconds' from unnest(recent_uses) u);
select is(tests.refresh(tests.next((select answer from story where step = 'first'))) -> 'error' ->> 'code', 'refresh_token_already_used', 'eleven seconds later it is reuse');
select is((select end_reason from auth_sessions where user_id = tests.id('a.manager')), 'token_reuse', 'the session has ended');
select is(tests.refresh(tests.next((select answer from story where step = 'second'))) -> 'error' ->> 'code', 'refresh_token_already_used', 'the active token too');
select ok(exists (select from security_audit_log where event_type = 'token_reuse' and severity = 'critical' and user_id = tests.id('a.manager')), 'and it is in the security log');

-- losing access
insert into story values ('waiter', app.auth_open_session(tests.id('a.waiter'), 'password', '{"ctx": {"base": "x"}}'));
insert into story values ('staff', app.auth_open_session(tests.id('a.staff'), 'password', '{"ctx": {"base": "x"}}'));
insert into story values ('kitchen', app.auth_open_session(tests.id('a.kitchen'), 'password', '{"ctx": {"base": "x"}}'));
insert into story values ('customer', app.auth_open_session(tests.id('a.customer'), 'password', '{"ctx": {"base": "x"}}'));
select tests.as_owner();
update users set is_active = false where id = tests.id('a.waiter');
update users set role = 'customer' where id = tests.id('a.staff');
update users set role = 'waiter' where id = tests.id('a.kitchen');
select is((select end_reason from auth_sessions where user_id = tests.id('a.waiter')), 'access_changed', 'a disabled user''s sessions end');
select is((select end_reason from auth_sessions where user_id = tests.id('a.staff')), 'access_changed', 'a lowered role''s too');
select is((select end_reason from auth_sessions where user_id = tests.id('a.kitchen')), null, 'a raised one''s go on');
select is((select count(*) from maitred.ended_sessions e join auth_sessions s on s.id = e.session_id where s.user_id in (tests.id('a.waiter'), tests.id('a.staff'))),
  2::bigint, 'every worker will hear of them');
select is(tests.refresh(tests.next((select answer from story where step = 'waiter'))) -> 'error' ->> 'code', 'refresh_token_not_found', 'their tokens bring nothing');
select is((select answer -> 'error' ->> 'code' from (select app.auth_open_session(tests.id('a.waiter'), 'password', '{"ctx": {"base": "x"}}') as answer) t), 'user_banned', 'and they do not come in again');
delete from auth_sessions where user_id = tests.id('a.customer');
select ok(exists (select from maitred.ended_sessions where session_id::text = (select answer -> 'claims' ->> 'session_id' from story where step = 'customer')), 'a deleted session is told as well');

-- expiry
update public.tenants set settings = '{"auth": {"session_max_s": 60}}' where schema_name = 'tenant_alpha';
insert into story values ('short', app.auth_open_session(tests.id('b.customer'), 'password', '{"ctx": {"base": "x", "lifetime_s": 3600}}'));
select ok((select (answer -> 'claims' ->> 'exp')::bigint - (answer -> 'claims' ->> 'iat')::bigint <= 60 from story where step = 'short'), 'a token does not outlive its session');
update auth_sessions set not_after = now() - interval '1 second' where user_id = tests.id('b.customer');
select is(tests.refresh(tests.next((select answer from story where step = 'short'))) -> 'error' ->> 'code', 'session_expired', 'a session ends at its time');

-- a role that needs a second factor
update organizations set settings = '{"factor_required_for": ["owner"]}' where id = tests.id('a');
insert into story values ('half', app.auth_open_session(tests.id('a.owner'), 'password', '{"ctx": {"base": "x"}}'));
select is((select answer -> 'claims' -> 'app_role' from story where step = 'half'), 'null'::jsonb, 'the password alone carries no role');
select set_config('request.jwt.claims', (select answer -> 'claims' #>> '{}' from story where step = 'half'), true);
select is(auth.may('customers', 'read'), false, 'and no rights');
update auth_sessions set aal = 'aal2' where user_id = tests.id('a.owner');
select is((select app.auth_claims_of(id, '{"ctx": {"base": "x"}}') ->> 'app_role' from auth_sessions where user_id = tests.id('a.owner')), 'owner', 'with the factor it does');

-- signing keys: standby, in use, previously used
select tests.as_owner();
insert into maitred.signing_keys (id, tenant, public_jwk, private_key, status) values (tests.id('k1'), 'tenant_alpha', '{"kty": "EC"}', 'sealed', 'in_use');
select is(app.auth_key_rotate(gen_random_uuid()::text, (select id::text from public.tenants where schema_name = 'tenant_alpha'), '{"kty": "EC"}', 'sealed'), false, 'a young key wants no successor');
update maitred.signing_keys set updated_at = now() - interval '91 days' where id = tests.id('k1');
select is(app.auth_key_rotate(gen_random_uuid()::text, (select id::text from public.tenants where schema_name = 'tenant_alpha'), '{"kty": "EC"}', 'sealed'), true, 'after ninety days it does');
select is(app.auth_key_rotate(gen_random_uuid()::text, (select id::text from public.tenants where schema_name = 'tenant_alpha'), '{"kty": "EC"}', 'sealed'), false, 'one is enough, however many workers offer theirs');
select app.auth_turn_keys();
select is((select status from maitred.signing_keys where id = tests.id('k1')), 'in_use', 'the successor is published for a while');
update maitred.signing_keys set created_at = now() - interval '61 seconds' where tenant = 'tenant_alpha' and status = 'standby';
select app.auth_turn_keys();
select is((select status from maitred.signing_keys where id = tests.id('k1')), 'previously_used', 'then takes over');
update maitred.signing_keys set updated_at = now() - interval '9 days' where id = tests.id('k1');
select app.auth_turn_keys();
select is((select status from maitred.signing_keys where id = tests.id('k1')), 'revoked', 'and in the end the old one is worth nothing');

select * from finish();
rollback;
