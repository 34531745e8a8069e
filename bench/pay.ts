// What bench/pay.sh needs of a provider.
//   pay.ts events COUNT PAYMENTS SECRET LUA_FILE BODY_FILE   signed events for wrk, shuffled over so many payments; one body for the signature check
//   pay.ts provider PORT PAYMENTS                            answers every question about a payment: it is paid
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';

const [command, ...args] = process.argv.slice(2);
const amountOf = (n: number) => 1000 + (n % 5000);
const session = (n: number) => ({
  id: `cs_${n}`,
  object: 'checkout.session',
  status: 'complete',
  payment_status: 'paid',
  payment_intent: `pi_${n}`,
  amount_total: amountOf(n),
  currency: 'eur',
  livemode: false,
  metadata: {},
});

if (command === 'events') {
  const [count = 0, payments = 0] = args.map(Number);
  const [, , secret = '', lua = '', bodyFile = ''] = args;
  const at = Math.floor(Date.now() / 1000);
  const order = Array.from({ length: count }, (_, i) => i).sort(() => Math.random() - 0.5);
  const padding = 'x'.repeat(900); // an event of theirs is about 1.5 kB
  const rows = order.map((i) => {
    const body = JSON.stringify({
      id: `evt_${i}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: at,
      livemode: false,
      type: 'checkout.session.completed',
      data: { object: { ...session(i % payments), padding } },
    });
    if (i === 0) writeFileSync(bodyFile, body);
    return `{${JSON.stringify(body)},"t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}"}`;
  });
  writeFileSync(
    lua,
    `local rows = {\n${rows.join(',\n')}\n}\nlocal next_row = tonumber(os.getenv("PAY_FROM") or "0")\nfunction request()\n  next_row = next_row + 1\n  local row = rows[(next_row - 1) % #rows + 1]\n  return wrk.format("POST", nil, {["Content-Type"] = "application/json", ["Stripe-Signature"] = row[2], ["Host"] = "bench.localhost"}, row[1])\nend\n`,
  );
} else if (command === 'provider') {
  const [port = 0] = args.map(Number);
  createServer((request, response) => {
    const n = Number(/(?:cs|pi)_(\d+)/.exec(request.url ?? '')?.[1] ?? 0);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(session(n)));
  }).listen(port, '127.0.0.1', () => console.log('ready'));
}
