-- Locks, one-time tokens, redirects, texts.
\ir ../start.sql
select plan(39);

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
select is(app.auth_attempt_begin('login:b', 5), 1, 'no more than fifty-five at once, whatever comes of them');
update auth_attempts set last_at = now() - interval '2 minutes' where subject = 'login:b';
select is(app.auth_attempt_begin('login:b', 5), 0, 'attempts of a worker that died are forgotten');
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
