-- SECURITY DEFINER: keeps wall clock, instants and pay in step, which nobody writes by hand. Checks the right itself.
create function api.create_staff_schedule(
  p_staff_id uuid, p_shift_date date, p_start_time time, p_end_time time, p_venue_id uuid default null,
  p_role text default null, p_break_minutes int default 0, p_notes text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
  v_rate numeric;
  v_zone text;
  v_starts timestamptz;
  v_ends timestamptz;
  v_clash record;
  v_warnings jsonb;
  v_id uuid;
begin
  select s.organization_id, s.hourly_rate into v_organization, v_rate from staff s join users u on u.id = s.id
  where s.id = p_staff_id and s.is_active and u.is_active and u.deleted_at is null;
  if v_organization is null or not app.works_for(v_organization, 'schedules', 'read') then
    perform app.fail(404, 'There is no such member of staff.', 'p_staff_id');
  end if;
  perform app.require_work(v_organization, 'schedules', 'create');
  if p_shift_date is null or not isfinite(p_shift_date) then perform app.fail(400, 'Say the day.', 'p_shift_date'); end if;
  if p_start_time is null then perform app.fail(400, 'Say when it begins.', 'p_start_time'); end if;
  if p_end_time is null then perform app.fail(400, 'Say when it ends.', 'p_end_time'); end if;
  if p_start_time = p_end_time then perform app.fail(400, 'A shift has a length.', 'p_end_time'); end if;
  if p_shift_date > current_date + 730 then perform app.fail(400, 'Shifts are planned two years ahead.', 'p_shift_date'); end if;
  if p_break_minutes is null or p_break_minutes not between 0 and 480 then perform app.fail(400, 'A break has 0 to 480 minutes.', 'p_break_minutes'); end if;
  if length(p_role) > 100 then perform app.fail(400, 'A role has at most 100 characters.', 'p_role'); end if;
  if length(p_notes) > 2000 then perform app.fail(400, 'Notes have at most 2000 characters.', 'p_notes'); end if;
  v_zone := app.place_timezone(v_organization, p_venue_id);
  perform app.check_day(p_shift_date, 'p_shift_date');
  v_starts := app.local_instant(p_shift_date, p_start_time, v_zone);
  v_ends := app.local_instant(p_shift_date + case when p_end_time <= p_start_time then 1 else 0 end, p_end_time, v_zone);
  if v_ends <= v_starts then
    v_ends := (p_shift_date + p_end_time) at time zone v_zone;      -- ends in the second of two equal hours
  end if;
  if v_ends <= now() then
    perform app.fail(400, 'This shift is past.', 'p_shift_date');
  end if;
  if make_interval(mins => p_break_minutes) >= v_ends - v_starts then
    perform app.fail(400, 'The break is longer than the shift.', 'p_break_minutes');
  end if;

  perform from staff where id = p_staff_id for no key update;
  select id, starts_at, ends_at into v_clash from staff_schedules
  where staff_id = p_staff_id and shift && tstzrange(v_starts, v_ends, '[)') and status not in ('cancelled', 'no_show') order by starts_at limit 1;
  if found then
    perform app.fail(409, format('This person works then: %s to %s.', to_char(v_clash.starts_at at time zone v_zone, 'HH24:MI'), to_char(v_clash.ends_at at time zone v_zone, 'HH24:MI')),
      'p_start_time', jsonb_build_object('schedule_id', v_clash.id, 'starts_at', v_clash.starts_at, 'ends_at', v_clash.ends_at));
  end if;
  v_warnings := app.shift_warnings(v_organization, p_staff_id, v_starts, v_ends, p_break_minutes);
  insert into staff_schedules (organization_id, staff_id, venue_id, shift_date, start_time, end_time, timezone, starts_at, ends_at, break_minutes, role, hourly_rate, notes)
  values (v_organization, p_staff_id, p_venue_id, p_shift_date, p_start_time, p_end_time, v_zone, v_starts, v_ends, p_break_minutes, nullif(trim(p_role), ''), v_rate, nullif(trim(p_notes), ''))
  returning id into v_id;
  perform app.tell(v_organization, 'shift_planned', app.shift_words(p_shift_date, p_start_time, p_end_time), p_staff_id,
    p_channels => array['in_app'], p_data => jsonb_build_object('schedule_id', v_id), p_about => 'shift/' || v_id);
  return app.shift_json(v_id) || jsonb_build_object('warnings', v_warnings);
end $$;
comment on function api.create_staff_schedule(uuid, date, time, time, uuid, text, int, text) is
  'Plans a shift by the wall clock of the place (p_venue_id: a venue or restaurant; null: the organization). An end not after the start is on the next day. Two shifts of one person never overlap (409). warnings: rest_time, daily_hours, weekly_hours, break.
answers {"...": "shift", "warnings": "shift_warning[]"}
shape shift_warning {"kind": "=rest_time | =daily_hours | =weekly_hours | =break", "message": "text", "hours?": "number", "allowed?": "number", "minutes?": "number", "needed?": "number"}';
grant execute on function api.create_staff_schedule(uuid, date, time, time, uuid, text, int, text) to authenticated, service_role;
