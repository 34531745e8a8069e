-- What the bot worker calls for each message: one conversation at a time, each message once.
create or replace function app.take_dialog(
  p_bot_id uuid,
  p_platform text,
  p_chat_id text,
  p_update_id text,
  out dialog_id uuid,
  out is_repeat boolean,
  out scenario jsonb,
  out current_step text,
  out collected_data jsonb)
language plpgsql security definer
as $$
declare
  v_scenario record;
  v_state record;
begin
  select s.id, s.organization_id, s.scenario_data into v_scenario
  from bot_scenarios s join bot_instances b on b.id = s.bot_id
  where s.bot_id = p_bot_id and s.status = 'published' and s.is_active and b.is_active
  order by s.published_at desc limit 1;
  if not found then
    perform app.fail(404, 'This bot has nothing to say.', 'p_bot_id');
  end if;
  insert into bot_dialog_states (bot_id, scenario_id, platform, platform_chat_id, current_step)
  values (p_bot_id, v_scenario.id, p_platform, p_chat_id, v_scenario.scenario_data ->> 'start')
  on conflict (bot_id, platform, platform_chat_id) do nothing;
  select d.id, d.scenario_id, d.current_step, d.collected_data, d.last_update_id into v_state
  from bot_dialog_states d
  where d.bot_id = p_bot_id and d.platform = p_platform and d.platform_chat_id = p_chat_id for update;
  dialog_id := v_state.id;
  is_repeat := coalesce(v_state.last_update_id = p_update_id, false);
  -- a conversation ends in the version it began with, as long as that still knows the step
  select s.scenario_data into scenario from bot_scenarios s where s.id = v_state.scenario_id;
  if scenario is null or not scenario -> 'steps' ? v_state.current_step then
    scenario := v_scenario.scenario_data;
    update bot_dialog_states d set scenario_id = v_scenario.id, current_step = scenario ->> 'start', collected_data = '{}' where d.id = v_state.id;
    v_state.current_step := scenario ->> 'start';
    v_state.collected_data := '{}';
  end if;
  current_step := v_state.current_step;
  collected_data := v_state.collected_data;
  if not is_repeat then
    update bot_dialog_states d set last_update_id = p_update_id, last_interaction_at = now() where d.id = v_state.id;
  end if;
end $$;
comment on function app.take_dialog(uuid, text, text, text) is
  'Locks a conversation for one message, begins it when it is new; is_repeat says that the message was handled before.';

create or replace function app.move_dialog(p_dialog_id uuid, p_step text, p_learnt jsonb default '{}', p_finished boolean default false) returns void
language sql security definer
as $$
  with moved as (
    update bot_dialog_states d set current_step = p_step, collected_data = d.collected_data || coalesce(p_learnt, '{}'), last_interaction_at = now()
    where d.id = p_dialog_id and not p_finished
    returning 1)
  delete from bot_dialog_states d where d.id = p_dialog_id and p_finished;
$$;
comment on function app.move_dialog(uuid, text, jsonb, boolean) is 'Where the conversation stands now and what it learnt; a finished one is forgotten.';

create or replace function app.maintain_bots() returns void
language sql security definer
as $$ delete from bot_dialog_states where last_interaction_at < now() - interval '30 days' $$;
comment on function app.maintain_bots() is 'Daily: forgets conversations that were left a month ago.';

grant execute on function app.take_dialog(uuid, text, text, text), app.move_dialog(uuid, text, jsonb, boolean) to service_role;
