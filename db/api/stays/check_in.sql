-- SECURITY DEFINER: the status moves through here only; checks the desk's right itself.
create function api.check_in(p_booking_id uuid, p_guest_details jsonb default null) returns jsonb
language plpgsql security definer
as $$
declare
  b record;
  v_today date;
  v_other record;
begin
  select x.*, c.status as chalet_status, c.name as chalet, app.business_date(now(), o.timezone, o.business_day_cutoff) as today into b
  from chalet_bookings x join chalets c on c.id = x.chalet_id join organizations o on o.id = x.organization_id
  where x.id = p_booking_id for update of x;
  if b.id is null or not app.works_for(b.organization_id, 'stays', 'read') then
    perform app.fail(404, 'There is no such stay.', 'p_booking_id');
  end if;
  perform app.require_work(b.organization_id, 'stays', 'update');
  v_today := b.today;
  if b.status <> 'confirmed' then
    perform app.fail(422, format('A stay that is %s cannot be checked in.', replace(b.status, '_', ' ')), 'status', jsonb_build_object('from', b.status, 'to', 'checked_in'));
  end if;
  if v_today < b.check_in then
    perform app.fail(422, 'The stay begins later; move its arrival first.', 'p_booking_id', jsonb_build_object('check_in', b.check_in, 'today', v_today));
  end if;
  if v_today >= b.check_out then
    perform app.fail(410, 'The stay is over.', 'p_booking_id', jsonb_build_object('check_out', b.check_out, 'today', v_today));
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
comment on function api.check_in(uuid, jsonb) is 'The guests of a confirmed stay move in, on the business day of arrival or later. p_guest_details are added to those known (passport, car).';
grant execute on function api.check_in(uuid, jsonb) to authenticated, service_role;
