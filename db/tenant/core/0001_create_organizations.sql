-- Organizations: a brand or legal entity inside a tenant. Row-level security isolates them from each other.
-- up
create table organizations (
  id           uuid primary key default gen_random_uuid(),
  name         text not null check (length(trim(name)) between 1 and 200),
  slug         text unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  description  text,
  email        text,
  phone        text,
  address      text,
  currency     text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  locale       text not null default 'en' check (locale ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  timezone     text not null default 'UTC',
  -- prices include tax unless this says otherwise; rates in percent
  prices_include_tax boolean not null default true,
  default_tax_rate   numeric(5,2) not null default 0 check (default_tax_rate between 0 and 100),
  business_day_cutoff time not null default '04:00',
  settings     jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  is_active    boolean not null default true,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now()
);
comment on table organizations is 'A brand or legal entity of the tenant: currency, tax rules and locale live here.';
comment on column organizations.currency is 'ISO 4217 code of every amount this organization stores.';
comment on column organizations.timezone is 'IANA zone for everything that has no place of its own.';
comment on column organizations.business_day_cutoff is 'Wall clock at which a new business day begins; sales before it count to the day before.';
comment on column organizations.default_tax_rate is 'Percent, used where an item names no rate.';

-- down
drop table organizations;
