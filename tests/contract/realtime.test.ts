// The Realtime dialect: channels, broadcasts, presence and changes, with the unmodified npm client and with a bare one.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { Phoenix, settled, sign, subscribed, type Json } from './realtime_support.ts';

let daemon: Daemon;
let tenant: Tenant;
let owner: SupabaseClient;
let ownerToken: string;
let organization: string;
const clients: SupabaseClient[] = [];
const sockets: Phoenix[] = [];

/** Clients that are closed at the end, so that the test ends too. */
function client(key = tenant.anonKey, vsn: '1.0.0' | '2.0.0' = '2.0.0'): SupabaseClient {
  const made = createClient(tenant.url, key, { auth: { persistSession: false, autoRefreshToken: false }, realtime: { vsn } as object });
  clients.push(made);
  return made;
}

async function open(options: { key?: string; vsn?: string } = {}): Promise<Phoenix> {
  const socket = await Phoenix.open(tenant, options);
  sockets.push(socket);
  return socket;
}

before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, ['dining', 'labor']);
  owner = await tenant.signIn();
  clients.push(owner);
  ownerToken = (await owner.auth.getSession()).data.session!.access_token;
  organization = await tenant.sql('select id from organizations order by created_at limit 1');
});
after(async () => {
  for (const made of clients) await made.removeAllChannels();
  for (const socket of sockets) socket.socket.close();
  await daemon?.stop();
});

const name = () => `t${randomUUID().slice(0, 8)}`;
const customer = (full_name: string, more = '') =>
  tenant.sql(`insert into customers (organization_id, full_name, email) values ('${organization}', '${full_name}', '${name()}@example.test') returning id${more}`);

describe('sockets', () => {
  test("a key that is not the tenant's opens nothing", async () => {
    for (const key of ['', 'x', 'sb_publishable_nope']) {
      await assert.rejects(Phoenix.open(tenant, { key }));
      assert.equal((await fetch(`${tenant.url}/realtime/v1/websocket?apikey=${key}`)).status, 401);
    }
    const answer = await fetch(`${tenant.url}/realtime/v1/websocket?apikey=${tenant.anonKey}`);
    assert.equal(answer.status, 426);
    assert.equal((await fetch(`${tenant.url}/realtime/v1/websocket?apikey=${tenant.anonKey}&vsn=3`)).status, 400);
  });

  for (const vsn of ['1.0.0', '2.0.0']) {
    test(`version ${vsn}: heartbeat, join, leave, joining again`, async () => {
      const socket = await open({ vsn });
      assert.deepEqual(await socket.ask('phoenix', 'heartbeat', {}), { status: 'ok', response: {} });
      const topic = name();
      const first = await socket.join(topic);
      assert.deepEqual(first, { status: 'ok', response: { postgres_changes: [] } });
      const joined = socket.messages.find((m) => m.topic === `realtime:${topic}`)!;
      await socket.join(topic);
      const close = await until('phx_close', () => socket.messages.find((m) => m.event === 'phx_close'));
      assert.equal(close.join_ref, joined.join_ref, 'the former join is closed');
      assert.deepEqual(await socket.ask(`realtime:${topic}`, 'phx_leave', {}), { status: 'ok', response: {} });
      assert.deepEqual(await socket.ask(`realtime:${topic}`, 'broadcast', { event: 'x' }), { status: 'error', response: { reason: 'unmatched topic' } });
    });
  }

  test('a socket that makes no sense is told so, and closed when it goes on', async () => {
    const socket = await open();
    socket.raw('{');
    const refusal = await until('a refusal', () => socket.messages.find((m) => m.event === 'phx_reply'));
    assert.equal(refusal.payload['status'], 'error');
    assert.equal((await socket.ask('phoenix', 'dance', {}))['status'], 'error');
    assert.equal((await socket.ask('elsewhere', 'phx_join', {}))['status'], 'error');
    for (let i = 0; i < 30; i++) socket.raw(new Uint8Array([3, 255, 1]));
    await until('the end', () => socket.closed);
    assert.equal(socket.closed!.code, 1008);
    const large = await open();
    large.raw(`["1","1","phoenix","heartbeat",{"x":"${'x'.repeat(1 << 20)}"}]`);
    await until('the end', () => large.closed);
    assert.equal(large.closed!.code, 1009);
  });

  test('too many channels and too many messages are refused by name', async () => {
    const socket = await open();
    const joins = await Promise.all(Array.from({ length: 60 }, () => socket.join(name())));
    assert.ok(joins.every((reply) => reply['status'] === 'ok'));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const more = await Promise.all(Array.from({ length: 45 }, () => socket.join(name())));
    assert.equal(more.filter((reply) => reply['status'] === 'ok').length, 40, 'a hundred in all');
    assert.match(more.at(-1)!['response'].reason, /^ChannelRateLimitReached/);
    const quick = await open();
    for (let i = 0; i < 240; i++) quick.send('phoenix', 'heartbeat', {});
    await until('a limit', () => quick.messages.some((m) => /^MessageRateLimitReached/.test(m.payload['response']?.reason)));
    await until('the end', () => quick.closed);
  });

  test('a topic needs a name', async () => {
    const socket = await open();
    assert.match((await socket.join(''))['response'].reason, /^TopicNameRequired/);
    assert.match((await socket.join('x'.repeat(250)))['response'].reason, /^TopicNameTooLong/);
  });
});

describe('broadcast', () => {
  test('text and bytes between clients of both versions, self and acknowledged', async () => {
    const topic = name();
    const heard: Record<string, Json[]> = { a: [], b: [], old: [] };
    const listen = async (who: string, made: SupabaseClient, config: object) => {
      const channel = made.channel(topic, { config: { broadcast: config } });
      channel.on('broadcast', { event: '*' }, (message) => heard[who]!.push(message as unknown as Json));
      return subscribed(channel);
    };
    const a = await listen('a', client(), { self: true, ack: true });
    await listen('b', client(), {});
    const old = await listen('old', client(tenant.anonKey, '1.0.0'), { ack: true });
    assert.equal(await a.send({ type: 'broadcast', event: 'hello', payload: { n: 1, text: 'größe 🍕' } }), 'ok');
    await until('the first', () => heard['b']!.length === 1 && heard['old']!.length === 1); // two senders have no order
    assert.equal(await old.send({ type: 'broadcast', event: 'hello', payload: { n: 2 } }), 'ok');
    await until('four and a half', () => heard['a']!.length === 2 && heard['b']!.length === 2 && heard['old']!.length === 1);
    assert.deepEqual(heard['b'], [
      { type: 'broadcast', event: 'hello', payload: { n: 1, text: 'größe 🍕' } },
      { type: 'broadcast', event: 'hello', payload: { n: 2 } },
    ]);
    assert.deepEqual(heard['old'], [{ type: 'broadcast', event: 'hello', payload: { n: 1, text: 'größe 🍕' } }], 'not its own');
    assert.equal(await a.send({ type: 'broadcast', event: 'bytes', payload: new Uint8Array([0, 255, 7]).buffer }), 'ok');
    const bytes = (await until('bytes', () => heard['b']!.find((m) => (m as { event: string }).event === 'bytes'))) as unknown as { payload: ArrayBuffer };
    assert.deepEqual([...new Uint8Array(bytes.payload)], [0, 255, 7]);
    assert.equal(heard['old']!.length, 1, 'bytes are nothing to a client of version 1');
  });

  test('over HTTP, one message and many', async () => {
    const topic = name();
    const socket = await open();
    await socket.join(topic);
    const channel = client().channel(topic);
    assert.deepEqual(await channel.httpSend('one', { a: 1 }), { success: true });
    const post = (body: unknown, key = tenant.anonKey) =>
      fetch(`${tenant.url}/realtime/v1/api/broadcast`, { method: 'POST', headers: { apikey: key, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    assert.equal(
      (
        await post({
          messages: [
            { topic, event: 'two', payload: { a: 2 } },
            { topic, event: 'three', payload: { a: 3 } },
          ],
        })
      ).status,
      202,
    );
    await until('three messages', () => socket.of(topic, 'broadcast').length === 3);
    const told = socket.of(topic, 'broadcast').map((p) => [p['event'], p['payload']]);
    assert.deepEqual(
      told.filter(([event]) => event === 'one'),
      [['one', { a: 1 }]],
      'two requests have no order: each may be at another worker',
    );
    assert.deepEqual(
      told.filter(([event]) => event !== 'one'),
      [
        ['two', { a: 2 }],
        ['three', { a: 3 }],
      ],
      'the messages of one have',
    );
    assert.equal((await post({ messages: [{ topic, event: 'x', payload: 1, private: true }] })).status, 403, 'private topics are not for visitors');
    assert.equal((await post({ messages: [{ topic, event: 'x', payload: 1, private: true }] }, tenant.serviceKey)).status, 202);
    assert.equal((await post({ messages: [{ event: 'x' }] })).status, 400);
    assert.equal((await post({})).status, 400);
    assert.equal((await post({ messages: [] }, 'nonsense')).status, 401);
    await settled(tenant, [socket]);
    assert.equal(socket.of(topic, 'broadcast').length, 3);
  });

  test('from SQL, when the transaction commits', async () => {
    const topic = name();
    const socket = await open();
    await socket.join(topic, { broadcast: { replication_ready: true } });
    await until('ready', () => socket.of(topic, 'system').find((p) => p['message'] === 'Replication connection established' && p['status'] === 'ok'));
    await tenant.sql(`begin; select realtime.send('{"n": 0}', 'no', '${topic}', false); rollback`);
    await tenant.sql(`select realtime.send('{"n": 1}', 'yes', '${topic}', false), realtime.send('{"n": 2}', 'hidden', '${topic}', true)`);
    await settled(tenant, [socket]);
    assert.deepEqual(
      socket.of(topic, 'broadcast').map((p) => [p['event'], p['payload']]),
      [['yes', { n: 1 }]],
      'what is private goes to the private channel of that name',
    );
  });

  test('what says it is JSON is JSON', async () => {
    const topic = name();
    const [socket, old] = [await open(), await open({ vsn: '1.0.0' })];
    await Promise.all([socket.join(topic), old.join(topic)]);
    const full = `realtime:${topic}`;
    const push = (payload: string) => Buffer.concat([Buffer.from([3, 1, 1, full.length, 1, 0, 1]), Buffer.from(`19${full}e${payload}`)]);
    socket.raw(Uint8Array.from(push('{"broken')));
    await until('a refusal', () => socket.messages.some((m) => m.payload['status'] === 'error' && /JSON/.test(m.payload['response'].reason)));
    socket.raw(Uint8Array.from(push('{"whole":1}')));
    await until('the whole one', () => old.of(topic, 'broadcast').length === 1);
  });
});

describe('presence', () => {
  test('who comes, changes and goes is known to all, and to who comes later', async () => {
    const topic = name();
    const [one, two] = [client(), client()];
    const seen: string[] = [];
    const channel = (made: SupabaseClient, key: string) => made.channel(topic, { config: { presence: { key } } });
    const a = channel(one, 'ada');
    a.on('presence', { event: 'join' }, ({ key }) => seen.push(`join ${key}`));
    a.on('presence', { event: 'leave' }, ({ key }) => seen.push(`leave ${key}`));
    await subscribed(a);
    assert.equal(await a.track({ at: 'table 1' }), 'ok');
    await until('Ada', () => 'ada' in a.presenceState());
    const b = channel(two, 'ben');
    let state: Record<string, unknown[]> = {};
    b.on('presence', { event: 'sync' }, () => {
      state = b.presenceState();
    });
    await subscribed(b);
    await until('Ada there', () => 'ada' in state);
    assert.deepEqual(Object.keys((state['ada'] as object[])[0]!).sort(), ['at', 'presence_ref']);
    await b.track({ at: 'table 2' });
    await until('both', () => 'ben' in a.presenceState());
    await a.track({ at: 'table 3' });
    await until('Ada elsewhere', () => (state['ada'] as { at: string }[] | undefined)?.length === 1 && (state['ada'] as { at: string }[])[0]!.at === 'table 3');
    await b.untrack();
    await until('Ben gone', () => !('ben' in a.presenceState()));
    await b.track({ at: 'table 4' });
    await until('Ben back', () => 'ben' in a.presenceState());
    await two.removeAllChannels();
    await until('Ben gone for good', () => !('ben' in a.presenceState()));
    assert.ok(seen.includes('join ben') && seen.includes('leave ben'));
  });
});

describe('changes', () => {
  test('inserts, updates and deletes, as REST writes the same rows', async () => {
    const got: any[] = [];
    const channel = owner.channel(name()).on('postgres_changes', { event: '*', schema: 'public', table: 'customers' }, (change) => got.push(change));
    await subscribed(channel, true);
    const id = await customer('Ada "the first" Lovelace\\n');
    await until('the insert', () => got.length === 1);
    const { data } = await owner.from('customers').select().eq('id', id).single();
    assert.deepEqual(got[0].new, data);
    assert.deepEqual([got[0].eventType, got[0].schema, got[0].table, got[0].old, got[0].errors], ['INSERT', 'public', 'customers', {}, null]);
    assert.match(got[0].commit_timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    await tenant.sql(`update customers set phone = '+49 30 1' where id = '${id}'`);
    await until('the update', () => got.length === 2);
    assert.deepEqual(got[1].new, (await owner.from('customers').select().eq('id', id).single()).data);
    assert.deepEqual(got[1].old, { id });
    await tenant.sql(`delete from customers where id = '${id}'`);
    await until('the delete', () => got.length === 3);
    assert.deepEqual([got[2].eventType, got[2].old, got[2].new], ['DELETE', { id }, {}]);
    await owner.removeChannel(channel);
  });

  test('values of every kind are written as REST writes them', async () => {
    await tenant.sql(`create table if not exists odd (id uuid primary key default gen_random_uuid(), i2 int2, i8 int8, n numeric(12,3), f4 float4, f8 float8, b bool, t text, c char(4), d date, ti time,
        ts timestamp, tz timestamptz, iv interval, j json, jb jsonb, by bytea, ai int[], at text[], am int[][], ab bool[], ats timestamptz[], r tstzrange, ip inet, u uuid, e text default 'x', big text);
      alter table odd enable row level security; create policy everybody on odd for select to anon, authenticated using (true); grant select on odd to anon, authenticated;
      notify pgrst, 'reload schema'`);
    const socket = await open();
    const topic = name();
    await socket.watch(topic, [{ table: 'odd' }]);
    await tenant.sql(`insert into odd (i2, i8, n, f4, f8, b, t, c, d, ti, ts, tz, iv, j, jb, by, ai, at, am, ab, ats, r, ip, u) values
      (-1, 9007199254740993, 12.500, 'NaN', 1e300, true, e'a"b\\\\c\\n\\t\\u0001é🍕', 'ab', '0044-03-15 BC', '23:59:59.5', '2026-11-21 01:02:03.4', '2026-11-21 01:02:03+05:30', '1 day 02:00', '{"a" : 1}', '{"b": [1, null]}',
       '\\x00ff', '{1,NULL,3}', array['a,b', 'q"x', null, 'NULL', ''], '{{1,2},{3,4}}', '{t,f}', array['2026-11-21 01:02:03+00'::timestamptz], '[2026-01-01,2026-02-01)', '10.0.0.1', gen_random_uuid()), (${Array(24).fill('null').join(', ')}), (${["0, 0, 0, 'Infinity', '-Infinity', false, ''"].concat(Array(17).fill('null')).join(', ')})`);
    await until('three rows', () => socket.changes(topic).length === 3);
    const rows = await until('the table in REST', async () => {
      const { data } = await tenant.client().from('odd').select();
      return data?.length === 3 ? (data as Record<string, Json>[]) : undefined;
    });
    for (const change of socket.changes(topic)) {
      assert.deepEqual(
        change.record,
        rows.find((row) => row['id'] === change.record!['id']),
      );
      assert.equal(change.columns.find((c) => c.name === 'tz')!.type, 'timestamptz');
      assert.equal(change.columns.find((c) => c.name === 'ai')!.type, '_int4');
    }
  });

  test('a value too long to be in the WAL again is read again', async () => {
    const socket = await open();
    const topic = name();
    const id = await tenant.sql(`insert into odd (big) select string_agg(md5(n::text), '') from generate_series(1, 500) n returning id`);
    await socket.watch(topic, [{ table: 'odd', filter: `id=eq.${id}` }]);
    await tenant.sql(`update odd set i2 = 7 where id = '${id}'`);
    const change = await until('the update', () => socket.changes(topic).find((c) => c.type === 'UPDATE')); // the insert may just come in, too
    assert.equal(change.record!['i2'], 7);
    assert.equal(change.record!['big'].length, 16000);
  });

  test('filters, selected columns, every table', async () => {
    const socket = await open();
    const [filtered, chosen, all, both] = [name(), name(), name(), name()];
    await socket.watch(filtered, [{ table: 'customers', filter: 'full_name=eq."Grace, Hopper"' }], ownerToken);
    await socket.watch(chosen, [{ table: 'customers', event: 'INSERT', select: ['id', 'full_name'] }], ownerToken);
    await socket.watch(all, [{ table: '*' }], ownerToken);
    await socket.watch(
      both,
      [
        { table: 'customers', event: 'INSERT' },
        { table: 'customers', event: 'UPDATE' },
        { table: 'customers', event: '*', filter: 'full_name=like.Grace%' },
      ],
      ownerToken,
    );
    const id = await customer('Grace, Hopper');
    await customer('Somebody');
    await tenant.sql(`update customers set notes = 'x' where id = '${id}'`);
    await settled(tenant, [socket]);
    await until('the last', () => socket.changes(both).length === 3);
    assert.deepEqual(
      socket.changes(filtered).map((c) => [c.type, c.record!['id']]),
      [
        ['INSERT', id],
        ['UPDATE', id],
      ],
    );
    assert.deepEqual(
      socket.changes(chosen).map((c) => Object.keys(c.record!).sort()),
      [
        ['full_name', 'id'],
        ['full_name', 'id'],
      ],
    );
    assert.deepEqual(
      socket
        .changes(all)
        .filter((c) => c.table === 'customers')
        .map((c) => c.type),
      ['INSERT', 'INSERT', 'UPDATE'],
    );
    const ids = socket.of(both, 'postgres_changes').map((p) => p['ids'].length);
    assert.deepEqual(ids, [2, 1, 2], 'one message, with the ids of all that fit');
  });

  test('what cannot be subscribed to is named', async () => {
    const socket = await open();
    const errors = async (wish: object, token?: string) => {
      const topic = name();
      const reply = await socket.join(
        topic,
        {
          postgres_changes: [
            { event: '*', schema: 'public', table: 'menu_items' },
            { event: '*', schema: 'public', ...wish },
          ],
        },
        token,
      );
      assert.equal(reply['status'], 'ok');
      return (await until('a system message', () => socket.of(topic, 'system')[0]))['message'] as string;
    };
    assert.match(await errors({ table: 'no_such' }), /"no_such"/);
    assert.match(await errors({ table: 'customers' }), /"customers"/, 'visitors have no business there');
    assert.match(await errors({ schema: 'pg_catalog', table: 'pg_class' }), /"pg_catalog"/);
    assert.match(await errors({ table: 'customers', filter: 'nope=eq.1' }, ownerToken), /"nope"/);
    assert.match(await errors({ table: 'customers', filter: 'id=eq.7' }, ownerToken), /"7"/);
    assert.match(await errors({ table: 'customers', event: 'SELECT' }, ownerToken), /"SELECT"/);
    assert.match(await errors({ table: 'customers', select: ['nope'] }, ownerToken), /"nope"/);
    assert.match(await errors({ table: 'staff_schedules', filter: 'hourly_rate=gt.10' }, ownerToken), /"hourly_rate"/, 'a filter would tell what may not be read');
    assert.match(await errors({ table: 'customers', since: 'yesterday' }, ownerToken), /"yesterday"/);
  });

  test('a hidden column stays hidden', async () => {
    const socket = await open();
    const topic = name();
    const staff =
      (await tenant.sql(`select id from staff limit 1`)) ||
      (await tenant.sql(`insert into staff (id, organization_id, department) select id, organization_id, 'floor' from users limit 1 returning id`));
    await socket.watch(topic, [{ table: 'staff_schedules' }], ownerToken);
    await tenant.sql(
      `insert into staff_schedules (organization_id, staff_id, shift_date, start_time, end_time, timezone, starts_at, ends_at, hourly_rate) values ('${organization}', '${staff}', '2030-01-02', '08:00', '16:00', 'UTC', '2030-01-02 08:00Z', '2030-01-02 16:00Z', 12.34)`,
    );
    const change = await until('the shift', () => socket.changes(topic)[0]);
    assert.ok(!('hourly_rate' in change.record!) && !JSON.stringify(change).includes('12.34'));
    assert.ok(!change.columns.some((c) => c.name === 'hourly_rate'));
  });

  test('an emptied table asks to be fetched anew', async () => {
    const socket = await open();
    const topic = name();
    await socket.watch(topic, [{ table: 'odd' }]);
    await tenant.sql('truncate odd');
    const message = await until('refetch', () => socket.of(topic, 'system').find((p) => p['status'] === 'refetch'));
    assert.match(message['message'], /"odd"/);
  });

  test('a change of rights, of columns or of policies holds for what is committed behind it', async () => {
    const socket = await open();
    const topic = name();
    await socket.watch(topic, [{ table: 'odd' }]);
    const insert = (t: string) => `insert into odd (t) values ('${t}')`;
    await tenant.sql(insert('seen 1'));
    await tenant.sql(`drop policy everybody on odd; create policy everybody on odd for select to anon, authenticated using (t like 'seen%')`);
    await tenant.sql(`${insert('hidden 1')}; ${insert('seen 2')}`);
    await tenant.sql('alter table odd add column extra int default 3; revoke select on odd from anon; grant select (id, t, extra) on odd to anon');
    await tenant.sql(`${insert('hidden 2')}; ${insert('seen 3')}`);
    await settled(tenant, [socket]);
    await until('three', () => socket.changes(topic).length === 3);
    assert.deepEqual(
      socket.changes(topic).map((c) => c.record!['t']),
      ['seen 1', 'seen 2', 'seen 3'],
    );
    assert.deepEqual(Object.keys(socket.changes(topic)[2]!.record!).sort(), ['extra', 'id', 't']);
  });

  test('who loses a permission hears nothing more', async () => {
    const socket = await open();
    const topic = name();
    const waiter = randomUUID();
    await tenant.sql(
      `insert into users (id, organization_id, email, role, full_name) values ('${waiter}', '${organization}', '${waiter}@example.test', 'waiter', 'W'); insert into staff (id, organization_id, department) values ('${waiter}', '${organization}', 'floor')`,
    );
    const token = await sign(tenant, { sub: waiter, app_role: 'waiter', organization_id: organization });
    await socket.watch(topic, [{ table: 'restaurant_tables' }], token);
    const restaurant = await tenant.sql('select id from restaurants limit 1');
    const table = (number: number) =>
      tenant.sql(`insert into restaurant_tables (organization_id, restaurant_id, table_number, name, capacity) values ('${organization}', '${restaurant}', ${number}, 'T${number}', 4)`);
    await table(901);
    await until('the first', () => socket.changes(topic).length === 1);
    await tenant.sql(`update staff set permissions = '["-tables:read"]' where id = '${waiter}'`);
    await table(902);
    await tenant.sql(`update staff set permissions = '[]' where id = '${waiter}'`);
    await table(903);
    await until('the third', () => socket.changes(topic).some((c) => c.record!['name'] === 'T903'));
    assert.deepEqual(
      socket.changes(topic).map((c) => c.record!['name']),
      ['T901', 'T903'],
    );
  });
});

describe('private channels', () => {
  test('are for those whose topic it is', async () => {
    const stranger = client().channel(`org:${organization}`, { config: { private: true } });
    await assert.rejects(subscribed(stranger), /Unauthorized/);
    const other = randomUUID();
    const [mine, theirs] = [
      await sign(tenant, { sub: other, app_role: 'waiter', organization_id: organization }),
      await sign(tenant, { sub: other, app_role: 'waiter', organization_id: randomUUID() }),
    ];
    const socket = await open();
    assert.equal((await socket.join(`org:${organization}`, { private: true }, theirs))['status'], 'error');
    assert.equal((await socket.join(`org:${organization}:floor`, { private: true }, mine))['status'], 'ok');
    assert.equal((await socket.join(`user:${other}`, { private: true }, theirs))['status'], 'ok');
    assert.equal((await socket.join(`user:${randomUUID()}`, { private: true }, mine))['status'], 'error');
  });

  test('are not reached from the public channel of the same name', async () => {
    const topic = `org:${organization}:${name()}`;
    const [inside, outside] = [await open(), await open()];
    await inside.join(topic, { private: true }, ownerToken);
    await outside.join(topic);
    outside.send(`realtime:${topic}`, 'broadcast', { type: 'broadcast', event: 'spoof', payload: {} });
    inside.send(`realtime:${topic}`, 'broadcast', { type: 'broadcast', event: 'secret', payload: {} });
    await settled(tenant, [inside, outside]);
    assert.deepEqual([...inside.of(topic, 'broadcast'), ...outside.of(topic, 'broadcast')], []);
  });

  test('who may only read does not write', async () => {
    const topic = name();
    await tenant.sql(`create policy ${topic} on realtime_messages for select to authenticated using ((select realtime.topic()) = '${topic}')`);
    const [reader, service] = [await open(), await open({ key: tenant.serviceKey })];
    assert.equal((await reader.join(topic, { private: true, broadcast: { ack: true }, presence: { enabled: true } }, ownerToken))['status'], 'ok');
    assert.equal((await service.join(topic, { private: true, broadcast: { ack: true } }))['status'], 'ok');
    const full = `realtime:${topic}`;
    assert.match((await reader.ask(full, 'broadcast', { type: 'broadcast', event: 'x', payload: {} }))['response'].reason, /^Unauthorized/);
    assert.match((await reader.ask(full, 'presence', { type: 'presence', event: 'track', payload: {} }))['response'].reason, /^Unauthorized/);
    assert.equal((await service.ask(full, 'broadcast', { type: 'broadcast', event: 'y', payload: {} }))['status'], 'ok');
    await until('y', () => reader.of(topic, 'broadcast').length === 1);
    assert.equal(reader.of(topic, 'broadcast')[0]!['event'], 'y');
    assert.equal(service.of(topic, 'broadcast').length, 0);
  });

  test('replay what SQL has sent before', async () => {
    const topic = `org:${organization}:${name()}`;
    const before = Date.now() - 60_000;
    for (const n of [1, 2, 3]) await tenant.sql(`select app.broadcast('${topic}', 'n', '{"n": ${n}}')`);
    const got: any[] = [];
    const channel = owner.channel(topic, { config: { private: true, broadcast: { replay: { since: before, limit: 2 } } } });
    channel.on('broadcast', { event: 'n' }, (message) => got.push(message));
    await subscribed(channel);
    await until('two', () => got.length === 2);
    assert.deepEqual(
      got.map((m) => [m.payload.n, m.meta.replayed]),
      [
        [2, true],
        [3, true],
      ],
    );
    await tenant.sql(`select app.broadcast('${topic}', 'n', '{"n": 4}')`);
    await until('the live one', () => got.length === 3);
    assert.equal(got[2].meta.replayed, undefined);
    await owner.removeChannel(channel);
  });

  test('what is sent while the replay is being read comes behind it, once', async () => {
    const topic = `slow_${name()}`;
    await tenant.sql(`create policy ${topic} on realtime_messages for select to authenticated using (
      case when (select realtime.topic()) = '${topic}' then pg_sleep(0.4) is not null end)`);
    await tenant.sql(`select app.broadcast('${topic}', 'old', '{}')`);
    const [first, late] = [await open(), await open()];
    const ready = { private: true, broadcast: { replication_ready: true } };
    assert.equal((await first.join(topic, ready, ownerToken))['status'], 'ok');
    await until('ready', () => first.of(topic, 'system').find((p) => p['message'] === 'Replication connection established'));
    assert.equal((await late.join(topic, { private: true, broadcast: { replay: { since: Date.now() - 60_000, limit: 25 } } }, ownerToken))['status'], 'ok');
    await tenant.sql(`select app.broadcast('${topic}', 'new', '{}')`);
    await until('the new one, at once', () => first.of(topic, 'broadcast').some((p) => p['event'] === 'new'));
    await until('both', () => late.of(topic, 'broadcast').some((p) => p['event'] === 'new'));
    assert.deepEqual(
      late.of(topic, 'broadcast').map((p) => [p['event'], p['meta'].replayed]),
      [
        ['old', true],
        ['new', undefined],
      ],
    );
  });
});

describe('tokens', () => {
  test('a channel ends with its token, unless another comes', async () => {
    const socket = await open();
    const [short, kept] = [name(), name()];
    const token = () => sign(tenant, { sub: randomUUID(), app_role: 'waiter', organization_id: organization }, 2);
    await socket.watch(short, [{ table: 'customers' }], await token());
    await socket.watch(kept, [{ table: 'customers' }], await token());
    socket.send(`realtime:${kept}`, 'access_token', { access_token: ownerToken });
    await until('the end', () => socket.of(short, 'phx_close').length);
    assert.ok(socket.of(short, 'system').some((p) => p['status'] === 'error' && /expired/.test(p['message'])));
    await customer('Late');
    await until('the change', () => socket.changes(kept).length === 1);
    assert.equal(socket.changes(short).length, 0);
    assert.match((await socket.join(name(), {}, 'nonsense'))['response'].reason, /^InvalidJWTToken/);
    socket.send(`realtime:${kept}`, 'access_token', { access_token: 'nonsense' });
    await until('the end', () => socket.of(kept, 'phx_close').length);
  });

  test('another token sees with its own eyes', async () => {
    const socket = await open();
    const topic = name();
    await socket.watch(topic, [{ table: 'customers' }, { table: 'menu_categories' }], ownerToken);
    const stranger = await sign(tenant, { sub: randomUUID(), app_role: 'owner', organization_id: randomUUID() });
    await customer('Before');
    await until('the first', () => socket.changes(topic).length === 1);
    socket.send(`realtime:${topic}`, 'access_token', { access_token: stranger });
    await socket.ask('phoenix', 'heartbeat', {});
    await customer('Behind');
    const restaurant = await tenant.sql('select id from restaurants limit 1');
    await tenant.sql(`insert into menu_categories (organization_id, restaurant_id, name) values ('${organization}', '${restaurant}', 'For everybody')`);
    await until('what everybody sees', () => socket.changes(topic).some((c) => c.record!['name'] === 'For everybody'));
    socket.send(`realtime:${topic}`, 'access_token', { access_token: ownerToken });
    await socket.ask('phoenix', 'heartbeat', {});
    await customer('Again');
    await until('the last', () => socket.changes(topic).some((c) => c.record!['full_name'] === 'Again'));
    assert.deepEqual(
      socket
        .changes(topic)
        .filter((c) => c.table === 'customers')
        .map((c) => c.record!['full_name']),
      ['Before', 'Again'],
    );
  });

  test('a channel ends with the session it was signed in with', async () => {
    const mine = await tenant.signIn();
    const token = (await mine.auth.getSession()).data.session!.access_token;
    const socket = await open();
    const topic = name();
    await socket.watch(topic, [{ table: 'customers' }], token);
    await mine.auth.signOut({ scope: 'local' });
    await until('the end', () => socket.of(topic, 'phx_close').length);
  });
});

describe('resuming', () => {
  test('by a cursor nothing is lost and nothing comes twice', async () => {
    const topic = name();
    const first = await open();
    let cursor = await first.watch(topic, [{ table: 'customers' }], ownerToken);
    assert.match(cursor, /^[0-9a-f]+\.\d+$/);
    await customer('One');
    await tenant.sql(`begin; ${['Two', 'Three', 'Four'].map((n) => `insert into customers (organization_id, full_name) values ('${organization}', '${n}')`).join('; ')}; commit`);
    await until('three', () => first.changes(topic).length >= 4);
    cursor = first.changes(topic)[1]!.cursor; // in the middle of a transaction
    await first.close();
    await customer('Five');
    const second = await open();
    const stands = await second.watch(topic, [{ table: 'customers', since: cursor }], ownerToken);
    assert.equal(stands, cursor, 'it stands where it stood');
    await customer('Six');
    await until('Six', () => second.changes(topic).some((c) => c.record!['full_name'] === 'Six'));
    assert.deepEqual(
      second.changes(topic).map((c) => c.record!['full_name']),
      ['Three', 'Four', 'Five', 'Six'],
    );
    const third = await open();
    await third.watch(topic, [{ table: 'customers', since: '1.1' }], ownerToken);
    assert.ok(
      third.of(topic, 'system').some((p) => p['status'] === 'refetch'),
      'from long ago: fetch anew',
    );
    const fourth = await open();
    await fourth.watch(topic, [{ table: 'customers', since: 'ffffffffffff.1' }], ownerToken);
    assert.ok(
      fourth.of(topic, 'system').some((p) => p['status'] === 'refetch'),
      'from the future: fetch anew',
    );
  });
});

test('/metrics counts', async () => {
  const text = await (await fetch(`${daemon.url()}/metrics`)).text();
  for (const metric of ['sockets', 'channels', 'subscriptions', 'joins_total', 'deliveries_total', 'checks_total', 'delivery_seconds_count']) {
    assert.match(text, new RegExp(`^maitred_realtime_${metric} \\d`, 'm'));
  }
});
