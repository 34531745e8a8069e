-- People an organization serves, with or without a login. One customer base for meals, nights, tickets and games.
-- up
create table customers (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  user_id         uuid references users on delete set null,
  first_name      text,
  last_name       text,
  full_name       text not null check (length(trim(full_name)) between 1 and 255),
  email           text check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 255),
  phone           text check (length(phone) <= 32),
  date_of_birth   date,
  locale          text,
  notes           text,
  tags            text[] not null default '{}',
  marketing_consent boolean not null default false,
  loyalty_points  int not null default 0 check (loyalty_points >= 0),
  metadata        jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  merged_into     uuid,
  erased_at       timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  deleted_at      timestamptz,
  unique (organization_id, id),
  foreign key (organization_id, merged_into) references customers (organization_id, id)
);
create unique index customers_email_key on customers (organization_id, email) where deleted_at is null and email is not null;
create index customers_phone on customers (organization_id, phone) where deleted_at is null and phone is not null;
create index customers_user on customers (user_id);
create index customers_merged_into on customers (merged_into) where merged_into is not null;
create index customers_created on customers (organization_id, created_at);
comment on table customers is 'People an organization serves, matched by e-mail or phone within the organization.';

call app.secure_table('customers', 'customers', p_person => 'user_id = (select auth.uid())', p_audit => true);

-- down
drop table customers;
