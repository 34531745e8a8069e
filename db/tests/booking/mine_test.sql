-- A guest's own bookings: seen, changed and cancelled by number and contact, or by a login; strangers learn nothing.
\ir ../start.sql
\ir cast.sql
select plan(65);
update users set email = 'fay@example.com', email_verified = true where id = tests.id('a.customer');
delete from customers where id = tests.id('ada');
insert into cancellation_policies (organization_id, name, applies_to, rules) values (tests.id('a'), 'Games', '{experience}', '[{"hours_before": 24, "refund_percent": 80}]');
update venues set cancellation_policy_id = (select id from cancellation_policies where name = 'Games') where id = tests.id('venue.a');
select tests.as_anon();
select tests.keep('basket', hold_basket(tests.weekend()));
select tests.keep('done', confirm_basket(tests.token(), '{"full_name": "Fay Wray", "email": "fay@example.com", "phone": "+49 30 555"}', p_special_requests => 'Quiet'));
select tests.as_owner();
create function tests.number(p_kind text) returns text language sql as $$ select e ->> 'reference' from jsonb_array_elements(tests.kept('done') -> 'parts') e where e ->> 'kind' = p_kind $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.as_anon();

-- seen
select is(get_my_booking(tests.number(k), c) #>> '{bookings,0,kind}', k, format('a %s is seen with %s', k, c))
from unnest('{stay,table,pool,game}'::text[]) k, unnest('{ FAY@example.com ,+4930555}'::text[]) c;
select is(jsonb_array_length(get_my_booking(tests.kept('done') ->> 'reference', 'fay@example.com') -> 'bookings'), 4, 'all of a basket by its number');
select is(jsonb_path_query_array(get_my_booking(tests.number('stay'), 'fay@example.com'), '$.goes_with[*].kind'), '["pool", "game", "table"]', 'with a stay stands what was booked with it');
select is(tests.says(format('select get_my_booking(%L, %L)', r, c)) - 'message', '{"code": "MD404", "field": "p_reference"}', w) from (values
  (tests.number('stay'), 'eve@example.com', 'another''s address'), (tests.number('stay'), null, 'no address'), (tests.number('stay'), '', 'an empty one'), ('ST-NOTHERE2', 'fay@example.com', 'another number'), (null, 'fay@example.com', 'no number'),
  ('%', 'fay@example.com', 'a pattern'), ('ST-', 'fay@example.com', 'half a number')) t(r, c, w);
select tests.as('b.owner');
select is(tests.says(format('select get_my_booking(%L)', tests.number('stay'))) ->> 'code', 'MD404', 'a login that it is not of');
select tests.as_anon();

-- calendar
select tests.keep('ics', to_jsonb(get_my_calendar(tests.kept('done') ->> 'reference', 'fay@example.com')));
select is((select count(*) from regexp_matches(tests.kept('ics') #>> '{}', 'BEGIN:VEVENT', 'g')), 4::bigint, 'everything stands in one calendar');
select ok(tests.kept('ics') #>> '{}' like format('%%DTSTART:%s%%', to_char(((tests.monday(40) + time '15:00') at time zone 'Europe/Berlin') at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"')), 'with its instants in UTC');
select ok((tests.kept('ics') #>> '{}') ~ E'^BEGIN:VCALENDAR\r\n' and (tests.kept('ics') #>> '{}') ~ E'END:VCALENDAR\r\n$', 'as RFC 5545 has it');

-- changed: told first
select tests.keep('told', change_my_booking(tests.number('stay'), 'fay@example.com', jsonb_build_object('check_out', tests.monday(40) + 4)));
select is(jsonb_build_array(tests.kept('told') -> 'price_before', tests.kept('told') -> 'price_now', tests.kept('told') -> 'accepted'), '[350.00, 450.00, false]', 'the new price comes first');
select is(get_my_booking(tests.number('stay'), 'fay@example.com') #>> '{bookings,0,details,check_out}', (tests.monday(40) + 3)::text, 'and nothing has changed');
select is(tests.says(format('select change_my_booking(%L, ''fay@example.com'', %L, true, 400)', tests.number('stay'), jsonb_build_object('check_out', tests.monday(40) + 4))) - 'message' - 'field', '{"code": "MD409", "reason": "price_changed", "was": 400, "now": 450.00}', 'another price than was shown is asked about');
select is(change_my_booking(tests.number('stay'), 'fay@example.com', jsonb_build_object('check_out', tests.monday(40) + 4), true, 450) #>> '{booking,details,check_out}', (tests.monday(40) + 4)::text, 'accepted it is changed');
select is(change_my_booking(tests.number('table'), '+49 30 555', '{"time": "20:30", "party_size": 4}', true) #>> '{booking,details,time}', '20:30', 'a table moves');
select is(change_my_booking(tests.number('pool'), 'fay@example.com', '{"adults": 3}', true) -> 'price_now', '35.00', 'a guest is added to a ticket');
select is((select available from get_pool_availability(tests.monday(40), p_organization_id => tests.id('a')) where slot = 'morning'), 6, 'who has a place');
select is(change_my_booking(tests.number('game'), 'fay@example.com', '{"party_size": 6, "time": "17:30"}', true) -> 'price_now', '180.00', 'a game takes more players, later');
select is(tests.says(format('select change_my_booking(%L, ''fay@example.com'', %L)', tests.number(k), v)) ->> 'code', c, w) from (values
  ('game', '{"party_size": 9}'::jsonb, 'MD400', 'more players than fit'), ('game', '{"status": "completed"}', 'MD400', 'a state'), ('game', '{"customer_id": "x"}', 'MD400', 'somebody else''s'),
  ('pool', '{"adults": 30}', 'MD409', 'more swimmers than places'), ('stay', '{"check_in": "2020-01-01"}', 'MD400', 'the past'), ('stay', '{"guests": 9}', 'MD400', 'more guests than beds'), ('table', '{}', 'MD400', 'nothing'), ('table', '{"party_size": 0}', 'MD400', 'nobody')) t(k, v, c, w);
select is(tests.says(format('select change_my_booking(%L, ''fay@example.com'', ''{"guests": 1}'')', tests.kept('done') ->> 'reference')) ->> 'code', 'MD400', 'a basket has several bookings: one is named');
select is(tests.says(format('select change_my_booking(%L, ''eve@example.com'', ''{"guests": 1}'', true)', tests.number('stay'))) ->> 'code', 'MD404', 'strangers change nothing');

-- paid, then cancelled: told first
select tests.as('a.manager');
select record_payment('chalet', (get_my_booking(tests.number('stay'), 'fay@example.com') #>> '{bookings,0,booking_id}')::uuid, 450) \g /dev/null
select record_payment('experience', (get_my_booking(tests.number('game'), 'fay@example.com') #>> '{bookings,0,booking_id}')::uuid, 180) \g /dev/null
select tests.as_anon();
select tests.keep('receipt', get_my_receipt(tests.kept('done') ->> 'reference', 'fay@example.com'));
select is(jsonb_build_array(tests.kept('receipt') -> 'total', tests.kept('receipt') -> 'paid', tests.kept('receipt') -> 'balance'), '[665.00, 630.00, 35.00]', 'the receipt says what it cost and what is paid');
select tests.keep('told', cancel_my_bookings(tests.number('stay'), 'fay@example.com'));
select is(jsonb_build_array(tests.kept('told') -> 'refund', jsonb_path_query_array(tests.kept('told'), '$.bookings[*].kind')), '[450.00, ["stay"]]', 'what goes back comes first');
select is((select jsonb_object_agg(e ->> 'kind', e -> 'refund') from jsonb_array_elements(tests.kept('told') -> 'goes_with') e), '{"pool": 0, "game": 144.00, "table": 0}', 'with what goes with the stay, each by its own terms');
select is(get_my_booking(tests.number('stay'), 'fay@example.com') #>> '{bookings,0,status}', 'confirmed', 'nothing has happened');
select is(tests.says(format('select cancel_my_bookings(%L, ''fay@example.com'', array[%L]::uuid[], true)', tests.number('stay'), gen_random_uuid())) ->> 'field', 'p_with', 'only what goes with it goes with it');
select is(tests.says(format('select cancel_my_bookings(%L, ''fay@example.com'', p_accept => true, p_refund => 1)', tests.number('stay'))) ->> 'reason', 'refund_changed', 'another refund than was shown is asked about');
select tests.keep('gone', cancel_my_bookings(tests.number('stay'), 'fay@example.com', array(select (e ->> 'booking_id')::uuid from jsonb_array_elements(tests.kept('told') -> 'goes_with') e where e ->> 'kind' in ('game', 'table')), true, 594, 'Snow'));
select is((select jsonb_object_agg(e ->> 'kind', e ->> 'status') from jsonb_array_elements(get_my_booking(tests.kept('done') ->> 'reference', 'fay@example.com') -> 'bookings') e),
  '{"pool": "confirmed", "game": "cancelled", "stay": "cancelled", "table": "cancelled"}', 'accepted, stay, game and table are cancelled in one step, the pool stays');
select is(tests.says(format('select cancel_my_bookings(%L, ''fay@example.com'', p_accept => true)', tests.number('stay'))) ->> 'code', 'MD422', 'once');
select is(get_my_receipt(tests.kept('done') ->> 'reference', 'fay@example.com') -> 'paid', '36.00', 'what the terms keep is kept');
select ok(get_my_calendar(tests.number('game'), 'fay@example.com') ~ 'STATUS:CANCELLED', 'the calendar is told');
select is(current_setting('app.acting_customer', true), '', 'nobody acts for anybody any more');
select tests.as_owner();
select is(tests.rollup_differences(), 0::bigint, 'the sums are right');

-- by a login: what was booked under its address is its own, or under its number, whether or not it has a name
update users set full_name = '' where id = tests.id('a.customer');
savepoint by_phone;
update users set email = null, email_verified = false, phone = '+4930555', phone_verified = true where id = tests.id('a.customer');
update customers set email = null where email = 'fay@example.com';
select tests.as('a.customer');
select is(jsonb_array_length(get_my_bookings() -> 'bookings'), 4, 'a login that has proved the number has all of it');
select tests.as_owner();
rollback to by_phone;
select tests.as_owner();
select tests.as('a.customer');
select is(jsonb_array_length(get_my_bookings() -> 'bookings'), 4, 'a login that has proved the address has all of it');
select is(get_my_bookings() #>> '{customers,0,full_name}', 'Fay Wray', 'under the name that it booked with');
select is(get_my_booking(tests.number('pool')) #>> '{bookings,0,status}', 'confirmed', 'and needs no contact');
select is(set_my_consent(true) ->> 'marketing_consent', 'true', 'they may be written to if they like');
select is(get_my_bookings() #>> '{customers,0,marketing_consent}', 'true', 'and see it');
select tests.as('b.owner');
select set_my_consent(false) \g /dev/null
select tests.as('a.customer');
select is(get_my_bookings() #>> '{customers,0,marketing_consent}', 'true', 'nobody else says so for them');
select is(tests.says('select erase_my_data(''fay@example.com'')') ->> 'reason', 'bookings', 'who still comes is not erased');
select is(cancel_my_bookings(tests.number('pool'), p_accept => true) ->> 'accepted', 'true', 'they cancel the rest');
select is(tests.says('select erase_my_data(''other@example.com'')') ->> 'field', 'p_confirm', 'say it is they');
select is(erase_my_data('Fay@example.com') ->> 'erased', '1', 'and are forgotten');
select tests.as_owner();
select is((select count(*) from table_reservations where guest_name = 'Fay Wray') + (select count(*) from baskets where guest_email = 'fay@example.com') + (select count(*) from chalet_bookings where guest_details::text ~ 'Fay'), 0::bigint, 'everywhere');
select tests.as_anon();
select is(tests.says('select get_my_bookings()') ->> 'code', '42501', 'a visitor has no list');
select is(tests.says('select set_my_consent(true)') ->> 'code', '42501', 'and no consent');
select * from finish();
rollback;
