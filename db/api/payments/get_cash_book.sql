create or replace function api.get_cash_book(p_from date, p_to date, p_organization_id uuid default null)
returns table (business_date date, at timestamptz, kind text, register text, z_number int, booking_type text, booking_id uuid, method text, amount numeric, tip_amount numeric,
               currency text, reference text, taken_by text)
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_zone text;
  v_cutoff time;
begin
  perform app.require_work(v_organization, 'ledger', 'read');
  perform app.check_day(p_from, 'p_from'), app.check_day(p_to, 'p_to');
  if p_from is null or p_to is null or p_to < p_from or p_to - p_from > 366 then
    perform app.fail(400, 'From a day to that day or a later one, a year at most.', 'p_to');
  end if;
  select o.timezone, o.business_day_cutoff into v_zone, v_cutoff from organizations o where o.id = v_organization;
  return query
    with lines as (
      select p.paid_at, 'payment' as kind, p.register_shift_id as shift, p.booking_type, p.booking_id, p.method, p.amount, p.tip_amount, p.currency, p.reference, p.received_by as taker
      from payments p where p.organization_id = v_organization and p.paid_at is not null
      union all
      select r.at, 'refund', r.shift_id, p.booking_type, p.booking_id, r.method, -r.amount, -r.tip_amount, r.currency, r.reason, r.requested_by
      from app.refund_movements(v_organization) r join payments p on p.id = r.payment_id
      union all
      select m.created_at, m.kind, m.shift_id, null, null, 'cash', case m.kind when 'paid_in' then m.amount else -m.amount end, 0, s.currency, m.reason, m.made_by
      from cash_movements m join register_shifts s on s.id = m.shift_id where m.organization_id = v_organization),
    dated as (select l.*, s.register_id, s.number, coalesce(s.business_date, app.business_date(l.paid_at, v_zone, v_cutoff)) as day
      from lines l left join register_shifts s on s.id = l.shift)
    select d.day, d.paid_at, d.kind, (select g.name from registers g where g.id = d.register_id), d.number, d.booking_type, d.booking_id, d.method, d.amount, d.tip_amount, d.currency, d.reference,
      (select u.full_name from users u where u.id = d.taker)
    from dated d where d.day between p_from and p_to order by d.day, d.paid_at, d.kind;
end $$;
comment on function api.get_cash_book(date, date, uuid) is
  'Finance: every payment, refund and movement of cash between two business days (both included), for bookkeeping; as CSV with Accept: text/csv. Decimal amounts, what went out is negative (a refund that came back is positive, on the day on which it came), tip_amount is part of amount. Lines that no register took have neither register nor z_number.
answers {"kind": "=payment | =refund | cash_movements.kind", "register": "text | null", "z_number": "int | null", "booking_type": "text | null", "booking_id": "uuid | null", "method": "payments.method", "reference": "text | null", "taken_by": "text | null"}';
grant execute on function api.get_cash_book(date, date, uuid) to authenticated, service_role;
