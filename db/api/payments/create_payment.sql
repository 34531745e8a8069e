-- SECURITY DEFINER: who pays may not read the ledger, nor always the booking. Whoever knows a booking may begin to pay for it:
-- the booking's id is the secret, and money only comes in.
create or replace function api.create_payment(
  p_booking_type text,
  p_booking_id uuid,
  p_amount numeric default null,
  p_method text default 'online',
  p_tip_amount numeric default 0,
  p_provider text default null,
  p_share_id uuid default null,
  p_metadata jsonb default '{}',
  p_idempotency_key text default null) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_organization uuid := app.booking_organization(p_booking_type, p_booking_id);
  v_owner record;
  v_due numeric;
  v_amount numeric;
  v_tip numeric := coalesce(p_tip_amount, 0);
  v_id uuid;
  v_counted boolean := false;
  v_message text;
  v_detail text;
  v_hint text;
begin
  -- a bill that joined another is paid there
  if v_organization is not null and p_booking_type = 'session' then
    p_booking_id := app.merged_session(p_booking_id);
  end if;
  p_idempotency_key := app.own_key(p_idempotency_key);
  if v_organization is null then
    perform app.fail(404, 'There is nothing to pay here.', 'p_booking_id');
  end if;
  select * into v_owner from app.bill_owner(v_organization, p_booking_type, p_booking_id);
  -- a table guest pays at their own table only; a booking of somebody with a login is paid by them or by nobody known
  if v_owner.total is null
     or (auth.table_session_id() is not null and not coalesce(v_owner.session_id = any (app.bill_session_ids()), false)) then
    perform app.fail(404, 'There is nothing to pay here.', 'p_booking_id');
  end if;
  if p_method is null or p_method not in ('cash', 'bank', 'card', 'online', 'credit', 'voucher') then
    perform app.fail(400, 'Pay by cash, bank, card, online, credit or voucher.', 'p_method');
  end if;
  -- a table's bill waits for nothing: a share that is announced is settled by the waiter when no provider does
  if p_method = 'online' and p_booking_type <> 'session' and app.online_provider(v_organization) is null then
    perform app.fail(422, 'Nobody carries online payments here: pay on site.', 'p_method', '{}', 'The owner names who does in organizations.settings: {"payments": {"provider": …}}.');
  end if;
  if p_method = 'credit' and not coalesce(v_owner.user_id = auth.uid() or v_owner.customer_id = any (app.own_customer_ids()), false) then
    perform app.fail(403, 'Credit is spent by the one it belongs to.', 'p_method');
  end if;
  if p_method = 'credit' then
    -- a booking may name a login and, under an address that the login only typed, somebody else's customer row
    v_owner.user_id := case when v_owner.user_id = auth.uid() then v_owner.user_id end;
    v_owner.customer_id := case when v_owner.customer_id = any (app.own_customer_ids()) then v_owner.customer_id end;
  end if;
  if p_method = 'voucher' then
    -- whoever knows a code may spend it, so codes are not to be guessed, for a bill or from an address
    v_counted := true;
    perform app.begin_attempt('create_payment', p_booking_id::text);
    perform app.require_voucher(v_organization, p_metadata ->> 'voucher_code');
  end if;
  if v_tip < 0 then
    perform app.fail(400, 'A gratuity is not negative.', 'p_tip_amount');
  end if;

  perform app.lock_bill(p_booking_id);
  v_due := v_owner.total - app.paid_amount(p_booking_type, p_booking_id);
  v_amount := coalesce(p_amount, v_due + v_tip);
  select p.id into v_id from payments p
  where p.organization_id = v_organization and p.booking_type = p_booking_type and p.booking_id = p_booking_id and p.amount = v_amount
    and (p.idempotency_key = p_idempotency_key
         -- asked twice without a key: one open payment is enough
         or (p_idempotency_key is null and p.status = 'pending' and p.method = p_method and p.tip_amount = v_tip
             and p.share_id is not distinct from p_share_id and p.user_id is not distinct from v_owner.user_id))
  limit 1;
  if v_id is not null then
    return app.payment_json(v_id);
  end if;
  if v_due <= 0 then
    perform app.fail(409, 'This bill is paid.', 'p_booking_id', jsonb_build_object('balance', v_due));
  end if;
  if v_amount <= v_tip or v_amount - v_tip > v_due then
    perform app.fail(422, format('%s are to be paid.', v_due), 'p_amount', jsonb_build_object('balance', v_due));
  end if;

  v_id := app.record_payment(v_organization, p_booking_type, p_booking_id, v_amount, null, p_method, v_owner.user_id, v_owner.customer_id,
    app.told_metadata(p_metadata)
      || jsonb_strip_nulls(jsonb_build_object('tip_amount', v_tip, 'share_id', p_share_id, 'session_id', v_owner.session_id,
           'card_terms', case when p_method = 'online' and p_metadata -> 'store_card' = 'true' then app.card_terms(v_organization, p_booking_type) end,
           'provider', coalesce(p_provider, case when p_method = 'online' then app.online_provider(v_organization) else 'manual' end),
           'status', case when p_method in ('credit', 'voucher') then 'succeeded' else 'pending' end)),
    p_idempotency_key);
  return app.payment_json(v_id);
exception when others then
  if not v_counted then
    raise;
  end if;
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('create_payment', sqlstate, v_message, v_detail, v_hint, p_booking_id::text);
end $$;
comment on function api.create_payment(text, uuid, numeric, text, numeric, text, uuid, jsonb, text) is
  'Begins a payment for a booking: p_amount is decimal and contains p_tip_amount; without it, everything that is due. Credit and vouchers settle at once; online waits for the provider, cash, bank and card for the staff. {"store_card": true} in p_metadata: the guest agreed that the card stays for what payment_policies say of this kind (the rest, a no-show).
answers "payment"';
grant execute on function api.create_payment(text, uuid, numeric, text, numeric, text, uuid, jsonb, text) to anon, authenticated, service_role;
