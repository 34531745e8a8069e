-- SECURITY DEFINER: no role that answers requests reads or writes the column; the right is checked here.
create function api.set_integration_credentials(
  p_integration_type text, p_credentials jsonb, p_base_url text default null, p_settings jsonb default null, p_organization_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_id uuid := gen_random_uuid();
begin
  perform app.require_work(v_organization, 'integration_credentials', 'update');
  if coalesce(p_integration_type, '') !~ '^[a-z][a-z0-9_]{1,39}$' then
    perform app.fail(400, 'An integration is a short word such as iiko, stripe or sendgrid.', 'p_integration_type');
  end if;
  if jsonb_typeof(p_credentials) is distinct from 'object' or p_credentials = '{}' or length(p_credentials::text) > 20000 then
    perform app.fail(400, 'Credentials are an object such as {"api_key": …}, of at most 20,000 characters.', 'p_credentials');
  end if;
  if p_base_url !~ '^https?://[^/\s@]+(/\S*)?$' or length(p_base_url) > 2000 then
    perform app.fail(400, 'The address begins with https:// and holds no password.', 'p_base_url');
  end if;
  if p_settings is not null and jsonb_typeof(p_settings) <> 'object' then
    perform app.fail(400, 'Settings are an object.', 'p_settings');
  end if;
  insert into integration_credentials as c (id, organization_id, integration_type, credentials, base_url, settings, connection_status)
  values (v_id, v_organization, p_integration_type, app.seal_secret(p_credentials::text, 'integration_credentials.credentials', v_id::text), p_base_url, coalesce(p_settings, '{}'), 'unknown')
  on conflict (organization_id, integration_type) do update set
    credentials = app.seal_secret(p_credentials::text, 'integration_credentials.credentials', c.id::text), base_url = coalesce(p_base_url, c.base_url), settings = coalesce(p_settings, c.settings),
    is_active = true, connection_status = 'unknown', connection_error = null
  returning c.id into v_id;
  perform app.log_security_event('credentials_set', 'info', format('Credentials of %s were set.', p_integration_type), null, jsonb_build_object('integration_type', p_integration_type), v_organization);
  return (select to_jsonb(c) - 'credentials' from integration_credentials c where c.id = v_id);
end $$;
comment on function api.set_integration_credentials(text, jsonb, text, jsonb, uuid) is
  'Stores the account of the organization at another system (iiko, stripe, sendgrid …), sealed: it is never shown again. Replaces the one that is there; base_url and settings that are not sent stay.
answers {"...": "integration_credentials(id, base_url, is_active, created_at, updated_at, organization_id, connection_error, integration_type, connection_status, last_connected_at, settings)"}';
grant execute on function api.set_integration_credentials(text, jsonb, text, jsonb, uuid) to authenticated, service_role;
