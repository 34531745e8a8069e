-- What a stay costs, and why.
\ir ../start.sql
\ir cast.sql
select plan(44);

-- a stay from Thursday to Sunday, far from any season, for an anonymous visitor
select tests.as_anon();
select tests.keep('quote', quote_stay(tests.id('alpine'), tests.monday(60) + 3, tests.monday(60) + 6, 2));
select is(jsonb_path_query_array(tests.kept('quote'), '$.nights[*].base'), '["base", "weekend", "weekend"]', 'Friday and Saturday night are weekend');
select is(jsonb_path_query_array(tests.kept('quote'), '$.nights[*].price'), '[100.00, 150.00, 150.00]', 'each night has its price');
select is(tests.kept('quote') #>> '{nights,1,why}', 'Weekend price 150.00', 'and says why');
select is(tests.kept('quote') -> 'nights_price', '400.00', 'the nights add up');
select is(tests.kept('quote') -> 'addons_price', '50.00', 'what is part of every stay is in');
select is(tests.kept('quote') -> 'total_price', '450.00', 'the total is nights and add-ons');
select is(tests.kept('quote') -> 'tax_amount', to_jsonb(round(400 * 7 / 107.0, 2) + round(50 * 19 / 119.0, 2)), 'tax is contained, by each line''s rate');
select ok((select bool_and((l ->> 'net')::numeric + (l ->> 'tax')::numeric = (l ->> 'total')::numeric)
           from jsonb_array_elements(tests.kept('quote') -> 'addons' || jsonb_build_array(tests.kept('quote') -> 'accommodation')) l), 'net + tax = gross on each line');
select is(tests.kept('quote') -> 'deposit_due', '90.00', 'the deposit is a share of the total');
select is(tests.kept('quote') -> 'available', 'true', 'and the nights are free');
select is(tests.kept('quote') ->> 'cancellation_policy_id', tests.id('terms')::text, 'the terms made for chalets apply');

-- add-ons count by stay, night, guest
select tests.keep('quote', quote_stay(tests.id('alpine'), tests.monday(60), tests.monday(60) + 2, 3,
  jsonb_build_array(jsonb_build_object('addon_id', tests.id('breakfast')), jsonb_build_object('addon_id', tests.id('firewood'), 'quantity', 2))));
select is((select a -> 'total' from jsonb_array_elements(tests.kept('quote') -> 'addons') a where a ->> 'name' = 'Breakfast'), '75.00', 'breakfast: 3 guests × 2 nights');
select is((select a -> 'total' from jsonb_array_elements(tests.kept('quote') -> 'addons') a where a ->> 'name' = 'Firewood'), '18.00', 'firewood: two of them');

-- seasons: the highest priority wins, then the chalet's own, then the newest; only the weekdays named
select tests.as_owner();
insert into seasonal_pricing_rules (organization_id, name, start_date, end_date, multiplier, priority, apply_to_days, chalet_id, created_at) values
  (tests.id('a'), 'Winter',    tests.monday(90), tests.monday(90) + 6, 1.20, 1, null, null, now()),
  (tests.id('a'), 'Christmas', tests.monday(90) + 2, tests.monday(90) + 3, 1.50, 5, null, null, now()),
  (tests.id('a'), 'Alpine special', tests.monday(90), tests.monday(90), 0.90, 1, null, tests.id('alpine'), now() - interval '1 day'),
  (tests.id('a'), 'Tuesdays',  tests.monday(90), tests.monday(90) + 6, 0.50, 3, '{Tue}', null, now()),
  (tests.id('a'), 'Off',       tests.monday(90), tests.monday(90) + 6, 9.00, 99, null, null, now()),
  (tests.id('b'), 'Foreign',   tests.monday(90), tests.monday(90) + 6, 9.00, 99, null, null, now());
update seasonal_pricing_rules set is_active = false where name = 'Off';
select tests.as_anon();
select tests.keep('quote', quote_stay(tests.id('alpine'), tests.monday(90), tests.monday(90) + 7, 2));
select is(jsonb_path_query_array(tests.kept('quote'), '$.nights[*].rule'), '["Alpine special", "Tuesdays", "Christmas", "Christmas", "Winter", "Winter", "Winter"]', 'which rule counts which night');
select is(jsonb_path_query_array(tests.kept('quote'), '$.nights[*].price'), '[90.00, 50.00, 150.00, 150.00, 180.00, 180.00, 120.00]', 'and what it makes of the price');
select is(tests.kept('quote') #>> '{nights,4,why}', 'Weekend price 150.00 × 1.20 (Winter)', 'the reason names price, multiplier and rule');
select is(jsonb_path_query_array(quote_stay(tests.id('alpine'), tests.monday(90) + 6, tests.monday(90) + 8, 2), '$.nights[*].rule'), '["Winter", null]', 'end_date is the last night of a season');

-- a season may ask for longer stays, judged by the day of arrival
select tests.as_owner();
update seasonal_pricing_rules set min_nights = 4 where name = 'Christmas';
select tests.as_anon();
select is(tests.refused(format('select quote_stay(%L, %L, %L, 2)', tests.id('alpine'), tests.monday(90) + 2, tests.monday(90) + 4)), 'MD400 p_check_out', 'too short for the season');
select lives_ok(format('select quote_stay(%L, %L, %L, 2)', tests.id('alpine'), tests.monday(90) + 1, tests.monday(90) + 3), 'arriving the day before is another matter');

-- prices before tax
select tests.as_owner();
update organizations set prices_include_tax = false where id = tests.id('a');
select tests.as_anon();
select is(quote_stay(tests.id('brook'), tests.monday(60), tests.monday(60) + 2, 1) -> 'total_price', to_jsonb(160 + 11.20), 'tax is added where prices do not include it');
select tests.as_owner();
update organizations set prices_include_tax = true where id = tests.id('a');
select tests.as_anon();

-- a yen has no decimals
select tests.as_owner();
update organizations set currency = 'JPY' where id = tests.id('b');
update chalets set base_price = 1001 where id = tests.id('far');
insert into seasonal_pricing_rules (organization_id, name, start_date, end_date, multiplier, priority) values (tests.id('b'), 'Half', tests.monday(60), tests.monday(60), 1.5, 100);
select tests.as_anon();
select is((quote_stay(tests.id('far'), tests.monday(60), tests.monday(60) + 1, 1) ->> 'total_price')::numeric, 1502::numeric, 'prices are rounded to the currency');

-- refusals name the field
select is(tests.refused(format('select quote_stay(%s)', q.arguments)), q.refusal, q.what) from (values
  (format('%L, %L, %L, 2', tests.id('alpine'), tests.day(-1), tests.day(2)), 'MD400 p_check_in', 'yesterday'),
  (format('%L, %L, %L, 2', tests.id('alpine'), tests.day(5), tests.day(5)), 'MD400 p_check_out', 'no night'),
  (format('%L, %L, %L, 2', tests.id('alpine'), tests.day(5), tests.day(4)), 'MD400 p_check_out', 'departure before arrival'),
  (format('%L, %L, %L, 2', tests.id('alpine'), tests.day(5), tests.day(20)), 'MD400 p_check_out', 'more nights than the chalet allows'),
  (format('%L, %L, %L, 2', tests.id('brook'), tests.day(5), tests.day(6)), 'MD400 p_check_out', 'fewer nights than the chalet asks for'),
  (format('%L, %L, %L, 5', tests.id('alpine'), tests.day(5), tests.day(6)), 'MD400 p_guests', 'more guests than fit'),
  (format('%L, %L, %L, 0', tests.id('alpine'), tests.day(5), tests.day(6)), 'MD400 p_guests', 'nobody'),
  (format('%L, %L, %L, null', tests.id('alpine'), tests.day(5), tests.day(6)), 'MD400 p_guests', 'an unknown number of guests'),
  (format('%L, null, %L, 2', tests.id('alpine'), tests.day(6)), 'MD400 p_check_in', 'no arrival'),
  (format('%L, %L, null, 2', tests.id('alpine'), tests.day(6)), 'MD400 p_check_out', 'no departure'),
  (format('%L, %L, ''infinity'', 2', tests.id('alpine'), tests.day(6)), 'MD400 p_check_out', 'for ever'),
  (format('%L, %L, %L, 2', tests.id('alpine'), tests.day(9000), tests.day(9001)), 'MD400 p_check_in', 'in twenty-five years'),
  (format('null, %L, %L, 2', tests.day(5), tests.day(6)), 'MD400 p_chalet_id', 'no chalet'),
  (format('%L, %L, %L, 2', gen_random_uuid(), tests.day(5), tests.day(6)), 'MD404 p_chalet_id', 'an unknown chalet'),
  (format('%L, %L, %L, 2, ''{}''', tests.id('alpine'), tests.day(5), tests.day(6)), 'MD400 p_addons', 'add-ons that are no list'),
  (format('%L, %L, %L, 2, ''[7]''', tests.id('alpine'), tests.day(5), tests.day(6)), 'MD400 p_addons', 'an add-on that is no object'),
  (format('%L, %L, %L, 2, %L', tests.id('alpine'), tests.day(5), tests.day(6), '[{"addon_id":"'' or 1=1 --"}]'), 'MD400 p_addons', 'an add-on with hostile text'),
  (format('%L, %L, %L, 2, %L', tests.id('alpine'), tests.day(5), tests.day(6), jsonb_build_array(jsonb_build_object('addon_id', tests.id('firewood'), 'quantity', -1))), 'MD400 p_addons', 'less than none of an add-on'),
  (format('%L, %L, %L, 2, %L', tests.id('alpine'), tests.day(5), tests.day(6), jsonb_build_array(jsonb_build_object('addon_id', tests.id('firewood'), 'quantity', 6))), 'MD400 p_addons', 'more of an add-on than there is'),
  (format('%L, %L, %L, 2, %L', tests.id('alpine'), tests.day(5), tests.day(6), jsonb_build_array(jsonb_build_object('addon_id', tests.id('firewood')), jsonb_build_object('addon_id', tests.id('firewood')))), 'MD400 p_addons', 'an add-on twice'),
  (format('%L, %L, %L, 2, %L', tests.id('alpine'), tests.day(5), tests.day(6), jsonb_build_array(jsonb_build_object('addon_id', tests.id('far.boat')))), 'MD404 p_addons', 'an add-on of another organization'),
  (format('%L, %L, %L, 2, %L', tests.id('alpine'), tests.day(5), tests.day(6), (select jsonb_agg(jsonb_build_object('addon_id', gen_random_uuid())) from generate_series(1, 51))), 'MD400 p_addons', 'far too many add-ons')
) as q(arguments, refusal, what);

select tests.as_owner();
update chalets set is_active = false where id = tests.id('brook');
select tests.as_anon();
select is(tests.refused(format('select quote_stay(%L, %L, %L, 2)', tests.id('brook'), tests.day(5), tests.day(8))), 'MD404 p_chalet_id', 'a chalet that is not shown');
select * from finish();
rollback;
