#!/usr/bin/env bash
# One tenant with 1,000,000 bookings, 100,000 customers and 500,000 orders (db/demo/big.sql): how long its reports take, and what an
# export of all bookings costs the worker.
#   BENCH_BOOKINGS=1000000 bench/big.sh        figures to standard output
. "$(dirname "$0")/lib.sh"
bench_daemon --workers 1 --rows-max 0
bench_tenant big dining experiences >/dev/null
from=$EPOCHREALTIME
PGOPTIONS='-c search_path=tenant_big,api,app,public -c client_min_messages=warning -c big.bookings='${BENCH_BOOKINGS:-1000000} psql -qX -v ON_ERROR_STOP=1 -o /dev/null -f "$BENCH_ROOT/db/demo/big.sql"
psql -qXAt -c 'vacuum analyze'
loaded=$(awk -v a="$from" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.0f", b - a}')
count=$(psql -qXAt -c 'select count(*) from tenant_big.bookings')

echo "Reports, as a manager with row security, in PostgreSQL ($count bookings, loaded in $loaded s):"
echo
"$BENCH_ROOT/bench/reports.sh" tenant_big >"$BENCH_DATA/reports"
echo '| function | median ms | bar | |'
echo '|---|---:|---:|---|'
sed -nE 's/^(.*[^ ]) +([0-9.]+) +([0-9]+)  (ok|SLOWER)$/| \1 | \2 | ≤ \3 ms | \4 |/p' "$BENCH_DATA/reports" | sed 's/| ok |/| met |/; s/| SLOWER |/| **not met** |/'
grep -c SLOWER "$BENCH_DATA/reports" >"$BENCH_DATA/slower" || true

token=$(bench_login big)
worker=$(bench_workers | sed -n 1p)
peak() { awk '/VmHWM/ {printf "%.1f", $2 / 1024}' "/proc/$worker/status"; }
columns='id,reference_number,venue_id,game_id,customer_id,booking_date,start_time,party_size,currency,final_amount,status,source,created_at'
export_csv() { # rows and bytes that came, and the seconds they took
  curl -sf "http://big.localhost:$BENCH_PORT/rest/v1/bookings?select=$columns" -H "authorization: Bearer $token" -H 'accept: text/csv' -w '%{stderr}%{time_total}' 2>"$BENCH_DATA/seconds" |
    wc -lc
  cat "$BENCH_DATA/seconds"
}
curl -sf -o /dev/null "http://big.localhost:$BENCH_PORT/rest/v1/bookings?select=$columns&limit=100" -H "authorization: Bearer $token"
before=$(peak)
read -r lines bytes seconds < <(export_csv | xargs)
after=$(peak)
psql_seconds=$( { /usr/bin/time -f %e psql -qX -o /dev/null -c "copy (select $columns from tenant_big.bookings) to stdout csv header"; } 2>&1)
echo
echo "Export of $lines lines of CSV, $columns: $(awk -v b="$bytes" 'BEGIN {printf "%.0f", b / 1e6}') MB in $seconds s, $(awk -v l="$lines" -v s="$seconds" 'BEGIN {printf "%.0f", l / s}') rows/s (COPY without row security, by psql: $psql_seconds s). The worker held $before MB before and never more than $after MB."
[ "$lines" -ge "$count" ] || { echo "big.sh: the export is not whole: $lines of $count lines" >&2; exit 1; }
bench_bars_head
slower=$(cat "$BENCH_DATA/slower")
bench_bar "reports on $count bookings that miss their bar (of $(grep -cE '(ok|SLOWER)$' "$BENCH_DATA/reports"))" "$slower" most 0
bench_bar "memory of a worker while it exports $lines rows" "$after" most 50 ' MB'
