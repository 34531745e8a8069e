-- A table that somebody makes without a key can be changed at once, though all tables are published.
\ir ../start.sql
select plan(6);
do $$ begin
  if not exists (select from pg_publication where pubname = 'maitred') then create publication maitred for all tables; end if;
end $$;
create function tests.identity(p_table regclass) returns text language sql as $$ select relreplident::text from pg_class where oid = p_table $$;
set local maitred.engine = off;
create table larder as select n as id, 'jar' as what from generate_series(1, 3) n;
select is(tests.identity('larder'), 'f', 'its whole row is its key');
select lives_ok($$update larder set what = 'tin' where id = 2$$, 'and it can be changed');
select lives_ok($$delete from larder where id = 3$$, 'and rows taken out');
alter table larder add primary key (id);
select is(tests.identity('larder'), 'd', 'a key that comes later is its key');
create table cellar (id int primary key);
select is(tests.identity('cellar'), 'd', 'one that is there from the beginning, too');
create temporary table scratch (id int);
select is(tests.identity('scratch'), 'd', 'what is not published is left alone');
select * from finish();
rollback;
