-- SECURITY DEFINER: a guest without a login finds a booking by its reference number and the e-mail address it was made with.
create function api.get_booking(p_reference_number text, p_email text)
returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_wait int;
begin
  if nullif(current_setting('request.ip', true), '') is not null then
    v_wait := app.rate_limit('get_booking:' || current_setting('request.ip'), 60, interval '10 minutes');
    if v_wait > 0 then
      return app.refusal(429, 'Too many tries.', null, jsonb_build_object('retry_after', v_wait));
    end if;
  end if;
  select b.id into v_id
  from bookings b join customers c on c.id = b.customer_id
  where b.reference_number = upper(trim(p_reference_number))
    and app.normalize_email(p_email) in (c.email, b.contact_email);
  if v_id is null then
    return app.refusal(404, 'There is no booking with this number and address.', 'p_reference_number');
  end if;
  return app.booking_body(v_id) || jsonb_build_object('waivers_missing', app.waivers_missing(v_id));
end $$;
comment on function api.get_booking(text, text) is 'A booking by reference number and e-mail address.';
grant execute on function api.get_booking(text, text) to anon, authenticated, service_role;
