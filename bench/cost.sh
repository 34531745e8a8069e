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
  worker=$(bench_workers | sed -n 1p)
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

# The same under callgrind, which counts instructions of the worker's own code and of its libraries, not the kernel's. Three runs that differ
# only in the requests between warming up and stopping: the differences are what those requests took.
export VALGRIND_LIB=${VALGRIND_LIB:-/usr/libexec/valgrind}
plain=$MAITRED
callgrind() {
  exec valgrind -q --tool=callgrind --trace-children=yes --trace-children-skip='*/postgresql/*' --callgrind-out-file="$counts/$run.%p" "$plain" "$@"
}
MAITRED=callgrind
counted=1000
chmod 777 "$counts" # workers write there as the user that runs PostgreSQL
for run in none one many; do
  bench_daemon --workers 1
  trap 'bench_stop; rm -rf "$counts"' EXIT
  prepare
  load 64 256
  if [ $run = one ]; then load 1 "$counted"; fi
  if [ $run = many ]; then load 64 "$counted"; fi
  bench_stop
  mv "$counts/$run.$worker" "$counts/callgrind.$run"
done
total() { awk '/^(summary|totals):/ {print $2; exit}' "$counts/callgrind.$1"; }
instructions() { echo $((($(total "$1") - $(total none)) / counted)); }

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
echo "| **instructions in the worker** | $(instructions one) | $(instructions many) |"
echo
by_function() { # RUN: "instructions<tab>function"
  callgrind_annotate --threshold=100 "$counts/callgrind.$1" 2>/dev/null | grep -E '^ *[0-9,]+ \(' | grep -v 'PROGRAM TOTALS' |
    sed -E 's/^ *([0-9,]+) \([^)]*\) +/\1\t/; s# \[[^]]*/([^]/]+)\]# (\1)#; s#\t[^ ]*[/:]#\t#' | awk -F '\t' -v OFS='\t' '{gsub(",", "", $1); print}'
}
by_function none >"$counts/none"
by_function many >"$counts/many"
echo 'Where they go with 64 clients, by function (its own instructions, per request):'
echo
awk -F '\t' -v n="$counted" 'NR == FNR {base[$2] += $1; next} {sum[$2] += $1}
  END {for (f in sum) printf "%d\t%s\n", (sum[f] - base[f]) / n, f}' "$counts/none" "$counts/many" | sort -rn | sed -n 1,20p | sed -E 's/^([0-9]+)\t(.*)/- \1 `\2`/'
bench_bars_head
bench_bar 'round trips to the database, single-row read' "$trips" most 1
