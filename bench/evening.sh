#!/bin/bash
# bench/evening.sh [SECONDS] [COMMIT]: evenings a second with 1, 8 and 32 tables at once, the processor time that PostgreSQL and the web workers take for
# each, and the ten dearest statements with nested ones; this build beside COMMIT (the one before the write path was looked at) in one run. The older one is
# built in a scratch folder (EVENING_PEER keeps it between runs). EVENING_TABLES names other numbers of tables; EVENING_TOP other numbers of statements.
source "$(dirname "$0")/lib.sh"
SECONDS_EACH=${1:-8}
OLD_COMMIT=${2:-db6b5b3}
PEER=${EVENING_PEER:-$(mktemp -d "${TMPDIR:-/tmp}/maitred-evening-XXXXXX")}
stop() {
  bench_places_stop
  [ -n "${EVENING_PEER:-}" ] || rm -rf "$PEER"
}
trap stop EXIT
bench_older "$OLD_COMMIT" "$PEER"

# ticks PID…: what these processes have taken, with their children that are gone, in clock ticks.
ticks() { local pid; for pid in "$@"; do cat "/proc/$pid/stat" 2>/dev/null; done | sed 's/.*) //' | awk '{ n += $12 + $13 + $14 + $15 } END { print n + 0 }'; }
database_ticks() { local main; main=$(head -1 "$1/postgres/postmaster.pid"); ticks "$main" $(pgrep -P "$main"); }
worker_ticks() { ticks $(pgrep -P "$1"); }

declare -A WHERE PID PORT KEY TOKEN CODES
place() { # side binary web port
  local side=$1 schema=tenant_evening
  bench_place "$2" "$3" "$4" evening
  WHERE[$side]=$BENCH_PLACE PID[$side]=${BENCH_PLACE_PIDS[-1]} PORT[$side]=$4
  psql -qX -v ON_ERROR_STOP=1 -h "$BENCH_PLACE/socket" -U maitred -d maitred >/dev/null <<SQL
set search_path = $schema, api, app, public;
insert into restaurant_tables (restaurant_id, table_number, capacity) select (select id from restaurants limit 1), 900 + n, 4 from generate_series(1, 40) n;
SQL
  CODES[$side]=$(psql -qAt -h "$BENCH_PLACE/socket" -U maitred -d maitred -c "select code from $schema.restaurant_tables where table_number > 900 order by code")
  KEY[$side]=$("$2" tenant show --keys --json evening.localhost --data-dir "$BENCH_PLACE" | jq -r .anon_key)
  TOKEN[$side]=$(curl -sf "http://127.0.0.1:$4/auth/v1/token?grant_type=password" -H 'Host: evening.localhost' -H "apikey: ${KEY[$side]}" \
    -H 'content-type: application/json' -d '{"email":"owner@evening.test","password":"bench-Password-1"}' | jq -r .access_token)
}

# run SIDE TABLES: "evenings/s database_ms worker_ms p50 p99"
run() {
  local side=$1 line database workers go ready codes
  go=$(mktemp -u) ready=$(mktemp)
  mapfile -t codes < <(head -"$2" <<<"${CODES[$side]}")
  mkfifo "$go"
  bench_node "$BENCH_ROOT/bench/evening.ts" "${PORT[$side]}" "$SECONDS_EACH" "${KEY[$side]}" "${TOKEN[$side]}" "${codes[@]}" <"$go" >"$ready" &
  local node=$!
  exec 7>"$go"
  until grep -q ready "$ready"; do kill -0 $node 2>/dev/null || { echo "the evenings failed" >&2; exit 1; }; sleep 0.05; done
  database=$(database_ticks "${WHERE[$side]}") workers=$(worker_ticks "${PID[$side]}")
  exec 7>&-
  wait $node
  database=$(($(database_ticks "${WHERE[$side]}") - database)) workers=$(($(worker_ticks "${PID[$side]}") - workers))
  line=$(tail -1 "$ready")
  rm -f "$go" "$ready"
  awk -v database="$database" -v workers="$workers" -v hz="$(getconf CLK_TCK)" \
    '{ printf "%.2f %.1f %.1f %s %s\n", $1 / $2, database * 1000 / hz / $1, workers * 1000 / hz / $1, $4, $5 }' <<<"$line"
}

place old "$PEER/build/maitred" "$PEER/web/dist" "$BENCH_PORT"
place new "$MAITRED" "$BENCH_ROOT/web/dist" $((BENCH_PORT + 1))
echo "Machine: $(bench_machine), load $(cut -d' ' -f1 /proc/loadavg); $OLD_COMMIT beside $(git -C "$BENCH_ROOT" rev-parse --short HEAD)"
echo
echo '| tables | build | evenings/s | database ms | workers ms | p50 ms | p99 ms |'
echo '|---:|---|---:|---:|---:|---:|---:|'
for tables in ${EVENING_TABLES:-1 8 32}; do
  for side in old new; do
    read -r rate database workers p50 p99 < <(run "$side" "$tables")
    echo "| $tables | $side | $rate | $database | $workers | $p50 | $p99 |"
    declare "database_$side=$database"
  done
  # shellcheck disable=SC2154 # set by name above
  bench_bar "an evening's processor time in the database, $tables at once, of before" "$(bench_ratio "$database_new" "$database_old" 2)" most 0.34
done

# The dearest statements of this build, by its own PostgreSQL started once more with pg_stat_statements (part of Debian's postgresql-15).
top=${EVENING_TOP:-10}
[ "$top" = 0 ] && exit
kill "${PID[new]}"
wait "${PID[new]}" || true
printf "%s\n" "shared_preload_libraries = 'pg_stat_statements'" "pg_stat_statements.track = 'all'" "pg_stat_statements.max = 20000" \
  >>"${WHERE[new]}/postgres/postgresql.auto.conf"
"$MAITRED" serve --port "${PORT[new]}" --data-dir "${WHERE[new]}" --platform-token "$BENCH_TOKEN" --access-log=off >"${WHERE[new]}/daemon.log" 2>&1 &
PID[new]=$!
BENCH_PLACE_PIDS+=($!)
for _ in $(seq 300); do
  if curl -sf "http://127.0.0.1:${PORT[new]}/readyz" >/dev/null; then break; fi
  sleep 0.1
done
ask() { psql -qXAt -F ' | ' -h "${WHERE[new]}/socket" -U maitred -d maitred -c "$1"; }
ask 'create extension pg_stat_statements schema public'
run new 1 >/dev/null
echo
echo '| ms in all | calls | nested | statement |'
echo '|---:|---:|---|---|'
ask "select '| ' || round(total_exec_time), calls, case when toplevel then '' else 'nested' end, regexp_replace(replace(left(query, 120), '|', '/'), '\s+', ' ', 'g') || ' |'
  from public.pg_stat_statements order by total_exec_time desc limit $top"
