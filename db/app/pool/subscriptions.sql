-- Memberships that the provider's subscription renews (app/payments/subscriptions.sql).

-- Another period's money has come by itself: a whole one from where the last one ended, whatever the day (a pause moves it off the calendar's months).
create or replace function app.renew_by_subscription(p_membership_id uuid, p_payment_id uuid) returns void
language plpgsql security definer
as $$
declare
  m record;
  v_paid numeric;
  v_start date;
  v_ends date;
  v_told text;
begin
  select p.kept_amount into v_paid from payments p where p.id = p_payment_id and p.way = 'subscription' and p.status = 'succeeded';
  select x.*, app.stored_decimals(x.currency) as decimals into m from pool_memberships x where x.id = p_membership_id for update;
  if v_paid is null or not found then
    return;
  end if;
  if m.status = 'cancelled' then
    perform app.refund_one(p_payment_id, null, 'The membership had ended when the money came.');
    return;
  end if;
  if m.pause_reason = 'payment' then
    update pool_memberships set status = 'active', paused_on = null, paused_at = null, resumes_on = null, pause_reason = null where id = m.id;
  end if;
  if exists (select from membership_periods p where p.membership_id = m.id and p.status = 'due' and p.amount = v_paid) then
    return;      -- exactly what was due: settling does the rest
  end if;
  v_start := coalesce(m.paid_until + 1, m.start_date);
  v_ends := (v_start + make_interval(months => app.cycle_months(m.billing_cycle)))::date - 1;
  update membership_periods set amount = v_paid, starts_on = v_start, ends_on = v_ends, guest_passes = m.guest_passes_per_period, explanation = null
  where membership_id = m.id and status = 'due';
  if not found then
    -- nobody is told of a due that is paid
    v_told := coalesce(current_setting('app.told_otherwise', true), '');
    perform set_config('app.told_otherwise', concat_ws(',', nullif(v_told, ''), 'membership_due'), true);
    insert into membership_periods (organization_id, membership_id, starts_on, ends_on, amount, guest_passes)
    values (m.organization_id, m.id, v_start, v_ends, v_paid, m.guest_passes_per_period);
    perform set_config('app.told_otherwise', v_told, true);
  end if;
end $$;

-- Called by the payments when a subscription comes alive, is paused by its dunning, or ends.
create or replace function app.subscription_changed_membership(p_booking_id uuid, p_state text) returns void
language plpgsql security definer
as $$
begin
  if p_state = 'paused' then
    update pool_memberships m set status = 'paused', paused_on = greatest(m.paid_until + 1, app.organization_today(m.organization_id)), paused_at = now(), resumes_on = null,
      pause_reason = 'payment'
    where m.id = p_booking_id and m.status = 'active';
  elsif p_state = 'ended' then
    update pool_memberships m set auto_renew = false, end_date = greatest(m.start_date, m.paid_until) where m.id = p_booking_id and m.auto_renew and m.status <> 'cancelled';
  end if;
end $$;

create or replace function app.membership_ends_subscription() returns trigger
language plpgsql security definer
as $$
begin
  perform app.end_subscription('membership', new.id);
  return null;
end $$;
grant execute on function app.membership_ends_subscription() to authenticated, service_role;
