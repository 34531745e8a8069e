-- SECURITY DEFINER: no role that answers requests reads or writes the column; the right is checked here.
create function api.set_bot_credentials(
  p_bot_id uuid, p_platform text, p_credentials jsonb, p_account_name text default null, p_webhook_url text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
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
  if p_webhook_url !~ '^https://[^/\s@]+(/\S*)?$' or length(p_webhook_url) > 2000 then
    perform app.fail(400, 'The webhook''s address begins with https:// and holds no password.', 'p_webhook_url');
  end if;
  v_id := app.store_bot_credentials(p_bot_id, p_platform, p_credentials::text, left(p_account_name, 200), p_webhook_url);
  perform app.log_security_event('credentials_set', 'info', format('Credentials of a bot on %s were set.', p_platform), null, jsonb_build_object('bot_id', p_bot_id, 'platform', p_platform), v_organization);
  return (select to_jsonb(c) - 'credentials' from bot_platform_credentials c where c.id = v_id);
end $$;
comment on function api.set_bot_credentials(uuid, text, jsonb, text, text) is
  'Stores the account through which a bot speaks on a platform (telegram, whatsapp, web), sealed: it is never shown again. Replaces the active one.
answers {"...": "bot_platform_credentials(id, bot_id, platform, is_active, created_at, updated_at, webhook_url, account_name, webhook_error, organization_id, webhook_auto_refresh, webhook_last_checked)"}';
grant execute on function api.set_bot_credentials(uuid, text, jsonb, text, text) to authenticated, service_role;
