-- Money that came in, and money that went back. Both speak through the ledger (0004).
-- up
create table payments (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null default auth.user_organization_id() references organizations,
  user_id          uuid references users on delete set null,
  customer_id      uuid,
  booking_type     text not null check (booking_type in ('chalet', 'pool', 'membership', 'restaurant', 'session', 'order',
                                                         'reservation', 'experience', 'voucher', 'other')),
  booking_id       uuid,
  session_id       uuid,
  share_id         uuid,
  amount           numeric not null check (amount > 0 and amount < 100000000),
  tip_amount       numeric not null default 0 check (tip_amount >= 0),
  refunded_amount  numeric not null default 0 check (refunded_amount >= 0),
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  method           text not null default 'cash' check (method in ('cash', 'bank', 'card', 'online', 'credit', 'voucher')),
  provider         text not null default 'manual' check (provider ~ '^[a-z0-9_]{2,40}$'),
  status           text not null default 'pending'
                   check (status in ('pending', 'succeeded', 'failed', 'cancelled', 'partial_refund', 'refunded')),
  stripe_payment_id text,
  stripe_intent_id  text,
  reference        text,
  failure_reason   text,
  idempotency_key  text check (length(idempotency_key) between 1 and 255),
  received_by      uuid references users on delete set null,
  paid_at          timestamptz,
  metadata         jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, idempotency_key),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  constraint tip_within_amount check (tip_amount <= amount),
  constraint refund_within_amount check (refunded_amount <= amount)
);
create index payments_booking on payments (booking_id);
create index payments_user on payments (user_id);
create index payments_customer on payments (organization_id, customer_id);
create index payments_session on payments (session_id) where session_id is not null;
create index payments_created on payments (organization_id, created_at desc);
create index payments_received_by on payments (received_by) where received_by is not null;
create unique index payments_intent on payments (stripe_intent_id) where stripe_intent_id is not null;
create unique index payments_stripe on payments (stripe_payment_id) where stripe_payment_id is not null;
comment on table payments is 'Money that came in: one row a payment, whatever it was for and however it was paid.';
comment on column payments.booking_type is 'What it pays for: chalet, pool, membership, restaurant, session, order, reservation, experience, voucher, other.';
comment on column payments.booking_id is 'The row of that kind it pays for.';
comment on column payments.share_id is 'The share of a split bill it pays for.';
-- Without a scale: a table of three-decimal currencies (KWD, BHD …) has to pay to the last fils. The trigger keeps the
-- currency's number of decimals.
comment on column payments.amount is 'Decimal amount in currency, gratuity included.';
comment on column payments.tip_amount is 'The part of amount that is a gratuity: it settles no bill.';
comment on column payments.refunded_amount is 'What was given back, refunds under way included.';
comment on column payments.method is 'cash, bank, card (terminal), online (through a provider), credit (the customer''s balance), voucher.';
comment on column payments.provider is 'Who carried it: manual, stripe …';
comment on column payments.idempotency_key is 'A repeated request with this key answers with this payment.';
comment on column payments.received_by is 'The member of staff who took it.';

call app.secure_table('payments', 'payments',
  p_person => '(user_id = (select auth.uid()) or customer_id = any ((select app.own_customer_ids())::uuid[]))',
  p_guest => 'session_id = any ((select app.bill_session_ids())::uuid[])',
  p_actions => array['select'], p_audit => true);
create trigger prepare before insert or update on payments for each row execute function app.prepare_payment();
create trigger guard_status before update of status on payments for each row execute function app.guard_transition('status',
  'pending>succeeded', 'pending>failed', 'pending>cancelled', 'failed>succeeded', 'failed>cancelled', 'cancelled>succeeded',
  'succeeded>partial_refund', 'succeeded>refunded', 'partial_refund>refunded', 'partial_refund>succeeded',
  'refunded>partial_refund', 'refunded>succeeded');
create trigger settle after insert or update of status on payments for each row execute function app.payment_settles();

create table refunds (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references organizations,
  payment_id       uuid not null,
  amount           numeric not null check (amount > 0),
  currency         text not null,
  method           text not null check (method in ('cash', 'bank', 'card', 'online', 'credit', 'voucher')),
  status           text not null default 'pending' check (status in ('pending', 'succeeded', 'failed')),
  reason           text,
  stripe_refund_id text,
  failure_reason   text,
  requested_by     uuid references users on delete set null,
  idempotency_key  text check (length(idempotency_key) between 1 and 255),
  metadata         jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, idempotency_key),
  foreign key (organization_id, payment_id) references payments (organization_id, id)
);
create index refunds_payment on refunds (organization_id, payment_id);
create index refunds_requested_by on refunds (requested_by) where requested_by is not null;
create unique index refunds_stripe on refunds (stripe_refund_id) where stripe_refund_id is not null;
comment on table refunds is 'Money that goes back, each against one payment. A refund under way already counts, so that nothing is given back twice.';
comment on column refunds.method is 'How it goes back: as it came, or as credit.';

call app.secure_table('refunds', 'payments', p_person => 'app.is_own_payment(payment_id)', p_actions => array['select'], p_audit => true);
create trigger prepare before insert or update on refunds for each row execute function app.prepare_refund();
create trigger guard_status before update of status on refunds for each row
  execute function app.guard_transition('status', 'pending>succeeded', 'pending>failed');
create trigger settle after insert or update of status on refunds for each row execute function app.refund_settles();

-- down
drop table refunds;
drop table payments;
