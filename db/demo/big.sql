-- A big tenant for benchmarks: 1,000,000 bookings of 100,000 customers over four years at ten venues, and 500,000 orders when the tenant has
-- the module dining. Deterministic. Run as the owner (a superuser: triggers are off while it loads) with search_path on the tenant, after
-- app.seed_tenant(); it takes the first organization, or makes one. Smaller for a try:
--   set big.bookings = 10000; set big.customers = 1000; set big.orders = 5000;
-- Bookings carry paid and refunded amounts without payments: reports read the bookings. It commits by itself.
begin;
set local session_replication_role = replica;
set local synchronous_commit = off;
set local work_mem = '256MB';
set local maintenance_work_mem = '512MB';

create function pg_temp.chance(p_seed text) returns float8 language sql immutable parallel safe
as $$ select ('x' || left(md5(p_seed), 8))::bit(32)::bigint / 4294967296.0 $$;
create function pg_temp.big_id(p_seed text) returns uuid language sql immutable parallel safe
as $$ select md5('big:' || p_seed)::uuid $$;

insert into organizations (id, name, currency, timezone)
select pg_temp.big_id('organization'), 'Escape Group', 'EUR', 'Europe/Berlin' where not exists (select from organizations);

create temporary table big on commit drop as
select o.id as organization_id, o.currency,
       coalesce(nullif(current_setting('big.bookings', true), ''), '1000000')::int as bookings,
       coalesce(nullif(current_setting('big.customers', true), ''), '100000')::int as customers,
       coalesce(nullif(current_setting('big.orders', true), ''), '500000')::int as orders
from (select id, currency from organizations order by created_at, id limit 1) o;

insert into venues (id, organization_id, name, city, timezone, embed_key)
select pg_temp.big_id('venue' || n), organization_id, 'Venue ' || n, (array['Berlin', 'Hamburg', 'Munich', 'Cologne', 'Leipzig'])[1 + n % 5],
       'Europe/Berlin', 'big-venue-' || lpad(n::text, 4, '0')
from big, generate_series(1, 10) n;

insert into games (id, organization_id, name, duration_minutes, buffer_minutes, min_players, max_players, price, difficulty, category)
select pg_temp.big_id('game' || n), organization_id, 'Game ' || n, 50, 10, 2, 6, 25 + n % 10, 1 + n % 5,
       (array['Mystery', 'Horror', 'Adventure', 'Family'])[1 + n % 4]
from big, generate_series(1, 20) n;

-- eighty rooms: each venue runs eight of the games
insert into game_venues (id, organization_id, venue_id, game_id, display_order)
select pg_temp.big_id(format('room%s/%s', v, g)), organization_id, pg_temp.big_id('venue' || v), pg_temp.big_id('game' || (1 + (v * 3 + g) % 20)), g
from big, generate_series(1, 10) v, generate_series(1, 8) g;

insert into customers (id, organization_id, full_name, first_name, last_name, email, phone, created_at)
select pg_temp.big_id('customer' || n), organization_id, f || ' ' || l, f, l, format('customer%s@example.com', n), format('+4930%s', 1000000 + n),
       now() - (1460 * pg_temp.chance('joined' || n)) * interval '1 day'
from big, generate_series(1, customers) n,
     lateral (select (array['Anna', 'Ben', 'Clara', 'David', 'Emma', 'Felix', 'Greta', 'Hugo', 'Ida', 'Jonas', 'Klara', 'Leon'])[1 + n % 12] as f,
                     (array['Adler', 'Bauer', 'Conrad', 'Dietz', 'Ebert', 'Fuchs', 'Graf', 'Haas', 'Jung', 'Klein', 'Lang'])[1 + n % 11] as l) names;

-- Starts on the hour, 10:00 to 21:00, from four years back to two months ahead; which of them are booked is drawn by hash. A third of the customers
-- come often (the square of a uniform number leans towards the low numbers).
insert into bookings (id, organization_id, reference_number, venue_id, game_id, customer_id, booking_date, start_time, end_time, timezone,
                      starts_at, ends_at, free_from, business_date, takes_room, party_size, currency, total_amount, discount_amount, tax_amount,
                      final_amount, deposit_amount, paid_amount, refunded_amount, status, source, cancellation_cause, cancelled_at,
                      confirmed_at, checked_in_at, completed_at, no_show_at, created_at, updated_at)
select pg_temp.big_id('booking' || s.n), s.organization_id,
       translate(lpad((s.n % 10000)::text, 4, '0'), '01', 'XY') || '-' || translate(lpad((s.n / 10000)::text, 4, '0'), '01', 'XY'),
       s.venue_id, s.game_id, pg_temp.big_id('customer' || (1 + floor(s.customers * s.who * s.who))::int),
       s.day, s.start, s.start + interval '50 minutes', 'Europe/Berlin', s.starts_at, s.starts_at + interval '50 minutes',
       s.starts_at + interval '1 hour', s.day, true, s.party, s.currency, s.total, 0, 0, s.total, s.total,
       case when s.status = 'pending' then 0 when s.status = 'no_show' and s.luck < 0.5 then 0 else s.total end,
       case when s.status = 'cancelled' then round(s.total * (array[1, 0.5, 0])[1 + floor(s.luck * 3)::int], 2) else 0 end,
       s.status, (array['widget', 'widget', 'web', 'staff', 'phone'])[1 + floor(s.luck * 5)::int],
       case when s.status = 'cancelled' then 'requested' end, case when s.status = 'cancelled' then s.made + interval '1 day' end,
       case when s.status <> 'pending' then s.made end, case when s.status = 'completed' then s.starts_at end,
       case when s.status = 'completed' then s.starts_at + interval '50 minutes' end, case when s.status = 'no_show' then s.starts_at end,
       s.made, least(greatest(s.made, s.starts_at), now())
from (
  select row_number() over (order by x.day, x.start, x.room) as n, x.*, x.party * x.price as total,
         case
           when x.draw < 0.08 then 'cancelled'
           when x.starts_at < now() - interval '2 hours' then case when x.draw < 0.11 then 'no_show' else 'completed' end
           when x.draw > 0.97 then 'pending'
           else 'confirmed' end as status,
         least(x.starts_at, now()) - (30 * pg_temp.chance('made' || x.key)) * interval '1 day' as made
  from (
    select b.organization_id, b.currency, b.customers, l.venue_id, l.game_id, l.id as room, g.price, d::date as day, make_time(h, 0, 0) as start,
           (d::date + make_time(h, 0, 0)) at time zone 'Europe/Berlin' as starts_at, k.key,
           pg_temp.chance('draw' || k.key) as draw, pg_temp.chance('luck' || k.key) as luck, pg_temp.chance('who' || k.key) as who,
           2 + floor(5 * pg_temp.chance('party' || k.key))::int as party
    from big b
    join game_venues l on l.organization_id = b.organization_id
    join games g on g.id = l.game_id
    cross join generate_series(current_date - 1400, current_date + 60, interval '1 day') d
    cross join generate_series(10, 21) h
    cross join lateral (select l.id || '/' || (d::date - date '2000-01-01') || '/' || h as key) k
    order by md5(k.key)
    limit (select bookings from big)
  ) x
) s;

select app.rebuild_booking_rollups();
-- Orders, where the tenant dines: three restaurants, as many days. The names are resolved only if the tables exist.
do $$
begin
  if to_regclass('orders') is null then
    return;
  end if;
  insert into restaurants (id, organization_id, name, timezone)
  select pg_temp.big_id('restaurant' || n), organization_id, 'Restaurant ' || n, 'Europe/Berlin' from big, generate_series(1, 3) n;
  insert into orders (id, organization_id, restaurant_id, customer_id, customer_name, type, status, business_date, order_number, total_amount, total,
                      net_amount, tax_amount, items, placed_at, done_at, created_at, updated_at)
  select pg_temp.big_id('order' || n), organization_id, pg_temp.big_id('restaurant' || 1 + n % 3),
         case when n % 4 = 0 then pg_temp.big_id('customer' || 1 + n % customers) end, 'Guest ' || n,
         case when n % 5 = 0 then 'takeaway' else 'dine_in' end, case when n % 33 = 0 then 'CANCELLED' else 'DONE' end,
         day, (n / 3)::text, cents, cents, cents - cents * 19 / 119, cents * 19 / 119,
         jsonb_build_array(jsonb_build_object('name', 'Pizza', 'quantity', 1 + n % 4, 'price', 990), jsonb_build_object('name', 'Lemonade', 'quantity', 1 + n % 3, 'price', 390)),
         at, at + interval '25 minutes', at, at + interval '25 minutes'
  from big, generate_series(1, orders) n,
       lateral (select current_date - (n % 1400) as day, 990 * (1 + n % 4) + 390 * (1 + n % 3) as cents) x,
       lateral (select (day + time '12:00' + make_interval(mins => (600 * pg_temp.chance('order' || n))::int)) at time zone 'Europe/Berlin' as at) y;
end $$;
set local session_replication_role = origin;
commit;
vacuum (analyze) bookings, customers, customer_stats, booking_days, game_venues, games, venues;
select to_regclass('orders') is not null as dines \gset
\if :dines
vacuum (analyze) orders;
\endif
