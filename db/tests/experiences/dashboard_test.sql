-- Dashboard, trend, lists, reports, cache: small numbers that one can add up by hand.
\ir ../start.sql
\ir cast.sql
select plan(89);
create function tests.past(p_days int, p_game text, p_size int, p_status text, p_customer text, p_time time default '14:00', p_paid numeric default null, p_refunded numeric default 0) returns void
language sql as $$
  insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size, status, cancellation_cause, total_amount, final_amount, paid_amount, refunded_amount)
  values (tests.id('venue.a'), tests.id(p_game), tests.id(p_customer), tests.day(-p_days), p_time, p_size, p_status, case when p_status = 'cancelled' then 'requested' end,
          p_size * 30, p_size * 30, coalesce(p_paid, case when p_status in ('completed', 'confirmed') then p_size * 30 else 0 end), p_refunded) $$;
-- this month: 120 + 60 completed, 60 kept of a cancelled one, a no-show; before it: 90
do $$ begin
  perform tests.past(5, 'vault', 4, 'completed', 'ada'); perform tests.past(6, 'vault', 2, 'completed', 'bob');
  perform tests.past(7, 'vault', 4, 'cancelled', 'bob', '14:00', 120, 60); perform tests.past(8, 'vault', 3, 'no_show', 'bob');
  perform tests.past(40, 'vault', 3, 'completed', 'ada'); perform tests.past(20, 'group', 5, 'completed', 'ada', '16:00');
end $$;
insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size, status, total_amount, final_amount)
values (tests.id('venue.b'), tests.id('vault.b'), tests.id('eve'), tests.day(-5), '14:00', 4, 'completed', 777, 777);
update bookings set paid_amount = final_amount where final_amount = 777;

select tests.as('a.manager');
select results_eq($$select total_bookings, total_revenue, completed_bookings, cancelled_bookings, no_shows, total_players, average_booking_value, new_customers, cancellation_rate, currency from get_dashboard_stats()$$,
  $$values (5::bigint, 390.00, 3::bigint, 1::bigint, 1::bigint, 11::bigint, 110.00, 1::bigint, 20.00, 'EUR')$$, 'thirty days of one''s own organization');
select is((select period_end - period_start from get_dashboard_stats()), 29, 'today included');
select is((select bookings_change from get_dashboard_stats()), 400.0, 'five after one');
select is((select revenue_change from get_dashboard_stats()), 333.3, 'and 390 after 90');
select lives_ok($$select tests.book('vault', '14:00', 4, 3)$$, 'a booking ahead');
select is((select upcoming_bookings from get_dashboard_stats()), 1::bigint, 'is upcoming');
select is((select total_bookings from get_dashboard_stats()), 5::bigint, 'and no part of the past');
select is(tests.refused($$select * from get_dashboard_stats(p_days => 0)$$), 'MD400 p_days', 'no days at all');
select is(tests.refused($$select * from get_dashboard_stats(tests.id('b'))$$), 'MD404 p_organization_id', 'not the other organization''s');
select is((select sum(total_bookings) from get_weekly_bookings_trend()), (select count(*)::numeric from bookings where business_date >= date_trunc('week', tests.day(0))::date - 49 and business_date < date_trunc('week', tests.day(0))::date + 7), 'the trend adds up to eight weeks');
select is((select count(*) from get_weekly_bookings_trend()), 8::bigint, 'weeks without bookings too');
select is((select count(*) from get_weekly_bookings_trend(1)), 1::bigint, 'or fewer');
select is(tests.refused($$select * from get_weekly_bookings_trend(0)$$), 'MD400 p_weeks', 'not none');
select ok((select bool_and(extract(isodow from week_start) = 1 and week_end = week_start + 6) from get_weekly_bookings_trend()), 'from Monday to Sunday');
select is((select count(*) from get_todays_bookings_by_hour()), 24::bigint, 'every hour of today');
select is((select bookings from get_todays_bookings_by_hour(tests.day(-5)) where hour = 14), 1::bigint, 'or of another day');
select is((select sum(bookings) from get_todays_bookings_by_hour(tests.day(-7))), 0::numeric, 'what was cancelled does not count');
select is((select count(*) from get_recent_booking_activity(3)), 3::bigint, 'the last three changes');
select is((select count(*) from get_recent_booking_activity(200)), 7::bigint, 'none of the other organization');
select is(tests.refused($$select * from get_recent_booking_activity(0)$$), 'MD400 p_limit', 'zero rows');
select is(tests.refused($$select * from get_recent_booking_activity(100000)$$), 'MD400 p_limit', 'or very many');
select is(tests.refused($$select * from get_upcoming_bookings(-1)$$), 'MD400 p_limit', 'less than none');
select is(tests.refused($$select * from get_upcoming_bookings(5, tests.id('venue.b'))$$), 'MD404 p_venue_id', 'another organization''s venue');
-- upcoming: only today, soonest first; venue open around the clock so that the test does not depend on the hour
select tests.as_owner();
update venues set operating_hours = (select jsonb_object_agg(d, '[{"open": "00:00", "close": "24:00"}]'::jsonb) from unnest(array['monday','tuesday','wednesday','thursday','friday','saturday','sunday']) d), business_day_cutoff = '00:00' where id = tests.id('venue.a');
update organizations set business_day_cutoff = '00:00';
create function tests.calendar_day() returns date language sql stable as $$ select (now() at time zone 'Europe/Berlin')::date $$;
insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size, status)
select tests.id('venue.a'), tests.id(g), tests.id('bob'), tests.calendar_day(), '23:59:59', 2, s
from (values ('vault', 'confirmed'), ('group', 'pending')) x(g, s);
insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size, status, cancellation_cause)
values (tests.id('venue.a'), tests.id('museum'), tests.id('bob'), tests.calendar_day(), '23:59:59', 2, 'cancelled', 'requested');
select tests.as('a.manager');
select results_eq($$select game_name, status, customer_name from get_upcoming_bookings(5) order by 1$$, $$values ('Group quest', 'pending', 'Bob Babbage'), ('Vault', 'confirmed', 'Bob Babbage')$$, 'what is still to come today');
select is((select count(*) from get_upcoming_bookings(1)), 1::bigint, 'no more than asked for');

-- lists
select is((select count(*) from list_bookings()), 10::bigint, 'all bookings');
select is((select count(*) from list_bookings(p_limit => 4, p_offset => 8)), 2::bigint, 'a page');
select is((select array_agg(booking_date) from list_bookings()), (select array_agg(booking_date order by booking_date desc) from bookings), 'newest first');
select is((select count(*) from list_bookings(p_status => array['completed'])), 4::bigint, 'by status');
select is((select count(*) from list_bookings(tests.day(-10), tests.day(-1))), 4::bigint, 'by day');
select is((select count(*) from list_bookings(p_game_id => tests.id('group'))), 2::bigint, 'by game');
select is((select count(*) from list_bookings(p_search => 'lovelace')), 3::bigint, 'by name');
select is((select count(*) from list_bookings(p_search => 'ADA@example.com')), 3::bigint, 'by address');
select is((select count(*) from list_bookings(p_search => '+49 30 111')), 3::bigint, 'by phone');
select is((select count(*) from list_bookings(p_search => (select lower(reference_number) from bookings limit 1))), 1::bigint, 'by number');
select is((select count(*) from list_bookings(p_search => '%')), 0::bigint, 'a wildcard is a character');
select is((select count(*) from list_bookings(p_search => $$' or 1=1 --$$)), 0::bigint, 'and hostile text is text');
select is(tests.refused($$select * from list_bookings(p_search => repeat('x', 101))$$), 'MD400 p_search', 'of bounded length');

-- reports
select results_eq($$select count(*), sum(total_bookings), sum(sold_bookings), sum(revenue), sum(paid), sum(refunds), sum(gross_revenue) from generate_revenue_report(tests.day(-30), tests.day(-1))$$,
  $$values (30::bigint, 5::numeric, 3::numeric, 390.00, 450.00, 60.00, 330.00)$$, 'the revenue report adds up');
select is((select sum(revenue) from generate_revenue_report(tests.day(-30), tests.day(-1))), (select sum(revenue) from bookings where business_date between tests.day(-30) and tests.day(-1)), 'to the bookings');
select is((select sum(revenue) from generate_revenue_report(tests.day(-30), tests.day(-1), tests.id('venue.a'))), 390.00, 'of one venue');
select is(tests.refused($$select * from generate_revenue_report(tests.day(1), tests.day(0))$$), 'MD400 p_end_date', 'not backwards');
select is(tests.refused($$select * from generate_revenue_report(null, tests.day(0))$$), 'MD400 p_start_date', 'nor from nowhere');
select is(tests.refused($$select * from generate_revenue_report('-infinity', 'infinity')$$), 'MD400 p_start_date', 'nor for ever');
select is(tests.refused($$select * from generate_revenue_report('1900-01-01', '2100-01-01')$$), 'MD400 p_end_date', 'nor for centuries');
select is(tests.refused($$select * from generate_revenue_report(tests.day(-1), tests.day(0), tests.id('venue.b'))$$), 'MD404 p_venue_id', 'nor of a venue of others');
select results_eq($$select key, bookings, share_percent, revenue from generate_booking_report(tests.day(-30), tests.day(-1)) where section = 'status'$$,
  $$values ('completed', 3::bigint, 60.00, 330.00), ('cancelled', 1::bigint, 20.00, 60.00), ('no_show', 1::bigint, 20.00, 0.00)$$, 'bookings by status');
select is((select count(distinct total) from (select sum(bookings) as total from generate_booking_report(tests.day(-30), tests.day(-1)) group by section) x), 1::bigint, 'every section adds up to the same');
select is((select bookings from generate_booking_report('1990-01-01', '1990-01-31')), 0::bigint, 'an empty time has a total of zero');
select results_eq($$select customer_name, bookings, visits, revenue, is_new, lifetime_value from generate_customer_report(tests.day(-30), tests.day(-1))$$,
  $$values ('Ada Lovelace', 2::bigint, 2::bigint, 270.00, false, 360.00), ('Bob Babbage', 3::bigint, 1::bigint, 120.00, true, 120.00)$$, 'the customers who brought most; what nobody has paid yet counts nothing');

-- reports of one's own
select is(build_report('{bookings,revenue}', '{game}', '{}', tests.day(-30), tests.day(-1), '{-revenue}') -> 'totals', '{"bookings": 5, "revenue": 390.00}', 'a report of one''s own');
select is((select string_agg(r ->> 'game_name', ', ') from jsonb_array_elements(build_report('{revenue}', '{game}', '{}', tests.day(-30), tests.day(-1), '{-revenue}') -> 'rows') r), 'Vault, Group quest', 'in the order asked for');
select is(build_report('{bookings}', '{}', '{"status": "completed"}', tests.day(-30), tests.day(-1)) -> 'totals' ->> 'bookings', '3', 'filtered');
select is(build_report('{bookings}', '{date}', jsonb_build_object('game', array[tests.id('group')]), tests.day(-30), tests.day(-1)) -> 'totals' ->> 'bookings', '1', 'by a list');
select is((build_report('{bookings}', '{date}', '{}', tests.day(-30), tests.day(-1), null, 2) ->> 'has_more')::boolean, true, 'it says when there is more');
-- the fast and the slow table agree on every measure that both know
select is(build_report(array(select name from app.report_measures() where fast is not null), '{}', '{}', tests.day(-60), tests.day(10)) -> 'totals',
          build_report(array(select name from app.report_measures() where fast is not null), '{}', '{"hour": [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23]}', tests.day(-60), tests.day(10)) -> 'totals', 'roll-ups and bookings give the same answer');
select is(tests.refused(format('select build_report(array[%L])', m)), 'MD400 p_measures', 'no measure: ' || m) from unnest(array['profit', 'bookings; drop table bookings', 'sum(1)']) m;
select is(tests.refused($$select build_report('{}')$$), 'MD400 p_measures', 'nothing to count');
select is(tests.refused($$select build_report('{bookings,bookings}')$$), 'MD400 p_measures', 'twice the same');
select is(tests.refused($$select build_report('{bookings}', '{date,week,month,year,game}')$$), 'MD400 p_dimensions', 'too many dimensions');
select is(tests.refused($$select build_report('{bookings}', '{"customer_id"}')$$), 'MD400 p_dimensions', 'an unknown dimension');
select is(tests.refused($$select build_report('{bookings}', '{}', '{"1=1 or true": 1}')$$), 'MD400 p_filters', 'an unknown filter');
select is(tests.refused($$select build_report('{bookings}', '{}', '{"weekday": ["6) or (1=1"]}')$$), 'MD400 p_filters', 'a filter that is SQL');
select is((build_report('{bookings}', '{}', $${"source": ["x'') or true --", "{a,\"b\"}"]}$$, tests.day(-60)) -> 'totals' ->> 'bookings'), '0', 'is only a text');
select is(tests.refused($$select build_report('{bookings}', '{game}', '{}', null, null, '{bookings; drop table bookings}')$$), 'MD400 p_order', 'an order that is SQL');
select is(tests.refused($$select build_report('{bookings}', '{}', '[]')$$), 'MD400 p_filters', 'filters that are a list');

-- the cache
select is(get_report('revenue', '{"start_date": "1990-01-01", "end_date": "1990-01-03"}') ->> 'cached', 'false', 'a fresh report');
select is(tests.refused($$select get_report('revenue', '{"start_date": "soon"}')$$), 'MD400 p_parameters', 'a parameter of the wrong type');
select is(tests.refused($$select get_report('revenue', '{"from": "1990-01-01"}')$$), 'MD400 p_parameters', 'an unknown parameter');
select is(tests.refused($$select get_report('nonsense')$$), 'MD404 p_report_type', 'an unknown report');
select is(tests.refused($$select cache_report('revenue', '{}', '[]')$$), 'MD400 p_data', 'nobody brings figures for the house''s reports');
select is(cache_report('mine', '{"a": 1}', '[1, 2]') ->> 'data', '[1, 2]', 'a report of another kind is kept as it comes');
select is(tests.refused($$insert into reports_cache (organization_id, report_type, data, expires_at) values (tests.id('a'), 'x', '1', now())$$), '42501 permission denied for table reports_cache', 'through the function only');

-- who may
select tests.as('a.finance');
select is((select total_bookings from get_dashboard_stats()), (select (get_dashboard_stats()).total_bookings), 'finance reads reports');
select tests.as('a.staff');
select is(tests.refused($$select * from get_dashboard_stats()$$), 'MD403', 'staff do not');
select is((select count(*) from list_bookings()), 10::bigint, 'but they see the bookings');
select tests.as('a.customer');
select is(tests.refused(q), 'MD403', 'a customer runs no report: ' || q) from unnest(array['select * from get_dashboard_stats()', 'select * from list_bookings()',
  'select * from get_customer_segments()', 'select build_report(''{bookings}'')', 'select get_report(''revenue'')', 'select * from get_waiver_submissions()']) q;
select is_empty('select 1 from booking_days union all select 1 from customer_stats union all select 1 from reports_cache', 'and reads no roll-up');
select tests.as('b.manager');
select is((select total_revenue from get_dashboard_stats()), 777.00, 'the other organization has its own figures');
select tests.as('a.super_admin');
select is((select total_bookings from get_dashboard_stats()), 6 + 3::bigint, 'a super admin sees all together');
select is((select total_revenue from get_dashboard_stats(tests.id('b'))), 777.00, 'or one of them');
select tests.as_anon();
select is(tests.refused($$select * from get_dashboard_stats()$$), '42501 permission denied for function get_dashboard_stats', 'the public sees none');
select * from finish();
rollback;
