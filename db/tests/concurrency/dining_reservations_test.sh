#!/bin/bash
# Many want the same table at the same time: it is promised once, the losers get alternatives, pacing holds.
set -euo pipefail
. "$(dirname "$0")/dining_room.sh"
open_room
run "update restaurant_tables set is_active = false where restaurant_id = '$place' and table_number > 3" > /dev/null
day=$(run "select current_date + 10")
reserve() { as_anon "select 'got ' || (api.reserve_table('$place', '$1', '$2', $3, 'Guest {n}', '+49 30 12345{n}') #>> '{reservation,table_numbers}')"; }

at_once 12 "$(reserve "$day" 19:00 4)"
is '3 9' "$(count '^got') $(count MD409)" 'twelve parties want one of three tables: three get one'
is 3 "$(grep '^got' <<< "$out" | sort -u | wc -l)" 'three different ones'

at_once 12 "$(as_anon "select 'got ' || (api.reserve_table('$place', '$day'::date + 1, time '18:00' + {n} * interval '5 minutes', 4, 'G{n}', '+49 30 999{n}') #>> '{reservation,id}')")"
is 3 "$(count '^got')" 'twelve overlapping times on three tables: three fit'

# straight into the tables, past every function and lock
table=$(run "select id from restaurant_tables where restaurant_id = '$place' and table_number = 1")
at_once 10 "begin; insert into table_reservations (table_id, reservation_date, reservation_time, party_size, guest_name) values ('$table', '$day'::date + 3, '19:00', 2, 'G{n}') returning 'got'; commit"
is '1 9' "$(count '^got') $(count 'MD409')" 'ten insert the same table and time by hand: the constraint lets one through'

run "update restaurants set pacing_covers = 6 where id = '$place'; update restaurant_tables set is_active = true where restaurant_id = '$place'" > /dev/null
at_once 12 "$(as_anon "select 'got ' || (api.reserve_table('$place', '$day'::date + 4, '19:00', 2, 'Guest {n}', '+49 30 777{n}') #>> '{reservation,id}')")"
is 3 "$(count '^got')" 'pacing of six people a quarter of an hour: three parties of two'

at_once 8 "$(as_anon "select 'got ' || (api.reserve_table('$place', '$day'::date + 5, '19:00', 2, 'Guest', '+49 30 777', p_idempotency_key => 'tap') #>> '{reservation,id}')")"
is '8 1' "$(count '^got') $(sort -u <<< "$out" | wc -l)" 'eight taps with one key: one reservation'

# seating: a walk-in and a reservation for one table
at_once 8 "$(as_waiter "select 'sat ' || (api.seat_party('$table', p_party_size => 2) #>> '{session,id}')")"
is '1 7' "$(count '^sat') $(count MD409)" 'eight waiters seat eight parties at one table: one sits'

finish
