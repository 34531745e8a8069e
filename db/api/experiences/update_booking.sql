-- SECURITY DEFINER, since bookings are written through functions only; staff with the right to change bookings.
create function api.update_booking(p_booking_id uuid, p_changes jsonb)
returns jsonb
language plpgsql security definer
as $$
declare
  v_key text;
  v_booking record;
  v_party int;
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
    perform app.reprice_booking(p_booking_id, p_changes, v_party);
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
  'Changes a booking, all or nothing: booking_date, start_time (or booking_time), venue_id, party_size (or players), ticket_types, status, customer_id, special_requests, internal_notes, metadata. The price follows; total_amount is compared with it.
answers "booking"
takes {"p_changes": "booking_changes"}
shape booking_changes {"booking_date?": "text | null", "start_time?": "text | null", "booking_time?": "text | null", "venue_id?": "text | null", "party_size?": "number | null",
  "players?": "number | null", "ticket_types?": "json", "status?": "bookings.status | null", "customer_id?": "text | null", "special_requests?": "text | null",
  "internal_notes?": "text | null", "metadata?": "json", "total_amount?": "number | null"}';
grant execute on function api.update_booking(uuid, jsonb) to authenticated, service_role;
