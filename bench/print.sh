#!/usr/bin/env bash
# What a document costs: CPU of one thread for a receipt of 20 lines with a QR code, as PDF and as a printer's dots.
#   bench/print.sh       figures to standard output
. "$(dirname "$0")/lib.sh"
built=$(dirname "$(realpath "$MAITRED")")
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
# shellcheck disable=SC2046
cc -O2 -std=gnu17 -D_GNU_SOURCE -I"$BENCH_ROOT/src" -o "$data/print" "$BENCH_ROOT/bench/print.c" "$built/libmaitred.a" \
  $(pkg-config --cflags --libs libuv libmicrohttpd gnutls libpq jansson libcurl libcrypto liboath libsodium libfido2 libcbor libqrencode pangocairo libical icu-i18n zlib) \
  -lwslay -lcrypt -lm
lines=$(for n in $(seq 20); do printf '{"row": ["%s × Schnitzel mit Kartoffelsalat", "%s,50 €"]}, {"text": "   ohne Zwiebel", "size": "small"},' "$n" "$n"; done)
cat >"$data/receipt.json" <<JSON
{"title": "Receipt", "language": "de", "direction": "ltr", "paper": "roll", "at": 1796031180, "elements": [
 {"text": "Löwe & Söhne", "align": "center", "size": "large", "strong": true}, {"text": "Marktplatz 1", "align": "center", "size": "small"}, {"rule": "line"}, $lines
 {"row": ["Summe", "220,00 €"], "size": "large", "strong": true}, {"row": ["19 %", "184,87", "35,13", "220,00"], "widths": [25, 25, 25, 25], "size": "small"},
 {"code": "https://example.test/receipt/abcdefghjkmnpqrstuvw", "align": "center"}]}
JSON
for format in pdf escpos; do
  printf '%s ' "$format"
  "$data/print" "$format" 200 <"$data/receipt.json" 2>&1 >/dev/null
done
