// Bounds that hold for a whole daemon: its log, its connections, its disk, who sees its figures, what is left for others.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, program, startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { Phoenix } from './realtime_support.ts';

let daemon: Daemon;
let house: Tenant;

before(async () => {
  daemon = await startDaemon({ workers: '1', 'connections-per-address-max': '30', 'connection-timeout-s': '2', 'metrics-token': 'seen-by-who-has-it', 'realtime-spread-bytes-per-s': '50000' });
  house = await makeTenant(daemon, ['dining'], { name: 'House' });
});
after(async () => {
  await daemon.stop();
});

async function logFiles(): Promise<{ bytes: number; text: string }> {
  const folder = path.join(daemon.dataDir, 'postgres/log');
  let [bytes, text] = [0, ''];
  for (const name of await readdir(folder)) {
    bytes += (await stat(path.join(folder, name))).size;
    text += await readFile(path.join(folder, name), 'utf8');
  }
  return { bytes, text };
}

const anon = (where: string, init: RequestInit = {}) => fetch(`${house.url}/rest/v1/${where}`, { ...init, headers: { apikey: house.anonKey, 'content-type': 'application/json', ...init.headers } });

test('what visitors send wrongly is in no log, and the logs hardly grow', async () => {
  const marker = 'mArKeR4711';
  const before = { postgres: (await logFiles()).bytes, daemon: daemon.log().length };
  const long = marker.repeat(80);
  const wrong: [string, RequestInit][] = [
    ['rpc/get_menu', { method: 'POST', body: JSON.stringify({ p_restaurant_id: long }) }],
    ['rpc/get_menu', { method: 'POST', body: JSON.stringify({ p_restaurant_id: marker.repeat(10_000) }) }],
    ['rpc/get_table', { method: 'POST', body: JSON.stringify({ p_table: long }) }],
    [`restaurants?id=eq.${marker.repeat(1000)}`, {}],
    [`restaurants?select=id&name=eq.x&${marker}=eq.1`, {}],
    ['rpc/reserve_table', { method: 'POST', body: JSON.stringify({ p_restaurant_id: crypto.randomUUID(), p_date: long, p_time: long, p_party_size: 2, p_guest_name: long, p_guest_phone: '1' }) }],
    ['customers', { method: 'POST', body: JSON.stringify({ full_name: long, email: marker }) }],
    ['customers', { method: 'POST', headers: { 'content-type': 'text/csv' }, body: `full_name,email\n"${long}",x\n` }],
    ['rpc/join_table_session', { method: 'POST', body: JSON.stringify({ p_table: marker, p_otp: long }) }],
    ['rpc/place_order', { method: 'POST', body: JSON.stringify({ p_items: [{ menu_item_id: long }], p_restaurant_id: crypto.randomUUID() }) }],
  ];
  for (let round = 0; round < 10; round++)
    for (const [where, init] of wrong) {
      const answer = await anon(where, init);
      const text = await answer.text();
      assert.ok(answer.status >= 400 && answer.status < 500, `${where}: ${answer.status} ${text.slice(0, 200)}`);
      assert.ok(text.length < 5000, `${where.slice(0, 40)}: ${text.length} bytes`);
    }
  const log = await logFiles();
  assert.ok(!log.text.includes(marker), `PostgreSQL wrote it down: ${log.text.slice(log.text.indexOf(marker) - 200, log.text.indexOf(marker) + 50)}`);
  assert.ok(log.bytes - before.postgres < 100_000, `PostgreSQL's log grew by ${log.bytes - before.postgres}`);
  assert.ok(!daemon.log().slice(before.daemon).includes(marker));
  assert.ok(daemon.log().length - before.daemon < 100_000);
});

test('what one visitor says to many has a budget, and comes back with time', async (t) => {
  const topic = 'realtime:square';
  const sockets = await Promise.all(Array.from({ length: 20 }, () => Phoenix.open(house)));
  t.after(() => {
    for (const socket of sockets) socket.socket.close();
  });
  for (const socket of sockets) assert.equal((await socket.ask(topic, 'phx_join', { config: { broadcast: { ack: true, self: true } } }, '1'))['status'], 'ok');
  const [sender] = sockets;
  assert.ok(sender);
  const say = (bytes: number) => sender.ask(topic, 'broadcast', { type: 'broadcast', event: 'x', payload: { text: 'x'.repeat(bytes) } }, '1');
  const replies = [];
  for (let i = 0; i < 10; i++) replies.push(await say(20_000)); // one goes into debt for about six seconds
  const refused = replies.filter((reply) => reply['status'] === 'error');
  assert.ok(refused.length > 0 && refused.length < 10, `${refused.length} of 10 were refused`);
  assert.match(refused[0]?.['response'].reason, /^BroadcastBudgetReached/);
  assert.equal(sender.closed, undefined);
  await until('a word passes again', async () => (await say(10))['status'] === 'ok');
});

test('one address has so many connections', async () => {
  const sockets = await Promise.all(
    Array.from(
      { length: 40 },
      () =>
        new Promise<net.Socket>((resolve) => {
          const socket = net.connect(daemon.port, '127.0.0.1');
          socket.on('error', () => {});
          socket.once('close', () => resolve(socket));
          socket.once('connect', () => {
            socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
            socket.once('data', () => resolve(socket));
          });
        }),
    ),
  );
  const open = sockets.filter((socket) => !socket.destroyed && socket.bytesRead > 0).length;
  for (const socket of sockets) socket.destroy();
  assert.ok(open >= 10 && open <= 30, `${open} are open`);
});

test('a body that drips is given up', async () => {
  const ended = await new Promise<boolean>((resolve) => {
    const socket = net.connect(daemon.port, '127.0.0.1', () => {
      socket.write(`POST /rest/v1/rpc/get_menu HTTP/1.1\r\nHost: ${house.domain}\r\nContent-Length: 5000\r\n\r\n{`);
      const drip = setInterval(() => socket.write(' '), 300);
      const done = (byServer: boolean) => {
        clearInterval(drip);
        clearTimeout(patience);
        socket.destroy();
        resolve(byServer);
      };
      const patience = setTimeout(() => done(false), 20_000);
      socket.on('error', () => done(true));
      socket.on('close', () => done(true));
      socket.on('end', () => done(true));
    });
  });
  assert.ok(ended);
});

test('figures are for this machine and for who has the token', async () => {
  const metrics = (host: string, headers: Record<string, string> = {}) =>
    new Promise<number | undefined>((resolve, reject) => {
      http
        .get({ host: '127.0.0.1', port: daemon.port, path: '/metrics', headers: { host, ...headers } }, (answer) => {
          answer.resume();
          answer.once('end', () => resolve(answer.statusCode));
        })
        .once('error', reject);
    });
  assert.equal(await metrics('localhost'), 200);
  assert.equal(await metrics(house.domain), 401);
  assert.equal(await metrics('localhost', { 'x-forwarded-for': '203.0.113.9' }), 401);
  assert.equal(await metrics(house.domain, { authorization: 'Bearer seen-by-who-has-it' }), 200);
  assert.equal(await metrics('localhost', { authorization: 'Bearer seen' }), 401);
});

test('not ready when the disk of the database is full', async () => {
  assert.equal((await fetch(`${daemon.url()}/readyz`)).status, 200);
  const [folder, port] = [await mkdtemp(path.join(tmpdir(), 'maitred-full-')), await freePort()];
  await chmod(folder, 0o755);
  const child = spawn(program, ['serve', '--port', String(port), '--data-dir', folder, '--workers=1', '--disk-free-min-bytes=1125899906842624'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const status = async (where: string) => (await fetch(`http://127.0.0.1:${port}/${where}`).catch(() => null))?.status;
    await until('it lives', async () => (await status('healthz')) === 200);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /disk/);
  } finally {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
});

test('a page connects to its own address alone', async () => {
  const page = await fetch(`${house.url}/`, { headers: { accept: 'text/html' } });
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, new RegExp(`connect-src 'self' ws://${house.domain}:${daemon.port} wss://${house.domain}:${daemon.port};`));
});

test('visitors who open pages leave connections to everybody else', async () => {
  let opened = 0;
  const read = () => fetch(`${house.url}/rest/v1/customers?select=id`, { headers: { apikey: house.serviceKey, authorization: `Bearer ${house.serviceKey}` } });
  assert.equal((await read()).status, 200, 'the catalogue is known: reading it would wait for the lock, too');
  const lock = house.sql('begin; lock table restaurants in access exclusive mode; select pg_sleep(60); commit').catch(() => null); // until it is ended below
  const waiting = async () => Number(await house.sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%get_restaurants%'"));
  const locked = async () => await house.sql("select count(*) from pg_locks where relation = 'restaurants'::regclass and mode = 'AccessExclusiveLock' and granted");
  await until('the table is locked', async () => (await locked()) === '1');
  const pages = Array.from({ length: 20 }, async () => {
    await (await fetch(`${house.url}/`, { headers: { accept: 'text/html' } })).text();
    opened++;
  });
  await until('pages wait for it', async () => (await waiting()) >= 2);
  const others = await read();
  assert.equal(others.status, 200);
  assert.equal(opened, 0, 'the house is answered before the first of the pages has given up');
  await house.sql("select pg_terminate_backend(pid) from pg_locks where relation = 'restaurants'::regclass and mode = 'AccessExclusiveLock' and granted");
  await Promise.all([...pages, lock]);
});

test('a worker that cannot read who its tenants are says that it is not ready, and is again when it can', async () => {
  const ready = async () => await fetch(`${daemon.url()}/readyz`);
  assert.equal((await ready()).status, 200);
  const lock = daemon.sql('begin; lock table public.tenants in access exclusive mode; select pg_sleep(600); commit').catch(() => null); // until it is ended below
  await until(
    'the switchboard is locked',
    async () => (await daemon.sql("select count(*) from pg_locks where relation = 'public.tenants'::regclass and mode = 'AccessExclusiveLock' and granted")) === '1',
  );
  await until('it is noticed', async () => {
    const answer = await ready();
    return answer.status === 503 && /switchboard/.test(((await answer.json()) as { message: string }).message);
  });
  assert.equal((await anon('rpc/get_restaurants', { method: 'POST', body: '{}' })).status, 200, 'those who are known are served');
  await daemon.sql("select pg_terminate_backend(pid) from pg_locks where relation = 'public.tenants'::regclass and mode = 'AccessExclusiveLock' and granted");
  await until('it is ready again', async () => (await ready()).status === 200);
  await lock;
});
