-- What a provider collects by itself, month by month.
-- up
create table subscriptions (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  booking_type    text not null references booking_types (name),
  booking_id      uuid not null,
  customer_id     uuid,
  user_id         uuid references users on delete set null,
  first_amount    numeric not null check (first_amount >= 0),
  amount          numeric not null check (amount > 0),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  months          int not null check (months between 1 and 12),
  renews_at       timestamptz not null,
  description     text not null check (length(trim(description)) between 1 and 200),
  provider        text not null check (provider ~ '^[a-z][a-z0-9_]{1,39}$' and provider <> 'manual'),
  provider_ref    text check (length(provider_ref) between 1 and 255),
  status          text not null default 'asked' check (status in ('asked', 'active', 'past_due', 'ended')),
  is_paused       boolean not null default false,
  wants_end       boolean not null default false,
  asked_at        timestamptz,
  link            text check (length(link) <= 2000),
  link_ends_at    timestamptz,
  return_path     text not null default '/',
  failed_at       timestamptz,
  next_at         timestamptz,
  step            int not null default 0 check (step >= 0),
  reason          text check (length(reason) <= 500),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);
create unique index subscriptions_running on subscriptions (booking_type, booking_id) where status in ('asked', 'active', 'past_due');
create unique index subscriptions_provider_ref on subscriptions (organization_id, provider, provider_ref) where provider_ref is not null;
create index subscriptions_booking on subscriptions (booking_type, booking_id);
create index subscriptions_customer on subscriptions (organization_id, customer_id);
create index subscriptions_user on subscriptions (user_id) where user_id is not null;
create index subscriptions_next on subscriptions (next_at) where status = 'past_due';
comment on table subscriptions is 'What a provider collects by itself for a booking, period by period; each of its payments is a row of payments (way subscription).';
comment on column subscriptions.first_amount is 'Decimal: what is taken at once, for the period that is running.';
comment on column subscriptions.renews_at is 'When amount is taken for the first time, and then every so many months.';
comment on column subscriptions.provider_ref is 'The page where it is begun; later the subscription itself.';
comment on column subscriptions.is_paused is 'Dunning has paused what it pays for.';
comment on column subscriptions.link is 'Where the guest begins it; where they pay what has failed.';
call app.secure_table('subscriptions', 'payments', p_actions => array['select'], p_audit => true,
  p_person => 'user_id = (select auth.uid()) or customer_id = any ((select app.own_customer_ids())::uuid[])');
create trigger guard_status before update of status on subscriptions for each row
  execute function app.guard_transition('status', 'asked>active', 'asked>past_due', 'asked>ended', 'active>past_due', 'past_due>active', 'active>ended', 'past_due>ended', 'ended>active');
create trigger ask after insert on subscriptions for each row execute function app.subscription_is_asked();

-- down
drop table subscriptions;
