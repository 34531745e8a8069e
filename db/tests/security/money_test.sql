-- Money that is not theirs: voucher codes by guessing, a bill after leaving the table, other people's answers
-- by their idempotency keys, an evening held by nobody.
\ir ../start.sql
\ir ../dining/cast.sql
\ir ../experiences/cast.sql
select plan(34);
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- Voucher codes.
select app.grant_credit(tests.id('a'), null, null, 500, p_code => 'GIFT-2030') \gset _
select tests.as_anon();
select tests.put('held', create_widget_booking(tests.id('venue.a'), tests.id('vault'), 'Mallory', 'm@example.com', null, tests.day(30), '12:30', null, 2));
select set_config('request.ip', '192.0.2.66', true) \g /dev/null
select is((select create_payment('experience', tests.uid('held', 'id'), 1, 'voucher', p_metadata => '{"voucher_code": "gift-2030"}') ->> 'status'), 'succeeded', 'who knows a code spends it');
select is((select create_payment('experience', tests.uid('held', 'id'), 2, 'voucher', p_metadata => jsonb_build_object('voucher_code', 'GUESS-' || n)) ->> 'code'),
  case when n <= 10 then 'MD409' else 'MD429' end, format('guess %s', n)) from generate_series(1, 11) n;
select is(create_payment('experience', tests.uid('held', 'id'), 2, 'voucher', p_metadata => '{"voucher_code": "gift-2030"}') ->> 'code', 'MD429', 'after ten wrong ones the right one waits too');
select set_config('request.ip', '192.0.2.67', true) \g /dev/null
select is(create_payment('experience', tests.uid('held', 'id'), 2, 'voucher', p_metadata => '{"voucher_code": "nothing"}') ->> 'code', 'MD429', 'from every address, for this bill');
select set_config('request.ip', '', true) \g /dev/null
select throws_ok($$select create_payment('nonsense', gen_random_uuid())$$, 'MD404', null, 'an unknown kind of bill is none');
select throws_ok($$select create_payment('experience', gen_random_uuid())$$, 'MD404', null, 'as is an unknown one');

-- A guest who left, or was sent away, sees the money of the table no more.
select tests.as_owner();
select tests.sit('a.t1', 'Ada');
select tests.join('a.t1', 'Ada', 'Max');
select tests.be('Ada');
select tests.add('a.cake') \gset _
select place_order() \gset _
select bill_session() \gset _
select tests.as_owner();
select tests.put('bill', jsonb_build_object('id', (select id from bill_shares)));
select tests.as('a.waiter');
select pay_bill_share(tests.uid('bill', 'id'), 'cash', 100) \gset _
select tests.be('Max');
select is((select count(*) from payments), 1::bigint, 'a guest sees what was paid at the table');
select lives_ok($$select get_folio(p_booking_type => 'session', p_booking_id => tests.session('Max'))$$, 'and the bill');
select tests.as('a.waiter');
select remove_participant(tests.guest('Max')) \gset _
select tests.be('Max');
select is((select count(*) from payments), 0::bigint, 'sent away, they see nothing of it');
select throws_ok($$select get_folio(p_booking_type => 'session', p_booking_id => tests.session('Max'))$$, 'MD404', null, 'nor the bill');
select tests.be('Ada');
select is((select count(*) from payments), 1::bigint, 'who stayed does');
select tests.as_guest(tests.session('Ada'), gen_random_uuid());
select is((select count(*) from payments), 0::bigint, 'a token that names nobody does not');

-- Idempotency keys are chosen by clients; a stranger who sends the same one gets no other person's answer.
select tests.as_anon();
select tests.put('r', reserve_table(tests.id('a.restaurant'), tests.day(20), '19:00', 2, 'Fay', '+49 30 999', p_idempotency_key => '1'));
select is(reserve_table(tests.id('a.restaurant'), tests.day(20), '19:00', 2, 'Fay', '+49 30 999', p_idempotency_key => '1') ->> 'replayed', 'true', 'a retry gets the first answer');
select is(tests.refused($$select reserve_table(tests.id('a.restaurant'), tests.day(20), '19:00', 2, 'Mallory', '+49 30 000', p_idempotency_key => '1')$$), 'MD422 p_idempotency_key', 'a stranger with the key does not: reservations');
select join_waitlist(tests.id('a.restaurant'), 2, 'Gus', '+49 30 998', p_idempotency_key => '1') \gset _
select is(join_waitlist(tests.id('a.restaurant'), 2, 'Gus', '+49 30 998', p_idempotency_key => '1') ->> 'replayed', 'true', 'a retry gets the first answer');
select is(tests.refused($$select join_waitlist(tests.id('a.restaurant'), 2, 'Mallory', p_idempotency_key => '1')$$), 'MD422 p_idempotency_key', 'nor the waitlist');
select tests.put('items', jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.cake'))));
select place_order(p_items => tests.get('items')::jsonb, p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Hal', p_idempotency_key => '1') \gset _
select is(place_order(p_items => tests.get('items')::jsonb, p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Hal', p_idempotency_key => '1') ->> 'replayed', 'true', 'a retry gets the first answer');
select is(tests.refused($$select place_order(p_items => tests.get('items')::jsonb, p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Mallory', p_idempotency_key => '1')$$), 'MD422 p_idempotency_key', 'nor orders');

-- Nobody holds a whole evening for nothing.
select tests.as('a.customer');
select lives_ok(format($$select create_booking(tests.id('venue.a'), tests.id('museum'), tests.id('ada'), tests.day(30), %L, 1, p_ticket_types => '[{"id": "adult", "quantity": 1}]')$$, t), 'a hold at ' || t)
from unnest(array['10:00', '11:00', '12:00', '13:00', '14:00']) t;
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('museum'), tests.id('ada'), tests.day(30), '15:00', 1, p_ticket_types => '[{"id": "adult", "quantity": 1}]')$$), 'MD429', 'the sixth waits for a payment');

select * from finish();
rollback;
