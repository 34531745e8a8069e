create or replace function api.draft_bot_scenario(p_scenario_id uuid, p_version text default null) returns uuid
language sql volatile
as $$
  insert into bot_scenarios (bot_id, name, description, scenario_data, version)
  select s.bot_id, s.name, s.description, s.scenario_data,
         coalesce(p_version, (select (coalesce(max(n.version::bigint), 0) + 1)::text from bot_scenarios n
                              where n.bot_id = s.bot_id and n.name = s.name and n.version ~ '^[0-9]{1,15}$'))
  from bot_scenarios s where s.id = p_scenario_id
  returning id;
$$;
comment on function api.draft_bot_scenario(uuid, text) is 'Managers: a new draft from an existing version, numbered on; returns its id, null when there is no such scenario.';
grant execute on function api.draft_bot_scenario(uuid, text) to authenticated, service_role;
