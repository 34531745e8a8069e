-- Reservations: the right table for the right time, by the clock of the place, and never twice.
\ir ../start.sql
\ir cast.sql
select plan(81);

-- a day well ahead, a Wednesday
create function tests.day() returns date language sql stable as $$ select (date_trunc('week', now()) + interval '16 days')::date $$;
create function tests.reserve(p_time text, p_party int, p_name text default 'Ada') returns jsonb language sql as $$
  select api.reserve_table(tests.id('a.restaurant'), tests.day(), p_time::time, p_party, p_name, '+49 30 1234567') -> 'reservation' $$;
create function tests.try(p_time text, p_party int) returns jsonb language sql as $$
  select tests.refusal(format('select tests.reserve(%L, %s)', p_time, coalesce(p_party::text, 'null'))) $$;
grant execute on all functions in schema tests to anon, authenticated;
update restaurants set opening_hours = '{"mon": [["12:00","14:30"],["18:00","23:00"]], "wed": [["12:00","14:30"],["18:00","23:00"]], "fri": [["17:00","02:00"]], "sat": [["17:00","02:00"]]}',
  closed_dates = array[tests.day() + 7], reservation_days_ahead = 400 where id = tests.id('a.restaurant');

select tests.as_anon();
select tests.put('find', api.find_tables(tests.id('a.restaurant'), tests.day(), '19:00', 3));
select is(tests.json('find', 'available'), 'true', 'a table is free');
select is(tests.json('find', 'options', '0', 'table_numbers'), '[2]', 'the smallest that fits comes first');
select is(tests.json('find', 'duration_minutes'), '120', 'for as long as such a party stays');
select is(api.find_tables(tests.id('a.restaurant'), tests.day(), '16:00', 3) ->> 'reason', 'closed', 'between lunch and dinner nobody eats');
select is(api.find_tables(tests.id('a.restaurant'), tests.day() + 7, '19:00', 3) ->> 'reason', 'closed', 'nor on a closed day');
select is(api.find_tables(tests.id('a.restaurant'), current_date - 2, '19:00', 3) ->> 'reason', 'past', 'nor in the past');
select is(api.find_tables(tests.id('a.restaurant'), tests.day(), '19:00', 7) ->> 'reason', 'full', 'no table seats seven');
select is(api.find_tables(tests.id('a.restaurant'), tests.day() + 2, '23:30', 2) ->> 'available', 'true', 'a Friday goes on past midnight');
select is(api.find_tables(tests.id('a.restaurant'), tests.day() + 3, '01:30', 2) ->> 'available', 'true', 'into Saturday');
select is(api.find_tables(tests.id('a.restaurant'), tests.day() + 3, '02:00', 2) ->> 'reason', 'closed', 'until two');
select is(api.find_tables(tests.id('a.restaurant'), tests.day() + 4, '01:00', 2) ->> 'available', 'true', 'and Saturday into Sunday, which is closed by itself');

-- reserving
select tests.put('ada', tests.reserve('19:00', 3));
select is(tests.json('ada', 'table_numbers'), '[2]', 'Ada gets table 2');
select matches(tests.json('ada', 'confirmation_code'), '^[2-9A-HJKM-Z]{8}$', 'and a code people can read out');
select is(tests.json('ada', 'status'), 'confirmed', 'confirmed');
select is((tests.json('ada', 'starts_at')::timestamptz at time zone 'Europe/Berlin')::text, (tests.day() + time '19:00')::text, 'at seven by the clock of the place');
select is((tests.json('ada', 'ends_at')::timestamptz - tests.json('ada', 'starts_at')::timestamptz)::text, '02:00:00', 'for two hours');
select is(tests.reserve('20:59', 4, 'Bob') ->> 'table_numbers', '[3]', 'a minute before she leaves table 2 is hers');
select is(tests.reserve('21:00', 4, 'Cy') ->> 'table_numbers', '[2]', 'from nine on it is free');
select is(tests.reserve('19:00', 6, 'Dee') ->> 'table_numbers', '[4]', 'six get the big table');
select is(tests.try('19:00', 5) ->> 'reason', 'full', 'then a party of five finds none');
select ok(jsonb_array_length(tests.try('19:00', 5) -> 'alternatives') > 0, 'but other times');
select ok((select bool_and(api.find_tables(tests.id('a.restaurant'), (a ->> 'date')::date, (a ->> 'time')::time, 5) ->> 'available' = 'true')
           from jsonb_array_elements(tests.try('19:00', 5) -> 'alternatives') a), 'that are free indeed');
select is(tests.try('19:00', p) ->> 'code', 'MD400', 'no party of ' || coalesce(p::text, 'null')) from unnest(array[0, -1, 13, null]) p;
select is(tests.refusal(format($$select api.reserve_table(%L, %L, '19:00', 2, %L, %L, %L)$$, tests.id('a.restaurant'), tests.day(), n, ph, e)) ->> 'code', 'MD400', w)
from (values ('  ', '123456', null, 'a name is needed'), ('Eve', null, null, 'so is a way to reach the guest'), ('Eve', 'call me', null, 'a number that is one'), ('Eve', null, 'eve@', 'or an address that is one')) x(n, ph, e, w);
select is(tests.refusal(format($$select api.reserve_table(%L, current_date - 1, '19:00', 2, 'Eve', '123456')$$, tests.id('a.restaurant'))) ->> 'code', 'MD400', 'the past is not reserved');
select is(tests.refusal(format($$select api.reserve_table(%L, current_date + 500, '19:00', 2, 'Eve', '123456')$$, tests.id('a.restaurant'))) ->> 'days_ahead', '400', 'nor the far future');
select is(tests.refusal(format($$select api.reserve_table(%L, %L, '19:00', 2, 'Eve', '123456', p_table_ids => array[%L]::uuid[])$$, tests.id('a.restaurant'), tests.day(), tests.id('a.t1'))) ->> 'code', 'MD403', 'guests do not choose tables');
select is(api.reserve_table(tests.id('a.restaurant'), tests.day(), '12:00', 2, 'Eve', '123456', p_idempotency_key => 'e1') #>> '{reservation,id}',
          api.reserve_table(tests.id('a.restaurant'), tests.day(), '12:00', 2, 'Eve', '123456', p_idempotency_key => 'e1') #>> '{reservation,id}', 'a double tap reserves once');
select is(api.reserve_table(tests.id('a.restaurant'), tests.day(), '12:00', 2, 'Eve', '123456', p_idempotency_key => 'e1') ->> 'replayed', 'true', 'and says so');

select set_config('request.ip', '203.0.113.77', true);
select tests.as_owner();
insert into rate_limits (bucket, hits, expires_at) values ('try:reservation:address:203.0.113.77', 29, now() + interval '1 hour');
select tests.as_anon();
select lives_ok(format($$select api.reserve_table(%L, %L, '12:00', 2, 'Bot', '123456')$$, tests.id('a.restaurant'), tests.day() + 14), 'the thirtieth reservation of an hour from one address is the last');
select is(api.reserve_table(tests.id('a.restaurant'), tests.day() + 14, '12:00', 2, 'Bot', '123456') ->> 'code', 'MD429', 'then a bot has to wait');
select set_config('request.ip', '', true);

-- the constraint is the judge, whoever writes
select tests.as('a.waiter');
select is(tests.refusal(format($$insert into table_reservations (table_id, reservation_date, reservation_time, party_size, guest_name) values (%L, %L, '19:30', 2, 'Mallory')$$,
  tests.id('a.t2'), tests.day())) ->> 'reason', 'taken', 'an overlap is refused straight on the table, too');
select tests.as_owner();
select throws_ok(format($$insert into reservation_tables (reservation_id, table_id, during) select id, %L, during from table_reservations where id = %L$$, tests.id('a.t4'), tests.uid('ada', 'id')),
  '23P01', null, 'even beneath it');
select tests.as('a.waiter');
select is(tests.refusal(format($$insert into table_reservations (table_id, reservation_date, reservation_time, party_size, guest_name) values (%L, %L, '18:00', 3, 'Mallory')$$,
  tests.id('a.t1'), tests.day())) ->> 'reason', 'too_small', 'more people than seats are refused');
select throws_ok(format($$insert into table_reservations (table_id, reservation_date, reservation_time, party_size, guest_name) values (%L, %L, '18:00', 2, 'Mallory')$$,
  tests.id('b.t1'), tests.day()), '42501', null, 'another organization''s tables are not to be had');

-- tables pushed together
select tests.as('a.manager');
insert into table_combinations (restaurant_id, name, table_ids, capacity) values (tests.id('a.restaurant'), 'Window', array[tests.id('a.t2'), tests.id('a.t3')], 8);
select throws_ok(format($$insert into table_combinations (restaurant_id, table_ids, capacity) values (%L, array[%L, %L]::uuid[], 8)$$, tests.id('a.restaurant'), tests.id('a.t2'), tests.id('b.t3')),
  'MD400', null, 'a combination is within one house');
select tests.as_owner();
update table_reservations set guest_phone = 'a' || row from (select id as r, row_number() over () as row from table_reservations) n where r = id;      -- one person holds a few tables at most
select tests.as_anon();
select tests.put('big', tests.reserve('12:00', 8, 'Fay'));
select is(tests.json('big', 'table_numbers'), '[2, 3]', 'eight people get two tables pushed together');
select is(api.find_tables(tests.id('a.restaurant'), tests.day(), '13:00', 4) #>> '{options,0,table_numbers}', '[4]', 'neither is free for others');
select is(tests.reserve('12:00', 6, 'Gus') ->> 'table_numbers', '[4]', 'the big table is');
select is(tests.try('12:30', 4) ->> 'reason', 'full', 'then lunch is full for four');

-- pacing
select tests.as_owner();
update restaurants set pacing_covers = 5 where id = tests.id('a.restaurant');
select tests.as_anon();
select is(api.reserve_table(tests.id('a.restaurant'), tests.day() + 2, '19:00', 4, 'Hal', '123456') #>> '{reservation,party_size}', '4', 'four arrive at seven');
select is(tests.refusal(format($$select api.reserve_table(%L, %L, '19:14', 2, 'Ivy', '123456')$$, tests.id('a.restaurant'), tests.day() + 2)) ->> 'reason', 'pacing', 'two more in that quarter of an hour are too many at once');
select lives_ok(format($$select api.reserve_table(%L, %L, '19:15', 2, 'Ivy', '123456')$$, tests.id('a.restaurant'), tests.day() + 2), 'a quarter later they are welcome');
select tests.as_owner();
update restaurants set pacing_covers = null, opening_hours = '{}' where id = tests.id('a.restaurant');

-- the clock that jumps: the next last Sundays of March and October
select tests.as_anon();
select is(tests.refusal(format($$select api.reserve_table(%L, %L, '02:30', 2, 'Jo', '123456')$$, tests.id('a.restaurant'), tests.last_sunday(3))) ->> 'code', 'MD400', 'half past two does not exist in March');
select tests.put('spring', api.reserve_table(tests.id('a.restaurant'), tests.last_sunday(3), '01:30', 2, 'Jo', '123456') -> 'reservation');
select is((tests.json('spring', 'ends_at')::timestamptz at time zone 'Europe/Berlin')::time, '04:00'::time, 'ninety minutes from half past one end at four');
select tests.as_owner();
update restaurants set reservation_days_ahead = 730 where id = tests.id('a.restaurant');
select tests.as_anon();
select tests.put('autumn', api.reserve_table(tests.id('a.restaurant'), tests.last_sunday(10), '02:30', 2, 'Kim', '123456') -> 'reservation');
select is(tests.json('autumn', 'starts_at')::timestamptz, (tests.last_sunday(10) + time '00:30') at time zone 'UTC', 'half past two in October is the first one');
select is((tests.json('autumn', 'ends_at')::timestamptz at time zone 'Europe/Berlin')::time, '03:00'::time, 'and ninety minutes later it is three');

-- looking up, changing, cancelling
select is(api.get_reservation(lower(tests.json('ada', 'confirmation_code'))) #>> '{reservation,guest_name}', 'Ada', 'the code finds the reservation');
select throws_ok($$select api.get_reservation('22222222')$$, 'MD404', null, 'another code does not');
select throws_ok(format('select api.cancel_reservation(p_reservation_id => %L)', tests.uid('ada', 'id')), 'MD404', null, 'the id alone is not enough for a stranger');
select is(api.change_reservation(p_confirmation_code => tests.json('ada', 'confirmation_code'), p_time => '19:30', p_party_size => 2) #>> '{reservation,table_numbers}', '[1]', 'she comes later and with fewer: another table');
select is(tests.refusal(format($$select api.change_reservation(p_confirmation_code => %L, p_party_size => 8)$$, tests.json('ada', 'confirmation_code'))) ->> 'reason', 'full', 'eight do not fit any more');
select is(api.get_reservation(tests.json('ada', 'confirmation_code')) #>> '{reservation,party_size}', '2', 'and a refused change changes nothing');
select is(api.cancel_reservation(p_confirmation_code => tests.json('ada', 'confirmation_code')) #>> '{reservation,status}', 'cancelled', 'she cancels');
select lives_ok(format('select api.cancel_reservation(p_confirmation_code => %L)', tests.json('ada', 'confirmation_code')), 'twice is fine');
select throws_ok(format($$select api.change_reservation(p_confirmation_code => %L, p_time => '20:00')$$, tests.json('ada', 'confirmation_code')), 'MD422', null, 'a cancelled one is not changed');
select tests.as_owner();
select is((select bool_or(holds) from reservation_tables where reservation_id = tests.uid('ada', 'id')), false, 'its table is free');
select is((select count(*) from maitred.jobs where tenant = 'tenant_alpha' and kind = 'notify' and status = 'waiting' and key like 'reservation/' || tests.json('ada', 'id') || '/reminder%'), 0::bigint, 'its reminder is gone');

-- a customer with a login
select tests.as('a.customer');
select tests.put('mine', api.reserve_table(tests.id('a.restaurant'), tests.day() + 1, '19:00', 2, 'Customer a', p_guest_phone => '030 5556677') -> 'reservation');
select is((select count(*) from table_reservations), 1::bigint, 'a customer sees their own reservation');
select is(api.cancel_reservation(tests.uid('mine', 'id')) #>> '{reservation,status}', 'cancelled', 'and cancels it without a code');

-- at the door
select tests.as_owner();
insert into table_reservations (id, table_id, reservation_date, reservation_time, party_size, guest_name)
select tests.id('soon'), tests.id('a.t2'), l::date, l::time, 4, 'Lou' from (select date_trunc('minute', (now() + interval '20 minutes') at time zone 'Europe/Berlin') as l) x;
insert into table_reservations (id, table_id, reservation_date, reservation_time, party_size, guest_name)
select tests.id('late'), tests.id('a.t3'), l::date, l::time, 4, 'Max' from (select date_trunc('minute', (now() - interval '20 minutes') at time zone 'Europe/Berlin') as l) x;
select tests.as('a.waiter');
select is((select (t #>> '{next_reservation,guest_name}') || (t ->> 'late_reservation') from jsonb_array_elements(api.get_floor() -> 'tables') t where t ->> 'table_number' = '3'), 'Maxtrue', 'the floor shows who is late');
select is(tests.refusal(format('select api.seat_party(%L, p_party_size => 2)', tests.id('a.t2'))) #>> '{reservation,guest_name}', 'Lou', 'a walk-in is not put where Lou is expected');
select throws_ok(format('select api.mark_reservation_no_show(%L)', tests.id('soon')), 'MD409', null, 'Lou is not late yet');
select is(api.mark_reservation_no_show(tests.id('late')) #>> '{reservation,status}', 'no_show', 'Max is');
select is(api.undo_reservation_no_show(tests.id('late')) #>> '{reservation,status}', 'confirmed', 'Max comes after all');
select tests.put('seated', api.seat_party(p_reservation_id => tests.id('soon')));
select is(tests.json('seated', 'session', 'table_number') || tests.json('seated', 'reservation', 'status'), '2seated', 'Lou is seated at the promised table');
select api.clear_session(tests.uid('seated', 'session', 'id'));
select is((select status from table_reservations where id = tests.id('soon')), 'completed', 'and when they leave, the reservation is completed');

-- the waitlist
select tests.as_anon();
select tests.put('w1', api.join_waitlist(tests.id('a.restaurant'), 4, 'Nan', '123456', p_idempotency_key => 'w1'));
select tests.put('w2', api.join_waitlist(tests.id('a.restaurant'), 2, 'Ole'));
select is(tests.json('w2', 'waiting', 'position'), '2', 'parties wait in the order they came');
select is(api.join_waitlist(tests.id('a.restaurant'), 4, 'Nan', '123456', p_idempotency_key => 'w1') ->> 'replayed', 'true', 'a double tap waits once');
select throws_ok(format('select api.join_waitlist(%L, 0, %L)', tests.id('a.restaurant'), 'x'), 'MD400', null, 'nobody waits for nobody');
select is(api.leave_waitlist(tests.json('w1', 'waiting', 'code')) #>> '{waiting,status}', 'left', 'one leaves');
select is(api.get_waitlist_entry(tests.json('w2', 'waiting', 'code')) #>> '{waiting,position}', '1', 'the other moves up');
select tests.as('a.waiter');
select is(api.notify_waitlist(tests.uid('w2', 'waiting', 'id')) #>> '{waiting,status}', 'notified', 'their table is ready');
select is(api.seat_party(tests.id('a.t1'), p_waitlist_id => tests.uid('w2', 'waiting', 'id')) #>> '{waiting,status}', 'seated', 'they are seated');
select throws_ok(format('select api.seat_party(%L, p_waitlist_id => %L)', tests.id('a.t4'), tests.uid('w2', 'waiting', 'id')), 'MD422', null, 'once');

select * from finish();
rollback;
