-- SECURITY DEFINER: customers change their own stays without a right on the table.
create function api.modify_chalet_booking(
  p_booking_id uuid, p_check_in date default null, p_check_out date default null, p_guests int default null,
  p_chalet_id uuid default null, p_addons jsonb default null, p_special_requests text default null,
  p_guest_details jsonb default null, p_total_price numeric default null) returns jsonb
language plpgsql security definer
as $$
declare
  b record;
  v_staff boolean;
  v_today date;
  v_chalet uuid;
  v_quote jsonb;
  v_paid numeric;
  v_back numeric := 0;
  v_fee numeric;
begin
  select * into b from chalet_bookings where id = p_booking_id;
  v_staff := b.id is not null and app.works_for(b.organization_id, 'stays', 'update');
  if b.id is null or not (v_staff or app.is_my_chalet_booking(b.id)) then
    perform app.fail(404, 'There is no such stay.', 'p_booking_id');
  end if;
  v_chalet := coalesce(p_chalet_id, b.chalet_id);
  if not exists (select from chalets where id = v_chalet and organization_id = b.organization_id) then
    perform app.fail(404, 'There is no such chalet.', 'p_chalet_id');
  end if;
  perform app.lock_chalets(b.chalet_id, v_chalet);
  perform app.expire_chalet_holds(v_chalet);
  select * into b from chalet_bookings where id = p_booking_id for update;
  v_today := app.organization_today(b.organization_id);

  perform app.check_stay_change(b.status, v_staff, b.check_in, v_today, v_chalet <> b.chalet_id, p_check_in, p_check_out);
  if length(p_special_requests) > 4000 then
    perform app.fail(400, 'Wishes have at most 4000 characters.', 'p_special_requests');
  end if;
  if p_guest_details is not null and (jsonb_typeof(p_guest_details) <> 'object' or length(p_guest_details::text) > 10000) then
    perform app.fail(400, 'Guest details are an object such as {"full_name", "email", "phone"}.', 'p_guest_details');
  end if;

  -- words price nothing: a note written a year later leaves the stay as it was agreed
  if coalesce(p_check_in, b.check_in) = b.check_in and coalesce(p_check_out, b.check_out) = b.check_out and coalesce(p_guests, b.guests) = b.guests
     and v_chalet = b.chalet_id and nullif(p_addons, 'null') is null then
    if p_total_price is not null and p_total_price <> b.total_price then
      perform app.fail(400, format('The stay costs %s %s.', b.total_price, b.currency), 'p_total_price', jsonb_build_object('total_price', b.total_price, 'given', p_total_price));
    end if;
    update chalet_bookings set special_requests = case when p_special_requests is null then special_requests else nullif(trim(p_special_requests), '') end,
      guest_details = coalesce(p_guest_details, guest_details), modified_at = now()
    where id = b.id;
    return app.chalet_booking_json(b.id) || jsonb_build_object('refunded', 0);
  end if;

  v_quote := app.price_stay(v_chalet, coalesce(p_check_in, b.check_in), coalesce(p_check_out, b.check_out), coalesce(p_guests, b.guests),
    p_addons, b.id, b.status = 'checked_in' or (v_staff and coalesce(p_check_in, b.check_in) = b.check_in), app.agreed_stay(b.id, v_chalet));
  if not (v_quote ->> 'available')::boolean then
    perform app.fail(409, 'These nights are taken.', case when p_chalet_id is null then 'p_check_in' else 'p_chalet_id' end,
      jsonb_build_object('alternatives', app.stay_alternatives(v_chalet, (v_quote ->> 'check_in')::date, (v_quote ->> 'check_out')::date, (v_quote ->> 'guests')::int, v_today)));
  end if;
  if p_total_price is not null and p_total_price is distinct from (v_quote ->> 'total_price')::numeric then
    perform app.fail(400, format('The stay costs %s %s.', v_quote ->> 'total_price', v_quote ->> 'currency'), 'p_total_price',
      jsonb_build_object('total_price', v_quote -> 'total_price', 'given', p_total_price));
  end if;

  -- a promise that grew needs the deposit of what it is now; the desk may wait for it, and does where nobody carries payments
  if not v_staff and not app.pays_at_desk(b.organization_id) and b.status = 'confirmed' and (v_quote ->> 'deposit_due')::numeric > greatest(b.deposit_due, app.paid_amount('chalet', b.id)) then
    perform app.fail(409, format('A deposit of %s %s confirms this change; %s are paid.', v_quote ->> 'deposit_due', v_quote ->> 'currency', app.paid_amount('chalet', b.id)),
      'p_check_out', jsonb_build_object('reason', 'deposit', 'deposit_due', v_quote -> 'deposit_due', 'paid', app.paid_amount('chalet', b.id)),
      'Pay more of the stay first, or ask the desk.');
  end if;

  -- cheaper than what is paid: the desk gives the difference back, a customer gets what the terms give back
  v_paid := coalesce(app.paid_amount('chalet', b.id), 0);
  v_fee := b.change_fee;
  if v_paid > (v_quote ->> 'total_price')::numeric + v_fee then
    v_back := v_paid - (v_quote ->> 'total_price')::numeric - v_fee;
    if not v_staff then
      v_back := app.stay_refund(b.id, v_back);
      v_fee := v_paid - (v_quote ->> 'total_price')::numeric - v_back;
    end if;
  end if;

  update chalet_bookings set
    chalet_id = v_chalet, check_in = (v_quote ->> 'check_in')::date, check_out = (v_quote ->> 'check_out')::date, guests = (v_quote ->> 'guests')::int,
    nights_price = (v_quote ->> 'nights_price')::numeric, addons_price = (v_quote ->> 'addons_price')::numeric, change_fee = v_fee,
    tax_amount = (v_quote ->> 'tax_amount')::numeric, total_price = (v_quote ->> 'total_price')::numeric + v_fee,
    deposit_due = (v_quote ->> 'deposit_due')::numeric, price_breakdown = v_quote - 'available',
    special_requests = case when p_special_requests is null then special_requests else nullif(trim(p_special_requests), '') end,
    guest_details = coalesce(p_guest_details, guest_details), modified_at = now()
  where id = b.id;
  perform app.write_booking_addons(b.id, v_quote);
  if v_back > 0 then
    perform app.refund_payments('chalet', b.id, v_back, 'The stay was changed.');
  end if;
  perform app.settle_chalet_booking(b.id);
  return app.chalet_booking_json(b.id) || jsonb_build_object('refunded', v_back);
end $$;
comment on function api.modify_chalet_booking(uuid, date, date, int, uuid, jsonb, text, jsonb, numeric) is
  'Changes dates, chalet, party, add-ons or wishes; null leaves a thing as it is, empty wishes take them away; at the price, tax and terms that were agreed: only nights and add-ons that come new have today''s price, and a change of words changes no money. What is overpaid goes back: all of it when the desk changes the stay, by the cancellation terms when the customer does (change_fee keeps the rest). Decimal amounts.
answers {"...": "chalet_booking", "refunded": "number"}';
grant execute on function api.modify_chalet_booking(uuid, date, date, int, uuid, jsonb, text, jsonb, numeric) to authenticated, service_role;
