-- Credentials come and go sealed (app.seal_secret). Owners store them through api.set_integration_credentials and set_bot_credentials; these are for whoever
-- works as the owner of the database, the daemon.
create or replace function app.store_bot_credentials(p_bot_id uuid, p_platform text, p_sealed bytea, p_account_name text default null, p_webhook_url text default null) returns uuid
language sql security definer
as $$
  insert into bot_platform_credentials (bot_id, platform, credentials, account_name, webhook_url)
  values (p_bot_id, p_platform, p_sealed, p_account_name, p_webhook_url)
  on conflict (bot_id, platform) where is_active
  do update set credentials = excluded.credentials, account_name = excluded.account_name,
                webhook_url = coalesce(excluded.webhook_url, bot_platform_credentials.webhook_url), webhook_error = null
  returning id;
$$;

create or replace function app.read_bot_credentials(p_bot_id uuid, p_platform text) returns bytea
language sql stable security definer
as $$
  select c.credentials from bot_platform_credentials c join bot_instances b on b.id = c.bot_id
  where c.bot_id = p_bot_id and c.platform = p_platform and c.is_active and b.is_active;
$$;

create or replace function app.store_integration_credentials(p_organization_id uuid, p_type text, p_sealed bytea, p_base_url text default null, p_settings jsonb default '{}') returns uuid
language sql security definer
as $$
  insert into integration_credentials (organization_id, integration_type, credentials, base_url, settings, connection_status)
  values (p_organization_id, p_type, p_sealed, p_base_url, coalesce(p_settings, '{}'), 'unknown')
  on conflict (organization_id, integration_type)
  do update set credentials = excluded.credentials, base_url = excluded.base_url, settings = excluded.settings, is_active = true,
                connection_status = 'unknown', connection_error = null
  returning id;
$$;

create or replace function app.read_integration_credentials(p_organization_id uuid, p_type text, out credentials bytea, out base_url text, out settings jsonb)
language sql stable security definer
as $$
  select c.credentials, c.base_url, c.settings from integration_credentials c
  where c.organization_id = p_organization_id and c.integration_type = p_type and c.is_active;
$$;
-- No grants: the owner of the database calls them, no request role can.

create or replace function app.guard_secret_address() returns trigger
language plpgsql
as $$
begin
  perform app.fail(403, 'The address changes together with the secret that is sent there.', 'base_url', '{}', 'Send both with set_integration_credentials.');
  return null;
end $$;
grant execute on function app.guard_secret_address() to authenticated, service_role;

-- For whoever talks to the other system, as the owner of the database: what was stored, opened.
create or replace function app.open_integration(p_organization_id uuid, p_type text, out credentials jsonb, out base_url text, out settings jsonb)
language sql stable security definer
as $$
  select app.open_secret(c.credentials)::jsonb, c.base_url, c.settings from integration_credentials c
  where c.organization_id = p_organization_id and c.integration_type = p_type and c.is_active;
$$;
