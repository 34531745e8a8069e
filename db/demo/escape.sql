-- Enigma Rooms: two venues in Vienna and Graz, six games, a team, waivers, and three months that have just gone by with the weeks ahead already
-- filling. Run as the owner with search_path on the tenant, after app.seed_tenant(). The same day gives the same company: everything hangs on
-- md5 of a seed. Everybody logs in with the owner's password.

\set company escape:
\ir dice.sql

update organizations set description = 'Six rooms, sixty minutes, one way out.', email = 'play@escape.localhost', phone = '+43 1 555 20 20',
  address = 'Gumpendorfer Straße 12, 1060 Wien', timezone = 'Europe/Vienna', default_tax_rate = 20
where id = (select id from organizations order by created_at, id limit 1);
create temporary table demo on commit drop as
select o.id as org, o.timezone as zone, o.currency, app.business_date(now(), o.timezone, o.business_day_cutoff) as today,
       (select hashed_password from users where organization_id = o.id and role = 'owner' order by created_at limit 1) as password
from organizations o order by o.created_at, o.id limit 1;

-- ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────
insert into users (id, organization_id, email, full_name, first_name, last_name, role, hashed_password, phone, email_verified, email_confirmed_at, created_at)
select pg_temp.demo_id(t.email), d.org, t.email || '@escape.localhost', t.first || ' ' || t.last, t.first, t.last, t.role, d.password,
       '+43 660 777 ' || lpad(t.n::text, 4, '0'), true, now() - interval '200 days', now() - interval '200 days'
from demo d, (values
  (1, 'manager', 'Miriam', 'Holzer', 'manager'), (2, 'admin', 'Alex', 'Brandt', 'admin'), (3, 'finance', 'Fabian', 'Reiter', 'finance'),
  (4, 'host', 'Hana', 'Marić', 'staff'), (5, 'host2', 'Emil', 'Sander', 'staff'), (6, 'host3', 'Lea', 'Winkler', 'staff'),
  (7, 'host4', 'Deniz', 'Aydın', 'staff'), (8, 'host5', 'Theo', 'Pfeiffer', 'staff')) as t(n, email, first, last, role);
insert into staff (id, organization_id, department, position, hire_date, hourly_rate)
select pg_temp.demo_id(t.email), d.org, t.department, t.position, d.today - t.days, t.rate
from demo d, (values
  ('manager', 'management', 'Operations manager', 1100, 29.00), ('admin', 'management', 'Administration', 700, 26.00), ('finance', 'management', 'Accounts', 900, 26.00),
  ('host', 'vienna', 'Game master', 800, 17.50), ('host2', 'vienna', 'Game master', 420, 16.50), ('host3', 'vienna', 'Game master', 150, 15.50),
  ('host4', 'graz', 'Game master', 600, 17.00), ('host5', 'graz', 'Game master', 95, 15.00)) as t(email, department, position, days, rate);

-- Players: one in ten has a login, the first one is customer@escape.localhost. Low numbers come again and again.
create temporary table player on commit drop as
select n, pg_temp.demo_id('player' || n) as customer_id, case when n % 10 = 1 then pg_temp.demo_id('login' || n) end as user_id, first, last,
       case when n = 1 then 'customer@escape.localhost'
            else lower(translate(first || '.' || last, 'äöüéćžšñčÖ''', 'aoueczsnco')) || n || '@example.com' end as email,
       '+43 664 ' || lpad(pg_temp.roll('phone' || n, 1000000, 9999999)::text, 7, '0') as phone
from generate_series(1, 420) n,
lateral (select pg_temp.pick('first' || n, 'Anna', 'Ben', 'Clara', 'David', 'Elif', 'Felix', 'Greta', 'Hugo', 'Ida', 'Jonas', 'Katja', 'Leo', 'Mia', 'Noah', 'Olga', 'Peter', 'Rosa', 'Simon', 'Tara', 'Viktor', 'Yusuf', 'Zoe', 'Jürgen', 'Amélie') as first,
                pg_temp.pick('last' || n, 'Bauer', 'Čech', 'Dupont', 'Eder', 'Fischer', 'Novak', 'Horvat', 'Jensen', 'Kaya', 'Lang', 'Mayer', 'O''Neill', 'Popov', 'Rossi', 'Schmid', 'Tanaka', 'Urban', 'Vogel', 'Weber', 'Zimmermann', 'García', 'Öztürk') as last) x;
insert into users (id, organization_id, email, full_name, first_name, last_name, role, hashed_password, email_verified, email_confirmed_at, created_at)
select p.user_id, d.org, p.email, p.first || ' ' || p.last, p.first, p.last, 'customer', d.password, true, now() - interval '120 days', now() - interval '120 days'
from demo d, player p where p.user_id is not null;
insert into customers (id, organization_id, user_id, full_name, first_name, last_name, email, phone, marketing_consent, tags, created_at)
select p.customer_id, d.org, p.user_id, p.first || ' ' || p.last, p.first, p.last, p.email, p.phone, pg_temp.chance('news' || p.n) < 0.35,
       case when pg_temp.chance('tag' || p.n) < 0.06 then '{company}'::text[] else '{}' end, now() - make_interval(days => pg_temp.roll('since' || p.n, 91, 300))
from demo d, player p;

-- ── venues and games ─────────────────────────────────────────────────────────────────────────────────────────────────
insert into venues (id, organization_id, name, slug, description, address, city, postal_code, country, phone, email, timezone, capacity, embed_key, operating_hours,
                    special_days, primary_color, secondary_color, amenities, widget_settings, hold_minutes, cancellation_policy_id, created_at)
select pg_temp.demo_id('venue' || t.n), d.org, t.name, t.slug, t.description, t.address, t.city, t.postal_code, 'AT', t.phone, t.slug || '@escape.localhost', d.zone, t.capacity,
       t.embed_key, t.hours,
       jsonb_build_object(extract(year from d.today) || '-12-24', '{"closed": true, "name": "Christmas Eve"}'::jsonb,
                          extract(year from d.today) || '-12-31', '{"open": "10:00", "close": "18:00", "name": "New Year''s Eve"}'::jsonb),
       t.color, '#f59e0b', t.amenities, '{"theme": "dark", "show_prices": true, "require_phone": false}', 20,
       (select id from cancellation_policies where organization_id = d.org and is_default), now() - interval '300 days'
from demo d, (values
  (1, 'Enigma Vienna', 'vienna', 'Four rooms in an old printing house.', 'Gumpendorfer Straße 12', 'Wien', '1060', '+43 1 555 20 20', 40, 'enigma-vienna-demo',
   '{"monday": {"open": "14:00", "close": "22:00"}, "tuesday": {"open": "14:00", "close": "22:00"}, "wednesday": {"open": "14:00", "close": "22:00"}, "thursday": {"open": "14:00", "close": "23:00"}, "friday": {"open": "12:00", "close": "01:00"}, "saturday": {"open": "10:00", "close": "01:00"}, "sunday": {"open": "10:00", "close": "21:00"}}'::jsonb,
   '#7c3aed', array['step-free', 'coffee', 'lockers', 'parking']),
  (2, 'Enigma Graz', 'graz', 'Two rooms under the Schlossberg.', 'Sackstraße 31', 'Graz', '8010', '+43 316 555 30', 24, 'enigma-graz-demo',
   '{"wednesday": {"open": "15:00", "close": "22:00"}, "thursday": {"open": "15:00", "close": "22:00"}, "friday": {"open": "13:00", "close": "23:00"}, "saturday": {"open": "10:00", "close": "23:00"}, "sunday": [{"open": "10:00", "close": "13:30"}, {"open": "14:00", "close": "20:00"}]}'::jsonb,
   '#0f766e', array['coffee', 'lockers'])) as t(n, name, slug, description, address, city, postal_code, phone, capacity, embed_key, hours, color, amenities);

insert into games (id, organization_id, name, slug, tagline, description, category, difficulty, duration_minutes, buffer_minutes, min_players, max_players, min_age, booking_mode,
                   price_model, price, ticket_types, requires_waiver, deposit_percent, created_at)
select pg_temp.demo_id('game' || t.n), d.org, t.name, t.slug, t.tagline, t.description, t.category, t.difficulty, t.duration, t.buffer, t.low, t.high, t.age, t.mode,
       t.model, t.price, t.tickets, t.waiver, 100, now() - interval '300 days'
from demo d, (values
  (1, 'The Vault', 'the-vault', 'Sixty minutes to the last safe', 'The bank closes in an hour, and so does the door behind you.', 'Heist', 3, 60, 15, 2, 6, 12, 'private', 'per_person', 29.00, '[]'::jsonb, false),
  (2, 'Dr. Morrow''s Laboratory', 'laboratory', 'Something has left its cage', 'The doctor has not been seen for a week. His notes have.', 'Horror', 5, 75, 15, 3, 6, 16, 'private', 'per_person', 34.00, '[]', true),
  (3, 'The Printing House', 'printing-house', 'A newspaper that must not appear', 'Wien, 1914. One headline can change everything.', 'Mystery', 4, 60, 15, 2, 5, 10, 'private', 'per_group', 119.00, '[]', false),
  (4, 'Midnight Museum', 'midnight-museum', 'A tour with a thief in it', 'A shared adventure: strangers at nine, a team at ten.', 'Mystery', 2, 60, 30, 1, 12, 8, 'shared', 'ticket_types', 0,
   '[{"id": "adult", "name": "Adult", "price": 22.00}, {"id": "child", "name": "Child up to 14", "price": 14.00}, {"id": "family", "name": "Family (2 + 2)", "price": 62.00, "players": 4}]', false),
  (5, 'Under the Mountain', 'under-the-mountain', 'The tunnel has a second exit', 'Air for an hour, light for half of it.', 'Adventure', 4, 60, 20, 2, 6, 12, 'private', 'per_person', 27.00, '[]', true),
  (6, 'Grandmother''s Attic', 'attic', 'For families and the curious', 'She always said the key was somewhere.', 'Family', 1, 45, 15, 2, 7, 6, 'private', 'per_person', 21.00, '[]', false))
  as t(n, name, slug, tagline, description, category, difficulty, duration, buffer, low, high, age, mode, model, price, tickets, waiver);
insert into game_venues (organization_id, venue_id, game_id, price, display_order)
select d.org, pg_temp.demo_id('venue' || v), pg_temp.demo_id('game' || g), p, n
from demo d, (values (1, 1, null, 1), (1, 2, null, 2), (1, 3, null, 3), (1, 4, null, 4), (2, 5, null, 1), (2, 6, null, 2), (2, 1, 26.00, 3)) as t(v, g, p, n);
insert into promo_codes (organization_id, code, description, discount_type, discount_value, min_amount, valid_to, max_uses)
select d.org, t.code, t.description, t.kind, t.value, t.least, d.today + t.days, t.uses
from demo d, (values ('WELCOME10', 'Newsletter', 'percent', 10, 0, 120, null), ('TEAM20', 'Companies, from 150', 'amount', 20, 150, 60, 100), ('LASTYEAR', 'Over', 'percent', 15, 0, -30, null)) as t(code, description, kind, value, least, days, uses);

insert into waivers (id, organization_id, family_id, title, content, minimum_age, valid_days, created_at, is_active)
select pg_temp.demo_id('waiver' || v), d.org, pg_temp.demo_id('waiver1'), 'Rules of the house and liability',
       E'You take part at your own risk.\n\n1. Nothing in the rooms needs force. What does not give way is not part of the game.\n2. The doors are never locked; the green button opens them at any time.\n'
       || case when v = 2 then E'3. Some rooms use strobe light and fog. Tell us before the game if you should not be exposed to them.\n4. Children play with an adult who answers for them.\n' else E'3. Children play with an adult who answers for them.\n' end
       || E'\nBy signing I confirm that I have read and understood the above.', 6, 365, now() - case v when 1 then interval '280 days' else interval '60 days' end, true
from demo d, generate_series(1, 2) v order by v;

-- ── three months of games, and the weeks ahead ───────────────────────────────────────────────────────────────────────
-- the sums are made once, at the end
alter table bookings disable trigger roll_up_insert, disable trigger roll_up_update;
create temporary table made (id uuid, venue int, game int, party int, starts_at timestamptz, status text, made_at timestamptz, player int, final_amount numeric) on commit drop;
do $$
declare
  d record; r record; s record; q record;
  v_day date; v_key text; v_id uuid; v_made timestamptz; v_status text; v_party int; v_player int; v_seats int; v_demand float8; v_tickets jsonb; v_adults int;
begin
  select * into d from demo;
  for v_day in select generate_series(d.today - 91, d.today + 21, interval '1 day')::date loop
    if (v_day - d.today) % 14 = 0 then
      analyze bookings;      -- a table that fills within one transaction looks empty to the planner
    end if;
    for r in select v, g from (values (1, 1), (1, 2), (1, 3), (1, 4), (2, 5), (2, 6), (2, 1)) as t(v, g) loop
      for s in select * from app.game_starts(pg_temp.demo_id('game' || r.g), v_day, pg_temp.demo_id('venue' || r.v)) order by starts_at loop
        -- evenings and weekends sell; what lies further ahead has sold less so far; business has grown
        v_demand := case extract(isodow from v_day)::int when 5 then 0.55 when 6 then 0.72 when 7 then 0.5 else 0.24 end
          * case when extract(hour from s.start_time) between 16 and 21 then 1.2 else 0.75 end
          * (0.8 + 0.35 * (v_day - d.today + 91) / 91.0)
          * case when v_day > d.today then greatest(0.08, 0.75 - (v_day - d.today) / 28.0) else 1 end
          * (array[1.15, 1.05, 0.9, 1.0, 0.95, 0.8])[r.g];
        v_seats := 0;
        for i in 1 .. case when r.g = 4 then 3 else 1 end loop
          v_key := concat_ws('/', r.v, r.g, v_day, s.start_time, i);
          continue when pg_temp.chance('sold' || v_key) > v_demand;
          v_party := case when r.g = 4 then pg_temp.roll('party' || v_key, 1, 4) else pg_temp.roll('party' || v_key, 2, 3) + pg_temp.roll('more' || v_key, 0, 2) end;
          if r.g = 2 then v_party := greatest(v_party, 3); end if;
          continue when r.g = 4 and v_seats + v_party > 12;
          v_player := 1 + floor(420 * pg_temp.chance('who' || v_key) ^ 1.7)::int;
          v_made := least(s.starts_at - make_interval(mins => pg_temp.roll('lead' || v_key, 120, 60 * 24 * 16)), now() - make_interval(mins => pg_temp.roll('ago' || v_key, 5, 2000)));
          v_status := case
            when pg_temp.chance('off' || v_key) < 0.07 then 'cancelled'
            when s.ends_at < now() then case when pg_temp.chance('gone' || v_key) < 0.025 then 'no_show' else 'completed' end
            when s.starts_at < now() then 'checked_in'
            else 'confirmed' end;
          v_adults := greatest(1, v_party - pg_temp.roll('children' || v_key, 0, 2));
          v_tickets := case when r.g <> 4 then '[]' when v_party = 4 and v_adults = 2 then '[{"id": "family", "quantity": 1}]'
            else jsonb_build_array(jsonb_build_object('id', 'adult', 'quantity', v_adults), jsonb_build_object('id', 'child', 'quantity', v_party - v_adults)) end;
          select * into q from app.price_booking(pg_temp.demo_id('venue' || r.v), pg_temp.demo_id('game' || r.g), v_party, v_tickets,
            case when pg_temp.chance('code' || v_key) < 0.06 then 'WELCOME10' end, v_day);
          insert into bookings (id, venue_id, game_id, customer_id, booking_date, start_time, party_size, ticket_types, currency, total_amount, discount_amount,
                                tax_amount, final_amount, deposit_amount, price_details, promo_code_id, status, cancellation_cause, cancellation_reason, cancelled_at,
                                confirmed_at, checked_in_at, completed_at, no_show_at, cancellation_policy_id, source, contact_name, special_requests, created_at, updated_at)
          select pg_temp.demo_id('booking' || v_key), pg_temp.demo_id('venue' || r.v), pg_temp.demo_id('game' || r.g), p.customer_id, v_day, s.start_time, v_party, q.ticket_types, q.currency,
                 q.total_amount, q.discount_amount, q.tax_amount, q.final_amount, q.deposit_amount, q.price_details, q.promo_code_id, v_status,
                 case when v_status = 'cancelled' then 'requested' end,
                 case when v_status = 'cancelled' then pg_temp.pick('why' || v_key, 'Ill', 'Cannot make it', 'Booked the wrong day', 'Customer requested cancellation') end,
                 case when v_status = 'cancelled' then least(now(), v_made + (s.starts_at - v_made) * 0.4) end,
                 v_made, case when v_status in ('completed', 'checked_in') then s.starts_at - interval '8 minutes' end, case when v_status = 'completed' then s.ends_at end,
                 case when v_status = 'no_show' then s.starts_at + interval '20 minutes' end,
                 (select cancellation_policy_id from venues where id = pg_temp.demo_id('venue' || r.v)),
                 pg_temp.pick('source' || v_key, 'widget', 'widget', 'widget', 'web', 'phone', 'staff'), p.first || ' ' || p.last,
                 case when pg_temp.chance('wish' || v_key) < 0.08 then pg_temp.pick('wishes' || v_key, 'It is a birthday!', 'We play in English, please', 'One of us uses a wheelchair', 'First escape room ever', 'Please no fog') end,
                 v_made, case v_status when 'cancelled' then least(now(), v_made + (s.starts_at - v_made) * 0.4) when 'completed' then s.ends_at when 'checked_in' then s.starts_at else v_made end
          from player p where p.n = v_player;
          insert into made values (pg_temp.demo_id('booking' || v_key), r.v, r.g, v_party, s.starts_at, v_status, v_made, v_player, q.final_amount);
          v_seats := v_seats + case when v_status = 'cancelled' then 0 else v_party end;
        end loop;
      end loop;
    end loop;
  end loop;
end $$;

analyze bookings; analyze made;

-- Money: nearly all pay when they book, some at the desk; who cancels gets back what the policy gives.
insert into payments (id, organization_id, user_id, customer_id, booking_type, booking_id, amount, currency, method, status, paid_at, created_at, received_by)
select pg_temp.demo_id('payment' || m.id), d.org, p.user_id, p.customer_id, 'experience', m.id, m.final_amount, d.currency,
       case when at_desk then pg_temp.pick('method' || m.id, 'card', 'card', 'cash') else 'card' end, 'succeeded', at, at,
       case when at_desk then pg_temp.demo_id(pg_temp.pick('desk' || m.id, variadic case m.venue when 1 then array['host', 'host2', 'host3'] else array['host4', 'host5'] end)) end
from demo d, made m join player p on p.n = m.player,
     lateral (select pg_temp.chance('pays' || m.id) < 0.12 and m.status in ('completed', 'checked_in', 'no_show', 'confirmed') as at_desk) x,
     lateral (select case when at_desk then m.starts_at - interval '5 minutes' else m.made_at + interval '2 minutes' end as at) y
where m.final_amount > 0 and not (at_desk and (m.status in ('no_show', 'confirmed') or at > now()))
order by m.made_at, m.id;
do $$
declare
  b record;
begin
  for b in select m.id, k.cancelled_at from made m join bookings k on k.id = m.id
           where m.status = 'cancelled' and m.starts_at - k.cancelled_at > interval '24 hours' order by m.made_at, m.id loop
    perform app.refund_payments('experience', b.id, null, 'Cancelled by the customer.');
    update refunds set created_at = b.cancelled_at where payment_id = pg_temp.demo_id('payment' || b.id);
  end loop;
end $$;
analyze payments;
-- From here on the widget offers whole hours.
update games set slot_interval_minutes = 60 where duration_minutes + buffer_minutes between 60 and 80;
-- a few that wait for their payment right now
insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size, currency, total_amount, final_amount, deposit_amount, price_details, status, hold_expires_at, source, contact_name)
select pg_temp.demo_id('venue1'), pg_temp.demo_id('game1'), p.customer_id, f.booking_date, f.start_time, 4, d.currency, q.total_amount, q.final_amount, q.deposit_amount, q.price_details,
       'pending', now() + interval '20 minutes', 'widget', p.first || ' ' || p.last
from demo d
cross join lateral (select n, d.today + n as booking_date, s.start_time from generate_series(4, 6) n,
                    lateral (select * from app.game_starts(pg_temp.demo_id('game1'), d.today + n, pg_temp.demo_id('venue1')) s where s.seats_left >= 4 order by s.starts_at desc limit 1) s) f
join player p on p.n = 30 + f.n
cross join lateral app.price_booking(pg_temp.demo_id('venue1'), pg_temp.demo_id('game1'), 4, null, null, f.booking_date) q;

-- Signatures: everybody of a party that played a room that wants them, most of those who come in the next days.
insert into waiver_submissions (id, organization_id, waiver_id, waiver_version, content_hash, booking_id, customer_id, signer_name, signer_email, date_of_birth, age_at_signing, is_minor,
                                guardian_name, guardian_relationship, guardian_signature, signature, signed_at, created_at, expires_at)
select pg_temp.demo_id('signed' || m.id || i), d.org, w.id, w.version, encode(sha256(convert_to(w.title || e'\n' || w.content, 'UTF8')), 'hex'), m.id,
       case when i = 1 then p.customer_id end, name, case when i = 1 then p.email end, born, extract(year from age(at, born)), age(at, born) < interval '18 years',
       case when age(at, born) < interval '18 years' then p.first || ' ' || p.last end, case when age(at, born) < interval '18 years' then 'parent' end,
       case when age(at, born) < interval '18 years' then drawn end, drawn, at, at, at + interval '365 days'
from demo d, made m
join player p on p.n = m.player
cross join lateral generate_series(1, m.party) i
cross join lateral (select least(m.starts_at - make_interval(mins => 15 + i), now() - make_interval(mins => i)) as at,
    case when i = 1 then p.first || ' ' || p.last else pg_temp.pick('friend' || m.id || i, 'Anna', 'Ben', 'Clara', 'David', 'Elif', 'Felix', 'Ida', 'Jonas', 'Leo', 'Mia', 'Noah', 'Zoe') || ' ' || p.last end as name,
    (d.today - 365 * (case when i > 2 and pg_temp.chance('young' || m.id || i) < 0.15 then pg_temp.roll('age' || m.id || i, 12, 17) else pg_temp.roll('age' || m.id || i, 19, 52) end) - pg_temp.roll('birthday' || m.id || i, 0, 364)) as born,
    format('M %s %s C %s %s, %s %s, %s %s', pg_temp.roll('a' || m.id || i, 2, 20), pg_temp.roll('b' || m.id || i, 30, 50), pg_temp.roll('c' || m.id || i, 30, 60), 10, pg_temp.roll('e' || m.id || i, 60, 90), 70, pg_temp.roll('g' || m.id || i, 120, 180), 35) as drawn) x
cross join lateral (select * from waivers w where w.family_id = pg_temp.demo_id('waiver1') and w.created_at <= x.at order by w.version desc limit 1) w
where m.game in (2, 5) and m.status in ('completed', 'checked_in')
   or m.game in (2, 5) and m.status = 'confirmed' and m.starts_at < now() + interval '4 days' and pg_temp.chance('early' || m.id || i) < 0.6;

-- ── who worked when, where the tenant keeps schedules ────────────────────────────────────────────────────────────────
do $$
begin
  if to_regclass('staff_schedules') is null then
    return;
  end if;
  insert into staff_schedules (id, organization_id, staff_id, venue_id, shift_date, start_time, end_time, timezone, starts_at, ends_at, break_minutes, role, status, hourly_rate, created_at)
  select pg_temp.demo_id('shift' || w.email || (x.day::date - d.today)), d.org, s.id, pg_temp.demo_id('venue' || w.venue), x.day::date, h.starts, h.ends, d.zone,
         (x.day::date + h.starts) at time zone d.zone, (x.day::date + h.ends) at time zone d.zone, 30, s.position,
         case when (x.day::date + h.ends) at time zone d.zone > now() then case when x.day::date <= d.today + 3 then 'confirmed' else 'scheduled' end
              when pg_temp.chance('sick' || w.email || (x.day::date - d.today)) < 0.015 then 'no_show' else 'completed' end, s.hourly_rate, (x.day::date - 14)::timestamptz
  from demo d, (values (1, 'manager', 1), (2, 'host', 1), (3, 'host2', 1), (4, 'host3', 1), (5, 'host4', 2), (6, 'host5', 2)) as w(n, email, venue)
  join staff s on s.id = pg_temp.demo_id(w.email),
  generate_series((select today - 91 from demo)::timestamp, (select today + 14 from demo)::timestamp, interval '1 day') x(day),
  lateral (select case when w.n = 1 then time '09:00' when extract(isodow from x.day) in (6, 7) then time '09:30' else time '13:30' end as starts,
                  case when w.n = 1 then time '17:00' when extract(isodow from x.day) in (6, 7) then time '19:30' else time '22:30' end as ends) h
  where (extract(isodow from x.day)::int + w.n) % 7 not in (0, 1) and s.hire_date <= x.day::date
    and (w.venue = 1 or extract(isodow from x.day) >= 3);       -- Graz opens on Wednesday
  insert into time_entries (id, organization_id, staff_id, schedule_id, clock_in_at, clock_out_at, business_date, hourly_rate, created_at)
  select pg_temp.demo_id('entry' || s.id), s.organization_id, s.staff_id, s.id,
         s.starts_at + make_interval(mins => pg_temp.roll('in' || s.id, -8, case when pg_temp.chance('late' || s.id) < 0.06 then 25 else 4 end)),
         case when s.ends_at <= now() then s.ends_at + make_interval(mins => pg_temp.roll('out' || s.id, -3, 20)) end, s.shift_date, s.hourly_rate, s.starts_at
  from staff_schedules s
  where s.status = 'completed' or s.status = 'confirmed' and now() between s.starts_at + interval '30 minutes' and s.ends_at;
  insert into staff_activity_log (organization_id, staff_id, activity_type, description, created_at)
  select e.organization_id, e.staff_id, split_part(a.p, '|', 1), split_part(a.p, '|', 2), e.clock_in_at + make_interval(mins => pg_temp.roll('act' || e.id, 20, 400))
  from time_entries e,
       lateral (select pg_temp.pick('what' || e.id, 'room_reset|The Vault reset, two locks oiled', 'room_reset|Laboratory reset, fog machine refilled', 'briefing|Briefing in English',
         'prop_repaired|Compass of the tunnel glued', 'hint_given|Team needed three hints, out with two minutes left', 'record|New record in the Attic: 31 minutes') as p) a
  where e.clock_out_at is not null and pg_temp.chance('logged' || e.id) < 0.4;
end $$;

-- ── the books say when it happened, not when this ran ────────────────────────────────────────────────────────────────
set constraints all immediate;
alter table bookings disable trigger touch_updated_at;
update bookings b set updated_at = case b.status when 'cancelled' then b.cancelled_at when 'completed' then b.completed_at when 'checked_in' then b.checked_in_at
                                                 when 'no_show' then b.no_show_at else b.created_at end;
alter table bookings enable trigger touch_updated_at, enable trigger roll_up_insert, enable trigger roll_up_update;
select app.rebuild_booking_rollups();
alter table payment_ledger disable trigger refuse_change;
update payment_ledger l set created_at = coalesce((select r.created_at from refunds r where r.id = l.refund_id), (select p.paid_at from payments p where p.id = l.payment_id))
where l.payment_id is not null;
alter table payment_ledger enable trigger refuse_change;
-- nobody is written to about a past that never was; the reminders of what is still to come stay
delete from maitred.jobs where tenant = current_schema() and kind = 'notify' and run_at <= now();
delete from notifications where created_at >= now() and visible_from <= now();
analyze bookings; analyze customers; analyze payments; analyze waiver_submissions; analyze booking_days; analyze customer_stats;

-- ── pictures: drawings of our own (web/public/demo), until the house uploads better ones ────────────────────────────
insert into pictures (organization_id, subject, subject_id, url, alt, alt_by_locale, width, height, rank)
select d.org, p.subject, p.id, '/demo/escape-' || p.file || '.svg', p.alt, jsonb_build_object('de', p.de, 'es', p.es), 1200, 800, 1
from demo d, lateral (values
  ('house', null::uuid, 'house', 'A door ajar in the dark, light behind it, a key in front.', 'Eine angelehnte Tür im Dunkeln, Licht dahinter, davor ein Schlüssel.', 'Una puerta entreabierta en la oscuridad, con luz detrás y una llave delante.'),
  ('venue', pg_temp.demo_id('venue1'), 'venue-1', 'The front of an old printing house at dusk, its windows lit.', 'Die Fassade einer alten Druckerei in der Dämmerung, die Fenster hell.', 'La fachada de una antigua imprenta al anochecer, con las ventanas iluminadas.'),
  ('venue', pg_temp.demo_id('venue2'), 'venue-2', 'A tunnel that leads into a rock, a castle on top.', 'Ein Stollen, der in einen Felsen führt, oben eine Burg.', 'Un túnel que entra en una roca, con un castillo encima.'),
  ('game', pg_temp.demo_id('game1'), 'game-1', 'The round steel door of a vault.', 'Die runde Stahltür eines Tresors.', 'La puerta redonda de acero de una caja fuerte.'),
  ('game', pg_temp.demo_id('game2'), 'game-2', 'Flasks that glow green, violet and yellow in a dark laboratory.', 'Kolben, die in einem dunklen Labor grün, violett und gelb leuchten.', 'Matraces que brillan en verde, violeta y amarillo en un laboratorio oscuro.'),
  ('game', pg_temp.demo_id('game3'), 'game-3', 'A newspaper and two letters of lead.', 'Eine Zeitung und zwei Bleilettern.', 'Un periódico y dos letras de plomo.'),
  ('game', pg_temp.demo_id('game4'), 'game-4', 'A museum wall at night: one picture is missing.', 'Eine Museumswand bei Nacht: ein Bild fehlt.', 'Una pared de museo de noche: falta un cuadro.'),
  ('game', pg_temp.demo_id('game5'), 'game-5', 'Rails in a mine, a lamp hangs over them.', 'Gleise in einem Stollen, darüber eine Lampe.', 'Raíles en una mina y una lámpara que cuelga sobre ellos.'),
  ('game', pg_temp.demo_id('game6'), 'game-6', 'An attic with a round window and a locked chest.', 'Ein Dachboden mit rundem Fenster und verschlossener Truhe.', 'Un desván con una ventana redonda y un cofre cerrado.')) as p(subject, id, file, alt, de, es);
