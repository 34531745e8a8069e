-- SECURITY DEFINER: customers renew their own memberships without a right on the tables.
create function api.renew_membership(p_membership_id uuid, p_payment_method text default null, p_total_price numeric default null, p_auto_renew boolean default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_reach record;
  m record;
  v_due numeric;
begin
  select * into v_reach from app.reach_membership(p_membership_id, 'update');
  select * into m from pool_memberships where id = p_membership_id;
  if m.status not in ('pending', 'active', 'expired') then
    perform app.fail(422, format('A membership that is %s is not renewed.', m.status), 'status', jsonb_build_object('from', m.status),
      case m.status when 'paused' then 'Resume it first.' else 'Start a new one.' end);
  end if;
  if not exists (select from membership_periods where membership_id = m.id and status = 'due') then
    if exists (select from membership_periods where membership_id = m.id and status = 'paid' and starts_on > app.organization_today(m.organization_id)) then
      perform app.fail(409, format('It is paid until %s already.', m.paid_until), 'p_membership_id', jsonb_build_object('paid_until', m.paid_until));
    end if;
    perform app.open_membership_period(m.id);
  end if;
  select amount into v_due from membership_periods where membership_id = m.id and status = 'due';
  if p_total_price is not null and p_total_price is distinct from v_due then
    perform app.fail(400, format('The period costs %s %s.', v_due, m.currency), 'p_total_price', jsonb_build_object('total_price', v_due, 'given', p_total_price));
  end if;
  if p_auto_renew is not null then
    update pool_memberships set auto_renew = p_auto_renew, end_date = case when not p_auto_renew then paid_until end where id = m.id;
  end if;
  perform app.pay_at_desk(m.organization_id, 'membership', m.id, v_due, p_payment_method, v_reach.is_staff, m.user_id, m.customer_id);
  return app.membership_json(m.id);
end $$;
comment on function api.renew_membership(uuid, text, numeric, boolean) is
  'Makes the next period due, at the plan''s price of now; paid, it moves paid_until and brings fresh guest passes. An expired membership begins again today, the first month by the day. Asking twice makes one period. The desk may take the money with p_payment_method.
answers "membership"';
grant execute on function api.renew_membership(uuid, text, numeric, boolean) to authenticated, service_role;
