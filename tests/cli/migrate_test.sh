#!/bin/bash
# The migration engine on a copy of db/ that this test edits.
. "$(dirname "$0")/tap.bash"
cp -r db "$WORK/db"
export MAITRED_DB_DIR=$WORK/db
LAST=$(ls db/tenant/core | sed -n 's/^\([0-9]*\)_.*/\1/p' | sort -n | tail -1)
N1=$(printf %04d $((10#$LAST + 1))) N2=$(printf %04d $((10#$LAST + 2)))
write() { printf -- '-- A test.\n-- up\n%s\n-- down\n%s\n' "$2" "$3" >"$WORK/db/tenant/core/$1"; }
changed() { jq -c '[.tenants_changed, .tenants_failed, .migrations]' <<<"$OUT"; }

answer "$M" migrate up --json; is "$CODE $(jq '.platform > 4 and .functions > 50' <<<"$OUT")" '0 true' 'the first run sets everything up'
"$M" serve --port "$(port_of)" --workers 1 >"$WORK/log" 2>&1 &
until_true owner 'select 1'
for t in one two three; do "$M" tenant create $t $t.localhost --schema tenant_$t --modules core >/dev/null || echo "# $t was not made"; done
run "$M" migrate up; like "$OUT" 'Nothing to do: 3 tenants' 'a run with nothing to do says so'

write ${N1}_add_colour.sql 'alter table organizations add colour text; alter table users add loyalty_points int;' 'alter table users drop loyalty_points; alter table organizations drop colour;'
answer "$M" migrate status --json; is "$(jq '[.[] | select(.module == "core") | .pending] | add' <<<"$OUT")" 3 'a new file is pending in every tenant'
answer "$M" migrate up --tenant one.localhost --json; is "$(changed)" '[1,0,1]' 'one tenant can go first'
answer "$M" migrate up --json; is "$(changed)" '[2,0,2]' 'the others follow'
is "$(owner "select count(*) from information_schema.columns where column_name = 'colour' and table_schema like 'tenant_%'")" 3 'every tenant has the column'
is "$(owner "select count(*) from public.tenants t where has_column_privilege('authenticated', (t.schema_name || '.users')::regclass, 'loyalty_points', 'select')")" 3 'and one on users is readable as users are'
owner 'alter event trigger maitred_column_was_added disable; alter table tenant_one.users add nickname text' >/dev/null
run "$M" doctor; like "$OUT" 'tenant_one.users.nickname' 'the doctor says which column nobody reads'
owner 'alter event trigger maitred_column_was_added enable; alter table tenant_one.users drop nickname' >/dev/null

owner 'create table tenant_two.in_the_way (id int)' >/dev/null
write ${N2}_create_in_the_way.sql $'create table before_it (id int);\n\ncreate table in_the_way (id int);' 'drop table in_the_way, before_it;'
run "$M" migrate up; is $CODE 6 'a tenant that fails gives a code of its own'
like "$OUT" "tenant_two: tenant/core/${N2}_create_in_the_way.sql.*already exists" 'is named, with file and reason'
is "$(owner "select count(*) from pg_tables where tablename = 'before_it'")" 2 'the others are done, and it is left as it was'
run "$M" migrate status; like "$OUT" 'tenant_two +core .*failed' 'the status remembers it'
owner 'drop table tenant_two.in_the_way' >/dev/null
answer "$M" migrate up --json; is "$CODE $(changed)" '0 [1,0,1]' 'the next run picks up where it stopped'
run "$M" migrate status; is "$(grep -c failed <<<"$OUT")" 0 'and the failure is forgotten'

write ${N2}_create_in_the_way.sql 'create table in_the_way (id int, more int);' 'drop table in_the_way;'
run "$M" migrate up; is $CODE 4 'an applied migration that was edited is refused'
like "$OUT" "${N2}_create_in_the_way.sql was edited" 'by name'
run "$M" migrate up --accept-edits; is $CODE 0 'unless it is accepted'
run "$M" migrate up; like "$OUT" 'Nothing to do' 'from then on it is in order'

write ${N2}_create_in_the_way.sql 'create table in_the_way (id int, more int);' 'drop table in_the_way; drop table before_it;'
answer "$M" migrate down --tenant tenant_one --json; is "$(changed)" '[1,0,1]' 'the newest is taken back'
is "$(owner "select count(*) from pg_tables where tablename = 'in_the_way'")" 2 'in that tenant alone'
answer "$M" migrate down --module core --to $((10#$LAST)) --json; is "$(changed)" '[3,0,5]' 'down to a version means: what is above it goes'
is "$(owner "select count(*) from information_schema.columns where column_name = 'colour'")" 0 'newest first'
answer "$M" migrate up --json; is "$(changed)" '[3,0,6]' 'and it can be applied again'

printf "create function api.test_greeting(p_name text) returns text language sql as \$\$ select 'hello ' || p_name \$\$;\n" >"$WORK/db/api/core/test_greeting.sql"
answer "$M" migrate up --json; is "$(jq .functions <<<"$OUT")" 1 'a new function is put in place'
printf "create function api.test_greeting(p_name text, p_title text default 'Dr') returns text language sql as \$\$ select p_title || p_name \$\$;\n" >"$WORK/db/api/core/test_greeting.sql"
run "$M" migrate up; is "$(owner "select string_agg(pronargs::text, ' ') from pg_proc where proname = 'test_greeting'")" 2 'a changed signature leaves no overload behind'
run "$M" migrate up; like "$OUT" 'Nothing to do' 'once'
rm "$WORK/db/api/core/test_greeting.sql"
run "$M" migrate up; is "$(owner "select count(*) from pg_proc where proname = 'test_greeting'")" 0 'a function without its file goes'
printf "create or replace function app.test_helper(p int) returns int language sql as 'select 1';\n" >"$WORK/db/app/core/test_helper.sql"
"$M" migrate up >/dev/null
printf "create or replace function app.test_helper(p int, q int default 0) returns int language sql as 'select 2';\n" >"$WORK/db/app/core/test_helper.sql"
run "$M" migrate up; is "$(owner 'select app.test_helper(1)')" 2 'nor does a private one become ambiguous'
printf "create or replace function app.test_helper(p int, q int default 0) returns text language sql as 'select 3::text';\n" >"$WORK/db/app/core/test_helper.sql"
run "$M" migrate up; is "$(owner 'select app.test_helper(1)')" 3 'a new result type takes its place'
printf "create or replace function app.test_right() returns int language sql as 'select 1';\ngrant execute on function app.test_right() to anon;\n" >"$WORK/db/app/core/test_right.sql"
"$M" migrate up >/dev/null
is "$(owner "select has_function_privilege('anon', 'app.test_right()', 'execute')")" t 'a right that a file gives is there'
printf "create or replace function app.test_right() returns int language sql as 'select 2';\n" >"$WORK/db/app/core/test_right.sql"
"$M" migrate up >/dev/null
is "$(owner "select has_function_privilege('anon', 'app.test_right()', 'execute') || ' ' || app.test_right()")" 'false 2' 'one that it no longer gives is taken away'
printf "create function api.broken() returns int language sql as 'select 1';\nselect nonsense();\n" >"$WORK/db/api/core/broken.sql"
run "$M" migrate up; like "$OUT" 'api/core/broken.sql:2: function nonsense\(\) does not exist' 'a mistake is told with file and line'
is "$(owner "select count(*) from pg_proc where proname = 'broken'")" 0 'and nothing of the file stays'
rm "$WORK/db/api/core/broken.sql"

# pool 0152: a ticket opens the gate more than once; before it, once
"$M" tenant create four four.localhost --schema tenant_four --modules core,payments,pool >/dev/null || echo '# tenant four was not made'
owner "set search_path to tenant_four, public, extensions; set session_replication_role = replica;
  insert into pool_entries (organization_id, ticket_id, code, result, people)
  select id, '11111111-1111-4111-8111-111111111111', 'T', 'entered', 1 from organizations, generate_series(1, 3)" >/dev/null
answer "$M" migrate down --module pool --to 151 --tenant tenant_four --json; is "$CODE" 0 'the pool goes back to one entry a ticket'
is "$(owner "select string_agg(result || n, ' ' order by result) from (select result, count(*) as n from tenant_four.pool_entries group by 1) e")" 'entered1 refused2' 'whoever came in later was refused'
is "$(owner "select count(*) from pg_indexes where schemaname = 'tenant_four' and indexname = 'pool_entries_once'")" 1 'the index is there again'
answer "$M" migrate up --tenant tenant_four --json; is "$CODE" 0 'and up again'

# payments 0251 and pool 0250: a provider's names of things are neutral columns; before them, one provider's
owner "set search_path to tenant_four, api, app, public; set session_replication_role = replica;
  insert into payments (organization_id, booking_type, amount, currency, reference, provider, provider_ref, provider_data)
  select o.id, 'other', 5, 'EUR', r.reference, r.provider, r.ref, r.data::jsonb from organizations o, (values
    ('a', 'stripe', 'pi_1', '{\"payment_id\": \"ch_1\"}'), ('b', 'stripe', 'pi_2', '{}'), ('c', 'stripe', 'ch_3', '{\"payment_id\": \"ch_3\"}'), ('d', 'manual', null, '{}')) r (reference, provider, ref, data);
  insert into refunds (organization_id, payment_id, amount, currency, method, provider, provider_ref)
  select organization_id, id, 1, 'EUR', 'online', 'stripe', 're_1' from payments where reference = 'a'" >/dev/null
answer "$M" migrate down --module payments --to 250 --tenant tenant_four --json; is "$CODE" 0 'payments go back to one provider'
is "$(owner "select string_agg(concat_ws('|', reference, provider, coalesce(stripe_intent_id, '-'), coalesce(stripe_payment_id, '-')), ' ' order by reference) from tenant_four.payments")" \
  'a|stripe|pi_1|ch_1 b|stripe|pi_2|- c|stripe|-|ch_3 d|manual|-|-' 'each name in its old column'
is "$(owner "select stripe_refund_id from tenant_four.refunds")" re_1 'the refund'"'"'s too'
answer "$M" migrate up --tenant tenant_four --json; is "$CODE" 0 'and up again'
is "$(owner "select string_agg(concat_ws('|', reference, provider, coalesce(provider_ref, '-'), provider_data ->> 'payment_id'), ' ' order by reference) from tenant_four.payments")" \
  'a|stripe|pi_1|ch_1 b|stripe|pi_2 c|stripe|ch_3|ch_3 d|manual|-' 'nothing is lost on the way'
is "$(owner "select provider || ' ' || provider_ref from tenant_four.refunds")" 'stripe re_1' 'nor of refunds'
owner "set session_replication_role = replica; update tenant_four.payments set booking_type = 'spaceship' where reference = 'd'" >/dev/null
answer "$M" migrate down --module payments --to 249 --tenant tenant_four --json; is "$CODE" 0 'booking types are a closed list again'
is "$(owner "select booking_type || ' ' || (metadata ->> 'booking_type') from tenant_four.payments where reference = 'd'")" 'other spaceship' 'one that is not in it is another'
answer "$M" migrate up --tenant tenant_four --json; is "$CODE" 0 'and up once more'

exec {LOCKER}> >(exec psql -qXAt -h "$MAITRED_DATA_DIR/socket" -U maitred -d maitred >/dev/null 2>&1)
HOLDER=$!
echo 'select pg_advisory_lock(7165014712);' >&"$LOCKER"
locked() { [ "$(owner "select count(*) from pg_locks where locktype = 'advisory' and granted")" = 1 ]; }
until_true locked
"$M" migrate up >"$WORK/second" 2>&1 & SECOND=$!
is "$(until_true grep -q 'another migration is running; waiting' "$WORK/second" && echo waits)" waits 'two migrators do not meet'
kill $HOLDER
wait $SECOND; is $? 0 'the second goes on after the first'
done_testing
