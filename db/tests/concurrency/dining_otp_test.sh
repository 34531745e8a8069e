#!/bin/bash
# Guessing an OTP with many connections: five tries are five tries, also when they come at the same instant.
set -euo pipefail
. "$(dirname "$0")/dining_room.sh"
open_room
sit 1
wrong=$([ "$otp" = 000000 ] && echo 111111 || echo 000000)

at_once 30 "$(as_anon "select api.join_table_session('c${id}1', '$wrong') ->> 'code'")"
is '5 25' "$(count MD403) $(count MD429)" 'thirty guesses at one table at once: five are tried'
at_once 1 "$(as_anon "select coalesce(api.join_table_session('c${id}1', '$otp') ->> 'code', 'in')")"
is 1 "$(count MD429)" 'then the right OTP waits, too'

sit 2
run "update restaurants set max_participants = 6 where id = '$place'" > /dev/null
at_once 12 "$(as_anon "select 'in ' || (api.join_table_session('c${id}2', '$otp', 'G{n}') #>> '{customer,id}')")"
is '5 7' "$(count '^in') $(count MD409)" 'twelve join a session with five seats left: five get in'

# one address, many tables: the guesses at each are few
for n in 3 4 5 6 7 8; do sit $n; done
at_once 30 "$(as_anon "select set_config('request.ip', '198.51.100.$(( RANDOM % 250 ))', true); select coalesce(api.join_table_session('c${id}' || (3 + {n} % 6), 'guess{n}') ->> 'code', 'in')")"
is '5 25' "$(count MD403) $(count MD429)" 'thirty guesses from one address over six tables: five are tried'

finish
