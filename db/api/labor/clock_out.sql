-- SECURITY DEFINER: hours are not written by hand. Checks whose clock it is itself.
create function api.clock_out(p_staff_id uuid default null, p_notes text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_staff uuid := app.clock_person(p_staff_id, 'update');
  v_entry uuid;
  v_schedule uuid;
begin
  if length(p_notes) > 1000 then perform app.fail(400, 'Notes have at most 1000 characters.', 'p_notes'); end if;
  v_entry := app.open_entry(v_staff);
  update time_breaks set ended_at = greatest(now(), started_at) where entry_id = v_entry and ended_at is null;
  update time_entries set clock_out_at = greatest(now(), clock_in_at), notes = left(nullif(concat_ws(E'\n', notes, nullif(trim(p_notes), '')), ''), 2000) where id = v_entry
  returning schedule_id into v_schedule;
  update staff_schedules set status = 'completed' where id = v_schedule and status in ('scheduled', 'confirmed') and now() >= ends_at - interval '1 hour';
  return app.time_entry_json(v_entry);
end $$;
comment on function api.clock_out(uuid, text) is 'Ends work now, an open break too. worked_minutes are without unpaid breaks. A shift that ends within the hour is completed.
answers "time_entry"';
grant execute on function api.clock_out(uuid, text) to authenticated, service_role;
