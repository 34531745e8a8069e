-- Credentials are sealed when they are stored and opened by the daemon alone (src/seal). Owners store them through api.set_integration_credentials and
-- set_bot_credentials; these are for whoever works as the owner of the database, the daemon. No grants: no request role can call them.
create or replace function app.store_bot_credentials(p_bot_id uuid, p_platform text, p_credentials text, p_account_name text default null, p_webhook_url text default null) returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid := gen_random_uuid();
begin
  insert into bot_platform_credentials as c (id, bot_id, platform, credentials, account_name, webhook_url, webhook_is_given)
  values (v_id, p_bot_id, p_platform, app.seal_secret(p_credentials, 'bot_platform_credentials.credentials', v_id::text), p_account_name, p_webhook_url, p_webhook_url is not null)
  on conflict (bot_id, platform) where is_active
  do update set credentials = app.seal_secret(p_credentials, 'bot_platform_credentials.credentials', c.id::text), account_name = excluded.account_name,
                webhook_url = coalesce(excluded.webhook_url, c.webhook_url), webhook_is_given = excluded.webhook_is_given or c.webhook_is_given, webhook_error = null
  returning id into v_id;
  perform app.open_bot_door(v_id, (select app.object_or_null(p_credentials) ->> p.door_secret from app.bot_platforms() p where p.platform = p_platform));
  return v_id;
end $$;

create or replace function app.object_or_null(p_text text) returns jsonb
language plpgsql immutable
as $$
begin
  return case when jsonb_typeof(p_text::jsonb) = 'object' then p_text::jsonb end;
exception when others then
  return null;
end $$;

create or replace function app.read_bot_credentials(p_bot_id uuid, p_platform text, out id uuid, out sealed text)
language sql stable security definer
as $$
  select c.id, c.credentials from bot_platform_credentials c join bot_instances b on b.id = c.bot_id
  where c.bot_id = p_bot_id and c.platform = p_platform and c.is_active and b.is_active;
$$;
comment on function app.read_bot_credentials(uuid, text) is 'The account of a bot, sealed for bot_platform_credentials.credentials and this id.';

create or replace function app.read_integration_credentials(p_organization_id uuid, p_type text, out id uuid, out sealed text, out base_url text, out settings jsonb)
language sql stable security definer
as $$
  select c.id, c.credentials, c.base_url, c.settings from integration_credentials c
  where c.organization_id = p_organization_id and c.integration_type = p_type and c.is_active;
$$;
comment on function app.read_integration_credentials(uuid, text) is 'The account at another system, sealed for integration_credentials.credentials and this id.';

create or replace function app.guard_secret_address() returns trigger
language plpgsql
as $$
begin
  perform app.fail(403, 'The address changes together with the secret that is sent there.', 'base_url', '{}', 'Send both with set_integration_credentials.');
  return null;
end $$;
grant execute on function app.guard_secret_address() to authenticated, service_role;
