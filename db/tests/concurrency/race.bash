# Sourced by the tests beside it. Many connections stand at one line, start together, and the outcome is counted.
# Takes the standard PG* environment; works in tenant_alpha, in an organization of its own, and deletes it in the end.
set -euo pipefail
ORG=$(cat /proc/sys/kernel/random/uuid)
RUNNERS=${RUNNERS:-12}
LINE=$((RANDOM * 32768 + RANDOM))
OUT=$(mktemp -d)
TESTS=0
FAILED=0

sql() {          # as the owner; prints the answer
  PGOPTIONS='-c client_min_messages=warning' psql -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=sqlstate \
    -c 'set search_path = tenant_alpha, api, app, public' "$@"
}
ask() { sql -c "$1"; }

is() {           # have want what
  TESTS=$((TESTS + 1))
  if [ "$1" = "$2" ]; then
    echo "ok $TESTS - $3"
  else
    FAILED=$((FAILED + 1))
    printf 'not ok %d - %s\n#   have: %s\n#   want: %s\n' "$TESTS" "$3" "$1" "$2"
  fi
}

user() { ask "select md5('$ORG/$1')::uuid"; }

become() {       # user number or name: the statements that make a session that user
  printf "select set_config('request.jwt.claims', jsonb_build_object('sub', id, 'role', 'authenticated', 'app_role', role, 'organization_id', organization_id)::text, false) from users where id = md5('%s/%s')::uuid; set role authenticated" "$ORG" "$1"
}

# race who statement: every runner runs the statement once; %n in it is the runner's number. "who" is a user's name, or each
# (customer n), or service. What each got stands in $OUT/n: a line of the answer, or ERROR:  <SQLSTATE>.
race() {
  local who=$1 statement=$2 n role
  rm -f "$OUT"/[0-9]*
  exec {LINE_IN}> >(psql -XqAt >/dev/null 2>&1)
  local holder=$!
  echo "select pg_advisory_lock($LINE);" >&"$LINE_IN"
  until [ "$(ask "select count(*) from pg_locks where locktype = 'advisory' and objid = $LINE and granted")" = 1 ]; do sleep 0.02; done
  local pids=()
  for n in $(seq 1 "$RUNNERS"); do
    case $who in
      each) role=$(become "c$n") ;;
      service) role="select set_config('request.jwt.claims', '{\"role\":\"service_role\"}', false); set role service_role" ;;
      *) role=$(become "$who") ;;
    esac
    (exec {LINE_IN}>&-; sql -c "$role" -c "select pg_advisory_lock_shared($LINE)" -c "${statement//%n/$n}" -c "select pg_advisory_unlock_shared($LINE)" >"$OUT/$n" 2>&1 || true) &
    pids+=($!)
  done
  until [ "$(ask "select count(*) from pg_locks where locktype = 'advisory' and objid = $LINE and not granted")" = "$RUNNERS" ]; do sleep 0.02; done
  exec {LINE_IN}>&-       # the holder ends: off they go
  wait "${pids[@]}" "$holder" || true
}

won() { grep -Lc '^ERROR' "$OUT"/[0-9]* | wc -l; }
lost() { cat "$OUT"/[0-9]* | sed -n 's/^ERROR: *//p' | sort -u | tr '\n' ' ' | sed 's/ $//'; }

cast() {
  ask "
    insert into organizations (id, name, currency, timezone, settings) values ('$ORG', 'Race $ORG', 'EUR', 'Europe/Berlin', '{\"payments\": {\"provider\": \"stripe\"}}');
    insert into users (id, organization_id, email, full_name, role)
    select md5('$ORG/' || n)::uuid, '$ORG', n || '@$ORG.test', n, case when n ~ '^c' then 'customer' else n end
    from unnest(array['manager', 'staff'] || array(select 'c' || i from generate_series(1, $RUNNERS) i)) n;
    insert into staff (id, department) select md5('$ORG/' || n)::uuid, 'service' from unnest(array['manager', 'staff']) n;" >/dev/null
}

clean() {
  local status=$?
  # the logs are append-only even for the owner, so their triggers stand aside here
  ask "
    set session_replication_role = replica;
    do \$\$
    declare t text;
    begin
      for t in select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
               where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition loop
        execute format('delete from %I where organization_id = %L', t, '$ORG');
      end loop;
    end \$\$;
    delete from organizations where id = '$ORG';
    delete from maitred.jobs where tenant = 'tenant_alpha' and payload ->> 'organization_id' = '$ORG';" >/dev/null || true
  rm -rf "$OUT"
  [ "$status" = 0 ] || exit "$status"
}
trap clean EXIT

finish() {
  echo "1..$TESTS"
  [ "$FAILED" = 0 ]
}
