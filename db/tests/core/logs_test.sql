-- The audit trail, security events, notifications, settings, limits and the daily round.
\ir ../start.sql
select plan(49);

create function tests.event() returns uuid language sql security definer as
  $$select app.log_security_event('login_failed', 'warning', 'wrong password', p_ip_address => '192.0.2.9')$$;
create function tests.tell(text, text, text default null) returns uuid language sql security definer as
  $$select app.notify(tests.id('a'), $1, $2, 'Pick up', tests.id('a.waiter'), p_key => $3)$$;
create function tests.limited(text) returns int language sql security definer as $$select app.rate_limit($1, 2, '1 minute')$$;
create function tests.looked(text) returns int language sql security definer as $$select app.rate_limited($1, 2)$$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- The trail: who, what, old and new, by month, for admins only.
select tests.as('a.manager');
select set_config('request.id', 'req-1', true), set_config('request.ip', '192.0.2.1', true) \gset _
insert into customers (full_name, phone) values ('Ada', '1');
update customers set phone = '2';
update customers set phone = '2';
select throws_ok('select * from get_audit_logs()', 'MD403', null, 'a manager does not read the trail');
select is_empty('select 1 from audit_logs', 'not past the function either');
select tests.as('b.admin');
select is((select count(*) from get_audit_logs('customers')), 0::bigint, 'an admin elsewhere sees none of it');
select tests.as('a.admin');
select is((select count(*) from get_audit_logs('customers', now() - interval '7 days', now(), 100)), 2::bigint, 'an admin sees each change once');
select is((select (action, old_data, new_data, user_id, user_role, request_id, host(ip_address))::text from get_audit_logs('customers') where action = 'UPDATE'),
  format('(UPDATE,"{""phone"": ""1""}","{""phone"": ""2""}",%s,manager,req-1,192.0.2.1)', tests.id('a.manager')),
  'with the changed columns, old and new, who, the request and the address');
select throws_ok($$select * from get_audit_logs('customers', now(), now(), 0)$$, 'MD400', null, 'a limit is a positive number');
select tests.as_owner();
select is((select count(*) from audit_logs where tableoid = 'audit_logs_default'::regclass), 0::bigint, 'rows lie in their month');
select throws_ok('update audit_logs set action = ''DELETE''', 'MD403', null, 'the trail refuses changes');
select throws_ok('delete from audit_logs', 'MD403', null, 'and deletions');
select throws_ok('truncate audit_logs', 'MD403', null, 'and being emptied');
update users set hashed_password = 'x' where id = tests.id('a.waiter');
select unalike((select new_data::text from audit_logs where record_id = tests.id('a.waiter') and action = 'UPDATE'), '%"x"%', 'secrets are not written down');
-- months nobody made: rows wait in the default partition and move
insert into audit_logs (table_name, action, created_at) values ('x', 'INSERT', date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + interval '3 months 1 day');
select is((select count(*) from audit_logs_default), 1::bigint, 'a month that is not there yet has a place');
select is(app.ensure_audit_partitions(3), 1, 'the missing month is made');
select is((select count(*) from audit_logs_default), 0::bigint, 'and takes its rows');
select is((select count(*) from audit_logs where table_name = 'x'), 1::bigint, 'none is lost');
select is(app.ensure_audit_partitions(3), 0, 'making it again does nothing');
select ok(bool_and(c.relrowsecurity), 'every partition has row security') from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'audit_logs'::regclass;

-- Security events.
select tests.as('a.waiter');
select ok(tests.event() is not null, 'events are written');
select is_empty('select 1 from security_audit_log', 'and not read by those they are about');
select tests.as('a.admin');
select is((select (event_type, severity, host(ip_address), user_email)::text from get_security_events()), '(login_failed,warning,192.0.2.9,waiter@a.test)', 'an admin reads them');
select is((select count(*) from get_security_events(p_min_severity => 'error')), 0::bigint, 'and asks for the grave ones only');
select tests.as('b.owner');
select is((select count(*) from get_security_events()), 0::bigint, 'of their own house');
select tests.as_service();
select throws_ok('update security_audit_log set severity = ''info''', '42501', null, 'they do not change');

-- Notifications belong to one person.
select tests.as('a.manager');
select tests.tell('order_ready', 'Table 4', 'order/1') \gset _
select tests.tell('order_ready', 'Table 5', 'order/1') \gset _
select is_empty('select 1 from notifications', 'the sender does not see it');
select tests.as('a.waiter');
select is((select array_agg(title) from notifications), array['Table 5'], 'a newer one with the same key replaces the older');
select is(mark_notifications_read(), 1, 'it is read');
select throws_ok('update notifications set title = ''x''', '42501', null, 'and not rewritten');
select lives_ok($$insert into notification_settings (user_id, email, muted_types) values (tests.id('a.waiter'), false, '{chatter}')$$, 'people choose how they are told');
select throws_ok($$insert into notification_settings (user_id) values (tests.id('a.kitchen'))$$, '42501', null, 'each for themselves');
select is(tests.tell('chatter', 'Hi'), null, 'what is muted stays silent');
select tests.as_owner();
delete from maitred.jobs where kind = 'notify';
select app.notify(tests.id('a'), 'reminder', 'Soon', null, tests.id('a.waiter'), p_channels => '{in_app,email}', p_run_at => now() + interval '1 day', p_key => 'r/1') \gset _
select is((select count(*) from maitred.jobs where kind = 'notify'), 0::bigint, 'nothing leaves through a channel that is off');
select tests.as('a.waiter');
select is((select count(*) from notifications where title = 'Soon'), 0::bigint, 'a reminder shows up in its time');
select tests.as_owner();
update notification_settings set email = true, quiet_from = '22:00', quiet_until = '07:00', timezone = 'Europe/Berlin';
select app.notify(tests.id('a'), 'reminder', 'Night', null, tests.id('a.waiter'), p_run_at => '2030-01-15 23:30+01', p_key => 'r/2') \gset _
select is((select run_at from maitred.jobs where kind = 'notify'), '2030-01-16 07:00+01'::timestamptz, 'mail waits until the quiet hours are over');
select app.cancel_notification('r/2') \gset _
select is((select string_agg(status, ',') from maitred.jobs where kind = 'notify'), 'cancelled', 'what was cancelled is not announced');
select is(app.tell_roles(tests.id('a'), '{manager,owner}', 'stock_low', '{"name": "Flour", "quantity": "1", "unit": "kg"}'), 2, 'a role is told person by person');

-- Settings of the tenant.
select tests.as('a.manager');
select throws_ok($$insert into system_settings (key, value) values ('pool.capacity', '50')$$, '42501', null, 'a manager does not set the tenant up');
select tests.as('a.super_admin');
select lives_ok($$insert into system_settings (key, value, is_public) values ('pool.capacity', '50', true), ('sms.sender', '"x"', false)$$, 'a super admin does');
select is((select count(distinct updated_by) from system_settings), 1::bigint, 'and is named');
select tests.as_anon();
select is((select array_agg(key) from system_settings), array['pool.capacity'], 'pages without a login read what is public');

-- Limits.
select is(array[tests.limited('otp:t'), tests.limited('otp:t')], array[0, 0], 'two tries are free');
select ok(tests.limited('otp:t') between 1 and 60, 'the third waits');
select ok(tests.looked('otp:t') > 0 and tests.looked('otp:u') = 0, 'looking counts nothing');
select tests.as_owner();
update rate_limits set expires_at = now() - interval '1 second';
select is(app.rate_limit('otp:t', 2, '1 minute'), 0, 'a new window begins anew');

-- The daily round, and what the sign-in service may do.
update rate_limits set expires_at = now() - interval '1 second';
select is((select (kind, every, per_tenant)::text from maitred.schedules where name = 'maintain_tenant'), '(maintain_tenant,"1 day",t)', 'every tenant has its daily round');
select ok(app.maintain_tenant() ? 'payments', 'which visits the modules');
select is((select count(*) from rate_limits), 0::bigint, 'and sweeps what has expired');
grant usage on schema tap, tests to maitred_auth;
grant execute on all functions in schema tap, tests to maitred_auth;
set local role maitred_auth;
select lives_ok($$insert into auth_sessions (user_id) values (tests.id('a.waiter'))$$, 'the sign-in service opens sessions');
select throws_ok('delete from security_audit_log', '42501', null, 'and cannot wipe its traces');
select tests.as_owner();
select tests.as('a.waiter');
select is((select count(*) from auth_sessions), 1::bigint, 'people see their own devices');

select * from finish();
rollback;
