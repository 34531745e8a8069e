-- SECURITY DEFINER: tells of the organization what a visitor may know; visitors do not read organizations.
create function api.get_front_page(p_organization_id uuid default null)
returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_modules text[] := array(select m from unnest(array['dining', 'stays', 'pool', 'experiences']) m
    where to_regclass(format('%I.%I', current_schema(), case m when 'dining' then 'restaurants' when 'stays' then 'chalets' when 'pool' then 'pool_slots' else 'venues' end)) is not null);
  v_page jsonb;
begin
  select jsonb_build_object('house', jsonb_build_object('organization_id', o.id, 'name', o.name, 'description', o.description, 'email', o.email, 'phone', o.phone, 'address', o.address,
      'currency', o.currency, 'locale', o.locale, 'timezone', o.timezone, 'online_payments', app.online_provider(o.id) is not null, 'pay_at_desk', app.pays_at_desk(o.id),
      'pictures', app.pictures_of(o.id, 'house', null)), 'modules', to_jsonb(v_modules), 'now', now())
    into v_page from organizations o where o.id = v_organization;
  return v_page || jsonb_build_object(
    'restaurants', case when 'dining' = any (v_modules) then app.front_restaurants(v_organization) else '[]' end,
    'chalets', case when 'stays' = any (v_modules) then app.front_chalets(v_organization) else '[]' end,
    'pool', case when 'pool' = any (v_modules) then app.front_pool(v_organization) end,
    'venues', case when 'experiences' = any (v_modules) then app.front_venues(v_organization) else '[]' end);
end $$;
comment on function api.get_front_page(uuid) is
  'What a house offers, for its front page: restaurants, chalets, pool, venues with their games; words, pictures with alternative texts, prices from (decimal, in house.currency; per night, person or group), the next free time of each, opening hours of the week ahead on the wall of the place. p_organization_id null: the only house. Public.
answers {"house": "front_house", "modules": ["=dining | =stays | =pool | =experiences"], "now": "instant", "restaurants": "front_restaurant[]", "chalets": "front_chalet[]",
  "pool": "front_pool | null", "venues": "front_venue[]"}
shape front_house {"...": "organizations(name, description, email, phone, address, currency, locale, timezone)", "organization_id": "uuid", "online_payments": "boolean",
  "pay_at_desk": "boolean", "pictures": "picture[]"}
shape picture {"url": "text", "alt": "text | null", "alt_by_locale": {"*": "text"}, "width": "int | null", "height": "int | null"}
shape opening_day {"date": "date", "weekday": "int", "windows": [{"open": "text", "close": "text"}]}
shape front_restaurant {"id": "uuid", "name": "text", "slug": "text | null", "description": "text | null", "address": "text | null", "phone": "text | null", "email": "text | null",
  "timezone": "text", "accepts_reservations": "boolean", "accepts_takeaway": "boolean", "max_party_size": "int", "is_open": "boolean",
  "opens_at": "instant | null", "closes_at": "instant | null", "week": "opening_day[]", "price_from": "number | null",
  "next_free": "front_table | null", "pictures": "picture[]"}
shape front_table {"date": "date", "time": "time", "starts_at": "instant", "party_size": "int"}
shape front_chalet {"id": "uuid", "name": "text", "description": "text | null", "capacity": "int", "bedrooms": "number", "bathrooms": "number", "location": "json",
  "min_nights": "int", "max_nights": "int", "amenities": [{"name": "text", "icon": "text | null"}],
  "check_in_time": "time", "check_out_time": "time", "price_from": "number", "next_free": "front_night | null", "addons": "front_addon[]", "pictures": "picture[]"}
shape front_night {"check_in": "date"}
shape front_addon {"addon_id": "uuid", "name": "text", "description": "text | null", "price": "number", "per": "=stay | =night | =guest | =guest_night", "required": "boolean", "max_quantity": "int"}
shape front_pool {"slots": [{"slot": "text", "starts_at": "text", "ends_at": "text", "adult_price": "number | null", "child_price": "number | null"}], "price_from": "number | null",
  "next_free": "front_slot | null", "plans": "front_plan[]", "pictures": "picture[]"}
shape front_slot {"date": "date", "slot": "text", "free": "int"}
shape front_plan {"plan_id": "uuid", "type": "=individual | =family | =corporate", "billing_cycle": "=monthly | =quarterly | =annually", "name": "text", "monthly_price": "number", "max_members": "int", "guest_passes": "int"}
shape front_venue {"id": "uuid", "name": "text", "description": "text | null", "address": "text | null", "city": "text | null", "postal_code": "text | null", "country": "text | null",
  "phone": "text | null", "email": "text | null", "timezone": "text", "embed_key": "text", "amenities": ["text"], "is_open": "boolean", "week": "opening_day[]",
  "pictures": "picture[]", "games": "front_game[]"}
shape front_game {"id": "uuid", "name": "text", "tagline": "text | null", "description": "text | null", "category": "text | null", "difficulty": "number | null", "duration_minutes": "int",
  "min_players": "int", "max_players": "int", "min_age": "int | null", "booking_mode": "=private | =shared", "price_model": "=per_person | =per_group | =ticket_types", "requires_waiver": "boolean",
  "ticket_types": "json", "price_from": "number | null", "next_free": "front_start | null", "pictures": "picture[]"}
shape front_start {"date": "date", "time": "time", "starts_at": "instant", "seats_left": "int"}';
grant execute on function api.get_front_page(uuid) to anon, authenticated, service_role;
