-- SECURITY DEFINER: the confirmation code is what the guest shows for it.
create or replace function api.get_reservation(p_confirmation_code text) returns jsonb
language plpgsql security definer
as $$
declare
  v_found record;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('get_reservation');
  select id, restaurant_id into v_found from table_reservations where confirmation_code = upper(btrim(p_confirmation_code));
  if not found then
    perform app.fail(404, 'There is no such reservation.', 'p_confirmation_code');
  end if;
  return jsonb_build_object('reservation', app.reservation_json(v_found.id), 'restaurant', app.restaurant_json(v_found.restaurant_id));
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('get_reservation', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.get_reservation(text) is 'The reservation with this confirmation code.
answers {"reservation": "reservation", "restaurant": "restaurant"}';
grant execute on function api.get_reservation(text) to anon, authenticated, service_role;
