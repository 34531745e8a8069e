-- Memberships: who may come without a ticket, what they pay for it period by period, whom they bring along.
--
--   pending ──► active ◄──► paused      pending, active, paused ──► cancelled
--   active, paused ──► expired ──► active (renewed)
-- up
-- The desk sells memberships too.
insert into role_permissions values ('staff', 'memberships', 'create'), ('staff', 'memberships', 'update') on conflict do nothing;

create table pool_membership_plans (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  type            text not null check (type in ('individual', 'family', 'corporate', 'vip')),
  billing_cycle   text not null check (billing_cycle in ('monthly', 'quarterly', 'annually')),
  name            text not null check (length(trim(name)) between 1 and 100),
  description     text check (length(description) <= 2000),
  monthly_price   numeric(10,2) not null check (monthly_price >= 0),
  max_members     int not null default 1 check (max_members between 1 and 1000),
  guest_passes    int not null default 0 check (guest_passes between 0 and 1000),
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, type, billing_cycle)
);
comment on table pool_membership_plans is 'What memberships there are: one plan a type and billing cycle.';
comment on column pool_membership_plans.monthly_price is 'Per month, tax included; a quarter is three of them, a year twelve.';
comment on column pool_membership_plans.guest_passes is 'Guests a period may bring.';
call app.secure_table('pool_membership_plans', 'memberships', p_public => 'is_active', p_actions => array['select'], p_audit => true);
create policy manager_write on pool_membership_plans for all to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('memberships', 'delete')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('memberships', 'delete')));
grant insert, update, delete on pool_membership_plans to authenticated;

create table pool_memberships (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  reference       text not null unique default app.spoken_code('PM-', 8),
  user_id         uuid references users,
  customer_id     uuid,
  type            text not null check (type in ('individual', 'family', 'corporate', 'vip')),
  billing_cycle   text not null check (billing_cycle in ('monthly', 'quarterly', 'annually')),
  status          text not null default 'active' check (status in ('pending', 'active', 'paused', 'cancelled', 'expired')),
  start_date      date not null check (isfinite(start_date)),
  end_date        date check (isfinite(end_date)),
  paid_until      date,
  monthly_price   numeric(10,2) not null check (monthly_price >= 0),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  max_members     int not null default 1 check (max_members >= 1),
  guest_passes_per_period int not null default 0 check (guest_passes_per_period >= 0),
  guest_passes_remaining  int not null default 0 check (guest_passes_remaining >= 0),
  stripe_subscription_id text check (length(stripe_subscription_id) <= 100),
  auto_renew      boolean not null default true,
  paused_on       date,
  resumes_on      date,
  cancelled_at    timestamptz,
  cancellation_reason text check (length(cancellation_reason) <= 2000),
  refund_amount   numeric(10,2) check (refund_amount >= 0),
  created_by      uuid,
  idempotency_key text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  constraint somebody_is_member check (user_id is not null or customer_id is not null),
  constraint dates_in_order check (end_date >= start_date),
  constraint paused_has_day check ((status = 'paused') = (paused_on is not null)),
  constraint resumes_after_pause check (resumes_on > paused_on)
);
create index idx_memberships_user on pool_memberships (user_id) where status = 'active';
create index pool_memberships_user on pool_memberships (user_id);
create index pool_memberships_customer on pool_memberships (organization_id, customer_id);
create index pool_memberships_paid_until on pool_memberships (paid_until) where status in ('active', 'paused');
create index pool_memberships_created on pool_memberships (organization_id, created_at);
create unique index pool_memberships_stripe on pool_memberships (stripe_subscription_id) where stripe_subscription_id is not null;
create unique index pool_memberships_idempotency on pool_memberships (organization_id, coalesce(created_by, '00000000-0000-0000-0000-000000000000'), idempotency_key)
  where idempotency_key is not null;
comment on table pool_memberships is 'Memberships of the pool.';
comment on column pool_memberships.user_id is 'The member''s login; null for members whom the desk knows by name (customer_id).';
comment on column pool_memberships.end_date is 'The last day, where it does not renew by itself.';
comment on column pool_memberships.paid_until is 'The last day that is paid for; the gate asks this.';
comment on column pool_memberships.paused_on is 'The first day of the pause; paused days are added to paid_until.';
comment on column pool_memberships.resumes_on is 'The first day after the pause; null: until somebody resumes it.';
create trigger guard_status before update of status on pool_memberships
  for each row execute function app.guard_transition('status', 'pending>active', 'pending>cancelled', 'active>paused', 'paused>active',
    'active>cancelled', 'paused>cancelled', 'active>expired', 'paused>expired', 'expired>active');
call app.secure_table('pool_memberships', 'memberships', p_actions => array['select'], p_audit => true,
  p_person => 'user_id = (select auth.uid()) or customer_id = any ((select app.own_customer_ids())::uuid[])');

create table membership_members (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  membership_id   uuid not null,
  customer_id     uuid,
  full_name       text not null check (length(trim(full_name)) between 1 and 255),
  date_of_birth   date check (date_of_birth > '1900-01-01'),
  is_holder       boolean not null default false,
  qr_code         text,
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, membership_id) references pool_memberships (organization_id, id) on delete cascade,
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);
create index membership_members_customer on membership_members (organization_id, customer_id);
create index membership_members_membership on membership_members (organization_id, membership_id);
create unique index membership_members_holder on membership_members (membership_id) where is_holder;
comment on table membership_members is 'The people of a membership, each with a card.';
comment on column membership_members.customer_id is 'Whose membership it is: erasing the customer erases these names too.';
comment on column membership_members.qr_code is 'Signed: what the card shows at the gate.';
create trigger fill_organization before insert or update of membership_id on membership_members
  for each row execute function app.fill_organization('pool_memberships', 'membership_id');
create trigger fill_customer before insert on membership_members for each row execute function app.fill_membership_customer();
call app.secure_table('membership_members', 'memberships', p_actions => array['select'], p_person => 'app.is_my_membership(membership_id)', p_audit => true);

create table membership_periods (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  membership_id   uuid not null,
  starts_on       date not null,
  ends_on         date not null,
  amount          numeric(10,2) not null check (amount >= 0),
  status          text not null default 'due' check (status in ('due', 'paid', 'void')),
  paid_at         timestamptz,
  explanation     text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  foreign key (organization_id, membership_id) references pool_memberships (organization_id, id) on delete cascade,
  constraint dates_in_order check (ends_on >= starts_on)
);
create index membership_periods_membership on membership_periods (organization_id, membership_id, starts_on);
create unique index membership_periods_due on membership_periods (membership_id) where status = 'due';
comment on table membership_periods is 'What a membership costs, period by period; one is due at a time.';
comment on column membership_periods.explanation is 'How the amount came about, such as "17 of 31 days of January".';
create trigger fill_organization before insert or update of membership_id on membership_periods
  for each row execute function app.fill_organization('pool_memberships', 'membership_id');
create trigger guard_status before update of status on membership_periods
  for each row execute function app.guard_transition('status', 'due>paid', 'due>void', 'paid>void');
create trigger announce after insert or update of status on membership_periods
  for each row execute function app.announce_membership_period();
call app.secure_table('membership_periods', 'memberships', p_actions => array['select'], p_person => 'app.is_my_membership(membership_id)');

-- down
drop table membership_periods;
drop table membership_members;
drop table pool_memberships;
drop table pool_membership_plans;
delete from role_permissions where role = 'staff' and resource = 'memberships' and action in ('create', 'update');
