-- When a house with these hours is open, in its own time, on so many days from the first: by the weekday on which the evening began.
create or replace function app.opening_spans(p_hours jsonb, p_closed_dates date[], p_first date, p_days int) returns table (opens timestamp, closes timestamp)
language sql stable parallel safe
as $$
  select d.day + s.opens, d.day + s.closes
  from generate_series(0, p_days - 1) n, lateral (select p_first + n as day) d, app.day_spans(p_hours -> lower(to_char(d.day, 'dy'))) s
  where d.day <> all (p_closed_dates);
$$;

-- Whether a restaurant is open at an instant, past midnight included.
create or replace function app.is_restaurant_open(p_restaurant_id uuid, p_at timestamptz) returns boolean
language plpgsql stable security definer
as $$
begin
  return (
    select r.opening_hours = '{}' or exists (
      select from app.opening_spans(r.opening_hours, r.closed_dates, (p_at at time zone r.timezone)::date - 1, 2) s
      where p_at at time zone r.timezone >= s.opens and p_at at time zone r.timezone < s.closes)
    from restaurants r where r.id = p_restaurant_id);
end $$;
comment on function app.is_restaurant_open(uuid, timestamptz) is 'Open by its hours and not closed that day; a place without hours is always open.';

-- When an open house closes: evenings that follow each other without a gap are one. Null when it is closed or never closes.
create or replace function app.closes_at(p_restaurant_id uuid, p_at timestamptz) returns timestamptz
language plpgsql stable security definer
as $$
declare
  v_at   timestamptz := p_at;
  v_next timestamptz;
begin
  for step in 1..15 loop
    select max(s.closes at time zone r.timezone) into v_next
    from restaurants r, app.opening_spans(r.opening_hours, r.closed_dates, (v_at at time zone r.timezone)::date - 1, 2) s
    where r.id = p_restaurant_id and v_at at time zone r.timezone >= s.opens and v_at at time zone r.timezone < s.closes;
    exit when v_next is null or v_next <= v_at;
    v_at := v_next;
  end loop;
  return case when v_at > p_at and v_next is null then v_at end;
end $$;
comment on function app.closes_at(uuid, timestamptz) is 'When a house that is open closes; null when it is closed, or open all week.';

-- The next opening, closed days passed over; null when the house is open, or does not say for two months.
create or replace function app.opens_at(p_restaurant_id uuid, p_at timestamptz) returns timestamptz
language plpgsql stable security definer
as $$
begin
  if app.is_restaurant_open(p_restaurant_id, p_at) then
    return null;
  end if;
  return (
    select min(s.opens at time zone r.timezone)
    from restaurants r, app.opening_spans(r.opening_hours, r.closed_dates, (p_at at time zone r.timezone)::date, 62) s
    where r.id = p_restaurant_id and s.opens at time zone r.timezone > p_at);
end $$;
comment on function app.opens_at(uuid, timestamptz) is 'When a closed house opens next.';

-- Whether guests may start (p_what 'start') or order ('order') by themselves now, as the house has it.
create or replace function app.takes_guests(p_restaurant_id uuid, p_what text) returns boolean
language plpgsql stable security definer
as $$
begin
  return (
    select case when r.guest_hours = 'always' or r.guest_hours = 'start' and p_what = 'order' then true
                else app.is_restaurant_open(r.id, now()) end
    from restaurants r where r.id = p_restaurant_id);
end $$;

-- "The restaurant is closed. It opens tomorrow at 18:30.", with the instant for programs.
create or replace function app.refuse_when_closed(p_restaurant_id uuid, p_what text, p_field text) returns void
language plpgsql stable security definer
as $$
declare
  v_opens timestamptz;
  v_zone  text;
  v_days  int;
begin
  if app.takes_guests(p_restaurant_id, p_what) then
    return;
  end if;
  v_opens := app.opens_at(p_restaurant_id, now());
  select timezone into v_zone from restaurants where id = p_restaurant_id;
  v_days := (v_opens at time zone v_zone)::date - (now() at time zone v_zone)::date;
  perform app.fail(409,
    'The restaurant is closed.' || case
      when v_opens is null then ''
      when v_days = 0 then to_char(v_opens at time zone v_zone, '" It opens at "HH24:MI.')
      when v_days = 1 then to_char(v_opens at time zone v_zone, '" It opens tomorrow at "HH24:MI.')
      when v_days < 7 then to_char(v_opens at time zone v_zone, '" It opens on "FMDay" at "HH24:MI.')
      else to_char(v_opens at time zone v_zone, '" It opens on "FMDD FMMonth" at "HH24:MI.') end,
    p_field, jsonb_build_object('reason', 'closed', 'opens_at', v_opens),
    case p_what when 'order' then 'Ask the waiter: the staff can still send an order.' else 'The menu can be read at any hour.' end);
end $$;

-- What is wrong with opening hours, in words; null when nothing is. {} is always open.
create or replace function app.opening_hours_problem(p_hours jsonb) returns text
language sql immutable parallel safe
as $$ select app.week_problem(p_hours, true, '{mon,tue,wed,thu,fri,sat,sun}') $$;
comment on function app.opening_hours_problem(jsonb) is 'What is wrong with the opening hours of a restaurant, in words; null when nothing is.';

create or replace function app.durations_problem(p_durations jsonb) returns text
language plpgsql immutable parallel safe
as $$
declare
  v_entry record;
begin
  if jsonb_typeof(p_durations) is distinct from 'object' then
    return 'Durations are an object: the largest party and its minutes, {"2": 90, "4": 120}.';
  end if;
  for v_entry in select key, value from jsonb_each(p_durations) loop
    if v_entry.key !~ '^[1-9][0-9]{0,3}$' then
      return format('“%s” is no party size.', left(v_entry.key, 40));
    end if;
    if jsonb_typeof(v_entry.value) <> 'number' or v_entry.value #>> '{}' !~ '^[0-9]{2,4}$' or (v_entry.value #>> '{}')::int not between 15 and 1440 then
      return format('Parties of up to %s keep a table for 15 to 1440 minutes.', v_entry.key);
    end if;
  end loop;
  return null;
end $$;
comment on function app.durations_problem(jsonb) is 'What is wrong with the durations of reservations, in words; null when nothing is.';

create or replace function app.guard_restaurant_hours() returns trigger
language plpgsql
as $$
begin
  if app.opening_hours_problem(new.opening_hours) is not null then
    perform app.fail(400, app.opening_hours_problem(new.opening_hours), 'opening_hours', '{"example": {"mon": [["12:00", "14:30"], ["18:00", "01:00"]]}}');
  end if;
  if app.durations_problem(new.reservation_durations) is not null then
    perform app.fail(400, app.durations_problem(new.reservation_durations), 'reservation_durations', '{"example": {"2": 90, "4": 120, "99": 180}}');
  end if;
  return new;
end $$;

-- For data of before the checks: what is plainly meant.
create or replace function app.mended_hours(p_hours jsonb) returns jsonb
language plpgsql immutable
as $$
declare
  v_day  record;
  v_key  text;
  v_new  jsonb := '{}';
  v_list jsonb;
begin
  if jsonb_typeof(p_hours) is distinct from 'object' then
    return '{}';
  end if;
  for v_day in select key, value from jsonb_each(p_hours) loop
    v_key := left(lower(btrim(v_day.key)), 3);
    continue when v_key <> all (array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) or v_new ? v_key;
    -- ["17:00","23:00"], {"open": …, "close": …} or a list of those
    v_list := case when jsonb_typeof(v_day.value) = 'array' and jsonb_typeof(v_day.value -> 0) = 'string' then jsonb_build_array(v_day.value)
                   when jsonb_typeof(v_day.value) = 'object' then jsonb_build_array(v_day.value)
                   when jsonb_typeof(v_day.value) = 'array' then v_day.value else '[]' end;
    select coalesce(jsonb_agg(jsonb_build_array(app.clock_text(h.a), app.clock_text(h.b))), '[]') into v_list
    from (select case when jsonb_typeof(e) = 'object' then e ->> 'open' else e ->> 0 end as a, case when jsonb_typeof(e) = 'object' then e ->> 'close' else e ->> 1 end as b
          from jsonb_array_elements(v_list) e) h
    where app.clock_text(h.a) is not null and app.clock_text(h.b) is not null;
    v_new := v_new || jsonb_build_object(v_key, v_list);
  end loop;
  -- a house all of whose days were unreadable was closed; it must not be open day and night now
  if v_new = '{}' and p_hours <> '{}' then
    v_new := '{"mon": []}';
  end if;
  return case when app.opening_hours_problem(v_new) is null then v_new else '{"mon": []}' end;
end $$;

-- "9", "9:30", "09:30:00" as HH:MM; null when it is no time of a day.
create or replace function app.clock_text(p_text text) returns text
language sql immutable parallel safe
as $$
  select lpad(m[1], 2, '0') || ':' || coalesce(m[3], '00')
  from regexp_match(btrim(p_text), '^([01]?[0-9]|2[0-4])(:([0-5][0-9])(:[0-5][0-9])?)?$') m
  where m[1]::int < 24 or coalesce(m[3], '00') = '00'
$$;

create or replace function app.mended_durations(p_durations jsonb) returns jsonb
language sql immutable
as $$
  select coalesce(jsonb_object_agg(size, minutes), '{"2": 90, "4": 120, "8": 150, "99": 180}')
  from (select distinct on (s.size) s.size, s.minutes
        from jsonb_each_text(case when jsonb_typeof(p_durations) = 'object' then p_durations else '{}' end) e,
             lateral (select (regexp_match(e.key, '([1-9][0-9]{0,3})'))[1] as size, (regexp_match(e.value, '([0-9]{2,4})'))[1]::int as minutes) s
        where s.size is not null and s.minutes between 15 and 1440
        order by s.size, e.key) x
$$;

-- When the business day of now began at the place.
create or replace function app.day_began(p_restaurant_id uuid) returns timestamptz
language sql stable
as $$
  select (app.business_date(now(), r.timezone, r.business_day_cutoff) + r.business_day_cutoff) at time zone r.timezone from restaurants r where r.id = p_restaurant_id
$$;
comment on function app.day_began(uuid) is 'The instant at which the place''s business day of now began.';

grant execute on function app.opening_hours_problem(jsonb), app.durations_problem(jsonb), app.guard_restaurant_hours() to anon, authenticated, service_role;
grant execute on function app.day_began(uuid) to authenticated, service_role;
