-- Who sees what, as the documents say: organizations, games and payments; staff within their restaurant.
\ir ../start.sql
\ir ../words.sql
grant execute on all functions in schema tests to anon, authenticated, service_role;
select * from no_plan();
insert into venues (id, organization_id, name, timezone, embed_key) select tests.id('venue.' || o), tests.id(o), 'Venue ' || o, 'Europe/Berlin', 'venue-key-' || o from unnest('{a,b}'::text[]) o;
insert into games (id, organization_id, name, price) select tests.id('game.' || o), tests.id(o), 'Game ' || o, 30 from unnest('{a,b}'::text[]) o;
insert into game_venues (venue_id, game_id) select tests.id('venue.' || o), tests.id('game.' || o) from unnest('{a,b}'::text[]) o;

-- ── bookingtms: organization isolation, organization scoping ─────────────────────────────────────────────────────────
select tests.as('a.manager');
select is((select string_agg(name, ',') from organizations) || (select string_agg(name, ',') from games) || (select count(*) from game_venues), 'Organization aGame a1', 'a manager sees the own organization, its games and where they run');
select tests.as('b.customer');
select is((select string_agg(name, ',') from organizations), null, 'a customer who has proved no address sees no house: a throw-away login would');
select tests.as_owner();
update users set email_verified = true where id = tests.id('b.customer');
select tests.as('b.customer');
select is((select string_agg(name, ',') from organizations), 'Organization b', 'one who has sees the own house');
select tests.as_anon();
select is((select count(*) from organizations), 0::bigint, 'a visitor sees none of several');
select throws_ok('select 1 from games', '42501', null, 'and no table of games');
select throws_ok('select 1 from game_venues', '42501', null, 'nor of rooms');
select is((select string_agg(name || currency, ',') from get_venue_games(tests.id('venue.b'))), 'Game bEUR', 'but hears what a venue offers');
select is((select currency from get_venue_by_embed_key('venue-key-a')), 'EUR', 'in which currency');
select isnt_empty('select 1 from get_available_slots(tests.id(''game.a''), tests.day(9))', 'and when');

-- ── payments: own, finance all, admins everything ────────────────────────────────────────────────────────────────────
select tests.as_owner();
insert into payments (organization_id, user_id, booking_type, amount, currency, received_by, status) values
  (tests.id('a'), tests.id('a.customer'), 'other', 10, 'EUR', tests.id('a.waiter'), 'succeeded'), (tests.id('a'), null, 'other', 20, 'EUR', tests.id('a.staff'), 'succeeded'),
  (tests.id('b'), null, 'other', 40, 'EUR', null, 'succeeded');
create function tests.seen(p_who text) returns numeric language plpgsql as $$ begin perform tests.as(p_who); return (select sum(amount) from payments); end $$;
select is(tests.seen(who), amount::numeric, who) from (values ('a.customer', 10), ('a.waiter', 10), ('a.staff', 20), ('a.finance', 30), ('a.admin', 30), ('b.waiter', null), ('b.finance', 40)) x(who, amount);
select tests.as_owner();

-- ── group ordering, getinn: within the restaurant ────────────────────────────────────────────────────────────────────
insert into restaurants (id, organization_id, name) select tests.id('r' || n), tests.id('a'), 'Restaurant ' || n from generate_series(1, 2) n;
insert into restaurant_tables (id, restaurant_id, table_number, capacity) select tests.id('t' || n), tests.id('r' || n), n, 4 from generate_series(1, 2) n;
insert into menu_categories (id, restaurant_id, name) select tests.id('c' || n), tests.id('r' || n), 'Food' from generate_series(1, 2) n;
insert into menu_items (id, category_id, name, price) select tests.id('i' || n), tests.id('c' || n), 'Dish', 100 from generate_series(1, 2) n;
select tests.as('a.owner');
update staff set restaurant_ids = array[tests.id('r1')] where id in (tests.id('a.waiter'), tests.id('a.kitchen'));
select is(tests.refused(format('update staff set restaurant_ids = array[%L::uuid] where id = %L', gen_random_uuid(), tests.id('a.staff'))), 'MD400 restaurant_ids', 'people are tied to restaurants there are');
select tests.keep('one', seat_party(tests.id('t1'), p_party_size => 2)) is not null;
select tests.keep('two', seat_party(tests.id('t2'), p_party_size => 2)) is not null;
select place_order((tests.kept('two') #>> '{session,id}')::uuid, jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('i2')))) is not null;
select tests.as('a.waiter');
select is((select count(*) || ' ' || (select count(*) from restaurant_tables) || ' ' || (select count(*) from orders) || ' ' || (select count(*) from kitchen_orders) from table_sessions), '1 1 0 0', 'a waiter sees the own restaurant''s tables');
update table_sessions set party_size = 3;
select is(tests.refused(format(q.sql, tests.kept('two') #>> '{session,id}')), 'MD404', q.sql) from (values
  ('select get_session(%L)'), ('select clear_session(%L)'), ('select bill_session(%L)'), ('select place_order(%L)'), ('select move_party(%L, tests.id(''t1''))'),
  ('select get_floor(tests.id(''r2'')) where %L is not null'), ('select get_kitchen_board(tests.id(''r2'')) where %L is not null'),
  ('select seat_party(tests.id(''t2'')) where %L is not null'), ('select set_table_status(tests.id(''t2''), ''cleaning'') where %L is not null')) q(sql);
select is(get_floor() #>> '{restaurant,name}', 'Restaurant 1', 'the floor that opens is theirs');
select lives_ok(format('select get_session(%L)', tests.kept('one') #>> '{session,id}'), 'their own they work on');
select throws_ok($$insert into table_sessions (table_id, restaurant_id, session_otp) values (tests.id('t2'), tests.id('r2'), '123456')$$, 'MD404', null, 'they open none elsewhere');
select tests.as('a.kitchen');
select throws_ok(format('select start_kitchen_order(%L)', (select tests.id('x'))), 'MD404', null, 'a ticket that is not there');
update menu_items set is_available = false;
select tests.as_owner();
select is((select string_agg(is_available::text, ' ' order by id = tests.id('i2')) from menu_items), 'false true', 'the kitchen marks its own dishes');
select is((select party_size from table_sessions where id = (tests.kept('two') #>> '{session,id}')::uuid), 2, 'and nothing elsewhere moved');
select id as other_ticket from kitchen_orders where restaurant_id = tests.id('r2') limit 1 \gset
select tests.as('a.kitchen');
select is(tests.refused(format('select start_kitchen_order(%L)', :'other_ticket')), 'MD404', 'tickets of another restaurant are not theirs');
select tests.as('a.waiter');
update staff set restaurant_ids = null where id = tests.id('a.waiter');
select is((select count(*) from table_sessions), 1::bigint, 'nobody unties themselves');
select tests.as('a.staff');
select is((select count(*) from table_sessions), 2::bigint, 'who is tied to none works in all');
select * from finish();
rollback;
