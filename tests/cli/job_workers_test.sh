#!/bin/bash
# Job workers that are killed at each step, and those that stop: nothing is lost, nothing runs twice but what was under way, and what is in
# one lane stays in order.
. "$(dirname "$0")/tap.bash"
"$M" migrate up >/dev/null
"$M" tenant create Shop shop.localhost --schema tenant_shop --modules core --admin-email boss@shop.test --admin-password 'long enough' >/dev/null
"$M" psql shop.localhost -c 'select pg_sleep(900)' >/dev/null 2>&1 &
until_true owner 'select 1'
owner "update maitred.schedules set next_run_at = now() + interval '1 day'" >/dev/null
# What a run of "notify" and "refund_payment" does here: it stays while somebody holds lock 7, and is written down.
owner "create table public.seen (at bigint generated always as identity, name text);
  create or replace function app.send_notification(p jsonb) returns int language plpgsql as \$\$ begin
    if p ? 'stays' then perform pg_advisory_lock_shared(7); perform pg_advisory_unlock_shared(7); end if;
    if p ? 'fails' then raise exception 'poison'; end if;
    insert into public.seen (name) values (p ->> 'name');
    return 1; end \$\$;
  create or replace function app.hand_over_refund(p jsonb) returns boolean language sql as \$\$ select app.send_notification(p) = 1 \$\$" >/dev/null
put() { owner "insert into maitred.jobs (tenant, kind, payload, lane, max_attempts) select 'tenant_shop', '$1', jsonb_build_object('name', '$2' || n) || '${4:-{\}}', ${5:-null}, ${6:-12} from generate_series(1, $3) n" >/dev/null; }
count() { owner "select count(*) from maitred.jobs where $1"; }
seen() { owner "select count(*) || ' ' || count(distinct name) from public.seen where name ~ '^$1'"; }
worker() { "$M" jobs work --log-level warning >/dev/null 2>&1 & WORKER=$!; }
die() { kill -9 "$1"; wait "$1" 2>/dev/null; }
expire() { owner "update maitred.jobs set locked_until = now() - interval '1 second' where status = 'running'" >/dev/null; }
due() { owner "update maitred.jobs set run_at = now() where status = 'waiting'" >/dev/null; }
becomes() {      # an SQL condition, or a select list and what follows it: waits until it is true
  for _ in $(seq 600); do [ "$(owner "select $1")" = t ] && return 0; sleep 0.1; done
  echo "# never became true: $1"; return 1
}
hold() {         # NAME SQL: a session of its own does SQL and stays until "let_go NAME"
  mkfifo "$WORK/$1"
  PGAPPNAME=$1 psql -qX -h "$MAITRED_DATA_DIR/socket" -U maitred maitred <"$WORK/$1" >/dev/null 2>&1 &
  eval "$1_pid=$!"; eval "exec {$1_fd}>'$WORK/$1'"
  eval "echo \"$2; select 'ready';\" >&\$$1_fd"
  becomes "exists (select from pg_stat_activity where application_name = '$1' and state like 'idle%' and query like '%ready%')"
}
let_go() { eval "echo '\\q' >&\$$1_fd; exec {$1_fd}>&-; wait \$$1_pid" 2>/dev/null; rm "$WORK/$1"; }

# Killed while jobs run: those under way run again, the others once.
hold gate 'select pg_advisory_lock(7)'
put notify stays 4 '{"stays": 1}'; put notify after 20
worker
becomes "4 = count(*) from pg_locks where locktype = 'advisory' and not granted"
is "$(count "status = 'running'") $(count "status = 'waiting'")" '4 20' 'four threads have four jobs, and nothing is kept from others meanwhile'
die "$WORKER"
let_go gate
becomes "count(*) = 0 from pg_stat_activity where wait_event_type = 'Lock'"
is "$(count "status = 'running'")" 4 'killed in the middle: its jobs are still held'
expire; worker
becomes "count(*) = 24 from maitred.jobs where status = 'done'"
is "$(seen after)" '20 20' 'what nobody had begun ran once'
is "$(owner "select count(distinct name) || ' ' || (count(*) <= 8) from public.seen where name ~ '^stays'")" '4 true' 'what was under way ran again, and no third time'
is "$(owner "select max(attempts) from maitred.jobs")" 2 'on its second try'
die "$WORKER"

# Announced at any moment of a worker's round, also while it asks the database: none waits for the next look, five seconds later.
worker
owner "create table public.waits (s float8)" >/dev/null
owner "do \$\$ declare v uuid; v_at timestamptz; begin
  for i in 1 .. 1000 loop
    insert into maitred.jobs (kind) values ('ping') returning id, clock_timestamp() into v, v_at;
    commit;
    while exists (select from maitred.jobs where id = v and status <> 'done') loop commit; perform pg_sleep(0.0005); end loop;
    insert into public.waits values (extract(epoch from clock_timestamp() - v_at));
    commit;
    perform pg_sleep(random() * 0.004);
  end loop; end \$\$" >/dev/null
is "$(owner "select count(*) || ' ' || count(*) filter (where s > 4.5) from public.waits")" '1000 0' 'a job that is announced while the worker asks for others is begun at once'
owner "delete from maitred.jobs where kind = 'ping'" >/dev/null
die "$WORKER"

# Killed after the work, before the queue knew: done again, once.
put notify finished 1
hold row "begin; select 1 from maitred.jobs where payload ->> 'name' = 'finished1' for update"
put notify beside 1
worker
becomes "status = 'done' from maitred.jobs where payload ->> 'name' = 'beside1'"
is "$(count "payload ->> 'name' = 'finished1' and status = 'waiting'")" 1 'a row that somebody holds is passed over'
let_go row
becomes "status = 'done' from maitred.jobs where payload ->> 'name' = 'finished1'"
is "$(seen finished)" '1 1' 'and taken later'
hold gate 'select pg_advisory_lock(7)'
put notify told 1 '{"stays": 1}'
becomes "1 = count(*) from pg_locks where locktype = 'advisory' and not granted"
hold row "begin; select 1 from maitred.jobs where payload ->> 'name' = 'told1' for update"
let_go gate
becomes "1 = count(*) from public.seen where name = 'told1'"
becomes "count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and query like '%job_turn%'"
BACKEND=$(owner "select pid from pg_stat_activity where wait_event_type = 'Lock' and query like '%job_turn%' limit 1")
owner "select pg_terminate_backend($BACKEND)" >/dev/null
becomes "count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and query like '%job_turn%' and pid <> $BACKEND"
let_go row
becomes "count(*) = 1 from maitred.jobs where payload ->> 'name' = 'told1' and status = 'done'"
is "$(seen told)" '1 1' 'a worker whose connection breaks while it tells of a job tells it again over the next one'
die "$WORKER"

# Killed in the middle of taking: the server may have given it jobs that it never saw.
hold table 'begin; lock table maitred.jobs in exclusive mode'
worker
becomes "count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and query like '%job_%'"
die "$WORKER"
let_go table
put notify taken 10
becomes "count(*) = 0 from pg_stat_activity where wait_event_type = 'Lock'"
expire; worker
becomes "count(*) = 10 from maitred.jobs where payload ->> 'name' ~ '^taken' and status = 'done'"
is "$(seen taken)" '10 10' 'killed while it took: everything runs, once'

# Lanes over kills: five lanes of twenty, three workers, one killed on the way.
die "$WORKER"
owner "insert into maitred.jobs (tenant, kind, payload, lane) select 'tenant_shop', 'refund_payment', jsonb_build_object('name', 'lane' || l || '/' || lpad(n::text, 2, '0')), 'lane/' || l
  from generate_series(1, 20) n, generate_series(1, 5) l order by n, l" >/dev/null
worker; FIRST=$WORKER; worker; SECOND=$WORKER; worker
becomes "count(*) > 10 from public.seen where name ~ '^lane'"
die "$FIRST"
expire
becomes "count(*) = 100 from maitred.jobs where kind = 'refund_payment' and status = 'done'"
is "$(owner "select count(*) from (select name, at, lag(name) over (partition by split_part(name, '/', 1) order by at) as before from public.seen where name ~ '^lane') x where before > name")" 0 'each lane keeps its order, killed or not'
is "$(owner "select count(distinct name) from public.seen where name ~ '^lane'")" 100 'and loses nothing'
put refund_payment nolane 1
becomes "count(*) = 1 from maitred.jobs where payload ->> 'name' = 'nolane1' and status = 'dead' and last_error ~ 'lane'"
is "$(seen nolane)" '0 0' 'what must run in order and does not say after whom is dead, and says why'

# A poison job, alone in its lane with others behind it.
owner "insert into maitred.jobs (tenant, kind, payload, lane, max_attempts) select 'tenant_shop', 'refund_payment', jsonb_build_object('name', 'behind' || n) || case n when 1 then '{\"fails\": 1}' else '{}' end::jsonb, 'poison', 2 from generate_series(1, 3) n" >/dev/null
becomes "count(*) = 1 from maitred.jobs where payload ? 'fails' and status = 'waiting' and attempts = 1"
is "$(seen behind)" '0 0' 'while it may still work the others wait'
due
becomes "count(*) = 2 from maitred.jobs where lane = 'poison' and status = 'done'"
is "$(owner "select status || ' ' || last_error from maitred.jobs where payload ? 'fails'")" 'dead poison' 'it ends dead, with its reason, and lets them go on'

# A worker that stops: what runs may end, what was not begun is given back untouched.
die "$SECOND"
hold gate 'select pg_advisory_lock(7)'
put notify ends 4 '{"stays": 1}'
becomes "4 = count(*) from pg_locks where locktype = 'advisory' and not granted"
kill -TERM "$WORKER"; let_go gate
wait "$WORKER"; is $? 0 'SIGTERM lets what runs end'
is "$(owner "select string_agg(distinct status || attempts, ' ') from maitred.jobs where payload ->> 'name' ~ '^ends'")" done1 'and the queue knows'

# later(at) is in the row: whoever starts next keeps it.
owner "insert into maitred.jobs (tenant, kind, payload, run_at) values ('tenant_shop', 'notify', '{\"name\": \"later1\"}', now() + interval '3 seconds')" >/dev/null
worker; die "$WORKER"; worker
becomes "count(*) = 1 from maitred.jobs where payload ->> 'name' = 'later1' and status = 'done'"
is "$(owner "select finished_at >= run_at from maitred.jobs where payload ->> 'name' = 'later1'") $(seen later)" 't 1 1' 'a time that was named is kept over restarts'
kill -TERM "$WORKER"; wait "$WORKER" 2>/dev/null
done_testing
