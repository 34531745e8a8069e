-- Money and promises: a change never gets round the deposit, the terms or a code's dates; what was paid in part comes back when nothing comes of
-- it; of a voucher goes back what is left on it.
\ir ../start.sql
\ir ../dining/cast.sql
\ir ../experiences/cast.sql
\ir ../stays/cast.sql
\ir ../pool/cast.sql
select plan(32);
grant execute on all functions in schema tests to anon, authenticated, service_role;
update users set email_verified = true where id = tests.id('a.customer');
update customers set email = 'customer@a.test' where id = tests.id('ada');
create function tests.pay(p_type text, p_id uuid, p_amount numeric) returns uuid language sql security definer as
  $$ select app.record_payment(tests.id('a'), p_type, p_id, p_amount, null, 'cash', tests.id('a.customer'), tests.id('ada')) $$;
create function tests.books() returns numeric language sql security definer as $$ select coalesce(sum(amount), 0) from payment_ledger $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- A stay that grows.
select tests.as('a.customer');
select tests.keep('stay', create_chalet_booking(tests.id('alpine'), tests.monday(40), tests.monday(40) + 2, 2)) \g /dev/null
select tests.pay('chalet', tests.kept_id('stay'), (tests.kept('stay') ->> 'deposit_due')::numeric) \g /dev/null
select is(tests.refused(format('select modify_chalet_booking(%L, p_check_out => %L)', tests.kept_id('stay'), tests.monday(40) + 12)), 'MD409 p_check_out', 'a stay does not grow past its deposit');
select is((select check_out from chalet_bookings where id = tests.kept_id('stay')), tests.monday(40) + 2, 'it is as it was');
select lives_ok(format('select modify_chalet_booking(%L, p_check_in => %L, p_check_out => %L)', tests.kept_id('stay'), tests.monday(40) + 7, tests.monday(40) + 9), 'a move at the same price is fine');
select tests.as('a.manager');
select lives_ok(format('select modify_chalet_booking(%L, p_check_out => %L)', tests.kept_id('stay'), tests.monday(40) + 14), 'the desk may wait for the money');

-- A game moved away from terms that give nothing.
select tests.as_owner();
insert into cancellation_policies (id, organization_id, name, applies_to, rules) values (tests.id('strict'), tests.id('a'), 'Strict', '{experience}', '[{"hours_before": 720, "refund_percent": 100}]');
update venues set cancellation_policy_id = tests.id('strict') where id = tests.id('venue.a');
insert into promo_codes (organization_id, code, discount_type, discount_value, valid_from, valid_to) values (tests.id('a'), 'SPRING', 'percent', 10, tests.day(1), tests.day(12));
select tests.as('a.customer');
select tests.keep('game', create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('ada'), tests.day(10), '12:30', 2)) \g /dev/null
select tests.pay('experience', tests.kept_id('game'), 60) \g /dev/null
select lives_ok(format('select reschedule_booking(%L, %L, ''13:45'')', tests.kept_id('game'), tests.day(50)), 'a guest moves a game');
select is((cancel_booking(tests.kept_id('game')) ->> 'refund_amount')::numeric, 0::numeric, 'and the terms of the first start hold');
select tests.keep('game', create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('ada'), tests.day(11), '12:30', 2, p_promo_code => 'spring')) \g /dev/null
select is(tests.refused(format('select reschedule_booking(%L, %L, ''13:45'')', tests.kept_id('game'), tests.day(40))), 'MD422 p_booking_date', 'nor does a code move past its dates');
select tests.pay('experience', tests.kept_id('game'), 54) \g /dev/null
select tests.as('a.manager');
select reschedule_booking(tests.kept_id('game'), tests.day(50), '13:45') \g /dev/null
select tests.as('a.customer');
select is((cancel_booking(tests.kept_id('game')) ->> 'refund_amount')::numeric, 54::numeric, 'what the house moves counts as it stands');

-- Paid in part, and nothing came of it.
select tests.as('a.customer');
select tests.keep('member', start_membership('family', 'quarterly', p_guest_details => '{"full_name": "Ada", "email": "customer@a.test"}', p_organization_id => tests.id('a'))) \g /dev/null
select tests.pay('membership', tests.kept_id('member'), 1.50) \g /dev/null
select is((cancel_membership(tests.kept_id('member')) ->> 'refund_amount')::numeric, 1.50::numeric, 'a membership that never began gives back what was paid towards it');
select tests.as_owner();
select is(app.paid_amount('membership', tests.kept_id('member')), 0::numeric, 'all of it');
select app.grant_credit(tests.id('a'), tests.id('a.customer'), tests.id('ada'), 5) \g /dev/null
select tests.as('a.customer');
select tests.keep('stay', create_chalet_booking(tests.id('alpine'), tests.monday(70), tests.monday(70) + 2, 2)) \g /dev/null
select create_payment('chalet', tests.kept_id('stay'), 5, 'credit') \g /dev/null
select tests.keep('ticket', buy_pool_ticket(tests.monday(3), 'morning', 2, p_organization_id => tests.id('a'))) \g /dev/null
select tests.pay('pool', tests.kept_id('ticket'), 1) \g /dev/null
select tests.keep('game', create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('ada'), tests.day(20), '12:30', 2)) \g /dev/null
select tests.pay('experience', tests.kept_id('game'), 1) \g /dev/null
select tests.as_owner();
update chalet_bookings set hold_expires_at = now() - interval '1 second' where id = tests.kept_id('stay');
update pool_tickets set hold_expires_at = now() - interval '1 second' where id = tests.kept_id('ticket');
update bookings set hold_expires_at = now() - interval '1 second' where id = tests.kept_id('game');
select app.often_stays(), app.often_experiences(), app.maintain_pool() \g /dev/null
select is(app.credit_balance(tests.id('a'), tests.id('a.customer')), 5::numeric, 'a hold of a stay that lapses gives the credit back');
select is(app.paid_amount('pool', tests.kept_id('ticket')), 0::numeric, 'a ticket''s its money');
select is(app.paid_amount('experience', tests.kept_id('game')), 0::numeric, 'a game''s, too');
select is((select status from bookings where id = tests.kept_id('game')), 'cancelled', 'which is over');

-- A voucher: 100 bought, 78 spent.
select tests.as('a.manager');
select tests.keep('voucher', grant_credit(100, p_code => 'GIFT-100', p_source => 'purchase')) \g /dev/null
select tests.keep('bought', record_payment('voucher', tests.kept_id('voucher'), 100)) \g /dev/null
select tests.as('a.customer');
select tests.keep('game', create_booking(tests.id('venue.a'), tests.id('group'), tests.id('ada'), tests.day(35), '12:00', 4)) \g /dev/null
select tests.keep('spent', create_payment('experience', tests.kept_id('game'), 78, 'voucher', p_metadata => '{"voucher_code": "GIFT-100"}')) \g /dev/null
select tests.as('a.manager');
select is(tests.refused(format('select refund_payment(%L, 100)', tests.kept_id('bought'))), 'MD409 amount', 'what is spent does not go back');
select is((refund_payment(tests.kept_id('bought')) ->> 'amount')::numeric, 22::numeric, 'what is left does');
select is(tests.refused(format('select refund_payment(%L)', tests.kept_id('bought'))), 'MD409 p_amount', 'once');
select is((select remaining from user_credits where id = tests.kept_id('voucher')), 0::numeric, 'nothing is left on it');
select is(app.paid_amount('experience', tests.kept_id('game')), 78::numeric, 'what it paid for stays paid');
select lives_ok(format('select refund_payment(%L)', tests.kept_id('spent')), 'the game''s money goes back to the voucher');
select is((select remaining from user_credits where id = tests.kept_id('voucher')), 78::numeric, 'where it can be spent');
select is((refund_payment(tests.kept_id('bought')) ->> 'amount')::numeric, 78::numeric, 'or given back');
select tests.as_owner();
select is((select sum(t.amount) from user_credit_transactions t where t.credit_id = tests.kept_id('voucher')), 0::numeric, 'its movements add up');
select is(tests.books(), 0::numeric, 'the books balance');
select is((select sum(amount) from payment_ledger where credit_id = tests.kept_id('voucher') and account = 'credits'), 0::numeric, 'and nobody is owed by a voucher that is gone');
-- A voucher that was paid twice, from two devices: the second money goes back and takes nothing off it, spent or not.
select tests.as('a.manager');
select tests.keep('twice', grant_credit(100, p_code => 'GIFT-200', p_source => 'purchase')) \g /dev/null
select tests.keep('first', record_payment('voucher', tests.kept_id('twice'), 100)) \g /dev/null
select tests.as_owner();
insert into payments (id, organization_id, booking_type, booking_id, amount, currency, method, provider, status)
select tests.id('second'), c.organization_id, 'voucher', c.id, 100, c.currency, 'cash', 'manual', 'succeeded' from user_credits c where c.id = tests.kept_id('twice');
update user_credits set remaining = 5 where id = tests.kept_id('twice');
select is(app.voucher_overpaid(tests.kept_id('twice')), 100::numeric, 'paid twice');
select tests.as('a.manager');
select is((refund_payment(tests.id('second'), 60) ->> 'amount')::numeric, 60::numeric, 'a part of what was too much goes back');
select is((select remaining from user_credits where id = tests.kept_id('twice')), 5::numeric, 'and the voucher keeps its worth');
select is(tests.refused(format('select refund_payment(%L, 50)', tests.kept_id('first'))), 'MD409 amount', 'no more than the rest of it and what is unspent');
select is((refund_payment(tests.kept_id('first'), 42) ->> 'amount')::numeric, 42::numeric, 'whichever payment it goes back from');
select is((select remaining from user_credits where id = tests.kept_id('twice')), 3::numeric, 'what goes beyond it comes off the voucher');
select tests.as_owner();
select is(app.voucher_overpaid(tests.kept_id('twice')), 0::numeric, 'nothing is too much any more');
select * from finish();
rollback;
