-- SECURITY DEFINER: folios are written by functions only. Rights are checked here.
create or replace function api.open_folio(
  p_title text,
  p_customer_id uuid default null,
  p_bookings jsonb default '[]') returns uuid
language plpgsql volatile security definer
as $$
declare
  v_organization uuid := coalesce((select c.organization_id from customers c where c.id = p_customer_id and c.deleted_at is null),
                                  case when p_customer_id is null then auth.user_organization_id() end);
  v_id uuid;
  v_booking jsonb;
begin
  if v_organization is null or not app.works_for(v_organization, 'customers', 'read') then
    perform app.fail(404, 'There is no such customer.', 'p_customer_id');
  end if;
  if not app.works_for(v_organization, 'payments', 'create') then
    perform app.fail(403, 'You may not open bills.');
  end if;
  if coalesce(length(trim(p_title)), 0) not between 1 and 200 then
    perform app.fail(400, 'A bill has a title of at most 200 characters.', 'p_title');
  end if;
  if jsonb_typeof(coalesce(p_bookings, '[]')) <> 'array' or jsonb_array_length(coalesce(p_bookings, '[]')) > 500
     or exists (select from jsonb_array_elements(coalesce(p_bookings, '[]')) b
                where jsonb_typeof(b) <> 'object' or not app.is_uuid(b ->> 'booking_id')) then
    perform app.fail(400, 'Bookings are a list of at most 500, such as [{"booking_type":"chalet","booking_id":"…"}].', 'p_bookings');
  end if;
  insert into folios (organization_id, customer_id, user_id, title)
  values (v_organization, p_customer_id, (select c.user_id from customers c where c.id = p_customer_id), p_title)
  returning id into v_id;
  for v_booking in select * from jsonb_array_elements(coalesce(p_bookings, '[]')) loop
    perform api.add_to_folio(v_id, v_booking ->> 'booking_type', (v_booking ->> 'booking_id')::uuid);
  end loop;
  return v_id;
end $$;
comment on function api.open_folio(text, uuid, jsonb) is
  'Staff: opens a bill that gathers bookings, such as a room with the meals charged to it. p_bookings: [{"booking_type":"chalet","booking_id":"…"}].';
grant execute on function api.open_folio(text, uuid, jsonb) to authenticated, service_role;
