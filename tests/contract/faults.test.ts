// What happens when something dies, hangs or is told to stop.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { children, startDaemon, makeTenant, until, type Daemon } from './harness.ts';

const own = { workers: '2', 'log-level': 'info' }; // any option: a daemon of our own

const ready = async (daemon: Daemon) => {
  try {
    return (await fetch(`${daemon.url()}/readyz`)).ok;
  } catch {
    return false;
  }
};

function postmaster(dataDir: string): number {
  return Number(readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
}

test('a worker that is killed is started again while the other answers', async () => {
  const daemon = await startDaemon(own);
  try {
    const victim = children(daemon.pid).get('web-0');
    assert.ok(victim);
    process.kill(victim, 'SIGKILL');
    for (let i = 0; i < 20; i++) assert.equal((await fetch(`${daemon.url()}/healthz`)).status, 200);
    await until('a new web-0', () => {
      const now = children(daemon.pid).get('web-0');
      return now !== undefined && now !== victim;
    });
    const metrics = await (await fetch(`${daemon.url()}/metrics`)).text();
    assert.match(metrics, /^maitred_worker_restarts_total 1$/m);
  } finally {
    await daemon.stop();
  }
});

test('a process that hangs is killed, and another takes its place', async () => {
  const daemon = await startDaemon({ ...own, 'hang-timeout-s': '3' });
  try {
    const before = children(daemon.pid);
    const hanging = [...before.keys()].filter((name) => name === 'web-1' || name.startsWith('wal-'));
    assert.equal(hanging.length, 2);
    for (const name of hanging) process.kill(before.get(name) ?? 0, 'SIGSTOP');
    await until('others in their places', () => {
      const now = children(daemon.pid);
      return hanging.every((name) => now.has(name) && now.get(name) !== before.get(name));
    });
    await until('the WAL worker reads again', async () => /^maitred_realtime_live 1$/m.test(await (await fetch(`${daemon.url()}/metrics`)).text()));
    assert.equal(children(daemon.pid).get('web-0'), before.get('web-0'), 'who works is left alone');
  } finally {
    await daemon.stop();
  }
});

test('a daemon that is killed leaves what was confirmed, and the next start takes its PostgreSQL over', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'maitred-test-'));
  await chmod(dir, 0o755);
  const first = await startDaemon(own, dir);
  const tenant = await makeTenant(first);
  const postgres = postmaster(dir);
  const workers = [...children(first.pid)].filter(([name]) => name.startsWith('web-')).map(([, pid]) => pid);
  const { data, error } = await (await tenant.signIn()).from('customers').insert({ full_name: 'Ada' }).select('id').single();
  assert.equal(error, null);
  await first.stop('SIGKILL');
  await until('the orphaned workers are gone', () =>
    workers.every((pid) => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    }),
  );

  const second = await startDaemon({ ...own, port: String(first.port) }, dir);
  try {
    assert.equal(postmaster(dir), postgres, 'the same PostgreSQL');
    assert.equal(await second.sql(`select full_name from ${tenant.schema}.customers where id = '${data.id}'`), 'Ada');
    assert.equal((await fetch(`${tenant.url}/app/config`)).status, 200);
  } finally {
    await second.stop();
  }
  assert.equal(existsSync(path.join(dir, 'postgres/postmaster.pid')), false, 'a clean stop stops PostgreSQL too');
  await rm(dir, { recursive: true, force: true });
});

test('a second daemon on the same data directory is refused in a sentence', async () => {
  const daemon = await startDaemon(own);
  try {
    await assert.rejects(startDaemon(own, daemon.dataDir), /in use|another|already/i);
    assert.ok(await ready(daemon));
  } finally {
    await daemon.stop();
  }
});

test('PostgreSQL killed: requests get 503 with Retry-After, then everything comes back by itself', async () => {
  const daemon = await startDaemon({ ...own, 'db-queue-timeout-ms': '300' });
  try {
    const tenant = await makeTenant(daemon);
    const headers = { apikey: tenant.serviceKey };
    assert.equal((await fetch(`${tenant.url}/rest/v1/customers`, { headers })).status, 200);
    const seen = new Set<number>();
    process.kill(postmaster(daemon.dataDir), 'SIGKILL');
    execFileSync('sleep', ['0.1']);
    for (let i = 0; i < 5; i++) {
      const answer = await fetch(`${tenant.url}/rest/v1/customers`, { headers });
      seen.add(answer.status);
      if (answer.status === 503) {
        assert.ok(answer.headers.get('retry-after'));
        const body = await answer.json();
        assert.match(body.code, /^PGRST00/);
        assert.deepEqual(Object.keys(body).sort(), ['code', 'details', 'hint', 'message']);
      }
    }
    for (const status of seen) assert.ok([200, 503, 504].includes(status), `${status}`);
    await until('ready again', () => ready(daemon));
    await until('rows again', async () => (await fetch(`${tenant.url}/rest/v1/customers`, { headers })).status === 200);
  } finally {
    await daemon.stop();
  }
});

test('a daemon that is started again has read its catalogues before anybody asks', async () => {
  const first = await startDaemon({ ...own, workers: '1' });
  await makeTenant(first, ['dining']);
  await makeTenant(first, []);
  await first.stop('SIGINT'); // its data stays
  const daemon = await startDaemon({ ...own, workers: '1' }, first.dataDir);
  try {
    const read = async () => Number(/^maitred_rest_catalogues_total (\d+)/m.exec(await (await fetch(`${daemon.url()}/metrics`)).text())?.[1]);
    await until('two catalogues', async () => (await read()) >= 2);
    assert.equal(await read(), 2, 'each once');
  } finally {
    await daemon.stop();
    await rm(daemon.dataDir, { recursive: true, force: true });
  }
});

test('told to stop, the daemon finishes what it has begun', async () => {
  const daemon = await startDaemon({ ...own, workers: '1' });
  const tenant = await makeTenant(daemon);
  await daemon.sql(`create function api.slow_for_tests() returns text language sql as $$ select pg_sleep(1.5)::text || 'done' $$;
    grant execute on function api.slow_for_tests() to anon, authenticated, service_role; notify pgrst, 'reload schema'`);
  await until('the function is known', async () => (await fetch(`${tenant.url}/rest/v1/rpc/slow_for_tests`, { method: 'HEAD', headers: { apikey: tenant.serviceKey } })).status !== 404);
  const slow = fetch(`${tenant.url}/rest/v1/rpc/slow_for_tests`, { method: 'POST', headers: { apikey: tenant.serviceKey } });
  await until('it runs', async () => (await daemon.sql(`select count(*) from pg_stat_activity where query like '%slow_for_tests%' and state = 'active' and pid <> pg_backend_pid()`)) !== '0');
  const stopped = daemon.stop();
  const answer = await slow;
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /done/);
  await stopped;
});

test('a reload loses no request', async () => {
  const daemon = await startDaemon(own);
  try {
    const tenant = await makeTenant(daemon);
    const before = [...children(daemon.pid).values()];
    let going = true;
    let answered = 0;
    const callers = [1, 2, 3, 4].map(async () => {
      while (going) {
        const answer = await fetch(`${tenant.url}/rest/v1/restaurants?select=id`, { headers: { apikey: tenant.anonKey, connection: 'close' } });
        assert.equal(answer.status, 200, await answer.text());
        answered++;
      }
    });
    process.kill(daemon.pid, 'SIGHUP');
    await until('a new generation of workers', () => {
      const now = [...children(daemon.pid).values()];
      return now.length >= before.length && now.every((pid) => !before.includes(pid));
    });
    going = false;
    await Promise.all(callers);
    assert.ok(answered > 0);
  } finally {
    await daemon.stop();
  }
});

test('a client that dawdles is disconnected', async () => {
  const daemon = await startDaemon({ ...own, 'connection-timeout-s': '1' });
  try {
    const socket = connect(daemon.port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n');
    const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 200); // each byte resets the idle timeout
    await closed;
    clearInterval(drip);
    assert.ok(await ready(daemon));
  } finally {
    await daemon.stop();
  }
});

test('malformed HTTP gets a 400 or a closed connection, never a crash', async () => {
  const daemon = await startDaemon(own);
  try {
    const pids = [...children(daemon.pid).values()].sort();
    const cases = [
      '\r\n\r\n\r\n',
      'GET\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      '\x00\x01\x02\x03\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      `GET /${'a'.repeat(200000)} HTTP/1.1\r\n\r\n`,
      'GET http://pizza.localhost/x HTTP/1.1\r\nHost: y\r\n\r\n',
      'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(20000)}\r\n`,
    ];
    for (const text of cases) {
      await new Promise<void>((resolve) => {
        const socket = connect(daemon.port, '127.0.0.1', () => {
          socket.write(text, 'latin1');
          setTimeout(() => socket.end(), 50);
        });
        socket.on('error', () => resolve());
        socket.on('close', () => resolve());
        socket.resume();
      });
    }
    assert.ok(await ready(daemon));
    assert.deepEqual([...children(daemon.pid).values()].sort(), pids, 'no process died');
  } finally {
    await daemon.stop();
  }
});
