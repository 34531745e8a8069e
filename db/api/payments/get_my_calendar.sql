-- SECURITY DEFINER: number and contact together show a booking.
create function api.get_my_calendar(p_reference text, p_contact text default null)
returns text
language plpgsql security definer
as $$
declare
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('get_my_calendar');
  return app.bookings_calendar(app.find_guest_bookings(p_reference, p_contact));
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('get_my_calendar', sqlstate, v_message, v_detail, v_hint)::text;
end $$;
comment on function api.get_my_calendar(text, text) is 'A booking, or all of a basket, as text/calendar (RFC 5545, instants in UTC); what is cancelled says so. By its number and the contact it was made with (null: the login''s own). Public.';
grant execute on function api.get_my_calendar(text, text) to anon, authenticated, service_role;
