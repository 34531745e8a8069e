-- Credit a customer has with the house, and vouchers: money received or promised that has not bought anything yet.
-- up
create table user_credits (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  user_id         uuid references users on delete set null,
  customer_id     uuid,
  code            text check (code = upper(code) and code ~ '^[A-Z0-9-]{4,40}$'),
  amount          numeric not null check (amount > 0),
  remaining       numeric not null check (remaining >= 0),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  source          text not null check (source in ('goodwill', 'loyalty', 'cancellation', 'refund', 'purchase')),
  reason          text,
  booking_type    text,
  booking_id      uuid,
  expires_at      timestamptz,
  created_by      uuid references users on delete set null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, code),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  constraint remaining_within_amount check (remaining <= amount),
  constraint belongs_to_somebody check (user_id is not null or customer_id is not null or code is not null)
);
create index user_credits_user on user_credits (user_id);
create index user_credits_customer on user_credits (organization_id, customer_id);
create index user_credits_open on user_credits (organization_id, expires_at) where remaining > 0;
create index user_credits_created_by on user_credits (created_by) where created_by is not null;
comment on table user_credits is 'One row a credit or voucher that was given; remaining is what is left of it.';
comment on column user_credits.code is 'Makes it a voucher: whoever knows the code may spend it.';
comment on column user_credits.source is 'goodwill, loyalty, cancellation, refund, or purchase (a gift voucher that was paid for).';
call app.secure_table('user_credits', 'credits',
  p_person => '(user_id = (select auth.uid()) or customer_id = any ((select app.own_customer_ids())::uuid[]))',
  p_actions => array['select'], p_audit => true);

create table user_credit_transactions (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  credit_id       uuid not null,
  kind            text not null check (kind in ('granted', 'spent', 'returned', 'expired')),
  amount          numeric not null check (amount <> 0),
  payment_id      uuid,
  refund_id       uuid,
  reason          text,
  created_by      uuid references users on delete set null,
  created_at      timestamptz not null default now(),
  foreign key (organization_id, credit_id) references user_credits (organization_id, id),
  foreign key (organization_id, payment_id) references payments (organization_id, id),
  foreign key (organization_id, refund_id) references refunds (organization_id, id),
  constraint sign_fits_kind check ((amount > 0) = (kind in ('granted', 'returned')))
);
create index user_credit_transactions_credit on user_credit_transactions (organization_id, credit_id);
create index user_credit_transactions_payment on user_credit_transactions (organization_id, payment_id);
create index user_credit_transactions_refund on user_credit_transactions (organization_id, refund_id);
create index user_credit_transactions_created_by on user_credit_transactions (created_by) where created_by is not null;
comment on table user_credit_transactions is 'What happened to each credit; the amounts of a credit add up to what remains of it. Append-only.';
call app.secure_table('user_credit_transactions', 'credits', p_person => 'app.is_own_credit(credit_id)', p_actions => array['select']);
revoke insert, update, delete, truncate on user_credit_transactions from service_role;
create trigger refuse_change before update or delete on user_credit_transactions for each row execute function app.refuse_change();

-- down
drop table user_credit_transactions;
drop table user_credits;
