-- SECURITY DEFINER: customers book for themselves without rights on the tables. It checks who asks and for whom; app.book_game
-- checks time, party, price and room.
create function api.create_booking(
  p_venue_id uuid,
  p_game_id uuid,
  p_customer_id uuid,
  p_booking_date date,
  p_start_time time,
  p_party_size int,
  p_total_amount numeric default null,
  p_ticket_types jsonb default '[]',
  p_promo_code text default null,
  p_special_requests text default null,
  p_internal_notes text default null,
  p_hold_minutes int default null,
  p_source text default null,
  p_metadata jsonb default '{}',
  p_idempotency_key text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
  v_house boolean;
  v_id uuid;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('create_booking', p_unused => case when nullif(trim(p_promo_code), '') is null then 'p_promo_code' end);
  p_idempotency_key := app.own_key(p_idempotency_key);
  select v.organization_id into v_organization from venues v where v.id = p_venue_id and v.deleted_at is null;
  v_house := v_organization is not null and app.works_for(v_organization, 'bookings', 'create');
  if not v_house then
    if auth.uid() is null then
      perform app.fail(401, 'Sign in to book, or use create_widget_booking.');
    end if;
    if auth.has_role('super_admin', 'owner', 'admin', 'manager', 'finance', 'staff', 'waiter', 'kitchen') then
      if v_organization is null or not auth.belongs_to_organization(v_organization) then
        perform app.fail(404, 'There is no such venue.', 'p_venue_id');
      end if;
      perform app.fail(403, 'You may not make bookings.');
    end if;
    -- a customer: for themselves, at a start that is offered, held until it is paid
    if v_organization is null or not app.shops_at(v_organization) then
      perform app.fail(404, 'There is no such venue.', 'p_venue_id');
    end if;
    if app.is_stranger() and exists (select from venues v where v.id = p_venue_id and not v.requires_payment) then
      perform app.fail(400, 'How do we reach you?', 'p_customer_id', '{}', 'Confirm your address first, or book with create_widget_booking.');
    end if;
    if p_customer_id is null then
      p_customer_id := app.find_or_create_customer(v_organization, null, null, null, auth.uid());
    elsif p_customer_id <> all (app.own_customer_ids()) then
      perform app.fail(404, 'There is no such customer.', 'p_customer_id');
    end if;
    -- whoever signs in, anonymously too, could hold a whole evening
    if (select count(*) from bookings b where b.customer_id = p_customer_id and b.status = 'pending' and b.hold_expires_at > now()
          and (p_idempotency_key is null or b.idempotency_key is distinct from p_idempotency_key)) >= 5 then
      perform app.fail(429, 'Pay for the bookings you hold before you hold more.', null, '{"holds": 5}');
    end if;
    perform app.refuse_too_many_open((select count(*) from bookings b where b.customer_id = p_customer_id and b.status = 'confirmed' and b.starts_at > now()
      and b.paid_amount = 0 and b.final_amount > 0));
    if length(p_metadata::text) > 10000 then
      perform app.fail(400, 'Metadata is an object of at most 10,000 characters.', 'p_metadata');
    end if;
    if p_internal_notes is not null or p_hold_minutes is not null then
      perform app.fail(403, 'Only staff decide this.', case when p_hold_minutes is null then 'p_internal_notes' else 'p_hold_minutes' end);
    end if;
  end if;
  if v_house and p_source not in ('staff', 'phone', 'walk_in', 'web', 'bot', 'import', 'api') then
    perform app.fail(400, 'A booking comes from staff, phone, walk_in, web, bot, import or api.', 'p_source');
  end if;
  if p_metadata is not null and jsonb_typeof(p_metadata) <> 'object' then
    perform app.fail(400, 'Metadata is an object.', 'p_metadata');
  end if;
  v_id := app.book_game(
    p_venue_id, p_game_id, p_customer_id, p_booking_date, p_start_time, p_party_size, p_ticket_types, p_promo_code,
    p_total_amount, null, not v_house, case when v_house then coalesce(p_source, 'staff') else 'web' end,
    p_hold_minutes, p_special_requests, p_internal_notes, p_metadata, p_idempotency_key);
  return app.booking_body(v_id);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('create_booking', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.create_booking(uuid, uuid, uuid, date, time, int, numeric, jsonb, text, text, text, int, text, jsonb, text) is
  'Books a game. Date and time are the wall clock at the venue; p_total_amount (price before discount, in the organization''s currency) is compared with the right one. Staff''s bookings are confirmed at once, or held for p_hold_minutes until paid; customers'' are held as the venue says. A slot that is gone: 409 with alternatives.
answers "booking"';
grant execute on function api.create_booking(uuid, uuid, uuid, date, time, int, numeric, jsonb, text, text, text, int, text, jsonb, text) to authenticated, service_role;
