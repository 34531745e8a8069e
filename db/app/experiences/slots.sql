-- Slots: the starts a game offers on a date at a venue, and what is left of each.
-- Starts stand on the wall clock: from opening time in steps of games.slot_interval_minutes, or app.slot_step()'s. A start in the hour that
-- the clock skips in spring does not exist; of the hour that it shows twice in autumn the first one is sold. Lengths are real time.

-- People think in hours: without a room to reset, the next start is the next whole part of an hour that the game is over by (20, 30 or 60 minutes,
-- then 2 hours …). Where a buffer is set its owner counts in minutes, and no minute is wasted.
create or replace function app.slot_step(p_interval int, p_duration int, p_buffer int) returns int
language sql immutable parallel safe
as $$
  select coalesce(p_interval,
    case when p_buffer > 0 then p_duration + p_buffer
         when p_duration > 60 then (p_duration + 59) / 60 * 60
         else (select min(n) from unnest(array[5, 6, 10, 12, 15, 20, 30, 60]) n where n >= p_duration) end);
$$;
comment on function app.slot_step(int, int, int) is 'Minutes from one offered start of a game to the next.';

-- SECURITY DEFINER: guests see that a slot is taken, not by whom.
create or replace function app.game_starts(p_game_id uuid, p_date date, p_venue_id uuid default null)
returns table (
  venue_id uuid, start_time time, end_time time, starts_at timestamptz, ends_at timestamptz, free_from timestamptz,
  capacity int, seats_left int, price numeric, reason text)
language sql stable security definer
as $$
  with room as (
    select v.id as venue_id, v.timezone, v.operating_hours, v.special_days, g.id as game_id, g.booking_mode, g.max_players,
           g.duration_minutes, g.buffer_minutes, app.slot_step(g.slot_interval_minutes, g.duration_minutes, g.buffer_minutes) as step,
           g.min_notice_minutes, g.max_advance_days, g.price_model,
           case g.price_model
             when 'ticket_types' then (select min((t ->> 'price')::numeric) from jsonb_array_elements(coalesce(l.ticket_types, g.ticket_types)) t)
             else coalesce(l.price, g.price) end as price
    from game_venues l
    join games g on g.id = l.game_id and g.is_active and g.deleted_at is null
    join venues v on v.id = l.venue_id and v.is_active and v.deleted_at is null
    where l.game_id = p_game_id and l.is_active and (p_venue_id is null or l.venue_id = p_venue_id)
  ), wall as (
    -- the evening before may run past midnight into this date
    select r.*, s as start
    from room r, unnest(array[p_date - 1, p_date]) as d(day),
         app.opening_windows(r.operating_hours, r.special_days, r.timezone, d.day) w,
         generate_series(w.opens, w.closes - interval '1 minute', make_interval(mins => r.step)) s
    where s::date = p_date
      and (s at time zone r.timezone) at time zone r.timezone = s                                    -- not skipped
      and app.local_instant(s::date, s::time, r.timezone) + make_interval(mins => r.duration_minutes) <= w.closes_at
  ), start as (
    select distinct on (w.venue_id, w.start) w.*, t.starts_at, t.starts_at + make_interval(mins => w.duration_minutes) as ends_at,
           t.starts_at + make_interval(mins => w.duration_minutes + w.buffer_minutes) as free_from
    from wall w, lateral (select app.local_instant(w.start::date, w.start::time, w.timezone) as starts_at) t
    order by w.venue_id, w.start
  )
  select s.venue_id, s.start::time, (s.ends_at at time zone s.timezone)::time, s.starts_at, s.ends_at, s.free_from,
         s.max_players,
         case
           when taken.room or other.overlaps or past.reason is not null then 0
           when s.booking_mode = 'shared' then greatest(s.max_players - coalesce(seats.taken, 0), 0)
           else s.max_players end,
         s.price,
         coalesce(past.reason, case when taken.room or other.overlaps then 'taken'
           when s.booking_mode = 'shared' and s.max_players <= coalesce(seats.taken, 0) then 'full' end)
  from start s
  cross join lateral (select exists (
      select from bookings b
      where b.venue_id = s.venue_id and b.game_id = s.game_id and b.takes_room and b.occupies && tstzrange(s.starts_at, s.free_from)
        and b.status in ('pending', 'confirmed', 'checked_in', 'completed')
        and (b.status in ('confirmed', 'checked_in', 'completed')
             or b.status = 'pending' and (b.hold_expires_at is null or b.hold_expires_at > now()))) as room) taken
  cross join lateral (select exists (
      select from game_slots o
      where o.venue_id = s.venue_id and o.game_id = s.game_id and o.seats_taken > 0 and o.starts_at <> s.starts_at
        and o.occupies && tstzrange(s.starts_at, s.free_from)) as overlaps) other
  left join lateral (
      -- seats whose hold has run out are free, though nobody has cleared them away yet
      select o.seats_taken - coalesce((select sum(b.party_size) from bookings b
               where b.game_id = s.game_id and b.venue_id = s.venue_id and b.starts_at = s.starts_at
                 and b.status = 'pending' and b.hold_expires_at <= now() and not b.takes_room), 0)::int as taken
      from game_slots o where o.venue_id = s.venue_id and o.game_id = s.game_id and o.starts_at = s.starts_at) seats on true
  cross join lateral (select case
      when s.starts_at <= now() then 'past'
      when s.starts_at < now() + make_interval(mins => s.min_notice_minutes) then 'too_late'
      when p_date > (now() at time zone s.timezone)::date + s.max_advance_days then 'too_early' end as reason) past
  order by s.starts_at, s.venue_id;
$$;
comment on function app.game_starts(uuid, date, uuid) is 'Every start a game offers on a date, with the seats left and why there are none: taken, full, past, too_late, too_early.';

-- What to offer somebody who came too late: the nearest free starts of the same day, then those of the next two weeks.
create or replace function app.slot_alternatives(p_game_id uuid, p_venue_id uuid, p_date date, p_time time, p_party_size int) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_found jsonb := '[]';
  v_day date := p_date;
begin
  if p_date is null or p_party_size is null then
    return '[]';
  end if;
  while jsonb_array_length(v_found) < 5 and v_day < p_date + 14 loop
    select v_found || coalesce(jsonb_agg(jsonb_build_object('booking_date', v_day, 'start_time', to_char(start_time, 'HH24:MI'),
                                           'end_time', to_char(end_time, 'HH24:MI'), 'seats_left', seats_left) order by away, starts_at), '[]')
      into v_found
    from (select s.*, case when v_day = p_date then abs(extract(epoch from s.start_time - p_time)) else 0 end as away
          from app.game_starts(p_game_id, v_day, p_venue_id) s
          where s.seats_left >= p_party_size
          order by away, s.starts_at limit 5 - jsonb_array_length(v_found)) free;
    v_day := v_day + 1;
  end loop;
  return v_found;
end $$;
comment on function app.slot_alternatives(uuid, uuid, date, time, int) is 'Up to five free starts near the one that was asked for.';

grant execute on function app.game_starts(uuid, date, uuid), app.slot_alternatives(uuid, uuid, date, time, int) to anon, authenticated, service_role;
grant execute on function app.slot_step(int, int, int) to anon, authenticated, service_role;
