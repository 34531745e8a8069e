-- A table's session: opened by whoever sits down, joined with six digits, closed for everybody else.
\ir ../start.sql
\ir cast.sql
select plan(57);

-- the OTP itself
select ok((select bool_and(app.random_otp() ~ '^[0-9]{6}$') from generate_series(1, 2000)), 'an OTP is six digits, leading zeros kept');
select ok((select count(distinct left(app.random_otp(), 1)) = 10 from generate_series(1, 2000)), 'every first digit comes up');
select ok((select bool_and(app.random_code(8) ~ '^[2-9a-hjkm-z]{8}$') from generate_series(1, 200)), 'codes have no look-alikes');

-- opening
select tests.as_anon();
select is(api.get_table('TABLEA1') #>> '{restaurant,name}', 'Trattoria', 'the code in the QR link finds the table, in any case');
select is(api.get_table(tests.id('a.t1')::text) #>> '{table,table_number}', '1', 'so does its uuid');
select is(api.get_table('tablea1') -> 'session', '{"is_active": false, "is_billed": false, "can_open": true}', 'a free table can be opened');
select throws_ok($$select api.get_table('nonsense')$$, 'MD404', null, 'an unknown code is not found');
select throws_ok($$select api.get_table('''; drop table orders; --')$$, 'MD404', null, 'hostile text is just an unknown code');
select tests.sit('a.t1', 'Ada');
select matches(tests.json('session:Ada', 'session', 'otp'), '^[0-9]{6}$', 'the opener gets the OTP');
select is(tests.json('session:Ada', 'customer', 'name'), 'Ada', 'and takes part');
select is(tests.json('session:Ada', 'session', 'status'), 'active', 'the session is active');
select ok(api.get_table('tablea1')::text !~ tests.json('session:Ada', 'session', 'otp'), 'the OTP is never told to a visitor');
select is(api.get_table('tablea1') #>> '{session,is_active}', 'true', 'but that there is a session is');
select is(tests.refusal($$select api.open_table_session('tablea1', 'Eve')$$) ->> 'reason', 'session_active', 'a table has one session at a time');
select throws_ok($$select api.open_table_session('tablea1')$$, 'MD409', null, 'with status 409');
select tests.as_owner();
select is((select status from restaurant_tables where id = tests.id('a.t1')), 'occupied', 'the table is occupied');
update restaurant_tables set status = 'out_of_service' where id = tests.id('a.t3');
select tests.as_anon();
select is(tests.refusal($$select api.open_table_session('tablea3')$$) ->> 'reason', 'table_unavailable', 'a broken table is not opened');
select throws_ok($$select api.open_table_session('tablea2', repeat('x', 256))$$, 'MD400', null, 'a name has an end');
select throws_ok($$select api.open_table_session('tablea2', 'Eve', 'drop table')$$, 'MD400', null, 'a phone number looks like one');

-- the token
select tests.as_owner();
create temp table token as select string_to_array(tests.json('session:Ada', 'access_token'), '.') as part;
select is((select app.base64url(hmac(convert_to(part[1] || '.' || part[2], 'UTF8'),
    convert_to((select jwt_secret from maitred.tenant_keys k join public.tenants t on t.id = k.tenant_id where t.schema_name = 'tenant_alpha'), 'UTF8'), 'sha256')) from token),
  (select part[3] from token), 'the token is signed with the tenant''s secret');
select is((select (convert_from(decode(translate(part[2], '-_', '+/') || repeat('=', (4 - length(part[2]) % 4) % 4), 'base64'), 'UTF8')::jsonb) - array['iat', 'exp'] from token),
  jsonb_build_object('iss', 'maitred', 'aud', 'authenticated', 'role', 'authenticated', 'app_role', 'guest', 'tenant', 'tenant_alpha',
    'table_session_id', tests.session('Ada'), 'customer_session_id', tests.guest('Ada'), 'is_anonymous', true), 'and says who the guest is');
select ok((select array_to_string(part, '') !~ '[=+/]' from token), 'in base64url without padding');
select tests.as('a.manager');
select throws_ok($$select app.sign_token('{"role": "service_role"}')$$, '42501', null, 'nobody signs tokens by themselves');

-- joining
select tests.join('a.t1', 'Ada', 'Bob');
select is(tests.json('session:Bob', 'session', 'id'), tests.json('session:Ada', 'session', 'id'), 'the right OTP opens the same session');
select isnt(tests.json('session:Bob', 'customer', 'id'), tests.json('session:Ada', 'customer', 'id'), 'as another person');
select tests.as_anon();
select is(api.join_table_session('tablea2', tests.json('session:Ada', 'session', 'otp')) ->> 'code', 'MD403', 'the OTP of another table opens nothing');
select tests.be('Ada');
select is(jsonb_array_length(api.get_session() -> 'participants'), 2, 'both see both');
select is(api.get_session() #>> '{me,name}', 'Ada', 'and each finds themselves');
select is(api.get_session(null, (api.get_session() ->> 'version')::bigint), jsonb_build_object('version', (api.get_session() ->> 'version')::bigint, 'unchanged', true), 'polling is cheap when nothing moved');

-- guessing: wrong tries are counted by the table even without an address
select tests.as_anon();
select tests.put('wrong', case when tests.json('session:Ada', 'session', 'otp') = '000000' then '111111' else '000000' end);
select is(api.join_table_session('tablea1', tests.get('wrong'))::jsonb ->> 'code', 'MD403', 'a wrong OTP is refused');
select is(current_setting('response.status'), '403', 'with the HTTP status set');
select is((api.join_table_session('tablea1', tests.get('wrong')) ->> 'details')::jsonb ->> 'attempts_left', '3', 'and counted');
select is((api.join_table_session('tablea1', null) ->> 'details')::jsonb ->> 'attempts_left', '2', 'no OTP is a wrong OTP');
select is((api.join_table_session('tablea1', 'abcdef') ->> 'details')::jsonb ->> 'attempts_left', '1', 'letters are a wrong OTP');
select is((api.join_table_session('tablea1', tests.get('wrong')) ->> 'details')::jsonb ->> 'attempts_left', '0', 'the fifth wrong try is the last');
select is(api.join_table_session('tablea1', tests.json('session:Ada', 'session', 'otp')) ->> 'code', 'MD429', 'then even the right OTP waits');
select is((api.join_table_session('tablea1', tests.json('session:Ada', 'session', 'otp')) ->> 'details')::jsonb ->> 'retry_after', '60', 'for a minute');
select tests.as_owner();
update otp_guards set locked_until = locked_until - interval '61 seconds', failures = array(select f - interval '61 seconds' from unnest(failures) f);
select tests.as_anon();
select is(api.join_table_session('tablea1', tests.json('session:Ada', 'session', 'otp'), 'Cy') #>> '{customer,name}', 'Cy', 'after it the right OTP works again');
-- by address, over many tables
select set_config('request.ip', '203.0.113.9', true);
select api.join_table_session('tablea' || n, tests.get('wrong')) from unnest(array[2, 4, 2, 4, 2]) n;
select is(api.join_table_session('tablea4', tests.get('wrong')) ->> 'code', 'MD429', 'an address that tries five times over several tables is locked');
select set_config('request.ip', '203.0.113.10', true);
select is(api.join_table_session('tablea4', tests.get('wrong')) ->> 'code', 'MD403', 'another address is not');
select set_config('request.ip', '', true);

-- expiry, billing, clearing
select tests.as_owner();
update table_sessions set otp_expires_at = now() - interval '1 second' where id = tests.session('Ada');
select tests.as_anon();
select is(tests.refusal(format($$select api.join_table_session('tablea1', %L)$$, tests.json('session:Ada', 'session', 'otp'))) ->> 'reason', 'otp_expired', 'an expired OTP is over (410)');
select tests.be('Ada');
select tests.put('otp2', api.renew_session_otp() ->> 'otp');
select isnt(tests.get('otp2'), tests.json('session:Ada', 'session', 'otp'), 'a guest renews it');
select tests.as_anon();
select is(api.join_table_session('tablea1', tests.get('otp2'), 'Dee') #>> '{customer,name}', 'Dee', 'and the new one works');

-- leaving
select tests.be('Bob');
select is(api.leave_session(), '{"left": true}', 'a guest leaves');
select throws_ok('select api.get_session()', 'MD410', null, 'and their token opens nothing');
select tests.as('a.waiter');
select lives_ok(format('select api.remove_participant(%L)', tests.guest('Ada')), 'staff take a guest out');
select tests.be('Ada');
select throws_ok('select api.get_session()', 'MD410', null, 'and that token opens nothing either');
select is_empty('select 1 from table_sessions', 'not through the tables either');

-- limits
select tests.as_owner();
update restaurants set max_participants = 2 where id = tests.id('a.restaurant');
select tests.sit('a.t2', 'Eve');
select tests.join('a.t2', 'Eve', 'Fay');
select tests.as_anon();
select is(tests.refusal(format($$select api.join_table_session('tablea2', %L, 'Gus')$$, tests.json('session:Eve', 'session', 'otp'))) ->> 'reason', 'session_full', 'a session takes so many people and no more');
select tests.be('Eve');
select tests.put('call', api.call_waiter('pay_card'));
select is(tests.json('call', 'version'), api.get_session() ->> 'version', 'a guest calls the waiter');
select is(api.get_session() #>> '{session,service_call}', 'pay_card', 'and sees that they did');
select throws_ok($$select api.call_waiter('dance')$$, 'MD400', null, 'for something the house knows');
select tests.as('a.waiter');
select lives_ok(format('select api.answer_call(%L)', tests.session('Eve')), 'the waiter has come');
select lives_ok(format('select api.clear_session(%L)', tests.session('Eve')), 'an empty session is cleared');
select tests.as_anon();
select is((api.join_table_session('tablea2', tests.json('session:Eve', 'session', 'otp')) ->> 'details')::jsonb ->> 'reason', 'wrong_otp', 'a cleared session''s OTP answers like a wrong one');
select tests.be('Eve');
select is(tests.refusal('select api.get_session()') ->> 'reason', 'session_over', 'its guests learn that it is over');
select tests.as_owner();
select is((select status from restaurant_tables where id = tests.id('a.t2')), 'available', 'and the table is free');

select * from finish();
rollback;
