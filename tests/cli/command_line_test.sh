#!/bin/bash
# What the command line says, and its exit codes (docs/operations.md).
. "$(dirname "$0")/tap.bash"

run "$M"; is $CODE 2 'no command is a mistake'
like "$OUT" 'usage: maitred COMMAND' 'which shows the commands'
run "$M" --help; is $CODE 0 'asking for help is none'
run "$M" frobnicate; is $CODE 2 'an unknown command is a mistake'
run "$M" tenant; is $CODE 2 'half a command too'
like "$OUT" 'tenant create|create NAME DOMAIN' 'its other half is shown'
run "$M" tenant create --help; is $CODE 0 'every command has help'
like "$OUT" '--admin-email ADDRESS' 'with its options'
run "$M" tenant create only; is $CODE 2 'a missing argument is a mistake'
run "$M" migrate up --nonsense; is $CODE 2 'an unknown option too'
run "$M" config --port 99999999; is $CODE 2 'a setting out of bounds too'
like "$OUT" 'port is a whole number from 1 to 65535' 'which says what would be right'
run "$M" migrate up --to 3; like "$OUT" 'say --module too' 'a version without its module is asked about'
run env MAITRED_PORT=8123 "$M" config --json --workers 3
is "$(jq -c '[.[] | select(.name == "port" or .name == "workers") | [.name, .value, .origin]]' <<<"$OUT")" \
  '[["port","8123","environment"],["workers","3","option"]]' 'settings know where they come from'
run env MAITRED_{PLATFORM_TOKEN,METRICS_TOKEN,JWT_SECRET,SMTP_OAUTH_SECRET}=topsecret "$M" config
is "$(grep -c topsecret <<<"$OUT")" 0 'secrets are not shown'
# the process list shows no secret: what stands in an option is taken out at once, and - keeps it from ever being there
mkfifo "$WORK/line"
"$M" tenant create Shop shop.test --admin-password=hush-hush --platform-token hush-too --metrics-token hush-three --database-url - <"$WORK/line" >/dev/null 2>&1 &
shop=$!
exec 9>"$WORK/line"
until_true grep -qa xxxxxxxxx "/proc/$shop/cmdline"
is "$(tr '\0' ' ' <"/proc/$shop/cmdline" | grep -c hush)" 0 'no password stands in the process list'
is "$(tr '\0' ' ' <"/proc/$shop/cmdline" | grep -oc 'shop.test')" 1 'what is no secret does'
exec 9>&-
wait $shop
run "$M" --version; like "$OUT" '^maitred [0-9]+\.' 'the version is told'
answer "$M" version --json; is "$(jq -r 'has("maitred")' <<<"$OUT")" true 'to programs too'
run "$M" completion bash; is "$(bash -n <<<"$OUT" && echo sound)" sound 'completion is a sound script'
is "$(bash -c "$OUT"'; COMP_WORDS=(maitred tenant cr) COMP_CWORD=2; _maitred; echo "${COMPREPLY[*]}"')" create 'that completes'
run "$M" completion fish; is "$(grep -c "^complete -c maitred -f -n '__fish_seen_subcommand_from tenant' -a create " <<<"$OUT")" 1 'for fish too'
run "$M" completion tcsh; is $CODE 2 'and for no shell that it does not know'
run "$M" tenant lst; is $CODE 2 'a slip is a mistake'
like "$OUT" 'no command "tenant lst"; did you mean "tenant list"' 'that is understood'
run "$M" tenat list; like "$OUT" 'did you mean "tenant"' 'in the first word too'
run "$M" frobnicate; like "$OUT" 'no command "frobnicate"; `maitred help`' 'where nothing is near, nothing is guessed'
run "$M" tenant create only; like "$OUT" 'DOMAIN is missing' 'the argument that is missing is named'
run "$M" tenant create one two three; like "$OUT" '"three" is one argument too many' 'and the one that is too many'
run "$M" serve --trusted-proxies 10.0.0.0/8,10.0.0.0/40; is $CODE 2 'a proxy that cannot be read is refused, not passed over'
like "$OUT" 'trusted_proxies: "10.0.0.0/40" is no address' 'by its name'
run "$M" serve --cors-origins https://shop.example/; is $CODE 2 'an origin too'
run "$M" serve --explain on; like "$OUT" '"=": --explain=on' 'how a switch takes its value is said'
run "$M" -v; is $CODE 0 'the version is told by its short name too'
is "$("$M" help | sed -nE 's/^(  tenant add-module.* )give .*/\1/p' | tr -d '\n' | wc -m)" "$("$M" help | sed -nE 's/^(  tenant list +)list .*/\1/p' | tr -d '\n' | wc -m)" 'columns stand straight, whatever is in them'
run "$M" user create nowhere notanemail; like "$OUT" '"notanemail" is no e-mail address' 'an address is looked at before a password is asked for'
run env DATABASE_URL='postgresql://nobody@127.0.0.1:1/none' "$M" tenant list; is $CODE 5 'an unreachable database has a code of its own'
run "$M" tenant list; is $CODE 4 'a database without tables says so'
like "$OUT" 'maitred migrate up' 'and what to do'
run "$M" tenant list --db-dir "$WORK/nowhere"; is $CODE 4 'commands that need no files do not ask for them'
run "$M" migrate up --db-dir "$WORK/nowhere"; is $CODE 2 'those that do, do'
answer "$M" doctor --json; is "$(jq -r '[.[] | select(.check == "PostgreSQL") | .verdict] | first' <<<"$OUT")" ok 'the doctor finds PostgreSQL'
port=$(port_of)
"$M" serve --port "$port" --workers 1 >"$WORK/log" 2>&1 &
until_true curl -fs "http://127.0.0.1:$port/readyz"
run "$M" migrate status -t nobody; is $CODE 3 'the state of a tenant that is not there is not found'
run "$M" serve --port "$(port_of)"; is $CODE 4 'a second daemon on one directory is a conflict'
done_testing
