-- The floor: parties are seated, moved, joined and separated, and the bill, the tickets and the tokens come along.
\ir ../start.sql
\ir cast.sql
select plan(52);

create function tests.table_of(p_table text) returns jsonb language sql as $$
  select t from jsonb_array_elements(api.get_floor() -> 'tables') t where t ->> 'id' = tests.id(p_table)::text $$;
grant execute on all functions in schema tests to anon, authenticated;

-- walk-in
select tests.as('a.waiter');
select tests.put('walkin', api.seat_party(tests.id('a.t1'), p_party_size => 2));
select matches(tests.json('walkin', 'session', 'otp'), '^[0-9]{6}$', 'a walk-in is seated and gets an OTP');
select is(tests.json('walkin', 'access_token'), null, 'the waiter gets no guest''s token');
select is(tests.table_of('a.t1') #>> '{session,otp}', tests.json('walkin', 'session', 'otp'), 'staff read the OTP on the floor plan');
select is(tests.table_of('a.t1') ->> 'status', 'occupied', 'the table is occupied');
select is(tests.refusal(format('select api.seat_party(%L)', tests.id('a.t1'))) ->> 'reason', 'occupied', 'it is not given twice');
select is(tests.refusal(format($$select api.set_table_status(%L, 'cleaning')$$, tests.id('a.t1'))) ->> 'reason', 'occupied', 'nor cleaned under the guests');
select is(api.set_table_status(tests.id('a.t2'), 'cleaning') #>> '{table,status}', 'cleaning', 'a free one may be');
select throws_ok(format($$select api.set_table_status(%L, 'occupied')$$, tests.id('a.t2')), 'MD400', null, 'occupied is what a session makes it');
select is(api.set_table_status(tests.id('a.t2'), 'available') #>> '{table,status}', 'available', 'and clean again');
select throws_ok(format('select api.seat_party(%L)', tests.id('b.t1')), 'MD404', null, 'another organization''s table is not there');
select tests.as('a.kitchen');
select throws_ok(format('select api.seat_party(%L)', tests.id('a.t2')), 'MD403', null, 'the kitchen seats nobody');
select throws_ok('select api.get_floor()', 'MD403', null, 'nor reads the floor with its OTPs');

-- moving
select tests.as_anon();
select tests.put('session:Ada', api.join_table_session(tests.code('a.t1'), tests.json('walkin', 'session', 'otp'), 'Ada'));
select tests.be('Ada');
select tests.add('a.cake', 2), tests.add('a.beer');
select api.place_order();
select tests.add('a.soup');
select tests.as('a.waiter');
select is(tests.table_of('a.t1') -> 'session' -> 'kitchen', '{"pending": 2, "cooking": 0, "ready": 0, "held": 0}', 'the floor shows how far the kitchen is');
select is(tests.table_of('a.t1') #>> '{session,draft_count}', '1', 'and what is not sent yet');
select is(api.move_party(tests.session('Ada'), tests.id('a.t3')) ->> 'table_id', tests.id('a.t3')::text, 'the party moves');
select is((tests.table_of('a.t1') ->> 'status') || (tests.table_of('a.t3') ->> 'status'), 'availableoccupied', 'one table is free, the other taken');
select is((select count(distinct table_id) from kitchen_orders where table_id = tests.id('a.t3')), 1::bigint, 'the tickets show the new table');
select tests.be('Ada');
select is(api.get_session() #>> '{table,table_number}', '3', 'and so does the guests'' page');
select tests.sit('a.t2', 'Bob');
select tests.as('a.waiter');
select is(tests.refusal(format('select api.move_party(%L, %L)', tests.session('Ada'), tests.id('a.t2'))) ->> 'reason', 'occupied', 'not to where somebody sits');
select throws_ok(format('select api.move_party(%L, %L)', tests.session('Ada'), tests.id('b.t2')), 'MD404', null, 'nor to another house');
select tests.as('b.waiter');
select throws_ok(format('select api.move_party(%L, %L)', tests.session('Ada'), tests.id('b.t2')), 'MD404', null, 'nor by another house');
select tests.be('Bob');
select throws_ok(format('select api.move_party(%L, %L)', tests.session('Bob'), tests.id('a.t4')), 'MD404', null, 'guests do not move themselves');

-- merging: Bob has ordered and paid a part
select tests.add('a.cake', 3);
select api.place_order();
select api.bill_session();
select tests.as('a.waiter');
select api.pay_bill_share(id, 'cash', 500) from bill_shares where session_id = tests.session('Bob');
select is(tests.refusal(format('select api.merge_sessions(%L, %L)', tests.session('Bob'), tests.session('Ada'))) ->> 'reason', 'billed', 'what is billed is not merged');
select api.unbill_session(tests.session('Bob'));
select is(api.merge_sessions(tests.session('Bob'), tests.session('Ada')) ->> 'session_id', tests.session('Ada')::text, 'two sessions become one');
select lives_ok(format('select api.merge_sessions(%L, %L)', tests.session('Bob'), tests.session('Ada')), 'a second tap changes nothing');
select is((select total_amount || '/' || paid_amount from table_sessions where id = tests.session('Ada')), '2115/500', 'orders and payments add up');
select is((select status || total_amount || paid_amount from table_sessions where id = tests.session('Bob')), 'cleared00', 'nothing is left behind');
select is(tests.table_of('a.t2') ->> 'status', 'available', 'the other table is free');
select is((select count(*) from kitchen_order_items), 3::bigint, 'nothing was sent to the kitchen twice');
select tests.be('Bob');
select is(api.get_session() #>> '{session,id}', tests.session('Ada')::text, 'the token of the one who moved opens the new session');
select is(api.get_session(tests.session('Bob')) #>> '{me,name}', 'Bob', 'also under the old name');
select is((select count(*) from orders), 2::bigint, 'and its rows');
select tests.as_owner();
select is(app.paid_amount('session', tests.session('Ada')), 5.00, 'the ledger moved as well');

-- lines to another bill
select tests.sit('a.t2', 'Cy');
select tests.as('a.waiter');
select tests.put('cake', (select id from order_lines where session_id = tests.session('Ada') and name = 'Cake' and quantity = 2));
select lives_ok(format('select api.move_lines(array[%L]::uuid[], %L)', tests.get('cake'), tests.session('Cy')), 'a line moves to another bill');
select is((select string_agg(total_amount::text, '/' order by id = tests.session('Cy')) from table_sessions where id in (tests.session('Ada'), tests.session('Cy'))), '1449/666', 'both totals follow');
select is((select string_agg(order_number || ' ' || total_amount || ' ' || status, ', ' order by order_number) from orders), '1 450 PENDING, 1-2 666 PENDING, 2 999 PENDING', 'the order was divided, with a number of its own');
select is((select count(*) from kitchen_order_items where order_line_id = tests.get('cake')::uuid), 1::bigint, 'its ticket is the old one');
select tests.as('a.kitchen');
select api.ready_kitchen_order(kitchen_order_id) from kitchen_order_items where order_line_id = tests.get('cake')::uuid;
select tests.be('Cy');
select is(api.get_session() #>> '{orders,0,lines,0,status}', 'ready', 'and still moves it');
select tests.as('a.waiter');
select lives_ok(format('select api.move_lines(array[%L]::uuid[], %L)', tests.get('cake'), tests.session('Ada')), 'it moves back');
select is((select total_amount from table_sessions where id = tests.session('Cy')), 0::bigint, 'whole');
select throws_ok(format('select api.move_lines(array[%L]::uuid[], %L)', gen_random_uuid(), tests.session('Cy')), 'MD404', null, 'what is not there does not move');
select is(tests.refusal(format('select api.cancel_order((select id from orders where order_number = %L), %L)', '2', 'x')) is null, true, 'an order is voided');
select is(tests.refusal(format('select api.cancel_order((select id from orders where order_number = %L), %L)', '1-2', 'x')) ->> 'reason', 'paid', 'but never below what was paid');

-- combining
select tests.be('Cy');
select tests.as('a.waiter');
select is(tests.refusal(format('select api.combine_tables(array[%L, %L]::uuid[])', tests.id('a.t1'), tests.id('a.t2'))) ->> 'reason', 'occupied', 'a table in use is not pushed away');
select is(api.combine_tables(array[tests.id('a.t2'), tests.id('a.t1'), tests.id('a.t4')]) ->> 'capacity', '12', 'free ones are pushed against it');
select is((tests.table_of('a.t1') ->> 'status') || (tests.table_of('a.t4') ->> 'combined_into'), 'occupied' || tests.id('a.t2'), 'they are occupied with it');
select tests.as_anon();
select is(api.get_table('tablea4') #>> '{session,is_active}', 'true', 'the code of a pushed table shows the common session');
select is(api.join_table_session('tablea4', tests.json('session:Cy', 'session', 'otp'), 'Dee') #>> '{session,id}', tests.session('Cy')::text, 'and joins it');
select tests.as('a.waiter');
select is(api.separate_tables(tests.id('a.t2')) ->> 'capacity', '4', 'they come apart');
select api.combine_tables(array[tests.id('a.t2'), tests.id('a.t1')]);
select api.clear_session(tests.session('Cy'));
select is((select string_agg(status || coalesce(combined_into::text, ''), ' ' order by table_number) from restaurant_tables where restaurant_id = tests.id('a.restaurant')),
  'available available occupied available', 'when the party leaves, all its tables are free');
select throws_ok(format('select api.combine_tables(array[%L]::uuid[])', tests.id('a.t1')), 'MD400', null, 'one table is no combination');
select throws_ok(format('select api.combine_tables(array[%L, %L]::uuid[])', tests.id('a.t1'), tests.id('b.t1')), 'MD404', null, 'nor are tables of two houses');

select * from finish();
rollback;
