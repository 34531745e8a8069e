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
select is(tests.kept('stay') ->> 'total_price', '283.00', 'three nights and a boat');
select record_payment('chalet', tests.kept_id('stay'), 283) \gset _
select is(cancel_chalet_booking(tests.kept_id('stay')) ->> 'refund_amount', '142.00', 'half of an odd sum comes back as whole yen');
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
select * from finish();
rollback;
