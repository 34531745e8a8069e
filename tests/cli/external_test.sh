#!/bin/bash
# A PostgreSQL that is already there (database_url), as a role that is no superuser: from an empty database to a tenant that answers.
. "$(dirname "$0")/tap.bash"
PORT=$(port_of)
ready() { curl -fs -o /dev/null "http://127.0.0.1:$1/readyz"; }
ask() { curl -s -H "Host: house.localhost" -H "apikey: $KEY" "$@"; } # of the tenant

"$M" serve --port "$PORT" --workers 1 >"$WORK/private.log" 2>&1 & # whose cluster plays the server that somebody else runs
until_true ready "$PORT"
owner "create role landlord login createrole" >/dev/null
owner "create database estate owner landlord" >/dev/null

export DATABASE_URL="host=$MAITRED_DATA_DIR/socket user=landlord dbname=estate" MAITRED_DATA_DIR=$WORK/other
landlord() { psql -qXAt "$DATABASE_URL" -c "$1"; }
mkdir "$MAITRED_DATA_DIR"
chmod 755 "$MAITRED_DATA_DIR"
run "$M" migrate up; is $CODE 0 'an empty database is set up'
run "$M" tenant create house house.localhost --admin-email owner@house.test --admin-password Correct-horse-9; is $CODE 0 'a tenant is made'
is "$(landlord "select current_setting('is_superuser')")" off 'by a role that is no superuser'
is "$(landlord "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'tenant_house' and c.relkind = 'r' and not c.relrowsecurity")" 0 'row security is on in all its tables'
"$M" serve --port $((PORT + 1)) --workers 1 >"$WORK/log" 2>&1 &
SERVER=$!
is "$(until_true ready $((PORT + 1)) && echo ready)" ready 'a daemon serves it'
is "$(find "$MAITRED_DATA_DIR" -mindepth 1 -maxdepth 1 -name '*postgres*' | wc -l)" 0 'without a PostgreSQL of its own'
HOUSE=http://127.0.0.1:$((PORT + 1))
KEY=$(curl -s -H 'Host: house.localhost' "$HOUSE/app/config" | jq -r .anon_key)
TOKEN=$(ask "$HOUSE/auth/v1/token?grant_type=password" -H 'content-type: application/json' -d '{"email":"owner@house.test","password":"Correct-horse-9"}' | jq -r .access_token)
is "$(ask "$HOUSE/rest/v1/organizations?select=name")" '[{"name":"house"}]' 'what is public is read'
is "$(ask "$HOUSE/rest/v1/users?select=email" -H "authorization: Bearer $TOKEN")" '[{"email":"owner@house.test"}]' 'its owner signs in and sees people'
is "$(ask "$HOUSE/rest/v1/users?select=email" | jq -r .code)" 42501 'a stranger does not'
is "$(ask -o /dev/null -w '%{http_code}' -X POST "$HOUSE/rest/v1/customers" -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"full_name":"Ada"}')" 201 'and writes'
run "$M" migrate up; is $CODE 0 'migrating again changes nothing'
run "$M" tenant drop tenant_house --yes; is $CODE 0 'the tenant goes'
is "$(landlord "select count(*) from pg_namespace where nspname like 'tenant%'")" 0 'and nothing is left of it'
kill -TERM $SERVER; wait $SERVER; is $? 0 'the daemon ends well'
is "$(psql -qXAt "$DATABASE_URL" -c 'select 1')" 1 'and leaves the server running'
done_testing
