-- A part of a basket before it is held: whose it is, what it costs and why, whether it can be had.
--
--   {"kind": "stay",  "chalet_id", "check_in", "check_out", "guests", "addons": [{"addon_id", "quantity"}]}
--   {"kind": "table", "restaurant_id", "date", "time", "party_size", "features": ["terrace"]}
--   {"kind": "pool",  "date", "slot", "adults", "children"}
--   {"kind": "game",  "venue_id", "game_id", "date", "time", "party_size", "ticket_types": [{"id", "quantity"}], "promo_code"}
--
-- and in each: "key" (the client's own name of the part), "price" (what the page showed), "wishes".

-- The words of a part that hold it: nothing that a person wrote.
create or replace function app.part_request(p_part jsonb) returns jsonb
language sql immutable
as $$
  select jsonb_strip_nulls(jsonb_object_agg(key, value)) from jsonb_each(p_part)
  where key = any (case p_part ->> 'kind'
    when 'stay' then array['kind', 'chalet_id', 'check_in', 'check_out', 'guests', 'addons']
    when 'table' then array['kind', 'restaurant_id', 'date', 'time', 'party_size', 'features']
    when 'pool' then array['kind', 'date', 'slot', 'adults', 'children']
    else array['kind', 'venue_id', 'game_id', 'date', 'time', 'party_size', 'ticket_types', 'promo_code'] end);
$$;

-- What can be said of a part without asking a table; refuses with p_parts, whatever a client sends.
create or replace function app.check_part(p_part jsonb) returns void
language plpgsql immutable
as $$
declare
  v_field text;
begin
  if jsonb_typeof(p_part) is distinct from 'object' or length(p_part::text) > 10000 then
    perform app.fail(400, 'A part is an object with a kind: stay, table, pool or game.', 'p_parts');
  end if;
  if p_part ->> 'kind' is null or p_part ->> 'kind' not in ('stay', 'table', 'pool', 'game') then
    perform app.fail(400, 'A part is a stay, a table, the pool or a game.', 'kind', jsonb_build_object('allowed', '["stay", "table", "pool", "game"]'::jsonb));
  end if;
  if length(p_part ->> 'key') > 64 then
    perform app.fail(400, 'The name of a part has at most 64 characters.', 'key');
  end if;
  if length(p_part ->> 'wishes') > 1000 then
    perform app.fail(400, 'Wishes have at most 1000 characters.', 'wishes');
  end if;
  foreach v_field in array array['chalet_id', 'restaurant_id', 'venue_id', 'game_id'] loop
    if nullif(p_part -> v_field, 'null') is not null and not app.is_uuid(p_part ->> v_field) then
      perform app.fail(400, 'This is no id.', v_field);
    end if;
  end loop;
  foreach v_field in array array['check_in', 'check_out', 'date'] loop
    if nullif(p_part -> v_field, 'null') is not null and not app.is_date(p_part ->> v_field) then
      perform app.fail(400, 'This is no day.', v_field);
    end if;
  end loop;
  foreach v_field in array array['guests', 'party_size', 'adults', 'children'] loop
    if nullif(p_part -> v_field, 'null') is not null and p_part ->> v_field !~ '^[0-9]{1,4}$' then
      perform app.fail(400, 'This is no number of people.', v_field);
    end if;
  end loop;
  if nullif(p_part -> 'time', 'null') is not null and p_part ->> 'time' !~ '^([01]?[0-9]|2[0-3]):[0-5][0-9](:00)?$' then
    perform app.fail(400, 'This is no time of day.', 'time');
  end if;
  if nullif(p_part -> 'price', 'null') is not null and (jsonb_typeof(p_part -> 'price') <> 'number' or (p_part ->> 'price')::numeric not between 0 and app.largest_amount()) then
    perform app.fail(400, 'This is no price.', 'price');
  end if;
  foreach v_field in array array['addons', 'features', 'ticket_types'] loop
    if nullif(p_part -> v_field, 'null') is not null and jsonb_typeof(p_part -> v_field) <> 'array' then
      perform app.fail(400, 'This is a list.', v_field);
    end if;
  end loop;
  if jsonb_array_length(coalesce(nullif(p_part -> 'features', 'null'), '[]')) > 20
     or exists (select from jsonb_array_elements(coalesce(nullif(p_part -> 'features', 'null'), '[]')) f where jsonb_typeof(f) <> 'string' or length(f #>> '{}') > 60) then
    perform app.fail(400, 'Wishes for a table are at most 20 words.', 'features');
  end if;
end $$;

-- Whose a part is; refuses what the house does not have. Only modules of this tenant are asked.
create or replace function app.part_organization(p_part jsonb, p_organization_id uuid) returns uuid
language plpgsql stable security definer
as $$
declare
  v_table text := case p_part ->> 'kind' when 'stay' then 'chalets' when 'table' then 'restaurants' when 'pool' then 'pool_slots' else 'game_venues' end;
  v_id uuid;
begin
  if to_regclass(format('%I.%I', current_schema(), v_table)) is null then
    perform app.fail(404, 'This house does not offer that.', 'kind');
  end if;
  case p_part ->> 'kind'
    when 'stay' then select c.organization_id into v_id from chalets c where c.id = (p_part ->> 'chalet_id')::uuid and c.is_active;
    when 'table' then select r.organization_id into v_id from restaurants r where r.id = (p_part ->> 'restaurant_id')::uuid and r.is_active;
    when 'pool' then v_id := app.pick_organization(p_organization_id);
    else select l.organization_id into v_id from game_venues l
         where l.venue_id = (p_part ->> 'venue_id')::uuid and l.game_id = (p_part ->> 'game_id')::uuid and l.is_active;
  end case;
  if v_id is null then
    perform app.fail(404, case p_part ->> 'kind' when 'stay' then 'There is no such chalet.' when 'table' then 'There is no such restaurant.'
        else 'This game does not run at this venue.' end,
      case p_part ->> 'kind' when 'stay' then 'chalet_id' when 'table' then 'restaurant_id' else 'game_id' end);
  end if;
  return v_id;
end $$;

-- The lines of a stay's price: nights that cost the same for the same reason together, add-ons, tax.
create or replace function app.stay_lines(p_quote jsonb) returns jsonb
language sql immutable
as $$
  select coalesce((
      select jsonb_agg(jsonb_build_object('code', 'nights', 'base', base, 'rule', rule, 'multiplier', multiplier, 'label', why, 'quantity', nights,
                         'unit_price', price, 'amount', nights * price, 'from', first) order by first)
      from (select n ->> 'base' as base, n ->> 'rule' as rule, (n ->> 'multiplier')::numeric as multiplier, n ->> 'why' as why, (n ->> 'price')::numeric as price,
                   count(*) as nights, min(n ->> 'date') as first
            from jsonb_array_elements(p_quote -> 'nights') n group by 1, 2, 3, 4, 5) g), '[]')
    || coalesce((
      select jsonb_agg(jsonb_build_object('code', 'addon', 'addon_id', a -> 'addon_id', 'label', a -> 'name', 'per', a -> 'per', 'required', a -> 'required', 'quantity', (a ->> 'units')::int,
                         'unit_price', (a ->> 'price')::numeric, 'amount', (a ->> 'price')::numeric * (a ->> 'units')::int) order by n)
      from jsonb_array_elements(p_quote -> 'addons') with ordinality x (a, n)), '[]')
    || case when (p_quote ->> 'tax_amount')::numeric <> 0
            then jsonb_build_array(jsonb_build_object('code', 'tax', 'label', 'Tax', 'included', p_quote -> 'prices_include_tax', 'amount', (p_quote ->> 'tax_amount')::numeric))
            else '[]' end;
$$;
comment on function app.stay_lines(jsonb) is 'Why a stay costs what it costs, line by line. A tax line whose "included" is true is part of the lines above it; else it comes on top.';

-- The price of a pool ticket for a part of a basket; refuses what cannot be one.
create or replace function app.quote_pool_slot(p_organization_id uuid, p_date date, p_slot text, p_adults int, p_children int) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_quote jsonb;
begin
  perform app.checked_slot(p_slot);
  perform app.checked_pool_date(p_organization_id, p_date, p_slot);
  if (p_adults + p_children) not between 1 and 50 then
    perform app.fail(400, 'A ticket is for 1 to 50 people.', 'adults', jsonb_build_object('max', 50));
  end if;
  if p_adults = 0 then
    perform app.fail(400, 'Children come with an adult.', 'adults');
  end if;
  v_quote := app.price_pool_ticket(p_organization_id, p_date, p_slot, p_adults, p_children);
  if v_quote is null then
    perform app.fail(404, 'This slot has no price yet.', 'slot');
  end if;
  return v_quote;
end $$;

-- {"kind", "organization_id", "title", "place", "starts_at", "ends_at", "timezone", "people", "price", "deposit", "tax_amount", "currency", "lines", "terms", "policy_id",
--  "available", "quote"}. Refuses like the functions of its kind do. deposit: what has to come before it is confirmed.
create or replace function app.quote_part(p_organization_id uuid, p_part jsonb) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_online boolean := app.online_provider(p_organization_id) is not null;
  v_place record;
  v_quote jsonb;
  v_price record;
  v_title text;
  v_place_name text;
  v_zone text;
  v_currency text;
  v_start timestamptz;
  v_end timestamptz;
  v_people int;
  v_total numeric := 0;
  v_deposit numeric := 0;
  v_tax numeric := 0;
  v_lines jsonb := '[]';
  v_policy uuid;
  v_free boolean;
  v_date date;
  v_adults int;
  v_children int;
begin
  select o.currency, o.timezone into v_currency, v_zone from organizations o where o.id = p_organization_id;
  case p_part ->> 'kind'
  when 'stay' then
    v_people := (p_part ->> 'guests')::int;
    v_quote := app.price_stay((p_part ->> 'chalet_id')::uuid, (p_part ->> 'check_in')::date, (p_part ->> 'check_out')::date, v_people, p_part -> 'addons');
    v_title := v_quote ->> 'chalet';
    v_start := (v_quote ->> 'arrives_at')::timestamptz;
    v_end := (v_quote ->> 'leaves_at')::timestamptz;
    v_total := (v_quote ->> 'total_price')::numeric;
    v_deposit := (v_quote ->> 'deposit_due')::numeric;
    v_tax := (v_quote ->> 'tax_amount')::numeric;
    v_lines := app.stay_lines(v_quote);
    v_policy := (v_quote ->> 'cancellation_policy_id')::uuid;
    v_free := (v_quote ->> 'available')::boolean;
  when 'table' then
    select r.name, r.timezone, r.accepts_reservations into v_place from restaurants r where r.id = (p_part ->> 'restaurant_id')::uuid;
    if not v_place.accepts_reservations then
      perform app.fail(403, 'This restaurant takes no reservations here.', 'restaurant_id');
    end if;
    v_people := (p_part ->> 'party_size')::int;
    v_title := v_place.name;
    v_zone := v_place.timezone;
    v_date := (p_part ->> 'date')::date;
    v_start := app.local_instant(v_date, (p_part ->> 'time')::time, v_zone);
    v_quote := app.tables_for_part(p_part);
    v_end := v_start + make_interval(mins => (v_quote ->> 'minutes')::int);
    v_free := true;
  when 'pool' then
    v_date := (p_part ->> 'date')::date;
    v_adults := coalesce((p_part ->> 'adults')::int, 1);
    v_children := coalesce((p_part ->> 'children')::int, 0);
    v_people := v_adults + v_children;
    v_quote := app.quote_pool_slot(p_organization_id, v_date, p_part ->> 'slot', v_adults, v_children);
    v_title := initcap(replace(p_part ->> 'slot', '_', ' '));
    select t.starts_at, t.ends_at into v_start, v_end from app.pool_slot_times(p_organization_id, v_date, p_part ->> 'slot') t;
    v_total := (v_quote ->> 'total_price')::numeric;
    v_deposit := v_total;
    v_tax := (v_quote ->> 'tax_amount')::numeric;
    v_lines := jsonb_build_array(jsonb_build_object('code', 'adults', 'label', 'Adults', 'quantity', v_adults, 'unit_price', v_quote -> 'adult_price', 'amount', v_adults * (v_quote ->> 'adult_price')::numeric))
      || case when v_children > 0 then jsonb_build_array(jsonb_build_object('code', 'children', 'label', 'Children', 'quantity', v_children,
              'unit_price', coalesce(v_quote ->> 'child_price', v_quote ->> 'adult_price')::numeric, 'amount', v_children * coalesce(v_quote ->> 'child_price', v_quote ->> 'adult_price')::numeric)) else '[]' end
      || case when v_tax <> 0 then jsonb_build_array(jsonb_build_object('code', 'tax', 'label', 'Tax', 'included', true, 'amount', v_tax)) else '[]' end;
    select coalesce(s.cancellation_policy_id, app.terms_for(p_organization_id, 'pool')) into v_policy from pool_slots s where s.organization_id = p_organization_id and s.slot = p_part ->> 'slot';
    select not f.is_closed and f.free >= v_people into v_free from app.pool_free(p_organization_id, v_date, v_date) f where f.slot = p_part ->> 'slot';
  else
    select v.name, v.timezone, v.requires_payment, g.name as game, g.duration_minutes, coalesce(v.cancellation_policy_id, app.default_cancellation_policy(v.organization_id, 'experience')) as policy into v_place
    from venues v, games g where v.id = (p_part ->> 'venue_id')::uuid and g.id = (p_part ->> 'game_id')::uuid;
    v_people := (p_part ->> 'party_size')::int;
    v_date := (p_part ->> 'date')::date;
    perform app.check_start((p_part ->> 'venue_id')::uuid, (p_part ->> 'game_id')::uuid, v_date, (p_part ->> 'time')::time, v_people, true, 'time');
    select * into v_price from app.price_booking((p_part ->> 'venue_id')::uuid, (p_part ->> 'game_id')::uuid, v_people, coalesce(nullif(p_part -> 'ticket_types', 'null'), '[]'),
      p_part ->> 'promo_code', v_date);
    v_title := v_place.game;
    v_place_name := v_place.name;
    v_zone := v_place.timezone;
    v_start := app.booking_instant(v_date, (p_part ->> 'time')::time, v_zone, 'time');
    v_end := v_start + make_interval(mins => v_place.duration_minutes);
    v_total := v_price.final_amount;
    v_deposit := case when v_place.requires_payment then v_price.deposit_amount else 0 end;
    v_tax := v_price.tax_amount;
    v_quote := to_jsonb(v_price);
    v_lines := (select coalesce(jsonb_agg(l || jsonb_build_object('code', case when (l ->> 'amount')::numeric < 0 then 'discount' else 'tickets' end) order by n), '[]')
                from jsonb_array_elements(v_price.price_details) with ordinality x (l, n))
      || case when v_tax <> 0 then jsonb_build_array(jsonb_build_object('code', 'tax', 'label', 'Tax', 'included', v_price.final_amount = v_price.total_amount - v_price.discount_amount, 'amount', v_tax)) else '[]' end;
    v_policy := v_place.policy;
    select s.seats_left >= v_people into v_free from app.game_starts((p_part ->> 'game_id')::uuid, v_date, (p_part ->> 'venue_id')::uuid) s where s.start_time = (p_part ->> 'time')::time;
  end case;
  return jsonb_build_object('kind', p_part ->> 'kind', 'organization_id', p_organization_id, 'title', v_title, 'place', v_place_name, 'starts_at', v_start, 'ends_at', v_end, 'timezone', v_zone,
    'people', v_people, 'price', v_total, 'deposit', case when v_online then least(v_deposit, v_total) else 0 end, 'tax_amount', v_tax, 'currency', v_currency, 'lines', v_lines,
    'policy_id', v_policy, 'terms', app.terms_json(v_policy, v_start, v_total, v_currency), 'available', coalesce(v_free, false), 'quote', v_quote);
end $$;
comment on function app.quote_part(uuid, jsonb) is
  'What a part costs, line by line, when it is, under which terms, and whether it can be had now. Decimal amounts in currency, tax included in price.
shape priced_part {"kind": "basket_parts.kind", "organization_id": "uuid", "title": "text", "place": "text | null", "starts_at": "instant", "ends_at": "instant", "timezone": "text",
  "people": "int", "price": "number", "deposit": "number", "tax_amount": "number", "currency": "text", "lines": "part_line[]", "terms": "terms"}
shape part_line {"code": "=nights | =addon | =adults | =children | =tickets | =discount | =tax", "label": "text", "amount": "number", "quantity?": "int", "unit_price?": "number",
  "included?": "boolean", "base?": "text", "rule?": "text | null", "multiplier?": "number | null", "from?": "date", "addon_id?": "uuid", "per?": "text", "required?": "boolean"}';

-- Which tables a part would get: the best fit of those that have every wished feature. Refuses with alternatives.
create or replace function app.tables_for_part(p_part jsonb) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_restaurant uuid := (p_part ->> 'restaurant_id')::uuid;
  v_date date := (p_part ->> 'date')::date;
  v_time time := (p_part ->> 'time')::time;
  v_people int := (p_part ->> 'party_size')::int;
  v_wishes jsonb := coalesce(nullif(p_part -> 'features', 'null'), '[]');
  v_minutes int := app.reservation_minutes(v_restaurant, greatest(coalesce(v_people, 1), 1));
  v_tables uuid[];
  v_place record;
begin
  v_tables := app.choose_tables(v_restaurant, v_date, v_time, v_people, v_minutes, null, false);
  if v_wishes <> '[]' then
    select r.timezone, r.reservation_buffer_minutes into v_place from restaurants r where r.id = v_restaurant;
    select f.table_ids into v_tables
    from app.free_tables(v_restaurant, tstzrange(app.local_instant(v_date, v_time, v_place.timezone),
           app.local_instant(v_date, v_time, v_place.timezone) + make_interval(mins => v_minutes + v_place.reservation_buffer_minutes)), v_people) f
    where (select bool_and(t.features @> v_wishes) from restaurant_tables t where t.id = any (f.table_ids))
    order by f.is_combination, f.capacity, f.table_numbers limit 1;
    if v_tables is null then
      perform app.fail(409, 'No table with that is free at that time.', 'features', jsonb_build_object('reason', 'features', 'features', v_wishes,
        'alternatives', app.table_alternatives(v_restaurant, v_date, v_time, v_people, v_wishes)), 'Take another table, or another time.');
    end if;
  end if;
  return jsonb_build_object('table_ids', to_jsonb(v_tables), 'minutes', v_minutes);
end $$;

-- The nearest times that have such a table.
create or replace function app.table_alternatives(p_restaurant_id uuid, p_date date, p_time time, p_people int, p_features jsonb) returns jsonb
language sql stable security definer
as $$
  select coalesce(jsonb_agg(jsonb_build_object('date', p_date, 'time', to_char(x.local_time, 'HH24:MI'), 'starts_at', x.starts_at) order by x.starts_at), '[]')
  from (select t.local_time, t.starts_at from app.table_times(p_restaurant_id, p_date, p_people, p_features) t
        where t.free > 0 and t.local_time <> p_time order by abs(extract(epoch from t.local_time - p_time)), t.starts_at limit 6) x;
$$;

-- Refusals of the kinds speak of parameters; in a basket they are fields of a part. Alternatives become parts that can be sent as they are.
create or replace function app.part_refusal(p_part jsonb, p_state text, p_message text, p_detail text, p_hint text) returns jsonb
language sql stable
as $$
  select jsonb_strip_nulls(jsonb_build_object('key', p_part -> 'key', 'kind', p_part ->> 'kind', 'code', p_state, 'message', p_message, 'hint', nullif(p_hint, ''),
      'field', case d ->> 'field' when 'p_ticket_date' then 'date' when 'p_booking_date' then 'date' when 'p_start_time' then 'time' when 'p_date' then 'date' when 'table_id' then 'time'
                 else regexp_replace(d ->> 'field', '^p_', '') end,
      'reason', d -> 'reason'))
    || jsonb_build_object('alternatives', coalesce((
      select jsonb_agg(app.part_request(p_part - 'key' - 'price') || case p_part ->> 'kind'
               when 'stay' then jsonb_build_object('chalet_id', a -> 'chalet_id', 'check_in', a -> 'check_in', 'check_out', a -> 'check_out', 'name', a -> 'name')
               when 'table' then jsonb_build_object('date', a -> 'date', 'time', a -> 'time')
               when 'pool' then jsonb_build_object('date', a -> 'ticket_date', 'slot', a -> 'slot')
               else jsonb_build_object('date', a -> 'booking_date', 'time', a -> 'start_time') end order by n)
      from jsonb_array_elements(case when jsonb_typeof(d -> 'alternatives') = 'array' then d -> 'alternatives' end) with ordinality x (a, n)), '[]'))
  from (select case when p_detail ~ '^\s*\{' then p_detail::jsonb else '{}' end as d) x;
$$;

comment on function app.part_refusal(jsonb, text, text, text, text) is 'Why a part cannot be had, and what can be asked for instead.
shape refused_part {"key?": "text", "kind": "basket_parts.kind", "code": "text", "message": "text", "hint?": "text", "field?": "text", "reason?": "text", "alternatives": "part_request[]"}
shape part_request {"kind": "basket_parts.kind", "chalet_id?": "uuid", "check_in?": "date", "check_out?": "date", "guests?": "int", "addons?": [{"addon_id": "uuid", "quantity?": "int"}],
  "name?": "text | null", "restaurant_id?": "uuid", "date?": "date", "time?": "time", "party_size?": "int", "features?": ["text"], "slot?": "text", "adults?": "int", "children?": "int",
  "venue_id?": "uuid", "game_id?": "uuid", "ticket_types?": [{"id": "text", "quantity": "int"}], "promo_code?": "text"}';

-- The refusal that a part deserves which was asked for and is not free.
create or replace function app.part_alternatives(p_organization_id uuid, p_part jsonb) returns jsonb
language sql stable security definer
as $$
  select case p_part ->> 'kind'
    when 'stay' then app.stay_alternatives((p_part ->> 'chalet_id')::uuid, (p_part ->> 'check_in')::date, (p_part ->> 'check_out')::date, (p_part ->> 'guests')::int, app.organization_today(p_organization_id))
    when 'pool' then app.pool_alternatives(p_organization_id, (p_part ->> 'date')::date, coalesce((p_part ->> 'adults')::int, 1) + coalesce((p_part ->> 'children')::int, 0))
    when 'game' then app.slot_alternatives((p_part ->> 'game_id')::uuid, (p_part ->> 'venue_id')::uuid, (p_part ->> 'date')::date, (p_part ->> 'time')::time, (p_part ->> 'party_size')::int)
    else app.table_alternatives((p_part ->> 'restaurant_id')::uuid, (p_part ->> 'date')::date, (p_part ->> 'time')::time, (p_part ->> 'party_size')::int, coalesce(nullif(p_part -> 'features', 'null'), '[]')) end;
$$;
