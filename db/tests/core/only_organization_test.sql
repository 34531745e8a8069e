-- Who registers in a house with one organization belongs to it, and its people see and help them.
\ir ../start.sql
select * from no_plan();
delete from staff where organization_id = tests.id('b');
delete from users where organization_id = tests.id('b') or role = 'super_admin';
delete from organizations where id = tests.id('b');
select is(app.only_organization(), tests.id('a'), 'one house');
create function tests.registers(p_name text) returns void language sql security definer as $$
  insert into users (id, email, full_name) values (tests.id(p_name), p_name || '@example.com', initcap(p_name)) $$;
select tests.registers('nadia');
select tests.registers('omar');
insert into users (id, email, role) values (tests.id('root'), 'root@example.com', 'super_admin');
select is((select organization_id from users where id = tests.id('root')), null, 'a super admin belongs to none');

select tests.as('a.manager');
select is((select string_agg(full_name, ' ' order by full_name) from users where email like '%@example.com'), 'Nadia Omar', 'who registered is seen');
select tests.as('a.staff');
select is_empty($$select 1 from users where email = 'nadia@example.com'$$, 'by those who may see people');
select tests.as('a.admin');
select lives_ok(format($$update users set is_active = false where id = %L$$, tests.id('omar')), 'an admin locks one out');
select lives_ok(format($$update users set role = 'waiter' where id = %L$$, tests.id('nadia')), 'and gives another a job');
select tests.as('nadia');
select is((select count(*) from users), 1::bigint, 'the person sees themselves');

select tests.as_owner();
select tests.registers('pia');
insert into organizations (id, name) values (tests.id('second'), 'Second');
select tests.registers('quentin');
select is((select string_agg(concat_ws(' ', full_name, (organization_id = tests.id('a'))::text), ', ' order by full_name) from users where email like '%@example.com' and role <> 'super_admin'),
  'Nadia true, Omar, Pia, Quentin', 'with a second organization customers belong to the whole tenant, staff stay where they work');
select * from finish();
rollback;
