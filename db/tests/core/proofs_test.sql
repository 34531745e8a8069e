-- What a proof is: one rule for whoever judges a login by it; and what is told of rows that belong to somebody else.
\ir ../start.sql
select plan(13);
create function tests.login(p_name text, p_columns text, p_values text) returns void language plpgsql as $$
begin
  execute format('insert into users (id, organization_id, email, phone, role%s) values (%L, %L, %L, %L, ''customer''%s)',
    p_columns, tests.id(p_name), tests.id('a'), p_name || '@example.com', '+4917012345' || lpad((ascii(p_name))::text, 3, '0'), p_values);
end $$;
select tests.login('typed', '', ''), tests.login('assumed', ', email_confirmed_at', ', now()'), tests.login('mailed', ', email_verified', ', true'),
       tests.login('called', ', phone_verified', ', true'), tests.login('thrown', ', email_verified, is_anonymous', ', true, true'),
       tests.login('locked', ', email_verified, is_active', ', true, false') \g /dev/null
create function tests.stranger(p_name text) returns boolean language plpgsql as $$
declare v boolean;
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', tests.id(p_name), 'role', 'authenticated')::text, true);
  set local role authenticated;
  v := app.is_stranger();
  reset role;
  return v;
end $$;
grant execute on function app.is_stranger() to authenticated;
select is(tests.stranger(n), s, n || ' is ' || case when s then 'a stranger' else 'known' end)
from (values ('typed', true), ('assumed', true), ('mailed', false), ('called', false), ('thrown', true), ('locked', true)) x(n, s);
select is(app.has_proved(tests.id(n), n || '@example.com', (select phone from users where id = tests.id(n))), not s, n || case when s then ' has proved nothing' else ' has proved it' end)
from (values ('typed', true), ('assumed', true), ('mailed', false), ('called', false), ('thrown', true)) x(n, s);

-- A parent that is another organization's and one that is not there: one answer.
\ir ../words.sql
grant execute on all functions in schema tests to anon, authenticated, service_role;
insert into restaurants (id, organization_id, name) values (tests.id('a.place'), tests.id('a'), 'A'), (tests.id('b.place'), tests.id('b'), 'B');
insert into menu_categories (id, restaurant_id, name) values (tests.id('b.food'), tests.id('b.place'), 'Food');
create table tests.tries (what text, sql text);
insert into tests.tries values
  ('a table', $$insert into restaurant_tables (restaurant_id, table_number, capacity) values (%L, 1, 2)$$),
  ('a category', $$insert into menu_categories (restaurant_id, name) values (%L, 'X')$$);
grant select on tests.tries to authenticated;
select tests.as('a.owner');
select is((select string_agg(distinct tests.refused(format(t.sql, tests.id('b.place'))), ' | ') from tests.tries t),
  (select string_agg(distinct tests.refused(format(t.sql, gen_random_uuid())), ' | ') from tests.tries t), 'a restaurant of somebody else is not there');
select is(tests.refused(format($$insert into menu_items (category_id, name, price) values (%L, 'X', 1)$$, tests.id('b.food'))),
  tests.refused(format($$insert into menu_items (category_id, name, price) values (%L, 'X', 1)$$, gen_random_uuid())), 'nor a category');
select * from finish();
rollback;
