-- Payments. The functions here are SECURITY DEFINER and ask for no rights: whoever calls them has checked who may pay for what.

-- Exact to the currency's last decimal, never rounded behind somebody's back.
create or replace function app.exact_amount(p_amount numeric, p_currency text, p_field text default 'p_amount') returns numeric
language plpgsql immutable
as $$
begin
  if p_amount is null or p_amount = 'NaN' or abs(p_amount) >= app.largest_amount()
     or p_amount <> round(p_amount, app.currency_exponent(p_currency)) then
    perform app.fail(400, format('%s is no amount of %s.', coalesce(p_amount::text, 'Nothing'), p_currency), p_field,
      jsonb_build_object('currency', p_currency, 'decimals', app.currency_exponent(p_currency)));
  end if;
  return round(p_amount, app.currency_exponent(p_currency));
end $$;
comment on function app.exact_amount(numeric, text, text) is 'The amount with the decimals of its currency; refuses what has more.';

-- What a provider carries is "online" until it pays it out, whether the card was typed in or held against a terminal.
create or replace function app.ledger_account(p_method text, p_provider text) returns text
language sql immutable parallel safe
as $$ select case when p_method in ('credit', 'voucher') then 'credits' when p_method = 'card' and p_provider <> 'manual' then 'online' else p_method end $$;
drop function if exists app.ledger_account(text);

-- Clients never come here through a table (no grants); the service role does, and is held to the same rules.
create or replace function app.prepare_payment() returns trigger
language plpgsql
as $$
declare
  v_stranger boolean := current_user in ('anon', 'authenticated', 'service_role');
begin
  new.currency := coalesce(new.currency, app.organization_currency(new.organization_id));
  new.amount := app.exact_amount(new.amount, new.currency, 'amount');
  new.tip_amount := app.exact_amount(new.tip_amount, new.currency, 'tip_amount');
  new.refunded_amount := app.exact_amount(new.refunded_amount, new.currency, 'refunded_amount');
  new.refunded_tip := app.exact_amount(new.refunded_tip, new.currency, 'refunded_tip');
  new.rounding_amount := app.exact_amount(new.rounding_amount, new.currency, 'rounding_amount');
  -- it settles (or owes) what no money came for: never more than half of a coin, and only where coins are
  if new.rounding_amount <> 0 and (tg_op = 'INSERT' or new.rounding_amount <> old.rounding_amount)
     and (new.method <> 'cash' or app.to_cents(abs(new.rounding_amount), new.currency) * 2 > app.cash_step(new.organization_id)) then
    perform app.fail(422, 'Only cash is rounded, to the nearest coin.', 'rounding_amount');
  end if;
  if new.status = 'succeeded' then
    new.paid_at := coalesce(new.paid_at, now());
  end if;
  if tg_op = 'INSERT' then
    if new.status in ('partial_refund', 'refunded') or new.refunded_amount <> 0 then
      perform app.fail(422, 'A payment is made first and refunded afterwards.', 'status');
    end if;
    if v_stranger and new.method in ('credit', 'voucher') then
      perform app.fail(403, 'Credit is spent through create_payment or record_payment.', 'method');
    end if;
  else
    if v_stranger and (new.refunded_amount, new.refunded_tip) is distinct from (old.refunded_amount, old.refunded_tip) then
      perform app.fail(403, 'Refunds are made through refund_payment.', 'refunded_amount');
    end if;
    if old.paid_at is not null and
       (new.organization_id, new.amount, new.tip_amount, new.rounding_amount, new.currency, new.method, new.paid_at)
       is distinct from (old.organization_id, old.amount, old.tip_amount, old.rounding_amount, old.currency, old.method, old.paid_at) then
      perform app.fail(422, 'Money that has moved does not change; refund it and take it again.', 'amount');
    end if;
    if v_stranger and old.paid_at is not null
       and (new.booking_type, new.booking_id) is distinct from (old.booking_type, old.booking_id) then
      perform app.fail(422, 'A payment that was made stays with its booking.', 'booking_id');
    end if;
  end if;
  return new;
end $$;

-- Whoever sells something, and whoever else wants to know, hears when its money has come or gone (event "payment_settled", app/core/listeners.sql),
-- in the same transaction, after the ledger is written.
create or replace function app.announce_payment(p_booking_type text, p_booking_id uuid, p_payment_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_listener record;
begin
  if p_booking_id is null then
    return;
  end if;
  for v_listener in select l.function from app.listening('payment_settled', p_booking_type) l loop
    execute format('select app.%I($1, $2)', v_listener.function) using p_booking_id, p_payment_id;
  end loop;
end $$;

create or replace function app.payment_settles() returns trigger
language plpgsql security definer
as $$
begin
  if new.status = 'succeeded' and (tg_op = 'INSERT' or old.status in ('pending', 'failed', 'cancelled')) then
    perform app.post_ledger(new.organization_id, new.id, app.ledger_account(new.method, new.provider), 'receivable',
      new.amount - new.tip_amount - new.rounding_amount, new.currency, 'payment', new.booking_type, new.booking_id, new.id);
    perform app.post_ledger(new.organization_id, new.id, app.ledger_account(new.method, new.provider), 'tips',
      new.tip_amount, new.currency, 'gratuity', new.booking_type, new.booking_id, new.id);
    perform app.post_ledger(new.organization_id, new.id, app.ledger_account(new.method, new.provider), 'rounding',
      new.rounding_amount, new.currency, 'rounded to the smallest coin', new.booking_type, new.booking_id, new.id);
    perform app.announce_payment(new.booking_type, new.booking_id, new.id);
  end if;
  return null;
end $$;

-- What a client may say of a payment: nothing that the house says itself, for it would move other money (a charge that it settles, a card that it is taken
-- from, the way that it goes). Whatever one of the house's functions puts into metadata has its name here.
create or replace function app.told_metadata(p_metadata jsonb) returns jsonb
language sql immutable parallel safe
as $$
  select case when jsonb_typeof(p_metadata) = 'object' then p_metadata else '{}' end
    - array['tip_amount', 'rounding_amount', 'session_id', 'share_id', 'reference', 'provider', 'provider_ref', 'provider_data', 'way', 'terminal_id', 'status',
            'store_card', 'card_terms', 'card_id', 'charge_id', 'tell_link', 'subscription_id', 'basket_id']
$$;

-- p_metadata may carry what has a column of its own: tip_amount, rounding_amount, session_id, share_id, reference, provider, provider_ref,
-- provider_data, way, terminal_id, status ("pending" for money that is only announced), voucher_code.
create or replace function app.record_payment(
  p_organization_id uuid,
  p_booking_type text,
  p_booking_id uuid,
  p_amount numeric,
  p_currency text default null,
  p_method text default 'cash',
  p_user_id uuid default null,
  p_customer_id uuid default null,
  p_metadata jsonb default '{}',
  p_idempotency_key text default null) returns uuid
language plpgsql security definer
as $$
declare
  v_data jsonb := coalesce(p_metadata, '{}');
  v_currency text := app.organization_currency(p_organization_id);
  v_id uuid;
  v_first record;
begin
  if v_currency is null then
    perform app.fail(404, 'There is no such organization.', 'p_organization_id');
  end if;
  if p_currency is distinct from v_currency and p_currency is not null then
    perform app.fail(400, format('This house takes %s.', v_currency), 'p_currency', jsonb_build_object('currency', v_currency));
  end if;
  if p_amount is null or p_amount <= 0 then
    perform app.fail(400, 'A payment has an amount above zero.', 'p_amount');
  end if;

  insert into payments (organization_id, booking_type, booking_id, amount, currency, method, user_id, customer_id,
                        tip_amount, rounding_amount, session_id, share_id, reference, provider, provider_ref, provider_data,
                        way, terminal_id, status, received_by, idempotency_key, metadata)
  values (p_organization_id, p_booking_type, p_booking_id, p_amount, v_currency, coalesce(p_method, 'cash'), p_user_id, p_customer_id,
          coalesce((v_data ->> 'tip_amount')::numeric, 0), coalesce((v_data ->> 'rounding_amount')::numeric, 0), (v_data ->> 'session_id')::uuid, (v_data ->> 'share_id')::uuid,
          v_data ->> 'reference', coalesce(v_data ->> 'provider', 'manual'), v_data ->> 'provider_ref',
          coalesce(v_data -> 'provider_data', '{}'), coalesce(v_data ->> 'way', 'page'), (v_data ->> 'terminal_id')::uuid, coalesce(v_data ->> 'status', 'succeeded'),
          case when auth.has_role('super_admin', 'owner', 'admin', 'manager', 'finance', 'staff', 'waiter') then
            (select u.id from users u where u.id = auth.uid()) end,
          p_idempotency_key,
          v_data - array['tip_amount', 'rounding_amount', 'session_id', 'share_id', 'reference', 'provider', 'provider_ref',
                         'provider_data', 'way', 'terminal_id', 'status', 'voucher_code'])
  on conflict (organization_id, idempotency_key) do nothing
  returning id into v_id;

  if v_id is null then
    select p.id, p.booking_type, p.booking_id, p.amount into v_first
    from payments p where p.organization_id = p_organization_id and p.idempotency_key = p_idempotency_key;
    if (v_first.booking_type, v_first.booking_id, v_first.amount) is distinct from (p_booking_type, p_booking_id, p_amount) then
      perform app.refuse_key('payment');
    end if;
    return v_first.id;
  end if;

  if p_method in ('credit', 'voucher') then
    perform app.spend_credits(p_organization_id, v_id, p_amount, v_currency, p_user_id, p_customer_id,
      case when p_method = 'voucher' then coalesce(v_data ->> 'voucher_code', '') end);
  end if;
  return v_id;
end $$;
comment on function app.record_payment(uuid, text, uuid, numeric, text, text, uuid, uuid, jsonb, text) is
  'Records money that has come in and writes the ledger. The same idempotency key answers with the first payment.';

-- What the provider says, in whatever order and however often it says it.
create or replace function app.settle_payment(
  p_payment_id uuid,
  p_status text,
  p_provider_payment_id text default null,
  p_failure_reason text default null) returns text
language plpgsql security definer
as $$
declare
  v_payment record;
begin
  if p_status not in ('succeeded', 'failed', 'cancelled') or p_status is null then
    perform app.fail(400, 'A payment settles as succeeded, failed or cancelled.', 'p_status');
  end if;
  select p.status, p.paid_at into v_payment from payments p where p.id = p_payment_id for update;
  if not found then
    perform app.fail(404, 'There is no such payment.', 'p_payment_id');
  end if;
  if v_payment.paid_at is not null or v_payment.status = p_status
     or (v_payment.status = 'cancelled' and p_status = 'failed') then
    return v_payment.status;      -- a replay, or news older than what is known
  end if;
  update payments p set
    status = p_status,
    -- money that nobody carried has a reference for people; a provider has names of its own
    reference = case when p.provider = 'manual' then coalesce(p_provider_payment_id, p.reference) else p.reference end,
    provider_ref = case when p.provider <> 'manual' then coalesce(p.provider_ref, p_provider_payment_id) end,
    provider_data = case when p.provider <> 'manual' and p_provider_payment_id is not null
                         then p.provider_data || jsonb_build_object('payment_id', p_provider_payment_id) else p.provider_data end,
    failure_reason = case when p_status = 'succeeded' then null else p_failure_reason end
  where p.id = p_payment_id;
  return p_status;
end $$;
comment on function app.settle_payment(uuid, text, text, text) is
  'Takes a provider''s word on a pending payment; replays and late news change nothing. Money that comes late still counts.';

create or replace function app.cancel_pending_payments(p_booking_type text, p_booking_id uuid) returns int
language sql security definer
as $$
  select app.call_off_charges(p_booking_type, p_booking_id);
  with gone as (
    update payments set status = 'cancelled'
    where booking_type = p_booking_type and booking_id = p_booking_id and status in ('pending', 'failed')
    returning 1)
  select count(*)::int from gone;
$$;
comment on function app.cancel_pending_payments(text, uuid) is 'Nobody waits for this money any more: what was announced is called off.';

create or replace function app.paid_amount(p_booking_type text, p_booking_id uuid) returns numeric
language plpgsql stable security definer
as $$
begin
  return (
    select coalesce(sum(kept_amount), 0)
    from payments
    where booking_id = p_booking_id and booking_type = p_booking_type and status in ('succeeded', 'partial_refund', 'refunded'));
end $$;
comment on function app.paid_amount(text, uuid) is 'What has been paid and not given back, without gratuities.';

-- Money that was paid for one booking and now pays for another: a party moved, bills joined, a booking made anew.
create or replace function app.move_payments(p_from_type text, p_from_id uuid, p_to_type text, p_to_id uuid) returns numeric
language plpgsql security definer
as $$
declare
  v_payment record;
  v_left numeric;
  v_sum numeric := 0;
  v_transaction uuid;
begin
  for v_payment in
    select p.id, p.organization_id, p.currency, p.kept_amount, p.paid_at
    from payments p where p.booking_type = p_from_type and p.booking_id = p_from_id order by p.id for update
  loop
    update payments set booking_type = p_to_type, booking_id = p_to_id, session_id = case when p_to_type = 'session' then p_to_id else session_id end
    where id = v_payment.id;
    v_left := v_payment.kept_amount;
    if v_payment.paid_at is not null and v_left > 0 then
      v_transaction := gen_random_uuid();
      insert into payment_ledger (organization_id, transaction_id, account, amount, currency, description,
                                  booking_type, booking_id, payment_id, created_by)
      values (v_payment.organization_id, v_transaction, 'receivable', v_left, v_payment.currency, 'moved', p_from_type, p_from_id, v_payment.id, auth.uid()),
             (v_payment.organization_id, v_transaction, 'receivable', -v_left, v_payment.currency, 'moved', p_to_type, p_to_id, v_payment.id, auth.uid());
      v_sum := v_sum + v_left;
    end if;
  end loop;
  return v_sum;
end $$;
comment on function app.move_payments(text, uuid, text, uuid) is 'Lets the payments of one booking pay for another one; returns how much moved.';

-- Where a table's bill went when two were made one. (Only tenants with tables ask.)
create or replace function app.merged_session(p_session_id uuid) returns uuid
language plpgsql stable security definer
as $$
begin
  return (select coalesce(s.merged_into, s.id) from table_sessions s where s.id = p_session_id);
end $$;

-- The sessions whose bill a table guest may see: their own, and the one that took it over; over or not, for people keep receipts. None for a
-- guest who left or was sent away.
create or replace function app.bill_session_ids() returns uuid[]
language plpgsql stable security definer
as $$
declare
  v_token uuid := auth.table_session_id();
  v_now uuid;
begin
  if v_token is null or to_regclass(format('%I.session_customers', current_schema())) is null then
    return '{}';
  end if;
  select c.session_id into v_now from session_customers c
  where c.id = auth.customer_session_id() and c.deleted_at is null
    and (c.session_id = v_token or exists (select from table_sessions m where m.id = v_token and m.merged_into = c.session_id));
  return case when v_now is null then '{}' else array[v_token, v_now] end;
end $$;

create or replace function app.is_own_payment(p_payment_id uuid) returns boolean
language sql stable security definer
as $$
  select exists (select from payments p where p.id = p_payment_id
    and (p.user_id = auth.uid() or p.customer_id = any (app.own_customer_ids()) or p.session_id = any (app.bill_session_ids())));
$$;

grant execute on function app.exact_amount(numeric, text, text), app.ledger_account(text, text),
  app.prepare_payment(), app.payment_settles(), app.bill_session_ids(), app.is_own_payment(uuid), app.paid_amount(text, uuid)
  to anon, authenticated, service_role;
grant execute on function app.record_payment(uuid, text, uuid, numeric, text, text, uuid, uuid, jsonb, text),
  app.cancel_pending_payments(text, uuid), app.move_payments(text, uuid, text, uuid) to service_role;
grant execute on function app.settle_payment(uuid, text, text, text) to service_role;
