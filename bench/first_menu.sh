#!/bin/bash
# bench/first_menu.sh [ROUNDS]: the first menu on a slow phone, this build and the one of 5cedd93 side by side in one run. The older one is built
# in a scratch folder (FIRST_MENU_PEER keeps it between runs). Needs Chromium and tests/node_modules.
source "$(dirname "$0")/lib.sh"
ROUNDS=${1:-5}
PEER=${FIRST_MENU_PEER:-$(mktemp -d "${TMPDIR:-/tmp}/maitred-first-XXXXXX")}

bench_older 5cedd93 "$PEER"
stop() {
  bench_places_stop
  [ -n "${FIRST_MENU_PEER:-}" ] || rm -rf "$PEER"
}
trap stop EXIT

# place BINARY WEB_DIR PORT: a daemon with a fresh tenant; the code of its first table in CODE.
place() {
  bench_place "$1" "$2" "$3" phone
  CODE=$(psql -qAt -h "$BENCH_PLACE/socket" -U maitred -d maitred -c 'select code from tenant_phone.restaurant_tables order by table_number limit 1')
}

place "$PEER/build/maitred" "$PEER/web/dist" "$BENCH_PORT"
OLD="http://phone.localhost:$BENCH_PORT/t/$CODE"
place "$MAITRED" "$BENCH_ROOT/web/dist" $((BENCH_PORT + 1))
NEW="http://phone.localhost:$((BENCH_PORT + 1))/t/$CODE"
echo "Machine: $(nproc) cores, $(lscpu | sed -n 's/^Model name: *//p'), load $(cut -d' ' -f1 /proc/loadavg), $(date -I); $(/usr/bin/chromium --version 2>/dev/null)"
cd "$BENCH_ROOT/tests"
cp "$BENCH_ROOT/bench/first_menu.ts" ./.first_menu.ts
ROWS=$(node_modules/.bin/node ./.first_menu.ts "$ROUNDS" "5cedd93=$OLD" "$(git -C "$BENCH_ROOT" rev-parse --short HEAD)=$NEW")
rm -f ./.first_menu.ts
echo "$ROWS"

# Column N of the older and of this build's row, as numbers.
older() { sed -n 3p <<<"$ROWS" | cut -d'|' -f"$1" | tr -dc '0-9.'; }
ours() { sed -n 4p <<<"$ROWS" | cut -d'|' -f"$1" | tr -dc '0-9.'; }
bench_bars_head
bench_bar 'first dish on a slow phone, against 5cedd93' "$(awk -v a="$(older 3)" -v b="$(ours 3)" 'BEGIN { printf "%.1f", a / b }')" least 3 ' ×'
bench_bar 'sent for the first menu' "$(ours 6)" most 120 ' KB'
bench_bar 'serial steps to the first menu' "$(ours 7)" most 3
