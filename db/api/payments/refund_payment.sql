-- SECURITY DEFINER: the ledger is beyond everybody's reach. Rights are checked here.
create or replace function api.refund_payment(
  p_payment_id uuid,
  p_amount numeric default null,
  p_reason text default null,
  p_as_credit boolean default false,
  p_idempotency_key text default null,
  p_tip_amount numeric default null) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_organization uuid := (select p.organization_id from payments p where p.id = p_payment_id);
  v_id uuid;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  if v_organization is null or not (auth.belongs_to_organization(v_organization) or app.works_for(v_organization, 'payments', 'read')) then
    perform app.fail(404, 'There is no such payment.', 'p_payment_id');
  end if;
  if not app.works_for(v_organization, 'payments', 'update') then
    perform app.fail(403, 'You may not give money back.');
  end if;
  v_id := app.refund_one(p_payment_id, p_amount, p_reason, coalesce(p_as_credit, false), p_idempotency_key, p_tip_amount);
  return (select jsonb_build_object('id', r.id, 'payment_id', r.payment_id, 'amount', r.amount, 'tip_amount', r.tip_amount, 'currency', r.currency,
                                    'method', r.method, 'status', r.status, 'payment', app.payment_json(p_payment_id))
          from refunds r where r.id = v_id);
end $$;
comment on function api.refund_payment(uuid, numeric, text, boolean, text, numeric) is
  'Finance and managers: gives back p_amount (decimal; without it, all that is left) of a payment the way it came, or as credit. Never more than was paid. p_tip_amount is the gratuity within it; without it exactly the gratuity is taken for the gratuity, and any other amount comes off the bill first. Online payments go back through their provider: status pending until it answers.
answers {"...": "refunds(id, amount, method, status, currency, payment_id, tip_amount)", "payment": "payment"}';
grant execute on function api.refund_payment(uuid, numeric, text, boolean, text, numeric) to authenticated, service_role;
