-- Parties that come in part and come back, tickets that move to another day, days that the house closes, memberships whatever the order of steps.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.pass(p_code text, p_people int default null, p_at timestamptz default null) returns text language plpgsql as $$
declare v jsonb := redeem_pool_ticket(p_code, 'north', p_at, null, p_people);
begin return coalesce((v ->> 'details')::jsonb ->> 'reason', format('%s in, %s left', v ->> 'people', v ->> 'left')); end $$;
create function tests.free(p_day int, p_slot text) returns int language sql security definer as $$ select free from app.pool_free(tests.id('a'), tests.day(p_day), tests.day(p_day)) where slot = p_slot $$;
create function tests.code_of(p_id uuid) returns text language sql security definer as $$ select qr_code from tenant_alpha.pool_tickets where id = p_id $$;
grant execute on all functions in schema tests to authenticated;

-- ── five friends with one ticket ─────────────────────────────────────────────────────────────────────────────────────
update pool_slots set starts_at = ((now() - interval '2 hours') at time zone 'Europe/Berlin')::time, ends_at = ((now() + interval '2 hours') at time zone 'Europe/Berlin')::time where slot <> 'afternoon';
create function tests.day_now() returns date language sql as $$ select ((now() - interval '2 hours') at time zone 'Europe/Berlin')::date $$;
grant execute on function tests.day_now() to authenticated;
insert into pool_tickets (id, organization_id, user_id, ticket_date, slot, adults, children, total_price, currency, status)
values (tests.id('five'), tests.id('a'), tests.id('a.customer'), tests.day_now(), 'morning', 3, 2, 40, 'EUR', 'confirmed');
select tests.as('a.staff');
select is(tests.pass(tests.code_of(tests.id('five')), 2), '2 in, 3 left', 'two come first');
select is(tests.pass(tests.code_of(tests.id('five')), 4), 'too_many', 'not four of the other three');
select is(tests.refused(format('select cancel_pool_ticket(%L)', tests.id('five'))), 'MD422 status', 'a ticket that was used in part is used');
select is(tests.refused(format('select redeem_pool_ticket(%L, p_people => 0)', tests.code_of(tests.id('five')))), 'MD400 p_people', 'nobody is no party');
select is(tests.pass(tests.code_of(tests.id('five'))), '3 in, 0 left', 'then the others');
select is(tests.pass(tests.code_of(tests.id('five'))), 'used', 'and nobody more');
select is(leave_pool(tests.code_of(tests.id('five')), 2) ->> 'inside', '3', 'two go for an ice');
select is(tests.refused(format('select leave_pool(%L, 4)', tests.code_of(tests.id('five')))), 'MD409 p_people', 'more than are in do not leave');
select is(tests.pass(tests.code_of(tests.id('five')), 2), '2 in, 0 left', 'and come back');
select is(leave_pool((select reference from pool_tickets where id = tests.id('five'))) ->> 'people', '5', 'all leave, by the reference');
select is((select format('%s %s %s', status, people_inside, people_seen) from pool_tickets where id = tests.id('five')), 'used 0 5', 'five have been here');
select is((select entered from get_pool_day(tests.day_now()) where slot = 'morning'), 5, 'and the day counts them once');
select tests.as('b.staff');
select is(tests.refused(format('select leave_pool(%L)', tests.code_of(tests.id('five')))), 'MD404 p_qr_code', 'another house lets nobody out');
select tests.as('a.customer');
select is(tests.refused(format('select leave_pool(%L)', tests.code_of(tests.id('five')))), 'MD403', 'nor does a guest');

-- ── a gate without a network reports late ────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
update pool_slots set starts_at = ((now() - interval '4 hours') at time zone 'Europe/Berlin')::time, ends_at = ((now() - interval '1 hour') at time zone 'Europe/Berlin')::time where slot = 'morning';
insert into pool_tickets (id, organization_id, user_id, ticket_date, slot, adults, total_price, currency, status)
values (tests.id('off'), tests.id('a'), tests.id('a.customer'), ((now() - interval '4 hours') at time zone 'Europe/Berlin')::date, 'morning', 2, 20, 'EUR', 'confirmed');
select app.maintain_pool() > 0;
select is((select status from pool_tickets where id = tests.id('off')), 'expired', 'the sweep ran in between');
select tests.as('a.staff');
select is(tests.pass(tests.code_of(tests.id('off'))), 'over', 'now it is too late');
select is(tests.pass(tests.code_of(tests.id('off')), null, now() - interval '2 hours'), '2 in, 0 left', 'but they came in while it lasted');
select is(tests.pass(tests.code_of(tests.id('off')), null, now() - interval '2 hours'), 'used', 'once');

-- ── another day ──────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
update pool_slots set starts_at = '09:00', ends_at = '13:00' where slot = 'morning';
update pool_slots set starts_at = '09:00', ends_at = '19:00' where slot = 'full_day';
insert into cancellation_policies (id, organization_id, name, applies_to, rules) values (tests.id('hard'), tests.id('a'), 'Hard', '{}', '[{"hours_before": 240, "refund_percent": 100}]');
update pool_prices set weekend_price = null;      -- days are relative
select tests.as('a.customer');
select tests.keep('t', buy_pool_ticket(tests.day(5), 'morning', 2, 0)) is not null;
select tests.as_owner();
update pool_tickets set cancellation_policy_id = tests.id('hard') where id = tests.kept_id('t');
select app.record_payment(tests.id('a'), 'pool', tests.kept_id('t'), 20, 'EUR', 'card', tests.id('a.customer')) is not null;
select tests.as('a.customer');
select tests.keep('old', to_jsonb((select qr_code from pool_tickets where id = tests.kept_id('t')))) is not null;
select tests.keep('m', move_pool_ticket(tests.kept_id('t'), tests.day(20))) is not null;
select is(format('%s %s %s %s', tests.kept('m') ->> 'status', tests.kept('m') ->> 'ticket_date' = tests.day(20)::text, (tests.kept('m') ->> 'balance')::numeric, tests.kept('m') ->> 'qr_code' <> tests.kept('old') #>> '{}'), 'confirmed t 0 t', 'a ticket moves, with a new code');
select is(format('%s %s', tests.free(5, 'morning'), tests.free(20, 'morning')), '10 8', 'its places move too');
select is((cancel_pool_ticket(tests.kept_id('t')) ->> 'refund_amount')::numeric, 0::numeric, 'moving it away does not soften the terms');
select tests.keep('t', buy_pool_ticket(tests.day(30), 'morning', 2, 0)) is not null;
select tests.as_owner();
select app.record_payment(tests.id('a'), 'pool', tests.kept_id('t'), 20, 'EUR', 'card', tests.id('a.customer')) is not null;
select tests.as('a.customer');
select is(tests.refused(format('select move_pool_ticket(%s)', q.arguments)), q.refusal, q.what) from (values
  (format('%L, %L, ''afternoon''', tests.kept_id('t'), tests.day(30)), 'MD409 p_ticket_date', 'a dearer slot is the desk''s'),
  (format('%L, %L', tests.kept_id('t'), tests.day(-1)), 'MD400 p_ticket_date', 'yesterday'),
  (format('%L, %L, p_total_price => 1', tests.kept_id('t'), tests.day(31)), 'MD400 p_total_price', 'another price'),
  (format('%L, %L', tests.id('five'), tests.day(31)), 'MD422 status', 'a ticket that was used'),
  (format('%L, %L', gen_random_uuid(), tests.day(31)), 'MD404 p_ticket_id', 'one that is not there')) as q(arguments, refusal, what);
select tests.as('b.customer');
select is(tests.refused(format('select move_pool_ticket(%L, %L)', tests.kept_id('t'), tests.day(31))), 'MD404 p_ticket_id', 'somebody else''s');
select tests.as_owner();
insert into pool_capacity (organization_id, date, slot, capacity, is_closed) values (tests.id('a'), tests.day(40), 'morning', 10, true), (tests.id('a'), tests.day(41), 'morning', 1, false);
select tests.as('a.staff');
select is(tests.refused(format('select move_pool_ticket(%L, %L)', tests.kept_id('t'), tests.day(40))), 'MD409 p_ticket_date', 'to a closed day');
select is(tests.refused(format('select move_pool_ticket(%L, %L)', tests.kept_id('t'), tests.day(41))), 'MD409 p_slot', 'to a full one');
select is((move_pool_ticket(tests.kept_id('t'), tests.day(30), 'full_day', 40, 'cash') ->> 'paid')::numeric, 40::numeric, 'the desk takes the difference');
select is((move_pool_ticket(tests.kept_id('t'), tests.day(30), 'morning') ->> 'refunded')::numeric, 20::numeric, 'and gives it back');

-- ── the house closes ─────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
update pool_tickets set cancellation_policy_id = tests.id('hard'), first_starts_at = now() + interval '1 hour' where id = tests.kept_id('t');
select tests.as('a.manager');
update pool_capacity set is_closed = true, note = 'Thunderstorm' where date = tests.day(30) and slot = 'morning';
select tests.as('a.customer');
select is((cancel_pool_ticket(tests.kept_id('t')) ->> 'refund_amount')::numeric, 20::numeric, 'what the house did not deliver comes back, whatever the terms');
select tests.as_owner();
insert into pool_tickets (id, organization_id, user_id, ticket_date, slot, adults, total_price, currency, status, cancellation_policy_id)
values (tests.id('storm'), tests.id('a'), tests.id('a.customer'), tests.day(-2), 'full_day', 1, 20, 'EUR', 'confirmed', tests.id('hard')),
       (tests.id('missed'), tests.id('a'), tests.id('a.customer'), tests.day(-3), 'morning', 1, 10, 'EUR', 'confirmed', tests.id('hard'));
select app.record_payment(tests.id('a'), 'pool', tests.id('storm'), 20, 'EUR', 'card', tests.id('a.customer')) is not null;
select app.maintain_pool() > 0;
update pool_capacity set is_closed = true where date = tests.day(-2) and slot = 'afternoon';
select tests.as('a.customer');
select is((cancel_pool_ticket(tests.id('storm')) ->> 'refund_amount')::numeric, 20::numeric, 'afterwards too, and for half of a day that was one');
select is(tests.refused(format('select cancel_pool_ticket(%L)', tests.id('missed'))), 'MD422 status', 'who did not come on an open day is late');

-- ── memberships: the same whatever the order ─────────────────────────────────────────────────────────────────────────
select tests.as_owner();
select is((select string_agg(app.period_passes(d, c, n)::text, ' ') from (values (date '2026-11-30', 'monthly', 6), ('2026-11-16', 'monthly', 6), ('2026-11-01', 'monthly', 6), ('2027-01-31', 'quarterly', 6), ('2028-02-29', 'annually', 12)) t(d, c, n)), '0 3 6 4 11', 'passes go with the days that are paid');
create function tests.member(p_name text) returns uuid language sql as $$ select (start_membership('individual', 'monthly', p_guest_details => jsonb_build_object('full_name', p_name, 'email', p_name || '@example.com'), p_payment_method => 'cash') ->> 'id')::uuid $$;
create function tests.until() returns table (who text, paid_until date, paused text) language sql security definer as $$
  select split_part(c.email, '@', 1), m.paid_until, (select string_agg(p.paused_days || '', ' ' order by p.starts_on) from tenant_alpha.membership_periods p where p.membership_id = m.id)
  from tenant_alpha.pool_memberships m join tenant_alpha.customers c on c.id = m.customer_id $$;
create function tests.rest(p_id uuid) returns text language plpgsql as $$ begin
  perform pause_membership(p_id);
  perform tests.back(p_id, 10);
  perform resume_membership(p_id);
  return (select paid_until from pool_memberships where id = p_id); end $$;
create function tests.back(p_id uuid, n int) returns void language sql security definer as $$ update tenant_alpha.pool_memberships set paused_on = paused_on - n where id = p_id $$;
grant execute on all functions in schema tests to authenticated;
select tests.as('a.staff');
select tests.keep(k, to_jsonb(tests.member(k))) is not null from unnest('{early,late,inside}'::text[]) k;
select renew_membership((tests.kept('early') #>> '{}')::uuid, 'cash') is not null;
select tests.rest((tests.kept('early') #>> '{}')::uuid) is not null;
select renew_membership((tests.kept('late') #>> '{}')::uuid) is not null;
select tests.rest((tests.kept('late') #>> '{}')::uuid) is not null;
select renew_membership((tests.kept('late') #>> '{}')::uuid, 'cash') is not null;
select renew_membership((tests.kept('inside') #>> '{}')::uuid) is not null;
select pause_membership((tests.kept('inside') #>> '{}')::uuid) is not null;
select tests.as_owner();
select app.record_payment(tests.id('a'), 'membership', (tests.kept('inside') #>> '{}')::uuid, 31, 'EUR', 'cash') is not null;
select tests.back((tests.kept('inside') #>> '{}')::uuid, 10);
select tests.as('a.staff');
select resume_membership((tests.kept('inside') #>> '{}')::uuid) is not null;
select is((select count(distinct paid_until)::text || ' ' || count(distinct paused) || ' ' || max(paused) from tests.until() where who in ('early', 'late', 'inside')), '1 1 10 0', 'paid before the pause, in it or after it: it ends on the same day');
select is((select paid_until from tests.until() where who = 'early'), (select (date_trunc('month', tests.day(0)::timestamp) + interval '2 months - 1 day')::date + 10), 'ten days later');
-- what was not used goes back by the days that were paid, not by those of the pause
select tests.keep('refund', to_jsonb(tests.member('refund'))) is not null;
select tests.as_owner();
update membership_periods set starts_on = tests.day(-21), ends_on = tests.day(9), amount = 31 where membership_id = (tests.kept('refund') #>> '{}')::uuid;
update pool_memberships set start_date = tests.day(-21), paid_until = tests.day(9), status = 'paused', paused_on = tests.day(-10) where id = (tests.kept('refund') #>> '{}')::uuid;
insert into payments (organization_id, booking_type, booking_id, amount, currency, method, status) values (tests.id('a'), 'membership', (tests.kept('refund') #>> '{}')::uuid, 31 - app.paid_amount('membership', (tests.kept('refund') #>> '{}')::uuid), 'EUR', 'cash', 'succeeded');
select tests.as('a.staff');
select is((resume_membership((tests.kept('refund') #>> '{}')::uuid) ->> 'paid_until')::date, tests.day(19), 'rested ten days');
select is((cancel_membership((tests.kept('refund') #>> '{}')::uuid, p_immediately => true) ->> 'refund_amount')::numeric, 19::numeric, '19 of 31 paid days are left');
select * from finish();
rollback;
