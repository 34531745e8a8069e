// Public answers that are kept: how long they stand, and what a crowd costs. The functions say when they were read.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';

let daemon: Daemon;
let tenant: Tenant;

before(async () => {
  daemon = await startDaemon({ workers: '1', 'rows-max': '0', 'public-cache-ms': '200', 'public-cache-watched-ms': '600000' });
  tenant = await makeTenant(daemon, ['dining']);
  await tenant.sql(`
    create table tallies (id int primary key);
    create function api.watched() returns text language sql stable security definer as $$ select count(*) || ' at ' || clock_timestamp() from tallies $$;
    create function api.slow(which int) returns text language sql stable as $$ select clock_timestamp() || pg_sleep(0.5)::text $$;
    create function api.refused() returns text language plpgsql stable as $$ begin perform pg_sleep(0.3); raise sqlstate 'PT418' using message = 'no'; end $$;
    grant execute on function api.watched(), api.slow(int), api.refused() to anon;
    create or replace function app.public_functions() returns table (function text, reads text[]) language sql immutable as
      $$ values ('watched', '{tallies}'::text[]) $$;
    notify pgrst`);
  await until('the functions are known', async () => (await read('watched')).status === 200);
});
after(async () => {
  await daemon.stop();
});

const read = (name: string, init: RequestInit = {}) => fetch(`${tenant.url}/rest/v1/rpc/${name}`, { ...init, headers: { apikey: tenant.anonKey, ...init.headers } });
const text = async (name: string) => (await read(name)).text();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/* Reads on until an answer has outlived its term: then it is kept because nothing changes. */
const kept = () =>
  until('the answer is kept', async () => {
    const answer = await text('watched');
    await pause(1000);
    return (await text('watched')) === answer ? answer : undefined;
  });

test('an answer stands until a table that it reads changes', async () => {
  const before = await kept();
  assert.match(before, /^"0 at/);
  await tenant.sql(`update organizations set name = 'Other'`);
  await pause(500);
  assert.equal(await text('watched'), before, 'another table is none of its business');
  await tenant.sql('insert into tallies values (1)');
  await until('the change is seen', async () => (await text('watched')).startsWith('"1 at'));
  const after = await kept();
  assert.match(after, /^"1 at/);
  await tenant.sql('truncate tallies');
  await until('it is empty again', async () => (await text('watched')).startsWith('"0 at'));
});

test('a rolled back change ends nothing', async () => {
  const before = await kept();
  await tenant.sql('begin; insert into tallies values (2); rollback');
  await pause(500);
  assert.equal(await text('watched'), before);
});

test('a catalogue that is read anew ends every answer', async () => {
  const before = await kept();
  await tenant.sql('notify pgrst');
  await until('it was asked again', async () => (await text('watched')) !== before);
});

test('a crowd is one question', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => text('slow?which=1')));
  assert.equal(new Set(answers).size, 1);
  assert.match(answers[0]!, /^"\d{4}-/);
  await until('/metrics says so', async () => Number(/^maitred_rest_public_shared_total (\d+)$/m.exec(await (await fetch(`${daemon.url()}/metrics`)).text())?.[1]) >= 59);
});

test('when the one who fetches leaves, another does', async () => {
  const first = new AbortController();
  const gone = read('slow?which=2', { signal: first.signal }).catch((error: Error) => error.name);
  await pause(150);
  const others = Array.from({ length: 20 }, () => text('slow?which=2'));
  await pause(150);
  first.abort();
  assert.equal(await gone, 'AbortError');
  const answers = await Promise.all(others);
  assert.equal(new Set(answers).size, 1);
  assert.match(answers[0]!, /^"\d{4}-/);
});

test('one who waits may leave', async () => {
  const fetching = text('slow?which=3');
  await pause(100);
  const waiting = new AbortController();
  const left = read('slow?which=3', { signal: waiting.signal }).catch((error: Error) => error.name);
  const stayed = text('slow?which=3');
  await pause(100);
  waiting.abort();
  assert.equal(await left, 'AbortError');
  assert.equal(await stayed, await fetching);
});

test('everybody is told of a failure', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => read('refused')));
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [418]);
});

test('HEAD leaves nothing for GET', async () => {
  assert.equal(await (await read('slow?which=4', { method: 'HEAD' })).text(), '');
  assert.match(await text('slow?which=4'), /^"\d{4}-/);
  const rows = (method: string) => fetch(`${tenant.url}/rest/v1/organizations?select=name&order=name`, { method, headers: { apikey: tenant.anonKey } });
  assert.equal((await rows('HEAD')).status, 200);
  assert.equal((await (await rows('GET')).json()).length, 1);
});
