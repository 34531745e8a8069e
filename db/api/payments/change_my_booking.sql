-- SECURITY DEFINER: number and contact together are the guest. What each kind allows its customer holds here: this acts as the customer.
create function api.change_my_booking(p_reference text, p_contact text default null, p_changes jsonb default '{}', p_accept boolean default false, p_price numeric default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_ids uuid[];
  v_old record;
  v_answer jsonb;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('change_my_booking');
  v_ids := array[app.find_guest_booking(p_reference, p_contact, 'Name the one booking that changes, by its own number.', 'p_changes')];
  select g.*, app.paid_amount(g.booking_type, g.booking_id) as paid into v_old from app.guest_bookings(null, null, v_ids) g;
  perform app.act_for(v_old.customer_id);
  begin
    perform app.change_guest_booking(v_old.booking_type, v_old.booking_id, p_changes);
    select jsonb_build_object('booking', app.guest_booking_json(v_ids) -> 0, 'price_before', v_old.price, 'price_now', g.price, 'difference', g.price - v_old.price, 'currency', g.currency,
        'refund', v_old.paid - app.paid_amount(g.booking_type, g.booking_id), 'accepted', coalesce(p_accept, false))
      into v_answer from app.guest_bookings(null, null, v_ids) g;
    if not coalesce(p_accept, false) then
      raise exception using errcode = 'MD200';      -- looked, and nothing happened
    end if;
    if p_price is not null and p_price <> (v_answer ->> 'price_now')::numeric then
      perform app.fail(409, format('It costs %s %s.', v_answer ->> 'price_now', v_answer ->> 'currency'), 'p_price', jsonb_build_object('reason', 'price_changed', 'was', p_price, 'now', v_answer -> 'price_now'), 'Show this price and ask again.');
    end if;
  exception when sqlstate 'MD200' then
    null;
  end;
  perform app.act_for(null);
  return v_answer;
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('change_my_booking', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.change_my_booking(text, text, jsonb, boolean, numeric) is
  'Changes one booking by its number and the contact it was made with (null: the login''s own). Without p_accept it only tells: price_before, price_now, refund, the booking as it would be. With p_accept it does so; p_price (decimal) is the price that was shown. p_changes by kind: check_in, check_out, guests, addons (stay) · date, time, party_size (table, game) · date, slot, adults, children (pool) · special_requests. What cannot be: 409 with alternatives. Public.
answers {"booking": "mine", "price_before": "number", "price_now": "number", "difference": "number", "refund": "number", "currency": "text", "accepted": "boolean"}';
grant execute on function api.change_my_booking(text, text, jsonb, boolean, numeric) to anon, authenticated, service_role;
