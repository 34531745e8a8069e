-- SECURITY DEFINER: tasks move through here only. Checks the right itself.
create function api.set_onboarding_task(p_task_id uuid, p_status text, p_note text default null) returns jsonb
language plpgsql security definer
as $$
declare
  t record;
  r record;
  v_manager boolean;
begin
  select * into t from onboarding_tasks where id = p_task_id;
  select * into r from onboarding_records where id = t.record_id for update;
  v_manager := r.id is not null and app.works_for(r.organization_id, 'onboarding', 'update');
  if r.id is null or not (v_manager or app.is_my_onboarding(r.id)) then
    perform app.fail(404, 'There is no such task.', 'p_task_id');
  end if;
  select * into t from onboarding_tasks where id = p_task_id for update;
  if p_status is null or p_status not in ('pending', 'done', 'skipped') then
    perform app.fail(400, 'A task is pending, done or skipped.', 'p_status');
  end if;
  if length(p_note) > 2000 then perform app.fail(400, 'A note has at most 2000 characters.', 'p_note'); end if;
  if r.status = 'cancelled' then
    perform app.fail(422, 'This onboarding was cancelled.', 'status', jsonb_build_object('from', r.status));
  end if;
  if not v_manager and (p_status = 'skipped' and t.is_required or p_status = 'pending') then
    perform app.fail(403, 'A manager skips and reopens tasks.', 'p_status');
  end if;
  if t.status <> p_status then
    update onboarding_tasks set status = p_status, done_at = case when p_status <> 'pending' then now() end, done_by = case when p_status <> 'pending' then auth.uid() end,
      note = coalesce(nullif(trim(p_note), ''), note) where id = t.id;
  end if;
  if exists (select from onboarding_tasks where record_id = r.id and status = 'pending') then
    update onboarding_records set status = 'in_progress', completed_at = null where id = r.id and status = 'completed';
  else
    update onboarding_records set status = 'completed', completed_at = now() where id = r.id and status = 'in_progress';
  end if;
  return app.onboarding_json(r.id);
end $$;
comment on function api.set_onboarding_task(uuid, text, text) is 'Marks a task pending, done or skipped: the new colleague and the mentor mark it done, a manager also skips and reopens. With its last task the onboarding is completed.
answers "onboarding"';
grant execute on function api.set_onboarding_task(uuid, text, text) to authenticated, service_role;
