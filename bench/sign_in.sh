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

path="/rest/v1/organizations?select=id,name"
bench_wrk 8 menu.localhost "$path" "apikey: $anon" >/dev/null # warm
alone=$(bench_wrk 8 menu.localhost "$path" "apikey: $anon")
wrk -t1 -c50 -d"$((BENCH_SECONDS + 1))s" --timeout 30s -s "$BENCH_DATA/sign_in.lua" -H 'Host: menu.localhost' -H "apikey: $anon" -H 'content-type: application/json' \
  "http://127.0.0.1:$BENCH_PORT/auth/v1/token?grant_type=password" >"$BENCH_DATA/signed" &
people=$!
beside=$(bench_wrk 8 menu.localhost "$path" "apikey: $anon")
wait "$people"
echo "public read alone:              $alone (requests/s, p99 ms)"
echo "public read beside 50 sign-ins: $beside (requests/s, p99 ms)"
awk '/requests in/ {printf "sign-ins: %s in %s\n", $1, $4} /Non-2xx/ {print "of them refused: " $NF}' "$BENCH_DATA/signed"
