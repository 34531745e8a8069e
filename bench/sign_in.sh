#!/bin/bash
# Does hashing passwords stand in front of a menu? p99 of a menu read alone, and while 50 people sign in again and again.
# bcrypt runs on the thread pool of each worker, so the reads share cores with it, never the loop.
source "$(dirname "$0")/lib.sh"
bench_daemon
bench_tenant menu dining >/dev/null
anon=$(jq -r .anon_key "$BENCH_DATA/menu.json")
tenant() { "$PGBIN/psql" -qXAt -v ON_ERROR_STOP=1 -c "set search_path = tenant_menu, api, app, public" -c "$1"; }
tenant "update public.tenants set settings = settings || '{\"auth\": {\"limits\": {\"token\": 0}, \"address_lock_after\": 1000000}}' where schema_name = 'tenant_menu'"

for i in $(seq 50); do
  tenant "insert into users (email, hashed_password, email_verified) select 'guest$i@menu.test', hashed_password, true from users where role = 'owner' limit 1"
done
cat >"$BENCH_DATA/sign_in.lua" <<'LUA'
local n = 0
request = function()
  n = n % 50 + 1
  return wrk.format("POST", nil, nil, '{"email":"guest' .. n .. '@menu.test","password":"bench-Password-1"}')
end
LUA

restaurant=$(tenant 'select id from restaurants limit 1')
# The menu as a phone asks for it (kept in the worker), and a read with a token, which goes to the database each time.
token=$(bench_login menu)
paths=("/rest/v1/rpc/get_menu?p_restaurant_id=$restaurant" "/rest/v1/organizations?select=id,name")
names=('menu' 'read with a token, from the database')
headers=("apikey: $anon" "authorization: Bearer $token")
sign_in() {
  wrk -t1 -c50 -d"$((BENCH_SECONDS + 1))s" --timeout 30s -s "$BENCH_DATA/sign_in.lua" -H 'Host: menu.localhost' -H "apikey: $anon" -H 'content-type: application/json' \
    "http://127.0.0.1:$BENCH_PORT/auth/v1/token?grant_type=password" | awk '/requests in/ {n = $1; s = $4; sub(",", "", s)} /Non-2xx/ {bad = $NF} END {print n, s, bad + 0}'
}
echo "50 people sign in again and again (bcrypt); 8 connections read."
echo
echo '| read | alone/s | p99 ms | beside 50 sign-ins/s | p99 ms | sign-ins |'
echo '|---|---:|---:|---:|---:|---|'
for i in 0 1; do
  bench_wrk 8 menu.localhost "${paths[i]}" "${headers[i]}" >/dev/null # warm
  read -r alone alone_p99 < <(bench_wrk 8 menu.localhost "${paths[i]}" "${headers[i]}")
  for _ in $(seq 60); do # what the last ones left behind is hashed first
    bench_login menu >/dev/null 2>&1 && break
    sleep 0.5
  done
  sign_in >"$BENCH_DATA/signed" &
  people=$!
  read -r beside beside_p99 < <(bench_wrk 8 menu.localhost "${paths[i]}" "${headers[i]}")
  wait "$people"
  read -r done_in took refused <"$BENCH_DATA/signed"
  if [ $((2 * refused)) -gt "$done_in" ]; then echo "sign_in.sh: $refused of $done_in sign-ins were refused: nothing was hashed" >&2; exit 1; fi
  echo "| ${names[i]} | $alone | $alone_p99 | $beside | $beside_p99 | $done_in in $took, $refused refused |"
done
