-- SECURITY DEFINER: publishing passes the guard on the table. Rights are checked here.
create or replace function api.publish_bot_scenario(p_scenario_id uuid) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_scenario record;
  v_faults jsonb;
begin
  select s.organization_id, s.bot_id, s.name, s.version, s.status, s.scenario_data into v_scenario
  from bot_scenarios s where s.id = p_scenario_id;
  if not found or not app.works_for(v_scenario.organization_id, 'bots', 'read') then
    perform app.fail(404, 'There is no such scenario.', 'p_scenario_id');
  end if;
  perform app.require_work(v_scenario.organization_id, 'bots', 'update');
  perform 1 from bot_instances b where b.id = v_scenario.bot_id for update;      -- one publisher at a time
  if v_scenario.status = 'published' then
    return jsonb_build_object('scenario_id', p_scenario_id, 'version', v_scenario.version, 'status', 'published');
  end if;
  v_faults := app.scenario_faults(v_scenario.scenario_data);
  if v_faults <> '[]' then
    perform app.fail(422, format('%s fault(s) keep this scenario from being published.', jsonb_array_length(v_faults)), 'scenario_data',
      jsonb_build_object('faults', v_faults));
  end if;
  update bot_scenarios s set status = 'retired' where s.bot_id = v_scenario.bot_id and s.name = v_scenario.name and s.status = 'published';
  update bot_scenarios s set status = 'published', is_active = true, published_at = now(), published_by = (select u.id from users u where u.id = auth.uid())
  where s.id = p_scenario_id;
  perform app.log_activity(v_scenario.organization_id, 'bot_scenario_published',
    format('Published %s, version %s', v_scenario.name, v_scenario.version), 'bot_scenarios', p_scenario_id);
  return jsonb_build_object('scenario_id', p_scenario_id, 'version', v_scenario.version, 'status', 'published');
end $$;
comment on function api.publish_bot_scenario(uuid) is
  'Managers: checks a draft (every step can be reached and leads to an end) and makes it the version guests talk to; the one before is retired and can be published again. Faults come in the detail.
answers {"scenario_id": "uuid", "version": "text", "status": "text"}';
grant execute on function api.publish_bot_scenario(uuid) to authenticated, service_role;
