#!/bin/bash
# The queue: what runs, what waits, what is tried again, and what a dead worker leaves behind.
. "$(dirname "$0")/tap.bash"
"$M" migrate up >/dev/null
"$M" tenant create Shop shop.localhost --schema tenant_shop --modules core --admin-email boss@shop.test --admin-password 'long enough' >/dev/null
mkdir "$WORK/mail"; chmod 777 "$WORK/mail"
export MAITRED_OUTBOX_DIR=$WORK/mail
# The cluster stays up between commands as long as somebody uses it: this session does.
"$M" psql shop.localhost -c 'select pg_sleep(600)' >/dev/null 2>&1 &
until_true owner 'select 1'
owner "update maitred.schedules set next_run_at = now() + interval '1 day'" >/dev/null
job() { owner "insert into maitred.jobs (tenant, kind, payload, key, max_attempts) values ($1, '$2', '$3', ${4:-null}, ${5:-12}) returning id"; }
state() { owner "select status || ' ' || attempts from maitred.jobs where id = '$1'"; }
once() { answer "$M" jobs run-once --json; }

MAIL=$(job "'tenant_shop'" send_mail '{"to":"guest@shop.test","subject":"Hello","text":"Your table is ready."}')
once; is "$(jq .ran <<<"$OUT") $(state "$MAIL")" '1 done 1' 'a job runs'
is "$(grep -rl 'Your table is ready' "$WORK/mail" | wc -l)" 1 'and does its work'
once; is "$(jq .ran <<<"$OUT")" 0 'once'

STRANGE=$(job null juggle '{}')
once; is "$(state "$STRANGE")" 'waiting 0' 'a job of an unknown kind waits for a program that knows it'
answer "$M" jobs list --kind juggle --json; is "$(jq length <<<"$OUT")" 1 'and is listed'
run "$M" jobs cancel "$STRANGE"; is "$CODE $(state "$STRANGE")" '0 cancelled 0' 'it is taken back'
run "$M" jobs cancel "$STRANGE"; is $CODE 4 'once'
run "$M" jobs retry 00000000-0000-0000-0000-000000000000; is $CODE 3 'what is not there is not found'

# app.maintain_tenant is out of order for a while.
sql shop.localhost 'alter function app.maintain_tenant() rename to maintain_tenant_away; create function app.maintain_tenant() returns jsonb language plpgsql as $$ begin raise exception $a$out of order$a$; end $$' >/dev/null
FAILS=$(job "'tenant_shop'" maintain_tenant '{}' null 2)
once; is "$(state "$FAILS")" 'waiting 1' 'a job that fails is tried again'
is "$(owner "select run_at between created_at + interval '2 seconds' and now() + interval '8 seconds' and last_error = 'out of order' from maitred.jobs where id = '$FAILS'")" t 'after a while, and says why'
owner "update maitred.jobs set run_at = now() where id = '$FAILS'" >/dev/null
once; is "$(state "$FAILS")" 'dead 2' 'until its tries are used up'
sql shop.localhost 'drop function app.maintain_tenant(); alter function app.maintain_tenant_away() rename to maintain_tenant' >/dev/null
run "$M" jobs retry "$FAILS"; is "$CODE $(state "$FAILS")" '0 waiting 0' 'a person lets it try again'
once; is "$(state "$FAILS")" 'done 1' 'which works when the cause is gone'
BAD=$(job "'tenant_shop'" send_mail '[]')
once; is "$(state "$BAD")" 'dead 1' 'what can never work is not tried again'

LOST=$(job "'tenant_shop'" maintain_tenant '{}')
owner "update maitred.jobs set status = 'running', attempts = 1, locked_by = 'gone:1/0', locked_until = now() - interval '1 second' where id = '$LOST'" >/dev/null
HELD=$(job "'tenant_shop'" maintain_tenant '{}')
owner "update maitred.jobs set status = 'running', attempts = 1, locked_by = 'busy:1/0', locked_until = now() + interval '1 hour' where id = '$HELD'" >/dev/null
once; is "$(state "$LOST") / $(state "$HELD")" 'done 2 / running 1' 'what a dead worker held runs again; what a living one holds does not'

"$M" tenant suspend shop.localhost >/dev/null
WAITS=$(job "'tenant_shop'" maintain_tenant '{}')
once; is "$(state "$WAITS")" 'waiting 0' 'jobs of a suspended tenant wait'
"$M" tenant resume shop.localhost >/dev/null
once; is "$(state "$WAITS")" 'done 1' 'until it is active again'

owner "update maitred.schedules set next_run_at = now() - interval '3 days', last_run_at = null where name = 'maintain_tenant'" >/dev/null
once; is "$(jq .ran <<<"$OUT")" 1 'a schedule that was missed runs once, for each tenant'
is "$(owner "select next_run_at > now() and next_run_at <= now() + every from maitred.schedules where name = 'maintain_tenant'")" t 'and then keeps to its rhythm'

# Twenty jobs, three workers, and one of them is killed.
owner "insert into maitred.jobs (tenant, kind, payload) select 'tenant_shop', 'send_mail', jsonb_build_object('to', 'twenty@shop.test', 'subject', 'n' || n, 'text', 'number ' || n || '.') from generate_series(1, 20) n" >/dev/null
for i in 1 2 3; do "$M" jobs run-once >/dev/null 2>&1 & pids[i]=$!; done
for i in 1 2 3; do wait ${pids[i]}; done
is "$(owner "select count(*) || ' ' || max(attempts) from maitred.jobs where payload ->> 'to' = 'twenty@shop.test' and status = 'done'")" '20 1' 'several workers share the work'
is "$(cat "$WORK"/mail/* | grep -c '^number [0-9]*\.')" 20 'and each piece is done once'

owner "insert into maitred.jobs (tenant, kind, payload) select 'tenant_shop', 'notify', jsonb_build_object('user_id', id, 'title', 'Table 4', 'message', 'asks for the bill', 'channels', '[\"email\",\"sms\"]'::jsonb) from tenant_shop.users" >/dev/null
once
is "$(cat "$WORK"/mail/* | grep -c 'asks for the bill')" 1 'a notification goes out by the channels its reader has'
done_testing
