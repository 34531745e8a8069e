-- Bots: scenarios are sound before guests talk to them, and credentials are nobody's to read.
\ir ../start.sql
select plan(31);
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
     "book": {"type": "action", "action": "reserve_table", "next": "bye"},
     "bye": {"type": "end", "text": "Bye"}}}');
select is((select organization_id from bot_scenarios), tests.id('a'), 'a scenario belongs to the organization of its bot');

-- What cannot be published.
select is(tests.faults('{}'), 'A scenario has steps.', 'nothing to say');
select is(tests.faults('{"start": "x", "steps": {"a": {"type": "end"}}}'), 'start names the first step.', 'no beginning');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "sing"}}}'), 'type is message, input, choice, action or end.', 'an unknown kind of step');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "message", "text": "Hi"}}}'), 'next is missing: where does it go on?', 'a step that leads nowhere');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "message", "text": "Hi", "next": "b"}}}'), 'There is no step b.', 'a step that is not there');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "message", "text": "Hi", "next": "a"}}}'), 'There is no way to an end.', 'a circle without an end');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "end"}, "b": {"type": "end"}}}'), 'Nothing leads here.', 'a step nobody reaches');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "input", "text": "?", "field": "Bad Name", "next": "b"}, "b": {"type": "end"}}}'),
  'field says where the answer is kept.', 'an answer without a place');
select is(tests.faults('{"start": "a", "steps": {"a": {"type": "choice", "text": "?", "options": []}}}'), 'A choice has one to twenty options.', 'a choice without options');
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

-- Conversations.
select tests.as_service();
select is((select current_step from app.take_dialog(tests.id('bot'), 'telegram', '42', 'u1')), 'hello', 'a conversation begins at the start');
select is((select is_repeat from app.take_dialog(tests.id('bot'), 'telegram', '42', 'u1')), true, 'a message that comes twice is recognized');
select app.move_dialog(dialog_id, 'who', '{"name": "Ada"}') from app.take_dialog(tests.id('bot'), 'telegram', '42', 'u2') \gset _
select is((select collected_data ->> 'name' from app.take_dialog(tests.id('bot'), 'telegram', '42', 'u3')), 'Ada', 'it remembers what it learnt');

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
