#!/usr/bin/env bash
# Many tenants: provisioning, ten at once, migrating all by one column, a no-op, memory of a worker (docs: bench/RESULTS.md).
#   bench/tenants.sh [COUNT]      default 200; figures to standard output
. "$(dirname "$0")/lib.sh"
count=${1:-200}
bench_daemon --workers 1
admin='"admin":{"email":"owner@x.test","password":"bench-Password-1","full_name":"Olive Owner"}'
provision() { # name modules
  curl -sf -o /dev/null -w '%{time_total}\n' -X POST "http://127.0.0.1:$BENCH_PORT/api/v1/sys/provision" -H "authorization: Bearer $BENCH_TOKEN" \
    -H 'content-type: application/json' -d "{\"name\":\"$1\",\"domain\":\"$1.localhost\",\"schema_name\":\"tenant_$1\",\"modules\":[$2],$admin}"
}
all='"dining","stays","pool","experiences","labor","procurement","bots"'
median() { sort -n | awk '{v[NR]=$1} END {print v[int((NR + 1) / 2)]}'; }
memory() { awk '/^maitred_worker_memory_bytes/ {printf "%.1f", $2/1e6; exit}' <(curl -s "http://127.0.0.1:$BENCH_PORT/metrics"); }
seconds() { local from=$EPOCHREALTIME; "$@" >/dev/null; awk -v a="$from" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.2f", b - a}'; }
touch_tenants() { # every tenant is asked once, so that the worker knows all of them
  local i
  for i in $(seq "$1"); do curl -sf -o /dev/null "http://t$i.localhost:$BENCH_PORT/app/config"; done
}

provision t1 '"dining"' >/dev/null
touch_tenants 1
sleep 2 # the figure is shared once a second
few_mb=$(memory)
provision_s=$(for i in 1 2 3 4 5 6 7 8 9; do provision "w$i" "$all"; done | median)
from=$EPOCHREALTIME
pids=()
for i in 1 2 3 4 5 6 7 8 9 10; do provision "p$i" "$all" >"$BENCH_DATA/p$i" & pids+=($!); done
wait "${pids[@]}" # not the daemon
ten_s=$(awk -v a="$from" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.2f", b - a}')
catalogue=$(psql -qXAt -c "select count(*) || ' relations, ' || (select count(*) from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'tenant_w1') || ' policies, ' || pg_size_pretty(sum(pg_relation_size(c.oid))) || ' on disk' from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'tenant_w1'")
for i in $(seq 2 "$count"); do provision "t$i" '"dining"' >/dev/null; done
touch_tenants "$count"
sleep 2
many_mb=$(memory)

copy=$BENCH_DATA/db
cp -r "$BENCH_ROOT/db" "$copy"
printf -- '-- up\nalter table customers add column loyalty_tier text;\n-- down\nalter table customers drop column loyalty_tier;\n' >"$copy/tenant/core/9000_add_loyalty_tier.sql"
migrate=("$MAITRED" migrate up --data-dir "$BENCH_DATA" --db-dir "$copy")
tenants=$((count + 19))
column_s=$(seconds "${migrate[@]}" 2>/dev/null)
no_op_s=$(seconds "${migrate[@]}" 2>/dev/null)

echo '| what | figure |'
echo '|---|---:|'
echo "| provision a tenant with all modules, median of 9 | $provision_s s |"
echo "| provision ten at once, all modules, all done | $ten_s s |"
echo "| catalogue of a tenant with all modules | $catalogue |"
echo "| memory of an idle web worker, 1 tenant | $few_mb MB |"
echo "| memory of an idle web worker, $tenants tenants, each asked once | $many_mb MB |"
echo "| migrate $tenants tenants by one column | $column_s s |"
echo "| migrate $tenants tenants when there is nothing to do | $no_op_s s |"
bench_bars_head
bench_bar 'provision a tenant, all modules' "$provision_s" most 0.5 ' s'
bench_bar "memory of a web worker, $tenants tenants" "$many_mb" most 30 ' MB'
bench_bar "migrate $tenants tenants by one column (the bar: as many of 20 s for 1,000)" "$column_s" most "$(awk -v n="$tenants" 'BEGIN {printf "%.1f", 20 * n / 1000}')" ' s'
bench_bar "a no-op migration of $tenants tenants" "$no_op_s" most 1 ' s'
