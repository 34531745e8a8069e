-- SECURITY DEFINER: tax stands on bookings of every module; the right on the ledger is checked here.
create or replace function api.get_tax_journal(p_from date, p_to date, p_organization_id uuid default null)
returns table (business_date date, kind text, booking_type text, booking_id uuid, method text, tax_code text, tax_rate numeric, account text,
               net_amount numeric, tax_amount numeric, total_amount numeric, currency text, invoice_number text, reference text)
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_zone text;
  v_cutoff time;
begin
  perform app.require_work(v_organization, 'ledger', 'read');
  perform app.check_day(p_from, 'p_from'), app.check_day(p_to, 'p_to');
  if p_from is null or p_to is null or p_to < p_from or p_to - p_from > 92 then
    perform app.fail(400, 'From a day to that day or a later one, a quarter at most.', 'p_to');
  end if;
  select o.timezone, o.business_day_cutoff into v_zone, v_cutoff from organizations o where o.id = v_organization;
  return query
    with moved as (
      select p.id, p.paid_at as at, 'payment' as kind, p.register_shift_id as shift, p.booking_type as bt, p.booking_id as bi, p.method, p.amount - p.tip_amount - p.rounding_amount as sold, p.tip_amount as tip,
             p.rounding_amount as rounding, p.currency, p.reference
      from payments p where p.organization_id = v_organization and p.paid_at is not null
      union all
      select r.refund_id, r.at, 'refund', r.shift_id, p.booking_type, p.booking_id, r.method, -(r.amount - r.tip_amount - r.rounding_amount), -r.tip_amount, -r.rounding_amount, r.currency, r.reason
      from app.refund_movements(v_organization) r join payments p on p.id = r.payment_id),
    dated as (
      select m.*, coalesce(s.business_date, app.business_date(m.at, v_zone, v_cutoff)) as day,
             case when m.bi is null then 0 else coalesce(sum(m.sold) over (partition by m.bt, m.bi order by m.at, m.id, m.sold rows between unbounded preceding and 1 preceding), 0) end as before
      from moved m left join register_shifts s on s.id = m.shift),
    chosen as (select row_number() over (order by d.at, d.id, d.sold) as n, d.* from dated d where d.day between p_from and p_to),
    -- what each booking was sold at, by rate: what is paid of it is a part of each
    rates as (
      select b.bt, b.bi, t.rate, sum(t.amount) as total, sum(t.tax) as tax
      from (select distinct c.bt, c.bi from chosen c where c.bi is not null) b,
      lateral (select l.tax_rate as rate, l.amount, l.tax_amount as tax from app.invoice_lines(v_organization, array[b.bt], array[b.bi]) l) t
      group by b.bt, b.bi, t.rate having sum(t.amount) > 0),
    -- a payment is what is split after it less what was split before it: however many pay, the parts are the whole to the cent, and so is their tax
    split as (
      select c.n, array_agg(r.rate order by r.rate desc) as rates, array_agg(r.tax / r.total order by r.rate desc) as parts,
             app.split_cents(app.to_cents(c.before, c.currency), array_agg(r.total order by r.rate desc)) as was,
             app.split_cents(app.to_cents(c.before + c.sold, c.currency), array_agg(r.total order by r.rate desc)) as now
      from chosen c join rates r on r.bt = c.bt and r.bi = c.bi group by c.n, c.before, c.sold, c.currency),
    lines as (
      select c.n, 0 as m, c.kind, s.rates[i] as rate, app.to_amount(s.now[i] - s.was[i], c.currency) as total,
             app.to_amount((round(s.now[i] * s.parts[i]) - round(s.was[i] * s.parts[i]))::bigint, c.currency) as tax
      from chosen c join split s on s.n = c.n, generate_subscripts(s.rates, 1) i where s.now[i] <> s.was[i]
      union all select c.n, 0, c.kind, null, c.sold, 0 from chosen c where c.sold <> 0 and not exists (select from split s where s.n = c.n)
      union all select c.n, 1, 'tip', null, c.tip, 0 from chosen c where c.tip <> 0
      union all select c.n, 2, 'rounding', null, c.rounding, 0 from chosen c where c.rounding <> 0)
    select c.day, l.kind, c.bt, c.bi, c.method, x.code, l.rate, (select t.account from tax_rates t where t.organization_id = v_organization and t.code = x.code and t.valid_from <= c.day order by t.valid_from desc limit 1),
      l.total - l.tax, l.tax, l.total, c.currency,
      (select i.number from sales_invoice_bookings b join sales_invoices i on i.id = b.invoice_id where b.booking_type = c.bt and b.booking_id = c.bi and b.is_open), c.reference
    from lines l join chosen c on c.n = l.n, lateral (select case when l.rate is not null then app.tax_code(v_organization, l.rate, c.day) end as code) x
    order by c.day, c.at, c.n, l.m, l.rate desc;
end $$;
comment on function api.get_tax_journal(date, date, uuid) is
  'Finance: what was taken and given back between two business days, by rate of tax, for bookkeeping; as CSV with Accept: text/csv. A payment of a part of a bill is a part of each of its rates, and all of them are the bill to the cent; gratuities and cash rounding have lines without tax. Decimal amounts; what went out is negative. A refund stands on the day on which it went, and one that the guest''s bank sent back once more, positive, on the day on which it came.
answers {"kind": "=payment | =refund | =tip | =rounding", "booking_type": "text | null", "booking_id": "uuid | null", "method": "payments.method", "tax_code": "text | null", "tax_rate": "number | null", "account": "text | null", "invoice_number": "text | null", "reference": "text | null"}';
grant execute on function api.get_tax_journal(date, date, uuid) to authenticated, service_role;
