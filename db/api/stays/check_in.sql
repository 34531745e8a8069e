-- SECURITY DEFINER: the status moves through here only; checks the desk's right itself.
create function api.check_in(p_booking_id uuid, p_guest_details jsonb default null) returns jsonb
language plpgsql security definer
as $$
declare
  b record;
  v_other record;
begin
  select x.*, c.status as chalet_status, c.name as chalet into b
  from app.stay_at_desk(p_booking_id, 'confirmed|no_show', 'checked_in', 'be checked in') x join chalets c on c.id = x.chalet_id;
  if b.today < b.check_in then
    perform app.fail(422, 'The stay begins later; move its arrival first.', 'p_booking_id', jsonb_build_object('check_in', b.check_in, 'today', b.today));
  end if;
  if b.today >= b.check_out then
    perform app.fail(410, 'The stay is over.', 'p_booking_id', jsonb_build_object('check_out', b.check_out, 'today', b.today));
  end if;
  if b.chalet_status <> 'active' then
    perform app.fail(409, format('%s is under %s.', b.chalet, b.chalet_status), 'p_booking_id', '{}', 'Move the stay to another chalet.');
  end if;
  select id, reference into v_other from chalet_bookings where chalet_id = b.chalet_id and status = 'checked_in' limit 1;
  if found then
    perform app.fail(409, format('The guests of %s have not left yet.', v_other.reference), 'p_booking_id', jsonb_build_object('booking_id', v_other.id));
  end if;
  if p_guest_details is not null and (jsonb_typeof(p_guest_details) <> 'object' or length(p_guest_details::text) > 10000) then
    perform app.fail(400, 'Guest details are an object.', 'p_guest_details');
  end if;
  update chalet_bookings set status = 'checked_in', checked_in_at = now(), guest_details = guest_details || coalesce(p_guest_details, '{}')
  where id = b.id;
  return app.chalet_booking_json(b.id);
end $$;
comment on function api.check_in(uuid, jsonb) is 'The guests of a confirmed stay move in, on the business day of arrival or later; of a no-show too, while its nights are free. p_guest_details are added to those known (passport, car).
answers "chalet_booking"';
grant execute on function api.check_in(uuid, jsonb) to authenticated, service_role;
