-- SECURITY DEFINER: as pay_bill_share, for an order without a session.
create or replace function api.pay_order(
  p_order_id uuid, p_method text default 'cash', p_amount bigint default null, p_idempotency_key text default null, p_tip_amount bigint default 0) returns jsonb
language plpgsql security definer
as $$
declare
  v_order   record;
  v_payment uuid;
  v_paid    bigint;
  v_replay  boolean := false;
  v_rounding bigint := 0;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  select r.id, r.organization_id, r.session_id, o.currency into v_order from orders r join organizations o on o.id = r.organization_id where r.id = p_order_id;
  perform app.require_may(v_order.organization_id, 'payments', 'create', 'order');
  perform app.require_restaurant((select restaurant_id from orders where id = p_order_id), 'order');
  if v_order.id is null then
    perform app.fail(404, 'There is no such order.', 'p_order_id');
  end if;
  if v_order.session_id is not null then
    perform app.fail(409, 'This order is on a session''s bill.', 'p_order_id', jsonb_build_object('reason', 'in_session', 'session_id', v_order.session_id), 'Pay a share of it.');
  end if;
  perform app.check_tender(p_method, p_tip_amount);
  perform app.lock_bill(p_order_id);
  select r.id, r.organization_id, r.status, r.total_amount, o.currency into v_order
  from orders r join organizations o on o.id = r.organization_id where r.id = p_order_id for no key update of r;
  v_paid := app.to_cents(app.paid_amount('order', p_order_id), v_order.currency);
  if p_idempotency_key is not null then
    select id into v_payment from payments where organization_id = v_order.organization_id and idempotency_key = p_idempotency_key;
    v_replay := found;
    if found and not exists (select from payments where id = v_payment and booking_type = 'order' and booking_id = p_order_id) then
      perform app.refuse_key('payment');
    end if;
  end if;
  if v_payment is null then
    if v_order.status = 'CANCELLED' or v_order.total_amount <= v_paid then
      perform app.fail(409, 'There is nothing to pay on this order.', 'p_order_id', '{"reason": "paid", "due_amount": 0}');
    end if;
    if p_method = 'cash' and coalesce(p_amount in (v_order.total_amount - v_paid, app.cash_amount(v_order.organization_id, v_order.total_amount - v_paid)), true) then
      p_amount := v_order.total_amount - v_paid;
      v_rounding := app.cash_amount(v_order.organization_id, p_amount) - p_amount;
    end if;
    if coalesce(p_amount, 1) <= 0 or p_amount > v_order.total_amount - v_paid then
      perform app.fail(400, case when p_amount <= 0 then 'A payment is more than nothing.' else 'This is more than what is due.' end, 'p_amount',
        jsonb_build_object('due_amount', v_order.total_amount - v_paid));
    end if;
    v_payment := app.record_payment(v_order.organization_id, 'order', p_order_id,
      app.to_amount(coalesce(p_amount, v_order.total_amount - v_paid) + v_rounding + p_tip_amount, v_order.currency), v_order.currency, p_method, null, null,
      jsonb_build_object('tip_amount', app.to_amount(p_tip_amount, v_order.currency), 'rounding_amount', app.to_amount(v_rounding, v_order.currency)), p_idempotency_key);
    v_paid := app.to_cents(app.paid_amount('order', p_order_id), v_order.currency);
  end if;
  return jsonb_build_object('order_id', p_order_id, 'payment_id', v_payment, 'paid_amount', v_paid,
    'due_amount', greatest(0, v_order.total_amount - v_paid), 'replayed', v_replay);
end $$;
comment on function api.pay_order(uuid, text, bigint, text, bigint) is 'Takes cash, card or bank money for an order without a session; minor units. Cash for all that is due is rounded to the smallest coin.
answers {"order_id": "uuid", "payment_id": "uuid", "paid_amount": "int", "due_amount": "int", "replayed": "boolean"}';
grant execute on function api.pay_order(uuid, text, bigint, text, bigint) to authenticated, service_role;
