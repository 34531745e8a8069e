-- Memberships: periods, pro-rata, what money does to them.

create or replace function app.is_my_membership(p_membership_id uuid) returns boolean
language sql stable security definer
as $$
  select exists (select from pool_memberships where id = p_membership_id and (user_id = auth.uid() or customer_id = any (app.own_customer_ids())));
$$;
grant execute on function app.is_my_membership(uuid) to authenticated, service_role;

-- Names on a membership belong to its customer: who merges or erases the customer finds them by this column.
create or replace function app.fill_membership_customer() returns trigger
language plpgsql security definer
as $$
begin
  execute format('select customer_id from %I.pool_memberships where id = $1', tg_table_schema) into new.customer_id using new.membership_id;
  return new;
end $$;
grant execute on function app.fill_membership_customer() to authenticated, service_role;

create or replace function app.cycle_months(p_cycle text) returns int
language sql immutable parallel safe
as $$ select case p_cycle when 'monthly' then 1 when 'quarterly' then 3 when 'annually' then 12 end $$;

-- Periods end with a calendar month, so that a card never ends on the 31st of a month that has none; the month in
-- which one begins is paid by the day.
create or replace function app.membership_period(p_start date, p_cycle text, p_monthly numeric, p_decimals int,
  out ends_on date, out amount numeric, out explanation text)
language sql immutable parallel safe
as $$
  select (m.month + make_interval(months => app.cycle_months(p_cycle)) - interval '1 day')::date,
         round(p_monthly * (app.cycle_months(p_cycle) - 1 + m.days::numeric / m.length), p_decimals),
         concat_ws(' and ', case when m.days < m.length then format('%s of %s days of %s', m.days, m.length, to_char(p_start, 'FMMonth')) end,
           case when app.cycle_months(p_cycle) - case when m.days < m.length then 1 else 0 end > 0
                then format('%s months', app.cycle_months(p_cycle) - case when m.days < m.length then 1 else 0 end) end)
  from (select date_trunc('month', p_start::timestamp) as month,
               extract(day from date_trunc('month', p_start::timestamp) + interval '1 month - 1 day')::int as length,
               extract(day from date_trunc('month', p_start::timestamp) + interval '1 month - 1 day')::int - extract(day from p_start)::int + 1 as days) m;
$$;
comment on function app.membership_period(date, text, numeric, int) is 'A period that begins on a day: its last day, its price with the first month by the day, and the words for it.';

-- Passes go with the price: a period whose first month is paid by the day brings as many whole passes as the days paid for.
create or replace function app.period_passes(p_start date, p_cycle text, p_passes int) returns int
language sql immutable parallel safe
as $$
  select floor(p_passes * (app.cycle_months(p_cycle) - 1
    + (extract(day from date_trunc('month', p_start::timestamp) + interval '1 month - 1 day') - extract(day from p_start) + 1)
      / extract(day from date_trunc('month', p_start::timestamp) + interval '1 month - 1 day')) / app.cycle_months(p_cycle))::int;
$$;
comment on function app.period_passes(date, text, int) is 'Guest passes of a period that begins on a day: the plan''s, pro rata, whole ones.';

create or replace function app.fill_period_passes() returns trigger
language plpgsql security definer
as $$
begin
  if new.guest_passes is null then
    execute format('select app.period_passes($1, m.billing_cycle, m.guest_passes_per_period) from %I.pool_memberships m where m.id = $2', tg_table_schema)
      into new.guest_passes using new.starts_on, new.membership_id;
  end if;
  return new;
end $$;
grant execute on function app.period_passes(date, text, int), app.fill_period_passes() to authenticated, service_role;

-- Passes belong to the period of the day on which the guest comes, so that paying early gives none away and takes none.
create or replace function app.guest_passes_left(p_membership_id uuid, p_date date) returns int
language sql stable security definer
as $$
  select greatest(0, p.guest_passes - coalesce((
    select sum(u.guests) from guest_pass_usage u
    where u.membership_id = p.membership_id and u.returned_at is null and u.used_on between p.starts_on and p.ends_on), 0))::int
  from membership_periods p
  where p.membership_id = p_membership_id and p.status = 'paid' and p_date between p.starts_on and p.ends_on
  order by p.starts_on desc limit 1;
$$;
comment on function app.guest_passes_left(uuid, date) is 'Passes left in the paid period that covers a day; null where none does.';

-- The column that people read: of today, or of the first day of a membership that has not begun.
create or replace function app.count_guest_passes(p_membership_id uuid) returns void
language sql security definer
as $$
  update pool_memberships m set guest_passes_remaining = n.passes
  from (select x.id, coalesce(app.guest_passes_left(x.id, greatest(app.organization_today(x.organization_id), x.start_date)), 0) as passes
        from pool_memberships x where x.id = p_membership_id) n
  where m.id = n.id and m.status <> 'cancelled' and m.guest_passes_remaining <> n.passes;
$$;

create or replace function app.membership_json(p_membership_id uuid) returns jsonb
language sql stable security definer
as $$
  select to_jsonb(m) - 'idempotency_key' - 'created_by' || jsonb_build_object(
    'members', coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'full_name', p.full_name, 'is_holder', p.is_holder, 'qr_code', p.qr_code) order by p.is_holder desc, p.created_at, p.full_name)
                         from membership_members p where p.membership_id = m.id and p.is_active), '[]'),
    'due', (select jsonb_build_object('period_id', d.id, 'starts_on', d.starts_on, 'ends_on', d.ends_on, 'amount', d.amount, 'explanation', d.explanation)
            from membership_periods d where d.membership_id = m.id and d.status = 'due'))
  from pool_memberships m where m.id = p_membership_id;
$$;

create or replace function app.sign_cards(p_membership_id uuid) returns void
language sql security definer
as $$
  update membership_members p set qr_code = app.sign_pool_code(concat_ws('.', 'MTM1', p.id, m.id,
    extract(epoch from ((d.until + 1)::timestamp at time zone o.timezone))::bigint), m.organization_id)
  from pool_memberships m join organizations o on o.id = m.organization_id,
  -- a first period that is paid at the desk: the card is there before the money
  lateral (select coalesce(m.paid_until, (select e.ends_on from membership_periods e where e.membership_id = m.id and e.status = 'due')) as until) d
  where m.id = p_membership_id and p.membership_id = m.id and d.until is not null;
$$;

-- Brings a membership's status in line with the calendar: pauses end, what is not paid for expires.
create or replace function app.advance_membership(p_membership_id uuid) returns boolean
language plpgsql security definer
as $$
declare
  m record;
  v_today date;
  v_moved boolean := false;
begin
  select * into m from pool_memberships where id = p_membership_id for update;
  if not found then
    return false;
  end if;
  v_today := app.organization_today(m.organization_id);
  if m.status = 'paused' and m.resumes_on <= v_today then
    perform app.end_pause(p_membership_id, m.resumes_on);
    select * into m from pool_memberships where id = p_membership_id;
    v_moved := true;
  end if;
  -- while its provider tries, the gate is shut (paid_until) and dunning says what follows
  if m.status = 'active' and m.paid_until < v_today and not app.subscription_runs('membership', p_membership_id) then
    update pool_memberships set status = 'expired' where id = p_membership_id;
    v_moved := true;
  end if;
  perform app.count_guest_passes(p_membership_id);
  return v_moved;
end $$;

-- The days of a pause on which nobody came in are days that were paid and not used: the period that rested ends so much later, and every period
-- after it, paid or due, moves with it. So it is all one whether the next one was paid before the pause, in it or after it.
create or replace function app.end_pause(p_membership_id uuid, p_on date) returns void
language plpgsql security definer
as $$
declare
  m record;
  v_from date;
  v_rests date;
  v_days int;
begin
  select x.id, x.paused_on, x.paused_at, x.start_date, o.timezone, o.business_day_cutoff into m
  from pool_memberships x join organizations o on o.id = x.organization_id where x.id = p_membership_id;
  -- before it began there was nothing to rest
  v_from := case when app.business_date(m.paused_at, m.timezone, m.business_day_cutoff) < m.start_date then greatest(m.paused_on, m.start_date) else m.paused_on end;
  v_days := greatest(0, p_on - v_from - (
    select count(distinct app.business_date(e.scanned_at, m.timezone, m.business_day_cutoff))
    from pool_entries e join membership_members c on c.id = e.member_id
    where c.membership_id = m.id and e.result = 'entered' and e.scanned_at >= (v_from - 1)::timestamp at time zone m.timezone
      and app.business_date(e.scanned_at, m.timezone, m.business_day_cutoff) between v_from and p_on - 1));
  if v_days > 0 then
    select min(starts_on) into v_rests from membership_periods where membership_id = m.id and status = 'paid' and ends_on >= v_from;
    update membership_periods set ends_on = ends_on + v_days,
      starts_on = case when starts_on > v_rests then starts_on + v_days else starts_on end,
      paused_days = paused_days + case when starts_on > v_rests then 0 else v_days end
    where membership_id = m.id and status in ('paid', 'due') and ends_on >= v_from;
  end if;
  update pool_memberships set status = 'active', paused_on = null, paused_at = null, resumes_on = null, pause_reason = null, paid_until = paid_until + v_days, end_date = end_date + v_days
  where id = p_membership_id;
  perform app.count_guest_passes(p_membership_id);
  perform app.sign_cards(p_membership_id);
end $$;

-- The next period falls due a week before the paid one ends, where the membership renews by itself.
create or replace function app.open_membership_period(p_membership_id uuid) returns void
language plpgsql security definer
as $$
declare
  m record;
  v_start date;
  v_monthly numeric;
  v_period record;
begin
  select x.*, app.stored_decimals(x.currency) as decimals into m from pool_memberships x where x.id = p_membership_id for update;
  if exists (select from membership_periods where membership_id = p_membership_id and status = 'due') then
    return;
  end if;
  select monthly_price into v_monthly from pool_membership_plans
  where organization_id = m.organization_id and type = m.type and billing_cycle = m.billing_cycle and is_active;
  v_start := greatest(coalesce(m.paid_until + 1, m.start_date), app.organization_today(m.organization_id));
  if m.paid_until is null then
    v_start := m.start_date;
  end if;
  select * into v_period from app.membership_period(v_start, m.billing_cycle, coalesce(v_monthly, m.monthly_price), m.decimals);
  insert into membership_periods (organization_id, membership_id, starts_on, ends_on, amount, explanation)
  values (m.organization_id, p_membership_id, v_start, v_period.ends_on, v_period.amount, v_period.explanation);
  update pool_memberships set monthly_price = coalesce(v_monthly, monthly_price) where id = p_membership_id;
  perform app.settle_membership(p_membership_id);
end $$;

create or replace function app.settle_membership(p_membership_id uuid) returns void
language plpgsql security definer
as $$
declare
  m record;
  d record;
  v_paid numeric;
  v_used numeric;
begin
  select * into m from pool_memberships where id = p_membership_id for update;
  if not found then
    return;
  end if;
  v_paid := app.paid_amount('membership', p_membership_id);
  select coalesce(sum(amount), 0) into v_used from membership_periods where membership_id = p_membership_id and status = 'paid';
  if m.status = 'cancelled' then
    return;      -- cancel_membership has said what goes back; what comes later is for the finance people to see
  end if;
  select * into d from membership_periods where membership_id = p_membership_id and status = 'due' for update;
  if not found or v_paid < v_used + d.amount then
    return;
  end if;
  update membership_periods set status = 'paid', paid_at = now() where id = d.id;
  update pool_memberships set status = case m.status when 'paused' then 'paused' else 'active' end, paid_until = d.ends_on,
    end_date = case when not auto_renew then d.ends_on end where id = p_membership_id;
  perform app.count_guest_passes(p_membership_id);
  perform app.sign_cards(p_membership_id);
end $$;
comment on function app.settle_membership(uuid) is 'A period that is paid for opens the gate until its last day and brings guest passes for its days; what is not used in them lapses.';

-- Called by the payments when money for a membership has come or gone.
create or replace function app.payment_settled_membership(p_booking_id uuid, p_payment_id uuid) returns void
language sql security definer
as $$
  select app.renew_by_subscription(p_booking_id, p_payment_id);
  select app.settle_membership(p_booking_id)
$$;

create or replace function app.advance_memberships() returns int
language plpgsql security definer
as $$
declare
  v_one record;
  v_count int := 0;
begin
  for v_one in
    select m.id, m.organization_id, m.auto_renew, m.status, m.paid_until from pool_memberships m
    where m.status in ('active', 'paused') and (m.paid_until <= current_date + 8 or m.resumes_on <= current_date + 1
        or exists (select from membership_periods p where p.membership_id = m.id and p.status = 'paid' and p.starts_on between current_date - 1 and current_date + 1))
    order by m.id
  loop
    if v_one.auto_renew and v_one.status = 'active' and v_one.paid_until <= app.organization_today(v_one.organization_id) + 7
       and not exists (select from membership_periods where membership_id = v_one.id and status = 'due') then
      perform app.open_membership_period(v_one.id);
      v_count := v_count + 1;
    end if;
    v_count := v_count + app.advance_membership(v_one.id)::int;
  end loop;
  return v_count;
end $$;
grant execute on function app.membership_period(date, text, numeric, int), app.cycle_months(text) to anon, authenticated, service_role;

-- A membership of the one who asks or of the desk's organization; else it is not there.
create or replace function app.reach_membership(p_membership_id uuid, p_action text, out organization_id uuid, out is_staff boolean)
language plpgsql security definer
as $$
begin
  select m.organization_id into organization_id from pool_memberships m where m.id = p_membership_id for update;
  is_staff := organization_id is not null and app.works_for(organization_id, 'memberships', p_action);
  if organization_id is null or not (is_staff or app.is_my_membership(p_membership_id)) then
    perform app.fail(404, 'There is no such membership.', 'p_membership_id');
  end if;
  perform app.advance_membership(p_membership_id);
end $$;

-- The desk takes money with the sale; customers pay through create_payment.
create or replace function app.pay_at_desk(p_organization_id uuid, p_kind text, p_id uuid, p_amount numeric, p_method text, p_staff boolean, p_user uuid, p_customer uuid) returns void
language plpgsql security definer
as $$
begin
  if p_method is null or p_amount <= 0 then
    return;
  end if;
  if not p_staff then
    perform app.fail(403, 'The desk takes payments; pay online with create_payment.', 'p_payment_method');
  end if;
  if p_method not in ('cash', 'bank', 'card') then
    perform app.fail(400, 'The desk takes cash, card or bank.', 'p_payment_method');
  end if;
  perform app.require_work(p_organization_id, 'payments', 'create');
  perform app.record_payment(p_organization_id, p_kind, p_id, p_amount, null, p_method, p_user, p_customer);
end $$;
comment on function app.membership_json(uuid) is
  'A membership of the pool, with its members and what is due.
shape membership {"stripe_subscription_id?": "text | null", "...": "pool_memberships(id, type, status, user_id, currency, end_date, paused_at, paused_on, reference, auto_renew, created_at, paid_until, resumes_on, start_date, updated_at, customer_id, max_members, cancelled_at, billing_cycle, monthly_price, refund_amount, organization_id, cancellation_reason, guest_passes_remaining, provider, provider_ref, provider_data, guest_passes_per_period, pause_reason)",
  "members": [{"...": "membership_members(id, full_name, is_holder, qr_code)"}], "due": "membership_due | null"}
shape membership_due {"...": "membership_periods(starts_on, ends_on, amount, explanation)", "period_id": "uuid"}';
