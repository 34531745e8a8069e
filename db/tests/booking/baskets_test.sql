-- One basket over a chalet, a table, the pool and a game: held together or not at all.
\ir ../start.sql
\ir cast.sql
select plan(86);

-- a visitor asks what it would cost
select tests.as_anon();
select tests.keep('quote', quote_parts(tests.weekend()));
select is(jsonb_path_query_array(tests.kept('quote'), '$.parts[*].kind'), '["stay", "table", "pool", "game"]', 'each part is priced');
select is(jsonb_path_query_array(tests.kept('quote'), '$.parts[*].price'), '[350.00, 0, 25.00, 120.00]', 'what each costs: three nights and the cleaning, nothing, two and a half swims, four players');
select is(tests.kept('quote') -> 'total', '495.00', 'and all of it');
select ok((select bool_and((q ->> 'available')::boolean) from jsonb_array_elements(tests.kept('quote') -> 'parts') q), 'all of it can be had');
select is((select jsonb_agg(jsonb_build_array(l ->> 'code', l -> 'quantity', l -> 'amount')) from jsonb_array_elements(tests.kept('quote') #> '{parts,0,lines}') l),
  jsonb_build_array('["nights", 3, 300.00]'::jsonb, '["addon", 1, 50.00]'::jsonb, jsonb_build_array('tax', null, round(300 * 10 / 110.0, 2) + round(50 * 19 / 119.0, 2))), 'the price is explained line by line');
select is((tests.kept('quote') #>> '{parts,0,terms,free_until}')::timestamptz, ((tests.monday(40) + time '15:00') at time zone 'Europe/Berlin') - interval '14 days', 'free until a fortnight before the arrival, as an instant');
select is((select jsonb_agg(jsonb_build_array(t -> 'refund_percent', t -> 'refund_amount')) from jsonb_array_elements(tests.kept('quote') #> '{parts,0,terms,tiers}') t), '[[100, 350.00], [50, 175.00]]', 'the terms are data');

-- holding
select tests.keep('basket', hold_basket(tests.weekend()));
select is(tests.kept('basket') ->> 'status', 'open', 'a visitor holds it');
select ok((tests.kept('basket') ->> 'expires_at')::timestamptz = now() + interval '15 minutes', 'for a quarter of an hour');
select is(tests.kept('basket') -> 'due_now', '0', 'nothing is due where nobody carries payments');
select ok(tests.token() ~ '^[0-9a-f]{48}$', 'a token opens it');
select is(get_basket(tests.token()) - 'now', tests.kept('basket') - 'token' - 'replayed' - 'now', 'to whoever shows it');
select is(tests.says('select get_basket(''x'')') ->> 'code', 'MD404', 'and to nobody else');
select is((quote_stay(tests.id('alpine'), tests.monday(40), tests.monday(40) + 1) ->> 'available')::boolean, false, 'the nights are taken');
select is((select available from get_pool_availability(tests.monday(40), p_organization_id => tests.id('a')) where slot = 'morning'), 7, 'three places are');
select is((select reason from get_available_slots(tests.id('vault'), tests.monday(40)) where start_time = '15:00'), 'taken', 'the room is');
select tests.as_owner();
select is((select status from table_reservations), 'pending', 'the table is');
select is((select count(*) from maitred.jobs where tenant = 'tenant_alpha' and kind = 'notify' and created_at >= now()), 0::bigint, 'and nobody is told of anything');
select is((select count(*) from customers where deleted_at is null and organization_id = tests.id('a')), 2::bigint, 'nobody became a customer by looking');

-- somebody else wants some of it
select tests.as_anon();
select tests.keep('gone', tests.says(format('select hold_basket(%L)', tests.parts(tests.part('stay'), tests.part('table', '{"time": "20:00"}'), tests.part('game')))));
select is(tests.kept('gone') ->> 'code', 'MD409', 'what is gone refuses the whole basket');
select is(jsonb_path_query_array(tests.kept('gone'), '$.parts[*].key'), '["stay", "game"]', 'the answer names the parts that are gone, and those only');
select is(tests.kept('gone') ->> 'reason', 'gone', 'why');
select ok(jsonb_array_length(tests.kept('gone') #> '{parts,0,alternatives}') > 2, 'with other nights');
select is((tests.kept('gone') #> '{parts,1,alternatives,0}') - 'time', tests.part('game') - 'key' - 'time', 'and other starts that can be sent as they are');
select is((hold_basket(jsonb_build_array(tests.kept('gone') #> '{parts,1,alternatives,0}')) #>> '{parts,0,title}'), 'Vault', 'as this one is');
select tests.as_owner();
select is((select count(*) from table_reservations), 1::bigint, 'its table was not kept: all or nothing');
select tests.as_anon();

-- prices that changed while the page was open
select tests.keep('dearer', tests.says(format('select hold_basket(%L)', tests.parts(tests.part('pool', '{"price": 20}'), tests.part('table', '{"time": "20:00", "price": 0}')))));
select is(jsonb_build_array(tests.kept('dearer') -> 'code', tests.kept('dearer') -> 'reason'), '["MD409", "price_changed"]', 'a price that changed is asked about');
select is((tests.kept('dearer') #> '{parts,0}') - 'lines', '{"key": "pool", "kind": "pool", "title": "Morning", "was": 20, "now": 25.00}', 'old and new');
select is(hold_basket(tests.parts(tests.part('pool', '{"price": 20}')), true, tests.id('a')) #> '{parts,0,price}', '25.00', 'who accepts has it');

-- what cannot be
select is(tests.says(format('select hold_basket(%L)', v)) ->> 'code', c, w) from (values
  ('[]'::jsonb, 'MD400', 'nothing'), ('{}', 'MD400', 'no list'), ('[1]', 'MD400', 'no part'), ('[{"kind": "boat"}]', 'MD400', 'an unknown kind'),
  (tests.parts(tests.part('stay', '{"check_in": "2020-01-01"}')), 'MD400', 'a past day'), (tests.parts(tests.part('stay', '{"check_in": "2027-02-30"}')), 'MD400', 'a day that the calendar has not'),
  (tests.parts(tests.part('stay', '{"check_in": "infinity"}')), 'MD400', 'no day'),
  (tests.parts(tests.part('stay', '{"guests": -1}')), 'MD400', 'minus one guest'), (tests.parts(tests.part('stay', '{"chalet_id": "x"}')), 'MD400', 'no id'), (tests.parts(tests.part('stay', '{"guests": null}')), 'MD400', 'nobody'),
  (tests.parts(tests.part('table', '{"time": "25:00"}')), 'MD400', 'no time'), (tests.parts(tests.part('table', '{"party_size": 300}')), 'MD400', 'too many for this house'),
  (tests.parts(tests.part('pool', '{"adults": 0}'), tests.part('table')), 'MD400', 'children alone'), (tests.parts(tests.part('pool', '{"slot": "night"}'), tests.part('table')), 'MD400', 'no slot'),
  (tests.parts(tests.part('game', '{"party_size": 1}')), 'MD400', 'too few players'), (tests.parts(tests.part('game', '{"promo_code": "GUESS"}')), 'MD400', 'a code that is none'),
  (tests.parts(tests.part('game', '{"price": "120"}')), 'MD400', 'a price that is no number'), (tests.parts(tests.part('game', '{"ticket_types": "x"}')), 'MD400', 'tickets that are no list'),
  (tests.parts(tests.part('stay'), tests.part('stay', jsonb_build_object('chalet_id', tests.id('far')))), 'MD400', 'two houses in one basket'),
  (tests.parts(tests.part('stay', jsonb_build_object('chalet_id', tests.id('nowhere')))), 'MD404', 'a chalet that is not there')) as t(v, c, w);
select is(tests.says(format('select hold_basket(%L)', tests.parts(tests.part('game', '{"key": 1, "time": "18:45"}'), tests.part('game', '{"key": 2, "time": "18:45"}')))) -> 'parts' -> 0 -> 'key', '2', 'one room twice in a basket: the second is refused');
select is(tests.says(format('select hold_basket(%L)', tests.parts(tests.part('stay', jsonb_build_object('chalet_id', tests.id('brook'))), tests.part('stay', jsonb_build_object('chalet_id', tests.id('brook'), 'key', 2))))) -> 'parts' -> 0 -> 'key', '2', 'so is one chalet');

-- changing it
select tests.keep('part', (select e from jsonb_array_elements(tests.kept('basket') -> 'parts') e where e ->> 'kind' = 'pool'));
select tests.keep('basket2', change_basket(tests.token(), tests.parts(tests.part('pool', '{"slot": "full_day"}')), array[(tests.kept('part') ->> 'id')::uuid]));
select is((select e #>> '{request,slot}' from jsonb_array_elements(tests.kept('basket2') -> 'parts') e where e ->> 'kind' = 'pool'), 'full_day', 'a part is changed by taking it out and in');
select is((select jsonb_object_agg(slot, available) from get_pool_availability(tests.monday(40), p_organization_id => tests.id('a'))), '{"morning": 4, "afternoon": 5, "full_day": 4}', 'its places move with it');
select is(tests.says(format('select change_basket(%L, %L, array[%L]::uuid[])', tests.token(), tests.parts(tests.part('pool', '{"adults": 9}')), (select e ->> 'id' from jsonb_array_elements(tests.kept('basket2') -> 'parts') e where e ->> 'kind' = 'pool'))) ->> 'code', 'MD409', 'a change that cannot be');
select is(get_basket(tests.token()) - 'now', tests.kept('basket2') - 'now', 'leaves what was held');
select is(tests.says(format('select change_basket(%L, ''[]'', array[%L]::uuid[])', tests.token(), gen_random_uuid())) ->> 'code', 'MD404', 'another basket''s part is not taken out');

-- confirming
select is(tests.says(format('select confirm_basket(%L)', tests.token())) ->> 'field', 'full_name', 'a name is needed');
select is(tests.says(format('select confirm_basket(%L, ''{"full_name": "Fay"}'')', tests.token())) ->> 'field', 'email', 'and a way to reach them');
select is(tests.says(format('select confirm_basket(%L, ''{"full_name": "Fay", "email": "fay@example.com"}'', p_total => 1)', tests.token())) - 'message' - 'field', '{"code": "MD409", "reason": "price_changed", "was": 1, "now": 520.00}', 'and the price that they saw');
select tests.keep('done', confirm_basket(tests.token(), '{"full_name": "Fay <b>Wray</b>", "email": "fay@example.com", "locale": "de"}', '[{"method": "desk"}]', 520, 'A cot, please.'));
select is(tests.kept('done') ->> 'status', 'confirmed', 'it is booked');
select is(jsonb_path_query_array(tests.kept('done'), '$.parts[*].status'), '["confirmed", "confirmed", "confirmed", "confirmed"]', 'every part of it');
select tests.keep('again', confirm_basket(tests.token(), '{"full_name": "Fay Wray", "email": "fay@example.com"}'));
select is(tests.kept('again') - 'replayed' - 'now', tests.kept('done') - 'replayed' - 'now', 'asked again it answers the same');
select is(tests.kept('again') -> 'replayed', 'true', 'and says so');
select tests.as_owner();
select is((select jsonb_agg(booking_type order by booking_type) from folio_items where folio_id = (tests.kept('done') ->> 'folio_id')::uuid), '["chalet", "experience", "pool", "reservation"]', 'one bill has it all');
select is((select array_agg(distinct customer_id) from (select customer_id from chalet_bookings where status = 'confirmed' union select customer_id from pool_tickets where status = 'confirmed' union select customer_id from bookings where status = 'confirmed' union select customer_id from table_reservations where status = 'confirmed') x),
  (select array[id] from customers where email = 'fay@example.com'), 'one customer has it all');
select is((select array_agg(payload ->> 'type') from maitred.jobs where tenant = 'tenant_alpha' and kind = 'notify' and created_at >= now() and run_at <= now()), array['basket_confirmed'], 'and hears of it once');
select is((select count(*) from maitred.jobs where tenant = 'tenant_alpha' and kind = 'notify' and created_at >= now() and run_at > now()), 2::bigint, 'reminders of stay and game come in their time');
select is(tests.rollup_differences(), 0::bigint, 'the sums are right');

-- time is up
select tests.as_anon();
select tests.keep('late', hold_basket(tests.parts(tests.part('table', '{"time": "12:00", "features": ["terrace"]}'), tests.part('game', '{"time": "18:45", "wishes": "In Spanish"}'), tests.part('pool'))));
select is(tests.says(format('select hold_basket(%L)', tests.parts(tests.part('table', '{"time": "12:00", "features": ["terrace"]}')))) #> '{parts,0}' ->> 'field', 'features', 'the only table of the terrace is held');
select tests.wait('20 minutes');
select is(get_basket(tests.token('late')) ->> 'status', 'expired', 'a basket whose time is up says so');
select is(tests.says(format('select change_basket(%L, %L)', tests.token('late'), tests.parts(tests.part('table')))) ->> 'code', 'MD410', 'it is not changed');
select tests.keep('over', tests.says(format('select confirm_basket(%L, ''{"full_name": "Gil", "email": "gil@example.com"}'')', tests.token('late'))));
select is(tests.kept('over') ->> 'code', 'MD410', 'nor confirmed');
select is((get_table_times(tests.id('a.restaurant'), tests.monday(40), 6) #>> '{times,48,free}')::int, 1, 'its table is free the moment that its time is up');
select tests.keep('new', hold_basket(tests.kept('over') -> 'parts'));
select is(tests.kept('new') ->> 'status', 'open', 'what the answer lists holds it again, in the place of what ran out');
select tests.as_owner();
select cmp_ok(app.often_payments(), '>=', 1, 'upkeep tells the basket');
update table_reservations set hold_expires_at = now() - interval '1 second' where id = (select p.booking_id from basket_parts p where p.basket_id = (tests.kept('new') ->> 'id')::uuid and p.booking_type = 'reservation' limit 1) and status = 'pending';
select cmp_ok(app.often_dining(), '>=', 1, 'the dining room takes its tables back by itself');
select is((select status from baskets where id = (tests.kept('late') ->> 'id')::uuid), 'expired', 'that it is over');
select is((select special_requests from bookings where booking_date = tests.monday(40) and start_time = '18:45' and status = 'cancelled'), 'In Spanish', 'and leaves the rest to each kind');
select tests.as_anon();
select is(release_basket(tests.token('new')) ->> 'status', 'released', 'a basket is let go');
select is(release_basket(tests.token('new')) ->> 'status', 'released', 'twice is fine');
select is(tests.says(format('select confirm_basket(%L, ''{"full_name": "Gil", "email": "gil@example.com"}'')', tests.token('new'))) ->> 'code', 'MD422', 'and not confirmed then');
select is(tests.says(format('select release_basket(%L)', tests.token())) ->> 'code', 'MD422', 'a confirmed one is cancelled by its bookings');
select tests.as_owner();
select is((select count(*) from basket_parts where basket_id = (tests.kept('new') ->> 'id')::uuid), 0::bigint, 'nothing is left of it');
select is(tests.rollup_differences(), 0::bigint, 'the sums are right');

-- a key that comes again
select tests.as_anon();
select tests.keep('k1', hold_basket(tests.parts(tests.part('table', '{"time": "13:00"}')), p_idempotency_key => 'tap'));
select is(hold_basket(tests.parts(tests.part('table', '{"time": "13:00"}')), p_idempotency_key => 'tap') ->> 'token', tests.token('k1'), 'a double tap holds once');
select is(hold_basket(tests.parts(tests.part('table', '{"time": "13:00"}')), p_idempotency_key => 'tap2') ->> 'token' = tests.token('k1'), false, 'another tap is another basket');
select * from finish();
rollback;
