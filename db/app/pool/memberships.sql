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
  if m.status = 'active' and m.paid_until < v_today then
    update pool_memberships set status = 'expired' where id = p_membership_id;
    v_moved := true;
  end if;
  return v_moved;
end $$;

create or replace function app.end_pause(p_membership_id uuid, p_on date) returns void
language plpgsql security definer
as $$
declare
  v_days int;
begin
  select greatest(0, p_on - paused_on) into v_days from pool_memberships where id = p_membership_id;
  update membership_periods set ends_on = ends_on + v_days
  where membership_id = p_membership_id and status = 'paid' and ends_on = (select paid_until from pool_memberships where id = p_membership_id);
  update pool_memberships set status = 'active', paused_on = null, resumes_on = null, paid_until = paid_until + v_days, end_date = end_date + v_days
  where id = p_membership_id;
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
  if m.status = 'paused' then
    update pool_memberships set paid_until = d.ends_on, guest_passes_remaining = guest_passes_per_period,
      end_date = case when not auto_renew then d.ends_on end where id = p_membership_id;
  else
    update pool_memberships set status = 'active', paid_until = d.ends_on, guest_passes_remaining = guest_passes_per_period,
      end_date = case when not auto_renew then d.ends_on end where id = p_membership_id;
  end if;
  perform app.sign_cards(p_membership_id);
end $$;
comment on function app.settle_membership(uuid) is 'A period that is paid for opens the gate until its last day and brings fresh guest passes; what was not used lapses.';

-- Called by the payments when money for a membership has come or gone.
create or replace function app.payment_settled_membership(p_booking_id uuid, p_payment_id uuid) returns void
language sql security definer
as $$ select app.settle_membership(p_booking_id) $$;

create or replace function app.advance_memberships() returns int
language plpgsql security definer
as $$
declare
  v_one record;
  v_count int := 0;
begin
  for v_one in
    select m.id, m.organization_id, m.auto_renew, m.status, m.paid_until from pool_memberships m
    where m.status in ('active', 'paused') and (m.paid_until <= current_date + 8 or m.resumes_on <= current_date + 1) order by m.id
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
