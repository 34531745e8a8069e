-- Hours as other people's bug reports have them (docs/cases.md), against the one function of spans.
\ir ../start.sql
\ir cast.sql
select plan(15);
create function tests.hours(p_hours jsonb) returns void language sql as $$ update restaurants set opening_hours = p_hours where id = tests.id('a.restaurant') $$;
create function tests.at(p_local timestamp) returns timestamptz language sql as $$ select p_local at time zone 'Europe/Berlin' $$;
create function tests.opens(p_local timestamp) returns boolean language sql as $$ select app.is_restaurant_open(tests.id('a.restaurant'), tests.at(p_local)) $$;
create function tests.closes(p_local timestamp) returns text language sql as $$ select to_char(app.closes_at(tests.id('a.restaurant'), tests.at(p_local)) at time zone 'Europe/Berlin', 'Dy HH24:MI') $$;

-- 2030-07-01 is a Monday
select tests.hours('{"mon": [["18:00", "02:00"]]}') \g /dev/null
select is(tests.opens(t), o, t::text) from (values ('2030-07-02 00:30'::timestamp, true), ('2030-07-02 02:00', false), ('2030-07-01 00:30', false), ('2030-07-01 22:00', true)) x(t, o);
select tests.hours('{"mon": [["08:00", "08:00"]]}') \g /dev/null
select is(tests.opens('2030-07-02 07:59') and not tests.opens('2030-07-02 08:00'), true, 'from eight to eight is a day and a night');
select tests.hours('{"mon": [["10:00", "11:00"], ["11:00", "13:00"]]}') \g /dev/null
select is(tests.closes('2030-07-01 10:30'), 'Mon 13:00', 'breakfast that goes on as lunch closes after lunch');
select tests.hours('{"mon": [["10:00", "24:00"]]}') \g /dev/null
select is(tests.closes('2030-07-01 23:25'), 'Tue 00:00', 'midnight is the end of the evening');
select tests.hours('{"mon": [["10:00", "00:00"]]}') \g /dev/null
select is(tests.closes('2030-07-01 23:25'), 'Tue 00:00', 'however it is written');
select tests.hours((select jsonb_object_agg(d, '[["00:00", "24:00"]]'::jsonb) from unnest('{mon,tue,wed,thu,fri,sat,sun}'::text[]) d)) \g /dev/null
select is(tests.closes('2030-07-01 23:25'), null, 'what is always open does not close in two hours');
select tests.hours('{"sun": [["09:00", "19:00"]]}') \g /dev/null
select is(tests.closes(t), 'Sun 19:00', 'the clock of ' || t::date) from (values ('2030-10-27 09:00'::timestamp), ('2030-03-31 09:00')) x(t);
select is(to_char(app.opens_at(tests.id('a.restaurant'), tests.at('2030-10-26 12:00')) at time zone 'Europe/Berlin', 'Dy HH24:MI'), 'Sun 09:00', 'opens by the wall clock after the change');

-- one checker, two forms
select is(app.opening_hours_problem('{"mon": {"open": "10:00", "close": "22:00"}}') is not null and app.hours_problem('{"monday": [["10:00", "22:00"]]}') is not null, true, 'each table keeps its own form');
select is(app.opening_hours_problem(h) is not null, true, h::text) from unnest(array['{"mon": [["10:00", "24:01"]]}', '{"mon": [["22:00", "02:00"], ["23:00", "23:30"]]}']::jsonb[]) h;
select * from finish();
rollback;
