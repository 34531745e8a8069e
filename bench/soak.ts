// Evenings without end: what a daemon holds in memory while guests order, staff sign in, pages listen and tenants come and go.
//   node bench/soak.ts MINUTES        (script/soak)
// Prints a line a minute (twenty lines at least): what each kind of process has to itself (KiB, without what is shared), by /proc/PID/smaps_rollup. The verdict compares
// the third quarter of the time with the last: it ends with 1 when a kind has grown by more than a twentieth and by more than a mebibyte.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SupabaseClient } from '@supabase/supabase-js';
import { setAuth } from '../tests/contract/auth_support.ts';
import { children, makeTenant, startDaemon, type Daemon, type Tenant } from '../tests/contract/harness.ts';
import { Phoenix } from '../tests/contract/realtime_support.ts';

const minutes = Number(process.argv[2] ?? 60);
const until = Date.now() + minutes * 60_000;
const done: Record<string, number> = {};
const failed: Record<string, number> = {};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function rpc(client: SupabaseClient, name: string, parameters: Record<string, unknown> = {}): Promise<any> {
  const { data, error } = await client.rpc(name, parameters);
  if (error) throw new Error(`${name}: ${error.code} ${error.message}`);
  return data;
}

// --- What goes on, each over and over ---------------------------------------------------------------------------------------------

/* Two guests open a table, order, pay and leave. */
async function evening(tenant: Tenant, staff: SupabaseClient, code: string): Promise<void> {
  const anon = tenant.client();
  const { restaurant } = await rpc(anon, 'get_table', { p_table: code });
  const menu = await rpc(anon, 'get_menu', { p_restaurant_id: restaurant.id });
  const dishes = menu.categories.flatMap((c: any) => c.items).filter((i: any) => i.modifier_groups.every((g: any) => g.min_choices === 0));
  const ada = await rpc(anon, 'open_table_session', { p_table: code, p_name: 'Ada' });
  const bob = await rpc(anon, 'join_table_session', { p_table: code, p_otp: ada.session.otp, p_name: 'Bob' });
  for (const who of [ada, bob]) {
    const phone = tenant.client(who.access_token);
    for (let n = 0; n < 3; n++) await rpc(phone, 'add_order_line', { p_menu_item_id: dishes[n % dishes.length].id, p_quantity: 1 + n });
    await rpc(phone, 'place_order', { p_idempotency_key: randomUUID() });
  }
  const { bill } = await rpc(tenant.client(ada.access_token), 'split_bill', { p_method: 'equal', p_shares: 2 });
  for (const share of bill.shares) await rpc(staff, 'pay_bill_share', { p_share_id: share.id, p_method: 'cash' });
  for (let round = 0; (await staff.rpc('clear_session', { p_session_id: ada.session.id })).error; round++) {
    if (round === 20) throw new Error('the kitchen does not come to an end');
    const { tickets } = await rpc(staff, 'get_kitchen_board', { p_restaurant_id: restaurant.id });
    for (const step of ['start', 'ready', 'complete']) {
      for (const ticket of tickets) await staff.rpc(`${step}_kitchen_order`, { p_kitchen_order_id: ticket.id }); // another table's evening may be faster
    }
  }
}

/* Requests no two of which are alike, and wrong ones: what is kept for requests must have an end. */
async function reads(tenant: Tenant, token: string): Promise<void> {
  const n = Math.floor(Math.random() * 1e9);
  const headers = { apikey: tenant.anonKey, authorization: `Bearer ${token}`, 'x-client': String(n) };
  const paths = [
    `menu_items?select=id,name,a${n}:price&price=gt.${n}`,
    `orders?select=*,order_items(*)&order=created_at.desc&limit=${n % 20}`,
    `customers?or=(full_name.ilike.*${n}*,email.is.null)&select=id`,
    `nothing_${n}?select=*`,
    `menu_items?price=wrong.${n}`,
    'rpc/get_dashboard_stats',
    `restaurants?select=name,menu_categories(name,menu_items(name))&limit=1&offset=${n % 3}`,
  ];
  for (const path of paths) await (await fetch(`${tenant.url}/rest/v1/${path}`, { headers })).arrayBuffer();
  await (await fetch(`${tenant.url}/rest/v1/orders`, { headers: { apikey: tenant.anonKey, authorization: `Bearer x${n}.y.z` } })).arrayBuffer();
}

/* Somebody comes, refreshes and leaves; somebody else fails to. */
async function signs(tenant: Tenant): Promise<void> {
  const client = await tenant.signIn();
  await client.auth.refreshSession();
  await client.auth.signOut({ scope: 'local' });
  await tenant.client().auth.signInWithPassword({ email: `nobody${Math.random()}@example.com`, password: 'wrong' });
}

/* A page listens for a while; half of them do not wait for the answer to their goodbye. */
async function listens(tenant: Tenant, token: string): Promise<void> {
  const socket = await Phoenix.open(tenant);
  await socket.watch(`soak${Math.random()}`, [{ table: 'kitchen_orders' }, { table: 'orders', filter: `status=neq.${Math.random()}` }], token);
  await socket.join(`room${Math.floor(Math.random() * 5)}`, { presence: { key: '', enabled: true }, broadcast: { self: true } });
  await pause(500 + Math.random() * 3000);
  if (Math.random() < 0.5) await socket.close();
  else socket.socket.close(4000);
}

/* A tenant is opened and given up. */
async function tenants(daemon: Daemon): Promise<void> {
  const tenant = await makeTenant(daemon, ['dining']);
  await reads(tenant, tenant.serviceKey);
  await daemon.platform('DELETE', `tenants/${tenant.schema}?confirm=${tenant.schema}`);
  await pause(20_000);
}

function over(name: string, what: () => Promise<void>): Promise<void> {
  return (async () => {
    while (Date.now() < until) {
      try {
        await what();
        done[name] = (done[name] ?? 0) + 1;
      } catch (error) {
        if (!failed[name]) console.log(`${name}: ${String(error)}`);
        failed[name] = (failed[name] ?? 0) + 1;
        await pause(200);
      }
    }
  })();
}

// --- What it holds ----------------------------------------------------------------------------------------------------------------

function own(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return [...text.matchAll(/^Private_(?:Clean|Dirty): +(\d+)/gm)].reduce((sum, [, kib]) => sum + Number(kib), 0);
}

/* KiB of each kind of the daemon's processes, together; PostgreSQL replaces its own now and then, and is not counted. */
function held(daemon: Daemon): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [name, pid] of [['supervisor', daemon.pid] as const, ...children(daemon.pid)]) {
    const kind = name.replace(/-.*/, '');
    sums.set(kind, (sums.get(kind) ?? 0) + own(pid));
  }
  return sums;
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const daemon = await startDaemon({ workers: '2', 'log-level': 'error', 'access-log': 'off', 'realtime-history-s': '30' });
const tenant = await makeTenant(daemon, ['dining']);
await setAuth(tenant);
const staff = await tenant.signIn();
const token = async () => (await staff.auth.getSession()).data.session?.access_token ?? '';
staff.auth.startAutoRefresh();
const tables = (await tenant.sql('select code from restaurant_tables order by table_number limit 3')).split('\n');

const samples: Map<string, number>[] = [];
const going = [
  ...tables.map((code) => over('evenings', () => evening(tenant, staff, code))),
  ...[1, 2].map(() => over('reads', async () => reads(tenant, await token()))),
  ...Array.from({ length: 10 }, () => over('listeners', async () => listens(tenant, await token()))),
  over('sign-ins', () => signs(tenant)),
  over('tenants', () => tenants(daemon)),
];
const each = Math.min(60_000, (minutes * 60_000) / 20);
while (Date.now() + each <= until) {
  await pause(each);
  samples.push(held(daemon));
  console.log(`${((samples.length * each) / 60_000).toFixed(1)} min  ${[...samples.at(-1)!].map(([kind, kib]) => `${kind} ${kib}`).join('  ')}  ${JSON.stringify(done)}`);
}
await Promise.all(going);

let grown = 0;
console.log('\n| process | third quarter, KiB | last quarter, KiB | |\n|---|---:|---:|---|');
for (const kind of samples.at(-1)?.keys() ?? []) {
  const values = samples.map((sample) => sample.get(kind) ?? 0);
  const [before, after] = [mean(values.slice(values.length / 2, (values.length * 3) / 4)), mean(values.slice((values.length * 3) / 4))];
  const grows = after - before > Math.max(1024, before / 20);
  grown += grows ? 1 : 0;
  console.log(`| ${kind} | ${before.toFixed(0)} | ${after.toFixed(0)} | ${grows ? '**grows**' : 'flat'} |`);
}
console.log(`\nDone: ${JSON.stringify(done)}; failed: ${JSON.stringify(failed)}.`);
await staff.auth.stopAutoRefresh();
await daemon.stop();
process.exit(grown ? 1 : 0);
