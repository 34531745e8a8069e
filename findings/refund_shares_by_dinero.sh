#!/bin/bash
# Shares of a bill and shares of its refund by dinero.js 1.9.1, beside dinero.js 2.0.2 and currency.js 2.0.4.
#
# Three guests split 10.00 as 3.34, 3.33, 3.33: the first carries the cent that is over. The same bill taken back is -10.00 over the same ratios, and
# dinero.js 1.9.1 answers -3.33, -3.33, -3.34: the first guest gets a cent less than was paid, the last one a cent more. The whole still adds up, so a check
# of the sum sees nothing; a ledger by guest never comes to zero again. A division that rounds down is not symmetric about zero (floor, not truncate). The
# other two mirror their shares. Who books refunds splits the amount as a positive number and turns the sign afterwards.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund dinero.js@1.9.1 dinero2@npm:dinero.js@2.0.2 currency.js@2.0.4 >/dev/null
cat >look.mjs <<'SCRIPT'
import currency from 'currency.js';
import Dinero from 'dinero.js';
import { allocate, dinero, toSnapshot } from 'dinero2';
import { EUR } from 'dinero2/currencies';

const first = (cents, ratios) => Dinero({ amount: cents }).allocate(ratios).map((share) => share.getAmount());
const second = (cents, ratios) => allocate(dinero({ amount: cents, currency: EUR }), ratios).map((share) => toSnapshot(share).amount);
const other = (cents, parts) => currency(cents / 100).distribute(parts).map((share) => share.intValue);
for (const [cents, ratios] of [[1000, [1, 1, 1]], [5, [1, 1]], [1001, [50, 30, 20]]]) {
  const sums = first(cents, ratios).map((share, guest) => share + first(-cents, ratios)[guest]);
  console.log(`dinero 1: ${first(cents, ratios)} back ${first(-cents, ratios)} left with each ${sums}`);
  console.log(`dinero 2: ${second(cents, ratios)} back ${second(-cents, ratios)}`);
}
console.log(`currency: ${other(1000, 3)} back ${other(-1000, 3)}`);
SCRIPT
seen=$(node look.mjs)
wanted='dinero 1: 334,333,333 back -333,-333,-334 left with each 1,0,-1
dinero 2: 334,333,333 back -334,-333,-333
dinero 1: 3,2 back -2,-3 left with each 1,-1
dinero 2: 3,2 back -3,-2
dinero 1: 501,300,200 back -500,-300,-201 left with each 1,0,-1
dinero 2: 501,300,200 back -501,-300,-200
currency: 334,333,333 back -334,-333,-333'
echo "$seen"
[ "$seen" = "$wanted" ] || { echo 'This has changed; wanted:'; echo "$wanted"; exit 1; }
