-- SECURITY DEFINER: no role that answers requests reads or writes the column; the right is checked here.
create function api.set_bot_credentials(
  p_bot_id uuid, p_platform text, p_credentials jsonb, p_account_name text default null, p_webhook_url text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
  v_needs text[];
  v_id uuid;
begin
  select b.organization_id into v_organization from bot_instances b where b.id = p_bot_id;
  if v_organization is null or not app.works_for(v_organization, 'bots', 'read') then
    perform app.fail(404, 'There is no such bot.', 'p_bot_id');
  end if;
  perform app.require_work(v_organization, 'bot_credentials', 'update');
  if p_platform is null or p_platform not in ('telegram', 'whatsapp', 'web') then
    perform app.fail(400, 'A bot speaks on telegram, whatsapp or web.', 'p_platform');
  end if;
  if jsonb_typeof(p_credentials) is distinct from 'object' or p_credentials = '{}' or length(p_credentials::text) > 20000 then
    perform app.fail(400, 'Credentials are an object such as {"token": …}, of at most 20,000 characters.', 'p_credentials');
  end if;
  v_needs := (select p.secrets from app.bot_platforms() p where p.platform = p_platform);
  if exists (select from unnest(v_needs) n where coalesce(btrim(p_credentials ->> n, E' \t\r\n'), '') = '') then
    perform app.fail(400, format('%s needs: %s.', p_platform, array_to_string(v_needs, ', ')), 'p_credentials', jsonb_build_object('needs', to_jsonb(v_needs)));
  end if;
  if v_needs is not null then      -- pasted with a line's end, a token fits nothing and nobody sees why
    select jsonb_object_agg(e.key, btrim(e.value, E' \t\r\n')) into p_credentials from jsonb_each_text(p_credentials) e;
    if p_credentials ->> 'token' !~ '^[A-Za-z0-9_:|.~=+/-]{3,}$' then
      perform app.fail(400, 'This is no token: it has letters, digits and no spaces.', 'p_credentials');
    end if;
  end if;
  if p_webhook_url !~ '^https://[^/\s@]+(/\S*)?$' or length(p_webhook_url) > 2000 then
    perform app.fail(400, 'The webhook''s address begins with https:// and holds no password.', 'p_webhook_url');
  end if;
  v_id := app.store_bot_credentials(p_bot_id, p_platform, p_credentials::text, left(p_account_name, 200), p_webhook_url);
  perform app.log_security_event('credentials_set', 'info', format('Credentials of a bot on %s were set.', p_platform), null, jsonb_build_object('bot_id', p_bot_id, 'platform', p_platform), v_organization);
  return (select to_jsonb(c) - 'credentials' || jsonb_build_object(
      'webhook_path', case when c.endpoint_id is not null then format('/hooks/v1/%s/%s', c.platform, c.endpoint_id) end,
      'verify_token', case when c.platform = 'whatsapp' then app.door_word(p_credentials ->> 'app_secret', c.endpoint_id) end)
    from bot_platform_credentials c where c.id = v_id);
end $$;
comment on function api.set_bot_credentials(uuid, text, jsonb, text, text) is
  'Stores the account through which a bot speaks on a platform (telegram: {"token"}; whatsapp: {"token", "phone_number_id", "app_secret"}; web), sealed: it is never shown again. Replaces the active one. The daemon then asks the platform about it: see status and webhook_error. webhook_path and verify_token are what WhatsApp''s page asks for; Telegram is told by the daemon, at our public address or p_webhook_url.
answers {"...": "bot_platform_credentials(id, bot_id, platform, is_active, created_at, updated_at, webhook_url, webhook_is_given, account_name, account_id, webhook_error, organization_id, webhook_auto_refresh, webhook_last_checked, endpoint_id, hears_by, polled_to, status)",
  "webhook_path": "text | null", "verify_token": "text | null"}';
grant execute on function api.set_bot_credentials(uuid, text, jsonb, text, text) to authenticated, service_role;
