// `maitred serve --schema NAME`: the REST dialect in front of a database that maitred did not make.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { startDaemon, freePort, type Daemon } from './harness.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { program } from './harness.ts';

const secret = 'a-secret-of-at-least-thirty-two-characters';
let host: Daemon;   // only for its PostgreSQL
let child: ChildProcess;
let url = '';
let log = '';

function sign(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
const later = Math.floor(Date.now() / 1000) + 600;

before(async () => {
  host = await startDaemon({ workers: '1' });
  await host.sql(`create schema library; create schema archive;
    create table library.books (id int primary key, title text not null, price numeric(6,2), owner text);
    create table library.pages (book int references library.books, number int, words text, primary key (book, number));
    create table archive.scrolls (id int primary key);
    insert into library.books values (1, 'Faust', 9.90, 'ann'), (2, 'Emma', 7.5, 'bob');
    insert into library.pages values (1, 1, 'Habe nun'), (1, 2, 'ach'), (2, 1, 'Emma Woodhouse');
    insert into archive.scrolls values (7);
    alter table library.books enable row level security;
    create policy own on library.books to authenticated using (owner = current_setting('request.jwt.claims')::json ->> 'sub');
    create policy everybody on library.books to anon using (true);
    create function library.double(n int) returns int language sql immutable as 'select 2 * n';
    grant usage on schema library, archive to anon, authenticated;
    grant select on all tables in schema library, archive to anon, authenticated;
    grant execute on function library.double to anon`);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const dir = await mkdtemp(path.join(tmpdir(), 'maitred-test-'));
  child = spawn(program, ['serve', '--schema', 'library,archive', '--jwt-secret', secret, '--port', String(port), '--data-dir', dir,
    '--database-url', `host=${host.dataDir}/socket user=maitred dbname=maitred`, '--workers', '1'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr?.on('data', (chunk: Buffer) => { log += chunk.toString(); });
  for (let i = 0; ; i++) {
    try {
      if ((await fetch(`${url}/readyz`)).ok) break;
    } catch {
      // not yet
    }
    if (i > 200 || child.exitCode !== null) throw new Error(log);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await rm(dir, { recursive: true, force: true });
});
after(async () => {
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  await host.stop();
});

test('tables, embedding and functions of a schema of any shape, with the unmodified client', async () => {
  const db = createClient(url, sign({ role: 'anon' }), { db: { schema: 'library' } });
  const { data, error } = await db.from('books').select('title, price, pages(number)').order('id');
  assert.equal(error, null);
  assert.deepEqual(data, [
    { title: 'Faust', price: 9.9, pages: [{ number: 1 }, { number: 2 }] },
    { title: 'Emma', price: 7.5, pages: [{ number: 1 }] },
  ]);
  assert.equal((await db.rpc('double', { n: 21 })).data, 42);
});

test('tokens of any issuer with the secret; row security decides', async () => {
  const ann = createClient(url, sign({ role: 'authenticated', sub: '7d1b6e4c-8f2f-4f57-9a6a-2f1d6f1a2b3c', exp: later }), { db: { schema: 'library' } });
  assert.deepEqual((await ann.from('books').select('title')).data, []);
  const forged = await fetch(`${url}/rest/v1/books`, { headers: { authorization: `Bearer ${sign({ role: 'anon' }).slice(0, -2)}xx` } });
  assert.equal(forged.status, 401);
});

test('the profile chooses another schema, and only one that is served', async () => {
  const scrolls = await fetch(`${url}/rest/v1/scrolls`, { headers: { apikey: sign({ role: 'anon' }), 'accept-profile': 'archive' } });
  assert.deepEqual(await scrolls.json(), [{ id: 7 }]);
  const hidden = await fetch(`${url}/rest/v1/jobs`, { headers: { apikey: sign({ role: 'anon' }), 'accept-profile': 'maitred' } });
  assert.equal(hidden.status, 406);
});

test('nothing else is served, and nothing was made in the database', async () => {
  assert.equal((await fetch(`${url}/auth/v1/settings`)).status, 404);
  assert.equal(await host.sql(`select count(*) from pg_namespace where nspname in ('library', 'archive')`), '2');
});
