create function api.generate_customer_report(
  p_start_date date, p_end_date date, p_venue_id uuid default null, p_limit int default 100, p_organization_id uuid default null)
returns table (customer_id uuid, customer_name text, customer_email text, bookings bigint, visits bigint, cancelled bigint, players bigint,
               revenue numeric, average_booking_value numeric, first_visit date, last_visit date, is_new boolean, lifetime_value numeric)
language plpgsql stable
set jit = off
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_scope(p_start_date, p_end_date, p_venue_id, p_organization_id);
begin
  perform app.check_limit(p_limit, 10000);
  return query
  with best as (
    select b.organization_id, b.customer_id, count(*) as n, count(*) filter (where b.status in ('checked_in', 'completed') or b.status = 'confirmed' and (b.revenue > 0 or b.final_amount = 0)) as visits,
           count(*) filter (where b.status = 'cancelled') as cancelled,
           sum(b.party_size) filter (where b.status in ('confirmed', 'checked_in', 'completed')) as players, sum(b.revenue) as revenue
    from bookings b
    where b.organization_id = any (v_organizations) and b.business_date between p_start_date and p_end_date
      and (p_venue_id is null or b.venue_id = p_venue_id)
    group by b.organization_id, b.customer_id
    order by sum(b.revenue) desc, count(*) desc, b.customer_id
    limit p_limit
  )
  select x.customer_id, c.full_name, c.email, x.n, x.visits, x.cancelled, coalesce(x.players, 0), x.revenue,
         coalesce(round(x.revenue / nullif(x.visits, 0), app.report_decimals(v_organizations)), 0), s.first_visit, s.last_visit,
         coalesce(s.first_visit between p_start_date and p_end_date, false), s.spent
  from best x
  join customer_stats s on s.organization_id = x.organization_id and s.customer_id = x.customer_id
  left join customers c on c.id = x.customer_id
  order by x.revenue desc, x.n desc, x.customer_id;
end $$;
comment on function api.generate_customer_report(date, date, uuid, int, uuid) is
  'The customers who brought most in a span of business days (both included); is_new: their first visit ever lies in it. Amounts in the organization''s currency.
answers {"customer_name": "text | null", "customer_email": "text | null", "average_booking_value": "number | null", "first_visit": "date | null", "last_visit": "date | null"}';
grant execute on function api.generate_customer_report(date, date, uuid, int, uuid) to authenticated, service_role;
