-- Managers correct breaks, on the record; people hear what becomes of their shifts.
-- up
create policy manager_write on time_breaks for all to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('timesheets', 'update')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('timesheets', 'update')));
grant insert (organization_id, entry_id, started_at, ended_at, is_paid), update (started_at, ended_at, is_paid), delete on time_breaks to authenticated;
create trigger guard_break before insert or update or delete on time_breaks for each row execute function app.guard_break();
create trigger mark_entry after insert or update or delete on time_breaks for each row execute function app.mark_corrected_break();

-- who gets a shift from somebody else, or at other hours, has not confirmed it
drop trigger guard_status on staff_schedules;
create trigger guard_status before update of status on staff_schedules
  for each row execute function app.guard_transition('status', 'scheduled>confirmed', 'scheduled>completed', 'scheduled>cancelled', 'scheduled>no_show',
    'confirmed>completed', 'confirmed>cancelled', 'confirmed>no_show', 'confirmed>scheduled');
create trigger tell_shift after update of staff_id, starts_at, ends_at, status on staff_schedules for each row execute function app.tell_shift();

-- down
drop trigger tell_shift on staff_schedules;
drop trigger guard_status on staff_schedules;
create trigger guard_status before update of status on staff_schedules
  for each row execute function app.guard_transition('status', 'scheduled>confirmed', 'scheduled>completed', 'scheduled>cancelled', 'scheduled>no_show',
    'confirmed>completed', 'confirmed>cancelled', 'confirmed>no_show');
drop trigger mark_entry on time_breaks;
drop trigger guard_break on time_breaks;
revoke insert, update, delete on time_breaks from authenticated;
drop policy manager_write on time_breaks;
