-- SECURITY DEFINER: the stay's folio and customer are beyond who may only read stays. Rights are checked here.
create function api.get_stay(p_booking_id uuid) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid;
  v_customer uuid;
begin
  select b.organization_id, b.customer_id into v_organization, v_customer from chalet_bookings b where b.id = p_booking_id;
  if v_organization is null or not app.works_for(v_organization, 'stays', 'read') then
    perform app.fail(404, 'There is no such stay.', 'p_booking_id');
  end if;
  return app.chalet_booking_json(p_booking_id) || jsonb_build_object(
    'today', app.organization_today(v_organization),
    'customer', (select jsonb_build_object('id', c.id, 'full_name', c.full_name, 'email', c.email, 'phone', c.phone) from customers c
                 where c.id = v_customer and app.works_for(v_organization, 'customers', 'read')),
    'folio_id', (select i.folio_id from folio_items i where i.booking_type = 'chalet' and i.booking_id = p_booking_id),
    'changed_by', app.last_hand('chalet_bookings', p_booking_id));
end $$;
comment on function api.get_stay(uuid) is 'A stay as the desk sees it: with its customer, the bill that it stands on, the business day of now, and who changed it last.
answers {"...": "chalet_booking", "today": "date", "customer": "stay_customer | null", "folio_id": "uuid | null", "changed_by": "text | null"}
shape stay_customer {"id": "uuid", "full_name": "text", "email": "text | null", "phone": "text | null"}';
grant execute on function api.get_stay(uuid) to authenticated, service_role;
