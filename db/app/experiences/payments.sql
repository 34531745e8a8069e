-- Money of bookings: the amounts on the booking mirror the payments, and money decides whether a held booking stays.

create or replace function app.mirror_booking_payments(p_booking_id uuid) returns void
language sql security definer
as $$
  with money as (
    select coalesce(sum(p.amount - p.tip_amount - p.rounding_amount), 0) as paid,
           coalesce(sum(p.amount - p.tip_amount - p.rounding_amount - p.kept_amount), 0) as refunded
    from payments p
    where p.booking_type = 'experience' and p.booking_id = p_booking_id and p.status in ('succeeded', 'partial_refund', 'refunded')
  )
  update bookings b set paid_amount = money.paid, refunded_amount = money.refunded
  from money
  where b.id = p_booking_id and (b.paid_amount, b.refunded_amount) is distinct from (money.paid, money.refunded);
$$;
comment on function app.mirror_booking_payments(uuid) is 'Copies what came in and went back from the payments to the booking, for lists and reports.';

-- Called by app.announce_payment() when money has come or gone.
--   enough for the deposit         pending -> confirmed
--   too late, slot still free      cancelled (hold expired) -> confirmed again
--   too late, slot gone            given back
--   after a cancellation           given back
create or replace function app.payment_settled_experience(p_booking_id uuid, p_payment_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_booking record;
  v_payment record;
begin
  select p.status, p.amount - p.refunded_amount as left into v_payment from payments p where p.id = p_payment_id;
  if v_payment.status is distinct from 'succeeded' or v_payment.left <= 0 then
    perform app.mirror_booking_payments(p_booking_id);
    return;    -- news about a refund
  end if;
  -- it may have to take its room again: room before booking, as everywhere
  perform 1 from venues v join bookings b on b.venue_id = v.id where b.id = p_booking_id and v.capacity is not null for no key update of v;
  perform 1 from game_venues l join bookings b on b.venue_id = l.venue_id and b.game_id = l.game_id where b.id = p_booking_id for no key update of l;
  select b.status, b.cancellation_cause, b.deposit_amount, b.starts_at into v_booking from bookings b where b.id = p_booking_id for update;
  if not found then
    return;
  end if;
  perform app.mirror_booking_payments(p_booking_id);

  if v_booking.status = 'pending' and app.paid_amount('experience', p_booking_id) >= v_booking.deposit_amount then
    update bookings b set status = 'confirmed' where b.id = p_booking_id;
  elsif v_booking.status = 'cancelled' then
    if v_booking.cancellation_cause = 'hold_expired' and v_booking.starts_at > now()
       and app.paid_amount('experience', p_booking_id) >= v_booking.deposit_amount then
      begin
        -- naming start_time lets the place trigger lock the room and check it again
        update bookings b set status = 'confirmed', start_time = b.start_time where b.id = p_booking_id;
        return;
      exception when exclusion_violation or sqlstate 'MD409' then
        null;  -- somebody else has it now
      end;
    end if;
    perform app.refund_payments('experience', p_booking_id, null, 'The booking had been cancelled when the money came.');
    perform app.mirror_booking_payments(p_booking_id);
  end if;
end $$;
comment on function app.payment_settled_experience(uuid, uuid) is
  'Money came or went: confirms a held booking, books an expired one again when its slot is still free, else gives the money back.';

-- Refunds under way, failed ones and moved payments do not announce themselves.
create or replace function app.follow_payment() returns trigger
language plpgsql security definer
as $$
begin
  if old.booking_type = 'experience' and old.booking_id is not null then
    perform app.mirror_booking_payments(old.booking_id);
  end if;
  if new.booking_type = 'experience' and new.booking_id is distinct from old.booking_id then
    perform app.mirror_booking_payments(new.booking_id);
  end if;
  return null;
end $$;

-- Gives back by the policy agreed when it was booked, or the amount that somebody with the right to decides.
create or replace function app.refund_booking(p_booking_id uuid, p_amount numeric, p_reason text) returns numeric
language plpgsql security definer
as $$
declare
  v_booking record;
  v_paid numeric := app.paid_amount('experience', p_booking_id);
  v_back numeric;
begin
  select b.cancellation_policy_id, least(b.first_starts_at, b.starts_at) as starts_at, b.currency into v_booking from bookings b where b.id = p_booking_id;
  if p_amount > v_paid then
    perform app.fail(400, format('Only %s %s have been paid.', v_paid, v_booking.currency), 'p_refund_amount',
      jsonb_build_object('refundable', v_paid, 'currency', v_booking.currency));
  end if;
  if p_amount < 0 then
    perform app.fail(400, 'A refund is not negative.', 'p_refund_amount');
  end if;
  v_back := coalesce(p_amount, app.cancellation_refund(v_booking.cancellation_policy_id, v_paid, v_booking.starts_at, v_booking.currency));
  if v_back > 0 then
    v_back := app.refund_payments('experience', p_booking_id, v_back, p_reason);
    perform app.mirror_booking_payments(p_booking_id);
  end if;
  return v_back;
end $$;

grant execute on function app.follow_payment() to anon, authenticated, service_role;
