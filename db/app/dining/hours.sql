-- Whether a restaurant is open at an instant: by the weekday on which the evening began, past midnight included.
create or replace function app.is_restaurant_open(p_restaurant_id uuid, p_at timestamptz) returns boolean
language plpgsql stable security definer
as $$
begin
  return (
    select r.opening_hours = '{}' or exists (
      select
      from (select p_at at time zone r.timezone as local) l,
           generate_series(0, 1) back,
           lateral (select (l.local - back * interval '1 day')::date as day) d,
           lateral jsonb_array_elements(case when jsonb_typeof(r.opening_hours -> lower(to_char(d.day, 'dy'))) = 'array'
                                             then r.opening_hours -> lower(to_char(d.day, 'dy')) else '[]' end) h,
           lateral (select d.day + (h ->> 0)::time as opens,
                           d.day + (h ->> 1)::time + case when (h ->> 1)::time <= (h ->> 0)::time then interval '1 day' else interval '0' end as closes) s
      where d.day <> all (r.closed_dates) and l.local >= s.opens and l.local < s.closes)
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
    from restaurants r,
         lateral (select v_at at time zone r.timezone as local) l,
         generate_series(0, 1) back,
         lateral (select (l.local - back * interval '1 day')::date as day) d,
         lateral jsonb_array_elements(case when jsonb_typeof(r.opening_hours -> lower(to_char(d.day, 'dy'))) = 'array'
                                           then r.opening_hours -> lower(to_char(d.day, 'dy')) else '[]' end) h,
         lateral (select d.day + (h ->> 0)::time as opens,
                         d.day + (h ->> 1)::time + case when (h ->> 1)::time <= (h ->> 0)::time then interval '1 day' else interval '0' end as closes) s
    where r.id = p_restaurant_id and d.day <> all (r.closed_dates) and l.local >= s.opens and l.local < s.closes;
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
    select min(o.at)
    from restaurants r, generate_series(0, 61) ahead,
         lateral (select (p_at at time zone r.timezone)::date + ahead as day) d,
         lateral jsonb_array_elements(case when jsonb_typeof(r.opening_hours -> lower(to_char(d.day, 'dy'))) = 'array'
                                           then r.opening_hours -> lower(to_char(d.day, 'dy')) else '[]' end) h,
         lateral (select (d.day + (h ->> 0)::time) at time zone r.timezone as at) o
    where r.id = p_restaurant_id and d.day <> all (r.closed_dates) and o.at > p_at);
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
