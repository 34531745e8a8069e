# Shared by the programs of bench/: a daemon with one tenant, and numbers out of wrk and pgbench. Sourced, not run.
set -euo pipefail
BENCH_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
MAITRED=${MAITRED_BIN:-$BENCH_ROOT/build/maitred}
PGBIN=${PGBIN:-/usr/lib/postgresql/15/bin}
BENCH_PORT=${BENCH_PORT:-8190}
BENCH_SECONDS=${BENCH_SECONDS:-5}
BENCH_TOKEN=bench-platform-token-0123456789

# bench_daemon [options…]: starts a daemon on a data directory of its own and waits for it; stopped at exit.
bench_daemon() {
  BENCH_DATA=$(mktemp -d "${TMPDIR:-/tmp}/maitred-bench-XXXXXX")
  chmod 755 "$BENCH_DATA"
  "$MAITRED" serve --port "$BENCH_PORT" --data-dir "$BENCH_DATA" --platform-token "$BENCH_TOKEN" --access-log=off "$@" \
    >"$BENCH_DATA/daemon.log" 2>&1 &
  BENCH_PID=$!
  trap 'kill "$BENCH_PID" 2>/dev/null; wait "$BENCH_PID" 2>/dev/null; rm -rf "$BENCH_DATA"' EXIT
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

bench_machine() {
  echo "$(nproc) × $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $(awk '/MemTotal/ {printf "%.0f GiB", $2/1048576}' /proc/meminfo); PostgreSQL $("$PGBIN/postgres" --version | awk '{print $3}'); $(date -u +%F)"
}
