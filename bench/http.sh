#!/usr/bin/env bash
# Reads through HTTP beside pgbench running the same pipeline, and the menu beside libmicrohttpd's hello world, in one run.
#   BENCH_WORKERS=1 BENCH_ROUNDS=3 bench/http.sh       figures to standard output
# Both sides in turn, the median of the rounds. pgbench gets the number of clients that suits it best.
. "$(dirname "$0")/lib.sh"
rounds=${BENCH_ROUNDS:-3}
workers=${BENCH_WORKERS:-1}
bench_daemon --workers "$workers"
bench_tenant bench dining >/dev/null
bench_customers bench 20000
token=$(bench_login bench)
id=$(psql -qXAt -c "select id from tenant_bench.customers where full_name = 'Customer 777'")
restaurant=$(psql -qXAt -c "select id from tenant_bench.restaurants limit 1")
anon=$(jq -r .anon_key "$BENCH_DATA/bench.json")
columns='id,full_name,email,phone,created_at'

# The same list as a function that leaves the JSON to PostgreSQL, as most servers do.
psql -qX -v ON_ERROR_STOP=1 <<SQL
set check_function_bodies = off; -- its tables are found when a tenant calls it
create function api.bench_list() returns json language sql stable
as \$\$ select coalesce(json_agg(r), '[]') from (select $columns from customers limit 100) r \$\$;
create function api.bench_setting(p_name text) returns text language sql stable as \$\$ select current_setting(p_name) \$\$;
grant execute on function api.bench_list(), api.bench_setting(text) to authenticated;
notify pgrst;
SQL

get() { bench_wrk 64 bench.localhost "$1" "authorization: Bearer $token" "apikey: $anon"; }
public() { bench_wrk 64 bench.localhost "$1" "apikey: $anon" "${@:2}"; }
menu="/rest/v1/rpc/get_menu?p_restaurant_id=$restaurant"
for _ in $(seq 50); do # until the function is known
  curl -sf -o /dev/null "http://bench.localhost:$BENCH_PORT/rest/v1/rpc/bench_list" -H "authorization: Bearer $token" && break
  sleep 0.1
done
# pgbench says what maitred says: the settings of the session as a request of this kind finds them, the role last.
names=(search_path statement_timeout transaction_read_only request.jwt.claims request.method request.path request.headers request.id request.ip role)
session="" variables=()
for i in "${!names[@]}"; do
  value=$(curl -sf "http://bench.localhost:$BENCH_PORT/rest/v1/rpc/bench_setting?p_name=${names[i]}" -H 'User-Agent:' -H 'Accept:' \
    -H "authorization: Bearer $token" -H "apikey: $anon" | jq -r .)
  [ "${names[i]}" = request.path ] && value=/rest/v1/customers
  variables+=("v$i=$value")
  session+="${session:+,}set_config('${names[i]}',:v$i,true)"
done
read_sql() { printf '\\startpipeline\nselect %s;\n%s\n\\endpipeline\n' "$session" "$1"; }
read_sql "select $columns from tenant_bench.customers where id = :id;" >"$BENCH_DATA/one.sql"
read_sql "select $columns from tenant_bench.customers limit 100;" >"$BENCH_DATA/list.sql"

etag=$(curl -sfi "http://bench.localhost:$BENCH_PORT$menu" -H "apikey: $anon" | awk 'tolower($1) == "etag:" {print $2}' | tr -d '\r')
menu_bytes=$(curl -sf "http://bench.localhost:$BENCH_PORT$menu" -H "apikey: $anon" | wc -c)

cc -O2 -o "$BENCH_DATA/hello" "$BENCH_ROOT/bench/peers/hello.c" -lmicrohttpd
mkfifo "$BENCH_DATA/hello.in"
"$BENCH_DATA/hello" $((BENCH_PORT + 1)) <"$BENCH_DATA/hello.in" & # ends when the other end of its input does
exec 9>"$BENCH_DATA/hello.in"

declare -A clients
for what in one list; do
  best=0
  for n in 4 8 16 32; do
    tps=$(BENCH_SECONDS=1 bench_pgbench "$n" "$BENCH_DATA/$what.sql" "${variables[@]}" "id=$id")
    if [ "$tps" -gt "$best" ]; then best=$tps clients[$what]=$n; fi
  done
done
(BENCH_SECONDS=1 get "/rest/v1/customers?select=$columns&id=eq.$id" >/dev/null) # warm

for ((round = 0; round < rounds; round++)); do
  get "/rest/v1/customers?select=$columns&id=eq.$id" >"$BENCH_DATA/r.one"
  bench_pgbench "${clients[one]}" "$BENCH_DATA/one.sql" "${variables[@]}" "id=$id" >"$BENCH_DATA/r.one_pg"
  get "/rest/v1/customers?select=$columns&limit=100" >"$BENCH_DATA/r.list"
  bench_pgbench "${clients[list]}" "$BENCH_DATA/list.sql" "${variables[@]}" >"$BENCH_DATA/r.list_pg"
  get /rest/v1/rpc/bench_list >"$BENCH_DATA/r.agg"
  public "$menu" >"$BENCH_DATA/r.menu"
  BENCH_ANY_STATUS=304 public "$menu" "if-none-match: $etag" >"$BENCH_DATA/r.unchanged"
  BENCH_PORT=$((BENCH_PORT + 1)) bench_wrk 64 bench.localhost / >"$BENCH_DATA/r.hello"
  paste -d ' ' "$BENCH_DATA"/r.{one,one_pg,list,list_pg,agg,menu,unchanged,hello} >>"$BENCH_DATA/rounds"
done
exec 9>&-
read -r one one_p99 one_pg list list_p99 list_pg agg agg_p99 menu menu_p99 unchanged _ hello _ < <(bench_medians "$BENCH_DATA/rounds")

echo "$workers web worker, wrk with 64 connections on the same cores; pgbench with ${clients[one]} clients for one row and ${clients[list]} for the list. Median of $rounds rounds."
echo
echo '| what | maitred/s | p99 ms | beside | per second | ratio |'
echo '|---|---:|---:|---|---:|---:|'
echo "| single-row read, token verified, row security | $one | $one_p99 | pgbench, same pipeline | $one_pg | $(bench_percent "$one" "$one_pg") % |"
echo "| 100-row list | $list | $list_p99 | pgbench, same pipeline | $list_pg | $(bench_percent "$list" "$list_pg") % |"
echo "| 100-row list | $list | $list_p99 | through maitred, json_agg (p99 $agg_p99) | $agg | $(bench_ratio "$list" "$agg" 2) × |"
echo "| public menu, whole ($menu_bytes bytes) | $menu | $menu_p99 | hello world | $hello | $(bench_percent "$menu" "$hello") % |"
echo "| public menu, unchanged (304) | $unchanged | | hello world | $hello | $(bench_percent "$unchanged" "$hello") % |"
bench_bars_head
bench_bar 'single-row read, of pgbench' "$(bench_percent "$one" "$one_pg")" least 75 ' %'
bench_bar '100-row list, of pgbench' "$(bench_percent "$list" "$list_pg")" least 70 ' %'
bench_bar '100-row list, against json_agg' "$(bench_ratio "$list" "$agg" 2)" least 1.5 ' ×'
bench_bar 'public menu unchanged, of hello world' "$(bench_percent "$unchanged" "$hello")" least 50 ' %'
