#!/bin/bash
# The first command of the README, as a new user gives it: it builds, starts, says where to look, and Ctrl-C ends everything.
. "$(dirname "$0")/tap.bash"
PORT=$(port_of)
unset MAITRED_LOG_LEVEL
setsid script/run --port "$PORT" >"$WORK/run.log" 2>&1 & # a group of its own, as a terminal gives it
RUN=$!
said() { grep -q 'Ctrl-C stops everything' "$WORK/run.log"; }
for _ in $(seq 300); do said && break; kill -0 $RUN 2>/dev/null || break; sleep 1; done
TEXT=$(cat "$WORK/run.log")
like "$TEXT" 'Ctrl-C stops everything' 'it builds and starts'
TABLE=$(grep -oE "http://pizza\.localhost:$PORT/t/[A-Za-z0-9_-]+" "$WORK/run.log" | head -1)
like "$TABLE" /t/ 'it prints the address of a table'
like "$TEXT" "http://pizza\.localhost:$PORT/kitchen" 'of the kitchen'
like "$TEXT" "http://resort\.localhost:$PORT" 'and of the other houses'
like "$(curl -s "$TABLE")" '<div id="root">' 'the table has a page'
EMAIL=$(grep -oE '[a-z.]+@pizza[a-z.]*' "$WORK/run.log" | head -1)
like "$EMAIL" @ 'and logins'
POSTMASTER=$(postmaster)
kill -INT -- -$RUN
wait $RUN
is $? 0 'Ctrl-C ends it in good order'
gone() { ! kill -0 "$POSTMASTER" 2>/dev/null; }
until_true gone
is "$(gone && echo gone)" gone 'and its PostgreSQL with it'
done_testing
