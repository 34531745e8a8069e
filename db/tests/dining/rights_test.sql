-- Who sees and touches what: straight on the tables, without the functions' manners.
\ir ../start.sql
\ir cast.sql
select plan(62);

select tests.sit('a.t1', 'Ada');
select tests.join('a.t1', 'Ada', 'Bob');
select tests.sit('a.t2', 'Eve');
select tests.be('Ada');
select tests.add('a.cake');
select api.place_order();
select api.bill_session();
select tests.be('Eve');
select tests.add('a.beer');
select api.place_order();
select tests.as('a.waiter');
select api.reserve_table(tests.id('a.restaurant'), current_date + 20, '19:00', 2, 'Fay', '123456');
select api.join_waitlist(tests.id('a.restaurant'), 2, 'Gus');
select tests.as_owner();
update menu_items set is_active = false where id = tests.id('a.soup');

create function tests.see(p_table text) returns bigint language plpgsql as $$
declare v_n bigint; begin execute format('select count(*) from %I', p_table) into v_n; return v_n; exception when insufficient_privilege then return -1; end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- anonymous visitors
select tests.as_anon();
select is(tests.see(t), n, format('a visitor sees %s of %s', case n when -1 then 'nothing' else n::text end, t))
from (values ('menu_categories', 4::bigint), ('menu_items', 9), ('modifier_groups', 4), ('modifiers', 8), ('menu_item_modifier_groups', 4),
  ('restaurant_tables', -1), ('table_combinations', -1), ('table_sessions', -1), ('session_customers', -1), ('otp_guards', -1), ('orders', -1), ('order_lines', -1), ('order_counters', -1),
  ('kitchen_orders', -1), ('kitchen_order_items', -1), ('bill_shares', -1), ('table_reservations', -1), ('reservation_tables', -1), ('waitlist_entries', -1)) x(t, n);
select is((select count(name) from restaurants), 2::bigint, 'a visitor reads the public facts of restaurants');
select throws_ok('select settings from restaurants', '42501', null, 'and not the others');

-- a guest of one session
select tests.be('Ada');
select is(tests.see(t), n, format('a guest sees %s of %s', n, t))
from (values ('table_sessions', 1::bigint), ('session_customers', 1), ('orders', 1), ('order_lines', 1), ('bill_shares', 1), ('kitchen_orders', 0), ('kitchen_order_items', 0),
  ('restaurant_tables', 0), ('otp_guards', -1), ('table_reservations', 0), ('waitlist_entries', 0), ('order_counters', 0)) x(t, n);
select throws_ok(format('insert into order_lines (session_id, menu_item_id, name, quantity, unit_price) values (%L, %L, %L, 1, 1)', tests.session('Ada'), tests.id('a.cake'), 'Cake'),
  '42501', null, 'a guest writes no lines past the functions');
select throws_ok(format('insert into orders (restaurant_id, session_id, total) values (%L, %L, 1)', tests.id('a.restaurant'), tests.session('Ada')), 'MD404', null, 'nor orders');
select throws_ok('update bill_shares set paid_amount = amount', '42501', null, 'nor pays by hand');
update table_sessions set otp_expires_at = null;
select tests.as_owner();
select is((select count(*) from table_sessions where otp_expires_at is null), 0::bigint, 'nor changes any session');
-- a token that mixes two sessions
select tests.as_guest(tests.session('Eve'), tests.guest('Ada'));
select is(tests.see('table_sessions'), 0::bigint, 'a token whose parts do not belong together opens nothing');
-- whoever was taken out, or came to a table that was cleared since, sees their own seat and nothing else
select tests.as_owner();
update session_customers set deleted_at = now() where id = tests.guest('Ada');
select tests.be('Ada');
select is((tests.see('session_customers'), tests.see('table_sessions'), tests.see('orders'), tests.see('order_lines'), tests.see('bill_shares'))::text, '(1,0,0,0,0)',
  'a guest who was taken out sees that it is so, and nothing of the table');
select tests.as_owner();
update session_customers set deleted_at = null where id = tests.guest('Ada');
select tests.as_guest(null, null);
select throws_ok('select api.get_session()', 'MD410', null, 'nor does an empty one');

-- roles of the house
select tests.as('a.waiter');
select is((tests.see('table_sessions'), tests.see('session_customers'), tests.see('orders'), tests.see('order_lines'), tests.see('kitchen_orders'), tests.see('bill_shares'), tests.see('restaurant_tables'), tests.see('waitlist_entries'))::text,
  '(2,3,2,2,2,1,4,1)', 'a waiter sees the operations of their organization');
select throws_ok('update order_lines set status = ''cancelled''', '42501', null, 'but changes lines through functions only');
select throws_ok('update orders set total_amount = 0', '42501', null, 'and totals not at all');
select throws_ok(format('update table_sessions set total_amount = 0 where id = %L', tests.session('Eve')), '42501', null, 'nor a session''s total');
select throws_ok(format('update table_sessions set paid_amount = 450 where id = %L', tests.session('Eve')), '42501', null, 'nor what was paid');
select throws_ok(format('update table_sessions set deleted_at = now() where id = %L', tests.session('Eve')), '42501', null, 'nor makes a session vanish');
select lives_ok(format('update table_sessions set party_size = 3 where id = %L', tests.session('Eve')), 'a party may be counted again');
select throws_ok('delete from table_sessions', '42501', null, 'nothing is deleted');
select is_empty('with changed as (update menu_items set price = 1 returning 1) select * from changed', 'a waiter changes no prices');
select tests.as('a.kitchen');
select is((tests.see('kitchen_orders'), tests.see('kitchen_order_items'), tests.see('table_sessions'), tests.see('bill_shares'), tests.see('payments'), tests.see('table_reservations'))::text,
  '(2,2,0,0,0,0)', 'the kitchen sees tickets and no money, OTPs or reservations');
select tests.as('a.finance');
select is((tests.see('orders'), tests.see('bill_shares'), tests.see('kitchen_orders'))::text, '(2,1,0)', 'finance sees orders and shares, no tickets');
select tests.as('a.customer');
select is((tests.see('orders'), tests.see('table_sessions'), tests.see('session_customers'), tests.see('table_reservations'), tests.see('bill_shares'))::text, '(0,0,0,0,0)', 'a customer sees nothing that is not theirs');
select tests.as('b.manager');
select is((select string_agg(tests.see(t)::text, ',') from unnest(array['table_sessions', 'session_customers', 'orders', 'order_lines', 'kitchen_orders', 'kitchen_order_items', 'bill_shares', 'table_reservations', 'reservation_tables', 'waitlist_entries', 'order_counters']) t),
  '0,0,0,0,0,0,0,0,0,0,0', 'another organization''s manager sees none of it');
select throws_ok(format('insert into menu_items (category_id, name, price) values (%L, %L, 1)', tests.id('a.food'), 'Trojan'), 'MD404', null, 'and writes nothing into it');
select throws_ok(format('insert into table_sessions (table_id, restaurant_id, session_otp) values (%L, %L, %L)', tests.id('a.t3'), tests.id('a.restaurant'), '123456'), 'MD404', null, 'no session');
select throws_ok(format('insert into orders (restaurant_id, total) values (%L, 100)', tests.id('a.restaurant')), '42501', null, 'no order');
select throws_ok(format('insert into order_lines (order_id, name, quantity, unit_price) values (%L, %L, 1, 1)', (select id from orders limit 1), 'x'), '42501', null, 'no line');
select lives_ok(format('insert into menu_items (category_id, name, price) values (%L, %L, 100)', tests.id('b.food'), 'Tart'), 'their own menu is theirs');
select is((select organization_id || '' || restaurant_id from menu_items where name = 'Tart'), tests.id('b') || '' || tests.id('b.restaurant'), 'organization and place come from the category');

-- another tenant
select tests.as_owner();
set local search_path = tenant_beta, api, app, public, tap;
select tests.as('a.manager');
select is((select count(*) from tenant_alpha.orders) + (select count(*) from tenant_alpha.table_sessions) + (select count(*) from tenant_alpha.menu_items), 0::bigint, 'another tenant sees none of it');
select tests.as_anon();
select throws_ok($$select api.get_table('tablea1')$$, 'MD404', null, 'nor does its page');
select tests.as_guest(tests.session('Ada'), tests.guest('Ada'));
select throws_ok('select api.get_session()', 'MD410', null, 'a token''s session is not there');

select * from finish();
rollback;
