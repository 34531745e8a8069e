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
    create type library.place as (shelf int, slot int);
    create domain library.spot as library.place; create domain library.sure_spot as library.spot;
    create function library.spot_of(n int) returns library.sure_spot language sql as 'select row(n, n + 1)::library.place';
    create function library.one_column() returns table (title text) language sql as 'select title from library.books order by id';
    create function library.one_out(n int, out twice int) language sql as 'select 2 * n';
    create function library.both_ways(inout n int) language sql as 'select n + 1';
    create function library.no_names(out int, out text) language sql as $$select 1, 'a'$$;
    create function library.some_record(n int) returns record language sql as $$select n as a, 'x'::text as b$$;
    create function library.some_records() returns setof record language sql as $$select id, title from library.books order by id$$;
    create function library.five(v character(5)) returns text language sql as 'select v::text'; create function library.bits(v bit(3)) returns text language sql as 'select v::text';
    create function library.echo(text) returns text language sql as 'select $1';
    create function library.either() returns int language sql as 'select 1'; create function library.either(int default 2) returns int language sql as 'select 2';
    create function library.all_of(variadic v int[]) returns int[] language sql as 'select v';
    create function library.who() returns text language sql as $$select current_user || ' ' || coalesce(current_setting('request.jwt.claims', true)::json ->> 'sub', '-')$$;
    grant usage on schema library, archive to anon, authenticated;
    grant select on all tables in schema library, archive to anon, authenticated;
    do $$ begin if not exists (select from pg_roles where rolname = 'librarian') then create role librarian; end if; end $$; grant librarian to maitred;
    grant usage on schema library to librarian; grant execute on all functions in schema library to anon, authenticated, librarian`);
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

const ask = (where: string, body?: unknown, headers: Record<string, string> = {}, method = body === undefined ? 'GET' : 'POST') => fetch(`${url}/rest/v1/${where}`, {
  method, headers: { apikey: sign({ role: 'anon' }), ...(body instanceof URLSearchParams ? {} : { 'content-type': 'application/json' }), ...headers },
  ...(body === undefined ? {} : { body: body instanceof URLSearchParams ? body : JSON.stringify(body) }) });

test('any role that was granted, none at all, any sub, with or without an end', async () => {
  const who = async (claims: Record<string, unknown>) => {
    const answer = await ask('rpc/who', {}, { authorization: `Bearer ${sign(claims)}` });
    return [answer.status, await answer.json().then((said) => typeof said === 'string' ? said : said.code)];
  };
  assert.deepEqual(await who({ role: 'librarian', sub: 'auth0|123' }), [200, 'librarian auth0|123']);
  assert.deepEqual(await who({ sub: '42' }), [200, 'anon 42']);
  assert.deepEqual(await who({ role: 'authenticated' }), [200, 'authenticated -']);
  assert.deepEqual(await who({ role: 'authenticated', exp: later, aal: 7, app_role: {} }), [200, 'authenticated -']);
  assert.deepEqual(await who({ role: 7 }), [401, 'PGRST303']);
  assert.deepEqual(await who({ role: 'librarian', exp: 1 }), [401, 'PGRST303']);
  const [status] = await who({ role: 'nobody_at_all' });
  assert.ok(Number(status) >= 400 && Number(status) < 500);
  const expired = await ask('books', undefined, { authorization: `Bearer ${sign({ role: 'anon', exp: 1 })}` });
  assert.equal(expired.headers.get('www-authenticate'), 'Bearer error="invalid_token", error_description="JWT expired"');
});

test('what functions return keeps its names and its shape', async () => {
  for (const [where, body, wanted] of [
    ['rpc/one_column', {}, [{ title: 'Faust' }, { title: 'Emma' }]],
    ['rpc/one_column?select=t:title&title=eq.Emma', {}, [{ t: 'Emma' }]],
    ['rpc/one_out', { n: 4 }, { twice: 8 }],
    ['rpc/both_ways?n=4', undefined, { n: 5 }],
    ['rpc/no_names', {}, { column1: 1, column2: 'a' }],
    ['rpc/spot_of', { n: 1 }, { shelf: 1, slot: 2 }],
    ['rpc/spot_of?n=1&select=slot', undefined, { slot: 2 }],
    ['rpc/some_record', { n: 3 }, { a: 3, b: 'x' }],
    ['rpc/some_records', {}, [{ id: 1, title: 'Faust' }, { id: 2, title: 'Emma' }]],
    ['rpc/five?v=abc', undefined, 'abc'], ['rpc/five', { v: 'abcde' }, 'abcde'], ['rpc/bits', { v: '101' }, '101'],
    ['rpc/echo', { '': 'all of it' }, '{"":"all of it"}'],
    ['rpc/all_of?v=1&v=2', undefined, [1, 2]],
    ['rpc/all_of', new URLSearchParams([['v', '1'], ['v', '2']]), [1, 2]], ['rpc/all_of', new URLSearchParams([['v', '7']]), [7]],
  ] as const) {
    const answer = await ask(where, body);
    const said = await answer.json();
    assert.deepEqual([answer.status, said], [200, wanted], where);
  }
  const ambiguous = await ask('rpc/either', {});
  assert.deepEqual([ambiguous.status, (await ambiguous.json()).code], [300, 'PGRST203']);
  for (const where of ['rpc/double?n=2', 'rpc/one_out?n=2', 'rpc/spot_of?n=2'])
    assert.equal((await ask(where, undefined, { prefer: 'count=exact' })).headers.get('content-range'), '0-0/1');
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
