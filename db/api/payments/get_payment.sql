-- SECURITY DEFINER: whoever began a payment may not read the table. A payment's id is random and known to who began it; what it is for, who pays and
-- what people wrote beside it is not told.
create function api.get_payment(p_payment_id uuid) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_found jsonb;
begin
  select jsonb_strip_nulls(jsonb_build_object('id', p.id, 'status', p.status, 'amount', p.amount, 'tip_amount', p.tip_amount, 'refunded_amount', p.refunded_amount,
      'currency', p.currency,
      'link', case when p.status = 'pending' and coalesce((p.provider_data ->> 'link_ends_at')::float8 > extract(epoch from now()), true) then p.provider_data ->> 'link' end,
      'is_collected', p.asked_at is not null
        or exists (select from payment_accounts a where a.organization_id = p.organization_id and a.provider = p.provider and a.is_active and p.method = 'online')))
    into v_found
  from payments p where p.id = p_payment_id;
  if v_found is null then
    perform app.fail(404, 'There is no such payment.', 'p_payment_id');
  end if;
  return v_found;
end $$;
comment on function api.get_payment(uuid) is
  'What has become of a payment, for who began it: status, and while it is pending the provider''s link to pay at (a moment after it was begun; is_collected says that one will come).
answers {"...": "payments(id, status, amount, tip_amount, refunded_amount, currency)", "link?": "text", "is_collected": "boolean"}';
grant execute on function api.get_payment(uuid) to anon, authenticated, service_role;
