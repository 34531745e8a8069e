-- SECURITY DEFINER: hours are not written by hand. Checks whose clock it is itself.
create function api.start_break(p_is_paid boolean default false, p_staff_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_staff uuid := app.clock_person(p_staff_id, 'update');
  v_entry uuid := app.open_entry(v_staff);
begin
  if exists (select from time_breaks where entry_id = v_entry and ended_at is null) then
    perform app.fail(409, 'On a break already.', 'p_staff_id');
  end if;
  if p_is_paid and v_staff = auth.uid() and not app.works_for((select organization_id from staff where id = v_staff), 'timesheets', 'update') then
    perform app.fail(403, 'Whether a break is paid, the payroll says.', 'p_is_paid');
  end if;
  insert into time_breaks (entry_id, started_at, is_paid) values (v_entry, now(), coalesce(p_is_paid, false));
  return app.time_entry_json(v_entry);
end $$;
comment on function api.start_break(boolean, uuid) is 'Begins a break now.
answers "time_entry"';
grant execute on function api.start_break(boolean, uuid) to authenticated, service_role;
