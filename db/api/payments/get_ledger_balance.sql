create or replace function api.get_ledger_balance(
  p_account text default null,
  p_from timestamptz default null,
  p_to timestamptz default null,
  p_organization_id uuid default null)
returns table (account text, currency text, debit numeric, credit numeric, balance numeric)
language plpgsql stable
as $$
begin
  if not (auth.may('ledger', 'read') or current_setting('role', true) not in ('anon', 'authenticated')) then
    perform app.fail(403, 'You may not read the ledger.');
  end if;
  return query
    select l.account, l.currency, coalesce(sum(l.amount) filter (where l.amount > 0), 0), coalesce(-sum(l.amount) filter (where l.amount < 0), 0), sum(l.amount)
    from payment_ledger l
    where (p_account is null or l.account = p_account)
      and (p_from is null or l.created_at >= p_from) and (p_to is null or l.created_at < p_to)
      and (p_organization_id is null or l.organization_id = p_organization_id)
    group by l.account, l.currency
    order by l.account, l.currency;
end $$;
comment on function api.get_ledger_balance(text, timestamptz, timestamptz, uuid) is
  'Finance: debit, credit and balance of the accounts (cash, bank, card, online, receivable, credits, tips, goodwill, breakage), decimal, from p_from up to p_to (not included). The balances of all accounts add up to zero.';
grant execute on function api.get_ledger_balance(text, timestamptz, timestamptz, uuid) to authenticated, service_role;
