create function api.get_dashboard_stats(
  p_organization_id uuid default null,
  p_days int default 30,
  out total_bookings bigint,
  out total_revenue numeric,
  out average_booking_value numeric,
  out confirmed_bookings bigint,
  out pending_bookings bigint,
  out completed_bookings bigint,
  out cancelled_bookings bigint,
  out no_shows bigint,
  out total_players bigint,
  out new_customers bigint,
  out todays_bookings bigint,
  out todays_revenue numeric,
  out upcoming_bookings bigint,
  out cancellation_rate numeric,
  out bookings_change numeric,
  out revenue_change numeric,
  out currency text,
  out period_start date,
  out period_end date)
language plpgsql stable
as $$
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id);
  v_today date := app.report_today(v_organizations);
  v_bookings_before bigint;
  v_revenue_before numeric;
  v_sold bigint;
  v_net numeric;
begin
  if p_days is null or p_days not between 1 and 366 then
    perform app.fail(400, 'The dashboard looks back 1 to 366 days.', 'p_days');
  end if;
  period_start := v_today - p_days + 1;
  period_end := v_today;

  select sum(n) filter (where now), sum(d.revenue) filter (where now), sum(d.net_amount) filter (where now),
         sum(d.confirmed + d.checked_in + d.completed) filter (where now),
         sum(d.confirmed + d.checked_in) filter (where now), sum(d.pending) filter (where now), sum(d.completed) filter (where now),
         sum(d.cancelled) filter (where now), sum(d.no_show) filter (where now), sum(d.players) filter (where now),
         sum(n - d.cancelled) filter (where d.business_date = v_today), sum(d.revenue) filter (where d.business_date = v_today),
         sum(n) filter (where not now), sum(d.revenue) filter (where not now)
    into total_bookings, total_revenue, v_net, v_sold, confirmed_bookings, pending_bookings, completed_bookings,
         cancelled_bookings, no_shows, total_players, todays_bookings, todays_revenue, v_bookings_before, v_revenue_before
  from booking_days d,
       lateral (select d.pending + d.confirmed + d.checked_in + d.completed + d.cancelled + d.no_show as n,
                       d.business_date > v_today - p_days as now) x
  where d.organization_id = any (v_organizations)
    and d.business_date > v_today - 2 * p_days and d.business_date <= v_today;

  -- what is still to come: the next days, not the far future, so that the answer's cost does not grow with it
  select sum(d.pending + d.confirmed) into upcoming_bookings
  from booking_days d
  where d.organization_id = any (v_organizations) and d.business_date > v_today and d.business_date <= v_today + p_days;

  select count(*) into new_customers
  from customer_stats s
  where s.organization_id = any (v_organizations) and s.first_visit > v_today - p_days and s.first_visit <= v_today;

  total_bookings := coalesce(total_bookings, 0);
  total_revenue := coalesce(total_revenue, 0);
  average_booking_value := coalesce(round(v_net / nullif(v_sold, 0), app.report_decimals(v_organizations)), 0);
  confirmed_bookings := coalesce(confirmed_bookings, 0);
  pending_bookings := coalesce(pending_bookings, 0);
  completed_bookings := coalesce(completed_bookings, 0);
  cancelled_bookings := coalesce(cancelled_bookings, 0);
  no_shows := coalesce(no_shows, 0);
  total_players := coalesce(total_players, 0);
  todays_bookings := coalesce(todays_bookings, 0);
  todays_revenue := coalesce(todays_revenue, 0);
  upcoming_bookings := coalesce(upcoming_bookings, 0);
  cancellation_rate := coalesce(round(100.0 * cancelled_bookings / nullif(total_bookings, 0), 2), 0);
  bookings_change := round(100.0 * (total_bookings - v_bookings_before) / nullif(v_bookings_before, 0), 1);
  revenue_change := round(100.0 * (total_revenue - v_revenue_before) / nullif(v_revenue_before, 0), 1);
  select o.currency into currency from organizations o where o.id = v_organizations[1];
end $$;
comment on function api.get_dashboard_stats(uuid, int) is
  'The last 30 business days (p_days, today included) in one row, with the change against the days before in percent (null: nothing to compare with). Amounts in the organization''s currency.
answers {"bookings_change": "number | null", "revenue_change": "number | null"}';
grant execute on function api.get_dashboard_stats(uuid, int) to authenticated, service_role;
