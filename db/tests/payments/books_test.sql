-- Books of days that are over stay as they were, whatever becomes of a refund or of the words on it.
\ir ../start.sql
\ir ../words.sql
\ir ../dining/cast.sql
select * from no_plan();
insert into customers (id, organization_id, full_name, email) values (tests.id('ada'), tests.id('a'), 'Ada Lovelace', 'ada@example.com');
insert into table_reservations (id, table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name, customer_id)
values (tests.id('for.ada'), tests.id('a.t1'), current_date + 3, '19:00', 90, 2, 'Ada Lovelace', tests.id('ada'));
create function tests.ago(p_days int) returns date language sql as $$ select app.organization_today(tests.id('a')) - p_days $$;
create function tests.journal() returns text language sql as $$
  select string_agg(format('%s %s %s', tests.ago(0) - business_date, kind, total_amount), ', ' order by business_date, total_amount) from get_tax_journal(tests.ago(60), tests.ago(0)) $$;
create function tests.cash_book() returns text language sql as $$
  select string_agg(format('%s %s %s', tests.ago(0) - business_date, kind, amount), ', ' order by business_date, amount) from get_cash_book(tests.ago(60), tests.ago(0)) $$;
create function tests.takings() returns text language sql as $$
  select string_agg(format('%s +%s -%s', d, t ->> 'amount', t ->> 'refunded'), ', ' order by d desc) from unnest(array[50, 40, 0]) d, jsonb_array_elements(get_day_close(tests.ago(d)) -> 'takings') t $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
insert into payments (id, organization_id, booking_type, booking_id, amount, method, status, paid_at)
values (tests.id('paid'), tests.id('a'), 'reservation', tests.id('for.ada'), 50, 'bank', 'succeeded', now() - interval '50 days');
insert into refunds (id, organization_id, payment_id, amount, currency, method, status, reason, settled_at)
values (tests.id('back'), tests.id('a'), tests.id('paid'), 20, 'EUR', 'bank', 'succeeded', 'Ada Lovelace was ill', now() - interval '40 days');

select tests.as('a.finance');
select is(tests.journal(), '50 payment 50.00, 40 refund -20.00', 'a refund stands on its day');
select is(tests.cash_book(), '50 payment 50.00, 40 refund -20.00', 'in the cash book, too');
select is(tests.takings(), '50 +50.00 -0, 40 +0 -20.00', 'and in what the day took');
select tests.as('a.manager');
select erase_customer(tests.id('ada')) \gset _
select tests.as_owner();
select isnt((select reason from refunds where id = tests.id('back')), 'Ada Lovelace was ill', 'her words are gone');
select tests.as('a.finance');
select is(tests.journal() || '; ' || tests.cash_book() || '; ' || tests.takings(), '50 payment 50.00, 40 refund -20.00; 50 payment 50.00, 40 refund -20.00; 50 +50.00 -0, 40 +0 -20.00', 'and the books are the same');

-- weeks later the guest's bank sends it back
select tests.as_owner();
update refunds set status = 'failed', failure_reason = 'account_closed' where id = tests.id('back');
update refunds set failure_reason = 'closed' where id = tests.id('back');
select ok(settled_at < now() - interval '39 days' and returned_at = now(), 'it keeps the day on which it went') from refunds where id = tests.id('back');
select tests.as('a.finance');
select is(tests.journal(), '50 payment 50.00, 40 refund -20.00, 0 refund 20.00', 'the closed month stays, and what came back has a line of its own day');
select is(tests.cash_book(), '50 payment 50.00, 40 refund -20.00, 0 refund 20.00', 'in the cash book, too');
select is(tests.takings(), '50 +50.00 -0, 40 +0 -20.00, 0 +0 --20.00', 'and in what the day took');

-- one that waits has no day until it went
select tests.as_owner();
insert into refunds (id, organization_id, payment_id, amount, currency, method, status, settled_at) values (tests.id('slow'), tests.id('a'), tests.id('paid'), 5, 'EUR', 'bank', 'pending', now());
select is((select settled_at from refunds where id = tests.id('slow')), null, 'money that has not gone has no day');
update refunds set status = 'succeeded' where id = tests.id('slow');
select is((select settled_at from refunds where id = tests.id('slow')), now(), 'when it went it has');
update refunds set settled_at = now() - interval '1 year' where id = tests.id('slow');
select is((select settled_at from refunds where id = tests.id('slow')), now(), 'once');
select * from finish();
rollback;
