#!/usr/bin/env bash
# What one single-row read costs the web worker: system calls (strace), round trips to the database, instructions (callgrind).
#   bench/cost.sh       figures to standard output
# Counts, not times: they repeat on any machine, busy or not. Two loads: one client at a time (nothing can be shared between requests)
# and 64 at once (what is read and written together is).
. "$(dirname "$0")/lib.sh"
requests=${BENCH_REQUESTS:-5000}
counts=$(mktemp -d)
columns='id,full_name,email,phone,created_at'

prepare() {
  bench_tenant bench dining >/dev/null
  bench_customers bench 1000
  token=$(bench_login bench)
  id=$(psql -qXAt -c "select id from tenant_bench.customers where full_name = 'Customer 777'")
  worker=$(bench_workers | head -n 1)
}
load() { # CONNECTIONS COUNT
  bench_node "$BENCH_ROOT/bench/load.ts" --url "http://127.0.0.1:$BENCH_PORT/rest/v1/customers?select=$columns&id=eq.$id" --header 'Host: bench.localhost' \
    --header "authorization: Bearer $token" --connections "$1" --count "$2" | awk -v n="$2" '$1 != n || $2 > 0 {exit 1}'
}
batches() { curl -s "http://127.0.0.1:$BENCH_PORT/metrics" | awk '/maitred_db_total.pool="fast",what="batches"/ {print $2}'; }
commits() { psql -qXAt -c "select xact_commit from pg_stat_database where datname = current_database()"; }

bench_daemon --workers 1
trap 'bench_stop; rm -rf "$counts"' EXIT
prepare
load 64 2000 # warm: tokens, plans, prepared statements on every connection
for connections in 1 64; do
  strace -f -c -S calls -o "$counts/strace.$connections" -p "$worker" 2>/dev/null &
  tracer=$!
  sleep 1
  load "$connections" "$requests"
  kill -INT "$tracer"
  wait "$tracer" || true
done
sleep 2 # counters are shared once a second
before=$(batches)
load 1 1000
sleep 2
trips=$(bench_ratio $(($(batches) - before)) 1000 2)
bench_stop

# The same under callgrind, which counts instructions of the worker's own code and of its libraries, not the kernel's.
export VALGRIND_LIB=${VALGRIND_LIB:-/usr/libexec/valgrind}
plain=$MAITRED
callgrind() {
  exec valgrind -q --tool=callgrind --instr-atstart=no --trace-children=yes --trace-children-skip='*/postgresql/*' --callgrind-out-file="$counts/callgrind.%p" "$plain" "$@"
}
MAITRED=callgrind
bench_daemon --workers 1
trap 'bench_stop; rm -rf "$counts"' EXIT
prepare
worker=$(bench_workers | head -n 1)
load 16 400
for connections in 1 64; do
  load "$connections" 64
  callgrind_control -i on "$worker" >/dev/null
  load "$connections" 1000
  callgrind_control -i off "$worker" >/dev/null
  callgrind_control -d "$worker" >/dev/null
  callgrind_control -z "$worker" >/dev/null
done
dump() { ls "$counts/callgrind.$worker".* | sort -V | sed -n "$1p"; }
instructions() { awk '/^(summary|totals):/ {print int($2 / 1000); exit}' "$(dump "$1")"; }

each() { awk -v n="$requests" -v name="$2" '$NF == name {c = $4} END {printf "%.2f", c / n}' "$counts/strace.$1"; }
echo "A single-row read (token verified, row security), per request; $requests requests under strace, 1000 under callgrind."
echo
echo '| per request | one client | 64 clients |'
echo '|---|---:|---:|'
for call in $(awk '$1 ~ /^[0-9.]+$/ && $NF != "total" {print $NF}' "$counts"/strace.{1,64} | sort -u); do
  if awk -v a="$(each 1 "$call")" -v b="$(each 64 "$call")" 'BEGIN {exit !(a >= 0.05 || b >= 0.05)}'; then echo "| $call | $(each 1 "$call") | $(each 64 "$call") |"; fi
done
echo "| **system calls** | $(each 1 total) | $(each 64 total) |"
echo "| **round trips to the database** | $trips | $trips |"
echo "| **instructions in the worker** | $(instructions 1) | $(instructions 2) |"
echo
echo 'Where the instructions go, 64 clients (functions of their own, per cent):'
echo '```'
callgrind_annotate "$(dump 2)" 2>/dev/null | sed -n '/^ *Ir/,$p' | grep -E '^ *[0-9,]+ \(' | sed -E 's/^ *[0-9,]+ \( ?([0-9.]+)%\) +/\1  /; s/\[.*\/([^]]+)\]/[\1]/; s/\?\?\?://; s#[^ ]*/##' | head -n 16
echo '```'
bench_bars_head
bench_bar 'round trips to the database, single-row read' "$trips" most 1
