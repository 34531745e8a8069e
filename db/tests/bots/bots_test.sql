-- Bots: scenarios are sound before guests talk to them, and credentials are nobody's to read.
\ir ../start.sql
\ir ../words.sql
grant execute on all functions in schema tests to anon, authenticated, service_role;
select * from no_plan();
create function tests.faults(p jsonb) returns text language sql as
  'select string_agg(f ->> ''fault'', '' '') from jsonb_array_elements(app.scenario_faults(p)) f';
grant execute on all functions in schema tests to authenticated;
select tests.as('a.manager');
insert into bot_instances (id, name) values (tests.id('bot'), 'Table booker');
insert into bot_scenarios (id, bot_id, name, scenario_data) values (tests.id('s1'), tests.id('bot'), 'booking',
  '{"start": "hello", "steps": {
     "hello": {"type": "message", "text": "Hello!", "next": "who"},
     "who": {"type": "input", "text": "Your name?", "field": "name", "next": "sure"},
     "sure": {"type": "choice", "text": "Book?", "options": [{"label": "Yes", "next": "book"}, {"label": "No", "next": "bye"}]},
     "book": {"type": "action", "action": "reserve_table", "with": {"p_guest_name": "{{name}}"}, "next": "bye"},
     "bye": {"type": "end", "text": "Bye"}}}');
select is((select organization_id from bot_scenarios), tests.id('a'), 'a scenario belongs to the organization of its bot');

-- What cannot be published.
select is(tests.faults('{}'), 'A scenario has steps.', 'nothing to say');
select is(tests.faults('{"start": "x", "steps": {"a": {"type": "end"}}}'), 'start names the first step.', 'no beginning');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "sing"}}}'), 'type is message, input, choice, action, condition, set, scenario, person or end.', 'an unknown kind of step');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "message", "text": "Hi"}}}'), 'next is missing: where does it go on?', 'a step that leads nowhere');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "message", "text": "Hi", "next": "b"}}}'), 'There is no step b.', 'a step that is not there');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "message", "text": "Hi", "next": "a"}}}'), 'There is no way to an end.', 'a circle without an end');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "end"}, "b": {"type": "end"}}}'), 'Nothing leads here.', 'a step nobody reaches');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "input", "text": "?", "field": "Bad Name", "next": "b"}, "b": {"type": "end"}}}'),
  'field says where the answer is kept.', 'an answer without a place');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "choice", "text": "?", "options": []}}}'), 'A choice has one to twenty options.', 'a choice without options');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "condition", "if": [{"var": "x", "there": true, "next": "b"}], "next": "a"}, "b": {"type": "end"}}}'),
  'It goes round in a circle without asking anything.', 'a circle that asks nothing');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "action", "action": "erase_everything", "next": "b"}, "b": {"type": "end"}}}'),
  'There is no function erase_everything with these parameters that guests may call.', 'a call of nothing');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "action", "action": "get_my_booking", "with": {"p_wrong": 1}, "next": "b"}, "b": {"type": "end"}}}'),
  'There is no function get_my_booking with these parameters that guests may call.', 'a call with a parameter that is none');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "input", "text": "?", "field": "x", "timeout": {"after_minutes": 0, "next": "c"}, "next": "b"}, "b": {"type": "end"}}}'),
  'after_minutes is 1 to 43200. There is no step c.', 'a wait that is none, to nowhere');
select is(tests.faults('{"start": "a", "steps": {"a": 5}}'), 'A step is an object.', 'anything else');
insert into bot_scenarios (id, bot_id, name, scenario_data) values (tests.id('bad'), tests.id('bot'), 'bad', '{"start": "a", "steps": {"a": {"type": "message", "text": "Hi", "next": "a"}}}');
select throws_ok($$select publish_bot_scenario(tests.id('bad'))$$, 'MD422', null, 'is not published');
select throws_ok($$update bot_scenarios set status = 'published' where id = tests.id('bad')$$, 'MD422', null, 'not past the function either');

-- Versions.
select is(publish_bot_scenario(tests.id('s1')) ->> 'status', 'published', 'a sound one is');
select is(publish_bot_scenario(tests.id('s1')) ->> 'version', '1', 'twice does no harm');
select throws_ok($$update bot_scenarios set scenario_data = '{}' where id = tests.id('s1')$$, 'MD422', null, 'what guests talk to does not change');
select throws_ok($$delete from bot_scenarios where id = tests.id('s1')$$, 'MD422', null, 'nor disappear');
select lives_ok($$select publish_bot_scenario(draft_bot_scenario(tests.id('s1')))$$, 'a new version takes its place');
select is((select string_agg(version || ' ' || status, ', ' order by version) from bot_scenarios where name = 'booking'), '1 retired, 2 published', 'the old one is kept');
select lives_ok($$select publish_bot_scenario(tests.id('s1'))$$, 'and can come back');
select tests.as('b.manager');
select throws_ok($$select publish_bot_scenario(tests.id('s1'))$$, 'MD404', null, 'another house has no such scenario');
select tests.as('a.waiter');
select throws_ok($$select publish_bot_scenario(tests.id('s1'))$$, 'MD404', null, 'a waiter does not see bots');

-- Conversations: app.take_chat holds one, app.keep_chat writes down where it stands (tests/contract/bots_*.test.ts has the talks).
select tests.as_owner();
select is(tests.faults(s.graph), null, 'what comes with the house is sound: ' || s.name) from app.shipped_scenarios() s;
select app.store_bot_credentials(tests.id('bot'), 'telegram', '{"token": "1:a"}', '@booker') as credential \gset
create function tests.take(p_text text, p_chat text default '42') returns jsonb language sql as
  $$ select app.take_chat((select id from bot_platform_credentials where bot_id = tests.id('bot')), jsonb_build_object('chat', p_chat, 'kind', 'text', 'text', p_text, 'name', 'Ada')) $$;
select is(tests.take('hi') -> 'first' -> 'scenario' ->> 'start', 'hello', 'a conversation begins at the start of what is published');
select is(tests.take('hi') -> 'dialog', 'null', 'and stands nowhere before that');
select app.keep_chat((tests.take('x') ->> 'chat_id')::uuid, jsonb_build_object('question', 1, 'scenario_id', tests.id('s1'), 'step', 'who', 'data', '{"name": "Ada"}'::jsonb, 'says', '[{"text": "Your name?"}]'::jsonb)) \gset _
select is(tests.take('x') -> 'dialog' -> 'data' ->> 'name', 'Ada', 'it remembers what it learnt');
select is((select count(*) || ' ' || min(status) from bot_messages where direction = 'out'), '1 queued', 'what is said waits to be sent');
select is((select count(*)::int from maitred.jobs where tenant = current_schema() and kind = 'bot_send' and payload ->> 'chat_id' = (select id::text from bot_chats)), 1, 'by a job of the same transaction');

-- Whose contact a guest sends is the engine's to look at: nothing that is only heard becomes their number.
select is(app.take_chat((select id from bot_platform_credentials where bot_id = tests.id('bot')),
    '{"chat": "42", "kind": "contact", "phone": "+49301234567", "own": false, "name": "Ada"}') -> 'guest' ->> 'phone', null, 'a card that is forwarded proves nobody''s number');
select is((select count(*)::int from bot_chats where phone is not null or customer_id is not null), 0, 'and leads to nobody');

-- Linking: by a proved number or a one-time code, never by a name.
insert into customers (id, organization_id, full_name, phone, marketing_consent) values (tests.id('carl'), tests.id('a'), 'Carl Carter', '+49301234567', true);
select is(app.link_chat_by_phone((select id from bot_chats), '49301234567') ->> 'name', 'Carl Carter', 'the number leads to who has it');
select is((select customer_id from bot_dialog_states where chat_id is not null), tests.id('carl'), 'the conversation knows, too');
select is(app.bot_call((select id from bot_chats), 'set_my_consent', '{"p_marketing": true}') -> 'error' ->> 'status', '403', 'who has no login calls as a visitor');
select is(app.bot_call((select id from bot_chats), 'erase_customer', jsonb_build_object('p_customer_id', tests.id('carl'))) -> 'error' ->> 'status', '403', 'and never as the house');
select is(app.bot_call((select id from bot_chats), 'no_such_function', '{}') -> 'error' ->> 'status', '404', 'a function that is not there');
select is(app.bot_call((select id from bot_chats), 'get_my_booking', '{"p_nothing": 1}') -> 'error' ->> 'status', '404', 'or has no such parameter');
select is(current_setting('role') || current_setting('request.ip', true), 'none', 'afterwards the daemon is itself again');
update bot_platform_credentials set status = 'works';
select tests.as('a.manager');
select tests.keep('link', make_chat_link(tests.id('bot'), tests.id('carl'))) is not null;
select is(tests.kept('link') -> 'links' ->> 'telegram', 'https://t.me/booker?start=' || (tests.kept('link') ->> 'code'), 'a one-time link');
select tests.as('a.waiter');
select throws_ok($$select make_chat_link(tests.id('bot'), tests.id('carl'))$$, 'MD404', null, 'is not for whoever asks');
select tests.as_owner();
select tests.take('hi', '43') ->> 'chat_id' as other \gset
select is(app.link_chat_by_code(:'other', tests.kept('link') ->> 'code') ->> 'name', 'Carl Carter', 'the code leads to its customer');
select is(app.link_chat_by_code(:'other', tests.kept('link') ->> 'code'), null, 'once');
select app.keep_chat(:'other', '{"stopped": true, "finished": true, "says": []}') \gset _
select is((select marketing_consent from customers where id = tests.id('carl')), false, 'who says /stop wants no advertising either');

-- A person takes over.
select tests.as('a.manager');
select throws_ok(format($$select say_in_chat(%L, 'Hello')$$, :'other'), 'MD422', null, 'the bot talks here');
select is((take_over_chat(:'other') ->> 'waits_for_person_since') is not null, true, 'now a person does');
select is(say_in_chat(:'other', 'Hello', 'k1') ->> 'id', say_in_chat(:'other', 'Hello', 'k1') ->> 'id', 'and says it once');
select is(give_back_chat(:'other') ->> 'waits_for_person_since', null, 'and gives it back');
select tests.as('b.manager');
select throws_ok(format($$select take_over_chat(%L)$$, :'other'), 'MD404', null, 'another house''s chats are not there');
select is_empty('select 1 from bot_chats', 'nor seen');

-- Whoever is erased is gone from every chat.
select tests.as('a.owner');
select lives_ok($$select erase_customer(tests.id('carl'))$$, 'a guest is erased');
select tests.as_owner();
select is((select count(*)::int from bot_chats) + (select count(*)::int from bot_messages) + (select count(*)::int from bot_dialog_states), 0, 'with every word');
delete from bot_platform_credentials;

-- Credentials.
select tests.as_owner();
select isnt(app.store_bot_credentials(tests.id('bot'), 'telegram', 's3cret', '@booker'), null, 'the daemon stores credentials');
select is((select tests.opened(r.sealed, 'bot_platform_credentials.credentials', r.id) from app.read_bot_credentials(tests.id('bot'), 'telegram') r), 's3cret', 'and reads them');
select tests.as('a.owner');
select is((select account_name from bot_platform_credentials), '@booker', 'an owner sees that there is an account');
select throws_ok('select credentials from bot_platform_credentials', '42501', null, 'and not its secret');
select tests.as_service();
select throws_ok('select credentials from bot_platform_credentials', '42501', null, 'nor does the service role');
select throws_ok($$select app.read_bot_credentials(tests.id('bot'), 'telegram')$$, '42501', null, 'not through the function either');

select * from finish();
rollback;
