-- What a provider says late, twice or of money that has gone back again (docs/cases.md).
\ir ../start.sql
select plan(9);
create function tests.payment() returns uuid language sql as $$ select id from payments where reference = 'one' $$;
create function tests.till() returns numeric language sql as $$ select trim_scale(coalesce(sum(amount), 0)) from payment_ledger where account = 'online' $$;
insert into payments (organization_id, booking_type, amount, currency, method, provider, provider_ref, reference) values (tests.id('a'), 'other', 50, 'EUR', 'online', 'acme', 'in_1', 'one');
select throws_ok($$insert into payments (organization_id, booking_type, amount, currency, provider, provider_ref) values (tests.id('a'), 'other', 50, 'EUR', 'acme', 'in_1')$$,
  '23505', null, 'what was asked once is one payment');
select is(app.settle_payment(tests.payment(), 'succeeded', 'ch_1'), 'succeeded', 'the money comes');
select is(app.settle_payment(tests.payment(), 'succeeded', 'ch_1') || tests.till(), 'succeeded50', 'told twice it came once');
select app.refund_one(tests.payment(), 50, 'sent back') \g /dev/null
select is((select string_agg(provider || ' ' || method || ' ' || status, ',') from refunds), 'acme online pending', 'it goes back through whom it came by');
select app.refund_news(id, '{"state": "succeeded", "ref": "re_1"}') from refunds \g /dev/null
select is(app.settle_payment(tests.payment(), 'succeeded', 'ch_1') || ' ' || tests.till(), 'refunded 0', 'told again after it went back, it stays gone');
select is(app.refund_news(id, '{"state": "succeeded", "ref": "re_1"}') || ' ' || tests.till(), 'succeeded 0', 'a refund told twice went once') from refunds;
select is((select provider_ref || ' ' || (provider_data ->> 'payment_id') from payments where reference = 'one') || ' ' || (select provider_ref from refunds), 'in_1 ch_1 re_1', 'each thing has its name');
insert into payments (organization_id, booking_type, amount, currency, method, reference) values (tests.id('a'), 'other', 5, 'EUR', 'bank', 'two');
select app.settle_payment(id, 'succeeded', 'TRANSFER 7') from payments where reference = 'two' \g /dev/null
select is((select count(*) from payments where reference = 'TRANSFER 7' and provider_ref is null), 1::bigint, 'money that nobody carried has a reference for people');
select throws_ok($$insert into payments (organization_id, booking_type, amount, currency, provider_data) values (tests.id('a'), 'other', 5, 'EUR', '[]')$$, '23514', null, 'what a provider says is an object');
select * from finish();
rollback;
