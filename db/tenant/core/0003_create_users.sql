-- Everybody with a login: staff of every role, and customers.
-- up
create table users (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid references organizations,       -- null: a super admin, or a customer of the whole tenant
  email           text check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 255),
  phone           text check (phone ~ '^\+?[0-9 ()/.-]{3,30}$'),
  hashed_password text,
  full_name       text,
  first_name      text,
  last_name       text,
  role            text not null default 'customer'
                  check (role in ('super_admin', 'owner', 'admin', 'manager', 'finance', 'staff', 'waiter', 'kitchen', 'customer')),
  is_active       boolean not null default true,
  is_superuser    boolean generated always as (role = 'super_admin') stored,
  is_anonymous    boolean not null default false,
  email_verified  boolean not null default false,
  email_confirmed_at   timestamptz,
  phone_confirmed_at   timestamptz,
  last_sign_in_at      timestamptz,
  last_password_change timestamptz,
  two_factor_enabled   boolean not null default false,
  two_factor_secret    text,                            -- encrypted by the daemon
  failed_login_attempts int not null default 0,
  locked_until    timestamptz,
  banned_until    timestamptz,
  preferences     jsonb not null default '{}' check (jsonb_typeof(preferences) = 'object'),
  app_metadata    jsonb not null default '{}' check (jsonb_typeof(app_metadata) = 'object'),
  user_metadata   jsonb not null default '{}' check (jsonb_typeof(user_metadata) = 'object'),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  deleted_at      timestamptz,
  constraint staff_has_organization check (role in ('super_admin', 'customer') or organization_id is not null)
);
create unique index users_email_key on users (email) where deleted_at is null;
create unique index users_phone_key on users (phone) where deleted_at is null and phone_confirmed_at is not null;
create index users_organization on users (organization_id);
create index users_role on users (role) where role <> 'customer';
comment on table users is 'Everybody with a login. Passwords and secrets in it are readable by the auth dialect only.';
comment on column users.hashed_password is 'bcrypt; never readable through the API.';
comment on column users.two_factor_secret is 'TOTP secret, encrypted; never readable through the API.';

call app.secure_table('users', 'users',
  p_person => 'id = (select auth.uid())', p_actions => array['select', 'update'],
  p_hidden => array['hashed_password', 'two_factor_secret'], p_auth => true, p_audit => true);

-- A person may change how they are called, not what they may do (guard_role) or where they belong.
create policy person_update on users for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()) and organization_id is not distinct from (select auth.user_organization_id()));

-- Staff see the people of their own department.
create policy department_select on users for select to authenticated
  using ((select auth.has_role('staff', 'waiter', 'kitchen')) and app.shares_department(id));

create trigger guard_role before insert or update on users for each row execute function app.guard_user_role();

-- down
drop table users;
