-- No row crosses tenants, organizations, sessions or persons: every table × every role × own and foreign × select, insert, update, delete,
-- tried with real statements on real rows and held against expectations.sql.
\set unchecked 1
\ir ../start.sql
set local client_min_messages = error;
\ir factory.sql
\ir expectations.sql
\ir probe.sql

-- Modules this database does not have are not asked for.
delete from tests.expected e where to_regclass('tenant_alpha.' || e.tab) is null;
create table tests.tables as
  select c.oid, c.relname::text as tab, c.relispartition from pg_class c
  where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p');
select plan(13 + (select count(*)::int from tests.tables where not relispartition));

-- The shape of every table.
select is((select string_agg(tab, ' ') from tests.tables where not relispartition and tab not in (select tab from tests.expected)), null,
  'every table has a line in expectations.sql');
select is((select string_agg(t.tab, ' ') from tests.tables t join pg_class c on c.oid = t.oid where not c.relrowsecurity), null,
  'every table has row security');
select is((select string_agg(t.tab, ' ') from tests.tables t where not exists (
    select from pg_policy p where p.polrelid = t.oid and not p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
      and pg_get_expr(p.polqual, p.polrelid) ~ 'current_schema.*= ''tenant_alpha''' and pg_get_expr(p.polwithcheck, p.polrelid) ~ 'current_schema.*= ''tenant_alpha''')), null,
  'every table has the tenant guard');
select is((select string_agg(t.tab, ' ') from tests.tables t where not exists (
    select from pg_constraint c where c.conrelid = t.oid and c.contype = 'p')), null, 'every table has a primary key');
select is((select string_agg(format('%s.%s', t.tab, c.conname), ' ') from tests.tables t
    join pg_constraint c on c.conrelid = t.oid and c.contype = 'f' and c.conparentid = 0
    where not exists (
      -- the first columns of an index, in any order, or first the one that tells rows apart (not the organization or the place);
      -- a partial index will do where it leaves out only nulls, or rows that were deleted softly
      select from pg_index i where i.indrelid = t.oid and i.indisvalid
        and ((select array_agg(k order by k) from unnest((i.indkey::smallint[])[0:cardinality(c.conkey) - 1]) k)
               = (select array_agg(k order by k) from unnest(c.conkey) k)
             or i.indkey[0] = any (c.conkey) and not exists (
               select from pg_attribute a where a.attrelid = t.oid and a.attnum = i.indkey[0] and a.attname in ('organization_id', 'restaurant_id')))
        and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\(([a-z_]+ IS NOT NULL|deleted_at IS NULL)\)$'))), null,
  'every foreign key has an index');
select is((select string_agg(format('%s.%s', t.tab, a.attname), ' ' order by t.tab) from tests.tables t
    join pg_constraint c on c.conrelid = t.oid and c.contype = 'f' and c.conparentid = 0 and cardinality(c.conkey) = 1
    join pg_attribute a on a.attrelid = t.oid and a.attnum = c.conkey[1]
    where c.confrelid not in ('organizations'::regclass, 'users'::regclass, 'staff'::regclass)
      and (select count(*) from pg_attribute o where o.attrelid in (t.oid, c.confrelid) and o.attname = 'organization_id') >= 1 + (c.confrelid <> t.oid)::int
      and exists (select from pg_policy p where p.polrelid = t.oid and p.polname in ('staff_insert', 'staff_update'))
      and (has_column_privilege('authenticated', t.oid, a.attnum, 'insert') or has_column_privilege('authenticated', t.oid, a.attnum, 'update'))
      -- the organization is read off this very column
      and not exists (select from pg_trigger g where g.tgrelid = t.oid and encode(g.tgargs, 'escape') like '%\\000' || a.attname || '\\000%')
      -- triggers read the restaurant off another parent, or compare (guard_menu_item, guard_session, prepare_order, prepare_reservation)
      and a.attname <> 'restaurant_id' and (t.tab, a.attname) not in (('table_sessions', 'merged_into'), ('orders', 'customer_session_id'))), null,
  'what people write refers to nothing of another organization: the key carries the organization or the restaurant');
select is((select string_agg(format('%s.%s', t.tab, p.polname), ' ') from tests.tables t join pg_policy p on p.polrelid = t.oid
    where replace(concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), 'DISTINCT FROM', '') ~ '\mFROM\M'), null,
  'no policy reads a table itself (a lookup lives in a function)');
select is((select string_agg(t.tab, ' ') from tests.tables t join pg_inherits i on i.inhrelid = t.oid
    where has_table_privilege('anon', t.oid, 'select') or has_any_column_privilege('authenticated', t.oid, 'insert,update')
       or has_table_privilege('service_role', t.oid, 'insert,update,delete,truncate')
       or (select string_agg(pg_get_expr(p.polqual, p.polrelid), ',' order by p.polname) from pg_policy p where p.polrelid = t.oid and p.polname <> 'tenant_guard')
          is distinct from (select string_agg(pg_get_expr(p.polqual, p.polrelid), ',' order by p.polname) from pg_policy p where p.polrelid = i.inhparent and p.polname <> 'tenant_guard')), null,
  'a partition opens no side door');
select is((select string_agg(t.tab, ' ') from tests.tables t, unnest(array['anon', 'authenticated', 'service_role']) r
    where has_table_privilege(r, t.oid, 'truncate')), null, 'nobody empties a table, which row security would not see');
select is((select string_agg(c.relname, ' ') from pg_class c where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('v', 'm')
    and not coalesce('security_invoker=true' = any (c.reloptions) or 'security_invoker=on' = any (c.reloptions), false)), null, 'views ask as their reader');
select is((select string_agg(p.oid::regprocedure::text, ' ') from pg_proc p
    where p.pronamespace in ('api'::regnamespace, 'app'::regnamespace, 'auth'::regnamespace) and p.prokind = 'f' and has_function_privilege('public', p.oid, 'execute')
      and p.prorettype <> 'trigger'::regtype), null, 'no function is everybody''s by default');

-- Permissions.
select results_eq(
  $$select p.role, p.resource, string_agg(l.letter, '' order by l.n) from role_permissions p
    join (values ('read', 'r', 1), ('create', 'c', 2), ('update', 'u', 3), ('delete', 'd', 4)) l (action, letter, n) on p.action in (l.action, '*')
    group by 1, 2 order by 1, 2$$,
  $$select e.role, r, e.letters from tests.expected_permissions e, string_to_table(e.resources, ' ') r
    where r in (select resource from role_permissions) order by 1, 2$$, 'role_permissions hold what is expected');

-- Rows, with triggers and foreign keys off.
\ir rows.sql
select is((select string_agg(format(e'\n  %s (%s): %s', tab, keys, said), '') from (
    select tab, said, count(*) as keys from tests.failures group by 1, 2 order by 1 limit 60) f), null,
  'a row of every table can be made (tests.factory_values in expectations.sql)');

-- Everybody tries everything.
grant usage on schema tests, tap, tenant_alpha to maitred_auth;
grant execute on all functions in schema tests to anon, authenticated, service_role, maitred_auth;
grant select, insert on all tables in schema tests to anon, authenticated, service_role, maitred_auth;
create function tests.become(p_who text) returns void language plpgsql as $$
begin
  case p_who
    when 'anon' then perform tests.as_anon();
    when 'service_role' then perform tests.as_service();
    when 'maitred_auth' then perform set_config('request.jwt.claims', '', true); set local role maitred_auth;
    when 'a.guest' then perform tests.as_guest(tests.row_id('a.guest', 'table_sessions'), tests.row_id('a.guest', 'session_customers'));
    else perform tests.as(p_who);
  end case;
end $$;
do $$
declare
  v record;
begin
  for v in select who, key from tests.cast order by who loop
    perform tests.become(v.who);
    perform tests.probe(v.who, array[v.key, 'own', 'b:' || v.key, 'foreign'], array['mine', 'own', 'mine_b', 'foreign']);
    perform tests.as_owner();
    -- from another tenant's schema the same person reaches nothing
    set local search_path = tenant_beta, api, app, public, tap;
    perform tests.become(v.who);
    perform tests.probe(v.who, array[v.key, 'own'], array['other tenant', 'other tenant']);
    perform tests.as_owner();
    set local search_path = tenant_alpha, api, app, public, tap;
  end loop;
end $$;
set local session_replication_role = origin;

create table tests.verdicts as
with asked as (
  select a.*, c.role, e.resource, e.scope, e.staff, e.keeper, e.person, e.guest, e.public, e.service, e.auth,
         case a.action when 'select' then 'r' when 'insert' then 'c' when 'delete' then 'd' else 'u' end as letter
  from tests.answers a join tests.cast c using (who) join tests.expected e using (tab)
), rights as (
  select asked.*,
    exists (select from tests.expected_permissions p where p.role = asked.role and p.letters ~ asked.letter
            and string_to_array(p.resources, ' ') && array['*', asked.resource]) as permitted,
    exists (select from tests.expected_permissions p where p.role = asked.role and p.letters ~ 'd'
            and string_to_array(p.resources, ' ') && array['*', asked.resource]) as keeps,
    scope = 'tenant' or owner in ('mine', 'own') or role = 'super_admin' as reaches
  from asked
)
select r.who, r.tab, r.owner, r.action, r.allowed, r.said,
  coalesce(d.allowed, case
    when r.owner = 'other tenant' then false
    when r.role = 'service_role' then service ~ letter
    when r.role = 'maitred_auth' then auth ~ letter
    when letter = 'r' and public ~ 'r' then true
    when r.role = 'anon' then false
    when r.action = 'carry off' then r.role = 'super_admin' and staff || keeper ~ 'u'
    when r.role = 'guest' then r.owner = 'mine' and guest ~ letter
    else (reaches and ((staff ~ letter and permitted) or (keeper ~ letter and keeps)))
         or (r.owner in ('mine', 'mine_b') and lower(person) ~ letter)
  end) as expected
from rights r
left join tests.expected_deviations d on d.tab = r.tab and r.role = any (d.roles) and (d.owner is null or d.owner = r.owner) and d.action = r.action
  and r.owner <> 'other tenant';

select is((select string_agg(format(e'\n  %s, %s row: %s %s (%s)', v.who, v.owner, v.action,
             case when v.allowed is null then 'failed' when v.allowed then 'is possible' else 'is refused' end, v.said), '' order by v.who, v.owner, v.action)
           from tests.verdicts v where v.tab = t.tab and v.allowed is distinct from v.expected), null,
  format('%s: %s answers as expected', t.tab, (select count(*) from tests.verdicts v where v.tab = t.tab)))
from tests.tables t where not t.relispartition order by t.tab;

select * from finish();
rollback;
