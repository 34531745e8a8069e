-- The catalogue of what people are told: each key that is used is there, in each language, with the same values; and a value is only a value.
\set unchecked 1
\ir ../start.sql
select plan(22);
create function tests.wants(p_text text) returns text[] language sql as $$
  select coalesce(array_agg(distinct m[1] order by m[1]), '{}') from regexp_matches(p_text, '\{\{#?(\w+)(?:\|\w+)?\}\}', 'g') m $$;
create temporary table bodies on commit drop as
  select n.nspname || '.' || p.proname as name, p.prosrc as body
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('app', 'api') and p.prokind in ('f', 'p');
create temporary table told on commit drop as      -- keys as functions say them: app.tell(organization, 'key' …, or one of a case
  select b.name, m[1] as key from bodies b, regexp_matches(b.body, 'app\.tell(?:_roles)?\([^;]*?(?:\], |organization(?:_id)?, )''(\w+)''', 'g') m
  union select b.name, m[1] from bodies b, regexp_matches(b.body, 'app\.say\(''(\w+)'',', 'g') m
  union select b.name, m[1] from bodies b, regexp_matches(b.body, '(?:then|else) ''(\w+)''', 'g') m
  where b.body ~ 'app\.tell(_roles)?\([^;]*?(case |v_what)' and m[1] ~ '^(booking|basket|stock)_';

select is((select string_agg(format('%s in %s', k.key, l), ', ') from (select distinct key from app.messages) k, unnest(array['en', 'de']) l
  where not exists (select from app.messages m where m.key = k.key and m.locale = l)), null, 'each text is there in each language');
select is((select string_agg(key, ', ') from (select key, count(distinct tests.wants(concat_ws(' ', subject, body))) as n from app.messages group by key) x where n > 1), null, 'with the same values in all of them');
select is((select string_agg(key || ' ' || locale, ', ') from app.messages where regexp_replace(concat_ws(' ', subject, body), '\{\{[#/]?\w+(\|(day|word))?\}\}', '', 'g') ~ '\{\{|\}\}'), null,
  'whose places are written right');
select cmp_ok((select count(distinct key) from told), '>', 20::bigint, 'functions tell of many things');
select is((select string_agg(format('%s by %s', key, name), ', ') from told where key not in (select key from app.messages)), null, 'of none that has no text');
select is((select string_agg(distinct key, ', ') from app.messages where key !~ '^(auth|word)_' and key not in (select key from told)), null, 'and no text is told by nobody');
select is((select string_agg(name, ', ') from bodies where body ~ 'app\.notify\(' and name <> 'app.tell'), null, 'nobody writes a text of their own');
select is((select string_agg(o, ', ') from unnest(array['confirmation', 'recovery', 'choose_password', 'magiclink', 'invite', 'email_change', 'reauthentication', 'already_registered', 'password_changed', 'sms']) o
  where (app.message_text('auth_' || o, 'en', 'any')).locale is null), null, 'signing in has a text for each occasion');
select is((select string_agg(distinct m[1], ', ') from bodies b, regexp_matches(b.body, 'app\.auth_send\(''(\w+)''', 'g') m where (app.message_text('auth_' || m[1], 'en', 'any')).locale is null), null, 'for each that a function names');

-- In whose language.
insert into customers (id, organization_id, full_name, email, locale) values (tests.id('greta'), tests.id('a'), 'Greta', 'greta@example.com', 'de-AT'), (tests.id('ines'), tests.id('a'), 'Inès', 'ines@example.com', 'fr'),
  (tests.id('nobody'), tests.id('a'), 'Nobody', 'nobody@example.com', null);
select is(string_agg(app.language_of(tests.id('a'), null, tests.id(n)), ' ' order by i), 'de fr en', 'a guest''s, or the house''s') from unnest(array['greta', 'ines', 'nobody']) with ordinality x(n, i);
update organizations set locale = 'de-DE' where id = tests.id('a');
select is(app.language_of(tests.id('a'), null, tests.id('nobody')), 'de', 'whichever it speaks');
select is((app.say('shift_moved', l, '{"day": "2026-07-03", "from": "09:00", "to": "17:00"}'))::text, s, l) from (values
  ('de', '("Ihre Schicht ist verlegt","Freitag, 3. Juli, 09:00 bis 17:00.")'), ('en', '("Your shift has moved","2026-07-03, 09:00 to 17:00.")'),
  ('fr', '("Your shift has moved","2026-07-03, 09:00 to 17:00.")')) x(l, s);
select app.tell(tests.id('a'), 'pool_ticket', '{"day": "2026-07-03", "reference": "PT-1", "slot": "full_day"}', p_customer_id => tests.id('greta')) \g /dev/null
select is((select payload ->> 'title' || ': ' || (payload ->> 'message') from maitred.jobs where kind = 'notify' and payload ->> 'customer_id' = tests.id('greta')::text),
  'Ihre Karte für Freitag, 3. Juli: Karte PT-1, ganzer Tag. Zeigen Sie den Code am Eingang.', 'a guest is written to in their language');

-- Values are values.
select is(app.fill_text('Hello {{name}}, {{code}}', '{"name": "{{code}}", "code": "42"}', 'en'), 'Hello {{code}}, 42', 'what a value says is not read as a text');
select is(app.fill_text('a{{#x}} b {{x}}{{/x}} c', v, 'en'), s, s) from (values ('{"x": "!"}'::jsonb, 'a b ! c'), ('{"x": null}', 'a c')) x(v, s);
select is(app.fill_text('{{a}} {{a}} b', '{"a": "{{#a}}x{{/a}} b", "b": "no"}', 'en'), '{{#a}}x{{/a}} b {{#a}}x{{/a}} b b', 'nor is a word that is called like a value');
select is((app.say('auth_sms', 'de', '{"tenant": "Alm", "code": "123456"}', 'sms')).body, 'Ihr Code für Alm: 123456', 'a text message has no subject');
select is((select string_agg(key, ', ') from app.messages where trim(subject) = '' or trim(body) = ''), null, 'no text is blank');
select throws_ok($$select app.say('shift_moved', 'en', '{}')$$, 'P0001', null, 'a value that is missing is an error in tests');
set local app.strict_messages = off;
select * from finish();
rollback;
