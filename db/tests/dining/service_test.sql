-- Voids, moves of a part, repeats from a tablet that was offline, courses, and what is taken away.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.order_for(p_name text, variadic p_items text[]) returns jsonb language sql as $$
  select api.place_order(tests.session(p_name), (select jsonb_agg(jsonb_build_object('menu_item_id', tests.id(i))) from unnest(p_items) i)) $$;
create function tests.ticket(p_name text, p_station text default 'kitchen') returns uuid language sql as $$
  select id from kitchen_orders where session_id = tests.session(p_name) and station = p_station order by length(order_number) desc, order_number desc limit 1 $$;
create function tests.line(p_name text, p_item text, p_status text default null) returns uuid language sql as $$
  select id from order_lines where session_id = tests.session(p_name) and menu_item_id = tests.id(p_item) and (p_status is null or status = p_status) and status <> 'cancelled' order by created_at, id limit 1 $$;
create function tests.total(p_name text) returns bigint language sql as $$ select total_amount from table_sessions where id = tests.session(p_name) $$;
create function tests.left(p_item text) returns text language sql as $$ select portions_left || case when is_available then ' on' else ' off' end from menu_items where id = tests.id(p_item) $$;
create function tests.stock() returns numeric language sql security definer as $$ select coalesce(sum(quantity), 0) from stock_movements where ingredient_id = tests.id('beef') $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
insert into stores (id, organization_id, name, is_default) values (tests.id('store'), tests.id('a'), 'Cellar', true);
insert into ingredients (id, organization_id, name, unit) values (tests.id('beef'), tests.id('a'), 'Beef', 'g');
insert into recipes (id, organization_id, name, menu_item_id, yield_quantity, yield_unit) values (tests.id('steak'), tests.id('a'), 'Steak', tests.id('a.rare'), 1, 'piece');
insert into recipe_lines (recipe_id, ingredient_id, quantity, unit) values (tests.id('steak'), tests.id('beef'), 200, 'g');

select tests.sit('a.t1', 'Ada') \gset _
select tests.sit('a.t2', 'Bob') \gset _
select tests.as('a.manager');

-- A ticket whose lines were all struck out is not brought back.
select tests.order_for('Ada', 'a.beer') \gset _
select api.cancel_order_line(tests.line('Ada', 'a.beer'), 'typo') \gset _
select is(tests.refusal(format('select api.undo_kitchen_order(%L)', tests.ticket('Ada', 'bar'))) ->> 'reason', 'voided', 'nothing on it is to be cooked');
select is((select status from kitchen_orders where id = tests.ticket('Ada', 'bar')), 'cancelled', 'it stays off the board') ;
select tests.order_for('Ada', 'a.soup', 'a.cake') \gset _
select api.cancel_order_line(tests.line('Ada', 'a.soup'), 'changed their mind') \gset _
select api.cancel_kitchen_order(tests.ticket('Ada'), 'oven') \gset _
select is(api.undo_kitchen_order(tests.ticket('Ada')) #>> '{ticket,status}', 'pending', 'a ticket with something left on it comes back');
select is(tests.total('Ada'), 333::bigint, 'with what is left on it');

-- What was served is gone; what was not comes back.
select tests.order_for('Ada', 'a.rare') \gset _
select is(tests.left('a.rare') || ', ' || tests.stock(), '2 on, -200', 'one steak is sold');
select api.cancel_order_line(tests.line('Ada', 'a.rare'), 'in time') \gset _
select is(tests.left('a.rare') || ', ' || tests.stock(), '3 on, 0', 'voided before it was served: back on the menu and in the cellar');
select tests.order_for('Ada', 'a.rare', 'a.rare', 'a.rare') \gset _
select api.ready_kitchen_order(tests.ticket('Ada')), api.complete_kitchen_order(tests.ticket('Ada')) \gset _
select api.cancel_order_line(tests.line('Ada', 'a.rare', 'served'), 'hair in it') \gset _
select is(tests.left('a.rare') || ', ' || tests.stock(), '0 off, -600', 'voided afterwards: eaten or thrown away');
select tests.as_owner();
update order_lines set status = 'served' where session_id = tests.session('Ada') and menu_item_id = tests.id('a.rare') and status = 'cancelled' and cancellation_reason = 'hair in it';
select is(tests.left('a.rare') || ', ' || tests.stock(), '0 off, -600', 'and taking that back takes nothing twice');
update menu_items set portions_left = null, is_available = true where id = tests.id('a.rare');
select tests.as('a.manager');

-- A part of a quantity.
select api.place_order(tests.session('Ada'), jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.beer'), 'quantity', 3))) \gset _
select tests.put('total', tests.total('Ada')) \gset _
select is(api.cancel_order_line(tests.line('Ada', 'a.beer'), 'one too many', 1) is not null, true, 'one of three beers is struck out');
select is(tests.total('Ada'), tests.get('total')::bigint - 450, 'two are on the bill');
select is((select jsonb_agg(jsonb_build_array(quantity, status) order by quantity) from kitchen_order_items where kitchen_order_id = tests.ticket('Ada', 'bar')), '[[1, "cancelled"], [2, "pending"]]', 'and on the ticket');
select is((select status from kitchen_orders where id = tests.ticket('Ada', 'bar')), 'pending', 'which goes on');
select is((select items from orders o where id = (select order_id from order_lines where id = tests.line('Ada', 'a.beer'))) #>> '{0,quantity}', '2', 'the snapshot says two');
select is(tests.refusal(format('select api.cancel_order_line(%L, %L, %s)', tests.line('Ada', 'a.beer'), 'x', n)) ->> 'field', 'p_quantity', format('%s of two cannot be struck out', n)) from unnest(array[0, 3, -1]) n;
select api.move_lines(array[tests.line('Ada', 'a.beer')], tests.session('Bob'), 1) \gset _
select is(tests.total('Bob') || '/' || tests.total('Ada'), '450/' || (tests.get('total')::bigint - 900), 'one of them moves to another table''s bill');
select is((select sum(quantity) from kitchen_order_items i join kitchen_orders k on k.id = i.kitchen_order_id where k.station = 'bar' and i.status = 'pending'), 2::bigint, 'the bar makes two all the same');
select is((select array_agg(items #>> '{0,quantity}' order by order_number) from orders where id in (select order_id from order_lines where menu_item_id = tests.id('a.beer') and status = 'pending')), '{1,1}', 'both snapshots are right');
select is(tests.refusal(format('select api.move_lines(array[%L, %L]::uuid[], %L, 1)', tests.line('Ada', 'a.beer'), tests.line('Ada', 'a.cake'), tests.session('Bob'))) ->> 'field', 'p_quantity', 'a part of several lines is no question');
-- a line moved away leaves the snapshot
select tests.order_for('Bob', 'a.soup', 'a.cake') \gset _
select api.move_lines(array[tests.line('Bob', 'a.soup')], tests.session('Ada')) \gset _
select is((select jsonb_agg(i ->> 'name') from orders o, jsonb_array_elements(o.items) i where o.id = (select order_id from order_lines where id = tests.line('Bob', 'a.cake'))), '["Cake"]', 'what moved away is not on the first order any more');

-- A tablet repeats what it sent before the tables were moved or merged.
select tests.be('Bob');
select tests.put('first', api.place_order(null, jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.soup'))), 'tap-1')) \gset _
select tests.put('draft', api.add_order_line(tests.id('a.beer'), p_idempotency_key => 'tap-2')) \gset _
select tests.as('a.waiter');
select tests.put('staff', api.place_order(tests.session('Bob'), jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.cake'))), 'tap-3')) \gset _
select tests.put('total', tests.total('Bob') + tests.total('Ada')) \gset _
select api.move_lines(array(select id from order_lines where order_id = tests.uid('first', 'order', 'id')), tests.session('Ada')) \gset _
select api.move_lines(array[tests.uid('draft', 'line', 'id')], tests.session('Ada')) \gset _
select tests.be('Bob');
select is(api.place_order(null, jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.soup'))), 'tap-1') #>> '{replayed}', 'true', 'after a move of its lines an order is answered again');
select is(api.add_order_line(tests.id('a.beer'), p_idempotency_key => 'tap-2') #>> '{replayed}', 'true', 'a choice, too');
select tests.as('a.waiter');
select tests.put('items', (select count(*) from kitchen_order_items)::text) \gset _
select api.merge_sessions(tests.session('Bob'), tests.session('Ada')) \gset _
select is((select count(*) from kitchen_order_items)::text, tests.get('items'), 'merging sends nothing to the kitchen again');
select is(api.place_order(tests.session('Bob'), jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.cake'))), 'tap-3') #>> '{order,id}', tests.json('staff', 'order', 'id'), 'after the tables were merged the waiter''s tablet gets its first answer');
select tests.be('Bob');
select is(api.place_order(null, jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.soup'))), 'tap-1') #>> '{replayed}', 'true', 'the guest''s, too');
select is(api.add_order_line(tests.id('a.beer'), p_idempotency_key => 'tap-2') #>> '{replayed}', 'true', 'and their choice');
select tests.as('a.waiter');
select is(tests.total('Ada'), tests.get('total')::bigint, 'nothing was ordered twice');

-- What an absent guest chose and is sold out does not stop the table.
select tests.sit('a.t3', 'Cy') \gset _
select tests.join('a.t3', 'Cy', 'Di') \gset _
select tests.be('Di') \gset _
select tests.put('cake', tests.add('a.cake')) \gset _
select tests.be('Cy') \gset _
select tests.add('a.beer') \gset _
select tests.as('a.kitchen') \gset _
select api.set_item_available(tests.id('a.cake'), false) \gset _
select tests.be('Cy') \gset _
select tests.put('sent', api.place_order()) \gset _
select is(tests.json('sent', 'order', 'total_amount') || ' ' || tests.json('sent', 'left_out', '0', 'name'), '450 Cake', 'the beer goes out, the cake stays behind and is told');
select is(tests.refusal('select api.place_order()') ->> 'reason', 'nothing_to_send', 'alone it is nothing to send');
select lives_ok(format('select api.remove_order_line(%L)', tests.get('cake')), 'and anybody at the table may take it off');
select tests.be('Di') \gset _
select tests.put('soup', tests.add('a.soup')) \gset _
select tests.be('Cy') \gset _
select is(tests.refusal(format('select api.remove_order_line(%L)', tests.get('soup'))) ->> 'reason', 'not_yours', 'but not what can be had');
select is(tests.refusal(format('select api.add_order_line(%L)', tests.id('a.cake'))) ->> 'reason', 'sold_out', 'one''s own choice is refused as ever');
select tests.as_owner();
update menu_items set is_available = true where id = tests.id('a.cake');
update menu_items set portions_left = 1 where id = tests.id('a.rare');
select tests.be('Di') \gset _
select tests.add('a.rare') \gset _
select tests.be('Cy') \gset _
select tests.add('a.rare') \gset _
select tests.put('sent', api.place_order()) \gset _
select is((select string_agg(l ->> 'customer_name' || ' ' || (l ->> 'name'), ', ' order by l ->> 'name') from jsonb_array_elements(tests.get('sent')::jsonb #> '{order,lines}') l), 'Cy Rare steak, Di Soup', 'the last portion goes to who sends');

-- Courses.
select tests.as('a.waiter');
select tests.put('menu', api.place_order(tests.session('Cy'), jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.soup'), 'course', 1), jsonb_build_object('menu_item_id', tests.id('a.pizza'), 'course', 2, 'modifiers', jsonb_build_array(tests.id('a.thin'))),
  jsonb_build_object('menu_item_id', tests.id('a.cake'), 'course', 3)))) \gset _
select tests.as('a.kitchen');
select is((select string_agg(t ->> 'course', ',' order by t ->> 'course') from jsonb_array_elements(api.get_kitchen_board() -> 'held') t), '2,3', 'later courses wait');
select is((select bool_or(i ->> 'name' = 'Pizza') from jsonb_array_elements(api.get_kitchen_board() -> 'all_day') i), false, 'and are not to be cooked yet');
select tests.as('a.waiter');
select is(api.fire_course(tests.session('Cy')) #>> '{tickets,0,items,0,name}', 'Pizza', 'the next course is fired');
select is((select held from kitchen_orders where order_id = tests.uid('menu', 'order', 'id') and course = 3), true, 'dessert waits on');
select is(tests.refusal(format('select api.clear_session(%L)', tests.session('Cy'))) ->> 'reason' in ('unpaid', 'in_kitchen'), true, 'a table with a course to come is not cleared');
select tests.as('a.kitchen');
select is(api.start_kitchen_order((select id from kitchen_orders where order_id = tests.uid('menu', 'order', 'id') and course = 3)) #>> '{ticket,held}', 'false', 'who starts a course has fired it');
select tests.as('a.waiter');
select is(tests.refusal(format('select api.fire_course(%L)', tests.session('Cy'))) ->> 'reason', 'nothing_held', 'and nothing is held any more');
select is(tests.refusal(format('select api.add_order_line(%L, p_session_id => %L, p_course => 10)', tests.id('a.soup'), tests.session('Cy'))) ->> 'field', 'p_course', 'nobody eats ten courses');
select is((select min(course) from jsonb_to_recordset(api.place_order(tests.session('Cy'), jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.cake'), 'course', 3))) -> 'kitchen_orders') k(id uuid, course int)), null, 'what is ordered alone');
select is((select held from kitchen_orders where session_id = tests.session('Cy') order by created_at desc, course desc limit 1), false, 'is not held, whatever course it is');

-- Taken away: another tax, a time.
select tests.as('a.manager');
update restaurants set takeaway_tax_rate = 5 where id = tests.id('a.restaurant');
update menu_items set takeaway_tax_rate = 20 where id = tests.id('a.beer');
select tests.as_anon();
select tests.put('away', api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Jo', p_pickup_at => date_trunc('minute', now()) + interval '2 hours',
  p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.soup')), jsonb_build_object('menu_item_id', tests.id('a.beer'))))) \gset _
select is((select string_agg(l ->> 'tax_rate', ',' order by l ->> 'name') from jsonb_array_elements(tests.get('away')::jsonb #> '{order,lines}') l), '20.00,5.00', 'each at its rate');
select is((tests.json('away', 'order', 'pickup_at'))::timestamptz, date_trunc('minute', now()) + interval '2 hours', 'for the time it is fetched');
select tests.as('a.kitchen');
select is((select (t ->> 'target_at')::timestamptz from jsonb_array_elements(api.get_kitchen_board() -> 'tickets') t where t ->> 'order_id' = tests.json('away', 'order', 'id') limit 1), date_trunc('minute', now()) + interval '2 hours', 'the kitchen aims at that');
select tests.as_anon();
select is(tests.refusal(format('select api.place_order(p_restaurant_id => %L, p_customer_name => %L, p_pickup_at => now() - interval ''1 hour'', p_items => %L)', tests.id('a.restaurant'), 'Jo', jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.soup'))))) ->> 'field', 'p_pickup_at', 'not an hour ago');
select tests.as('a.waiter');
select tests.put('here', api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_table_id => tests.id('a.t4'), p_customer_name => 'Ed', p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.soup'))))) \gset _
select is(tests.json('here', 'order', 'lines', '0', 'tax_rate'), '10.00', 'at a table, the table''s rate');
select * from finish();
rollback;
