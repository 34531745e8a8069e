-- Hours, breaks, activity, performance, cost, onboarding.
\ir ../start.sql
\ir cast.sql
create function tests.shift(p_name text, p_staff text, p_from interval, p_to interval) returns void language sql as $$
  insert into staff_schedules (id, organization_id, staff_id, shift_date, start_time, end_time, timezone, starts_at, ends_at, hourly_rate)
  select tests.id(p_name), tests.id('a'), tests.id(p_staff), ((now() + p_from) at time zone 'Europe/Berlin')::date, ((now() + p_from) at time zone 'Europe/Berlin')::time,
         ((now() + p_to) at time zone 'Europe/Berlin')::time, 'Europe/Berlin', now() + p_from, now() + p_to, 20 $$;
select * from no_plan();
select tests.shift('s1', 'a.waiter', '-30 minutes', '6 hours');

-- ── the clock ────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.waiter');
select is(tests.refused('select clock_out()'), 'MD409 p_staff_id', 'who has not come cannot go');
select is(tests.refused('select start_break()'), 'MD409 p_staff_id', 'nor rest');
select tests.keep('e', clock_in()) is not null;
select is(format('%s %s', tests.kept('e') ->> 'schedule_id' = tests.id('s1')::text, tests.kept('e') ->> 'late_minutes'), 't 30', 'coming finds its shift, and how late it is');
select is((select status from staff_schedules where id = tests.id('s1')), 'confirmed', 'the shift is confirmed');
select is(tests.refused('select clock_in()'), 'MD409 p_staff_id', 'nobody comes twice');
select is(tests.refused('select end_break()'), 'MD409 p_staff_id', 'nor ends a break that is none');
select is(tests.refused('select start_break(true)'), 'MD403 p_is_paid', 'nor pays breaks to themselves');
select is(start_break() ->> 'on_break', 'true', 'a break begins');
select is(tests.refused('select start_break()'), 'MD409 p_staff_id', 'one at a time');
select tests.as_owner();
update time_entries set clock_in_at = now() - interval '5 hours';
update time_breaks set started_at = now() - interval '45 minutes';
select tests.as('a.waiter');
select is(end_break() ->> 'worked_minutes', '255.0', 'five hours without the break');
select is((clock_out(p_notes => 'Done') ->> 'worked_minutes')::numeric, 255.0, 'they go');
select is((select status from staff_schedules where id = tests.id('s1')), 'confirmed', 'hours before the end the shift is not completed');
select is(tests.refused('select clock_in(p_staff_id => tests.id(''a.staff''))'), 'MD404 p_staff_id', 'nobody clocks in for others');
select throws_ok('insert into time_entries (organization_id, staff_id, clock_in_at, business_date) values (tests.id(''a''), tests.id(''a.waiter''), now(), current_date)', '42501', null, 'nor by hand');
select throws_ok('select hourly_rate from time_entries', '42501', null, 'nor reads what hours cost');
select isnt_empty('select id from time_entries', 'one''s own hours are readable');
select tests.as('a.staff');
select is_empty('select id from time_entries', 'those of others are not');
select is_empty('select id from time_breaks', 'nor their breaks');
select tests.as('a.customer');
select is(tests.refused('select clock_in()'), 'MD404 p_staff_id', 'guests do not work here');
select tests.as('b.manager');
select is_empty('select id from time_entries', 'another organization sees no hours');
select is(tests.refused(format('select clock_in(%L)', tests.id('a.staff'))), 'MD404 p_staff_id', 'and clocks nobody in');
select tests.as('a.manager');
select isnt_empty('select id from time_entries', 'who keeps timesheets sees them');
select is(clock_in(tests.id('a.kitchen')) ->> 'staff_id', tests.id('a.kitchen')::text, 'and clocks in who forgot');
select is(tests.refused(format('select amend_time_entry(%s)', q.arguments)), q.refusal, q.what) from (values
  (format('%L, p_reason => ''x'', p_clock_in_at => now() + interval ''1 hour''', tests.kept_id('e')), 'MD400 p_clock_in_at', 'into the future'),
  (format('%L, p_reason => ''x'', p_clock_out_at => now() - interval ''6 hours''', tests.kept_id('e')), 'MD400 p_clock_out_at', 'end before start'),
  (format('%L, p_reason => ''x'', p_clock_in_at => now() - interval ''3 days''', tests.kept_id('e')), 'MD400 p_clock_in_at', 'three days at once'),
  (format('%L, p_reason => ''x'', p_clock_in_at => now() - interval ''10 minutes''', tests.kept_id('e')), 'MD409 p_clock_in_at', 'leaving a break outside'),
  (format('%L, p_clock_in_at => now() - interval ''6 hours''', tests.kept_id('e')), 'MD400 p_reason', 'without a reason'),
  (format('%L, p_reason => ''x''', gen_random_uuid()), 'MD404 p_entry_id', 'what is not there')) as q(arguments, refusal, what);
select is((amend_time_entry(tests.kept_id('e'), now() - interval '6 hours', null, 'Forgot') ->> 'worked_minutes')::numeric, 315.0, 'hours are corrected with a reason');
select tests.as('a.owner');
select isnt_empty($$select 1 from audit_logs where table_name = 'time_entries' and old_data ? 'clock_in_at' and new_data ? 'amend_reason'$$, 'and the old ones kept');
select tests.as_owner();
select throws_ok(format('insert into time_entries (organization_id, staff_id, clock_in_at, clock_out_at, business_date) values (%L, %L, now() - interval ''5 hours'', now(), current_date)', tests.id('a'), tests.id('a.waiter')), '23P01', null, 'the table itself keeps hours apart');
select throws_ok(format('insert into time_entries (organization_id, staff_id, clock_in_at, business_date) values (%L, %L, now(), current_date)', tests.id('a'), tests.id('a.kitchen')), null, null, 'and one clock open');

update time_entries set clock_in_at = now() - interval '17 hours' where clock_out_at is null;
select app.maintain_labor(), app.maintain_labor() \g /dev/null
select is((select count(*) from notifications where type = 'clock_forgotten' and user_id = tests.id('a.manager')), 1::bigint, 'a clock that runs on is told to the manager, once');
update time_entries set clock_in_at = now() where clock_out_at is null;

-- ── activity ─────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.waiter');
select isnt(log_staff_activity('table_cleaned', 'Table 5; drop table staff', 'table', gen_random_uuid(), '{"n": 1}'), null, 'what one did is written down');
select is(tests.refused(format('select log_staff_activity(%s)', q.arguments)), q.refusal, q.what) from (values
  ('''Bad Word!''', 'MD400 p_activity_type', 'a word that is none'), ('null', 'MD400 p_activity_type', 'no word'),
  ('''x'', p_metadata => ''[]''', 'MD400 p_metadata', 'metadata that are no object'), (format('''x'', %L', repeat('y', 3000)), 'MD400 p_description', 'a novel'),
  (format('''x'', p_staff_id => %L', tests.id('a.staff')), 'MD404 p_staff_id', 'in another''s name')) as q(arguments, refusal, what);
select throws_ok('insert into staff_activity_log (staff_id, activity_type) values (tests.id(''a.waiter''), ''x'')', '42501', null, 'not by hand');
select tests.as('a.staff');
select is_empty('select 1 from staff_activity_log', 'others do not read it');
select tests.as('a.manager');
select isnt_empty('select 1 from staff_activity_log', 'managers do');
select isnt(log_staff_activity('praised', p_staff_id => tests.id('a.waiter')), null, 'and add to it');
select tests.as_owner();
select throws_ok('update staff_activity_log set description = ''''', 'MD403', null, 'it is append-only');

-- ── performance and cost ─────────────────────────────────────────────────────────────────────────────────────────────
update time_entries set hourly_rate = 20 where staff_id = tests.id('a.waiter');
select app.record_payment(tests.id('a'), 'other', null, 210, 'EUR', 'cash') is not null;
select tests.as('a.manager');
select is((select format('%s %s %s %s %s %s', shifts_planned, shifts_worked, late_arrivals, hours_worked, labor_cost, activities) from get_staff_performance(tests.day(-2), tests.day(1), tests.id('a.waiter'))), '1 1 0 5.25 105.00 2', 'shifts, hours, cost and activity of one person');
select is((select count(*) from get_staff_performance()), 5::bigint, 'of everybody');
select is((select format('%s %s %s', sum(hours_worked), sum(cost_worked), sum(revenue)) from get_staffing_cost(tests.day(-2), tests.day(1))), '5.25 105.00 210.00', 'what the days cost, against what they took');
select is((select count(*) from get_staffing_cost('2027-01-01', '2027-01-31')), 31::bigint, 'every day has a row');
select is(tests.refused('select * from get_staffing_cost(''2027-01-31'', ''2027-01-01'')'), 'MD400 p_to', 'days that run backwards');
select is(tests.refused('select * from get_staffing_cost(''2027-01-31'', ''infinity'')'), 'MD400 p_to', 'days without end');
select tests.as('a.waiter');
select is((select count(*) from get_staff_performance(p_staff_id => tests.id('a.waiter'))), 1::bigint, 'one''s own performance is one''s own');
select is(tests.refused(format('select * from get_staff_performance(p_staff_id => %L)', tests.id('a.staff'))), 'MD404 p_staff_id', 'that of others is not');
select is(tests.refused('select * from get_staff_performance()'), 'MD403', 'nor that of all');
select is(tests.refused('select * from get_staffing_cost(''2027-01-01'', ''2027-01-02'')'), 'MD403', 'nor the cost');
select tests.as('a.finance');
select isnt_empty('select 1 from get_staff_performance()', 'finance reads both');
select isnt_empty('select 1 from get_staffing_cost(''2027-01-01'', ''2027-01-02'')', 'indeed');
select is(tests.refused(format('select clock_in(%L)', tests.id('a.staff'))), 'MD403 p_staff_id', 'and clocks nobody in');

-- ── onboarding ───────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
select app.seed_labor(tests.id('a')), app.seed_labor(tests.id('a')) \g /dev/null
select is((select count(*) from onboarding_templates where organization_id = tests.id('a')), 1::bigint, 'seeding twice seeds once');
select tests.as('a.manager');
select tests.keep('o', start_onboarding(tests.id('a.kitchen'), tests.day(0), p_mentor_id => tests.id('a.staff'))) is not null;
select is(format('%s %s %s', tests.kept('o') ->> 'status', jsonb_array_length(tests.kept('o') -> 'tasks'), tests.kept('o') #>> '{tasks,4,due_on}'), 'in_progress 6 ' || tests.day(7), 'a newcomer gets the tasks of the house');
select is(tests.refused(format('select start_onboarding(%s)', q.arguments)), q.refusal, q.what) from (values
  (format('%L', tests.id('a.kitchen')), 'MD409 p_staff_id', 'twice'), (format('%L', tests.id('b.kitchen')), 'MD404 p_staff_id', 'of another organization'),
  (format('%L, p_mentor_id => %1$L', tests.id('a.waiter')), 'MD404 p_mentor_id', 'mentored by oneself'), (format('%L, p_mentor_id => %L', tests.id('a.waiter'), tests.id('b.staff')), 'MD404 p_mentor_id', 'mentored by a stranger'),
  (format('%L, ''infinity''', tests.id('a.waiter')), 'MD400 p_started_on', 'some day'), (format('%L, null, %L', tests.id('a.waiter'), gen_random_uuid()), 'MD404 p_template_id', 'with an unknown template')) as q(arguments, refusal, what);
select tests.as('a.kitchen');
select is(set_onboarding_task((tests.kept('o') #>> '{tasks,0,id}')::uuid, 'done') ->> 'progress', '17', 'the newcomer does a task');
select is(tests.refused(format('select set_onboarding_task(%L, ''skipped'')', tests.kept('o') #>> '{tasks,1,id}')), 'MD403 p_status', 'and skips none that is needed');
select is(tests.refused(format('select set_onboarding_task(%L, ''pending'')', tests.kept('o') #>> '{tasks,0,id}')), 'MD403 p_status', 'nor reopens one');
select is(tests.refused(format('select set_onboarding_task(%L, ''maybe'')', tests.kept('o') #>> '{tasks,0,id}')), 'MD400 p_status', 'nor half does it');
select isnt_empty('select 1 from onboarding_tasks', 'the newcomer sees them');
select tests.as('a.waiter');
select is_empty('select 1 from onboarding_tasks', 'others do not');
select is(tests.refused(format('select set_onboarding_task(%L, ''done'')', tests.kept('o') #>> '{tasks,1,id}')), 'MD404 p_task_id', 'nor do they do them');
select tests.as('a.staff');
select set_onboarding_task((t ->> 'id')::uuid, 'done') is not null from jsonb_array_elements(tests.kept('o') -> 'tasks') with ordinality as x(t, n) where n between 2 and 5;
select is((select status from onboarding_records), 'in_progress', 'a mentor helps');
select tests.as('a.manager');
select is(set_onboarding_task((tests.kept('o') #>> '{tasks,5,id}')::uuid, 'skipped', 'On leave') ->> 'status', 'completed', 'with the last task it is completed');
select is(set_onboarding_task((tests.kept('o') #>> '{tasks,5,id}')::uuid, 'pending') ->> 'status', 'in_progress', 'reopened, it is not');
select is(cancel_onboarding(tests.kept_id('o'), 'Left') ->> 'status', 'cancelled', 'it can end early');
select is(tests.refused(format('select cancel_onboarding(%L)', tests.kept_id('o'))), 'MD422 status', 'once');
select is(tests.refused(format('select set_onboarding_task(%L, ''done'')', tests.kept('o') #>> '{tasks,5,id}')), 'MD422 status', 'and then rests');
select tests.as_owner();
create function tests.move(p_table text, p_from text, p_to text) returns text language plpgsql as $$
declare v_id uuid;
begin
  execute format('select id from %I order by created_at, id limit 1', p_table) into v_id;
  execute format('alter table %I disable trigger guard_status', p_table);
  execute format('update %I set status = %L where id = %L', p_table, p_from, v_id);
  execute format('alter table %I enable trigger guard_status', p_table);
  execute format('update %I set status = %L where id = %L', p_table, p_to, v_id);
  return 'goes';
exception when sqlstate 'MD422' then return 'refused';
end $$;
select is(tests.move('onboarding_records', f, t), case when f = t or f || '>' || t = any ('{in_progress>completed,in_progress>cancelled,completed>in_progress}') then 'goes' else 'refused' end, 'record: ' || f || ' to ' || t)
from unnest('{in_progress,completed,cancelled}'::text[]) f, unnest('{in_progress,completed,cancelled}'::text[]) t;
select is(tests.move('onboarding_tasks', f, t), case when f = t or f || '>' || t = any ('{pending>done,pending>skipped,done>pending,skipped>pending}') then 'goes' else 'refused' end, 'task: ' || f || ' to ' || t)
from unnest('{pending,done,skipped}'::text[]) f, unnest('{pending,done,skipped}'::text[]) t;
select * from finish();
rollback;
