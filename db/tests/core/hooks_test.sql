\ir ../start.sql
\ir ../words.sql
-- Webhooks: owners open addresses, nobody reads a secret, an event is stored once together with its job.
grant execute on all functions in schema tests to anon, authenticated, service_role;
select * from no_plan();

select tests.as('a.owner');
select tests.keep('hook', set_hook_endpoint('test', 'first secret', 'Till')) is not null;
select is(tests.kept('hook') ->> 'path', format('/hooks/v1/test/%s', tests.kept('hook') ->> 'id'), 'the answer says where the other system calls');
select ok(not tests.kept('hook') ? 'secret', 'and no secret');
select throws_ok('select secret from hook_endpoints', '42501', null, 'not even sealed');
select throws_ok($$update hook_endpoints set secret = 'x'$$, '42501', null, 'it is set by the function alone');
select lives_ok($$update hook_endpoints set is_active = true, name = 'Bar'$$, 'the rest may be changed');
select is(tests.refused(call), said, call) from (values
  ('select set_hook_endpoint(''Not a word'', ''long enough'')', 'MD400 p_provider'), ('select set_hook_endpoint(null, ''long enough'')', 'MD400 p_provider'),
  ('select set_hook_endpoint(''test'', ''short'')', 'MD400 p_secret'), ('select set_hook_endpoint(''test'', null)', 'MD400 p_secret'),
  ('select set_hook_endpoint(''test'', ''long enough'', '' '')', 'MD400 p_name'),
  ('select set_hook_endpoint(''test'', ''long enough'', null, gen_random_uuid())', 'MD404 p_endpoint_id'),
  ('select set_hook_endpoint(''test'', ''long enough'', null, null, tests.id(''b''))', 'MD403')) as t(call, said);
select tests.as('b.owner');
select is(tests.refused(format('select set_hook_endpoint(''test'', ''long enough'', null, %L)', tests.kept('hook') ->> 'id')), 'MD404 p_endpoint_id', 'nor anybody else''s');
select tests.as('a.manager');
select is(tests.refused('select set_hook_endpoint(''test'', ''long enough'')'), 'MD403', 'a manager does not');

-- the door, as the daemon's own role
select tests.as_owner();
grant usage on schema tap, tests to maitred_auth;
grant execute on all functions in schema tap, tests to maitred_auth;
create function tests.hook() returns uuid language sql security definer as $$ select (tests.kept('hook') ->> 'id')::uuid $$;
grant execute on function tests.hook() to maitred_auth;
set local role maitred_auth;
select matches(app.hook_secret('test', tests.hook()), '^v2\.1\.[A-Za-z0-9_-]+$', 'the door gets it sealed');
select is(app.hook_secret('stripe', tests.hook()), null, 'of its own provider alone');
select throws_ok('select from hook_endpoints', '42501', null, 'and reads no table');
select ok(app.receive_hook(tests.hook(), 'evt_1', '\x7b7d', 'hook_test'), 'an event is stored');
select ok(not app.receive_hook(tests.hook(), 'evt_1', '\x7b207d', 'hook_test'), 'once');
reset role;
select is(tests.opened(app.hook_secret('test', tests.hook()), 'hook_endpoints.secret', tests.hook()), 'first secret', 'and opens it');
select is((select count(*) from maitred.jobs where kind = 'hook_test' and tenant = current_schema()), 1::bigint, 'with one job');
select is((select row(r.provider, r.event_id, r.body)::text from maitred.jobs j, app.received_hook((j.payload ->> 'received_id')::uuid) r where j.kind = 'hook_test'),
  row('test', 'evt_1', '\x7b7d'::bytea)::text, 'which finds the bytes that came first');
select ok((select bool_and(app.hook_handled(id)) from received_hooks), 'the job says that it is done');
select is((select row(count(*), count(body))::text from received_hooks), '(1,0)', 'and what came is gone, that it came is not');
select ok((select bool_and(not app.hook_handled(id)) from received_hooks), 'a job that runs again learns it');

update received_hooks set received_at = now() - interval '8 days';
select app.forget_hooks() is null;
select is((select count(*) from received_hooks), 1::bigint, 'a week is remembered at least');
update public.tenants set settings = settings || '{"hooks": {"kept_days": "7"}}' where schema_name = current_schema();
select app.forget_hooks() is null;
select is((select count(*) from received_hooks), 0::bigint, 'as long as the tenant''s setting says');
update hook_endpoints set is_active = false;
set local role maitred_auth;
select is(app.hook_secret('test', tests.hook()), null, 'an address that is switched off takes no calls');
select * from finish();
rollback;
