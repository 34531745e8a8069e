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
# The README's program, word for word, but for the port.
mkdir "$WORK/program"
ln -s "$ROOT/tests/node_modules" "$WORK/program/node_modules"
sed -n '/^```js$/,/^```$/{/^```/d;p}' README.md | sed "s/localhost:8080/localhost:$PORT/" >"$WORK/program/menu.mjs"
ANON_KEY=$(build/maitred tenant show --keys --json pizza.localhost | jq -r .anon_key)
export ANON_KEY
(cd "$WORK/program" && timeout 60 "$ROOT/tests/node_modules/.bin/node" menu.mjs >"$WORK/program.log" 2>&1) &
PROGRAM=$!
until_true grep -q SUBSCRIBED "$WORK/program.log"
like "$(cat "$WORK/program.log")" 'Antipasti' "the README's program reads the menu"
changed() {
  sql pizza.localhost "update menu_items set price = 777 where name = 'Margherita'; update menu_items set price = 778 where name = 'Margherita'" >/dev/null
  grep -qE 'Margherita 77' "$WORK/program.log"
}
until_true changed
like "$(cat "$WORK/program.log")" 'Margherita 77' 'and hears of a change'
kill $PROGRAM 2>/dev/null
POSTMASTER=$(postmaster)
kill -INT -- -$RUN
wait $RUN
is $? 0 'Ctrl-C ends it in good order'
gone() { ! kill -0 "$POSTMASTER" 2>/dev/null; }
until_true gone
is "$(gone && echo gone)" gone 'and its PostgreSQL with it'
done_testing
