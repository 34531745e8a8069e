// A request that ends a worker is remembered: it takes no second one, and nobody else's work with it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'maitred-trapdoor-'));
let daemon: Daemon;
let bad: Tenant;
let good: Tenant;

before(async () => {
  const library = path.join(dir, 'trapdoor.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, path.join(import.meta.dirname, 'servers/trapdoor.c'), '-ldl']);
  // A sanitizer wants to be the first library; whatever is loaded may stand before the others.
  const sanitizer = /\S*lib[ac]san\S*/.exec(
    execFileSync('ldd', [process.env['MAITRED_BIN'] ?? '/bin/true'])
      .toString()
      .replace(/^.*=> /gm, ''),
  )?.[0];
  daemon = await startDaemon({ workers: '2', 'hang-timeout-s': '2' }, undefined, { LD_PRELOAD: [sanitizer, library].filter(Boolean).join(':') });
  bad = await makeTenant(daemon, []);
  good = await makeTenant(daemon, []);
});
after(async () => {
  await daemon.stop();
  rmSync(dir, { recursive: true, force: true });
});

const deaths = async () => Number(/worker_restarts_total (\d+)/.exec(await (await fetch(`${daemon.url()}/metrics`)).text())?.[1]);
// On a connection of its own: one that is kept may be to a worker that is just ending.
const send = (tenant: Tenant, where: string, body?: string) =>
  fetch(`${tenant.url}/rest/v1/${where}`, {
    method: body === undefined ? 'GET' : 'POST',
    body,
    headers: { apikey: tenant.serviceKey, connection: 'close', 'content-type': 'application/json' },
  });
const dies = async (tenant: Tenant, where: string, body?: string) => {
  const before = await deaths();
  await assert.rejects(send(tenant, where, body));
  await until('the supervisor has seen it', async () => (await deaths().catch(() => 0)) > before);
};
const refuses = async (tenant: Tenant, where: string, body?: string) => {
  const before = await deaths();
  for (let i = 0; i < 6; i++) {
    const answer = await send(tenant, where, body);
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers.get('retry-after')) > 60);
    assert.equal((await answer.json()).code, 'MD503C');
  }
  assert.equal(await deaths(), before);
};

test('the same request does not end the next worker; others of the tenant go on', async () => {
  await dies(bad, 'organizations', '{"name":6660e1}');
  await refuses(bad, 'organizations', '{"name":6660e1}');
  assert.equal((await send(bad, 'organizations')).status, 200);
  assert.equal((await send(bad, 'organizations', '{"name":1,"nothing":2}')).status, 400);
  assert.equal((await send(good, 'organizations')).status, 200);
  assert.match(daemon.log(), /request ended a process/);
});

test('a process that is held up says so before it is ended', async () => {
  await dies(bad, 'settings', '{"name":6661e1}');
  await refuses(bad, 'settings', '{"name":6661e1}');
});

test('after the third request of one address, that address is refused to its tenant alone', async () => {
  await dies(bad, 'organizations', '{"name":6660e2}');
  await dies(bad, 'organizations', '{"name":6660e3}');
  await refuses(bad, 'organizations', '{"name":6660e4}');
  await refuses(bad, 'organizations', '{"name":"good"}');
  assert.equal((await send(bad, 'organizations')).status, 200);
  assert.notEqual((await send(good, 'organizations', '{"name":1,"nothing":2}')).status, 503);
});

test('a schema that cannot be read closes itself, not the others', async () => {
  await good.sql('create function one() returns int language sql as $$select 1$$');
  await daemon.sql(`create schema pit; create table pit.t (id int); create function pit.f(trapdoor int) returns int language sql as 'select 1';
    grant usage on schema pit to service_role; grant select on pit.t to service_role`);
  const first = await deaths();
  const pit = await makeTenant(daemon, [], { settings: { schemas: ['pit'] } });
  // A worker that is just starting reads catalogues, too, and may fall in before anybody asks.
  await send(pit, 't').catch(() => null);
  await until('a worker has fallen in', async () => (await deaths().catch(() => 0)) > first);
  await until('the worker is back', async () => (await send(good, 'organizations').catch(() => null))?.status === 200);
  const before = await deaths();
  for (let i = 0; i < 6; i++) {
    const answer = await send(pit, `t?id=eq.${i}`);
    assert.equal(answer.status, 503);
    assert.equal((await answer.json()).code, 'MD503C');
  }
  assert.equal(await deaths(), before);
  assert.equal((await send(good, 'organizations')).status, 200);
});
