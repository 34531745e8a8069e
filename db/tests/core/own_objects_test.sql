-- A tenant in whose schema somebody makes something by hand has a catalogue of its own.
\ir ../start.sql
select plan(10);
create function tests.marked() returns text language sql as $$
  select string_agg(t.name, ' ' order by t.name) filter (where s.has_own_objects) from maitred.tenant_shapes s join public.tenants t on t.id = s.tenant_id $$;
create function tests.forget() returns void language sql as $$ update maitred.tenant_shapes set has_own_objects = false $$;
select tests.forget();
select app.ensure_audit_partitions(6);
select is(tests.marked(), null, 'partitions that the house makes are nobody''s own');
set local maitred.engine = off;
create temporary table scratch (id int);
create table public.elsewhere (id int);
drop table public.elsewhere;
select is(tests.marked(), null, 'nor is what lies in no tenant''s schema');
create table larder (id int);
select is(tests.marked(), 'alpha', 'a table is');
select tests.forget();
alter table customers add column shelf text;
select is(tests.marked(), 'alpha', 'so is a column');
select tests.forget();
create function hello() returns int language sql as 'select 1';
select is(tests.marked(), 'alpha', 'a function');
select tests.forget();
drop table larder;
select is(tests.marked(), 'alpha', 'what is dropped');
select tests.forget();
grant select on customers to anon;
select is(tests.marked(), 'alpha', 'a grant');
select tests.forget();
alter event trigger maitred_object_was_changed disable;
create table larder (id int);
select app.mark_own_objects();
select is(tests.marked(), 'alpha', 'and where no event trigger can be, one says it');

-- whoever makes something: a role that may do nothing else here
select tests.forget();
alter event trigger maitred_object_was_changed enable;
create role visiting_programmer;
do $$ begin execute format('grant temporary on database %I to visiting_programmer', current_database()); end $$;
grant create, usage on schema tenant_alpha to visiting_programmer;
select lives_ok($$set local role visiting_programmer; create temporary table notes (id int); create table tenant_alpha.visited (id int); alter table tenant_alpha.visited add column what text; reset role$$,
  'who may do nothing here still makes a table, and another column');
select is(tests.marked(), 'alpha', 'and is told of when it is in the tenant');
select * from finish();
rollback;
