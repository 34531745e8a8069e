-- SECURITY DEFINER: hours are not written by hand. Checks whose clock it is itself.
create function api.clock_in(p_staff_id uuid default null, p_notes text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_staff uuid := app.clock_person(p_staff_id, 'create');
  v_organization uuid;
  v_rate numeric;
  v_schedule record;
  v_open timestamptz;
  v_id uuid;
begin
  select organization_id, hourly_rate into v_organization, v_rate from staff where id = v_staff for no key update;
  if length(p_notes) > 2000 then perform app.fail(400, 'Notes have at most 2000 characters.', 'p_notes'); end if;
  select clock_in_at into v_open from time_entries where staff_id = v_staff and clock_out_at is null;
  if found then
    perform app.fail(409, 'Clocked in already.', 'p_staff_id', jsonb_build_object('clock_in_at', v_open));
  end if;
  -- the shift that is on, or begins within two hours
  select s.id, s.starts_at into v_schedule from staff_schedules s
  where s.staff_id = v_staff and s.status in ('scheduled', 'confirmed') and s.starts_at <= now() + interval '2 hours' and s.ends_at > now()
    and not exists (select from time_entries e where e.schedule_id = s.id and e.clock_out_at is null)
  order by s.starts_at limit 1;
  insert into time_entries (organization_id, staff_id, schedule_id, clock_in_at, business_date, hourly_rate, notes)
  values (v_organization, v_staff, v_schedule.id, now(), app.organization_today(v_organization), v_rate, nullif(trim(p_notes), ''))
  returning id into v_id;
  if v_schedule.id is not null then
    update staff_schedules set status = 'confirmed' where id = v_schedule.id and status = 'scheduled';
  end if;
  return app.time_entry_json(v_id) || jsonb_build_object('late_minutes',
    case when now() - v_schedule.starts_at > make_interval(mins => app.labor_rule(v_organization, 'late_minutes')::int) then round(extract(epoch from now() - v_schedule.starts_at) / 60) else 0 end);
end $$;
comment on function api.clock_in(uuid, text) is 'Begins work now: of the one who asks, or of somebody whose timesheet they keep. Finds the shift it belongs to. Clocked in already answers 409.
answers {"...": "time_entry", "late_minutes": "int | null"}';
grant execute on function api.clock_in(uuid, text) to authenticated, service_role;
