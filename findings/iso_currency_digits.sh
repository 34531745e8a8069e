#!/bin/bash
# Money in Intl (ICU 78.3, CLDR 48.0; node 22.23.3) beside ISO 4217 (currency-codes 2.2.0).
#
# A house in Bogotá, Budapest or Jakarta prices in minor units, as card networks and ISO 4217 do: two decimals. Intl.NumberFormat with style "currency" and
# nothing else does not print them: its default digits are CLDR's, which follow the coins that people use. 10050 minor units (100.50) come out as
# "COP 101" (rounded, up): a total on a receipt that is not what was charged. Of the currencies that people pay with, 16 differ; Iraq's by three digits.
# Who prints money passes the digits of ISO 4217 himself (minimumFractionDigits and maximumFractionDigits).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@22.23.3 currency-codes@2.2.0 >/dev/null
cat >look.cjs <<'SCRIPT'
const iso = require('currency-codes');
const intl = (currency) => new Intl.NumberFormat('en', { style: 'currency', currency });
const differ = iso.codes().filter((code) => !code.startsWith('X') && intl(code).resolvedOptions().maximumFractionDigits !== iso.code(code).digits);
console.log(differ.map((code) => `${code} ${iso.code(code).digits}/${intl(code).resolvedOptions().maximumFractionDigits}`).join(' '));
console.log(['COP', 'HUF', 'IDR', 'EUR'].map((code) => intl(code).format(100.5).replace(/\s/g, ' ')).join(', '));
SCRIPT
seen=$(node_modules/.bin/node look.cjs)
wanted='AFN 2/0 ALL 2/0 COP 2/0 HUF 2/0 IDR 2/0 IQD 3/0 IRR 2/0 KPW 2/0 LAK 2/0 LBP 2/0 MGA 2/0 MMK 2/0 PKR 2/0 SOS 2/0 SYP 2/0 YER 2/0
COP 101, HUF 101, IDR 101, €100.50'
echo "$seen"
[ "$seen" = "$wanted" ] || { echo 'This has changed; wanted:'; echo "$wanted"; exit 1; }
