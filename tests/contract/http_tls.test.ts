// TLS at the daemon itself, and what a reload does with certificates; and a daemon that is process 1, as in a bare
// container.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, chmod, copyFile, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { createClient } from '@supabase/supabase-js';
import { freePort, program } from './harness.ts';
import { exchange, text } from './http_support.ts';

let folder: string;

const file = (name: string) => path.join(folder, name);

function certificate(name: string): void {
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)],
    { stdio: 'ignore' },
  );
}

function start(command: string[], port: number): { child: ChildProcess; log: () => string; until: (what: RegExp) => Promise<void>; stop: (pid?: number) => Promise<void> } {
  let log = '';
  const child = spawn(command[0]!, [...command.slice(1), 'serve', '--port', String(port), '--data-dir', path.join(folder, 'data'), '--workers', '1'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  const kill = () => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  return {
    child,
    log: () => log,
    until: async (what) => {
      for (let i = 0; i < 1200 && !what.test(log); i++) {
        if (child.exitCode !== null) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.match(log, what);
    },
    stop: async (pid = child.pid ?? 0) => {
      process.kill(pid, 'SIGTERM');
      await ended;
      process.removeListener('exit', kill);
    },
  };
}

/** The common name of the certificate that a new connection is shown. */
const shownName = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once('error', reject);
  });

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'maitred-tls-'));
  await chmod(folder, 0o755);
  certificate('first');
  certificate('second');
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('TLS, a new certificate by SIGHUP, and a broken one that changes nothing', async () => {
  const port = await freePort();
  await copyFile(file('first.pem'), file('used.pem'));
  await copyFile(file('first.key'), file('used.key'));
  const withTls = start(['env', `MAITRED_TLS_CERTIFICATE=${file('used.pem')}`, `MAITRED_TLS_KEY=${file('used.key')}`, program], port);
  try {
    await withTls.until(/event=ready .*scheme=https/);
    const answer = await exchange(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n', 'GET', true);
    assert.equal(answer?.status, 200, text(answer));
    assert.ok(answer?.headers['strict-transport-security']);
    assert.notEqual((await exchange(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'))?.status, 200, 'plain HTTP at the port of TLS');
    assert.equal(await shownName(port), 'first');

    await copyFile(file('second.pem'), file('used.pem')); // the key is still the first one's
    withTls.child.kill('SIGHUP');
    await withTls.until(/settings not reloaded/);
    assert.equal(await shownName(port), 'first');
    assert.equal((await exchange(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n', 'GET', true))?.status, 200);

    await copyFile(file('second.key'), file('used.key'));
    withTls.child.kill('SIGHUP');
    await withTls.until(/event=reloaded/);
    for (let i = 0; i < 100 && (await shownName(port)) !== 'second'; i++) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await shownName(port), 'second');
    assert.ok(!withTls.log().includes(await readFile(file('first.key'), 'utf8')));
  } finally {
    await withTls.stop();
  }
});

test('realtime over TLS: large messages both ways, changes, and a client that goes slowly', async () => {
  const port = await freePort();
  const daemon = start(['env', `MAITRED_TLS_CERTIFICATE=${file('first.pem')}`, `MAITRED_TLS_KEY=${file('first.key')}`, program], port);
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    await daemon.until(/event=ready /);
    const tenant = JSON.parse(
      execFileSync(program, [
        'tenant',
        'create',
        'safe',
        'safe.localhost',
        '--modules',
        'core',
        '--json',
        '--data-dir',
        path.join(folder, 'data'),
        '--admin-email',
        'owner@safe.test',
        '--admin-password',
        'Correct-horse-9',
      ]).toString(),
    );
    const client = () => createClient(`https://safe.localhost:${port}`, tenant.service_role_key, { auth: { persistSession: false, autoRefreshToken: false }, realtime: { timeout: 5000 } });
    const [anna, bert] = [client(), client()];
    const heard: { n: number; text: string }[] = [];
    const changes: unknown[] = [];
    const joined = (channel: ReturnType<typeof anna.channel>) =>
      new Promise<void>((resolve, reject) => {
        channel.subscribe((status, error) => {
          if (status === 'SUBSCRIBED') resolve();
          else if (error) reject(error);
        });
      });
    const ears = bert
      .channel('room')
      .on('broadcast', { event: 'note' }, ({ payload }) => heard.push(payload))
      .on('postgres_changes', { event: 'UPDATE', schema: 'public', table: 'organizations' }, ({ new: row }) => changes.push(row['name']));
    const mouth = anna.channel('room', { config: { broadcast: { ack: true } } });
    await joined(ears);
    await joined(mouth);
    const sizes = [0, 1, 125, 126, 16_383, 16_384, 16_385, 65_536, 300_000];
    for (const [n, size] of sizes.entries()) assert.equal(await mouth.send({ type: 'broadcast', event: 'note', payload: { n, text: 'é'.repeat(size) } }), 'ok');
    for (let i = 0; i < 600 && heard.length < sizes.length; i++) await new Promise((resolve) => setTimeout(resolve, 25));
    assert.deepEqual(
      heard.map(({ n, text }) => [n, text]),
      sizes.map((size, n) => [n, 'é'.repeat(size)]),
    );
    for (let i = 0; i < 600 && !changes.length; i++) {
      assert.equal(
        (
          await anna
            .from('organizations')
            .update({ name: `Safe ${i}` })
            .not('id', 'is', null)
        ).error,
        null,
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.match(String(changes[0]), /^Safe /);
    await Promise.all([anna.removeAllChannels(), bert.removeAllChannels()]);
    anna.realtime.disconnect();
    bert.realtime.disconnect();

    const slow = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const answer = new Promise<string>((resolve) => {
      let all = '';
      slow.on('data', (data) => {
        all += data;
        if (all.includes('phx_reply')) resolve(all);
      });
    });
    const hello =
      `GET /realtime/v1/websocket?apikey=${tenant.anon_key}&vsn=1.0.0 HTTP/1.1\r\nHost: safe.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    const beat = Buffer.from(JSON.stringify({ topic: 'phoenix', event: 'heartbeat', payload: {}, ref: '1' }));
    const frame = Buffer.concat([Buffer.from([0x81, 0x80 | beat.length, 0, 0, 0, 0]), beat]); // a mask of zeros
    slow.write(hello + frame.subarray(0, 3).toString('latin1'), 'latin1'); // the frame begins in the record of the handshake
    for (const byte of frame.subarray(3)) {
      slow.write(Buffer.from([byte])); // each in a record of its own
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.match(await answer, /^HTTP\/1\.1 101 [\s\S]*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=[\s\S]*"status":"ok"/);
    slow.destroy();
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    await daemon.stop();
  }
});

const mayUnshare = (() => {
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test('as process 1 of a container the daemon answers', { skip: mayUnshare ? false : 'this needs a PID namespace' }, async () => {
  const port = await freePort();
  const daemon = start(['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', program], port);
  try {
    await daemon.until(/event=ready /);
    assert.equal((await exchange(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'))?.status, 200);
    assert.doesNotMatch(daemon.log(), /process died/);
  } finally {
    await daemon.stop(Number(execFileSync('ps', ['-o', 'pid=', '--ppid', String(daemon.child.pid)])));
  }
});
