-- What went wrong with other people's baskets, calendars and parties (docs/cases.md, "Baskets and what a guest has booked").
\ir ../start.sql
\ir cast.sql
select plan(20);
insert into promo_codes (organization_id, code, discount_type, discount_value, max_uses) values (tests.id('a'), 'ONCE', 'percent', 10, 1);
select tests.as_anon();

-- pretix #2258: a code with one use is in the basket, and the number of people changes
select tests.keep('basket', hold_basket(tests.parts(tests.part('game', '{"promo_code": "once"}'))));
select is(tests.kept('basket') -> 'total', '108.00', 'a code takes its share off');
select is(tests.says(format('select hold_basket(%L)', tests.parts(tests.part('game', '{"promo_code": "ONCE", "time": "17:30"}')))) #>> '{parts,0,field}', 'promo_code', 'used once it is used up');
select is(change_basket(tests.token(), tests.parts(tests.part('game', '{"promo_code": "ONCE", "party_size": 6}')), array[(tests.kept('basket') #>> '{parts,0,id}')::uuid]) -> 'total', '162.00', 'the one who holds it changes the party and keeps the code');
select is(release_basket(tests.token()) ->> 'status', 'released', 'let go');
select tests.keep('basket', hold_basket(tests.parts(tests.part('game', '{"promo_code": "ONCE"}'))));
select is(tests.kept('basket') -> 'total', '108.00', 'it is free again');

-- alf.io #1389: a refused basket leaves nothing behind
select tests.as_owner();
select is((select count(*) from baskets), 2::bigint, 'two baskets were made so far');
select tests.as_anon();
select tests.says(format('select hold_basket(%L)', tests.parts(tests.part('table'), tests.part('game')))) \g /dev/null
select tests.as_owner();
select is((select count(*) from baskets), 2::bigint, 'and none by the one that was refused');
select tests.as_anon();

-- QloApps #1004: emptied in another window, then confirmed
select change_basket(tests.token(), '[]', array[(tests.kept('basket') #>> '{parts,0,id}')::uuid]) \g /dev/null
select is(tests.says(format('select confirm_basket(%L, ''{"full_name": "Fay", "email": "fay@example.com"}'')', tests.token())) ->> 'code', 'MD422', 'an empty basket is nothing to confirm');

-- dolson334 #24: the day that was asked for is the day that is held
select tests.keep('day', hold_basket(tests.parts(tests.part('stay'))));
select is((get_basket(tests.token('day')) #>> '{parts,0,starts_at}')::timestamptz, (tests.monday(40) + time '15:00') at time zone 'Europe/Berlin', 'not the one before');
-- QloApps #904: what is part of every stay is in every price that is shown
select is(quote_parts(tests.parts(tests.part('stay'))) #> '{parts,0,price}', tests.kept('day') #> '{parts,0,price}', 'quote and basket say the same, cleaning included');

-- bagisto #2714, pretix #5715: the hour has come, or the house has closed, while it was held
select tests.keep('late', hold_basket(tests.parts(tests.part('pool'), tests.part('table', '{"time": "12:00"}'))));
select tests.as_owner();
update basket_parts set quote = quote || jsonb_build_object('starts_at', now()) where basket_id = (tests.kept('late') ->> 'id')::uuid and kind = 'table';
select tests.as_anon();
select tests.keep('over', tests.says(format('select confirm_basket(%L, ''{"full_name": "Fay", "email": "fay@example.com"}'')', tests.token('late'))));
select is(jsonb_build_array(tests.kept('over') -> 'reason', tests.kept('over') #> '{parts,0,reason}', jsonb_array_length(tests.kept('over') -> 'parts')), '["gone", "past", 1]', 'a table whose time has come is not booked');
select tests.keep('late2', change_basket(tests.token('late'), '[]', array[(tests.kept('over') #>> '{parts,0,id}')::uuid]));
select is(jsonb_array_length(tests.kept('late2') -> 'parts'), 1, 'pretix #795: it can be taken out');
select tests.as('a.manager');
update pool_capacity set is_closed = true where date = tests.monday(40);
select tests.as_anon();
select is(tests.says(format('select confirm_basket(%L, ''{"full_name": "Fay", "email": "fay@example.com"}'')', tests.token('late'))) #>> '{parts,0,reason}', 'closed', 'nor a pool that was closed meanwhile');

-- librebooking #557: the same address books again, and is the same person
select confirm_basket(tests.token('day'), '{"full_name": "Fay Wray", "email": "fay@example.com"}') \g /dev/null
select tests.keep('again', hold_basket(tests.parts(tests.part('table', '{"time": "20:30"}'))));
select is(confirm_basket(tests.token('again'), '{"full_name": "Fay Wray", "email": "FAY@example.com "}') ->> 'status', 'confirmed', 'an address is no account: it books twice');
select tests.as_owner();
select is((select count(*) from customers where email = 'fay@example.com'), 1::bigint, 'as one person');
select tests.as_anon();

-- cal.diy #5340: who joined can manage what is theirs, whoever joins later
select tests.keep('game', confirm_basket(hold_basket(tests.parts(tests.part('game'))) ->> 'token', '{"full_name": "Fay Wray", "email": "fay@example.com"}'));
select tests.keep('party', open_party(tests.kept('game') #>> '{parts,0,reference}', 'fay@example.com'));
select tests.keep('gil', join_party(tests.kept('party') ->> 'token', 'Gil'));
select tests.keep('hal', join_party(tests.kept('party') ->> 'token', 'Hal'));
select is(change_party_member(tests.kept('gil') ->> 'member_token', '{"note": "late"}') #>> '{members,1,note}', 'late', 'the first who joined still is who they are');
-- cal.diy #28986: one who leaves cancels nothing for the others
select change_party_member(tests.kept('gil') ->> 'member_token', p_leave => true) \g /dev/null
select is(get_party(null, tests.kept('hal') ->> 'member_token') -> 'is_open', 'true', 'the others still come');
-- cal.diy #7667, #10517: a time that is offered can be booked, whatever the clock does until then
select is((select count(*) from jsonb_array_elements(get_game_calendar(tests.id('venue.a'), tests.last_sunday(3) - 1, 3, tests.id('museum')) #> '{games,0,days}') d, jsonb_array_elements(d -> 'starts') s
  where (s ->> 'starts_at')::timestamptz <> ((d ->> 'date')::date + (s ->> 'time')::time) at time zone 'Europe/Berlin'), 0::bigint, 'around the change of the clock wall and instant agree');
select is(hold_basket(tests.parts(jsonb_build_object('kind', 'game', 'venue_id', tests.id('venue.a'), 'game_id', tests.id('vault'), 'date', tests.last_sunday(3), 'time', '17:30', 'party_size', 2))) #>> '{parts,0,request,time}', '17:30', 'and six in the evening of that day is sold as it is shown');
select tests.as_owner();
select is(tests.rollup_differences(), 0::bigint, 'the sums are right');
select * from finish();
rollback;
