# shellcheck shell=bash
# Shared by the programs of bench/: a daemon with one tenant, and numbers out of wrk and pgbench. Sourced, not run.
set -euo pipefail
BENCH_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
MAITRED=${MAITRED_BIN:-$BENCH_ROOT/build/maitred}
PGBIN=${PGBIN:-/usr/lib/postgresql/15/bin}
BENCH_PORT=${BENCH_PORT:-8190}
BENCH_SECONDS=${BENCH_SECONDS:-5}
BENCH_TOKEN=bench-platform-token-0123456789

# bench_stop: ends the daemon and removes its data.
bench_stop() {
  kill "$BENCH_PID" 2>/dev/null || true
  wait "$BENCH_PID" 2>/dev/null || true
  rm -rf "$BENCH_DATA"
}

# bench_daemon [options…]: starts a daemon on a data directory of its own and waits for it; stopped at exit.
bench_daemon() {
  if [ -n "$(bench_listener)" ]; then
    echo "bench: port $BENCH_PORT is taken; BENCH_PORT names another (it and the next one are used)" >&2
    exit 1
  fi
  BENCH_DATA=$(mktemp -d "${TMPDIR:-/tmp}/maitred-bench-XXXXXX")
  chmod 755 "$BENCH_DATA"
  "$MAITRED" serve --port "$BENCH_PORT" --data-dir "$BENCH_DATA" --platform-token "$BENCH_TOKEN" --access-log=off "$@" \
    >"$BENCH_DATA/daemon.log" 2>&1 &
  BENCH_PID=$!
  trap bench_stop EXIT
  for _ in $(seq 300); do
    if curl -sf "http://127.0.0.1:$BENCH_PORT/readyz" >/dev/null; then break; fi
    kill -0 "$BENCH_PID" 2>/dev/null || { cat "$BENCH_DATA/daemon.log" >&2; exit 1; }
    sleep 0.1
  done
  export PGHOST="$BENCH_DATA/socket" PGUSER=maitred PGDATABASE=maitred
}

# bench_tenant NAME MODULE…: provisions tenant_NAME at NAME.localhost; prints the seconds it took.
bench_tenant() {
  local name=$1
  shift
  local modules
  modules=$(printf '"%s",' "$@")
  curl -sf -o "$BENCH_DATA/$name.json" -w '%{time_total}\n' -X POST "http://127.0.0.1:$BENCH_PORT/api/v1/sys/provision" \
    -H "authorization: Bearer $BENCH_TOKEN" -H 'content-type: application/json' \
    -d "{\"name\":\"$name\",\"domain\":\"$name.localhost\",\"schema_name\":\"tenant_$name\",\"modules\":[${modules%,}],
         \"admin\":{\"email\":\"owner@$name.test\",\"password\":\"bench-Password-1\",\"full_name\":\"Olive Owner\"}}"
}

# bench_login NAME: prints an access token of the default administrator.
bench_login() {
  curl -sf "http://$1.localhost:$BENCH_PORT/auth/v1/token?grant_type=password" -H "apikey: $(jq -r .anon_key "$BENCH_DATA/$1.json")" \
    -H 'content-type: application/json' -d "{\"email\":\"owner@$1.test\",\"password\":\"bench-Password-1\"}" | jq -r .access_token
}

# bench_wrk CONNECTIONS HOST PATH [header…]: requests per second and p99 in ms, "rps p99". Refuses runs with errors.
bench_wrk() {
  local connections=$1 url="http://127.0.0.1:$BENCH_PORT$3" # wrk does not resolve *.localhost
  local headers=(-H "Host: $2") h out
  shift 3
  for h in "$@"; do headers+=(-H "$h"); done
  out=$(wrk -t1 -c"$connections" -d"${BENCH_SECONDS}s" --latency "${headers[@]}" "$url")
  if grep -q 'Non-2xx' <<<"$out" && [ -z "${BENCH_ANY_STATUS:-}" ]; then echo "$out" >&2; return 1; fi
  awk '/Requests\/sec/ {rps=$2} $1=="99%" {v=$2; p=v+0; if (v ~ /us$/) p=p/1000; else if (v !~ /ms$/) p=p*1000} END {printf "%.0f %.2f\n", rps, p}' <<<"$out"
}

# bench_pgbench CLIENTS FILE [name=value…]: transactions per second; values become parameters of the prepared statements.
bench_pgbench() {
  local clients=$1 file=$2 variables=() v
  shift 2
  for v in "$@"; do variables+=(-D "$v"); done
  "$PGBIN/pgbench" -n -M prepared -c "$clients" -j 1 -T "$BENCH_SECONDS" "${variables[@]}" -f "$file" 2>"$BENCH_DATA/pgbench.err" | awk '/^tps/ {printf "%.0f\n", $3}'
}

# bench_medians FILE: the median of each column of numbers, on one line.
bench_medians() {
  local columns c
  columns=$(awk 'NR == 1 {print NF}' "$1")
  for c in $(seq "$columns"); do awk -v c="$c" '{print $c}' "$1" | sort -g | awk '{v[NR] = $1} END {printf "%s ", v[int((NR + 1) / 2)]}'; done
  echo
}

# bench_bar WHAT FIGURE least|most BAR [UNIT]: a row of the table of bars, kept in BENCH_BARS when script/bench collects them.
bench_bar() {
  awk -v what="$1" -v figure="$2" -v sense="$3" -v bar="$4" -v unit="${5:-}" 'BEGIN {
    met = sense == "least" ? figure + 0 >= bar + 0 : figure + 0 <= bar + 0
    printf "| %s | %s%s | %s %s%s | %s |\n", what, figure, unit, sense == "least" ? "≥" : "≤", bar, unit, met ? "met" : "**not met**"
  }' | tee -a "${BENCH_BARS:-/dev/null}"
}
bench_bars_head() { printf '\n| what | figure | bar | |\n|---|---|---|---|\n'; }

# bench_workers: the process ids of the web workers, not of the job worker (nor of a PostgreSQL).
bench_workers() {
  local pid
  for pid in $(pgrep -P "$BENCH_PID"); do
    if find "/proc/$pid/fd" -lname "socket:\\[$(bench_listener)\\]" | grep . >/dev/null; then echo "$pid"; fi
  done
}
bench_listener() { awk -v port="$(printf '%04X' "$BENCH_PORT")" '$2 ~ ":" port "$" && $4 == "0A" {print $10; exit}' /proc/net/tcp; }

bench_node() { "$BENCH_ROOT/tests/node_modules/.bin/node" --disable-warning=ExperimentalWarning "$@"; }

bench_ratio() { awk -v a="$1" -v b="$2" -v digits="${3:-1}" 'BEGIN {printf "%.*f", digits, a / b}'; }
bench_percent() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.0f", 100 * a / b}'; }

# bench_customers NAME COUNT: customers in tenant_NAME, as the owner of the first organization would have entered them.
bench_customers() {
  psql -qX -v ON_ERROR_STOP=1 >/dev/null <<SQL
set search_path = tenant_$1, api, app, public;
begin;
set local session_replication_role = replica; -- no audit row for each
insert into customers (organization_id, full_name, email, phone)
select (select id from organizations limit 1), 'Customer ' || i, 'c' || i || '@example.com', '+49 30 ' || 100000 + i
from generate_series(1, $2) i;
commit;
vacuum analyze customers;
SQL
}

bench_machine() {
  echo "$(nproc) × $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $(awk '/MemTotal/ {printf "%.0f GiB", $2/1048576}' /proc/meminfo); PostgreSQL $("$PGBIN/postgres" --version | awk '{print $3}'); $(date -u +%F)"
}

# bench_older COMMIT FOLDER: that commit, built in FOLDER with its pages, for a look at both sides in one run. Nothing to do where it is.
bench_older() {
  [ -x "$2/build/maitred" ] && return
  mkdir -p "$2"
  git -C "$BENCH_ROOT" archive "$1" | tar x -C "$2"
  (cd "$2/web" && npm ci --no-audit --no-fund >/dev/null)
  (cd "$2/tests" && npm ci --no-audit --no-fund >/dev/null) # the node that bundles
  (cd "$2" && script/build build --buildtype=release >&2)
}

# bench_place BINARY WEB_DIR PORT NAME: a daemon of its own with one restaurant, NAME.localhost; its data directory in BENCH_PLACE. bench_places_stop ends all.
BENCH_PLACES=() BENCH_PLACE_PIDS=()
bench_place() {
  BENCH_PLACE=$(mktemp -d "${TMPDIR:-/tmp}/maitred-bench-XXXXXX")
  chmod 755 "$BENCH_PLACE"
  BENCH_PLACES+=("$BENCH_PLACE")
  "$1" serve --port "$3" --data-dir "$BENCH_PLACE" --web-dir "$2" --platform-token "$BENCH_TOKEN" --access-log=off >"$BENCH_PLACE/daemon.log" 2>&1 &
  BENCH_PLACE_PIDS+=($!)
  for _ in $(seq 300); do
    if curl -sf "http://127.0.0.1:$3/readyz" >/dev/null; then break; fi
    sleep 0.1
  done
  curl -sf -o /dev/null -X POST "http://127.0.0.1:$3/api/v1/sys/provision" -H "authorization: Bearer $BENCH_TOKEN" -H 'content-type: application/json' \
    -d "{\"name\":\"$4\",\"domain\":\"$4.localhost\",\"schema_name\":\"tenant_$4\",\"modules\":[\"core\",\"payments\",\"dining\"],
         \"admin\":{\"email\":\"owner@$4.test\",\"password\":\"bench-Password-1\",\"full_name\":\"Olive Owner\"}}"
}
bench_places_stop() {
  kill "${BENCH_PLACE_PIDS[@]}" 2>/dev/null || true
  wait "${BENCH_PLACE_PIDS[@]}" 2>/dev/null || true
  rm -rf "${BENCH_PLACES[@]}"
}
