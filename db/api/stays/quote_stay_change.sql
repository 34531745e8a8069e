-- SECURITY DEFINER: prices are made from rows that the desk may not read. Rights are checked here.
create function api.quote_stay_change(
  p_booking_id uuid, p_check_in date default null, p_check_out date default null, p_guests int default null, p_chalet_id uuid default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  b record;
  v_chalet uuid;
  v_quote jsonb;
begin
  select * into b from chalet_bookings where id = p_booking_id;
  if b.id is null or not app.works_for(b.organization_id, 'stays', 'read') then
    perform app.fail(404, 'There is no such stay.', 'p_booking_id');
  end if;
  v_chalet := coalesce(p_chalet_id, b.chalet_id);
  if not exists (select from chalets where id = v_chalet and organization_id = b.organization_id) then
    perform app.fail(404, 'There is no such chalet.', 'p_chalet_id');
  end if;
  perform app.check_stay_change(b.status, true, b.check_in, app.organization_today(b.organization_id), v_chalet <> b.chalet_id, p_check_in, p_check_out);
  v_quote := app.price_stay(v_chalet, coalesce(p_check_in, b.check_in), coalesce(p_check_out, b.check_out), coalesce(p_guests, b.guests),
    null, b.id, b.status = 'checked_in' or coalesce(p_check_in, b.check_in) = b.check_in, app.agreed_stay(b.id, v_chalet));
  return jsonb_build_object('available', v_quote -> 'available', 'chalet', v_quote -> 'chalet', 'check_in', v_quote -> 'check_in', 'check_out', v_quote -> 'check_out',
    'guests', v_quote -> 'guests', 'currency', b.currency, 'price', v_quote -> 'total_price', 'change_fee', b.change_fee,
    'total_before', b.total_price, 'total_after', (v_quote ->> 'total_price')::numeric + b.change_fee,
    'paid', coalesce(app.paid_amount('chalet', b.id), 0), 'updated_at', b.updated_at);
end $$;
comment on function api.quote_stay_change(uuid, date, date, int, uuid) is
  'What a change of a stay by the desk would come to, before it is made: null leaves a thing as it is, at the price that was agreed. price is what change_stay and modify_chalet_booking take as p_total_price; total_after contains the fee of earlier changes. Decimal amounts. Refuses what they would refuse; nights that are taken are told by available.
answers {"available": "boolean", "chalet": "text", "check_in": "date", "check_out": "date", "guests": "int", "currency": "text", "price": "number", "change_fee": "number",
  "total_before": "number", "total_after": "number", "paid": "number", "updated_at": "instant"}';
grant execute on function api.quote_stay_change(uuid, date, date, int, uuid) to authenticated, service_role;
