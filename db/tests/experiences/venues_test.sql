-- Venues and games: made, linked, shown to the public, analysed; nobody reaches into another organization.
\ir ../start.sql
\ir cast.sql
select plan(61);
create table tests.v (name text primary key, id uuid);
grant all on tests.v to anon, authenticated;

select tests.as('a.manager');
insert into tests.v select 'new', (create_venue(tests.id('a'), 'Downtown', 'Premium', 'Main St 1', 'New York', 'NY', 'America/New_York') ->> 'id')::uuid;
select results_eq($$select name, city, state, timezone, organization_id, length(embed_key) from venues where id = (select id from tests.v where name = 'new')$$,
  $$values ('Downtown', 'New York', 'NY', 'America/New_York', tests.id('a'), 20)$$, 'a venue has an embed key of its own');
select is(create_venue(null, 'Second') ->> 'timezone', 'Europe/Berlin', 'without a zone it is the organization''s');
select is(tests.refused($$select create_venue(tests.id('a'), '  ')$$), 'MD400 p_name', 'a name is needed');
select is(tests.refused($$select create_venue(tests.id('a'), 'X', p_timezone => 'Nowhere/Land')$$), 'MD400 p_timezone', 'a zone that does not exist');
select is(tests.refused($$select create_venue(tests.id('a'), 'X', p_timezone => '+03')$$), 'MD400 p_timezone', 'an offset is no zone');
select is(tests.refused($$select create_venue(tests.id('a'), 'X', p_operating_hours => '{"monday": 1}')$$), 'MD400 p_operating_hours', 'hours that are none');
select is(tests.refused($$select create_venue(tests.id('a'), 'X', p_capacity => 0)$$), 'MD400 p_capacity', 'a venue for nobody');
select is(tests.refused($$select create_venue(tests.id('a'), 'X', p_capacity => 100001)$$), 'MD400 p_capacity', 'nor for a town');
select is(tests.refused($$select create_venue(tests.id('a'), 'X', repeat('x', 10001))$$), 'MD400 p_description', 'a novel is no description');
select is(tests.refused($$select create_venue(tests.id('a'), 'X', p_phone => repeat('1', 33))$$), 'MD400 p_phone', 'nor is this a number');
select is(tests.refused($$select create_venue(tests.id('a'), 'X', p_email => 'nobody')$$), 'MD400 p_email', 'nor that an address');
select is(tests.refused($$select create_venue(tests.id('b'), 'X')$$), 'MD404 p_organization_id', 'not in another organization');
select is(tests.refused($$select create_venue(gen_random_uuid(), 'X')$$), 'MD404 p_organization_id', 'nor in one that does not exist');
select tests.as('a.staff');
select is(tests.refused($$select create_venue(tests.id('a'), 'X')$$), 'MD403', 'staff make no venues');
select is(tests.refused($$select link_games_to_venue(tests.id('venue.a'), array[tests.id('vault')])$$), 'MD403', 'nor link games');
select is(tests.refused($$select update_venue_schedule(tests.id('venue.a'), '{}')$$), 'MD403', 'nor change hours');

-- linking
select tests.as('a.manager');
select is(link_games_to_venue((select id from tests.v), array[tests.id('manor'), tests.id('vault')]), 2, 'two games are offered at the new venue');
select is(link_games_to_venue((select id from tests.v), array[tests.id('manor'), tests.id('vault'), tests.id('manor')]), 2, 'linking again changes nothing');
select is((select string_agg(name, ', ') from get_venue_games((select id from tests.v))), 'Manor tour, Vault', 'they come in the order given');
select is(link_games_to_venue((select id from tests.v), array[tests.id('museum')], true), 1, 'replacing');
select is((select string_agg(name, ', ') from get_venue_games((select id from tests.v))), 'Museum', 'takes the others off');
select is(tests.refused($$select link_games_to_venue((select id from tests.v), '{}')$$), 'MD400 p_game_ids', 'no games');
select is(tests.refused($$select link_games_to_venue((select id from tests.v), array[null]::uuid[])$$), 'MD400 p_game_ids', 'a hole in the list');
select is(tests.refused($$select link_games_to_venue((select id from tests.v), array(select gen_random_uuid() from generate_series(1, 501)))$$), 'MD400 p_game_ids', 'a huge list');
select is(tests.refused($$select link_games_to_venue((select id from tests.v), array[tests.id('vault.b')])$$), 'MD404 p_game_ids', 'a game of another organization');
select is(tests.refused($$select link_games_to_venue(tests.id('venue.b'), array[tests.id('vault')])$$), 'MD404 p_venue_id', 'a venue of another organization');
select is(tests.refused(format('insert into game_venues (venue_id, game_id) values (%L, %L)', tests.id('venue.a'), tests.id('vault.b'))), '23503 insert or update on table "game_venues" violates foreign key constraint "game_venues_organization_id_game_id_fkey"', 'the table refuses to cross organizations');

-- the public
select tests.as_anon();
select is((select name from get_venue_by_embed_key('venue-key-a')), 'Venue a', 'the widget finds its venue');
select is((select currency from get_venue_by_embed_key('venue-key-a')), 'EUR', 'and the currency');
select is(tests.refused($$select * from get_venue_by_embed_key('wrong')$$), 'MD404 p_embed_key', 'a wrong key finds nothing');
select is(tests.refused($$select * from get_venue_by_embed_key(null)$$), 'MD404 p_embed_key', 'nor does none');
select is((select count(*) from get_venue_games(tests.id('venue.a'))), 4::bigint, 'everybody sees the games');
select is((select jsonb_array_length(days) from get_venue_schedule(tests.id('venue.a'))), 7, 'and the hours of the week');
select is((select days -> 0 -> 'windows' -> 0 ->> 'open' from get_venue_schedule(tests.id('venue.a'))), '10:00', 'on the venue''s clock');
select is(tests.refused($$select * from get_venue_schedule(tests.id('venue.a'), null, 1000)$$), 'MD400 p_days', 'not for years');
select is(tests.refused($$select is_venue_open(gen_random_uuid())$$), 'MD404 p_venue_id', 'a venue that does not exist');
select is(tests.refused($$insert into venues (organization_id, name, timezone) values (tests.id('a'), 'Mine', 'UTC')$$), '42501 permission denied for table venues', 'the public makes no venues');
select is(tests.refused($$select * from promo_codes$$), '42501 permission denied for table promo_codes', 'nor reads promo codes');
select tests.as_owner();
update venues set is_active = false where id = tests.id('venue.b');
select tests.as_anon();
select is(tests.refused($$select * from get_venue_by_embed_key('venue-key-b')$$), 'MD404 p_embed_key', 'a venue that is closed down is gone');
select is_empty($$select 1 from venues where id = tests.id('venue.b')$$, 'from the table too');
select is((select count(*) from get_available_slots(tests.id('vault.b'), tests.day(30))), 0::bigint, 'and sells nothing');

-- the schedule
select tests.as('a.manager');
select lives_ok($$select tests.book('vault', '14:00')$$, 'a booking at two');
select is(jsonb_array_length(update_venue_schedule(tests.id('venue.a'), '{"monday": {"open": "18:00", "close": "23:00"}}') -> 'bookings_outside'), 1, 'who changes the hours learns which bookings lie outside');
select is((select status from bookings), 'confirmed', 'which stay');
select is(tests.refused($$select update_venue_schedule(tests.id('venue.a'), null, '{"someday": {"closed": true}}')$$), 'MD400 p_special_days', 'a special day that is none');
select is(tests.refused($$select update_venue_schedule(tests.id('venue.a'), p_timezone => 'Asia/Tokyo')$$), 'MD409 p_timezone', 'the zone stays while bookings lie ahead');
select is(tests.refused($$select update_venue_schedule(tests.id('venue.b'), '{}')$$), 'MD404 p_venue_id', 'another organization''s venue');
select lives_ok($$select update_venue_schedule(tests.id('venue.a'), (select jsonb_object_agg(d, '[{"open": "10:00", "close": "22:00"}]'::jsonb)
  from unnest(array['monday','tuesday','wednesday','thursday','friday','saturday','sunday']) d))$$, 'the old hours are back');

-- copies
select is(duplicate_game(tests.id('vault')) ->> 'name', 'Vault (copy)', 'a copy of a game');
select results_eq($$select g.duration_minutes, g.max_players, g.price, g.is_active, (select count(*) from game_venues l where l.game_id = g.id)
  from games g where name = 'Vault (copy)'$$, $$values (60, 6, 30.00, false, 2::bigint)$$, 'has all settings and venues, and waits to be opened');
select is((duplicate_game(tests.id('museum'), 'Museum II', false) ->> 'venues')::int, 0, 'or no venues');
select is((select ticket_types from games where name = 'Museum II'), (select ticket_types from games where name = 'Museum'), 'tickets and all');
select is(tests.refused($$select duplicate_game(tests.id('vault.b'))$$), 'MD404 p_game_id', 'not another organization''s');
select is(tests.refused($$select duplicate_game(tests.id('vault'), repeat('x', 201))$$), 'MD400 p_new_name', 'nor under an endless name');

-- guards of the tables
select is(tests.refused($$update games set booking_mode = 'shared' where id = tests.id('vault')$$), 'MD409 booking_mode', 'a game with bookings ahead does not change its mode');
select is(tests.refused($$insert into games (name, price_model) values ('No tickets', 'ticket_types')$$), '23514 new row for relation "games" violates check constraint "ticket_types_given"', 'a game that sells tickets has some');
select is(tests.refused($$insert into games (name, min_players, max_players) values ('Upside down', 5, 4)$$), '23514 new row for relation "games" violates check constraint "players_in_order"', 'no more at least than at most');
select tests.as_owner();
update venues set capacity = 10 where id = tests.id('venue.a');
select tests.as('a.manager');
select lives_ok($$select tests.book('manor', '14:00', 6)$$, 'four and six fill a venue of ten');
select is(tests.refused($$select tests.book('group', '14:30', 2)$$), 'MD409 p_start_time', 'two more are too many for the house');
select lives_ok($$select tests.book('group', '15:00', 10)$$, 'when the others have gone there is room');
select is((select total_bookings from get_venue_analytics(tests.id('venue.a'), tests.day(30), tests.day(30))), 3::bigint, 'the venue''s day in figures');
select * from finish();
rollback;
