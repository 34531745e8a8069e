-- SECURITY DEFINER: promo codes are not readable for guests; they learn what their code is worth and no more.
create function api.quote_booking(
  p_venue_id uuid,
  p_game_id uuid,
  p_booking_date date,
  p_party_size int,
  p_ticket_types jsonb default '[]',
  p_promo_code text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_price record;
  v_counted boolean := false;
  v_message text;
  v_detail text;
  v_hint text;
begin
  if nullif(trim(p_promo_code), '') is not null then
    v_counted := true;
    perform app.begin_attempt('quote_booking');
  end if;
  if not exists (select from game_venues l join venues v on v.id = l.venue_id join games g on g.id = l.game_id
                 where l.venue_id = p_venue_id and l.game_id = p_game_id and l.is_active and v.is_active and g.is_active
                   and v.deleted_at is null and g.deleted_at is null) then
    perform app.fail(404, 'This game does not run at this venue.', 'p_game_id');
  end if;
  if p_booking_date is null then
    perform app.fail(400, 'Say on which date.', 'p_booking_date');
  end if;
  select * into v_price from app.price_booking(p_venue_id, p_game_id, p_party_size, p_ticket_types, p_promo_code, p_booking_date);
  return jsonb_build_object('total_amount', v_price.total_amount, 'discount_amount', v_price.discount_amount, 'tax_amount', v_price.tax_amount,
    'final_amount', v_price.final_amount, 'deposit_amount', v_price.deposit_amount, 'currency', v_price.currency,
    'price_details', v_price.price_details);
exception when others then
  if not v_counted then
    raise;
  end if;
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('quote_booking', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.quote_booking(uuid, uuid, date, int, jsonb, text) is 'What a party would pay, line by line, before it books.
answers {"currency": "text", "tax_amount": "number", "final_amount": "number", "total_amount": "number", "deposit_amount": "number", "discount_amount": "number",
  "price_details": "price_line[]"}';
grant execute on function api.quote_booking(uuid, uuid, date, int, jsonb, text) to anon, authenticated, service_role;
