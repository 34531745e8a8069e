-- A stay as people see it, and what money does to it.

create or replace function app.chalet_booking_json(p_booking_id uuid) returns jsonb
language sql stable security definer
as $$
  select to_jsonb(b) - 'idempotency_key' - 'stay' - 'created_by'
         || jsonb_build_object('chalet', c.name, 'nights', b.check_out - b.check_in, 'check_in_time', c.check_in_time, 'check_out_time', c.check_out_time,
              'paid', p.paid, 'balance', greatest(0, case when b.status in ('cancelled', 'no_show') then 0 else b.total_price - p.paid end),
              'addons', coalesce((select jsonb_agg(to_jsonb(a) - 'organization_id' - 'booking_id' order by a.created_at, a.name) from booking_addons a where a.booking_id = b.id), '[]'))
  from chalet_bookings b join chalets c on c.id = b.chalet_id,
  lateral (select coalesce(app.paid_amount('chalet', b.id), 0) as paid) p
  where b.id = p_booking_id;
$$;

-- Writes a quote into a booking's add-ons.
create or replace function app.write_booking_addons(p_booking_id uuid, p_quote jsonb) returns void
language sql security definer
as $$
  delete from booking_addons where booking_id = p_booking_id;
  insert into booking_addons (booking_id, addon_id, name, price, per, quantity, units, tax_rate, tax_amount, total_price)
  select p_booking_id, (a ->> 'addon_id')::uuid, a ->> 'name', (a ->> 'price')::numeric, a ->> 'per', (a ->> 'quantity')::int, (a ->> 'units')::int,
         (a ->> 'tax_rate')::numeric, (a ->> 'tax')::numeric, (a ->> 'total')::numeric
  from jsonb_array_elements(p_quote -> 'addons') a;
$$;

-- Money that came for something after it was cancelled goes back, payment by payment.
create or replace function app.return_late_money(p_kind text, p_id uuid, p_since timestamptz) returns void
language plpgsql security definer
as $$
declare
  v_payment uuid;
begin
  loop
    -- one at a time: refunding comes back here through the settling
    select id into v_payment from payments
    where booking_type = p_kind and booking_id = p_id and status in ('succeeded', 'partial_refund') and amount > refunded_amount and paid_at > p_since
    order by created_at, id limit 1;
    exit when not found;
    perform app.refund_one(v_payment, null, 'It was cancelled when the money came.');
  end loop;
end $$;

-- What the payments say about a stay: deposit in hand confirms it; late money takes the nights again if they are still
-- free and goes back if not.
create or replace function app.settle_chalet_booking(p_booking_id uuid) returns void
language plpgsql security definer
as $$
declare
  b record;
  v_chalet uuid;
  v_paid numeric;
  v_refunded numeric;
  v_gone boolean := false;
begin
  -- parent before child: where nights may change hands the chalet is locked before the booking
  select chalet_id into v_chalet from chalet_bookings
  where id = p_booking_id and (status = 'cancelled' and hold_ran_out or status = 'pending' and hold_expires_at <= now());
  if found then
    perform app.lock_chalets(v_chalet);
    perform app.expire_chalet_holds(v_chalet);
  end if;
  select * into b from chalet_bookings where id = p_booking_id for update;
  if not found then
    return;      -- money for a booking that is not there is the business of the payments
  end if;
  v_paid := coalesce(app.paid_amount('chalet', p_booking_id), 0);
  select coalesce(sum(refunded_amount - refunded_tip), 0) into v_refunded from payments
  where booking_type = 'chalet' and booking_id = p_booking_id;

  if v_paid > 0 and v_paid >= b.deposit_due then
    if b.status = 'pending' then
      update chalet_bookings set status = 'confirmed' where id = p_booking_id;
    elsif b.status = 'cancelled' and b.hold_ran_out then
      begin
        update chalet_bookings set status = 'confirmed', hold_ran_out = false, cancelled_at = null, cancellation_reason = null, refund_amount = null
        where id = p_booking_id;
      exception when exclusion_violation or sqlstate 'MD409' then
        v_gone := true;
      end;
      if v_gone then
        -- told first, for refund_payments comes back here
        update chalet_bookings set hold_ran_out = false, refund_amount = v_paid, payment_status = 'refunded',
          cancellation_reason = 'The hold had run out and the nights were gone when the money came.'
        where id = p_booking_id;
        perform app.refund_payments('chalet', p_booking_id, v_paid, 'The nights were gone when the money came.');
        return;
      end if;
    end if;
  end if;

  if b.status = 'cancelled' and v_paid > 0 and (not b.hold_ran_out or v_paid < b.deposit_due)
     and exists (select from payments where booking_type = 'chalet' and booking_id = p_booking_id and status in ('succeeded', 'partial_refund')
                                        and amount > refunded_amount and paid_at > b.cancelled_at) then
    perform app.return_late_money('chalet', p_booking_id, b.cancelled_at);
    v_paid := coalesce(app.paid_amount('chalet', p_booking_id), 0);
    select coalesce(sum(refunded_amount - refunded_tip), 0) into v_refunded from payments where booking_type = 'chalet' and booking_id = p_booking_id;
  end if;

  update chalet_bookings set payment_status = case
      when v_paid <= 0 and v_refunded > 0 then 'refunded'
      when status = 'cancelled' and v_refunded > 0 then 'partial_refund'
      when v_paid >= total_price and v_paid > 0 then 'paid'
      when v_refunded > 0 then 'partial_refund'
      when v_paid > 0 and v_paid >= deposit_due then 'deposit_paid'
      else 'pending' end
  where id = p_booking_id;
end $$;
comment on function app.settle_chalet_booking(uuid) is 'Brings a stay''s payment_status and status in line with what has been paid and refunded.';

-- Called by the payments when money for a stay has come or gone.
create or replace function app.payment_settled_chalet(p_booking_id uuid, p_payment_id uuid) returns void
language sql security definer
as $$ select app.settle_chalet_booking(p_booking_id) $$;

-- What cancelling gives back: by the terms agreed at booking, counted from the earliest arrival ever agreed.
create or replace function app.stay_refund(p_booking_id uuid, p_amount numeric) returns numeric
language sql stable security definer
as $$
  select case
    when p_amount <= 0 then 0
    when b.cancellation_policy_id is null then p_amount
    else app.cancellation_refund(b.cancellation_policy_id, p_amount,
           (b.first_check_in + c.check_in_time) at time zone o.timezone, b.currency) end
  from chalet_bookings b join chalets c on c.id = b.chalet_id join organizations o on o.id = b.organization_id
  where b.id = p_booking_id;
$$;

create or replace function app.chalet_guest_name(p_guest_details jsonb, p_customer_id uuid, p_user_id uuid) returns text
language sql stable security definer
as $$
  select coalesce(nullif(p_guest_details ->> 'full_name', ''), (select full_name from customers where id = p_customer_id),
                  (select coalesce(full_name, email) from users where id = p_user_id));
$$;
grant execute on function app.chalet_guest_name(jsonb, uuid, uuid) to authenticated, service_role;

-- A stay that the desk moves on, locked: refuses those who may not, and a step that the state diagram lacks ("cannot be checked in").
-- p_from: the statuses that it may move from, with | between them.
create or replace function app.stay_at_desk(
  p_booking_id uuid, p_from text, p_to text, p_what text,
  out id uuid, out organization_id uuid, out chalet_id uuid, out check_in date, out check_out date, out total_price numeric, out currency text,
  out today date)
language plpgsql
as $$
declare
  v_status text;
begin
  select b.id, b.organization_id, b.chalet_id, b.check_in, b.check_out, b.total_price, b.currency,
         app.business_date(now(), o.timezone, o.business_day_cutoff), b.status
    into id, organization_id, chalet_id, check_in, check_out, total_price, currency, today, v_status
  from chalet_bookings b join organizations o on o.id = b.organization_id
  where b.id = p_booking_id for update of b;
  if not found or not app.works_for(organization_id, 'stays', 'read') then
    perform app.fail(404, 'There is no such stay.', 'p_booking_id');
  end if;
  perform app.require_work(organization_id, 'stays', 'update');
  if v_status <> all (string_to_array(p_from, '|')) then
    perform app.fail(422, format('A stay that is %s cannot %s.', replace(v_status, '_', ' '), p_what), 'status', jsonb_build_object('from', v_status, 'to', p_to));
  end if;
end $$;

-- Daily (app.maintain_tenant); nothing waits for it, for every function looks at the clock itself.
create or replace function app.maintain_stays() returns void
language sql security definer
as $$ select app.expire_chalet_holds() $$;

-- For whom a stay is booked: customers for themselves, the desk for anybody it can name. p_on_site: nobody carries online payments, so nothing waits for one.
create or replace function app.stay_buyer(
  p_organization_id uuid, p_staff boolean, p_user_id uuid, p_customer_id uuid, p_guest jsonb, p_on_site boolean, p_today date,
  out user_id uuid, out full_name text, out email text, out phone text)
language plpgsql stable security definer
as $$
begin
  stay_buyer.user_id := p_user_id;
  if not p_staff then
    if p_user_id is distinct from auth.uid() and p_user_id is not null or p_customer_id is not null and p_customer_id <> all (app.own_customer_ids()) then
      perform app.fail(403, 'You book for yourself.', case when p_customer_id is null then 'p_user_id' else 'p_customer_id' end);
    end if;
    stay_buyer.user_id := auth.uid();
    if (select count(*) from chalet_bookings b where b.user_id = stay_buyer.user_id and b.status = 'pending' and b.hold_expires_at > now()) >= 5 then
      perform app.fail(429, 'Pay or cancel the stays you hold first.', null, '{"holds": 5}');
    end if;
    if p_on_site and (select count(*) from chalet_bookings b where b.user_id = stay_buyer.user_id and b.status = 'confirmed' and b.source = 'direct'
                        and b.check_in >= p_today and b.deposit_due > 0 and app.paid_amount('chalet', b.id) < b.deposit_due) >= 5 then
      perform app.fail(429, 'Pay or cancel the stays you have booked first.', null, '{"unpaid": 5}');
    end if;
  end if;
  if p_customer_id is not null and not exists (select from customers where id = p_customer_id and organization_id = p_organization_id and deleted_at is null) then
    perform app.fail(404, 'There is no such customer.', 'p_customer_id');
  end if;
  if stay_buyer.user_id is not null then
    select u.full_name, u.email, u.phone into full_name, email, phone from users u
    where u.id = stay_buyer.user_id and u.deleted_at is null and coalesce(u.organization_id, p_organization_id) = p_organization_id;
    if not found then
      perform app.fail(404, 'There is no such user.', 'p_user_id');
    end if;
  end if;
  if p_customer_id is null and stay_buyer.user_id is null and coalesce(p_guest ->> 'email', p_guest ->> 'phone') is null then
    perform app.fail(400, 'Name the guest: a customer, a user, or full name with e-mail or phone.', 'p_guest_details');
  end if;
end $$;

-- Whether a stay may be changed now, by whom, and how far.
create or replace function app.check_stay_change(
  p_status text, p_staff boolean, p_was_check_in date, p_today date, p_other_chalet boolean, p_check_in date, p_check_out date) returns void
language plpgsql immutable
as $$
begin
  if p_status not in ('pending', 'confirmed', 'checked_in') or (p_status = 'checked_in' and not p_staff) then
    perform app.fail(422, format('A stay that is %s cannot be changed.', replace(p_status, '_', ' ')), 'status', jsonb_build_object('from', p_status));
  end if;
  if not p_staff and p_was_check_in <= p_today then
    perform app.fail(422, 'On the day of arrival the desk changes a stay.', 'p_booking_id');
  end if;
  if p_status = 'checked_in' then
    if p_other_chalet or coalesce(p_check_in, p_was_check_in) <> p_was_check_in then
      perform app.fail(422, 'The guests have moved in: only the departure and the party can change.', case when p_other_chalet then 'p_chalet_id' else 'p_check_in' end);
    end if;
    if p_check_out < p_today then
      perform app.fail(400, 'This day is past.', 'p_check_out');
    end if;
  end if;
end $$;
comment on function app.chalet_booking_json(uuid) is
  'A stay. Amounts in its currency.
shape chalet_booking {"...": "chalet_bookings(id, guests, source, status, user_id, check_in, currency, chalet_id, check_out, reference, change_fee, created_at, tax_amount, updated_at, customer_id, deposit_due, modified_at, total_price, addons_price, cancelled_at, hold_ran_out, nights_price, checked_in_at, refund_amount, released_from, checked_out_at, first_check_in, payment_status, hold_expires_at, organization_id, special_requests, cancellation_reason, cancellation_policy_id, guest_details, price_breakdown)",
  "chalet": "text", "nights": "int", "check_in_time": "time", "check_out_time": "time", "paid": "number", "balance": "number",
  "addons": [{"...": "booking_addons(id, per, name, price, units, addon_id, quantity, tax_rate, created_at, tax_amount, total_price)"}]}';
