// An answer that says no has done nothing, whichever way it is asked for and however late the no is found out; and nobody
// but the server decides that a request which was answered leaves no trace.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';

let daemon: Daemon;
let tenant: Tenant;

before(async () => {
  daemon = await startDaemon();
  await daemon.sql(`drop schema if exists refusals cascade; create schema refusals;
    create table refusals.t (id int primary key, name text not null);
    create table refusals.parent (id int primary key); create table refusals.child (id int primary key, parent int references refusals.parent);
    create table refusals.log (n serial, what text);
    create function refusals.note() returns trigger language plpgsql security definer as $$ begin insert into refusals.log (what) values (tg_op); return null; end $$;
    create trigger note after insert or update or delete on refusals.t for each statement execute function refusals.note();
    create function refusals.set_all(v text) returns setof refusals.t language sql as 'update refusals.t set name = v returning *';
    create function refusals.set_names(v text) returns setof text language sql as 'update refusals.t set name = v returning name';
    create function refusals.set_table(v text) returns table (id int, name text) language sql as 'update refusals.t set name = v returning id, name';
    create function refusals.bad_status() returns int language sql as $$update refusals.t set name = 'bad'; select set_config('response.status', 'tea', true); select 1$$;
    create function refusals.bad_headers(v text) returns int language sql as $$update refusals.t set name = 'bad'; select set_config('response.headers', v, true); select 1$$;
    create function refusals.counted(v text) returns setof refusals.t language sql
      as $$insert into refusals.log (what) values ('attempt'); select set_config('response.status', '404', true); select * from refusals.t where false$$;
    grant usage on schema refusals to anon, service_role; grant all on all tables in schema refusals to anon, service_role;
    grant all on all sequences in schema refusals to anon, service_role; grant execute on all functions in schema refusals to anon, service_role`);
  tenant = await makeTenant(daemon, [], { settings: { schemas: ['refusals'] } });
});
after(async () => {
  await daemon.sql('drop schema refusals cascade');
  await daemon.stop();
});

const object = { accept: 'application/vnd.pgrst.object+json' };
type Case = [what: string, method: string, where: string, body: unknown, headers: Record<string, string>, status: number, code: string];
const three = [
  { id: 7, name: 'x' },
  { id: 8, name: 'y' },
];
const cases: Case[] = [
  ...['', 'return=representation', 'return=minimal', 'return=headers-only'].flatMap((prefer): Case[] => [
    [`several rows changed, ${prefer}`, 'PATCH', 't', { name: 'z' }, { ...object, prefer }, 406, 'PGRST116'],
    [`no row changed, ${prefer}`, 'PATCH', 't?id=eq.99', { name: 'z' }, { ...object, prefer }, 406, 'PGRST116'],
    [`several rows deleted, ${prefer}`, 'DELETE', 't', undefined, { ...object, prefer }, 406, 'PGRST116'],
    [`no row deleted, ${prefer}`, 'DELETE', 't?id=eq.99', undefined, { ...object, prefer }, 406, 'PGRST116'],
    [`several rows inserted, ${prefer}`, 'POST', 't', three, { ...object, prefer }, 406, 'PGRST116'],
    [`no row inserted, ${prefer}`, 'POST', 't', [], { ...object, prefer }, 406, 'PGRST116'],
    [
      `several rows merged, ${prefer}`,
      'POST',
      't',
      [
        { id: 1, name: 'z' },
        { id: 9, name: 'n' },
      ],
      { ...object, prefer: [prefer, 'resolution=merge-duplicates'].filter(Boolean).join(',') },
      406,
      'PGRST116',
    ],
    [`a duplicate ignored, ${prefer}`, 'POST', 't', { id: 1, name: 'z' }, { ...object, prefer: [prefer, 'resolution=ignore-duplicates'].filter(Boolean).join(',') }, 406, 'PGRST116'],
    [`another row than the address names, ${prefer}`, 'PUT', 't?id=eq.1', { id: 2, name: 'z' }, { prefer }, 400, 'PGRST115'],
  ]),
  ['a changed row that is not shown', 'PATCH', 'child?id=eq.1&select=id,parent!inner(id)', { parent: null }, { ...object, prefer: 'return=representation' }, 406, 'PGRST116'],
  ['more than max-affected', 'PATCH', 't', { name: 'z' }, { prefer: 'handling=strict, max-affected=2' }, 400, 'PGRST124'],
  ['more than max-affected of a function', 'POST', 'rpc/set_all', { v: 'z' }, { prefer: 'handling=strict, max-affected=2' }, 400, 'PGRST124'],
  ['max-affected in a second line', 'DELETE', 't', undefined, { prefer: 'handling=strict', Prefer: 'max-affected=2' }, 400, 'PGRST124'],
  ...['set_all', 'set_names', 'set_table'].flatMap((name): Case[] => [
    [`several rows of ${name}`, 'POST', `rpc/${name}`, { v: 'z' }, object, 406, 'PGRST116'],
    [`several rows of ${name}, counted`, 'POST', `rpc/${name}`, { v: 'z' }, { ...object, prefer: 'count=exact' }, 406, 'PGRST116'],
    [`a page of ${name} behind the last`, 'POST', `rpc/${name}?offset=5`, { v: 'z' }, { prefer: 'count=exact' }, 416, 'PGRST103'],
  ]),
  ['no row of a function', 'POST', 'rpc/set_all?id=eq.99', { v: 'z' }, object, 406, 'PGRST116'],
  ['a status that is none', 'POST', 'rpc/bad_status', {}, {}, 500, 'PGRST112'],
  ...['{}', '[{"a":"b","c":"d"}]', '[{"a":1}]', '[1]', 'nonsense', '"x"'].map((v): Case => [`headers that are none: ${v}`, 'POST', 'rpc/bad_headers', { v }, {}, 500, 'PGRST111']),
];

/** fetch joins what stands twice; two lines need two pairs. */
const headersOf = (headers: Record<string, string>) => Object.entries({ apikey: tenant.serviceKey, 'content-type': 'application/json', ...headers });

async function send(method: string, where: string, body: unknown, headers: Record<string, string>): Promise<{ status: number; text: string; headers: Headers }> {
  const http = await import('node:http');
  const url = new URL(`${tenant.url}/rest/v1/${where}`);
  const bytes = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port: url.port,
        path: url.pathname + url.search,
        method,
        headers: [['host', url.host], ['connection', 'close'], ['content-length', String(Buffer.byteLength(bytes))], ...headersOf(headers)].flat(),
      },
      (answer) => {
        let text = '';
        answer
          .setEncoding('utf8')
          .on('data', (piece: string) => {
            text += piece;
          })
          .on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: new Headers(answer.headers as Record<string, string>) }));
      },
    );
    request.on('error', reject);
    request.end(bytes);
  });
}

const state = () => daemon.sql(`select (select json_agg(t order by id) from refusals.t), (select json_agg(c) from refusals.child c), (select count(*) from refusals.log)`);

test('a refusal leaves everything as it was, the traces of triggers too', async () => {
  await daemon.sql(`truncate refusals.t, refusals.child, refusals.parent; insert into refusals.t values (1, 'a'), (2, 'b'), (3, 'c');
    insert into refusals.parent values (1); insert into refusals.child values (1, 1)`);
  for (const [what, method, where, body, headers, status, code] of cases) {
    const before = await state();
    const answer = await send(method, where, body, headers);
    assert.deepEqual([answer.status, JSON.parse(answer.text || '{}').code], [status, code], `${what}: ${answer.text}`);
    assert.equal(await state(), before, what);
  }
});

test('one row where one is asked for is answered as ever', async () => {
  for (const [method, where, body, prefer, status, text] of [
    ['PATCH', 't?id=eq.1', { name: 'one' }, 'return=representation', 200, '{"id":1,"name":"one"}'],
    ['PATCH', 't?id=eq.1', { name: 'uno' }, '', 204, ''],
    ['POST', 't?select=name', { id: 40, name: 'q' }, 'return=representation', 201, '{"name":"q"}'],
    ['POST', 't', { id: 41, name: 'q' }, 'return=headers-only', 201, ''],
    ['POST', 'rpc/set_all?id=eq.1&select=id', { v: 'w' }, '', 200, '{"id":1}'],
    ['POST', 'rpc/set_names?limit=1', { v: 'w' }, '', 200, '"w"'],
    ['DELETE', 't?id=eq.40&select=id', undefined, 'return=representation', 200, '{"id":40}'],
    ['PUT', 't?id=eq.41', { id: 41, name: 'put' }, '', 204, ''],
  ] as const) {
    const answer = await send(method, where, body, { ...object, prefer });
    assert.deepEqual([answer.status, answer.text], [status, text], `${method} ${where}`);
    if (prefer === 'return=headers-only') assert.equal(answer.headers.get('location'), '/t?id=eq.41');
  }
});

test('what a function refuses by itself, it keeps the count of', async () => {
  const headersOf: Record<string, string>[] = [{}, object, { prefer: 'handling=strict,max-affected=0' }, { ...object, prefer: 'count=exact' }];
  for (const headers of headersOf) {
    const before = Number(await daemon.sql(`select count(*) from refusals.log where what = 'attempt'`));
    const answer = await send('POST', 'rpc/counted', { v: 'x' }, headers);
    assert.equal(answer.status, 404);
    assert.equal(Number(await daemon.sql(`select count(*) from refusals.log where what = 'attempt'`)), before + 1);
  }
});

test('Prefer: tx= undoes nothing for anybody, and is not said to', async () => {
  const headersOf: Record<string, string>[] = [{ prefer: 'tx=rollback' }, { prefer: 'return=representation', Prefer: 'tx=rollback' }, { prefer: 'tx=rollback, handling=strict' }];
  for (const [i, key] of [tenant.serviceKey, tenant.anonKey].entries()) {
    for (const [j, headers] of headersOf.entries()) {
      const id = 100 + i * 10 + j;
      const answer = await send('POST', 't', { id, name: 'x' }, { ...headers, apikey: key });
      assert.equal(answer.status, 201);
      assert.doesNotMatch(answer.headers.get('preference-applied') ?? '', /tx=/);
      assert.equal(await daemon.sql(`select count(*) from refusals.t where id = ${id}`), '1');
    }
  }
});

test('lines of one header are one list: Prefer, Accept, If-None-Match', async () => {
  await until('the catalogue is there', async () => (await send('GET', 't', undefined, {})).status === 200);
  const merged = await send('POST', 't', { id: 1, name: 'two lines' }, { prefer: 'return=representation', Prefer: 'resolution=merge-duplicates' });
  assert.deepEqual([merged.status, merged.text], [200, '[{"id":1,"name":"two lines"}]']);
  assert.equal(merged.headers.get('preference-applied'), 'resolution=merge-duplicates, return=representation');
  const counted = await send('GET', 't?limit=1', undefined, { prefer: 'handling=lenient', Prefer: 'count=exact', accept: 'text/html', Accept: 'text/csv' });
  assert.match(counted.headers.get('content-range') ?? '', /^0-0\/\d+$/);
  assert.match(counted.headers.get('content-type') ?? '', /^text\/csv/);
  const etag = (await send('GET', 't?id=eq.1', undefined, {})).headers.get('etag') ?? '';
  assert.equal((await send('GET', 't?id=eq.1', undefined, { 'if-none-match': '"other"', 'If-None-Match': etag })).status, 304);
  const strict = await send('GET', 't', undefined, { prefer: 'count=exact', Prefer: 'nonsense=1', PREFER: 'handling=strict' });
  assert.equal(strict.status, 400);
});
