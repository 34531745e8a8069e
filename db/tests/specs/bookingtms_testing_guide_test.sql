-- The booking spec's testing guide, as written, with real ids in place of its placeholders. Its dates (2025) lie in the past, where nothing can be
-- booked any more: bookings use the same day of a year ahead; reports take any range and keep theirs.
\ir ../start.sql
select plan(37);
create function tests.the_day() returns date language sql stable as $$ select current_date + 60 $$; -- for the guide's 15 January
create table tests.r (name text primary key, id uuid);
grant all on tests.r to authenticated, anon;
grant execute on all functions in schema tests to anon, authenticated, service_role;
insert into games (id, organization_id, name, price) values
  (tests.id('game-id-1'), tests.id('a'), 'The Vault', 30), (tests.id('game-id-2'), tests.id('a'), 'The Lab', 25);
insert into customers (id, organization_id, full_name, email) values (tests.id('customer-id'), tests.id('a'), 'John Doe', 'john@example.com');

-- 3. venue functions, as the owner of psql and as a manager
select tests.as('a.manager');
SELECT lives_ok(format($$SELECT create_venue(
  %L::UUID,
  'Downtown Escape Room',
  'Premium escape room experience',
  '123 Main St',
  'New York',
  'NY',
  'America/New_York'
)$$, tests.id('a')), 'create_venue');
insert into tests.r select 'venue-id', id from venues;
select results_eq($$select name, description, address, city, state, timezone from venues$$,
  $$values ('Downtown Escape Room', 'Premium escape room experience', '123 Main St', 'New York', 'NY', 'America/New_York')$$, 'its columns');
SELECT is((SELECT id FROM get_venue_by_embed_key((select embed_key from venues))), (select id from tests.r), 'get_venue_by_embed_key');
SELECT is((SELECT link_games_to_venue(
  (select id from tests.r)::UUID,
  ARRAY[tests.id('game-id-1')::UUID, tests.id('game-id-2')::UUID]
)), 2, 'link_games_to_venue');

-- 2. dashboard functions
SELECT is((SELECT total_bookings FROM get_dashboard_stats()), 0::bigint, 'get_dashboard_stats');
SELECT is((SELECT count(*) FROM get_weekly_bookings_trend()), 8::bigint, 'get_weekly_bookings_trend: eight weeks');
SELECT is_empty('SELECT * FROM get_upcoming_bookings(5)', 'get_upcoming_bookings');
SELECT is((SELECT count(*) FROM get_todays_bookings_by_hour()), 24::bigint, 'get_todays_bookings_by_hour');
SELECT is_empty('SELECT * FROM get_recent_booking_activity(10)', 'get_recent_booking_activity');

-- 4. booking functions
SELECT lives_ok(format($$SELECT create_booking(
  %L::UUID,
  %L::UUID,
  %L::UUID,
  %L::DATE,
  '14:00'::TIME,
  4,
  120.00
)$$, (select id from tests.r), tests.id('game-id-1'), tests.id('customer-id'), tests.the_day()), 'create_booking');
select results_eq($$select booking_date, start_time, party_size, total_amount, status from bookings$$, $$values (tests.the_day(), '14:00'::time, 4, 120.00, 'confirmed')$$, 'the booking');
SELECT is((SELECT available FROM get_available_slots(
  tests.id('game-id-1')::UUID,
  tests.the_day()::DATE
) WHERE start_time = '14:00'), false, 'get_available_slots: taken');
SELECT is((SELECT available FROM get_available_slots(tests.id('game-id-1')::UUID, tests.the_day()::DATE) WHERE start_time = '15:00'), true, 'and free');
SELECT is((SELECT cancel_booking(
  (select id from bookings)::UUID,
  'Customer requested cancellation',
  true  -- issue refund
) ->> 'status'), 'cancelled', 'cancel_booking');
SELECT is((SELECT update_booking_status_batch(array[(create_booking((select id from tests.r), tests.id('game-id-2'), tests.id('customer-id'), tests.the_day(), '14:00', 2) ->> 'id')::uuid],
  'completed') ->> 'updated'), '1', 'update_booking_status_batch');

-- 5. customer analytics: of money that came
select tests.as_owner();
update bookings set paid_amount = final_amount where status = 'completed';
select tests.as('a.manager');
SELECT is((SELECT sum(customers) FROM get_customer_segments(tests.id('a')::UUID)), 1::numeric, 'get_customer_segments');
SELECT is((SELECT calculate_customer_ltv(tests.id('customer-id')::UUID)), 50.00, 'calculate_customer_ltv');
SELECT is((SELECT frequency FROM get_customer_rfm_score(tests.id('customer-id')::UUID)), 1, 'get_customer_rfm_score');

-- 6. reports
SELECT is((SELECT count(*) FROM generate_revenue_report(
  '2025-01-01'::DATE,
  '2025-01-31'::DATE,
  NULL  -- all venues
)), 31::bigint, 'generate_revenue_report');
SELECT is((SELECT bookings FROM generate_booking_report(
  '2025-01-01'::DATE,
  '2025-01-31'::DATE
) WHERE section = 'total'), 0::bigint, 'generate_booking_report');
SELECT is_empty($$SELECT * FROM generate_customer_report(
  '2025-01-01'::DATE,
  '2025-01-31'::DATE
)$$, 'generate_customer_report');
SELECT is((SELECT cache_report('revenue', '{"start_date": "2025-01-01", "end_date": "2025-01-31"}') ->> 'cached'), 'false', 'cache_report');

-- the rest of the list
SELECT is((SELECT duplicate_game(tests.id('game-id-1')) ->> 'name'), 'The Vault (copy)', 'duplicate_game');
SELECT is((SELECT game_name FROM get_game_analytics(tests.id('game-id-1'))), 'The Vault', 'get_game_analytics');
SELECT is((SELECT venue_name FROM get_venue_analytics((select id from tests.r))), 'Downtown Escape Room', 'get_venue_analytics');
SELECT is((SELECT timezone FROM get_venue_schedule((select id from tests.r))), 'America/New_York', 'get_venue_schedule');
SELECT is((SELECT update_venue_schedule((select id from tests.r), p_special_days => '{"2030-12-25": {"closed": true}}') -> 'special_days' -> '2030-12-25' ->> 'closed'), 'true', 'update_venue_schedule');
SELECT is((SELECT is_venue_open((select id from tests.r), '2030-12-25 12:00 America/New_York')), false, 'is_venue_open');
SELECT is((SELECT create_waiver('Waiver', 'At your own risk.') ->> 'version'), '1', 'create_waiver');

-- the TypeScript examples, anonymous
select tests.as_anon();
SELECT is((SELECT name FROM get_venue_by_embed_key(p_embed_key => (select embed_key from venues))), 'Downtown Escape Room', 'rpc get_venue_by_embed_key');
SELECT is((SELECT count(*) FROM get_venue_games(p_venue_id => (select id from tests.r))), 2::bigint, 'rpc get_venue_games');
SELECT is((SELECT create_widget_booking(
    p_venue_id => (select id from tests.r),
    p_game_id => tests.id('game-id-1'),
    p_customer_name => 'John Doe',
    p_customer_email => 'john@example.com',
    p_customer_phone => '+1234567890',
    p_booking_date => tests.the_day(),
    p_start_time => '14:00',
    p_end_time => '15:00',
    p_party_size => 4,
    p_ticket_types => '[]',
    p_total_amount => 120.00,
    p_final_amount => 120.00
  ) ->> 'status'), 'pending', 'rpc create_widget_booking');
SELECT is((SELECT submit_waiver((select id from waivers), 'John Doe', 'J. Doe', '1990-01-01') ->> 'is_minor'), 'false', 'submit_waiver');

-- 7. security: the short form of the claims, as the spec sets them in psql
reset role;
select set_config('request.jwt.claims', '', true) \g /dev/null
select tests.id('a.manager') as user_id \gset
SET ROLE authenticated;
SET LOCAL request.jwt.claims.sub TO :'user_id';
SELECT is((SELECT count(*) FROM bookings), 3::bigint, 'SET request.jwt.claims.sub: one''s own bookings');
SELECT is((SELECT count(*) FROM get_waiver_submissions()), 1::bigint, 'get_waiver_submissions');
SELECT is((SELECT count(*) FROM games), 3::bigint, 'one''s own games');
select tests.id('b.manager') as user_id \gset
SET LOCAL request.jwt.claims.sub TO :'user_id';
SELECT is((SELECT count(*) FROM bookings) + (SELECT count(*) FROM customers), 0::bigint, 'and nobody else''s');
select * from finish();
rollback;
