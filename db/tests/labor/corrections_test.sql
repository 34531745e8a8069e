-- A forgotten break is corrected on the record; people hear of their shifts.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.told(p_type text) returns text language sql security definer as $$
  select coalesce(string_agg(u.role, ' ' order by u.role), '') from tenant_alpha.notifications n join tenant_alpha.users u on u.id = n.user_id where n.type = p_type $$;
create function tests.entry() returns uuid language sql security definer as $$ select id from tenant_alpha.time_entries where staff_id = tests.id('a.waiter') $$;
create function tests.minutes() returns numeric language sql security definer set search_path = tenant_alpha, api, app, public as $$ select app.worked_minutes(tests.entry()) $$;
grant execute on all functions in schema tests to authenticated;

-- ── eight hours, a break that nobody ended ───────────────────────────────────────────────────────────────────────────
select tests.as('a.waiter');
select clock_in() is not null;
select start_break() is not null;
select tests.as_owner();
update time_entries set clock_in_at = now() - interval '8 hours' where id = tests.entry();
update time_breaks set started_at = now() - interval '6 hours' where entry_id = tests.entry();
select tests.as('a.waiter');
select is((clock_out() ->> 'worked_minutes')::numeric, 120::numeric, 'the break lasted until the end');
update time_breaks set ended_at = started_at where entry_id = tests.entry();
select is(tests.minutes(), 120::numeric, 'nobody corrects their own hours');
select tests.as('a.manager');
select is(tests.refused(format('update time_breaks set ended_at = %L where entry_id = %L', now() + interval '1 hour', tests.entry())), 'MD400 ended_at', 'a break lies inside the hours');
select is(tests.refused(format('update time_breaks set started_at = %L where entry_id = %L', now() - interval '9 hours', tests.entry())), 'MD400 started_at', 'at both ends');
update time_breaks set ended_at = now() - interval '330 minutes' where entry_id = tests.entry();
select is(tests.minutes(), 450::numeric, 'a manager does: half an hour it was');
select is((select format('%s %s', amended_by = tests.id('a.manager'), amend_reason) from time_entries where id = tests.entry()), 't A break was corrected.', 'on the record');
insert into time_breaks (entry_id, started_at, ended_at) values (tests.entry(), now() - interval '120 minutes', now() - interval '100 minutes');
select is(tests.minutes(), 430::numeric, 'one that nobody pressed is added');
update time_breaks set is_paid = true where entry_id = tests.entry() and started_at > now() - interval '3 hours';
select is(tests.minutes(), 450::numeric, 'whether it is paid they say, too');
delete from time_breaks where entry_id = tests.entry() and is_paid;
select is(amend_time_entry(tests.entry(), p_clock_out_at => now() - interval '30 minutes', p_reason => 'Left earlier') ->> 'worked_minutes', '420.0', 'the hours themselves follow');
select tests.as('a.owner');
select isnt_empty($$select 1 from audit_logs where table_name = 'time_breaks'$$, 'the old times are in the audit trail');
select tests.as('b.manager');
update time_breaks set ended_at = started_at;
select is(tests.minutes(), 420::numeric, 'another house corrects nothing here');
select tests.as('a.finance');
update time_breaks set ended_at = started_at;
select is(tests.minutes(), 420::numeric, 'who reads timesheets does not write them');

-- ── the rota ─────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.manager');
select tests.keep('s', create_staff_schedule(tests.id('a.waiter'), tests.day(10), '10:00', '18:00')) is not null;
update staff_schedules set status = 'confirmed' where id = tests.kept_id('s');
select is(update_staff_schedule(tests.kept_id('s'), p_notes => 'Terrace') ->> 'status', 'confirmed', 'a note changes nothing');
select is(update_staff_schedule(tests.kept_id('s'), p_notes => '') -> 'notes', 'null', 'and is taken away by an empty one');
select is(update_staff_schedule(tests.kept_id('s'), p_staff_id => tests.id('a.staff')) ->> 'status', 'scheduled', 'who gets a shift has not confirmed it');
select is(tests.told('shift_taken') || ' / ' || tests.told('shift_planned'), 'waiter / staff', 'both hear of it');
select tests.as('a.manager');
update staff_schedules set status = 'confirmed' where id = tests.kept_id('s');
select is(update_staff_schedule(tests.kept_id('s'), p_start_time => '06:00') ->> 'status', 'scheduled', 'other hours are confirmed anew');
select is(tests.told('shift_moved'), 'staff', 'and told');
update staff_schedules set status = 'cancelled' where id = tests.kept_id('s');
select is(tests.told('shift_cancelled'), 'staff', 'as is a shift that is off');
select * from finish();
rollback;
