// Answers that are larger than anybody wants to hold: flat memory, whole or visibly broken.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { startDaemon, until, type Daemon } from './harness.ts';
import { openShop, type Shop } from './rest_support.ts';

const ROWS = 300_000;
let daemon: Daemon;
let shop: Shop;

before(async () => {
  daemon = await startDaemon({ 'rows-max': '0', workers: '1', explain: 'on' });
  shop = await openShop(daemon);
  await daemon.sql(`drop table if exists shop.many_rows; create table shop.many_rows as select i as id, md5(i::text) as name from generate_series(1, ${ROWS}) i;
    grant select on shop.many_rows to service_role;
    create view shop.breaks as select id, 1 / (${ROWS / 2} - id) as x from shop.many_rows; grant select on shop.breaks to service_role; notify pgrst`);
  await until('the view is known', async () => (await shop.rest('breaks?limit=1')).ok);
});
after(async () => {
  await daemon.stop();
});

/** The most that any process of the daemon has ever held, without PostgreSQL's. */
function peakKilobytes(): number {
  let most = 0;
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
      if (/^Name:\s+maitred/m.test(status) && (parent === daemon.pid || Number(entry) === daemon.pid)) most = Math.max(most, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]));
    } catch {
      // the process has ended meanwhile
    }
  }
  return most;
}

test('a CSV export arrives whole, in flat memory', async () => {
  const answer = await shop.rest('many_rows?order=id', { headers: { accept: 'text/csv' } });
  assert.equal(answer.status, 200);
  const hash = createHash('md5');
  let bytes = 0;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const expected = await daemon.sql(`select md5('id,name' || string_agg(E'\\n' || id || ',' || name, '' order by id)) from shop.many_rows`);
  assert.equal(hash.digest('hex'), expected);
  assert.ok(bytes > 10_000_000);
  const peak = peakKilobytes();
  assert.ok(peak > 1000 && peak < 50_000, `${peak} kB`);
});

test('a JSON list of any length; its range is told when it was counted', async () => {
  const answer = await shop.rest('many_rows?order=id&limit=20000&offset=5', { headers: { prefer: 'count=exact' } });
  assert.equal(answer.status, 206);
  assert.equal(answer.headers.get('content-range'), `5-20004/${ROWS}`);
  const rows = await answer.json();
  assert.equal(rows.length, 20000);
  assert.equal(rows[0].id, 6);
});

test('a short answer to a request without a limit is an ordinary one', async () => {
  const answer = await shop.rest('many_rows?id=lte.3&order=id');
  assert.equal(answer.headers.get('content-range'), '0-2/*');
  assert.ok(answer.headers.get('etag'));
  assert.equal((await answer.json()).length, 3);
  assert.equal(await (await shop.rest('many_rows?id=eq.0')).text(), '[]');
});

test('HEAD says what GET would say', async () => {
  const told = async (where: string, method: string, tag?: string) => {
    const answer = await shop.rest(where, { method, headers: { prefer: 'count=exact', ...(tag ? { 'if-none-match': tag } : {}) } });
    await answer.text();
    return [answer.status, ...['etag', 'content-range', 'content-type'].map((name) => answer.headers.get(name))];
  };
  const short = 'many_rows?id=lte.3&order=id';
  const before = await told(short, 'HEAD');
  assert.deepEqual(before, await told(short, 'GET'));
  assert.equal((await shop.rest(short, { method: 'HEAD' })).headers.get('content-length'), String((await (await shop.rest(short)).text()).length));
  await daemon.sql(`update shop.many_rows set name = 'other' where id = 2`);
  const after = await told(short, 'HEAD', String(before[1]));
  assert.equal(after[0], 200, 'what has changed is not known already');
  assert.deepEqual(after, await told(short, 'GET'));
  await daemon.sql(`update shop.many_rows set name = md5('2') where id = 2`);
  const long = await shop.rest('many_rows', { method: 'HEAD', headers: { prefer: 'count=exact' } });
  assert.deepEqual(
    ['etag', 'content-length', 'content-range'].map((name) => long.headers.get(name)),
    [null, null, `0-${ROWS - 1}/${ROWS}`],
  );
});

test('an error in the middle breaks the answer where the client sees it', async () => {
  await assert.rejects(async () => {
    await (await shop.rest('breaks')).text();
  });
});

test('a client that leaves in the middle leaves nothing behind', async () => {
  for (let i = 0; i < 5; i++) {
    const controller = new AbortController();
    const answer = await shop.rest('many_rows', { signal: controller.signal });
    const reader = answer.body?.getReader();
    await reader?.read();
    controller.abort();
    await reader?.closed.catch(() => {});
  }
  assert.equal((await (await shop.rest('many_rows?id=eq.7')).json()).length, 1);
});

test("without a bound for rows an estimate is the planner's, and nothing is counted for it", async () => {
  await daemon.sql('analyze shop.many_rows');
  const { count, data } = await shop.service.from('many_rows').select('id', { count: 'estimated' }).lt('id', 3);
  assert.ok(data && count !== null && count >= data.length);
  const planned = await shop.service.from('many_rows').select('id', { count: 'planned' }).lt('id', 3);
  assert.equal(count, planned.count);
});

test('where plans are allowed, answers say what they took', async () => {
  for (const [where, method] of [
    ['many_rows?id=eq.7', 'GET'],
    ['many_rows?limit=20000', 'GET'],
    ['many_rows?id=eq.7', 'OPTIONS'],
    ['', 'GET'],
    ['', 'OPTIONS'],
    ['many_rows?id=eq.7', 'HEAD'],
  ] as const) {
    const answer = await shop.rest(where, { method });
    const phase = String.raw`;dur=\d+\.\d{3}`;
    assert.match(answer.headers.get('server-timing') ?? '', new RegExp(`^jwt${phase}, parse${phase}, plan${phase}, transaction${phase}, response${phase}$`), `${method} ${where}`);
  }
});

test('where it is allowed, the plan is an answer', async () => {
  const text = await shop.service.from('many_rows').select('id').eq('id', 5).explain();
  assert.match(String(text.data), /Seq Scan on many_rows/);
  const json = await shop.service.from('many_rows').select('id').eq('id', 5).explain({ format: 'json', analyze: true });
  assert.equal((json.data as unknown as { Plan: { 'Actual Rows': number } }[])[0]?.Plan['Actual Rows'], 1);
});
