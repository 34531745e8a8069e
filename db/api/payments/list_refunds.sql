-- SECURITY DEFINER: names of customers and staff stand beside the money. Rights are checked here.
create function api.list_refunds(p_open_only boolean default false, p_before timestamptz default null, p_limit int default 100, p_organization_id uuid default null, p_before_id uuid default null)
returns table (id uuid, at timestamptz, payment_id uuid, booking_type text, booking_reference text, customer_name text, amount numeric, tip_amount numeric, currency text, method text,
               status text, waits_for text, reason text, failure_reason text, asked_by text)
language plpgsql stable security definer
as $$
#variable_conflict use_column
declare
  v_organization uuid := app.pick_organization(p_organization_id);
begin
  perform app.require_work(v_organization, 'payments', 'read');
  if p_limit is null or p_limit not between 1 and 1000 then
    perform app.fail(400, 'Ask for 1 to 1000 lines.', 'p_limit');
  end if;
  return query
  select r.id, r.created_at, r.payment_id, p.booking_type, app.booking_reference(p.booking_type, p.booking_id), c.full_name, r.amount, r.tip_amount, r.currency, r.method, r.status,
    case when r.status = 'pending' then r.waits_for end, r.reason, r.failure_reason, u.full_name
  from refunds r join payments p on p.id = r.payment_id left join customers c on c.id = p.customer_id left join users u on u.id = r.requested_by
  where r.organization_id = v_organization
    -- of refunds of one instant those below the last line's id; without an id none of them
    and (r.created_at, r.id) < (coalesce(p_before, 'infinity'), coalesce(p_before_id, '00000000-0000-0000-0000-000000000000'))
    and (not coalesce(p_open_only, false) or r.status in ('pending', 'failed'))
  order by r.created_at desc, r.id desc limit p_limit;
end $$;
comment on function api.list_refunds(boolean, timestamptz, int, uuid, uuid) is
  'Finance: refunds, newest first; p_open_only those that wait or that failed. The next page is asked with the last line''s at as p_before and its id as p_before_id. waits_for says who has to act. Decimal amounts.
answers {"booking_reference": "text | null", "customer_name": "text | null", "tip_amount": "number | null", "method": "refunds.method", "status": "refunds.status", "waits_for": "text | null", "reason": "text | null", "failure_reason": "text | null", "asked_by": "text | null"}';
grant execute on function api.list_refunds(boolean, timestamptz, int, uuid, uuid) to authenticated, service_role;
