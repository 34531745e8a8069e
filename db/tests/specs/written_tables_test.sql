-- Rows as the documents write them, straight into the tables, in a house with one organization and one restaurant: what is clear is filled in,
-- what is written is priced or refused.
\ir ../start.sql
\ir ../words.sql
grant execute on all functions in schema tests to anon, authenticated, service_role;
select * from no_plan();
delete from staff where organization_id = tests.id('b');
delete from users where organization_id = tests.id('b') or role = 'super_admin';
delete from organizations where id = tests.id('b');
select app.seed_dining(tests.id('a')), app.seed_pool(tests.id('a')) \g /dev/null

-- ── omniorder: categories {name, rank}, menu_items, orders {customer_name, total_amount, items} ──────────────────────
select tests.as('a.owner');
select lives_ok($$insert into menu_categories (name, rank) values ('Specials', 9)$$, 'a category');
select lives_ok($$insert into menu_items (category_id, name, price) select id, 'The OmniBurger', 1000 from menu_categories where name = 'Specials'$$, 'a dish');
select lives_ok($$insert into menu_items (name, price) values ('Loner', 300), ('Second loner', 400)$$, 'a dish without a category');
select is((select string_agg(distinct c.name, ' ') from menu_items i join menu_categories c on c.id = i.category_id where i.name ~ 'oner'), 'Other', 'stands under "Other"');
select lives_ok($$update menu_items set category_id = null where name = 'The OmniBurger'$$, 'one may lose its category');
select is(tests.refused($$insert into menu_items (category_id, name, price) values (gen_random_uuid(), 'X', 1)$$), 'MD404 category_id', 'one that is not there is refused');
select tests.as('a.waiter');
select lives_ok($$insert into orders (customer_name, total_amount, items) values ('Wanda', 2600, '[{"name": "The OmniBurger", "price": 1000, "quantity": 2, "colour": "red"}, {"name": "Off the card", "price": 600, "quantity": 1}]')$$,
  'an order with its snapshot');
select is((select items #>> '{0,name}' || ' ' || (items #>> '{0,price}') || ' ' || (items #>> '{0,colour}') || ' ' || (items #>> '{1,total}') || ' ' || total_amount || ' ' || total from orders where customer_name = 'Wanda'),
  'The OmniBurger 1000 red 600 2600 2600', 'which stays as it was written');
select is((select count(*) || ' ' || sum(l.total_amount) || ' ' || bool_and(o.has_lines) from order_lines l join orders o on o.id = l.order_id where o.customer_name = 'Wanda'), '2 2600 true', 'and is a whole order');
select tests.as('a.kitchen');
select is((select count(*) from kitchen_order_items i join kitchen_orders k on k.id = i.kitchen_order_id where k.customer_name = 'Wanda'), 2::bigint, 'that the kitchen sees');
select tests.as('a.waiter');
select is(tests.refused(format($$insert into orders (customer_name, total_amount, items) values ('Mallory', %s, %L)$$, q.total, q.items)), q.refusal, q.what) from (values
  (1, '[{"name": "The OmniBurger", "price": 1000, "quantity": 2}]', 'MD409 p_total_amount', 'a wrong total'),
  (2, '[{"name": "The OmniBurger", "price": 1, "quantity": 2}]', 'MD409 p_total_amount', 'a price of one''s own for what is on the menu'),
  (5, '[{"name": "Nothing"}]', 'MD400 items', 'an item without a price'),
  (5, '["OmniBurger"]', 'MD400 items', 'items that are none'),
  (5, '[{"name": "X", "price": -5}]', 'MD400 items', 'a negative price'),
  (5, '[{"name": "X", "price": 5, "quantity": 0}]', 'MD400 items', 'none of it'),
  (5, '[{"menu_item_id": "00000000-0000-4000-8000-000000000000"}]', 'MD404 items', 'a dish that is not there')) q(total, items, refusal, what);
select lives_ok($$insert into orders (customer_name, items) values ('Computed', '[{"name": "loner", "qty": 3}]')$$, 'a total that is not sent');
select is((select total_amount from orders where customer_name = 'Computed'), 900::bigint, 'is computed');
select tests.as_service();
select lives_ok($$insert into orders (customer_name, total_amount, items) values ('Import', 777, '[{"name": "Old dish", "price": 777}]')$$, 'what the service brings along');
select is((select items #>> '{0,name}' from orders where customer_name = 'Import'), 'Old dish', 'is kept as it is');

select tests.as_owner();
select is(tests.refused(q.sql), 'MD400 price', q.sql) from (values
  ($$insert into menu_items (name, price) values ('Half a cent', 12.50)$$), ($$update menu_items set price = 12.5 where name = 'loner'$$ || ' or true'),
  ($$insert into modifiers (group_id, name, price) select id, 'X', 0.5 from modifier_groups limit 1$$)) q(sql);
select lives_ok($$insert into menu_items (name, price) values ('Whole', 1250.00)$$, 'whole numbers are prices');
select is((select to_jsonb(price)::text from menu_items where name = 'Whole'), '1250', 'however they are written');

-- ── v2-resort: tables, tickets that stand alone, stays, pool ─────────────────────────────────────────────────────────
select tests.as('a.waiter');
select lives_ok($$insert into kitchen_orders (table_id, order_number, created_by, kitchen_notes) select id, 'K-1001', tests.id('a.waiter'), 'no salt' from restaurant_tables where table_number = 1$$, 'a ticket without an order');
select lives_ok($$insert into kitchen_order_items (kitchen_order_id, name, quantity) select id, 'Something hot', 2 from kitchen_orders where order_number = 'K-1001'$$, 'with items');
select throws_ok($$insert into kitchen_order_items (kitchen_order_id, name, quantity) select id, 'X', 1 from kitchen_orders where customer_name = 'Wanda' limit 1$$, '42501', null, 'which the ticket of an order does not take');
select throws_ok($$insert into kitchen_orders (order_id, order_number) select id, 'K-9' from orders limit 1$$, '42501', null, 'nor is an order given a second ticket');
select tests.as('a.kitchen');
select is((start_kitchen_order(id) #>> '{ticket,status}') || ' ' || (ready_kitchen_order(id) #>> '{ticket,status}') || ' ' || (complete_kitchen_order(id) #>> '{ticket,status}'),
  'cooking ready completed', 'it is cooked like any other') from kitchen_orders where order_number = 'K-1001';
select tests.as('a.manager');
select lives_ok($$insert into restaurant_tables (table_number, capacity, section) values (77, 4, 'Terrace')$$, 'a table');
select lives_ok($$insert into chalets (name, capacity, base_price) values ('Alpine', 4, 100.00)$$, 'a chalet');
select tests.as_service();
select lives_ok($$insert into chalets (name, capacity, base_price) values ('Brook', 2, 80)$$, 'the service makes one, too');
select lives_ok($$insert into seasonal_pricing_rules (name, start_date, end_date, multiplier) values ('Peak', current_date + 300, current_date + 310, 1.5)$$, 'and a season');
select lives_ok($$insert into venues (name) values ('Downtown')$$, 'a venue');
select lives_ok($$insert into games (name, price) values ('The Vault', 30)$$, 'a game');
select is((select timezone from venues where name = 'Downtown'), 'Europe/Berlin', 'with the clock of the house');
select lives_ok($$insert into chalet_bookings (user_id, chalet_id, check_in, check_out, guests, total_price) select tests.id('a.customer'), id, current_date + 20, current_date + 22, 2, 160 from chalets where name = 'Brook'$$, 'a stay');
select lives_ok($$insert into pool_tickets (user_id, ticket_date, slot, adults, children, total_price) values (tests.id('a.customer'), current_date + 3, 'morning', 2, 1, 40)$$, 'a ticket');
select lives_ok($$insert into pool_memberships (user_id, type, billing_cycle, start_date, monthly_price) values (tests.id('a.customer'), 'family', 'monthly', current_date, 70)$$, 'a membership');
select is((select count(*) || ' ' || bool_and(qr_code like 'MTM1.%') from membership_members), '1 true', 'with a holder and a card');
select tests.as('a.admin');
select lives_ok($$insert into chalet_bookings (user_id, chalet_id, check_in, check_out, guests, total_price) select tests.id('a.customer'), id, current_date + 21, current_date + 22, 2,
  (quote_stay(id, current_date + 21, current_date + 22, 2) ->> 'total_price')::numeric from chalets where name = 'Alpine'$$, 'admins have full access: a stay');
select is(tests.refused($$insert into chalet_bookings (user_id, chalet_id, check_in, check_out, guests, total_price) select tests.id('a.customer'), id, current_date + 31, current_date + 32, 2, 1 from chalets where name = 'Alpine'$$),
  'MD400 total_price', 'at its price');
select is(tests.refused($$insert into chalet_bookings (user_id, chalet_id, check_in, check_out, guests) select tests.id('a.customer'), id, current_date + 20, current_date + 22, 2 from chalets where name = 'Brook'$$),
  'MD409 check_in', 'on free nights');
select is(tests.refused($$insert into chalet_bookings (user_id, chalet_id, check_in, check_out, guests, payment_status) select tests.id('a.customer'), id, current_date + 41, current_date + 42, 2, 'paid' from chalets where name = 'Alpine'$$),
  'MD422 payment_status', 'paid by payments');
select lives_ok($$insert into pool_tickets (user_id, ticket_date, slot, adults) values (tests.id('a.customer'), current_date + 3, 'morning', 1)$$, 'a ticket');
select is(tests.refused($$insert into pool_tickets (user_id, ticket_date, slot, adults, total_price) values (tests.id('a.customer'), current_date + 3, 'morning', 1, 0.01)$$), 'MD400 total_price', 'at its price');
select is(tests.refused($$insert into pool_memberships (user_id, type, billing_cycle, start_date, monthly_price) values (tests.id('a.customer'), 'vip', 'monthly', current_date, 0.01)$$), 'MD400 monthly_price', 'so a membership');
select tests.as('a.staff');
select throws_ok($$insert into chalet_bookings (user_id, chalet_id, check_in, check_out, guests) select tests.id('a.customer'), id, current_date + 50, current_date + 51, 2 from chalets limit 1$$, '42501', null, 'staff book through the function');

-- ── where it is not clear, the column is named ───────────────────────────────────────────────────────────────────────
select tests.as_owner();
insert into restaurants (organization_id, name) values (tests.id('a'), 'Second');
select tests.as('a.owner');
select is(tests.refused(q.sql), q.refusal, q.sql) from (values
  ('insert into menu_categories (name) values (''X'')', 'MD400 restaurant_id'), ('insert into orders (customer_name) values (''X'')', 'MD400 restaurant_id'),
  ('insert into menu_items (name, price) values (''X'', 1)', 'MD400 restaurant_id'), ('insert into restaurant_tables (table_number, capacity) values (5, 5)', 'MD400 restaurant_id')) q(sql, refusal);
select lives_ok($$insert into kitchen_orders (table_id, order_number) select id, 'K-2' from restaurant_tables where table_number = 2$$, 'a table knows its restaurant');
select tests.as_owner();
insert into organizations (id, name) values (tests.id('c'), 'Third');
select tests.as_service();
select is(tests.refused('insert into chalets (name, capacity, base_price) values (''X'', 1, 1)'), 'MD400 organization_id', 'with two organizations the service says which');
select * from finish();
rollback;
