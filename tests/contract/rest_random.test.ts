// Generated requests, each beside the same question in SQL written by other rules: the answers must be the same documents.
// MAITRED_RANDOM_REQUESTS says how many (default 600), MAITRED_RANDOM_SEED which.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, type Daemon } from './harness.ts';
import { openShop, type Shop } from './rest_support.ts';
import { generate } from '../differential/generate.ts';
import { canonical } from '../differential/compare.ts';

let daemon: Daemon;
let shop: Shop;

before(async () => {
  daemon = await startDaemon();
  shop = await openShop(daemon);
});
after(async () => {
  await daemon.stop();
});

test('generated requests answer what the same query in SQL answers', async () => {
  const seed = Number(process.env['MAITRED_RANDOM_SEED'] ?? 20261121);
  const cases = generate(seed, Number(process.env['MAITRED_RANDOM_REQUESTS'] ?? 600));
  for (let from = 0; from < cases.length; from += 100) {
    const chunk = cases.slice(from, from + 100);
    const expected = (await daemon.sql(`set search_path = shop, public; set timezone = 'UTC'; ${chunk.map((c) => c.sql).join('; ')}`)).split('\n');
    assert.equal(expected.length, chunk.length);
    await Promise.all(
      chunk.map(async (c, i) => {
        const answer = await shop.rest(c.request);
        const body = await answer.text();
        const why = `seed ${seed}: GET ${c.request}\n${c.sql}\n${body}`;
        assert.equal(answer.status, 200, why);
        assert.deepEqual(canonical(JSON.parse(body)), canonical(JSON.parse(expected[i] ?? '')), why);
      }),
    );
  }
});
