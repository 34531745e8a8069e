-- SECURITY DEFINER: customers cancel what is theirs; staff with the right to change bookings cancel all of their organization.
create function api.cancel_booking(
  p_booking_id uuid,
  p_reason text default null,
  p_issue_refund boolean default false,
  p_refund_amount numeric default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_role text := app.booking_role(p_booking_id, 'update');
  v_booking record;
  v_refund numeric := 0;
begin
  if length(p_reason) > 1000 then
    perform app.fail(400, 'A reason has at most 1000 characters.', 'p_reason');
  end if;
  -- payments before the booking: the order in which money that is just coming in takes them
  perform 1 from payments p where p.booking_type = 'experience' and p.booking_id = p_booking_id order by p.id for update;
  select b.status, b.starts_at, b.organization_id into v_booking from bookings b where b.id = p_booking_id for update;
  if v_booking.status not in ('pending', 'confirmed') then
    perform app.fail(422, case v_booking.status
        when 'cancelled' then 'This booking has been cancelled already.'
        else format('A booking that is %s cannot be cancelled.', replace(v_booking.status, '_', ' ')) end,
      'status', jsonb_build_object('from', v_booking.status, 'to', 'cancelled'));
  end if;
  if v_role = 'customer' then
    if v_booking.starts_at <= now() then
      perform app.fail(422, 'The game has begun.', 'status');
    end if;
    p_issue_refund := true;              -- what the policy gives, the customer gets
    if p_refund_amount is not null then
      perform app.fail(403, 'The cancellation policy decides the refund.', 'p_refund_amount');
    end if;
  elsif p_refund_amount is not null and not app.works_for(v_booking.organization_id, 'payments', 'update') then
    perform app.fail(403, 'You may not decide the refund.', 'p_refund_amount');
  end if;

  update bookings b set status = 'cancelled', cancellation_cause = 'requested', cancellation_reason = nullif(trim(p_reason), ''),
    cancelled_by = (select u.id from users u where u.id = auth.uid())
  where b.id = p_booking_id;
  perform app.cancel_pending_payments('experience', p_booking_id);
  if coalesce(p_issue_refund, false) or p_refund_amount is not null then
    v_refund := app.refund_booking(p_booking_id, p_refund_amount, coalesce(nullif(trim(p_reason), ''), 'Booking cancelled'));
  end if;
  return app.booking_body(p_booking_id) || jsonb_build_object('refund_amount', v_refund);
end $$;
comment on function api.cancel_booking(uuid, text, boolean, numeric) is
  'Cancels a booking and gives back slot, seats and promo code. p_issue_refund gives back what the cancellation policy says; p_refund_amount (organization''s currency, needs the right to change payments) decides otherwise. Customers who cancel get what the policy says.
answers {"...": "booking", "refund_amount": "number | null"}';
grant execute on function api.cancel_booking(uuid, text, boolean, numeric) to authenticated, service_role;
