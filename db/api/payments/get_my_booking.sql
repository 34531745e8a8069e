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
answers {"bookings": "mine[]", "goes_with": "mine[]"}
shape mine {"booking_type": "=chalet | =reservation | =pool | =experience", "booking_id": "uuid", "kind": "=stay | =table | =pool | =game", "organization_id": "uuid", "reference": "text", "status": "text",
  "title": "text", "place": "text | null", "place_id": "uuid | null", "starts_at": "instant", "ends_at": "instant", "timezone": "text", "people": "int", "price": "number", "paid": "number",
  "balance": "number", "currency": "text", "can_change": "boolean", "can_cancel": "boolean", "terms": "terms", "basket": "mine_basket | null", "details": "mine_details"}
shape mine_basket {"id": "uuid", "reference": "text", "folio_id": "uuid | null"}
shape mine_details {"date?": "date", "time?": "text", "party_size?": "int", "restaurant_id?": "uuid", "special_requests?": "text | null", "guest_name?": "text | null",
  "tables?": [{"table_number": "int", "section": "text | null", "features": "json"}], "check_in?": "date", "check_out?": "date", "guests?": "int", "chalet_id?": "uuid", "nights_price?": "number",
  "addons_price?": "number", "deposit_due?": "number", "change_fee?": "number", "tax_amount?": "number", "payment_status?": "text",
  "addons?": [{"addon_id": "uuid | null", "name": "text", "quantity": "int", "total_price": "number"}], "slot?": "text", "adults?": "int", "children?": "int", "qr_code?": "text | null",
  "opens_at?": "instant", "people_inside?": "int", "venue_id?": "uuid", "game_id?": "uuid", "ticket_types?": "json", "price_details?": "json", "requires_waiver?": "boolean",
  "waivers_missing?": "int", "waivers?": ["uuid"]}
shape terms {"policy_id": "uuid | null", "name": "text | null", "starts_at": "instant", "free_until": "instant | null",
  "tiers": [{"until": "instant", "refund_percent": "number", "refund_amount": "number", "is_over": "boolean"}]}';
grant execute on function api.get_my_booking(text, text) to anon, authenticated, service_role;
