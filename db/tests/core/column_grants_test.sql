-- A column that is added later is readable as its table is, also where grants are lists of columns; what is hidden stays hidden.
\ir ../start.sql
select plan(12);
alter table users add column loyalty_points int not null default 7;
alter table staff_schedules add column colour text;
alter table customers add column colour text;
select is((select string_agg(concat_ws(' ', t, r, has_column_privilege(r, t::regclass, c, 'select'), has_column_privilege(r, t::regclass, c, 'update')), ', ' order by t, r)
  from (values ('users', 'loyalty_points'), ('staff_schedules', 'colour')) x(t, c), unnest(array['anon', 'authenticated', 'service_role']) r),
  'staff_schedules anon f f, staff_schedules authenticated t f, staff_schedules service_role t t, users anon f f, users authenticated t f, users service_role t t', 'readable as the table, written by the service');
select tests.as('a.owner');
select is((select distinct loyalty_points from users), 7, 'an owner reads it');
select throws_ok('select hashed_password from users', '42501', null, 'and no password');
select throws_ok('update users set loyalty_points = 1000', '42501', null, 'nobody gives themselves points');
select tests.as_service();
select lives_ok('update users set loyalty_points = 8', 'the service does');
select throws_ok('select hashed_password from users', '42501', null, 'and reads no password');
select tests.as_owner();
select is((select count(*) from app.unreadable_columns()), 0::bigint, 'nothing is left unreadable');

-- where no event trigger can be: a server of somebody else
alter event trigger maitred_column_was_added disable;
alter table users add column favourite text;
alter table users add column another_secret text;
insert into maitred.hidden_columns values ('users', 'another_secret');
select is((select string_agg(concat_ws('.', schema_name, table_name, column_name), ' ') from app.unreadable_columns()), 'tenant_alpha.users.favourite', 'the doctor sees the column');
select is(app.extend_column_grants(), 1, 'one call opens it');
select is(app.extend_column_grants(), 0, 'once');
select ok(has_column_privilege('authenticated', 'users', 'favourite', 'select') and not has_column_privilege('service_role', 'users', 'another_secret', 'select'), 'but nothing that is hidden');
revoke all on users from anon, authenticated, service_role, maitred_auth;
revoke all (favourite, loyalty_points) on users from anon, authenticated, service_role;
create table bare (like users);
alter table users rename to was_users;
alter table bare rename to users;
select is(app.extend_column_grants() || ' ' || has_any_column_privilege('anon', 'users', 'select'), '0 false', 'a table without any grant, as while it is restored, gets none');
select * from finish();
rollback;
