-- What a provider keeps for itself, and what arrives at the bank: payouts line by line, as the provider's own books have them.
-- up
create table payouts (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  provider        text not null check (provider ~ '^[a-z][a-z0-9_]{1,39}$' and provider <> 'manual'),
  provider_ref    text not null check (length(provider_ref) between 1 and 255),
  amount          numeric not null,
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  status          text not null check (status in ('pending', 'paid', 'failed')),
  reason          text check (length(reason) <= 500),
  arrives_on      date,
  is_complete     boolean not null default false,
  reconciled_at   timestamptz,
  reconciled_by   uuid references users on delete set null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, provider, provider_ref)
);
create index payouts_arrives on payouts (organization_id, arrives_on desc);
create index payouts_reconciled_by on payouts (reconciled_by) where reconciled_by is not null;
comment on table payouts is 'What a provider sent to the house''s bank, in one sum.';
comment on column payouts.amount is 'Decimal; negative where the provider took money from the bank.';
comment on column payouts.is_complete is 'All its lines are here. A payout that somebody orders by hand has none.';
comment on column payouts.reconciled_at is 'When each line was found in the books, to the last cent (reconcile_payout).';
call app.secure_table('payouts', 'ledger', p_actions => array['select'], p_audit => true);
create trigger guard_status before update of status on payouts for each row
  execute function app.guard_transition('status', 'pending>paid', 'pending>failed', 'paid>failed');
create trigger settle after insert or update of status on payouts for each row execute function app.payout_settles();

create table payout_lines (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  payout_id       uuid not null,
  provider_ref    text not null check (length(provider_ref) between 1 and 255),
  kind            text not null check (kind in ('payment', 'refund', 'dispute', 'fee', 'other')),
  amount          numeric not null,
  fee             numeric not null default 0,
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  source_ref      text check (length(source_ref) <= 255),
  payment_ref     text check (length(payment_ref) <= 255),
  description     text check (length(description) <= 500),
  created_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, payout_id, provider_ref),
  foreign key (organization_id, payout_id) references payouts (organization_id, id) on delete cascade
);
comment on table payout_lines is 'What a payout is made of, as the provider counts it.';
comment on column payout_lines.amount is 'Decimal, before the fee: positive came in, negative went out. amount - fee adds up to the payout.';
comment on column payout_lines.source_ref is 'The provider''s name of the refund or dispute.';
comment on column payout_lines.payment_ref is 'The provider''s name of the payment.';
call app.secure_table('payout_lines', 'ledger', p_actions => array['select']);
create trigger book after insert on payout_lines for each row execute function app.payout_line_settles();

alter table payment_ledger drop constraint payment_ledger_account_check,
  add constraint payment_ledger_account_check check (account in ('cash', 'bank', 'card', 'online', 'receivable', 'credits', 'tips', 'goodwill',
    'breakage', 'rounding', 'disputed', 'losses', 'fees'));

-- down
drop table payout_lines;
drop table payouts;
alter table payment_ledger drop constraint payment_ledger_account_check,
  add constraint payment_ledger_account_check check (account in ('cash', 'bank', 'card', 'online', 'receivable', 'credits', 'tips', 'goodwill',
    'breakage', 'rounding', 'disputed', 'losses'));
