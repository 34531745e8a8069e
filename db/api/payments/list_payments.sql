-- SECURITY DEFINER: names of customers and staff stand beside the money. Rights are checked here.
create function api.list_payments(
  p_from date default null, p_to date default null, p_status text[] default null, p_method text[] default null, p_search text default null,
  p_before timestamptz default null, p_limit int default 100, p_organization_id uuid default null, p_before_id uuid default null)
returns table (id uuid, at timestamptz, booking_type text, booking_id uuid, booking_reference text, customer_name text, amount numeric, tip_amount numeric, refunded_amount numeric,
               refundable numeric, currency text, method text, provider text, status text, reference text, failure_reason text, taken_by text, register text, dispute text)
language plpgsql stable security definer
as $$
#variable_conflict use_column
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_search text := nullif(trim(p_search), '');
  v_words text[];
  v_customers uuid[];
  v_amount numeric;
  v_zone text;
  v_cutoff time;
begin
  perform app.require_work(v_organization, 'payments', 'read');
  if p_limit is null or p_limit not between 1 and 1000 then
    perform app.fail(400, 'Ask for 1 to 1000 lines.', 'p_limit');
  end if;
  perform app.check_day(p_from, 'p_from'), app.check_day(p_to, 'p_to');
  if length(v_search) > 100 then
    perform app.fail(400, 'Search for at most 100 characters.', 'p_search');
  end if;
  select o.timezone, o.business_day_cutoff into v_zone, v_cutoff from organizations o where o.id = v_organization;
  if v_search is not null then
    v_words := app.name_patterns(v_search);
    v_customers := array(select c.id from customers c where c.organization_id = v_organization and app.fold_name(c.full_name) like all (v_words) limit 500);
    v_amount := case when v_search ~ '^[0-9]{1,9}([.,][0-9]{1,3})?$' then replace(v_search, ',', '.')::numeric end;
  end if;
  return query
  select p.id, p.created_at, p.booking_type, p.booking_id, app.booking_reference(p.booking_type, p.booking_id), c.full_name, p.amount, p.tip_amount, p.refunded_amount,
    case when p.paid_at is null then 0 else p.amount - p.refunded_amount end, p.currency, p.method, p.provider, p.status, p.reference, p.failure_reason, u.full_name,
    (select g.name from register_shifts s join registers g on g.id = s.register_id where s.id = p.register_shift_id),
    (select d.status from payment_disputes d where d.organization_id = p.organization_id and d.payment_id = p.id and app.works_for(v_organization, 'ledger', 'read') order by d.created_at desc limit 1)
  from payments p left join customers c on c.id = p.customer_id left join users u on u.id = p.received_by
  where p.organization_id = v_organization
    -- of payments of one instant those below the last line's id; without an id none of them
    and (p.created_at, p.id) < (coalesce(p_before, 'infinity'), coalesce(p_before_id, '00000000-0000-0000-0000-000000000000'))
    and (p_from is null or p.created_at >= (p_from + v_cutoff) at time zone v_zone)
    and (p_to is null or p.created_at < (p_to + 1 + v_cutoff) at time zone v_zone)
    and (p_status is null or p.status = any (p_status))
    and (p_method is null or p.method = any (p_method))
    and (v_search is null or p.customer_id = any (v_customers) or p.amount = v_amount or p.reference ilike '%' || replace(replace(replace(v_search, '\', '\\'), '%', '\%'), '_', '\_') || '%')
  order by p.created_at desc, p.id desc
  limit p_limit;
end $$;
comment on function api.list_payments(date, date, text[], text[], text, timestamptz, int, uuid, uuid) is
  'Finance: payments, newest first, between two business days (both included), by status, by method, by customer''s name, amount or reference. The next page is asked with the last line''s at as p_before and its id as p_before_id. Decimal amounts; refundable is what can still be given back, dispute what became of one.
answers {"booking_id": "uuid | null", "booking_reference": "text | null", "customer_name": "text | null", "method": "payments.method", "status": "payments.status", "reference": "text | null",
  "failure_reason": "text | null", "taken_by": "text | null", "register": "text | null", "dispute": "payment_disputes.status | null"}
takes {"p_status": ["payments.status"], "p_method": ["payments.method"]}';
grant execute on function api.list_payments(date, date, text[], text[], text, timestamptz, int, uuid, uuid) to authenticated, service_role;
