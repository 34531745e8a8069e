#!/usr/bin/env bash
# Reads through HTTP beside pgbench running the same pipeline, in one run on one machine (docs: bench/RESULTS.md).
#   bench/http.sh            figures to standard output
. "$(dirname "$0")/lib.sh"
bench_daemon --workers "${BENCH_WORKERS:-1}"
provisioned=$(bench_tenant bench dining)
psql -qX <<'SQL'
set search_path = tenant_bench, api, app, public;
insert into customers (organization_id, full_name, email, phone)
select (select id from organizations limit 1), 'Customer ' || i, 'c' || i || '@example.com', '+49 30 ' || 100000 + i
from generate_series(1, 20000) i;
vacuum analyze customers;
SQL
token=$(bench_login bench)
id=$(psql -qXAt -c "select id from tenant_bench.customers where full_name = 'Customer 777'")
restaurant=$(psql -qXAt -c "select id from tenant_bench.restaurants limit 1")
claims=$(cut -d. -f2 <<<"$token" | tr '_-' '/+' | base64 -d 2>/dev/null || true)
base="http://bench.localhost:$BENCH_PORT"
anon=$(jq -r .anon_key "$BENCH_DATA/bench.json")
columns='id,full_name,email,phone,created_at'

session="select set_config('search_path','tenant_bench, api, app, public',true),set_config('statement_timeout','8000',true),set_config('transaction_read_only','on',true),set_config('request.jwt.claims',:claims,true),set_config('request.method','GET',true),set_config('request.path','/rest/v1/customers',true),set_config('role','authenticated',true);"
read_sql() { printf '\\startpipeline\n%s\n%s\n\\endpipeline\n' "$session" "$1"; }
read_sql "select $columns from tenant_bench.customers where id = :id;" >"$BENCH_DATA/one.sql"
read_sql "select $columns from tenant_bench.customers limit 100;" >"$BENCH_DATA/list.sql"
read_sql "select coalesce(json_agg(r), '[]') from (select $columns from tenant_bench.customers limit 100) r;" >"$BENCH_DATA/agg.sql"

best_pgbench() { # the best of several client counts: the peer gets its sweet spot
  local best=0 n tps
  for n in 4 8 16; do
    tps=$(bench_pgbench "$n" "$1" "claims=$claims" "id=$id")
    if [ "$tps" -gt "$best" ]; then best=$tps; fi
  done
  echo "$best"
}
row() { printf '| %-34s | %8s | %8s | %6s |\n' "$@"; }
percent() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.0f %%", 100 * a / b}'; }

bench_wrk 64 bench.localhost "/rest/v1/customers?select=$columns&id=eq.$id" "authorization: Bearer $token" "apikey: $anon" >/dev/null # warm
one=$(bench_wrk 64 bench.localhost "/rest/v1/customers?select=$columns&id=eq.$id" "authorization: Bearer $token" "apikey: $anon")
one_pg=$(best_pgbench "$BENCH_DATA/one.sql")
list=$(bench_wrk 64 bench.localhost "/rest/v1/customers?select=$columns&limit=100" "authorization: Bearer $token" "apikey: $anon")
list_pg=$(best_pgbench "$BENCH_DATA/list.sql")
agg_pg=$(best_pgbench "$BENCH_DATA/agg.sql")
menu=$(bench_wrk 64 bench.localhost "/rest/v1/rpc/get_menu?p_restaurant_id=$restaurant" "apikey: $anon")
etag=$(curl -si "$base/rest/v1/rpc/get_menu?p_restaurant_id=$restaurant" -H "apikey: $anon" | awk 'tolower($1)=="etag:" {print $2}' | tr -d '\r')
unchanged=$(BENCH_ANY_STATUS=304 bench_wrk 64 bench.localhost "/rest/v1/rpc/get_menu?p_restaurant_id=$restaurant" "apikey: $anon" "if-none-match: $etag")
unchanged=${unchanged% *}
health=$(bench_wrk 64 bench.localhost "/healthz")

echo "Machine: $(bench_machine); ${BENCH_WORKERS:-1} web worker, wrk with 64 connections on the same cores"
row what maitred/s peer/s ratio
row '---' '---' '---' '---'
row 'single-row read (peer: pgbench)' "${one% *}" "$one_pg" "$(percent "${one% *}" "$one_pg")"
row '100-row list (peer: pgbench)' "${list% *}" "$list_pg" "$(percent "${list% *}" "$list_pg")"
row '100-row list (peer: json_agg)' "${list% *}" "$agg_pg" "$(percent "${list% *}" "$agg_pg")"
row 'public menu (peer: hello world)' "${menu% *}" "${health% *}" "$(percent "${menu% *}" "${health% *}")"
row 'menu unchanged, 304 (peer: same)' "$unchanged" "${health% *}" "$(percent "$unchanged" "${health% *}")"
echo
echo "p99 ms: single row ${one#* }, list ${list#* }, menu ${menu#* }. Provisioning with core, payments, dining: $provisioned s."
echo "Memory of a worker with one tenant: $(awk '/maitred_worker_memory_bytes/ {printf "%.1f MB", $2/1e6; exit}' <(curl -s "http://127.0.0.1:$BENCH_PORT/metrics" | grep -v '^#'))."
