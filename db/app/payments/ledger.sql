-- The ledger: every movement is two rows that cancel out.

create or replace function app.post_ledger(
  p_organization_id uuid,
  p_transaction_id uuid,
  p_debit text,
  p_credit text,
  p_amount numeric,
  p_currency text,
  p_description text,
  p_booking_type text default null,
  p_booking_id uuid default null,
  p_payment_id uuid default null,
  p_refund_id uuid default null,
  p_credit_id uuid default null) returns void
language plpgsql security definer
as $$
begin
  insert into payment_ledger (organization_id, transaction_id, account, amount, currency, description,
                              booking_type, booking_id, payment_id, refund_id, credit_id, created_by)
  select p_organization_id, p_transaction_id, side.account, side.amount, p_currency, p_description,
         p_booking_type, p_booking_id, p_payment_id, p_refund_id, p_credit_id, auth.uid()
  from (values (p_debit, p_amount), (p_credit, -p_amount)) as side (account, amount)
  where p_amount <> 0;
end $$;
comment on function app.post_ledger(uuid, uuid, text, text, numeric, text, text, text, uuid, uuid, uuid, uuid) is
  'Writes one movement: p_amount (positive) from the account p_credit to the account p_debit.';

-- At the end of the transaction, whoever wrote the rows.
create or replace function app.ledger_balances() returns trigger
language plpgsql security definer
as $$
declare
  v_bad record;
begin
  execute format(
    'select currency, sum(amount) as rest, count(*) as rows from %I.payment_ledger where transaction_id = $1
     group by currency having sum(amount) <> 0 or count(*) < 2 limit 1', tg_table_schema)
    into v_bad using new.transaction_id;
  if v_bad.currency is not null then
    raise exception using errcode = '23514', constraint = 'balanced', table = 'payment_ledger',
      message = format('The ledger does not balance: %s %s are left over.', v_bad.rest, v_bad.currency);
  end if;
  return null;
end $$;

grant execute on function app.ledger_balances() to anon, authenticated, service_role;
