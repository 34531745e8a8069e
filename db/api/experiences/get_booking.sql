-- SECURITY DEFINER: a guest without a login finds a booking by its reference number and the e-mail address it was made with.
create function api.get_booking(p_reference_number text, p_email text)
returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('get_booking');
  select b.id into v_id
  from bookings b join customers c on c.id = b.customer_id
  where b.reference_number = upper(trim(p_reference_number))
    and app.normalize_email(p_email) in (c.email, b.contact_email);
  if v_id is null then
    perform app.fail(404, 'There is no booking with this number and address.', 'p_reference_number');
  end if;
  return app.booking_body(v_id) || jsonb_build_object('waivers_missing', app.waivers_missing(v_id));
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('get_booking', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.get_booking(text, text) is 'A booking by reference number and e-mail address.
answers {"...": "booking", "waivers_missing?": "int"}';
grant execute on function api.get_booking(text, text) to anon, authenticated, service_role;
