create function api.generate_booking_report(p_start_date date, p_end_date date, p_venue_id uuid default null, p_organization_id uuid default null)
returns table (section text, key text, label text, bookings bigint, share_percent numeric, players bigint, revenue numeric)
language plpgsql stable
set jit = off
set enable_sort = off     -- a few cells in a hash table, however many bookings
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_scope(p_start_date, p_end_date, p_venue_id, p_organization_id);
begin
  return query
  with cells as materialized (
    -- one pass over the bookings; the sections are sums of its cells
    select b.status, b.venue_id, b.game_id, extract(hour from b.start_time)::int as hour, extract(isodow from b.business_date)::int as weekday,
           b.source, count(*) as n, sum(b.party_size) as players, sum(b.revenue) as revenue
    from bookings b
    where b.organization_id = any (v_organizations) and b.business_date between p_start_date and p_end_date
      and (p_venue_id is null or b.venue_id = p_venue_id)
    group by 1, 2, 3, 4, 5, 6
  ), sections as (
    select case grouping(c.status, c.venue_id, c.game_id, c.hour, c.weekday, c.source)
             when 63 then 'total' when 31 then 'status' when 47 then 'venue' when 55 then 'game' when 59 then 'hour' when 61 then 'weekday' else 'source' end as section,
           c.status, c.venue_id, c.game_id, c.hour, c.weekday, c.source,
           sum(c.n) as n, sum(c.players) as players, sum(c.revenue) as revenue
    from cells c
    group by grouping sets ((), (c.status), (c.venue_id), (c.game_id), (c.hour), (c.weekday), (c.source))
  )
  select s.section,
         coalesce(s.status, s.venue_id::text, s.game_id::text, s.hour::text, s.weekday::text, s.source, 'all'),
         case s.section
           when 'venue' then (select v.name from venues v where v.id = s.venue_id)
           when 'game' then (select g.name from games g where g.id = s.game_id)
           when 'hour' then to_char(make_time(s.hour, 0, 0), 'HH24:MI')
           when 'weekday' then (array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[s.weekday]
           when 'total' then 'All bookings'
           else initcap(replace(coalesce(s.status, s.source), '_', ' ')) end,
         coalesce(s.n, 0)::bigint, coalesce(round(100.0 * s.n / nullif((select sum(c.n) from cells c), 0), 2), 0), coalesce(s.players, 0)::bigint, coalesce(s.revenue, 0)
  from sections s
  order by array_position(array['total', 'status', 'venue', 'game', 'hour', 'weekday', 'source'], s.section),
           case when s.section in ('hour', 'weekday') then coalesce(s.hour, s.weekday) end, s.n desc, 2;
end $$;
comment on function api.generate_booking_report(date, date, uuid, uuid) is
  'Bookings of a span of business days (both included) by status, venue, game, hour of the start, weekday (1 Monday) and source, whatever their status, with shares in percent. Amounts in the organization''s currency.
answers {"share_percent": "number | null"}';
grant execute on function api.generate_booking_report(date, date, uuid, uuid) to authenticated, service_role;
