-- SECURITY DEFINER: payments are changed by functions only. Rights are checked here.
create or replace function api.confirm_payment(p_payment_id uuid, p_reference text default null) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_payment record;
begin
  select p.organization_id, p.booking_id, p.provider, p.method into v_payment from payments p where p.id = p_payment_id;
  if not found or not (auth.belongs_to_organization(v_payment.organization_id) or app.works_for(v_payment.organization_id, 'payments', 'read')) then
    perform app.fail(404, 'There is no such payment.', 'p_payment_id');
  end if;
  if not app.works_for(v_payment.organization_id, 'payments', 'create') then
    perform app.fail(403, 'You may not take payments.');
  end if;
  if v_payment.provider <> 'manual' and current_setting('role', true) = 'authenticated' then
    perform app.fail(422, 'The provider confirms this payment.', 'p_payment_id');
  end if;
  perform app.lock_bill(v_payment.booking_id);
  perform app.settle_payment(p_payment_id, 'succeeded', p_reference);
  return app.payment_json(p_payment_id);
end $$;
comment on function api.confirm_payment(uuid, text) is
  'Staff: the cash, transfer or card payment that a guest announced has come in. Confirming twice changes nothing.
answers "payment"';
grant execute on function api.confirm_payment(uuid, text) to authenticated, service_role;
