-- A refund knows how much of it was gratuity, and cash knows what rounding to the smallest coin made of a bill. What a payment still
-- settles is one column that every sum reads.
-- up
alter table refunds add tip_amount numeric check (tip_amount >= 0 and tip_amount <= amount);
comment on column refunds.tip_amount is 'The part of amount that gives a gratuity back; null: none.';
alter table payments
  add refunded_tip numeric not null default 0 check (refunded_tip >= 0),
  add rounding_amount numeric not null default 0;
-- so far the bill went back first and the gratuity last
update payments set refunded_tip = refunded_amount - (amount - tip_amount) where refunded_amount > amount - tip_amount;
update refunds r set tip_amount = l.amount
from (select refund_id, sum(amount) as amount from payment_ledger where account = 'tips' and refund_id is not null group by 1) l
where l.refund_id = r.id and l.amount > 0;
alter table payments
  add kept_amount numeric not null generated always as (
    case when refunded_amount - refunded_tip >= amount - tip_amount then 0
         else amount - tip_amount - rounding_amount - (refunded_amount - refunded_tip) end) stored,
  add constraint tip_refund_within_tip check (refunded_tip <= tip_amount and refunded_tip <= refunded_amount),
  add constraint bill_refund_within_bill check (refunded_amount - refunded_tip <= amount - tip_amount);
comment on column payments.refunded_tip is 'The part of refunded_amount that gave the gratuity back.';
comment on column payments.rounding_amount is 'Cash only: what rounding to the smallest coin put on (or, negative, took off) what was owed. Part of amount, settles no bill.';
comment on column payments.kept_amount is 'What it settles of a bill: amount without gratuity, rounding and refunds.';
alter table payment_ledger drop constraint payment_ledger_account_check,
  add constraint payment_ledger_account_check check (account in ('cash', 'bank', 'card', 'online', 'receivable', 'credits', 'tips', 'goodwill', 'breakage', 'rounding'));

-- down
alter table payment_ledger drop constraint payment_ledger_account_check,
  add constraint payment_ledger_account_check check (account in ('cash', 'bank', 'card', 'online', 'receivable', 'credits', 'tips', 'goodwill', 'breakage'));
alter table payments drop kept_amount, drop constraint tip_refund_within_tip, drop constraint bill_refund_within_bill, drop rounding_amount, drop refunded_tip;
alter table refunds drop tip_amount;
