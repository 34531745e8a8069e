-- The bill: shares add up to the cent, each is paid on its own, nothing is cleared unpaid.
\ir ../start.sql
\ir cast.sql
select plan(84);

create function tests.shares(p_answer jsonb) returns text language sql as $$
  select string_agg((s ->> 'label') || ' ' || (s ->> 'amount') || case s ->> 'status' when 'paid' then '✓' else '' end, ', ' order by (s ->> 'position')::int)
  from jsonb_array_elements(p_answer #> '{bill,shares}') s $$;
create function tests.share(p_label text) returns uuid language sql security definer as $$ select id from bill_shares where session_id = tests.session('Ada') and label = p_label $$;
create function tests.line(p_name text) returns uuid language sql security definer as $$ select id from order_lines where session_id = tests.session('Ada') and name = p_name $$;
grant execute on all functions in schema tests to anon, authenticated;

-- Ada: pizza 1000 and cake 333; Bob: soup 650; Cy: nothing; the waiter adds beer 450 for all. 2433
select tests.sit('a.t1', 'Ada');
select tests.join('a.t1', 'Ada', 'Bob');
select tests.join('a.t1', 'Ada', 'Cy');
select tests.be('Ada');
select tests.add('a.pizza', 1, array['a.thin']), tests.add('a.cake');
select tests.be('Bob');
select tests.add('a.soup');
select tests.as('a.waiter');
select api.add_order_line(tests.id('a.beer'), p_session_id => tests.session('Ada'));

select tests.be('Ada');
select is(tests.refusal('select api.bill_session()'), '{"code": "MD409", "reason": "unsent_drafts", "count": 4}', 'no bill while something is not sent');
select api.place_order();
select is(api.get_session() -> 'bill', 'null', 'no bill before it is asked for');
select tests.put('bill', api.bill_session());
select is(tests.shares(tests.get('bill')::jsonb), 'Whole bill 2433', 'asked for: one share over everything');
select is(tests.json('bill', 'status'), 'billed', 'the session is billed');
select is(api.bill_session() -> 'bill', tests.get('bill')::jsonb -> 'bill', 'asking again gives the same bill');
select is(tests.refusal(format('select api.add_order_line(%L)', tests.id('a.cake'))) ->> 'reason', 'billed', 'nothing more is ordered');
select is(tests.refusal('select api.place_order()') ->> 'reason', 'billed', 'or sent');
select tests.as_anon();
select is(tests.refusal(format($$select api.join_table_session('tablea1', %L)$$, tests.json('session:Ada', 'session', 'otp'))) ->> 'reason', 'billed', 'or joined');
select tests.be('Ada');
select is(api.get_session() #>> '{session,otp}', null, 'the OTP is gone');

-- the ways to split
select is(tests.shares(api.split_bill()), 'Ada 811, Bob 811, Cy 811', 'equally by default: one share a person');
select is(tests.shares(api.split_bill(null, 'equal', '2')), 'Part 1 1217, Part 2 1216', 'into two parts: the odd cent is in the first');
select is(tests.shares(api.split_bill(null, 'equal', '{"parts": 4}')), 'Part 1 609, Part 2 608, Part 3 608, Part 4 608', 'into four');
select is(tests.shares(api.split_bill(null, 'equal', '["Us", "Them"]')), 'Us 1217, Them 1216', 'by names');
select is(tests.shares(api.split_bill(null, 'guest')), 'Ada 1483, Bob 800, Cy 150', 'by guest: one''s own, and a part of what is nobody''s');
select is(tests.shares(api.split_bill(null, 'amount', '[{"label": "Dad", "amount": 2000}]')), 'Dad 2000, Rest 433', 'by amount: the rest is a share');
select is(tests.refusal($$select api.split_bill(null, 'amount', '[{"amount": 2000}, {"amount": 434}]')$$) -> 'due_amount', '2433', 'more than the bill is refused with the right amount');
select is(tests.shares(api.split_bill(null, 'weight', '[{"label": "A", "weight": 2}, {"label": "B", "weight": 1}]')), 'A 1622, B 811', 'by weight');
select tests.put('items', api.split_bill(null, 'item', jsonb_build_array(
  jsonb_build_object('label', 'A', 'lines', jsonb_build_array(tests.line('Pizza'), tests.line('Cake'))),
  jsonb_build_object('label', 'B', 'lines', jsonb_build_array(jsonb_build_object('line_id', tests.line('Cake')), tests.line('Soup'))),
  jsonb_build_object('label', 'C', 'customer_session_id', tests.guest('Cy'), 'lines', jsonb_build_array(tests.line('Cake'))))));
select is(tests.shares(tests.get('items')::jsonb), 'A 1111, B 761, C 111, Rest 450', 'by item, one cake three ways; what nobody names is the rest');
select is((select l - 'line_id' from jsonb_array_elements(tests.get('items')::jsonb #> '{bill,shares,1,lines}') l where l ->> 'name' = 'Cake'),
  '{"name": "Cake", "quantity": 1, "fraction": 0.3333, "amount": 111}', 'a share says what it is made of');
select throws_ok(format('select api.split_bill(null, %L, %L)', m, s), 'MD400', null, format('refused: %s %s', m, left(coalesce(s, 'null'), 40)))
from (values ('equal', '0'), ('equal', '101'), ('equal', '-3'), ('equal', '"x"'), ('equal', '[1,2]'), ('equal', '2.5'), ('amount', null), ('amount', '[]'), ('amount', '{}'),
  ('amount', '[{"amount": -5}]'), ('amount', '[{"amount": 1.5}]'), ('amount', '[5]'), ('amount', '[{"amount": 5, "customer_session_id": "x"}]'), ('weight', '[{"weight": 0}]'), ('weight', '[{"weight": -1}]'),
  ('weight', '[{"label": "x"}]'), ('item', '[{"lines": "x"}]'), ('item', '[{"lines": ["x"]}]'), ('item', format('[{"lines": ["%s"]}]', gen_random_uuid())),
  ('item', format('[{"lines": [{"line_id": "%s", "weight": 0}]}]', tests.line('Cake'))), ('magic', null), (null, null)) x(m, s);
select is(tests.shares(api.get_session()), 'A 1111, B 761, C 111, Rest 450', 'a refused split changes nothing');

-- paying
select throws_ok(format('select api.pay_bill_share(%L)', tests.share('A')), 'MD404', null, 'guests do not take cash');
select tests.as('a.kitchen');
select throws_ok(format('select api.pay_bill_share(%L)', tests.share('A')), 'MD403', null, 'nor does the kitchen');
select is(tests.refusal(format('select api.get_session(%L)', tests.session('Ada'))) ->> 'code', 'MD403', 'nor does it see the table''s money');
select tests.as('b.waiter');
select throws_ok(format('select api.pay_bill_share(%L)', tests.share('A')), 'MD404', null, 'nor does another house');
select tests.as('a.waiter');
select is(tests.refusal(format('select api.pay_bill_share(%L, p_amount => 1112)', tests.share('A'))) -> 'due_amount', '1111', 'more than the share is refused with what is due');
select throws_ok(format('select api.pay_bill_share(%L, p_amount => %s)', tests.share('A'), a), 'MD400', null, 'no payment of ' || a) from unnest(array[0, -5]) a;
select throws_ok(format($$select api.pay_bill_share(%L, 'promise')$$, tests.share('A')), 'MD400', null, 'a promise is no payment');
select is(tests.refusal(format('select api.clear_session(%L)', tests.session('Ada'))), '{"code": "MD409", "reason": "unpaid", "due_amount": 2433}', 'an unpaid session is not cleared');
select throws_ok(format($$update table_sessions set status = 'cleared' where id = %L$$, tests.session('Ada')), '42501', null, 'not through the table either');
select tests.put('paid', api.pay_bill_share(tests.share('A'), 'cash', 1000, 'pay-1'));
select is(tests.json('paid', 'share', 'status') || tests.json('paid', 'share', 'due_amount'), 'open111', 'a part is paid');
select is(api.pay_bill_share(tests.share('A'), 'cash', 1000, 'pay-1') -> 'replayed', 'true', 'a double tap pays once');
select is(tests.json('paid', 'bill', 'due_amount'), '1433', 'the bill knows');
select is(tests.refusal(format($$select api.pay_bill_share(%L, 'cash', 100, 'pay-1')$$, tests.share('B'))) ->> 'code', 'MD422', 'a key belongs to one payment');
select is(api.pay_bill_share(tests.share('A'), 'card', p_tip_amount => 200) #>> '{share,status}', 'paid', 'the rest by card, with a gratuity on top');
select is(tests.refusal(format('select api.pay_bill_share(%L)', tests.share('A'))) ->> 'reason', 'paid', 'a paid share is not paid again');
select is((select sum(amount)::text || '/' || sum(tip_amount) from payments where booking_type = 'session' and booking_id = tests.session('Ada')), '13.11/2.00', 'the payments module has it, in euros');

-- splitting anew keeps what is paid
select tests.be('Bob');
select is(tests.shares(api.split_bill(null, 'equal', '2')), 'A 1111✓, Part 1 661, Part 2 661', 'what is paid stays, the rest is split anew');
select is((select sum((s ->> 'amount')::int) from jsonb_array_elements(api.split_bill(null, 'guest') #> '{bill,shares}') s), 2433::bigint, 'also by guest, and it adds up');

-- one more round
select tests.as('a.waiter');
select is(tests.refusal(format('select api.unbill_session(%L)', gen_random_uuid())) ->> 'code', 'MD404', 'only a session that is there is reopened');
select is(api.unbill_session(tests.session('Ada')) ->> 'status', 'active', 'the billing is taken back');
select tests.be('Bob');
select tests.add('a.beer', 2);
select is(api.get_session() #>> '{session,paid_amount}', '1111', 'what was paid counts');
select api.place_order();
select is(tests.shares(api.bill_session()), 'A 1111✓, Whole bill 2222', 'the new bill is about the rest');
select tests.as('a.waiter');
select is(tests.refusal(format($$select api.cancel_order_line(%L, 'x')$$, tests.line('Pizza'))) ->> 'reason', 'billed', 'what is billed is not voided');
select api.pay_bill_share(tests.share('Whole bill'), 'cash');
select is(tests.refusal(format('select api.clear_session(%L)', tests.session('Ada'))) ->> 'reason', 'in_kitchen', 'the kitchen is still at work');
select tests.as('a.kitchen');
select api.ready_kitchen_order(k.id) from kitchen_orders k where k.session_id = tests.session('Ada');
select tests.as('a.waiter');
select is(api.clear_session(tests.session('Ada')) ->> 'status', 'cleared', 'paid and served: cleared');
select lives_ok(format('select api.clear_session(%L)', tests.session('Ada')), 'twice is fine');
select throws_ok(format('select api.unbill_session(%L)', tests.session('Ada')), 'MD422', null, 'cleared is the end');
select is((select string_agg(distinct status, '') from order_lines where session_id = tests.session('Ada') and deleted_at is null), 'served', 'what stood on the pass has been served');
select is(api.get_session_history(tests.id('a.restaurant')) #>> '{sessions,0,total_amount}', '3333', 'it is in the history');

-- money that names no share fills the shares from the first; money given back opens them again
select tests.sit('a.t2', 'Ada');
select tests.be('Ada');
select tests.add('a.cake', 3);
select api.place_order();
select api.split_bill(null, 'equal', '3');
select tests.as_owner();
select app.record_payment(tests.id('a'), 'session', tests.session('Ada'), 5, 'EUR', 'cash', null, null, '{}', null);
select tests.be('Ada');
select is((select string_agg(s ->> 'paid_amount', ' ' order by s ->> 'position') from jsonb_array_elements(api.get_session() #> '{bill,shares}') s), '333 167 0', 'an unnamed payment fills the shares in order');
select tests.as_owner();
select app.refund_payments('session', tests.session('Ada'), 4, 'cold');
select tests.be('Ada');
select is((select string_agg((s ->> 'paid_amount') || (s ->> 'status'), ' ' order by s ->> 'position') from jsonb_array_elements(api.get_session() #> '{bill,shares}') s), '100open 0open 0open', 'a refund opens them again');
select is(tests.shares(api.split_bill(null, 'equal', '2')), 'Part 1 100✓, Part 1 450, Part 2 449', 'a part-paid share shrinks to what was paid');

-- the folio and online money
select tests.as('a.manager');
select is((api.get_folio(p_booking_type => 'session', p_booking_id => tests.session('Ada')) ->> 'total')::numeric, 9.99, 'a session stands on the one bill over everything');
select tests.be('Ada');
select tests.put('intent', api.create_payment('session', tests.session('Ada'), 4.50, 'online', p_share_id => (select id from bill_shares where amount = 450)));
select is(tests.json('intent', 'status'), 'pending', 'a guest begins an online payment of a share');
select tests.as_owner();
select app.settle_payment(tests.uid('intent', 'id'), 'succeeded', 'pi_1');
select is((select status || payment_method from bill_shares where amount = 450), 'paidonline', 'the provider''s word pays the share');

-- an order without a session
select tests.as('a.waiter');
select tests.put('away', api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Zoe',
  p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.cake'), 'quantity', 3))));
select is(api.pay_order(tests.uid('away', 'order', 'id'), 'cash', 500, 'o1') ->> 'due_amount', '499', 'an order without a session is paid by itself');
select is(api.pay_order(tests.uid('away', 'order', 'id'), 'cash', 500, 'o1') ->> 'due_amount', '499', 'once a tap');
select is(api.pay_order(tests.uid('away', 'order', 'id')) ->> 'due_amount', '0', 'to the end');
select is(tests.refusal(format('select api.pay_order(%L)', tests.uid('away', 'order', 'id'))) ->> 'reason', 'paid', 'and not further');
select is(tests.refusal(format($$select api.cancel_order(%L, 'x')$$, tests.uid('away', 'order', 'id'))) ->> 'reason', 'paid', 'a paid order is refunded, not cancelled');
select tests.as('a.kitchen');
select is(tests.refusal(format($$select api.cancel_kitchen_order((select id from kitchen_orders where order_id = %L), 'x')$$, tests.uid('away', 'order', 'id'))) ->> 'reason', 'paid', 'not by the kitchen either');

select * from finish();
rollback;
