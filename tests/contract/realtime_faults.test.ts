// Realtime when something dies: whoever resumes by cursor gets every change once, in order; broadcasts and presence find their way between
// workers and daemons; a daemon that stops sends its clients away politely.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { children, startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { Phoenix } from './realtime_support.ts';

const own = { workers: '2', 'log-level': 'info' };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function kill(daemon: Daemon, kind: string): void {
  const victims = [...children(daemon.pid)].filter(([name]) => name.startsWith(kind));
  assert.ok(victims.length, kind);
  for (const [, pid] of victims) process.kill(pid, 'SIGKILL');
}

/** Writes numbered rows until it is told to stop; what fails is tried again. */
class Writer {
  written = 0;
  private going = true;
  private readonly done: Promise<void>;

  constructor(tenant: Tenant, organization: string) {
    this.done = (async () => {
      for (let n = 1; this.going; n++) {
        const insert = (k: string) =>
          `insert into customers (organization_id, full_name) select '${organization}', '+1 ${n}${k}' where not exists (select from customers where full_name = '+1 ${n}${k}')`;
        while (
          !(await tenant.sql(`begin; ${insert('a')}; ${insert('b')}; commit`).then(
            () => true,
            () => false,
          ))
        )
          await pause(100);
        this.written = n;
        await pause(5);
      }
    })();
  }

  async stop(): Promise<void> {
    this.going = false;
    await this.done;
  }
}

/** A client that comes back where it was, as often as it must. */
class Reader {
  readonly seen: string[] = [];
  refetches = 0;
  returns = -1;
  private cursor: string | undefined;
  private going = true;
  private socket: Phoenix | undefined;
  private readonly done: Promise<void>;

  constructor(tenant: Tenant) {
    this.done = (async () => {
      while (this.going) {
        try {
          this.socket = await Phoenix.open(tenant, { key: tenant.serviceKey });
          this.returns++;
          await this.live(this.socket);
        } catch {
          await pause(50);
        }
      }
    })();
  }

  private async live(socket: Phoenix): Promise<void> {
    const reply = await socket.join('rows', { postgres_changes: [{ event: 'INSERT', schema: 'public', table: 'customers', ...(this.cursor ? { since: this.cursor } : {}) }] });
    this.cursor ??= reply['response']?.cursor;
    for (let at = 0; this.going && !socket.closed; ) {
      for (const message of socket.messages.slice(at)) {
        at++;
        if (message.event === 'system' && message.payload['status'] === 'refetch') this.refetches++;
        if (message.event === 'system' && message.payload['status'] === 'ok') this.cursor ??= message.payload['cursor'];
        if (message.event !== 'postgres_changes') continue;
        this.seen.push(message.payload['data'].record.full_name);
        this.cursor = message.payload['data'].cursor;
      }
      await pause(10);
    }
  }

  get ready(): boolean {
    return this.cursor !== undefined;
  }
  drop(): void {
    this.socket?.socket.close();
  }

  async stop(): Promise<void> {
    this.going = false;
    this.socket?.socket.close();
    await this.done;
  }
}

/** Rows are written while `happen` happens; in the end every reader has seen each of them once, in order. */
async function nothingIsLost(happen: (daemon: Daemon, readers: Reader[]) => Promise<void>): Promise<Reader[]> {
  const daemon = await startDaemon(own);
  const readers: Reader[] = [];
  let writer: Writer | undefined;
  try {
    const tenant = await makeTenant(daemon, []);
    const organization = await tenant.sql('select id from organizations limit 1');
    for (let i = 0; i < 4; i++) readers.push(new Reader(tenant));
    await until('readers', () => readers.every((reader) => reader.ready));
    writer = new Writer(tenant, organization);
    await until('some rows', () => writer!.written >= 20);
    await happen(daemon, readers);
    const here = writer.written;
    await until('more rows', () => writer!.written >= here + 40);
    await writer.stop();
    const expected = Array.from({ length: writer.written }, (_, i) => [`+1 ${i + 1}a`, `+1 ${i + 1}b`]).flat();
    await until('the last row', () => readers.every((reader) => reader.seen.at(-1) === expected.at(-1)));
    for (const reader of readers) {
      assert.deepEqual(reader.seen, expected);
      assert.equal(reader.refetches, 0);
    }
    return readers;
  } finally {
    await writer?.stop();
    for (const reader of readers) await reader.stop();
    await daemon.stop();
  }
}

test('the WAL worker is killed: nobody notices', async () => {
  const readers = await nothingIsLost(async (daemon) => {
    for (let i = 0; i < 3; i++) {
      kill(daemon, 'wal');
      await pause(700);
    }
  });
  for (const reader of readers) assert.equal(reader.returns, 0, 'no connection was lost');
});

test('web workers are killed: clients come back and lack nothing', async () => {
  const readers = await nothingIsLost(async (daemon) => {
    for (let i = 0; i < 3; i++) {
      kill(daemon, 'web');
      await pause(700);
    }
  });
  assert.ok(readers.every((reader) => reader.returns > 0));
});

test('both are killed', async () => {
  await nothingIsLost(async (daemon) => {
    kill(daemon, 'w');
    await pause(500);
  });
});

test('PostgreSQL is killed: what was confirmed is told, once', async () => {
  await nothingIsLost(async (daemon) => {
    process.kill(Number(readFileSync(path.join(daemon.dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
    await until('PostgreSQL back', () =>
      daemon.sql('select 1').then(
        () => true,
        () => false,
      ),
    );
  });
});

test('clients that keep leaving lack nothing', async () => {
  await nothingIsLost(async (_, readers) => {
    for (let i = 0; i < 10; i++) {
      for (const reader of readers) reader.drop();
      await pause(100);
    }
  });
});

test('a client that is cut off in the middle of a frame is gone, and nobody else', async () => {
  const daemon = await startDaemon(own);
  try {
    const tenant = await makeTenant(daemon, []);
    const other = await Phoenix.open(tenant);
    await other.join('table', { presence: { key: 'other', enabled: true } });
    const masked = (opcode: number, text: string, length = text.length) =>
      Buffer.concat([Buffer.from([0x80 | opcode, ...(length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255]), 0, 0, 0, 0]), Buffer.from(text)]);
    const socket = connect(daemon.port, '127.0.0.1');
    let got = '';
    socket.on('data', (data) => {
      got += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.write(
      `GET /realtime/v1/websocket?apikey=${tenant.anonKey}&vsn=2.0.0 HTTP/1.1\r\nHost: ${tenant.domain}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    await until('101', () => got.includes('101 Switching'));
    socket.write(masked(1, JSON.stringify(['1', '1', 'realtime:table', 'phx_join', { config: { presence: { key: 'cut', enabled: true } } }])));
    await until('joined', () => got.includes('phx_reply'));
    socket.write(masked(1, JSON.stringify(['1', '2', 'realtime:table', 'presence', { type: 'presence', event: 'track', payload: {} }])));
    await until('present', () => other.of('table', 'presence_diff').some((diff) => 'cut' in diff['joins']));
    socket.write(masked(1, '["1","3","realtime:table","broad', 5000));
    socket.destroy();
    await until('gone', () => other.of('table', 'presence_diff').some((diff) => 'cut' in diff['leaves']));
    assert.equal((await other.ask('phoenix', 'heartbeat', {}))['status'], 'ok');
    await other.close();
  } finally {
    await daemon.stop();
  }
});

/** Clients on both sides of something talk to each other: broadcasts, presence, messages from SQL and changes. */
async function talk(tenant: Tenant, clients: Phoenix[]): Promise<void> {
  const organization = await tenant.sql('select id from organizations limit 1');
  await Promise.all(
    clients.map(async (client, i) => {
      await client.join('room', { presence: { key: `k${i}`, enabled: true }, broadcast: { replication_ready: true } });
      await client.watch('rows', [{ table: 'customers' }], tenant.serviceKey);
      await until('SQL can be heard', () => client.of('room', 'system').length);
      await client.ask('realtime:room', 'presence', { type: 'presence', event: 'track', payload: { i } });
    }),
  );
  const present = (client: Phoenix) => {
    const here = new Set<string>();
    for (const m of client.messages.filter((one) => one.topic === 'realtime:room')) {
      if (m.event === 'presence_state') for (const key of Object.keys(m.payload)) here.add(key);
      if (m.event === 'presence_diff') {
        for (const key of Object.keys(m.payload['leaves'])) here.delete(key);
        for (const key of Object.keys(m.payload['joins'])) here.add(key);
      }
    }
    return here;
  };
  await until('everybody sees everybody', () => clients.every((client) => present(client).size === clients.length));
  for (const [i, client] of clients.entries()) client.send('realtime:room', 'broadcast', { type: 'broadcast', event: 'hello', payload: { i } });
  await tenant.sql(`select app.broadcast('room', 'sql', '{}', false)`);
  await tenant.sql(`insert into customers (organization_id, full_name) values ('${organization}', 'Seen by all')`);
  const heard = (client: Phoenix, event: string) => client.of('room', 'broadcast').filter((p) => p['event'] === event).length;
  await until('all was heard', () => clients.every((client) => heard(client, 'hello') === clients.length - 1 && heard(client, 'sql') === 1 && client.changes('rows').length === 1));
  await clients[0]!.close();
  await until('who left is missed', () => clients.slice(1).every((client) => !present(client).has('k0')));
  await pause(200);
  for (const client of clients.slice(1)) assert.equal(heard(client, 'hello'), clients.length - 1, 'nothing twice');
}

test('workers of one daemon are one', async () => {
  const daemon = await startDaemon({ ...own, workers: '3' });
  try {
    const tenant = await makeTenant(daemon, []);
    const clients = await Promise.all(Array.from({ length: 9 }, () => Phoenix.open(tenant)));
    await talk(tenant, clients);
    for (const client of clients.slice(1)) await client.close();
  } finally {
    await daemon.stop();
  }
});

test('daemons on one database are one', async () => {
  const first = await startDaemon({ ...own, 'daemon-name': 'first' });
  let second: Daemon | undefined;
  try {
    const tenant = await makeTenant(first, []);
    second = await startDaemon({ ...own, 'daemon-name': 'second', 'database-url': `host=${path.join(first.dataDir, 'socket')} user=maitred dbname=maitred` });
    const there: Tenant = { ...tenant, daemon: second, url: second.url(tenant.domain) };
    const clients = [...(await Promise.all([1, 2, 3].map(() => Phoenix.open(tenant)))), ...(await Promise.all([1, 2, 3].map(() => Phoenix.open(there))))];
    await talk(tenant, clients);

    // a cursor of one is good at the other
    const organization = await tenant.sql('select id from organizations limit 1');
    const add = (name: string) => tenant.sql(`insert into customers (organization_id, full_name) values ('${organization}', '${name}')`);
    const here = await Phoenix.open(tenant, { key: tenant.serviceKey });
    await here.watch('more', [{ table: 'customers' }]);
    await add('One');
    const { cursor } = await until('One', () => here.changes('more')[0]);
    await here.close();
    await add('Two');
    const moved = await Phoenix.open(there, { key: tenant.serviceKey });
    await moved.watch('more', [{ table: 'customers', since: cursor }]);
    await add('Three');
    await until('Three', () => moved.changes('more').length >= 2);
    assert.deepEqual(
      moved.changes('more').map((change) => change.record!['full_name']),
      ['Two', 'Three'],
    );
    await moved.close();
    for (const client of clients.slice(1)) await client.close();
    assert.equal(await first.sql(`select string_agg(slot_name, ' ' order by slot_name) from pg_replication_slots`), 'maitred_first maitred_second');
  } finally {
    await second?.stop();
    await first.stop();
  }
});

test('a daemon that stops says so: 1012, come back', async () => {
  const daemon = await startDaemon(own);
  const tenant = await makeTenant(daemon, []);
  const clients = await Promise.all(Array.from({ length: 20 }, () => Phoenix.open(tenant)));
  await daemon.stop();
  for (const client of clients) {
    await until('the end', () => client.closed);
    assert.equal(client.closed!.code, 1012);
  }
});

test('a message that the WAL tells of late is not said again to who was given it from before', async () => {
  const daemon = await startDaemon({ ...own, workers: '1' });
  try {
    const tenant = await makeTenant(daemon, []);
    const topic = 'late';
    const private_ = { private: true, broadcast: { replication_ready: true } };
    const [first, late] = [await Phoenix.open(tenant, { key: tenant.serviceKey }), await Phoenix.open(tenant, { key: tenant.serviceKey })];
    await first.join(topic, private_);
    await until('ready', () => first.of(topic, 'system').find((p) => p['message'] === 'Replication connection established'));
    const hub = [...children(daemon.pid)].find(([name]) => name.startsWith('wal'))![1];
    process.kill(hub, 'SIGSTOP');
    try {
      await tenant.sql(`select app.broadcast('${topic}', 'n', '{"n": 1}')`);
      await late.join(topic, { private: true, broadcast: { replay: { since: Date.now() - 60_000 } } });
      await until('the first, from before', () => late.of(topic, 'broadcast').length === 1);
    } finally {
      process.kill(hub, 'SIGCONT');
    }
    await tenant.sql(`select app.broadcast('${topic}', 'n', '{"n": 2}')`);
    await until('the second', () => late.of(topic, 'broadcast').some((p) => p['payload'].n === 2));
    assert.deepEqual(
      late.of(topic, 'broadcast').map((p) => [p['payload'].n, p['meta'].replayed]),
      [
        [1, true],
        [2, undefined],
      ],
    );
    await until('both for the first', () => first.of(topic, 'broadcast').length === 2);
    await Promise.all([first.close(), late.close()]);
  } finally {
    await daemon.stop();
  }
});
