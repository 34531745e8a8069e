-- SECURITY DEFINER: stays are written by functions only. Rights are checked by modify_chalet_booking too.
create function api.change_stay(
  p_booking_id uuid, p_seen timestamptz, p_check_in date default null, p_check_out date default null, p_guests int default null,
  p_chalet_id uuid default null, p_special_requests text default null, p_guest_details jsonb default null, p_total_price numeric default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_stay record;
begin
  select organization_id, chalet_id into v_stay from chalet_bookings where id = p_booking_id;
  if v_stay.organization_id is null or not app.works_for(v_stay.organization_id, 'stays', 'read') then
    perform app.fail(404, 'There is no such stay.', 'p_booking_id');
  end if;
  perform app.require_work(v_stay.organization_id, 'stays', 'update');
  if p_seen is null then
    perform app.fail(400, 'Say which state of the stay you have seen.', 'p_seen', '{}', 'Its updated_at.');
  end if;
  if p_guest_details is not null and (jsonb_typeof(p_guest_details) <> 'object' or length(p_guest_details::text) > 10000) then
    perform app.fail(400, 'Guest details are an object such as {"full_name", "email", "phone"}.', 'p_guest_details');
  end if;
  -- parent before child, as everywhere
  perform app.lock_chalets(v_stay.chalet_id, coalesce(p_chalet_id, v_stay.chalet_id));
  perform from chalet_bookings where id = p_booking_id for update;
  perform app.check_seen(p_booking_id, p_seen);
  return api.modify_chalet_booking(p_booking_id, p_check_in, p_check_out, p_guests, p_chalet_id, null, p_special_requests,
    case when p_guest_details is not null then (select guest_details from chalet_bookings where id = p_booking_id) || p_guest_details end, p_total_price);
end $$;
comment on function api.change_stay(uuid, timestamptz, date, date, int, uuid, text, jsonb, numeric) is
  'Desk: changes a stay as modify_chalet_booking does, but only the one that was looked at: p_seen is its updated_at. If somebody else has changed it meanwhile it answers 409 with reason "changed", who did (by) and how it is now, and changes nothing. p_guest_details are added to those known. Decimal amounts.
answers {"...": "chalet_booking", "refunded": "number"}';
grant execute on function api.change_stay(uuid, timestamptz, date, date, int, uuid, text, jsonb, numeric) to authenticated, service_role;
