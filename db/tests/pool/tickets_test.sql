-- Tickets from sale to gate.
\ir ../start.sql
\ir cast.sql
select * from no_plan();

-- ── what is free ─────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_anon();
select results_eq($$select slot, capacity, available, is_bookable, adult_price, child_price from get_pool_availability(tests.monday(10), 1, 1, tests.id('a'))$$,
  $$values ('morning', 10, 10, true, 10.00, 5.00), ('afternoon', 8, 8, true, 12.00, 6.00), ('full_day', 8, 8, true, 20.00, 10.00)$$, 'a visitor sees what is free; a full day has what both halves have');
select is((select adult_price from get_pool_availability(tests.monday(10) + 5, 1, 1, tests.id('a')) where slot = 'morning'), 15.00, 'Saturday has its own price');
select is((select count(*) from get_pool_availability(tests.monday(10), 7, 1, tests.id('a'))), 21::bigint, 'a week has twenty-one slots');
select is((select bool_or(is_bookable) from get_pool_availability(tests.monday(10), 1, 11, tests.id('a'))), false, 'eleven people find no slot');
select is(tests.refused('select get_pool_availability()'), 'MD400 p_organization_id', 'which of two pools?');
select is(tests.refused(format('select get_pool_availability(%L, 1, 1, %L)', tests.day(-1), tests.id('a'))), 'MD400 p_date', 'yesterday');
select is(tests.refused(format('select get_pool_availability(%L, 1, 1, %L)', 'infinity', tests.id('a'))), 'MD400 p_date', 'the end of time');
select is(tests.refused(format('select get_pool_availability(%L, 100, 1, %L)', tests.day(1), tests.id('a'))), 'MD400 p_days', 'a hundred days at once');
select is(tests.refused(format('select get_pool_availability(%L, 32, 1, %L)', tests.day(1), tests.id('a'))), 'MD400 p_days', 'a visitor looks at a month');
select is((select count(*) from get_pool_availability(tests.monday(10), 31, 1, tests.id('a'))), 93::bigint, 'of thirty-one days');
select is(tests.refused(format('select get_pool_availability(null, 1, 1, %L)', gen_random_uuid())), 'MD404 p_organization_id', 'an unknown organization');
select throws_ok('select 1 from pool_capacity', '42501', null, 'who has the places is not for visitors');
select is(tests.refused(format('select buy_pool_ticket(%L, ''morning'', p_organization_id => %L)', tests.monday(10), tests.id('a'))), 'MD401', 'to buy, they sign in');

-- ── a guest buys ─────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.customer');
select tests.keep('one', buy_pool_ticket(tests.monday(10), 'full_day', 2, 1, p_total_price => 50, p_guest_details => '{"full_name": "Ada <script>"}', p_idempotency_key => 'p1')) is not null;
select is(format('%s %s %s %s', tests.kept('one') ->> 'status', tests.kept('one') ->> 'total_price', tests.kept('one') ->> 'tax_amount', coalesce(tests.kept('one') ->> 'qr_code', 'no code')), 'pending 50.00 3.27 no code', 'unpaid: held, without a code');
select ok((tests.kept('one') ->> 'hold_expires_at')::timestamptz = now() + interval '15 minutes', 'for a quarter of an hour');
select is(buy_pool_ticket(tests.monday(10), 'full_day', 2, 1, p_idempotency_key => 'p1') ->> 'id', tests.kept('one') ->> 'id', 'the same key answers with the same ticket');
select tests.as_anon();
select is((select jsonb_object_agg(slot, available) from get_pool_availability(tests.monday(10), 1, 1, tests.id('a'))), '{"morning": 7, "afternoon": 5, "full_day": 5}', 'a full day takes from morning and afternoon');

select tests.as_owner();
select app.record_payment(tests.id('a'), 'pool', tests.kept_id('one'), 50, 'EUR', 'card', tests.id('a.customer')) is not null;
select is((select status from pool_tickets), 'confirmed', 'paid, it is confirmed');
select matches((select qr_code from pool_tickets), '^MTP1\.[0-9a-f-]{36}\.[0-9]{8}\.full_day\.2\.1\.[0-9]{10}\.[A-Za-z0-9_-]{43}$', 'and has its code');

-- a gate checks it without the database: HMAC-SHA256 with the key managers hand to gates
select tests.as('a.manager');
select set_config('tests.key', get_pool_gate_key(), true) is not null;
select tests.as('a.customer');
select is((select rtrim(translate(encode(hmac(convert_to(regexp_replace(qr_code, '\.[^.]*$', ''), 'utf8'), decode(current_setting('tests.key'), 'hex'), 'sha256'), 'base64'), E'+/\n', '-_'), '=') from pool_tickets),
  (select regexp_replace(qr_code, '^.*\.', '') from pool_tickets), 'the signature is right for whoever has the key');
select is((select split_part(qr_code, '.', 7)::bigint from pool_tickets), extract(epoch from (tests.monday(10) + time '19:00') at time zone 'Europe/Berlin')::bigint, 'the code says when it ends');
select is(tests.refused('select get_pool_gate_key()'), 'MD403', 'guests do not get the key');
select tests.as('a.staff');
select is(tests.refused('select get_pool_gate_key()'), 'MD403', 'nor does the desk');
select tests.as_owner();
select isnt(encode(app.pool_gate_key(tests.id('a')), 'hex'), (select jwt_secret from maitred.tenant_keys k join public.tenants t on t.id = k.tenant_id where schema_name = 'tenant_alpha'), 'the key is not the tenant''s secret');
set local search_path = tenant_beta, api, app, public, tap;
select isnt(encode(app.pool_gate_key(tests.id('a')), 'hex'), current_setting('tests.key'), 'another tenant has another key');
set local search_path = tenant_alpha, api, app, public, tap;

-- ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.customer');
select is(tests.refused(format('select buy_pool_ticket(%s)', q.arguments)), q.refusal, q.what) from (values
  (format('%L, ''morning''', tests.day(-1)), 'MD400 p_ticket_date', 'yesterday'),
  ('null, ''morning''', 'MD400 p_ticket_date', 'no day'),
  ('''infinity'', ''morning''', 'MD400 p_ticket_date', 'for ever'),
  (format('%L, ''morning''', tests.day(500)), 'MD400 p_ticket_date', 'too far ahead'),
  (format('%L, ''night''', tests.day(5)), 'MD400 p_slot', 'a slot there is not'),
  (format('%L, null', tests.day(5)), 'MD400 p_slot', 'no slot'),
  (format('%L, ''morning'', 0, 0', tests.day(5)), 'MD400 p_adults', 'nobody'),
  (format('%L, ''morning'', -1, 3', tests.day(5)), 'MD400 p_adults', 'less than nobody'),
  (format('%L, ''morning'', 1, -1', tests.day(5)), 'MD400 p_children', 'less than no children'),
  (format('%L, ''morning'', 0, 2', tests.day(5)), 'MD400 p_adults', 'children alone'),
  (format('%L, ''morning'', 40, 40', tests.day(5)), 'MD400 p_adults', 'a whole school'),
  (format('%L, ''morning'', 2147483647, 1', tests.day(5)), 'MD400 p_adults', 'the world'),
  (format('%L, ''morning'', 1, p_total_price => 0.01', tests.day(5)), 'MD400 p_total_price', 'a wrong total'),
  (format('%L, ''morning'', 1, p_payment_method => ''cash''', tests.day(5)), 'MD403 p_payment_method', 'saying it is paid'),
  (format('%L, ''morning'', 1, p_user_id => %L', tests.day(5), tests.id('a.staff')), 'MD403 p_user_id', 'in another''s name'),
  (format('%L, ''morning'', 1, p_customer_id => %L', tests.day(5), gen_random_uuid()), 'MD403 p_customer_id', 'as an unknown customer'),
  (format('%L, ''morning'', 1, p_guest_details => ''7''', tests.day(5)), 'MD400 p_guest_details', 'details that are none'),
  (format('%L, ''morning'', 1, p_organization_id => %L', tests.day(5), tests.id('b')), 'MD404 p_organization_id', 'at another organization'),
  (format('%L, ''morning'', 8', tests.monday(10)), 'MD409 p_slot', 'one more than is free')
) as q(arguments, refusal, what);
select is((select count(*) from pool_tickets), 1::bigint, 'nothing half done is left');
select tests.as_owner();
select is((select taken from pool_capacity where slot = 'morning' and date = tests.monday(10)), 3, 'nor counted');
select tests.as('a.customer');
select ok(tests.detail(format('select buy_pool_ticket(%L, ''afternoon'', 6)', tests.monday(10))) -> 'alternatives' @> jsonb_build_array(jsonb_build_object('ticket_date', tests.monday(10), 'slot', 'morning', 'free', 7)), 'the loser hears what else there is');

-- ── every door counts ────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_service();
select throws_ok(format($$insert into pool_tickets (organization_id, ticket_date, slot, adults, total_price, currency, expires_at) values (%L, %L, 'afternoon', 6, 0, 'EUR', now())$$, tests.id('a'), tests.monday(10)), 'MD409', null, 'the service role cannot oversell either');
select throws_ok($$update pool_capacity set taken = capacity + 1$$, '23514', null, 'nor count wrongly');
select throws_ok(format($$update pool_tickets set adults = 9 where id = %L$$, tests.kept_id('one')), 'MD409', null, 'nor make a party grow beyond the pool');
select tests.as('a.manager');
select throws_ok($$update pool_capacity set taken = 0$$, '42501', null, 'a manager does not count by hand');
select throws_ok($$update pool_capacity set capacity = 2$$, '23514', null, 'nor cuts what is sold');
update pool_capacity set is_closed = true, note = 'Thunder' where slot = 'afternoon' and date = tests.monday(10);
select tests.as('a.customer');
select is(tests.refused(format('select buy_pool_ticket(%L, ''full_day'')', tests.monday(10))), 'MD409 p_ticket_date', 'half closed, a full day is not sold');
select is((select string_agg(slot, ' ') from get_pool_availability(tests.monday(10)) where is_bookable), 'morning', 'the rest is');
select tests.as('a.staff');
update pool_slots set capacity = 1000;
select is((select max(capacity) from pool_slots), 10, 'the desk does not make the pool bigger');
select tests.as('a.manager');
update pool_slots set capacity = 12 where slot = 'morning';
select is((select capacity from pool_capacity where slot = 'morning' and date = tests.monday(10)), 12, 'a manager does, for the days to come too');
update pool_slots set capacity = 10 where slot = 'morning';

-- ── the desk sells ───────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.staff');
select tests.keep('desk', buy_pool_ticket(tests.monday(20), 'morning', 1, 0, p_payment_method => 'cash')) is not null;
select is(format('%s %s %s', tests.kept('desk') ->> 'status', tests.kept('desk') ->> 'paid', coalesce(tests.kept('desk') ->> 'user_id', 'nobody')), 'confirmed 10.00 nobody', 'at the gate somebody without a name pays cash');
select is(tests.refused(format('select buy_pool_ticket(%L, ''morning'', p_payment_method => ''shells'')', tests.day(5))), 'MD400 p_payment_method', 'shells are no money');
select is(tests.refused(format('select buy_pool_ticket(%L, ''morning'', p_customer_id => %L)', tests.day(5), gen_random_uuid())), 'MD404 p_customer_id', 'an unknown customer');
select is(tests.refused(format('select buy_pool_ticket(%L, ''morning'', p_user_id => %L)', tests.day(5), tests.id('b.customer'))), 'MD404 p_user_id', 'another organization''s user');
select tests.as('a.waiter');
select is(tests.refused(format('select buy_pool_ticket(%L, ''morning'', p_payment_method => ''cash'')', tests.day(5))), 'MD403 p_payment_method', 'a waiter has no till at the pool');

-- ── the gate ─────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
-- a slot that is open now, whatever the hour: from an hour ago until in an hour
create function tests.slot(p_from interval, p_to interval) returns date language plpgsql as $$
declare v_from timestamp := (now() + p_from) at time zone 'Europe/Berlin'; v_to timestamp := (now() + p_to) at time zone 'Europe/Berlin';
begin
  update pool_slots set starts_at = v_from::time, ends_at = v_to::time where slot = 'morning';
  return v_from::date;
end $$;
create function tests.ticket(p_name text, p_date date, p_status text default 'confirmed', p_org text default 'a') returns text language plpgsql as $$
declare v text;
begin
  insert into pool_tickets (id, organization_id, user_id, ticket_date, slot, adults, total_price, currency, status, expires_at)
  values (tests.id(p_name), tests.id(p_org), tests.id(p_org || '.customer'), p_date, 'morning', 1, 10, 'EUR', p_status, now()) returning coalesce(qr_code, reference) into v;
  return v;
end $$;
create function tests.code(p_name text) returns text language sql security definer as $$ select coalesce(qr_code, reference) from tenant_alpha.pool_tickets where id = tests.id(p_name) $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.ticket('t.ok', tests.slot('-1 hour', '1 hour')), tests.ticket('t.later', tests.slot('-1 hour', '1 hour') + 3),
       tests.ticket('t.unpaid', tests.slot('-1 hour', '1 hour'), 'pending'), tests.ticket('t.typed', tests.slot('-1 hour', '1 hour')), tests.ticket('t.far', tests.slot('-1 hour', '1 hour'), 'confirmed', 'b') \g /dev/null
select tests.as('a.staff');
select is(tests.gate(tests.code('t.ok')), 'entered', 'a good code opens the gate');
select is((select status || ' ' || (used_at = now()) from pool_tickets where id = tests.id('t.ok')), 'used true', 'and is used');
select is(tests.gate(tests.code('t.ok')), 'used', 'once');
select is(current_setting('response.status'), '409', 'the refusal has its HTTP status');
select is(tests.gate((select reference from pool_tickets where id = tests.id('t.typed'))), 'entered', 'a reference can be typed');
select is(tests.gate(tests.code('t.later')), 'wrong_day', 'not on another day');
select is(tests.gate(tests.code('t.unpaid')), 'unpaid', 'not unpaid');
select is(tests.gate(regexp_replace(tests.code('t.later'), '\.1\.0\.', '.9.0.')), 'forged', 'a changed code is not ours');
select is(tests.gate('MTP1.' || tests.id('t.later')), 'forged', 'nor one without a signature');
select is(tests.gate('MTP1.''; drop table pool_tickets; --'), 'forged', 'nor hostile text');
select is(tests.gate(repeat('x', 100000)), 'unknown', 'nor a lot of text');
select is(tests.gate(tests.code('t.far')), 'forged', 'another organization''s ticket does not open this gate');
select is(tests.refused('select redeem_pool_ticket(null)'), 'MD400 p_qr_code', 'no code');
select is(tests.refused(format('select redeem_pool_ticket(%L, p_scanned_at => now() + interval ''1 hour'')', tests.code('t.later'))), 'MD400 p_scanned_at', 'a scan to come');
select is((select count(*) from pool_entries where result = 'refused'), 8::bigint, 'every try is in the log');
select is((select count(*) from pool_entries where result = 'entered'), 2::bigint, 'so is who came in');
select throws_ok('insert into pool_entries (organization_id, code, result) values (tests.id(''a''), ''x'', ''entered'')', '42501', null, 'nobody writes the log by hand');
select throws_ok('update pool_tickets set status = ''used''', '42501', null, 'nor moves tickets');
select tests.as_owner();
select throws_ok('delete from pool_entries', 'MD403', null, 'the log is append-only, for the owner too');
select throws_ok(format('insert into pool_entries (organization_id, ticket_id, code, result, people) values (%L, %L, ''x'', ''entered'', 1)', tests.id('a'), tests.id('t.ok')), '23514', null, 'no ticket lets in more people than it is for, whatever the functions do');
select tests.as('a.customer');
select is(tests.refused(format('select redeem_pool_ticket(%L)', tests.code('t.later'))), 'MD403', 'guests do not open the gate');
select isnt_empty('select 1 from pool_entries', 'but see their own entries');
select tests.as('b.customer');
select is_empty('select 1 from pool_entries', 'and not those of others');
select is_empty($$select 1 from pool_tickets where organization_id = tests.id('a')$$, 'nor their tickets');
select tests.as('a.staff');
select results_eq($$select people, entered, refused from get_pool_day((select ticket_date from pool_tickets where id = tests.id('t.ok'))) where slot = 'morning'$$, $$values (2, 2, 2)$$, 'the day adds up');

-- by the clock: before it opens, after it closed, and a gate that was offline
select tests.as_owner();
select tests.ticket('t.early', tests.slot('2 hours', '3 hours')) is not null;
select tests.as('a.staff');
select is(tests.gate(tests.code('t.early')), 'too_early', 'two hours before');
select tests.as_owner();
select tests.ticket('t.over', tests.slot('-3 hours', '-1 hours')) is not null;
select tests.as('a.staff');
select is(tests.gate(tests.code('t.over')), 'over', 'an hour after');
select is(tests.gate(tests.code('t.over'), now() - interval '2 hours'), 'entered', 'a gate that was offline reports what it saw');
select is(tests.gate(tests.code('t.over'), now() - interval '2 hours'), 'used', 'once');

-- ── cancelling ───────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
update pool_slots set starts_at = '09:00', ends_at = '13:00' where slot = 'morning';
update pool_capacity set is_closed = false;
select tests.as('b.customer');
select is(tests.refused(format('select cancel_pool_ticket(%L)', tests.kept_id('one'))), 'MD404 p_ticket_id', 'not somebody else''s');
select tests.as('b.manager');
select is(tests.refused(format('select cancel_pool_ticket(%L)', tests.kept_id('one'))), 'MD404 p_ticket_id', 'nor another organization''s');
select tests.as('a.customer');
select is(tests.refused(format('select cancel_pool_ticket(%L, p_refund_amount => 50)', tests.kept_id('one'))), 'MD403 p_refund_amount', 'the guest does not choose the refund');
select tests.keep('gone', cancel_pool_ticket(tests.kept_id('one'), 'Rain')) is not null;
select is(format('%s %s %s', tests.kept('gone') ->> 'status', tests.kept('gone') ->> 'refund_amount', coalesce(tests.kept('gone') ->> 'qr_code', 'no code')), 'cancelled 50.00 no code', 'days before, all comes back; the code is void');
select is(tests.refused(format('select cancel_pool_ticket(%L)', tests.kept_id('one'))), 'MD422 status', 'once');
select is((select jsonb_object_agg(slot, available) from get_pool_availability(tests.monday(10))), '{"morning": 10, "afternoon": 8, "full_day": 8}', 'the places are free again');
select tests.as('a.staff');
select is(tests.gate((tests.kept('gone') ->> 'reference')), 'cancelled', 'it opens nothing');
select is(tests.refused(format('select cancel_pool_ticket(%L, p_refund_amount => 10.01)', tests.kept_id('desk'))), 'MD400 p_refund_amount', 'more than was paid does not go back');
select is(cancel_pool_ticket(tests.kept_id('desk'), null, 3.50) ->> 'refund_amount', '3.50', 'the desk may give a part');
select is(tests.refused(format('select cancel_pool_ticket(%L)', tests.id('t.ok'))), 'MD422 status', 'what was used is not cancelled');
select is(tests.refused(format('select cancel_pool_ticket(%L)', gen_random_uuid())), 'MD404 p_ticket_id', 'nor what is not there');

-- ── holds ────────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.customer');
select tests.keep('hold', buy_pool_ticket(tests.monday(30), 'afternoon', 8)) is not null;
select tests.as_owner();
update pool_tickets set hold_expires_at = now() where id = tests.kept_id('hold');
select tests.as_anon();
select is((select available from get_pool_availability(tests.monday(30), 1, 1, tests.id('a')) where slot = 'afternoon'), 8, 'a hold that has run out takes no place');
select tests.as('a.staff');
select lives_ok(format('select buy_pool_ticket(%L, ''full_day'', 8)', tests.monday(30)), 'and the next one gets the places');
select tests.as_owner();
select app.record_payment(tests.id('a'), 'pool', tests.kept_id('hold'), 96, 'EUR', 'card', tests.id('a.customer')) is not null;
select is((select status || ' ' || refund_amount || ' ' || round(app.paid_amount('pool', id), 2) from pool_tickets where id = tests.kept_id('hold')), 'cancelled 96.00 0.00', 'late money for places that are gone goes back');
select tests.as('a.customer');
select tests.keep('late', buy_pool_ticket(tests.monday(40), 'afternoon', 8)) is not null;
select tests.as_owner();
update pool_tickets set hold_expires_at = now() where id = tests.kept_id('late');
select app.record_payment(tests.id('a'), 'pool', tests.kept_id('late'), 96, 'EUR', 'card', tests.id('a.customer')) is not null;
select is((select status || ' ' || (select taken from pool_capacity where date = tests.monday(40) and slot = 'afternoon') from pool_tickets where id = tests.kept_id('late')), 'confirmed 8', 'late money takes places that are still free');
select app.record_payment(tests.id('a'), 'pool', tests.kept_id('desk'), 5, 'EUR', 'cash') is not null;
select is((select sum(refunded_amount) from payments where booking_id = tests.kept_id('desk') and amount = 5), 0::numeric, 'money in the instant of the cancellation is the desk''s business');
update pool_tickets set cancelled_at = now() - interval '1 hour' where id = tests.kept_id('desk');
select app.record_payment(tests.id('a'), 'pool', tests.kept_id('desk'), 4, 'EUR', 'cash') is not null;
select is((select sum(amount - refunded_amount) from payments where booking_id = tests.kept_id('desk') and amount = 4), 0::numeric, 'money that comes after it goes back');
select lives_ok('select app.maintain_pool()', 'the daily sweep runs');
select is((select status from pool_tickets where id = tests.id('t.later')), 'confirmed', 'and leaves what is to come');

-- ── the state diagram ────────────────────────────────────────────────────────────────────────────────────────────────
select tests.ticket('dummy', tests.day(300)) is not null;
create function tests.move(p_from text, p_to text) returns text language plpgsql as $$
begin
  alter table pool_tickets disable trigger guard_status;
  update pool_tickets set status = p_from, hold_ran_out = false, used_at = now() where id = tests.id('dummy');
  alter table pool_tickets enable trigger guard_status;
  update pool_tickets set status = p_to where id = tests.id('dummy');
  return 'goes';
exception when sqlstate 'MD422' then return 'refused';
end $$;
select is(tests.move(f, t), case when f = t or f || '>' || t = any ('{pending>confirmed,pending>cancelled,pending>expired,confirmed>used,confirmed>cancelled,confirmed>expired,expired>used,expired>cancelled}') then 'goes' else 'refused' end, f || ' to ' || t)
from unnest('{pending,confirmed,used,cancelled,expired}'::text[]) f, unnest('{pending,confirmed,used,cancelled,expired}'::text[]) t;

-- ── a night when the clock skips: the slot moves on, nothing breaks ──────────────────────────────────────────────────
update pool_slots set starts_at = '02:30', ends_at = '05:00' where slot = 'morning';
select is((select starts_at from app.pool_slot_times(tests.id('a'), '2027-03-28', 'morning')), timestamptz '2027-03-28 03:30+02', 'in the gap it begins an hour later');
select is((select ends_at - starts_at from app.pool_slot_times(tests.id('a'), '2027-10-31', 'morning')), interval '2 hours 30 minutes', 'in the repeated hour it is as long as it says');
update pool_slots set starts_at = '22:00', ends_at = '02:00' where slot = 'morning';
select is((select ends_at from app.pool_slot_times(tests.id('a'), '2027-06-01', 'morning')), timestamptz '2027-06-02 02:00+02', 'a slot may end past midnight');

-- ── where it is still yesterday ──────────────────────────────────────────────────────────────────────────────────────
update organizations set timezone = 'Pacific/Pago_Pago', business_day_cutoff = '12:59' where id = tests.id('a'); -- 23:59 behind the clock of the database
select tests.ticket('t.west', app.organization_today(tests.id('a'))) \g /dev/null
select is((select count(*) from maitred.jobs where kind = 'notify' and payload ->> 'type' = 'pool_ticket' and payload #>> '{data,ticket_id}' = tests.id('t.west')::text), 1::bigint, 'a ticket for today is told of, whatever day the database has');
select * from finish();
rollback;
