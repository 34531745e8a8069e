// Who wrote reads what they wrote, at once, whoever they are and whichever worker answers: also where answers are kept.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { startDaemon, makeTenant, freePort, program, until, type Daemon, type Tenant } from './harness.ts';

const secret = 'a-secret-of-at-least-thirty-two-characters';
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ role: 'anon' })}`;
const anon = `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;

let daemon: Daemon;
let tenant: Tenant;
let foreign: ChildProcess;
let foreignUrl = '';

before(async () => {
  daemon = await startDaemon({ workers: '2' });
  tenant = await makeTenant(daemon, ['dining']);
  await daemon.sql(`create schema wall; create table wall.notes (id int primary key, words text not null);
    create function wall.write(p_id int, p_words text) returns void language sql as 'insert into wall.notes values (p_id, p_words)';
    grant usage on schema wall to anon; grant all on wall.notes to anon; grant execute on function wall.write to anon`);
  await tenant.sql(`create table notes (id int primary key, words text not null); grant all on notes to anon, service_role`);
  await daemon.sql(`notify pgrst`);
  const port = await freePort();
  foreignUrl = `http://127.0.0.1:${port}`;
  foreign = spawn(
    program,
    [
      'serve',
      '--schema',
      'wall',
      '--jwt-secret',
      secret,
      '--port',
      String(port),
      '--data-dir',
      path.join(daemon.dataDir, 'foreign'),
      '--database-url',
      `host=${daemon.dataDir}/socket user=maitred dbname=maitred`,
      '--workers',
      '2',
      '--log-level',
      'error',
    ],
    { stdio: 'ignore' },
  );
  await until('it answers', async () => (await fetch(`${foreignUrl}/readyz`).catch(() => null))?.ok);
});
after(async () => {
  foreign.kill('SIGTERM');
  await new Promise((resolve) => foreign.once('exit', resolve));
  await daemon.stop();
});

/** Each request on a connection of its own: any worker may take it. */
const ask = (url: string, key: string, where: string, method = 'GET', body?: unknown) =>
  fetch(`${url}/rest/v1/${where}`, {
    method,
    headers: { apikey: key, connection: 'close', 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

async function stale(url: string, key: string): Promise<number> {
  let wrong = 0;
  for (let i = 0; i < 50; i++) {
    const seen = async () => await (await ask(url, key, `notes?id=eq.1&select=words`)).text();
    const write = async (method: string, where: string, body: unknown, words: string | null) => {
      assert.ok((await ask(url, key, where, method, body)).ok);
      if ((await seen()) !== (words === null ? '[]' : JSON.stringify([{ words }]))) wrong++;
    };
    await seen();
    await write('POST', 'notes', { id: 1, words: `a${i}` }, `a${i}`);
    await write('PATCH', 'notes?id=eq.1', { words: `b${i}` }, `b${i}`);
    await write('DELETE', 'notes?id=eq.1', undefined, null);
    if (url === foreignUrl) await write('POST', 'rpc/write', { p_id: 1, p_words: `c${i}` }, `c${i}`);
    else await write('PUT', 'notes?id=eq.1', { id: 1, words: `c${i}` }, `c${i}`);
    await write('DELETE', 'notes?id=eq.1', undefined, null);
  }
  return wrong;
}

test('in a tenant, anonymous: none of 250 reads is older than the write before it', async () => {
  await until('the table is known to both workers', async () => {
    for (let i = 0; i < 10; i++) if ((await ask(tenant.url, tenant.anonKey, 'notes')).status !== 200) return undefined;
    return true;
  });
  assert.equal(await stale(tenant.url, tenant.anonKey), 0);
});

test('in a database of another make: none of 250', async () => {
  assert.equal(await stale(foreignUrl, anon), 0);
});

test('written by one role and read by another, through other doors too', async () => {
  for (let i = 0; i < 40; i++) {
    await ask(tenant.url, tenant.anonKey, 'organizations?select=name');
    assert.equal((await ask(tenant.url, tenant.serviceKey, 'organizations?name=not.is.null', 'PATCH', { name: `House ${i}` })).status, 204);
    const data = (await (await ask(tenant.url, tenant.anonKey, 'organizations?select=name')).json()) as { name: string }[];
    assert.ok(
      data.every((row) => row.name === `House ${i}`),
      JSON.stringify(data),
    );
  }
});
