-- Waivers: versions, signatures, minors and guardians, check-in.
\ir ../start.sql
\ir cast.sql
select plan(47);
create table tests.w (name text primary key, id uuid);
grant all on tests.w to anon, authenticated;
create function tests.years(p_years int, p_days int default 0) returns date language sql stable as
$$ select ((now() at time zone 'Europe/Berlin')::date - make_interval(years => p_years))::date + p_days $$;
create function tests.sign(p_changes jsonb default '{}') returns jsonb language sql as $$
  select submit_waiver((select id from tests.w where name = coalesce(p_changes ->> 'waiver', 'first')),
    case when p_changes ? 'name' then p_changes ->> 'name' else 'Grace Hopper' end,
    case when p_changes ? 'signature' then p_changes ->> 'signature' else 'data:image/svg+xml,<svg/>' end,
    case when p_changes ? 'born' then (p_changes ->> 'born')::date else tests.years(30) end, p_changes ->> 'email', null,
    (p_changes ->> 'booking')::uuid, p_changes ->> 'guardian', 'mother', p_changes ->> 'guardian_signature', '{"allergies": "none"}', (p_changes ->> 'version')::int) $$;
grant execute on all functions in schema tests to anon, authenticated;

select tests.as('a.manager');
insert into tests.w select 'first', (create_waiver('Liability', 'You play at your own risk.', p_minimum_age => 8, p_valid_days => 365) ->> 'id')::uuid;
select results_eq($$select version, is_active, family_id = id from waivers$$, $$values (1, true, true)$$, 'a first version');
select is(tests.refused($$select create_waiver('', 'text')$$), 'MD400 p_title', 'a title is needed');
select is(tests.refused($$select create_waiver('T', ' ')$$), 'MD400 p_content', 'and a text');
select is(tests.refused($$select create_waiver('T', repeat('x', 200001))$$), 'MD400 p_content', 'of some length');
select is(tests.refused($$select create_waiver('T', 'x', p_minimum_age => -1)$$), 'MD400 p_minimum_age', 'an age that is none');
select is(tests.refused($$select create_waiver('T', 'x', p_adult_age => 99)$$), 'MD400 p_adult_age', 'an adult age that is none');
select is(tests.refused($$select create_waiver('T', 'x', p_valid_days => 0)$$), 'MD400 p_valid_days', 'a signature for no days');
select is(tests.refused($$select create_waiver('T', 'x', p_language => 'klingon')$$), 'MD400 p_language', 'a language that is none');
select is(tests.refused($$select create_waiver('T', 'x', p_venue_id => tests.id('venue.b'))$$), 'MD404 p_venue_id', 'another organization''s venue');
select is(tests.refused($$select create_waiver('T', 'x', p_game_id => tests.id('vault.b'))$$), 'MD404 p_game_id', 'another organization''s game');
select is(tests.refused($$select create_waiver('T', 'x', p_waiver_id => gen_random_uuid())$$), 'MD404 p_waiver_id', 'a version of nothing');
select is(tests.refused($$select create_waiver('T', 'x', p_organization_id => tests.id('b'))$$), 'MD404 p_organization_id', 'another organization');
select tests.as('a.waiter');
select is(tests.refused($$select create_waiver('T', 'x')$$), 'MD403', 'a waiter writes no waivers');

-- signing
select tests.as_anon();
select is((select title from get_waiver((select id from tests.w))), 'Liability', 'everybody reads the text');
select is((select timezone from get_waiver((select id from tests.w))), 'Europe/Berlin', 'with the clock of the place: a birthday is the day of the place');
select is((tests.sign() ->> 'version')::int, 1, 'and signs it');
select is(tests.refused($$select * from waiver_submissions$$), '42501 permission denied for table waiver_submissions', 'nobody sees who else did');
select is(tests.refused($$select tests.sign('{"signature": " "}')$$), 'MD400 p_signature', 'a signature is needed');
select is(tests.refused($$select tests.sign('{"name": ""}')$$), 'MD400 p_signer_name', 'and a name');
select is(tests.refused($$select tests.sign('{"email": "nowhere"}')$$), 'MD400 p_signer_email', 'an address that is none');
select is(tests.refused($$select tests.sign('{"born": null}')$$), 'MD400 p_date_of_birth', 'a date of birth is needed');
select is(tests.refused($$select tests.sign(jsonb_build_object('born', current_date + 2))$$), 'MD400 p_date_of_birth', 'not one that is still to come');
select is(tests.refused($$select tests.sign('{"born": "1800-01-01"}')$$), 'MD400 p_date_of_birth', 'nor one of another age');
select is(tests.refused($$select tests.sign(jsonb_build_object('signature', repeat('x', 500001)))$$), 'MD400 p_signature', 'nor an endless drawing');
select is(tests.refused($$select submit_waiver(gen_random_uuid(), 'X', 'X', '1990-01-01')$$), 'MD404 p_waiver_id', 'an unknown waiver');
-- ages to the day
select is(tests.refused($$select tests.sign(jsonb_build_object('born', tests.years(8, 1)))$$), 'MD422 p_date_of_birth', 'a day before the eighth birthday is too young');
select is(tests.refused($$select tests.sign(jsonb_build_object('born', tests.years(8)))$$), 'MD400 p_guardian_name', 'on it a guardian is needed');
select is(tests.refused($$select tests.sign(jsonb_build_object('born', tests.years(8), 'guardian', 'Mary'))$$), 'MD400 p_guardian_signature', 'who signs');
select is((tests.sign(jsonb_build_object('born', tests.years(18, 1), 'guardian', 'Mary', 'guardian_signature', 'M', 'signature', null)) ->> 'is_minor'), 'true', 'a day before the eighteenth birthday the guardian''s signature is enough');
select is((tests.sign(jsonb_build_object('born', tests.years(18))) ->> 'is_minor'), 'false', 'on it they sign themselves');

-- versions
select tests.as('a.manager');
select is(tests.refused($$update waivers set content = 'You have no rights.'$$), 'MD422 content', 'a text that was signed does not change');
insert into tests.w select 'second', (create_waiver('Liability', 'New text.', p_waiver_id => id) ->> 'id')::uuid from tests.w;
select results_eq($$select version, is_active from waivers order by version$$, $$values (1, false), (2, true)$$, 'a new version takes the place of the old one');
select tests.as_anon();
select is((select version from get_waiver((select id from tests.w where name = 'first'))), 2, 'an old link leads to the new text');
select is(tests.refused($$select tests.sign()$$), 'MD410 p_waiver_id', 'the old one cannot be signed any more');
select is(tests.refused($$select tests.sign('{"waiver": "second", "version": 1}')$$), 'MD410 p_waiver_id', 'nor the new one by somebody who read the old');

-- with a booking
select tests.as_owner();
update games set requires_waiver = true where id = tests.id('vault');
select tests.as('a.staff');
insert into tests.w select 'booking', tests.book('vault', '14:00', 2, 30, 'ada');
select is(tests.refused($$select update_booking_status_batch(array(select id from tests.w where name = 'booking'), 'checked_in')$$), 'MD422 p_booking_ids', 'nobody plays before all have signed');
select tests.as_anon();
select is((tests.sign(jsonb_build_object('waiver', 'second', 'name', 'Ada Lovelace', 'booking', (select id from tests.w where name = 'booking'))) ->> 'missing')::int, 1, 'one signs, one is missing');
select is(tests.refused($$select tests.sign(jsonb_build_object('waiver', 'second', 'name', 'ada lovelace', 'booking', (select id from tests.w where name = 'booking')))$$), 'MD409 p_signer_name', 'nobody signs twice');
select is(tests.refused($$select tests.sign(jsonb_build_object('waiver', 'second', 'booking', gen_random_uuid()))$$), 'MD404 p_booking_id', 'nor for a booking that does not exist');
select is((tests.sign(jsonb_build_object('waiver', 'second', 'booking', (select id from tests.w where name = 'booking'))) ->> 'missing')::int, 0, 'the other one signs');
select tests.as('a.staff');
select lives_ok($$select update_booking_status_batch(array(select id from tests.w where name = 'booking'), 'checked_in')$$, 'and they are in');
insert into tests.w select 'unsigned', tests.book('vault', '16:00', 2);
select is(tests.refused($$select update_booking_status_batch(array(select id from tests.w where name = 'unsigned'), 'checked_in', p_without_waivers => true)$$), 'MD403', 'staff do not skip it');
select results_eq($$select signer_name, customer_id = tests.id('ada'), is_valid from get_waiver_submissions(p_booking_id => (select id from tests.w where name = 'booking')) order by 1$$,
  $$values ('Ada Lovelace', true, true), ('Grace Hopper', null, true)$$, 'staff see who signed; who booked is known by name');
select is((select count(*) from get_waiver_submissions((select id from tests.w where name = 'second'))), 5::bigint, 'and all versions of a waiver');
select is(tests.refused($$delete from waiver_submissions$$), '42501 permission denied for table waiver_submissions', 'nobody takes a signature away');
select tests.as('a.customer');
select is((select count(*) from waiver_submissions), 1::bigint, 'a customer sees their own');
select tests.as_owner();
select is(tests.refused($$update waiver_submissions set signature = 'forged'$$), 'MD403', 'and nobody changes one');
select * from finish();
rollback;
