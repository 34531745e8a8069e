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
shape front_restaurant {"...": "restaurants(id, name, slug, description, address, phone, email, timezone, accepts_reservations, accepts_takeaway, max_party_size)", "is_open": "boolean",
  "opens_at": "instant | null", "closes_at": "instant | null", "week": "opening_day[]", "price_from": "number | null",
  "next_free": "front_table | null", "pictures": "picture[]"}
shape front_table {"date": "date", "time": "time", "starts_at": "instant", "party_size": "int"}
shape front_chalet {"...": "chalets(id, name, description, capacity, bedrooms, bathrooms, location, min_nights, max_nights)", "amenities": [{"name": "text", "icon": "text | null"}],
  "check_in_time": "time", "check_out_time": "time", "price_from": "number", "next_free": "front_night | null", "addons": "front_addon[]", "pictures": "picture[]"}
shape front_night {"check_in": "date"}
shape front_addon {"...": "chalet_addons(name, description, price, per, max_quantity)", "addon_id": "uuid", "required": "boolean"}
shape front_pool {"slots": [{"slot": "text", "starts_at": "text", "ends_at": "text", "adult_price": "number | null", "child_price": "number | null"}], "price_from": "number | null",
  "next_free": "front_slot | null", "plans": "front_plan[]", "pictures": "picture[]"}
shape front_slot {"date": "date", "slot": "text", "free": "int"}
shape front_plan {"...": "pool_membership_plans(type, billing_cycle, name, monthly_price, max_members, guest_passes)", "plan_id": "uuid"}
shape front_venue {"...": "venues(id, name, description, address, city, postal_code, country, phone, email, timezone, embed_key, amenities)", "is_open": "boolean", "week": "opening_day[]",
  "pictures": "picture[]", "games": "front_game[]"}
shape front_game {"...": "games(id, name, tagline, description, category, difficulty, duration_minutes, min_players, max_players, min_age, booking_mode, price_model, requires_waiver)",
  "ticket_types": "json", "price_from": "number | null", "next_free": "front_start | null", "pictures": "picture[]"}
shape front_start {"date": "date", "time": "time", "starts_at": "instant", "seats_left": "int"}';
grant execute on function api.get_front_page(uuid) to anon, authenticated, service_role;
