#!/bin/bash
# One person, many shifts and clocks at once.
. "$(dirname "$0")/race.bash"
cast
DAY=$(ask "select current_date + 20")
race manager "select create_staff_schedule('$(user staff)', '$DAY', time '10:00' + interval '1 minute' * %n, '18:00') ->> 'id'"
is "$(won)" 1 'one shift of many that overlap is kept'
is "$(lost)" MD409 'the planner hears of the others'
race service "insert into staff_schedules (organization_id, staff_id, shift_date, start_time, end_time, timezone, starts_at, ends_at) values ('$ORG', '$(user manager)', '$DAY', '10:00', '11:00', 'UTC', '$DAY 10:00+00', '$DAY 11:00+00')"
is "$(won)" 1 'rows written past the functions are held apart too'
race staff "select clock_in() ->> 'id'"
is "$(won)" 1 'one clocks in once'
is "$(lost)" MD409 'not twice'
race staff "select start_break() ->> 'id'"
is "$(won)" 1 'rests once'
race staff "select clock_out() ->> 'id'"
is "$(won)" 1 'and goes once'
is "$(ask "select count(*) from time_entries where organization_id = '$ORG' and clock_out_at is not null")" 1 'one entry is left'
finish
