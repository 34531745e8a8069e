// The story of the house: a guest's order reaches the kitchen, the bill is split and paid, the table is free again.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { startDaemon, makeTenant, rpc, type Daemon, type Tenant } from './harness.ts';

let daemon: Daemon;
let pizza: Tenant;
let other: Tenant;

before(async () => {
  daemon = await startDaemon();
  pizza = await makeTenant(daemon, ['dining'], { name: 'Pizza' });
  other = await makeTenant(daemon, ['dining'], { name: 'Other' });
});
after(async () => {
  await daemon.stop();
});

interface Opened {
  session: { id: string; otp: string; table_id: string };
  customer: { id: string };
  access_token: string;
}

function guest(tenant: Tenant, token: string): SupabaseClient {
  return createClient(tenant.url, tenant.anonKey, { accessToken: async () => token });
}

async function refusal(client: SupabaseClient, name: string, parameters: Record<string, unknown> = {}) {
  const { error, status } = await client.rpc(name, parameters);
  assert.ok(error, `${name} should have been refused`);
  return { ...error, status };
}

async function firstTable(tenant: Tenant): Promise<string> {
  return tenant.sql('select code from restaurant_tables order by table_number limit 1');
}

async function menuItems(client: SupabaseClient, restaurant: string) {
  const menu = await rpc<{ categories: { items: { id: string; name: string; price: number; modifier_groups: { min_choices: number }[] }[] }[] }>(client, 'get_menu', { p_restaurant_id: restaurant });
  return menu.categories.flatMap((c) => c.items).filter((i) => i.modifier_groups.every((g) => g.min_choices === 0));
}

test('two guests order together, the kitchen cooks, the waiter is paid, the table is free', async () => {
  const anon = pizza.client();
  const code = await firstTable(pizza);
  const table = await rpc<{ restaurant: { id: string }; session: { is_active: boolean } }>(anon, 'get_table', { p_table: code });
  assert.equal(table.session.is_active, false);
  const [margherita, second] = await menuItems(anon, table.restaurant.id);
  assert.ok(margherita && second);

  // Ada opens, Bob joins with what he reads on her screen.
  const ada = await rpc<Opened>(anon, 'open_table_session', { p_table: code, p_name: 'Ada' });
  assert.match(ada.session.otp, /^[0-9]{6}$/);
  const wrong = ada.session.otp === '000000' ? '000001' : '000000';
  const refused = await refusal(anon, 'join_table_session', { p_table: code, p_otp: wrong, p_name: 'Mallory' });
  assert.equal(refused.status, 403);
  const bob = await rpc<Opened>(anon, 'join_table_session', { p_table: code, p_otp: ada.session.otp, p_name: 'Bob' });
  assert.equal(bob.session.id, ada.session.id);

  // Each adds a line; each sees the other's.
  const phoneA = guest(pizza, ada.access_token);
  const phoneB = guest(pizza, bob.access_token);
  await rpc(phoneA, 'add_order_line', { p_menu_item_id: margherita.id, p_quantity: 2, p_idempotency_key: 'tap-1' });
  await rpc(phoneA, 'add_order_line', { p_menu_item_id: margherita.id, p_quantity: 2, p_idempotency_key: 'tap-1' }); // a retry
  await rpc(phoneB, 'add_order_line', { p_menu_item_id: second.id });
  const seen = await rpc<{ drafts: { name: string; quantity: number; is_mine: boolean }[] }>(phoneB, 'get_session');
  assert.deepEqual(seen.drafts.map((d) => [d.quantity, d.is_mine]).sort(), [
    [1, true],
    [2, false],
  ]);
  for (const quantity of [0, -1, 1000000]) {
    assert.equal((await refusal(phoneA, 'add_order_line', { p_menu_item_id: margherita.id, p_quantity: quantity })).status, 400);
  }

  // Sent once, however often it is tapped.
  const total = 2 * margherita.price + second.price;
  const sent = await Promise.all([1, 2, 3].map(() => phoneA.rpc('place_order', { p_idempotency_key: 'send-1' })));
  for (const s of sent) assert.equal(s.error, null);
  const orders = await rpc<{ orders: { status: string; total_amount: number }[] }>(phoneB, 'get_session');
  assert.deepEqual(
    orders.orders.map((o) => o.total_amount),
    [total],
  );

  // The kitchen takes it through its steps and the guests see each.
  const staff = await pizza.signIn();
  const board = () => rpc<{ tickets: { id: string; status: string }[] }>(staff, 'get_kitchen_board', { p_restaurant_id: table.restaurant.id });
  const status = async () => (await rpc<{ orders: { status: string }[] }>(phoneA, 'get_session')).orders.map((o) => o.status);
  const tickets = (await board()).tickets;
  assert.ok(tickets.length >= 1);
  assert.deepEqual(await status(), ['PENDING']);
  for (const t of tickets) await rpc(staff, 'start_kitchen_order', { p_kitchen_order_id: t.id });
  assert.deepEqual(await status(), ['COOKING']);
  for (const t of tickets) await rpc(staff, 'ready_kitchen_order', { p_kitchen_order_id: t.id });
  for (const t of tickets) await rpc(staff, 'complete_kitchen_order', { p_kitchen_order_id: t.id });
  assert.deepEqual(await status(), ['DONE']);

  // Sold out: off the menu at once.
  await rpc(staff, 'set_item_available', { p_menu_item_id: second.id, p_available: false });
  assert.equal((await refusal(phoneB, 'add_order_line', { p_menu_item_id: second.id })).status, 409);

  // The bill, split to the cent, paid in cash.
  const split = await rpc<{ bill: { shares: { id: string; amount: number }[] } }>(phoneA, 'split_bill', { p_method: 'equal', p_shares: 3 });
  assert.equal(split.bill.shares.length, 3);
  assert.equal(
    split.bill.shares.reduce((sum, s) => sum + s.amount, 0),
    total,
  );
  assert.ok([403, 404].includes((await refusal(phoneA, 'pay_bill_share', { p_share_id: split.bill.shares[0]?.id })).status));
  assert.equal((await refusal(staff, 'clear_session', { p_session_id: ada.session.id })).status, 409);
  for (const share of split.bill.shares) await rpc(staff, 'pay_bill_share', { p_share_id: share.id, p_method: 'cash' });
  await rpc(staff, 'clear_session', { p_session_id: ada.session.id });

  // Nothing of the old evening opens anything.
  assert.equal((await refusal(phoneA, 'get_session')).status, 410);
  assert.equal((await refusal(anon, 'join_table_session', { p_table: code, p_otp: ada.session.otp, p_name: 'Eve' })).status, 403);
});

test('an item, a token and a host of another tenant open nothing', async () => {
  const code = await firstTable(other);
  const opened = await rpc<Opened>(other.client(), 'open_table_session', { p_table: code, p_name: 'Ada' });
  const foreign = await pizza.sql('select id from menu_items limit 1');
  assert.equal((await refusal(guest(other, opened.access_token), 'add_order_line', { p_menu_item_id: foreign })).status, 404);

  const replay = await fetch(`${pizza.url}/rest/v1/rpc/get_session`, { headers: { apikey: pizza.anonKey, authorization: `Bearer ${opened.access_token}` } });
  assert.equal(replay.status, 401);
  assert.match((await replay.json()).code, /^PGRST30/);

  const nobody = await fetch(`${daemon.url('nobody.localhost')}/rest/v1/menu_items`, { headers: { apikey: pizza.anonKey } });
  assert.equal(nobody.status, 404);
  const body = await nobody.json();
  assert.deepEqual(Object.keys(body).sort(), ['code', 'details', 'hint', 'message']);
});

test("bad input is refused in the dialect's shape", async () => {
  const headers = { apikey: pizza.anonKey, 'content-type': 'application/json' };
  const cases: [string, RequestInit, number][] = [
    ['/rest/v1/rpc/get_table', { method: 'POST', body: '{"p_table":', headers }, 400],
    ['/rest/v1/rpc/get_table', { method: 'POST', body: '{"p_nonsense":1}', headers }, 404],
    ['/rest/v1/menu_items?colour=eq.red', { headers }, 400],
    ['/rest/v1/menu_itemz', { headers }, 404],
    ['/rest/v1/menu_items', { method: 'POST', body: '{"name":"x"}', headers }, 401],
    ['/rest/v1/menu_items', { method: 'OPTIONS', headers }, 200],
    ['/rest/v1/menu_items', { headers: { ...headers, authorization: 'Bearer not.a.token' } }, 401],
    ['/rest/v1/menu_items', { headers: { ...headers, authorization: 'Bearer a.b.c' } }, 401],
    ['/rest/v1/rpc/get_table', { method: 'POST', body: `"${'x'.repeat(9 * 1024 * 1024)}"`, headers }, 413],
    [`/rest/v1/menu_items?name=eq.${'x'.repeat(17000)}`, { headers }, 414],
    ['/rest/v1/menu_items?name=eq.%00', { headers }, 400],
    ['/nothing/../here.js', { headers }, 404],
  ];
  for (const [where, init, status] of cases) {
    const answer = await fetch(pizza.url + where, init);
    const text = await answer.text();
    assert.equal(answer.status, status, `${init.method ?? 'GET'} ${where.slice(0, 60)}: ${text.slice(0, 300)}`);
    if (status >= 400) {
      const body = JSON.parse(text);
      assert.ok(body.code && body.message, text);
      assert.ok(answer.headers.get('x-request-id'));
    }
  }
});
