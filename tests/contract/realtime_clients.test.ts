// Clients as people write them: a page that joins before its token is there, a token that is dead, numbers and bytes that come out as they went in.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import { makeTenant, startDaemon, until, type Daemon, type Tenant } from './harness.ts';
import { address, claims, password, person, raw, setAuth, signIn, token } from './auth_support.ts';
import { Phoenix, sign } from './realtime_support.ts';

let daemon: Daemon;
let tenant: Tenant;
let organization: string;
const sockets: Phoenix[] = [];
const name = () => `t${randomUUID().slice(0, 8)}`;
async function open(options: { key?: string; vsn?: string } = {}): Promise<Phoenix> {
  const socket = await Phoenix.open(tenant, options);
  sockets.push(socket);
  return socket;
}

before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon);
  await setAuth(tenant);
  organization = await tenant.sql('select id from organizations limit 1');
});
after(async () => {
  for (const socket of sockets) socket.socket.close();
  await daemon.stop();
});

test('a channel that is joined with a dead token is told so, on a public channel too', async () => {
  const forged = (body: Record<string, unknown>) => {
    const text = [{ alg: 'HS256', typ: 'JWT' }, body].map((o) => Buffer.from(JSON.stringify(o)).toString('base64url')).join('.');
    return `${text}.${createHmac('sha256', 'another secret').update(text).digest('base64url')}`;
  };
  const now = Math.floor(Date.now() / 1000);
  const dead: Record<string, string> = {
    expired: await sign(tenant, { sub: randomUUID(), app_role: 'owner', organization_id: organization, iat: now - 7200 }, -3600),
    'expired a moment ago': await sign(tenant, { sub: randomUUID(), app_role: 'owner', organization_id: organization, iat: now - 60 }, -5),
    forged: forged({ role: 'service_role', tenant: tenant.schema, exp: now + 600 }),
    'of another tenant': await sign(tenant, { sub: randomUUID(), tenant: 'tenant_other' }),
    'no token at all': 'x.y.z',
  };
  const socket = await open();
  for (const [what, bearer] of Object.entries(dead)) {
    for (const config of [{}, { private: true }, { postgres_changes: [{ event: '*', schema: 'public', table: 'menu_items' }] }]) {
      const reply = await socket.join(name(), config, bearer);
      assert.equal(reply['status'], 'error', `${what} ${JSON.stringify(config)}`);
      assert.match(reply['response'].reason, /^InvalidJWTToken/, what);
    }
    const client = tenant.client();
    await client.realtime.setAuth(bearer);
    const status = await new Promise<string>((resolve) => {
      client.channel(name()).subscribe((said) => resolve(said));
    });
    assert.equal(status, 'CHANNEL_ERROR', `${what}: as supabase-js says it`);
    await client.removeAllChannels();
    client.realtime.disconnect();
  }
});

test('a page that subscribes before its token is loaded hears in the end', async () => {
  const who = await tenant.signIn();
  const { data } = await who.auth.getSession();
  const stored = JSON.stringify(data.session);
  // a stored session that takes a moment to read, as in a browser: the first join goes out without it
  const store: Record<string, string> = {};
  const client = createClient(tenant.url, tenant.anonKey, {
    auth: {
      autoRefreshToken: false,
      persistSession: true,
      storageKey: 'k',
      storage: {
        getItem: async (key) => {
          await new Promise((r) => setTimeout(r, 300));
          return key === 'k' ? stored : (store[key] ?? null);
        },
        setItem: (key, value) => {
          store[key] = value;
        },
        removeItem: (key) => {
          delete store[key];
        },
      },
    },
  });
  const heard: unknown[] = [];
  let live = false;
  client
    .channel(name())
    .on('system', {}, (said: { message?: string }) => {
      if (said.message === 'Subscribed to PostgreSQL') live = true;
    })
    .on('postgres_changes', { event: 'INSERT', schema: 'public', table: 'customers' }, (change) => heard.push(change.new))
    .subscribe();
  await until('Subscribed to PostgreSQL', () => live);
  await tenant.sql(`insert into customers (organization_id, full_name, email) values ('${organization}', 'Ada', '${address()}')`);
  await until('the change', () => heard.length);
  await client.removeAllChannels();
  client.realtime.disconnect();
});

test('who has not signed in is refused where every table is closed, and let in where one is open', async () => {
  const socket = await open();
  const wish = (...tables: string[]) => ({ postgres_changes: tables.map((table) => ({ event: '*', schema: 'public', table })) });
  const closed = await socket.join(name(), wish('customers'));
  assert.equal(closed['status'], 'error');
  assert.match(closed['response'].reason, /^Unauthorized/);
  assert.equal((await socket.join(name(), wish('no_such_table')))['response'].reason, closed['response'].reason, 'what is there is told to nobody');
  assert.equal((await socket.join(name(), wish('customers', 'menu_items')))['status'], 'ok');
  assert.equal((await socket.join(name(), {}))['status'], 'ok');
  const customer = await token(await signIn(tenant, await person(tenant)));
  assert.equal((await socket.join(name(), wish('kitchen_orders'), customer))['status'], 'ok', 'who has signed in is told by a system message');
});

const numbers = '{"price":19.99,"tip":0.1,"big":12345678901234567890,"bigger":-123456789012345678901234567890.5,"e":1e-7,"one":1.0,"nul":[0,-0,1.10]}';

test('numbers of a broadcast come out as they went in, and so does a zero character', async () => {
  const [topic, socket, old] = [name(), await open(), await open({ vsn: '1.0.0' })];
  const texts: string[] = [];
  for (const one of [socket, old]) {
    one.socket.addEventListener('message', ({ data }) => {
      texts.push(typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer).toString());
    });
    assert.equal((await one.join(topic, { broadcast: { self: true } }))['status'], 'ok');
  }
  const arrives = async (what: string) => until(what, () => texts.filter((text) => text.includes(what)).length >= 2);
  socket.raw(`["1","9","realtime:${topic}","broadcast",{"type":"broadcast","event":"e","payload":${numbers}}]`);
  await arrives(numbers);
  texts.length = 0;
  socket.raw(`["1","9","realtime:${topic}","broadcast",{"type":"broadcast","event":"e","payload":{"nul":"a\\u0000b"}}]`);
  await arrives('a\\u0000b');
  texts.length = 0;
  const post = (where: string, body: string) =>
    fetch(`${tenant.url}/realtime/v1/api/broadcast${where}`, {
      method: 'POST',
      body,
      headers: { apikey: tenant.serviceKey, authorization: `Bearer ${tenant.serviceKey}`, 'content-type': 'application/json' },
    });
  assert.equal((await post('', `{"messages":[{"topic":"${topic}","event":"e","payload":${numbers}}]}`)).status, 202);
  await arrives(numbers);
  texts.length = 0;
  assert.equal((await post(`/${topic}/events/e`, numbers)).status, 202);
  await arrives(numbers);
  // where a zero character would cut a name short it is refused
  assert.equal((await post('', `{"messages":[{"topic":"${topic}\\u0000x","event":"e","payload":{}}]}`)).status, 400);
  socket.raw(`["1","77","realtime:${topic}\\u0000x","phx_join",{}]`);
  await until('a refusal', () => socket.messages.some((m) => m.event === 'phx_reply' && /u0000/.test(JSON.stringify(m.payload))));
  // what looks like our own mark for a number is a text
  texts.length = 0;
  socket.raw(`["1","9","realtime:${topic}","broadcast",{"type":"broadcast","event":"e","payload":{"a":"\ufdd0n1,\\"b\\":2","c":"\ufdd0n5","\ufdd0n7":1}}]`);
  await until('the texts', () => texts.length >= 2);
  for (const text of texts) assert.ok(text.includes('"a":"\ufdd0n1,\\"b\\":2"') && text.includes('"c":"\ufdd0n5"') && text.includes('"\ufdd0n7":1'), text);
});

test('bytes from SQL', async () => {
  const [topic, socket, old] = [name(), await open(), await open({ vsn: '1.0.0' })];
  for (const one of [socket, old]) {
    await one.join(topic, { broadcast: { replication_ready: true } });
    await until('replication_ready', () => one.of(topic, 'system').length);
  }
  await tenant.sql(`select realtime.send_binary('\\xdeadbeef00ff', 'blob', '${topic}', false); select realtime.send('{"n": 19.990}', 'json', '${topic}', false)`);
  await until('both', () => socket.of(topic, 'broadcast').length === 2);
  assert.deepEqual([...(socket.of(topic, 'broadcast')[0]!['payload'] as Buffer)], [0xde, 0xad, 0xbe, 0xef, 0, 0xff]);
  await until('what version 1 can be told', () => old.of(topic, 'broadcast').length === 1);
  assert.equal(old.of(topic, 'broadcast')[0]!['event'], 'json');
  // and again for who comes later
  const mine = `org:${organization}:${topic}`;
  const owner = await token(await tenant.signIn());
  await tenant.sql(`select realtime.send_binary('\\x0001', 'blob', '${mine}'); select realtime.send('{"n": 19.990}', 'json', '${mine}')`);
  const late = await open();
  assert.equal((await late.join(mine, { private: true, broadcast: { replay: { since: 1, limit: 5 } } }, owner))['status'], 'ok');
  await until('both again', () => late.of(mine, 'broadcast').length === 2);
  const again = new Map(late.of(mine, 'broadcast').map((p) => [p['event'], p['payload']]));
  assert.deepEqual([...(again.get('blob') as Buffer)], [0, 1]);
});

test('numbers of a sign-up are those that were sent, in answers, tokens and SQL', async () => {
  await setAuth(tenant, { confirm_email: false });
  const email = address();
  const answer = await fetch(`${tenant.url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: tenant.anonKey, 'content-type': 'application/json' },
    body: `{"email":"${email}","password":"${password()}","data":${numbers}}`,
  });
  const text = await answer.text();
  await setAuth(tenant);
  assert.equal(answer.status, 200, text);
  for (const number of ['19.99', '0.1', '12345678901234567890', '-123456789012345678901234567890.5', '0.0000001', '1.0', '1.10'])
    assert.match(text, new RegExp(`[:\\[,]${number.replaceAll('.', '\\.')}[,}\\]]`), number);
  assert.equal(await tenant.sql(`select user_metadata ->> 'price' || ' ' || (user_metadata ->> 'big') from users where email = '${email}'`), '19.99 12345678901234567890');
  const bearer = JSON.parse(text).access_token as string;
  assert.match(Buffer.from(bearer.split('.')[1]!, 'base64url').toString(), /"big":12345678901234567890/);
  const me = await fetch(`${tenant.url}/rest/v1/users?select=user_metadata`, { headers: { apikey: tenant.anonKey, authorization: `Bearer ${bearer}` } });
  assert.equal(me.status, 200, 'and the token is taken');
  assert.equal(typeof claims(bearer)['exp'], 'number');
  const nul = await raw(tenant, 'POST', '/signup', `{"email":"${address()}","password":"${password()}","data":{"x":"a\\u0000b"}}`);
  assert.equal(nul.status, 400);
  assert.match(nul.body.msg, /u0000/);
});

test('a refresh over its limit keeps the session: 503 with Retry-After, by session', async () => {
  await setAuth(tenant, { limits: { token: 0, refresh: 2 } });
  try {
    const [one, other] = [await signIn(tenant, await person(tenant)), await signIn(tenant, await person(tenant))];
    const statuses: number[] = [];
    let refresh_token = (await one.auth.getSession()).data.session!.refresh_token;
    for (let i = 0; i < 4; i++) {
      const answer = await raw(tenant, 'POST', '/token?grant_type=refresh_token', { refresh_token });
      statuses.push(answer.status);
      if (answer.status === 200) refresh_token = answer.body.refresh_token;
      else assert.ok(Number(answer.headers.get('retry-after')) > 0);
    }
    assert.deepEqual(statuses, [200, 200, 503, 503]);
    assert.equal((await other.auth.refreshSession()).error, null, 'another session behind the same address goes on');
    const made: number[] = [];
    for (let i = 0; i < 4; i++) made.push((await raw(tenant, 'POST', '/token?grant_type=refresh_token', { refresh_token: 'made up' })).status);
    assert.deepEqual(made, [400, 400, 503, 503], 'made-up ones are counted by address');
  } finally {
    await setAuth(tenant);
  }
});
