-- Memberships: periods by the day, renewal, pauses, guest passes, cards.
\ir ../start.sql
\ir cast.sql
create function tests.card() returns text language sql security definer as $$ select qr_code from tenant_alpha.membership_members where is_holder order by created_at limit 1 $$;
grant execute on function tests.card() to authenticated;
select * from no_plan();

-- ── periods end with the month, the first month is paid by the day ───────────────────────────────────────────────────
select is((select format('%s %s %s', ends_on, amount, explanation) from app.membership_period(d, c, 31, 2)), w, d || ' ' || c) from (values
  (date '2027-01-01', 'monthly',   '2027-01-31 31.00 1 months'),
  (date '2027-01-15', 'monthly',   '2027-01-31 17.00 17 of 31 days of January'),
  (date '2027-01-31', 'monthly',   '2027-01-31 1.00 1 of 31 days of January'),
  (date '2028-02-29', 'monthly',   '2028-02-29 1.07 1 of 29 days of February'),
  (date '2027-01-15', 'quarterly', '2027-03-31 79.00 17 of 31 days of January and 2 months'),
  (date '2027-12-01', 'annually',  '2028-11-30 372.00 12 months'),
  (date '2027-02-28', 'quarterly', '2027-04-30 63.11 1 of 28 days of February and 2 months')) as t(d, c, w);

-- ── a guest becomes a member ─────────────────────────────────────────────────────────────────────────────────────────
select tests.as_anon();
select is((select count(*) from pool_membership_plans), 3::bigint, 'visitors see the plans');
select is(tests.refused(format('select start_membership(''individual'', ''monthly'', p_organization_id => %L)', tests.id('a'))), 'MD401', 'and sign in to join');
select tests.as('a.customer');
select tests.keep('m', start_membership('family', 'quarterly', p_members => '[{"full_name": "Kid", "date_of_birth": "2015-05-05"}]', p_idempotency_key => 'm1')) is not null;
select is(tests.kept('m') ->> 'status', 'pending', 'unpaid it is pending');
select is((tests.kept('m') #>> '{due,amount}')::numeric, (select amount from app.membership_period(tests.day(0), 'quarterly', 60, 2)), 'the first period is due');
select is(jsonb_array_length(tests.kept('m') -> 'members'), 2, 'holder and child are members');
select is(start_membership('family', 'quarterly', p_idempotency_key => 'm1') ->> 'id', tests.kept('m') ->> 'id', 'the same key answers with the same membership');
select is(tests.refused(format('select use_guest_pass(%L, %L, ''morning'')', tests.kept_id('m'), tests.day(1))), 'MD422 p_membership_id', 'unpaid it brings nobody');
select is(tests.refused(format('select start_membership(%s)', q.arguments)), q.refusal, q.what) from (values
  ('''gold'', ''monthly''', 'MD400 p_type', 'a type there is not'),
  ('''family'', ''weekly''', 'MD400 p_billing_cycle', 'a cycle there is not'),
  ('''corporate'', ''monthly''', 'MD404 p_type', 'a plan that is not sold'),
  (format('''individual'', ''monthly'', %L', tests.day(-1)), 'MD400 p_start_date', 'from yesterday'),
  (format('''individual'', ''monthly'', %L', tests.day(1000)), 'MD400 p_start_date', 'from some day'),
  ('''individual'', ''monthly'', ''infinity''', 'MD400 p_start_date', 'from never'),
  ('''individual'', ''monthly'', p_members => ''[{"full_name": "B"}]''', 'MD400 p_members', 'more people than the plan has'),
  ('''individual'', ''monthly'', p_members => ''{}''', 'MD400 p_members', 'members that are no list'),
  ('''individual'', ''monthly'', p_members => ''[{"full_name": " "}]''', 'MD400 p_members', 'a member without a name'),
  ('''individual'', ''monthly'', p_members => ''[{"full_name": "X", "date_of_birth": "2020-02-31"}]''', 'MD400 p_members', 'a day that is none'),
  ('''individual'', ''monthly'', p_total_price => 99', 'MD400 p_total_price', 'a wrong total'),
  ('''individual'', ''monthly'', p_payment_method => ''cash''', 'MD403 p_payment_method', 'saying it is paid'),
  ('''family'', ''quarterly''', 'MD409 p_type', 'the same twice'),
  (format('''individual'', ''monthly'', p_organization_id => %L', tests.id('b')), 'MD404 p_organization_id', 'another organization')
) as q(arguments, refusal, what);

select tests.as_owner();
select app.record_payment(tests.id('a'), 'membership', tests.kept_id('m'), (tests.kept('m') #>> '{due,amount}')::numeric, 'EUR', 'card', tests.id('a.customer')) is not null;
select is((select format('%s %s %s', status, paid_until = (tests.kept('m') #>> '{due,ends_on}')::date, guest_passes_remaining) from pool_memberships),
  'active t ' || app.period_passes(tests.day(0), 'quarterly', 6), 'paid, it is active until the period ends, with its guest passes');
update membership_periods set guest_passes = 6;      -- as if it had begun on the first
select app.count_guest_passes(tests.kept_id('m')) is null;
select matches((select min(qr_code) from membership_members), '^MTM1\.[0-9a-f-]{36}\.[0-9a-f-]{36}\.[0-9]{10}\.[A-Za-z0-9_-]{43}$', 'everybody has a card');

-- ── guest passes ─────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.customer');
select tests.keep('pass', use_guest_pass(tests.kept_id('m'), tests.day(1), 'morning', 4, 'Tom and friends', 'g1')) is not null;
select is(format('%s %s %s %s', tests.kept('pass') ->> 'status', tests.kept('pass') ->> 'total_price', tests.kept('pass') ->> 'guest_passes_remaining', tests.kept('pass') ->> 'qr_code' like 'MTP1.%'), 'confirmed 0.00 2 t', 'a pass is a free ticket with a code');
select is((select available from get_pool_availability(tests.day(1)) where slot = 'morning'), 6, 'which takes places like any other');
select is(use_guest_pass(tests.kept_id('m'), tests.day(1), 'morning', 4, null, 'g1') ->> 'id', tests.kept('pass') ->> 'id', 'the same key answers with the same ticket');
select is((select guest_passes_remaining from pool_memberships), 2, 'and costs no pass');
select is(tests.refused(format('select use_guest_pass(%L, %s)', tests.kept_id('m'), q.arguments)), q.refusal, q.what) from (values
  (format('%L, ''morning'', 3', tests.day(1)), 'MD409 p_guests', 'more guests than passes'),
  (format('%L, ''morning'', 0', tests.day(1)), 'MD400 p_guests', 'no guest'),
  (format('%L, ''morning'', -2', tests.day(1)), 'MD400 p_guests', 'passes do not multiply'),
  (format('%L, ''morning'', 1', tests.day(-1)), 'MD400 p_ticket_date', 'yesterday'),
  (format('%L, ''morning'', 1', tests.day(200)), 'MD400 p_ticket_date', 'after what is paid'),
  (format('%L, ''evening'', 1', tests.day(1)), 'MD400 p_slot', 'a slot there is not')
) as q(arguments, refusal, what);
select tests.as('b.customer');
select is(tests.refused(format('select use_guest_pass(%L, %L, ''morning'')', tests.kept_id('m'), tests.day(1))), 'MD404 p_membership_id', 'strangers bring nobody on it');
select is_empty('select 1 from pool_memberships', 'nor see it');
select is_empty('select 1 from membership_members', 'nor its people');
select is_empty('select 1 from membership_periods', 'nor its price');
select is_empty('select 1 from guest_pass_usage', 'nor its guests');
select tests.as('b.manager');
select is(tests.refused(format('select pause_membership(%L)', tests.kept_id('m'))), 'MD404 p_membership_id', 'nor another organization''s manager');
select tests.as('a.customer');
select isnt_empty('select 1 from guest_pass_usage', 'the member sees the guests');
select cancel_pool_ticket(tests.kept_id('pass')) is not null;
select is((select format('%s %s', guest_passes_remaining, (select returned_at is not null from guest_pass_usage)) from pool_memberships), '6 t', 'a cancelled guest ticket gives its passes back');
select is((select available from get_pool_availability(tests.day(1)) where slot = 'morning'), 10, 'and its places');

-- ── the gate ─────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
update pool_slots set starts_at = ((now() - interval '2 hours') at time zone 'Europe/Berlin')::time, ends_at = ((now() + interval '2 hours') at time zone 'Europe/Berlin')::time where slot <> 'afternoon';
select tests.as('a.staff');
select is(tests.gate(tests.card()), 'entered', 'a member comes in with the card');
select is(tests.gate(tests.card()), 'entered', 'and again');
select is(tests.gate(regexp_replace(tests.card(), '\.[0-9]{10}\.', '.9999999999.')), 'forged', 'a changed card is not ours');
select tests.as_owner();
update pool_slots set is_active = false;
select tests.as('a.staff');
select is(tests.gate(tests.card()), 'closed', 'not while the pool is closed');
select tests.as_owner();
update pool_slots set is_active = true;
select tests.as('a.customer');
select isnt_empty('select 1 from pool_entries', 'members see when they came');

-- ── pauses ───────────────────────────────────────────────────────────────────────────────────────────────────────────
select is(tests.refused(format('select pause_membership(%L, %L)', tests.kept_id('m'), tests.day(0))), 'MD400 p_resumes_on', 'a pause of no day');
select tests.keep('paid', to_jsonb((select paid_until from pool_memberships))) is not null;
select is(pause_membership(tests.kept_id('m'), tests.day(20)) ->> 'status', 'paused', 'it rests');
select is(tests.refused(format('select pause_membership(%L)', tests.kept_id('m'))), 'MD422 status', 'once');
select is(tests.refused(format('select use_guest_pass(%L, %L, ''morning'')', tests.kept_id('m'), tests.day(1))), 'MD422 p_membership_id', 'paused it brings nobody');
select is(tests.refused(format('select renew_membership(%L)', tests.kept_id('m'))), 'MD422 status', 'nor is renewed');
select tests.as('a.staff');
select is(tests.gate(tests.card()), 'entered', 'today is used already: they come and go');
select tests.as_owner();
select is((select paused_on from pool_memberships), tests.day(1), 'so the pause begins tomorrow');
update pool_memberships set paused_on = paused_on - 8;      -- a week goes by
select tests.as('a.staff');
select is(tests.gate(tests.card()), 'paused', 'then nobody comes in');
select is(tests.gate(tests.card(), now() - interval '1 second'), 'entered', 'but what an offline gate saw before the pause is so');
select tests.as('a.customer');
select is(resume_membership(tests.kept_id('m')) ->> 'status', 'active', 'it wakes');
select is((select paid_until from pool_memberships), (tests.kept('paid') #>> '{}')::date + 7, 'the paused days are added');
select is((select max(ends_on) from membership_periods), (tests.kept('paid') #>> '{}')::date + 7, 'to the period too');
select is(tests.refused(format('select resume_membership(%L)', tests.kept_id('m'))), 'MD422 status', 'once');
select is(tests.refused(format('select pause_membership(%L, %L)', tests.kept_id('m'), tests.day(1))), 'MD400 p_resumes_on', 'a pause of a used day is none');
select pause_membership(tests.kept_id('m'), tests.day(4)) is not null;
select tests.as_owner();
update pool_memberships set paused_on = paused_on - 4, resumes_on = resumes_on - 4;
select ok(app.advance_membership(tests.kept_id('m')), 'a pause ends by the calendar');
select is((select format('%s %s', status, paid_until) from pool_memberships), 'active ' || ((tests.kept('paid') #>> '{}')::date + 10), 'by itself');

-- ── renewal ──────────────────────────────────────────────────────────────────────────────────────────────────────────
update pool_membership_plans set monthly_price = 70 where type = 'family';
select tests.as('a.customer');
select use_guest_pass(tests.kept_id('m'), tests.day(2), 'morning', 4) is not null;
select tests.as('a.customer');
select is(tests.refused(format('select renew_membership(%L, ''cash'')', tests.kept_id('m'))), 'MD403 p_payment_method', 'guests do not say it is paid');
select tests.keep('r', renew_membership(tests.kept_id('m'))) is not null;
select is((tests.kept('r') #>> '{due,starts_on}')::date, (tests.kept('paid') #>> '{}')::date + 11, 'the next period follows the last');
select is(renew_membership(tests.kept_id('m')) #>> '{due,period_id}', tests.kept('r') #>> '{due,period_id}', 'asking twice makes one period');
select is((tests.kept('r') ->> 'monthly_price')::numeric, 70::numeric, 'at the price of now');
select is(tests.refused(format('select renew_membership(%L, p_total_price => 1)', tests.kept_id('m'))), 'MD400 p_total_price', 'not at another');
select tests.as('a.staff');
select tests.keep('r2', renew_membership(tests.kept_id('m'), 'cash', (tests.kept('r') #>> '{due,amount}')::numeric)) is not null;
select is(format('%s %s %s', tests.kept('r2') ->> 'paid_until', tests.kept('r2') -> 'due', tests.kept('r2') ->> 'guest_passes_remaining'), (tests.kept('r') #>> '{due,ends_on}') || ' null 2', 'paid at the desk: longer; the passes of now are neither more nor less');
select is(tests.refused(format('select renew_membership(%L)', tests.kept_id('m'))), 'MD409 p_membership_id', 'one period ahead is enough');

-- what is not paid for expires, and comes back by the day
select tests.as_owner();
update pool_memberships set paid_until = tests.day(-1), auto_renew = false;      -- the periods go by
update membership_periods set starts_on = starts_on - 400, ends_on = ends_on - 400;
select is(app.advance_memberships(), 1, 'the sweep finds it');
select is((select status from pool_memberships), 'expired', 'expired');
select tests.as('a.staff');
select is(tests.gate(tests.card()), 'expired', 'the gate knows');
select is(renew_membership(tests.kept_id('m')) #>> '{due,starts_on}', tests.day(0)::text, 'it begins again today');
select renew_membership(tests.kept_id('m'), 'card', p_auto_renew => true) is not null;
select is((select status from pool_memberships), 'active', 'paid, it is active again');
select tests.as_owner();
update pool_memberships set paid_until = tests.day(3);
select is(app.advance_memberships(), 1, 'a week before the end of what is paid the next period falls due by itself');
select is((select count(*) from membership_periods where status = 'due'), 1::bigint, 'once');
select is(app.advance_memberships(), 0, 'not twice');

-- ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.customer');
select is(tests.refused(format('select cancel_membership(%L, p_immediately => true)', tests.kept_id('m'))), 'MD403 p_immediately', 'guests leave when what is paid ends');
select is((cancel_membership(tests.kept_id('m'), 'Moving') ->> 'end_date')::date, tests.day(3), 'then it ends');
select is((select count(*) from membership_periods where status = 'due'), 0::bigint, 'and asks for nothing more');
select tests.as('a.staff');
select tests.keep('n', start_membership('individual', 'monthly', p_guest_details => '{"full_name": "Cy", "email": "cy@example.com"}', p_payment_method => 'cash', p_total_price => (select amount from app.membership_period(tests.day(0), 'monthly', 31, 2)))) is not null;
select is(tests.kept('n') ->> 'status', 'active', 'at the desk it is paid at once');
select is((cancel_membership(tests.kept_id('n'), 'Broken leg', true) ->> 'refund_amount')::numeric,
  (select round(p.amount * (p.ends_on - tests.day(0)) / (p.ends_on - p.starts_on + 1), 2) from membership_periods p where p.membership_id = tests.kept_id('n')), 'the desk ends it now and gives the unused days back');
select is(tests.refused(format('select cancel_membership(%L)', tests.kept_id('n'))), 'MD422 status', 'once');
select is(tests.refused(format('select start_membership(''individual'', ''monthly'', p_guest_details => ''{"full_name": "Nobody"}'')')), 'MD400 p_guest_details', 'a member has an address');
select is(start_membership('vip', 'monthly', p_guest_details => '{"full_name": "House guest", "phone": "+49 1"}') ->> 'status', 'active', 'what costs nothing is active at once');

-- ── the state diagram ────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
create function tests.move(p_from text, p_to text) returns text language plpgsql as $$
begin
  alter table pool_memberships disable trigger guard_status;
  update pool_memberships set status = p_from, paused_on = case when p_from = 'paused' then tests.day(0) end, resumes_on = null where id = tests.kept_id('n');
  alter table pool_memberships enable trigger guard_status;
  update pool_memberships set status = p_to, paused_on = case when p_to = 'paused' then tests.day(0) end where id = tests.kept_id('n');
  return 'goes';
exception when sqlstate 'MD422' then return 'refused';
end $$;
select is(tests.move(f, t), case when f = t or f || '>' || t = any ('{pending>active,pending>cancelled,active>paused,paused>active,active>cancelled,paused>cancelled,active>expired,paused>expired,expired>active}') then 'goes' else 'refused' end, f || ' to ' || t)
from unnest('{pending,active,paused,cancelled,expired}'::text[]) f, unnest('{pending,active,paused,cancelled,expired}'::text[]) t;

-- ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.customer');
select throws_ok('update pool_memberships set guest_passes_remaining = 100', '42501', null, 'nobody writes passes by hand');
select throws_ok('update membership_periods set status = ''paid''', '42501', null, 'nor pays by hand');
update pool_membership_plans set monthly_price = 0;
select tests.as('a.staff');
update pool_membership_plans set monthly_price = 0;
select tests.as_owner();
select is((select min(monthly_price) from pool_membership_plans where type = 'family'), 70::numeric, 'plans are the manager''s');
select tests.as('a.kitchen');
select is_empty('select 1 from pool_memberships', 'the kitchen sees no members');

-- ── a person who is erased is erased here too ────────────────────────────────────────────────────────────────────────
select tests.as_owner();
select tests.keep('who', to_jsonb((select customer_id from pool_memberships where id = tests.kept_id('m')))) is not null;
select tests.as('a.owner');
select isnt(erase_customer((tests.kept('who') #>> '{}')::uuid), null, 'an owner erases a customer');
select tests.as_owner();
select is((select string_agg(distinct full_name || coalesce(date_of_birth::text, ''), ' ') from membership_members where membership_id = tests.kept_id('m')), 'erased', 'names and birthdays of the membership are gone');
select is((select count(*) from guest_pass_usage where guest_names is not null and membership_id = tests.kept_id('m')), 0::bigint, 'and those of the guests');
select isnt_empty(format('select 1 from membership_periods where membership_id = %L and status = ''paid''', tests.kept_id('m')), 'what was paid stays in the books');
select * from finish();
rollback;
