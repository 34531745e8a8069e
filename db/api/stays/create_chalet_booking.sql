-- SECURITY DEFINER: customers buy without a right on the tables. Checks who asks, for whom, and every value itself.
create function api.create_chalet_booking(
  p_chalet_id uuid, p_check_in date, p_check_out date, p_guests int,
  p_guest_details jsonb default '{}', p_special_requests text default null, p_addons jsonb default '[]',
  p_total_price numeric default null, p_customer_id uuid default null, p_user_id uuid default null,
  p_confirm boolean default null, p_source text default null, p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
  v_hold int;
  v_staff boolean;
  v_buyer record;
  v_customer uuid := p_customer_id;
  v_guest jsonb := coalesce(nullif(p_guest_details, 'null'), '{}');
  v_quote jsonb;
  v_today date;
  v_confirmed boolean;
  v_deposit numeric;       -- what has to come before the stay is confirmed
  v_on_site boolean;
  v_id uuid;
  v_message text;
  v_detail text;
  v_hint text;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  perform app.begin_attempt('create_chalet_booking');
  select c.organization_id, c.hold_minutes, app.business_date(now(), o.timezone, o.business_day_cutoff)
    into v_organization, v_hold, v_today
  from chalets c join organizations o on o.id = c.organization_id where c.id = p_chalet_id;
  v_staff := v_organization is not null and app.works_for(v_organization, 'stays', 'create');
  if v_organization is null or not (v_staff or app.shops_at(v_organization)) then
    perform app.refuse_stranger('Sign in to book a stay.', 'There is no such chalet.', 'p_chalet_id');
  end if;

  v_on_site := app.online_provider(v_organization) is null;
  perform app.lock_key('chalet_booking', p_idempotency_key);
  select id into v_id from chalet_bookings
  where organization_id = v_organization and idempotency_key = p_idempotency_key and created_by is not distinct from auth.uid();
  if found then
    return app.chalet_booking_json(v_id);
  end if;

  if jsonb_typeof(v_guest) <> 'object' or length(v_guest::text) > 10000 then
    perform app.fail(400, 'Guest details are an object such as {"full_name", "email", "phone"}.', 'p_guest_details');
  end if;
  if length(p_special_requests) > 4000 then
    perform app.fail(400, 'Wishes have at most 4000 characters.', 'p_special_requests');
  end if;
  if p_source is not null and (p_source !~ '^[a-z0-9_.-]{1,40}$' or not v_staff) then
    perform app.fail(400, 'The source is a short word the desk gives.', 'p_source');
  end if;

  v_buyer := app.stay_buyer(v_organization, v_staff, p_user_id, p_customer_id, v_guest, v_on_site, v_today);

  -- the nights: under the chalet's lock, so that the answer holds until the commit
  perform app.lock_chalets(p_chalet_id);
  perform app.expire_chalet_holds(p_chalet_id);
  v_quote := app.price_stay(p_chalet_id, p_check_in, p_check_out, p_guests, p_addons);
  if not (v_quote ->> 'available')::boolean then
    perform app.fail(409, 'These nights have just been taken.', 'p_check_in',
      jsonb_build_object('alternatives', app.stay_alternatives(p_chalet_id, p_check_in, p_check_out, p_guests, v_today)), 'Choose one of the alternatives.');
  end if;
  if p_total_price is not null and p_total_price is distinct from (v_quote ->> 'total_price')::numeric then
    perform app.fail(400, format('The stay costs %s %s.', v_quote ->> 'total_price', v_quote ->> 'currency'), 'p_total_price',
      jsonb_build_object('total_price', v_quote -> 'total_price', 'given', p_total_price));
  end if;
  v_deposit := case when v_on_site then 0 else (v_quote ->> 'deposit_due')::numeric end;
  v_confirmed := coalesce(p_confirm and v_staff, v_staff or v_deposit = 0) or (v_deposit = 0 and not v_staff);
  if p_confirm and not v_confirmed then
    perform app.fail(403, 'The deposit confirms the stay.', 'p_confirm', jsonb_build_object('deposit_due', v_quote -> 'deposit_due'));
  end if;
  if not v_staff then
    if v_confirmed and app.is_stranger() and nullif(trim(concat(v_guest ->> 'email', v_guest ->> 'phone', v_buyer.email, v_buyer.phone)), '') is null then
      perform app.fail(400, 'How do we reach you?', 'p_guest_details', '{}', 'A phone number or an e-mail address.');
    end if;
    perform app.refuse_too_many_open((select count(*) from chalet_bookings s where s.user_id = v_buyer.user_id and s.status in ('pending', 'confirmed')
      and s.check_out > v_today and app.paid_amount('chalet', s.id) = 0));
  end if;
  if v_customer is null then
    v_customer := app.find_or_create_customer(v_organization,
      coalesce(v_guest ->> 'full_name', v_buyer.full_name, split_part(coalesce(v_guest ->> 'email', v_buyer.email, 'Guest'), '@', 1)),
      coalesce(v_guest ->> 'email', v_buyer.email), coalesce(v_guest ->> 'phone', v_buyer.phone), v_buyer.user_id);
  end if;

  insert into chalet_bookings (organization_id, user_id, customer_id, chalet_id, check_in, check_out, guests, nights_price, addons_price, tax_amount,
    total_price, deposit_due, currency, price_breakdown, status, hold_expires_at, special_requests, guest_details, cancellation_policy_id,
    source, created_by, idempotency_key)
  values (v_organization, v_buyer.user_id, v_customer, p_chalet_id, p_check_in, p_check_out, p_guests, (v_quote ->> 'nights_price')::numeric,
    (v_quote ->> 'addons_price')::numeric, (v_quote ->> 'tax_amount')::numeric, (v_quote ->> 'total_price')::numeric, (v_quote ->> 'deposit_due')::numeric,
    v_quote ->> 'currency', v_quote - 'available', case when v_confirmed then 'confirmed' else 'pending' end,
    case when not v_confirmed then now() + make_interval(mins => v_hold) end, nullif(trim(p_special_requests), ''), v_guest,
    (v_quote ->> 'cancellation_policy_id')::uuid, coalesce(p_source, case when v_staff then 'desk' else 'direct' end), auth.uid(), p_idempotency_key)
  returning id into v_id;
  perform app.write_booking_addons(v_id, v_quote);
  return app.chalet_booking_json(v_id);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('create_chalet_booking', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.create_chalet_booking(uuid, date, date, int, jsonb, text, jsonb, numeric, uuid, uuid, boolean, text, text) is
  'Books a chalet for half-open nights (the morning of p_check_out is departure). Customers book for themselves: confirmed at once when no deposit is due or nobody carries online payments, else held until hold_expires_at. The desk books for any customer or names one in p_guest_details and confirms at once unless p_confirm is false. p_total_price, when given, must be the price of quote_stay (decimal). Taken nights answer 409 with alternatives.
answers "chalet_booking"';
grant execute on function api.create_chalet_booking(uuid, date, date, int, jsonb, text, jsonb, numeric, uuid, uuid, boolean, text, text) to anon, authenticated, service_role;
