-- Friends join a booking by a link or six digits, and each minds their own name, allergies, waiver and share.
\ir ../start.sql
\ir cast.sql
select plan(46);
update games set requires_waiver = true where id = tests.id('vault');
insert into waivers (id, organization_id, title, content, valid_days) values (tests.id('waiver'), tests.id('a'), 'Risk', 'I know.', 365);
select tests.as_anon();
select tests.keep('done', confirm_basket(hold_basket(tests.parts(tests.part('game'), tests.part('table'))) ->> 'token', '{"full_name": "Fay Wray", "email": "fay@example.com"}'));
select tests.keep('game', tests.kept('done') #> '{parts,0}');

select tests.keep('party', open_party(tests.kept('game') ->> 'reference', 'fay@example.com'));
select ok(tests.kept('party') ->> 'digits' ~ '^[0-9]{6}$', 'who booked has six digits to say');
select ok(tests.kept('party') ->> 'token' ~ '^[0-9a-f]{32}$', 'and a link to send');
select is(open_party(tests.kept('game') ->> 'reference', 'fay@example.com') ->> 'digits', tests.kept('party') ->> 'digits', 'the same each time');
select is(jsonb_build_array(tests.kept('party') -> 'people', tests.kept('party') -> 'joined', tests.kept('party') -> 'missing', tests.kept('party') #> '{members,0,name}'), '[4, 1, 3, "Fay Wray"]', 'they are the first of four');
select is(tests.says(format('select open_party(%L, ''eve@example.com'')', tests.kept('game') ->> 'reference')) ->> 'code', 'MD404', 'a stranger opens none');
select is(tests.says(format('select open_party(%L, ''fay@example.com'')', tests.kept('done') ->> 'reference')) ->> 'code', 'MD400', 'of a basket one booking is named');

-- a friend has the link
select tests.keep('seen', get_party(tests.kept('party') ->> 'token'));
select is(jsonb_build_array(tests.kept('seen') -> 'title', tests.kept('seen') -> 'people', tests.kept('seen') ? 'members', tests.kept('seen') ? 'digits', tests.kept('seen') ? 'booking_id'), '["Vault", 4, false, false, false]', 'the link shows what it is, and nobody''s name');
select is(get_party(substr(tests.kept('party') ->> 'digits', 1, 3) || ' ' || substr(tests.kept('party') ->> 'digits', 4)) -> 'party_id', tests.kept('seen') -> 'party_id', 'so do the digits, as people write them');
select is(tests.says(format('select get_party(%L)', w)) - 'message', '{"code": "MD404", "field": "p_party"}', 'nothing else does: ' || coalesce(w, 'nothing')) from unnest(array['000000x', '', null, repeat('0', 32), '%']) w;
select tests.keep('gil', join_party(tests.kept('party') ->> 'digits', 'Gil <script>', '["nuts", " gluten "]', 'gil@example.com', p_idempotency_key => 'tap'));
select is(jsonb_build_array(tests.kept('gil') #> '{members,1,name}', tests.kept('gil') #> '{members,1,allergies}', tests.kept('gil') #> '{members,1,is_me}'), '["Gil <script>", ["nuts", "gluten"], true]', 'Gil joins with the digits and writes their allergies');
select is(join_party(tests.kept('party') ->> 'digits', 'Gil <script>', p_idempotency_key => 'tap') ->> 'member_token', tests.kept('gil') ->> 'member_token', 'a double tap joins once');
select is((tests.kept('gil') #> '{members,0}') - 'member_id', '{"name": "Fay Wray", "is_organizer": true, "is_me": false}', 'Gil sees the others'' names and nothing more');
select is(tests.says(format('select join_party(%L, %L)', tests.kept('party') ->> 'token', n)) ->> 'field', 'p_name', 'a name is needed') from unnest(array['', '  ', null]) n;
select is(tests.says(format('select join_party(%L, ''X'', ''{"a": 1}'')', tests.kept('party') ->> 'token')) ->> 'field', 'p_allergies', 'allergies are words');
select tests.keep('hal', join_party(tests.kept('party') ->> 'token', 'Hal', p_phone => '+49 30 777'));
select tests.keep('ida', join_party(tests.kept('party') ->> 'token', 'Ida'));
select is(tests.says(format('select join_party(%L, ''Jo'')', tests.kept('party') ->> 'token')) ->> 'reason', 'full', 'a fifth does not fit');
select is(change_party_member(tests.kept('hal') ->> 'member_token', '{"allergies": ["milk"], "name": "Hal Jordan"}') #> '{members,2,allergies}', '["milk"]', 'who joined changes what they wrote');
select is(tests.says(format('select change_party_member(%L, ''{"share_amount": 0}'')', tests.kept('hal') ->> 'member_token')) ->> 'code', 'MD400', 'but not what they owe');
select is(change_party_member(tests.kept('ida') ->> 'member_token', p_leave => true), '{"left": true}', 'Ida leaves');
select is(tests.says(format('select get_party(null, %L)', tests.kept('ida') ->> 'member_token')) ->> 'code', 'MD404', 'and sees nothing any more');

-- shares
select tests.keep('party', open_party(tests.kept('game') ->> 'reference', 'fay@example.com', 'equal'));
select is(jsonb_path_query_array(tests.kept('party'), '$.members[*].share'), '[30.00, 30.00, 30.00]', 'equal shares, by heads');
select tests.as_owner();
update bookings set final_amount = 100, total_amount = 100 where id = (tests.kept('game') ->> 'booking_id')::uuid;
select tests.as_anon();
select is(jsonb_path_query_array(open_party(tests.kept('game') ->> 'reference', 'fay@example.com'), '$.members[*].share'), '[25.00, 25.00, 25.00]', 'they follow the price');
select tests.as('a.manager');
select record_payment('experience', (tests.kept('game') ->> 'booking_id')::uuid, 25, p_metadata => jsonb_build_object('party_member_id', tests.kept('gil') #>> '{members,1,member_id}')) \g /dev/null
select tests.as_anon();
select is((get_party(null, tests.kept('gil') ->> 'member_token') #> '{members,1}') -> 'due', '0.00', 'what is paid with a member''s name is theirs');
select is(tests.says(format('select change_party_member(%L, p_leave => true)', tests.kept('gil') ->> 'member_token')) ->> 'reason', 'paid', 'who has paid does not vanish');
select tests.keep('party', open_party(tests.kept('game') ->> 'reference', 'fay@example.com', 'amounts', jsonb_build_object(tests.kept('party') #>> '{members,2,member_id}', 40)));
select is(jsonb_path_query_array(tests.kept('party'), '$.members[*].share'), '[0, 0, 40.00]', 'or as the organizer says');
select is(tests.says(format('select open_party(%L, ''fay@example.com'', ''amounts'', %L)', tests.kept('game') ->> 'reference', jsonb_build_object(tests.kept('party') #>> '{members,2,member_id}', 400))) ->> 'code', 'MD400', 'not more than it costs');
select is(tests.says(format('select open_party(%L, ''fay@example.com'', ''amounts'', %L)', tests.kept('game') ->> 'reference', jsonb_build_object(gen_random_uuid(), 4))) ->> 'code', 'MD404', 'nor of strangers');

-- waivers and reminders
select is((tests.kept('party') #> '{members,2}') -> 'signed', 'false', 'Hal has not signed');
select submit_waiver(tests.id('waiver'), 'Hal Jordan', 'drawn', '1990-01-01', p_booking_id => (tests.kept('game') ->> 'booking_id')::uuid) \g /dev/null
select is((get_party(null, tests.kept('hal') ->> 'member_token') #> '{members,2}') -> 'signed', 'true', 'Hal signs');
select is(remind_party(tests.kept('game') ->> 'reference', 'fay@example.com') -> 'reminded', '2', 'Gil (signature) and Hal (share) are reminded');
select is(remind_party(tests.kept('game') ->> 'reference', 'fay@example.com') -> 'reminded', '0', 'once');
select tests.as_owner();
select is((select array_agg(kind || ' ' || (payload ->> 'to') order by kind) from maitred.jobs where tenant = 'tenant_alpha' and kind in ('send_mail', 'send_sms') and created_at >= now()), array['send_mail gil@example.com', 'send_sms +49 30 777'], 'by the way they gave');
select tests.as_anon();
select is(jsonb_array_length(remove_party_member(tests.kept('game') ->> 'reference', 'fay@example.com', (tests.kept('party') #>> '{members,2,member_id}')::uuid) -> 'members'), 2, 'the organizer takes somebody out');
select is(tests.says(format('select remove_party_member(%L, ''fay@example.com'', %L)', tests.kept('game') ->> 'reference', tests.kept('party') #>> '{members,0,member_id}')) ->> 'code', 'MD404', 'not themselves');
select is((open_party(tests.kept('done') #>> '{parts,1,reference}', 'fay@example.com') #> '{members,0}') -> 'signed', 'null', 'a table has nothing to sign');

-- a booking that moves takes its party along
select change_my_booking(tests.kept('game') ->> 'reference', 'fay@example.com', '{"time": "17:30"}', true) \g /dev/null
select tests.as_owner();
select is(p.closes_at, b.ends_at, 'a game that its guest moves keeps its party until its new end') from booking_parties p join bookings b on b.id = p.booking_id;
update booking_parties set closes_at = now() - interval '31 days' where booking_type = 'experience';     -- as after a move by the house, long ago
select is(app.end_parties(), 0, 'nobody is forgotten before the game');
select is((p.is_open, p.closes_at), (true, b.ends_at), 'the party stays open until the end that the game has now') from booking_parties p join bookings b on b.id = p.booking_id;
select tests.as_anon();
select is((get_party(tests.kept('party') ->> 'digits') ->> 'joined')::int, 2, 'with everybody in it');

-- over
select cancel_my_bookings(tests.kept('game') ->> 'reference', 'fay@example.com', p_accept => true) \g /dev/null
select is(tests.says(format('select join_party(%L, ''Late'')', tests.kept('party') ->> 'token')) ->> 'code', 'MD410', 'nobody joins what is cancelled');
select tests.as_owner();
set local session_replication_role = replica;      -- no rule of the house lets a booking into the past
update bookings set starts_at = starts_at - interval '400 days', ends_at = ends_at - interval '400 days', free_from = free_from - interval '400 days';
update table_reservations set during = tstzrange(lower(during) - interval '400 days', upper(during) - interval '400 days');
set local session_replication_role = origin;
update booking_parties set closes_at = now() - interval '31 days';
select app.end_parties() \g /dev/null
select is((select count(*) from party_members), 0::bigint, 'a month later nothing is left of it');
select * from finish();
rollback;
