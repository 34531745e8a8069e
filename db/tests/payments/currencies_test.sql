-- A share of a price has the digits of its currency, wherever one is taken: yen have none, so half a yen is refused at the till.
\ir ../start.sql
\ir ../stays/cast.sql
\ir ../experiences/cast.sql
update organizations set currency = 'JPY', default_tax_rate = 10 where id = tests.id('b');
select * from no_plan();

-- A stay of three nights, half of whose price comes back.
insert into cancellation_policies (id, organization_id, name, applies_to, rules)
values (tests.id('half'), tests.id('b'), 'Half', '{chalet}', '[{"hours_before": 0, "refund_percent": 50}]');
update chalets set base_price = 91, cancellation_policy_id = tests.id('half') where id = tests.id('far');
update chalet_addons set is_required = true, price = 10 where id = tests.id('far.boat');
select tests.as('b.manager');
select tests.keep('stay', create_chalet_booking(tests.id('far'), tests.monday(30), tests.monday(30) + 3, 2, '{"full_name": "Mei", "email": "mei@example.com"}')) \gset _
select is(tests.kept('stay') ->> 'total_price', '283', 'three nights and a boat');
select record_payment('chalet', tests.kept_id('stay'), 283) \gset _
select is(cancel_chalet_booking(tests.kept_id('stay')) ->> 'refund_amount', '142', 'half of an odd sum comes back as whole yen');
select tests.keep('stay', create_chalet_booking(tests.id('far'), tests.monday(30), tests.monday(30) + 3, 2, '{"full_name": "Mei", "email": "mei@example.com"}')) \gset _
select record_payment('chalet', tests.kept_id('stay'), 283) \gset _
select is(tests.refused($$select cancel_chalet_booking(tests.kept_id('stay'), null, 100.50)$$), 'MD400 p_refund_amount', 'nor does the desk give back half a yen');
select is((select average_price from get_available_chalets(tests.monday(60), tests.monday(60) + 3, 2, tests.id('b')))::text, '91', 'an average night is a price too');

-- A booking with 15 percent off grows, and moves to a dearer venue.
select tests.as_owner();
update games set price = 333 where id = tests.id('vault.b');
insert into promo_codes (organization_id, code, discount_type, discount_value) values (tests.id('b'), 'FRIEND', 'percent', 15);
insert into venues (id, organization_id, name, timezone, operating_hours)
select tests.id('venue.dear'), organization_id, 'Dear', timezone, operating_hours from venues where id = tests.id('venue.b');
insert into game_venues (venue_id, game_id, organization_id, price) values (tests.id('venue.dear'), tests.id('vault.b'), tests.id('b'), 371);
select tests.as('b.manager');
select tests.keep('game', create_booking(tests.id('venue.b'), tests.id('vault.b'), tests.id('eve'), tests.day(30), '14:00', 3, p_promo_code => 'FRIEND')) \gset _
select is((select array[total_amount, discount_amount, final_amount] from bookings where id = tests.kept_id('game')), array[999, 150, 849]::numeric[], 'three players, 15 percent off');
select update_booking(tests.kept_id('game'), '{"players": 5}') \gset _
select is((select array[discount_amount, tax_amount, final_amount, deposit_amount] = array[round(discount_amount), round(tax_amount), round(final_amount), round(deposit_amount)]
           from bookings where id = tests.kept_id('game')), true, 'five players: whole yen off, of tax, and to pay');
select reschedule_booking(tests.kept_id('game'), tests.day(30), '16:00', tests.id('venue.dear')) \gset _
select is((select array[tax_amount, final_amount] = array[round(tax_amount), round(final_amount)] from bookings where id = tests.kept_id('game')), true, 'and so at the other venue');
select tests.keep('due', create_payment('experience', tests.kept_id('game'))) \gset _
select is((tests.kept('due') ->> 'amount')::numeric, (select final_amount from bookings where id = tests.kept_id('game')), 'which can be paid');

-- On the bill.
select is((select count(*) from get_folio(p_booking_type => 'experience', p_booking_id => tests.kept_id('game')) f, jsonb_path_query(f, '$.**.tax_amount') t
           where (t #>> '{}')::numeric % 1 <> 0), 0::bigint, 'nor has the tax on the bill decimals');

-- Rupiah: a unit is worth little, so amounts are long. Dinars have three digits, wherever a price stands.
select tests.as_owner();
\ir ../dining/cast.sql
update organizations set currency = 'IDR', default_tax_rate = 0 where id = tests.id('b');
select tests.as('b.manager');
update menu_items set price = 25000000 where id = tests.id('b.soup');
select is((select price::bigint from menu_items where id = tests.id('b.soup')), 25000000::bigint, 'a steak for 250,000 rupiah');
select is(tests.refused($$update menu_items set price = 300000000000 where id = tests.id('b.soup')$$), 'MD400 price', 'three billion are a typing mistake');
select is(tests.refused($$update modifiers set price = 300000000000 where id = tests.id('b.ham')$$), 'MD400 price', 'for extras, too');
update menu_items set price = 1500000000 where id = tests.id('b.soup');
select tests.put('wedding', seat_party(tests.id('b.t4'), p_party_size => 6)) \gset _
select count(place_order(tests.uid('wedding', 'session', 'id'), jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('b.soup'), 'quantity', 99)))) from generate_series(1, 3) \gset _
select is((select total_amount from table_sessions where id = tests.uid('wedding', 'session', 'id')), 445500000000::bigint, 'a wedding of four billion rupiah');
select tests.put('bill', split_bill(tests.uid('wedding', 'session', 'id'), 'amount', '[{"label": "Bride", "amount": 400000000001}]')) \gset _
select is(pay_bill_share((tests.json('bill', 'bill', 'shares', '0', 'id'))::uuid, 'card', null, null, 4000000000) #>> '{share,status}', 'paid', 'a share of it and the gratuity are taken');
select is(tests.json('bill', 'bill', 'shares', '1', 'amount'), '45499999999', 'to the last hundredth of a rupiah');
update chalets set base_price = 150000000 where id = tests.id('far');
select is((create_chalet_booking(tests.id('far'), tests.monday(120), tests.monday(120) + 3, 2, '{"full_name": "Mei", "email": "mei@example.com"}') ->> 'total_price')::numeric, 450000010::numeric, 'a villa by the sea');
select tests.as_owner();
update organizations set currency = 'EUR' where id = tests.id('a');
select tests.as('a.manager');
select is(tests.refused($$update menu_items set price = 20000001 where id = tests.id('a.soup')$$), 'MD400 price', 'in euros a price has the limit that it had');
select is(tests.refused($$update chalets set base_price = 12.345 where id = tests.id('alpine')$$), 'MD400 base_price', 'a third digit of a euro is refused, not rounded');
select tests.as_owner();
update organizations set currency = 'KWD' where id = tests.id('a');
select tests.as('a.manager');
update chalets set base_price = 12.345, weekend_price = null where id = tests.id('alpine');
select is((select base_price::text from chalets where id = tests.id('alpine')), '12.345', 'a dinar has a thousand fils: a chalet');
update pool_prices set price = 2.125 where slot = 'morning' and age_group = 'adult' and organization_id = tests.id('a');
select is((select count(*) from pool_prices where price = 2.125), (select count(*) from pool_prices where slot = 'morning' and age_group = 'adult' and organization_id = tests.id('a')), 'a ticket');
update games set price = 7.375 where id = tests.id('vault');
select is((select price::text from games where id = tests.id('vault')), '7.375', 'a game');
select is((create_chalet_booking(tests.id('alpine'), tests.monday(60), tests.monday(60) + 3, 2, '{"full_name": "Mei", "email": "mei@example.com"}') #>> '{price_breakdown,nights_price}')::numeric, 37.035::numeric, 'three nights of it');
select is(tests.refused($$update chalets set base_price = 12.3456 where id = tests.id('alpine')$$), 'MD400 base_price', 'and no ten-thousandth');
-- Averages in reports have the digits of the house: one game of 22.125 and one of 14.750 make 18.438.
select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('ada'), tests.day(1), '14:00', 3) \gset _
select create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('ada'), tests.day(1), '16:00', 2) \gset _
select is((select average_booking_value from generate_revenue_report(tests.day(1), tests.day(1)))::text, '18.438', 'to the fils');
select * from finish();
rollback;
