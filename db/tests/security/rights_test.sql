-- Rights that somebody could give to themselves: a role, a narrowed permission, the rules of other organizations, prices, another
-- organization's table.
\ir ../start.sql
\ir ../dining/cast.sql
select plan(37);
create function tests.state(p_sql text) returns text language plpgsql as $$
declare v_rows bigint;
begin
  execute p_sql;
  get diagnostics v_rows = row_count;
  return case v_rows when 0 then 'nothing' else 'done' end;
exception when others then
  return sqlstate;
end $$;
grant usage on schema tests, tap to maitred_auth;
grant execute on all functions in schema tests, tap to maitred_auth;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- One's own role, and the roles of those above.
select tests.as('a.customer');
select is(tests.state($$update users set role = 'owner' where id = auth.uid()$$), 'MD403', 'a customer stays a customer');
select tests.as('a.manager');
select is(tests.state($$update users set role = 'owner' where id = auth.uid()$$), 'MD403', 'a manager stays a manager');
select tests.as('a.admin');
select is(tests.state($$update users set role = 'super_admin' where id = tests.id('a.staff')$$), 'MD403', 'an admin makes nobody more than an admin');
select is(tests.state($$update users set role = 'staff' where id = tests.id('a.owner')$$), 'MD403', 'nor an owner less');
select is(tests.state($$update users set email = 'x@x.test' where id = tests.id('a.owner')$$), '42501', 'nor takes over their account');
select is(tests.state($$update users set role = 'admin' where id = tests.id('b.staff')$$), 'nothing', 'another organization''s people are out of reach');
select is(tests.state($$insert into users (email, role, organization_id) values ('new@x.test', 'super_admin', tests.id('a'))$$), '42501', 'accounts are made by the sign-in service');

-- What was taken away from one person (staff.permissions) is not taken back by them.
select tests.as_owner();
update staff set permissions = '["-payments:update", "-credits:*"]' where id = tests.id('a.manager');
select tests.as('a.manager');
select ok(not auth.may('payments', 'update') and auth.may('payments', 'read'), 'a manager who may not refund');
select is(tests.state($$update staff set permissions = '[]' where id = auth.uid()$$), 'MD403', 'does not allow it to themselves');
select is(tests.state($$delete from staff where id = auth.uid()$$), 'MD403', 'nor by leaving the list of staff');
select is(tests.state($$update staff set id = tests.id('a.owner') where id = auth.uid()$$), 'MD403', 'nor by handing the row to somebody else');
select is(tests.state($$update staff set hourly_rate = 500 where id = auth.uid()$$), 'MD403', 'nor raises their own pay');
select ok(not auth.may('payments', 'update'), 'and still may not');
select is(tests.state($$update staff set permissions = '["-bookings:update"]' where id = tests.id('a.waiter')$$), 'done', 'but narrows those who work for them');
select tests.as_owner();
insert into users (id, organization_id, email, role) values (tests.id('a.manager2'), tests.id('a'), 'manager2@a.test', 'manager');
insert into staff (id, department, permissions) values (tests.id('a.manager2'), 'service', '["-payments:*"]');
select tests.as('a.manager');
select is(tests.state($$update staff set permissions = '[]' where id = tests.id('a.manager2')$$), 'MD403', 'not those who are their equals');
select is(tests.state($$delete from staff where id = tests.id('a.manager2')$$), 'MD403', 'nor takes them off the list');
select tests.as('a.admin');
select is(tests.state($$update staff set permissions = '[]' where id = tests.id('a.manager')$$), 'done', 'an admin does');

-- The permission table and the settings hold for every organization of the tenant.
select tests.as('a.owner');
select is(tests.state($$insert into role_permissions values ('customer', 'payments', '*')$$), '42501', 'an owner gives rights in no other organization');
select is(tests.state($$delete from role_permissions where role = 'manager'$$), 'nothing', 'nor takes them');
select is(tests.state($$insert into system_settings (key, value) values ('support', '{}')$$), '42501', 'nor sets what holds for all');
select tests.as('a.super_admin');
select is(tests.state($$insert into role_permissions values ('waiter', 'pool', 'read')$$), 'done', 'a super admin does');
select tests.as_owner();
update organizations set is_active = false where id = tests.id('b');
select tests.as('a.owner');
select is(tests.state($$insert into role_permissions values ('waiter', 'stays', 'read')$$), '42501', 'one that is closed still counts: it may open again');
select tests.as_owner();
set local session_replication_role = replica;
delete from organizations where id = tests.id('b');
set local session_replication_role = origin;
select tests.as('a.owner');
select is(tests.state($$insert into role_permissions values ('waiter', 'stays', 'read')$$), 'done', 'where theirs is the only one, owners do');
select is(tests.state($$insert into role_permissions values ('owner', 'x', 'read')$$), '42501', 'never for owners themselves');
select tests.as_owner();
insert into organizations (id, name, currency, timezone) values (tests.id('b'), 'Organization b', 'EUR', 'Europe/Berlin');

-- The kitchen says what there is, not what it costs.
select tests.as('a.kitchen');
select is(tests.state($$update menu_items set is_available = false where id = tests.id('a.soup')$$), 'done', 'the kitchen marks what is sold out');
select is(tests.state($$update menu_items set price = 1$$), 'MD403', 'and changes no price');
select is(tests.state($$update modifiers set is_available = false where id = tests.id('a.ham')$$), 'done', 'the same for extras');
select is(tests.state($$update modifiers set price = -1000 where id = tests.id('a.ham')$$), 'MD403', 'whose price is no discount');
select is(tests.state($$update modifier_groups set max_choices = 50 where id = tests.id('a.toppings')$$), 'MD403', 'nor how many may be chosen');
select is(tests.state($$update menu_categories set name = 'Free' where id = tests.id('a.food')$$), 'MD403', 'nor what the menu says');

-- A table is pushed to a table of its own restaurant, by combine_tables only; and whoever writes is held to it.
select tests.as('a.manager');
select is(tests.state($$update restaurant_tables set combined_into = tests.id('a.t2') where id = tests.id('a.t1')$$), '42501', 'nobody pushes tables together by hand');
select tests.as_service();
select is(tests.state($$update restaurant_tables set combined_into = tests.id('b.t1') where id = tests.id('a.t1')$$), '23503', 'no table leads to another restaurant''s session');
select is(tests.state($$update restaurant_tables set combined_into = tests.id('a.t2') where id = tests.id('a.t1')$$), 'done', 'neighbours it does');

-- Codes that gates check without a network are signed by organization.
select tests.as('a.manager');
select tests.put('key', get_pool_gate_key());
select tests.as('b.manager');
select isnt(get_pool_gate_key(), tests.get('key'), 'the key of one organization''s gate forges no ticket of another');
select tests.as_owner();
select ok(app.pool_code_is_ours(app.sign_pool_code('MTP1.x', tests.id('a')), tests.id('a')) and not app.pool_code_is_ours(app.sign_pool_code('MTP1.x', tests.id('a')), tests.id('b')),
  'nor does its signature pass there');

-- Administrators act within their organization; people of the whole tenant belong to none.
select tests.as_owner();
insert into users (id, organization_id, email, role) values (tests.id('all.customer'), null, 'all@customers.test', 'customer');
set local role maitred_auth;
select set_config('request.jwt.claims', tests.claims_of('a.admin'), true) \g /dev/null
select ok(not app.auth_admin_sees(null), 'a customer of the whole tenant is none of theirs');
select is(app.auth_admin_refusal(tests.id('all.customer')) #>> '{error,code}', 'user_not_found', 'so nobody takes over their account');
select * from finish();
rollback;
