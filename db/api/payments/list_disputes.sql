-- SECURITY DEFINER: names of customers stand beside the money. Rights are checked here.
create function api.list_disputes(p_limit int default 100, p_organization_id uuid default null)
returns table (id uuid, at timestamptz, payment_id uuid, booking_type text, booking_reference text, customer_name text, amount numeric, currency text, status text, is_withdrawn boolean,
               reason text, answer_by timestamptz, closed_at timestamptz)
language plpgsql stable security definer
as $$
#variable_conflict use_column
declare
  v_organization uuid := app.pick_organization(p_organization_id);
begin
  perform app.require_work(v_organization, 'ledger', 'read');
  if p_limit is null or p_limit not between 1 and 1000 then
    perform app.fail(400, 'Ask for 1 to 1000 lines.', 'p_limit');
  end if;
  return query
  select d.id, d.created_at, d.payment_id, p.booking_type, app.booking_reference(p.booking_type, p.booking_id), c.full_name, d.amount, d.currency, d.status, d.is_withdrawn, d.reason, d.answer_by, d.closed_at
  from payment_disputes d join payments p on p.id = d.payment_id left join customers c on c.id = p.customer_id
  where d.organization_id = v_organization order by d.status <> 'open', d.answer_by, d.created_at desc, d.id limit p_limit;
end $$;
comment on function api.list_disputes(int, uuid) is
  'Finance: what cardholders dispute, open ones first by the time until which evidence counts. Decimal amounts; is_withdrawn: the provider has taken the money back meanwhile.
answers {"booking_reference": "text | null", "customer_name": "text | null", "status": "payment_disputes.status", "reason": "text | null", "answer_by": "instant | null", "closed_at": "instant | null"}';
grant execute on function api.list_disputes(int, uuid) to authenticated, service_role;
