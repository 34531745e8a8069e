-- A stay from booking to departure, for guests and for the desk.
\ir ../start.sql
\ir cast.sql
update users set email_verified = true where id = tests.id('a.customer');      -- who has proved nothing holds less
select * from no_plan();

-- ── a guest books ────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_anon();
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2)', tests.id('alpine'), tests.monday(60), tests.monday(60) + 2)), 'MD401', 'a visitor signs in first');

select tests.as('a.customer');
select tests.keep('one', create_chalet_booking(tests.id('alpine'), tests.monday(60), tests.monday(60) + 2, 2, '{"full_name": "Grace Hopper"}',
  p_special_requests => 'Robert''); drop table chalets; --', p_addons => jsonb_build_array(jsonb_build_object('addon_id', tests.id('firewood'))),
  p_total_price => 259, p_idempotency_key => 'k1')) is not null;
select is(tests.kept('one') ->> 'status', 'pending', 'a deposit is due: the stay is held');
select ok((tests.kept('one') ->> 'hold_expires_at')::timestamptz = now() + interval '30 minutes', 'for half an hour');
select is(tests.kept('one') ->> 'deposit_due', '51.80', 'the deposit is a fifth');
select is(tests.kept('one') ->> 'user_id', tests.id('a.customer')::text, 'it is the guest''s own');
select is(tests.kept('one') ->> 'special_requests', 'Robert''); drop table chalets; --', 'hostile text is text');
select is((select jsonb_agg(name order by name) from booking_addons), '["Final cleaning", "Firewood"]', 'add-ons are kept with the stay, required ones by themselves');
select is((select total_price from chalet_bookings), 259.00, 'the guest sees it in the table');
select is(create_chalet_booking(tests.id('alpine'), tests.monday(60), tests.monday(60) + 2, 2, p_idempotency_key => 'k1') ->> 'id', tests.kept('one') ->> 'id',
  'the same key answers with the same stay');

select tests.as('b.customer');
select is_empty('select 1 from chalet_bookings', 'guests do not see each other');
select is_empty('select 1 from booking_addons', 'nor each other''s add-ons');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2)', tests.id('alpine'), tests.monday(70), tests.monday(70) + 2)), 'MD404 p_chalet_id', 'a guest of another organization');
select is(tests.refused(format('select cancel_chalet_booking(%L)', tests.kept('one') ->> 'id')), 'MD404 p_booking_id', 'cannot cancel what is not theirs');
select is(tests.refused(format('select modify_chalet_booking(%L, p_guests => 1)', tests.kept('one') ->> 'id')), 'MD404 p_booking_id', 'nor change it');
select tests.as('b.manager');
select is_empty('select 1 from chalet_bookings', 'another organization''s manager sees nothing');
select is(tests.refused(format('select cancel_chalet_booking(%L)', tests.kept('one') ->> 'id')), 'MD404 p_booking_id', 'and cancels nothing');
select is(tests.refused(format('select check_in(%L)', tests.kept('one') ->> 'id')), 'MD404 p_booking_id', 'and checks nobody in');

-- ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.customer');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2, p_total_price => 1)', tests.id('alpine'), tests.monday(70), tests.monday(70) + 2)), 'MD400 p_total_price', 'a wrong total');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2, p_confirm => true)', tests.id('alpine'), tests.monday(70), tests.monday(70) + 2)), 'MD403 p_confirm', 'confirming without the deposit');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2, p_user_id => %L)', tests.id('alpine'), tests.monday(70), tests.monday(70) + 2, tests.id('a.staff'))), 'MD403 p_user_id', 'booking in somebody''s name');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2, p_customer_id => %L)', tests.id('alpine'), tests.monday(70), tests.monday(70) + 2, gen_random_uuid())), 'MD403 p_customer_id', 'or as somebody''s customer');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2, ''[]'')', tests.id('alpine'), tests.monday(70), tests.monday(70) + 2)), 'MD400 p_guest_details', 'guest details that are no object');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2, p_special_requests => %L)', tests.id('alpine'), tests.monday(70), tests.monday(70) + 2, repeat('x', 5000))), 'MD400 p_special_requests', 'wishes without end');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2, p_source => ''desk'')', tests.id('alpine'), tests.monday(70), tests.monday(70) + 2)), 'MD400 p_source', 'a source the desk gives');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2, p_idempotency_key => %L)', tests.id('alpine'), tests.monday(70), tests.monday(70) + 2, '')), 'MD400 p_idempotency_key', 'an empty key');
select is(tests.refused(format('select create_chalet_booking(null, %L, %L, 2)', tests.monday(70), tests.monday(70) + 2)), 'MD404 p_chalet_id', 'no chalet');
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2)', tests.id('alpine'), tests.monday(60) + 1, tests.monday(60) + 3)), 'MD409 p_check_in', 'nights that are taken');
select is((select count(*) from chalet_bookings), 1::bigint, 'nothing half done is left');

-- the loser hears what else there is
select tests.keep('no', tests.detail(format('select create_chalet_booking(%L, %L, %L, 2)', tests.id('alpine'), tests.monday(60), tests.monday(60) + 2))) is not null;
select is(tests.kept('no') #>> '{alternatives,0,name}', 'Brook', 'another chalet for the same nights');
select ok((tests.kept('no') -> 'alternatives') @> jsonb_build_array(jsonb_build_object('chalet_id', tests.id('alpine'), 'check_in', tests.monday(60) + 2)), 'and the same chalet two days later');

-- half-open: arrival on the day of departure
select lives_ok(format('select create_chalet_booking(%L, %L, %L, 2)', tests.id('alpine'), tests.monday(60) + 2, tests.monday(60) + 3), 'one leaves, the next arrives');

-- no deposit: confirmed at once
select is(create_chalet_booking(tests.id('brook'), tests.monday(60), tests.monday(60) + 2, 2) ->> 'status', 'confirmed', 'where no deposit is due the stay is confirmed at once');

-- ── the constraint itself, for every other door ──────────────────────────────────────────────────────────────────────
select tests.as_service();
select throws_ok(format('insert into chalet_bookings (organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency) values (%L, %L, %L, %L, %L, 1, 0, ''EUR'')',
  tests.id('a'), tests.id('a.customer'), tests.id('alpine'), tests.monday(60) + 1, tests.monday(60) + 2), '23P01', null, 'two stays never share a night, not even for the service role');
select throws_ok(format('insert into chalet_bookings (organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency) values (%L, %L, %L, %L, %L, 1, 0, ''EUR'')',
  tests.id('a'), tests.id('a.customer'), tests.id('alpine'), tests.monday(80) + 1, tests.monday(80)), 'MD400', null, 'departure comes after arrival');
select throws_ok(format('insert into chalet_bookings (organization_id, chalet_id, check_in, check_out, guests, total_price, currency) values (%L, %L, %L, %L, 1, 0, ''EUR'')',
  tests.id('a'), tests.id('alpine'), tests.monday(80), tests.monday(80) + 1), '23514', null, 'somebody stays');

-- ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
select app.record_payment(tests.id('a'), 'chalet', (tests.kept('one') ->> 'id')::uuid, 51.80, 'EUR', 'card', tests.id('a.customer'), null) is not null;
select is((select status || ' ' || payment_status || ' ' || coalesce(hold_expires_at::text, 'no hold') from chalet_bookings where id = (tests.kept('one') ->> 'id')::uuid),
  'confirmed deposit_paid no hold', 'the deposit confirms the stay');

-- ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────────
update chalets set base_price = 200 where id = tests.id('alpine');
select tests.as('a.customer');
select is(tests.refused(format('select modify_chalet_booking(%L, p_check_in => %L)', tests.kept('one') ->> 'id', tests.monday(60) - 1)), 'MD409 p_check_out', 'a stay that grows wants the deposit of what it is then');
select tests.as_owner();
select app.record_payment(tests.id('a'), 'chalet', (tests.kept('one') ->> 'id')::uuid, 40, 'EUR', 'card', tests.id('a.customer'), null) is not null;
select tests.as('a.customer');
select is(modify_chalet_booking((tests.kept('one') ->> 'id')::uuid, p_check_in => tests.monday(60) - 1) -> 'nights_price', '400.00', 'agreed nights keep their price, the new one has today''s');
select is(tests.refused(format('select modify_chalet_booking(%L, p_check_out => %L)', tests.kept('one') ->> 'id', tests.monday(60) + 3)), 'MD409 p_check_in', 'into the next stay it cannot grow');
select is(tests.refused(format('select modify_chalet_booking(%L, p_chalet_id => %L)', tests.kept('one') ->> 'id', tests.id('far'))), 'MD404 p_chalet_id', 'nor to another organization');
select is(tests.refused(format('select modify_chalet_booking(%L, p_guests => 9)', tests.kept('one') ->> 'id')), 'MD400 p_guests', 'nor beyond the beds');
select is(tests.refused(format('select modify_chalet_booking(%L, p_total_price => 1)', tests.kept('one') ->> 'id')), 'MD400 p_total_price', 'nor at a price of the guest''s own');
select is((modify_chalet_booking((tests.kept('one') ->> 'id')::uuid, p_addons => '[]') ->> 'addons_price')::numeric, 50::numeric, 'add-ons can go, required ones stay');
select ok((select modified_at is not null and first_check_in = tests.monday(60) - 1 from chalet_bookings where id = (tests.kept('one') ->> 'id')::uuid), 'the change is dated, the earliest arrival remembered');

-- what is overpaid goes back by the terms when the guest changes (more than 14 days: all of it)
select tests.as_owner();
select app.record_payment(tests.id('a'), 'chalet', (tests.kept('one') ->> 'id')::uuid, 358.20, 'EUR', 'cash', tests.id('a.customer'), null) is not null;
select is((select payment_status from chalet_bookings where id = (tests.kept('one') ->> 'id')::uuid), 'paid', 'all is paid');
select tests.as('a.customer');
select is((modify_chalet_booking((tests.kept('one') ->> 'id')::uuid, p_check_in => tests.monday(60)) ->> 'refunded')::numeric, 200::numeric, 'a night less, its money back');
select is((select payment_status || ' ' || change_fee from chalet_bookings where id = (tests.kept('one') ->> 'id')::uuid), 'paid 0.00', 'what is left is paid');

-- ── cancelling ───────────────────────────────────────────────────────────────────────────────────────────────────────
select is(tests.refused(format('select cancel_chalet_booking(%L, p_refund_amount => 1)', tests.kept('one') ->> 'id')), 'MD403 p_refund_amount', 'the guest does not choose the refund');
select tests.keep('gone', cancel_chalet_booking((tests.kept('one') ->> 'id')::uuid, 'Snow is late')) is not null;
select is((tests.kept('gone') ->> 'status') || ' ' || (tests.kept('gone') ->> 'payment_status') || ' ' || (tests.kept('gone') ->> 'refund_amount'), 'cancelled refunded 250.00', 'long before, all comes back');
select is(app.paid_amount('chalet', (tests.kept('one') ->> 'id')::uuid), 0::numeric, 'really');
select is(tests.refused(format('select cancel_chalet_booking(%L)', tests.kept('one') ->> 'id')), 'MD422 status', 'once');
select is(tests.refused(format('select modify_chalet_booking(%L, p_guests => 1)', tests.kept('one') ->> 'id')), 'MD422 status', 'what is cancelled does not change');
select lives_ok(format('select create_chalet_booking(%L, %L, %L, 2)', tests.id('alpine'), tests.monday(60), tests.monday(60) + 2), 'its nights are free again');

-- terms: half within 14 days, nothing within 3; moving the stay away does not soften them
select tests.as('a.staff');
select tests.keep('near', create_chalet_booking(tests.id('alpine'), tests.day(7), tests.day(8), 2, '{"full_name": "Alan Turing", "email": "alan@example.com"}')) is not null;
select is((tests.kept('near') ->> 'status') || ' ' || (tests.kept('near') ->> 'source'), 'confirmed desk', 'the desk books by name and confirms');
select ok((tests.kept('near') ->> 'user_id') is null and (tests.kept('near') ->> 'customer_id') is not null, 'without a login: a customer stands for the guest');
select tests.as_owner();
select app.record_payment(tests.id('a'), 'chalet', (tests.kept('near') ->> 'id')::uuid, (tests.kept('near') ->> 'total_price')::numeric, 'EUR', 'cash', null, (tests.kept('near') ->> 'customer_id')::uuid) is not null;
select tests.as('a.staff');
select tests.keep('moved', modify_chalet_booking((tests.kept('near') ->> 'id')::uuid, tests.day(203), tests.day(204))) is not null;
select tests.as_owner();
update customers set user_id = tests.id('a.customer') where id = (tests.kept('near') ->> 'customer_id')::uuid;
select tests.as('a.customer');
select is((cancel_chalet_booking((tests.kept('near') ->> 'id')::uuid) ->> 'refund_amount')::numeric,
  round((select total_price from chalet_bookings where id = (tests.kept('near') ->> 'id')::uuid) / 2, 2), 'a customer''s login cancels the customer''s stay; half comes back, counted from the first arrival agreed');
select is((select payment_status from chalet_bookings where id = (tests.kept('near') ->> 'id')::uuid), 'partial_refund', 'a part came back');

-- a guest who shortens a near stay pays what the terms keep
select tests.as('a.staff');
select tests.keep('short', create_chalet_booking(tests.id('brook'), tests.day(7), tests.day(11), 2, p_user_id => tests.id('a.customer'))) is not null;
select tests.as_owner();
select app.record_payment(tests.id('a'), 'chalet', (tests.kept('short') ->> 'id')::uuid, 320, 'EUR', 'cash', tests.id('a.customer'), null) is not null;
select tests.as('a.customer');
select tests.keep('short', modify_chalet_booking((tests.kept('short') ->> 'id')::uuid, p_check_out => tests.day(9))) is not null;
select is(format('%s %s %s', tests.kept('short') ->> 'refunded', tests.kept('short') ->> 'change_fee', tests.kept('short') ->> 'total_price'), '80.00 80.00 240.00', 'half of the nights given up comes back');
select is((tests.kept('short') ->> 'balance')::numeric, 0::numeric, 'and nothing is owed');
select tests.as_owner();
select is((select sum(amount) from app.folio_chalet(tests.id('a'), array[(tests.kept('short') ->> 'id')::uuid], null, null)), 240.00, 'the bill says the same');

-- the desk may set the refund, within what was paid
select tests.as('a.staff');
select is(tests.refused(format('select cancel_chalet_booking(%L, p_refund_amount => 240.01)', tests.kept('short') ->> 'id')), 'MD400 p_refund_amount', 'more than was paid does not go back');
select is(tests.refused(format('select cancel_chalet_booking(%L, p_refund_amount => -1)', tests.kept('short') ->> 'id')), 'MD400 p_refund_amount', 'nor less than nothing');
select is(tests.refused(format('select cancel_chalet_booking(%L, p_refund_amount => 200)', tests.kept('short') ->> 'id')), 'MD403 p_refund_amount', 'more than the terms give is not the desk''s to decide');
select tests.as('a.manager');
select is(cancel_chalet_booking((tests.kept('short') ->> 'id')::uuid, 'Goodwill', 200) ->> 'refund_amount', '200.00', 'a manager gives what they like');
select tests.as_owner();
select is((select sum(amount) from app.folio_chalet(tests.id('a'), array[(tests.kept('short') ->> 'id')::uuid], null, null)), 40::numeric, 'the bill of a cancelled stay is what was kept');

-- ── holds ────────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.customer');
select tests.keep('hold', create_chalet_booking(tests.id('alpine'), tests.monday(120), tests.monday(120) + 1, 2)) is not null;
select tests.as_owner();
update chalet_bookings set hold_expires_at = now() - interval '1 second' where id = (tests.kept('hold') ->> 'id')::uuid;
select tests.as_anon();
select is(quote_stay(tests.id('alpine'), tests.monday(120), tests.monday(120) + 1) -> 'available', 'true', 'a hold that has run out takes no night');
select tests.as('a.staff');
select tests.keep('taker', create_chalet_booking(tests.id('alpine'), tests.monday(120), tests.monday(120) + 1, 2, '{"full_name": "Edsger", "phone": "+31 20 1234567"}')) is not null;
select is((select status from chalet_bookings where id = (tests.kept('hold') ->> 'id')::uuid), 'cancelled', 'and goes when somebody wants the night');
-- late money: the nights are gone, it goes back
select tests.as_owner();
select app.record_payment(tests.id('a'), 'chalet', (tests.kept('hold') ->> 'id')::uuid, 250, 'EUR', 'cash', tests.id('a.customer'), null) is not null;
select is((select status || ' ' || payment_status || ' ' || refund_amount from chalet_bookings where id = (tests.kept('hold') ->> 'id')::uuid), 'cancelled refunded 250.00', 'late money for nights that are gone goes back');
select is(app.paid_amount('chalet', (tests.kept('hold') ->> 'id')::uuid), 0::numeric, 'to the last cent');
-- late money: the nights are still free, the stay is confirmed after all
select tests.as('a.customer');
select tests.keep('late', create_chalet_booking(tests.id('alpine'), tests.monday(130), tests.monday(130) + 1, 2)) is not null;
select tests.as_owner();
update chalet_bookings set hold_expires_at = now() - interval '1 second' where id = (tests.kept('late') ->> 'id')::uuid;
select is(app.expire_chalet_holds(), 1, 'the sweep finds it');
select app.record_payment(tests.id('a'), 'chalet', (tests.kept('late') ->> 'id')::uuid, 250, 'EUR', 'cash', tests.id('a.customer'), null) is not null;
select is((select status || ' ' || payment_status from chalet_bookings where id = (tests.kept('late') ->> 'id')::uuid), 'confirmed paid', 'late money takes nights that are still free');
-- money for what the guest has cancelled, and too little money for a hold that has run out
select tests.as_owner();
insert into chalet_bookings (id, organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, deposit_due, currency, status, cancelled_at, hold_ran_out)
select tests.id(k), tests.id('a'), tests.id('a.customer'), tests.id('alpine'), tests.day(500), tests.day(501), 1, 100, 50, 'EUR', 'cancelled', now() - interval '1 hour', k = 'off.hold' from unnest('{off.guest,off.hold}'::text[]) k;
select app.record_payment(tests.id('a'), 'chalet', tests.id(k), 30, 'EUR', 'cash', tests.id('a.customer')) from unnest('{off.guest,off.hold}'::text[]) k \g /dev/null
select is((select string_agg(status || ' ' || payment_status || ' ' || round(app.paid_amount('chalet', id), 2), ', ') from chalet_bookings where id in (tests.id('off.guest'), tests.id('off.hold'))),
  'cancelled refunded 0.00, cancelled refunded 0.00', 'money for what is cancelled goes back');
-- nobody holds the whole house
select tests.as('a.customer');
select create_chalet_booking(tests.id('alpine'), tests.monday(140) + n, tests.monday(140) + n + 1, 2) is not null from generate_series(0, 4 - (select count(*)::int from chalet_bookings where status = 'pending')) n;
select is(tests.refused(format('select create_chalet_booking(%L, %L, %L, 2)', tests.id('alpine'), tests.monday(150), tests.monday(150) + 1)), 'MD429', 'five holds are enough');

-- ── arrival and departure ────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.staff');
select tests.keep('now', create_chalet_booking(tests.id('alpine'), tests.day(0), tests.day(3), 2, '{"full_name": "Barbara Liskov", "email": "barbara@example.com"}')) is not null;
select is(tests.refused(format('select check_in(%L)', tests.kept('taker') ->> 'id')), 'MD422 p_booking_id', 'nobody arrives weeks early');
select tests.as('a.waiter');
select is(tests.refused(format('select check_in(%L)', tests.kept('now') ->> 'id')), 'MD404 p_booking_id', 'a waiter does not see stays');
select tests.as('a.finance');
select is(tests.refused(format('select check_in(%L)', tests.kept('now') ->> 'id')), 'MD403', 'finance sees, and does not move');
select tests.as('a.customer');
select is(tests.refused(format('select check_in(%L)', tests.kept('late') ->> 'id')), 'MD404 p_booking_id', 'guests do not check themselves in');
select tests.as('a.manager');
update chalets set status = 'maintenance' where id = tests.id('alpine');
select is(tests.refused(format('select check_in(%L)', tests.kept('now') ->> 'id')), 'MD409 p_booking_id', 'nobody moves into a building site');
update chalets set status = 'active' where id = tests.id('alpine');
select tests.as('a.staff');
select is(check_in((tests.kept('now') ->> 'id')::uuid, '{"passport": "X1"}') ->> 'status', 'checked_in', 'they arrive');
select is((select guest_details ->> 'passport' || ' ' || (guest_details ->> 'full_name') from chalet_bookings where id = (tests.kept('now') ->> 'id')::uuid), 'X1 Barbara Liskov', 'what the desk notes is added');
select is(tests.refused(format('select check_in(%L)', tests.kept('now') ->> 'id')), 'MD422 status', 'once');
select is(tests.refused(format('select cancel_chalet_booking(%L)', tests.kept('now') ->> 'id')), 'MD422 status', 'who has arrived does not cancel');
select is(tests.refused(format('select modify_chalet_booking(%L, p_check_in => %L)', tests.kept('now') ->> 'id', tests.day(1))), 'MD422 p_check_in', 'nor arrives again');
select is((modify_chalet_booking((tests.kept('now') ->> 'id')::uuid, p_check_out => tests.day(4)) ->> 'nights')::int, 4, 'but stays a night longer');
select is((select movement from get_stay_movements() where booking_id = (tests.kept('now') ->> 'id')::uuid), 'arrival', 'the desk''s list has them');
select is(tests.refused(format('select check_out(%L)', tests.kept('now') ->> 'id')), 'MD409 p_booking_id', 'unpaid they do not leave');
select is(tests.refused(format('select check_out(%L, true)', tests.kept('now') ->> 'id')), 'MD403', 'not on the desk''s word');
select tests.as('a.manager');
select is(check_out((tests.kept('now') ->> 'id')::uuid, true) ->> 'status', 'checked_out', 'only on a manager''s');
select is((select upper(stay) from chalet_bookings where id = (tests.kept('now') ->> 'id')::uuid), tests.day(1), 'who leaves early gives the other nights back');
select tests.as('a.staff');
select lives_ok(format('select create_chalet_booking(%L, %L, %L, 2, %L)', tests.id('alpine'), tests.day(1), tests.day(3), '{"full_name": "N", "email": "n@example.com"}'), 'and somebody else takes them');

-- no-show
select tests.keep('ghost', create_chalet_booking(tests.id('brook'), tests.day(0), tests.day(2), 1, '{"full_name": "Godot", "email": "godot@example.com"}')) is not null;
select is(tests.refused(format('select mark_no_show(%L)', tests.kept('taker') ->> 'id')), 'MD422 p_booking_id', 'who is expected next month is no no-show');
select is(mark_no_show((tests.kept('ghost') ->> 'id')::uuid) ->> 'status', 'no_show', 'who does not come is one');
select lives_ok(format('select create_chalet_booking(%L, %L, %L, 2, %L)', tests.id('brook'), tests.day(0), tests.day(2), '{"full_name": "N", "email": "n@example.com"}'), 'the nights are free');

-- ── the state diagram: every move that it lacks is refused, for the service role too ───────────────────────────────────
select tests.as_owner();
insert into chalets (id, organization_id, name, capacity, base_price) values (tests.id('den'), tests.id('a'), 'Den', 2, 10);
insert into chalet_bookings (id, organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency)
values (tests.id('dummy'), tests.id('a'), tests.id('a.customer'), tests.id('den'), tests.day(0), tests.day(2), 1, 0, 'EUR');
select tests.as_service();
select tests.as_owner();
create function tests.move(p_from text, p_to text) returns text language plpgsql as $$
declare v text;
begin
  alter table chalet_bookings disable trigger guard_status;
  update chalet_bookings set status = p_from, hold_ran_out = false where id = tests.id('dummy');
  alter table chalet_bookings enable trigger guard_status;
  begin
    update chalet_bookings set status = p_to where id = tests.id('dummy');
    v := 'goes';
  exception when sqlstate 'MD422' then v := 'refused';
  end;
  return v;
end $$;
select is(tests.move(f, t), case when f = t or f || '>' || t = any ('{pending>confirmed,pending>cancelled,confirmed>checked_in,confirmed>cancelled,confirmed>no_show,checked_in>checked_out,no_show>confirmed,no_show>checked_in}') then 'goes' else 'refused' end,
  f || ' to ' || t)
from unnest('{pending,confirmed,checked_in,checked_out,cancelled,no_show}'::text[]) f, unnest('{pending,confirmed,checked_in,checked_out,cancelled,no_show}'::text[]) t;

-- the REST door: the desk confirms and notes, and does nothing else by hand
select tests.as_owner();
select is(tests.move('cancelled', 'cancelled'), 'goes', 'set back');
alter table chalet_bookings disable trigger guard_status;
update chalet_bookings set status = 'pending' where id = tests.id('dummy');
alter table chalet_bookings enable trigger guard_status;
select tests.as('a.staff');
select throws_ok('update chalet_bookings set total_price = 1', '42501', null, 'prices are not written by hand');
select throws_ok('update chalet_bookings set check_in = check_in - 1', '42501', null, 'nor dates');
select throws_ok('delete from chalet_bookings', '42501', null, 'stays are not deleted');
select is(tests.refused(format('update chalet_bookings set status = ''cancelled'' where id = %L', tests.id('dummy'))), 'MD422 status', 'cancelling by hand would forget the refund');
update chalet_bookings set status = 'confirmed' where id = tests.id('dummy');
select is((select status from chalet_bookings where id = tests.id('dummy')), 'confirmed', 'confirming is a word');
select tests.as('a.customer');
update chalet_bookings set status = 'no_show';
select is((select count(*) from chalet_bookings where status = 'no_show'), 0::bigint, 'guests write nothing');
select tests.as_anon();
select throws_ok('select 1 from chalet_bookings', '42501', null, 'visitors see nobody''s stays');
select tests.as('a.finance');
select isnt_empty('select 1 from chalet_bookings', 'finance reads them');
select tests.as('a.owner');
select isnt_empty($$select 1 from audit_logs where table_name = 'chalet_bookings' and new_data ->> 'status' = 'cancelled'$$, 'changes are in the audit trail');
select * from finish();
rollback;
