-- SECURITY DEFINER: anonymous visitors of the widget book here. It believes nothing: the start has to be offered, the price is computed, and
-- one address or one customer cannot hold a whole evening.
create function api.create_widget_booking(
  p_venue_id uuid,
  p_game_id uuid,
  p_customer_name text,
  p_customer_email text,
  p_customer_phone text default null,
  p_booking_date date default null,
  p_start_time time default null,
  p_end_time time default null,
  p_party_size int default null,
  p_ticket_types jsonb default '[]',
  p_total_amount numeric default null,
  p_final_amount numeric default null,
  p_promo_code text default null,
  p_special_requests text default null,
  p_idempotency_key text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
  v_customer uuid;
  v_id uuid;
  v_booking jsonb;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('create_widget_booking', p_unused => case when nullif(trim(p_promo_code), '') is null then 'p_promo_code' end);
  p_idempotency_key := app.own_key(p_idempotency_key);
  select v.organization_id into v_organization
  from venues v join organizations o on o.id = v.organization_id and o.is_active
  where v.id = p_venue_id and v.is_active and v.deleted_at is null;
  if not found then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  if nullif(trim(p_customer_name), '') is null or length(p_customer_name) > 255 or p_customer_name ~ '[[:cntrl:]]' then
    perform app.fail(400, 'A name is needed, of at most 255 characters.', 'p_customer_name');
  end if;
  if app.normalize_email(p_customer_email) is null then
    perform app.fail(400, 'An e-mail address is needed: the confirmation goes there.', 'p_customer_email');
  end if;
  if app.normalize_email(p_customer_email) !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' or length(p_customer_email) > 255 then
    perform app.fail(400, 'This is not an e-mail address.', 'p_customer_email');
  end if;
  if nullif(trim(p_customer_phone), '') is not null and coalesce(app.normalize_phone(p_customer_phone, app.phone_country(v_organization)), '') !~ '^\+?[0-9]{3,31}$' then
    perform app.fail(400, 'This is not a phone number.', 'p_customer_phone');
  end if;
  -- checked before a customer is made, so that a refused request leaves nothing
  perform app.check_start(p_venue_id, p_game_id, p_booking_date, p_start_time, p_party_size, true);

  v_customer := app.find_or_create_customer(v_organization, p_customer_name, p_customer_email, nullif(trim(p_customer_phone), ''));
  if (select count(*) from bookings b where b.customer_id = v_customer and b.status = 'pending' and b.hold_expires_at > now()
        and (p_idempotency_key is null or b.idempotency_key is distinct from p_idempotency_key)) >= 5 then
    perform app.fail(429, 'Pay for the bookings you hold before you hold more.', 'p_customer_email');
  end if;
  perform app.refuse_too_many_open((select count(*) from bookings b where b.customer_id = v_customer and b.status = 'confirmed' and b.starts_at > now()
    and b.paid_amount = 0 and b.final_amount > 0 and b.source = 'widget'));
  v_id := app.book_game(
    p_venue_id, p_game_id, v_customer, p_booking_date, p_start_time, p_party_size, p_ticket_types, p_promo_code,
    p_total_amount, p_final_amount, true, 'widget', null, p_special_requests, null,
    '{}', p_idempotency_key, trim(p_customer_name), app.normalize_email(p_customer_email), nullif(trim(p_customer_phone), ''));
  v_booking := app.booking_body(v_id);
  if p_end_time is not null and to_char(p_end_time, 'HH24:MI') <> v_booking ->> 'end_time' then
    perform app.fail(400, format('This game ends at %s.', v_booking ->> 'end_time'), 'p_end_time',
      jsonb_build_object('sent', to_char(p_end_time, 'HH24:MI'), 'right', v_booking ->> 'end_time'));
  end if;
  return v_booking;
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('create_widget_booking', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.create_widget_booking(uuid, uuid, text, text, text, date, time, time, int, jsonb, numeric, numeric, text, text, text) is
  'Books a game from the public widget. Date and times are the wall clock at the venue; totals and end time, when sent, are compared with the right ones. The booking is held (hold_expires_at) until its deposit is paid where the venue requires that and somebody carries online payments; else it is confirmed at once.
answers "booking"';
grant execute on function api.create_widget_booking(uuid, uuid, text, text, text, date, time, time, int, jsonb, numeric, numeric, text, text, text) to anon, authenticated, service_role;
