-- SECURITY DEFINER, since bookings are written through functions only; staff with the right to change bookings.
create function api.update_booking(p_booking_id uuid, p_changes jsonb)
returns jsonb
language plpgsql security definer
as $$
declare
  v_key text;
  v_booking record;
  v_price record;
  v_promo text;
  v_message text;
  v_detail text;
  v_party int;
  v_digits int;
  v_moves boolean;
  v_prices boolean;
begin
  if app.booking_role(p_booking_id, 'update') <> 'house' then
    perform app.fail(403, 'Only staff change bookings; cancel or move it instead.', 'p_booking_id');
  end if;
  if jsonb_typeof(p_changes) is distinct from 'object' or p_changes = '{}' then
    perform app.fail(400, 'Say what changes.', 'p_changes');
  end if;
  for v_key in select jsonb_object_keys(p_changes) loop
    if v_key <> all (array['booking_date', 'start_time', 'booking_time', 'venue_id', 'party_size', 'players', 'ticket_types', 'status', 'customer_id',
                           'special_requests', 'internal_notes', 'metadata', 'total_amount']) then
      perform app.fail(400, format('%s cannot be changed.', left(v_key, 60)), left(v_key, 60));
    end if;
  end loop;
  begin
    v_party := coalesce(p_changes ->> 'party_size', p_changes ->> 'players')::int;
    perform (p_changes ->> 'booking_date')::date, coalesce(p_changes ->> 'start_time', p_changes ->> 'booking_time')::time,
            (p_changes ->> 'venue_id')::uuid, (p_changes ->> 'customer_id')::uuid, (p_changes ->> 'total_amount')::numeric;
  exception when data_exception then
    perform app.fail(400, sqlerrm, 'p_changes');
  end;
  if jsonb_typeof(coalesce(p_changes -> 'metadata', '{}')) <> 'object' then
    perform app.fail(400, 'Metadata is an object.', 'metadata');
  end if;

  -- a form sends everything: what is as it was is not moved or priced anew
  select b.booking_date, b.start_time, b.venue_id, b.party_size, b.ticket_types, b.total_amount, b.currency into v_booking from bookings b where b.id = p_booking_id;
  v_moves := coalesce((p_changes ->> 'booking_date')::date, v_booking.booking_date) <> v_booking.booking_date
    or coalesce(coalesce(p_changes ->> 'start_time', p_changes ->> 'booking_time')::time, v_booking.start_time) <> v_booking.start_time
    or coalesce((p_changes ->> 'venue_id')::uuid, v_booking.venue_id) <> v_booking.venue_id;
  v_prices := coalesce(v_party, v_booking.party_size) <> v_booking.party_size
    or app.tickets_chosen(coalesce(nullif(p_changes -> 'ticket_types', 'null'), v_booking.ticket_types)) <> app.tickets_chosen(v_booking.ticket_types);
  if not v_prices and not v_moves then
    perform app.check_total((p_changes ->> 'total_amount')::numeric, v_booking.total_amount, v_booking.currency, 'total_amount');
  end if;
  if v_moves then
    perform api.reschedule_booking(p_booking_id, coalesce((p_changes ->> 'booking_date')::date, v_booking.booking_date),
      coalesce((coalesce(p_changes ->> 'start_time', p_changes ->> 'booking_time'))::time, v_booking.start_time), (p_changes ->> 'venue_id')::uuid);
  end if;

  if v_prices then
    perform 1 from game_venues l join bookings b on b.venue_id = l.venue_id and b.game_id = l.game_id
    where b.id = p_booking_id for no key update of l;
    select b.status, b.venue_id, b.game_id, b.booking_date, b.start_time, b.party_size, b.ticket_types, b.promo_code_id, b.discount_amount, b.final_amount, b.deposit_amount
      into v_booking from bookings b where b.id = p_booking_id for update;
    if v_booking.status not in ('pending', 'confirmed', 'checked_in') then
      perform app.fail(422, format('A booking that is %s does not change any more.', replace(v_booking.status, '_', ' ')), 'status');
    end if;
    select * into v_price from app.price_booking(v_booking.venue_id, v_booking.game_id, coalesce(v_party, v_booking.party_size),
      coalesce(p_changes -> 'ticket_types', v_booking.ticket_types), null, v_booking.booking_date);
    v_digits := app.stored_decimals(v_price.currency);
    perform app.check_total((p_changes ->> 'total_amount')::numeric, v_price.total_amount, v_price.currency, 'total_amount');
    if v_booking.promo_code_id is not null then
      -- the code it has is priced again, though it may be used up or over by now
      select p.code, round(least(v_price.total_amount, case p.discount_type when 'percent' then v_price.total_amount * p.discount_value / 100
                                                                    else p.discount_value end), v_digits)
        into v_promo, v_price.discount_amount from promo_codes p where p.id = v_booking.promo_code_id;
      v_price.price_details := v_price.price_details || jsonb_build_object('label', v_promo, 'quantity', 1,
        'unit_price', -v_price.discount_amount, 'amount', -v_price.discount_amount);
      if v_price.total_amount > 0 then
        v_price.deposit_amount := round(v_price.deposit_amount * (1 - v_price.discount_amount / v_price.total_amount), v_digits);
        v_price.tax_amount := round(v_price.tax_amount * (1 - v_price.discount_amount / v_price.total_amount), v_digits);
        v_price.final_amount := v_price.final_amount - round(v_price.discount_amount * v_price.final_amount / v_price.total_amount, v_digits);
      end if;
    end if;
    begin
      update bookings b set party_size = coalesce(v_party, b.party_size), ticket_types = v_price.ticket_types,
        total_amount = v_price.total_amount, discount_amount = v_price.discount_amount, tax_amount = v_price.tax_amount,
        final_amount = v_price.final_amount, deposit_amount = v_price.deposit_amount, price_details = v_price.price_details
      where b.id = p_booking_id;
    exception when sqlstate 'MD409' then
      get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail;
    end;
    if v_message is not null then
      perform app.fail_taken(v_message, (v_detail::jsonb - 'field')::text, v_booking.venue_id, v_booking.game_id, v_booking.booking_date,
        v_booking.start_time, v_party, 'party_size');
    end if;
  end if;

  if p_changes ? 'customer_id' and not exists (
       select from customers c join bookings b on b.organization_id = c.organization_id
       where b.id = p_booking_id and c.id = (p_changes ->> 'customer_id')::uuid and c.deleted_at is null) then
    perform app.fail(404, 'There is no such customer.', 'customer_id');
  end if;
  update bookings b set
    customer_id = coalesce((p_changes ->> 'customer_id')::uuid, b.customer_id),
    special_requests = case when p_changes ? 'special_requests' then p_changes ->> 'special_requests' else b.special_requests end,
    internal_notes = case when p_changes ? 'internal_notes' then p_changes ->> 'internal_notes' else b.internal_notes end,
    metadata = coalesce(p_changes -> 'metadata', b.metadata)
  where b.id = p_booking_id and p_changes ?| array['customer_id', 'special_requests', 'internal_notes', 'metadata'];
  if p_changes ? 'status' then
    perform api.update_booking_status_batch(array[p_booking_id], p_changes ->> 'status');
  end if;
  return app.booking_body(p_booking_id);
end $$;
comment on function api.update_booking(uuid, jsonb) is
  'Changes a booking, all or nothing: booking_date, start_time (or booking_time), venue_id, party_size (or players), ticket_types, status, customer_id, special_requests, internal_notes, metadata. The price follows; total_amount is compared with it.';
grant execute on function api.update_booking(uuid, jsonb) to authenticated, service_role;
