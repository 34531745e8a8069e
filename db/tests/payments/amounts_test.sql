-- Exact to the last decimal of each currency, policies by the hour, credit that expires.
\ir ../start.sql
select plan(24);
update organizations set currency = 'JPY' where id = tests.id('b');
create function tests.pay(p_organization text, p_amount numeric) returns numeric language plpgsql as $$
declare
  v_id uuid := app.record_payment(tests.id(p_organization), 'other', gen_random_uuid(), p_amount);
begin
  return (select amount from payments where id = v_id);
end $$;
select is(tests.pay('a', 10)::text, '10.00', 'a euro has two decimals');
select is(tests.pay('b', 1500)::text, '1500', 'a yen has none');
select throws_ok($$select tests.pay('b', 0.5)$$, 'MD400', null, 'half a yen is no money');
update organizations set currency = 'KWD' where id = tests.id('b');
select is(tests.pay('b', 1.255)::text, '1.255', 'a dinar has three');
select throws_ok($$select tests.pay('b', 1.2555)$$, 'MD400', null, 'and not four');
select throws_ok($$select tests.pay('a', 'NaN')$$, 'MD400', null, 'what is no number is no money');
select throws_ok($$select tests.pay('a', 1e12)$$, 'MD400', null, 'nor is a slip of the finger');
select throws_ok($$select app.record_payment(tests.id('a'), 'other', null, 5, 'USD')$$, 'MD400', null, 'the house takes its own currency');
select throws_ok($$select app.record_payment(gen_random_uuid(), 'other', null, 5)$$, 'MD404', null, 'somebody has to take it');

-- Policies.
insert into cancellation_policies (id, organization_id, name, rules, is_default, applies_to) values
  (tests.id('p'), tests.id('a'), 'Tiers', '[{"hours_before": 48, "refund_percent": 50}, {"hours_before": 168, "refund_percent": 100}, {"hours_before": 24, "refund_percent": 33}]', true, '{chalet}');
select is(array(select app.cancellation_refund(tests.id('p'), 99.99, now() + h * interval '1 hour') from unnest(array[200, 168, 167, 48, 47, 24, 23, -5]) h),
  array[99.99, 99.99, 50.00, 50.00, 33.00, 33.00, 0, 0]::numeric[], 'the tier with the most hours still left counts');
select is(app.cancellation_refund(null, 80, now() + interval '1 minute'), 80::numeric, 'without a policy everything goes back before it begins');
select is(app.cancellation_refund(null, 80, now() - interval '1 minute'), 0::numeric, 'and nothing after');
select is(app.cancellation_refund(tests.id('p'), 1000, now() + interval '30 hours', 'JPY'), 330::numeric, 'rounded as the currency is');
select is(app.default_cancellation_policy(tests.id('a'), 'chalet'), tests.id('p'), 'the house has a default for what it is meant for');
select is(app.default_cancellation_policy(tests.id('a'), 'pool'), null, 'and none for the rest');
select throws_ok($$insert into cancellation_policies (organization_id, name, rules) values (tests.id('a'), 'x', '[{"hours_before": -1, "refund_percent": 101}]')$$, '23514', null, 'tiers make sense');
select throws_ok($$insert into cancellation_policies (organization_id, name, rules) values (tests.id('a'), 'x', '{}')$$, '23514', null, 'and are a list');
select throws_ok($$insert into cancellation_policies (organization_id, name, is_default) values (tests.id('a'), 'y', true)$$, '23505', null, 'there is one default');

-- Credit expires, and not in somebody's hands.
select app.grant_credit(tests.id('a'), tests.id('a.customer'), null, 30, null, 'goodwill', 'sorry', null, now() + interval '1 day') as credit \gset
select app.record_payment(tests.id('a'), 'order', tests.id('o'), 20, null, 'credit', tests.id('a.customer')) as payment \gset
update user_credits set expires_at = now() - interval '1 hour';
select throws_ok(format($$select app.record_payment(tests.id('a'), 'order', tests.id('o'), 5, null, 'credit', tests.id('a.customer'))$$), 'MD409', null, 'credit that has expired pays nothing');
select is(app.expire_credits(), 1, 'the daily round takes it off the books');
select is((select sum(amount) from payment_ledger where account = 'breakage'), -10.00, 'what was left of it');
select app.refund_one(:'payment', 20) \gset _
select ok((select remaining = 20 and expires_at > now() + interval '29 days' from user_credits), 'what a cancellation gives back can be spent again');
select is((select string_agg(kind, ' ' order by amount, kind) from user_credit_transactions), 'spent expired returned granted', 'everything that happened to it is on record');
set constraints all immediate;
select is((select sum(amount) from payment_ledger where account = 'credits'), -20.00, 'and the books owe what is left');

select * from finish();
rollback;
