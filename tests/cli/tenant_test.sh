#!/bin/bash
# A tenant's life: made, shown, renamed, suspended, given more, copied, dropped.
. "$(dirname "$0")/tap.bash"
"$M" migrate up >/dev/null
"$M" serve --port "$(port_of)" --workers 1 >"$WORK/log" 2>&1 &
until_true owner 'select 1'
create() { run "$M" tenant create "$@"; }

create 'Bella Napoli' bella.localhost --modules dining,bots --admin-email boss@bella.test --admin-password 'long enough' --json
is "$CODE $(jq -r '[.schema_name, .status, (.modules | join("+"))] | join(" ")' <<<"$OUT")" '0 tenant_bella_napoli active core+payments+dining+bots' 'a tenant is made, with the modules it needs'
is "$(jq -r '.anon_key | split(".")[1] | gsub("-";"+") | gsub("_";"/") | @base64d | fromjson | .role + " " + .tenant' <<<"$OUT")" 'anon tenant_bella_napoli' 'and gets its keys'
is "$(sql bella.localhost 'select count(*) from users')/$(sql bella.localhost 'select count(*) > 0 from menu_items')" 1/t 'an administrator and default data'
create Nameless nameless.localhost --modules dining --json
is "$(jq -r '.admin.email + " " + (.admin.password | length | tostring)' <<<"$OUT")" 'owner@nameless.localhost 16' 'who names nobody gets an owner, and is told the password'
is "$(sql nameless.localhost "select (select count(*) from users) || ' ' || (select count(*) from restaurants) || ' ' || (select count(*) > 5 from menu_items) || ' ' || (select count(*) > 5 from restaurant_tables)")" '1 1 true true' 'with default data'
is "$("$M" tenant show nameless.localhost --keys --json | jq 'has("admin")')" false 'told once'
create Bare bare.localhost --modules dining --bare --json; is "$(jq 'has("admin")' <<<"$OUT")/$(sql bare.localhost 'select count(*) from organizations')" false/0 'a bare one has tables alone'
run "$M" user create bare.localhost boss@bare.test --role owner --password 'long enough'; is $CODE 0 'and gets an organization with its first person'
is "$(sql bare.localhost "select o.name || ' ' || u.role || ' ' || (select count(*) > 5 from menu_items) from users u join organizations o on o.id = u.organization_id")" 'Bare owner true' 'and the default data'
for gone in nameless bare; do run "$M" tenant drop $gone.localhost --yes; done
create Other bella.localhost; is $CODE 4 'a taken domain is refused'
create 'Bella Napoli' other.localhost; is $CODE 4 'a taken schema too'
create X 'Not a domain'; is $CODE 2 'so is what is no domain'
create X x.localhost --theme '{bad'; is "$CODE $(head -1 <<<"$OUT")" '2 maitred: The theme is a JSON object, such as {"primary_color": "#b3261e"}.' 'and a theme that is none'
create X x.localhost --schema pg_catalog; is $CODE 2 'and a reserved schema'
create X x.localhost --modules dining,juggling; like "$OUT" 'no module "juggling"; there are core' 'and a module there is not'
create X x.localhost --admin-email nonsense --admin-password 'long enough'; is $CODE 1 'an administrator who is none undoes everything'
is "$(owner "select count(*) from public.tenants")/$(owner "select count(*) from pg_namespace where nspname = 'tenant_x'")" 1/0 'nothing of those stays'

for i in 1 2 3 4 5; do "$M" tenant create "Same $i" same.localhost --schema tenant_same$i --modules core >"$WORK/same$i" 2>&1 & pids[i]=$!; done
won=0; for i in 1 2 3 4 5; do wait ${pids[i]} && won=$((won + 1)); done
is $won 1 'of many who want one domain at once one gets it'
is "$(owner "select count(*) from pg_namespace where nspname like 'tenant_same%'")" 1 'and the others leave nothing'

answer "$M" tenant list --json; is "$(jq -r '[.[].domain] | sort | join(" ")' <<<"$OUT")" 'bella.localhost same.localhost' 'they are listed'
is "$(jq '[.[] | has("anon_key")] | any' <<<"$OUT")" false 'without keys'
run "$M" tenant show nobody; is $CODE 3 'who is not there is not found'
answer "$M" tenant rename bella.localhost --name 'Bella Roma' --domain roma.localhost --json; is "$(jq -r '.name + " " + .domain + " " + .schema_name' <<<"$OUT")" 'Bella Roma roma.localhost tenant_bella_napoli' 'a tenant is renamed; its schema stays'
run "$M" tenant rename roma.localhost --domain same.localhost; is $CODE 4 'not onto another'
answer "$M" tenant suspend roma.localhost --json; is "$(jq -r .status <<<"$OUT")" suspended 'it is suspended'
answer "$M" tenant resume roma.localhost --json; is "$(jq -r .status <<<"$OUT")" active 'and resumed'
answer "$M" tenant add-module roma.localhost pool --json; is "$(jq -r '.modules | join("+")' <<<"$OUT")" 'core+payments+dining+pool+bots' 'it is given more'
is "$(sql roma.localhost "select to_regclass('pool_tickets') is not null")" t 'with the tables'

# a project of Supabase: its users with hashes and identities, its tables in a schema beside ours
hash=$(owner "select crypt('Correct-horse-9', gen_salt('bf', 4))")
cat >"$WORK/users.jsonl" <<JSON
{"user":{"id":"11111111-1111-4111-8111-111111111111","email":"Ada@shop.test","phone":"491511234567","encrypted_password":"$hash","email_confirmed_at":"2025-01-01T00:00:00Z","raw_user_meta_data":{"full_name":"Ada"},"raw_app_meta_data":{"app_role":"owner"}},"identities":[{"provider":"google","provider_id":"g-1","identity_data":{"sub":"g-1"}}]}
{"user":{"id":"22222222-2222-4222-8222-222222222222","email":"gone@shop.test","deleted_at":"2025-01-01T00:00:00Z"}}
{"user":{"id":"33333333-3333-4333-8333-333333333333","email":"ada@shop.test"}}
JSON
answer "$M" user import roma.localhost "$WORK/users.jsonl" --json; is "$OUT" '{"made":1,"known":0,"left":2}' 'users come along, once'
answer "$M" user import roma.localhost "$WORK/users.jsonl" --json; is "$OUT" '{"made":0,"known":1,"left":2}' 'and again changes nothing'
is "$(sql roma.localhost "select email, phone, role, email_verified, hashed_password = '$hash', app_metadata from users where id = '11111111-1111-4111-8111-111111111111'")" \
  'ada@shop.test|+491511234567|customer|t|t|{}' 'with the password they have, without a role'
run "$M" user import roma.localhost /etc/hostname; is $CODE 2 'what is no user is a mistake'
cat >"$WORK/public.sql" <<'SQL'
SET check_function_bodies = false;
CREATE TABLE public.users (id uuid not null primary key references auth.users(id) on delete cascade, nick text);
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own" ON public.users FOR SELECT USING ((auth.uid() = id));
CREATE FUNCTION public.handle_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ begin insert into public.users values (new.id, new.raw_user_meta_data ->> 'full_name'); return new; end $$;
CREATE TRIGGER made AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();
CREATE FUNCTION public.people() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path TO 'public' AS $$ select count(*) from users where id is distinct from uuid_generate_v4() $$;
CREATE FUNCTION public.secret() RETURNS int LANGUAGE sql AS $$ select 1 $$;
CREATE TABLE public.notes (id uuid DEFAULT extensions.uuid_generate_v4() PRIMARY KEY);
INSERT INTO public.users VALUES ('11111111-1111-4111-8111-111111111111', 'Ada');
CREATE PUBLICATION supabase_realtime FOR TABLE public.users;
SQL
MAITRED=$M run deploy/from-supabase roma.localhost roma_app "$WORK/public.sql"; is $CODE 0 'tables, policies and triggers come along'
"$M" user import roma.localhost - <<<'{"user":{"id":"44444444-4444-4444-8444-444444444444","email":"new@shop.test","raw_user_meta_data":{"full_name":"New"}}}' >/dev/null
is "$(owner "select string_agg(nick, ',' order by nick) from roma_app.users")" 'Ada,New' 'and go on working'
is "$(owner "set role anon; insert into roma_app.notes default values; select roma_app.people()")" 2 'a function with a search_path of its own finds its tables, and extensions are for all'
MAITRED=$M run deploy/from-supabase roma.localhost roma_app "$WORK/public.sql"; is $CODE 3 'a schema that is there is left alone'
owner "drop schema roma_app cascade; update public.tenants set settings = settings - 'schemas'" >/dev/null
{ echo '-- PostgreSQL database dump'; cat "$WORK/public.sql"; cat <<'SQL'
REVOKE ALL ON FUNCTION public.secret() FROM PUBLIC;
GRANT ALL ON FUNCTION public.secret() TO postgres;
GRANT ALL ON FUNCTION public.secret() TO service_role;
GRANT SELECT ON TABLE public.users TO authenticated;
GRANT USAGE ON SCHEMA public TO postgres;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES TO postgres;
SQL
} >"$WORK/whole.sql"
MAITRED=$M run deploy/from-supabase roma.localhost roma_whole "$WORK/whole.sql"; is $CODE 0 'a dump may hold its grants'
is "$(owner "select concat_ws(' ', has_function_privilege('anon', 'roma_whole.secret()', 'execute'), has_function_privilege('service_role', 'roma_whole.secret()', 'execute'), has_table_privilege('authenticated', 'roma_whole.users', 'select'), has_table_privilege('anon', 'roma_whole.users', 'select'))")" 'f t t f' 'which are taken as they are'
owner "drop schema roma_whole cascade; update public.tenants set settings = settings - 'schemas'" >/dev/null
owner "delete from $(owner "select schema_name from public.tenants where domain = 'roma.localhost'").users where email like '%@shop.test'" >/dev/null
answer "$M" user create roma.localhost Waiter@Bella.test --role waiter --password 'long enough' --name 'Will Waiter' --json; is $CODE 0 'people are added'
is "$(sql roma.localhost "select u.role || ' ' || s.department from users u join staff s using (id) where u.email = 'waiter@bella.test'")" 'waiter service' 'with their employment'
run "$M" user create roma.localhost waiter@bella.test --password 'long enough'; is $CODE 4 'once'
run "$M" user create roma.localhost a@b.test --role emperor --password 'long enough'; is "$CODE $(head -1 <<<"$OUT")" '2 maitred: There is no role "emperor".' 'with a role there is'
run "$M" user create roma.localhost a@b.test --password short; is $CODE 2 'and a password that deserves the name'
is "$(sql roma.localhost 'select current_schema()')" tenant_bella_napoli 'psql works inside the tenant'
run "$M" psql bella_napoli -c 'select 1' -c 'select 2' -- -qXAt; is "$OUT" $'1\n2' 'a short name finds the tenant, and each -c runs'
store() { printf '%s' "$1" | "$M" integration set "${@:2}" 2>&1; }
is "$(store '{"login": "s3cret"}' roma.localhost iiko --base-url https://api.example.com; echo $?)" "$(printf 'iiko is stored, sealed.\n0')" 'an account at another system is stored'
is "$("$M" integration list roma.localhost --json | jq -c '[.[] | [.type, .base_url]]')" '[["iiko","https://api.example.com"]]' 'and listed, without its secret'
like "$(store 's3cret' roma.localhost iiko)" 'is no JSON' 'what is no JSON is refused'
is "$(store 's3cret' roma.localhost iiko | grep -c s3cret)/$(sql roma.localhost "select count(*) from integration_credentials c where c::text ~ 's3cret'")" 0/0 'and shown nowhere'
run "$M" psql roma.localhost --role anon -c 'select count(*) from users' -- -qXAt; like "$OUT" 'permission denied' 'as anybody, under row security'
run "$M" psql roma.localhost --as waiter@bella.test -c "select auth.app_role() || ' ' || current_user" -- -qXAt; is "$OUT" 'waiter authenticated' 'as one person'
run "$M" psql roma.localhost --as ghost@bella.test -c 'select 1'; is $CODE 3 'whom there must be'

BEFORE=$("$M" tenant show roma.localhost --keys --json | jq -c '[.id, .anon_key, .service_role_key]')
ITEMS=$(sql roma.localhost "select md5(string_agg(id || name || price, ',' order by id)) from menu_items")
run "$M" tenant export roma.localhost "$WORK/roma.tar"; is $CODE 0 'it is exported'
is "$(stat -c %a "$WORK/roma.tar")" 600 'into a file that nobody else reads'
run "$M" tenant export roma.localhost "$WORK/roma.tar"; is $CODE 4 'an export is not written over'
run "$M" tenant export roma.localhost "$WORK/roma.tar" --force; is $CODE 0 'unless it is told to'
is "$(tar -tf "$WORK/roma.tar" | sort | tr '\n' ' ')" 'schema.dump tenant.json ' 'into one file'
run "$M" tenant import "$WORK/roma.tar"; is $CODE 4 'which is not brought back over itself'
run "$M" tenant drop roma.localhost; is $CODE 2 'dropping asks'
run "$M" tenant drop roma.localhost --yes; is $CODE 0 'or is told'
is "$(owner "select count(*) from pg_namespace where nspname = 'tenant_bella_napoli'")" 0 'everything is gone'
run "$M" tenant import "$WORK/roma.tar" --domain again.localhost; is $CODE 0 'the copy brings it back'
is "$("$M" tenant show again.localhost --keys --json | jq -c '[.id, .anon_key, .service_role_key]')" "$BEFORE" 'with its keys'
is "$(sql again.localhost "select md5(string_agg(id || name || price, ',' order by id)) from menu_items")" "$ITEMS" 'and its data'
run "$M" psql again.localhost --role anon -c 'select count(*) from users' -- -qXAt; like "$OUT" 'permission denied' 'its rights are what they were'
is "$(sql again.localhost "select count(*) from pg_policies where schemaname = 'tenant_bella_napoli' and policyname = 'tenant_guard'")" "$(sql again.localhost "select count(*) from pg_tables where schemaname = 'tenant_bella_napoli' and rowsecurity and tablename in (select tablename from pg_policies where schemaname = 'tenant_bella_napoli' and policyname = 'tenant_guard')")" 'every table has its guard'
run "$M" migrate up; like "$OUT" 'Nothing to do' 'its ledger came along'
run "$M" tenant import "$WORK/roma.tar" --domain copy.localhost --schema tenant_copy; is $CODE 0 'a copy may stand beside the original'
is "$(sql copy.localhost "select current_schema() || md5(string_agg(id || name || price, ',' order by id)) from menu_items")" "tenant_copy$ITEMS" 'with its data, under its own name'
is "$("$M" tenant show copy.localhost --keys --json | jq -c '[.id, .anon_key, .service_role_key] | map(IN('"$BEFORE"'[])) | any')" false 'and with an id and keys of its own'
is "$(sql copy.localhost "select count(*) from pg_policies where schemaname = 'tenant_copy' and (coalesce(qual, '') || coalesce(with_check, '')) ~ 'bella_napoli'")" 0 'its guards let nobody else in'
run "$M" migrate up; like "$OUT" 'Nothing to do' 'its ledger is its own'
answer "$M" tenant drop copy.localhost --yes --json; is "$(jq -r .schema_name <<<"$OUT")" tenant_copy 'what was dropped is told to programs'
echo rubbish >"$WORK/rubbish.tar"
run "$M" tenant import "$WORK/rubbish.tar"; is "$CODE $OUT" "2 maitred: $WORK/rubbish.tar is no export of a tenant." 'rubbish is refused, in one sentence'
done_testing
