-- Holding parts: everything is locked before anything is looked at, so that what is seen free is free, and nobody waits in a ring.
-- The order of locks is in README.md beside this.

-- Whose rows they are until somebody says who they are: stays and games name a customer. One row a house; it is deleted from its birth, so
-- it stands in no list and hears of nothing.
create or replace function app.basket_guest(p_organization_id uuid) returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid := md5('basket/' || p_organization_id)::uuid;
begin
  insert into customers (id, organization_id, full_name, deleted_at) values (v_id, p_organization_id, 'A basket', now()) on conflict (id) do nothing;
  return v_id;
end $$;

create or replace function app.is_my_basket(p_basket_id uuid) returns boolean
language sql stable security definer
as $$ select exists (select from baskets b where b.id = p_basket_id and (b.user_id = auth.uid() or b.customer_id = any (app.own_customer_ids()))) $$;
grant execute on function app.is_my_basket(uuid) to anon, authenticated, service_role;

-- The parents of all these parts, kind by kind, each by id; then what has run out gives its places back.
create or replace function app.lock_parts(p_organization_id uuid, p_parts jsonb) returns void
language plpgsql security definer
as $$
declare
  v_restaurants uuid[] := array(select distinct (p ->> 'restaurant_id')::uuid from jsonb_array_elements(p_parts) p where p ->> 'kind' = 'table' order by 1);
  v_chalets uuid[] := array(select distinct (p ->> 'chalet_id')::uuid from jsonb_array_elements(p_parts) p where p ->> 'kind' = 'stay' order by 1);
  v_days date[] := array(select distinct (p ->> 'date')::date from jsonb_array_elements(p_parts) p where p ->> 'kind' = 'pool' and app.is_date(p ->> 'date') order by 1);
  v_id uuid;
  v_day date;
  v_room record;
begin
  if v_restaurants <> '{}' then
    perform from restaurants where id = any (v_restaurants) order by id for no key update;
    perform app.expire_table_holds(v_restaurants);
  end if;
  if v_chalets <> '{}' then
    perform app.lock_chalets(variadic v_chalets);
    foreach v_id in array v_chalets loop
      perform app.expire_chalet_holds(v_id);
    end loop;
  end if;
  foreach v_day in array v_days loop
    continue when v_day not between app.organization_today(p_organization_id) and app.organization_today(p_organization_id) + 366;      -- refused afterwards
    perform app.expire_pool_holds(p_organization_id, v_day);
    perform app.lock_places(p_organization_id, v_day, 'full_day');
  end loop;
  if exists (select from jsonb_array_elements(p_parts) p where p ->> 'kind' = 'game') then
    perform from venues v where v.capacity is not null
      and v.id in (select (p ->> 'venue_id')::uuid from jsonb_array_elements(p_parts) p where p ->> 'kind' = 'game') order by v.id for no key update;
    perform from game_venues l
    where (l.venue_id, l.game_id) in (select (p ->> 'venue_id')::uuid, (p ->> 'game_id')::uuid from jsonb_array_elements(p_parts) p where p ->> 'kind' = 'game')
    order by l.id for no key update;
    -- all at once and by id, before the first of them is ended
    perform from bookings b where b.status = 'pending' and b.hold_expires_at <= now()
      and (b.venue_id, b.game_id) in (select (p ->> 'venue_id')::uuid, (p ->> 'game_id')::uuid from jsonb_array_elements(p_parts) p where p ->> 'kind' = 'game')
    order by b.id for update;
    for v_room in
      select distinct (p ->> 'venue_id')::uuid as venue_id, (p ->> 'game_id')::uuid as game_id, (p ->> 'date')::date as day
      from jsonb_array_elements(p_parts) p where p ->> 'kind' = 'game' and app.is_date(p ->> 'date') order by 1, 2, 3
    loop
      perform app.expire_holds(v_room.venue_id, v_room.game_id, v_room.day - interval '1 day', v_room.day + interval '3 days');
    end loop;
    perform from promo_codes c where c.organization_id = p_organization_id
      and c.code in (select upper(trim(p ->> 'promo_code')) from jsonb_array_elements(p_parts) p where p ->> 'kind' = 'game') order by c.id for no key update;
  end if;
end $$;
comment on function app.lock_parts(uuid, jsonb) is 'Locks what these parts take places of, in the one order there is, and ends holds there whose time is up.';

-- One row of its module for a part that is quoted and free. Games are made by app.hold_games, all in one statement.
create or replace function app.hold_part(p_organization_id uuid, p_part jsonb, p_quote jsonb, p_expires_at timestamptz) returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid;
  q jsonb := p_quote -> 'quote';
begin
  case p_part ->> 'kind'
  when 'stay' then
    insert into chalet_bookings (organization_id, customer_id, chalet_id, check_in, check_out, guests, nights_price, addons_price, tax_amount, total_price, deposit_due, currency,
      price_breakdown, status, hold_expires_at, special_requests, cancellation_policy_id, source)
    values (p_organization_id, app.basket_guest(p_organization_id), (p_part ->> 'chalet_id')::uuid, (p_part ->> 'check_in')::date, (p_part ->> 'check_out')::date, (p_part ->> 'guests')::int,
      (q ->> 'nights_price')::numeric, (q ->> 'addons_price')::numeric, (q ->> 'tax_amount')::numeric, (q ->> 'total_price')::numeric, (q ->> 'deposit_due')::numeric, q ->> 'currency',
      q - 'available', 'pending', p_expires_at, nullif(trim(p_part ->> 'wishes'), ''), (q ->> 'cancellation_policy_id')::uuid, 'direct')
    returning id into v_id;
    perform app.write_booking_addons(v_id, q);
  when 'table' then
    insert into table_reservations (restaurant_id, table_id, table_ids, reservation_date, reservation_time, duration_minutes, party_size, special_requests, status, hold_expires_at)
    select (p_part ->> 'restaurant_id')::uuid, t.ids[1], t.ids, (p_part ->> 'date')::date, (p_part ->> 'time')::time, (q ->> 'minutes')::int, (p_part ->> 'party_size')::int,
           nullif(trim(p_part ->> 'wishes'), ''), 'pending', p_expires_at
    from (select array(select e::uuid from jsonb_array_elements_text(q -> 'table_ids') e) as ids) t
    returning id into v_id;
  when 'pool' then
    insert into pool_tickets (organization_id, customer_id, ticket_date, slot, adults, children, total_price, tax_amount, currency, status, hold_expires_at, cancellation_policy_id, source)
    values (p_organization_id, app.basket_guest(p_organization_id), (p_part ->> 'date')::date, p_part ->> 'slot', coalesce((p_part ->> 'adults')::int, 1), coalesce((p_part ->> 'children')::int, 0),
      (q ->> 'total_price')::numeric, (q ->> 'tax_amount')::numeric, q ->> 'currency', 'pending', p_expires_at, (p_quote ->> 'policy_id')::uuid, 'direct')
    returning id into v_id;
  end case;
  return v_id;
end $$;

-- Games in one statement: rooms, seats and roll-ups are then taken in one order each, whatever the order of the parts.
-- p_games: [{"id": uuid, "part": …, "quote": …}]
create or replace function app.hold_games(p_organization_id uuid, p_games jsonb, p_expires_at timestamptz) returns void
language sql security definer
as $$
  insert into bookings (id, venue_id, game_id, customer_id, booking_date, start_time, party_size, ticket_types, currency, total_amount, discount_amount, tax_amount, final_amount,
    deposit_amount, price_details, promo_code_id, status, hold_expires_at, cancellation_policy_id, source, special_requests)
  select (g ->> 'id')::uuid, (g -> 'part' ->> 'venue_id')::uuid, (g -> 'part' ->> 'game_id')::uuid, app.basket_guest(p_organization_id), (g -> 'part' ->> 'date')::date,
    (g -> 'part' ->> 'time')::time, (g -> 'part' ->> 'party_size')::int, q -> 'ticket_types', q ->> 'currency', (q ->> 'total_amount')::numeric, (q ->> 'discount_amount')::numeric,
    (q ->> 'tax_amount')::numeric, (q ->> 'final_amount')::numeric, (q ->> 'deposit_amount')::numeric, q -> 'price_details', (q ->> 'promo_code_id')::uuid, 'pending', p_expires_at,
    (g -> 'quote' ->> 'policy_id')::uuid, 'web', nullif(trim(g -> 'part' ->> 'wishes'), '')
  from jsonb_array_elements(p_games) g, lateral (select g -> 'quote' -> 'quote' as q) x
  order by (g -> 'part' ->> 'venue_id')::uuid, (g -> 'part' ->> 'game_id')::uuid, (g -> 'part' ->> 'date')::date, (g -> 'part' ->> 'time')::time;
$$;

-- Parts into a basket: all, or none and why. p_parts are checked and locked. Refuses once, with every part that cannot be had.
create or replace function app.hold_parts(p_basket_id uuid, p_parts jsonb, p_accept_prices boolean) returns void
language plpgsql security definer
as $$
declare
  v_basket record;
  v_part jsonb;
  v_quote jsonb;
  v_place int := 0;
  v_gone jsonb := '[]';
  v_dearer jsonb := '[]';
  v_games jsonb := '[]';
  v_held jsonb := '[]';
  v_game jsonb;
  v_id uuid;
  v_message text;
  v_detail text;
  v_hint text;
  v_tried boolean := false;
begin
  select id, organization_id, expires_at into v_basket from baskets where id = p_basket_id;
  select coalesce(max(position), 0) into v_place from basket_parts where basket_id = p_basket_id;
  for v_part in select e from jsonb_array_elements(p_parts) with ordinality x (e, n) order by n loop
    begin
      v_quote := app.quote_part(v_basket.organization_id, v_part);
      if not (v_quote ->> 'available')::boolean then
        perform app.fail(409, case v_part ->> 'kind' when 'stay' then 'These nights have just been taken.' when 'pool' then 'There are not so many places left.' else 'This start is taken.' end,
          case v_part ->> 'kind' when 'stay' then 'check_in' when 'pool' then 'slot' else 'time' end,
          jsonb_build_object('reason', 'taken', 'alternatives', app.part_alternatives(v_basket.organization_id, v_part)), 'Choose one of the alternatives.');
      end if;
      if not p_accept_prices and (v_part ->> 'price')::numeric <> (v_quote ->> 'price')::numeric then
        v_dearer := v_dearer || jsonb_build_object('key', v_part -> 'key', 'kind', v_part -> 'kind', 'title', v_quote -> 'title', 'was', v_part -> 'price', 'now', v_quote -> 'price', 'lines', v_quote -> 'lines');
      end if;
      v_place := v_place + 1;
      if v_part ->> 'kind' = 'game' then
        v_id := gen_random_uuid();
        v_games := v_games || jsonb_build_object('id', v_id, 'part', v_part, 'quote', v_quote);
      else
        -- what an earlier part of this basket took is gone for this one too
        v_id := app.hold_part(v_basket.organization_id, v_part, v_quote, v_basket.expires_at);
      end if;
      v_held := v_held || jsonb_build_object('position', v_place, 'id', v_id, 'part', v_part, 'quote', v_quote);
    exception
      when sqlstate 'MD400' or sqlstate 'MD403' or sqlstate 'MD404' or sqlstate 'MD409' or sqlstate 'MD410' or sqlstate 'MD422' then
        get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
        v_gone := v_gone || app.part_refusal(v_part, sqlstate, v_message, v_detail, v_hint);
      when exclusion_violation then
        v_gone := v_gone || app.part_refusal(v_part, 'MD409', 'Another part of this basket has it already.', '{"reason": "twice"}', null);
    end;
  end loop;
  if v_gone = '[]' and v_games <> '[]' then
    begin
      v_tried := true;
      perform app.hold_games(v_basket.organization_id, v_games, v_basket.expires_at);
      v_tried := false;
    exception when exclusion_violation or sqlstate 'MD409' then
      null;
    end;
    if v_tried then      -- two parts of this basket want the same: one by one says which
      for v_game in select e from jsonb_array_elements(v_games) e loop
        begin
          perform app.hold_games(v_basket.organization_id, jsonb_build_array(v_game), v_basket.expires_at);
        exception when exclusion_violation or sqlstate 'MD409' then
          get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
          v_gone := v_gone || app.part_refusal(v_game -> 'part', 'MD409', case when sqlstate = '23P01' then 'Another part of this basket has it already.' else v_message end,
            (case when v_detail ~ '^\s*\{' then v_detail::jsonb else '{"reason": "twice"}' end
              || jsonb_build_object('alternatives', app.part_alternatives(v_basket.organization_id, v_game -> 'part')))::text, null);
        end;
      end loop;
    end if;
  end if;
  if v_gone <> '[]' then
    perform app.fail(coalesce((select min(substr(g ->> 'code', 3))::int from jsonb_array_elements(v_gone) g where g ->> 'code' <> 'MD409'), 409),
      case when jsonb_array_length(v_gone) = 1 then v_gone -> 0 ->> 'message' else format('%s parts cannot be had.', jsonb_array_length(v_gone)) end,
      -- a code that is wrong is counted (app.limited_functions)
      case when v_gone @> '[{"field": "promo_code"}]' then 'promo_code' else 'p_parts' end,
      jsonb_build_object('reason', 'gone', 'parts', v_gone), 'Choose an alternative for what is gone; the rest is still as it was.');
  end if;
  if v_dearer <> '[]' then
    perform app.fail(409, 'The price has changed.', 'p_parts', jsonb_build_object('reason', 'price_changed', 'parts', v_dearer), 'Show the new price and ask again.');
  end if;
  insert into basket_parts (basket_id, position, kind, booking_type, booking_id, request, quote, price, deposit)
  select p_basket_id, (h ->> 'position')::int, h -> 'part' ->> 'kind', case h -> 'part' ->> 'kind' when 'stay' then 'chalet' when 'table' then 'reservation' when 'pool' then 'pool' else 'experience' end,
    (h ->> 'id')::uuid, app.part_request(h -> 'part') || jsonb_strip_nulls(jsonb_build_object('key', h -> 'part' -> 'key')), (h -> 'quote') - 'quote' - 'available' - 'policy_id',
    (h -> 'quote' ->> 'price')::numeric, (h -> 'quote' ->> 'deposit')::numeric
  from jsonb_array_elements(v_held) h;
end $$;
comment on function app.hold_parts(uuid, jsonb, boolean) is
  'Holds parts for a basket: all, or a refusal that lists each part that cannot be had, why, and the nearest alternatives. The parents are locked (app.lock_parts).';

-- What a basket lets go leaves no trace but the audit's: nobody was promised anything.
create or replace function app.drop_parts(p_part_ids uuid[]) returns void
language plpgsql security definer
as $$
declare
  v_part record;
begin
  for v_part in
    select p.booking_type, array_agg(p.booking_id order by p.booking_id) as ids from basket_parts p where p.id = any (p_part_ids)
    group by p.booking_type order by array_position(array['reservation', 'chalet', 'pool', 'experience'], p.booking_type)
  loop
    case v_part.booking_type
      when 'reservation' then delete from table_reservations where id = any (v_part.ids) and status in ('pending', 'cancelled');
      when 'chalet' then delete from chalet_bookings where id = any (v_part.ids) and status in ('pending', 'cancelled');
      when 'pool' then delete from pool_tickets where id = any (v_part.ids) and status in ('pending', 'cancelled');
      else delete from bookings where id = any (v_part.ids) and status in ('pending', 'cancelled');
    end case;
  end loop;
  delete from basket_parts where id = any (p_part_ids);
end $$;
comment on function app.drop_parts(uuid[]) is 'Takes parts out of a basket and gives their places back.';
