-- What search engines and messengers read of a public page before anybody opens it: the daemon writes it into the page's HTML.

-- The hours of a week as schema.org says them.
create or replace function app.schema_hours(p_week jsonb) returns jsonb
language sql immutable
as $$
  select coalesce(jsonb_agg(jsonb_build_object('@type', 'OpeningHoursSpecification',
      'dayOfWeek', 'https://schema.org/' || (array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[(d ->> 'weekday')::int],
      'opens', w ->> 'open', 'closes', replace(w ->> 'close', '24:00', '23:59')) order by (d ->> 'weekday')::int, w ->> 'open'), '[]')
  from jsonb_array_elements(p_week) d, jsonb_array_elements(d -> 'windows') w;
$$;

-- The leading picture as an address that others can load; null where there is none.
create or replace function app.card_picture(p_pictures jsonb, p_url text) returns text
language sql immutable
as $$ select case when u ~ '^https?://' then u when u ~ '^/' and p_url is not null then p_url || u end from (select p_pictures #>> '{0,url}' as u) x $$;

create or replace function app.schema_restaurants(p_organization_id uuid, p_currency text, p_url text) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('@type', 'Restaurant', '@id', concat(p_url, '/menu/', r.id, '#restaurant'), 'name', r.name, 'description', r.description, 'url', concat(p_url, '/menu/', r.id),
      'image', app.card_picture(app.pictures_of(r.organization_id, 'restaurant', r.id, r.image_url, r.name), p_url), 'address', r.address, 'telephone', r.phone, 'email', r.email,
      'hasMenu', concat(p_url, '/menu/', r.id), 'acceptsReservations', r.accepts_reservations, 'currenciesAccepted', p_currency,
      'openingHoursSpecification', nullif(app.schema_hours(app.restaurant_week(r.id)), '[]'))) order by r.name, r.id), '[]')
    from restaurants r where r.organization_id = p_organization_id and r.is_active);
end $$;

create or replace function app.schema_lodging(p_organization_id uuid, p_house jsonb, p_currency text, p_url text) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (select case when count(*) > 0 then jsonb_build_array(p_house || jsonb_build_object('@type', 'LodgingBusiness', '@id', concat(p_url, '/#lodging'), 'currenciesAccepted', p_currency,
      'makesOffer', jsonb_agg(jsonb_strip_nulls(jsonb_build_object('@type', 'Offer', 'priceCurrency', p_currency, 'price', least(c.base_price, c.weekend_price), 'url', concat(p_url, '/'),
        'itemOffered', jsonb_build_object('@type', 'Accommodation', 'name', c.name, 'description', c.description, 'numberOfBedrooms', c.bedrooms,
          'image', app.card_picture(app.chalet_pictures(c.organization_id, c.id, c.name), p_url), 'occupancy', jsonb_build_object('@type', 'QuantitativeValue', 'maxValue', c.capacity)))) order by c.rank, c.name, c.id))) else '[]' end
    from (select * from chalets c where c.organization_id = p_organization_id and c.is_active and c.status = 'active' order by c.rank, c.name, c.id limit 100) c);
end $$;

create or replace function app.schema_pool(p_organization_id uuid, p_house jsonb, p_currency text, p_url text) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (select case when count(*) > 0 then jsonb_build_array(p_house || jsonb_build_object('@type', 'PublicSwimmingPool', '@id', concat(p_url, '/#pool'), 'currenciesAccepted', p_currency,
      'makesOffer', jsonb_agg(jsonb_build_object('@type', 'Offer', 'name', initcap(replace(s.slot, '_', ' ')), 'priceCurrency', p_currency, 'price', p.price, 'url', concat(p_url, '/')) order by s.starts_at, s.slot))) else '[]' end
    from pool_slots s, lateral (select min(r.price) as price from pool_prices r where r.organization_id = s.organization_id and r.slot = s.slot and r.age_group = 'adult') p
    where s.organization_id = p_organization_id and s.is_active and p.price is not null);
end $$;

-- Venues, and of each game its next start as an event with what it costs.
create or replace function app.schema_venues(p_organization_id uuid, p_currency text, p_url text, p_embed_key text default null) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (
  with place as materialized (
    select v.*, jsonb_strip_nulls(jsonb_build_object('@type', 'PostalAddress', 'streetAddress', v.address, 'addressLocality', v.city, 'addressRegion', v.state, 'postalCode', v.postal_code, 'addressCountry', v.country)) as postal
    from venues v where v.organization_id = p_organization_id and v.is_active and v.deleted_at is null and (p_embed_key is null or v.embed_key = p_embed_key)
  ), next as materialized (
    select distinct on (p.id, c.game_id) p.id as venue_id, c.game_id, c.starts_at
    from place p, lateral app.game_calendar(p.id, (now() at time zone p.timezone)::date, (now() at time zone p.timezone)::date + 2) c join games g on g.id = c.game_id
    where c.seats_left >= g.min_players order by p.id, c.game_id, c.starts_at
  )
  select coalesce(jsonb_agg(e order by place_name, what, e ->> 'name'), '[]') from (
    select p.name as place_name, 0 as what, jsonb_strip_nulls(jsonb_build_object('@type', 'EntertainmentBusiness', '@id', concat(p_url, '/#', p.id), 'name', p.name, 'description', p.description, 'url', concat(p_url, '/'), 'telephone', p.phone, 'email', p.email,
      'image', app.card_picture(app.pictures_of(p.organization_id, 'venue', p.id, p.cover_image_url, p.name), p_url), 'address', p.postal,
      'openingHoursSpecification', nullif(app.schema_hours(app.venue_week(p.id)), '[]'))) as e
    from place p
    union all
    select p.name, 1, jsonb_strip_nulls(jsonb_build_object('@type', 'Event', 'name', g.name, 'description', coalesce(g.tagline, g.description), 'startDate', to_char(n.starts_at at time zone p.timezone, 'YYYY-MM-DD"T"HH24:MI:SS') || app.offset_text(n.starts_at, p.timezone),
      'duration', format('PT%sM', g.duration_minutes), 'eventStatus', 'https://schema.org/EventScheduled', 'eventAttendanceMode', 'https://schema.org/OfflineEventAttendanceMode', 'maximumAttendeeCapacity', g.max_players,
      'image', app.card_picture(app.pictures_of(g.organization_id, 'game', g.id, g.image_url, g.name), p_url),
      'location', jsonb_build_object('@type', 'Place', 'name', p.name, 'address', p.postal), 'organizer', jsonb_build_object('@id', concat(p_url, '/#', p.id)),
      'offers', case when f.price is not null then jsonb_build_object('@type', 'Offer', 'price', f.price, 'priceCurrency', p_currency, 'availability', 'https://schema.org/InStock', 'url', concat(p_url, '/')) end))
    from place p join next n on n.venue_id = p.id join games g on g.id = n.game_id join game_venues l on l.venue_id = p.id and l.game_id = g.id,
      lateral (select case g.price_model when 'ticket_types' then (select min((t ->> 'price')::numeric) from jsonb_array_elements(coalesce(l.ticket_types, g.ticket_types)) t) else coalesce(l.price, g.price) end as price) f
  ) x);
end $$;

-- "+02:00": what a clock at this place is ahead of UTC at this instant.
create or replace function app.offset_text(p_at timestamptz, p_timezone text) returns text
language sql stable
as $$
  select case when o < interval '0' then '-' else '+' end || to_char(case when o < interval '0' then -o else o end, 'HH24:MI')
  from (select (p_at at time zone p_timezone) - (p_at at time zone 'UTC') as o) x
$$;

create or replace function app.schema_menu(p_restaurant_id uuid, p_currency text) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (select jsonb_build_object('@type', 'Menu', 'hasMenuSection', coalesce(jsonb_agg(jsonb_build_object('@type', 'MenuSection', 'name', c.name, 'hasMenuItem', c.items) order by c.rank, c.name), '[]'))
    from (
      select c.name, c.rank, jsonb_agg(jsonb_strip_nulls(jsonb_build_object('@type', 'MenuItem', 'name', i.name, 'description', i.description,
          'offers', jsonb_build_object('@type', 'Offer', 'price', app.to_amount(i.price::bigint, p_currency), 'priceCurrency', p_currency))) order by i.sort_order, i.name, i.id) as items
      from menu_categories c join lateral (select * from menu_items i where i.category_id = c.id and i.is_active and i.is_available order by i.sort_order, i.name, i.id limit 100) i on true
      where c.restaurant_id = p_restaurant_id and c.is_active group by c.id, c.name, c.rank order by c.rank, c.name limit 30) c);
end $$;

-- {"title", "description", "image", "type", "graph": [schema.org …], "origins": [who may frame it] | null}. p_page: the beginning of the page's address as the daemon knows it ("", "menu/", "embed/" …),
-- p_name: what stands behind it, p_url: where the house is reached. Never refuses: whatever is unknown has the house's own card.
create or replace function app.page_card(p_page text, p_name text, p_url text) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_schema text := current_schema();
  v_house record;
  v_place record;
  v_one jsonb;
  v_graph jsonb := '[]';
  v_title text;
  v_text text;
  v_image text;
  v_origins jsonb;
begin
  select o.id, o.name, o.description, o.address, o.phone, o.email, o.currency, app.pictures_of(o.id, 'house', null) as pictures into v_house from organizations o where o.is_active order by o.created_at, o.id limit 1;
  if v_house.id is null then
    return null;
  end if;
  v_title := v_house.name;
  v_text := v_house.description;
  v_image := app.card_picture(v_house.pictures, p_url);
  v_one := jsonb_strip_nulls(jsonb_build_object('name', v_house.name, 'description', v_house.description, 'url', concat(p_url, '/'), 'image', v_image, 'address', v_house.address, 'telephone', v_house.phone, 'email', v_house.email));
  if p_page = 'menu/' and to_regclass(format('%I.restaurants', v_schema)) is not null and p_name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    select r.id, r.name, r.description, r.organization_id, o.currency into v_place from restaurants r join organizations o on o.id = r.organization_id where r.id = p_name::uuid and r.is_active;
    if v_place.id is not null then
      select coalesce(jsonb_agg(g || jsonb_build_object('hasMenu', app.schema_menu(v_place.id, v_place.currency))), '[]') into v_graph
      from jsonb_array_elements(app.schema_restaurants(v_place.organization_id, v_place.currency, p_url)) g where g ->> '@id' = concat(p_url, '/menu/', v_place.id, '#restaurant');
      v_title := v_place.name;
      v_text := coalesce(v_place.description, v_text);
      v_image := coalesce(v_graph #>> '{0,image}', v_image);
    end if;
  elsif p_page = 'embed/' and to_regclass(format('%I.venues', v_schema)) is not null then
    select v.name, v.description, v.organization_id, v.widget_settings -> 'allowed_origins' as origins into v_place from venues v where v.embed_key = p_name and v.is_active and v.deleted_at is null;
    if v_place.name is not null then
      v_title := v_place.name;
      v_text := coalesce(v_place.description, v_text);
      v_origins := v_place.origins;
    end if;
  else
    if to_regclass(format('%I.restaurants', v_schema)) is not null then
      v_graph := v_graph || app.schema_restaurants(v_house.id, v_house.currency, p_url);
    end if;
    if to_regclass(format('%I.chalets', v_schema)) is not null then
      v_graph := v_graph || app.schema_lodging(v_house.id, v_one, v_house.currency, p_url);
    end if;
    if to_regclass(format('%I.pool_slots', v_schema)) is not null then
      v_graph := v_graph || app.schema_pool(v_house.id, v_one, v_house.currency, p_url);
    end if;
    if to_regclass(format('%I.venues', v_schema)) is not null then
      v_graph := v_graph || app.schema_venues(v_house.id, v_house.currency, p_url);
    end if;
    v_text := coalesce(v_text, v_graph #>> '{0,description}');
    v_image := coalesce(v_image, (select g ->> 'image' from jsonb_array_elements(v_graph) g where g ? 'image' limit 1));
  end if;
  return jsonb_build_object('title', v_title, 'description', left(v_text, 300), 'image', v_image, 'graph', v_graph, 'origins', v_origins);
end $$;
comment on function app.page_card(text, text, text) is 'Title, description, picture and schema.org data of a public page, and who may frame it.';

-- What a search engine should look at, as paths.
create or replace function app.site_paths() returns jsonb
language plpgsql stable security definer
as $$
declare
  v_schema text := current_schema();
  v_paths jsonb := '["/"]';
begin
  -- a statement is planned whole: what is asked of a table stands inside of the question whether it is there
  if to_regclass(format('%I.restaurants', v_schema)) is not null then
    v_paths := v_paths || (select coalesce(jsonb_agg('/menu/' || r.id order by r.name, r.id), '[]')
        || case when coalesce(bool_or(r.accepts_reservations), false) then '["/book/table"]'::jsonb else '[]' end
      from restaurants r join organizations o on o.id = r.organization_id and o.is_active where r.is_active);
  end if;
  if to_regclass(format('%I.chalets', v_schema)) is not null then
    if exists (select from chalets c join organizations o on o.id = c.organization_id and o.is_active where c.is_active and c.status = 'active') then
      v_paths := v_paths || '["/book/stay"]'::jsonb;
    end if;
  end if;
  if to_regclass(format('%I.pool_slots', v_schema)) is not null then
    if exists (select from pool_slots s join organizations o on o.id = s.organization_id and o.is_active where s.is_active) then
      v_paths := v_paths || '["/book/pool"]'::jsonb;
    end if;
  end if;
  if to_regclass(format('%I.venues', v_schema)) is not null then
    if exists (select from venues v join organizations o on o.id = v.organization_id and o.is_active where v.is_active and v.deleted_at is null) then
      v_paths := v_paths || '["/book/game"]'::jsonb;
    end if;
  end if;
  return v_paths;
end $$;
comment on function app.site_paths() is 'The public pages of this tenant.';
grant execute on function app.page_card(text, text, text), app.site_paths() to anon, authenticated, service_role;
