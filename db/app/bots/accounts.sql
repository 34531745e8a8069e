-- Accounts at platforms: the door that a platform calls, and what the daemon found when it asked the platform about it.

create or replace function app.bot_platforms() returns table (platform text, secrets text[], door_secret text)
language sql immutable parallel safe
as $$
  values ('telegram', array['token'], null::text),
         ('whatsapp', array['token', 'phone_number_id', 'app_secret'], 'app_secret')
$$;
comment on function app.bot_platforms() is
  'Platforms that the daemon talks to (src/bots/platforms.c): what their credentials hold, and which of it the platform signs its calls with (null: we make up what it shows us).';

-- The address that the platform calls, made when it is first needed. p_secret null: a new account of a platform that shows what we tell it.
create or replace function app.open_bot_door(p_id uuid, p_secret text) returns void
language plpgsql security definer
as $$
declare
  v record;
  v_endpoint uuid;
begin
  select c.organization_id, c.platform, c.endpoint_id, b.name into v
  from bot_platform_credentials c join bot_instances b on b.id = c.bot_id where c.id = p_id;
  if not exists (select from app.bot_platforms() p where p.platform = v.platform) then
    return;
  end if;
  v_endpoint := coalesce(v.endpoint_id, gen_random_uuid());
  if v.endpoint_id is null then
    p_secret := coalesce(p_secret, encode(public.gen_random_bytes(32), 'hex'));
    insert into hook_endpoints (id, organization_id, provider, name, secret)
    values (v_endpoint, v.organization_id, v.platform, left('Bot: ' || v.name, 200), app.seal_secret(p_secret, 'hook_endpoints.secret', v_endpoint::text));
  else
    update hook_endpoints e set is_active = true, secret = case when p_secret is null then e.secret else app.seal_secret(p_secret, 'hook_endpoints.secret', e.id::text) end
    where e.id = v_endpoint;
  end if;
  update bot_platform_credentials c set endpoint_id = v_endpoint, status = 'unknown', webhook_error = null, polled_to = 0 where c.id = p_id;
  perform app.enqueue('bot_check', jsonb_build_object('credential_id', p_id), p_key => p_id::text, p_lane => 'bot/' || p_id);
end $$;
comment on function app.open_bot_door(uuid, text) is 'An account is new or has a new secret: it gets an address that its platform calls, and is asked about.';

-- What a platform asks for to be sure that the address is ours (WhatsApp's verify token). Made of the secret, so that nothing more has to be kept.
create or replace function app.door_word(p_secret text, p_endpoint_id uuid) returns text
language sql immutable
as $$ select substr(encode(public.hmac('verify:' || p_endpoint_id, p_secret, 'sha256'), 'hex'), 1, 40) $$;

create or replace function app.bot_account(p_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('credential_id', c.id, 'bot_id', c.bot_id, 'platform', c.platform, 'sealed', c.credentials, 'account_id', c.account_id, 'account_name', c.account_name,
    'endpoint_id', c.endpoint_id, 'endpoint_sealed', e.secret, 'hears_by', c.hears_by, 'polled_to', c.polled_to, 'status', c.status,
    'path', format('/hooks/v1/%s/%s', c.platform, c.endpoint_id), 'given_url', case when c.webhook_is_given then c.webhook_url end,
    'auto_refresh', c.webhook_auto_refresh, 'checked_at', extract(epoch from c.webhook_last_checked)::bigint,
    'domain', t.domain, 'tenant_settings', t.settings::text,
    'polling', (select count(*) from bot_platform_credentials o where o.hears_by = 'polling' and o.is_active and o.status = 'works'))
  from bot_platform_credentials c join bot_instances b on b.id = c.bot_id join public.tenants t on t.schema_name = current_schema()
  left join hook_endpoints e on e.id = c.endpoint_id
  where c.id = p_id and c.is_active and b.is_active and c.endpoint_id is not null;
$$;
comment on function app.bot_account(uuid) is 'For the job worker alone (no grants): an account with its sealed secrets; null where it speaks no more.';

-- What was found: {"works", "account_id", "account_name", "hears_by", "webhook_url", "error"}. A member that is missing was not looked at.
create or replace function app.bot_account_news(p_id uuid, p_news jsonb) returns void
language plpgsql security definer
as $$
declare
  v record;
begin
  update bot_platform_credentials c set
    status = case when p_news ? 'works' then case when (p_news ->> 'works')::boolean then 'works' else 'broken' end else c.status end,
    account_id = coalesce(left(p_news ->> 'account_id', 100), c.account_id),
    account_name = coalesce(left(p_news ->> 'account_name', 200), c.account_name),
    hears_by = coalesce(p_news ->> 'hears_by', c.hears_by),
    webhook_url = case when c.webhook_is_given or not p_news ? 'webhook_url' then c.webhook_url else p_news ->> 'webhook_url' end,
    webhook_error = left(p_news ->> 'error', 500), webhook_last_checked = now()
  where c.id = p_id
  returning c.status, c.hears_by, c.bot_id, c.platform into v;
  if v.status = 'works' then
    if v.hears_by = 'polling' then
      perform app.poll_bot(p_id);
    end if;
    -- what could not be said while the token was wrong
    perform app.send_chat(m.chat_id) from (select distinct q.chat_id from bot_messages q join bot_chats t on t.id = q.chat_id
      where q.status = 'queued' and t.bot_id = v.bot_id and t.platform = v.platform) m;
  end if;
end $$;
comment on function app.bot_account_news(uuid, jsonb) is 'What the platform said of an account; its owner sees it beside the account.';

create or replace function app.poll_bot(p_id uuid) returns void
language sql security definer
as $$ select app.enqueue('bot_poll', jsonb_build_object('credential_id', p_id), p_key => p_id::text, p_lane => 'poll/' || p_id) $$;

-- Updates that polling brought: [{"id", "body", "lane"}]; stored and queued as a call of the platform would be, and the next question with them.
create or replace function app.polled(p_id uuid, p_updates jsonb, p_next bigint) returns void
language plpgsql security definer
as $$
declare
  v_endpoint uuid;
begin
  select c.endpoint_id into v_endpoint from bot_platform_credentials c where c.id = p_id for update;
  perform app.receive_hook(v_endpoint, u ->> 'id', convert_to(u ->> 'body', 'UTF8'), 'bot_update', u ->> 'lane') from jsonb_array_elements(p_updates) u;
  update bot_platform_credentials c set polled_to = greatest(c.polled_to, p_next) where c.id = p_id;
  perform app.poll_bot(p_id);
end $$;

create or replace function app.often_bots() returns int
language plpgsql security definer
as $$
declare
  v_count int;
begin
  select count(app.enqueue('bot_check', jsonb_build_object('credential_id', c.id), p_key => c.id::text, p_lane => 'bot/' || c.id)) into v_count
  from bot_platform_credentials c join bot_instances b on b.id = c.bot_id
  where c.is_active and b.is_active and c.endpoint_id is not null
    and coalesce(c.webhook_last_checked, '-infinity') < now() - interval '15 minutes';
  return v_count + app.wake_chats();
end $$;
comment on function app.often_bots() is 'Every few minutes: accounts that were not looked at for a quarter of an hour are; chats whose waiting is over are woken. Returns how many.';
grant execute on function app.often_bots() to service_role;
