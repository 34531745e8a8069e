-- SECURITY DEFINER: a status is moved by functions only. Rights are checked here.
create or replace function api.mark_reservation_no_show(p_reservation_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_found record;
begin
  select id, organization_id, status, during into v_found from table_reservations where id = p_reservation_id for update;
  perform app.require_may(v_found.organization_id, 'reservations', 'update', 'reservation');
  perform app.require_restaurant((select restaurant_id from table_reservations where id = p_reservation_id), 'reservation');
  if v_found.id is null then
    perform app.fail(404, 'There is no such reservation.', 'p_reservation_id');
  end if;
  if lower(v_found.during) > now() then
    perform app.fail(409, 'Their time has not come yet.', 'p_reservation_id', jsonb_build_object('reason', 'too_early', 'starts_at', lower(v_found.during)));
  end if;
  update table_reservations set status = 'no_show' where id = p_reservation_id and status <> 'no_show';
  return jsonb_build_object('reservation', app.reservation_json(p_reservation_id));
end $$;
comment on function api.mark_reservation_no_show(uuid) is 'The party did not come; the table is free again. Only after the time of the reservation.
answers {"reservation": "reservation"}';
grant execute on function api.mark_reservation_no_show(uuid) to authenticated, service_role;
