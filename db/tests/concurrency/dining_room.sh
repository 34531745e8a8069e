# shellcheck shell=bash disable=SC2034
# Sourced by the dining tests here: a restaurant of its own in tenant_alpha, people who act at the same instant, and TAP.
#   run SQL            as the owner, one value back
#   at_once N SQL      N connections run SQL ({n} is their number) at the same instant; their last lines are in $out, one a line
#   as_guest SQL, as_waiter SQL, as_anon SQL    SQL in a transaction with that role and claims, for at_once
#   is WANT GOT NAME   one TAP line
export PGOPTIONS='-c search_path=tenant_alpha,api,app,public -c client_min_messages=warning'
id=$(printf '%08x' $(( $$ + RANDOM * 65536 )))
org="$id-0000-4000-8000-000000000001" place="$id-0000-4000-8000-000000000002" waiter="$id-0000-4000-8000-000000000003"
work=$(mktemp -d) tests=0 failed=0

run() { psql -qAtX -v ON_ERROR_STOP=1 -c "$1"; }
claims() { echo "select set_config('request.jwt.claims', '$1', true);"; }
as_anon() { echo "begin; set local role anon; $(claims '{"role":"anon"}') $1; commit"; }
as_waiter() { echo "begin; set local role authenticated; $(claims "{\"role\":\"authenticated\",\"app_role\":\"waiter\",\"sub\":\"$waiter\",\"organization_id\":\"$org\"}") $1; commit"; }
as_guest() { echo "begin; set local role authenticated; $(claims "{\"role\":\"authenticated\",\"app_role\":\"guest\",\"table_session_id\":\"$session\",\"customer_session_id\":\"$guest\"}") $1; commit"; }

# Everybody waits at a gate (a shared advisory lock) that one connection holds shut until all stand there.
at_once() {
  local count=$1 sql=$2 n gate=$(( $$ * 1000 + tests ))
  mkfifo "$work/gate"
  { echo "select pg_advisory_lock($gate);"
    echo "select 'shut';"
    echo "do \$\$ begin for i in 1 .. 600 loop
      exit when (select count(*) from pg_locks where locktype = 'advisory' and not granted and (classid::bigint << 32 | objid::bigint) = $gate) >= $count;
      perform pg_sleep(0.05); end loop; end \$\$;"
    echo "select pg_advisory_unlock($gate);"; } | psql -qAtX > "$work/gate" &
  exec {shut}< "$work/gate"
  until read -r n <&"$shut" && [ "$n" = shut ]; do :; done      # nobody slips through before it is shut
  for n in $(seq 1 "$count"); do
    printf '\\set VERBOSITY sqlstate\nselect pg_advisory_lock_shared(%s);\n%s;\n' "$gate" "${sql//\{n\}/$n}" | psql -qAtX > "$work/$n" 2>&1 &
  done
  wait
  exec {shut}<&-
  rm "$work/gate"
  out=$(for n in $(seq 1 "$count"); do grep -v '^$' "$work/$n" | tail -1 | sed 's/^.*ERROR: *//'; done)
}
count() { grep -c -- "$1" <<< "$out" || true; }
is() {
  tests=$((tests + 1))
  if [ "$1" = "$2" ]; then echo "ok $tests - $3"; else failed=1; echo "not ok $tests - $3"; echo "#   wanted: $1"; echo "#      got: $2"; fi
}

open_room() {
  run "insert into organizations (id, name, timezone) values ('$org', 'Concurrency $id', 'Europe/Berlin');
    insert into users (id, organization_id, email, role) values ('$waiter', '$org', 'w$id@dining.test', 'waiter');
    insert into restaurants (id, organization_id, name, timezone) values ('$place', '$org', 'Busy $id', 'Europe/Berlin');
    insert into restaurant_tables (restaurant_id, table_number, capacity, code) select '$place', n, 4, 'c$id' || n from generate_series(1, 8) n;
    insert into menu_categories (restaurant_id, name) values ('$place', 'All');
    insert into menu_items (category_id, name, price, station, portions_left)
    select c.id, i.name, i.price, i.station, i.portions from menu_categories c,
      (values ('Cake', 333, 'kitchen', null), ('Beer', 450, 'bar', null), ('Rare', 2000, 'kitchen', 5)) i(name, price, station, portions) where c.restaurant_id = '$place'" > /dev/null
}
item() { run "select id from menu_items where restaurant_id = '$place' and name = '$1'"; }
# sit N: opens the session at table N; $session, $guest and $otp are those of its opener
sit() {
  local answer
  answer=$(psql -qAtX -v ON_ERROR_STOP=1 -c "$(as_anon "select api.open_table_session('c$id$1', 'Ada')")" | tail -1)
  session=$(run "select '$answer'::jsonb #>> '{session,id}'"); guest=$(run "select '$answer'::jsonb #>> '{customer,id}'"); otp=$(run "select '$answer'::jsonb #>> '{session,otp}'")
}

close_room() {
  psql -qAtX -v ON_ERROR_STOP=1 > /dev/null <<SQL || failed=1
    begin;
    set local session_replication_role = replica;      -- the ledger and the audit trail refuse deletion; this room was never real
    delete from payment_ledger where organization_id = '$org'; delete from payments where organization_id = '$org';
    delete from waitlist_entries where organization_id = '$org'; delete from reservation_tables where organization_id = '$org'; delete from table_reservations where organization_id = '$org';
    delete from bill_shares where organization_id = '$org'; delete from kitchen_order_items where organization_id = '$org'; delete from kitchen_orders where organization_id = '$org';
    delete from order_lines where organization_id = '$org'; delete from orders where organization_id = '$org'; delete from order_counters where organization_id = '$org';
    delete from session_customers where organization_id = '$org'; delete from table_sessions where organization_id = '$org';
    delete from menu_items where organization_id = '$org'; delete from menu_categories where organization_id = '$org';
    delete from otp_guards where key in (select id::text from restaurant_tables where organization_id = '$org') or key like '198.51.100.%';
    delete from restaurant_tables where organization_id = '$org'; delete from restaurants where organization_id = '$org';
    delete from customers where organization_id = '$org'; delete from users where organization_id = '$org'; delete from audit_logs where organization_id = '$org';
    delete from organizations where id = '$org';
    delete from maitred.jobs where tenant = 'tenant_alpha' and payload::text like '%$org%';
    commit;
SQL
  rm -rf "$work"
}
trap close_room EXIT
finish() { echo "1..$tests"; exit $failed; }
