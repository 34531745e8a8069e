-- SECURITY DEFINER: the log is append-only, and one's own. Checks whose it is itself.
create function api.log_staff_activity(
  p_activity_type text, p_description text default null, p_entity_type text default null, p_entity_id uuid default null,
  p_metadata jsonb default '{}', p_staff_id uuid default null) returns uuid
language plpgsql security definer
as $$
declare
  v_staff uuid := coalesce(p_staff_id, auth.uid());
  v_organization uuid;
  v_id uuid;
begin
  select organization_id into v_organization from staff where id = v_staff and is_active;
  if v_organization is null or v_staff is distinct from auth.uid() and not app.works_for(v_organization, 'activity', 'create') then
    perform app.fail(404, 'There is no such member of staff.', 'p_staff_id');
  end if;
  if p_activity_type is null or p_activity_type !~ '^[a-z][a-z0-9_.]{0,49}$' then
    perform app.fail(400, 'An activity is a short word such as table_cleaned.', 'p_activity_type');
  end if;
  if length(p_description) > 2000 then perform app.fail(400, 'A description has at most 2000 characters.', 'p_description'); end if;
  if length(p_entity_type) > 50 then perform app.fail(400, 'A kind has at most 50 characters.', 'p_entity_type'); end if;
  if jsonb_typeof(coalesce(p_metadata, '{}')) not in ('object', 'null') or length(p_metadata::text) > 10000 then
    perform app.fail(400, 'Metadata is an object of at most 10,000 characters.', 'p_metadata');
  end if;
  insert into staff_activity_log (organization_id, staff_id, activity_type, description, entity_type, entity_id, metadata)
  values (v_organization, v_staff, p_activity_type, nullif(trim(p_description), ''), p_entity_type, p_entity_id, coalesce(nullif(p_metadata, 'null'), '{}'))
  returning id into v_id;
  return v_id;
end $$;
comment on function api.log_staff_activity(text, text, text, uuid, jsonb, uuid) is 'Writes down what the member of staff who asks did; managers may write for others.';
grant execute on function api.log_staff_activity(text, text, text, uuid, jsonb, uuid) to authenticated, service_role;
