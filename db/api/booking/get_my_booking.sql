-- SECURITY DEFINER: number and contact together show a booking, as for get_booking.
create function api.get_my_booking(p_reference text, p_contact text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_ids uuid[];
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('get_my_booking');
  v_ids := app.find_guest_bookings(p_reference, p_contact);
  return jsonb_build_object('bookings', app.guest_booking_json(v_ids), 'goes_with', app.guest_booking_json(app.goes_with(v_ids, nullif(trim(p_contact), '') is null)));
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('get_my_booking', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.get_my_booking(text, text) is
  'A booking of any kind by its number, or all of a basket by its number, with the e-mail address or phone it was made with (null: the login''s own); goes_with: what was booked with it. Public.
answers "json"';
grant execute on function api.get_my_booking(text, text) to anon, authenticated, service_role;
