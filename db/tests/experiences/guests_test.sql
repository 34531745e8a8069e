-- What a guest is worth and who they are: money that was kept, signatures of everybody, names as they were given, changes of one thing.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.pay(p_id uuid, p_amount numeric) returns void language sql security definer as $$ select app.record_payment(tests.id('a'), 'experience', p_id, p_amount, 'EUR', 'cash') $$;
create function tests.worth(p_id uuid) returns text language sql security definer as $$ select format('%s of %s, %s', revenue, final_amount, payment_status) from tenant_alpha.bookings where id = p_id $$;
create function tests.stats(p text) returns text language sql security definer as $$ select coalesce((select format('%s visits %s', visits, spent) from tenant_alpha.customer_stats where customer_id = tests.id(p)), 'nobody') $$;
create function tests.one() returns uuid language sql as $$ select (tests.kept('one') #>> '{}')::uuid $$;
create function tests.sign(p_waiver text, p_name text, p_booking uuid default null, p_email text default null, p_born date default '1990-01-01', p_guardian text default null) returns jsonb language sql as $$
  select submit_waiver((tests.kept(p_waiver) ->> 'id')::uuid, p_name, p_name, p_born, p_email, null, p_booking, p_guardian, null, p_guardian) $$;
create function tests.missing(p_booking uuid) returns int language sql security definer set search_path = tenant_alpha, api, app, public as $$ select app.waivers_missing(p_booking) $$;
create function tests.b(p text) returns uuid language sql as $$ select (tests.kept(p) #>> '{}')::uuid $$;
create function tests.widget(p_name text, p_time time) returns uuid language sql as $$ select (create_widget_booking(tests.id('venue.a'), tests.id('manor'), p_name, 'office@example.com', '0170 5551234', tests.day(40), p_time, null, 2) ->> 'id')::uuid $$;
create function tests.found(p_search text) returns text language sql as $$ select string_agg(customer_name, ', ' order by customer_name) from list_bookings(p_search => p_search) where booking_date = tests.day(40) $$;
grant execute on all functions in schema tests to anon, authenticated;

-- ── money that was kept ──────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.manager');
select tests.keep('one', to_jsonb(tests.book('vault', '10:00', 4))) is not null;
select is(tests.worth(tests.one()) || ' / ' || tests.stats('bob'), '0.00 of 120.00, pending / 0 visits 0.00', 'what lies ahead unpaid is worth nothing and is no visit');
select is((get_customer_rfm_score(tests.id('bob'))).segment, 'prospect', 'nor is who has only that a customer yet');
select tests.pay(tests.one(), 120);
select is(tests.worth(tests.one()) || ' / ' || tests.stats('bob'), '120.00 of 120.00, paid / 1 visits 120.00', 'paid it is');
select update_booking(tests.one(), '{"party_size": 3}') is not null;
select is(tests.worth(tests.one()), '90.00 of 90.00, paid', 'a smaller party earns its price');
select refund_payment((select id from payments where booking_id = tests.one()), 30, 'One stays at home') is not null;
select is(tests.worth(tests.one()) || ' / ' || calculate_customer_ltv(tests.id('bob')), '90.00 of 90.00, paid / 90.00', 'giving back what was too much takes nothing away');
select tests.keep('two', to_jsonb(tests.book('vault', '12:30', 4))) is not null;
select tests.pay((tests.kept('two') #>> '{}')::uuid, 20);
select refund_payment((select id from payments where booking_id = (tests.kept('two') #>> '{}')::uuid), null, 'Wrong card') is not null;
select is(tests.worth((tests.kept('two') #>> '{}')::uuid), '0.00 of 120.00, refunded', 'the wrong card is back');
select tests.pay((tests.kept('two') #>> '{}')::uuid, 120);
select is(tests.worth((tests.kept('two') #>> '{}')::uuid), '120.00 of 120.00, paid', 'and the right one paid all');
select refund_payment((select id from payments where booking_id = (tests.kept('two') #>> '{}')::uuid and status = 'succeeded'), 50, 'Goodwill') is not null;
select is(tests.worth((tests.kept('two') #>> '{}')::uuid), '70.00 of 120.00, partially_refunded', 'goodwill costs what it costs');
select cancel_booking((tests.kept('two') #>> '{}')::uuid, 'x', false) is not null;
select is(tests.worth((tests.kept('two') #>> '{}')::uuid), '70.00 of 120.00, partially_refunded', 'what a cancelled one left is kept');
select tests.as_owner();
select is(tests.rollup_differences(), 0::bigint, 'the sums follow');

-- ── a change of one thing ────────────────────────────────────────────────────────────────────────────────────────────
update games set price = 99 where id = tests.id('vault');
update venues set operating_hours = '{}' where id = tests.id('venue.a');
select tests.as('a.manager');
select is(update_booking(tests.one(), jsonb_build_object('party_size', 3, 'booking_date', tests.day(30), 'start_time', '10:00', 'venue_id', tests.id('venue.a'), 'ticket_types', '[]'::jsonb, 'total_amount', 90, 'special_requests', 'A cake')) ->> 'final_amount', '90.00',
  'a form that sends all as it is prices and places nothing, whatever the house has changed');
select is(tests.refused(format('select update_booking(%L, ''{"party_size": 3, "total_amount": 1}'')', tests.one())), 'MD400 total_amount', 'another price is still another price');
select tests.as_owner();
update games set price = 30, requires_waiver = true where id = tests.id('vault');
update venues set operating_hours = app.default_hours() where id = tests.id('venue.a');

-- ── signatures of everybody ──────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.manager');
select tests.keep('risk', create_waiver('Liability', 'At your own risk.', p_valid_days => 365, p_minimum_age => 10)) is not null;
select tests.keep('photo', create_waiver('Photos', 'We may show them.')) is not null;
select tests.keep('b1', to_jsonb(tests.book('vault', '10:00', 2, 31))) is not null;
select tests.as_anon();
select is((tests.sign('photo', 'Dora', tests.b('b1')) ->> 'missing')::int, 2, 'pictures are not the risk');
select is((tests.sign('photo', 'Egon', tests.b('b1')) ->> 'missing')::int, 2, 'whoever signs them');
select is((tests.sign('risk', 'Dora', tests.b('b1')) ->> 'missing')::int, 1, 'Dora is through, once');
select is(tests.refused($$select tests.sign('risk', ' DORA ', tests.b('b1'))$$), 'MD409 p_signer_name', 'she is one person, however she is typed');
select tests.as('a.manager');
select is(tests.refused(format('select update_booking_status_batch(array[%L::uuid], ''checked_in'')', tests.b('b1'))), 'MD422 p_booking_ids', 'somebody is missing');
select tests.as_anon();
select is((tests.sign('risk', 'Egon', tests.b('b1')) ->> 'missing')::int, 0, 'now both are through');
-- later visits
select tests.as('a.manager');
select tests.keep('b2', to_jsonb(tests.book('vault', '10:00', 3, 38))) is not null;
select tests.keep('b3', to_jsonb(tests.book('vault', '12:30', 2, 38, 'ada'))) is not null;
select is(tests.missing(tests.b('b2')), 1, 'a week later the two are known, the third is not');
select is(tests.missing(tests.b('b3')), 2, 'another customer''s party is not');
select tests.as_anon();
select is(tests.sign('risk', 'Ada Lovelace') ->> 'missing', null, 'signed in advance, by name');
select is(tests.sign('risk', 'Lord Byron', null, 'ADA@example.com') ->> 'missing', null, 'or by the address of the one who booked');
select tests.as_owner();
select is(tests.missing(tests.b('b3')), 0, 'counts when they come');
alter table waiver_submissions disable trigger user;
update waiver_submissions set expires_at = now() + interval '35 days' where waiver_id = (tests.kept('risk') ->> 'id')::uuid and booking_id = tests.b('b1');
alter table waiver_submissions enable trigger user;
select is(tests.missing(tests.b('b1')) || ' ' || tests.missing(tests.b('b2')), '0 3', 'until it runs out');
select tests.as('a.manager');
select create_waiver('Liability', 'New risk.', p_waiver_id => (tests.kept('risk') ->> 'id')::uuid, p_valid_days => 365, p_minimum_age => 10) is not null;
select is(tests.missing(tests.b('b1')) || ' ' || tests.missing(tests.b('b3')), '0 2', 'a new text is signed anew; what was signed for a booking stands');
update waivers set is_required = true where id = (tests.kept('photo') ->> 'id')::uuid;
update waivers set is_required = false where title = 'Liability' and is_active;
select is(tests.missing(tests.b('b1')) || ' ' || tests.missing(tests.b('b2')), '0 3', 'the house may say otherwise: pictures from all, for each booking');
update waivers set is_required = null;
select tests.as_anon();
select tests.keep('risk', to_jsonb(get_waiver((tests.kept('risk') ->> 'id')::uuid))) is not null;
select is(tests.refused(format('select tests.sign(''risk'', ''Kid'', null, null, %L, ''kíd'')', current_date - 365 * 12)), 'MD400 p_guardian_name', 'a child is not its own guardian');

-- ── names as they were given ─────────────────────────────────────────────────────────────────────────────────────────
select tests.as_anon();
select tests.widget('Greta Berg', '10:00') is not null, tests.widget('Hans Täl', '11:00') is not null \g /dev/null
select tests.as('a.manager');
select is((select string_agg(customer_name, ', ' order by start_time) from list_bookings(tests.day(40), tests.day(40))), 'Greta Berg, Hans Täl', 'each booking is in the name that it was made in');
select is(tests.found('hans tal'), 'Hans Täl', 'and is found by it');
select is(tests.found('office@example.com'), 'Greta Berg, Hans Täl', 'both by their address');
select is(tests.found('1234'), 'Greta Berg, Hans Täl', 'and by the end of their number');
select is(tests.found('0170-555'), 'Greta Berg, Hans Täl', 'or its beginning');
select is(tests.found('Nobody'), null, 'nobody is nobody');

-- ── days of the place ────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
update organizations set timezone = 'America/Los_Angeles' where id = tests.id('a');
insert into waiver_submissions (organization_id, waiver_id, waiver_version, content_hash, signer_name, date_of_birth, signature, signed_at)
values (tests.id('a'), (tests.kept('photo') ->> 'id')::uuid, 1, 'x', 'Late', '1990-01-01', 'x', timestamp '2026-11-28 18:30' at time zone 'America/Los_Angeles');
select tests.as('a.manager');
select is((select count(*) from get_waiver_submissions(p_start_date => '2026-11-28', p_end_date => '2026-11-28') where signer_name = 'Late')
  || ' ' || (select count(*) from get_waiver_submissions(p_start_date => '2026-11-29', p_end_date => '2026-11-29') where signer_name = 'Late'), '1 0', 'an evening in Los Angeles is that day''s');
select * from finish();
rollback;
