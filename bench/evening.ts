// Evenings at tables, over and over: two guests, six lines, two orders, the kitchen, the bill in two halves in cash, the table cleared.
//   node bench/evening.ts PORT SECONDS ANON_KEY STAFF_TOKEN CODE…   (tenant evening.localhost; an evening at each table at once, the next one when it is over)
// One of each first; then it says "ready" and waits for the end of its standard input. Prints "evenings seconds requests p50_ms p99_ms".
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { readFileSync } from 'node:fs';

const [port, seconds, anonKey, staffToken, ...codes] = process.argv.slice(2) as [string, string, string, string, ...string[]];
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const latencies: number[] = [];

async function rpc(name: string, given: unknown, token = anonKey): Promise<any> {
  const body = JSON.stringify(given);
  const start = performance.now();
  const [status, text] = await new Promise<[number, string]>((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path: `/rest/v1/rpc/${name}`,
        method: 'POST',
        agent,
        headers: { host: 'evening.localhost', apikey: anonKey, authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        let all = '';
        answer.setEncoding('utf8');
        answer.on('data', (part) => {
          all += part;
        });
        answer.on('end', () => resolve([answer.statusCode ?? 0, all]));
        answer.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
  latencies.push(performance.now() - start);
  if (status >= 300) throw new Error(`${name}: ${status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

const { restaurant } = await rpc('get_table', { p_table: codes[0] });
const menu = await rpc('get_menu', { p_restaurant_id: restaurant.id });
const dishes = menu.categories.flatMap((c: any) => c.items).filter((i: any) => i.modifier_groups.every((g: any) => g.min_choices === 0));

async function evening(code: string): Promise<void> {
  await rpc('get_table', { p_table: code });
  const ada = await rpc('open_table_session', { p_table: code, p_name: 'Ada' });
  const bob = await rpc('join_table_session', { p_table: code, p_otp: ada.session.otp, p_name: 'Bob' });
  for (const [n, who] of [ada, bob].entries()) {
    for (let line = 0; line < 3; line++) {
      await rpc('add_order_line', { p_menu_item_id: dishes[(n * 3 + line) % dishes.length].id, p_quantity: 1 + line, p_idempotency_key: randomUUID() }, who.access_token);
    }
    await rpc('get_session', {}, who.access_token);
    const { kitchen_orders: tickets } = await rpc('place_order', { p_idempotency_key: randomUUID() }, who.access_token);
    await rpc('get_kitchen_board', { p_restaurant_id: restaurant.id }, staffToken);
    for (const step of ['start', 'ready', 'complete']) {
      for (const ticket of tickets) await rpc(`${step}_kitchen_order`, { p_kitchen_order_id: ticket.id }, staffToken);
    }
  }
  await rpc('get_floor', { p_restaurant_id: restaurant.id }, staffToken);
  const { bill } = await rpc('split_bill', { p_method: 'equal', p_shares: 2 }, ada.access_token);
  for (const share of bill.shares) await rpc('pay_bill_share', { p_share_id: share.id, p_method: 'cash' }, staffToken);
  await rpc('clear_session', { p_session_id: ada.session.id }, staffToken);
}

for (let n = 0; n < 12; n++) await Promise.all(codes.map(evening)); // plans and catalogues of every connection
latencies.length = 0;
process.stdout.write('ready\n');
readFileSync('/dev/stdin'); // until the other side has read its clocks
const began = performance.now();
let evenings = 0;
await Promise.all(
  codes.map(async (code) => {
    while (performance.now() - began < Number(seconds) * 1000) {
      await evening(code);
      evenings++;
    }
  }),
);
const took = (performance.now() - began) / 1000;
latencies.sort((a, b) => a - b);
const at = (part: number) => (latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0).toFixed(2);
console.log(evenings, took.toFixed(2), latencies.length, at(0.5), at(0.99));
agent.destroy();
