-- Double entry: every movement is two rows, and the rows of a transaction add up to zero.
--
--   account      grows (+) when                       shrinks (-) when
--   cash bank card online   money comes in            money goes out
--   receivable   a booking gets money back            a booking is paid
--   credits      credit is spent                      credit is given
--   tips                                              a guest leaves a gratuity
--   goodwill     the house gives credit away
--   breakage                                          credit expires
-- up
create table payment_ledger (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  transaction_id  uuid not null,
  account         text not null check (account in ('cash', 'bank', 'card', 'online', 'receivable', 'credits', 'tips', 'goodwill', 'breakage')),
  amount          numeric not null check (amount <> 0),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  payment_id      uuid,
  refund_id       uuid,
  credit_id       uuid,
  booking_type    text,
  booking_id      uuid,
  description     text not null,
  created_by      uuid,
  created_at      timestamptz not null default now(),
  foreign key (organization_id, payment_id) references payments (organization_id, id),
  foreign key (organization_id, refund_id) references refunds (organization_id, id),
  foreign key (organization_id, credit_id) references user_credits (organization_id, id)
);
create index payment_ledger_transaction on payment_ledger (transaction_id);
create index payment_ledger_payment on payment_ledger (organization_id, payment_id);
create index payment_ledger_refund on payment_ledger (organization_id, refund_id);
create index payment_ledger_credit on payment_ledger (organization_id, credit_id);
create index payment_ledger_account on payment_ledger (organization_id, account, created_at);
create index payment_ledger_booking on payment_ledger (booking_id) where booking_id is not null;
comment on table payment_ledger is 'Every movement of money as two rows that cancel out. Append-only; written by triggers, never by hand.';
comment on column payment_ledger.amount is 'Debit positive, credit negative.';
comment on column payment_ledger.transaction_id is 'Rows of one movement; per currency they add up to zero.';

call app.secure_table('payment_ledger', 'ledger', p_actions => array['select']);
revoke insert, update, delete, truncate on payment_ledger from service_role;
create trigger refuse_change before update or delete on payment_ledger for each row execute function app.refuse_change();
create trigger refuse_truncate before truncate on payment_ledger for each statement execute function app.refuse_change();
create constraint trigger balanced after insert on payment_ledger deferrable initially deferred
  for each row execute function app.ledger_balances();

-- down
drop table payment_ledger;
