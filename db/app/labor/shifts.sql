-- Shifts and hours.

create or replace function app.is_my_time_entry(p_entry_id uuid) returns boolean
language sql stable security definer
as $$ select exists (select from time_entries where id = p_entry_id and staff_id = auth.uid()) $$;

create or replace function app.is_my_onboarding(p_record_id uuid) returns boolean
language sql stable security definer
as $$ select exists (select from onboarding_records where id = p_record_id and auth.uid() in (staff_id, mentor_id)) $$;

-- Colleagues know each other's names, whatever else they may read.
create or replace function app.staff_name(p_staff_id uuid) returns text
language sql stable security definer
as $$
  select coalesce(u.full_name, nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email) from users u
  where u.id = p_staff_id and (auth.belongs_to_organization(u.organization_id) or app.works_for(u.organization_id, 'schedules', 'read'));
$$;

-- The rules of the house for working time; the law's usual ones where nothing is set (organizations.settings -> 'labor').
create or replace function app.labor_rule(p_organization_id uuid, p_rule text) returns numeric
language sql stable security definer
as $$
  select coalesce(
    (select case when jsonb_typeof(settings #> array['labor', p_rule]) = 'number' then (settings #>> array['labor', p_rule])::numeric end from organizations where id = p_organization_id),
    case p_rule when 'rest_hours' then 11 when 'max_daily_hours' then 10 when 'max_weekly_hours' then 48 when 'break_after_hours' then 6 when 'break_minutes' then 30 when 'late_minutes' then 5 end);
$$;
comment on function app.labor_rule(uuid, text) is 'rest_hours, max_daily_hours, max_weekly_hours, break_after_hours, break_minutes, late_minutes: from the organization''s settings, else 11, 10, 48, 6, 30, 5.';

-- What a planner should think about before keeping a shift. Warnings, not refusals: who plans answers for it.
create or replace function app.shift_warnings(p_organization_id uuid, p_staff_id uuid, p_starts_at timestamptz, p_ends_at timestamptz, p_break_minutes int, p_except uuid default null) returns jsonb
language sql stable security definer
as $$
  with rules as (
    select make_interval(mins => (app.labor_rule(p_organization_id, 'rest_hours') * 60)::int) as rest, app.labor_rule(p_organization_id, 'rest_hours') as rest_hours,
           app.labor_rule(p_organization_id, 'max_daily_hours') as daily, app.labor_rule(p_organization_id, 'max_weekly_hours') as weekly,
           app.labor_rule(p_organization_id, 'break_after_hours') as break_after, app.labor_rule(p_organization_id, 'break_minutes') as break_minutes,
           (select timezone from organizations where id = p_organization_id) as zone,
           extract(epoch from p_ends_at - p_starts_at) / 3600 - p_break_minutes / 60.0 as hours
  ), others as (
    select s.starts_at, s.ends_at, s.break_minutes from staff_schedules s
    where s.staff_id = p_staff_id and s.status not in ('cancelled', 'no_show') and s.id is distinct from p_except
      and s.starts_at < p_ends_at + interval '8 days' and s.ends_at > p_starts_at - interval '8 days'
  ), week as (
    select coalesce(sum(extract(epoch from o.ends_at - o.starts_at) / 3600 - o.break_minutes / 60.0), 0) as hours from others o, rules r
    where date_trunc('week', o.starts_at at time zone r.zone) = date_trunc('week', p_starts_at at time zone r.zone)
  )
  select coalesce(jsonb_agg(w order by w ->> 'kind'), '[]') from (
    select jsonb_build_object('kind', 'rest_time', 'message', format('Only %s hours of rest after the shift before.', round(extract(epoch from p_starts_at - max(o.ends_at)) / 3600, 1)),
             'hours', round(extract(epoch from p_starts_at - max(o.ends_at)) / 3600, 1), 'needed', r.rest_hours) as w
    from others o, rules r where o.ends_at <= p_starts_at group by r.rest, r.rest_hours having p_starts_at - max(o.ends_at) < r.rest
    union all
    select jsonb_build_object('kind', 'rest_time', 'message', format('Only %s hours of rest before the next shift.', round(extract(epoch from min(o.starts_at) - p_ends_at) / 3600, 1)),
             'hours', round(extract(epoch from min(o.starts_at) - p_ends_at) / 3600, 1), 'needed', r.rest_hours)
    from others o, rules r where o.starts_at >= p_ends_at group by r.rest, r.rest_hours having min(o.starts_at) - p_ends_at < r.rest
    union all
    select jsonb_build_object('kind', 'daily_hours', 'message', format('%s hours of work.', round(hours, 1)), 'hours', round(hours, 1), 'allowed', daily) from rules where hours > daily
    union all
    select jsonb_build_object('kind', 'weekly_hours', 'message', format('%s hours in this week.', round(r.hours + w.hours, 1)), 'hours', round(r.hours + w.hours, 1), 'allowed', r.weekly)
    from rules r, week w where r.hours + w.hours > r.weekly
    union all
    select jsonb_build_object('kind', 'break', 'message', format('A break of %s minutes belongs into it.', round(break_minutes)), 'minutes', p_break_minutes, 'needed', break_minutes)
    from rules where hours + p_break_minutes / 60.0 > break_after and p_break_minutes < break_minutes) x;
$$;

-- The place's zone, where the place is one that this tenant has; else the organization's. An unknown place is refused.
create or replace function app.place_timezone(p_organization_id uuid, p_place_id uuid) returns text
language plpgsql stable security definer
as $$
declare
  v_zone text;
  v_table text;
  v_found boolean;
begin
  if p_place_id is not null then
    foreach v_table in array array['venues', 'restaurants'] loop
      if to_regclass(format('%I.%I', current_schema(), v_table)) is not null then
        execute format('select true, timezone from %I.%I where id = $1 and organization_id = $2', current_schema(), v_table) into v_found, v_zone using p_place_id, p_organization_id;
        exit when v_found;
      end if;
    end loop;
    if v_found is null then
      perform app.fail(404, 'There is no such place.', 'p_venue_id');
    end if;
  end if;
  return coalesce(v_zone, (select timezone from organizations where id = p_organization_id));
end $$;

create or replace function app.shift_json(p_id uuid) returns jsonb
language sql stable security definer
as $$
  select to_jsonb(s) - 'hourly_rate' - 'shift' || jsonb_build_object('staff_name', (select coalesce(full_name, email) from users where id = s.staff_id),
           'hours', round(extract(epoch from s.ends_at - s.starts_at) / 3600 - s.break_minutes / 60.0, 2))
  from staff_schedules s where s.id = p_id;
$$;

-- Minutes of work: from in to out without unpaid breaks. An open entry counts until now.
create or replace function app.worked_minutes(p_entry_id uuid) returns numeric
language sql stable security definer
as $$
  select round((extract(epoch from coalesce(e.clock_out_at, now()) - e.clock_in_at)
    - coalesce((select sum(extract(epoch from coalesce(b.ended_at, e.clock_out_at, now()) - b.started_at)) from time_breaks b where b.entry_id = e.id and not b.is_paid), 0)) / 60, 1)
  from time_entries e where e.id = p_entry_id;
$$;

create or replace function app.time_entry_json(p_id uuid) returns jsonb
language sql stable security definer
as $$
  select to_jsonb(e) - 'hourly_rate' - 'worked' || jsonb_build_object('worked_minutes', app.worked_minutes(e.id), 'on_break', exists (select from time_breaks b where b.entry_id = e.id and b.ended_at is null),
    'breaks', coalesce((select jsonb_agg(jsonb_build_object('id', b.id, 'started_at', b.started_at, 'ended_at', b.ended_at, 'is_paid', b.is_paid) order by b.started_at) from time_breaks b where b.entry_id = e.id), '[]'))
  from time_entries e where e.id = p_id;
$$;

-- Whom a clock function means: the one who asks, or somebody whose timesheet they keep.
create or replace function app.clock_person(p_staff_id uuid, p_action text) returns uuid
language plpgsql stable security definer
as $$
declare
  v_staff uuid := coalesce(p_staff_id, auth.uid());
  v_organization uuid;
begin
  select s.organization_id into v_organization from staff s join users u on u.id = s.id
  where s.id = v_staff and s.is_active and u.is_active and u.deleted_at is null;
  if v_organization is null or v_staff is distinct from auth.uid() and not app.works_for(v_organization, 'timesheets', 'read') then
    perform app.fail(404, 'There is no such member of staff.', 'p_staff_id');
  end if;
  if not app.works_for(v_organization, (case when v_staff = auth.uid() then 'clock' else 'timesheets' end), p_action) then
    perform app.fail(403, 'You may not do this here.', 'p_staff_id');
  end if;
  return v_staff;
end $$;

-- The clock that runs for somebody, locked.
create or replace function app.open_entry(p_staff_id uuid) returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid;
begin
  select id into v_id from time_entries where staff_id = p_staff_id and clock_out_at is null for update;
  if not found then
    perform app.fail(409, 'Not clocked in.', 'p_staff_id');
  end if;
  return v_id;
end $$;

grant execute on function app.is_my_time_entry(uuid), app.is_my_onboarding(uuid), app.staff_name(uuid) to authenticated, service_role;
grant execute on function app.worked_minutes(uuid) to service_role;

-- Daily (app.maintain_tenant): clocks that somebody forgot to stop. Nobody's hours are ended for them; the manager is told.
create or replace function app.maintain_labor() returns void
language plpgsql security definer
as $$
declare
  v_entry record;
begin
  for v_entry in
    select e.id, e.organization_id, e.clock_in_at, app.worked_minutes(e.id) as minutes, coalesce(u.full_name, u.email) as name
    from time_entries e join users u on u.id = e.staff_id where e.clock_out_at is null and e.clock_in_at < now() - interval '16 hours' order by e.id
  loop
    perform app.tell_roles(v_entry.organization_id, array['manager'], 'clock_forgotten',
      jsonb_build_object('name', v_entry.name, 'since', to_char(v_entry.clock_in_at, 'YYYY-MM-DD HH24:MI TZ')),
      p_data => jsonb_build_object('entry_id', v_entry.id), p_about => 'clock/' || v_entry.id);
  end loop;
end $$;
comment on function app.shift_json(uuid) is
  'A planned shift.
shape shift {"...": "staff_schedules(id, role, notes, status, ends_at, end_time, staff_id, timezone, venue_id, starts_at, created_at, created_by, shift_date, start_time, updated_at, break_minutes, organization_id)",
  "hours": "number", "staff_name": "text"}';
comment on function app.time_entry_json(uuid) is
  'Hours that somebody worked, with breaks.
shape time_entry {"...": "time_entries(id, notes, staff_id, amended_at, amended_by, created_at, updated_at, clock_in_at, schedule_id, amend_reason, clock_out_at, business_date, organization_id)",
  "worked_minutes": "int", "on_break": "boolean", "breaks": [{"...": "time_breaks(id, started_at, ended_at, is_paid)"}]}';
