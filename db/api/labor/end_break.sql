-- SECURITY DEFINER: hours are not written by hand. Checks whose clock it is itself.
create function api.end_break(p_staff_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_entry uuid := app.open_entry(app.clock_person(p_staff_id, 'update'));
begin
  update time_breaks set ended_at = greatest(now(), started_at) where entry_id = v_entry and ended_at is null;
  if not found then
    perform app.fail(409, 'Not on a break.', 'p_staff_id');
  end if;
  return app.time_entry_json(v_entry);
end $$;
comment on function api.end_break(uuid) is 'Ends the break now.
answers "time_entry"';
grant execute on function api.end_break(uuid) to authenticated, service_role;
