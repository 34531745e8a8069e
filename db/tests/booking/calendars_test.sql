-- Months at a glance say the same as the functions that are asked one night, table or start at a time.
\ir ../start.sql
\ir cast.sql
select plan(21);

insert into seasonal_pricing_rules (organization_id, chalet_id, name, start_date, end_date, multiplier, priority, apply_to_days, min_nights) values
  (tests.id('a'), null, 'Feast', tests.monday(40), tests.monday(40) + 6, 1.5, 1, null, 3), (tests.id('a'), tests.id('alpine'), 'Own', tests.monday(40) + 2, tests.monday(40) + 9, 0.75, 1, '{friday}', null),
  (tests.id('a'), null, 'Weekends', tests.monday(30), tests.monday(60), 1.1, 5, '{saturday,sunday}', null);
select tests.as('a.manager');
select create_chalet_booking(tests.id('alpine'), tests.monday(40) + 3, tests.monday(40) + 6, 2, p_customer_id => tests.id('bob')) \g /dev/null
insert into chalet_blocks (chalet_id, start_date, end_date) values (tests.id('brook'), tests.monday(40) + 1, tests.monday(40) + 2);
select tests.as_owner();
select is((select count(*) from app.stay_calendar(array[tests.id('alpine'), tests.id('brook')], tests.monday(30), tests.monday(30) + 30) k
  where row(k.price, k.rule)::text is distinct from (select row((n ->> 'price')::numeric, n ->> 'rule')::text from jsonb_array_elements(app.chalet_nights(k.chalet_id, k.night, k.night + 1)) n)), 0::bigint, 'each night has the price and the season that a stay pays');
select is((select count(*) from app.stay_calendar(array[tests.id('alpine'), tests.id('brook')], tests.monday(30), tests.monday(30) + 30) k
  where k.is_free is distinct from app.chalet_is_free(k.chalet_id, k.night, k.night + 1)), 0::bigint, 'is free when it can be booked');
select is((select count(*) from app.stay_calendar(array[tests.id('alpine'), tests.id('brook')], tests.monday(30), tests.monday(30) + 30) k
  where k.min_nights is distinct from (app.stay_min_nights(k.chalet_id, k.night)).nights), 0::bigint, 'and as long as its season asks');
select is((select count(*) from app.stay_calendar(array[tests.id('alpine'), tests.id('brook')], tests.monday(30), tests.monday(30) + 30) k
  where k.free_nights > 0 and not app.chalet_is_free(k.chalet_id, k.night, k.night + k.free_nights)), 0::bigint, 'nights in a row are free in a row');
select is((select jsonb_agg(jsonb_build_array(k.free_nights, k.can_arrive) order by k.night) from app.stay_calendar(array[tests.id('alpine')], tests.monday(40), tests.monday(40) + 6) k),
  '[[3, true], [2, false], [1, false], [0, false], [0, false], [0, false], [14, true]]', 'what is too short before the next guests says so');
select tests.as_anon();
select tests.keep('month', get_stay_calendar(tests.monday(30), 31, p_organization_id => tests.id('a')));
select is(jsonb_array_length(tests.kept('month') #> '{chalets,0,nights}'), 31, 'a visitor sees the month');
select is(tests.says('select get_stay_calendar(p_days => 63)') ->> 'code', 'MD400', 'not a year');
select is(tests.says(format('select get_stay_calendar(date ''1999-01-01'', 5, %L)', tests.id('alpine'))) ->> 'code', 'MD400', 'nor the last century');

-- tables
select tests.as('a.manager');
select reserve_table(tests.id('a.restaurant'), tests.monday(40), t::time, 4, 'Guest ' || t, '+49 30 1') from unnest('{18:00,18:00,19:30,23:00}'::text[]) t \g /dev/null
select tests.as_owner();
insert into table_combinations (restaurant_id, table_ids, capacity) values (tests.id('a.restaurant'), array[tests.id('a.t2'), tests.id('a.t3')], 8);
create function tests.free_at(p_date date, p_time time, p_people int) returns bigint language sql as $$
  select count(*) from app.local_instant(p_date, p_time, 'Europe/Berlin') s, app.free_tables(tests.id('a.restaurant'), tstzrange(s, s + app.reservation_minutes(tests.id('a.restaurant'), p_people) * interval '1 minute'), p_people) $$;
select is((select count(*) from unnest(array[2, 5, 8]) p, app.table_times(tests.id('a.restaurant'), tests.monday(40) + 0, p) t
  where (t.reason is null) is distinct from tests.free_at(tests.monday(40), t.local_time, p) > 0), 0::bigint, 'a time is offered exactly when tables are found');
select is((select count(*) from app.table_times(tests.id('a.restaurant'), tests.monday(40), 2) t
  where t.free is distinct from tests.free_at(tests.monday(40), t.local_time, 2)), 0::bigint, 'with as many tables');
update restaurants set opening_hours = '{"mon": [["11:30", "14:00"], ["18:00", "01:30"]]}', pacing_covers = 6 where id = tests.id('a.restaurant');
select is((select count(*) from unnest(array[2, 4]) p, generate_series(0, 1) d, app.table_times(tests.id('a.restaurant'), tests.monday(40) + d, p) t
  where coalesce(t.reason, '') is distinct from coalesce(app.reservation_obstacle(tests.id('a.restaurant'), t.starts_at, p), case when tests.free_at(tests.monday(40) + d, t.local_time, p) = 0 then 'full' end, '')), 0::bigint, 'and for the same reason not: hours, last seating, pacing');
select is((select min(local_time)::text || max(local_time) from app.table_times(tests.id('a.restaurant'), tests.monday(40) + 1, 2)), '00:00:0001:15:00', 'the night of the evening before is on the next date');
select is((select count(*) from app.table_times(tests.id('a.restaurant'), tests.last_sunday(3), 2)), 0::bigint, 'a closed day has no times');
update restaurants set opening_hours = '{}', pacing_covers = null where id = tests.id('a.restaurant');
select is((select array_agg(local_time::text order by starts_at) from app.table_times(tests.id('a.restaurant'), tests.last_sunday(3), 2) where local_time between '01:30' and '03:15'), '{01:30:00,01:45:00,03:00:00,03:15:00}'::text[], 'a clock that jumps has no half past two');
select is((select count(distinct starts_at) from app.table_times(tests.id('a.restaurant'), tests.last_sunday(10), 2)), 96::bigint, 'and of the hour that comes twice one');
select is((select jsonb_agg(f -> 'feature') from jsonb_array_elements(get_table_times(tests.id('a.restaurant'), tests.monday(40)) -> 'features') f), '["terrace"]', 'what can be wished for is listed');

-- games
select tests.as('a.manager');
select tests.book('vault', '12:30'), tests.book('vault', '15:00', 4, 31), tests.book('manor', '14:00', 7), tests.book('group', '20:00', 4, 32) \g /dev/null
select tests.as_owner();
insert into games (id, organization_id, name, duration_minutes, buffer_minutes, min_players, max_players, price, booking_mode, slot_interval_minutes, min_notice_minutes)
values (tests.id('often'), tests.id('a'), 'Often', 90, 30, 1, 5, 10, 'shared', 30, 3000);
insert into game_venues (venue_id, game_id, organization_id) values (tests.id('venue.a'), tests.id('often'), tests.id('a'));
select tests.as('a.manager');
select tests.book('often', '13:00', 3), tests.book('often', '17:00', 5) \g /dev/null
select tests.as_owner();
create function tests.differs(p_from date, p_days int) returns bigint language sql as $$
  with day as (select g.game_id, s.d::date as day, x.* from game_venues g, generate_series(p_from::timestamp, p_from + (p_days - 1) * interval '1 day', interval '1 day') s(d),
      lateral (select start_time, starts_at, capacity, seats_left, reason from app.game_starts(g.game_id, s.d::date, tests.id('venue.a'))) x where g.venue_id = tests.id('venue.a')),
  month as (select game_id, day, start_time, starts_at, capacity, seats_left, reason from app.game_calendar(tests.id('venue.a'), p_from, p_from + p_days - 1))
  select (select count(*) from (table day except table month) a) + (select count(*) from (table month except table day) b) + case when (select count(*) from month) < 100 then 1000 else 0 end $$;
select is(tests.differs(tests.day(-1), 14) + tests.differs(tests.day(28), 5), 0::bigint, 'a month of a venue says what each of its days says');
select is(tests.differs(tests.last_sunday(3) - 3, 7), 0::bigint, 'where the clock jumps');
update venues set operating_hours = (select jsonb_object_agg(d, '[{"open": "16:00", "close": "03:30"}]'::jsonb) from unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) d),
  special_days = jsonb_build_object(to_char(tests.day(33), 'YYYY-MM-DD'), '{"closed": true}'::jsonb) where id = tests.id('venue.a');
select is(tests.differs(tests.day(28), 10), 0::bigint, 'in nights past midnight, with a day that is closed');
select is(tests.differs(tests.last_sunday(10) - 3, 7), 0::bigint, 'and where an hour comes twice');
select tests.as_anon();
select is((select sum((d ->> 'free')::int) from jsonb_array_elements(get_game_calendar(tests.id('venue.a'), tests.day(30), 3, tests.id('vault'), 2, false) #> '{games,0,days}') d),
  (select count(*) from generate_series(30, 32) d, get_available_slots(tests.id('vault'), tests.day(d), tests.id('venue.a'), 2) where available), 'a visitor sees how many starts are free');
select * from finish();
rollback;
