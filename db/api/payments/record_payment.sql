-- SECURITY DEFINER: the ledger and the bill are beyond the cashier's reach. Rights are checked here.
create or replace function api.record_payment(
  p_booking_type text,
  p_booking_id uuid,
  p_amount numeric,
  p_method text default 'cash',
  p_tip_amount numeric default 0,
  p_reference text default null,
  p_share_id uuid default null,
  p_metadata jsonb default '{}',
  p_idempotency_key text default null) returns jsonb
language plpgsql volatile security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_organization uuid := app.booking_organization(p_booking_type, p_booking_id);
  v_owner record;
  v_due numeric;
  v_id uuid;
  v_rounding numeric := 0;
  v_currency text;
  v_counted boolean := false;
  v_message text;
  v_detail text;
  v_hint text;
begin
  if v_organization is not null and p_booking_type = 'session' then
    p_booking_id := app.merged_session(p_booking_id);
  end if;
  p_idempotency_key := app.own_key(p_idempotency_key);
  if v_organization is null or not (auth.belongs_to_organization(v_organization) or app.works_for(v_organization, 'payments', 'read')) then
    perform app.fail(404, 'There is no such booking.', 'p_booking_id');
  end if;
  if not app.works_for(v_organization, 'payments', 'create') then
    perform app.fail(403, 'You may not take payments.');
  end if;
  if p_method is null or p_method not in ('cash', 'bank', 'card', 'credit', 'voucher') then
    perform app.fail(400, 'Money is taken as cash, bank, card, credit or voucher.', 'p_method');
  end if;
  if p_method = 'voucher' then
    v_counted := true;
    perform app.begin_attempt('record_payment');
    perform app.require_voucher(v_organization, p_metadata ->> 'voucher_code');
  end if;
  if coalesce(p_tip_amount, 0) < 0 or p_amount <= coalesce(p_tip_amount, 0) then
    perform app.fail(400, 'A payment is more than its gratuity.', 'p_amount');
  end if;
  perform app.lock_bill(p_booking_id);
  select p.id into v_id from payments p
  where p.organization_id = v_organization and p.idempotency_key = p_idempotency_key
    and p.booking_id = p_booking_id and p.amount = p_amount;
  if v_id is not null then
    return app.payment_json(v_id);
  end if;

  select * into v_owner from app.bill_owner(v_organization, p_booking_type, p_booking_id);
  v_due := coalesce(v_owner.total, 0) - app.paid_amount(p_booking_type, p_booking_id);
  -- cash for all that is due is the nearest sum that there are coins for
  v_currency := app.organization_currency(v_organization);
  if p_method = 'cash' and v_due > 0 and p_amount - coalesce(p_tip_amount, 0) <> v_due
     and p_amount - coalesce(p_tip_amount, 0) = app.to_amount(app.cash_amount(v_organization, app.to_cents(v_due, v_currency)), v_currency) then
    v_rounding := p_amount - coalesce(p_tip_amount, 0) - v_due;
  end if;
  if p_amount - coalesce(p_tip_amount, 0) - v_rounding > v_due then
    perform app.fail(422, format('Only %s are still to be paid.', greatest(v_due, 0)), 'p_amount',
      jsonb_build_object('balance', v_due), 'Enter what is above the bill as gratuity.');
  end if;
  v_id := app.record_payment(v_organization, p_booking_type, p_booking_id, p_amount, null, p_method, v_owner.user_id, v_owner.customer_id,
    app.told_metadata(p_metadata)
      || jsonb_strip_nulls(jsonb_build_object('tip_amount', coalesce(p_tip_amount, 0), 'rounding_amount', v_rounding, 'reference', p_reference, 'share_id', p_share_id,
                                              'session_id', v_owner.session_id)),
    p_idempotency_key);
  return app.payment_json(v_id);
exception when others then
  if not v_counted then
    raise;
  end if;
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('record_payment', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.record_payment(text, uuid, numeric, text, numeric, text, uuid, jsonb, text) is
  'Staff: takes money for a booking. p_amount is decimal and contains p_tip_amount; p_method is cash, bank, card, credit or voucher (p_metadata.voucher_code). Never above the bill, but for cash rounded to the smallest coin, whose difference is on record.
answers "payment"';
grant execute on function api.record_payment(text, uuid, numeric, text, numeric, text, uuid, jsonb, text) to authenticated, service_role;
