#!/usr/bin/env bash
# The queue itself: 10,000 jobs that do nothing, beside graphile-worker in the same PostgreSQL, in turn, in one run.
#   BENCH_JOBS=10000 BENCH_ROUNDS=5 bench/jobs.sh      figures to standard output
# A worker stands ready and idle; the jobs are queued in one transaction, one call of the queue's own function each. Ours counts from the commit
# until the last row says done; the peer until its last handler has ended, what it writes after that not counted.
. "$(dirname "$0")/lib.sh"
jobs=${BENCH_JOBS:-10000}
rounds=${BENCH_ROUNDS:-5}
at_once=${BENCH_CONCURRENCY:-4}
peer=$BENCH_ROOT/bench/peers/graphile
built=$(dirname "$(realpath "$MAITRED")")
load=$(cut -d' ' -f1 /proc/loadavg)
bench_daemon --workers 1
bench_tenant bench core >/dev/null
[ -d "$peer/node_modules" ] || (cd "$peer" && PATH="$BENCH_ROOT/tests/node_modules/.bin:$PATH" npm ci --no-audit --no-fund --silent >&2)
# shellcheck disable=SC2046
cc -O2 -std=gnu17 -D_GNU_SOURCE -I"$BENCH_ROOT/src" $(pkg-config --cflags libuv jansson libpq) -o "$BENCH_DATA/jobs" "$BENCH_ROOT/bench/jobs.c" "$built/libmaitred.a" \
  $(pkg-config --libs libuv libmicrohttpd gnutls libpq jansson libcurl libcrypto liboath libsodium libfido2 libcbor libqrencode libical icu-i18n zlib) -lwslay -lcrypt -lpthread -lm
now_ms() { awk -v t="$EPOCHREALTIME" 'BEGIN {printf "%.3f", t * 1000}'; }
sql() { psql -qXAt -v ON_ERROR_STOP=1 -c "$1"; }
work() { # the process of the worker under way in $worker
  "$@" &
  worker=$!
}
rest() { kill -TERM "$worker" && wait "$worker" 2>/dev/null || true; }

ours() { # jobs a second
  work "$BENCH_DATA/jobs" "host=$PGHOST user=maitred dbname=maitred" "$at_once"
  sleep 1
  PGOPTIONS='-c search_path=tenant_bench,api,app,public' sql "select count(app.enqueue('empty')) from generate_series(1, $jobs)" >/dev/null
  local from
  from=$(now_ms)
  until [ "$(sql "select count(*) from maitred.jobs where kind = 'empty' and status = 'done'")" = "$jobs" ]; do sleep 0.3; done
  sql "select round($jobs * 1000.0 / (extract(epoch from max(finished_at)) * 1000 - $from)) from maitred.jobs where kind = 'empty'"
  sql "delete from maitred.jobs where kind = 'empty'"
  rest
}
theirs() {
  : >"$BENCH_DATA/peer.out"
  export PEER_DATABASE="postgres://maitred@localhost/maitred?host=$PGHOST" PEER_JOBS=$jobs PEER_CONCURRENCY=$at_once
  work "$BENCH_ROOT/tests/node_modules/.bin/node" --disable-warning=ExperimentalWarning "$peer/worker.ts" >"$BENCH_DATA/peer.out" 2>"$BENCH_DATA/peer.log"
  until grep -q ready "$BENCH_DATA/peer.out"; do kill -0 "$worker" || { cat "$BENCH_DATA/peer.log" >&2; exit 1; }; sleep 0.1; done
  sleep 1
  sql "select count(graphile_worker.add_job('empty')) from generate_series(1, $jobs)" >/dev/null
  local from
  from=$(now_ms)
  until grep -q '^[0-9]' "$BENCH_DATA/peer.out"; do sleep 0.3; done
  awk -v from="$from" -v jobs="$jobs" '/^[0-9]/ {printf "%.0f\n", jobs * 1000 / ($1 - from)}' "$BENCH_DATA/peer.out"
  rest
}
for _ in $(seq "$rounds"); do
  a=$(ours)
  b=$(theirs)
  echo "$a $b" >>"$BENCH_DATA/rounds"
done
read -r ours theirs < <(bench_medians "$BENCH_DATA/rounds")
version=$(jq -r .version "$peer/node_modules/graphile-worker/package.json")
echo "$jobs jobs that do nothing, $at_once at once in one worker, the median of $rounds rounds in turn; load when it began: $load."
echo
echo '| worker | jobs/s |'
echo '|---|---:|'
echo "| maitred | $ours |"
echo "| graphile-worker $version | $theirs |"
bench_bars_head
bench_bar 'jobs a second with an empty handler' "$ours" least 2000
bench_bar "the same beside graphile-worker $version" "$(bench_ratio "$ours" "$theirs")" least 2 ' ×'
