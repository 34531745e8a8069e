-- SECURITY DEFINER: keeps wall clock and instants in step. Checks the right itself.
create function api.update_staff_schedule(
  p_schedule_id uuid, p_staff_id uuid default null, p_shift_date date default null, p_start_time time default null, p_end_time time default null,
  p_role text default null, p_break_minutes int default null, p_notes text default null) returns jsonb
language plpgsql security definer
as $$
declare
  s record;
  v_staff record;
  v_date date;
  v_start time;
  v_end time;
  v_starts timestamptz;
  v_ends timestamptz;
  v_break int;
  v_clash record;
begin
  select * into s from staff_schedules where id = p_schedule_id for update;
  if s.id is null or not app.works_for(s.organization_id, 'schedules', 'read') then
    perform app.fail(404, 'There is no such shift.', 'p_schedule_id');
  end if;
  perform app.require_work(s.organization_id, 'schedules', 'update');
  if s.status not in ('scheduled', 'confirmed') then
    perform app.fail(422, format('A shift that is %s does not move.', replace(s.status, '_', ' ')), 'status', jsonb_build_object('from', s.status));
  end if;
  select x.id, x.hourly_rate into v_staff from staff x where x.id = coalesce(p_staff_id, s.staff_id) and x.organization_id = s.organization_id and x.is_active;
  if not found then
    perform app.fail(404, 'There is no such member of staff.', 'p_staff_id');
  end if;
  v_date := coalesce(p_shift_date, s.shift_date); v_start := coalesce(p_start_time, s.start_time); v_end := coalesce(p_end_time, s.end_time);
  v_break := coalesce(p_break_minutes, s.break_minutes);
  if not isfinite(v_date) or v_date > current_date + 730 then perform app.fail(400, 'Shifts are planned two years ahead.', 'p_shift_date'); end if;
  if v_start = v_end then perform app.fail(400, 'A shift has a length.', 'p_end_time'); end if;
  if v_break not between 0 and 480 then perform app.fail(400, 'A break has 0 to 480 minutes.', 'p_break_minutes'); end if;
  if length(p_role) > 100 then perform app.fail(400, 'A role has at most 100 characters.', 'p_role'); end if;
  if length(p_notes) > 2000 then perform app.fail(400, 'Notes have at most 2000 characters.', 'p_notes'); end if;
  perform app.check_day(v_date, 'p_shift_date');
  v_starts := app.local_instant(v_date, v_start, s.timezone);
  v_ends := app.local_instant(v_date + case when v_end <= v_start then 1 else 0 end, v_end, s.timezone);
  if v_ends <= v_starts then
    v_ends := (v_date + v_end) at time zone s.timezone;
  end if;
  if v_ends <= now() then perform app.fail(400, 'This shift would be past.', 'p_shift_date'); end if;
  if make_interval(mins => v_break) >= v_ends - v_starts then perform app.fail(400, 'The break is longer than the shift.', 'p_break_minutes'); end if;
  perform from staff where id = v_staff.id for no key update;
  select id, starts_at, ends_at into v_clash from staff_schedules
  where staff_id = v_staff.id and shift && tstzrange(v_starts, v_ends, '[)') and status not in ('cancelled', 'no_show') and id <> s.id limit 1;
  if found then
    perform app.fail(409, 'This person works then.', 'p_start_time', jsonb_build_object('schedule_id', v_clash.id, 'starts_at', v_clash.starts_at, 'ends_at', v_clash.ends_at));
  end if;
  update staff_schedules set staff_id = v_staff.id, shift_date = v_date, start_time = v_start, end_time = v_end, starts_at = v_starts, ends_at = v_ends, break_minutes = v_break,
    hourly_rate = case when v_staff.id = s.staff_id then s.hourly_rate else v_staff.hourly_rate end,
    -- what somebody confirmed was their own shift at its old hours
    status = case when v_staff.id <> s.staff_id or (v_starts, v_ends) is distinct from (s.starts_at, s.ends_at) then 'scheduled' else status end,
    role = coalesce(nullif(trim(p_role), ''), role), notes = case when p_notes is null then notes else nullif(trim(p_notes), '') end
  where id = s.id;
  return app.shift_json(s.id) || jsonb_build_object('warnings', app.shift_warnings(s.organization_id, v_staff.id, v_starts, v_ends, v_break, s.id));
end $$;
comment on function api.update_staff_schedule(uuid, uuid, date, time, time, text, int, text) is 'Moves a shift that has not ended, or hands it to somebody else; null leaves a thing as it is, an empty note takes it away. Who gets it, or gets other hours, confirms it anew; both are told. Answers with warnings like create_staff_schedule.
answers {"...": "shift", "warnings": "shift_warning[]"}';
grant execute on function api.update_staff_schedule(uuid, uuid, date, time, time, text, int, text) to authenticated, service_role;
