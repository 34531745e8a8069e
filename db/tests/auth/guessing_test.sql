-- Locks, one-time tokens, redirects, texts.
\ir ../start.sql
select plan(62);

-- locks: after five failures, and longer each time
select is(app.auth_attempt_begin('login:a', 5), 0, 'the first attempt may go on');
select is((select pending from auth_attempts where subject = 'login:a'), 1, 'and is counted before its outcome is known');
select is(app.auth_attempt_end('login:a', false, 5), null, 'one failure locks nothing');
do $$ begin for i in 1..3 loop perform app.auth_attempt_begin('login:a', 5); perform app.auth_attempt_end('login:a', false, 5); end loop; end $$;
select is(app.auth_attempt_begin('login:a', 5), 0, 'the fifth may go on');
select is(round(extract(epoch from app.auth_attempt_end('login:a', false, 5) - clock_timestamp()) / 10), 3::numeric, 'and locks for half a minute');
select is(round(app.auth_attempt_begin('login:a', 5) / 10.0), 3::numeric, 'the sixth waits');
update auth_attempts set blocked_until = clock_timestamp() - interval '1 second';
select is(app.auth_attempt_begin('login:a', 5), 0, 'afterwards one more may go on');
select ok(app.auth_attempt_end('login:a', false, 5) > clock_timestamp() + interval '55 seconds', 'and locks twice as long');
update auth_attempts set failures = 100, blocked_until = clock_timestamp() - interval '1 second';
select app.auth_attempt_begin('login:a', 5);
select ok(app.auth_attempt_end('login:a', false, 5) < clock_timestamp() + interval '61 minutes', 'but never longer than an hour');
update auth_attempts set blocked_until = clock_timestamp() - interval '1 second';
select app.auth_attempt_begin('login:a', 5);
select app.auth_attempt_end('login:a', true, 5);
select is_empty($$select 1 from auth_attempts where subject = 'login:a'$$, 'a success forgets');
do $$ begin for i in 1..55 loop perform app.auth_attempt_begin('login:b', 5); end loop; end $$;
select ok(app.auth_attempt_begin('login:b', 5) between 50 and 60, 'no more than fifty-five at once, whatever comes of them');
update auth_attempts set pending_at = clock_timestamp() - interval '61 seconds' where subject = 'login:b';
select is(app.auth_attempt_begin('login:b', 5), 0, 'attempts of a worker that died are forgotten, however many others came meanwhile');

-- a lock has an end, and it is the one that was said. The clock is moved by moving what was written.
create function tests.later(p interval) returns void language sql as $$
  update auth_attempts set blocked_until = blocked_until - p, counted_at = counted_at - p, pending_at = pending_at - p, last_at = last_at - p;
$$;
create function tests.wrong(p_subject text, p_times int, p_lock int default 5) returns void language plpgsql as $$
begin
  for i in 1..p_times loop perform app.auth_attempt_begin(p_subject, p_lock); perform app.auth_attempt_end(p_subject, false, p_lock); end loop;
end $$;
delete from auth_attempts;
select tests.wrong('login:c', 5) \gset _
create temporary table said as select app.auth_attempt_begin('login:c', 5) as wait, (select blocked_until from auth_attempts) as until;
do $$ begin for i in 1..200 loop perform app.auth_attempt_begin('login:c', 5); end loop; end $$;
select is((select blocked_until from auth_attempts), (select until from said), 'two hundred refused tries move the end nowhere');
select tests.later(make_interval(secs => wait)) from said \gset _
select is(app.auth_attempt_begin('login:c', 5), 0, 'when it is over it is over');
select app.auth_attempt_end('login:c', true, 5) \gset _
-- a burst in parallel: all were begun before the first was settled
do $$ begin for i in 1..55 loop perform app.auth_attempt_begin('login:d', 5); end loop;
            for i in 1..55 loop perform app.auth_attempt_end('login:d', false, 5); end loop; end $$;
select ok(app.auth_attempt_begin('login:d', 5) between 890 and 900, 'the longest wait is a quarter of an hour, whatever came at once');
select ok((select failures from auth_attempts where subject = 'login:d') <= 10, 'and no more is counted than that takes');
select tests.later('15 minutes') \gset _
select is(app.auth_attempt_begin('login:d', 5), 0, 'after it the right password is looked at');
select app.auth_attempt_end('login:d', true, 5) \gset _
select is_empty($$select from auth_attempts where subject = 'login:d'$$, 'and all is as before');
-- failures fade
delete from auth_attempts;
select tests.wrong('login:e', 4) \gset _
select tests.later('12 minutes') \gset _
select app.auth_attempt_begin('login:e', 5) \gset _
select is((select failures from auth_attempts), 3, 'one is forgotten in twelve minutes');
select tests.later('48 minutes') \gset _
select app.auth_attempt_back('login:e'), app.auth_attempt_begin('login:e', 5) \gset _
select is((select failures from auth_attempts), 0, 'all of them in an hour');
delete from auth_attempts;
-- one sign-in a day with a typing error first, from a house of many, for a hundred days
do $$ begin
  for i in 1..100 loop
    perform tests.wrong('address:h', 1, 50);
    perform app.auth_attempt_begin('address:h', 50);
    perform app.auth_attempt_end('address:h', true, 50, p_reset => false);
    perform tests.later('1 day');
  end loop;
end $$;
select is(app.auth_attempt_begin('address:h', 50), 0, 'a typing error a day locks no house');
select tests.wrong('address:h', 60, 50) \gset _
select ok(app.auth_attempt_begin('address:h', 50) > 0, 'sixty in a row do');
select tests.later('15 minutes') \gset _
select is(app.auth_attempt_begin('address:h', 50), 0, 'for a while');

-- a stranger locks the account; who was here before gets in
delete from auth_attempts;
update users set hashed_password = '$2b$10$' || repeat('x', 53), email_verified = true, email_confirmed_at = now() where id = tests.id('a.customer');
create function tests.tries(p_ip text, p_ok boolean, p_more jsonb default '{}') returns text language plpgsql as $$
declare
  p jsonb := jsonb_build_object('in', '{"email": "customer@a.test"}'::jsonb || p_more, 'ctx', jsonb_build_object('ip', p_ip, 'base', 'http://alpha.localhost'));
  v jsonb;
begin
  perform set_config('request.ip', p_ip, true);
  v := app.auth_password_begin(p);
  if not v ? 'error' then
    v := app.auth_password_finish(p || jsonb_build_object('begin', v, 'work', jsonb_build_object('ok', p_ok)));
  end if;
  return coalesce(v -> 'error' ->> 'code', v ->> 'status');
end $$;
select is(tests.tries('198.51.100.20', true), '200', 'the owner signs in at home');
select is(tests.tries('2001:db8:5:5::1', true), '200', 'and with the other family');
do $$ begin for i in 1..30 loop perform tests.tries('203.0.113.9', false); end loop; end $$;
select is(tests.tries('203.0.113.9', true), 'over_request_rate_limit', 'a stranger is locked out of the account');
select is(tests.tries('192.0.2.77', true), 'over_request_rate_limit', 'so is everybody who was never seen');
select is(tests.tries('198.51.100.20', true), '200', 'the owner gets in at home');
select is(tests.tries('2001:db8:5:5:ffff::2', true), '200', 'from another device of the household, too');
do $$ begin for i in 1..120 loop perform tests.wrong('address:198.51.100.20', 1, 50); end loop; end $$;
select is(tests.tries('198.51.100.20', true), '200', 'also when a guest in the Wi-Fi has locked the address');
select is(array[tests.tries('198.51.100.20', false), tests.tries('198.51.100.20', false), tests.tries('198.51.100.20', false), tests.tries('198.51.100.20', false),
                tests.tries('198.51.100.20', false), tests.tries('198.51.100.20', true)],
  '{invalid_credentials,invalid_credentials,invalid_credentials,invalid_credentials,invalid_credentials,over_request_rate_limit}', 'who guesses there is locked, too');
select is(tests.tries('192.0.2.78', true, jsonb_build_object('device_token', (select app.auth_refresh_token(id, refresh_counter, refresh_key)
  from auth_sessions where user_id = tests.id('a.customer') limit 1))), '200', 'a device that travels shows a token of a session it had');
select is(tests.tries('192.0.2.79', true, jsonb_build_object('device_token', (select app.auth_refresh_token(id, refresh_counter, '\x00')
  from auth_sessions where user_id = tests.id('a.customer') limit 1))), 'over_request_rate_limit', 'a made-up one is none');
update auth_attempts set blocked_until = clock_timestamp() - interval '1 second';
delete from auth_attempts where subject like 'address:%';

-- six digits: a new code brings no new tries
create function tests.codes(p_code text) returns text language plpgsql as $$
declare
  v jsonb;
begin
  v := app.auth_verify(jsonb_build_object('in', jsonb_build_object('type', 'recovery', 'email', 'customer@a.test', 'token', p_code), 'ctx', '{"ip": "203.0.113.9", "base": "x"}'::jsonb));
  return coalesce(v -> 'error' ->> 'code', v ->> 'status');
end $$;
create function tests.code() returns text language sql as $$ select app.auth_make_token(tests.id('a.customer'), 'recovery', 'customer@a.test', '{"ctx": {"base": "x"}}') ->> 'code' $$;
do $$ begin for i in 1..10 loop perform tests.code(); perform tests.codes('x'); end loop; end $$;
select is(tests.codes(tests.code()), 'over_request_rate_limit', 'ten wrong codes lock, a fresh one each time or not');
select tests.later('15 minutes') \gset _
select is(tests.codes(tests.code()), '200', 'for a while');
delete from one_time_tokens;
select is(app.auth_login_subject('{"in": {"email": " A@B.test "}}'), app.auth_login_subject('{"in": {"email": "a@b.test"}}'), 'spellings of one address share a lock');

select is(app.auth_place('{"ctx": {"ip": "2001:db8:1:2:3:4:5:6"}}'), app.auth_place('{"ctx": {"ip": "2001:db8:1:2:ffff::1"}}'), 'one household of IPv6 is one place');
select isnt(app.auth_place('{"ctx": {"ip": "198.51.100.7"}}'), app.auth_place('{"ctx": {"ip": "198.51.100.8"}}'), 'two addresses of IPv4 are two');

-- one-time tokens
create temporary table made as select app.auth_make_token(tests.id('a.customer'), 'recovery', 'customer@a.test', '{"ctx": {"base": "http://alpha.localhost"}}') as j;
select ok((select j ->> 'code' from made) ~ '^[0-9]{6}$', 'six digits');
select is((select length(j ->> 'token') from made), 43, 'and 256 bits in the link');
select is_empty($$select 1 from one_time_tokens, made where token_hash = convert_to(j ->> 'token', 'UTF8')$$, 'which the table does not hold');
select is(app.auth_take_token('{recovery}', null, 'customer@a.test', 'wrong!'), null, 'a wrong code');
select is((select attempts from one_time_tokens), 1, 'counts');
select is(app.auth_take_token('{magiclink}', (select j ->> 'token' from made), null, null), null, 'the link of another kind opens nothing');
select is(app.auth_take_token('{recovery}', (select j ->> 'token' from made), null, null) ->> 'kind', 'recovery', 'the right one does');
select is(app.auth_take_token('{recovery}', (select j ->> 'token' from made), null, null), null, 'once');
select isnt(app.auth_make_token(tests.id('a.customer'), 'recovery', 'customer@a.test', '{"ctx": {"base": "x"}}'), null, 'a new one');
select isnt(app.auth_make_token(tests.id('a.customer'), 'recovery', 'customer@a.test', '{"ctx": {"base": "x"}}'), null, 'and another');
select is((select count(*) from one_time_tokens), 1::bigint, 'replaces it');
update one_time_tokens set expires_at = now() - interval '1 second';
select is(app.auth_take_token('{recovery}', null, 'customer@a.test', '000000'), null, 'what has expired is worth nothing');

-- where links may lead
update public.tenants set settings = '{"auth": {"redirect_urls": ["https://app.example/*", "https://*.shop.example/**"]}}' where schema_name = 'tenant_alpha';
create function tests.leads(p text) returns text language sql as $$
  select app.auth_redirect(jsonb_build_object('ctx', jsonb_build_object('base', 'https://site.example', 'redirect_to', p)));
$$;
select is(tests.leads(null), 'https://site.example', 'nowhere in particular: the site');
select is(tests.leads('https://site.example/a?b#c'), 'https://site.example/a?b#c', 'a page of the site');
select is(tests.leads('https://site.example.evil/'), 'https://site.example', 'a name that begins alike is another');
select is(tests.leads('https://site.example@evil/'), 'https://site.example', 'so is a user name');
select is(tests.leads('https://app.example/x'), 'https://app.example/x', 'a listed page');
select is(tests.leads('https://app.example/x/y'), 'https://site.example', '* ends at a slash');
select is(tests.leads('https://a.shop.example/x/y'), 'https://a.shop.example/x/y', '** does not');
select is(tests.leads('https://evil/.shop.example/x'), 'https://site.example', 'a slash is no part of a name');
select is(tests.leads(E'https://app.example/\nx'), 'https://site.example', 'no line breaks');

-- texts
select is(app.auth_email(' Ada@Example.COM '), 'ada@example.com', 'one spelling');
select is((select count(*) from unnest(array['a', 'a@', '@b', 'a b@c.test', 'a@b..c', 'a@b.c>', E'a@b.c\r\nx', 'a@-b', repeat('a', 250) || '@b.test']) e where app.auth_email(e) is not null), 0::bigint, 'what is no address');
select is(app.auth_phone('+49 (30) 1234-567'), '+49301234567', 'one spelling of a number');

select * from finish();
rollback;
