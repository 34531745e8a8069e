-- What a change does not touch stays as it was agreed; the desk's sheet of any day; a no-show that comes after all.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.guest(p_name text) returns jsonb language sql as $$ select jsonb_build_object('full_name', p_name, 'email', lower(p_name) || '@example.com') $$;
create function tests.stay() returns text language sql as $$
  select format('%s = %s + %s, tax %s, deposit %s, %s', total_price, nights_price, addons_price, tax_amount, deposit_due,
    (select string_agg(a.name || ' ' || a.total_price, ', ' order by a.name) from booking_addons a where a.booking_id = b.id))
  from chalet_bookings b where id = tests.kept_id('s') $$;
create function tests.sheet(p_id uuid, variadic p_days int[]) returns text language sql as $$
  select string_agg(coalesce((select m.movement from get_stay_movements(tests.day(d)) m where m.booking_id = p_id), '-'), ' ' order by n) from unnest(p_days) with ordinality x(d, n) $$;
grant execute on all functions in schema tests to authenticated;
select tests.as('a.manager');

-- ── seasons that overlap ─────────────────────────────────────────────────────────────────────────────────────────────
insert into seasonal_pricing_rules (organization_id, name, start_date, end_date, multiplier, min_nights, priority, apply_to_days, chalet_id) values
  (tests.id('a'), 'Feast', tests.monday(90), tests.monday(90) + 6, 1.8, 5, 1, null, null),
  (tests.id('a'), 'Weekends', tests.monday(80), tests.monday(120), 2.0, null, 10, '{Fri,Sat}', null),
  (tests.id('a'), 'Short breaks', tests.monday(80), tests.monday(120), 0.9, 2, 20, null, tests.id('alpine')),
  (tests.id('a'), 'Gone', tests.monday(80), tests.monday(120), 1, 9, 30, null, null);
update seasonal_pricing_rules set is_active = false where name = 'Gone';
select is(tests.detail(format('select quote_stay(%L, %L, %L, 2)', tests.id('alpine'), tests.monday(90) + 4, tests.monday(90) + 7)) ->> 'min_nights', '5', 'the rule that makes the price does not lift the minimum of another');
select is(quote_stay(tests.id('alpine'), tests.monday(90) + 4, tests.monday(90) + 9, 2) -> 'min_nights', '5', 'five nights are enough');
select is(quote_stay(tests.id('alpine'), tests.monday(98), tests.monday(98) + 2, 2) -> 'min_nights', '2', 'after the feast the next rule that names one');
select is((select string_agg(name, ' ') from get_available_chalets(tests.monday(90) + 4, tests.monday(90) + 6, 2, tests.id('a'))), null, 'nor are such nights shown as free');
select tests.keep('alt', create_chalet_booking(tests.id('brook'), tests.monday(83), tests.monday(83) + 2, 2, tests.guest('First'))) is not null;
select tests.keep('alt', tests.detail(format('select create_chalet_booking(%L, %L, %L, 2, %L)', tests.id('brook'), tests.monday(83) + 1, tests.monday(83) + 3, tests.guest('Second')))) is not null;
select cmp_ok(jsonb_array_length(tests.kept('alt') -> 'alternatives'), '>', 1, 'there are alternatives');
select is((select string_agg(distinct quote_stay((a ->> 'chalet_id')::uuid, (a ->> 'check_in')::date, (a ->> 'check_out')::date, 2) ->> 'available', ' ')
           from jsonb_array_elements(tests.kept('alt') -> 'alternatives') a), 'true', 'and every one of them can be booked');

-- ── a change of one thing ────────────────────────────────────────────────────────────────────────────────────────────
insert into chalet_addons (id, organization_id, chalet_id, name, price, per, max_quantity) values (tests.id('sauna'), tests.id('a'), tests.id('alpine'), 'Sauna', 50, 'stay', 3);
select tests.keep('s', create_chalet_booking(tests.id('alpine'), tests.monday(200), tests.monday(200) + 3, 2, tests.guest('Ada'),
  p_addons => jsonb_build_array(jsonb_build_object('addon_id', tests.id('breakfast')), jsonb_build_object('addon_id', tests.id('sauna'), 'quantity', 2)))) is not null;
select is((tests.kept('s') ->> 'total_price')::numeric, 300 + 50 + 75 + 100::numeric, 'agreed: three nights, cleaning, breakfast, sauna');
select tests.as_owner();
select app.record_payment(tests.id('a'), 'chalet', tests.kept_id('s'), 525, 'EUR', 'cash', null, (tests.kept('s') ->> 'customer_id')::uuid) is not null;
-- then the house changes everything
select tests.as('a.manager');
update chalet_addons set price = 14 where id = tests.id('breakfast');
update chalet_addons set is_active = false where id = tests.id('sauna');
insert into chalet_addons (id, organization_id, name, price, is_required) values (tests.id('towels'), tests.id('a'), 'Towels', 8, true);
update chalets set base_price = 500, min_nights = 5, max_nights = 7, deposit_percent = 90, tax_rate = 19, capacity = 2, status = 'maintenance' where id = tests.id('alpine');
select tests.keep('before', to_jsonb(tests.stay())) is not null;
select tests.keep('m', modify_chalet_booking(tests.kept_id('s'), p_special_requests => 'A cot, please')) is not null;
select is(to_jsonb(tests.stay()), tests.kept('before'), 'a note prices nothing');
select is((tests.kept('m') ->> 'refunded')::numeric + (tests.kept('m') ->> 'balance')::numeric, 0::numeric, 'and moves no money');
select is((select special_requests from chalet_bookings where id = tests.kept_id('s')), 'A cot, please', 'it is kept');
select is(modify_chalet_booking(tests.kept_id('s'), p_special_requests => ' ') -> 'special_requests', 'null', 'empty, it is taken away');
select modify_chalet_booking(tests.kept_id('s'), tests.monday(200), tests.monday(200) + 3, 2, tests.id('alpine'), null, 'All is said again') is not null;
select is(to_jsonb(tests.stay()), tests.kept('before'), 'nor does a form that sends everything as it is');
select modify_chalet_booking(tests.kept_id('s'), p_guests => 1) is not null;
select is((select addons_price from chalet_bookings where id = tests.kept_id('s')), 50 + 37.50 + 100, 'one guest less: the breakfast follows at its agreed price, nothing else moves');
select modify_chalet_booking(tests.kept_id('s'), p_guests => 2) is not null;
select is(to_jsonb(tests.stay()), tests.kept('before'), 'and comes back');
select is(tests.refused(format('select modify_chalet_booking(%L, p_guests => 3)', tests.kept_id('s'))), 'MD400 p_guests', 'more than were agreed do not fit today');
update chalets set capacity = 1 where id = tests.id('alpine');
select is((modify_chalet_booking(tests.kept_id('s'), p_check_out => tests.monday(200) + 2) ->> 'nights_price')::numeric, 200::numeric, 'a shorter stay is not held to a minimum that came later');
select is(tests.refused(format('select modify_chalet_booking(%L, p_check_out => %L)', tests.kept_id('s'), tests.monday(200) + 3)), 'MD409 p_check_in', 'a night that was given up is taken anew: the chalet is closed');
update chalets set status = 'active' where id = tests.id('alpine');
select is((modify_chalet_booking(tests.kept_id('s'), p_check_out => tests.monday(200) + 3) ->> 'nights_price')::numeric, 700::numeric, 'and has the price of today');
select modify_chalet_booking(tests.kept_id('s'), p_addons => jsonb_build_array(jsonb_build_object('addon_id', tests.id('sauna'), 'quantity', 1), jsonb_build_object('addon_id', tests.id('firewood')))) is not null;
select is((select string_agg(a.name || ' ' || a.total_price, ', ' order by a.name) from booking_addons a where a.booking_id = tests.kept_id('s')),
  'Final cleaning 50.00, Firewood 9.00, Sauna 50.00', 'add-ons: what is listed again keeps its price, what is new has today''s, what is required stays, what came later is not forced on anybody');
select is(tests.refused(format('select modify_chalet_booking(%L, p_addons => %L)', tests.kept_id('s'), jsonb_build_array(jsonb_build_object('addon_id', tests.id('sauna'), 'quantity', 3)))), 'MD400 p_addons', 'more of what is no longer sold cannot be had');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 1, %L, p_addons => %L)', tests.id('alpine'), tests.monday(300), tests.monday(300) + 5, tests.guest('New'), jsonb_build_array(jsonb_build_object('addon_id', tests.id('sauna'))))), 'MD404 p_addons', 'nor by anybody new');
delete from chalet_addons where id = tests.id('sauna');
select modify_chalet_booking(tests.kept_id('s'), p_check_out => tests.monday(200) + 2) is not null;
select is((select string_agg(a.name || ' ' || a.total_price, ', ' order by a.name) from booking_addons a where a.booking_id = tests.kept_id('s')),
  'Final cleaning 50.00, Firewood 9.00, Sauna 50.00', 'what has left the catalogue for good stays in the stay');
-- another portal sold some of these nights, too: the stay keeps them, and may be written in
insert into ical_imports (id, chalet_id, name, url) values (tests.id('portal'), tests.id('alpine'), 'Portal', 'https://portal.example/1.ics');
select import_ical_events(tests.id('portal'), jsonb_build_array(jsonb_build_object('uid', 'x', 'start', tests.monday(200), 'end', tests.monday(200) + 4))) is not null;
select lives_ok(format('select modify_chalet_booking(%L, p_check_in => %L)', tests.kept_id('s'), tests.monday(200) + 1), 'shortening a stay that is sold twice');
select is(tests.refused(format('select modify_chalet_booking(%L, p_check_out => %L)', tests.kept_id('s'), tests.monday(200) + 3)), 'MD409 p_check_in', 'growing into what another portal has');
delete from ical_imports;
-- to another chalet everything that belongs to the old one goes
update chalets set capacity = 4 where id = tests.id('brook');
select is((modify_chalet_booking(tests.kept_id('s'), tests.monday(200), tests.monday(200) + 2, p_chalet_id => tests.id('brook')) ->> 'nights_price')::numeric, 160::numeric, 'another chalet is another price');
select is((select string_agg(a.name || ' ' || a.total_price, ', ' order by a.name) from booking_addons a where a.booking_id = tests.kept_id('s')), 'Firewood 9.00, Towels 8.00', 'with what holds there');

-- ── the desk's sheet of any day ──────────────────────────────────────────────────────────────────────────────────────
update chalets set min_nights = 1, deposit_percent = 0, capacity = 4 where id in (tests.id('alpine'), tests.id('brook'));
select tests.keep('coming', create_chalet_booking(tests.id('brook'), tests.day(5), tests.day(8), 1, tests.guest('Coming'))) is not null;
select is(tests.sheet(tests.kept_id('coming'), 4, 5, 6, 7, 8, 9), '- arrival in_house in_house departure -', 'days to come');
select tests.as_owner();
insert into chalet_bookings (id, organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency, status, released_from) values
  (tests.id('was'), tests.id('a'), tests.id('a.customer'), tests.id('brook'), tests.day(-9), tests.day(-5), 1, 0, 'EUR', 'checked_out', tests.day(-6)),
  (tests.id('late'), tests.id('a'), tests.id('a.customer'), tests.id('brook'), tests.day(-1), tests.day(2), 1, 0, 'EUR', 'confirmed', null),
  (tests.id('over'), tests.id('a'), tests.id('a.customer'), tests.id('alpine'), tests.day(-4), tests.day(-1), 1, 0, 'EUR', 'checked_in', null);
select tests.as('a.staff');
select is(tests.sheet(tests.id('was'), -10, -9, -8, -6, -5), '- arrival in_house departure -', 'days past, with an early departure');
select is(tests.sheet(tests.id('late'), -1, 0, 1, 2), 'arrival arrival in_house departure', 'who is late is expected today, and in house tomorrow');
select is(tests.sheet(tests.id('over'), -4, -3, -1, 0, 1), 'arrival in_house departure departure -', 'who should have left is on today''s list');

-- ── they came after all ──────────────────────────────────────────────────────────────────────────────────────────────
select mark_no_show(tests.id('late')) is not null;
select is(undo_no_show(tests.id('late')) ->> 'status', 'confirmed', 'a no-show is taken back');
select is(tests.refused(format('select undo_no_show(%L)', tests.id('late'))), 'MD422 status', 'once');
select mark_no_show(tests.id('late')) is not null;
update chalet_bookings set status = 'confirmed' where id = tests.id('late');
select is((select status from chalet_bookings where id = tests.id('late')), 'confirmed', 'by the table, too');
select is(tests.refused(format('update chalet_bookings set status = ''no_show'' where id = %L', tests.kept_id('coming'))), 'MD422 status', 'who is expected next week is no no-show by that door either');
select mark_no_show(tests.id('late')) is not null;
select is(check_in(tests.id('late')) ->> 'status', 'checked_in', 'they move in at three in the morning');
select tests.as_owner();
update chalet_bookings set status = 'checked_out' where id in (tests.id('late'), tests.id('over'));
insert into chalet_bookings (id, organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency, status) values
  (tests.id('ghost'), tests.id('a'), tests.id('a.customer'), tests.id('alpine'), tests.day(0), tests.day(2), 1, 0, 'EUR', 'no_show'),
  (tests.id('gone'), tests.id('a'), tests.id('a.customer'), tests.id('alpine'), tests.day(-8), tests.day(-6), 1, 0, 'EUR', 'no_show');
select tests.as('a.staff');
select create_chalet_booking(tests.id('alpine'), tests.day(1), tests.day(3), 1, tests.guest('Quick')) is not null;
select is(tests.refused(format('select undo_no_show(%L)', tests.id('ghost'))), 'MD409 status', 'not when somebody has the nights');
select is(tests.refused(format('select check_in(%L)', tests.id('ghost'))), 'MD409 status', 'nor by moving in');
select is(tests.refused(format('select undo_no_show(%L)', tests.id('gone'))), 'MD410 status', 'nor when they are past');
select tests.as('b.staff');
select is(tests.refused(format('select undo_no_show(%L)', tests.id('ghost'))), 'MD404 p_booking_id', 'nor by another house');
select * from finish();
rollback;
