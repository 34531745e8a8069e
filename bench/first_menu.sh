#!/bin/bash
# bench/first_menu.sh [ROUNDS]: the first menu on a slow phone, this build and the one of 5cedd93 side by side in one run. The older one is built
# in a scratch folder (FIRST_MENU_PEER keeps it between runs). Needs Chromium and tests/node_modules.
source "$(dirname "$0")/lib.sh"
ROUNDS=${1:-5}
PEER=${FIRST_MENU_PEER:-$(mktemp -d "${TMPDIR:-/tmp}/maitred-first-XXXXXX")}

if [ ! -x "$PEER/build/maitred" ]; then
  mkdir -p "$PEER"
  git -C "$BENCH_ROOT" archive 5cedd93 | tar x -C "$PEER"
  (cd "$PEER/web" && npm ci --no-audit --no-fund >/dev/null)
  (cd "$PEER" && script/build build --buildtype=release >&2)
fi

DATA=() PIDS=()
stop() {
  kill "${PIDS[@]}" 2>/dev/null || true
  wait "${PIDS[@]}" 2>/dev/null || true
  rm -rf "${DATA[@]}"
  [ -n "${FIRST_MENU_PEER:-}" ] || rm -rf "$PEER"
}
trap stop EXIT

# place BINARY WEB_DIR PORT: a daemon with a fresh tenant; prints the address of its first table.
place() {
  local data
  data=$(mktemp -d "${TMPDIR:-/tmp}/maitred-bench-XXXXXX")
  chmod 755 "$data"
  DATA+=("$data")
  "$1" serve --port "$3" --data-dir "$data" --web-dir "$2" --platform-token "$BENCH_TOKEN" --access-log=off >"$data/daemon.log" 2>&1 &
  PIDS+=($!)
  for _ in $(seq 300); do
    if curl -sf "http://127.0.0.1:$3/readyz" >/dev/null; then break; fi
    sleep 0.1
  done
  curl -sf -o /dev/null -X POST "http://127.0.0.1:$3/api/v1/sys/provision" -H "authorization: Bearer $BENCH_TOKEN" -H 'content-type: application/json' \
    -d '{"name":"phone","domain":"phone.localhost","schema_name":"tenant_phone","modules":["core","payments","dining"],
         "admin":{"email":"owner@phone.test","password":"bench-Password-1","full_name":"Olive Owner"}}'
  CODE=$(psql -qAt -h "$data/socket" -U maitred -d maitred -c 'select code from tenant_phone.restaurant_tables order by table_number limit 1')
}

place "$PEER/build/maitred" "$PEER/web/dist" "$BENCH_PORT"
OLD="http://phone.localhost:$BENCH_PORT/t/$CODE"
place "$MAITRED" "$BENCH_ROOT/web/dist" $((BENCH_PORT + 1))
NEW="http://phone.localhost:$((BENCH_PORT + 1))/t/$CODE"
echo "Machine: $(nproc) cores, $(lscpu | sed -n 's/^Model name: *//p'), load $(cut -d' ' -f1 /proc/loadavg), $(date -I); $(/usr/bin/chromium --version 2>/dev/null)"
cd "$BENCH_ROOT/tests"
cp "$BENCH_ROOT/bench/first_menu.ts" ./.first_menu.ts
node_modules/.bin/node ./.first_menu.ts "$ROUNDS" "5cedd93=$OLD" "$(git -C "$BENCH_ROOT" rev-parse --short HEAD)=$NEW"
rm -f ./.first_menu.ts
