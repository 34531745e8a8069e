-- Lakeside Resort: nine chalets, an indoor pool with members, a restaurant, a team, and three months that have just gone by. Run as the owner (a superuser:
-- triggers are off while meals load) with search_path on the tenant, after app.seed_tenant(). The same day gives the same resort: everything hangs on md5 of a seed.
-- Everybody logs in with the owner's password.
set local jit = off;
set local synchronous_commit = off;

\set company resort:
\ir dice.sql

create temporary table demo on commit drop as
select o.id as org, o.timezone as zone, o.currency, app.business_date(now(), o.timezone, o.business_day_cutoff) as today,
       (select hashed_password from users where organization_id = o.id and role = 'owner' order by created_at limit 1) as password
from organizations o order by o.created_at, o.id limit 1;

update organizations set description = 'Chalets by the lake, a warm pool, a kitchen with a view.', email = 'hello@resort.localhost', phone = '+43 7612 555 01',
  address = 'Seeufer 7, 4830 Hallstatt', default_tax_rate = 10, settings = settings || '{"labor": {"rest_hours": 11, "late_minutes": 5}}'
where id = (select org from demo);

-- ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────
insert into users (id, organization_id, email, full_name, first_name, last_name, role, hashed_password, phone, email_verified, email_confirmed_at, created_at)
select pg_temp.demo_id(t.email), d.org, t.email || '@resort.localhost', t.first || ' ' || t.last, t.first, t.last, t.role, d.password, '+43 660 555 ' || lpad(t.n::text, 4, '0'), true, now() - interval '200 days', now() - interval '200 days'
from demo d, (values
  (1, 'manager', 'Mara', 'Lindner', 'manager'), (2, 'admin', 'Adrian', 'Kofler', 'admin'), (3, 'finance', 'Frieda', 'Wallner', 'finance'),
  (4, 'desk', 'Dominik', 'Gruber', 'staff'), (5, 'desk2', 'Selin', 'Yilmaz', 'staff'), (6, 'pool', 'Paul', 'Steiner', 'staff'), (7, 'pool2', 'Nora', 'Huber', 'staff'),
  (8, 'waiter', 'Wanda', 'Egger', 'waiter'), (9, 'waiter2', 'Luca', 'Moretti', 'waiter'), (10, 'kitchen', 'Karim', 'Haddad', 'kitchen'), (11, 'kitchen2', 'Eva', 'Pichler', 'kitchen'),
  (12, 'newcomer', 'Tom', 'Berger', 'staff')) as t(n, email, first, last, role);
insert into staff (id, organization_id, department, position, hire_date, hourly_rate)
select pg_temp.demo_id(t.email), d.org, t.department, t.position, d.today - t.days, t.rate
from demo d, (values
  ('manager', 'management', 'Resort manager', 1200, 32.00), ('admin', 'management', 'Administration', 900, 28.00), ('finance', 'management', 'Accounts', 1500, 27.00),
  ('desk', 'reception', 'Front desk', 700, 19.50), ('desk2', 'reception', 'Front desk', 320, 18.00), ('pool', 'pool', 'Pool attendant', 800, 17.50), ('pool2', 'pool', 'Lifeguard', 260, 17.00),
  ('waiter', 'service', 'Head waiter', 950, 18.50), ('waiter2', 'service', 'Waiter', 150, 16.00), ('kitchen', 'kitchen', 'Chef', 1100, 24.00), ('kitchen2', 'kitchen', 'Cook', 400, 18.00),
  ('newcomer', 'reception', 'Trainee', 5, 14.50)) as t(email, department, position, days, rate);

-- guests; every eighth has a login, the first one is customer@resort.localhost
create temporary table guest on commit drop as
select n, pg_temp.demo_id('guest' || n) as customer_id, case when n % 8 = 1 then pg_temp.demo_id('login' || n) end as user_id, first, last,
       case when n = 1 then 'customer@resort.localhost' else lower(translate(first || '.' || last, 'äöüéćžšñ''', 'aoueczsn')) || n || '@example.com' end as email,
       '+43 664 ' || lpad((pg_temp.roll('phone' || n, 1000000, 9999999))::text, 7, '0') as phone
from generate_series(1, 180) n,
lateral (select pg_temp.pick('first' || n, 'Anna', 'Ben', 'Clara', 'David', 'Elif', 'Felix', 'Greta', 'Hugo', 'Ida', 'Jonas', 'Katja', 'Leo', 'Mia', 'Noah', 'Olga', 'Peter', 'Rosa', 'Simon', 'Tara', 'Viktor', 'Yusuf', 'Zoe', 'Jürgen', 'Amélie') as first,
                pg_temp.pick('last' || n, 'Bauer', 'Čech', 'Dupont', 'Eder', 'Fischer', 'Novak', 'Horvat', 'Jensen', 'Kaya', 'Lang', 'Mayer', 'O''Neill', 'Popov', 'Rossi', 'Schmid', 'Tanaka', 'Urban', 'Vogel', 'Weber', 'Zimmermann', 'García', 'Öztürk') as last) x;
insert into users (id, organization_id, email, full_name, first_name, last_name, role, hashed_password, email_verified, email_confirmed_at, created_at)
select g.user_id, d.org, g.email, g.first || ' ' || g.last, g.first, g.last, 'customer', d.password, true, now() - interval '150 days', now() - interval '150 days'
from demo d, guest g where g.user_id is not null;
insert into customers (id, organization_id, user_id, full_name, first_name, last_name, email, phone, marketing_consent, tags, created_at)
select g.customer_id, d.org, g.user_id, g.first || ' ' || g.last, g.first, g.last, g.email, g.phone, pg_temp.chance('news' || g.n) < 0.4,
       case when pg_temp.chance('tag' || g.n) < 0.1 then '{regular}'::text[] else '{}' end, now() - make_interval(days => pg_temp.roll('since' || g.n, 95, 400))
from demo d, guest g;

-- ── chalets ──────────────────────────────────────────────────────────────────────────────────────────────────────────
insert into chalets (id, organization_id, name, description, capacity, bedrooms, bathrooms, base_price, weekend_price, deposit_percent, min_nights, max_nights, rank, location, created_at, cancellation_policy_id)
select pg_temp.demo_id('chalet' || t.n), d.org, t.name, t.description, t.capacity, t.bedrooms, t.bathrooms, t.base, t.weekend, 20, 2, 21, t.n, jsonb_build_object('lat', 47.55 + t.n * 0.001, 'lng', 13.65 + t.n * 0.001), now() - interval '300 days',
       (select id from cancellation_policies where organization_id = d.org and 'chalet' = any (applies_to) order by created_at limit 1)
from demo d, (values
  (1, 'Seeblick', 'First row at the lake, its own jetty, the sunset for free.', 6, 3, 2, 260, 310), (2, 'Alpenglühen', 'Larch and stone, a fireplace, the mountains in the window.', 4, 2, 1, 190, 235),
  (3, 'Bootshaus', 'The old boathouse for two.', 2, 1, 1, 150, 185), (4, 'Waldrand', 'Where the forest begins; deer in the morning.', 4, 2, 1, 170, 205),
  (5, 'Almhütte', 'A hut as it should be, with a sauna it should not have.', 8, 4, 2, 320, 390), (6, 'Kranich', 'Light, quiet, all on one floor.', 4, 2, 1, 175, 210),
  (7, 'Lärche', 'Small, warm, close to the pool.', 3, 1, 1, 140, 170), (8, 'Fischer', 'Rods in the hall, pans on the wall.', 5, 2, 1, 195, 230),
  (9, 'Villa Auwald', 'For families that are really large.', 10, 5, 3, 420, 520)) as t(n, name, description, capacity, bedrooms, bathrooms, base, weekend);
insert into chalet_amenities (organization_id, chalet_id, name, icon, rank)
select d.org, pg_temp.demo_id('chalet' || n), a.name, a.icon, a.rank
from demo d, generate_series(1, 9) n, (values ('Wi-Fi', 'wifi', 1, 1.0), ('Kitchen', 'tools-kitchen-2', 2, 1.0), ('Parking', 'parking', 3, 1.0), ('Fireplace', 'flame', 4, 0.6), ('Sauna', 'bath', 5, 0.4),
  ('Dishwasher', 'wash', 6, 0.7), ('Dogs welcome', 'dog', 7, 0.5), ('Lake view', 'ripple', 8, 0.5), ('Wheelchair access', 'wheelchair', 9, 0.3), ('Cot', 'baby-carriage', 10, 0.6)) as a(name, icon, rank, share)
where pg_temp.chance('amenity' || n || a.name) < a.share;
insert into chalet_addons (id, organization_id, chalet_id, name, description, price, per, is_required, max_quantity, tax_rate, rank)
select pg_temp.demo_id('addon' || a.name), d.org, null, a.name, a.description, a.price, a.per, a.required, a.most, a.rate, a.rank
from demo d, (values ('Final cleaning', 'Sheets, towels, everything.', 60.00, 'stay', true, 1, 20.0, 1), ('Local tax', 'For the municipality.', 2.40, 'guest_night', true, 1, 0.0, 2), ('Breakfast basket', 'At the door at eight.', 14.00, 'guest_night', false, 1, 10.0, 3),
  ('Firewood', 'A basket of beech.', 12.00, 'stay', false, 5, 20.0, 4), ('Dog', 'Bowl, blanket, walk map.', 15.00, 'night', false, 3, 10.0, 5), ('Late departure', 'Until two in the afternoon.', 45.00, 'stay', false, 1, 10.0, 6)) as a(name, description, price, per, required, most, rate, rank);
insert into seasonal_pricing_rules (organization_id, name, description, start_date, end_date, multiplier, apply_to_days, min_nights, priority, created_at)
select d.org, s.name, s.description, make_date(y, s.m1, s.d1), make_date(y + s.over, s.m2, s.d2), s.multiplier, s.days, s.nights, s.priority, now() - interval '300 days'
from demo d, generate_series(extract(year from d.today)::int - 1, extract(year from d.today)::int + 1) y, (values
  ('Winter', 'Snow on the hills.', 12, 15, 3, 15, 1, 1.20, null::text[], null::int, 1), ('Christmas and New Year', 'The week everybody wants.', 12, 22, 1, 6, 1, 1.60, null, 3, 10),
  ('Summer', 'The lake is warm.', 7, 1, 8, 31, 0, 1.35, null, 3, 2), ('Quiet weekdays', 'Monday to Thursday when nothing is on.', 11, 2, 12, 14, 0, 0.85, '{monday,tuesday,wednesday,thursday}', null, 3),
  ('Spring', null, 4, 1, 5, 31, 0, 1.05, null, null, 1)) as s(name, description, m1, d1, m2, d2, over, multiplier, days, nights, priority);
insert into ical_exports (organization_id, chalet_id, name, token) select d.org, pg_temp.demo_id('chalet' || n), 'For portals', md5('resort:ical' || n) || left(md5('resort:ical2' || n), 16) from demo d, generate_series(1, 9) n;

-- Stays, chalet by chalet, from ninety-five days ago to nine weeks ahead.
do $$
declare
  d record; c record; g record; q jsonb;
  v_day date; v_out date; v_key text; v_status text; v_id uuid; v_made timestamptz; v_paid numeric; v_back numeric; v_addons jsonb; v_fate float8;
begin
  select * into d from demo;
  for c in select id, capacity, rank, check_in_time from chalets where organization_id = d.org order by rank loop
    v_day := d.today - 95 + (c.rank % 4);
    while v_day < d.today + 63 loop
      v_key := 'stay' || c.rank || ':' || (v_day - d.today);
      v_out := v_day + pg_temp.roll(v_key || 'nights', 2, case when pg_temp.chance(v_key || 'long') < 0.2 then 8 else 5 end);
      -- the further ahead, the emptier
      if v_day > d.today and pg_temp.chance(v_key || 'free') < (v_day - d.today) / 75.0 then
        v_day := v_out; continue;
      end if;
      select * into g from guest where n = pg_temp.roll(v_key || 'guest', 1, 180);
      v_addons := coalesce((select jsonb_agg(jsonb_build_object('addon_id', pg_temp.demo_id('addon' || a))) from unnest(array['Breakfast basket', 'Firewood', 'Dog', 'Late departure']) a where pg_temp.chance(v_key || a) < 0.25), '[]');
      begin
        q := app.price_stay(c.id, v_day, v_out, pg_temp.roll(v_key || 'party', greatest(1, c.capacity / 2), c.capacity), v_addons, null, true);
      exception when sqlstate 'MD400' then
        v_day := v_day + 1; continue;      -- the season asks for a longer stay
      end;
      v_fate := pg_temp.chance(v_key || 'fate');
      v_status := case
        when v_fate < 0.07 then 'cancelled'
        when v_out <= d.today then case when v_fate < 0.09 then 'no_show' when v_out = d.today then 'checked_in' else 'checked_out' end
        when v_day < d.today then 'checked_in'
        else 'confirmed' end;
      v_made := least(now() - interval '2 hours', (v_day + time '10:00') at time zone d.zone - make_interval(days => pg_temp.roll(v_key || 'ahead', 3, 60), mins => pg_temp.roll(v_key || 'minute', 0, 600)));
      v_id := pg_temp.demo_id(v_key);
      v_back := case when v_status = 'cancelled' then round((q ->> 'deposit_due')::numeric * case when v_fate < 0.04 then 1 else 0.5 end, 2) end;
      insert into chalet_bookings (id, organization_id, reference, user_id, customer_id, chalet_id, check_in, check_out, guests, nights_price, addons_price, tax_amount, total_price, deposit_due, currency, price_breakdown,
        status, special_requests, guest_details, cancellation_policy_id, source, created_at, checked_in_at, checked_out_at, cancelled_at, cancellation_reason, refund_amount)
      values (v_id, d.org, 'ST-' || upper(left(translate(md5(v_key), '01ilo8b', '2479acd'), 8)), g.user_id, g.customer_id, c.id, v_day, v_out, (q ->> 'guests')::int, (q ->> 'nights_price')::numeric, (q ->> 'addons_price')::numeric, (q ->> 'tax_amount')::numeric,
        (q ->> 'total_price')::numeric, (q ->> 'deposit_due')::numeric, d.currency, q - 'available', v_status,
        case when pg_temp.chance(v_key || 'wish') < 0.15 then pg_temp.pick(v_key || 'which', 'A cot, please.', 'We arrive late, after nine.', 'Vegan breakfast.', 'A quiet place for the dog.', 'It is our anniversary.') end,
        jsonb_build_object('full_name', g.first || ' ' || g.last, 'email', g.email, 'phone', g.phone), (q ->> 'cancellation_policy_id')::uuid,
        pg_temp.pick(v_key || 'source', 'direct', 'direct', 'direct', 'desk', 'phone', 'portal'), v_made,
        case when v_status in ('checked_in', 'checked_out') then (v_day + time '15:00') at time zone d.zone + make_interval(mins => pg_temp.roll(v_key || 'in', 0, 240)) end,
        case when v_status = 'checked_out' then (v_out + time '09:00') at time zone d.zone + make_interval(mins => pg_temp.roll(v_key || 'out', 0, 130)) end,
        case when v_status = 'cancelled' then least(now() - interval '1 hour', v_made + interval '2 days') end, case when v_status = 'cancelled' then pg_temp.pick(v_key || 'why', 'Illness', 'Change of plans', 'No snow') end, v_back);
      perform app.write_booking_addons(v_id, q);
      -- the deposit when booking; the rest on arrival
      insert into payments (id, organization_id, user_id, customer_id, booking_type, booking_id, amount, currency, method, status, paid_at, created_at, received_by)
      values (pg_temp.demo_id(v_key || 'deposit'), d.org, g.user_id, g.customer_id, 'chalet', v_id, (q ->> 'deposit_due')::numeric, d.currency, case when pg_temp.chance(v_key || 'online') < 0.6 then 'card' else 'bank' end, 'succeeded',
        v_made + interval '5 minutes', v_made + interval '5 minutes', null);
      v_paid := (q ->> 'total_price')::numeric - (q ->> 'deposit_due')::numeric;
      if v_status = 'checked_out' or v_status = 'checked_in' and pg_temp.chance(v_key || 'settled') < 0.6 then
        insert into payments (id, organization_id, user_id, customer_id, booking_type, booking_id, amount, currency, method, status, paid_at, created_at, received_by)
        values (pg_temp.demo_id(v_key || 'rest'), d.org, g.user_id, g.customer_id, 'chalet', v_id, v_paid, d.currency, pg_temp.pick(v_key || 'method', 'card', 'card', 'card', 'cash'), 'succeeded',
          (v_day + time '15:30') at time zone d.zone, (v_day + time '15:30') at time zone d.zone, pg_temp.demo_id(pg_temp.pick(v_key || 'desk', 'desk', 'desk2')));
      end if;
      if v_back > 0 then
        perform app.refund_payments('chalet', v_id, v_back, 'Cancelled by the guest.');
        update refunds set created_at = least(now() - interval '1 hour', v_made + interval '2 days') where payment_id = pg_temp.demo_id(v_key || 'deposit');
      end if;
      v_day := case when v_status in ('cancelled', 'no_show') then v_day else v_out end + case when pg_temp.chance(v_key || 'gap') < 0.45 then 0 else pg_temp.roll(v_key || 'days', 1, 3) end + (v_status in ('cancelled', 'no_show'))::int;
    end loop;
  end loop;
end $$;
-- nights nobody can have
insert into chalet_blocks (organization_id, chalet_id, start_date, end_date, kind, note)
select d.org, c.id, d.today + 70 + c.rank, d.today + 73 + c.rank, case when c.rank = 5 then 'owner' else 'maintenance' end, case when c.rank = 5 then 'Family of the owner' else 'New boiler' end
from demo d join chalets c on c.organization_id = d.org where c.rank in (2, 5);

-- ── pool ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- tickets: twelve a day or so, more at the weekend; today and the next days are being sold
do $$
declare
  d record; g record; s record; p jsonb; v_key text; v_status text; v_id uuid; v_made timestamptz; v_code text;
begin
  select * into d from demo;
  for s in
    select x.day::date as day, t.slot, i, t.starts from generate_series((d.today - 92)::timestamp, (d.today + 10)::timestamp, interval '1 day') x(day),
      (values ('morning', time '09:20', 3), ('afternoon', time '13:40', 4), ('full_day', time '10:00', 2)) as t(slot, starts, usual),
      lateral generate_series(1, greatest(0, (t.usual + pg_temp.roll(t.slot || x.day::date, -1, 2) + (extract(isodow from x.day) > 5)::int * 2) / (1 + (x.day::date > d.today)::int * 2))) i
  loop
    v_key := 'ticket' || (s.day - d.today) || s.slot || s.i;
    select * into g from guest where n = pg_temp.roll(v_key || 'guest', 1, 180);
    p := app.price_pool_ticket(d.org, s.day, s.slot, pg_temp.roll(v_key || 'adults', 1, 3), pg_temp.roll(v_key || 'kids', 0, 2));
    v_status := case when pg_temp.chance(v_key || 'fate') < 0.05 then 'cancelled' when s.day > d.today then 'confirmed'
                     when s.day = d.today then case when s.slot = 'morning' and now() > (d.today + time '10:00') at time zone d.zone then 'used' else 'confirmed' end
                     when pg_temp.chance(v_key || 'fate') < 0.10 then 'expired' else 'used' end;
    v_made := least(now() - interval '10 minutes', (s.day + s.starts) at time zone d.zone - case when pg_temp.chance(v_key || 'gate') < 0.4 then interval '5 minutes' else make_interval(hours => pg_temp.roll(v_key || 'ahead', 5, 150)) end);
    v_id := pg_temp.demo_id(v_key);
    insert into pool_tickets (id, organization_id, reference, user_id, customer_id, ticket_date, slot, adults, children, total_price, tax_amount, currency, status, expires_at, used_at, cancelled_at, cancellation_reason, refund_amount, guest_details, source, created_at,
      cancellation_policy_id)
    values (v_id, d.org, 'PT-' || upper(left(translate(md5(v_key), '01ilo8b', '2479acd'), 8)), g.user_id, g.customer_id, s.day, s.slot, pg_temp.roll(v_key || 'adults', 1, 3), pg_temp.roll(v_key || 'kids', 0, 2), (p ->> 'total_price')::numeric, (p ->> 'tax_amount')::numeric,
      d.currency, v_status, now(), case when v_status = 'used' then (s.day + s.starts) at time zone d.zone + make_interval(mins => pg_temp.roll(v_key || 'late', 0, 40)) end, case when v_status = 'cancelled' then v_made + interval '4 minutes' end,
      case when v_status = 'cancelled' then 'Changed my mind' end, case when v_status = 'cancelled' then (p ->> 'total_price')::numeric end, jsonb_build_object('full_name', g.first || ' ' || g.last),
      case when pg_temp.chance(v_key || 'gate') < 0.4 then 'desk' else 'direct' end, v_made, app.terms_for(d.org, 'pool'))
    returning qr_code into v_code;
    insert into payments (id, organization_id, user_id, customer_id, booking_type, booking_id, amount, currency, method, status, paid_at, created_at, received_by)
    values (pg_temp.demo_id(v_key || 'paid'), d.org, g.user_id, g.customer_id, 'pool', v_id, (p ->> 'total_price')::numeric, d.currency, case when pg_temp.chance(v_key || 'gate') < 0.15 then 'cash' else 'card' end, 'succeeded',
      v_made + interval '1 minute', v_made + interval '1 minute', case when pg_temp.chance(v_key || 'gate') < 0.4 then pg_temp.demo_id(pg_temp.pick(v_key || 'who', 'pool', 'pool2')) end);
    if v_status = 'cancelled' then
      perform app.refund_payments('pool', v_id, (p ->> 'total_price')::numeric, 'Cancelled by the guest.');
      update refunds set created_at = v_made + interval '4 minutes' where payment_id = pg_temp.demo_id(v_key || 'paid');
    elsif v_status = 'used' then
      insert into pool_entries (organization_id, ticket_id, code, result, people, gate, scanned_at, scanned_by)
      select d.org, v_id, v_code, 'entered', adults + children, 'Main gate', used_at, pg_temp.demo_id(pg_temp.pick(v_key || 'who', 'pool', 'pool2')) from pool_tickets where id = v_id;
      if pg_temp.chance(v_key || 'again') < 0.03 then
        insert into pool_entries (organization_id, ticket_id, code, result, reason, gate, scanned_at, scanned_by)
        select d.org, v_id, v_code, 'refused', 'used', 'Main gate', used_at + interval '20 minutes', pg_temp.demo_id('pool') from pool_tickets where id = v_id;
      end if;
    end if;
  end loop;
end $$;

-- members: thirty of them, each period paid in its time
do $$
declare
  d record; g record; p record; v_key text; v_start date; v_period record; v_id uuid; v_total numeric;
begin
  select * into d from demo;
  for g in select * from guest where n <= 30 order by n loop
    v_key := 'member' || g.n;
    select * into p from pool_membership_plans where organization_id = d.org
      and type = pg_temp.pick(v_key || 'type', 'individual', 'individual', 'family', 'family', 'vip', 'corporate') and billing_cycle = pg_temp.pick(v_key || 'cycle', 'monthly', 'monthly', 'quarterly', 'annually');
    v_start := d.today - pg_temp.roll(v_key || 'start', 5, 240);
    v_id := pg_temp.demo_id(v_key);
    insert into pool_memberships (id, organization_id, reference, user_id, customer_id, type, billing_cycle, status, start_date, monthly_price, currency, max_members, guest_passes_per_period, auto_renew, created_at)
    values (v_id, d.org, 'PM-' || upper(left(translate(md5(v_key), '01ilo8b', '2479acd'), 8)), g.user_id, g.customer_id, p.type, p.billing_cycle, 'pending', v_start, p.monthly_price, d.currency, p.max_members, p.guest_passes, g.n % 7 <> 0, (v_start + time '09:30') at time zone d.zone);
    insert into membership_members (id, organization_id, membership_id, full_name, is_holder) values (pg_temp.demo_id(v_key || 'holder'), d.org, v_id, g.first || ' ' || g.last, true);
    insert into membership_members (id, organization_id, membership_id, full_name, date_of_birth)
    select pg_temp.demo_id(v_key || 'family' || i), d.org, v_id, pg_temp.pick(v_key || 'kid' || i, 'Lina', 'Max', 'Emil', 'Sofia', 'Jakob') || ' ' || g.last, d.today - pg_temp.roll(v_key || 'age' || i, 1200, 5500)
    from generate_series(1, least(3, p.max_members - 1)) i;
    v_total := 0;
    while v_start <= d.today loop
      select * into v_period from app.membership_period(v_start, p.billing_cycle, p.monthly_price, 2);
      insert into membership_periods (organization_id, membership_id, starts_on, ends_on, amount, explanation, created_at) values (d.org, v_id, v_start, v_period.ends_on, v_period.amount, v_period.explanation, (v_start + time '09:30') at time zone d.zone);
      insert into payments (id, organization_id, user_id, customer_id, booking_type, booking_id, amount, currency, method, status, paid_at, created_at)
      values (pg_temp.demo_id(v_key || v_start), d.org, g.user_id, g.customer_id, 'membership', v_id, v_period.amount, d.currency, 'card', 'succeeded', (v_start + time '09:35') at time zone d.zone, (v_start + time '09:35') at time zone d.zone);
      update membership_periods set paid_at = (v_start + time '09:35') at time zone d.zone where membership_id = v_id and starts_on = v_start;
      v_start := v_period.ends_on + 1;
      exit when g.n % 7 = 0;
    end loop;
    perform app.advance_membership(v_id);
  end loop;
  -- one rests, one has brought friends
  update pool_memberships set status = 'paused', paused_on = d.today - 4, resumes_on = d.today + 24 where id = pg_temp.demo_id('member3') and status = 'active';
end $$;
insert into pool_entries (organization_id, member_id, code, result, people, gate, scanned_at, scanned_by)
select d.org, m.id, coalesce(m.qr_code, 'card'), 'entered', 1, 'Main gate', (x.day::date + time '16:00') at time zone d.zone + make_interval(mins => pg_temp.roll('visit' || m.id || x.day, 0, 120)), pg_temp.demo_id('pool2')
from demo d, membership_members m join pool_memberships p on p.id = m.membership_id, generate_series((select today - 60 from demo)::timestamp, (select today - 1 from demo)::timestamp, interval '1 day') x(day)
where m.is_holder and x.day::date between p.start_date and p.paid_until and pg_temp.chance('visit' || m.id || x.day) < 0.12;

-- ── the team ─────────────────────────────────────────────────────────────────────────────────────────────────────────
-- five days a week each, early or late; three months back, two weeks ahead
insert into staff_schedules (id, organization_id, staff_id, shift_date, start_time, end_time, timezone, starts_at, ends_at, break_minutes, role, status, hourly_rate, created_at)
select pg_temp.demo_id('shift' || w.email || (x.day::date - d.today)), d.org, s.id, x.day::date, h.starts, h.ends, d.zone, (x.day::date + h.starts) at time zone d.zone, (x.day::date + h.ends) at time zone d.zone, 30, s.position,
       case when (x.day::date + h.ends) at time zone d.zone > now() then case when x.day::date <= d.today + 3 then 'confirmed' else 'scheduled' end
            when pg_temp.chance('sick' || w.email || (x.day::date - d.today)) < 0.01 then 'no_show' else 'completed' end, s.hourly_rate, (x.day::date - 14)::timestamptz
from demo d, (values (1, 'manager'), (2, 'desk'), (3, 'desk2'), (4, 'pool'), (5, 'pool2'), (6, 'waiter'), (7, 'waiter2'), (8, 'kitchen'), (9, 'kitchen2'), (10, 'finance')) as w(n, email)
join staff s on s.id = pg_temp.demo_id(w.email),
generate_series((select today - 92 from demo)::timestamp, (select today + 14 from demo)::timestamp, interval '1 day') x(day),
lateral (select case when w.n in (1, 10) then time '08:30' when w.n % 2 = 0 then time '07:00' else time '13:00' end as starts,
                case when w.n in (1, 10) then time '16:30' when w.n % 2 = 0 then time '15:30' else time '21:30' end as ends) h
where (extract(isodow from x.day)::int + w.n) % 7 not in (0, 1) and s.hire_date <= x.day::date;
insert into time_entries (id, organization_id, staff_id, schedule_id, clock_in_at, clock_out_at, business_date, hourly_rate, created_at)
select pg_temp.demo_id('entry' || s.id), s.organization_id, s.staff_id, s.id, s.starts_at + make_interval(mins => pg_temp.roll('in' || s.id, -8, case when pg_temp.chance('late' || s.id) < 0.06 then 25 else 4 end)),
       case when s.ends_at <= now() then s.ends_at + make_interval(mins => pg_temp.roll('out' || s.id, -3, 20)) end, s.shift_date, s.hourly_rate, s.starts_at
from staff_schedules s where s.status = 'completed' or s.status = 'confirmed' and now() between s.starts_at + interval '10 minutes' and s.ends_at;
insert into time_breaks (organization_id, entry_id, started_at, ended_at)
select organization_id, id, clock_in_at + interval '4 hours', clock_in_at + interval '4 hours' + make_interval(mins => pg_temp.roll('break' || id, 25, 40)) from time_entries where clock_out_at > clock_in_at + interval '5 hours';
insert into staff_activity_log (organization_id, staff_id, activity_type, description, created_at)
select e.organization_id, e.staff_id, a.kind, a.words, e.clock_in_at + make_interval(mins => pg_temp.roll('act' || e.id || i, 10, 400))
from time_entries e join staff s on s.id = e.staff_id, generate_series(1, 2) i,
lateral (select split_part(p, '|', 1) as kind, split_part(p, '|', 2) as words from (select case s.department
  when 'reception' then pg_temp.pick('what' || e.id || i, 'keys_handed|Keys handed over', 'call_answered|Answered a call about a stay', 'complaint_solved|Heating of a chalet fixed')
  when 'pool' then pg_temp.pick('what' || e.id || i, 'water_tested|Chlorine and pH in range', 'first_aid|A plaster for a knee', 'deck_cleaned|Deck and showers cleaned')
  when 'kitchen' then pg_temp.pick('what' || e.id || i, 'fridge_checked|Fridges at 4 °C', 'delivery_checked|Delivery checked and stored')
  else pg_temp.pick('what' || e.id || i, 'room_checked|Terrace checked', 'inventory_counted|Glasses counted') end as p) y) a
where pg_temp.chance('logged' || e.id || i) < 0.35;
-- the newcomer is being shown around
select app.seed_labor((select org from demo));
insert into onboarding_records (id, organization_id, staff_id, template_id, mentor_id, started_on, created_by)
select pg_temp.demo_id('onboarding'), d.org, pg_temp.demo_id('newcomer'), (select id from onboarding_templates where organization_id = d.org order by created_at limit 1), pg_temp.demo_id('desk'), d.today - 5, pg_temp.demo_id('manager') from demo d;
insert into onboarding_tasks (organization_id, record_id, title, description, due_on, is_required, position, status, done_at, done_by)
select t.organization_id, pg_temp.demo_id('onboarding'), t.title, t.description, d.today - 5 + t.due_after_days, t.is_required, t.position,
       case when t.due_after_days < 4 then 'done' else 'pending' end, case when t.due_after_days < 4 then now() - interval '3 days' end, case when t.due_after_days < 4 then pg_temp.demo_id('desk') end
from demo d join onboarding_template_tasks t on t.template_id = (select template_id from onboarding_records where id = pg_temp.demo_id('onboarding'));

-- ── the restaurant ───────────────────────────────────────────────────────────────────────────────────────────────────
-- Guests of the house eat here: every row as the functions would have written it, triggers aside while it loads.
select to_regclass('restaurants') is not null as dining \gset
\if :dining
update restaurants set name = 'Seerestaurant', description = 'Char from the lake, bread from the oven.' where id = (select r.id from restaurants r, demo d where r.organization_id = d.org order by r.created_at limit 1);
set local session_replication_role = replica;
create temporary table meal on commit drop as
select x.k, pg_temp.demo_id('meal' || x.k) as id, r.id as place, t.id as table_id, x.day, (x.day + x.clock) at time zone d.zone as opened, x.people, (50 + x.people * 6) * interval '1 minute' as stay
from demo d
  cross join lateral (
    select row_number() over (order by back, n)::int as k, d.today - back as day, n,
           case when pg_temp.chance('lunch' || back || '/' || n) < 0.35 then time '12:00' else time '18:30' end + pg_temp.roll('clock' || back || '/' || n, 0, 120) * interval '1 minute' as clock,
           pg_temp.roll('eaters' || back || '/' || n, 1, 5) as people
    from generate_series(1, 91) back, lateral generate_series(1, pg_temp.roll('full' || back, 5, 9) + case when extract(isodow from d.today - back) >= 5 then 4 else 0 end) n) x
  cross join lateral (select id from restaurants where organization_id = d.org order by created_at limit 1) r
  cross join lateral (select id from restaurant_tables where restaurant_id = r.id order by (table_number + x.k * 3) % 10, table_number limit 1) t;
insert into table_sessions (id, organization_id, restaurant_id, table_id, session_otp, otp_expires_at, status, party_size, version, billed_at, cleared_at, created_at, updated_at)
select m.id, d.org, m.place, m.table_id, lpad(pg_temp.roll('otp' || m.k, 0, 999999)::text, 6, '0'), m.opened + interval '4 hours', 'cleared', m.people, 12, m.opened + m.stay - interval '6 minutes', m.opened + m.stay, m.opened, m.opened + m.stay from meal m, demo d;
insert into session_customers (id, organization_id, restaurant_id, session_id, name, joined_at, created_at, updated_at)
select pg_temp.demo_id('eater' || m.k || '/' || g), d.org, m.place, m.id, pg_temp.pick('eater' || m.k || '/' || g, 'Anna', 'Ben', 'Clara', 'David', 'Elif', 'Felix', 'Greta', 'Hugo', 'Mia', 'Noah'), m.opened + g * interval '30 seconds', m.opened, m.opened
from meal m, demo d, generate_series(1, m.people) g;
insert into orders (id, organization_id, restaurant_id, table_id, session_id, customer_session_id, customer_name, status, business_date, order_number, has_lines, placed_at, done_at, created_at, updated_at)
select pg_temp.demo_id('order' || m.k), d.org, m.place, m.table_id, m.id, c.id, c.name, 'DONE', m.day, row_number() over (partition by m.day order by m.opened, m.k), true,
       m.opened + interval '8 minutes', m.opened + interval '27 minutes', m.opened + interval '8 minutes', m.opened + interval '27 minutes'
from meal m join session_customers c on c.id = pg_temp.demo_id('eater' || m.k || '/1'), demo d;
insert into order_lines (id, organization_id, restaurant_id, session_id, order_id, customer_session_id, menu_item_id, name, quantity, unit_price, tax_rate, station, status, placed_at, created_at, updated_at)
select pg_temp.demo_id(format('plate%s/%s/%s', m.k, g, c.rank)), d.org, m.place, m.id, pg_temp.demo_id('order' || m.k), pg_temp.demo_id('eater' || m.k || '/' || g), i.id, i.name, 1, i.price, coalesce(i.tax_rate, 10), i.station, 'served',
       m.opened + interval '8 minutes', m.opened + (g * 10 + c.rank) * interval '1 second', m.opened + interval '27 minutes'
from meal m cross join demo d cross join generate_series(1, m.people) g
  join menu_categories c on c.restaurant_id = m.place and (c.name in ('Mains', 'Drinks') or pg_temp.chance(format('%s%s/%s', c.name, m.k, g)) < 0.4)
  cross join lateral (select * from menu_items i where i.category_id = c.id order by md5(format('%s/%s/%s', i.name, m.k, g)) limit 1) i;
update orders o set total_amount = t.total, total = t.total, net_amount = t.net, tax_amount = t.tax, items = t.items
from (select order_id, sum(total_amount)::int as total, sum(net_amount)::int as net, sum(tax_amount)::int as tax,
             jsonb_agg(jsonb_build_object('menu_item_id', menu_item_id, 'name', name, 'quantity', quantity, 'price', unit_price, 'total', total_amount, 'tax_rate', tax_rate, 'modifiers', modifiers, 'note', null) order by created_at) as items
      from order_lines group by order_id) t where o.id = t.order_id;
update table_sessions s set total_amount = o.total_amount, net_amount = o.net_amount, tax_amount = o.tax_amount, paid_amount = o.total_amount from orders o where o.session_id = s.id;
insert into kitchen_orders (id, organization_id, restaurant_id, order_id, session_id, table_id, station, order_number, business_date, customer_name, status, created_by, started_by, ready_by, completed_by,
                            target_at, started_at, ready_at, completed_at, created_at, updated_at)
select pg_temp.demo_id(format('ticket%s/%s', o.id, l.station)), d.org, o.restaurant_id, o.id, o.session_id, o.table_id, l.station, o.order_number, o.business_date, o.customer_name, 'completed', w.waiter, w.cook, w.cook, w.waiter,
       o.placed_at + l.minutes * interval '1 minute', o.placed_at + interval '2 minutes', o.placed_at + w.work * interval '1 minute', o.placed_at + (w.work + 2) * interval '1 minute', o.placed_at, o.placed_at + interval '19 minutes'
from orders o join (select l.order_id, l.station, max(i.prep_time_minutes) as minutes from order_lines l join menu_items i on i.id = l.menu_item_id group by 1, 2) l on l.order_id = o.id, demo d,
lateral (select pg_temp.demo_id(pg_temp.pick('cook' || o.id, 'kitchen', 'kitchen2')) as cook, pg_temp.demo_id(pg_temp.pick('waiter' || o.id, 'waiter', 'waiter2')) as waiter, pg_temp.roll('work' || o.id || l.station, 6, 17) as work) w;
insert into kitchen_order_items (organization_id, restaurant_id, kitchen_order_id, order_line_id, menu_item_id, name, quantity, modifiers, allergens, status, created_at, updated_at)
select l.organization_id, l.restaurant_id, pg_temp.demo_id(format('ticket%s/%s', l.order_id, l.station)), l.id, l.menu_item_id, l.name, l.quantity, l.modifiers, i.allergens, 'ready', l.created_at, l.updated_at
from order_lines l join menu_items i on i.id = l.menu_item_id;
insert into bill_shares (id, organization_id, restaurant_id, session_id, position, label, method, amount, paid_amount, status, payment_method, paid_at, created_at, updated_at)
select pg_temp.demo_id('share' || m.k), d.org, m.place, m.id, 1, 'Whole bill', 'whole', s.total_amount, s.total_amount, 'paid', case when pg_temp.chance('how' || m.k) < 0.7 then 'card' else 'cash' end,
       m.opened + m.stay - interval '3 minutes', m.opened + m.stay - interval '6 minutes', m.opened + m.stay
from meal m join table_sessions s on s.id = m.id, demo d;
insert into payments (id, organization_id, booking_type, booking_id, session_id, share_id, amount, currency, method, status, received_by, paid_at, created_at, updated_at)
select pg_temp.demo_id('paid' || b.id), b.organization_id, 'session', b.session_id, b.session_id, b.id, app.to_amount(b.amount, d.currency), d.currency, b.payment_method, 'succeeded',
       pg_temp.demo_id(pg_temp.pick('till' || b.id, 'waiter', 'waiter2')), b.paid_at, b.paid_at, b.paid_at
from bill_shares b, demo d where b.organization_id = d.org and b.amount > 0;
insert into payment_ledger (organization_id, transaction_id, account, amount, currency, payment_id, booking_type, booking_id, description, created_by, created_at)
select p.organization_id, p.id, side.account, side.sign * p.amount, p.currency, p.id, 'session', p.booking_id, 'payment', p.received_by, p.paid_at
from payments p, demo d, lateral (values (p.method, 1), ('receivable', -1)) side(account, sign) where p.organization_id = d.org and p.booking_type = 'session';
set local session_replication_role = origin;
\endif

-- ── the books say when it happened, not when this ran ────────────────────────────────────────────────────────────────
set constraints all immediate;
alter table payment_ledger disable trigger refuse_change;
update payment_ledger l set created_at = coalesce((select r.created_at from refunds r where r.id = l.refund_id), (select p.paid_at from payments p where p.id = l.payment_id)) where l.payment_id is not null;
alter table payment_ledger enable trigger refuse_change;
-- nobody is written to about a past that never was
delete from maitred.jobs where tenant = current_schema() and kind = 'notify';
delete from notifications where created_at >= now();
analyze chalet_bookings; analyze pool_tickets; analyze payments; analyze time_entries;

-- ── pictures: drawings of our own (web/public/demo), until the house uploads better ones ────────────────────────────
insert into pictures (organization_id, subject, subject_id, url, alt, alt_by_locale, width, height, rank)
select d.org, p.subject, p.id, '/demo/resort-' || p.file || '.svg', p.alt, jsonb_build_object('de', p.de, 'es', p.es), 1200, 800, p.rank
from demo d, lateral (values
  ('house', null::uuid, 'house', 'A lake between mountains at sunset, a hut with lit windows on its shore.', 'Ein See zwischen Bergen bei Sonnenuntergang, am Ufer eine Hütte mit hellen Fenstern.', 'Un lago entre montañas al atardecer, con una cabaña iluminada en la orilla.', 1),
  ('pool', null, 'pool', 'The indoor pool, with a window as wide as the wall and mountains behind it.', 'Das Hallenbad mit einem Fenster, so breit wie die Wand, dahinter Berge.', 'La piscina cubierta, con una ventana tan ancha como la pared y montañas detrás.', 1),
  ('chalet', pg_temp.demo_id('chalet1'), 'chalet-1', 'Seeblick: a brown wooden house right at the water.', 'Seeblick: ein braunes Holzhaus direkt am Wasser.', 'Seeblick: una casa de madera marrón junto al agua.', 1),
  ('chalet', pg_temp.demo_id('chalet2'), 'chalet-2', 'Alpenglühen: a dark house on a meadow, the sky is pink.', 'Alpenglühen: ein dunkles Haus auf einer Wiese, der Himmel ist rosa.', 'Alpenglühen: una casa oscura en un prado bajo un cielo rosa.', 1),
  ('chalet', pg_temp.demo_id('chalet3'), 'chalet-3', 'Bootshaus: a small red house on the shore.', 'Bootshaus: ein kleines rotes Haus am Ufer.', 'Bootshaus: una casita roja en la orilla.', 1),
  ('chalet', pg_temp.demo_id('chalet4'), 'chalet-4', 'Waldrand: a house between tall firs.', 'Waldrand: ein Haus zwischen hohen Tannen.', 'Waldrand: una casa entre abetos altos.', 1),
  ('chalet', pg_temp.demo_id('chalet5'), 'chalet-5', 'Almhütte: a large dark hut on a flowering meadow.', 'Almhütte: eine große dunkle Hütte auf einer blühenden Wiese.', 'Almhütte: una gran cabaña oscura en un prado florido.', 1),
  ('chalet', pg_temp.demo_id('chalet6'), 'chalet-6', 'Kranich: a pale house at the lake in violet light.', 'Kranich: ein helles Haus am See in violettem Licht.', 'Kranich: una casa clara junto al lago con luz violeta.', 1),
  ('chalet', pg_temp.demo_id('chalet7'), 'chalet-7', 'Lärche: a small honey-coloured house in an autumn wood.', 'Lärche: ein kleines honigfarbenes Haus im Herbstwald.', 'Lärche: una casita color miel en un bosque de otoño.', 1),
  ('chalet', pg_temp.demo_id('chalet8'), 'chalet-8', 'Fischer: a grey-blue house on a quiet lake.', 'Fischer: ein graublaues Haus an einem stillen See.', 'Fischer: una casa gris azulada junto a un lago tranquilo.', 1),
  ('chalet', pg_temp.demo_id('chalet9'), 'chalet-9', 'Villa Auwald: a wide house with many windows in a meadow.', 'Villa Auwald: ein weites Haus mit vielen Fenstern in einer Wiese.', 'Villa Auwald: una casa amplia con muchas ventanas en un prado.', 1)) as p(subject, id, file, alt, de, es, rank);
\if :dining
insert into pictures (organization_id, subject, subject_id, url, alt, alt_by_locale, width, height, rank)
select r.organization_id, 'restaurant', r.id, '/demo/resort-restaurant.svg', 'A table laid by the window, the lake behind the glass.',
       '{"de": "Ein gedeckter Tisch am Fenster, hinter dem Glas der See.", "es": "Una mesa puesta junto a la ventana, con el lago tras el cristal."}', 1200, 800, 1
from restaurants r, demo d where r.organization_id = d.org order by r.created_at, r.id limit 1;
\endif

-- ── a bot: it talks as soon as its owner pastes a token ───────────────────────────────────────────────────────────────
select to_regclass('bot_instances') is not null as bots \gset
\if :bots
insert into bot_instances (id, organization_id, name) select pg_temp.demo_id('bot'), org, 'Lakeside' from demo;
select app.ship_scenarios(pg_temp.demo_id('bot'));
\endif
