-- A chat from the bot's side. One message is worked on in one transaction (src/bots/kinds.c): the chat's row is held, the engine takes its step, what it
-- says is written, the message is done. Killed anywhere before the commit nothing happened; after it everything did.

create or replace function app.safe_text(p_bytes bytea) returns text
language plpgsql immutable
as $$
begin
  return convert_from(p_bytes, 'UTF8');
exception when others then
  return null;
end $$;

create or replace function app.heard_hook(p_received_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('body', app.safe_text(r.body), 'account', app.bot_account(c.id), 'endpoint_id', r.endpoint_id)
  from received_hooks r left join bot_platform_credentials c on c.endpoint_id = r.endpoint_id and c.is_active
  where r.id = p_received_id and r.handled_at is null;
$$;
comment on function app.heard_hook(uuid) is 'For the job worker alone: a call of a platform that is still to be worked on, with its account; null where it was.';

-- The published scenario that a bot begins with: "main", else the newest that no other one calls.
create or replace function app.first_scenario(p_bot_id uuid) returns uuid
language sql stable security definer
as $$
  select s.id from bot_scenarios s
  where s.bot_id = p_bot_id and s.status = 'published' and s.is_active
  order by s.name = 'main' desc,
    exists (select from bot_scenarios o, jsonb_each(o.scenario_data -> 'steps') t
            where o.bot_id = p_bot_id and o.status = 'published' and o.id <> s.id and t.value ->> 'type' = 'scenario' and t.value ->> 'scenario' = s.name),
    s.published_at desc limit 1;
$$;

create or replace function app.chat_state(p_chat_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object(
    'chat_id', c.id, 'platform', c.platform, 'question', c.question, 'stopped', c.stopped_at is not null, 'with_person', c.waits_for_person_since is not null,
    'language', coalesce(case when c.language in ('en', 'de', 'es', 'ru', 'ar') then c.language end, left(b.language, 2)),
    'guest', app.chat_guest(c.id), 'bot', jsonb_build_object('name', b.name),
    'house', jsonb_build_object('name', o.name, 'currency', o.currency, 'timezone', o.timezone, 'phone', o.phone),
    'domain', t.domain, 'tenant_settings', t.settings::text,
    'today', (now() at time zone coalesce(o.timezone, 'UTC'))::date,
    'first', (select jsonb_build_object('scenario_id', s.id, 'scenario', s.scenario_data) from bot_scenarios s where s.id = app.first_scenario(c.bot_id)),
    'dialog', (select jsonb_build_object('scenario_id', d.scenario_id, 'step', d.current_step, 'data', d.collected_data, 'stack', d.stack, 'asked', d.asked,
                                         'scenario', s.scenario_data)
               from bot_dialog_states d join bot_scenarios s on s.id = d.scenario_id where d.chat_id = c.id))
  from bot_chats c join bot_instances b on b.id = c.bot_id join organizations o on o.id = c.organization_id
  join public.tenants t on t.schema_name = current_schema()
  where c.id = p_chat_id;
$$;
comment on function app.chat_state(uuid) is 'For the engine: who writes, where the conversation stands, in the version of the scenario it began with.';

create or replace function app.chat_guest(p_chat_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('name', coalesce(u.full_name, c.name), 'phone', coalesce(c.phone, u.phone), 'email', u.email, 'linked', u.id is not null)
  from bot_chats c left join customers u on u.id = c.customer_id and u.deleted_at is null where c.id = p_chat_id;
$$;

-- Takes the chat for one message: {"chat", "kind", "text", "name", "language"}. A number is
-- taken by app.link_chat_by_phone alone, after the engine has looked whose contact it is.
create or replace function app.take_chat(p_credential_id uuid, p_heard jsonb) returns jsonb
language plpgsql security definer
as $$
declare
  v_account record;
  v_id uuid;
begin
  select c.bot_id, c.platform into v_account from bot_platform_credentials c where c.id = p_credential_id;
  insert into bot_chats (bot_id, platform, platform_chat_id) values (v_account.bot_id, v_account.platform, p_heard ->> 'chat')
  on conflict (bot_id, platform, platform_chat_id) do nothing;
  select c.id into v_id from bot_chats c where c.bot_id = v_account.bot_id and c.platform = v_account.platform and c.platform_chat_id = p_heard ->> 'chat' for update;
  if p_heard ->> 'kind' = 'left' then
    update bot_chats c set unreachable = coalesce(p_heard ->> 'text', 'left') where c.id = v_id;
    update bot_messages m set status = 'failed', error = 'The guest left.' where m.chat_id = v_id and m.status = 'queued';
    delete from bot_dialog_states d where d.chat_id = v_id;
    return null;
  end if;
  update bot_chats c set last_heard_at = now(), unreachable = null, name = coalesce(left(p_heard ->> 'name', 255), c.name),
    language = coalesce(substring(lower(p_heard ->> 'language') from '^([a-z]{2})(?:[-_].*)?$'), c.language)
  where c.id = v_id;
  insert into bot_messages (chat_id, direction, content, status)
  values (v_id, 'in', jsonb_strip_nulls(jsonb_build_object('kind', p_heard -> 'kind', 'text', left(p_heard ->> 'text', 4000), 'label', p_heard -> 'label')), 'heard');
  return app.chat_state(v_id);
end $$;
comment on function app.take_chat(uuid, jsonb) is 'Holds a chat for one message until the transaction ends, begins it when it is new; null when nobody is there to answer.';

create or replace function app.send_chat(p_chat_id uuid, p_at timestamptz default now()) returns void
language sql security definer
as $$ select app.enqueue('bot_send', jsonb_build_object('chat_id', p_chat_id), greatest(p_at, (select c.silent_until from bot_chats c where c.id = p_chat_id)), p_chat_id::text, 'say/' || p_chat_id) $$;
comment on function app.send_chat(uuid, timestamptz) is 'What waits in this chat is sent, in order, and not before the platform wants to hear from us.';

-- What the engine made of a message: {"question", "says": [content], "finished", "scenario_id", "step", "data", "stack", "asked", "wake_s", "stopped", "person"}.
create or replace function app.keep_chat(p_chat_id uuid, p_told jsonb) returns void
language plpgsql security definer
as $$
declare
  v_chat record;
begin
  update bot_chats c set question = coalesce((p_told ->> 'question')::int, c.question),
    stopped_at = case p_told ->> 'stopped' when 'true' then coalesce(c.stopped_at, now()) when 'false' then null else c.stopped_at end,
    waits_for_person_since = case p_told ->> 'person' when 'true' then coalesce(c.waits_for_person_since, now()) when 'false' then null else c.waits_for_person_since end
  where c.id = p_chat_id returning c.bot_id, c.organization_id, c.platform, c.platform_chat_id, c.customer_id, c.name into v_chat;
  if (p_told ->> 'stopped')::boolean and v_chat.customer_id is not null then
    update customers u set marketing_consent = false where u.id = v_chat.customer_id and u.marketing_consent;
  end if;
  if (p_told ->> 'finished')::boolean then
    delete from bot_dialog_states d where d.chat_id = p_chat_id;
  elsif p_told ? 'step' then
    insert into bot_dialog_states as d (bot_id, scenario_id, platform, platform_chat_id, chat_id, customer_id, current_step, collected_data, stack, asked, wake_at)
    values (v_chat.bot_id, (p_told ->> 'scenario_id')::uuid, v_chat.platform, v_chat.platform_chat_id, p_chat_id, v_chat.customer_id, p_told ->> 'step', p_told -> 'data',
            coalesce(p_told -> 'stack', '[]'), coalesce(p_told -> 'asked', '{}'), now() + make_interval(secs => (p_told ->> 'wake_s')::float8))
    on conflict (bot_id, platform, platform_chat_id) do update set scenario_id = excluded.scenario_id, current_step = excluded.current_step, collected_data = excluded.collected_data,
      stack = excluded.stack, asked = excluded.asked, wake_at = excluded.wake_at, chat_id = excluded.chat_id, customer_id = excluded.customer_id, last_interaction_at = now();
    if p_told ? 'wake_s' then
      perform app.enqueue('bot_wake', jsonb_build_object('chat_id', p_chat_id), now() + make_interval(secs => (p_told ->> 'wake_s')::float8), p_chat_id::text);
    end if;
  end if;
  if jsonb_array_length(coalesce(p_told -> 'says', '[]')) > 0 then
    insert into bot_messages (chat_id, direction, content, status) select p_chat_id, 'out', s.value, 'queued' from jsonb_array_elements(p_told -> 'says') with ordinality s order by s.ordinality;
    perform app.send_chat(p_chat_id);
  end if;
  if (p_told ->> 'person')::boolean then
    perform app.tell_roles(v_chat.organization_id, array['owner', 'admin', 'manager'], 'chat_wants_person', jsonb_build_object('name', coalesce(v_chat.name, 'A guest')),
      p_data => jsonb_build_object('chat_id', p_chat_id), p_about => 'chat:' || p_chat_id);
  end if;
end $$;
comment on function app.keep_chat(uuid, jsonb) is 'Writes down where the conversation stands and what is said; sending is a job that the same transaction queues.';

-- A chat becomes somebody's by a number that the platform vouches for; null when it is none.
create or replace function app.link_chat_by_phone(p_chat_id uuid, p_phone text) returns jsonb
language plpgsql security definer
as $$
declare
  v_chat record;
  v_phone text;
  v_id uuid;
begin
  select c.organization_id, c.name, c.customer_id into v_chat from bot_chats c where c.id = p_chat_id for update;
  v_phone := app.normalize_phone(case when p_phone ~ '^[0-9]' then '+' || p_phone else p_phone end, app.phone_country(v_chat.organization_id));
  if v_phone is null or v_phone !~ '^\+?[0-9]{5,31}$' then
    return null;
  end if;
  v_id := v_chat.customer_id;
  if v_id is null then
    perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'customer', current_schema(), v_chat.organization_id, v_phone), 0));
    v_id := app.find_customer(v_chat.organization_id, null, null, v_phone, true, true);
    if v_id is null then
      insert into customers (organization_id, full_name, phone) values (v_chat.organization_id, coalesce(nullif(trim(v_chat.name), ''), v_phone), v_phone) returning id into v_id;
    end if;
  end if;
  update bot_chats c set phone = v_phone, customer_id = v_id, linked_at = coalesce(c.linked_at, now()) where c.id = p_chat_id;
  update bot_dialog_states d set customer_id = v_id where d.chat_id = p_chat_id;
  return app.chat_guest(p_chat_id);
end $$;

create or replace function app.link_chat_by_code(p_chat_id uuid, p_code text) returns jsonb
language plpgsql security definer
as $$
declare
  v_customer uuid;
begin
  delete from bot_links l using bot_chats c
  where l.code_hash = sha256(convert_to(p_code, 'UTF8')) and c.id = p_chat_id and l.bot_id = c.bot_id
  returning case when l.expires_at > now() then l.customer_id end into v_customer;
  v_customer := app.kept_customer(v_customer);
  if v_customer is null then
    return null;
  end if;
  update bot_chats c set customer_id = v_customer, linked_at = now() where c.id = p_chat_id;
  update bot_dialog_states d set customer_id = v_customer where d.chat_id = p_chat_id;
  return app.chat_guest(p_chat_id);
end $$;
comment on function app.link_chat_by_code(uuid, text) is 'A one-time code makes the chat its customer''s; null when it is none, used or over.';

create or replace function app.forget_chats() returns trigger
language plpgsql security definer
as $$
begin
  delete from bot_chats c where c.customer_id = new.id;
  delete from bot_dialog_states d where d.customer_id = new.id;
  return null;
end $$;
comment on function app.forget_chats() is 'A customer was erased: their chats go, with everything said in them.';

-- Wakes that were lost (a dead job): seldom, so often_bots does it.
create or replace function app.wake_chats() returns int
language sql security definer
as $$
  select count(app.enqueue('bot_wake', jsonb_build_object('chat_id', d.chat_id), p_key => d.chat_id::text))::int
  from bot_dialog_states d where d.chat_id is not null and d.wake_at < now() - interval '5 minutes';
$$;

-- For bot_wake: the chat as app.take_chat gives it, when it is time; null when the guest was faster.
create or replace function app.take_chat_to_wake(p_chat_id uuid) returns jsonb
language plpgsql security definer
as $$
begin
  perform 1 from bot_chats c where c.id = p_chat_id and c.unreachable is null for update;
  if not found or not exists (select from bot_dialog_states d where d.chat_id = p_chat_id and d.wake_at <= now() + interval '1 second') then
    return null;
  end if;
  return app.chat_state(p_chat_id);
end $$;

create or replace function app.maintain_bots() returns void
language sql security definer
as $$
  delete from bot_dialog_states where last_interaction_at < now() - interval '30 days' and (wake_at is null or wake_at < now());
  delete from bot_messages where created_at < now() - interval '90 days';
  delete from bot_chats c where c.last_heard_at < now() - interval '1 year' and not exists (select from bot_messages m where m.chat_id = c.id);
  delete from bot_links where expires_at < now();
$$;
comment on function app.maintain_bots() is 'Daily: forgets conversations that were left a month ago, what was said a quarter ago, who did not write for a year, codes that are over.';

create or replace function app.bot_scenario(p_chat_id uuid, p_name text, p_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('scenario_id', s.id, 'scenario', s.scenario_data)
  from bot_scenarios s join bot_chats c on c.bot_id = s.bot_id
  where c.id = p_chat_id and case when p_id is null then s.name = p_name and s.status = 'published' and s.is_active else s.id = p_id end;
$$;
comment on function app.bot_scenario(uuid, text, uuid) is 'The published scenario of this name, or any version by its id: a conversation goes on in the one it began with.';
