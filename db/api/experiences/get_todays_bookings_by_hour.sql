create function api.get_todays_bookings_by_hour(p_date date default null, p_venue_id uuid default null, p_organization_id uuid default null)
returns table (hour int, bookings bigint, players bigint, revenue numeric)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id, 'bookings');
  v_day date := coalesce(p_date, app.report_today(v_organizations));
begin
  perform app.check_report_venue(p_venue_id, v_organizations);
  return query
  with hours as (
    select extract(hour from b.start_time)::int as hour, count(*) as n, sum(b.party_size) as players, sum(b.revenue) as revenue
    from bookings b
    where b.organization_id = any (v_organizations) and b.business_date = v_day
      and b.status in ('pending', 'confirmed', 'checked_in', 'completed') and (p_venue_id is null or b.venue_id = p_venue_id)
    group by 1
  )
  select h, coalesce(x.n, 0), coalesce(x.players, 0), coalesce(x.revenue, 0)
  from generate_series(0, 23) h left join hours x on x.hour = h
  order by h;
end $$;
comment on function api.get_todays_bookings_by_hour(date, uuid, uuid) is
  'Bookings that stand, by the hour (0 to 23, wall clock of the venue) in which they start, of one business day (today).';
grant execute on function api.get_todays_bookings_by_hour(date, uuid, uuid) to authenticated, service_role;
