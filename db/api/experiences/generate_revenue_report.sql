create function api.generate_revenue_report(p_start_date date, p_end_date date, p_venue_id uuid default null, p_organization_id uuid default null)
returns table (report_date date, total_bookings bigint, sold_bookings bigint, cancelled_bookings bigint, no_shows bigint, players bigint,
               gross_revenue numeric, discounts numeric, tax numeric, paid numeric, refunds numeric, revenue numeric, average_booking_value numeric)
language plpgsql stable
set jit = off
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_scope(p_start_date, p_end_date, p_venue_id, p_organization_id);
begin
  return query
  with days as (
    select d.business_date, sum(d.pending + d.confirmed + d.checked_in + d.completed + d.cancelled + d.no_show) as n,
           sum(d.confirmed + d.checked_in + d.completed) as sold, sum(d.cancelled) as cancelled, sum(d.no_show) as no_show,
           sum(d.players) as players, sum(d.gross_amount) as gross, sum(d.discount_amount) as discounts, sum(d.tax_amount) as tax,
           sum(d.paid_amount) as paid, sum(d.refunded_amount) as refunded, sum(d.revenue) as revenue, sum(d.net_amount) as net
    from booking_days d
    where d.organization_id = any (v_organizations) and d.business_date between p_start_date and p_end_date
      and (p_venue_id is null or d.venue_id = p_venue_id)
    group by d.business_date
  )
  select s::date, coalesce(d.n, 0), coalesce(d.sold, 0), coalesce(d.cancelled, 0), coalesce(d.no_show, 0), coalesce(d.players, 0),
         coalesce(d.gross, 0), coalesce(d.discounts, 0), coalesce(d.tax, 0), coalesce(d.paid, 0), coalesce(d.refunded, 0),
         coalesce(d.revenue, 0), coalesce(round(d.net / nullif(d.sold, 0), app.report_decimals(v_organizations)), 0)
  from generate_series(p_start_date::timestamp, p_end_date::timestamp, interval '1 day') s
  left join days d on d.business_date = s::date
  order by s;
end $$;
comment on function api.generate_revenue_report(date, date, uuid, uuid) is
  'Revenue by business day, both dates included, days without bookings too; of one venue or all. revenue: sold less refunds, plus what was kept of cancelled and missed bookings. Amounts in the organization''s currency.
answers {"average_booking_value": "number | null"}';
grant execute on function api.generate_revenue_report(date, date, uuid, uuid) to authenticated, service_role;
