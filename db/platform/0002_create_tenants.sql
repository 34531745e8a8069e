-- The switchboard: which Host header reaches which schema.
-- up
create table public.tenants (
  id           uuid primary key default gen_random_uuid(),
  name         text not null check (length(trim(name)) between 1 and 200),
  schema_name  text not null unique check (schema_name ~ '^[a-z_][a-z0-9_]{0,62}$'),
  domain       text not null unique check (domain = lower(domain) and domain ~ '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$'),
  theme_config jsonb not null default '{}' check (jsonb_typeof(theme_config) = 'object'),
  modules      text[] not null default '{core,payments}',
  status       text not null default 'active' check (status in ('active', 'suspended')),
  settings     jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now()
);
comment on table public.tenants is 'The registry of all tenants: one row, one schema.';
comment on column public.tenants.schema_name is 'The schema that holds this tenant''s tables.';
comment on column public.tenants.domain is 'The Host header that reaches this tenant, lower case, without port.';
comment on column public.tenants.theme_config is 'Branding: primary_color, font_family, preset, logo_url.';
comment on column public.tenants.settings is 'What the daemon needs per tenant, such as {"signup": true}.';

-- Secrets live apart from the row that people read.
create table maitred.tenant_keys (
  tenant_id   uuid primary key references public.tenants on delete cascade,
  jwt_secret  text not null default encode(gen_random_bytes(32), 'hex'),
  created_at  timestamptz not null default now()
);
comment on table maitred.tenant_keys is 'HS256 secret of each tenant. Tokens of one tenant are worthless at another.';

-- Secrets of the whole installation, such as the password of authenticator on a foreign server.
create table maitred.secrets (
  name       text primary key,
  value      text not null,
  created_at timestamptz not null default now()
);

create table maitred.modules (
  name     text primary key,
  position int not null unique,
  requires text[] not null default '{}',
  summary  text not null
);
comment on table maitred.modules is 'The modules a tenant may have, in the order in which their migrations run.';
insert into maitred.modules values
  ('core',        1, '{}',               'organizations, users, staff, customers, settings, audit, media, notifications'),
  ('payments',    2, '{core}',           'payments, double-entry ledger, credits, refunds'),
  ('dining',      3, '{core,payments}',  'restaurants, tables, menu, orders, group sessions, kitchen, reservations'),
  ('stays',       4, '{core,payments}',  'chalets, seasonal prices, stays'),
  ('pool',        5, '{core,payments}',  'pool tickets, memberships, gate'),
  ('experiences', 6, '{core,payments}',  'venues, games, bookings, widget, waivers'),
  ('labor',       7, '{core}',           'schedules, time clock, onboarding'),
  ('procurement', 8, '{core,dining}',    'stores, suppliers, invoices, recipes, stock'),
  ('bots',        9, '{core}',           'chat bots and integrations');

-- Workers keep the switchboard in memory; this tells them to read it again.
create function maitred.announce_tenant_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('maitred_tenants', '');
  return null;
end $$;
create trigger announce_change after insert or update or delete or truncate on public.tenants
  for each statement execute function maitred.announce_tenant_change();
create trigger announce_change after insert or update or delete or truncate on maitred.tenant_keys
  for each statement execute function maitred.announce_tenant_change();

-- down
drop table maitred.modules;
drop table maitred.secrets;
drop table maitred.tenant_keys;
drop table public.tenants;
drop function maitred.announce_tenant_change();
