// A catalogue of any shape is read, and what cannot be served is refused: no worker ends over it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { declare, shapes, visit } from './catalogue_support.ts';

let daemon: Daemon;
let tenant: Tenant;
const deaths = async () => /maitred_worker_restarts_total (\d+)/.exec(await (await fetch(`${daemon.url()}/metrics`)).text())?.[1];
before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, [], { settings: { schemas: ['zoo "1"\\', 'zoo2'] } });
  await daemon.sql(`drop schema if exists "zoo ""1""\\" cascade; drop schema if exists zoo2 cascade; create schema "zoo ""1""\\"; create schema zoo2`);
});
after(async () => {
  await daemon.sql(`drop schema "zoo ""1""\\" cascade; drop schema zoo2 cascade`);
  await daemon.stop();
});

for (const [seed, schema] of [
  [1, 'zoo "1"\\'],
  [2, 'zoo2'],
] as const) {
  test(`a schema of all that can be declared, number ${seed}`, async () => {
    const before = await deaths();
    assert.ok(before !== undefined);
    assert.ok((await declare(daemon, shapes(schema, seed, 250))) > 50);
    await daemon.sql(`notify pgrst, 'reload schema'`);
    const read = await until('the catalogue is read', async () => {
      const answer = await fetch(`${tenant.url}/rest/v1/first`, { headers: { apikey: tenant.serviceKey, 'accept-profile': schema } });
      return answer.status === 404 ? undefined : answer.status;
    });
    assert.equal(read, 200);
    assert.ok((await visit(daemon, tenant.url, tenant.serviceKey, schema, schema)) > 100);
    assert.equal(await deaths(), before);
  });
}
