-- The matrix's rows for keeps, in the schema that search_path names, each with a mark in every text that takes one; prints what was made
-- as one JSON object. tests/contract/rest_leaks.test.ts looks for the marks in answers.
\set QUIET on
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
begin;
select set_config('tests.mark', :'mark', true) \gset _
set local client_min_messages = error;
create schema tests;
\ir ../cast.sql
\ir factory.sql
\ir expectations.sql
create table tests.rows (tab text, key text, cols text[], vals text[], cond text, primary key (tab, key));
delete from tests.expected e where to_regclass(e.tab) is null;
\ir rows.sql
insert into tests.rows
  select 'users', 'b.' || r, null, null, format('id = %L', tests.id('b.' || r))
  from unnest(array['super_admin', 'owner', 'admin', 'manager', 'finance', 'staff', 'waiter', 'kitchen', 'customer']) r;
insert into tests.rows
  select 'staff', 'b.' || r, null, null, format('id = %L', tests.id('b.' || r)) from unnest(array['manager', 'finance', 'staff', 'waiter', 'kitchen']) r;

-- Marks: with mark=leak (psql -v), leak00017x is the 17th row of tests.marks. Texts that mean something to the daemon (states, zones, codes of languages) are
-- refused by a check constraint or left out here.
create table tests.marks (n serial primary key, tab text, key text);
create table tests.takers (tab text, col text, value text);
do $$
declare
  v record;
  v_col record;
  v_mark text;
begin
  for v in select tab, key, cond from tests.rows order by tab, key <> 'foreign', key loop
    insert into tests.marks (tab, key) values (v.tab, v.key) returning format('%s%sx', current_setting('tests.mark'), lpad(n::text, 5, '0')) into v_mark;
    if v.key = 'foreign' then
      -- the first row of a table finds out which columns take a mark
      for v_col in
        select a.attname as name, case
                 when t.typname = 'jsonb' then format('case when jsonb_typeof(%1$I) = ''object'' then %1$I || jsonb_build_object(''said'', ''$mark''::text) else %1$I end', a.attname)
                 when t.typname = '_text' then '''{$mark}'''
                 when a.attname ~ 'email' then '''$mark@example.com'''
                 when a.attname ~ '(url|link)' then '''https://example.com/$mark'''
                 else '''$mark''' end as value
        from pg_attribute a join pg_type t on t.oid = a.atttypid
        where a.attrelid = quote_ident(v.tab)::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
          and not exists (select from pg_constraint p where p.conrelid = a.attrelid and p.contype = 'p' and a.attnum = any (p.conkey))
          and t.typname in ('text', 'varchar', 'bpchar', 'jsonb', '_text', 'citext')
          and a.attname !~ '(timezone|currency|locale|language|status|state|type|kind|role|phone|method|slot|platform|hours|settings|permissions|password|aud|resource|action|source|country|unit|^key$|^name_key$|^department$)'
      loop
        begin
          execute format('update %I set %I = %s where %s', v.tab, v_col.name, replace(v_col.value, '$mark', v_mark), v.cond);
          insert into tests.takers values (v.tab, v_col.name, v_col.value);
        exception when others then
          null;
        end;
      end loop;
    else
      for v_col in select col, value from tests.takers t where t.tab = v.tab loop
        begin
          execute format('update %I set %I = %s where %s', v.tab, v_col.col, replace(v_col.value, '$mark', v_mark), v.cond);
        exception when unique_violation then
          null;
        end;
      end loop;
    end if;
  end loop;
end $$;
-- somebody else works here
update users set role = 'waiter' where id in (tests.id('a.other'), tests.id('b.other'));
update users set hashed_password = crypt('Matrix-horse-battery-1', gen_salt('bf', 4)), email_confirmed_at = now(), email_verified = true
  where id in (select tests.id(o || '.' || r) from unnest(array['a', 'b']) o,
               unnest(array['super_admin', 'owner', 'admin', 'manager', 'finance', 'staff', 'waiter', 'kitchen', 'customer']) r);
-- Customers have thus proved an address, which those of matrix_test.sql have not: houses and places show themselves to known logins (app.is_stranger).
-- Guests at a table stay strangers.
alter table tests.expected_deviations replica identity full;
update tests.expected_deviations set roles = array_remove(roles, 'customer') where tab = 'restaurants' and action = 'select';
insert into tests.expected_deviations
  select 'organizations', '{customer}', o, 'select', true, 'a house is seen by its people' from unnest(array['mine', 'own']) o;
-- Addresses and secrets are marks: a job that found these due would write what it met.
update ical_imports set next_sync_at = now() + interval '1 day';
update bot_platform_credentials set webhook_last_checked = now() + interval '1 day';
set local session_replication_role = origin;

-- What the test needs to know: rows and their keys, what each table expects, who may name which column, and how tables hang together.
create table tests.made (tab text, key text, pk jsonb, row jsonb);
do $$
declare
  v record;
begin
  for v in select r.tab, r.key, r.cond, (select array_agg(a.attname::text order by a.attnum) from pg_constraint p join pg_attribute a on a.attrelid = p.conrelid and a.attnum = any (p.conkey)
                                         where p.conrelid = quote_ident(r.tab)::regclass and p.contype = 'p') as pk
           from tests.rows r loop
    execute format('insert into tests.made select %L, %L, (select jsonb_object_agg(e.key, e.value) from jsonb_each(to_jsonb(t)) e where e.key = any (%L)), to_jsonb(t) from %I t where %s',
                   v.tab, v.key, v.pk, v.tab, v.cond);
  end loop;
end $$;
select jsonb_build_object(
  'failures', (select coalesce(jsonb_agg(f), '[]') from tests.failures f),
  'marks', (select jsonb_object_agg(lpad(n::text, 5, '0'), jsonb_build_array(tab, key)) from tests.marks),
  'rows', (select jsonb_agg(m) from tests.made m),
  'ids', (select jsonb_object_agg(o || '.' || r, tests.id(o || '.' || r)) from unnest(array['a', 'b']) o, unnest(array['super_admin', 'owner', 'admin', 'manager', 'finance', 'staff', 'waiter', 'kitchen', 'customer']) r),
  'organizations', jsonb_build_object('a', tests.id('a'), 'b', tests.id('b')),
  'expected', (select jsonb_object_agg(tab, e) from tests.expected e),
  'permissions', (select jsonb_agg(p) from tests.expected_permissions p),
  'deviations', (select jsonb_agg(d) from tests.expected_deviations d),
  'tables', (select jsonb_object_agg(c.relname, jsonb_build_object(
      'pk', (select jsonb_agg(a.attname order by a.attnum) from pg_constraint p join pg_attribute a on a.attrelid = p.conrelid and a.attnum = any (p.conkey) where p.conrelid = c.oid and p.contype = 'p'),
      'read', (select coalesce(jsonb_object_agg(r, true), '{}') from unnest(array['anon', 'authenticated', 'service_role']) r where has_any_column_privilege(r, c.oid, 'select')),
      'insert', (select coalesce(jsonb_agg(attname), '[]') from pg_attribute a where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' and has_column_privilege('authenticated', c.oid, attnum, 'insert')),
      'update', (select coalesce(jsonb_agg(attname order by attname <> 'organization_id', attnum), '[]') from pg_attribute a where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' and has_column_privilege('authenticated', c.oid, attnum, 'update')),
      'organization', (select true from pg_attribute where attrelid = c.oid and attname = 'organization_id' and not attisdropped)))
    from pg_class c where c.oid in (select quote_ident(tab)::regclass from tests.expected)),
  'links', (select jsonb_agg(jsonb_build_object('name', c.conname, 'from', f.relname, 'to', t.relname,
              'column', (select a.attname from unnest(c.conkey, c.confkey) k (own, far) join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own
                         join pg_attribute f on f.attrelid = c.confrelid and f.attnum = k.far and f.attname = 'id'))) from pg_constraint c join pg_class f on f.oid = c.conrelid join pg_class t on t.oid = c.confrelid
            where c.contype = 'f' and c.conparentid = 0 and f.relnamespace = current_schema()::regnamespace and not f.relispartition),
  'functions', (select jsonb_agg(jsonb_build_object('name', p.proname,
      'callers', (select coalesce(jsonb_object_agg(r, true), '{}') from unnest(array['anon', 'authenticated', 'service_role']) r where has_function_privilege(r, p.oid, 'execute')),
      'parameters', (select coalesce(jsonb_agg(jsonb_build_object('name', a.n, 'type', format_type(a.t, null), 'optional', a.o > p.pronargs - p.pronargdefaults) order by a.o), '[]')
                     from unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) with ordinality a (n, t, o))) order by p.proname)
    from pg_proc p where p.pronamespace = 'api'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype));
drop schema tests cascade;
commit;
