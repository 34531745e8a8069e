-- Money in, money back, and the ledger that agrees with both.
\ir ../start.sql
\ir ../words.sql
select plan(48);

-- A bill to pay: a gift voucher over 100.00, the one thing this module sells itself.
insert into customers (id, organization_id, user_id, full_name, email) values
  (tests.id('ada'), tests.id('a'), tests.id('a.customer'), 'Ada Lovelace', 'ada@example.com');
select tests.as('a.finance');
select lives_ok($$select grant_credit(100, tests.id('ada'), 'gift-1', p_source => 'purchase')$$, 'finance sells a voucher');
select is((select array_agg(tests.refused(format('select grant_credit(5, p_code => %L)', c))) from unnest(array[repeat('X', 41), 'abc', 'ÄÖÜ-2030', 'A B C D']) c),
  array['MD400 p_code', 'MD400 p_code', 'MD400 p_code', 'MD400 p_code'], 'a code is one that can be typed');
select tests.as_owner();
create temp table v as select id from user_credits where code = 'GIFT-1';
grant select on v to authenticated, anon, service_role;
create function pg_temp.v() returns uuid language sql as 'select id from v';
create function tests.v() returns uuid language sql stable security definer as 'select id from tenant_alpha.user_credits where code = ''GIFT-1''';
create function tests.ledger(p_account text) returns numeric language sql stable security definer as
  'select coalesce(sum(amount), 0) from tenant_alpha.payment_ledger where account = p_account';
create function tests.refund_all() returns numeric language sql security definer as $$ select app.refund_payments('voucher', tests.v(), 500, 'all') $$;
create function tests.check_ledger() returns void language plpgsql as
  'begin set constraints all immediate; set constraints all deferred; end';
grant execute on all functions in schema tests to anon, authenticated, service_role;

select is(tests.ledger('receivable'), 100::numeric, 'what is sold and not paid is owed');
select is(tests.ledger('credits'), -100::numeric, 'and the voucher is a debt of the house');

-- Who may.
select tests.as('a.kitchen');
select throws_ok($$select record_payment('voucher', tests.v(), 10)$$, 'MD403', null, 'the kitchen takes no money');
select is_empty('select 1 from payments', 'and sees none');
select tests.as('b.finance');
select throws_ok($$select record_payment('voucher', tests.v(), 10)$$, 'MD404', null, 'another organization does not know the booking');
select tests.as('a.waiter');
select throws_ok($$insert into payments (booking_type, amount, currency) values ('other', 5, 'EUR')$$, '42501', null,
  'nobody writes payments past the functions');
select throws_ok($$select record_payment('voucher', tests.v(), 100.01)$$, 'MD422', null, 'nothing above the bill is taken');
select throws_ok($$select record_payment('voucher', tests.v(), 10.001)$$, 'MD400', null, 'an amount has the decimals of its currency');
select throws_ok($$select record_payment('voucher', tests.v(), 0)$$, 'MD400', null, 'a payment has an amount');

-- Money comes in.
select is((record_payment('voucher', tests.v(), 33, 'cash', 3, p_idempotency_key => 'k1') ->> 'status'), 'succeeded', 'a waiter takes cash with a gratuity');
select is((record_payment('voucher', tests.v(), 33, 'cash', 3, p_idempotency_key => 'k1') ->> 'amount')::numeric, 33::numeric, 'the same key again');
select is((select count(*) from payments), 1::bigint, 'is the same payment');
select is(app.paid_amount('voucher', tests.v()), 30::numeric, 'a gratuity settles no bill');
select is(tests.ledger('cash'), 33::numeric, 'the till holds all of it');
select is(tests.ledger('tips'), -3::numeric, 'the gratuity is kept apart');
select is((select received_by from payments), tests.id('a.waiter'), 'it says who took it');

-- A customer begins an online payment and the provider speaks late, twice and in the wrong order.
select tests.as('a.customer');
select is((create_payment('voucher', tests.v()) ->> 'amount')::numeric, 70::numeric, 'what is due is asked for');
select is((create_payment('voucher', tests.v()) ->> 'status'), 'pending', 'asking again');
select is((select count(*) from payments where status = 'pending'), 1::bigint, 'opens no second payment');
select is(app.paid_amount('voucher', tests.v()), 30::numeric, 'announced money pays nothing');
select throws_ok($$select app.settle_payment(id, 'succeeded') from payments where status = 'pending'$$, '42501', null,
  'a customer cannot speak for the provider');
select tests.as_service();
select is(app.settle_payment(id, 'failed', null, 'card declined'), 'failed', 'the card is declined') from payments where status = 'pending';
select is(app.settle_payment(id, 'succeeded', 'pi_1'), 'succeeded', 'then it works') from payments where status = 'failed';
select is(app.settle_payment(id, 'failed'), 'succeeded', 'late news changes nothing') from payments where stripe_payment_id = 'pi_1';
select is(app.settle_payment(id, 'succeeded', 'pi_1'), 'succeeded', 'nor does a replay') from payments where stripe_payment_id = 'pi_1';
select is(tests.ledger('online'), 70::numeric, 'it is booked once');
select is(tests.ledger('receivable'), 0::numeric, 'the bill is paid');
select throws_ok($$update payments set amount = 1 where stripe_payment_id = 'pi_1'$$, 'MD422', null, 'money that moved does not change');
select throws_ok($$update payments set refunded_amount = 1 where stripe_payment_id = 'pi_1'$$, 'MD403', null, 'refunds are not written by hand');
select tests.as('a.customer');
select throws_ok($$select create_payment('voucher', tests.v())$$, 'MD409', null, 'a paid bill is not paid again');

-- Money goes back.
select throws_ok($$select refund_payment(id) from payments limit 1$$, 'MD403', null, 'a customer gives nothing back');
select tests.as('a.waiter');
select throws_ok($$select refund_payment(id) from payments limit 1$$, 'MD403', null, 'nor does a waiter');
select tests.as('a.finance');
select is((refund_payment(id, 13.5, 'spilt') ->> 'status'), 'succeeded', 'finance gives cash back') from payments where method = 'cash';
select is(status, 'partial_refund', 'the payment says so') from payments where method = 'cash';
select throws_ok($$select refund_payment(id, 19.51) from payments where method = 'cash'$$, 'MD409', null, 'never more than was paid');
select is((refund_payment(id) ->> 'amount')::numeric, 19.5::numeric, 'the rest goes back, gratuity included') from payments where method = 'cash';
select is(tests.ledger('tips'), 0::numeric, 'the gratuity too');
select is((refund_payment(id, 20) ->> 'status'), 'pending', 'online money goes back through its provider') from payments where method = 'online';
select throws_ok($$select refund_payment(id, 51) from payments where method = 'online'$$, 'MD409', null, 'what is under way counts');
select is(tests.refund_all(), 50::numeric, 'a booking gives back what is left and no more');
select tests.as_service();
select is(app.refund_news(id, '{"state": "failed"}'), 'failed', 'the provider refuses one') from refunds where amount = 20;
select is(refunded_amount, 50::numeric, 'then it may be given back again') from payments where method = 'online';

select lives_ok('select tests.check_ledger()', 'the ledger balances throughout');
select throws_ok('delete from payment_ledger', '42501', null, 'the ledger forgets nothing');
select tests.as_owner();
select throws_ok('update payment_ledger set amount = amount * 2', 'MD403', null, 'and changes nothing, not even for its owner');
insert into payment_ledger (organization_id, transaction_id, account, amount, currency, description)
values (tests.id('a'), gen_random_uuid(), 'cash', 5, 'EUR', 'from nowhere');
select throws_ok('set constraints all immediate', '23514', null, 'a movement that does not cancel out is refused at the end');

select * from finish();
rollback;
