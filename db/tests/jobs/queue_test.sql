-- The queue: which job comes first, which wait for each other, and what becomes of one that fails.
\ir ../start.sql
select * from no_plan();
delete from maitred.jobs;
delete from maitred.schedules;
create function tests.job(p_name text, p_kind text default 'ping', p_due interval default '-1 second', p_lane text default null, p_key text default null,
  p_priority int default 0, p_tries int default 12) returns uuid language sql as $$
  insert into maitred.jobs (id, tenant, kind, payload, run_at, lane, key, priority, max_attempts)
  values (tests.id(p_name), 'tenant_alpha', p_kind, jsonb_build_object('name', p_name), now() + p_due, p_lane, p_key, p_priority, p_tries) returning id $$;
create function tests.take(p_most int default 100, p_kinds text[] default '{ping}', p_room int[] default '{1000}', p_runner text default 'me') returns text language sql as $$
  select string_agg(t.payload ->> 'name', ' ') from maitred.job_take(p_runner, p_kinds, array(select 60 from unnest(p_kinds)), p_room, p_most) t $$;
create function tests.finish(p_name text, p_result text default 'done', p_in_s float8 default null, p_runner text default 'me', p_attempt int default null) returns void language sql as $$
  select maitred.job_finish(p_runner, jsonb_build_array(jsonb_build_object('id', tests.id(p_name), 'attempt', coalesce(p_attempt, (select attempts from maitred.jobs where id = tests.id(p_name))),
    'result', p_result, 'in_s', p_in_s, 'reason', 'because'))) $$;
create function tests.state(p_name text) returns text language sql as $$ select status || ' ' || attempts from maitred.jobs where id = tests.id(p_name) $$;
-- seconds until it is tried
create function tests.due_in(p_name text) returns float8 language sql as $$ select extract(epoch from run_at - clock_timestamp()) from maitred.jobs where id = tests.id(p_name) $$;

-- ── which comes first ────────────────────────────────────────────────────────────────────────────────────────────────
select tests.job('late', p_due => '-1 minute') \gset _
select tests.job('old', p_due => '-1 hour') \gset _
select tests.job('tomorrow', p_due => '1 day') \gset _
select tests.job('urgent', p_priority => 10) \gset _
select tests.job('strange', 'juggle') \gset _
select is(tests.take(2), 'old urgent', 'ten minutes of head start pass one minute of waiting, and not an hour of it');
select is(tests.take(), 'late', 'what is due in the future and what nobody knows waits');
select is(tests.state('old'), 'running 1', 'taken is running, and a try is used');
select ok((select locked_by = 'me' and locked_until > now() + interval '50 seconds' from maitred.jobs where id = tests.id('old')), 'held for a while');
select throws_ok($$insert into maitred.jobs (kind, priority) values ('ping', 100000)$$, '23514', null, 'no head start is so long that the others starve');
select throws_ok($$insert into maitred.jobs (kind, payload) values ('ping', jsonb_build_object('huge', repeat('x', 2000000)))$$, '23514', null, 'nor a payload so large that sixty of them hurt');
select is((select jobs from maitred.job_unknown('{ping}')), 1::bigint, 'what nobody knows is counted');

-- ── finishing ────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.finish('old', p_runner => 'somebody else') \gset _
select is(tests.state('old'), 'running 1', 'another runner does not finish it');
select tests.finish('old', p_attempt => 2) \gset _
select is(tests.state('old'), 'running 1', 'nor does an attempt that is not the present one');
update maitred.jobs set payload = payload || '{"text": "your code is 4711", "to": "ada"}' where id = tests.id('old');
select tests.finish('old') \gset _
select is((select status || ' ' || payload::text from maitred.jobs where id = tests.id('old')), 'done {"to": "ada", "name": "old"}', 'what was said is gone once it is said');
select tests.finish('late', 'later') \gset _
select ok(tests.due_in('late') between 2 and 8 and tests.state('late') = 'waiting 1', 'a failure is tried again after some seconds');
select is((select last_error from maitred.jobs where id = tests.id('late')), 'because', 'and says why');
select tests.finish('urgent', 'never') \gset _
select is((select status || ' ' || last_error from maitred.jobs where id = tests.id('urgent')), 'dead because', 'what can never work is dead, with its reason');
update maitred.jobs set run_at = now() where id = tests.id('late');
select is(tests.take(), 'late', 'again');
select tests.finish('late', 'later', 3600) \gset _
select ok(tests.due_in('late') between 3590 and 3601, 'later(at) is kept');
update maitred.jobs set run_at = now(), attempts = 9 where id = tests.id('late');
select tests.take() \gset _
select tests.finish('late', 'later', 1) \gset _
select ok(tests.due_in('late') > 1000, 'who keeps saying "in a second" is asked less and less often');
update maitred.jobs set run_at = now(), attempts = 11 where id = tests.id('late');
select tests.take() \gset _
select tests.finish('late', 'later', 60) \gset _
select is(tests.state('late'), 'dead 12', 'the twelfth try was the last');
select ok(maitred.job_back_off(n) between interval '2 seconds' and interval '90 minutes', 'the back-off of try ' || n) from unnest('{-5, 0, 1, 30, 1000, 2147483647}'::int[]) n;
select tests.job('far') \gset _
select tests.take() \gset _
select tests.finish('far', 'later', 1e15) \gset _
select ok(tests.due_in('far') < 367 * 86400, 'nobody waits for more than a year');

-- ── keys: a newer job replaces the one that waits ────────────────────────────────────────────────────────────────────
select tests.job('first', p_key => 'k') \gset _
select tests.take() \gset _
select tests.job('second', p_key => 'k', p_due => '1 hour') \gset _
select tests.finish('first', 'later') \gset _
select is(tests.state('first') || ', ' || tests.state('second'), 'cancelled 1, waiting 0', 'one that fails while a newer one waits gives way');
select is(maitred.job_retry(tests.id('second')), true, 'a person lets it run now');
select is(tests.take(), 'second', 'and it does');

-- ── at once: a kind has its share ────────────────────────────────────────────────────────────────────────────────────
delete from maitred.jobs;
select count(tests.job('slow' || n, 'slow', make_interval(hours => n - 10))) from generate_series(1, 4) n \gset _
select tests.job('quick') \gset _
select is(tests.take(3, '{slow,ping}', '{1,1000}'), 'slow1', 'one of the slow kind, though three would come first');
select is(tests.take(3, '{ping}', '{1000}'), 'quick', 'the next round goes past it');

-- ── lanes ────────────────────────────────────────────────────────────────────────────────────────────────────────────
delete from maitred.jobs;
select tests.job(l || n, p_lane => l) from (values (1, 'a'), (1, 'b'), (2, 'a'), (2, 'b'), (3, 'a'), (3, 'b')) v(n, l);
select tests.job('free') \gset _
insert into maitred.jobs (id, tenant, kind, payload, lane, run_at) values (tests.id('other'), 'tenant_beta', 'ping', '{"name": "other"}', 'a', now() - interval '1 second');
select is(tests.take(), 'a1 b1 free other', 'the first of each lane, and another tenant''s lane of the same name');
select is(tests.take(), null, 'the others wait for it');
select tests.finish('a1') \gset _
select is(tests.take(), 'a2', 'until it is done');
select tests.finish('a2', 'later', 3600) \gset _
select tests.finish('b1', 'never') \gset _
select is(tests.take(), 'b2', 'one that is tried later holds its lane up; a dead one does not');
select throws_ok($$update maitred.jobs set status = 'running' where id = tests.id('b3')$$, '23505', null, 'two of a lane never run at once, whoever says so');
update maitred.jobs set run_at = now() where id = tests.id('a2');
select is(tests.take(), 'a2', 'it comes back before those behind it');
select is(maitred.job_retry(tests.id('b1')), true, 'the dead one is let in again');
select is(tests.take(), null, 'while another of its lane runs');
select tests.finish('b2') \gset _
select is(tests.take(), 'b1', 'and comes first then');

-- ── workers that die, stop, or are slow ──────────────────────────────────────────────────────────────────────────────
delete from maitred.jobs;
select tests.job('lost') \gset _
select tests.job('killer', p_tries => 1) \gset _
select tests.job('held') \gset _
select is(tests.take(), 'lost killer held', 'three are taken');
update maitred.jobs set locked_until = clock_timestamp() - interval '1 second';
select maitred.job_hold('me', array[tests.id('held')], 60) \gset _
select is(maitred.job_recover(), 2, 'what nobody holds any more is recovered');
select is(tests.state('lost') || ', ' || tests.state('held') || ', ' || tests.state('killer'), 'waiting 1, running 1, dead 1', 'a last try that killed its worker was the last');
select ok(tests.due_in('lost') <= 0, 'the first time at once');
update maitred.jobs set run_at = now() where status = 'waiting'; -- to this transaction the clock stands still
select is(tests.take(), 'lost', 'to whoever takes it');
update maitred.jobs set locked_until = clock_timestamp() - interval '1 second' where id = tests.id('lost');
select maitred.job_recover() \gset _
select ok(tests.due_in('lost') > 2, 'then after a while, so that a killer does not meet the same company again');
select is(maitred.job_give_back('me'), 1, 'a stop gives back what is held');
select is(tests.state('held'), 'waiting 0', 'as if it had not been taken');
update maitred.jobs set run_at = now() where id = tests.id('held');

-- ── suspended tenants ────────────────────────────────────────────────────────────────────────────────────────────────
update public.tenants set status = 'suspended' where schema_name = 'tenant_alpha';
select is(tests.take(), null, 'a suspended tenant''s jobs wait');
update public.tenants set status = 'active' where schema_name = 'tenant_alpha';
select is(tests.take(), 'held', 'until it is active again');

-- ── schedules ────────────────────────────────────────────────────────────────────────────────────────────────────────
delete from maitred.jobs;
insert into maitred.schedules (name, kind, every, next_run_at) values ('daily', 'ping', '1 day', now() - interval '5 days 1 hour');
select maitred.job_schedule() \gset _
select maitred.job_schedule() \gset _
select is((select count(*) from maitred.jobs), 1::bigint, 'what was missed runs once');
select is((select next_run_at - now() from maitred.schedules), interval '23 hours', 'and keeps its rhythm');
-- the night in which an hour is missing, as the server's zone counts days: 23 and a half hours late is one day and a half hour late there
set local timezone = 'Europe/Berlin';
select tests.last_sunday(3) + time '12:00' - interval '1 day' as noon \gset
update maitred.schedules set next_run_at = :'noon'::timestamptz;
delete from maitred.jobs;
select maitred.job_schedule(:'noon'::timestamptz + interval '23 hours 30 minutes') \gset _
select maitred.job_schedule(:'noon'::timestamptz + interval '23 hours 31 minutes') \gset _
select is((select count(*) || ' ' || (min(s.next_run_at) - :'noon'::timestamptz = interval '24 hours') from maitred.jobs, maitred.schedules s), '1 true', 'a night of 23 hours runs nothing twice');

-- ── what people do ───────────────────────────────────────────────────────────────────────────────────────────────────
delete from maitred.jobs;
select tests.job('one', p_due => '1 hour') \gset _
select is(maitred.job_cancel(tests.id('one')), true, 'a person takes one back');
select is(tests.state('one'), 'cancelled 0', 'and it does not run');
select is(maitred.job_cancel(tests.id('one')), false, 'once');
select is(maitred.job_retry(tests.id('one')), true, 'or lets it run after all');
select is(maitred.job_cancel(gen_random_uuid()), false, 'what is not there is not cancelled');
select is(tests.take(), 'one', 'now');
select is(maitred.job_retry(tests.id('one')), false, 'what runs is not run again');
select is((select id from maitred.job_list('running', null, null, 10)), tests.id('one'), 'the list shows it');

-- ── tidying ──────────────────────────────────────────────────────────────────────────────────────────────────────────
insert into maitred.jobs (kind, status, finished_at) values ('ping', 'done', now() - interval '8 days'), ('ping', 'dead', now() - interval '8 days'), ('ping', 'dead', now() - interval '91 days');
select is(maitred.job_tidy(), 2, 'finished ones go after a week, dead ones after three months');

-- ── enqueueing ───────────────────────────────────────────────────────────────────────────────────────────────────────
select app.enqueue('ping', '{}', p_lane => 'chat/7') as queued \gset
select is((select lane from maitred.jobs where id = :'queued'), 'chat/7', 'functions name the lane');
select is((select string_agg(p.proname, ', ') from pg_proc p, unnest(array['anon', 'authenticated', 'service_role', 'maitred_auth']) r
  where p.pronamespace = 'maitred'::regnamespace and p.proname like 'job\_%' and has_function_privilege(r, p.oid, 'execute')), null, 'nobody but the owner turns the queue');
select * from finish();
rollback;
