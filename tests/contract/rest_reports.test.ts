// What people reported of PostgREST and its clients, asked of `maitred serve --schema` as they asked it (docs/cases.md).
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, type Daemon } from './harness.ts';
import { serveSchema, type ServedSchema } from './rest_support.ts';

let host: Daemon; // only for its PostgreSQL
let served: ServedSchema;

before(async () => {
  host = await startDaemon({ workers: '1' });
  await host.sql(`create schema reports; set search_path = reports;
    create type visit_kind as enum ('leisure', 'work');
    create table places (id int primary key, name text); create table visits (id int primary key, place_id int references places, kind visit_kind);
    insert into places values (1, 'Lake'), (2, 'Hill'), (3, 'Dune'); insert into visits values (1, 1, 'leisure'), (2, 1, 'leisure'), (3, 1, 'work'), (4, 2, 'leisure');
    create table people (id int primary key, name text); create table friends (id int primary key, one int references people, other int references people);
    insert into people values (1, 'ann'), (2, 'bob'); insert into friends values (1, 1, 2), (2, 2, 1);
    create table nobody (id int primary key); create function none_of() returns setof nobody language sql stable as 'select * from reports.nobody';
    create table staff (id int primary key, team text); insert into staff select n, (array['bar', 'door', 'hall'])[1 + n % 3] from generate_series(1, 12) n;
    create table films (id int primary key); create table genres (film int references films, genre int, primary key (film, genre)); create table casts (film int references films, actor int, primary key (film, actor));
    insert into films select generate_series(1, 9); insert into genres select n, 1 from generate_series(1, 4) n; insert into casts select n, 1 from generate_series(1, 7) n;
    create table names (id int primary key, name text, tags text[], ":col.name" int, "order" int, big bigint, amount numeric, ratio float8, data jsonb);
    insert into names values (1, 'a,b', '{"a,b",c}', 1, 2, 9007199254740993, 1.10, 'NaN', '"text"'), (2, 'say "hi"', '{a,b,c}', 2, 1, null, 'NaN', '-Infinity', '[]'),
      (3, 'file (1).jpg', null, null, null, null, null, 1e300, null), (4, E'back\\\\slash', null, null, null, null, null, null, null), (5, 'Foo - Bar', null, null, null, null, null, null, null);
    create table messages (id int primary key, body text not null default '', sender int not null); insert into messages values (1, 'Hello', 1);
    create table readings (day date primary key, peak int) partition by range (day); create table readings_2026 partition of readings for values from ('2026-01-01') to ('2027-01-01');
    insert into readings values ('2026-02-01', 3);
    create table pairs (a int, b int, note text, primary key (a, b)); insert into pairs values (1, 1, 'x');
    create table items (id text primary key, code text unique); insert into items values ('1', 'c');
    create type point_of as (id int, val text); create function row_of() returns table (id int, val point_of) language sql stable as $$select 1, row(1, 'value')::reports.point_of$$;
    create function points(p point_of[]) returns int language sql immutable as 'select cardinality(p)';
    create table refused (id int); create function refuse() returns trigger language plpgsql as 'begin return null; end'; create trigger refuse before insert on refused for each row execute function refuse();
    create table guarded (id int primary key); create function whole() returns trigger language plpgsql as $$begin raise 'UPDATE requires a WHERE clause' using errcode = '21000'; end$$;
    create trigger whole before update on guarded for each statement execute function whole();
    create function two_rows() returns int language sql stable as 'select (select id from reports.places)';
    create table counted (id int primary key, count int); insert into counted values (1, 70);
    create function teams() returns table (team text, count int) language sql stable as $$values ('bar', 3), ('door', 4)$$;
    create function one_team(out team text, out count int) language sql stable as $$values ('bar', 3)$$;
    create function counted_rows() returns setof counted language sql stable as 'select * from reports.counted';
    create function greedy() returns int language plpgsql as $$begin raise 'temporary file size exceeds temp_file_limit (8kB)' using errcode = '53400'; end$$;
    grant usage on schema reports to anon; grant all on all tables in schema reports to anon; grant execute on all functions in schema reports to anon`);
  served = await serveSchema(host, 'maitred', '--schema', 'reports', '--jwt-secret', 'a-secret-of-at-least-thirty-two-characters', '--tx-end', 'rollback-allow-override');
});
after(async () => {
  await served?.stop();
  await host.stop();
});

interface Asked {
  method?: string;
  prefer?: string;
  body?: unknown;
}
async function ask(where: string, { method, prefer, body }: Asked = {}): Promise<{ status: number; range: string | null; text: string; headers: Headers }> {
  const answer = await fetch(`${served.url}/rest/v1/${where}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(prefer ? { prefer } : {}), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, range: answer.headers.get('content-range'), text: await answer.text(), headers: answer.headers };
}
const exact = { prefer: 'count=exact' };

test('reading: what was reported, and what is right', async () => {
  const cases: [report: string, where: string, status: number, rows: unknown, range?: string, asked?: Asked][] = [
    ['PostgREST #4075', 'places?id=eq.1&select=visits(id),at_work:visits(id)&visits.kind=neq.work&at_work.kind=eq.work', 200, [{ visits: [{ id: 1 }, { id: 2 }], at_work: [{ id: 3 }] }]],
    ['PostgREST #2588, #2862', 'friends?select=id,one:one(name)&one=eq.2', 200, [{ id: 2, one: { name: 'bob' } }]],
    ['PostgREST #3078', 'nobody?offset=0&limit=3', 200, [], '*/0', exact],
    ['PostgREST #3078', 'rpc/none_of?offset=0&limit=3', 200, [], '*/0', exact],
    [
      'PostgREST #3800',
      'staff?select=team,count()&order=team&limit=2',
      206,
      [
        { team: 'bar', count: 4 },
        { team: 'door', count: 4 },
      ],
      '0-1/3',
      exact,
    ],
    ['PostgREST #1231', 'staff?select=count', 200, [{ count: 12 }], '0-0/1', exact],
    ['PostgREST #1231', 'staff?select=n:count::text,team&team=eq.bar', 200, [{ n: '4', team: 'bar' }], '0-0/1', exact],
    ['PostgREST #1231', 'counted?select=count', 200, [{ count: 70 }], '0-0/1', exact],
    ['PostgREST #1231', 'rpc/counted_rows?select=count', 200, [{ count: 70 }]],
    ['PostgREST #1231', 'rpc/teams?select=count&order=team', 200, [{ count: 3 }, { count: 4 }]],
    ['PostgREST #1231', 'rpc/one_team?select=count', 200, { count: 3 }],
    ['PostgREST #2342', 'films?select=id,casts(actor),genres!inner(genre)&limit=1', 206, [{ id: 1, casts: [{ actor: 1 }], genres: [{ genre: 1 }] }], '0-0/4', exact],
    ['PostgREST #2340', 'films?select=id,genres!inner()&id=gte.4', 200, [{ id: 4 }]],
    [
      'PostgREST #2846',
      'films?select=id,casts(actor)&casts=is.null',
      200,
      [
        { id: 8, casts: [] },
        { id: 9, casts: [] },
      ],
      '0-1/2',
      exact,
    ],
    ['PostgREST #701, supabase-js #2670', String.raw`names?select=id&name=in.("a,b","say%20\"hi\"","back\\slash")&order=id`, 200, [{ id: 1 }, { id: 2 }, { id: 4 }]],
    ['postgrest-js #164', 'names?select=id&name=eq.file (1).jpg', 200, [{ id: 3 }]],
    ['PostgREST #1348', 'names?select=id&name=eq.Foo+-+Bar', 200, [{ id: 5 }]],
    ['supabase-py #1592', 'names?select=id&tags=cs.{"a,b",c}', 200, [{ id: 1 }]],
    ['postgrest-js #262', 'names?select=":col.name"&":col.name"=eq.2', 200, [{ ':col.name': 2 }]],
    ['supabase #12539', 'names?select=id&"order"=gt.1', 200, [{ id: 1 }]],
    ['PostgREST #4109', 'names?select=id&order=order.desc.nullslast,id&limit=3', 200, [{ id: 1 }, { id: 2 }, { id: 3 }]],
    ['PostgREST #641, postgrest-js #228', 'names?select=id&id=in.()', 200, []],
    ['PostgREST #641', 'places?select=id&id=not.in.()', 200, [{ id: 1 }, { id: 2 }, { id: 3 }]],
    ['PostgREST #2929, postgrest-js #475', 'rpc/row_of?val->>id=eq.1', 200, [{ id: 1, val: { id: 1, val: 'value' } }]],
    ['postgrest-js #629', 'rpc/points?p={"(4,x)","(5,y)"}', 200, 2],
  ];
  for (const [report, where, status, rows, range, asked] of cases) {
    const answer = await ask(where, asked);
    assert.deepEqual([answer.status, JSON.parse(answer.text)], [status, rows], `${report}: ${where}`);
    if (range) assert.equal(answer.range, range, `${report}: ${where}`);
  }
  const values = await ask('names?select=big,amount,ratio,data&id=lte.2&order=id');
  assert.equal(values.text, '[{"big":9007199254740993,"amount":1.10,"ratio":"NaN","data":"text"},{"big":null,"amount":"NaN","ratio":"-Infinity","data":[]}]', 'no digit is lost, and it stays JSON');
  const beyond = await ask('places?offset=2000', exact);
  assert.deepEqual([beyond.status, beyond.range, JSON.parse(beyond.text).code], [416, '*/3', 'PGRST103'], 'PostgREST #4455: the whole error, not two bytes of it');
  assert.deepEqual(JSON.parse((await ask('places?visit.id=eq.1')).text).code, 'PGRST108', 'PostgREST #1771: a filter on what is not there');
});

test('writing: what was reported, and what is right', async () => {
  const all = 'return=representation';
  const cases: [report: string, where: string, asked: Asked, status: number, rows: unknown][] = [
    ['PostgREST #4046', 'messages?columns=id,sender', { prefer: `${all}, resolution=merge-duplicates, missing=default`, body: [{ id: 1, sender: 9 }] }, 200, [{ id: 1, body: 'Hello', sender: 9 }]],
    ['PostgREST #3976', 'messages', { prefer: `${all}, resolution=ignore-duplicates`, body: { id: 1, sender: 2 } }, 201, []],
    ['PostgREST #1253', 'readings', { prefer: `${all}, resolution=merge-duplicates`, body: { day: '2026-02-01', peak: 9 } }, 200, [{ day: '2026-02-01', peak: 9 }]],
    ['PostgREST #188', 'items?id=eq.1', { method: 'PATCH', prefer: all, body: { code: null } }, 200, [{ id: '1', code: null }]],
    ['PostgREST #753', 'refused', { prefer: all, body: { id: 1 } }, 201, []],
    ['PostgREST #1087', 'pairs?select=note', { prefer: all, body: [{ a: 2, b: 2, note: 'y' }] }, 201, [{ note: 'y' }]],
    ['PostgREST #1265', 'pairs', { prefer: `${all}, resolution=merge-duplicates`, body: [] }, 200, []],
    ['PostgREST #3013', 'places?id=eq.1&select=visits(id)&visits.order=id.desc', { method: 'PATCH', prefer: all, body: { name: 'Sea' } }, 200, [{ visits: [{ id: 3 }, { id: 2 }, { id: 1 }] }]],
    ['postgrest-js #228', 'places?id=in.()', { method: 'PATCH', prefer: all, body: { name: 'all' } }, 200, []],
    [
      'PostgREST #3595',
      'rpc/points',
      {
        body: {
          p: [
            { id: 4, val: 'x' },
            { id: 5, val: 'y, z' },
          ],
        },
      },
      200,
      2,
    ],
  ];
  for (const [report, where, asked, status, rows] of cases) {
    const answer = await ask(where, asked);
    assert.deepEqual([answer.status, JSON.parse(answer.text)], [status, rows], `${report}: ${where}`);
  }
  const made = await ask('items', { prefer: 'return=headers-only', body: { id: 'a b\nc&d=e,f' } });
  assert.equal(made.headers.get('location')?.replace('/rest/v1', ''), '/items?id=eq.a%20b%0Ac%26d%3De%2Cf', 'PostgREST #456: any text in an address');
  assert.equal(
    (
      await ask('pairs', {
        prefer: 'return=headers-only',
        body: [
          { a: 3, b: 3 },
          { a: 4, b: 4 },
        ],
      })
    ).headers.get('location'),
    null,
    'PostgREST #390',
  );
});

test('whose fault it is: the status says it', async () => {
  const twice = {
    prefer: 'resolution=merge-duplicates',
    body: [
      { a: 1, b: 1, note: 'y' },
      { a: 1, b: 1, note: 'z' },
    ],
  };
  for (const [where, asked, status, code, said] of [
    ['pairs', twice, 400, '21000', /second time/],
    ['guarded', { method: 'PATCH', body: { id: 2 } }, 400, '21000', /WHERE clause/],
    ['rpc/two_rows', {}, 500, '21000', /more than one row/],
    ['rpc/greedy', { body: {} }, 500, '53400', /temp_file_limit/],
  ] as const) {
    const answer = await ask(where, asked);
    assert.deepEqual([answer.status, JSON.parse(answer.text).code], [status, code], where);
    assert.match(answer.text, said, where);
  }
});
