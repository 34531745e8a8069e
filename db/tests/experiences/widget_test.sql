-- The public widget: a stranger books, and can do nothing else.
\ir ../start.sql
\ir cast.sql
select plan(40);
create function tests.widget(p_changes jsonb default '{}') returns jsonb language sql as $$
  select create_widget_booking(
    p_venue_id => coalesce((p_changes ->> 'venue')::uuid, tests.id('venue.a')), p_game_id => coalesce((p_changes ->> 'game')::uuid, tests.id('manor')),
    p_customer_name => case when p_changes ? 'name' then p_changes ->> 'name' else 'John Doe' end,
    p_customer_email => case when p_changes ? 'email' then p_changes ->> 'email' else 'john@example.com' end,
    p_customer_phone => coalesce(p_changes ->> 'phone', '+1234567890'),
    p_booking_date => case when p_changes ? 'date' then (p_changes ->> 'date')::date else tests.day(30) end,
    p_start_time => case when p_changes ? 'time' then (p_changes ->> 'time')::time else '14:00' end,
    p_end_time => coalesce((p_changes ->> 'end')::time, '15:00'),
    p_party_size => case when p_changes ? 'size' then (p_changes ->> 'size')::int else 4 end,
    p_ticket_types => coalesce(p_changes -> 'tickets', '[]'),
    p_total_amount => coalesce((p_changes ->> 'total')::numeric, 60), p_final_amount => coalesce((p_changes ->> 'final')::numeric, 60),
    p_idempotency_key => p_changes ->> 'key') $$;
create table tests.w (name text, body jsonb);
grant all on tests.w to anon, authenticated;
grant execute on function tests.widget(jsonb) to anon, authenticated;

select tests.as_anon();
insert into tests.w values ('first', tests.widget('{"key": "tap"}'));
select is((select body ->> 'status' from tests.w), 'pending', 'a stranger''s booking is held until it is paid');
select ok((select (body ->> 'hold_expires_at')::timestamptz = now() + interval '15 minutes' from tests.w), 'for as long as the venue says');
select is((select (body ->> 'final_amount')::numeric from tests.w), 60.00, 'at the house''s price');
select is(tests.widget('{"key": "tap"}') ->> 'id', (select body ->> 'id' from tests.w), 'a double tap books once');
select is((get_booking((select body ->> 'reference_number' from tests.w), ' John@Example.com ') ->> 'id'), (select body ->> 'id' from tests.w), 'number and address find it again');
select is(tests.refused($$select get_booking((select body ->> 'reference_number' from tests.w), 'mallory@example.com')$$), 'MD404 p_reference_number', 'the number alone does not');
select is(tests.refused($$select * from bookings$$), '42501 permission denied for table bookings', 'the table stays shut');
select is(tests.refused(format('select cancel_booking(%L)', (select body ->> 'id' from tests.w))), '42501 permission denied for function cancel_booking', 'a stranger cancels nothing');

select is(tests.refused($$select tests.widget('{"total": 1}')$$), 'MD400 p_total_amount', 'a total of their own');
select is(tests.refused($$select tests.widget('{"final": 59.99}')$$), 'MD400 p_final_amount', 'a final amount of their own');
select is((tests.detail($$select tests.widget('{"final": 59.99}')$$) ->> 'right')::numeric, 60.00, 'the refusal holds the right one');
select is(tests.refused($$select tests.widget('{"end": "16:00"}')$$), 'MD400 p_end_time', 'a longer game than it is');
select is(tests.refused($$select tests.widget('{"time": "14:01", "end": "15:01"}')$$), 'MD409 p_start_time', 'a start that is not offered');
select is(tests.refused($$select tests.widget('{"time": null}')$$), 'MD400 p_start_time', 'no time');
select is(tests.refused($$select tests.widget('{"date": null}')$$), 'MD400 p_booking_date', 'no date');
select is(tests.refused($$select tests.widget('{"date": "2025-01-15"}')$$), 'MD400 p_booking_date', 'a date in the past');
select is(tests.refused($$select tests.widget('{"date": "2199-01-15"}')$$), 'MD400 p_booking_date', 'a date in another century');
select is(tests.refused($$select tests.widget('{"size": 11}')$$), 'MD400 p_party_size', 'a party larger than the game');
select is(tests.refused($$select tests.widget('{"size": 0}')$$), 'MD400 p_party_size', 'nobody');
select is(tests.refused($$select tests.widget('{"size": null}')$$), 'MD400 p_party_size', 'no party');
select is(tests.refused($$select tests.widget('{"size": 7, "total": 105, "final": 105}')$$), 'MD409 p_start_time', 'more than the seats that are left');
select is(tests.refused($$select tests.widget('{"name": "  "}')$$), 'MD400 p_customer_name', 'no name');
select is(tests.refused($$select tests.widget(jsonb_build_object('name', repeat('x', 256)))$$), 'MD400 p_customer_name', 'an endless name');
select is(tests.refused($$select tests.widget('{"name": "John\r\nBcc: all@example.com"}')$$), 'MD400 p_customer_name', 'a name with line breaks');
select is(tests.refused($$select tests.widget('{"email": null}')$$), 'MD400 p_customer_email', 'no address');
select is(tests.refused($$select tests.widget('{"email": "john at example"}')$$), 'MD400 p_customer_email', 'an address that is none');
select is(tests.refused($$select tests.widget('{"phone": "call me"}')$$), 'MD400 p_customer_phone', 'a number that is none');
select is(tests.refused(format('select tests.widget(%L)', jsonb_build_object('venue', gen_random_uuid()))), 'MD404 p_venue_id', 'an unknown venue');
select is(tests.refused(format('select tests.widget(%L)', jsonb_build_object('game', tests.id('vault.b')))), 'MD404 p_game_id', 'another organization''s game');
select is(tests.refused($$select tests.widget('{"tickets": [{"id": "adult", "quantity": 4}]}')$$), 'MD400 p_ticket_types', 'tickets that the game does not sell');
select tests.as_owner();
select is((select count(*) from customers where organization_id = tests.id('a') and full_name <> all (array['Ada Lovelace', 'Bob Babbage'])), 1::bigint, 'the refused ones left no customers behind');
select is((select count(*) from bookings), 1::bigint, 'and no bookings');

-- nobody holds a whole evening
select tests.as_anon();
select lives_ok($$select tests.widget(jsonb_build_object('time', to_char(make_time(14 + n, 0, 0), 'HH24:MI'), 'end', to_char(make_time(15 + n, 0, 0), 'HH24:MI'))) from generate_series(1, 4) n$$, 'five unpaid bookings');
select is(tests.refused($$select tests.widget('{"time": "20:00", "end": "21:00"}')$$), 'MD429 p_customer_email', 'a sixth has to wait for their payment');
select set_config('request.ip', '198.51.100.7', true) \g /dev/null
select tests.as_owner();
do $$ begin for i in 1 .. 60 loop perform app.rate_limit('try:widget_booking:address:198.51.100.7', 60, interval '10 minutes'); end loop; end $$;
select tests.as_anon();
select is(tests.widget('{"email": "other@example.com", "time": "20:00", "end": "21:00"}') ->> 'code', 'MD429', 'one address has sixty tries in ten minutes');
select set_config('request.ip', '', true) \g /dev/null

-- a venue that wants no payment in advance
select tests.as_owner();
update venues set requires_payment = false where id = tests.id('venue.a');
select tests.as_anon();
select is(tests.widget('{"email": "other@example.com", "time": "20:00", "end": "21:00"}') ->> 'status', 'confirmed', 'is booked at once');
select tests.as_owner();
update venues set is_active = false where id = tests.id('venue.a');
select tests.as_anon();
select is(tests.refused($$select tests.widget('{"email": "other@example.com", "time": "21:00", "end": "22:00"}')$$), 'MD404 p_venue_id', 'a venue that is closed down sells nothing');
select tests.as_owner();
select is((select count(*) from maitred.jobs where kind = 'notify' and payload ->> 'type' = 'booking_held'), 5::bigint, 'everybody hears how long the slot is held');
select is((select count(*) from maitred.jobs where kind = 'notify' and payload ->> 'type' = 'booking_reminder' and status = 'waiting'), 1::bigint, 'and is reminded once it is confirmed');
select is(tests.rollup_differences(), 0::bigint, 'the roll-ups equal the truth');
select * from finish();
rollback;
