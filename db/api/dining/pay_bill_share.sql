-- SECURITY DEFINER: the waiter takes the money; the ledger and the share are written together or not at all.
-- Guests pay online through create_payment('session', …, p_share_id => …), which ends in app.settle_shares() as well.
create or replace function api.pay_bill_share(
  p_share_id uuid, p_method text default 'cash', p_amount bigint default null, p_idempotency_key text default null, p_tip_amount bigint default 0) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_share    record;
  v_session  uuid;
  v_payment  uuid;
  v_rounding bigint := 0;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  select b.session_id, b.organization_id, o.currency into v_share
  from bill_shares b join organizations o on o.id = b.organization_id where b.id = p_share_id;
  perform app.require_may(v_share.organization_id, 'payments', 'create', 'share');
  perform app.require_restaurant((select restaurant_id from bill_shares where id = p_share_id), 'share');
  if v_share.session_id is null then
    perform app.fail(404, 'There is no such share.', 'p_share_id');
  end if;
  perform app.check_tender(p_method, p_tip_amount);
  perform app.lock_bill(v_share.session_id);      -- one payer at a time, before the session as everywhere
  v_session := app.lock_session(v_share.session_id);

  if p_idempotency_key is not null then
    select id into v_payment from payments where organization_id = v_share.organization_id and idempotency_key = p_idempotency_key;
    if found then
      if not exists (select from payments where id = v_payment and share_id = p_share_id) then
        perform app.refuse_key('payment');
      end if;
      return jsonb_build_object('share', app.share_json(p_share_id), 'bill', app.bill_json(v_session), 'payment_id', v_payment,
        'version', (select version from table_sessions where id = v_session), 'replayed', true);
    end if;
  end if;

  select b.status, b.amount, b.paid_amount, b.label, v_share.currency as currency, v_share.organization_id as organization_id into v_share
  from bill_shares b where b.id = p_share_id;
  if not found then
    perform app.fail(404, 'The bill has been split anew.', 'p_share_id', '{"reason": "resplit"}', 'Read the bill again.');
  end if;
  if v_share.status = 'paid' then
    perform app.fail(409, 'This share is paid.', 'p_share_id', '{"reason": "paid", "due_amount": 0}');
  end if;
  -- cash for all that is due is the nearest sum that there are coins for
  if p_method = 'cash' and coalesce(p_amount in (v_share.amount - v_share.paid_amount, app.cash_amount(v_share.organization_id, v_share.amount - v_share.paid_amount)), true) then
    p_amount := v_share.amount - v_share.paid_amount;
    v_rounding := app.cash_amount(v_share.organization_id, p_amount) - p_amount;
  end if;
  if coalesce(p_amount, 1) <= 0 or p_amount > v_share.amount - v_share.paid_amount then
    perform app.fail(400, case when p_amount <= 0 then 'A payment is more than nothing.' else 'This is more than what is due.' end, 'p_amount',
      jsonb_build_object('due_amount', v_share.amount - v_share.paid_amount));
  end if;
  v_payment := app.record_payment(v_share.organization_id, 'session', v_session,
    app.to_amount(coalesce(p_amount, v_share.amount - v_share.paid_amount) + v_rounding + p_tip_amount, v_share.currency), v_share.currency, p_method, null, null,
    jsonb_build_object('session_id', v_session, 'share_id', p_share_id, 'tip_amount', app.to_amount(p_tip_amount, v_share.currency),
      'rounding_amount', app.to_amount(v_rounding, v_share.currency), 'label', v_share.label),
    p_idempotency_key);
  return jsonb_build_object('share', app.share_json(p_share_id), 'bill', app.bill_json(v_session), 'payment_id', v_payment,
    'rounding_amount', v_rounding, 'version', (select version from table_sessions where id = v_session), 'replayed', false);
end $$;
comment on function api.pay_bill_share(uuid, text, bigint, text, bigint) is
  'Takes cash, card or bank money for one share of a bill; minor units; p_amount may be a part (default: all that is due), p_tip_amount comes on top. Cash for all that is due is rounded to the smallest coin (cash_due_amount); the difference is on record.
answers {"share": "share", "bill": "bill", "payment_id": "uuid", "rounding_amount?": "int", "version": "int", "replayed": "boolean"}
takes {"p_method": "=cash | =card | =bank"}';
grant execute on function api.pay_bill_share(uuid, text, bigint, text, bigint) to authenticated, service_role;
