-- Accounts at other systems: iiko, Stripe, SendGrid, Twilio …
-- up
create table integration_credentials (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  integration_type text not null check (integration_type ~ '^[a-z][a-z0-9_]{1,39}$'),
  credentials     bytea not null,
  base_url        text check (base_url ~ '^https?://'),
  settings        jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  is_active       boolean not null default true,
  last_connected_at timestamptz,
  connection_status text check (connection_status in ('connected', 'failed', 'unknown')),
  connection_error text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint uix_account_integration_type unique (organization_id, integration_type)
);
comment on table integration_credentials is 'Accounts of an organization at other systems, one a kind.';
comment on column integration_credentials.credentials is 'Sealed by the daemon; never readable through the API.';
call app.secure_table('integration_credentials', 'integration_credentials', p_actions => array['select', 'delete'],
  p_hidden => array['credentials'], p_audit => true);
grant update (base_url, settings, is_active) on integration_credentials to authenticated;
create policy staff_update on integration_credentials for update to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('integration_credentials', 'update')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('integration_credentials', 'update')));

-- down
drop table integration_credentials;
