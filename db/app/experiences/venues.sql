-- Opening hours of a venue, as people write them and as instants.

create or replace function app.new_embed_key() returns text
language sql volatile
as $$ select translate(encode(public.gen_random_bytes(15), 'base64'), '+/', '-_') $$;
comment on function app.new_embed_key() is 'Twenty characters that nobody guesses.';

create or replace function app.default_hours() returns jsonb
language sql immutable parallel safe
as $$
  select jsonb_object_agg(day, '[{"open": "10:00", "close": "22:00"}]'::jsonb)
  from unnest(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']) day;
$$;

drop function if exists app.day_hours_problem(jsonb);      -- app.day_problem
create or replace function app.hours_problem(p_hours jsonb) returns text
language sql immutable parallel safe
as $$ select app.week_problem(p_hours, false, '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}') $$;
comment on function app.hours_problem(jsonb) is 'What is wrong with these opening hours, in words; null when nothing is.';

create or replace function app.special_days_problem(p_days jsonb) returns text
language plpgsql immutable parallel safe
as $$
declare
  v_day record;
  v_problem text;
begin
  if jsonb_typeof(p_days) is distinct from 'object' then
    return 'Special days are an object with one key a date.';
  end if;
  for v_day in select key, value from jsonb_each(p_days) loop
    if v_day.key !~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
       or v_day.key <> to_char(to_date(v_day.key, 'YYYY-MM-DD'), 'YYYY-MM-DD') then
      return format('%s is no date of the form 2026-12-24.', left(v_day.key, 40));
    end if;
    v_problem := app.day_problem(v_day.value, false);
    if v_problem is not null then
      return format('%s %s.', v_day.key, v_problem);
    end if;
  end loop;
  return null;
exception when datetime_field_overflow then
  return format('%s is no date.', left(v_day.key, 40));
end $$;
comment on function app.special_days_problem(jsonb) is 'What is wrong with these special days, in words; null when nothing is.';

-- Windows that begin on this date. One that closes past midnight ends on the next.
create or replace function app.opening_windows(p_hours jsonb, p_special jsonb, p_timezone text, p_date date)
returns table (opens_at timestamptz, closes_at timestamptz, opens timestamp, closes timestamp)
language sql stable parallel safe
as $$
  with day as (
    select coalesce(p_special -> to_char(p_date, 'YYYY-MM-DD'), p_hours -> trim(to_char(p_date, 'day')), '[]') as hours
  ), wall as (
    select p_date + s.opens as opens, p_date + s.closes as closes from day, app.day_spans(day.hours) s
  )
  select opens at time zone p_timezone, closes at time zone p_timezone, opens, closes from wall order by opens;
$$;
comment on function app.opening_windows(jsonb, jsonb, text, date) is
  'When a venue is open: windows that begin on this date, as instants and on the wall. A special day takes the place of the weekday.';

create or replace function app.is_open(p_hours jsonb, p_special jsonb, p_timezone text, p_from timestamptz, p_to timestamptz) returns boolean
language sql stable parallel safe
as $$
  -- the evening before may still be open; two windows that touch are one
  select coalesce(range_agg(tstzrange(opens_at, closes_at)) @> tstzrange(p_from, p_to, case when p_from = p_to then '[]' else '[)' end), false)
  from generate_series((p_from at time zone p_timezone)::date - 1, (p_to at time zone p_timezone)::date, interval '1 day') d,
       app.opening_windows(p_hours, p_special, p_timezone, d::date)
  where opens_at < closes_at;
$$;
comment on function app.is_open(jsonb, jsonb, text, timestamptz, timestamptz) is 'Whether a venue is open from one instant to another (both the same: at it).';

create or replace function app.widget_problem(p_settings jsonb) returns text
language sql immutable
as $$
  select case
    when not p_settings ? 'allowed_origins' then null
    when jsonb_typeof(p_settings -> 'allowed_origins') <> 'array' or jsonb_array_length(p_settings -> 'allowed_origins') > 50 then 'Allowed origins are a list of at most 50.'
    else (select format('%s is no origin like https://example.com.', left(o #>> '{}', 100)) from jsonb_array_elements(p_settings -> 'allowed_origins') o
          where jsonb_typeof(o) <> 'string' or (o #>> '{}') !~ '^https?://(\*\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?$' limit 1) end
$$;
comment on function app.widget_problem(jsonb) is 'What is wrong with the widget''s settings, in words; null when nothing is. allowed_origins: whose pages may show it (https://example.com, https://*.example.com); without it, anybody''s.';

grant execute on function app.widget_problem(jsonb), app.new_embed_key(), app.default_hours(), app.hours_problem(jsonb),
  app.special_days_problem(jsonb), app.opening_windows(jsonb, jsonb, text, date),
  app.is_open(jsonb, jsonb, text, timestamptz, timestamptz) to anon, authenticated, service_role;
