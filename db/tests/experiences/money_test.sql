-- Holds, payments, cancellation policies: money decides whether a booking stays, and goes back as agreed.
\ir ../start.sql
\ir cast.sql
select plan(47);
insert into cancellation_policies (id, organization_id, name, rules, is_default)
values (tests.id('policy'), tests.id('a'), 'Half', '[{"hours_before": 1440, "refund_percent": 100}, {"hours_before": 24, "refund_percent": 50}]', true);

create function tests.pay(p_booking uuid, p_amount numeric, p_method text default 'cash') returns uuid language sql security definer as
$$ select app.record_payment(tests.id('a'), 'experience', p_booking, p_amount, 'EUR', p_method) $$;
create function tests.hold(p_time time, p_day int default 30, p_game text default 'vault', p_size int default 4) returns uuid language sql as
$$ select (create_booking(tests.id('venue.a'), tests.id(p_game), tests.id('bob'), tests.day(p_day), p_time, p_size, p_hold_minutes => 20) ->> 'id')::uuid $$;
create function tests.let_hold_run_out(p_booking uuid) returns void language sql security definer as
$$ update bookings set hold_expires_at = now() - interval '1 second' where id = p_booking $$;
grant execute on all functions in schema tests to authenticated, anon;
create table tests.b (name text primary key, id uuid);
grant all on tests.b to authenticated, anon, service_role;

-- a hold that is paid
select tests.as('a.staff');
insert into tests.b values ('paid', tests.hold('10:00'));
select results_eq($$select status, payment_status, hold_expires_at is not null, revenue from bookings$$, $$values ('pending', 'pending', true, 0.00)$$, 'a held booking waits, and earns nothing');
select lives_ok($$select tests.pay((select id from tests.b where name = 'paid'), 50)$$, 'a part is paid');
select results_eq($$select status, payment_status, paid_amount from bookings$$, $$values ('pending', 'partially_paid', 50.00)$$, 'which is less than the deposit');
select lives_ok($$select tests.pay((select id from tests.b where name = 'paid'), 70)$$, 'the rest is paid');
select results_eq($$select status, payment_status, paid_amount, hold_expires_at, revenue from bookings$$, $$values ('confirmed', 'paid', 120.00, null::timestamptz, 120.00)$$, 'now it is confirmed and no hold any more');
select tests.as_owner();
update games set deposit_percent = 25 where id = tests.id('vault');
select tests.as('a.staff');
insert into tests.b values ('deposit', tests.hold('12:00'));
select lives_ok($$select tests.pay((select id from tests.b where name = 'deposit'), 30)$$, 'a deposit of a quarter');
select results_eq($$select status, payment_status from bookings where id = (select id from tests.b where name = 'deposit')$$, $$values ('confirmed', 'partially_paid')$$, 'confirms the booking');
select tests.as_owner();
update games set deposit_percent = 100 where id = tests.id('vault');

-- a hold that runs out
select tests.as('a.staff');
insert into tests.b values ('late', tests.hold('14:00'));
select is((select available from get_available_slots(tests.id('vault'), tests.day(30)) where start_time = '13:45'), false, 'a held slot is not offered');
do $$ begin perform tests.let_hold_run_out(id) from tests.b where name = 'late'; end $$;
select is((select available from get_available_slots(tests.id('vault'), tests.day(30)) where start_time = '13:45'), true, 'once the hold has run out it is, though nobody has cleared it away');
select is(tests.refused($$select reschedule_booking((select id from tests.b where name = 'late'), tests.day(35), '14:00')$$), 'MD422 status', 'an expired hold is not moved');
insert into tests.b values ('second', tests.hold('14:00'));
select results_eq($$select status, cancellation_cause from bookings where id = (select id from tests.b where name = 'late')$$, $$values ('cancelled', 'hold_expired')$$, 'selling the slot clears the expired hold away');
-- its money comes late
select lives_ok($$select tests.pay((select id from tests.b where name = 'late'), 120)$$, 'money comes for the expired booking, whose slot is gone');
select results_eq($$select status, payment_status, paid_amount, refunded_amount, revenue from bookings where id = (select id from tests.b where name = 'late')$$,
  $$values ('cancelled', 'refunded', 120.00, 120.00, 0.00)$$, 'it goes back');
select lives_ok($$select cancel_booking((select id from tests.b where name = 'second'))$$, 'the second one gives up');
select tests.as_owner();
insert into tests.b values ('again', tests.hold('16:00'));
do $$ begin perform tests.let_hold_run_out(id) from tests.b where name = 'again'; end $$;
select is(app.expire_holds(), 1, 'the job worker clears one expired hold away');
select is(app.expire_holds(), 0, 'and finds no other');
select lives_ok($$select tests.pay((select id from tests.b where name = 'again'), 120)$$, 'money comes late, but the slot is still free');
select results_eq($$select status, payment_status, cancellation_cause, cancelled_at from bookings where id = (select id from tests.b where name = 'again')$$,
  $$values ('confirmed', 'paid', null::text, null::timestamptz)$$, 'the booking is there again');
select lives_ok($$select cancel_booking((select id from tests.b where name = 'again'))$$, 'it is cancelled on request');
select lives_ok($$select tests.pay((select id from tests.b where name = 'again'), 10)$$, 'and money that comes after that');
select is((select refunded_amount from bookings where id = (select id from tests.b where name = 'again')), 130.00, 'goes back: a cancelled booking never comes back by itself');

-- seats of an expired hold
select tests.as('a.staff');
insert into tests.b values ('seats', tests.hold('10:00', 31, 'manor', 10));
do $$ begin perform tests.let_hold_run_out(id) from tests.b where name = 'seats'; end $$;
select is((select available_spots from get_available_slots(tests.id('manor'), tests.day(31)) where start_time = '10:00'), 10, 'seats whose hold ran out are offered');
select lives_ok($$select tests.book('manor', '10:00', 10, 31)$$, 'and sold');

-- cancelling with a refund
insert into tests.b values ('near', tests.book('vault', '18:00', 4, 30)), ('far', tests.book('vault', '18:00', 4, 80));
do $$ begin perform tests.pay(id, 120) from tests.b where name in ('near', 'far'); end $$;
select is((cancel_booking((select id from tests.b where name = 'far'), 'Changed plans', true) ->> 'refund_amount')::numeric, 120::numeric, 'long before, all comes back');
select is((cancel_booking((select id from tests.b where name = 'near'), 'Ill', true) ->> 'refund_amount')::numeric, 60.0::numeric, 'within sixty days half does');
select results_eq($$select status, payment_status, revenue from bookings where id = (select id from tests.b where name = 'near')$$,
  $$values ('cancelled', 'partially_refunded', 60.00)$$, 'and the other half is earned');
select is(tests.refused($$select cancel_booking((select id from tests.b where name = 'near'), 'again', true)$$), 'MD422 status', 'nobody gets it twice');
select is((select sum(refunded_amount) from payments where booking_id = (select id from tests.b where name = 'near')), 60.00, 'one refund was made');
insert into tests.b values ('kept', tests.book('vault', '20:00', 4, 80));
do $$ begin perform tests.pay(id, 120) from tests.b where name = 'kept'; end $$;
select is(tests.refused($$select cancel_booking((select id from tests.b where name = 'kept'), null, true, 50)$$), 'MD403 p_refund_amount', 'staff do not decide the amount');
select tests.as('a.manager');
select is(tests.refused($$select cancel_booking((select id from tests.b where name = 'kept'), null, true, 120.01)$$), 'MD400 p_refund_amount', 'nobody gives back more than was paid');
select is((select status from bookings where id = (select id from tests.b where name = 'kept')), 'confirmed', 'and then nothing has happened');
select is(tests.refused($$select cancel_booking((select id from tests.b where name = 'kept'), null, true, -1)$$), 'MD400 p_refund_amount', 'nor less than nothing');
select is((cancel_booking((select id from tests.b where name = 'kept'), null, false, 100) ->> 'refund_amount')::numeric, 100::numeric, 'a manager decides');
insert into tests.b values ('none', tests.book('vault', '20:00', 4, 81));
do $$ begin perform tests.pay(id, 120) from tests.b where name = 'none'; end $$;
select is((cancel_booking((select id from tests.b where name = 'none')) ->> 'refund_amount')::numeric, 0::numeric, 'without p_issue_refund nothing goes back');

-- the customer's own
select tests.as('a.customer');
select is_empty($$select 1 from bookings where customer_id <> tests.id('ada')$$, 'a customer sees only what is theirs');
select is((create_booking(tests.id('venue.a'), tests.id('vault'), null, tests.day(70), '10:00', 2, 60) ->> 'status'), 'pending', 'a customer''s own booking is held until it is paid');
select is((select customer_id from bookings), tests.id('ada'), 'it is theirs');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(70), '12:30', 2)$$), 'MD404 p_customer_id', 'they do not book in somebody else''s name');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), null, tests.day(70), '12:31', 2)$$), 'MD409 p_start_time', 'nor at a time that is not offered');
select is(tests.refused($$select cancel_booking((select id from tests.b where name = 'paid'))$$), 'MD404 p_booking_id', 'nor cancel what is somebody else''s');
select is(tests.refused($$select cancel_booking((select id from bookings), null, true, 60)$$), 'MD403 p_refund_amount', 'nor decide their refund');
select is((cancel_booking((select id from bookings), 'Sorry') ->> 'status'), 'cancelled', 'they cancel what is theirs');
select tests.as_anon();
select is(tests.refused($$select * from bookings$$), '42501 permission denied for table bookings', 'anonymous visitors see no bookings');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), null, tests.day(70), '10:00', 2)$$), '42501 permission denied for function create_booking', 'and book through the widget only');

select tests.as_owner();
select is(tests.rollup_differences(), 0::bigint, 'the roll-ups equal the truth');
select is((select count(*) from bookings b where (b.paid_amount, b.refunded_amount) is distinct from
    (coalesce((select sum(p.amount) from payments p where p.booking_id = b.id), 0),
     coalesce((select sum(p.refunded_amount) from payments p where p.booking_id = b.id), 0))), 0::bigint, 'every booking mirrors its payments');
select is((select count(*) from app.folio_experience(tests.id('a'), (select array_agg(id) from bookings), null, null) f
           join bookings b on b.id = f.booking_id where f.amount is distinct from case when b.status in ('cancelled', 'no_show') then b.revenue else b.final_amount end), 0::bigint,
  'and the folio bills what each costs, or what was kept');

select * from finish();
rollback;
