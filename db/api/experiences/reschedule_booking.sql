-- SECURITY DEFINER: customers move what is theirs, to a start that is offered.
create function api.reschedule_booking(p_booking_id uuid, p_booking_date date, p_start_time time, p_venue_id uuid default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_role text := app.booking_role(p_booking_id, 'update');
  v_booking record;
  v_price record;
  v_start timestamptz;
  v_message text;
  v_detail text;
begin
  select b.venue_id, b.game_id, b.status, b.starts_at, b.party_size, b.organization_id, b.free_from - b.starts_at as length
    into v_booking from bookings b where b.id = p_booking_id;
  p_venue_id := coalesce(p_venue_id, v_booking.venue_id);
  if not exists (select from venues v where v.id = p_venue_id and v.organization_id = v_booking.organization_id and v.deleted_at is null) then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  if p_venue_id <> v_booking.venue_id and v_role = 'customer' then
    perform app.fail(403, 'Only staff move a booking to another venue.', 'p_venue_id');
  end if;
  if v_role = 'customer' and v_booking.starts_at <= now() then
    perform app.fail(422, 'The game has begun.', 'status');
  end if;
  perform app.check_start(p_venue_id, v_booking.game_id, p_booking_date, p_start_time, v_booking.party_size, v_role = 'customer');

  if v_role = 'customer' and exists (
       select from bookings b join promo_codes p on p.id = b.promo_code_id
       where b.id = p_booking_id and (p_booking_date < p.valid_from or p_booking_date > p.valid_to)) then
    perform app.fail(422, 'The code of this booking is not good for that date.', 'p_booking_date', '{}', 'Choose a date the code is good for, or ask the house.');
  end if;
  -- rooms before bookings, both rooms in one order
  perform 1 from venues v where v.id in (p_venue_id, v_booking.venue_id) and v.capacity is not null order by v.id for no key update;
  perform 1 from game_venues l where l.game_id = v_booking.game_id and l.venue_id in (p_venue_id, v_booking.venue_id)
    order by l.id for no key update;
  select app.booking_instant(p_booking_date, p_start_time, v.timezone) into v_start from venues v where v.id = p_venue_id;
  perform app.expire_holds(p_venue_id, v_booking.game_id, v_start, v_start + v_booking.length);
  select b.venue_id, b.status, b.ticket_types, b.party_size, b.game_id, b.hold_expires_at into v_booking
  from bookings b where b.id = p_booking_id for update;
  if v_booking.status not in ('pending', 'confirmed') or v_booking.hold_expires_at <= now() then
    perform app.fail(422, format('A booking that is %s cannot be moved.',
      case when v_booking.hold_expires_at <= now() then 'expired' else replace(v_booking.status, '_', ' ') end), 'status',
      jsonb_build_object('from', v_booking.status));
  end if;
  begin
    update bookings b set venue_id = p_venue_id, booking_date = p_booking_date, start_time = p_start_time,
      -- who moves their own game away keeps the terms of the first start; what the house moves counts as it stands
      first_starts_at = case when v_role = 'customer' then least(b.first_starts_at, b.starts_at) else b.first_starts_at end
    where b.id = p_booking_id;
    if p_venue_id <> v_booking.venue_id then
      -- another venue may have another price; the discount stays what it was, within the new price
      select * into v_price from app.price_booking(p_venue_id, v_booking.game_id, v_booking.party_size, v_booking.ticket_types, null, p_booking_date);
      update bookings b set
        total_amount = v_price.total_amount, discount_amount = least(b.discount_amount, v_price.total_amount),
        final_amount = round(v_price.final_amount * (1 - least(b.discount_amount, v_price.total_amount) / nullif(v_price.total_amount, 0)), app.stored_decimals(v_price.currency)),
        tax_amount = round(v_price.tax_amount * (1 - least(b.discount_amount, v_price.total_amount) / nullif(v_price.total_amount, 0)), app.stored_decimals(v_price.currency)),
        price_details = v_price.price_details
      where b.id = p_booking_id and b.total_amount is distinct from v_price.total_amount and v_price.total_amount > 0;
    end if;
  exception
    when exclusion_violation then
      v_message := 'This slot is taken.';
    when sqlstate 'MD409' then
      get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail;
  end;
  if v_message is not null then
    perform app.fail_taken(v_message, (coalesce(v_detail, '{}')::jsonb - 'field')::text, p_venue_id, v_booking.game_id, p_booking_date,
      p_start_time, v_booking.party_size);
  end if;
  return app.booking_body(p_booking_id);
end $$;
comment on function api.reschedule_booking(uuid, date, time, uuid) is
  'Moves a booking to another start (wall clock at the venue), all or nothing. A start that is gone: 409 with alternatives, and the old one stays.
answers "booking"';
grant execute on function api.reschedule_booking(uuid, date, time, uuid) to authenticated, service_role;
