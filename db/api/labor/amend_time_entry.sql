-- SECURITY DEFINER: hours are not written by hand. Checks the right itself; the audit trail keeps the old times.
create function api.amend_time_entry(p_entry_id uuid, p_clock_in_at timestamptz default null, p_clock_out_at timestamptz default null, p_reason text default null) returns jsonb
language plpgsql security definer
as $$
declare
  e record;
  v_in timestamptz;
  v_out timestamptz;
begin
  select * into e from time_entries where id = p_entry_id for update;
  if e.id is null or not app.works_for(e.organization_id, 'timesheets', 'read') then
    perform app.fail(404, 'There is no such entry.', 'p_entry_id');
  end if;
  perform app.require_work(e.organization_id, 'timesheets', 'update');
  if e.staff_id = auth.uid() and not auth.has_role('admin', 'owner', 'super_admin') then
    perform app.fail(403, 'Somebody else corrects your hours.', 'p_entry_id');
  end if;
  if coalesce(length(trim(p_reason)), 0) not between 1 and 2000 then
    perform app.fail(400, 'Say why.', 'p_reason');
  end if;
  v_in := coalesce(p_clock_in_at, e.clock_in_at);
  v_out := coalesce(p_clock_out_at, e.clock_out_at);
  if not isfinite(v_in) or v_in > now() then perform app.fail(400, 'Nobody began in the future.', 'p_clock_in_at'); end if;
  if v_out > now() then perform app.fail(400, 'Nobody stopped in the future.', 'p_clock_out_at'); end if;
  if v_out <= v_in then perform app.fail(400, 'The end comes after the start.', 'p_clock_out_at'); end if;
  if coalesce(v_out, now()) - v_in > interval '24 hours' then perform app.fail(400, 'Nobody works for more than a day.', 'p_clock_in_at'); end if;
  if exists (select from time_entries where staff_id = e.staff_id and id <> e.id and worked && tstzrange(v_in, v_out, '[)')) then
    perform app.fail(409, 'This overlaps other hours of this person.', 'p_clock_in_at');
  end if;
  if exists (select from time_breaks where entry_id = e.id and (started_at < v_in or coalesce(ended_at, started_at) > coalesce(v_out, 'infinity'))) then
    perform app.fail(409, 'A break would lie outside.', 'p_clock_in_at');
  end if;
  update time_entries set clock_in_at = v_in, clock_out_at = v_out, amended_by = auth.uid(), amended_at = now(), amend_reason = trim(p_reason),
    business_date = (select app.business_date(v_in, o.timezone, o.business_day_cutoff) from organizations o where o.id = e.organization_id)
  where id = e.id;
  return app.time_entry_json(e.id);
end $$;
comment on function api.amend_time_entry(uuid, timestamptz, timestamptz, text) is 'Corrects the hours of somebody else, with a reason: for managers.
answers "time_entry"';
grant execute on function api.amend_time_entry(uuid, timestamptz, timestamptz, text) to authenticated, service_role;
