create function api.get_weekly_bookings_trend(p_weeks int default 8, p_organization_id uuid default null)
returns table (week_start date, week_end date, total_bookings bigint, sold_bookings bigint, cancelled_bookings bigint,
               players bigint, revenue numeric, average_booking_value numeric)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id);
  v_monday date := date_trunc('week', app.report_today(v_organizations))::date;
begin
  if p_weeks is null or p_weeks not between 1 and 260 then
    perform app.fail(400, 'The trend covers 1 to 260 weeks.', 'p_weeks');
  end if;
  return query
  with days as (
    select date_trunc('week', d.business_date)::date as monday,
           sum(d.pending + d.confirmed + d.checked_in + d.completed + d.cancelled + d.no_show) as n,
           sum(d.confirmed + d.checked_in + d.completed) as sold, sum(d.cancelled) as cancelled, sum(d.players) as players,
           sum(d.revenue) as revenue, sum(d.net_amount) as net
    from booking_days d
    where d.organization_id = any (v_organizations)
      and d.business_date >= v_monday - 7 * (p_weeks - 1) and d.business_date < v_monday + 7
    group by 1
  )
  select w::date, w::date + 6, coalesce(d.n, 0), coalesce(d.sold, 0), coalesce(d.cancelled, 0), coalesce(d.players, 0),
         coalesce(d.revenue, 0), coalesce(round(d.net / nullif(d.sold, 0), app.report_decimals(v_organizations)), 0)
  from generate_series(v_monday - 7 * (p_weeks - 1), v_monday::timestamp, interval '1 week') w
  left join days d on d.monday = w::date
  order by w;
end $$;
comment on function api.get_weekly_bookings_trend(int, uuid) is
  'Bookings and revenue of the last 8 weeks (p_weeks), Monday to Sunday, this week included; weeks without bookings too.
answers {"average_booking_value": "number | null"}';
grant execute on function api.get_weekly_bookings_trend(int, uuid) to authenticated, service_role;
