-- SECURITY DEFINER: customers cancel their own stays without a right on the table.
create function api.cancel_chalet_booking(p_booking_id uuid, p_reason text default null, p_refund_amount numeric default null) returns jsonb
language plpgsql security definer
as $$
declare
  b record;
  v_staff boolean;
  v_paid numeric;
  v_refund numeric;
begin
  select * into b from chalet_bookings where id = p_booking_id for update;
  v_staff := b.id is not null and app.works_for(b.organization_id, 'stays', 'update');
  if b.id is null or not (v_staff or app.is_my_chalet_booking(b.id)) then
    perform app.fail(404, 'There is no such stay.', 'p_booking_id');
  end if;
  if b.status not in ('pending', 'confirmed') then
    perform app.fail(422, format('A stay that is %s cannot be cancelled.', replace(b.status, '_', ' ')), 'status', jsonb_build_object('from', b.status, 'to', 'cancelled'));
  end if;
  if length(p_reason) > 2000 then
    perform app.fail(400, 'A reason has at most 2000 characters.', 'p_reason');
  end if;
  v_paid := coalesce(app.paid_amount('chalet', b.id), 0);
  v_refund := app.agreed_refund(p_refund_amount, app.stay_refund(b.id, v_paid), v_paid, b.organization_id, b.currency, v_staff);

  update chalet_bookings set status = 'cancelled', cancelled_at = now(), cancellation_reason = nullif(trim(p_reason), ''),
    refund_amount = v_refund, hold_expires_at = null
  where id = b.id;
  perform app.cancel_pending_payments('chalet', b.id);
  if v_refund > 0 then
    perform app.refund_payments('chalet', b.id, v_refund, coalesce(nullif(trim(p_reason), ''), 'The stay was cancelled.'));
  end if;
  perform app.settle_chalet_booking(b.id);
  return app.chalet_booking_json(b.id);
end $$;
comment on function api.cancel_chalet_booking(uuid, text, numeric) is
  'Cancels a stay that has not begun and frees its nights. The cancellation terms agreed at booking decide the refund (refund_amount, decimal); the desk may set less with p_refund_amount, and who may refund payments more, up to what was paid.
answers "chalet_booking"';
grant execute on function api.cancel_chalet_booking(uuid, text, numeric) to authenticated, service_role;
