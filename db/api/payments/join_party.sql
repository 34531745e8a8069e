-- SECURITY DEFINER: the link or the digits are the right.
create function api.join_party(p_party text, p_name text, p_allergies jsonb default '[]', p_email text default null, p_phone text default null, p_note text default null, p_idempotency_key text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_party uuid;
  v_booking record;
  v_member record;
  v_name text;
  v_organization uuid;
  v_message text;
  v_detail text;
  v_hint text;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  perform app.begin_attempt('join_party');
  v_party := app.find_party(p_party);
  v_name := app.clean_text(p_name, 255, 'p_name');
  if v_name is null then
    perform app.fail(400, 'What is your name?', 'p_name');
  end if;
  select p.organization_id into v_organization from booking_parties p where p.id = v_party for update;
  select m.id, m.token into v_member from party_members m where m.party_id = v_party and m.idempotency_key = p_idempotency_key;
  if v_member.id is not null then
    return app.party_json(v_party, v_member.id, false) || jsonb_build_object('member_token', v_member.token, 'replayed', true);
  end if;
  select g.* into v_booking from booking_parties p, lateral app.guest_bookings(null, null, array[p.booking_id]) g where p.id = v_party;
  if v_booking.status not in ('pending', 'confirmed', 'checked_in', 'seated') or v_booking.ends_at <= now() then
    perform app.fail(410, 'Nobody joins this any more.', null, jsonb_build_object('status', v_booking.status));
  end if;
  if (select count(*) from party_members m where m.party_id = v_party) >= v_booking.people then
    perform app.fail(409, format('All %s have joined.', v_booking.people), null, jsonb_build_object('reason', 'full', 'people', v_booking.people), 'Who booked can add people, or take somebody out.');
  end if;
  insert into party_members (party_id, customer_id, name, email, phone, allergies, note, idempotency_key)
  values (v_party, (select c.id from customers c where c.organization_id = v_organization and c.id = any (app.own_customer_ids())), v_name, app.clean_email(p_email, 'p_email'), app.clean_phone(p_phone, 'p_phone'),
    app.check_allergies(p_allergies), app.clean_text(p_note, 500, 'p_note'), p_idempotency_key)
  returning id, token into v_member;
  return app.party_json(v_party, v_member.id, false) || jsonb_build_object('member_token', v_member.token, 'replayed', false);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('join_party', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.join_party(text, text, jsonb, text, text, text, text) is
  'Joins a party by its link''s token or six digits: name, allergies (["nuts", …]), how to reach one. member_token is told here only: with it one changes, leaves, and sees one''s share. Full or over: 409, 410. Public.
answers {"...": "party", "member_token": "text", "replayed": "boolean"}';
grant execute on function api.join_party(text, text, jsonb, text, text, text, text) to anon, authenticated, service_role;
