#!/bin/bash
# Secrets at rest: a new key for all of them, what was sealed before there were places, and what was moved.
. "$(dirname "$0")/tap.bash"
"$M" migrate up >/dev/null
"$M" serve --port "$(port_of)" --workers 1 >"$WORK/log" 2>&1 &
until_true owner 'select 1'
for name in one two; do "$M" tenant create $name $name.localhost --modules payments,bots >/dev/null; done
store() { printf '%s' "$1" | "$M" integration set "${@:2}" >/dev/null 2>&1; }
sealed() { owner "select credentials from tenant_$1.integration_credentials where integration_type = '$2'"; }
key_of() { sealed "$@" | cut -d. -f1-2; }

store '{"login": "first"}' one.localhost iiko; store '{"login": "second"}' one.localhost stripe; store '{"login": "third"}' two.localhost iiko
is "$(key_of one iiko) $(key_of two iiko)" 'v2.1 v2.1' 'the first key seals'
answer "$M" secrets turn --json; is "$CODE $OUT" '0 {"sealed":3,"lost":0}' 'a new one takes over, for every tenant'
is "$(key_of one iiko) $(key_of one stripe) $(key_of two iiko)" 'v2.2 v2.2 v2.2' 'what was stored is sealed with it'
store '{"login": "fourth"}' one.localhost sendgrid; is "$(key_of one sendgrid)" v2.2 'and what comes'
is "$(owner "select count(*) from maitred.secrets where name like 'seal_key/%'")" 2 'the key before stays'

# moved to another row, and to another tenant
owner "update tenant_one.integration_credentials set credentials = (select credentials from tenant_one.integration_credentials where integration_type = 'iiko') where integration_type = 'stripe'" >/dev/null
owner "update tenant_two.integration_credentials set credentials = '$(sealed one iiko)'" >/dev/null
answer "$M" secrets turn --json; is "$CODE $OUT" '0 {"sealed":2,"lost":2}' 'what was moved does not open'
is "$(key_of one iiko) $(key_of one stripe) $(key_of two iiko)" 'v2.3 v2.2 v2.2' 'and is left as it is'

# what was sealed before there were places opens after the migration, and what is another installation's stops nothing
"$M" migrate down --tenant tenant_one --module bots --to 319 >/dev/null
owner "insert into maitred.secrets (name, value) values ('credentials_key', 'of old') on conflict (name) do update set value = excluded.value" >/dev/null
owner "update tenant_one.integration_credentials set credentials = case integration_type when 'sendgrid' then public.pgp_sym_encrypt('{}', 'somebody else''s')
  else public.pgp_sym_encrypt('{\"login\": \"of old\"}', 'of old', 'cipher-algo=aes256, compress-algo=0, s2k-mode=1') end" >/dev/null
run "$M" migrate up; is $CODE 0 'a tenant of before is migrated'
is "$(key_of one iiko) $(key_of one stripe) $(sealed one sendgrid | cut -c1-5)" 'v2.3 v2.3 lost.' 'with its secrets sealed for their rows'
answer "$M" secrets turn --json; is "$CODE $OUT" '0 {"sealed":2,"lost":2}' 'which open'
is "$(owner "select count(*) from pg_proc where proname = 'open_secret'")" 0 'nothing in the database opens them'
done_testing
