-- Secrets at rest: sealed by SQL for one place, opened by the daemon alone, and by whoever may read keys: nobody who asks.
\ir ../start.sql
\ir ../words.sql
grant execute on all functions in schema tests to anon, authenticated, service_role;
select * from no_plan();

select tests.as('a.owner');
select tests.keep('sealed', to_jsonb(app.seal_secret('sk_live_1', 'hook_endpoints.secret', '7'))) is not null;
select matches(tests.kept('sealed') #>> '{}', '^v2\.[0-9]+\.[A-Za-z0-9_-]{86,}$', 'an owner seals');
select isnt(tests.kept('sealed') #>> '{}', app.seal_secret('sk_live_1', 'hook_endpoints.secret', '7'), 'twice is not the same');
select throws_ok('select from maitred.secrets', '42501', null, 'nobody who asks reads the keys');
select throws_ok('select app.seal_keys()', '42501', null, 'by no function');
select throws_ok('select * from app.sealed_texts()', '42501', null, 'nor what is sealed');
select throws_ok($$select app.seal_anew('hook_endpoints.secret', '7', 'a', 'b')$$, '42501', null, 'nor puts something in its place');
select throws_ok('select app.add_seal_key()', '42501', null, 'nor turns keys');
select tests.as_service();
select throws_ok('select app.seal_keys()', '42501', null, 'the service role does not, either');
select tests.as_owner();

select is(tests.opened(tests.kept('sealed') #>> '{}', 'hook_endpoints.secret', '7'), 'sk_live_1', 'it opens in its place');
select is(tests.opened(app.seal_secret('', 'a.b', '7'), 'a.b', '7'), '', 'nothing is something');
select is(tests.opened(app.seal_secret(repeat('ü€😀', 4000), 'a.b', '7'), 'a.b', '7'), repeat('ü€😀', 4000), 'long ones have no lines');
select is(tests.opened(tests.kept('sealed') #>> '{}', 'hook_endpoints.secret', '8'), null, 'in another row it does not');
select is(tests.opened(tests.kept('sealed') #>> '{}', 'payment_accounts.secrets', '7'), null, 'in another column it does not');
set local search_path = tenant_beta, api, app, public, tap, pg_temp;
select is(tests.opened(tests.kept('sealed') #>> '{}', 'hook_endpoints.secret', '7'), null, 'at another tenant it does not');
set local search_path = tenant_alpha, api, app, public, tap, pg_temp;

-- columns whose comment says that they are sealed, and columns that are listed
select is((select string_agg(a.attrelid::regclass || '.' || a.attname, ', ') from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and col_description(a.attrelid, a.attnum) ~ '^(Sealed|Encrypted)'
    and not exists (select from app.sealed_columns() s where s.table_name = c.relname and s.column_name = a.attname)), null, 'every sealed column is turned with the others');
select is((select string_agg(s.table_name || '.' || s.column_name || ' ' || r, ', ') from app.sealed_columns() s, unnest(array['anon', 'authenticated', 'service_role']) r
  where has_column_privilege(r, format('%I.%I', current_schema(), s.table_name), s.column_name, 'select')), null, 'nobody who asks reads one, not even sealed');

-- every role, a direct select of every such table: what is seen is no secret
select tests.as('a.owner');
select tests.keep('iiko', set_integration_credentials('iiko', '{"login": "s3cret-1"}')) is not null;
select tests.keep('stripe', set_payment_account('stripe', '{"secret_key": "sk_test_s3cret-2", "webhook_secret": "whsec_s3cret-3"}')) is not null;
select tests.as_owner();
select is((select count(*) from app.sealed_texts() where sealed like 'v2.%' and place ~ '^(integration_credentials|payment_accounts|hook_endpoints)'), 3::bigint, 'the command that turns keys finds them');
select is((select string_agg(tests.opened(t.sealed, t.place, t.row_key) , ' ' order by t.place) from app.sealed_texts() t where place ~ '^(integration_credentials|payment_accounts|hook_endpoints)'),
  'whsec_s3cret-3 {"login": "s3cret-1"} {"secret_key": "sk_test_s3cret-2"}', 'and opens them by the place that it is told');
create function tests.sealed() returns table (table_name text) language sql security definer as $$ select distinct table_name from app.sealed_columns() $$;
create function tests.seen(p_table text) returns text language plpgsql as $$
declare v text;
begin
  execute format('select string_agg(t::text, '' '') from %I t', p_table) into v;
  return coalesce(v, '');
exception when insufficient_privilege then
  return 'refused';
end $$;
grant execute on function tests.seen(text), tests.sealed() to public;
select tests.as_anon();
select ok(not exists (select from tests.sealed() s where tests.seen(s.table_name) ~ 's3cret|v2\.'), 'a visitor sees nothing of it');
select tests.as_service();
select ok(not exists (select from tests.sealed() s where tests.seen(s.table_name) ~ 's3cret|v2\.'), 'nor the service role');
select tests.as('a.owner');
select ok(not exists (select from tests.sealed() s where tests.seen(s.table_name) ~ 's3cret|v2\.'), 'nor the owner');
select tests.as('a.customer');
select ok(not exists (select from tests.sealed() s where tests.seen(s.table_name) ~ 's3cret|v2\.'), 'nor a customer');
select tests.as_owner();
select ok(not exists (select from tests.sealed() s where tests.seen(s.table_name) ~ 's3cret'), 'who owns the database sees sealed text');

-- turning
select is(app.add_seal_key(), (select max(n::int) from jsonb_object_keys(app.seal_keys() -> 'keys') n), 'a new key is the newest');
select is(app.seal_keys() ->> 'seals', '1', 'and waits until every worker has heard of it');
update maitred.secrets set created_at = now() - interval '1 minute' where name like 'seal_key/%';
select is(app.seal_keys() ->> 'seals', (select max(n::int)::text from jsonb_object_keys(app.seal_keys() -> 'keys') n), 'then it seals');
select is(tests.opened(tests.kept('sealed') #>> '{}', 'hook_endpoints.secret', '7'), 'sk_live_1', 'the first still opens');
select alike(app.seal_secret('x', 'a.b', '7'), 'v2.' || (app.seal_keys() ->> 'seals') || '.%', 'new texts name their key');
select ok((select app.seal_anew(t.place, t.row_key, t.sealed, 'v2.9.x') from app.sealed_texts() t where place = 'payment_accounts.secrets'), 'a text is put in place of the one before');
select ok(not app.seal_anew('payment_accounts.secrets', (select id::text from payment_accounts), 'v2.8.x', 'v2.10.x'), 'unless another came meanwhile');
select is((select secrets from payment_accounts), 'v2.9.x', 'which stays');
select throws_ok($$select app.seal_anew('users.hashed_password', '7', 'a', 'b')$$, 'P0002', null, 'only where secrets are sealed');
select * from finish();
rollback;
