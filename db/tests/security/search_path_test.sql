-- Functions with the owner's rights find a tenant's tables by the caller's search_path: one copy serves all tenants, so none can fix it (docs/decisions.md).
-- What makes that safe is held here, for every function that there is: nobody can put an object of theirs before one of ours, and a function says the
-- schema of every function that it calls.
\ir ../start.sql
select plan(12);
create temporary table functions on commit drop as
  select p.oid, n.nspname || '.' || p.proname as name, p.proconfig, p.prosecdef,
         -- the body without comments and without what stands in quotes (messages, formats)
         regexp_replace(regexp_replace(regexp_replace(p.prosrc, '--[^\n]*', '', 'g'), '''([^'']|'''')*''', '''''', 'g'), '/\*.*?\*/', '', 'g') as body
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('app', 'api', 'auth', 'realtime', 'maitred') and p.prokind in ('f', 'p');
select cmp_ok((select count(*) from functions where prosecdef), '>', 400::bigint, 'there are functions with the owner''s rights');

-- They keep the caller's path.
select is((select string_agg(name, ', ') from functions, unnest(proconfig) c where prosecdef and c like 'search_path=%'), null, 'none fixes a path: it would be that of one tenant, for all');
select is((select string_agg(name, ', ') from functions where prosecdef and oid in (select oid from pg_proc where prosrc ~* 'set_config\(\s*''search_path''' or prosrc ~* '\mset\s+(local\s+)?search_path')), null,
  'nor sets one on its way');

-- Nobody puts anything before our objects: no role that is not the owner's makes objects, in any schema, or temporary ones.
select is((select string_agg(format('%s in %s', r.rolname, n.nspname), ', ') from pg_roles r, pg_namespace n
  where not r.rolsuper and r.rolname !~ '^pg_' and n.nspowner <> r.oid and has_schema_privilege(r.oid, n.oid, 'create') and n.nspname !~ '^pg_(toast_)?temp'), null,
  'no role makes objects in a schema that is not its own');
select is((select string_agg(n.nspname, ', ') from pg_namespace n, aclexplode(n.nspacl) x where x.grantee = 0 and x.privilege_type = 'CREATE'), null, 'nor does everybody');
select is((select string_agg(r.rolname, ', ') from pg_roles r where not r.rolsuper and r.rolname !~ '^pg_' and has_database_privilege(r.oid, current_database(), 'temporary, create')), null, 'nor temporary ones or schemas');
-- who owns what stands on the path
select is((select string_agg(n.nspname, ', ') from pg_namespace n where (n.nspname in ('app', 'api', 'auth', 'realtime') or n.nspname ~ '^tenant_')
  and n.nspowner not in (select p.proowner from pg_proc p join functions d on d.oid = p.oid where d.prosecdef)), null, 'the schemas on the path belong to the functions'' owner');

-- A function of ours is called with its schema: no object of the same name elsewhere is found instead.
create function tests.bare_calls(p_body text) returns text[] language sql as $$
  select array_agg(distinct m[2]) from regexp_matches(p_body, '(^|[^\w."])([a-z_][a-z0-9_]*)\(', 'g') m
  where exists (select from pg_proc p where p.proname = m[2] and p.pronamespace::regnamespace::text in ('app', 'api', 'auth', 'maitred', 'realtime', 'public'))
    and not exists (select from pg_proc p where p.proname = m[2] and p.pronamespace = 'pg_catalog'::regnamespace) $$;
select is(tests.bare_calls('select fail(400), app.fail(400), count(*), record_payment(1)'), '{fail,record_payment}', 'a call without a schema is found');
select is((select string_agg(format('%s calls %s', name, array_to_string(tests.bare_calls(body), ' ')), ', ') from functions where tests.bare_calls(body) is not null), null,
  'no function with the owner''s rights makes one');

-- Should a temporary table ever be allowed, it comes last: the daemon's path names pg_temp behind everything else (tests/unit/tenant/test_registry.c). A path
-- that does not name it has it first.
create temporary table venues (id uuid);
set local search_path = tenant_alpha, api, app, public, pg_temp, tap;
select is('venues'::regclass::oid, 'tenant_alpha.venues'::regclass::oid, 'by the daemon''s path a tenant''s table is found before a temporary one');
set local search_path = tenant_alpha, api, app, public, tap;
select is('venues'::regclass::oid, 'pg_temp.venues'::regclass::oid, 'by another it is not');
-- and with rights to make objects further along on the path, a tenant's own names still come first
set local search_path = tenant_alpha, api, app, public, pg_temp, tap;
create table public.venues (id uuid);
select is('venues'::regclass::oid, 'tenant_alpha.venues'::regclass::oid, 'a table in public hides none of a tenant');
select * from finish();
rollback;
