-- What is paid when a basket is confirmed: vouchers, credit, the desk, and money that a provider carries.
\ir ../start.sql
\ir cast.sql
select plan(36);
insert into user_credits (organization_id, code, amount, remaining, currency, source, expires_at) values
  (tests.id('a'), 'GIFT-100', 100, 100, 'EUR', 'goodwill', null), (tests.id('a'), 'GIFT-500', 500, 500, 'EUR', 'goodwill', null), (tests.id('a'), 'GIFT-OLD', 50, 50, 'EUR', 'goodwill', now() - interval '1 day'),
  (tests.id('b'), 'GIFT-B', 50, 50, 'EUR', 'goodwill', null);
create function tests.left_on(p_code text) returns numeric language sql security definer as $$ select remaining from tenant_alpha.user_credits where code = p_code $$;
create function tests.pays(p_token text, p_pay text) returns jsonb language sql as $$ select confirm_basket(p_token, '{"full_name": "Fay", "email": "fay@example.com"}', p_pay::jsonb) $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.as_anon();

-- nobody carries payments: the desk takes what is left
select tests.keep('basket', hold_basket(tests.parts(tests.part('game'), tests.part('pool'))));
select is(tests.says(format('select tests.pays(%L, %L)', tests.token(), p)) ->> 'code', c, w) from (values
  ('{}', 'MD400', 'no list'), ('[{"method": "cheque"}]', 'MD400', 'an unknown way'), ('[{"method": "voucher"}]', 'MD400', 'a voucher without a code'), ('[{"method": "desk", "amount": -1}]', 'MD400', 'less than nothing'),
  ('[{"method": "voucher", "code": "GUESS-1"}]', 'MD409', 'a code that is none'), ('[{"method": "voucher", "code": "GIFT-B"}]', 'MD409', 'another house''s code'), ('[{"method": "voucher", "code": "GIFT-OLD"}]', 'MD409', 'a code that is over'),
  ('[{"method": "voucher", "code": "GIFT-100"}, {"method": "voucher", "code": "gift-100"}]', 'MD400', 'one voucher twice'), ('[{"method": "voucher", "code": "GIFT-100", "amount": 101}]', 'MD409', 'more than is on it'),
  ('[{"method": "voucher", "code": "GIFT-100", "amount": 1.001}]', 'MD400', 'a part of a cent'), ('[{"method": "credit"}]', 'MD403', 'credit of nobody'), ('[{"method": "online"}]', 'MD422', 'online where nobody carries it')) t(p, c, w);
select is(get_basket(tests.token()) ->> 'status', 'open', 'whatever was refused has changed nothing');
select tests.keep('done', tests.pays(tests.token(), '[{"method": "voucher", "code": "gift-100"}, {"method": "desk"}]'));
select is(jsonb_build_array(tests.kept('done') -> 'status', tests.kept('done') -> 'total', tests.kept('done') -> 'paid'), '["confirmed", 145.00, 100.00]', 'a voucher pays what is on it, the rest waits for the desk');
select is(tests.left_on('GIFT-100'), 0.00, 'and is empty');
select tests.keep('two', hold_basket(tests.parts(tests.part('game', '{"time": "17:30"}'))));
select is(tests.says(format('select tests.pays(%L, ''[{"method": "voucher", "code": "GIFT-100"}]'')', tests.token('two'))) ->> 'reason', 'empty', 'an empty voucher says so');
select tests.as_owner();
update user_credits set remaining = 100 where code = 'GIFT-100';
select tests.as_anon();
select is(tests.pays(tests.token('two'), '[{"method": "voucher", "code": "GIFT-500"}, {"method": "voucher", "code": "GIFT-100"}]') -> 'paid', '120.00', 'two vouchers, the first is enough');
select is(tests.left_on('GIFT-500') + tests.left_on('GIFT-100'), 480.00, 'the second keeps what is on it');
select is(cancel_my_bookings(tests.kept('two') ->> 'reference', 'fay@example.com', p_accept => true) -> 'refund', '120.00', 'cancelled, it goes back');
select is(tests.left_on('GIFT-500'), 500.00, 'onto the voucher that it came from');

-- somebody carries payments: deposits confirm
select tests.as_owner();
update organizations set settings = '{"payments": {"provider": "stripe"}}' where id = tests.id('a');
update venues set requires_payment = true where id = tests.id('venue.a');
select tests.as_anon();
select tests.keep('b', hold_basket(tests.parts(tests.part('stay'), tests.part('table', '{"time": "12:00"}'), tests.part('game', '{"time": "18:45"}'))));
select is(jsonb_build_array(tests.kept('b') -> 'total', tests.kept('b') -> 'due_now', tests.kept('b') -> 'pay_at_desk'), '[470.00, 190.00, false]', 'a fifth of the stay and the game are due now');
select is(tests.says(format('select tests.pays(%L, ''[{"method": "desk"}]'')', tests.token('b'))) - 'message' - 'field', '{"code": "MD422", "reason": "deposit", "due_now": 190.00}', 'the desk does not wait for a deposit');
select tests.keep('s', tests.pays(tests.token('b'), '[{"method": "online", "return_path": "/book"}]'));
select is((select jsonb_agg(e -> 'amount' order by e ->> 'amount') from jsonb_array_elements(tests.kept('s') -> 'payments') e), '[120.00, 70.00]', 'the basket says what the provider collects');
select is(jsonb_build_array(tests.kept('s') -> 'status', (select jsonb_agg(e -> 'status') from jsonb_array_elements(tests.kept('s') -> 'parts') e)), '["submitted", ["pending", "confirmed", "pending"]]', 'what needs no money is booked, the rest waits for it');
select ok((tests.kept('s') ->> 'expires_at')::timestamptz = now() + interval '30 minutes', 'for half an hour');
select tests.as_owner();
select is((select jsonb_agg(jsonb_build_array(booking_type, amount, status, provider) order by booking_type) from payments where metadata ->> 'basket_id' = tests.kept('s') ->> 'id'),
  '[["chalet", 70.00, "pending", "stripe"], ["experience", 120.00, "pending", "stripe"]]', 'the provider finds what to take');
select app.settle_payment(id, 'succeeded', 'pi_1') from payments where metadata ->> 'basket_id' = tests.kept('s') ->> 'id' and booking_type = 'experience' \g /dev/null
select is((select array_agg(distinct app.return_path(metadata)) from payments where metadata ->> 'basket_id' = tests.kept('s') ->> 'id'), '{/book}', 'the guest comes back to the basket');
select is((select jsonb_agg(e -> 'amount') from jsonb_array_elements(get_basket(tests.token('b')) -> 'payments') e), '[70.00]', 'what has come is not collected any more');
select is((select jsonb_agg(e -> 'status') from jsonb_array_elements(get_basket(tests.token('b')) -> 'parts') e), '["pending", "confirmed", "confirmed"]', 'each part is confirmed as its money comes');
select app.settle_payment(id, 'succeeded', 'pi_2') from payments where metadata ->> 'basket_id' = tests.kept('s') ->> 'id' and booking_type = 'chalet' \g /dev/null
select is(get_basket(tests.token('b')) ->> 'status', 'confirmed', 'with the last the whole basket');
update baskets set expires_at = now() where id = (tests.kept('s') ->> 'id')::uuid;
select app.expire_baskets() \g /dev/null
select is((select status from baskets where id = (tests.kept('s') ->> 'id')::uuid), 'confirmed', 'which its row learns by upkeep');

-- credit of a login pays deposits first
update users set email_verified = true where id = tests.id('a.customer');
insert into user_credits (organization_id, user_id, amount, remaining, currency, source) values (tests.id('a'), tests.id('a.customer'), 200, 200, 'EUR', 'goodwill');
select tests.as('a.customer');
select tests.keep('c', hold_basket(tests.parts(tests.part('stay', jsonb_build_object('check_in', tests.monday(50), 'check_out', tests.monday(50) + 3)), tests.part('game', jsonb_build_object('date', tests.monday(50))))));
select tests.keep('c', tests.kept('c') || confirm_basket(tests.token('c'), p_pay => '[{"method": "credit"}]'));
select is(jsonb_build_array(tests.kept('c') -> 'status', (select jsonb_agg(e -> 'paid') from jsonb_array_elements(tests.kept('c') -> 'parts') e)), '["confirmed", [80.00, 120.00]]', 'a login pays with its credit: what confirms first, then the rest');
select is(tests.kept('c') #>> '{guest,email}', 'customer@a.test', 'under its own name and address');
select tests.as_owner();
insert into user_credits (organization_id, user_id, amount, remaining, currency, source) values
  (tests.id('a'), tests.id('a.customer'), 30, 30, 'EUR', 'goodwill'), (tests.id('a'), tests.id('a.customer'), 50, 50, 'EUR', 'purchase'), (tests.id('a'), tests.id('a.customer'), 70, 70, 'CHF', 'goodwill');
select tests.as('a.customer');
select is(jsonb_path_query_array(get_my_bookings(), '$.credit[*].amount'), '[30.00]', 'what it is shown is what it can spend: no gift that nobody paid for, no other money');
select tests.as_owner();
select is((select sum(amount) from payment_ledger), 0.00, 'the books are even');
select is(tests.rollup_differences(), 0::bigint, 'so are the sums');
select * from finish();
rollback;
