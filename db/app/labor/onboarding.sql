create or replace function app.onboarding_json(p_record_id uuid) returns jsonb
language sql stable security definer
as $$
  select to_jsonb(r) - 'created_by' || jsonb_build_object(
    'staff_name', (select coalesce(full_name, email) from users where id = r.staff_id),
    'tasks', coalesce((select jsonb_agg(to_jsonb(t) - 'organization_id' - 'record_id' order by t.position, t.due_on, t.title) from onboarding_tasks t where t.record_id = r.id), '[]'),
    'progress', (select round(100.0 * count(*) filter (where status <> 'pending') / nullif(count(*), 0)) from onboarding_tasks where record_id = r.id))
  from onboarding_records r where r.id = p_record_id;
$$;

-- A list that fits most houses; it is the owner's to change.
create or replace function app.seed_labor(p_organization_id uuid) returns void
language plpgsql
as $$
declare
  v_template uuid;
begin
  if exists (select from onboarding_templates where organization_id = p_organization_id) then
    return;
  end if;
  insert into onboarding_templates (organization_id, name) values (p_organization_id, 'Welcome') returning id into v_template;
  insert into onboarding_template_tasks (organization_id, template_id, title, description, due_after_days, is_required, position) values
    (p_organization_id, v_template, 'Papers', 'Contract signed, bank details, social security number.', 0, true, 1),
    (p_organization_id, v_template, 'Tour of the house', 'Exits, first aid, assembly point, lockers.', 0, true, 2),
    (p_organization_id, v_template, 'Account and roles', 'Login, second factor, what the role may do.', 1, true, 3),
    (p_organization_id, v_template, 'Hygiene briefing', 'With signature; again every two years.', 3, true, 4),
    (p_organization_id, v_template, 'Shift alongside a colleague', null, 7, true, 5),
    (p_organization_id, v_template, 'Talk after two weeks', 'What went well, what is missing.', 14, false, 6);
end $$;
comment on function app.seed_labor(uuid) is 'Rows a fresh organization needs in the module labor; may run again.';
comment on function app.onboarding_json(uuid) is
  'Somebody’s first weeks, with their tasks.
shape onboarding {"...": "onboarding_records(id, notes, status, staff_id, mentor_id, created_at, started_on, updated_at, template_id, completed_at, organization_id)",
  "staff_name": "text", "progress": "int",
  "tasks": [{"...": "onboarding_tasks(id, note, title, due_on, status, done_at, done_by, position, created_at, updated_at, description, is_required)"}]}';
