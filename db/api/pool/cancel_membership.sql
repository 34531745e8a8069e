-- SECURITY DEFINER: customers cancel their own memberships without a right on the tables.
create function api.cancel_membership(p_membership_id uuid, p_reason text default null, p_immediately boolean default false) returns jsonb
language plpgsql security definer
as $$
declare
  v_reach record;
  m record;
  v_today date;
  v_refund numeric := 0;
  v_extra numeric;
begin
  select * into v_reach from app.reach_membership(p_membership_id, 'update');
  select x.*, app.stored_decimals(x.currency) as decimals into m from pool_memberships x where x.id = p_membership_id;
  v_today := app.organization_today(m.organization_id);
  if m.status not in ('pending', 'active', 'paused') then
    perform app.fail(422, format('A membership that is %s cannot be cancelled.', m.status), 'status', jsonb_build_object('from', m.status, 'to', 'cancelled'));
  end if;
  if length(p_reason) > 2000 then
    perform app.fail(400, 'A reason has at most 2000 characters.', 'p_reason');
  end if;
  if p_immediately and not v_reach.is_staff and m.status <> 'pending' then
    perform app.fail(403, 'A membership ends with what is paid; the desk ends it sooner.', 'p_immediately', jsonb_build_object('paid_until', m.paid_until));
  end if;
  perform app.cancel_pending_payments('membership', m.id);
  update membership_periods set status = 'void' where membership_id = m.id and status = 'due';
  -- money for a period that never began: paid in part, or on top
  v_extra := greatest(0, app.paid_amount('membership', m.id)
    - (select coalesce(sum(p.amount), 0) from membership_periods p where p.membership_id = m.id and p.status = 'paid'));
  if m.status = 'pending' or coalesce(p_immediately, false) then
    -- the days that were paid and will not be used, by the day; a pause has used none
    select coalesce(sum(round(p.amount * greatest(0, p.ends_on - greatest(p.starts_on - 1, coalesce(m.paused_on - 1, v_today))) / (p.ends_on - p.starts_on + 1 - p.paused_days), m.decimals)), 0)
      into v_refund from membership_periods p where p.membership_id = m.id and p.status = 'paid';
    v_refund := least(v_refund + v_extra, app.paid_amount('membership', m.id));
    update pool_memberships set status = 'cancelled', auto_renew = false, paused_on = null, paused_at = null, resumes_on = null, pause_reason = null, end_date = greatest(start_date, v_today), cancelled_at = now(),
      cancellation_reason = nullif(trim(p_reason), ''), refund_amount = v_refund, guest_passes_remaining = 0
    where id = m.id;
    -- guests of days that are given back do not come
    perform api.cancel_pool_ticket(t.id, 'The membership was cancelled.') from pool_tickets t
    where t.membership_id = m.id and t.status = 'confirmed' and t.ticket_date > v_today and app.works_for(t.organization_id, 'pool', 'update');
    update pool_memberships set guest_passes_remaining = 0 where id = m.id and guest_passes_remaining > 0;
    if v_refund > 0 then
      perform app.refund_payments('membership', m.id, v_refund, coalesce(nullif(trim(p_reason), ''), 'The membership was cancelled.'));
    end if;
  else
    update pool_memberships set auto_renew = false, end_date = paid_until, cancelled_at = now(), cancellation_reason = nullif(trim(p_reason), ''),
      refund_amount = case when v_extra > 0 then v_extra else refund_amount end
    where id = m.id;
    if v_extra > 0 then
      perform app.refund_payments('membership', m.id, v_extra, coalesce(nullif(trim(p_reason), ''), 'The membership was cancelled.'));
    end if;
  end if;
  return app.membership_json(m.id);
end $$;
comment on function api.cancel_membership(uuid, text, boolean) is
  'Ends a membership with the last day that is paid; the desk may end it immediately, which gives the unused days back (refund_amount, decimal). One that was never paid just goes.
answers "membership"';
grant execute on function api.cancel_membership(uuid, text, boolean) to authenticated, service_role;
