-- SECURITY DEFINER: customers renew their own memberships without a right on the tables.
create function api.subscribe_membership(p_membership_id uuid, p_return_path text default '/my') returns jsonb
language plpgsql security definer
as $$
declare
  v_reach record;
  m record;
  d record;
  v_provider text;
  v_id uuid;
begin
  select * into v_reach from app.reach_membership(p_membership_id, 'update');
  select x.*, o.timezone, o.name as house into m from pool_memberships x join organizations o on o.id = x.organization_id where x.id = p_membership_id;
  v_provider := app.online_provider(m.organization_id);
  if v_provider is null or (app.payment_account(m.organization_id, v_provider)).account_id is null then
    perform app.fail(422, 'Nobody carries online payments here: pay at the desk.', 'p_membership_id');
  end if;
  if m.status not in ('pending', 'active', 'expired') or m.monthly_price <= 0 then
    perform app.fail(422, format('A membership that is %s is not renewed.', m.status), 'status', jsonb_build_object('from', m.status));
  end if;
  update subscriptions set status = 'ended', link = null where booking_type = 'membership' and booking_id = m.id and status = 'asked' and created_at < now() - interval '3 hours';
  select s.id into v_id from subscriptions s where s.booking_type = 'membership' and s.booking_id = m.id and s.status = 'asked' and not s.wants_end;
  if found then
    return app.subscription_json(v_id);      -- asked twice: one page is enough
  end if;
  if app.subscription_runs('membership', m.id) then
    perform app.fail(409, 'It is renewed by itself already.', 'p_membership_id', '{"reason": "runs"}');
  end if;
  if m.status <> 'active' and not exists (select from membership_periods where membership_id = m.id and status = 'due') then
    perform app.open_membership_period(m.id);
  end if;
  select p.amount, p.ends_on into d from membership_periods p where p.membership_id = m.id and p.status = 'due';
  insert into subscriptions (organization_id, booking_type, booking_id, customer_id, user_id, first_amount, amount, currency, months, renews_at, description, provider, return_path)
  values (m.organization_id, 'membership', m.id, m.customer_id, m.user_id, greatest(coalesce(d.amount, 0), 0), m.monthly_price * app.cycle_months(m.billing_cycle), m.currency,
    app.cycle_months(m.billing_cycle), (coalesce(d.ends_on, m.paid_until) + 1 + time '06:00') at time zone m.timezone,
    left(format('%s, membership %s', m.house, m.reference), 200), v_provider, app.return_path(jsonb_build_object('return_path', p_return_path)))
  returning id into v_id;
  update pool_memberships set auto_renew = true, end_date = null where id = m.id and not auto_renew;
  return app.subscription_json(v_id);
end $$;
comment on function api.subscribe_membership(uuid, text) is
  'A member lets the provider renew their membership: what is due now and then each period. A moment later get_subscription has the link where it begins. Ending it: cancel_membership.
answers "subscription"';
grant execute on function api.subscribe_membership(uuid, text) to authenticated, service_role;
