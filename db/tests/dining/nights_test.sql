-- The floor plan and the book say the same, and a night belongs to one business day wherever it is listed.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.today() returns date language sql stable as $$ select app.business_date(now(), timezone, business_day_cutoff) from restaurants where id = tests.id('a.restaurant') $$;
create function tests.book(p_name text, p_tables text[], p_start timestamptz, p_size int default 2, p_minutes int default 120) returns uuid language sql as $$
  insert into table_reservations (id, restaurant_id, table_ids, table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name, guest_phone)
  select tests.id(p_name), r.id, (select array_agg(tests.id(t) order by n) from unnest(p_tables) with ordinality u(t, n)), tests.id(p_tables[1]),
         (p_start at time zone r.timezone)::date, date_trunc('minute', p_start at time zone r.timezone)::time, p_minutes, p_size, p_name, '+491701234567'
  from restaurants r where r.id = tests.id('a.restaurant') returning id $$;
create function tests.table_of(p_table text) returns text language sql as $$ select status || coalesce(' with ' || (select table_number from restaurant_tables m where m.id = t.combined_into), '') from restaurant_tables t where id = tests.id(p_table) $$;
create function tests.holds(p_name text) returns text language sql as $$
  select string_agg(t.table_number::text, ',' order by t.table_number) from reservation_tables h join restaurant_tables t on t.id = h.table_id where h.reservation_id = tests.id(p_name) and h.holds $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- Half past midnight is tonight's.
insert into table_reservations (id, restaurant_id, table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name)
values (tests.id('late'), tests.id('a.restaurant'), tests.id('a.t4'), tests.today() + 1, '00:30', 30, 2, 'Late'),
       (tests.id('noon'), tests.id('a.restaurant'), tests.id('a.t4'), tests.today() + 1, '12:00', 30, 2, 'Noon');
select tests.as('a.waiter');
select is((select jsonb_agg(r ->> 'guest_name') from jsonb_array_elements(api.get_floor() -> 'reservations') r), '["Late"]', 'half past midnight stands on tonight''s list, tomorrow''s noon does not');
select tests.as_owner();
update restaurants set business_day_cutoff = '00:00' where id = tests.id('a.restaurant');
select is((select business_date from table_reservations where id = tests.id('late')), (select reservation_date from table_reservations where id = tests.id('late')),
  'another cut-off is another day');
update restaurants set business_day_cutoff = '04:00' where id = tests.id('a.restaurant');
delete from table_reservations where id in (tests.id('late'), tests.id('noon'));

-- A seated party moves: its old table is free, the new one is not.
select tests.book('nine', '{a.t4}', now(), 6) \gset _
select tests.as('a.waiter');
select tests.put('nine', api.seat_party(p_reservation_id => tests.id('nine'))) \gset _
select api.move_party(tests.uid('nine', 'session', 'id'), tests.id('a.t2')) \gset _
select is(tests.table_of('a.t4') || '/' || tests.holds('nine'), 'available/2', 'who moved keeps the new table, not the old one');
select tests.as_owner();
select is((select count(*) from app.free_tables(tests.id('a.restaurant'), tstzrange(now() + interval '1 hour', now() + interval '90 minutes'), 6)), 1::bigint, 'which can be promised');
select is((select status from table_reservations where id = tests.id('nine')), 'seated', 'they are more people than the table has seats, and sit all the same');
-- onto a table that is promised to others later: both stand
select tests.book('evening', '{a.t3}', now() + interval '90 minutes') \gset _
select tests.as('a.waiter');
select lives_ok(format('select api.move_party(%L, %L)', tests.uid('nine', 'session', 'id'), tests.id('a.t3')), 'they move to a table that is promised later');
select is(tests.holds('evening') || '/' || coalesce(tests.holds('nine'), 'none'), '3/none', 'the promise stands; who sits there sits there');
select tests.as_owner();
select is((select count(*) from app.free_tables(tests.id('a.restaurant'), tstzrange(now() + interval '15 minutes', now() + interval '30 minutes'), 2) f where tests.id('a.t3') = any (f.table_ids)), 0::bigint, 'nobody is sent to their table');
-- another table is pushed to theirs, and taken away again
select tests.as('a.manager');
select api.combine_tables(array[tests.id('a.t3'), tests.id('a.t4')]) \gset _
select is((select cardinality(table_ids) from table_reservations where id = tests.id('nine')) || '/' || tests.holds('nine'), '2/4', 'a table that is pushed to theirs is theirs in the book, too');
select api.separate_tables(tests.id('a.t3')) \gset _
select is((select cardinality(table_ids) from table_reservations where id = tests.id('nine')) || '/' || tests.table_of('a.t4'), '1/available', 'and free when it is taken away');
-- they join another party
select tests.put('walk', api.seat_party(tests.id('a.t1'), p_party_size => 2)) \gset _
select api.merge_sessions(tests.uid('nine', 'session', 'id'), tests.uid('walk', 'session', 'id')) \gset _
select is((select table_ids from table_reservations where id = tests.id('nine')), array[tests.id('a.t1')], 'who joins another party sits at its table');
select api.clear_session(tests.uid('walk', 'session', 'id')) \gset _
select is((select status from table_reservations where id = tests.id('nine')), 'completed', 'and their reservation ends with it');

-- Tables pushed together before and after people sit down.
select api.combine_tables(array[tests.id('a.t1'), tests.id('a.t2')]) \gset _
select tests.put('eight', api.seat_party(tests.id('a.t1'), p_party_size => 6, p_force => true)) \gset _
select is(tests.table_of('a.t2'), 'occupied with 1', 'combined first, seated afterwards: both are occupied');
select tests.book('other', '{a.t4,a.t2}', now(), 8) \gset _ 
select is(tests.refusal(format('select api.seat_party(p_reservation_id => %L)', tests.id('other'))) ->> 'reason', 'occupied', 'a reservation does not take a table from under people');
select is(tests.table_of('a.t2') || '/' || tests.table_of('a.t4'), 'occupied with 1/available', 'nothing has moved');
select tests.sit('a.t4', 'Zoe') \gset _
select tests.as('a.manager');
select api.clear_session(tests.session('Zoe')) \gset _
select is(tests.refusal(format('select api.seat_party(%L)', tests.id('a.t2'))) ->> 'reason', 'occupied', 'nor does a walk-in');
select api.move_party(tests.uid('eight', 'session', 'id'), tests.id('a.t4')) \gset _
select is(tests.table_of('a.t1') || '/' || tests.table_of('a.t2'), 'available/available', 'when they move, both come free');
select api.clear_session(tests.uid('eight', 'session', 'id')) \gset _
-- an idle combination comes apart for those who booked one of its tables
select api.combine_tables(array[tests.id('a.t1'), tests.id('a.t2')]) \gset _
select tests.put('others', api.seat_party(p_reservation_id => tests.id('other'))) \gset _
select is(tests.table_of('a.t1') || '/' || tests.table_of('a.t2'), 'available/occupied with 4', 'the tables of a reservation go where it sits');
select api.clear_session(tests.uid('others', 'session', 'id')) \gset _

-- Tables that may be pushed together stay tables of their own; a reservation is not written onto a table that is promised.
select tests.as('a.manager');
insert into table_combinations (restaurant_id, table_ids, capacity) values (tests.id('a.restaurant'), array[tests.id('a.t1'), tests.id('a.t2')], 6);
select ok((select bool_or(o -> 'table_numbers' = '[1]') and bool_or((o ->> 'is_combination')::boolean) from jsonb_array_elements(api.find_tables(tests.id('a.restaurant'), tests.today() + 40, '19:00', 2) -> 'options') o),
  'a table of a combination is offered alone, too');
select tests.as_owner();
select tests.book('first', '{a.t1}', (tests.today() + 40 + time '19:00') at time zone 'Europe/Berlin') \gset _
select tests.book('second', '{a.t2}', (tests.today() + 40 + time '20:59') at time zone 'Europe/Berlin') \gset _
select tests.as('a.manager');
select is(tests.refusal(format('update table_reservations set table_id = %L where id = %L', tests.id('a.t1'), tests.id('second'))) ->> 'reason', 'taken', 'through the table, too: one minute of overlap is one too many');
select lives_ok(format('update table_reservations set reservation_time = ''21:00'', table_id = %L where id = %L', tests.id('a.t1'), tests.id('second')), 'when the others have left, it is free');

select is(tests.holds('second'), '1', 'and it is what the reservation holds now');
select is((select lower(during) from reservation_tables where reservation_id = tests.id('second')), (tests.today() + 40 + time '21:00') at time zone 'Europe/Berlin', 'at its new hour');

-- A guest who did not come does not cancel afterwards.
select tests.as_owner();
select tests.book('gone', '{a.t1}', now() - interval '30 minutes') \gset _
select tests.put('code', confirmation_code) from table_reservations where id = tests.id('gone') \gset _
select tests.as_anon();
select is(tests.refusal(format('select api.cancel_reservation(p_confirmation_code => %L)', tests.get('code'))) ->> 'reason', 'too_late', 'too late to cancel');
select is(tests.refusal(format('select api.change_reservation(p_confirmation_code => %L, p_date => current_date + 5)', tests.get('code'))) ->> 'reason', 'too_late', 'and to move it to another day');
select tests.as('a.waiter');
select is(api.mark_reservation_no_show(tests.id('gone')) #>> '{reservation,status}', 'no_show', 'the no-show is on record');
select is(api.undo_reservation_no_show(tests.id('gone')) #>> '{reservation,status}', 'confirmed', 'and can be lifted');
select is(api.cancel_reservation(tests.id('gone')) #>> '{reservation,status}', 'cancelled', 'staff may cancel late');

-- The zone of a house is corrected: guests keep the hour they were told.
select tests.as('a.manager');
insert into restaurants (id, name, timezone) values (tests.id('zone'), 'Zone', 'UTC');
insert into restaurant_tables (id, restaurant_id, table_number, capacity) values (tests.id('zone.t'), tests.id('zone'), 1, 4);
select count(tests.put('r' || n, api.reserve_table(tests.id('zone'), current_date + 20, h::time, 2, 'Guest ' || n, '+49170' || n))) from (values (1, '15:00'), (2, '17:00'), (3, '19:00')) v(n, h) \gset _
update restaurants set timezone = 'America/New_York' where id = tests.id('zone');
select is((select array_agg((lower(during) at time zone 'America/New_York')::time order by reservation_time) from table_reservations where restaurant_id = tests.id('zone')), '{15:00,17:00,19:00}'::time[], 'at three, five and seven, there');
select is((select count(*) from reservation_tables where restaurant_id = tests.id('zone') and holds), 3::bigint, 'each keeps its table');
select is(tests.refusal(format('select api.reserve_table(%L, current_date + 20, ''19:00'', 2, ''Late'', ''+491709'')', tests.id('zone'))) ->> 'reason', 'full', 'and nobody else gets it');
update restaurants set timezone = 'Pacific/Kiritimati' where id = tests.id('zone');
select is((select array_agg((lower(during) at time zone 'Pacific/Kiritimati')::time order by reservation_time) from table_reservations where restaurant_id = tests.id('zone')), '{15:00,17:00,19:00}'::time[], 'in whichever direction the clock goes');
select throws_ok($$update restaurants set timezone = 'Mars/Olympus' where id = tests.id('zone')$$, '23514', null, 'a zone that there is not is refused');

-- Opening hours and durations are checked where they are written.
select is(tests.refusal(format('update restaurants set opening_hours = %L where id = %L', h, tests.id('zone'))) ->> 'field', 'opening_hours', format('%s is refused', h))
from unnest(array['{"mon": [["9", "late"]]}', '{"monday": [["17:00", "23:00"]]}', '{"Mon": []}', '{"mon": ["17:00", "23:00"]}', '{"mon": [["17:00"]]}', '{"mon": [["25:00", "26:00"]]}',
  '{"mon": [["10:00", "15:00"], ["14:00", "20:00"]]}', '{"mon": null}', '{"mon": [[17, 23]]}', '{"mon": {"open": "10:00", "close": "12:00"}}']) h;
select lives_ok(format($$update restaurants set opening_hours = '{"mon": [["00:00", "24:00"]], "tue": [["12:00", "14:30"], ["18:00", "02:00"]], "wed": []}' where id = %L$$, tests.id('zone')), 'hours past midnight and closed days are written');
select is(tests.refusal(format('update restaurants set reservation_durations = %L where id = %L', h, tests.id('zone'))) ->> 'field', 'reservation_durations', format('%s is refused', h))
from unnest(array['{"2": "90 min"}', '{"two": 90}', '{"2": 0}', '{"2": 5000}', '{"2": 90.5}', '{"0": 90}', '{"2": null}']) h;
select is(tests.refusal($$insert into restaurants (name, opening_hours) values ('New', '{"Mon": []}')$$) ->> 'field', 'opening_hours', 'also in a new one');
select tests.as_owner();
select is(app.mended_hours('{"monday": [["9", "17:30"]], "Tue": ["17:00", "23:00"], "wed": [["x", "y"]], "sun": {"open": "10:00", "close": "14:00"}}'),
  '{"mon": [["09:00", "17:30"]], "tue": [["17:00", "23:00"]], "wed": [], "sun": [["10:00", "14:00"]]}', 'what was written before keeps the meaning that it plainly had');
select is(app.mended_hours('{"luni": "9-17"}'), '{"mon": []}', 'a house that nobody could read was closed and stays so');
select is(app.mended_durations('{"2": "90 min", "4": 120, "x": 5}'), '{"2": 90, "4": 120}', 'durations, too');

-- Last seating.
update restaurants set opening_hours = (select jsonb_object_agg(d, '[["10:00", "23:00"]]'::jsonb) from unnest(array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) d) where id = tests.id('zone');
select tests.as_anon();
select is(api.find_tables(tests.id('zone'), current_date + 30, '22:59', 2) ->> 'reason', 'last_seating', 'a minute before the house closes is no time to arrive');
select is(api.find_tables(tests.id('zone'), current_date + 30, '22:30', 2) ->> 'reason', null, 'half an hour before it is');
select is(tests.refusal(format('select api.reserve_table(%L, current_date + 30, ''22:45'', 2, ''Late'', ''+491708'')', tests.id('zone'))) ->> 'reason', 'last_seating', 'guests cannot reserve then');
select tests.as('a.manager');
select is(api.reserve_table(tests.id('zone'), current_date + 30, '22:45', 2, 'Late', '+491708') #>> '{reservation,status}', 'confirmed', 'staff can');
update restaurants set last_seating_minutes = 0 where id = tests.id('zone');
select is(api.find_tables(tests.id('zone'), current_date + 30, '22:59', 4) ->> 'reason', 'full', 'a house may have none (its table is taken)');

-- The waiting list ends with the business day.
select tests.as_anon();
select tests.put('w1', api.join_waitlist(tests.id('a.restaurant'), 2, 'Yesterday')) \gset _
select tests.put('w2', api.join_waitlist(tests.id('a.restaurant'), 2, 'Yesterday too')) \gset _
select tests.as_owner();
update waitlist_entries set created_at = now() - interval '30 hours', joined_at = now() - interval '30 hours';
select tests.as('a.waiter');
select is(api.get_floor() -> 'waitlist', '[]', 'yesterday''s parties are not on today''s list, whether the job has run or not');
select tests.as_anon();
select is(api.join_waitlist(tests.id('a.restaurant'), 2, 'Today') #>> '{waiting,position}', '1', 'the first party is the first');
select tests.as_owner();
select is((select string_agg(guest_name || ' ' || status, ', ' order by guest_name) from waitlist_entries), 'Today waiting, Yesterday left, Yesterday too left', 'the others have left');
update waitlist_entries set status = 'waiting', ended_at = null where false;
select is(app.often_dining(), 0, 'the job finds nothing more');
select * from finish();
rollback;
