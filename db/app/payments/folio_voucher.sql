-- Gift vouchers on the bill: what was bought, until it is paid.
create or replace function app.folio_voucher(
  p_organization_id uuid,
  p_booking_ids uuid[],
  p_customer_ids uuid[],
  p_user_id uuid)
returns table (booking_id uuid, customer_id uuid, user_id uuid, session_id uuid, description text, quantity numeric,
               unit_amount numeric, amount numeric, tax_amount numeric, occurred_at timestamptz)
language sql stable security definer
as $$
  select c.id, c.customer_id, c.user_id, null::uuid, 'Voucher', 1::numeric, c.amount, c.amount, 0::numeric, c.created_at
  from user_credits c
  where c.organization_id = p_organization_id and c.source = 'purchase'
    and case when p_booking_ids is not null then c.id = any (p_booking_ids)
             else c.customer_id = any (p_customer_ids) or c.user_id = p_user_id end;
$$;
comment on function app.folio_voucher(uuid, uuid[], uuid[], uuid) is 'Folio lines of gift vouchers.';
