-- Webhooks: which change is which event, for whom, and what the database refuses. Calls themselves: tests/contract/webhooks.test.ts.
\ir ../start.sql
select * from no_plan();
select tests.as('a.manager');
select throws_like($$select api.set_webhook_endpoint('https://example.com/hooks')$$, '%may not%', 'a manager sets no integrations up');
select tests.as('a.owner');
select api.set_webhook_endpoint('https://example.com/hooks', '{customer.*,waitlist_entry.created}') as made \gset
select matches(:'made'::jsonb ->> 'secret', '^whsec_[A-Za-z0-9+/]{43}=$', 'the secret is shown once, as the standard writes it');
select is((select count(*)::int from webhook_endpoints), 1, 'its owner sees it');
select tests.as('b.owner');
select is((select count(*)::int from webhook_endpoints), 0, 'nobody of another organization does');
select throws_like(format($$select api.rotate_webhook_secret(%L)$$, :'made'::jsonb ->> 'id'), '%no such endpoint%', 'nor turns its secret');
select throws_like(format($$select api.replay_webhook_deliveries(%L)$$, :'made'::jsonb ->> 'id'), '%no such endpoint%', 'nor sends anything again');
select tests.as('b.manager');
insert into customers (id, full_name, email) values (tests.id('other'), 'Bob', 'bob@guests.test');
select tests.as_owner();
select is((select count(*)::int from webhook_deliveries), 0, 'what happens in another organization is none of its business');
select tests.as('a.manager');
insert into customers (id, full_name, email) values (tests.id('ada'), 'Ada', 'ada@guests.test');
update customers set full_name = 'Ada L.' where id = tests.id('ada');
update customers set full_name = full_name where id = tests.id('ada');
select tests.as_owner();
select is((select array_agg(event order by sequence) from webhook_deliveries), array['customer.created'], 'in one transaction: that it is there, and no more');
select is((select count(*)::int from maitred.jobs where tenant = current_schema() and kind = 'webhook_send'), 1, 'one job');
select is((select count(distinct lane)::int from maitred.jobs where tenant = current_schema() and kind = 'webhook_send' and lane like 'webhook/%'), 1, 'in a lane');
select unalike((select string_agg(body, '') from webhook_deliveries), '%guests.test%', 'no person in what is sent');
select tests.as('a.owner');
update webhook_endpoints set is_active = false;
select is((select array_agg(distinct status) from webhook_deliveries), '{dead}', 'switched off: what waits is given up');
insert into customers (full_name, email) values ('Eve', 'eve@guests.test');
select is((select count(*)::int from webhook_deliveries), 1, 'and nothing new is written down');
select throws_like($$update webhook_endpoints set events = '{nothing}'$$, '%no events "nothing"%', 'events that are none');
select throws_like($$update webhook_endpoints set events = '{customer.*;drop}'$$, '%no events%', 'nor anything else');
select throws_like($$update webhook_endpoints set url = 'http://127.0.0.1/'$$, '%permission denied%', 'the address changes by its function alone');
select tests.as_owner();
-- how long it is tried
select is((select sum(app.webhook_wait(n)) from generate_series(1, 9) n), interval '75 hours 35 minutes 5 seconds', 'the example of the standard');
select is(app.webhook_wait(10), null, 'and then no more');
update webhook_endpoints set is_active = true;
update webhook_deliveries set status = 'waiting', attempts = 0;
select is(app.webhook_answered((select id from webhook_deliveries), 429, 'busy', 5, 7200, false), 7200, 'who says when is asked then');
select is((select status from webhook_deliveries), 'waiting', 'and it waits');
select ok(s between 270 and 330, 'else five minutes, more or less') from app.webhook_answered((select id from webhook_deliveries), null, 'timed out', 15000, null, false) s;
select is(app.webhook_answered((select id from webhook_deliveries), null, 'not a public address', 1, null, true), null, 'what is of no use is not tried again');
select is((select status from webhook_deliveries), 'dead', 'it is dead');
select is(app.webhook_answered((select id from webhook_deliveries), 200, null, 5, null, false), null, 'an answer that comes late');
select is((select status from webhook_deliveries), 'dead', 'changes nothing');
select is((select count(*)::int from webhook_attempts), 3, 'each call is in the log');
-- thirty days
update webhook_deliveries set created_at = now() - interval '31 days';
select app.forget_webhooks();
select is((select count(*)::int from webhook_deliveries), 0, 'after thirty days it is forgotten');
select is((select count(*)::int from webhook_attempts), 0, 'with its calls');
-- every watched table has what the trigger reads
select is((select string_agg(n.table_name, ' ') from app.webhook_nouns() n where to_regclass(n.table_name) is null
  or (select count(*) from pg_attribute where attrelid = to_regclass(n.table_name) and attname in ('id', 'organization_id')) < 2), null, 'each has id and organization_id');
select is((select count(*)::int from pg_trigger t join app.webhook_nouns() n on t.tgrelid = to_regclass(n.table_name) where t.tgname = 'tell_webhooks'),
  (select count(*)::int from app.webhook_nouns()), 'each is watched');
select * from finish();
rollback;
