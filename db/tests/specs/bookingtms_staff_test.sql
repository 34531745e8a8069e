-- bookingtms.md: staff management. The document names the functions; these are their calls, by position and by name.
\ir ../start.sql
select * from no_plan();
select has_table('tenant_alpha'::name, t::name, t) from unnest('{staff_schedules,staff_activity_log}'::text[]) t;
select has_function('api'::name, f::name, f) from unnest('{create_staff_schedule,get_staff_schedule,log_staff_activity,get_staff_performance}'::text[]) f;

select tests.as('a.manager');
select isnt(create_staff_schedule(tests.id('a.staff'), current_date + 7, '09:00', '17:00') ->> 'id', null, 'create_staff_schedule()');
select is((select count(*) from get_staff_schedule(current_date + 7, current_date + 7)), 1::bigint, 'get_staff_schedule()');
select is((select staff_name from get_staff_schedule(p_from => current_date + 7, p_to => current_date + 7, p_staff_id => tests.id('a.staff'))), 'Staff a', 'of one person');
select tests.as('a.staff');
select isnt(log_staff_activity('booking_checked_in', 'Guests of game 3', 'booking', gen_random_uuid()), null, 'log_staff_activity()');
select is((select activities from get_staff_performance(current_date - 1, current_date + 1, tests.id('a.staff'))), 1, 'get_staff_performance()');

-- it works where a tenant has neither dining nor experiences
select tests.as_owner();
select lives_ok('select * from app.staff_work(tests.id(''a''), now() - interval ''1 day'', now())', 'whatever modules there are');
create schema bare;
create table bare.staff_activity_log (like tenant_alpha.staff_activity_log);
set local search_path = bare, api, app, public, tap;
select is_empty('select * from app.staff_work(tests.id(''a''), now() - interval ''1 day'', now())', 'a tenant without bookings, kitchen, pool and payments counts what it has');
set local search_path = tenant_alpha, api, app, public, tap;

-- create_staff_schedule is audited, staff activity is the person's and the manager's
select tests.as('a.owner');
select isnt_empty('select 1 from audit_logs where table_name = ''staff_schedules''', 'schedules are audited');
select tests.as('a.waiter');
select is_empty('select 1 from staff_activity_log', 'one''s activity is not everybody''s');
select * from finish();
rollback;
