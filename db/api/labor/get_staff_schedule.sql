create function api.get_staff_schedule(p_from date default null, p_to date default null, p_staff_id uuid default null, p_venue_id uuid default null, p_organization_id uuid default null)
returns table (schedule_id uuid, staff_id uuid, staff_name text, venue_id uuid, shift_date date, start_time time, end_time time, starts_at timestamptz, ends_at timestamptz,
  hours numeric, break_minutes int, role text, status text, notes text)
language plpgsql stable
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_from date;
  v_to date;
begin
  perform app.require_work(v_organization, 'schedules', 'read');
  perform app.check_day(p_from, 'p_from');
  v_from := coalesce(p_from, date_trunc('week', app.organization_today(v_organization)::timestamp)::date);
  v_to := coalesce(p_to, v_from + 6);
  if not isfinite(v_from) then perform app.fail(400, 'Say the first day.', 'p_from'); end if;
  if not isfinite(v_to) or v_to < v_from or v_to - v_from > 400 then
    perform app.fail(400, 'A schedule covers 1 to 400 days.', 'p_to');
  end if;
  return query
  select s.id, s.staff_id, app.staff_name(s.staff_id), s.venue_id, s.shift_date, s.start_time, s.end_time, s.starts_at, s.ends_at,
         round(extract(epoch from s.ends_at - s.starts_at) / 3600 - s.break_minutes / 60.0, 2), s.break_minutes, s.role, s.status, s.notes
  from staff_schedules s
  where s.organization_id = v_organization and s.shift_date between v_from and v_to and s.status <> 'cancelled'
    and (p_staff_id is null or s.staff_id = p_staff_id) and (p_venue_id is null or s.venue_id = p_venue_id)
  order by s.starts_at, app.staff_name(s.staff_id), s.id;
end $$;
comment on function api.get_staff_schedule(date, date, uuid, uuid, uuid) is 'Shifts from p_from to p_to, both included (null: this week, Monday to Sunday), of one person or all, of one place or all. hours are without the unpaid break.
answers {"venue_id": "uuid | null", "role": "text | null", "notes": "text | null", "status": "staff_schedules.status"}';
grant execute on function api.get_staff_schedule(date, date, uuid, uuid, uuid) to authenticated, service_role;
