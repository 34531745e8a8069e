-- Months at a glance: one statement a month, whatever the number of chalets, tables and games. plpgsql, so that a session keeps their plans: planning them
-- takes longer than a month of a small house does.

-- Each night of chalets: price and why in short, whether it is free, how long a stay may be that arrives on it.
--   free_nights   nights in a row that are free from here on (at most max_nights); 0: this one is taken
--   can_arrive    a stay that arrives here can be long enough
create or replace function app.stay_calendar(p_chalet_ids uuid[], p_from date, p_to date)
returns table (chalet_id uuid, night date, price numeric, is_weekend boolean, rule text, is_free boolean, free_nights int, min_nights int, max_nights int, can_arrive boolean)
language plpgsql stable security definer
as $$
#variable_conflict use_column
begin
  return query
  with house as (
    select c.id, c.organization_id, c.base_price, c.weekend_price, c.weekend_days, c.min_nights, c.max_nights, c.status, o.currency, app.stored_decimals(o.currency) as decimals,
           app.business_date(now(), o.timezone, o.business_day_cutoff) as today
    from chalets c join organizations o on o.id = c.organization_id where c.id = any (p_chalet_ids)
  ), taken as (
    select b.chalet_id, d::date as night
    from chalet_bookings b, generate_series(greatest(lower(b.stay), p_from)::timestamp, least(upper(b.stay), p_to + 62)::timestamp - interval '1 day', interval '1 day') d
    where b.chalet_id = any (p_chalet_ids) and b.stay && daterange(p_from, p_to + 62) and b.status not in ('cancelled', 'no_show')
      and not (b.status = 'pending' and coalesce(b.hold_expires_at <= now(), false))
    union
    select k.chalet_id, d::date
    from chalet_blocks k, generate_series(greatest(k.start_date, p_from)::timestamp, least(k.end_date, p_to + 62)::timestamp - interval '1 day', interval '1 day') d
    where k.chalet_id = any (p_chalet_ids) and k.nights && daterange(p_from, p_to + 62)
  ), season as materialized (
    select r.organization_id, r.chalet_id, r.name, r.multiplier, r.start_date, r.end_date, r.apply_to_days, r.min_nights, r.priority, r.created_at, r.id
    from seasonal_pricing_rules r
    where r.organization_id in (select organization_id from house) and r.is_active and r.start_date <= p_to and r.end_date >= p_from
  ), night as (
    select h.*, d::date as night, extract(isodow from d)::int as isodow, trim(to_char(d, 'day')) as day, t.night is null and h.status = 'active' and d::date >= h.today as is_free,
           min(t.night) over (partition by h.id order by d rows between current row and unbounded following) as next_taken
    from house h cross join generate_series(p_from::timestamp, (p_to + 61)::timestamp, interval '1 day') d
    left join taken t on t.chalet_id = h.id and t.night = d::date
  )
  select n.id, n.night, round(u.unit * coalesce(r.multiplier, 1), n.decimals), n.weekend_price is not null and w.yes, r.name, n.is_free,
         case when n.is_free then least(coalesce(n.next_taken - n.night, n.max_nights), n.max_nights) else 0 end, m.nights, n.max_nights,
         n.is_free and least(coalesce(n.next_taken - n.night, n.max_nights), n.max_nights) >= m.nights
  from night n
  cross join lateral (select n.isodow = any (n.weekend_days) as yes) w
  cross join lateral (select case when n.weekend_price is not null and w.yes then n.weekend_price else n.base_price end as unit) u
  left join lateral (
    select s.name, s.multiplier from season s
    where s.organization_id = n.organization_id and n.night between s.start_date and s.end_date and (s.chalet_id is null or s.chalet_id = n.id)
      and (s.apply_to_days is null or n.day = any (s.apply_to_days))
    order by s.priority desc, s.chalet_id is null, s.created_at desc, s.id limit 1) r on true
  cross join lateral (
    select greatest(n.min_nights, coalesce(max(s.min_nights), 1)) as nights from season s
    where s.organization_id = n.organization_id and n.night between s.start_date and s.end_date and (s.chalet_id is null or s.chalet_id = n.id)
      and (s.apply_to_days is null or n.day = any (s.apply_to_days))) m
  where n.night <= p_to
  order by n.id, n.night;
end $$;
comment on function app.stay_calendar(uuid[], date, date) is 'Every night of chalets from one day to another: price as app.chalet_nights makes it, free or not, how short and how long a stay may be.';

-- The times a restaurant offers on a date, a quarter of an hour apart, with how many tables (or combinations) a party could have.
--   reason   past | last_seating | pacing | full; null: it can be had
create or replace function app.table_times(p_restaurant_id uuid, p_date date, p_party_size int, p_features jsonb default '[]')
returns table (local_time time, starts_at timestamptz, free int, reason text)
language plpgsql stable security definer
as $$
#variable_conflict use_column
begin
  return query
  with place as materialized (
    select r.id, r.timezone, r.opening_hours, r.closed_dates, r.last_seating_minutes, r.pacing_covers, r.reservation_buffer_minutes,
           app.reservation_minutes(r.id, p_party_size) as minutes
    from restaurants r where r.id = p_restaurant_id
  ), open as materialized (      -- evenings that follow each other without a gap are one
    select case when p.opening_hours = '{}' then tstzmultirange(tstzrange(p_date::timestamp at time zone p.timezone, (p_date + 3)::timestamp at time zone p.timezone))
      else (select range_agg(tstzrange(s.opens at time zone p.timezone, s.closes at time zone p.timezone))
            from app.opening_spans(p.opening_hours, p.closed_dates, p_date - 1, 4) s
            where s.opens at time zone p.timezone < s.closes at time zone p.timezone) end as hours
    from place p
  ), slot as materialized (
    select w as wall, x.at, x.at + make_interval(mins => p.minutes + p.reservation_buffer_minutes) as until, date_bin('15 minutes', x.at, timestamptz '2000-01-01') as quarter,
           (select upper(u) from unnest(o.hours) u where u @> x.at) as closes
    from place p cross join open o cross join generate_series(p_date::timestamp, p_date + interval '23 hours 45 minutes', interval '15 minutes') w
    -- the clock is asked only where it may have jumped: of an hour that it shows twice the first is meant
    cross join lateral (select case when (w - interval '3 hours') at time zone p.timezone + interval '6 hours' = (w + interval '3 hours') at time zone p.timezone then w at time zone p.timezone
                                    when (w at time zone p.timezone) at time zone p.timezone <> w then null
                                    else app.local_instant(w::date, w::time, p.timezone) end as at) x
    where x.at is not null and o.hours @> x.at
  ), fit as materialized (
    select t.id, t.capacity >= p_party_size and t.features @> p_features as alone, t.features @> p_features as wished from restaurant_tables t
    where t.restaurant_id = p_restaurant_id and t.is_active and t.status <> 'out_of_service'
  ), kept as materialized (      -- who has which table when; a basket whose time is up has none
    select rt.table_id, lower(rt.during) as f, upper(rt.during) as t
    from table_reservations r join reservation_tables rt on rt.reservation_id = r.id
    where r.restaurant_id = p_restaurant_id and r.reservation_date between p_date - 1 and p_date + 1 and rt.holds
      and not (r.status = 'pending' and coalesce(r.hold_expires_at <= now(), false))
    union all
    select t.id, '-infinity', greatest(s.created_at + make_interval(mins => app.reservation_minutes(p_restaurant_id, coalesce(s.party_size, t.capacity))), now() + interval '15 minutes')
    from table_sessions s join restaurant_tables t on t.id = s.table_id or t.combined_into = s.table_id
    where s.restaurant_id = p_restaurant_id and s.status in ('active', 'billed') and s.deleted_at is null and p_date <= current_date + 1
  ), busy as materialized (
    select s.wall, array_agg(distinct k.table_id) as ids, count(distinct k.table_id) filter (where f.alone) as fitting
    from slot s join kept k on k.f < s.until and k.t > s.at left join fit f on f.id = k.table_id group by s.wall
  ), combination as materialized (
    select c.table_ids from table_combinations c
    where c.restaurant_id = p_restaurant_id and c.is_active and c.capacity >= p_party_size and c.table_ids <@ array(select id from fit where wished)
  ), covers as (
    select date_bin('15 minutes', lower(r.during), timestamptz '2000-01-01') as quarter, sum(r.party_size) as people
    from table_reservations r, place p
    where p.pacing_covers is not null and r.restaurant_id = p_restaurant_id and r.reservation_date between p_date - 1 and p_date + 1 and r.status in ('pending', 'confirmed', 'seated')
      and not (r.status = 'pending' and coalesce(r.hold_expires_at <= now(), false)) group by 1
  ), counted as (
    select s.*, ((select count(*) from fit where alone) - coalesce(b.fitting, 0)
             + (select count(*) from combination c where not coalesce(c.table_ids && b.ids, false)))::int as free
    from slot s left join busy b on b.wall = s.wall
  )
  select c.wall::time, c.at, case when x.reason is null then c.free else 0 end, coalesce(x.reason, case when c.free = 0 then 'full' end)
  from counted c cross join place p left join covers v on v.quarter = c.quarter
  cross join lateral (select case when c.at < now() then 'past'
      when p.last_seating_minutes > 0 and c.closes < c.at + make_interval(mins => p.last_seating_minutes) then 'last_seating'
      when p.pacing_covers is not null and p_party_size + coalesce(v.people, 0) > p.pacing_covers then 'pacing' end as reason) x
  order by c.at;
end $$;
comment on function app.table_times(uuid, date, int, jsonb) is 'Every quarter of an hour that a restaurant is open on a date, how many tables with the wished features a party could have, and why none.';

-- The starts of a venue's games from one day to another, with the seats left; as app.game_starts tells them one by one, in one statement.
create or replace function app.game_calendar(p_venue_id uuid, p_from date, p_to date, p_game_id uuid default null)
returns table (game_id uuid, day date, start_time time, starts_at timestamptz, capacity int, seats_left int, reason text)
language plpgsql stable security definer
as $$
#variable_conflict use_column
begin
  return query
  with venue as materialized (
    select v.id, v.timezone, v.operating_hours, v.special_days from venues v where v.id = p_venue_id and v.is_active and v.deleted_at is null
  ), room as materialized (
    select g.id, g.booking_mode = 'shared' as shared, g.max_players, make_interval(mins => g.duration_minutes) as length,
           make_interval(mins => g.duration_minutes + g.buffer_minutes) as takes, make_interval(mins => app.slot_step(g.slot_interval_minutes, g.duration_minutes, g.buffer_minutes)) as step,
           now() + make_interval(mins => g.min_notice_minutes) as earliest, (now() at time zone (select timezone from venue))::date + g.max_advance_days as latest
    from game_venues l join games g on g.id = l.game_id and g.is_active and g.deleted_at is null
    where l.venue_id = p_venue_id and l.is_active and (p_game_id is null or g.id = p_game_id)
  ), hours as materialized (
    -- jumps: the clock of this day (or the next, for evenings past midnight) is not the same all day long
    select w.opens, w.closes, w.closes_at, v.timezone,
           extract(epoch from ((d.day + 3)::timestamp at time zone v.timezone) - ((d.day - 1)::timestamp at time zone v.timezone)) <> 4 * 86400 as jumps
    from venue v, generate_series((p_from - 1)::timestamp, p_to::timestamp, interval '1 day') s, lateral (select s::date as day) d,
         lateral app.opening_windows(v.operating_hours, v.special_days, v.timezone, d.day) w
  ), start as materialized (
    select distinct on (r.id, s) r.id, r.shared, r.max_players, r.earliest, r.latest, s as wall, x.at, x.at + r.takes as until
    from room r cross join hours h
    cross join lateral generate_series(h.opens, h.closes - interval '1 minute', r.step) s
    cross join lateral (select case when not h.jumps then s at time zone h.timezone
                                    when (s at time zone h.timezone) at time zone h.timezone <> s then null
                                    else app.local_instant(s::date, s::time, h.timezone) end as at) x
    where s::date between p_from and p_to and x.at is not null and x.at + r.length <= h.closes_at
    order by r.id, s
  ), taken as materialized (      -- by the day it touches, so that a start meets the few of its day
    select b.game_id, d::date as day, b.starts_at, b.free_from
    from bookings b, venue v, generate_series(date_trunc('day', b.starts_at at time zone v.timezone), date_trunc('day', b.free_from at time zone v.timezone), interval '1 day') d
    where b.venue_id = p_venue_id and b.starts_at < (p_to + 2)::timestamp at time zone v.timezone and b.starts_at > (p_from - 2)::timestamp at time zone v.timezone and b.takes_room
      and (b.status in ('confirmed', 'checked_in', 'completed') or b.status = 'pending' and (b.hold_expires_at is null or b.hold_expires_at > now()))
  ), seats as materialized (
    select s.game_id, s.starts_at, s.free_from, (s.starts_at at time zone v.timezone)::date as day, s.seats_taken - coalesce((
        select sum(b.party_size) from bookings b where b.venue_id = s.venue_id and b.game_id = s.game_id and b.starts_at = s.starts_at
          and b.status = 'pending' and b.hold_expires_at <= now() and not b.takes_room), 0)::int as taken, s.seats_taken
    from game_slots s, venue v
    where s.venue_id = p_venue_id and s.seats_taken > 0 and s.starts_at < (p_to + 2)::timestamp at time zone v.timezone and s.starts_at > (p_from - 2)::timestamp at time zone v.timezone
  ), room_taken as (
    -- a start touches at most its own day and the next
    select distinct s.id, s.wall
    from start s join taken t on t.game_id = s.id and t.day = s.wall::date and t.starts_at < s.until and t.free_from > s.at
    union
    select s.id, s.wall
    from start s join taken t on t.game_id = s.id and t.day = s.wall::date + 1 and t.starts_at < s.until and t.free_from > s.at
    union
    select s.id, s.wall
    from start s join seats o on o.game_id = s.id and o.day between s.wall::date - 1 and s.wall::date + 1 and o.starts_at <> s.at and o.starts_at < s.until and o.free_from > s.at
  )
  select s.id, s.wall::date, s.wall::time, s.at, s.max_players,
         case when p.reason is not null or t.id is not null then 0 when s.shared then greatest(s.max_players - coalesce(o.taken, 0), 0) else s.max_players end,
         coalesce(p.reason, case when t.id is not null then 'taken' when s.shared and s.max_players <= coalesce(o.taken, 0) then 'full' end)
  from start s left join room_taken t on t.id = s.id and t.wall = s.wall left join seats o on o.game_id = s.id and o.starts_at = s.at
  cross join lateral (select case when s.at <= now() then 'past' when s.at < s.earliest then 'too_late' when s.wall::date > s.latest then 'too_early' end as reason) p
  order by s.at, s.id;
end $$;
comment on function app.game_calendar(uuid, date, date, uuid) is 'Every start of a venue''s games from one day to another and the seats left; the same as app.game_starts says day by day.';
