#!/bin/bash
# bench/kitchen_board.sh [TICKETS]: what a new ticket costs the kitchen's page when the board holds TICKETS (200) already, this build's pages and
# those of 5cedd93 side by side in one run. The older ones are built in a scratch folder (KITCHEN_PEER keeps it between runs).
source "$(dirname "$0")/lib.sh"
TICKETS=${1:-200}
PEER=${KITCHEN_PEER:-$(mktemp -d "${TMPDIR:-/tmp}/maitred-kitchen-XXXXXX")}
bench_older 5cedd93 "$PEER"
stop() {
  bench_places_stop
  rm -f "$BENCH_ROOT/tests/.kitchen_board.ts"
  [ -n "${KITCHEN_PEER:-}" ] || rm -rf "$PEER"
}
trap stop EXIT

bench_place "$PEER/build/maitred" "$PEER/web/dist" "$BENCH_PORT" board
OLD=$BENCH_PLACE
bench_place "$MAITRED" "$BENCH_ROOT/web/dist" $((BENCH_PORT + 1)) board
echo "Machine: $(nproc) cores, $(lscpu | sed -n 's/^Model name: *//p'), load $(cut -d' ' -f1 /proc/loadavg), $(date -I); $(/usr/bin/chromium --version 2>/dev/null)"
cd "$BENCH_ROOT/tests"
cp "$BENCH_ROOT/bench/kitchen_board.ts" ./.kitchen_board.ts
node_modules/.bin/node ./.kitchen_board.ts "$TICKETS" "5cedd93=$BENCH_PORT=$OLD" "$(git -C "$BENCH_ROOT" rev-parse --short HEAD)=$((BENCH_PORT + 1))=$BENCH_PLACE"
