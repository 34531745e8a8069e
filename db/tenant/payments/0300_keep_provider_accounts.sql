-- Providers carry money by themselves: whose account, what was asked of them and when, and what they say of disputes.
-- up
create table payment_accounts (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  provider        text not null check (provider ~ '^[a-z][a-z0-9_]{1,39}$' and provider <> 'manual'),
  mode            text not null check (mode in ('test', 'live')),
  secrets         bytea not null,
  endpoint_id     uuid,
  is_active       boolean not null default true,
  status          text not null default 'unknown' check (status in ('unknown', 'works', 'broken')),
  status_reason   text check (length(status_reason) <= 500),
  checked_at      timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, provider),
  foreign key (organization_id, endpoint_id) references hook_endpoints (organization_id, id)
);
create index payment_accounts_endpoint on payment_accounts (organization_id, endpoint_id);
comment on table payment_accounts is 'The organization''s account at a payment provider; one a provider.';
comment on column payment_accounts.mode is 'test or live, read off the key. What the other mode says is kept and moves nothing.';
comment on column payment_accounts.secrets is 'Sealed: the key. Never readable through any door.';
comment on column payment_accounts.endpoint_id is 'Where the provider calls us; its path is /hooks/v1/<provider>/<endpoint_id>.';
comment on column payment_accounts.status is 'unknown: not tried since it was stored; works; broken (status_reason).';
call app.secure_table('payment_accounts', 'integration_credentials', p_actions => array['select', 'delete'], p_hidden => array['secrets'], p_audit => true);

alter table payments add asked_at timestamptz, add answered_at timestamptz;
comment on column payments.asked_at is 'When its provider was first asked to collect it. Written before the asking, so that a crash between asking and hearing is seen.';
comment on column payments.answered_at is 'When its provider last said something of it.';
create index payments_under_way on payments (asked_at) where status = 'pending' and asked_at is not null;

create table payment_disputes (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  payment_id      uuid not null,
  provider_ref    text not null check (length(provider_ref) between 1 and 255),
  amount          numeric not null check (amount > 0),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  status          text not null default 'open' check (status in ('open', 'won', 'lost')),
  is_withdrawn    boolean not null default false,
  reason          text check (length(reason) <= 500),
  answer_by       timestamptz,
  closed_at       timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, provider_ref),
  foreign key (organization_id, payment_id) references payments (organization_id, id)
);
create index payment_disputes_payment on payment_disputes (organization_id, payment_id);
comment on table payment_disputes is 'A cardholder told their bank that they do not owe this: what the provider says of it.';
comment on column payment_disputes.is_withdrawn is 'The provider has taken the money back meanwhile (account "disputed").';
comment on column payment_disputes.answer_by is 'Evidence counts until then.';
call app.secure_table('payment_disputes', 'ledger', p_actions => array['select'], p_audit => true);
create trigger guard_status before update of status on payment_disputes for each row
  execute function app.guard_transition('status', 'open>won', 'open>lost', 'lost>won', 'won>lost');
create trigger settle after insert or update of status, is_withdrawn on payment_disputes for each row execute function app.dispute_settles();

alter table payment_ledger drop constraint payment_ledger_account_check,
  add constraint payment_ledger_account_check check (account in ('cash', 'bank', 'card', 'online', 'receivable', 'credits', 'tips', 'goodwill',
    'breakage', 'rounding', 'disputed', 'losses'));

create trigger collect after insert on payments for each row execute function app.payment_is_collected();
create trigger call_off after update of status on payments for each row
  when (new.status = 'cancelled' and old.status in ('pending', 'failed')) execute function app.payment_is_called_off();

-- a refund that the provider took for done can still come back weeks later
drop trigger guard_status on refunds;
create trigger guard_status before update of status on refunds for each row
  execute function app.guard_transition('status', 'pending>succeeded', 'pending>failed', 'succeeded>failed');

-- down
drop trigger guard_status on refunds;
create trigger guard_status before update of status on refunds for each row
  execute function app.guard_transition('status', 'pending>succeeded', 'pending>failed');
drop trigger call_off on payments;
drop trigger collect on payments;
drop table payment_disputes;
alter table payment_ledger drop constraint payment_ledger_account_check,
  add constraint payment_ledger_account_check check (account in ('cash', 'bank', 'card', 'online', 'receivable', 'credits', 'tips', 'goodwill', 'breakage', 'rounding'));
drop index payments_under_way;
alter table payments drop asked_at, drop answered_at;
drop table payment_accounts;
