-- What a house offers, for its front page.

-- Pictures of one thing, the leading one first: rows of pictures, a chalet's own images, then the one address that the thing itself has.
create or replace function app.pictures_of(p_organization_id uuid, p_subject text, p_subject_id uuid, p_url text default null, p_name text default null) returns jsonb
language sql stable security definer
as $$
  select coalesce(
    (select jsonb_agg(jsonb_build_object('url', p.url, 'alt', p.alt, 'alt_by_locale', p.alt_by_locale, 'width', p.width, 'height', p.height) order by p.rank, p.created_at, p.id)
     from pictures p where p.organization_id = p_organization_id and p.subject = p_subject and p.subject_id is not distinct from p_subject_id),
    case when p_url is not null then jsonb_build_array(jsonb_build_object('url', p_url, 'alt', p_name, 'alt_by_locale', '{}'::jsonb, 'width', null, 'height', null)) end,
    '[]');
$$;

create or replace function app.chalet_pictures(p_organization_id uuid, p_chalet_id uuid, p_name text) returns jsonb
language sql stable security definer
as $$
  select coalesce((select jsonb_agg(jsonb_build_object('url', i.url, 'alt', coalesce(i.alt, p_name), 'alt_by_locale', '{}'::jsonb, 'width', null, 'height', null) order by i.is_cover desc, i.rank, i.created_at)
                   from chalet_images i where i.chalet_id = p_chalet_id), '[]')
    || app.pictures_of(p_organization_id, 'chalet', p_chalet_id);
$$;

-- The days of the week ahead with their hours on the wall: [{"date", "weekday" (1 Monday), "windows": [{"open", "close"}]}]
create or replace function app.restaurant_week(p_restaurant_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_agg(jsonb_build_object('date', d.day, 'weekday', extract(isodow from d.day)::int, 'windows',
      case when r.opening_hours = '{}' then '[{"open": "00:00", "close": "24:00"}]'::jsonb
           when d.day = any (r.closed_dates) then '[]'
           -- HH24 of an interval leaves days out: 02:00 of the next day is 02:00 on the wall, and 24:00 stays 24:00
           else coalesce((select jsonb_agg(jsonb_build_object('open', to_char(s.opens, 'HH24:MI'), 'close', to_char(s.closes, 'HH24:MI')) order by s.opens)
             from app.day_spans(r.opening_hours -> lower(to_char(d.day, 'dy'))) s), '[]') end) order by d.day)
  from restaurants r, generate_series(0, 6) n, lateral (select (now() at time zone r.timezone)::date + n as day) d where r.id = p_restaurant_id;
$$;

create or replace function app.venue_week(p_venue_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_agg(jsonb_build_object('date', d.day, 'weekday', extract(isodow from d.day)::int, 'windows', coalesce((
      select jsonb_agg(jsonb_build_object('open', to_char(w.opens, 'HH24:MI'), 'close', to_char(w.closes, 'HH24:MI')) order by w.opens)
      from app.opening_windows(v.operating_hours, v.special_days, v.timezone, d.day) w), '[]')) order by d.day)
  from venues v, generate_series(0, 6) n, lateral (select (now() at time zone v.timezone)::date + n as day) d where v.id = p_venue_id;
$$;

create or replace function app.front_restaurants(p_organization_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (
  select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name, 'slug', r.slug, 'description', r.description, 'address', r.address, 'phone', r.phone, 'email', r.email, 'timezone', r.timezone,
      'is_open', s.is_open, 'opens_at', app.opens_at(r.id, now()), 'closes_at', app.closes_at(r.id, now()), 'week', app.restaurant_week(r.id), 'accepts_reservations', r.accepts_reservations,
      'accepts_takeaway', r.accepts_takeaway, 'max_party_size', r.max_party_size,
      -- the cheapest thing to eat; minor units in dining, decimal here as in all of this answer
      'price_from', (select app.to_amount(min(i.price)::bigint, o.currency) from menu_items i join menu_categories c on c.id = i.category_id
                     where c.restaurant_id = r.id and i.is_available and i.price > 0),
      'next_free', case when r.accepts_reservations then (
        select jsonb_build_object('date', d.day, 'time', to_char(t.local_time, 'HH24:MI'), 'starts_at', t.starts_at, 'party_size', 2)
        from generate_series(0, 2) n, lateral (select (now() at time zone r.timezone)::date + n as day) d, lateral app.table_times(r.id, d.day, 2) t
        where t.free > 0 order by d.day, t.starts_at limit 1) end,
      'pictures', app.pictures_of(r.organization_id, 'restaurant', r.id, r.image_url, r.name)) order by r.name, r.id), '[]')
  from restaurants r join organizations o on o.id = r.organization_id, lateral (select app.is_restaurant_open(r.id, now()) as is_open) s
  where r.organization_id = p_organization_id and r.is_active);
end $$;

create or replace function app.front_chalets(p_organization_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (
  with shown as (
    select c.* from chalets c where c.organization_id = p_organization_id and c.is_active and c.status = 'active' order by c.rank, c.name, c.id limit 100
  ), free as (
    select k.chalet_id, min(k.night) filter (where k.can_arrive) as next_free, min(k.price) as price_from
    from app.stay_calendar(array(select id from shown), app.organization_today(p_organization_id), app.organization_today(p_organization_id) + 30) k group by 1
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'description', c.description, 'capacity', c.capacity, 'bedrooms', c.bedrooms, 'bathrooms', c.bathrooms, 'location', c.location,
      'amenities', coalesce((select jsonb_agg(jsonb_build_object('name', a.name, 'icon', a.icon) order by a.rank, a.name) from chalet_amenities a where a.chalet_id = c.id), '[]'),
      'check_in_time', to_char(c.check_in_time, 'HH24:MI'), 'check_out_time', to_char(c.check_out_time, 'HH24:MI'), 'min_nights', c.min_nights, 'max_nights', c.max_nights,
      'price_from', coalesce(f.price_from, least(c.base_price, c.weekend_price)), 'next_free', case when f.next_free is not null then jsonb_build_object('check_in', f.next_free) end,
      'addons', coalesce((select jsonb_agg(jsonb_build_object('addon_id', d.id, 'name', d.name, 'description', d.description, 'price', d.price, 'per', d.per, 'required', d.is_required, 'max_quantity', d.max_quantity) order by d.rank, d.name)
                 from chalet_addons d where d.organization_id = c.organization_id and d.is_active and (d.chalet_id is null or d.chalet_id = c.id)), '[]'),
      'pictures', app.chalet_pictures(c.organization_id, c.id, c.name)) order by c.rank, c.name, c.id), '[]')
  from shown c left join free f on f.chalet_id = c.id);
end $$;

create or replace function app.front_pool(p_organization_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (
  select jsonb_build_object(
      'slots', jsonb_agg(jsonb_build_object('slot', s.slot, 'starts_at', to_char(s.starts_at, 'HH24:MI'), 'ends_at', to_char(s.ends_at, 'HH24:MI'),
        'adult_price', p.adult, 'child_price', coalesce(p.child, p.adult)) order by array_position(array['morning', 'afternoon', 'full_day'], s.slot)),
      'price_from', min(p.adult),
      'next_free', (select jsonb_build_object('date', f.date, 'slot', f.slot, 'free', f.free)
                    from app.pool_free(p_organization_id, app.organization_today(p_organization_id), app.organization_today(p_organization_id) + 6) f, lateral app.pool_slot_times(p_organization_id, f.date, f.slot) t
                    where f.free > 0 and not f.is_closed and t.ends_at > now() order by f.date, t.starts_at, f.slot limit 1),
      'plans', coalesce((select jsonb_agg(jsonb_build_object('plan_id', m.id, 'type', m.type, 'billing_cycle', m.billing_cycle, 'name', m.name, 'monthly_price', m.monthly_price, 'max_members', m.max_members, 'guest_passes', m.guest_passes)
                           order by m.monthly_price, m.name) from pool_membership_plans m where m.organization_id = p_organization_id and m.is_active and m.type <> 'vip'), '[]'),
      'pictures', app.pictures_of(p_organization_id, 'pool', null))
  from pool_slots s
  left join lateral (select max(r.price) filter (where r.age_group = 'adult') as adult, max(r.price) filter (where r.age_group = 'child') as child
                     from pool_prices r where r.organization_id = s.organization_id and r.slot = s.slot) p on true
  where s.organization_id = p_organization_id and s.is_active having count(*) > 0);
end $$;

create or replace function app.front_venues(p_organization_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (
  with week as materialized (
    select v.id as venue_id, c.* from venues v, lateral app.game_calendar(v.id, (now() at time zone v.timezone)::date, (now() at time zone v.timezone)::date + 2) c
    where v.organization_id = p_organization_id and v.is_active and v.deleted_at is null
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'name', v.name, 'description', v.description, 'address', v.address, 'city', v.city, 'postal_code', v.postal_code, 'country', v.country, 'phone', v.phone, 'email', v.email, 'timezone', v.timezone,
      'embed_key', v.embed_key, 'is_open', app.is_open(v.operating_hours, v.special_days, v.timezone, now(), now()), 'week', app.venue_week(v.id), 'amenities', v.amenities,
      'pictures', app.pictures_of(v.organization_id, 'venue', v.id, v.cover_image_url, v.name),
      'games', (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'tagline', g.tagline, 'description', g.description, 'category', g.category, 'difficulty', g.difficulty,
            'duration_minutes', g.duration_minutes, 'min_players', g.min_players, 'max_players', g.max_players, 'min_age', g.min_age, 'booking_mode', g.booking_mode, 'price_model', g.price_model,
            'requires_waiver', g.requires_waiver, 'ticket_types', coalesce(l.ticket_types, g.ticket_types),
            'price_from', case g.price_model when 'ticket_types' then (select min((t ->> 'price')::numeric) from jsonb_array_elements(coalesce(l.ticket_types, g.ticket_types)) t) else coalesce(l.price, g.price) end,
            'next_free', (select jsonb_build_object('date', n.day, 'time', to_char(n.start_time, 'HH24:MI'), 'starts_at', n.starts_at, 'seats_left', n.seats_left) from week n
                          where n.venue_id = v.id and n.game_id = g.id and n.seats_left >= g.min_players order by n.starts_at limit 1),
            'pictures', app.pictures_of(g.organization_id, 'game', g.id, g.image_url, g.name)) order by l.display_order, g.name, g.id), '[]')
          from game_venues l join games g on g.id = l.game_id where l.venue_id = v.id and l.is_active and g.is_active and g.deleted_at is null)) order by v.name, v.id), '[]')
  from venues v
  where v.organization_id = p_organization_id and v.is_active and v.deleted_at is null);
end $$;
