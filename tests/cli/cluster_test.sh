#!/bin/bash
# The private PostgreSQL: one daemon, any number of commands, and whatever is killed.
. "$(dirname "$0")/tap.bash"
PORT=$(port_of)
ready() { curl -fs -o /dev/null "http://127.0.0.1:$PORT/readyz"; }
serve() { "$M" serve --port $PORT --workers 1 >"$WORK/log" 2>&1 & DAEMON=$!; until_true ready; }

run "$M" migrate up; is $CODE 0 'a command starts the cluster by itself'
is "$(postmaster)" '' 'and stops it when it is done'
is "$(stat -c %a "$MAITRED_DATA_DIR/socket" "$MAITRED_DATA_DIR/postgres" | sort -u)" 700 'nobody else gets in'
if [ "$(id -u)" = 0 ]; then is "$(stat -c %U "$MAITRED_DATA_DIR/postgres" | grep -c root)" 0 'root does not run PostgreSQL'; fi

serve
is "$(owner 'show wal_level')/$(owner 'show listen_addresses')" 'logical/' 'it is set up for realtime, and reached through the socket alone'
FIRST=$(postmaster)
run "$M" serve --port $((PORT + 1)); is $CODE 4 'a second daemon is refused'
like "$OUT" "process $DAEMON" 'which names the first'
run "$M" tenant list; is $CODE 0 'a command works beside a daemon'
is "$(postmaster)" "$FIRST" 'and leaves its cluster alone'

kill -9 $DAEMON; wait $DAEMON 2>/dev/null
is "$(kill -0 "$FIRST" 2>/dev/null && echo lives)" lives 'PostgreSQL outlives a daemon that is killed'
serve
is "$(postmaster)" "$FIRST" 'and is taken over by the next'
kill -9 "$FIRST"
replaced() { local now; now=$(postmaster); [ -n "$now" ] && [ "$now" != "$FIRST" ]; }
until_true replaced
is "$(until_true owner 'select 1' && echo back)" back 'a PostgreSQL that dies is started again'
is "$(until_true ready && echo ready)" ready 'and requests are answered again'
kill -TERM $DAEMON; wait $DAEMON; is $? 0 'a daemon that is told to stop ends well'
is "$(postmaster)" '' 'and PostgreSQL with it'

serve
FIRST=$(postmaster)
PGOPTIONS='-c statement_timeout=0' psql -qXAt -h "$MAITRED_DATA_DIR/socket" -U maitred -d maitred -c 'select count(*) from generate_series(1, 1000000000000)' >/dev/null 2>&1 &
busy() { [ "$(owner "select count(*) from pg_stat_activity where query like '%1000000000000)' and state = 'active'")" = 1 ]; }
until_true busy
kill -9 "$FIRST" $DAEMON; wait $DAEMON 2>/dev/null
run timeout 60 "$M" tenant list; is $CODE 0 'sessions that a killed PostgreSQL left behind do not keep the next one out'
sleep 60 & STRANGER=$!
echo $STRANGER >"$MAITRED_DATA_DIR/postgres/postmaster.pid"
run timeout 60 "$M" tenant list; is $CODE 0 'nor does a stranger with its number'
is "$(kill -0 $STRANGER && echo lives)" lives 'who is left alone'
kill $STRANGER

"$M" psql none >/dev/null 2>&1
("$M" migrate status >/dev/null 2>&1; "$M" migrate status >/dev/null 2>&1) & ("$M" tenant list >"$WORK/side" 2>&1; echo $? >>"$WORK/side") &
wait %?migrate 2>/dev/null; wait
is "$(tail -1 "$WORK/side")" 0 'commands at the same time share it'
is "$(postmaster)" '' 'and the last one out stops it'
echo 'nonsense = 1' >"$MAITRED_DATA_DIR/postgres/local.conf"
run timeout 60 "$M" tenant list; is $CODE 5 'a configuration that is wrong is reported'
like "$OUT" 'did not start.*contains errors' 'with the reason'
run "$M" tenant list --data-dir "/tmp/$(printf 'long%.0s' $(seq 40))"; like "$OUT" 'too long for a socket' 'a path that no socket can have is refused'
done_testing
