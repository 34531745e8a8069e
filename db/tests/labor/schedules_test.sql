-- Shifts: nobody works two at once, the clock of the place decides, tired people are noticed.
\ir ../start.sql
\ir cast.sql
create function tests.kinds(p jsonb) returns text language sql as $$ select coalesce(string_agg(w ->> 'kind', ' ' order by w ->> 'kind'), 'none') from jsonb_array_elements(p -> 'warnings') w $$;
grant execute on function tests.kinds(jsonb) to authenticated;
select * from no_plan();

select tests.as('a.manager');
select tests.keep('s', create_staff_schedule(tests.id('a.waiter'), tests.monday(30), '10:00', '18:00', p_role => 'Terrace', p_break_minutes => 30)) is not null;
select is(format('%s %s %s %s', tests.kept('s') ->> 'status', tests.kept('s') ->> 'hours', tests.kept('s') ->> 'staff_name', tests.kinds(tests.kept('s'))), 'scheduled 7.50 Waiter a none', 'a shift is planned');
select is((tests.kept('s') ->> 'starts_at')::timestamptz, (tests.monday(30) + time '10:00') at time zone 'Europe/Berlin', 'by the clock of the place');

select is(tests.refused(format('select create_staff_schedule(%s)', q.arguments)), q.refusal, q.what) from (values
  (format('%L, %L, ''12:00'', ''14:00''', tests.id('a.waiter'), tests.monday(30)), 'MD409 p_start_time', 'in the middle of another'),
  (format('%L, %L, ''17:59'', ''20:00''', tests.id('a.waiter'), tests.monday(30)), 'MD409 p_start_time', 'a minute too early'),
  (format('%L, %L, ''08:00'', ''10:01''', tests.id('a.waiter'), tests.monday(30)), 'MD409 p_start_time', 'a minute too late'),
  (format('%L, %L, ''20:00'', ''10:30''', tests.id('a.waiter'), tests.monday(30) - 1), 'MD409 p_start_time', 'from the night before'),
  (format('%L, %L, ''10:00'', ''11:00''', tests.id('a.staff'), tests.day(-2)), 'MD400 p_shift_date', 'the day before yesterday'),
  (format('%L, %L, ''10:00'', ''11:00''', tests.id('a.staff'), tests.day(1000)), 'MD400 p_shift_date', 'in three years'),
  (format('%L, ''infinity'', ''10:00'', ''11:00''', tests.id('a.staff')), 'MD400 p_shift_date', 'on no day'),
  (format('%L, %L, ''10:00'', ''10:00''', tests.id('a.staff'), tests.day(3)), 'MD400 p_end_time', 'of no length'),
  (format('%L, %L, null, ''10:00''', tests.id('a.staff'), tests.day(3)), 'MD400 p_start_time', 'without a start'),
  (format('%L, %L, ''10:00'', ''11:00'', p_break_minutes => 60', tests.id('a.staff'), tests.day(3)), 'MD400 p_break_minutes', 'all break'),
  (format('%L, %L, ''10:00'', ''11:00'', p_break_minutes => -5', tests.id('a.staff'), tests.day(3)), 'MD400 p_break_minutes', 'less than no break'),
  (format('%L, %L, ''10:00'', ''11:00'', p_venue_id => %L', tests.id('a.staff'), tests.day(3), gen_random_uuid()), 'MD404 p_venue_id', 'at an unknown place'),
  (format('%L, %L, ''10:00'', ''11:00'', p_notes => %L', tests.id('a.staff'), tests.day(3), repeat('x', 3000)), 'MD400 p_notes', 'with a novel'),
  (format('%L, %L, ''02:30'', ''08:00''', tests.id('a.staff'), tests.last_sunday(3)), 'MD400 time', 'at an hour the clock skips'),
  (format('%L, %L, ''10:00'', ''11:00''', gen_random_uuid(), tests.day(3)), 'MD404 p_staff_id', 'of nobody'),
  (format('%L, %L, ''10:00'', ''11:00''', tests.id('a.customer'), tests.day(3)), 'MD404 p_staff_id', 'of a guest'),
  (format('%L, %L, ''10:00'', ''11:00''', tests.id('b.waiter'), tests.day(3)), 'MD404 p_staff_id', 'of another organization''s waiter')
) as q(arguments, refusal, what);
select lives_ok(format('select create_staff_schedule(%L, %L, ''18:00'', ''19:00'')', tests.id('a.waiter'), tests.monday(30)), 'one ends, the next begins');
select is((create_staff_schedule(tests.id('a.kitchen'), tests.last_sunday(10) - 1, '20:00', '04:00') ->> 'hours')::numeric, 9::numeric, 'the night the clock goes back is an hour longer');
select is((create_staff_schedule(tests.id('a.kitchen'), tests.last_sunday(3) - 1, '20:00', '04:00') ->> 'hours')::numeric, 7::numeric, 'the night it goes forward an hour shorter');

-- warnings
select is(tests.kinds(create_staff_schedule(tests.id('a.waiter'), tests.monday(30) + 1, '05:00', '08:00')), 'rest_time', 'ten hours after the last shift');
select is(tests.kinds(create_staff_schedule(tests.id('a.waiter'), tests.monday(30) + 2, '08:00', '20:00')), 'break daily_hours', 'twelve hours without a break');
select is(tests.kinds(create_staff_schedule(tests.id('a.waiter'), tests.monday(30) + 3, '20:00', '23:00')), 'none', 'an evening');
select is(tests.kinds(create_staff_schedule(tests.id('a.waiter'), tests.monday(30) + 3, '08:00', '14:00')), 'rest_time', 'six hours before the next, twelve after the last');
select is(tests.kinds(create_staff_schedule(tests.id('a.waiter'), tests.monday(30) + 4, '12:00', '22:00', p_break_minutes => 45)), 'none', 'a long day with a break');
select is(tests.kinds(create_staff_schedule(tests.id('a.waiter'), tests.monday(30) + 5, '11:00', '20:00', p_break_minutes => 30)), 'weekly_hours', 'more than 48 hours in a week');
select tests.as_owner();
update organizations set settings = '{"labor": {"max_weekly_hours": 60, "rest_hours": 8}}' where id = tests.id('a');
select tests.as('a.manager');
select is(tests.kinds(create_staff_schedule(tests.id('a.waiter'), tests.monday(30) + 6, '10:00', '11:00')), 'none', 'the house may have rules of its own');

-- moving, handing over
select tests.keep('s2', update_staff_schedule(tests.kept_id('s'), p_start_time => '09:00')) is not null;
select is(tests.kept('s2') ->> 'hours', '8.50', 'a shift moves');
select is(tests.refused(format('select update_staff_schedule(%L, p_end_time => ''18:30'')', tests.kept_id('s'))), 'MD409 p_start_time', 'not over the next');
select is(update_staff_schedule(tests.kept_id('s'), tests.id('a.staff')) ->> 'staff_name', 'Staff a', 'somebody else takes it');
select is(tests.refused(format('select update_staff_schedule(%L, %L)', tests.kept_id('s'), tests.id('b.staff'))), 'MD404 p_staff_id', 'nobody from elsewhere');
update staff_schedules set status = 'cancelled' where id = tests.kept_id('s');
select is(tests.refused(format('select update_staff_schedule(%L, p_start_time => ''09:00'')', tests.kept_id('s'))), 'MD422 status', 'what is cancelled does not move');
select tests.as_owner();
select throws_ok(format('insert into staff_schedules (organization_id, staff_id, shift_date, start_time, end_time, timezone, starts_at, ends_at) select organization_id, staff_id, shift_date, start_time, end_time, timezone, starts_at + interval ''1 minute'', ends_at from staff_schedules where staff_id = %L and status = ''scheduled'' limit 1', tests.id('a.waiter')), '23P01', null, 'the table itself keeps shifts apart');

-- who may
select tests.as('a.waiter');
select isnt_empty('select 1 from staff_schedules', 'colleagues see the plan');
select is((select count(*) from get_staff_schedule(tests.monday(30), tests.monday(30) + 6)), 8::bigint, 'as a list');
select is((select string_agg(distinct staff_name, ' ') from get_staff_schedule(tests.monday(30), tests.monday(30) + 6, tests.id('a.waiter'))), 'Waiter a', 'with names, of one person');
select throws_ok('select hourly_rate from staff_schedules', '42501', null, 'not what the hour costs');
select is(tests.refused(format('select create_staff_schedule(%L, %L, ''10:00'', ''11:00'')', tests.id('a.waiter'), tests.day(3))), 'MD403', 'and plan nothing');
select is(tests.refused(format('select update_staff_schedule(%L, p_start_time => ''09:00'')', tests.kept_id('s'))), 'MD403', 'move nothing');
update staff_schedules set status = 'completed';
select is((select count(*) from staff_schedules where status = 'completed'), 0::bigint, 'complete nothing');
select throws_ok('update staff_schedules set starts_at = now()', '42501', null, 'nor turn the clock');
select is(tests.refused(format('select * from get_staff_schedule(%L, %L)', tests.day(5), tests.day(4))), 'MD400 p_to', 'a plan that runs backwards');
select tests.as('b.manager');
select is_empty(format('select 1 from staff_schedules where organization_id = %L', tests.id('a')), 'another organization sees nothing');
select is(tests.refused(format('select update_staff_schedule(%L, p_start_time => ''09:00'')', tests.kept_id('s'))), 'MD404 p_schedule_id', 'and moves nothing');
select is(tests.refused(format('select * from get_staff_schedule(%L, %L, null, null, %L)', tests.day(5), tests.day(6), tests.id('a'))), 'MD403', 'and asks in vain');
select tests.as('a.customer');
select is_empty('select 1 from staff_schedules', 'guests see no plan');
select is(tests.refused('select * from get_staff_schedule()'), 'MD403', 'and ask in vain');
select tests.as_owner();
select is((select count(*) from notifications where type = 'shift_planned' and user_id = tests.id('a.staff')), 1::bigint, 'who took a shift is told of it, and of no other');
select isnt_empty(format('select 1 from notifications where type = ''shift_planned'' and user_id = %L', tests.id('a.waiter')), 'who works is told');

-- the state diagram
create function tests.move(p_from text, p_to text) returns text language plpgsql as $$
begin
  alter table staff_schedules disable trigger guard_status;
  update staff_schedules set status = p_from where id = tests.kept_id('s');
  alter table staff_schedules enable trigger guard_status;
  update staff_schedules set status = p_to where id = tests.kept_id('s');
  return 'goes';
exception when sqlstate 'MD422' then return 'refused';
end $$;
select is(tests.move(f, t), case when f = t or f || '>' || t = any ('{scheduled>confirmed,scheduled>completed,scheduled>cancelled,scheduled>no_show,confirmed>completed,confirmed>cancelled,confirmed>no_show,confirmed>scheduled}') then 'goes' else 'refused' end, f || ' to ' || t)
from unnest('{scheduled,confirmed,completed,cancelled,no_show}'::text[]) f, unnest('{scheduled,confirmed,completed,cancelled,no_show}'::text[]) t;
select * from finish();
rollback;
