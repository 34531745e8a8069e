-- Row-level security isolates organizations, and nobody raises their own role.
\ir ../start.sql
select plan(8);

select tests.as('a.manager');
select is((select count(*) from customers), 0::bigint, 'a new organization has no customers');
insert into customers (full_name, email) values ('Ada Lovelace', 'ada@example.com');
select is((select organization_id from customers), tests.id('a'), 'a customer belongs to the organization of who enters it');

select tests.as('b.manager');
select is_empty('select 1 from customers', 'another organization does not see the customer');
select throws_ok(
  format('insert into customers (organization_id, full_name) values (%L, %L)', tests.id('a'), 'Mallory'),
  '42501', null, 'and cannot write into it');

select tests.as('a.staff');
select throws_ok(
  format('update users set role = %L where id = %L', 'owner', tests.id('a.staff')),
  'MD403', null, 'nobody raises their own role');
select throws_ok('select hashed_password from users', '42501', null, 'passwords are not readable');

select tests.as_anon();
select throws_ok('select * from customers', '42501', null, 'an anonymous visitor has no right on customers');

set local search_path = tenant_beta, api, app, public, tap;
select tests.as('a.manager');
select is_empty('select 1 from tenant_alpha.customers', 'a statement that reaches into another tenant''s schema sees nothing');

select * from finish();
rollback;
