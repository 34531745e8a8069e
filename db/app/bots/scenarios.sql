-- Scenarios: a graph of steps (docs/bots.md). What is published can be walked from its start to an end, whatever a guest answers.

-- Kinds of steps (src/bots/steps.c): whether a kind asks, and whether it must have a text.
create or replace function app.step_kinds() returns table (kind text, asks boolean, speaks boolean)
language sql immutable parallel safe
as $$
  values ('message', false, true), ('input', true, true), ('choice', true, true), ('action', false, false), ('condition', false, false), ('set', false, false),
         ('scenario', false, false), ('person', true, false), ('end', false, false)
$$;

-- Whether something is a text, or one for each language: {"en": …, "de": …}.
create or replace function app.is_chat_text(p_text jsonb) returns boolean
language sql immutable parallel safe
as $$
  select case jsonb_typeof(p_text) when 'string' then nullif(trim(p_text #>> '{}'), '') is not null
    when 'object' then p_text <> '{}' and not exists (select from jsonb_each(p_text) t where t.key !~ '^[a-z]{2}$' or jsonb_typeof(t.value) <> 'string' or trim(t.value #>> '{}') = '')
    else false end;
$$;

create or replace function app.is_field(p_field text) returns boolean
language sql immutable parallel safe
as $$ select coalesce(p_field, '') ~ '^[a-z][a-z0-9_]{0,39}$' $$;

-- Where a step may go: [{"to", "asked"}]; asked: only after an answer or a wait.
create or replace function app.step_ways(p_step jsonb) returns table (next text, asked boolean)
language sql immutable
as $$
  select n.next, coalesce(k.asks, false) and not n.at_once
  from (values (p_step ->> 'type')) t (type) left join app.step_kinds() k on k.kind = t.type,
  lateral (
    select p_step ->> 'next', false where t.type <> 'end' and (t.type <> 'choice' or p_step ? 'next')
    union all select o ->> 'next', false from jsonb_array_elements(case when t.type in ('choice', 'input') and jsonb_typeof(p_step -> 'options') = 'array' then p_step -> 'options' else '[]' end) o
      where t.type = 'choice' and not p_step ? 'next' or o ? 'next'
    union all select p_step -> 'each' ->> 'next', false where t.type = 'choice' and p_step -> 'each' ? 'next'
    union all select r ->> 'next', false from jsonb_array_elements(case when t.type = 'condition' and jsonb_typeof(p_step -> 'if') = 'array' then p_step -> 'if' else '[]' end) r
    union all select p_step ->> 'none', true where p_step ? 'none'
    union all select p_step ->> 'failed', false where t.type = 'action' and p_step ? 'failed'
    union all select p_step -> 'timeout' ->> 'next', false where p_step ? 'timeout') n (next, at_once);
$$;

-- What is wrong with one step by itself.
create or replace function app.step_faults(p_step jsonb) returns setof text
language plpgsql stable
as $$
declare
  v_type text := p_step ->> 'type';
  v_kind record;
  v_option jsonb;
begin
  if jsonb_typeof(p_step) <> 'object' then
    return next 'A step is an object.';
    return;
  end if;
  select * into v_kind from app.step_kinds() k where k.kind = v_type;
  if v_kind.kind is null then
    return next 'type is message, input, choice, action, condition, set, scenario, person or end.';
    return;
  end if;
  if v_kind.speaks and not coalesce(app.is_chat_text(p_step -> 'text'), false) and not (v_type = 'message' and (p_step ? 'photo' or p_step ? 'location')) then
    return next 'There is nothing to say: text is missing.';
  elsif p_step ? 'text' and not app.is_chat_text(p_step -> 'text') then
    return next 'text is a text, or one for each language: {"en": …, "de": …}.';
  end if;
  if length(p_step ->> 'text') > 4096 * (case jsonb_typeof(p_step -> 'text') when 'object' then 6 else 1 end) then
    return next 'text is longer than a chat message may be (4096).';
  end if;
  if v_type = 'input' and not app.is_field(p_step ->> 'field') then
    return next 'field says where the answer is kept.';
  end if;
  if v_type = 'input' and coalesce(p_step ->> 'input', 'text') not in ('text', 'number', 'party', 'phone', 'email', 'date', 'time', 'digits', 'contact', 'location', 'photo') then
    return next 'input is text, number, party, phone, email, date, time, digits, contact, location or photo.';
  end if;
  if v_type = 'action' and not coalesce(p_step ->> 'action' ~ '^[a-z][a-z0-9_]{0,59}$', false) then
    return next 'action names what is done.';
  elsif v_type = 'action' and not exists (select from app.bot_functions() f where f.name = p_step ->> 'action')
    and app.bot_call_sql(p_step ->> 'action', array(select jsonb_object_keys(case when jsonb_typeof(p_step -> 'with') = 'object' then p_step -> 'with' else '{}' end))) is null then
    return next format('There is no function %s with these parameters that guests may call.', p_step ->> 'action');
  end if;
  if v_type = 'scenario' and nullif(trim(p_step ->> 'scenario'), '') is null then
    return next 'scenario names the one that is called.';
  end if;
  if v_type = 'set' and coalesce(jsonb_typeof(p_step -> 'set'), '') <> 'object' then
    return next 'set is an object: fields and their values.';
  end if;
  if v_type = 'condition' and coalesce(jsonb_typeof(p_step -> 'if'), '') <> 'array' then
    return next 'if is a list of rules: [{"var", "is", "next"}].';
  end if;
  if exists (select from (values ('remind'), ('timeout')) w (name) where p_step ? w.name and not coalesce(p_step -> w.name ->> 'after_minutes' ~ '^[1-9][0-9]{0,4}$'
      and (p_step -> w.name ->> 'after_minutes')::int <= 43200, false)) then
    return next 'after_minutes is 1 to 43200.';
  end if;
  if v_type = 'choice' then
    if p_step ? 'each' and nullif(p_step -> 'each' ->> 'in', '') is null then
      return next 'each says in which list the options are found: in.';
    elsif not p_step ? 'each' and (jsonb_typeof(p_step -> 'options') is distinct from 'array' or jsonb_array_length(p_step -> 'options') not between 1 and 20) then
      return next 'A choice has one to twenty options.';
    end if;
    for v_option in select * from jsonb_array_elements(case when jsonb_typeof(p_step -> 'options') = 'array' then p_step -> 'options' else '[]' end) loop
      if not coalesce(app.is_chat_text(v_option -> 'label'), false) or coalesce(v_option ->> 'next', p_step ->> 'next') is null then
        return next 'An option has a label and a next step.';
      end if;
    end loop;
  end if;
end $$;

create or replace function app.scenario_faults(p_scenario jsonb) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_faults jsonb;
  v_steps jsonb := p_scenario -> 'steps';
  v_reached text[];
  v_ends text[];
  v_circles text[];
begin
  if jsonb_typeof(v_steps) is distinct from 'object' or v_steps = '{}' then
    return '[{"step": null, "fault": "A scenario has steps."}]';
  end if;
  if (select count(*) from jsonb_object_keys(v_steps)) > 500 then
    return '[{"step": null, "fault": "A scenario has at most 500 steps."}]';
  end if;
  if p_scenario ->> 'start' is null or not v_steps ? (p_scenario ->> 'start') then
    v_faults := '[{"step": null, "fault": "start names the first step."}]';
  end if;
  v_faults := coalesce(v_faults, '[]') || coalesce((
    select jsonb_agg(jsonb_build_object('step', s.key, 'fault', f.fault) order by s.key)
    from jsonb_each(v_steps) s, lateral (
      select fault from app.step_faults(s.value) fault
      union all
      select distinct case when w.next is null then 'next is missing: where does it go on?' else format('There is no step %s.', w.next) end
      from app.step_ways(s.value) w
      where jsonb_typeof(s.value) = 'object' and s.value ->> 'type' in (select k.kind from app.step_kinds() k)
        and case when w.next is null then s.value ->> 'type' <> 'choice' else not v_steps ? w.next end) f), '[]');
  if v_faults <> '[]' then
    return v_faults;
  end if;

  -- every step can be reached, from every step an end, and no circle is walked without an answer
  with recursive edge as (
    select s.key as a, w.next as b, w.asked from jsonb_each(v_steps) s, lateral app.step_ways(s.value) w
  ), reached as (
    select p_scenario ->> 'start' as step union select e.b from reached r join edge e on e.a = r.step
  ), ends as (
    select s.key as step from jsonb_each(v_steps) s where s.value ->> 'type' = 'end'
    union select e.a from ends x join edge e on e.b = x.step
  ), silent as (
    select e.a, e.b from edge e where not e.asked union select s.a, e.b from silent s join edge e on e.a = s.b and not e.asked
  )
  select (select array_agg(step) from reached), (select coalesce(array_agg(step), '{}') from ends), (select coalesce(array_agg(a), '{}') from silent where a = b)
  into v_reached, v_ends, v_circles;
  select coalesce(jsonb_agg(jsonb_build_object('step', k, 'fault', case when k <> all (v_reached) then 'Nothing leads here.'
      when k <> all (v_ends) then 'There is no way to an end.' else 'It goes round in a circle without asking anything.' end) order by k), '[]') into v_faults
  from jsonb_object_keys(v_steps) k where k <> all (v_reached) or k <> all (v_ends) or k = any (v_circles);
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
