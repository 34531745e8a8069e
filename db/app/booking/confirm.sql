-- A basket becomes bookings on one folio.

-- Who books: the name and a way to reach them; a login has its own.
create or replace function app.basket_contact(p_guest jsonb, p_organization_id uuid,
  out full_name text, out email text, out phone text, out locale text, out user_id uuid)
language plpgsql stable security definer
as $$
declare
  v_guest jsonb := coalesce(nullif(p_guest, 'null'), '{}');
begin
  if jsonb_typeof(v_guest) <> 'object' or length(v_guest::text) > 4000 then
    perform app.fail(400, 'Say who you are: {"full_name", "email", "phone"}.', 'p_guest');
  end if;
  full_name := app.clean_text(v_guest ->> 'full_name', 255, 'full_name');
  email := app.clean_email(v_guest ->> 'email', 'email');
  phone := app.clean_phone(v_guest ->> 'phone', 'phone');
  locale := case when v_guest ->> 'locale' ~ '^[a-z]{2}(-[A-Z]{2})?$' then v_guest ->> 'locale' end;
  if app.shops_at(p_organization_id) and auth.has_role('customer') then
    user_id := auth.uid();
    select coalesce(basket_contact.full_name, u.full_name), coalesce(basket_contact.email, u.email), coalesce(basket_contact.phone, u.phone) into full_name, email, phone
    from users u where u.id = auth.uid();
  end if;
  if full_name is null then
    perform app.fail(400, 'Under which name?', 'full_name');
  end if;
  if email is null and phone is null then
    perform app.fail(400, 'How do we reach you?', 'email', '{}', 'An e-mail address or a phone number.');
  end if;
end $$;

-- How it is paid: [{"method": "voucher", "code"}, {"method": "credit", "amount"}, {"method": "online" | "desk"}], in this order.
create or replace function app.check_pay(p_pay jsonb) returns jsonb
language plpgsql immutable
as $$
declare
  v_pay jsonb := coalesce(nullif(p_pay, 'null'), '[]');
  v_way jsonb;
begin
  if jsonb_typeof(v_pay) <> 'array' or jsonb_array_length(v_pay) > 10 then
    perform app.fail(400, 'Say how you pay: a list of at most ten ways.', 'p_pay');
  end if;
  for v_way in select e from jsonb_array_elements(v_pay) e loop
    if jsonb_typeof(v_way) <> 'object' or coalesce(v_way ->> 'method', '') not in ('desk', 'online', 'voucher', 'credit') then
      perform app.fail(400, 'Pay at the desk, online, by voucher or by credit.', 'p_pay', '{"allowed": ["desk", "online", "voucher", "credit"]}');
    end if;
    if nullif(v_way -> 'amount', 'null') is not null and (jsonb_typeof(v_way -> 'amount') <> 'number' or (v_way ->> 'amount')::numeric <= 0 or (v_way ->> 'amount')::numeric >= app.largest_amount()) then
      perform app.fail(400, 'An amount is above zero.', 'p_pay');
    end if;
    if v_way ->> 'method' = 'voucher' and coalesce(length(trim(v_way ->> 'code')), 0) not between 4 and 40 then
      perform app.fail(400, 'A voucher has a code.', 'p_pay');
    end if;
  end loop;
  if (select count(*) from jsonb_array_elements(v_pay) e where e ->> 'method' = 'voucher') <> (select count(distinct upper(trim(e ->> 'code'))) from jsonb_array_elements(v_pay) e where e ->> 'method' = 'voucher') then
    perform app.fail(400, 'A voucher is named once.', 'p_pay');
  end if;
  return v_pay;
end $$;

-- The rows of the parts get their guest. Kinds in the order of locks; games in one statement.
create or replace function app.name_parts(p_basket_id uuid, p_customer_id uuid, p_user_id uuid, p_name text, p_email text, p_phone text, p_wishes text) returns void
language plpgsql security definer
as $$
declare
  v_ids jsonb := (select jsonb_object_agg(booking_type, ids) from (select booking_type, jsonb_agg(booking_id) as ids from basket_parts where basket_id = p_basket_id group by 1) x);
begin
  if v_ids ? 'reservation' then
    update table_reservations set customer_id = p_customer_id, user_id = p_user_id, guest_name = p_name, guest_email = p_email, guest_phone = p_phone,
      special_requests = left(nullif(concat_ws(' ', special_requests, p_wishes), ''), 1000)
    where id in (select e::uuid from jsonb_array_elements_text(v_ids -> 'reservation') e);
  end if;
  if v_ids ? 'chalet' then
    update chalet_bookings set customer_id = p_customer_id, user_id = p_user_id, special_requests = left(nullif(concat_ws(' ', special_requests, p_wishes), ''), 4000),
      guest_details = jsonb_strip_nulls(jsonb_build_object('full_name', p_name, 'email', p_email, 'phone', p_phone))
    where id in (select e::uuid from jsonb_array_elements_text(v_ids -> 'chalet') e);
  end if;
  if v_ids ? 'pool' then
    update pool_tickets set customer_id = p_customer_id, user_id = p_user_id, guest_details = jsonb_strip_nulls(jsonb_build_object('full_name', p_name, 'email', p_email, 'phone', p_phone))
    where id in (select e::uuid from jsonb_array_elements_text(v_ids -> 'pool') e);
  end if;
  if v_ids ? 'experience' then
    update bookings set customer_id = p_customer_id, contact_name = p_name, contact_email = p_email, contact_phone = p_phone,
      special_requests = left(nullif(concat_ws(' ', special_requests, p_wishes), ''), 4000)
    where id in (select e::uuid from jsonb_array_elements_text(v_ids -> 'experience') e);
  end if;
end $$;

-- Parts that need nothing more are bookings now. p_except: those whose money is on its way.
create or replace function app.confirm_parts(p_basket_id uuid, p_except uuid[]) returns void
language plpgsql security definer
as $$
declare
  v_part record;
begin
  for v_part in
    select booking_type, array_agg(booking_id) as ids from basket_parts where basket_id = p_basket_id and booking_id <> all (p_except)
    group by booking_type order by array_position(array['reservation', 'chalet', 'pool', 'experience'], booking_type)
  loop
    case v_part.booking_type
      when 'reservation' then update table_reservations set status = 'confirmed', hold_expires_at = null where id = any (v_part.ids) and status = 'pending';
      when 'chalet' then update chalet_bookings set status = 'confirmed' where id = any (v_part.ids) and status = 'pending';
      when 'pool' then update pool_tickets set status = 'confirmed' where id = any (v_part.ids) and status = 'pending';
      else update bookings set status = 'confirmed' where id = any (v_part.ids) and status = 'pending';
    end case;
  end loop;
end $$;

-- One amount over the parts: first what confirms each, then the rest, in the order of the parts. [{"booking_type", "booking_id", "amount"}]
create or replace function app.spread_pay(p_basket_id uuid, p_amount numeric, p_rest boolean) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_part record;
  v_left numeric := p_amount;
  v_take numeric;
  v_given jsonb := '{}';
  v_round int;
begin
  for v_round in 1 .. case when p_rest then 2 else 1 end loop
    for v_part in
      select p.booking_type, p.booking_id, p.deposit, p.price, app.paid_amount(p.booking_type, p.booking_id) as paid from basket_parts p where p.basket_id = p_basket_id order by p.position
    loop
      v_take := least(v_left, greatest(case v_round when 1 then v_part.deposit else v_part.price end - v_part.paid - coalesce((v_given -> v_part.booking_id::text ->> 'amount')::numeric, 0), 0));
      continue when v_take <= 0;
      v_given := jsonb_set(v_given, array[v_part.booking_id::text], jsonb_build_object('booking_type', v_part.booking_type, 'booking_id', v_part.booking_id,
        'amount', coalesce((v_given -> v_part.booking_id::text ->> 'amount')::numeric, 0) + v_take));
      v_left := v_left - v_take;
    end loop;
  end loop;
  return (select coalesce(jsonb_agg(e.value order by p.position), '[]') from jsonb_each(v_given) e join basket_parts p on p.booking_id = e.key::uuid and p.basket_id = p_basket_id);
end $$;
comment on function app.spread_pay(uuid, numeric, boolean) is 'Which part of a basket gets how much of an amount: deposits first, then (p_rest) what is left of each price.';

-- Vouchers and credit pay at once; what a provider carries is announced. Returns the rows that wait for money.
create or replace function app.pay_basket(p_basket_id uuid, p_pay jsonb) returns uuid[]
language plpgsql security definer
as $$
declare
  v_basket record;
  v_way jsonb;
  v_share jsonb;
  v_can numeric;
  v_due numeric;
  v_online boolean := false;
  v_missing uuid[];
  v_customers uuid[] := app.own_customer_ids();
begin
  select b.id, b.organization_id, b.currency, b.user_id, b.customer_id into v_basket from baskets b where b.id = p_basket_id;
  for v_way in select e from jsonb_array_elements(p_pay) with ordinality x (e, n) order by n loop
    select coalesce(sum(greatest(p.price - app.paid_amount(p.booking_type, p.booking_id), 0)), 0) into v_due from basket_parts p where p.basket_id = p_basket_id;
    case v_way ->> 'method'
    when 'voucher', 'credit' then
      if v_way ->> 'method' = 'voucher' then
        perform app.require_voucher(v_basket.organization_id, v_way ->> 'code');
      elsif v_basket.user_id is null or v_basket.user_id is distinct from auth.uid() then
        perform app.fail(403, 'Sign in to pay with your credit.', 'p_pay');
      end if;
      -- a basket may name a login and, under an address that was only typed, somebody else's customer row
      select coalesce(sum(c.remaining), 0) into v_can
      from app.spendable_credits(v_basket.organization_id, v_basket.currency, v_way ->> 'code', auth.uid(), case when v_basket.customer_id = any (v_customers) then v_basket.customer_id end) c;
      if v_can <= 0 then
        perform app.fail(409, 'There is nothing left on it.', 'p_pay', jsonb_build_object('reason', 'empty', 'available', v_can));
      end if;
      if (v_way ->> 'amount')::numeric > v_can then
        perform app.fail(409, format('Only %s %s are left on it.', v_can, v_basket.currency), 'p_pay', jsonb_build_object('reason', 'empty', 'available', v_can));
      end if;
      v_can := least(coalesce(case when v_way ->> 'amount' is not null then app.exact_amount((v_way ->> 'amount')::numeric, v_basket.currency, 'p_pay') end, v_can), v_due);
      continue when v_can <= 0;
      for v_share in select e from jsonb_array_elements(app.spread_pay(p_basket_id, v_can, true)) e loop
        perform app.record_payment(v_basket.organization_id, v_share ->> 'booking_type', (v_share ->> 'booking_id')::uuid, (v_share ->> 'amount')::numeric, v_basket.currency, v_way ->> 'method',
          case when v_way ->> 'method' = 'credit' then auth.uid() else v_basket.user_id end,
          case when v_way ->> 'method' = 'voucher' or v_basket.customer_id = any (v_customers) then v_basket.customer_id end,
          jsonb_strip_nulls(jsonb_build_object('voucher_code', v_way ->> 'code', 'basket_id', p_basket_id)));
      end loop;
    when 'online' then
      if app.online_provider(v_basket.organization_id) is null then
        perform app.fail(422, 'Nobody carries online payments here: pay at the desk.', 'p_pay');
      end if;
      v_online := true;
      v_can := coalesce(case when v_way ->> 'amount' is not null then app.exact_amount((v_way ->> 'amount')::numeric, v_basket.currency, 'p_pay') end, 0);
      if v_can > v_due then
        perform app.fail(422, format('%s are to be paid.', v_due), 'p_pay', jsonb_build_object('due', v_due));
      end if;
      select greatest(v_can, coalesce(sum(greatest(p.deposit - app.paid_amount(p.booking_type, p.booking_id), 0)), 0)) into v_can from basket_parts p where p.basket_id = p_basket_id;
      for v_share in select e from jsonb_array_elements(app.spread_pay(p_basket_id, v_can, true)) e loop
        perform app.record_payment(v_basket.organization_id, v_share ->> 'booking_type', (v_share ->> 'booking_id')::uuid, (v_share ->> 'amount')::numeric, v_basket.currency, 'online',
          v_basket.user_id, v_basket.customer_id,
          jsonb_strip_nulls(jsonb_build_object('status', 'pending', 'provider', app.online_provider(v_basket.organization_id), 'basket_id', p_basket_id,
            'return_path', v_way ->> 'return_path',
            'card_terms', case when v_way -> 'store_card' = 'true' then app.card_terms(v_basket.organization_id, v_share ->> 'booking_type') end)));
      end loop;
    else
      null;      -- the desk takes it when they come
    end case;
  end loop;
  v_missing := array(select p.booking_id from basket_parts p where p.basket_id = p_basket_id and p.deposit > app.paid_amount(p.booking_type, p.booking_id));
  if v_missing <> '{}' and not v_online then
    if app.pays_at_desk(v_basket.organization_id) and exists (select from jsonb_array_elements(p_pay) e where e ->> 'method' = 'desk') then
      return '{}';
    end if;
    select sum(p.deposit - app.paid_amount(p.booking_type, p.booking_id)) into v_due from basket_parts p where p.basket_id = p_basket_id and p.booking_id = any (v_missing);
    perform app.fail(422, format('%s %s are to be paid now.', v_due, v_basket.currency), 'p_pay', jsonb_build_object('reason', 'deposit', 'due_now', v_due), 'Pay online, or by voucher or credit.');
  end if;
  return v_missing;
end $$;
comment on function app.pay_basket(uuid, jsonb) is 'Takes vouchers and credit, announces online payments (rows of payments with status pending, metadata.basket_id); returns the bookings that wait for money.';

-- One bill for all of it.
create or replace function app.basket_folio(p_basket_id uuid) returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid;
begin
  insert into folios (organization_id, customer_id, user_id, title, created_by)
  select b.organization_id, b.customer_id, b.user_id, left(format('%s, %s', b.reference, b.guest_name), 200), (select u.id from users u where u.id = auth.uid()) from baskets b where b.id = p_basket_id
  returning id into v_id;
  insert into folio_items (organization_id, folio_id, booking_type, booking_id, created_by)
  select p.organization_id, v_id, p.booking_type, p.booking_id, (select u.id from users u where u.id = auth.uid()) from basket_parts p where p.basket_id = p_basket_id order by p.position;
  return v_id;
end $$;

-- One message with everything: what, when, the codes.
create or replace function app.tell_basket(p_basket_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_basket record;
  v_lines text;
begin
  select b.* into v_basket from baskets b where b.id = p_basket_id;
  select string_agg(concat_ws(' ', to_char((p.quote ->> 'starts_at')::timestamptz at time zone (p.quote ->> 'timezone'), 'YYYY-MM-DD HH24:MI'), p.quote ->> 'title', '(' || s.reference || ')'), e'\n' order by (p.quote ->> 'starts_at')::timestamptz)
    into v_lines from basket_parts p, lateral app.part_state(p.booking_type, p.booking_id) s where p.basket_id = p_basket_id;
  perform app.tell(v_basket.organization_id, case v_basket.status when 'confirmed' then 'basket_confirmed' else 'basket_submitted' end,
    jsonb_build_object('reference', v_basket.reference, 'parts', v_lines), v_basket.user_id, v_basket.customer_id,
    p_data => jsonb_build_object('basket_id', p_basket_id, 'reference', v_basket.reference,
      'parts', (select jsonb_agg(jsonb_build_object('kind', p.kind, 'title', p.quote -> 'title', 'starts_at', p.quote -> 'starts_at', 'timezone', p.quote -> 'timezone', 'reference', s.reference,
                  'booking_type', p.booking_type, 'booking_id', p.booking_id) order by p.position)
                from basket_parts p, lateral app.part_state(p.booking_type, p.booking_id) s where p.basket_id = p_basket_id)),
    p_about => 'basket/' || p_basket_id);
end $$;

-- Parts that are held and cannot be any more: their time has come, or the house has closed. As refusals of parts; [] where all is well.
create or replace function app.parts_over(p_basket_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (
  select coalesce(jsonb_agg(app.part_refusal(p.request || jsonb_build_object('key', p.request -> 'key', 'id', p.id), 'MD409',
      case x.reason when 'past' then format('The time of %s has come.', p.quote ->> 'title') else format('%s is closed.', p.quote ->> 'title') end,
      jsonb_build_object('reason', x.reason, 'alternatives', app.part_alternatives(p.organization_id, p.request))::text, null) || jsonb_build_object('id', p.id) order by p.position), '[]')
  from basket_parts p,
  lateral (select case
    when p.kind in ('table', 'game') and (p.quote ->> 'starts_at')::timestamptz <= now() or (p.quote ->> 'ends_at')::timestamptz <= now() then 'past'
    when p.kind = 'pool' and exists (select from pool_capacity c where c.organization_id = p.organization_id and c.date = (p.request ->> 'date')::date
                                       and c.slot = any (app.halves(p.request ->> 'slot')) and c.is_closed) then 'closed' end as reason) x
  where p.basket_id = p_basket_id and x.reason is not null);
end $$;
