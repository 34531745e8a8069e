-- Subscriptions: who begins and sees one, each invoice once, what a failure leads to by the steps, and that ending is ending.
\ir ../start.sql
\ir ../words.sql
select * from no_plan();
insert into payment_accounts (organization_id, provider, mode, secrets) values (tests.id('a'), 'stripe', 'test', 'x');
select app.start_dunning(tests.id('a')) \gset _
insert into customers (id, organization_id, user_id, full_name, email) values (tests.id('ada'), tests.id('a'), tests.id('a.customer'), 'Ada Lovelace', 'ada@example.com');
insert into pool_membership_plans (organization_id, type, billing_cycle, name, monthly_price, guest_passes, max_members) values (tests.id('a'), 'individual', 'monthly', 'Swim', 30, 4, 1)
on conflict do nothing;
create function tests.news(p_state text, p_more jsonb default '{}') returns text language sql as $$
  select app.subscription_news(tests.kept_id('subscription'), jsonb_build_object('state', p_state, 'ref', 'sub_1', 'live', false) || p_more) $$;
create function tests.invoices(variadic p_names text[]) returns jsonb language sql as $$
  select jsonb_build_object('invoices', jsonb_agg(jsonb_build_object('ref', 'in_' || n, 'amount', '30.00', 'currency', 'EUR', 'payment_ref', 'pi_' || n))) from unnest(p_names) n $$;
create function tests.now(out status text, out step int, out is_paused boolean) language sql as $$ select s.status, s.step, s.is_paused from subscriptions s where s.id = tests.kept_id('subscription') $$;
create function tests.booked() returns text language sql as $$ select count(*) || ' ' || coalesce(sum(amount), 0) from payments where way = 'subscription' and status = 'succeeded' $$;
create function tests.jobs(p_kind text) returns bigint language sql as $$ select count(*) from maitred.jobs where kind = p_kind and status = 'waiting' and payload ->> 'subscription_id' = tests.kept_id('subscription')::text $$;
create function tests.told(p_type text) returns bigint language sql as $$ select count(*) from maitred.jobs where kind = 'notify' and payload ->> 'type' = p_type $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

select tests.as('a.customer');
select tests.keep('membership', start_membership(p_type => 'individual', p_billing_cycle => 'monthly')) is not null;
select tests.as('b.customer');
select is(tests.refused('select subscribe_membership(tests.kept_id(''membership''))') like 'MD404%', true, 'a stranger begins nothing');
select tests.as('a.customer');
select tests.keep('subscription', subscribe_membership(tests.kept_id('membership'))) is not null;
select is(subscribe_membership(tests.kept_id('membership')) ->> 'id', tests.kept('subscription') ->> 'id', 'asked twice: one page');
select is(tests.kept('subscription') ->> 'status', 'asked', 'it is asked for');
select tests.as('b.manager');
select is(tests.refused('select get_subscription(tests.kept_id(''subscription''))'), 'MD404 p_subscription_id', 'another house sees nothing of it');
select is_empty('select 1 from subscriptions', 'through the table neither');
select tests.as('a.manager');
select is(tests.refused($$update subscriptions set status = 'active'$$) like '42501%', true, 'nobody changes one by hand');
select tests.as_owner();
select is(tests.jobs('begin_subscription'), 1::bigint, 'the job worker is to ask');
select tests.keep('asked', app.subscription_request(tests.kept_id('subscription'))) is not null;
select is(app.subscription_request(tests.kept_id('subscription')), tests.kept('asked'), 'killed in between it asks the same again, with the same key');
select is(tests.news('pending', '{"ref": "cs_1", "link": "https://pay.test/1"}'), 'asked', 'there is a page');
select is(app.subscription_request(tests.kept_id('subscription')), null, 'what was asked for is not asked for again');
select tests.as('a.customer');
select is(get_subscription(tests.kept_id('subscription')) ->> 'link', 'https://pay.test/1', 'and its payer gets the link');
select tests.as_owner();

-- each invoice once, in any order
select is(tests.news('active', '{"live": true}'), 'other_mode', 'the other mode moves nothing');
select is(tests.news('active', tests.invoices('1')), 'active', 'it runs');
select is(tests.news('active', tests.invoices('1', '2')), 'active', 'a month later');
select is(tests.news('active', tests.invoices('2')), 'active', 'told again');
select is(tests.booked(), '2 60.00', 'each invoice is one payment');
select is(tests.news('active', '{"invoices": [{"ref": "in_3", "amount": "30", "currency": "USD"}]}'), 'active', 'another currency');
select is(tests.booked(), '2 60.00', 'is not booked');
select is((select count(*) from payments where way = 'subscription' and metadata ->> 'subscription_id' = tests.kept('subscription') ->> 'id'), 2::bigint, 'they know what they are of');
select is(app.event_subject(jsonb_build_object('subject', 'collection', 'account_id', (select id from payment_accounts where organization_id = tests.id('a')), 'ref', 'pi_1', 'payment_ref', 'pi_1')), null, 'an intent of its invoice is no payment to look at');
select isnt(app.event_subject(jsonb_build_object('subject', 'refund', 'account_id', (select id from payment_accounts where organization_id = tests.id('a')), 'ref', 're_1', 'payment_ref', 'pi_1')), null, 'a refund of it is of that payment');

-- a renewal fails
select is(tests.news('past_due', '{"reason": "declined", "link": "https://pay.test/invoice"}'), 'past_due', 'a renewal fails');
select is(tests.now()::text, '(past_due,1,f)', 'the first step: told at once');
select is(tests.told('subscription_failed'), 1::bigint, 'with a link');
select is(tests.news('past_due'), 'past_due', 'told again');
select is(tests.now()::text, '(past_due,1,f)', 'one failure is one');
select is(app.dun_subscriptions(), 0, 'not before its hour');
update subscriptions set next_at = now() - interval '1 minute';
select is(app.dun_subscriptions(), 1, 'the second step');
update subscriptions set next_at = now() - interval '1 minute';
select is(app.dun_subscriptions(), 1, 'the third');
select is(tests.now()::text, '(past_due,3,t)', 'rests what it pays for');
select is((select status from pool_memberships where id = tests.kept_id('membership')), 'paused', 'the membership');
select is(tests.news('active', tests.invoices('4')), 'active', 'the money comes');
select is(tests.now()::text, '(active,0,f)', 'and it goes on');
select is((select status from pool_memberships where id = tests.kept_id('membership')), 'active', 'so does the membership');

-- one that raises holds up no other
select tests.news('past_due') \gset _
update subscriptions set next_at = now() - interval '1 minute';
create function tests.stuck() returns trigger language plpgsql as $$ begin raise 'stuck'; end $$;
create trigger stuck before update of is_paused on subscriptions for each row when (new.step > old.step) execute function tests.stuck();
set local client_min_messages = error;
select is(app.dun_subscriptions(), 0, 'one that is stuck');
set local client_min_messages = warning;
select ok((select next_at > now() from subscriptions), 'is looked at later, and its run goes on');
drop trigger stuck on subscriptions;
select tests.news('active', tests.invoices('5')) \gset _

-- ended
select tests.as('a.customer');
select cancel_membership(tests.kept_id('membership')) \gset _
select tests.as_owner();
select is(tests.jobs('end_subscription'), 1::bigint, 'the provider is asked to end it');
select is(app.subscription_look(tests.kept_id('subscription')) ->> 'ref', 'sub_1', 'by its name');
select is(tests.news('refused', '{"reason": "not now"}'), 'active', 'refused, it is not told as ended');
select is((select count(*) > 0 from notifications where type = 'subscription_not_ended'), true, 'somebody is told');
select is(tests.news('active'), 'active', 'it goes on collecting there');
delete from maitred.jobs where kind = 'end_subscription';
select app.dun_subscriptions() \gset _
select is(tests.jobs('end_subscription'), 0::bigint, 'not asked at once again');
update subscriptions set end_asked_at = now() - interval '25 hours';
select app.dun_subscriptions() \gset _
select is(tests.jobs('end_subscription'), 1::bigint, 'but the next day');
select is(tests.news('ended'), 'ended', 'ended');
update subscriptions set end_asked_at = now() - interval '25 hours';
delete from maitred.jobs where kind = 'end_subscription';
select app.dun_subscriptions() \gset _
select is(tests.jobs('end_subscription'), 0::bigint, 'and asked no more');
select * from finish();
rollback;
