-- Slots: opening hours, buffers, past midnight, both changes of the clock in several zones.
\ir ../start.sql
\ir cast.sql
select plan(63);
create function tests.starts(p_game text, p_date date, p_venue text default 'venue.a') returns text language sql as $$
  select string_agg(to_char(start_time, 'HH24:MI'), ' ' order by starts_at) from get_available_slots(tests.id(p_game), p_date, tests.id(p_venue)) $$;
create function tests.hours(p_hours jsonb, p_special jsonb default '{}', p_zone text default 'Europe/Berlin') returns void language sql security definer as $$
  update venues set operating_hours = p_hours, special_days = p_special, timezone = p_zone where id = tests.id('venue.a') $$;
create function tests.every_day(p_day jsonb) returns jsonb language sql as $$
  select jsonb_object_agg(d, p_day) from unnest(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']) d $$;
-- the next Sunday on which Berlin changes its clock
create function tests.change(p_month int) returns date language sql as $$
  select max(d)::date from generate_series(1, 31) n,
    lateral (select make_date(extract(year from now())::int + case when make_date(extract(year from now())::int, p_month, 20) <= current_date then 1 else 0 end, p_month, n) as d) x
  where extract(isodow from d) = 7 $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

select tests.as_anon();
select is(tests.starts('vault', tests.day(30)), '10:00 11:15 12:30 13:45 15:00 16:15 17:30 18:45 20:00', 'starts come every duration and buffer, and the last game ends by closing time');
select is(tests.starts('manor', tests.day(30)), '10:00 11:00 12:00 13:00 14:00 15:00 16:00 17:00 18:00 19:00 20:00 21:00', 'the last start may end at closing time');
select tests.as_owner();
update games set slot_interval_minutes = 30 where id = tests.id('group');
select is((select count(*) from get_available_slots(tests.id('group'), tests.day(30))), 22::bigint, 'an interval of its own');
update games set slot_interval_minutes = null where id = tests.id('group');
select is((select string_agg(duration || ':' || app.slot_step(null, duration, 0), ' ' order by duration) from unnest('{5,8,20,25,45,60,61,90,120,121}'::int[]) duration),
  '5:5 8:10 20:20 25:30 45:60 60:60 61:120 90:120 120:120 121:180', 'without a buffer starts stand on the hour');
with plain as (insert into games (organization_id, name) values (tests.id('a'), 'Plain') returning id)
insert into game_venues (venue_id, game_id) select tests.id('venue.a'), id from plain;
select is((select string_agg(to_char(start_time, 'HH24:MI'), ' ') from get_available_slots((select id from games where name = 'Plain'), tests.day(30)) where start_time between '13:00' and '15:00'),
  '13:00 14:00 15:00', 'also those of a game that was just made');
select is((select bool_and(price = 9.50) from get_available_slots(tests.id('museum'), tests.day(30))), true, 'the cheapest ticket is the price shown');
select is(tests.refused($$select * from get_available_slots(gen_random_uuid(), current_date)$$), 'MD404 p_game_id', 'an unknown game');
select is(tests.refused($$select * from get_available_slots(tests.id('vault'), null)$$), 'MD400 p_date', 'no date');
select is(tests.refused($$select * from get_available_slots(tests.id('vault'), 'infinity')$$), 'MD400 p_date', 'no real date');
select is(tests.refused($$select * from get_available_slots(tests.id('vault'), current_date, null, 0)$$), 'MD400 p_party_size', 'no party');
select is((select count(*) from get_available_slots(tests.id('manor'), tests.day(30), null, 11) where available), 0::bigint, 'a party larger than the game finds nothing');
select is((select count(*) from get_available_slots(tests.id('vault'), tests.day(-3)) where available), 0::bigint, 'the past is not for sale');
select is((select distinct reason from get_available_slots(tests.id('vault'), tests.day(-3))), 'past', 'and says so');
select is((select distinct reason from get_available_slots(tests.id('vault'), tests.day(400))), 'too_early', 'nor is the far future');
update games set min_notice_minutes = 60 * 24 * 40 where id = tests.id('vault');
select is((select distinct reason from get_available_slots(tests.id('vault'), tests.day(30))), 'too_late', 'nor what needs more notice');
update games set min_notice_minutes = 0 where id = tests.id('vault');

-- what is taken
select tests.as('a.staff');
select lives_ok($$select tests.book('vault', '13:00')$$, 'a game from one to two');
select is((select string_agg(to_char(start_time, 'HH24:MI'), ' ' order by start_time) from get_available_slots(tests.id('vault'), tests.day(30)) where not available),
  '12:30 13:45', 'takes the two starts it touches, and the one after its buffer stays free');
select tests.as_owner();

-- days off, two windows, special days
select tests.hours('{"monday": {"open": "10:00", "close": "12:30"}, "tuesday": [{"open": "09:00", "close": "11:00"}, {"open": "14:00", "close": "16:00"}], "wednesday": {"closed": true}, "thursday": []}');
select is(tests.starts('manor', date '2030-01-07'), '10:00 11:00', 'a Monday of one object');
select is(tests.starts('manor', date '2030-01-08'), '09:00 10:00 14:00 15:00', 'a Tuesday of two windows');
select is(tests.starts('manor', date '2030-01-09'), null, 'a closed Wednesday');
select is(tests.starts('manor', date '2030-01-11'), null, 'a day that is missing is closed');
select tests.hours(tests.every_day('[{"open": "10:00", "close": "12:00"}]'), '{"2030-01-07": {"closed": true, "name": "Inventory"}, "2030-01-08": {"open": "20:00", "close": "22:00"}}');
select is(tests.starts('manor', date '2030-01-07'), null, 'a special day off');
select is(tests.starts('manor', date '2030-01-08'), '20:00 21:00', 'a special day with hours of its own');
select is(tests.starts('manor', date '2030-01-09'), '10:00 11:00', 'the others stay');

-- past midnight: 17:00 to 02:00
select tests.hours(tests.every_day('[{"open": "17:00", "close": "02:00"}]'), '{"2030-01-08": {"closed": true}}');
select is(tests.starts('manor', date '2030-01-08'), '00:00 01:00', 'a closed Tuesday still has Monday''s late starts');
select is(tests.starts('manor', date '2030-01-09'), '17:00 18:00 19:00 20:00 21:00 22:00 23:00', 'and Wednesday has none left over from Tuesday');
select ok(is_venue_open(tests.id('venue.a'), '2030-01-08 01:30 Europe/Berlin'), 'open at half past one');
select ok(not is_venue_open(tests.id('venue.a'), '2030-01-08 02:00 Europe/Berlin'), 'closed at two sharp');
select ok(not is_venue_open(tests.id('venue.a'), '2030-01-08 17:30 Europe/Berlin'), 'closed on the special day');
select ok(is_venue_open(tests.id('venue.a'), '2030-01-07 17:00 Europe/Berlin'), 'open at five sharp');
select ok(not is_venue_open(tests.id('venue.a'), '2030-01-07 16:59:59 Europe/Berlin'), 'closed a second before');
select tests.hours(tests.every_day('[{"open": "00:00", "close": "24:00"}]'));
select ok(is_venue_open(tests.id('venue.a'), '2030-01-08 00:00 Europe/Berlin'), 'round the clock: open at midnight');
select is((select count(*) from get_available_slots(tests.id('manor'), date '2030-01-08')), 24::bigint, 'and every hour has a start');
select tests.as('a.staff');
select lives_ok($$select tests.book('vault', '23:30')$$, 'a game past midnight');
select is((select end_time from bookings where start_time = '23:30'), '00:30'::time, 'ends on the next day''s clock');
select lives_ok($$select tests.book('vault', '01:00', 4, 31)$$, 'a game at one');
select results_eq($$select booking_date - tests.day(30), business_date - tests.day(30) from bookings where start_time = '01:00'$$, $$values (1, 0)$$, 'counts to the evening before');
select tests.as_owner();

-- spring: 02:00 to 03:00 does not exist
select tests.hours(tests.every_day('[{"open": "00:00", "close": "06:00"}]'));
update games set max_advance_days = 700;
select is(tests.starts('manor', tests.change(3)), '00:00 01:00 03:00 04:00 05:00', 'no game starts in the hour the clock skips');
select is((select ends_at - starts_at from get_available_slots(tests.id('manor'), tests.change(3)) where start_time = '01:00'), interval '1 hour', 'the game over the gap is as long as any');
select is((select end_time from get_available_slots(tests.id('manor'), tests.change(3)) where start_time = '01:00'), '03:00'::time, 'and ends at three');
select tests.as('a.staff');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.change(3), '02:30', 4)$$), 'MD400 p_start_time', 'the skipped hour cannot be booked');
select lives_ok($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.change(3), '01:30', 4)$$, 'the hour before can');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.change(3), '03:30', 4)$$), 'MD409 p_start_time', 'it runs until 03:30 and its buffer until 03:45');
select lives_ok($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.change(3), '03:45', 4)$$, 'after which the room is free');
select tests.as_owner();
-- autumn: 02:00 to 03:00 comes twice
select is(tests.starts('manor', tests.change(10)), '00:00 01:00 02:00 03:00 04:00 05:00', 'the repeated hour is offered once');
select is((select starts_at from get_available_slots(tests.id('manor'), tests.change(10)) where start_time = '02:00'), (tests.change(10) + time '00:00') at time zone 'UTC', 'the first of the two');
select tests.as('a.staff');
select lives_ok($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.change(10), '02:00', 4)$$, 'it can be booked');
select is((select end_time from bookings where booking_date = tests.change(10)), '02:00'::time, 'and an hour later the clock shows two again');
select is((select ends_at - starts_at from bookings where booking_date = tests.change(10)), interval '1 hour', 'after a real hour');
select lives_ok($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.change(10), '03:00', 4)$$, 'the next one fits, with an hour between that nobody can name');
select tests.as_owner();
-- other zones: half an hour of summer time at Lord Howe, none in Kolkata, New York on its own days
select is(app.is_open('{"sunday": {"open": "00:00", "close": "24:00"}}', '{}', 'Australia/Lord_Howe', '2030-10-05 13:30Z', '2030-10-06 12:59Z'), true, 'Lord Howe''s short Sunday');
select is((select closes_at - opens_at from app.opening_windows('{"sunday": {"open": "00:00", "close": "24:00"}}', '{}', 'Australia/Lord_Howe', '2030-10-06')), interval '23:30', 'has twenty-three hours and a half');
select is((select closes_at - opens_at from app.opening_windows('{"sunday": {"open": "00:00", "close": "24:00"}}', '{}', 'America/New_York', '2030-11-03')), interval '25 hours', 'New York''s long one twenty-five');
select is((select closes_at - opens_at from app.opening_windows('{"sunday": {"open": "00:00", "close": "24:00"}}', '{}', 'Asia/Kolkata', '2030-11-03')), interval '24 hours', 'Kolkata''s never changes');

-- hours that are none
select is(app.hours_problem('{"monday": {"open": "10:00", "close": "22:00"}}'), null, 'hours as they should be');
select isnt(app.hours_problem(h), null, 'refused: ' || h::text) from unnest(array['[]', '{"moonday": []}', '{"monday": "10-22"}', '{"monday": {"open": "25:00", "close": "26:00"}}',
  '{"monday": [{"open": "10:00", "close": "14:00"}, {"open": "13:59", "close": "15:00"}]}']::jsonb[]) h;
select isnt(app.special_days_problem('{"2030-02-30": {"closed": true}}'), null, 'the thirtieth of February');
select throws_ok($$update venues set operating_hours = '{"monday": 5}'$$, '23514', null, 'the table refuses them as well');
select throws_ok($$update venues set timezone = 'Mars/Olympus'$$, '23514', null, 'and zones that do not exist');

select * from finish();
rollback;
