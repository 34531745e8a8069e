#!/usr/bin/env bash
# Changes on their way to thousands of subscribers, and what it costs those who write.
#   bench/realtime.sh [SUBSCRIBERS]      default 5000; figures to standard output
# Latency is from the commit's own timestamp to the byte at the client, on one clock. All subscribers stand in one process of the generator.
. "$(dirname "$0")/lib.sh"
subscribers=${1:-5000}
seconds=${BENCH_REALTIME_SECONDS:-10}
rate=100
ulimit -n $((subscribers + 1000)) 2>/dev/null || ulimit -n "$(ulimit -Hn)"

resident() { local pid sum=0; for pid in $(bench_workers); do sum=$((sum + $(awk '/^VmRSS/ {print $2}' "/proc/$pid/status"))); done; echo $sum; }
processor() { local pid; for pid in $(bench_workers) $hub; do awk '{print $14 + $15}' "/proc/$pid/stat"; done | awk '{t += $1} END {print t * 10}'; } # ms
hub_of() { for pid in $(pgrep -P "$BENCH_PID"); do case $(cat "/proc/$pid/comm") in wal*) echo "$pid" ;; esac; done; }

start() { # options…
  bench_daemon --workers 1 "$@"
  bench_tenant bench dining >/dev/null
  bench_customers bench 1000
  anon=$(jq -r .anon_key "$BENCH_DATA/bench.json")
  token=$(bench_login bench)
  hub=$(hub_of)
  psql -qXAt -c 'select id from tenant_bench.customers order by id limit 100' >"$BENCH_DATA/ids"
}
subscribe() { # arguments of realtime.ts: opens them and waits until all are there
  coproc GENERATOR { bench_node "$BENCH_ROOT/bench/realtime.ts" --port "$BENCH_PORT" --host bench.localhost --key "$anon" --sockets "$subscribers" "$@"; }
  generator=$GENERATOR_PID
  local line
  read -r line <&"${GENERATOR[0]}"
  [ "$line" = open ] || { echo "bench: $line" >&2; cat <&"${GENERATOR[0]}" >&2; exit 1; }
}
measured() { read -r RESULT <&"${GENERATOR[0]}"; wait "$generator" 2>/dev/null || true; } # not in a subshell: the pipes are this one's
update="update tenant_bench.customers set phone = '+49 30 ' || (random() * 1000000)::int where id = (select id from tenant_bench.customers order by id offset floor(random() * 100) limit 1)"
write() { # PER_SECOND SECONDS: updates of rows that are watched
  printf '%s;\n' "$update" >"$BENCH_DATA/update.sql"
  "$PGBIN/pgbench" -n -c 2 -j 1 -R "$1" -T "$2" -f "$BENCH_DATA/update.sql" 2>/dev/null | awk '/^tps/ {printf "%.0f\n", $3}'
}

# Orders as the till writes them, straight into the database: what the WAL's reader takes from those who write.
order="insert into orders (organization_id, restaurant_id, customer_name, business_date, order_number, total_amount) select organization_id, id, 'Ada', current_date, 'B' || substr(md5(random()::text), 1, 12), 1200 from restaurants limit 1"
orders() { printf 'set search_path = tenant_bench, api, app, public;\n%s;\n' "$order" >"$BENCH_DATA/order.sql"
  "$PGBIN/pgbench" -n -c 4 -j 1 -T "$BENCH_SECONDS" -f "$BENCH_DATA/order.sql" 2>/dev/null | awk '/^tps/ {printf "%.0f\n", $3}'; }

start --realtime=off
orders >/dev/null # warm
off_before=$(orders)
bench_stop
start
orders >/dev/null
with=$(orders)

base=$(resident)
subscribe --seconds 1
idle_kb=$(awk -v a="$base" -v b="$(resident)" -v n="$subscribers" 'BEGIN {printf "%.1f", (b - a) / n}')
echo go >&"${GENERATOR[1]}"
measured

sleep 2
base=$(resident)
subscribe --table customers --token "$token" --ids "$BENCH_DATA/ids" --seconds $((seconds + 2))
joined_kb=$(awk -v a="$base" -v b="$(resident)" -v n="$subscribers" 'BEGIN {printf "%.1f", (b - a) / n}')
echo go >&"${GENERATOR[1]}"
before=$(processor)
write $rate "$seconds" >/dev/null
after=$(processor)
measured
read -r few few_p50 few_p99 few_max <<<"$RESULT"
few_ms=$(awk -v a="$before" -v b="$after" -v n="$few" 'BEGIN {printf "%.1f", (b - a) * 1000 / n}')

sleep 2
subscribe --table customers --token "$token" --seconds $((seconds + 2))
echo go >&"${GENERATOR[1]}"
before=$(processor)
write 1 "$seconds" >/dev/null
after=$(processor)
measured
read -r all all_p50 all_p99 all_max <<<"$RESULT"
all_ms=$(awk -v a="$before" -v b="$after" -v n="$all" 'BEGIN {printf "%.1f", (b - a) * 1000 / n}')
bench_stop
start --realtime=off
orders >/dev/null
off_after=$(orders)
without=$(((off_before + off_after) / 2))

echo "One web worker, $subscribers subscribers of one organization. First each change is for 1 in 100 of them (a filter by id), $rate changes a second; then"
echo "every change is for all, one a second."
echo
echo '| what | p50 | p99 | slowest | deliveries | processor for 1,000 deliveries |'
echo '|---|---:|---:|---:|---:|---:|'
echo "| $rate changes a second, each for $((subscribers / 100)) | $few_p50 ms | $few_p99 ms | $few_max ms | $few | $few_ms ms |"
echo "| one change a second for all $subscribers | $all_p50 ms | $all_p99 ms | $all_max ms | $all | $all_ms ms |"
echo
echo '| what | figure |'
echo '|---|---:|'
echo "| an idle WebSocket | $idle_kb KB |"
echo "| one that has joined a channel with a filter of its own | $joined_kb KB |"
echo "| orders written a second, realtime off | $without |"
echo "| orders written a second, realtime on | $with ($(bench_percent "$with" "$without") %) |"
bench_bars_head
bench_bar "change seen by subscribers, p99, $rate a second" "$few_p99" most 250 ' ms'
bench_bar "one change seen by all $subscribers, p99" "$all_p99" most 250 ' ms'
bench_bar 'an idle WebSocket' "$idle_kb" most 8 ' KB'
