-- What people choose becomes an order: priced by the menu, sent once, frozen.
\ir ../start.sql
\ir cast.sql
select plan(99);

-- the start page and the menu
select tests.as_anon();
select is((select string_agg((r ->> 'name') || (r ->> 'tables'), ' ' order by r ->> 'name') from jsonb_array_elements(api.get_restaurants() -> 'restaurants') r where r ->> 'name' in ('Bistro', 'Trattoria')),
  'Bistro[] Trattoria[]', 'everybody sees the restaurants, and no table''s code');
select tests.as_owner();
update restaurants set settings = '{"lists_tables": true}' where id = tests.id('a.restaurant');
select tests.as_anon();
select is((select r #>> '{tables,0,code}' from jsonb_array_elements(api.get_restaurants() -> 'restaurants') r where r ->> 'name' = 'Trattoria'), 'tablea1', 'unless the house lists them');
select is(api.get_menu(tests.id('a.restaurant')) #>> '{restaurant,is_open}', null, 'the menu says nothing that the clock would change');
select is(api.get_menu(tests.id('a.restaurant')) #>> '{categories,0,items,0,name}', 'Pizza', 'everybody reads the menu, by rank');
select is(api.get_menu(tests.id('a.restaurant')) #>> '{categories,0,items,0,modifier_groups,0,modifiers,1,price}', '50', 'with modifiers and their prices');
select is(api.get_menu(tests.id('a.restaurant')) #>> '{categories,0,items,0,allergens}', '["gluten", "milk"]', 'and allergens');
select is(provolatile, 's', 'it is stable, so that GET works') from pg_proc where oid = 'api.get_menu'::regproc;
select throws_ok(format('select api.get_menu(%L)', gen_random_uuid()), 'MD404', null, 'an unknown restaurant is not found');
select tests.as('a.kitchen');
select is(api.set_item_available(tests.id('a.soup'), false) #>> '{item,is_available}', 'false', 'the kitchen says what is sold out');
select throws_ok(format('update menu_items set price = 1 where id = %L', tests.id('a.soup')), 'MD403', null, 'but does not change prices');
select throws_ok(format('select api.set_item_available(%L, false)', tests.id('b.soup')), 'MD404', null, 'nor another organization''s menu');
select tests.as('a.waiter');
select throws_ok(format('select api.set_item_available(%L, false)', tests.id('a.cake')), 'MD403', null, 'a waiter may not');
select tests.as_anon();
select is((select i ->> 'is_available' from jsonb_array_elements(api.get_menu(tests.id('a.restaurant')) #> '{categories,0,items}') i where i ->> 'name' = 'Soup'),
  'false', 'what is sold out stays on the menu and says so');

-- drafts
select tests.sit('a.t1', 'Ada');
select tests.join('a.t1', 'Ada', 'Bob');
select tests.sit('a.t2', 'Eve');
select tests.be('Ada');
select tests.put('line', api.add_order_line(tests.id('a.pizza'), 2, jsonb_build_array(tests.id('a.thick'), jsonb_build_object('id', tests.id('a.cheese'), 'quantity', 2)), '  no basil  ', 'tap-1'));
select is(tests.json('line', 'line', 'unit_price'), '1350', 'a line costs the item and its modifiers');
select is(tests.json('line', 'line', 'total_amount'), '2700', 'times the quantity');
select is(tests.json('line', 'line', 'tax_amount')::int, 245, 'with the tax it contains');
select is(tests.json('line', 'line', 'net_amount')::int + tests.json('line', 'line', 'tax_amount')::int, 2700, 'net and tax are the gross');
select is(tests.json('line', 'line', 'note'), 'no basil', 'notes are trimmed');
select is(tests.json('line', 'line', 'modifiers'), jsonb_build_array(
  jsonb_build_object('id', tests.id('a.thick'), 'group', 'Crust', 'name', 'Thick', 'price', 50, 'quantity', 1),
  jsonb_build_object('id', tests.id('a.cheese'), 'group', 'Toppings', 'name', 'Extra cheese', 'price', 150, 'quantity', 2))::text, 'modifiers are frozen with name and price');
select is(api.add_order_line(tests.id('a.pizza'), 2, '[]', null, 'tap-1') -> 'replayed', 'true', 'the same tap again adds nothing');
select is(api.add_order_line(tests.id('a.pizza'), 2, '[]', null, 'tap-1') #>> '{line,id}', tests.json('line', 'line', 'id'), 'and answers with the same line');
select is(jsonb_array_length(api.get_session() -> 'drafts'), 1, 'there is one draft');
select tests.be('Bob');
select is(api.get_session() #>> '{drafts,0,customer_name}', 'Ada', 'the others see it, and whose it is');
select is(api.get_session() #>> '{drafts,0,is_mine}', 'false', 'and that it is not theirs');
select is(tests.refusal(format('select api.change_order_line(%L, 5)', tests.uid('line', 'line', 'id'))) ->> 'reason', 'not_yours', 'a guest changes their own drafts only');
select is(tests.refusal(format('select api.remove_order_line(%L)', tests.uid('line', 'line', 'id'))) ->> 'code', 'MD403', 'and removes their own only');
select tests.be('Eve');
select throws_ok(format('select api.change_order_line(%L, 5)', tests.uid('line', 'line', 'id')), 'MD404', null, 'for another table it does not exist');
select throws_ok(format('select api.get_session(%L)', tests.session('Ada')), 'MD404', null, 'nor does that session');
select throws_ok(format($$select api.add_order_line(%L, 1, '[]', null, null, %L)$$, tests.id('a.cake'), tests.session('Ada')), 'MD404', null, 'nobody adds to it from outside');
select tests.be('Ada');
select is(api.change_order_line(tests.uid('line', 'line', 'id'), 1, jsonb_build_array(tests.id('a.thin')), '') #>> '{line,total_amount}', '1000', 'the one whose it is changes it');
select is(api.get_session() #>> '{drafts,0,note}', null, 'an empty note is cleared');

-- what is refused, and leaves nothing behind
select tests.put('before', (select version from table_sessions));
select throws_ok(format('select api.add_order_line(%L, %s)', tests.id('a.cake'), q), 'MD400', null, 'a quantity of ' || coalesce(q, 'null') || ' is refused')
from unnest(array['0', '-1', '100', '2147483647', 'null']) q;
select throws_ok(format('select api.add_order_line(%L)', tests.id('b.cake')), 'MD404', null, 'another organization''s item is not on this menu');
select throws_ok(format('select api.add_order_line(%L)', gen_random_uuid()), 'MD404', null, 'nor is one that does not exist');
select is(tests.refusal(format('select api.add_order_line(%L)', tests.id('a.soup'))) ->> 'reason', 'sold_out', 'a sold-out item is refused');
select is(tests.refusal(format('select api.add_order_line(%L)', tests.id('a.pizza'))) ->> 'modifier_group_id', tests.id('a.crust')::text, 'a choice that is needed is asked for');
select throws_ok(format('select api.add_order_line(%L, 1, %L)', tests.id('a.pizza'), m), 'MD400', null, 'absurd modifiers are refused: ' || left(m, 40))
from unnest(array['{}', '"x"', '[1]', '[null]', '[{"id": 5}]', '["not-a-uuid"]', '[["a"]]',
  format('["%s","%s"]', tests.id('a.thin'), tests.id('a.thin')), format('["%s","%s"]', tests.id('a.thin'), tests.id('a.thick')),
  format('["%s","%s"]', tests.id('a.thin'), tests.id('b.cheese')), format('["%s",{"id":"%s","quantity":3}]', tests.id('a.thin'), tests.id('a.cheese')),
  format('["%s",{"id":"%s","quantity":-1}]', tests.id('a.thin'), tests.id('a.cheese')), format('["%s",{"id":"%s","quantity":1.5}]', tests.id('a.thin'), tests.id('a.cheese')),
  format('["%s",{"id":"%s","quantity":"2"}]', tests.id('a.thin'), tests.id('a.cheese')), format('["%s"]', tests.id('a.ham')),
  '[' || repeat(format('"%s",', tests.id('a.thin')), 60) || '"x"]']) m;
select throws_ok(format($$select api.add_order_line(%L, 1, '[]', %L)$$, tests.id('a.cake'), repeat('x', 501)), 'MD400', null, 'a note has an end');
select is((select version::text from table_sessions), tests.get('before'), 'a refusal leaves nothing behind');
select is(api.add_order_line(tests.id('a.cake'), 1, '[]', E'<script>alert(1)</script>\x1b[2J \u202Egnp.exe; drop table orders') #>> '{line,note}',
  '<script>alert(1)</script>[2J gnp.exe; drop table orders', 'hostile text is kept as text, without what a printer would obey');

-- removing
select tests.be('Ada');
select tests.put('cake', (select l ->> 'id' from jsonb_array_elements(api.get_session() -> 'drafts') l where l ->> 'name' = 'Cake'));
select lives_ok(format('select api.remove_order_line(%L)', tests.get('cake')), 'a draft is removed');
select lives_ok(format('select api.remove_order_line(%L)', tests.get('cake')), 'twice is fine');
select throws_ok(format('select api.change_order_line(%L, 2)', tests.get('cake')), 'MD404', null, 'what is gone is not changed');

-- sending
select tests.be('Bob');
select tests.add('a.beer', 3);
select is(tests.refusal($$select api.place_order(p_total_amount => 2349)$$) -> 'total_amount', '2350', 'a total that differs is refused with the right one');
select tests.put('order', api.place_order(p_idempotency_key => 'send-1', p_total_amount => 2350));
select is(tests.json('order', 'order', 'total_amount'), '2350', 'everything that was chosen goes');
select is(jsonb_array_length(tests.get('order')::jsonb -> 'kitchen_orders'), 2, 'one ticket a station');
select is(tests.json('order', 'order', 'order_number'), '1', 'the day''s first number');
select is(api.place_order(p_idempotency_key => 'send-1') -> 'order' ->> 'id', tests.json('order', 'order', 'id'), 'a double tap gets the first answer');
select is(tests.refusal('select api.place_order()') ->> 'reason', 'nothing_to_send', 'another send finds nothing');
select tests.be('Ada');
select is(tests.refusal(format('select api.change_order_line(%L, 5)', tests.uid('line', 'line', 'id'))) ->> 'reason', 'already_sent', 'what was sent is not changed any more');
select is(api.get_session() #>> '{session,total_amount}', '2350', 'the session owes it');
select tests.be('Eve');
select tests.add('a.cake');
select is(api.place_order(p_idempotency_key => 'send-1') #>> '{order,order_number}', '2', 'the same key at another table is another key; numbers count up within the restaurant');
select is(api.place_order(p_idempotency_key => 'send-1') #>> '{order,order_number}', '2', 'and who sent it gets the first answer again');
select tests.as_owner();
select is((select items #>> '{0,price}' from orders where id = tests.uid('order', 'order', 'id')), '1000', 'the order keeps a snapshot');
update menu_items set price = 9999, name = 'Pizza deluxe' where id = tests.id('a.pizza');
select is((select name || ' ' || unit_price from order_lines where id = tests.uid('line', 'line', 'id')), 'Pizza 1000', 'a new price leaves what was sold alone');
select is((select count(*) from kitchen_order_items where order_line_id = tests.uid('line', 'line', 'id')), 1::bigint, 'each line reached the kitchen once');
update menu_items set price = 1000, name = 'Pizza' where id = tests.id('a.pizza');

-- portions
select tests.be('Eve');
select is(tests.refusal(format('select api.add_order_line(%L, 4)', tests.id('a.rare'))) -> 'portions_left', '3', 'more than there are portions is refused');
select tests.add('a.rare', 2), tests.add('a.rare', 2);
select is(tests.refusal('select api.place_order()') #>> '{items,0,portions_left}', '3', 'also when two choices together are too many');
select is(jsonb_array_length(api.get_session() -> 'drafts'), 2, 'and then nothing is sent');
select api.remove_order_line((api.get_session() #>> '{drafts,0,id}')::uuid);
select api.place_order();
select tests.as_owner();
select is((select portions_left || ' ' || is_available from menu_items where id = tests.id('a.rare')), '1 true', 'portions count down');
select tests.be('Eve');
select api.place_order(p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.rare'))));
select tests.as_owner();
select is((select portions_left || ' ' || is_available from menu_items where id = tests.id('a.rare')), '0 false', 'the last one sells the item out');

-- one person's order
select tests.as_anon();
select tests.put('away', api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Zoe', p_idempotency_key => 'z1',
  p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.cake'), 'quantity', 3))));
select is(tests.json('away', 'order', 'type') || tests.json('away', 'order', 'total_amount'), 'takeaway999', 'a stranger orders takeaway under a name');
select is(api.get_order(tests.uid('away', 'order', 'id')) #>> '{order,status}', 'PENDING', 'and follows it by its id');
select is(api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Zoe', p_idempotency_key => 'z1',
  p_items => '[]') -> 'replayed', 'true', 'a double tap orders once');
select throws_ok(format($$select api.place_order(p_restaurant_id => %L, p_customer_name => 'Zoe', p_items => %L)$$, tests.id('a.restaurant'), i), s, null, 'refused: ' || left(i, 50))
from (values ('[]', 'MD400'), ('{}', 'MD400'), ('[5]', 'MD400'), ('[{"menu_item_id": "x"}]', 'MD400'),
  (format('[{"menu_item_id": "%s", "quantity": -2}]', tests.id('a.cake')), 'MD400'), (format('[{"menu_item_id": "%s", "quantity": 1e3}]', tests.id('a.cake')), 'MD400'),
  (format('[{"menu_item_id": "%s"}]', tests.id('b.cake')), 'MD404'), (format('[{"menu_item_id": "%s", "note": {}}]', tests.id('a.cake')), 'MD400')) x(i, s);
select throws_ok(format($$select api.place_order(p_restaurant_id => %L, p_table_id => %L, p_customer_name => 'Zoe', p_items => '[]')$$, tests.id('a.restaurant'), tests.id('a.t1')),
  'MD403', null, 'at a table a stranger joins the session instead');
select tests.as_owner();
select tests.put('ours', jsonb_build_object('id', (select id from orders where session_id = tests.session('Eve') order by id limit 1)));
select tests.be('Eve');
select is(api.get_order(tests.uid('ours', 'id')) #>> '{order,id}', tests.uid('ours', 'id')::text, 'who sits at a table sees its orders');
select tests.as('a.waiter');
select is(api.get_order(tests.uid('ours', 'id')) #>> '{order,id}', tests.uid('ours', 'id')::text, 'so does the waiter');
select tests.be('Ada');
select throws_ok(format('select api.get_order(%L)', tests.uid('ours', 'id')), 'MD404', null, 'another table does not, it names the people who sit there');
select tests.as_anon();
select throws_ok(format('select api.get_order(%L)', tests.uid('ours', 'id')), 'MD404', null, 'nor does a stranger who has the id');
select tests.as('b.manager');
select throws_ok(format('select api.get_order(%L)', tests.uid('ours', 'id')), 'MD404', null, 'nor another organization');
select tests.as('b.waiter');
select throws_ok(format('select api.place_order(p_session_id => %L)', tests.session('Ada')), 'MD404', null, 'another organization''s waiter sees no such session');
select tests.as('a.waiter');
select is(api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_table_id => tests.id('a.t4'),
  p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.beer')))) #>> '{order,customer_name}', 'Table 4', 'a waiter orders for a table without a session');

select * from finish();
rollback;
