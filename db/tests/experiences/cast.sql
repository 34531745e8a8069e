-- The scene of every test of this folder, after start.sql: a venue in Berlin open around the clock, a private game, a shared one and one with
-- ticket types, two customers (Ada has the login a.customer), and a venue of organization b. Dates lie 30 days ahead.
\ir ../words.sql

insert into venues (id, organization_id, name, timezone, embed_key, operating_hours)
select tests.id('venue.' || o), tests.id(o), 'Venue ' || o, 'Europe/Berlin', 'venue-key-' || o,
       (select jsonb_object_agg(d, '[{"open": "10:00", "close": "22:00"}]'::jsonb)
        from unnest(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']) d)
from unnest(array['a', 'b']) o;
insert into games (id, organization_id, name, duration_minutes, buffer_minutes, min_players, max_players, price, booking_mode, price_model, ticket_types)
values
  (tests.id('vault'),   tests.id('a'), 'Vault',       60, 15, 2, 6,  30.00, 'private', 'per_person', '[]'),
  (tests.id('manor'),   tests.id('a'), 'Manor tour',  60, 0,  1, 10, 15.00, 'shared',  'per_person', '[]'),
  (tests.id('museum'),  tests.id('a'), 'Museum',      45, 15, 1, 8,  0,     'private', 'ticket_types',
   '[{"id": "adult", "name": "Adult", "price": 20}, {"id": "child", "name": "Child", "price": 9.50}, {"id": "family", "name": "Family", "price": 45, "players": 4}]'),
  (tests.id('group'),   tests.id('a'), 'Group quest', 90, 30, 2, 12, 200.00, 'private', 'per_group', '[]'),
  (tests.id('vault.b'), tests.id('b'), 'Vault of b',  60, 15, 2, 6,  30.00, 'private', 'per_person', '[]');
insert into game_venues (venue_id, game_id, organization_id)
select tests.id('venue.a'), tests.id(g), tests.id('a') from unnest(array['vault', 'manor', 'museum', 'group']) g
union all select tests.id('venue.b'), tests.id('vault.b'), tests.id('b');
insert into customers (id, organization_id, full_name, email, phone, user_id) values
  (tests.id('ada'), tests.id('a'), 'Ada Lovelace', 'ada@example.com', '+4930111', tests.id('a.customer')),
  (tests.id('bob'), tests.id('a'), 'Bob Babbage', 'bob@example.com', '+4930222', null),
  (tests.id('eve'), tests.id('b'), 'Eve of b', 'eve@example.com', '+4930333', tests.id('b.customer'));

-- books as whoever the test is, answers the id
create function tests.book(p_game text, p_time time, p_size int default 4, p_day int default 30, p_customer text default 'bob') returns uuid
language sql as
$$ select (create_booking(tests.id('venue.a'), tests.id(p_game), tests.id(p_customer), tests.day(p_day), p_time, p_size) ->> 'id')::uuid $$;

-- differences between the roll-ups and the truth
create function tests.rollup_differences() returns bigint language sql security definer as $$
  with truth_days as (
    select organization_id, business_date, venue_id, game_id,
      count(*) filter (where status = 'pending') as pending, count(*) filter (where status = 'confirmed') as confirmed,
      count(*) filter (where status = 'checked_in') as checked_in, count(*) filter (where status = 'completed') as completed,
      count(*) filter (where status = 'cancelled') as cancelled, count(*) filter (where status = 'no_show') as no_show,
      coalesce(sum(party_size) filter (where sold), 0) as players, coalesce(sum(total_amount) filter (where sold), 0) as gross,
      coalesce(sum(discount_amount) filter (where sold), 0) as discount, coalesce(sum(tax_amount) filter (where sold), 0) as tax,
      coalesce(sum(final_amount) filter (where sold), 0) as net, coalesce(sum(final_amount) filter (where status = 'pending'), 0) as waiting,
      sum(paid_amount) as paid, sum(refunded_amount) as refunded, sum(revenue) as revenue
    from (select *, status in ('confirmed', 'checked_in', 'completed') as sold from bookings) b group by 1, 2, 3, 4
  ), kept_days as (
    select organization_id, business_date, venue_id, game_id, pending, confirmed, checked_in, completed, cancelled, no_show, players,
           gross_amount, discount_amount, tax_amount, net_amount, pending_amount, paid_amount, refunded_amount, revenue
    from booking_days where pending + confirmed + checked_in + completed + cancelled + no_show <> 0 or revenue <> 0 or players <> 0
  ), truth_customers as (
    select organization_id, customer_id, count(*) as bookings, count(*) filter (where visit) as visits, count(*) filter (where status = 'cancelled') as cancelled,
      count(*) filter (where status = 'no_show') as no_shows, coalesce(sum(party_size) filter (where visit), 0) as players, sum(revenue) as spent,
      (array_agg(business_date order by starts_at) filter (where visit))[1] as first_visit,
      (array_agg(business_date order by starts_at desc) filter (where visit))[1] as last_visit
    from (select *, status in ('checked_in', 'completed') or status = 'confirmed' and (revenue > 0 or final_amount = 0) as visit from bookings) b group by 1, 2
  ), kept_customers as (
    select organization_id, customer_id, bookings, visits, cancelled, no_shows, players, spent, first_visit, last_visit
    from customer_stats where bookings <> 0 or visits <> 0 or spent <> 0
  )
  select (select count(*) from ((table truth_days except table kept_days) union all (table kept_days except table truth_days)) d)
       + (select count(*) from ((table truth_customers except table kept_customers) union all (table kept_customers except table truth_customers)) c);
$$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
