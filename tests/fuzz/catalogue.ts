// See catalogue_run.sh.
import { startDaemon, makeTenant, until } from '../contract/harness.ts';
import { declare, shapes, visit } from '../contract/catalogue_support.ts';

const rounds = Number(process.argv[2] || 20);
const first = process.argv[3] ? Number(process.argv[3]) : Date.now() % 1_000_000;
const daemon = await startDaemon({ workers: '1', 'access-log': 'off', 'log-level': 'warning' });
let failed = false;
try {
  const own = await makeTenant(daemon, ['dining']);
  for (let seed = first; seed < first + rounds && !failed; seed++) {
    // In turn: a schema of another make, and what somebody adds to a tenant's own schema and to the functions of all.
    const schema = seed % 3 ? `zoo ${seed}` : own.schema;
    const tenant = seed % 3 ? await makeTenant(daemon, [], { settings: { schemas: [schema] } }) : own;
    if (seed % 3) await daemon.sql(`create schema "${schema}"`);
    const done = await declare(daemon, [...shapes(schema, seed, 300), ...(seed % 3 ? [] : shapes('api', seed, 60).filter((s) => /^create (function|type)/.test(s)))]);
    await daemon.sql(`notify pgrst, 'reload schema'`);
    try {
      await until('the catalogue is read', async () => (await fetch(`${tenant.url}/rest/v1/first`, { headers: { apikey: tenant.serviceKey } })).status !== 404);
      const asked = await visit(daemon, tenant.url, tenant.serviceKey, schema);
      console.log(`ok ${seed}: ${done} statements, ${asked} requests`);
    } catch (error) {
      failed = true;
      console.log(`not ok ${seed}: ${String(error)} ${String((error as Error).cause ?? '')}`);
    }
    if (/process died|Sanitizer|runtime error/.test(daemon.log())) {
      failed = true;
      console.log(`not ok ${seed}\n${daemon.log().slice(-20000)}`);
    }
    if (seed % 3) await daemon.sql(`drop schema "${schema}" cascade`);
  }
} catch (error) {
  failed = true;
  console.log(`not ok: ${String(error)} ${String((error as Error).cause ?? '')}\n${daemon.log().slice(-20000)}`);
} finally {
  await daemon.stop();
}
process.exitCode = failed ? 1 : 0;
