-- SECURITY DEFINER: number and contact together are the guest. What each kind allows its customer holds here: this acts as the customer.
create function api.cancel_my_bookings(p_reference text, p_contact text default null, p_with uuid[] default '{}', p_accept boolean default false, p_refund numeric default null, p_reason text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_ids uuid[];
  v_goes uuid[];
  v_all uuid[];
  v_one record;
  v_back numeric;
  v_total numeric := 0;
  v_list jsonb := '[]';
  v_offer jsonb := '[]';
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('cancel_my_bookings');
  v_ids := app.find_guest_bookings(p_reference, p_contact);
  v_goes := app.goes_with(v_ids, nullif(trim(p_contact), '') is null);
  if exists (select from unnest(p_with) w where w <> all (v_goes)) then
    perform app.fail(404, 'There is no such booking that goes with it.', 'p_with');
  end if;
  -- of a basket, what still stands; of one booking, that one whatever its state, so that the answer says why not
  if cardinality(v_ids) > 1 then
    v_ids := array(select g.booking_id from app.guest_bookings(null, null, v_ids) g where g.status in ('pending', 'confirmed') and g.starts_at > now());
  end if;
  v_goes := array(select g.booking_id from app.guest_bookings(null, null, v_goes) g where g.status in ('pending', 'confirmed') and g.starts_at > now());
  if v_ids = '{}' then
    perform app.fail(422, 'There is nothing left to cancel.', 'p_reference');
  end if;
  v_all := v_ids || v_goes;
  perform app.lock_guest_bookings(v_all);
  begin
    for v_one in
      select g.booking_type, g.booking_id, g.kind, g.reference, g.title, g.starts_at, g.timezone, g.currency, g.customer_id, app.paid_amount(g.booking_type, g.booking_id) as paid,
             g.booking_id = any (v_ids || p_with) as chosen
      from app.guest_bookings(null, null, case when coalesce(p_accept, false) then v_ids || p_with else v_all end) g
      order by array_position(array['reservation', 'chalet', 'pool', 'experience'], g.booking_type), g.booking_id
    loop
      perform app.act_for(v_one.customer_id);
      v_back := app.cancel_guest_booking(v_one.booking_type, v_one.booking_id, p_reason);
      if v_one.chosen then
        v_total := v_total + v_back;
        v_list := v_list || jsonb_build_object('booking_type', v_one.booking_type, 'booking_id', v_one.booking_id, 'kind', v_one.kind, 'reference', v_one.reference, 'title', v_one.title,
          'starts_at', v_one.starts_at, 'timezone', v_one.timezone, 'paid', v_one.paid, 'refund', v_back);
      else
        v_offer := v_offer || jsonb_build_object('booking_type', v_one.booking_type, 'booking_id', v_one.booking_id, 'kind', v_one.kind, 'reference', v_one.reference, 'title', v_one.title,
          'starts_at', v_one.starts_at, 'timezone', v_one.timezone, 'paid', v_one.paid, 'refund', v_back);
      end if;
    end loop;
    if not coalesce(p_accept, false) then
      raise exception using errcode = 'MD200';      -- looked, and nothing happened
    end if;
    if p_refund is not null and p_refund <> v_total then
      perform app.fail(409, format('%s %s go back.', v_total, v_one.currency), 'p_refund', jsonb_build_object('reason', 'refund_changed', 'was', p_refund, 'now', v_total), 'Show this amount and ask again.');
    end if;
  exception when sqlstate 'MD200' then
    null;
  end;
  perform app.act_for(null);
  return jsonb_build_object('accepted', coalesce(p_accept, false), 'bookings', v_list, 'refund', v_total, 'currency', v_one.currency, 'goes_with', v_offer);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('cancel_my_bookings', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.cancel_my_bookings(text, text, uuid[], boolean, numeric, text) is
  'Cancels a booking (or all of a basket) by its number and the contact it was made with (null: the login''s own), and in the same step what goes with it (p_with: booking_id of goes_with). Without p_accept it only tells what would go back of each; with p_accept it does so, and p_refund (decimal) is the sum that was shown. Public.
answers {"accepted": "boolean", "bookings": "gone[]", "refund": "number", "currency": "text", "goes_with": "gone[]"}
shape gone {"booking_type": "text", "booking_id": "uuid", "kind": "=stay | =table | =pool | =game", "reference": "text", "title": "text", "starts_at": "instant", "timezone": "text",
  "paid": "number", "refund": "number"}';
grant execute on function api.cancel_my_bookings(text, text, uuid[], boolean, numeric, text) to anon, authenticated, service_role;
