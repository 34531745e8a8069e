-- Refunds: never above what was paid, however many ask at once. The payment's row is the lock, its check constraint the judge.

create or replace function app.prepare_refund() returns trigger
language plpgsql
as $$
declare
  v_payment record;
begin
  if tg_op = 'UPDATE' then
    if (new.payment_id, new.amount, new.tip_amount, new.currency, new.organization_id)
       is distinct from (old.payment_id, old.amount, old.tip_amount, old.currency, old.organization_id)
       or new.method <> old.method and not (old.waits_for = 'person' and old.status = 'pending' and new.status = 'succeeded') then
      perform app.fail(422, 'A refund does not change; let it fail and ask again.', 'amount');
    end if;
    new.settled_at := coalesce(old.settled_at, case new.status when 'succeeded' then now() end);
    new.returned_at := coalesce(old.returned_at, case when old.status = 'succeeded' and new.status = 'failed' then now() end);
    return new;
  end if;
  if new.status = 'failed' then
    perform app.fail(422, 'A refund is asked for before it fails.', 'status');
  end if;
  new.settled_at := case new.status when 'succeeded' then coalesce(new.settled_at, now()) end;
  new.returned_at := null;
  select p.organization_id, p.currency, p.paid_at, p.method, p.provider, p.booking_type, p.booking_id, p.amount - p.refunded_amount as left, p.tip_amount - p.refunded_tip as tip_left,
         p.amount - p.tip_amount - (p.refunded_amount - p.refunded_tip) as bill_left into v_payment
  from payments p where p.id = new.payment_id for update;
  if v_payment.organization_id is null then
    perform app.fail(404, 'There is no such payment.', 'payment_id');
  end if;
  if v_payment.paid_at is null then
    perform app.fail(422, 'No money has come from this payment, so none can go back.', 'payment_id');
  end if;
  new.organization_id := v_payment.organization_id;
  new.currency := v_payment.currency;
  new.provider := case when new.method = v_payment.method then v_payment.provider else 'manual' end;
  new.amount := app.exact_amount(new.amount, v_payment.currency, 'amount');
  if v_payment.booking_type = 'voucher' then
    v_payment.left := least(v_payment.left, app.voucher_refundable(v_payment.booking_id));
  end if;
  if new.amount > v_payment.left then
    perform app.fail(409, format('Only %s %s of this payment can still be given back.', v_payment.left, v_payment.currency), 'amount',
      jsonb_build_object('refundable', v_payment.left, 'currency', v_payment.currency));
  end if;
  -- exactly the gratuity is the gratuity (it was typed by mistake); any other sum comes off what paid the bill, and off the gratuity last
  new.tip_amount := app.exact_amount(coalesce(new.tip_amount,
    case when new.amount = v_payment.tip_left then new.amount else greatest(new.amount - v_payment.bill_left, 0) end), v_payment.currency, 'tip_amount');
  if new.tip_amount < 0 or new.tip_amount > least(v_payment.tip_left, new.amount) or new.amount - new.tip_amount > v_payment.bill_left then
    perform app.fail(409, format('Of this payment %s %s of gratuity and %s %s of the bill can still be given back.',
        v_payment.tip_left, v_payment.currency, v_payment.bill_left, v_payment.currency), 'tip_amount',
      jsonb_build_object('refundable', v_payment.left, 'refundable_tip', v_payment.tip_left, 'currency', v_payment.currency));
  end if;
  return new;
end $$;

create or replace function app.refund_settles() returns trigger
language plpgsql security definer
as $$
declare
  v_payment record;
  v_change numeric;
  v_tip numeric := coalesce(new.tip_amount, 0);
begin
  v_change := case when tg_op = 'INSERT' then new.amount when new.status = 'failed' then -new.amount else 0 end;
  if v_change <> 0 then
    update payments p set
      refunded_amount = p.refunded_amount + v_change,
      refunded_tip = p.refunded_tip + sign(v_change) * v_tip,
      status = case p.refunded_amount + v_change when 0 then 'succeeded' when p.amount then 'refunded' else 'partial_refund' end
    where p.id = new.payment_id;
    perform app.take_back_voucher(new.organization_id, new.payment_id, new.id, v_change - sign(v_change) * v_tip);
  end if;
  if new.status = 'pending' then
    perform app.enqueue('refund_payment', jsonb_build_object('refund_id', new.id), now(), new.id::text, 'payment/' || new.payment_id);
  elsif new.status = 'succeeded' and (tg_op = 'INSERT' or old.status = 'pending') then
    select p.booking_type, p.booking_id, p.kept_amount, p.rounding_amount into v_payment from payments p where p.id = new.payment_id;
    perform app.post_ledger(new.organization_id, new.id, 'receivable', app.ledger_account(new.method, new.provider),
      new.amount - v_tip, new.currency, 'refund', v_payment.booking_type, v_payment.booking_id, new.payment_id, new.id);
    perform app.post_ledger(new.organization_id, new.id, 'tips', app.ledger_account(new.method, new.provider),
      v_tip, new.currency, 'gratuity given back', v_payment.booking_type, v_payment.booking_id, new.payment_id, new.id);
    -- all of a rounded payment has gone back: the bill is owed again as it was, not as it was rounded
    if v_payment.rounding_amount <> 0 and v_payment.kept_amount = 0 and new.amount > v_tip and not exists (
         select from payment_ledger l where l.organization_id = new.organization_id and l.payment_id = new.payment_id and l.refund_id is not null and l.account = 'rounding') then
      perform app.post_ledger(new.organization_id, new.id, 'rounding', 'receivable', v_payment.rounding_amount, new.currency,
        'rounding taken back', v_payment.booking_type, v_payment.booking_id, new.payment_id, new.id);
    end if;
    perform app.announce_payment(v_payment.booking_type, v_payment.booking_id, new.payment_id);
  elsif new.status = 'failed' and tg_op = 'UPDATE' and old.status = 'succeeded' then
    -- the guest's bank sent it back, sometimes weeks later: the money is the house's again
    select p.booking_type, p.booking_id into v_payment from payments p where p.id = new.payment_id;
    perform app.post_ledger(new.organization_id, gen_random_uuid(), app.ledger_account(new.method, new.provider), 'receivable',
      new.amount - v_tip, new.currency, 'refund came back', v_payment.booking_type, v_payment.booking_id, new.payment_id, new.id);
    perform app.post_ledger(new.organization_id, gen_random_uuid(), app.ledger_account(new.method, new.provider), 'tips',
      v_tip, new.currency, 'gratuity came back', v_payment.booking_type, v_payment.booking_id, new.payment_id, new.id);
    perform app.announce_payment(v_payment.booking_type, v_payment.booking_id, new.payment_id);
  end if;
  return null;
end $$;

-- What of its payment's rounding a refund took back (refund_settles): the last one does, of all of a payment.
create or replace function app.refund_rounding(p_refund_id uuid) returns numeric
language sql stable security definer
as $$
  select coalesce((
    select p.rounding_amount from refunds r join payments p on p.id = r.payment_id
    where r.id = p_refund_id and p.rounding_amount <> 0
      and exists (select from payment_ledger l where l.organization_id = r.organization_id and l.refund_id = r.id and l.account = 'rounding')), 0);
$$;
comment on function app.refund_rounding(uuid) is 'The rounding of its payment that a refund took back; 0: none.';

-- What the books of a house say of its refunds: what went out, by the instant at which it went, whatever became of it, and, negative, what came back later.
-- What comes back comes to no register.
create or replace function app.refund_movements(p_organization_id uuid)
returns table (refund_id uuid, payment_id uuid, at timestamptz, shift_id uuid, method text, refunds int, amount numeric, tip_amount numeric, rounding_amount numeric,
               currency text, reason text, requested_by uuid)
language sql stable
as $$
  select r.id, r.payment_id, r.settled_at, r.register_shift_id, r.method, 1, r.amount, coalesce(r.tip_amount, 0), app.refund_rounding(r.id), r.currency, r.reason, r.requested_by
  from refunds r where r.organization_id = p_organization_id and r.settled_at is not null
  union all
  select r.id, r.payment_id, r.returned_at, null, r.method, 0, -r.amount, -coalesce(r.tip_amount, 0), -app.refund_rounding(r.id), r.currency, r.failure_reason, r.requested_by
  from refunds r where r.organization_id = p_organization_id and r.returned_at is not null;
$$;
comment on function app.refund_movements(uuid) is 'Refunds for the books: each as it went, and negative as it came back.';

-- What was paid for a voucher beyond what it was sold for, when somebody paid twice; negative: what is missing. It was sold for its amount, less what
-- refunds of its purchase took off it.
create or replace function app.voucher_overpaid(p_credit_id uuid) returns numeric
language sql stable security definer
as $$
  select app.paid_amount('voucher', c.id) - c.amount - coalesce((
    select sum(t.amount) from user_credit_transactions t join payments p on p.id = t.payment_id
    where t.credit_id = c.id and t.refund_id is not null and p.booking_type = 'voucher' and p.booking_id = c.id), 0)
  from user_credits c where c.id = p_credit_id;
$$;
comment on function app.voucher_overpaid(uuid) is 'What was paid for a voucher beyond what it was sold for; negative: what is missing.';

-- Of a voucher's purchase goes back what was paid too much, and what nobody has spent.
create or replace function app.voucher_refundable(p_credit_id uuid) returns numeric
language plpgsql security definer
as $$
declare
  v_remaining numeric;
begin
  select c.remaining into v_remaining from user_credits c where c.id = p_credit_id for update;
  return v_remaining + greatest(app.voucher_overpaid(p_credit_id), 0);
end $$;

-- A voucher whose purchase goes back loses as much, but for what was paid too much; a refund that failed gives it again. After the payment was written.
create or replace function app.take_back_voucher(p_organization_id uuid, p_payment_id uuid, p_refund_id uuid, p_amount numeric) returns void
language plpgsql security definer
as $$
declare
  v_credit record;
  v_amount numeric := p_amount;
begin
  select c.id, c.currency into v_credit
  from payments p join user_credits c on c.id = p.booking_id where p.id = p_payment_id and p.booking_type = 'voucher' for update of c;
  if not found or p_amount = 0 then
    return;
  end if;
  if p_amount > 0 then
    v_amount := least(p_amount, greatest(-app.voucher_overpaid(v_credit.id), 0));
  else
    select coalesce(sum(t.amount), 0) into v_amount from user_credit_transactions t where t.credit_id = v_credit.id and t.refund_id = p_refund_id;
  end if;
  if v_amount = 0 then
    return;
  end if;
  update user_credits set remaining = remaining - v_amount where id = v_credit.id;
  insert into user_credit_transactions (organization_id, credit_id, kind, amount, payment_id, refund_id, reason, created_by)
  values (p_organization_id, v_credit.id, case when v_amount > 0 then 'expired' else 'returned' end, -v_amount, p_payment_id, p_refund_id,
          case when v_amount > 0 then 'The purchase was given back.' else 'The purchase could not be given back.' end, (select u.id from users u where u.id = auth.uid()));
  if v_amount > 0 then
    perform app.post_ledger(p_organization_id, gen_random_uuid(), 'credits', 'receivable', v_amount, v_credit.currency, 'voucher taken back', 'voucher', v_credit.id, p_credit_id => v_credit.id);
  else
    perform app.post_ledger(p_organization_id, gen_random_uuid(), 'receivable', 'credits', -v_amount, v_credit.currency, 'voucher given again', 'voucher', v_credit.id, p_credit_id => v_credit.id);
  end if;
end $$;

-- One payment. Money that a provider carried goes back through it, in a job; all other money is handed back now.
drop function if exists app.refund_one(uuid, numeric, text, boolean, text);
create or replace function app.refund_one(
  p_payment_id uuid,
  p_amount numeric,
  p_reason text default null,
  p_as_credit boolean default false,
  p_idempotency_key text default null,
  p_tip_amount numeric default null) returns uuid
language plpgsql security definer
as $$
declare
  v_payment record;
  v_first record;
  v_id uuid;
  v_method text;
begin
  select p.id, p.organization_id, p.user_id, p.customer_id, p.currency, p.method, p.provider, p.booking_type, p.booking_id, p.amount - p.refunded_amount as left
    into v_payment
  from payments p where p.id = p_payment_id for update;
  if not found then
    perform app.fail(404, 'There is no such payment.', 'p_payment_id');
  end if;
  if p_idempotency_key is not null then
    select r.id, r.payment_id, r.amount into v_first
    from refunds r where r.organization_id = v_payment.organization_id and r.idempotency_key = p_idempotency_key;
    if found then
      if v_first.payment_id <> p_payment_id or v_first.amount <> coalesce(p_amount, v_first.amount) then
        perform app.refuse_key('refund');
      end if;
      return v_first.id;
    end if;
  end if;
  if p_as_credit and v_payment.user_id is null and v_payment.customer_id is null then
    perform app.fail(422, 'Credit needs somebody who owns it: this payment names no customer.', 'p_as_credit');
  end if;
  if v_payment.booking_type = 'voucher' then
    v_payment.left := least(v_payment.left, app.voucher_refundable(v_payment.booking_id));
  end if;
  if coalesce(p_amount, v_payment.left) <= 0 then
    perform app.fail(case when p_amount is null then 409 else 400 end, 'There is nothing to give back.', 'p_amount');
  end if;
  v_method := case when p_as_credit and v_payment.method not in ('credit', 'voucher') then 'credit' else v_payment.method end;
  insert into refunds (organization_id, payment_id, amount, tip_amount, currency, method, status, reason, requested_by, idempotency_key)
  values (v_payment.organization_id, p_payment_id, coalesce(p_amount, v_payment.left), p_tip_amount, v_payment.currency, v_method,
          case when v_method = 'online' or v_method = 'card' and v_payment.provider <> 'manual' then 'pending' else 'succeeded' end,
          p_reason, (select u.id from users u where u.id = auth.uid()), p_idempotency_key)
  returning id into v_id;

  if v_payment.method in ('credit', 'voucher') then
    perform app.return_credits(p_payment_id, v_id);
  elsif v_method = 'credit' then
    perform app.make_credit(v_payment.organization_id, v_payment.user_id, v_payment.customer_id, coalesce(p_amount, v_payment.left),
      v_payment.currency, 'refund', p_reason, null, null, v_payment.booking_type, v_payment.booking_id, v_id);
  end if;
  return v_id;
end $$;
comment on function app.refund_one(uuid, numeric, text, boolean, text, numeric) is
  'Gives back from one payment; null amount: all that is left. p_tip_amount says how much of it is gratuity. Returns the refund.';

create or replace function app.refund_payments(
  p_booking_type text,
  p_booking_id uuid,
  p_amount numeric default null,
  p_reason text default null,
  p_as_credit boolean default false) returns numeric
language plpgsql security definer
as $$
declare
  v_payment record;
  v_left numeric := p_amount;
  v_part numeric;
  v_sum numeric := 0;
begin
  if p_amount < 0 then
    perform app.fail(400, 'A refund is not negative.', 'p_amount');
  end if;
  perform 1 from payments p where p.booking_type = p_booking_type and p.booking_id = p_booking_id order by p.id for update;
  for v_payment in
    select p.id, p.amount - p.tip_amount - (p.refunded_amount - p.refunded_tip) as refundable
    from payments p
    where p.booking_type = p_booking_type and p.booking_id = p_booking_id
      and p.status in ('succeeded', 'partial_refund') and p.kept_amount > 0
    order by p.created_at desc, p.id
  loop
    v_part := least(v_payment.refundable, coalesce(v_left, v_payment.refundable));
    exit when v_part <= 0;
    perform app.refund_one(v_payment.id, v_part, p_reason, p_as_credit, null, 0);
    v_sum := v_sum + v_part;
    v_left := v_left - v_part;
  end loop;
  return v_sum;
end $$;
comment on function app.refund_payments(text, uuid, numeric, text, boolean) is
  'Gives back up to p_amount (null: everything) of what was paid for a booking, newest payment first; gratuities stay. Returns what goes back: never more than was paid.';

drop function if exists app.settle_refund(uuid, text, text, text);

grant execute on function app.prepare_refund(), app.refund_settles() to anon, authenticated, service_role;
grant execute on function app.refund_one(uuid, numeric, text, boolean, text, numeric), app.refund_payments(text, uuid, numeric, text, boolean)
  to service_role;
