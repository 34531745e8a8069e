-- SECURITY DEFINER: who leaves a card may not write the table. Whoever knows a booking may leave a card for it, as create_payment: its id is the secret.
create function api.keep_card(p_booking_type text, p_booking_id uuid, p_consent boolean default false, p_return_path text default '/') returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.booking_organization(p_booking_type, p_booking_id);
  v_terms text := app.card_terms(v_organization, p_booking_type);
  v_provider text := app.online_provider(v_organization);
  v_row jsonb;
  v_id uuid;
begin
  if v_organization is null or auth.table_session_id() is not null then
    perform app.fail(404, 'There is no such booking.', 'p_booking_id');
  end if;
  if v_terms is null or (app.payment_account(v_organization, v_provider)).account_id is null then
    perform app.fail(422, 'This house takes no cards for such bookings.', 'p_booking_type');
  end if;
  if not coalesce(p_consent, false) then
    perform app.fail(422, 'Please agree first: ' || v_terms, 'p_consent', jsonb_build_object('terms', v_terms));
  end if;
  perform app.lock_bill(p_booking_id);
  -- asked twice: one page is enough
  select c.id into v_id from stored_cards c where c.booking_type = p_booking_type and c.booking_id = p_booking_id and c.status = 'asked'
    and c.created_at > now() - interval '1 hour' order by c.created_at desc limit 1;
  if v_id is null then
    execute format('select to_jsonb(b) from %I.%I b where b.id = $1', current_schema(), (select t.table_name from booking_types t where t.name = p_booking_type))
      into v_row using p_booking_id;
    insert into stored_cards (organization_id, customer_id, user_id, booking_type, booking_id, provider, consent, return_path)
    values (v_organization, (v_row ->> 'customer_id')::uuid, (v_row ->> 'user_id')::uuid, p_booking_type, p_booking_id, v_provider, v_terms,
      app.return_path(jsonb_build_object('return_path', p_return_path)))
    returning id into v_id;
  end if;
  return api.get_card(v_id);
end $$;
comment on function api.keep_card(text, uuid, boolean, text) is
  'Asks the guest of a booking to leave a card with the provider, without paying now. p_consent: they agreed to the terms, which a refusal names. A moment later get_card has the link.
answers "kept_card"';
grant execute on function api.keep_card(text, uuid, boolean, text) to anon, authenticated, service_role;
