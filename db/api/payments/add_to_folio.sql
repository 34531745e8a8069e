-- SECURITY DEFINER: folios are written by functions only. Rights are checked here.
create or replace function api.add_to_folio(p_folio_id uuid, p_booking_type text, p_booking_id uuid) returns void
language plpgsql volatile security definer
as $$
declare
  v_folio record;
begin
  select f.organization_id, f.status into v_folio from folios f where f.id = p_folio_id for update;
  if not found or not (auth.belongs_to_organization(v_folio.organization_id) or app.works_for(v_folio.organization_id, 'payments', 'read')) then
    perform app.fail(404, 'There is no such bill.', 'p_folio_id');
  end if;
  if not app.works_for(v_folio.organization_id, 'payments', 'create') then
    perform app.fail(403, 'You may not change bills.');
  end if;
  if v_folio.status <> 'open' then
    perform app.fail(422, 'This bill is settled.', 'p_folio_id');
  end if;
  if app.booking_organization(p_booking_type, p_booking_id) is distinct from v_folio.organization_id then
    perform app.fail(404, 'There is no such booking.', 'p_booking_id');
  end if;
  insert into folio_items (organization_id, folio_id, booking_type, booking_id)
  values (v_folio.organization_id, p_folio_id, p_booking_type, p_booking_id)
  on conflict (booking_type, booking_id) do update set folio_id = excluded.folio_id
  where not exists (select from folios f where f.id = folio_items.folio_id and f.status = 'settled');
  if not found then
    perform app.fail(409, 'The booking stands on a bill that is settled.', 'p_booking_id');
  end if;
end $$;
comment on function api.add_to_folio(uuid, text, uuid) is
  'Staff: charges a booking (a meal, a ticket) to a bill; it leaves the open bill it stood on before.';
grant execute on function api.add_to_folio(uuid, text, uuid) to authenticated, service_role;
