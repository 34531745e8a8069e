-- Pizzeria Vesuvio: fourteen tables, a real menu, a team, and three months that have just gone by; then an evening in full swing. Run as the
-- owner (a superuser: triggers are off while the past loads) with search_path on the tenant, after app.seed_tenant(). The same day gives the same
-- pizzeria: everything hangs on md5 of a seed. Everybody logs in with the owner's password.

\set company pizza:
\ir dice.sql

create temporary table demo on commit drop as
select o.id as org, pg_temp.demo_id('restaurant') as place, 'Europe/Rome'::text as zone, o.currency, app.business_date(now(), 'Europe/Rome') as today,
       (select hashed_password from users where organization_id = o.id and role = 'owner' order by created_at limit 1) as password
from organizations o order by o.created_at, o.id limit 1;
update organizations set description = 'Wood oven, sourdough, and no pineapple.', email = 'ciao@pizza.localhost', phone = '+39 081 555 0142', address = 'Via dei Tribunali 38, 80138 Napoli',
  default_tax_rate = 10, timezone = 'Europe/Rome' where id = (select org from demo);
delete from restaurants where organization_id = (select org from demo);      -- the default one of a fresh tenant

-- ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────
insert into users (id, organization_id, email, full_name, first_name, last_name, role, hashed_password, phone, email_verified, email_confirmed_at, created_at)
select pg_temp.demo_id(t.email), d.org, t.email || '@pizza.localhost', t.first || ' ' || t.last, t.first, t.last, t.role, d.password, '+39 320 555 ' || lpad(t.n::text, 4, '0'),
       true, now() - interval '200 days', now() - interval '200 days'
from demo d, (values
  (1, 'manager', 'Giulia', 'Esposito', 'manager'), (2, 'waiter', 'Marco', 'Russo', 'waiter'), (3, 'waiter2', 'Chiara', 'Romano', 'waiter'), (4, 'waiter3', 'Luca', 'Greco', 'waiter'),
  (5, 'kitchen', 'Salvatore', 'De Luca', 'kitchen'), (6, 'kitchen2', 'Aminata', 'Diallo', 'kitchen'), (7, 'bar', 'Elena', 'Conti', 'kitchen'), (8, 'finance', 'Paolo', 'Marino', 'finance')) as t(n, email, first, last, role);
insert into staff (id, organization_id, department, position, hire_date, hourly_rate)
select pg_temp.demo_id(t.email), d.org, t.department, t.position, d.today - t.days, t.rate
from demo d, (values
  ('manager', 'management', 'Manager', 1900, 26.00), ('waiter', 'service', 'Head waiter', 1400, 17.00), ('waiter2', 'service', 'Waiter', 420, 14.00), ('waiter3', 'service', 'Waiter', 90, 13.00),
  ('kitchen', 'kitchen', 'Pizzaiolo', 2600, 22.00), ('kitchen2', 'kitchen', 'Cook', 800, 18.00), ('bar', 'kitchen', 'Bar', 610, 15.00), ('finance', 'management', 'Bookkeeping', 1100, 21.00)) as t(email, department, position, days, rate);
insert into customers (id, organization_id, full_name, first_name, last_name, email, phone, created_at)
select pg_temp.demo_id('customer' || n), d.org, c.first || ' ' || c.last, c.first, c.last, lower(c.first || '.' || replace(c.last, ' ', '') || n) || '@example.com', '+39 333 ' || lpad((1000000 + n * 7919)::text, 7, '0'),
       now() - pg_temp.roll('since' || n, 5, 150) * interval '1 day'
from demo d, generate_series(1, 240) n, lateral (select
  pg_temp.pick('first' || n, 'Sofia', 'Leonardo', 'Aurora', 'Francesco', 'Alice', 'Lorenzo', 'Emma', 'Matteo', 'Beatrice', 'Davide', 'Anna', 'Gabriele', 'Marta', 'Nicolas', 'Ines', 'Jonas', 'Hana', 'Omar') as first,
  pg_temp.pick('last' || n, 'Rossi', 'Bianchi', 'Ferrari', 'Ricci', 'Gallo', 'Costa', 'Fontana', 'Moretti', 'Barbieri', 'Lombardi', 'Schmidt', 'Dupont', 'Haddad', 'Novak') as last) c;

-- ── the place ────────────────────────────────────────────────────────────────────────────────────────────────────────
insert into restaurants (id, organization_id, name, slug, description, address, phone, email, timezone, opening_hours, accepts_takeaway, pacing_covers, max_party_size, settings)
select place, org, 'Pizzeria Vesuvio', 'vesuvio', 'Wood oven, sourdough, and no pineapple.', 'Via dei Tribunali 38, 80138 Napoli', '+39 081 555 0142', 'ciao@pizza.localhost', zone,
  '{}', true, 24, 16, '{"lists_tables": true}' from demo;
insert into restaurant_tables (id, restaurant_id, table_number, name, code, capacity, section, position_x, position_y, width, height, shape, features)
select pg_temp.demo_id('table' || t.n), place, t.n, t.name, t.code, t.seats, t.section, t.x, t.y, t.w, t.h, t.shape, t.features::jsonb
from demo, (values
  (1, 'Window 1', 'vesuvio1', 2, 'Window', 40, 40, 70, 70, 'round', '["window"]'), (2, 'Window 2', 'vesuvio2', 2, 'Window', 160, 40, 70, 70, 'round', '["window"]'),
  (3, 'Window 3', 'vesuvio3', 2, 'Window', 280, 40, 70, 70, 'round', '["window"]'), (4, 'Window 4', 'vesuvio4', 4, 'Window', 400, 40, 90, 90, 'square', '["window"]'),
  (5, 'Hall 5', 'vesuvio5', 4, 'Hall', 40, 190, 90, 90, 'square', '[]'), (6, 'Hall 6', 'vesuvio6', 4, 'Hall', 180, 190, 90, 90, 'square', '[]'),
  (7, 'Hall 7', 'vesuvio7', 4, 'Hall', 320, 190, 90, 90, 'square', '[]'), (8, 'Hall 8', 'vesuvio8', 6, 'Hall', 40, 340, 150, 90, 'rectangle', '[]'),
  (9, 'Hall 9', 'vesuvio9', 6, 'Hall', 240, 340, 150, 90, 'rectangle', '[]'), (10, 'Booth', 'vesuvio10', 8, 'Hall', 440, 320, 120, 120, 'round', '["booth"]'),
  (11, 'Garden 11', 'vesuvio11', 4, 'Garden', 640, 40, 90, 90, 'square', '["outdoor"]'), (12, 'Garden 12', 'vesuvio12', 4, 'Garden', 640, 170, 90, 90, 'square', '["outdoor"]'),
  (13, 'Garden 13', 'vesuvio13', 6, 'Garden', 640, 300, 150, 90, 'rectangle', '["outdoor"]'), (14, 'By the oven', 'vesuvio14', 2, 'Bar', 500, 190, 70, 70, 'round', '["oven view"]')) as t(n, name, code, seats, section, x, y, w, h, shape, features);
insert into table_combinations (restaurant_id, name, table_ids, capacity)
select place, c.name, array(select pg_temp.demo_id('table' || n) from unnest(c.tables) n), c.seats
from demo, (values ('Hall 5 + 6', array[5, 6], 8), ('Hall 5 + 6 + 7', array[5, 6, 7], 12), ('Hall 8 + 9', array[8, 9], 14), ('Garden 11 + 12', array[11, 12], 8)) as c(name, tables, seats);

-- ── the menu ─────────────────────────────────────────────────────────────────────────────────────────────────────────
insert into menu_categories (id, restaurant_id, name, description, rank)
select pg_temp.demo_id('category' || c.n), place, c.name, c.description, c.n
from demo, (values (1, 'Antipasti', 'To share, or not'), (2, 'Pizze', 'Sourdough, 48 hours, 90 seconds at 450 °C'), (3, 'Pasta', 'Made here every morning'), (4, 'Insalate', null),
  (5, 'Dolci', null), (6, 'Bibite', 'Water, soft drinks, coffee'), (7, 'Birra e vino', null)) as c(n, name, description);
insert into menu_items (id, category_id, name, description, price, tax_rate, allergens, tags, prep_time_minutes, station, sort_order)
select pg_temp.demo_id('item' || i.n), pg_temp.demo_id('category' || i.category), i.name, i.description, i.price, i.tax, i.allergens::jsonb, i.tags::text[], i.minutes, i.station, i.n
from (values
  (1, 1, 'Bruschetta al pomodoro', 'Grilled bread, San Marzano tomatoes, basil', 650, null::numeric, '["gluten"]', '{vegan}', 5, 'kitchen'),
  (2, 1, 'Burrata', 'Creamy mozzarella from Andria, cherry tomatoes', 1150, null, '["milk"]', '{vegetarian}', 4, 'kitchen'),
  (3, 1, 'Antipasto misto', 'Ham, salami, cheese, pickles: for two', 1690, null, '["milk", "nuts"]', '{}', 7, 'kitchen'),
  (4, 1, 'Arancini', 'Three fried rice balls with ragù', 850, null, '["gluten", "milk", "egg", "celery"]', '{}', 8, 'kitchen'),
  (5, 2, 'Marinara', 'Tomato, garlic, oregano, olive oil', 790, null, '["gluten"]', '{vegan}', 6, 'pizza'),
  (6, 2, 'Margherita', 'Tomato, fior di latte, basil', 890, null, '["gluten", "milk"]', '{vegetarian,classic}', 6, 'pizza'),
  (7, 2, 'Diavola', 'Tomato, fior di latte, spicy salami', 1090, null, '["gluten", "milk"]', '{spicy}', 7, 'pizza'),
  (8, 2, 'Napoli', 'Tomato, fior di latte, anchovies, capers', 1090, null, '["gluten", "milk", "fish"]', '{}', 7, 'pizza'),
  (9, 2, 'Quattro formaggi', 'Fior di latte, gorgonzola, provola, parmesan', 1190, null, '["gluten", "milk"]', '{vegetarian}', 7, 'pizza'),
  (10, 2, 'Prosciutto e funghi', 'Tomato, fior di latte, cooked ham, mushrooms', 1190, null, '["gluten", "milk"]', '{}', 7, 'pizza'),
  (11, 2, 'Bufala', 'Tomato, buffalo mozzarella, basil', 1290, null, '["gluten", "milk"]', '{vegetarian}', 6, 'pizza'),
  (12, 2, 'Ortolana', 'Aubergine, courgette, peppers, tomato', 1090, null, '["gluten"]', '{vegan}', 8, 'pizza'),
  (13, 2, 'Calzone', 'Folded: ricotta, ham, salami, provola', 1250, null, '["gluten", "milk"]', '{}', 9, 'pizza'),
  (14, 3, 'Spaghetti al pomodoro', 'Datterini tomatoes, basil', 990, null, '["gluten", "egg"]', '{vegetarian}', 10, 'kitchen'),
  (15, 3, 'Carbonara', 'Guanciale, egg yolk, pecorino', 1290, null, '["gluten", "egg", "milk"]', '{classic}', 11, 'kitchen'),
  (16, 3, 'Lasagne della nonna', 'With slow ragù, from the oven', 1290, null, '["gluten", "egg", "milk", "celery"]', '{}', 12, 'kitchen'),
  (17, 3, 'Gnocchi alla sorrentina', 'Tomato, mozzarella, basil, gratinated', 1190, null, '["gluten", "milk", "egg"]', '{vegetarian}', 12, 'kitchen'),
  (18, 3, 'Linguine alle vongole', 'Clams, white wine, parsley', 1590, null, '["gluten", "egg", "molluscs", "sulphites"]', '{}', 12, 'kitchen'),
  (19, 4, 'Insalata mista', 'Leaves, tomato, carrot, cucumber', 590, null, '[]', '{vegan}', 4, 'kitchen'),
  (20, 4, 'Insalata Cesare', 'Chicken, parmesan, croutons', 1150, null, '["gluten", "milk", "egg", "fish", "mustard"]', '{}', 6, 'kitchen'),
  (21, 5, 'Tiramisù', 'Mascarpone, espresso, cocoa', 650, null, '["gluten", "milk", "egg"]', '{classic}', 3, 'kitchen'),
  (22, 5, 'Panna cotta', 'With wild berries', 590, null, '["milk"]', '{}', 3, 'kitchen'),
  (23, 5, 'Cannolo siciliano', 'Ricotta, pistachio, candied orange', 550, null, '["gluten", "milk", "nuts"]', '{}', 3, 'kitchen'),
  (24, 5, 'Affogato', 'Vanilla ice cream drowned in espresso', 490, null, '["milk"]', '{}', 3, 'bar'),
  (25, 6, 'Acqua 0.75 l', 'Still or sparkling', 350, null, '[]', '{}', 1, 'bar'),
  (26, 6, 'Limonata', 'Amalfi lemons, made here', 420, null, '[]', '{}', 3, 'bar'),
  (27, 6, 'Cola 0.33 l', null, 350, null, '[]', '{}', 1, 'bar'),
  (28, 6, 'Espresso', null, 180, null, '[]', '{}', 2, 'bar'),
  (29, 6, 'Cappuccino', null, 280, null, '["milk"]', '{}', 3, 'bar'),
  (30, 7, 'Birra alla spina 0.4 l', 'Draught lager', 490, 22, '["gluten"]', '{}', 2, 'bar'),
  (31, 7, 'Vino della casa 0.25 l', 'Red or white', 550, 22, '["sulphites"]', '{}', 2, 'bar'),
  (32, 7, 'Spritz', 'Aperol or Campari', 690, 22, '["sulphites"]', '{}', 4, 'bar'),
  (33, 7, 'Limoncello', '4 cl', 390, 22, '[]', '{}', 1, 'bar')) as i(n, category, name, description, price, tax, allergens, tags, minutes, station);
update menu_items set is_available = false where id = pg_temp.demo_id('item18');       -- no clams today
update menu_items set portions_left = 9 where id = pg_temp.demo_id('item16');          -- one tray of lasagne
insert into modifier_groups (id, restaurant_id, name, min_choices, max_choices, rank)
select pg_temp.demo_id('group' || g.n), place, g.name, g.low, g.high, g.n from demo, (values (1, 'Dough', 1, 1), (2, 'On top', 0, 4), (3, 'Without', 0, 3), (4, 'Still or sparkling', 1, 1), (5, 'Red or white', 1, 1)) as g(n, name, low, high);
insert into modifiers (id, group_id, name, price, rank, is_default)
select pg_temp.demo_id('modifier' || m.n), pg_temp.demo_id('group' || m.grp), m.name, m.price, m.n, m.base
from (values (1, 1, 'Classic', 0, true), (2, 1, 'Wholemeal', 100, false), (3, 1, 'Gluten-free', 250, false), (4, 2, 'Buffalo mozzarella', 250, false), (5, 2, 'Spicy salami', 200, false), (6, 2, 'Rocket', 120, false),
  (7, 2, 'Anchovies', 180, false), (8, 2, 'Burrata', 350, false), (9, 3, 'No garlic', 0, false), (10, 3, 'No cheese', -100, false), (11, 3, 'No basil', 0, false),
  (12, 4, 'Still', 0, true), (13, 4, 'Sparkling', 0, false), (14, 5, 'Red', 0, true), (15, 5, 'White', 0, false)) as m(n, grp, name, price, base);
update modifiers m set adds_allergens = a.adds::jsonb, removes_allergens = a.removes::jsonb
from (values (3, '[]', '["gluten"]'), (4, '["milk"]', '[]'), (5, '["sulphites"]', '[]'), (7, '["fish"]', '[]'), (8, '["milk"]', '[]'), (10, '[]', '["milk"]')) as a(n, adds, removes)
where m.id = pg_temp.demo_id('modifier' || a.n);
insert into menu_item_modifier_groups (menu_item_id, modifier_group_id, rank)
select i.id, pg_temp.demo_id('group' || g), g from menu_items i, generate_series(1, 3) g where i.station = 'pizza' and i.restaurant_id = (select place from demo)
union all select pg_temp.demo_id('item25'), pg_temp.demo_id('group4'), 1 union all select pg_temp.demo_id('item31'), pg_temp.demo_id('group5'), 1;

-- ── three months, with triggers aside: every row is written as they would have ────────────────────────────────────────
set local session_replication_role = replica;

-- a session: its day, its hour, its table, its people
create temporary table past on commit drop as
select pg_temp.demo_id('session' || x.k) as id, x.k, x.day, x.day + x.clock as local, (x.day + x.clock) at time zone d.zone as opened, t.id as table_id, t.table_number, x.people,
       (45 + x.people * 6 + pg_temp.roll('stay' || x.k, 0, 35)) * interval '1 minute' as stay
from demo d
  cross join lateral (
    select row_number() over (order by back, n)::int as k, day, n,
           (case when pg_temp.chance('meal' || back || '/' || n) < 0.3 then time '12:00' + pg_temp.roll('at' || back || '/' || n, 0, 110) * interval '1 minute'
                 else time '18:30' + pg_temp.roll('at' || back || '/' || n, 0, 190) * interval '1 minute' end) as clock,
           pg_temp.roll('people' || back || '/' || n, 1, 4) + case when pg_temp.chance('big' || back || '/' || n) < 0.15 then 3 else 0 end as people
    from generate_series(1, 91) back, lateral (select d.today - back as day) e,
         generate_series(1, (array[18, 20, 23, 27, 38, 44, 34])[extract(isodow from d.today - back)::int] + pg_temp.roll('busy' || back, -4, 4)) n) x
  join restaurant_tables t on t.restaurant_id = d.place and t.table_number = 1 + (x.n * 5 + x.k) % 14;

insert into table_sessions (id, organization_id, restaurant_id, table_id, session_otp, otp_expires_at, status, party_size, version, opened_by, billed_at, cleared_at, created_at, updated_at)
select p.id, d.org, d.place, p.table_id, lpad(pg_temp.roll('otp' || p.k, 0, 999999)::text, 6, '0'), p.opened + interval '4 hours', 'cleared', p.people, 20, null,
       p.opened + p.stay - interval '8 minutes', p.opened + p.stay, p.opened, p.opened + p.stay
from past p, demo d;
insert into session_customers (id, organization_id, restaurant_id, session_id, name, joined_at, created_at, updated_at)
select pg_temp.demo_id('guest' || p.k || '/' || g), d.org, d.place, p.id,
       pg_temp.pick('name' || p.k || '/' || g, 'Sofia', 'Leo', 'Aurora', 'Franco', 'Alice', 'Enzo', 'Emma', 'Matteo', 'Bea', 'Davide', 'Anna', 'Gabi', 'Marta', 'Nico', 'Ines', 'Jonas', 'Hana', 'Omar', 'Ruth', 'Tom'),
       p.opened + g * interval '40 seconds', p.opened, p.opened
from past p, demo d, generate_series(1, p.people) g;

-- what everybody takes: a dish and a drink first, then for many a dessert, a coffee or another drink
create temporary table wanted on commit drop as
select p.k, p.id as session_id, g, o as round, c as pos, p.opened + case o when 1 then interval '9 minutes' else interval '42 minutes' end as at,
       pg_temp.demo_id('item' || case
         when o = 1 and c = 1 then case when pg_temp.chance(format('kind%s/%s', p.k, g)) < 0.72 then (array[6, 6, 6, 7, 7, 10, 11, 9, 13, 5, 8, 12])[pg_temp.roll(format('pz%s/%s', p.k, g), 1, 12)]
                                        else (array[14, 15, 15, 16, 17, 18, 19, 20])[pg_temp.roll(format('pa%s/%s', p.k, g), 1, 8)] end
         when o = 1 and c = 2 then (array[25, 25, 30, 30, 31, 27, 26, 32])[pg_temp.roll(format('dr%s/%s', p.k, g), 1, 8)]
         when o = 1 then (array[1, 2, 3, 4])[pg_temp.roll(format('an%s/%s', p.k, g), 1, 4)]
         else (array[21, 21, 22, 23, 24, 28, 28, 29, 30, 33])[pg_temp.roll(format('de%s/%s/%s', p.k, g, c), 1, 10)] end) as item
from past p, generate_series(1, p.people) g, generate_series(1, 2) o, generate_series(1, 3) c
where case when o = 1 and c < 3 then true
           when o = 1 then g = 1 and p.people > 1 and pg_temp.chance('starter' || p.k) < 0.35
           else c = 1 and pg_temp.chance(format('more%s/%s', p.k, g)) < 0.62 or c = 2 and pg_temp.chance(format('coffee%s/%s', p.k, g)) < 0.2 end;

insert into orders (id, organization_id, restaurant_id, table_id, session_id, customer_session_id, customer_name, status, business_date, order_number, has_lines, placed_at, done_at, created_at, updated_at)
select pg_temp.demo_id(format('order%s/%s', w.k, w.round)), d.org, d.place, p.table_id, p.id, pg_temp.demo_id('guest' || p.k || '/1'), c.name, 'DONE', p.day,
       row_number() over (partition by p.day order by w.at, w.k), true, w.at, w.at + interval '17 minutes', w.at, w.at + interval '17 minutes'
from (select distinct k, round, at from wanted) w join past p on p.k = w.k join session_customers c on c.id = pg_temp.demo_id('guest' || p.k || '/1'), demo d;
insert into order_lines (id, organization_id, restaurant_id, session_id, order_id, customer_session_id, menu_item_id, name, quantity, unit_price, modifiers, tax_rate, station, status, placed_at, created_at, updated_at)
select pg_temp.demo_id(format('line%s/%s/%s/%s', w.k, w.g, w.round, w.pos)), d.org, d.place, w.session_id, pg_temp.demo_id(format('order%s/%s', w.k, w.round)), pg_temp.demo_id('guest' || w.k || '/' || w.g),
       i.id, i.name, 1, i.price + coalesce(m.price, 0),
       case when m.id is not null then jsonb_build_array(jsonb_build_object('id', m.id, 'group', 'On top', 'name', m.name, 'price', m.price, 'quantity', 1)) else '[]' end,
       coalesce(i.tax_rate, 10), i.station, 'served', w.at, w.at + (w.g * 10 + w.pos) * interval '1 millisecond', w.at + interval '17 minutes'
from wanted w join menu_items i on i.id = w.item
left join modifiers m on i.station = 'pizza' and pg_temp.chance(format('top%s/%s', w.k, w.g)) < 0.25 and m.id = pg_temp.demo_id('modifier' || pg_temp.roll(format('which%s/%s', w.k, w.g), 4, 8)),
     demo d;
update orders o set total_amount = t.total, total = t.total, net_amount = t.net, tax_amount = t.tax, items = t.items
from (select order_id, sum(total_amount)::int as total, sum(net_amount)::int as net, sum(tax_amount)::int as tax,
             jsonb_agg(jsonb_build_object('menu_item_id', menu_item_id, 'name', name, 'quantity', quantity, 'price', unit_price, 'total', total_amount, 'tax_rate', tax_rate, 'modifiers', modifiers, 'note', null) order by created_at) as items
      from order_lines group by order_id) t where o.id = t.order_id;
update table_sessions s set total_amount = t.total, net_amount = t.net, tax_amount = t.tax, paid_amount = t.total
from (select session_id, sum(total_amount)::int as total, sum(net_amount)::int as net, sum(tax_amount)::int as tax from orders group by 1) t where s.id = t.session_id;

insert into kitchen_orders (id, organization_id, restaurant_id, order_id, session_id, table_id, station, order_number, business_date, customer_name, status, started_by, ready_by, completed_by,
                            target_at, started_at, ready_at, completed_at, created_at, updated_at)
select pg_temp.demo_id(format('ticket%s/%s', o.id, l.station)), d.org, d.place, o.id, o.session_id, o.table_id, l.station, o.order_number, o.business_date, o.customer_name, 'completed', cook, cook, pg_temp.demo_id('waiter'),
       o.placed_at + l.minutes * interval '1 minute', o.placed_at + wait, o.placed_at + wait + l.minutes * work, o.placed_at + wait + l.minutes * work + interval '2 minutes', o.placed_at, o.placed_at + interval '17 minutes'
from orders o
join (select l.order_id, l.station, max(i.prep_time_minutes) as minutes from order_lines l join menu_items i on i.id = l.menu_item_id group by 1, 2) l on l.order_id = o.id,
  demo d, lateral (select pg_temp.roll('wait' || o.id || l.station, 20, 240) * interval '1 second' as wait, pg_temp.roll('work' || o.id || l.station, 35, 75) * interval '1 second' as work,
                          pg_temp.demo_id(case l.station when 'bar' then 'bar' when 'pizza' then 'kitchen' else 'kitchen2' end) as cook) z;
insert into kitchen_order_items (organization_id, restaurant_id, kitchen_order_id, order_line_id, menu_item_id, name, quantity, modifiers, allergens, customer_name, status, created_at, updated_at)
select l.organization_id, l.restaurant_id, pg_temp.demo_id(format('ticket%s/%s', l.order_id, l.station)), l.id, l.menu_item_id, l.name, l.quantity, l.modifiers, i.allergens, c.name, 'ready', l.created_at, l.updated_at
from order_lines l join menu_items i on i.id = l.menu_item_id join session_customers c on c.id = l.customer_session_id;

-- bills: most whole, some in equal parts, some by guest; each share a payment, each payment two rows of the ledger
insert into bill_shares (id, organization_id, restaurant_id, session_id, position, label, method, customer_session_id, amount, paid_amount, status, payment_method, paid_at, created_at, updated_at)
select pg_temp.demo_id(format('share%s/%s', p.k, h.n)), d.org, d.place, p.id, h.n, h.label, h.method, h.guest, h.amount, h.amount, 'paid', h.paid_by, p.opened + p.stay - interval '3 minutes', p.opened + p.stay - interval '8 minutes', p.opened + p.stay
from past p join table_sessions s on s.id = p.id, demo d,
  lateral (select case when p.people = 1 or pg_temp.chance('bill' || p.k) < 0.58 then 'whole' when pg_temp.chance('bill' || p.k) < 0.8 then 'equal' else 'guest' end as method) m,
  lateral (
    select 1 as n, 'Whole bill' as label, 'whole' as method, null::uuid as guest, s.total_amount as amount where m.method = 'whole'
    union all select u.n::int, 'Part ' || u.n, 'equal', null, u.part::int from unnest(app.split_cents(s.total_amount, array_fill(1::numeric, array[p.people]))) with ordinality u(part, n) where m.method = 'equal'
    union all select row_number() over (order by c.joined_at)::int, c.name, 'guest', c.id, (select sum(l.total_amount)::int from order_lines l where l.customer_session_id = c.id)
    from session_customers c where c.session_id = p.id and m.method = 'guest') g,
  lateral (select g.n, g.label, g.method, g.guest, g.amount, case when pg_temp.chance(format('how%s/%s', p.k, g.n)) < 0.6 then 'card' else 'cash' end as paid_by) h;
insert into payments (id, organization_id, booking_type, booking_id, session_id, share_id, amount, currency, method, status, received_by, paid_at, created_at, updated_at)
select pg_temp.demo_id('payment' || b.id), b.organization_id, 'session', b.session_id, b.session_id, b.id, app.to_amount(b.amount, d.currency), d.currency, b.payment_method, 'succeeded',
       pg_temp.demo_id((array['waiter', 'waiter2', 'waiter3'])[pg_temp.roll('who' || b.id, 1, 3)]), b.paid_at, b.paid_at, b.paid_at
from bill_shares b, demo d where b.amount > 0;
insert into payment_ledger (organization_id, transaction_id, account, amount, currency, payment_id, booking_type, booking_id, description, created_by, created_at)
select p.organization_id, p.id, side.account, side.sign * p.amount, p.currency, p.id, 'session', p.booking_id, 'payment', p.received_by, p.paid_at
from payments p, demo d, lateral (values (p.method, 1), ('receivable', -1)) side(account, sign)
where p.organization_id = d.org and p.booking_type = 'session';

-- reservations: three months that were kept (or not), two weeks that are promised
create temporary table booked on commit drop as
select r.day, t.id as table_id, t.table_number, r.seat, least(t.capacity, pg_temp.roll(format('size%s/%s', r.back, t.table_number), 2, t.capacity)) as people,
       (case r.seat when 1 then time '12:30' when 2 then time '19:00' else time '21:15' end) as clock, r.back,
       pg_temp.roll(format('who%s/%s/%s', r.back, t.table_number, r.seat), 1, 240) as customer, pg_temp.chance(format('fate%s/%s/%s', r.back, t.table_number, r.seat)) as fate
from demo d cross join lateral (select d.today - back as day, back, seat from generate_series(-14, 91) back, generate_series(1, 3) seat) r
join restaurant_tables t on t.restaurant_id = d.place
where pg_temp.chance(format('booked%s/%s/%s', r.back, t.table_number, r.seat)) < (case when r.back > 0 then 0.22 when r.back = 0 then 0.3 else 0.18 end) * case when extract(isodow from r.day) >= 5 then 1.6 else 0.8 end
  and (r.back <> 0 or r.seat = 3);
insert into table_reservations (id, organization_id, restaurant_id, customer_id, table_id, table_ids, reservation_date, reservation_time, business_date, duration_minutes, during, party_size, status, guest_name, guest_phone, guest_email, special_requests,
                                confirmation_code, created_at, updated_at)
select pg_temp.demo_id(format('reservation%s/%s/%s', b.day, b.table_number, b.seat)), d.org, d.place, c.id, b.table_id, array[b.table_id], b.day, b.clock, b.day, 105,
       tstzrange((b.day + b.clock) at time zone d.zone, (b.day + b.clock + interval '105 minutes') at time zone d.zone), b.people,
       case when b.back <= 0 then 'confirmed' when b.fate < 0.86 then 'completed' when b.fate < 0.95 then 'cancelled' else 'no_show' end,
       c.full_name, c.phone, c.email, (array['Birthday cake, please', 'High chair', 'By the window if possible', 'Allergic to nuts', 'Dog under the table'])[pg_temp.roll('wish' || b.day || b.table_number, 1, 20)],
       upper(translate(left(md5('code' || b.day || b.table_number || b.seat), 8), '01', 'xy')), least(now() - interval '1 hour', (b.day - 3 + b.clock) at time zone d.zone), now()
from booked b join customers c on c.id = pg_temp.demo_id('customer' || b.customer), demo d;
insert into reservation_tables (reservation_id, table_id, organization_id, restaurant_id, during, holds)
select id, table_id, organization_id, restaurant_id, during, status = 'confirmed' from table_reservations where restaurant_id = (select place from demo);
set local session_replication_role = origin;

-- ── tonight, through the functions themselves ────────────────────────────────────────────────────────────────────────
do $$
declare
  v_table   record;
  v_session uuid;
  v_guest   uuid;
  v_order   uuid;
  v_dish    int;
begin
  for v_table in
    select * from (values (2, 2, 58), (5, 4, 41), (8, 5, 27), (11, 3, 19), (14, 2, 8), (9, 6, 75)) t(n, people, minutes)
  loop
    v_session := app.open_session(pg_temp.demo_id('table' || v_table.n), v_table.people);
    for g in 1 .. v_table.people loop
      insert into session_customers (session_id, name)
      values (v_session, (array['Giorgio', 'Lena', 'Sami', 'Carla', 'Noah', 'Ines'])[1 + (g + v_table.n) % 6]) returning id into v_guest;
      v_dish := 5 + pg_temp.roll(format('now%s/%s', v_table.n, g), 0, 12);
      perform app.add_line(v_session, v_guest, pg_temp.demo_id('item' || v_dish), 1,
        case when v_dish <= 13 then jsonb_build_array(pg_temp.demo_id('modifier1')) || case when g = 2 then jsonb_build_array(pg_temp.demo_id('modifier4')) else '[]' end else '[]' end,
        case when g = 1 and v_table.n = 8 then 'Cut into eight, please' end);
      perform app.add_line(v_session, v_guest, pg_temp.demo_id('item' || (array[30, 27, 26, 32])[1 + g % 4]), 1, '[]', null);
    end loop;
    if v_table.n <> 14 then      -- the last table is still choosing
      v_order := (api.place_order(v_session) #>> '{order,id}')::uuid;
      if v_table.minutes > 35 then
        perform api.start_kitchen_order(k.id), api.ready_kitchen_order(k.id), api.complete_kitchen_order(k.id) from kitchen_orders k where k.order_id = v_order;
      elsif v_table.minutes > 20 then
        perform api.start_kitchen_order(k.id) from kitchen_orders k where k.order_id = v_order;
        perform api.ready_kitchen_order(k.id) from kitchen_orders k where k.order_id = v_order and k.station = 'bar';
      end if;
      update orders set placed_at = now() - (v_table.minutes - 6) * interval '1 minute', created_at = now() - (v_table.minutes - 6) * interval '1 minute' where id = v_order;
      update kitchen_orders set created_at = now() - least(v_table.minutes - 6, 14) * interval '1 minute', target_at = now() + (12 - least(v_table.minutes, 14)) * interval '1 minute' where order_id = v_order;
    end if;
    update table_sessions set created_at = now() - v_table.minutes * interval '1 minute' where id = v_session;
    if v_table.n = 9 then      -- and one has asked for the bill
      perform api.split_bill(v_session, 'guest');
      perform api.pay_bill_share(id, 'card') from bill_shares where session_id = v_session and position = 1;
    end if;
  end loop;
  perform api.call_waiter('help', s.id) from table_sessions s where s.table_id = pg_temp.demo_id('table5') and s.status = 'active';
  perform api.join_waitlist(pg_temp.demo_id('restaurant'), 2, 'Fabrizio', '+39 333 1002003'), api.join_waitlist(pg_temp.demo_id('restaurant'), 4, 'Famiglia Bruno', '+39 333 4005006', 'With a pram');
  perform api.place_order(p_restaurant_id => pg_temp.demo_id('restaurant'), p_customer_name => 'Teo', p_customer_phone => '+39 333 7008009',
    p_items => jsonb_build_array(jsonb_build_object('menu_item_id', pg_temp.demo_id('item6'), 'quantity', 2, 'modifiers', jsonb_build_array(pg_temp.demo_id('modifier1')))));
end $$;
-- open around the clock: a closed house takes no orders, and who tries this one does so at any hour
update restaurants set opening_hours = (select jsonb_object_agg(day, '[["00:00","24:00"]]'::jsonb) from unnest(array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) day)
where id = (select place from demo);

-- ── pictures: a drawing of our own (web/public/demo), until the house uploads better ones ───────────────────────────
insert into pictures (organization_id, subject, subject_id, url, alt, alt_by_locale, width, height, rank)
select org, s.subject, case s.subject when 'restaurant' then place end, '/demo/pizza-house.svg', 'A pizza in front of the open wood oven.',
       '{"de": "Eine Pizza vor dem offenen Holzofen.", "es": "Una pizza delante del horno de leña abierto."}', 1200, 800, 1
from demo, (values ('house'), ('restaurant')) s(subject);

-- ── a bot: it talks as soon as its owner pastes a token ───────────────────────────────────────────────────────────────
select to_regclass('bot_instances') is not null as bots \gset
\if :bots
insert into bot_instances (id, organization_id, name) select pg_temp.demo_id('bot'), org, 'Vesuvio' from demo;
select app.ship_scenarios(pg_temp.demo_id('bot'));
\endif
