-- SECURITY DEFINER: visitors book without an account. Everything is held and priced already; what comes here is who, how it is paid, and what they saw.
create function api.confirm_basket(
  p_token text,
  p_guest jsonb default '{}',
  p_pay jsonb default '[]',
  p_total numeric default null,
  p_special_requests text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_basket record;
  v_guest record;
  v_pay jsonb;
  v_customer uuid;
  v_parts jsonb;
  v_ids uuid[];
  v_missing uuid[];
  v_total numeric;
  v_wishes text;
  v_over jsonb;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('confirm_basket', p_unused => case when not coalesce(jsonb_path_exists(p_pay, 'lax $[*].code'), false) then 'p_metadata' end);
  v_id := app.lock_basket(p_token);
  select b.* into v_basket from baskets b where b.id = v_id;
  -- an answer that was lost is given again
  if v_basket.status in ('confirmed', 'submitted') then
    return app.basket_json(v_id) || '{"replayed": true}';
  end if;
  if v_basket.status = 'released' then
    perform app.fail(422, 'This basket was let go.', 'p_token', jsonb_build_object('status', v_basket.status));
  end if;
  select coalesce(jsonb_agg(p.request order by p.position), '[]'), array_agg(p.booking_id order by p.booking_id), coalesce(sum(p.price), 0) into v_parts, v_ids, v_total
  from basket_parts p where p.basket_id = v_id;
  if v_basket.status = 'expired' or v_basket.expires_at <= now() or exists (select from basket_parts p, lateral app.part_state(p.booking_type, p.booking_id) s where p.basket_id = v_id and not s.held) then
    perform app.fail(410, 'The time of this basket is up.', 'p_token', jsonb_build_object('status', 'expired', 'parts', v_parts), 'Hold its parts again: nothing has been booked or paid.');
  end if;
  if v_parts = '[]' then
    perform app.fail(422, 'There is nothing in this basket.', 'p_token');
  end if;
  select * into v_guest from app.basket_contact(p_guest, v_basket.organization_id);
  v_pay := app.check_pay(p_pay);
  v_wishes := app.clean_text(p_special_requests, 1000, 'p_special_requests');
  if p_total is not null and p_total <> v_total then
    perform app.fail(409, format('It costs %s %s.', v_total, v_basket.currency), 'p_total', jsonb_build_object('reason', 'price_changed', 'was', p_total, 'now', v_total), 'Show this amount and ask again.');
  end if;

  -- the order of locks: bills, restaurants, chalets, the customer, places, rooms, bookings
  perform app.lock_bill(i) from unnest(v_ids) i;
  perform app.lock_parts(v_basket.organization_id, (select coalesce(jsonb_agg(p), '[]') from jsonb_array_elements(v_parts) p where p ->> 'kind' in ('table', 'stay')));
  v_customer := app.find_or_create_customer(v_basket.organization_id, v_guest.full_name, v_guest.email, v_guest.phone, v_guest.user_id);
  perform app.lock_parts(v_basket.organization_id, (select coalesce(jsonb_agg(p), '[]') from jsonb_array_elements(v_parts) p where p ->> 'kind' in ('pool', 'game')));
  -- held is not the same as possible: the hour may have come, the house may have closed the pool meanwhile
  v_over := app.parts_over(v_id);
  if v_over <> '[]' then
    perform app.fail(409, v_over -> 0 ->> 'message', 'p_token', jsonb_build_object('reason', 'gone', 'parts', v_over), 'Take it out of the basket, or choose an alternative.');
  end if;
  if not app.works_for(v_basket.organization_id, 'bookings', 'create') then
    perform app.refuse_too_many_open((select count(*) from baskets b where b.organization_id = v_basket.organization_id and b.customer_id = v_customer and b.status in ('confirmed', 'submitted')
      and exists (select from basket_parts p, lateral app.part_state(p.booking_type, p.booking_id) s
                  where p.basket_id = b.id and s.status in ('pending', 'confirmed') and s.paid = 0 and (p.quote ->> 'ends_at')::timestamptz > now())));
  end if;
  -- in which language they are written to, where the house does not know it
  update customers c set locale = v_guest.locale where c.id = v_customer and c.locale is null and v_guest.locale is not null and (c.contact_claimed or c.id = any (app.own_customer_ids()));
  update baskets set customer_id = v_customer, user_id = v_guest.user_id, guest_name = v_guest.full_name, guest_email = v_guest.email, guest_phone = v_guest.phone,
    locale = v_guest.locale, special_requests = v_wishes where id = v_id;

  -- one message for all of it, instead of one a part
  perform set_config('app.told_otherwise', 'booking_held,booking_confirmed,stay_confirmed,pool_ticket,reservation_confirmed', true);
  perform app.name_parts(v_id, v_customer, v_guest.user_id, v_guest.full_name, v_guest.email, v_guest.phone, v_wishes);
  v_missing := app.pay_basket(v_id, v_pay);
  perform app.confirm_parts(v_id, v_missing);
  perform set_config('app.told_otherwise', '', true);
  update baskets set folio_id = app.basket_folio(v_id), status = case when v_missing = '{}' then 'confirmed' else 'submitted' end, opened_from = null,
    confirmed_at = case when v_missing = '{}' then now() end
  where id = v_id;
  if v_missing <> '{}' then
    perform app.hold_until(v_id, now() + interval '30 minutes');
    perform app.wake_at(now() + interval '30 minutes');
  end if;
  perform app.tell_basket(v_id);
  return app.basket_json(v_id) || '{"replayed": false}';
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('confirm_basket', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.confirm_basket(text, jsonb, jsonb, numeric, text) is
  'Turns a basket into bookings on one folio. p_guest: {"full_name", "email", "phone", "locale"}; p_pay, in this order: {"method": "voucher", "code"}, {"method": "credit"} (a login''s own), {"method": "online"}, {"method": "desk"}, each with an optional decimal "amount"; p_total: what the guest saw (409 with was and now when it is another). Asked again it answers with the same bookings ("replayed"). status "confirmed", or "submitted" while parts wait for money that the provider carries. Public.
answers {"...": "basket", "replayed": "boolean"}';
grant execute on function api.confirm_basket(text, jsonb, jsonb, numeric, text) to anon, authenticated, service_role;
