-- A game with more or fewer players costs the same, whoever says so: its guest or the house.
\ir ../start.sql
\ir cast.sql
select plan(9);
insert into promo_codes (organization_id, code, discount_type, discount_value) values (tests.id('a'), 'FIX', 'amount', 20);
select tests.as_anon();
select tests.keep('done', confirm_basket(hold_basket(tests.parts(tests.part('game', '{"promo_code": "FIX"}'), tests.part('game', '{"promo_code": "FIX", "time": "17:30"}'),
  tests.part('game', jsonb_build_object('game_id', tests.id('manor'))))) ->> 'token', '{"full_name": "Fay Wray", "email": "fay@example.com"}'));
select tests.as_owner();
create function tests.number(p_n int) returns text language sql as $$ select tests.kept('done') #>> array['parts', p_n::text, 'reference'] $$;
create function tests.costs(p_n int) returns jsonb language sql as $$
  select jsonb_build_object('total', b.total_amount, 'discount', b.discount_amount, 'tax', b.tax_amount, 'final', b.final_amount, 'deposit', b.deposit_amount, 'lines', b.price_details)
  from bookings b where b.reference_number = tests.number(p_n) $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- a code of twenty off
select tests.as_anon();
select is(change_my_booking(tests.number(0), 'fay@example.com', '{"party_size": 6}', true) -> 'price_now', '160.00', 'twenty off stay twenty off');
select tests.as('a.manager');
select is((update_booking((tests.kept('done') #>> '{parts,1,booking_id}')::uuid, '{"party_size": 6}') ->> 'final_amount')::numeric, 160.00, 'at the house''s door too');
select tests.as_owner();
select is(tests.costs(0), tests.costs(1), 'both doors write the same, line by line');
select is(tests.costs(0) #> '{lines,1,label}', '"FIX"', 'the code among the lines');

-- what is paid stays covered
select tests.as('a.manager');
select record_payment('experience', (tests.kept('done') #>> '{parts,0,booking_id}')::uuid, 160) \g /dev/null
select tests.as_anon();
select is(tests.says(format('select change_my_booking(%L, ''fay@example.com'', ''{"party_size": 5}'', true)', tests.number(0))) - 'message', '{"code": "MD409", "field": "party_size", "reason": "paid", "paid": 160.00}', 'less than is paid is the house''s to give back');
select is(get_my_booking(tests.number(0), 'fay@example.com') #> '{bookings,0,price}', '160.00', 'and nothing has changed');

-- no room
select hold_basket(tests.parts(tests.part('game', jsonb_build_object('game_id', tests.id('manor'), 'party_size', 5)))) \g /dev/null
select tests.keep('full', tests.says(format('select change_my_booking(%L, ''fay@example.com'', ''{"party_size": 6}'', true)', tests.number(2))));
select is(jsonb_build_array(tests.kept('full') -> 'code', tests.kept('full') -> 'field'), '["MD409", "party_size"]', 'six do not fit beside five others');
select ok(jsonb_array_length(tests.kept('full') -> 'alternatives') > 0, 'and are offered other times');
select tests.as_owner();
select is(tests.rollup_differences(), 0::bigint, 'the sums are right');
select * from finish();
rollback;
