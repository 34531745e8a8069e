// A key is one person's: two phones behind one address that send the same key and the same words get two orders, by the header and by the
// argument alike, and nobody is handed what opens somebody else's table.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, makeTenant, type Daemon, type Tenant } from './harness.ts';

let daemon: Daemon;
let house: Tenant;
let tables: string[];
let dish: string;
let guest: string;

before(async () => {
  daemon = await startDaemon();
  house = await makeTenant(daemon, ['dining', 'payments'], { name: 'Keys' });
  tables = (await house.sql('select code from restaurant_tables order by table_number limit 6')).split('\n');
  dish = await house.sql(`select id from menu_items where is_available and not exists
    (select from menu_item_modifier_groups g where g.menu_item_id = menu_items.id) order by name limit 1`);
});
after(async () => {
  await daemon.stop();
});

interface Answer {
  status: number;
  replayed: boolean;
  text: string;
  body: any;
}

async function ask(token: string, where: string, body: unknown, key?: string): Promise<Answer> {
  const answer = await fetch(`${house.url}/rest/v1/${where}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      apikey: house.anonKey,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      prefer: 'return=representation',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
  });
  const text = await answer.text();
  return { status: answer.status, replayed: answer.headers.get('idempotency-replayed') === 'true', text, body: text ? JSON.parse(text) : null };
}

async function guestAt(n: number): Promise<string> {
  const opened = await ask(house.anonKey, 'rpc/open_table_session', { p_table: tables[n], p_name: 'Guest' });
  assert.equal(opened.status, 200, opened.text);
  return opened.body.access_token as string;
}

async function throwAway(): Promise<string> {
  const answer = await fetch(`${house.url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: house.anonKey, 'content-type': 'application/json' },
    body: '{}',
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function signedIn(role: string): Promise<string> {
  const email = `${role}@${house.domain}.test`;
  const password = 'Correct-horse-1';
  const { error } = await house.client(house.serviceKey).auth.admin.createUser({ email, password, email_confirm: true, app_metadata: { app_role: role } });
  assert.equal(error, null);
  return (await (await house.signIn(email, password)).auth.getSession()).data.session?.access_token ?? '';
}

const order = () => ({ p_items: [{ menu_item_id: dish, quantity: 1 }], p_notes: 'the same words' });

test('two guests of two tables, one address, one key, one body: two orders; each gets an own one again', async () => {
  const [first, second] = [await guestAt(0), await guestAt(1)];
  for (const [door, send] of [
    ['header', (who: string) => ask(who, 'rpc/place_order', order(), 'order-1')],
    ['argument', (who: string) => ask(who, 'rpc/place_order', { ...order(), p_idempotency_key: 'order-2' })],
  ] as const) {
    const answers = [await send(first), await send(second), await send(first), await send(second)];
    const ids = answers.map((answer) => {
      assert.equal(answer.status, 200, `${door}: ${answer.text}`);
      return answer.body.order.id as string;
    });
    assert.notEqual(ids[0], ids[1], door);
    assert.deepEqual([ids[2], ids[3]], [ids[0], ids[1]], door);
  }
  // One key is one key, whichever door it comes through.
  const both = [await ask(first, 'rpc/place_order', order(), 'order-3'), await ask(first, 'rpc/place_order', { ...order(), p_idempotency_key: 'order-3' })];
  assert.equal(both[0]?.body.order.id, both[1]?.body.order.id);
  // Nor does a key with other words belong to the neighbour.
  guest = await guestAt(2);
  const other = await ask(guest, 'rpc/place_order', { ...order(), p_notes: 'other words' }, 'order-1');
  assert.equal(other.status, 200, other.text);
});

test('a new code goes to the own table only', async () => {
  const [first, second] = [await guestAt(3), await guestAt(4)];
  const codes = [await ask(first, 'rpc/renew_session_otp', {}, 'code'), await ask(second, 'rpc/renew_session_otp', {}, 'code'), await ask(first, 'rpc/renew_session_otp', {}, 'code')];
  for (const code of codes) assert.equal(code.status, 200, code.text);
  assert.notEqual(codes[0]?.text, codes[1]?.text);
  assert.deepEqual([codes[1]?.replayed, codes[2]?.replayed], [false, true]);
  assert.equal(codes[2]?.text, codes[0]?.text);
});

test('a stranger is never handed what was told to another: tokens and codes are not even kept', async () => {
  const open = () => ask(house.anonKey, 'rpc/open_table_session', { p_table: tables[5], p_name: 'Me' }, 'open-1');
  const [first, second] = [await open(), await open()];
  assert.equal(first?.status, 200, first?.text);
  assert.ok(first?.body.access_token && first.body.session.otp);
  assert.ok(second && !second.text.includes(first.body.access_token) && !second.text.includes(`"${first.body.session.otp}"`), second?.text);
  const kept = await house.sql("select convert_from(body, 'UTF8') from idempotency_keys where scope like 'anon %'");
  assert.ok(kept.length && !kept.includes(first.body.access_token) && !kept.includes(first.body.session.otp), kept);
});

test('anybody, guest, customer, throw-away login, staff and service: one key of each is another', async () => {
  const owner = (await (await house.signIn()).auth.getSession()).data.session?.access_token ?? '';
  const who: [string, string][] = [
    ['anon', house.anonKey],
    ['guest', guest],
    ['customer', await signedIn('customer')],
    ['throw-away', await throwAway()],
    ['another throw-away', await throwAway()],
    ['waiter', await signedIn('waiter')],
    ['owner', owner],
    ['service', house.serviceKey],
  ];
  await house.sql(`create function ${house.schema}.who_am_i() returns text language sql volatile security definer as
    $$ select gen_random_uuid()::text $$; grant execute on function ${house.schema}.who_am_i() to anon, authenticated, service_role; notify pgrst`);
  const answers = new Map<string, string>();
  for (const [name, token] of who) {
    assert.ok(token, name);
    let answer = await ask(token, 'rpc/who_am_i', {}, 'one');
    for (let tries = 0; answer.status === 404 && tries < 200; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      answer = await ask(token, 'rpc/who_am_i', {}, 'one');
    }
    assert.equal(answer.status, 200, `${name}: ${answer.text}`);
    assert.ok(![...answers.values()].includes(answer.text), `${name} got somebody else's answer`);
    answers.set(name, answer.text);
    const again = await ask(token, 'rpc/who_am_i', {}, 'one');
    assert.deepEqual([again.replayed, again.text], [true, answer.text], name);
  }
  assert.equal(answers.size, who.length);
});

test('a refusal that counted something leaves the key free', async () => {
  const wrong = () => ask(house.anonKey, 'rpc/join_table_session', { p_table: tables[0], p_name: 'X', p_otp: '000000' }, 'guess');
  for (let i = 0; i < 2; i++) {
    const answer = await wrong();
    assert.equal(answer.status, 403, answer.text);
    assert.equal(answer.replayed, false);
  }
});
