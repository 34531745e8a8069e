-- SECURITY DEFINER: tasks move through functions only. Checks the right itself.
create function api.start_onboarding(p_staff_id uuid, p_started_on date default null, p_template_id uuid default null, p_mentor_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
  v_department text;
  v_template uuid := p_template_id;
  v_start date;
  v_id uuid;
begin
  select organization_id, department into v_organization, v_department from staff where id = p_staff_id for no key update;
  if v_organization is null or not app.works_for(v_organization, 'onboarding', 'read') then
    perform app.fail(404, 'There is no such member of staff.', 'p_staff_id');
  end if;
  perform app.require_work(v_organization, 'onboarding', 'create');
  v_start := coalesce(p_started_on, app.organization_today(v_organization));
  if not isfinite(v_start) or v_start not between current_date - 366 and current_date + 366 then
    perform app.fail(400, 'The first day is within a year.', 'p_started_on');
  end if;
  if p_mentor_id is not null and (p_mentor_id = p_staff_id or not exists (select from staff where id = p_mentor_id and organization_id = v_organization and is_active)) then
    perform app.fail(404, 'A mentor is a colleague.', 'p_mentor_id');
  end if;
  if v_template is null then
    select id into v_template from onboarding_templates
    where organization_id = v_organization and is_active and (department = v_department or department is null) order by department is null, created_at limit 1;
  elsif not exists (select from onboarding_templates where id = v_template and organization_id = v_organization and is_active) then
    perform app.fail(404, 'There is no such template.', 'p_template_id');
  end if;
  if exists (select from onboarding_records where staff_id = p_staff_id and status = 'in_progress') then
    perform app.fail(409, 'This person is being onboarded already.', 'p_staff_id');
  end if;
  insert into onboarding_records (organization_id, staff_id, template_id, mentor_id, started_on)
  values (v_organization, p_staff_id, v_template, p_mentor_id, v_start) returning id into v_id;
  insert into onboarding_tasks (organization_id, record_id, title, description, due_on, is_required, position)
  select v_organization, v_id, title, description, v_start + due_after_days, is_required, position from onboarding_template_tasks where template_id = v_template;
  return app.onboarding_json(v_id);
end $$;
comment on function api.start_onboarding(uuid, date, uuid, uuid) is 'Begins the onboarding of a new colleague with the tasks of a template (null: that of the department, else the general one).
answers "onboarding"';
grant execute on function api.start_onboarding(uuid, date, uuid, uuid) to authenticated, service_role;
