-- What the desk sees, nights that are closed, calendars in and out, the history of prices.
\ir ../start.sql
\ir cast.sql
select * from no_plan();

-- ── free chalets ─────────────────────────────────────────────────────────────────────────────────────────────────────
insert into chalet_amenities (organization_id, chalet_id, name, rank) values (tests.id('a'), tests.id('alpine'), 'Sauna', 1), (tests.id('a'), tests.id('alpine'), 'Fireplace', 2);
insert into chalet_images (organization_id, chalet_id, url, is_cover) values (tests.id('a'), tests.id('alpine'), '/media/in.jpg', false), (tests.id('a'), tests.id('alpine'), '/media/out.jpg', true);
select tests.as_anon();
select results_eq($$select name, nights, total_price, average_price, amenities, cover_url from get_available_chalets(tests.monday(30), tests.monday(30) + 2, 2, tests.id('a'))$$,
  $$values ('Alpine', 2, 250.00, 100.00, '{Sauna,Fireplace}'::text[], '/media/out.jpg'), ('Brook', 2, 160.00, 80.00, '{}', null)$$, 'a visitor sees what is free, with its price');
select is((select string_agg(name, ' ') from get_available_chalets(tests.monday(30), tests.monday(30) + 2, 3, tests.id('a'))), 'Alpine', 'big enough');
select is((select string_agg(name, ' ') from get_available_chalets(tests.monday(30), tests.monday(30) + 1, 1, tests.id('a'))), 'Alpine', 'for so few nights');
select is((select count(*) from get_available_chalets(tests.monday(30), tests.monday(30) + 2)), 3::bigint, 'of every organization when none is named');
select is(tests.refused(format('select * from get_available_chalets(%s)', q.arguments)), q.refusal, q.what) from (values
  (format('%L, %L', tests.day(-1), tests.day(1)), 'MD400 p_check_in', 'yesterday'),
  (format('%L, %L', tests.day(2), tests.day(2)), 'MD400 p_check_out', 'no night'),
  (format('%L, ''infinity''', tests.day(2)), 'MD400 p_check_out', 'for ever'),
  (format('%L, %L', tests.day(2), tests.day(2000)), 'MD400 p_check_out', 'years'),
  (format('%L, %L, 0', tests.day(2), tests.day(3)), 'MD400 p_guests', 'nobody')) as q(arguments, refusal, what);

-- ── nights that are closed ───────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.staff');
select tests.keep('stay', create_chalet_booking(tests.id('alpine'), tests.monday(30), tests.monday(30) + 3, 2, '{"full_name": "Ken", "email": "ken@example.com"}', p_special_requests => 'Quiet')) is not null;
select is(tests.refused(format('insert into chalet_blocks (chalet_id, start_date, end_date) values (%L, %L, %L)', tests.id('alpine'), tests.monday(30) + 2, tests.monday(30) + 5)), 'MD409 start_date', 'the house does not close nights it has sold');
insert into chalet_blocks (chalet_id, start_date, end_date, note) values (tests.id('alpine'), tests.monday(30) + 3, tests.monday(30) + 5, 'Roof');
select is((select created_by from chalet_blocks), tests.id('a.staff'), 'a block knows who made it');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2, %L)', tests.id('alpine'), tests.monday(30) + 4, tests.monday(30) + 6, '{"full_name": "K", "email": "k@example.com"}')), 'MD409 p_check_in', 'closed nights are not sold');
select is(tests.refused(format('select modify_chalet_booking(%L, p_check_out => %L)', tests.kept('stay') ->> 'id', tests.monday(30) + 4)), 'MD409 p_check_in', 'nor grown into');
select tests.as_service();
select is(tests.refused(format('insert into chalet_bookings (organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency) values (%L, %L, %L, %L, %L, 1, 0, ''EUR'')', tests.id('a'), tests.id('a.customer'), tests.id('alpine'), tests.monday(30) + 4, tests.monday(30) + 5)), 'MD409 check_in', 'through no door');
select tests.as('b.staff');
select is(tests.refused(format('insert into chalet_blocks (chalet_id, start_date, end_date) values (%L, %L, %L)', tests.id('alpine'), tests.monday(50), tests.monday(50) + 1)), 'MD404 chalet_id', 'another organization closes nothing here');
select is(tests.refused(format('insert into chalet_blocks (chalet_id, start_date, end_date) values (%L, %L, %L)', tests.id('alpine'), tests.monday(30), tests.monday(30) + 1)), 'MD404 chalet_id', 'and is not told who has these nights');
select tests.as('a.customer');
select is(tests.refused(format('insert into chalet_blocks (chalet_id, start_date, end_date) values (%L, %L, %L)', tests.id('alpine'), tests.monday(30), tests.monday(30) + 1)), '42501 new row violates row-level security policy for table "chalet_blocks"', 'nor is a guest');
select is_empty('select 1 from chalet_blocks', 'guests do not see blocks');

-- ── tape chart ───────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.staff');
select results_eq($$select name, free_nights, jsonb_path_query_array(stays, '$[*].kind') from get_tape_chart(tests.monday(30), tests.monday(30) + 7)$$,
  $$values ('Alpine', 2, '["stay", "maintenance"]'::jsonb), ('Brook', 7, '[]')$$, 'every chalet with its bars and free nights');
select is((select stays #>> '{0,guest_name}' from get_tape_chart(tests.monday(30), tests.monday(30) + 7) limit 1), 'Ken', 'with the guest''s name');
select is(tests.refused(format('select * from get_tape_chart(%L, %L)', tests.day(5), tests.day(5))), 'MD400 p_to', 'a chart of no day');
select is(tests.refused(format('select * from get_tape_chart(%L, ''infinity'')', tests.day(5))), 'MD400 p_to', 'a chart without end');
select is(tests.refused(format('select * from get_tape_chart(%L, %L, %L)', tests.day(5), tests.day(9), tests.id('b'))), 'MD403', 'another organization''s chart');
select tests.as('a.customer');
select is(tests.refused(format('select * from get_tape_chart(%L, %L)', tests.day(5), tests.day(9))), 'MD403', 'guests have no chart');

-- ── telling guests ───────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
select is((select string_agg(payload ->> 'type', ' ' order by run_at) from maitred.jobs where kind = 'notify' and payload #>> '{data,booking_id}' = tests.kept('stay') ->> 'id' and status = 'waiting'), 'stay_confirmed stay_reminder', 'the guest is told, and reminded');
select tests.as('a.staff');
select cancel_chalet_booking((tests.kept('stay') ->> 'id')::uuid) is not null;
select tests.as_owner();
select is((select string_agg(payload ->> 'type', ' ') from maitred.jobs where kind = 'notify' and payload #>> '{data,booking_id}' = tests.kept('stay') ->> 'id' and status = 'waiting'), 'stay_cancelled', 'what was cancelled reminds nobody');

-- ── calendars in ─────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.manager');
insert into ical_imports (id, chalet_id, name, url) values (tests.id('portal'), tests.id('brook'), 'Portal', 'https://portal.example/1.ics');
select is(tests.refused(format('insert into ical_imports (chalet_id, name, url) values (%L, ''x'', ''file:///etc/passwd'')', tests.id('brook'))) like '23514%', true, 'only what travels over http');
select tests.as('a.staff');
select tests.keep('mine', create_chalet_booking(tests.id('brook'), tests.monday(40), tests.monday(40) + 2, 2, '{"full_name": "Ken", "email": "ken@example.com"}')) is not null;
select tests.as('a.manager');
select tests.keep('in', import_ical_events(tests.id('portal'), jsonb_build_array(
  jsonb_build_object('uid', 'x1', 'start', tests.monday(30), 'end', tests.monday(30) + 2, 'summary', 'Reserved'),
  jsonb_build_object('uid', 'x2', 'start', tests.monday(40) + 1, 'end', tests.monday(40) + 3)))) is not null;
select is(format('%s %s %s', tests.kept('in') ->> 'kept', tests.kept('in') ->> 'removed', jsonb_array_length(tests.kept('in') -> 'conflicts')), '2 0 1', 'events become blocks; what is sold twice is said, not hidden');
select tests.as_anon();
select is((select string_agg(name, ' ') from get_available_chalets(tests.monday(30), tests.monday(30) + 2, 2, tests.id('a'))), 'Alpine', 'the nights are gone');
select tests.as('a.manager');
-- the owner is told, once
select tests.as_owner();
create function tests.told(p_type text) returns text language sql security definer as $$
  select count(*) || ' ' || coalesce(string_agg(distinct u.role, ' ' order by u.role), '') from notifications n join users u on u.id = n.user_id where n.type = p_type and n.organization_id = tests.id('a') $$;
create function tests.blocks(p_import uuid) returns text language sql security definer as $$
  select coalesce(string_agg(uid || ' ' || start_date - tests.monday(30) || '-' || end_date - tests.monday(30), ', ' order by start_date, uid), '') from chalet_blocks where import_id = p_import $$;
grant execute on all functions in schema tests to authenticated, service_role;
select is(tests.told('calendar_conflict'), '3 admin manager owner', 'who runs the house hears of nights that were sold twice');
select is((select count(*) from activity_logs where action = 'calendar_conflict' and organization_id = tests.id('a')), 1::bigint, 'the log has it');
update notifications set is_read = true;
select tests.as_service();
select import_ical_events(tests.id('portal'), jsonb_build_array(
  jsonb_build_object('uid', 'x1', 'start', tests.monday(30), 'end', tests.monday(30) + 2, 'summary', 'Reserved'),
  jsonb_build_object('uid', 'x2', 'start', tests.monday(40) + 1, 'end', tests.monday(40) + 3))) is not null;
select is(tests.told('calendar_conflict'), '3 admin manager owner', 'not again with each reading');
select import_ical_events(tests.id('portal'), jsonb_build_array(jsonb_build_object('uid', 'x2', 'start', tests.monday(40) + 1, 'end', tests.monday(40) + 4))) is not null;
select is(tests.told('calendar_conflict'), '6 admin manager owner', 'but when the nights change');
select tests.as('a.manager');
select modify_chalet_booking(tests.kept_id('mine'), tests.monday(40) + 7, tests.monday(40) + 9) is not null;
select tests.as_service();
select import_ical_events(tests.id('portal'), jsonb_build_array(jsonb_build_object('uid', 'x2', 'start', tests.monday(40) + 1, 'end', tests.monday(40) + 4))) -> 'conflicts' \g /dev/null
select is((select bool_or(is_conflict) from chalet_blocks where uid = 'x2'), false, 'a stay that was moved away is no conflict');
select tests.as_owner();
select is((select count(*) from notifications where type = 'calendar_conflict' and not is_read), 0::bigint, 'and its notice goes');
update ical_imports set last_synced_at = now() - interval '1 hour' where id = tests.id('portal');
-- several events of one uid, a longer one of two that begin on a day, moved and vanished ones
select tests.as('a.manager');
select tests.keep('in', import_ical_events(tests.id('portal'), jsonb_build_array(
  jsonb_build_object('uid', 'x1', 'start', tests.monday(30) + 7, 'end', tests.monday(30) + 9), jsonb_build_object('uid', 'x1', 'start', tests.monday(30) + 14, 'end', tests.monday(30) + 15),
  jsonb_build_object('uid', 'x1', 'start', tests.monday(30) + 14, 'end', tests.monday(30) + 17), jsonb_build_object('uid', 'x3', 'start', tests.monday(30) + 14, 'end', tests.monday(30) + 15)))) is not null;
select is(tests.blocks(tests.id('portal')), 'x1 7-9, x1 14-17, x3 14-15', 'every event of a uid counts; vanished ones go');
update ical_imports set last_synced_at = now() - interval '1 hour' where id = tests.id('portal');
select import_ical_events(tests.id('portal'), jsonb_build_array(jsonb_build_object('uid', 'x1', 'keep', true), jsonb_build_object('uid', 'x4', 'start', tests.monday(30) + 20, 'end', tests.monday(30) + 21)), null, 'Half of it cannot be read.') is not null;
select is(tests.blocks(tests.id('portal')), 'x1 7-9, x1 14-17, x4 20-21', 'what is known of an event that cannot be read stays; the rest is brought in line');
select is((select last_error from ical_imports where id = tests.id('portal')), 'Half of it cannot be read.', 'and the calendar says so');
select is(tests.told('calendar_unread'), '3 admin manager owner', 'as does the notice');
select import_ical_events(tests.id('portal'), '[]') is not null;
select is((select concat(last_error, problem_told_at) from ical_imports where id = tests.id('portal')), '', 'until it can be read again');
-- one that nobody can read is told after six hours
select tests.as_owner();
update ical_imports set last_synced_at = now() where id = tests.id('portal');
delete from notifications where type = 'calendar_unread';
select app.ical_import_failed(tests.id('portal'), 'away') is not null;
select is(tests.told('calendar_unread'), '0 ', 'a portal may be away for a while');
update ical_imports set last_synced_at = now() - interval '7 hours', last_error = null where id = tests.id('portal');
select app.ical_import_failed(tests.id('portal'), 'away') is not null;
select app.ical_import_failed(tests.id('portal'), 'still away') is not null;
select is(tests.told('calendar_unread'), '3 admin manager owner', 'after six hours it is told, once');
-- our own nights, sent back
select tests.as('a.staff');
select tests.keep('echo', create_chalet_booking(tests.id('brook'), tests.monday(70), tests.monday(70) + 2, 2, '{"full_name": "Ken", "email": "ken@example.com"}')) is not null;
insert into chalet_blocks (id, chalet_id, start_date, end_date) values (tests.id('roof'), tests.id('brook'), tests.monday(70) + 3, tests.monday(70) + 5);
select tests.as_service();
select tests.keep('in', import_ical_events(tests.id('portal'), (select jsonb_agg(jsonb_build_object('uid', u, 'start', tests.monday(70), 'end', tests.monday(70) + 5)) from unnest(array[
  tests.kept_id('echo') || '@alpha.localhost', 'airbnb-' || upper(tests.kept_id('echo')::text), tests.id('roof') || '@alpha.localhost', gen_random_uuid() || '@alpha.localhost']) u))) is not null;
select is(format('%s %s %s', tests.kept('in') ->> 'ours', jsonb_array_length(tests.kept('in') -> 'conflicts'), tests.blocks(tests.id('portal'))), '4 0 ', 'our own nights that come back are not taken there: no block, no conflict');
select is(import_ical_events(tests.id('portal'), jsonb_build_array(jsonb_build_object('uid', gen_random_uuid() || '@other.example', 'start', tests.monday(80), 'end', tests.monday(80) + 1))) ->> 'ours', '0', 'other people''s ids are theirs');
select tests.as('a.manager');
insert into ical_imports (id, chalet_id, name, url) values (tests.id('house'), tests.id('alpine'), 'The whole house', 'https://portal.example/2.ics');
select is(import_ical_events(tests.id('house'), jsonb_build_array(jsonb_build_object('uid', tests.kept_id('echo') || '@alpha.localhost', 'start', tests.monday(70), 'end', tests.monday(70) + 2))) ->> 'ours', '0', 'nor are nights of another chalet this one''s');
delete from ical_imports where id = tests.id('house');
select cancel_chalet_booking(tests.kept_id('echo')) is not null;
delete from chalet_blocks where id = tests.id('roof');
select is(tests.refused(format('select import_ical_events(%L, %L)', tests.id('portal'), q.events)), 'MD400 p_events', q.what) from (values
  ('{}', 'no list'), ('[{"uid": "x", "keep": false}]', 'neither dates nor a word'), ('[7]', 'no event'), ('[{"uid": "x"}]', 'no dates'), ('[{"uid": "x", "start": "2027-02-30", "end": "2027-03-02"}]', 'a day that is none'),
  ('[{"uid": "x", "start": "2027-03-02", "end": "2027-03-02"}]', 'no length'), ('[{"uid": "", "start": "2027-03-02", "end": "2027-03-03"}]', 'no uid')) as q(events, what);
select is(jsonb_array_length(import_ical_events(tests.id('portal'), '[]') -> 'conflicts'), 0, 'an empty calendar frees everything');
select is_empty('select 1 from chalet_blocks where import_id is not null', 'indeed');
select tests.as('b.manager');
select is(tests.refused(format('select import_ical_events(%L, ''[]'')', tests.id('portal'))), 'MD404 p_import_id', 'another organization''s calendar is not there');
select tests.as('a.customer');
select is_empty('select 1 from ical_imports', 'guests do not see calendars');

-- ── calendars out ────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.manager');
update chalets set name = 'Brook; "the, wet\one" ' || repeat('ä', 45) where id = tests.id('brook');
insert into ical_exports (id, chalet_id) values (tests.id('out'), tests.id('brook'));
select set_config('tests.token', (select token from ical_exports), true) is not null;
select tests.as_anon();
select set_config('tests.ics', get_ical_feed(current_setting('tests.token')), true) is not null;
select matches(current_setting('tests.ics'), E'^BEGIN:VCALENDAR\r\nVERSION:2.0\r\n.*\r\nEND:VCALENDAR\r\n$', 'it is a calendar');
select is((select max(octet_length(l)) <= 75 from string_to_table(current_setting('tests.ics'), E'\r\n') l), true, 'no line is longer than 75 octets');
select ok(replace(current_setting('tests.ics'), E'\r\n ', '') like '%X-WR-CALNAME:Brook\\; "the\\, wet\\\\one" ' || repeat('ä', 45) || E'\r\n%', 'unfolded, the name is whole and escaped');
select ok(current_setting('tests.ics') like format(E'%%DTSTART;VALUE=DATE:%s\r\nDTEND;VALUE=DATE:%s\r\nSUMMARY:Reserved\r\n%%', to_char(tests.monday(40) + 7, 'YYYYMMDD'), to_char(tests.monday(40) + 9, 'YYYYMMDD')), 'our stay is in it');
select ok(current_setting('tests.ics') not like '%Ken%' and current_setting('tests.ics') not like '%' || (tests.kept('mine') ->> 'reference') || '%', 'the guest is not');
select is(tests.refused('select get_ical_feed(''guess'')'), 'MD404 p_token', 'without the token there is no calendar');
select is(tests.refused('select get_ical_feed(null)'), 'MD404 p_token', 'nor with none');

-- ── the history of prices ────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.manager');
update chalets set base_price = 111 where id = tests.id('alpine');
insert into seasonal_pricing_rules (id, name, start_date, end_date, multiplier, apply_to_days) values (tests.id('rule'), 'Ski', tests.day(1), tests.day(9), 1.3, '{Sat,SUNDAY, saturday}');
select is((select apply_to_days from seasonal_pricing_rules), '{saturday,sunday}', 'weekdays are spelled one way');
select is(tests.refused('update seasonal_pricing_rules set apply_to_days = ''{someday}'''), 'MD400 apply_to_days', 'someday is no weekday');
select is(tests.refused('update seasonal_pricing_rules set end_date = start_date - 1') like '23514%', true, 'a season ends after it begins');
update seasonal_pricing_rules set multiplier = 1.4;
select is((select string_agg(coalesce(old_value, '-') || '>' || new_value, ' ' order by created_at, old_value nulls first) from price_history where rule_id = tests.id('rule') and field = 'multiplier'), '->1.30 1.30>1.40', 'a rule''s changes are kept');
select is((select old_value || '>' || new_value || ' ' || (changed_by = tests.id('a.manager')) from price_history where chalet_id = tests.id('alpine') and field = 'base_price' and old_value is not null), '100.00>111.00 true', 'so are a chalet''s, with who did it');
select throws_ok('delete from price_history', '42501', null, 'nobody rewrites them');
select tests.as('a.staff');
update chalets set base_price = 1;
select is((select min(base_price) from chalets where organization_id = tests.id('a')), 80.00, 'the desk sets no prices');
select tests.as('a.customer');
select is_empty('select 1 from price_history', 'guests read no history');
select isnt_empty('select 1 from seasonal_pricing_rules', 'but see the seasons');
select tests.as('b.manager');
update chalets set base_price = 1 where organization_id = tests.id('a');
insert into chalet_amenities (chalet_id, name) select tests.id('far'), 'Boat';
select is(tests.refused(format('insert into chalet_amenities (chalet_id, name) values (%L, ''Graffiti'')', tests.id('alpine'))) = 'MD404 chalet_id', true, 'another organization furnishes nothing here');
select tests.as_owner();
select is((select base_price from chalets where id = tests.id('alpine')), 111.00, 'nor prices it');
select * from finish();
rollback;
