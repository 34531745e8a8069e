-- Scenarios: a graph of steps. What is published can be walked from its start to an end, whatever a guest answers.

create or replace function app.scenario_faults(p_scenario jsonb) returns jsonb
language plpgsql immutable
as $$
declare
  v_faults jsonb := '[]';
  v_steps jsonb := p_scenario -> 'steps';
  v_name text;
  v_step jsonb;
  v_type text;
  v_next text;
  v_option jsonb;
  v_reached text[];
  v_ends text[] := '{}';
begin
  if jsonb_typeof(v_steps) is distinct from 'object' or v_steps = '{}' then
    return '[{"step": null, "fault": "A scenario has steps."}]';
  end if;
  if (select count(*) from jsonb_object_keys(v_steps)) > 500 then
    return '[{"step": null, "fault": "A scenario has at most 500 steps."}]';
  end if;
  if p_scenario ->> 'start' is null or not v_steps ? (p_scenario ->> 'start') then
    v_faults := v_faults || '{"step": null, "fault": "start names the first step."}'::jsonb;
  end if;
  for v_name, v_step in select * from jsonb_each(v_steps) loop
    if jsonb_typeof(v_step) <> 'object' then
      v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', 'A step is an object.');
      continue;
    end if;
    v_type := v_step ->> 'type';
    if v_type is null or v_type not in ('message', 'input', 'choice', 'action', 'end') then
      v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', 'type is message, input, choice, action or end.');
      continue;
    end if;
    if v_type in ('message', 'input', 'choice') and nullif(trim(v_step ->> 'text'), '') is null then
      v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', 'There is nothing to say: text is missing.');
    end if;
    if length(v_step ->> 'text') > 4096 then
      v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', 'text is longer than a chat message may be (4096).');
    end if;
    if v_type = 'input' and coalesce(v_step ->> 'field', '') !~ '^[a-z][a-z0-9_]{0,39}$' then
      v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', 'field says where the answer is kept.');
    end if;
    if v_type = 'input' and coalesce(v_step ->> 'input', 'text') not in ('text', 'number', 'phone', 'email', 'date', 'time') then
      v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', 'input is text, number, phone, email, date or time.');
    end if;
    if v_type = 'action' and coalesce(v_step ->> 'action', '') !~ '^[a-z][a-z0-9_]{0,59}$' then
      v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', 'action names what is done.');
    end if;
    if v_type = 'choice' then
      if jsonb_typeof(v_step -> 'options') is distinct from 'array' or jsonb_array_length(v_step -> 'options') not between 1 and 20 then
        v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', 'A choice has one to twenty options.');
      else
        for v_option in select * from jsonb_array_elements(v_step -> 'options') loop
          if nullif(trim(v_option ->> 'label'), '') is null or v_option ->> 'next' is null then
            v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', 'An option has a label and a next step.');
          elsif not v_steps ? (v_option ->> 'next') then
            v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', format('There is no step %s.', v_option ->> 'next'));
          end if;
        end loop;
      end if;
    elsif v_type <> 'end' then
      v_next := v_step ->> 'next';
      if v_next is null then
        v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', 'next is missing: where does it go on?');
      elsif not v_steps ? v_next then
        v_faults := v_faults || jsonb_build_object('step', v_name, 'fault', format('There is no step %s.', v_next));
      end if;
    end if;
  end loop;
  if v_faults <> '[]' then
    return v_faults;
  end if;

  -- every step can be reached, and from every step an end
  with recursive edge as (
    select s.key as a, n.next as b
    from jsonb_each(v_steps) s,
      lateral (select s.value ->> 'next' as next where s.value ->> 'type' in ('message', 'input', 'action')
               union all select o ->> 'next' from jsonb_array_elements(case when s.value ->> 'type' = 'choice' then s.value -> 'options' else '[]' end) o) n
  ), reached as (
    select p_scenario ->> 'start' as step union select e.b from reached r join edge e on e.a = r.step
  ), ends as (
    select s.key as step from jsonb_each(v_steps) s where s.value ->> 'type' = 'end'
    union select e.a from ends x join edge e on e.b = x.step
  )
  select (select array_agg(step) from reached), (select coalesce(array_agg(step), '{}') from ends) into v_reached, v_ends;
  select coalesce(jsonb_agg(jsonb_build_object('step', k, 'fault', case when k <> all (v_reached) then 'Nothing leads here.' else 'There is no way to an end.' end)
                            order by k), '[]') into v_faults
  from jsonb_object_keys(v_steps) k where k <> all (v_reached) or k <> all (v_ends);
  return v_faults;
end $$;
comment on function app.scenario_faults(jsonb) is 'What keeps a scenario from being published: [{"step","fault"}]; empty when it is sound.';

create or replace function app.guard_scenario() returns trigger
language plpgsql
as $$
declare
  v_stranger boolean := current_user in ('authenticated', 'service_role');
begin
  if tg_op = 'DELETE' then
    if old.status = 'published' and v_stranger then
      perform app.fail(422, 'A scenario that guests talk to is retired first.', 'status');
    end if;
    return old;
  end if;
  if v_stranger and new.status = 'published' and (tg_op = 'INSERT' or old.status <> 'published') then
    perform app.fail(422, 'Publish a scenario with publish_bot_scenario.', 'status');
  end if;
  if tg_op = 'UPDATE' and old.status <> 'draft'
     and (new.scenario_data, new.version, new.bot_id, new.name) is distinct from (old.scenario_data, old.version, old.bot_id, old.name) then
    perform app.fail(422, 'A version that was published does not change; make a new draft.', 'scenario_data');
  end if;
  return new;
end $$;

grant execute on function app.scenario_faults(jsonb), app.guard_scenario() to authenticated, service_role;
