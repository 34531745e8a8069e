-- A booking is made, priced, moved along its diagram and cancelled; what must not happen does not.
\ir ../start.sql
\ir cast.sql
select plan(82);

-- making one
select tests.as('a.staff');
select lives_ok($$select tests.book('vault', '14:00')$$, 'staff book a game for a customer');
select results_eq(
  $$select status, payment_status, party_size, players_total, final_amount, to_char(end_time, 'HH24:MI'), source
    from (select *, party_size as players_total from bookings) b$$,
  $$values ('confirmed', 'pending', 4, 4, 120.00, '15:00', 'staff')$$, 'it is confirmed, priced by the house, and ends when the game does');
select matches((select reference_number from bookings), '^[A-Z2-9]{4}-[A-Z2-9]{4}$', 'its number can be read out');
select is((select organization_id from bookings), tests.id('a'), 'it belongs to the venue''s organization');
select is((select occupies from bookings),
  tstzrange((tests.day(30) + time '14:00') at time zone 'Europe/Berlin', (tests.day(30) + time '15:15') at time zone 'Europe/Berlin'),
  'the room is taken for game and buffer, half-open');
select is((create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(30), '16:00', 2, p_idempotency_key => 'k1') ->> 'id'),
          (create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(30), '16:00', 2, p_idempotency_key => 'k1') ->> 'id'),
  'the same idempotency key answers with the first booking');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(30), '18:00', 2, p_idempotency_key => 'k1')$$),
  'MD422 p_idempotency_key', 'the same key for another booking is refused');

-- the room is taken once
select is(tests.refused($$select tests.book('vault', '14:00')$$), 'MD409 p_start_time', 'the slot is sold once');
select is(tests.refused($$select tests.book('vault', '15:14')$$), 'MD409 p_start_time', 'a minute into the buffer is taken');
select is(tests.refused($$select tests.book('vault', '12:46')$$), 'MD409 p_start_time', 'a game whose buffer reaches a minute into the next is refused');
select lives_ok($$select tests.book('vault', '12:45')$$, 'a game whose buffer ends when the next begins is not');
select ok(jsonb_array_length(tests.detail($$select tests.book('vault', '14:00')$$) -> 'alternatives') between 1 and 5, 'the loser gets alternatives');
select lives_ok(format('select create_booking(tests.id(''venue.a''), tests.id(''vault''), tests.id(''bob''), %L, %L, 4)',
    tests.detail($$select tests.book('vault', '14:00')$$) #>> '{alternatives,0,booking_date}',
    tests.detail($$select tests.book('vault', '14:00')$$) #>> '{alternatives,0,start_time}'), 'and the first alternative can be booked');
select lives_ok($$select tests.book('group', '14:00')$$, 'another game runs at the same time');

-- bad input names its field
select is(tests.refused($$select tests.book('vault', '14:00', 4, -1)$$), 'MD400 p_booking_date', 'yesterday is over');
select is(tests.refused($$select tests.book('vault', '10:00', 7)$$), 'MD400 p_party_size', 'a party larger than the game takes');
select is(tests.refused($$select tests.book('vault', '10:00', 1)$$), 'MD400 p_party_size', 'a party smaller than the game needs');
select is(tests.refused($$select tests.book('vault', '10:00', null)$$), 'MD400 p_party_size', 'no party');
select is(tests.refused($$select tests.book('vault', null)$$), 'MD400 p_start_time', 'no time');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), null, '10:00', 4)$$), 'MD400 p_booking_date', 'no date');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), 'infinity', '10:00', 4)$$), 'MD400 p_booking_date', 'the end of time');
select is(tests.refused($$select create_booking(gen_random_uuid(), tests.id('vault'), tests.id('bob'), tests.day(30), '10:00', 4)$$), 'MD404 p_venue_id', 'an unknown venue');
select is(tests.refused($$select create_booking(tests.id('venue.a'), gen_random_uuid(), tests.id('bob'), tests.day(30), '10:00', 4)$$), 'MD404 p_game_id', 'an unknown game');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), gen_random_uuid(), tests.day(30), '10:00', 4)$$), 'MD404 p_customer_id', 'an unknown customer');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('eve'), tests.day(30), '10:00', 4)$$), 'MD404 p_customer_id', 'a customer of another organization');
select is(tests.refused($$select create_booking(tests.id('venue.b'), tests.id('vault.b'), tests.id('bob'), tests.day(30), '10:00', 4)$$), 'MD404 p_venue_id', 'a venue of another organization');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault.b'), tests.id('bob'), tests.day(30), '10:00', 4)$$), 'MD404 p_game_id', 'a game of another organization');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(30), '10:00', 4, 99.99)$$), 'MD400 p_total_amount', 'a wrong total');
select is((tests.detail($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(30), '10:00', 4, 99.99)$$) ->> 'right')::numeric, 120.00, 'and the detail holds the right one');
select is(tests.refused($$select tests.book('vault', '21:30')$$), 'MD409 p_start_time', 'a game that would end after closing time');
select is(tests.refused($$select tests.book('vault', '09:59')$$), 'MD409 p_start_time', 'a minute before opening');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(30), '10:00', 4, p_source => 'elsewhere')$$), 'MD400 p_source', 'an unknown source');
select lives_ok($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(31), '10:00', 4,
    p_special_requests => E'Robert''); drop table bookings; --\n<script>alert(1)</script> \u202E ☃')$$, 'hostile words are words');

-- prices
select is((create_booking(tests.id('venue.a'), tests.id('museum'), tests.id('bob'), tests.day(30), '10:00', 6, null,
    '[{"id": "adult", "quantity": 1}, {"id": "child", "quantity": 1}, {"id": "family", "quantity": 1}]') ->> 'final_amount')::numeric, 74.50, 'ticket types add up');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('museum'), tests.id('bob'), tests.day(30), '12:00', 2, null, '[{"id": "adult", "quantity": 1}]')$$),
  'MD400 p_ticket_types', 'tickets for fewer people than come');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('museum'), tests.id('bob'), tests.day(30), '12:00', 2, null, '[{"id": "pensioner", "quantity": 2}]')$$),
  'MD400 p_ticket_types', 'an unknown ticket type');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('museum'), tests.id('bob'), tests.day(30), '12:00', 2, null, '[{"id": "adult", "quantity": -1}, {"id": "child", "quantity": 3}]')$$),
  'MD400 p_ticket_types', 'a negative quantity');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('museum'), tests.id('bob'), tests.day(30), '12:00', 2, null, '{"id": "adult"}')$$),
  'MD400 p_ticket_types', 'ticket types that are no list');
select is((create_booking(tests.id('venue.a'), tests.id('group'), tests.id('bob'), tests.day(31), '10:00', 12) ->> 'final_amount')::numeric, 200.00, 'a group price is for the group');
select tests.as_owner();
update game_venues set price = 25 where game_id = tests.id('vault');
select tests.as('a.staff');
select is((quote_booking(tests.id('venue.a'), tests.id('vault'), tests.day(30), 2) ->> 'final_amount')::numeric, 50.00, 'a venue''s own price takes the place of the game''s');
select tests.as_owner();
update game_venues set price = null where game_id = tests.id('vault');
update organizations set prices_include_tax = false, default_tax_rate = 19 where id = tests.id('a');
select is((select (total_amount, tax_amount, final_amount)::text from app.price_booking(tests.id('venue.a'), tests.id('vault'), 2, null, null, tests.day(30))),
  '(60.00,11.40,71.40)', 'tax comes on top where prices do not include it');
update organizations set prices_include_tax = true where id = tests.id('a');
select is((select (total_amount, tax_amount, final_amount)::text from app.price_booking(tests.id('venue.a'), tests.id('vault'), 2, null, null, tests.day(30))),
  '(60.00,9.58,60.00)', 'and is contained where they do');
update organizations set default_tax_rate = 0 where id = tests.id('a');

-- promo codes
insert into promo_codes (id, organization_id, code, discount_type, discount_value, max_uses) values
  (tests.id('promo'), tests.id('a'), 'TEN', 'percent', 10, 1), (tests.id('promo2'), tests.id('a'), 'BIG', 'amount', 5000, null);
insert into promo_codes (organization_id, code, discount_type, discount_value, valid_to) values (tests.id('a'), 'OLD', 'percent', 10, current_date - 1);
select tests.as('a.staff');
select is((create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(32), '10:00', 4, 120, p_promo_code => ' ten ') ->> 'final_amount')::numeric, 108.00, 'a code takes its share off');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(32), '12:00', 4, p_promo_code => 'TEN')$$), 'MD409 p_promo_code', 'a code that is used up');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(32), '12:00', 4, p_promo_code => 'OLD')$$), 'MD400 p_promo_code', 'a code that is over');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(32), '12:00', 4, p_promo_code => 'NONE')$$), 'MD400 p_promo_code', 'a code that nobody gave');
select is((quote_booking(tests.id('venue.a'), tests.id('vault'), tests.day(30), 2, '[]', 'BIG') ->> 'final_amount')::numeric, 0.00, 'a discount never goes below zero');
select lives_ok($$select cancel_booking((select id from bookings where discount_amount > 0))$$, 'the booking with the code is cancelled');
select lives_ok($$select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(32), '12:00', 4, p_promo_code => 'TEN')$$, 'and its use is there again');

-- seats of a shared game
select lives_ok($$select tests.book('manor', '14:00', 6)$$, 'six of ten seats');
select is(tests.refused($$select tests.book('manor', '14:00', 5)$$), 'MD409 p_start_time', 'five more are too many');
select is((tests.detail($$select tests.book('manor', '14:00', 5)$$) ->> 'seats_left')::int, 4, 'the refusal says how many are left');
select lives_ok($$select tests.book('manor', '14:00', 4)$$, 'the last four are sold');
select is((select available_spots from get_available_slots(tests.id('manor'), tests.day(30)) where start_time = '14:00'), 0, 'none is left');
select is(tests.refused($$select tests.book('manor', '14:30', 1)$$), 'MD409 p_start_time', 'a tour that would overlap one that runs');
select lives_ok($$select cancel_booking((select id from bookings where game_id = tests.id('manor') and party_size = 6))$$, 'the six cancel');
select is((select available_spots from get_available_slots(tests.id('manor'), tests.day(30)) where start_time = '14:00'), 6, 'and their seats are free');
select lives_ok($$select update_booking((select id from bookings where game_id = tests.id('manor') and status = 'confirmed'), '{"players": 10}')$$, 'the others bring more friends');
select is((select final_amount from bookings where game_id = tests.id('manor') and status = 'confirmed'), 150.00, 'and pay for them');
select is(tests.refused($$select update_booking((select id from bookings where game_id = tests.id('manor') and status = 'confirmed'), '{"players": 11}')$$), 'MD400 p_party_size', 'not more than there are seats');

-- moving
select is((reschedule_booking((select id from bookings where game_id = tests.id('vault') and start_time = '14:00'), tests.day(33), '14:00') ->> 'booking_date')::date, tests.day(33), 'a booking moves to another day');
select lives_ok($$select tests.book('vault', '14:15')$$, 'and its old slot can be sold');
select is(tests.refused($$select reschedule_booking((select id from bookings where game_id = tests.id('vault') and booking_date = tests.day(33)), tests.day(30), '14:00')$$), 'MD409 p_start_time', 'it cannot move onto another');
select is((select booking_date from bookings where game_id = tests.id('vault') and booking_date = tests.day(33)), tests.day(33), 'and then stays where it was');
select is(tests.refused($$select reschedule_booking((select id from bookings where booking_date = tests.day(33)), current_date - 1, '14:00')$$), 'MD400 p_booking_date', 'nor into the past');
select lives_ok($$select reschedule_booking((select id from bookings where booking_date = tests.day(33)), tests.day(33), '14:30')$$, 'it may move into its own time');
select lives_ok($$select update_booking((select id from bookings where booking_date = tests.day(33)), '{"booking_time": "16:00", "internal_notes": "VIP"}')$$, 'the hook''s names are understood');
select is(tests.refused($$select update_booking((select id from bookings where booking_date = tests.day(33)), '{"final_amount": 1}')$$), 'MD400 final_amount', 'an amount is not changed by hand');
select is(tests.refused($$select update_booking((select id from bookings where booking_date = tests.day(33)), '{"players": "many"}')$$), 'MD400 p_changes', 'a number has to be one');
select is(tests.refused($$select update_booking((select id from bookings where booking_date = tests.day(33)), jsonb_build_object('customer_id', tests.id('eve')))$$), 'MD404 customer_id', 'nor given to somebody else''s customer');

-- cancelling
select is((cancel_booking((select id from bookings where booking_date = tests.day(33)), 'Customer requested cancellation') ->> 'status'), 'cancelled', 'a booking is cancelled');
select is(tests.refused($$select cancel_booking((select id from bookings where booking_date = tests.day(33)))$$), 'MD422 status', 'and not a second time');
select is(tests.refused($$select cancel_booking(gen_random_uuid())$$), 'MD404 p_booking_id', 'an unknown booking');
select tests.as('b.manager');
select is(tests.refused(format('select cancel_booking(%L)', (select id from tenant_alpha.bookings limit 1))), 'MD404 p_booking_id', 'a booking of another organization');
select tests.as_owner();
select is((select count(*) from bookings where organization_id = tests.id('b')), 0::bigint, 'nothing was written for the other organization');

-- the doors
select tests.as('a.manager');
select is(tests.refused(format($$insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size) values (%L, %L, %L, %L, '11:00', 2)$$,
  tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(40))), '42501 permission denied for table bookings', 'not even a manager writes the table');
select is(tests.refused($$update bookings set final_amount = 0$$), '42501 permission denied for table bookings', 'nor changes a price in it');
select is(tests.refused($$update bookings set status = 'completed'$$), '42501 permission denied for table bookings', 'nor a status');
select lives_ok($$update bookings set internal_notes = 'note' where status = 'confirmed'$$, 'words may be changed');
select tests.as('a.kitchen');
select is(tests.refused($$select tests.book('vault', '10:00', 4, 50)$$), 'MD403', 'the kitchen makes no bookings');
select is_empty('select 1 from bookings', 'and sees none');
select tests.as_service();
select is(tests.refused(format($$insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, end_time, party_size) values (%L, %L, %L, %L, '14:20', '15:20', 2)$$,
  tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(30))), '23P01 conflicting key value violates exclusion constraint "room_taken_once"', 'an import is held by the same constraint');

select * from finish();
rollback;
