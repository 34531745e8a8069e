#!/usr/bin/env bash
# Money from outside: events of a provider accepted (signature, one row and one job each) and settled into the ledger, and the signature check beside the
# stripe package's own in node.
#   PAY_EVENTS=100000 PAY_PAYMENTS=20000 BENCH_SECONDS=5 bench/pay.sh      figures to standard output
# The provider is a small server here, which answers each question at once: every event makes its object be read again there.
. "$(dirname "$0")/lib.sh"
events=${PAY_EVENTS:-100000}
payments=${PAY_PAYMENTS:-20000}
node=$BENCH_ROOT/tests/node_modules/.bin/node
peer=$BENCH_ROOT/bench/peers/stripe
built=$(dirname "$(realpath "$MAITRED")")
provider_port=$((BENCH_PORT + 3))
secret=whsec_bench_0123456789abcdef
load=$(cut -d' ' -f1 /proc/loadavg)
[ -d "$peer/node_modules" ] || (cd "$peer" && PATH="$BENCH_ROOT/tests/node_modules/.bin:$PATH" npm ci --no-audit --no-fund --silent >&2)
bench_daemon --workers 2 --stripe-url "http://127.0.0.1:$provider_port"
bench_tenant bench dining >/dev/null
sql() { PGOPTIONS='-c search_path=tenant_bench,api,app,public' psql -qXAt -v ON_ERROR_STOP=1 -c "$1"; }

token=$(bench_login bench)
path=$(curl -sf "http://bench.localhost:$BENCH_PORT/rest/v1/rpc/set_payment_account" -H "apikey: $(jq -r .anon_key "$BENCH_DATA/bench.json")" -H "authorization: Bearer $token" \
  -H 'content-type: application/json' -d "{\"p_provider\":\"stripe\",\"p_secrets\":{\"secret_key\":\"sk_test_bench\",\"webhook_secret\":\"$secret\"}}" | jq -r .webhook_path)
# payments whose guests are at the provider's page
sql "insert into user_credits (organization_id, code, amount, remaining, currency, source)
       select o.id, 'BENCH-' || n, (1000 + n % 5000) / 100.0, (1000 + n % 5000) / 100.0, 'EUR', 'purchase' from organizations o, generate_series(0, $payments - 1) n;
     alter table payments disable trigger collect;
     insert into payments (organization_id, booking_type, booking_id, amount, currency, method, provider, provider_ref, status, asked_at, answered_at)
       select c.organization_id, 'voucher', c.id, (1000 + n % 5000) / 100.0, 'EUR', 'online', 'stripe', 'cs_' || n, 'pending', now(), now()
       from user_credits c, lateral (select substr(c.code, 7)::int as n) x where c.code like 'BENCH-%';
     alter table payments enable trigger collect; analyze payments; analyze user_credits" >/dev/null
"$node" --disable-warning=ExperimentalWarning "$BENCH_ROOT/bench/pay.ts" events "$events" "$payments" "$secret" "$BENCH_DATA/events.lua" "$BENCH_DATA/body.json"
"$node" --disable-warning=ExperimentalWarning "$BENCH_ROOT/bench/pay.ts" provider "$provider_port" >"$BENCH_DATA/provider.log" &
provider=$!
trap 'kill $provider 2>/dev/null; bench_stop' EXIT

# Accepted: the job worker rests meanwhile, so that the door is measured and nothing else.
worker=$(for pid in $(pgrep -P "$BENCH_PID"); do if grep -aq '^jobs-' "/proc/$pid/comm"; then echo "$pid"; fi; done | head -1)
kill -STOP "$worker"
: >"$BENCH_DATA/wrk"
while [ "$(sql 'select count(*) from received_hooks')" -lt "$events" ]; do
  PAY_FROM=$(sql 'select count(*) from received_hooks') wrk -t1 -c32 -d"${BENCH_SECONDS}s" --latency -s "$BENCH_DATA/events.lua" "http://127.0.0.1:$BENCH_PORT$path" >"$BENCH_DATA/wrk.one"
  if grep -q 'Non-2xx' "$BENCH_DATA/wrk.one"; then cat "$BENCH_DATA/wrk.one" >&2; exit 1; fi
  awk '/Requests\/sec/ {rps=$2} $1=="99%" {v=$2; p=v+0; if (v ~ /us$/) p=p/1000; else if (v !~ /ms$/) p=p*1000} END {printf "%.0f %.2f\n", rps, p}' "$BENCH_DATA/wrk.one" >>"$BENCH_DATA/wrk"
done
read -r accepted p99 < <(bench_medians "$BENCH_DATA/wrk")

# Settled.
from=$(date +%s.%N)
kill -CONT "$worker"
while [ "$(sql 'select count(*) from received_hooks where handled_at is null')" != 0 ]; do sleep 0.5; done
settled=$(awk -v from="$from" -v to="$(date +%s.%N)" 'BEGIN {printf "%.1f", to - from}')
[ "$(sql "select count(*) || ' ' || sum(amount) from payments where status = 'succeeded'")" = "$(sql "select $payments || ' ' || sum((1000 + n % 5000) / 100.0)::numeric(20,2) from generate_series(0, $payments - 1) n")" ] ||
  { echo "pay: the payments are not what was paid" >&2; sql "select status, count(*), sum(amount) from payments group by 1" >&2; exit 1; }
[ "$(sql "select sum(amount)::numeric(20,2) from payment_ledger where account = 'online'")" = "$(sql "select sum(amount)::numeric(20,2) from payments where status = 'succeeded'")" ] || { echo "pay: the ledger differs" >&2; exit 1; }

# Verified, beside the peer.
# shellcheck disable=SC2046
cc -O2 -std=gnu17 -D_GNU_SOURCE -I"$BENCH_ROOT/src" $(pkg-config --cflags jansson libpq) -o "$BENCH_DATA/pay" "$BENCH_ROOT/bench/pay.c" "$built/libmaitred.a" \
  $(pkg-config --libs libuv libmicrohttpd gnutls libpq jansson libcurl libcrypto liboath libsodium libfido2 libcbor libqrencode libical icu-i18n zlib) -lwslay -lcrypt -lpthread -lm
for _ in 1 2 3; do
  echo "$("$BENCH_DATA/pay" "$BENCH_DATA/body.json" "$secret" 2) $("$node" --disable-warning=ExperimentalWarning "$peer/verify.ts" "$BENCH_DATA/body.json" "$secret" 2)"
done >"$BENCH_DATA/verified"
read -r ours theirs < <(bench_medians "$BENCH_DATA/verified")

echo "$events events over $payments payments, shuffled; load when it began: $load."
echo
echo '| what | figure |'
echo '|---|---:|'
echo "| webhooks accepted/s (signature, row, job; 32 connections) | $accepted |"
echo "| p99 of these, ms | $p99 |"
echo "| settled, s | $settled |"
echo "| signatures checked/s, maitred | $ours |"
echo "| signatures checked/s, stripe $(jq -r .version "$peer/node_modules/stripe/package.json") in node | $theirs |"
bench_bars_head
bench_bar 'webhooks accepted/s' "$accepted" least 3000
bench_bar 'p99 of a webhook' "$p99" most 50 ' ms'
bench_bar "settling 100,000 events (measured with $events)" "$(awk -v s="$settled" -v n="$events" 'BEGIN {printf "%.1f", s * 100000 / n}')" most 60 ' s'
bench_bar 'signature check beside the stripe package' "$(awk -v a="$ours" -v b="$theirs" 'BEGIN {printf "%.1f", a / b}')" least 5 ' ×'
