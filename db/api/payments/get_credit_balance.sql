create or replace function api.get_credit_balance(p_customer_id uuid default null)
returns table (organization_id uuid, currency text, balance numeric, next_expiry timestamptz)
language sql stable
as $$
  -- row security lets customers see their own credit and staff that of their customers
  select c.organization_id, c.currency, sum(c.remaining), min(c.expires_at)
  from user_credits c
  where c.remaining > 0 and (c.expires_at is null or c.expires_at > now())
    and case when p_customer_id is not null then c.customer_id = p_customer_id
             else c.user_id = auth.uid() or c.customer_id = any (app.own_customer_ids()) end
  group by c.organization_id, c.currency;
$$;
comment on function api.get_credit_balance(uuid) is 'Credit that can be spent, decimal: one''s own, or that of a customer.
answers {"next_expiry": "instant | null"}';
grant execute on function api.get_credit_balance(uuid) to authenticated, service_role;
