-- Wall clocks and instants.

-- The instant at which a clock at the place shows this time. A time that the clock skips (spring) is refused;
-- one that it shows twice (autumn) means the first.
create or replace function app.local_instant(p_date date, p_time time, p_timezone text) returns timestamptz
language plpgsql immutable parallel safe
as $$
declare
  v_instant timestamptz := (p_date + p_time) at time zone p_timezone;
  v_earlier timestamptz := v_instant - interval '1 hour';
begin
  if v_instant at time zone p_timezone is distinct from p_date + p_time then
    perform app.fail(400, format('The clock at the place skips %s on %s.', to_char(p_time, 'HH24:MI'), p_date), 'time',
      jsonb_build_object('timezone', p_timezone), 'Choose a time before or after the change to summer time.');
  end if;
  if v_earlier at time zone p_timezone = p_date + p_time then
    return v_earlier;
  end if;
  return v_instant;
end $$;
comment on function app.local_instant(date, time, text) is 'Wall clock at the place to an instant; refuses times in the DST gap, takes the first of a repeated hour.';

-- A sale at 01:30 belongs to the evening before when the cut-off is 04:00.
create or replace function app.business_date(p_instant timestamptz, p_timezone text, p_cutoff time default '04:00') returns date
language sql immutable parallel safe
as $$ select ((p_instant at time zone p_timezone) - p_cutoff::interval)::date $$;
comment on function app.business_date(timestamptz, text, time) is 'The business day of the place that an instant belongs to.';

create or replace function app.organization_today(p_organization_id uuid) returns date
language sql stable security definer
as $$ select app.business_date(now(), timezone, business_day_cutoff) from organizations where id = p_organization_id $$;
comment on function app.organization_today(uuid) is 'The organization''s business day of now.';

-- 'UTC' and names such as Europe/Berlin: '+03' is accepted by "at time zone" too, but knows no summer time.
create or replace function app.is_zone(p_zone text) returns boolean
language plpgsql immutable parallel safe
as $$
begin
  perform timestamp '2000-01-01' at time zone p_zone;
  return p_zone = 'UTC' or p_zone ~ '^[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+$';
exception when invalid_parameter_value then
  return false;
end $$;
comment on function app.is_zone(text) is 'Whether this names a zone whose clock a place or a person can follow.';

-- YYYY-MM-DD that the calendar has.
create or replace function app.is_date(p_text text) returns boolean
language plpgsql immutable parallel safe
as $$
begin
  return p_text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and p_text::date is not null;
exception when datetime_field_overflow then
  return false;
end $$;
comment on function app.is_date(text) is 'Whether this is YYYY-MM-DD of a day that the calendar has.';

-- Dates are computed with: those at the ends of what the calendar can say overflow.
create or replace function app.check_day(p_day date, p_field text) returns void
language plpgsql immutable
as $$
begin
  if p_day not between date '1900-01-01' and date '2200-01-01' then
    perform app.fail(400, 'This date is out of range.', p_field);
  end if;
end $$;
comment on function app.check_day(date, text) is 'Refuses a date before 1900 or after 2200; null passes.';

grant execute on function app.check_day(date, text), app.is_zone(text), app.is_date(text), app.local_instant(date, time, text), app.business_date(timestamptz, text, time),
  app.organization_today(uuid) to anon, authenticated, service_role;
