-- SECURITY DEFINER: number and contact together are the guest.
create function api.open_party(p_reference text, p_contact text default null, p_split text default null, p_amounts jsonb default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_ids uuid[];
  v_booking record;
  v_id uuid;
  v_digits text;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('open_party');
  v_ids := array[app.find_guest_booking(p_reference, p_contact, 'Name the one booking, by its own number.', 'p_reference')];
  if p_split is not null and p_split not in ('none', 'equal', 'amounts') then
    perform app.fail(400, 'Split by none, equal or amounts.', 'p_split', '{"allowed": ["none", "equal", "amounts"]}');
  end if;
  select g.* into v_booking from app.guest_bookings(null, null, v_ids) g;
  perform app.lock_key('party', v_booking.booking_id::text);
  select p.id into v_id from booking_parties p where p.booking_type = v_booking.booking_type and p.booking_id = v_booking.booking_id;
  if v_id is null then
    if v_booking.status not in ('pending', 'confirmed', 'checked_in', 'seated') or v_booking.ends_at <= now() then
      perform app.fail(422, 'Nobody joins this booking any more.', 'p_reference', jsonb_build_object('status', v_booking.status));
    end if;
    loop
      v_digits := app.random_otp();
      begin
        insert into booking_parties (organization_id, booking_type, booking_id, digits, closes_at) values (v_booking.organization_id, v_booking.booking_type, v_booking.booking_id, v_digits, v_booking.ends_at)
        returning id into v_id;
        exit;
      exception when unique_violation then      -- another party has these digits today
        if exists (select from booking_parties p where p.booking_id = v_booking.booking_id) then raise; end if;
      end;
    end loop;
    insert into party_members (party_id, customer_id, name, is_organizer, email)
    values (v_id, v_booking.customer_id, coalesce(nullif(trim(v_booking.details ->> 'guest_name'), ''), (select c.full_name from customers c where c.id = v_booking.customer_id), 'Guest'), true, v_booking.emails[1]);
  end if;
  if p_split is not null or p_amounts is not null then
    if p_amounts is not null and (jsonb_typeof(p_amounts) <> 'object' or exists (select from jsonb_each(p_amounts) e where not app.is_uuid(e.key) or jsonb_typeof(e.value) <> 'number' or (e.value #>> '{}')::numeric < 0)) then
      perform app.fail(400, 'Amounts are {member_id: amount}.', 'p_amounts');
    end if;
    if exists (select from jsonb_object_keys(coalesce(p_amounts, '{}')) k where not exists (select from party_members m where m.party_id = v_id and m.id = k::uuid)) then
      perform app.fail(404, 'There is no such member of the party.', 'p_amounts');
    end if;
    update booking_parties set split = coalesce(p_split, 'amounts'), closes_at = v_booking.ends_at where id = v_id;
    if p_amounts is not null then
      update party_members m set share_amount = app.exact_amount((p_amounts ->> m.id::text)::numeric, v_booking.currency, 'p_amounts') where m.party_id = v_id and p_amounts ? m.id::text;
    end if;
    if (select coalesce(sum(m.share_amount), 0) from party_members m where m.party_id = v_id) > v_booking.price then
      perform app.fail(400, format('The shares are more than the %s %s it costs.', v_booking.price, v_booking.currency), 'p_amounts', jsonb_build_object('price', v_booking.price));
    end if;
  end if;
  return app.party_json(v_id, (select m.id from party_members m where m.party_id = v_id and m.is_organizer), true);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('open_party', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.open_party(text, text, text, jsonb) is
  'The party of a booking, for the one who booked (number and contact, or a login): opened once, shown each time. token and digits are what friends join with; members with allergies, signature and share; missing: people who have not joined. p_split: none, equal (by heads) or amounts ({member_id: decimal amount}). Public.
answers "party"';
grant execute on function api.open_party(text, text, text, jsonb) to anon, authenticated, service_role;
