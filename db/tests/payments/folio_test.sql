-- One bill over a night, a meal, a pool ticket and a game, settled with whatever is at hand.
\ir ../start.sql
\ir ../stays/cast.sql
select plan(31);
create function tests.book(p_type text, p_name text) returns jsonb language sql as $$ select jsonb_build_object('booking_type', p_type, 'booking_id', tests.kept_id(p_name)) $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- Ada sleeps, swims, eats and plays.
insert into customers (id, organization_id, user_id, full_name, email) values (tests.id('ada'), tests.id('a'), tests.id('a.customer'), 'Ada Lovelace', 'ada@example.com');
insert into pool_slots (organization_id, slot, starts_at, ends_at, capacity) values (tests.id('a'), 'morning', '09:00', '13:00', 10);
insert into pool_prices (organization_id, slot, age_group, price) values (tests.id('a'), 'morning', 'adult', 10);
insert into restaurants (id, organization_id, name) values (tests.id('r'), tests.id('a'), 'Bella');
insert into orders (id, restaurant_id, customer_id, customer_name, total_amount) values (tests.id('meal'), tests.id('r'), tests.id('ada'), 'Ada', 2550);
insert into venues (id, organization_id, name, timezone, embed_key) values (tests.id('v'), tests.id('a'), 'Vault', 'Europe/Berlin', 'venue-key-folio');
insert into games (id, organization_id, name, duration_minutes, min_players, max_players, price, booking_mode, price_model) values (tests.id('g'), tests.id('a'), 'Heist', 60, 2, 6, 30, 'private', 'per_person');
insert into game_venues (venue_id, game_id, organization_id) values (tests.id('v'), tests.id('g'), tests.id('a'));
select tests.as('a.manager');
select tests.keep('meal', jsonb_build_object('id', tests.id('meal'))),
       tests.keep('game', create_booking(tests.id('v'), tests.id('g'), tests.id('ada'), tests.day(30), '14:00', 2, 60.00)) \gset _
select tests.as('a.customer');
select tests.keep('night', create_chalet_booking(tests.id('brook'), tests.monday(30), tests.monday(30) + 2, 2)),
       tests.keep('swim', buy_pool_ticket(tests.monday(30), 'morning', 2)) \gset _

select is((get_folio(p_customer_id => tests.id('ada')) ->> 'total')::numeric, 160 + 20 + 25.50 + 60, 'a customer''s bill adds up over all modules');
select is((select string_agg(l ->> 'booking_type', ' ' order by l ->> 'booking_type') from jsonb_array_elements(get_folio(p_customer_id => tests.id('ada')) -> 'lines') l),
  'chalet experience order pool', 'with the lines of each');
select is(get_folio(p_customer_id => tests.id('ada')) ->> 'balance', get_folio(p_customer_id => tests.id('ada')) ->> 'total', 'all of it is due');
select tests.as('b.manager');
select throws_ok($$select get_folio(p_customer_id => tests.id('ada'))$$, 'MD404', null, 'another house has no such bill');
select throws_ok($$select get_folio(p_booking_type => 'chalet', p_booking_id => tests.kept_id('night'))$$, 'MD404', null, 'by booking neither');
select tests.as('b.customer');
select throws_ok($$select get_folio(p_customer_id => tests.id('ada'))$$, 'MD404', null, 'nor has a stranger');
select tests.as('a.kitchen');
select throws_ok($$select get_folio(p_customer_id => tests.id('ada'))$$, 'MD404', null, 'nor the kitchen');
select tests.as_anon();
select throws_ok($$select get_folio(p_customer_id => tests.id('ada'))$$, '42501', null, 'nor somebody without a login');

-- The room's bill takes the meal, the swim and the game.
select tests.as('a.staff');
select tests.keep('folio', jsonb_build_object('id', open_folio('Brook, Ada', tests.id('ada'), jsonb_build_array(tests.book('chalet', 'night'), tests.book('pool', 'swim'))))) \gset _
select add_to_folio(tests.kept_id('folio'), 'order', tests.kept_id('meal')), add_to_folio(tests.kept_id('folio'), 'experience', tests.kept_id('game')) \gset _
select is((get_folio(tests.kept_id('folio')) ->> 'total')::numeric, 265.50, 'everything stands on the room');
select is(get_folio(p_booking_type => 'order', p_booking_id => tests.kept_id('meal')) ->> 'folio_id', tests.kept_id('folio')::text, 'asked about the meal, the whole bill comes');
select throws_ok($$select add_to_folio(tests.kept_id('folio'), 'order', gen_random_uuid())$$, 'MD404', null, 'a booking that is not there is not charged');
select tests.as('b.staff');
select throws_ok($$select add_to_folio(tests.kept_id('folio'), 'order', tests.kept_id('meal'))$$, 'MD404', null, 'nobody charges a bill of another house');

-- Mixed settlement.
select tests.as('a.manager');
select is(grant_credit(40, tests.id('ada')) ->> 'remaining', '40.00', 'Ada has credit');
select is(grant_credit(50, null, 'spring-50') ->> 'code', 'SPRING-50', 'and a voucher');
select tests.as('a.staff');
select throws_ok($$select settle_folio('[{"method": "cash", "amount": 265.51}]', tests.kept_id('folio'))$$, 'MD422', null, 'nobody pays more than the bill');
select throws_ok($$select settle_folio('[{"method": "cowries", "amount": 5}]', tests.kept_id('folio'))$$, 'MD400', null, 'nor in cowries');
select throws_ok($$select settle_folio('[{"method": "cash", "amount": 200}, {"method": "voucher", "amount": 50.5, "voucher_code": "SPRING-50"}]', tests.kept_id('folio'))$$,
  'MD409', null, 'a voucher pays what is on it');
select is((get_folio(tests.kept_id('folio')) ->> 'paid')::numeric, 0::numeric, 'a settlement that fails leaves nothing behind');
select is((settle_folio('[{"method": "voucher", "amount": 50, "voucher_code": "spring-50"}, {"method": "credit", "amount": 40},
    {"method": "cash", "amount": 105, "tip_amount": 5}, {"method": "card", "amount": 50, "reference": "T-17"}]', tests.kept_id('folio'), p_idempotency_key => 'desk-1') ->> 'balance')::numeric,
  25.50, 'voucher, credit, cash and card pay most of it');
select is((settle_folio('[{"method": "voucher", "amount": 50, "voucher_code": "spring-50"}, {"method": "credit", "amount": 40},
    {"method": "cash", "amount": 105, "tip_amount": 5}, {"method": "card", "amount": 50}]', tests.kept_id('folio'), p_idempotency_key => 'desk-1') ->> 'balance')::numeric,
  25.50, 'the same key pays once');
select is((get_folio(tests.kept_id('folio')) ->> 'tips')::numeric, 5::numeric, 'the gratuity settles nothing');
select is((settle_folio('[{"method": "bank", "amount": 25.50}]', tests.kept_id('folio')) ->> 'balance')::numeric, 0::numeric, 'the rest comes by bank');
select is((select status from folios), 'settled', 'the bill is settled');
select throws_ok($$select add_to_folio(tests.kept_id('folio'), 'order', tests.kept_id('meal'))$$, 'MD422', null, 'and takes nothing more');
select is((select sum(app.paid_amount(i.booking_type, i.booking_id)) from folio_items i), 265.50, 'each booking knows that it is paid');

-- What was paid with credit goes back as credit.
select tests.as('a.finance');
select is((select remaining from user_credits where customer_id = tests.id('ada')), 0.00, 'the credit is spent');
select is((refund_payment(id) ->> 'method'), 'credit', 'a refund of it') from payments where method = 'credit' limit 1;
select ok((select remaining from user_credits where customer_id = tests.id('ada')) > 0, 'gives credit back');
select is((select count(*) from user_credits c where remaining <> (select sum(amount) from user_credit_transactions t where t.credit_id = c.id)), 0::bigint,
  'what happened to each credit adds up to what remains');
select is((select sum(balance) from get_ledger_balance()), 0.00, 'the accounts balance');
select tests.as('a.customer');
select is((select count(*) from payments where booking_id = tests.kept_id('night')) > 0, true, 'the customer sees what they paid');

select * from finish();
rollback;
