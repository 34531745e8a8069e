// `maitred serve --schema NAME`: the REST dialect in front of a database that maitred did not make.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import { startDaemon, type Daemon } from './harness.ts';
import { serveSchema, type ServedSchema } from './rest_support.ts';

const secret = 'a-secret-of-at-least-thirty-two-characters';
let host: Daemon; // only for its PostgreSQL
let served: ServedSchema;
let url = '';

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
    create function library.either() returns int language sql as 'select 1'; create function library.either(text default 2) returns int language sql as 'select 2';
    create function library.all_of(variadic v int[]) returns int[] language sql as 'select v';
    create function library.who() returns text language sql as $$select current_user || ' ' || coalesce(current_setting('request.jwt.claims', true)::json ->> 'sub', '-')$$;
    grant usage on schema library, archive to anon, authenticated;
    grant select on all tables in schema library, archive to anon, authenticated;
    create table library.described (code char(4) primary key, tags text[], facts jsonb[], amount numeric(6,2) default 4.5, word varchar(9) default 'it''s',
      open boolean default false, book int references library.books);
    comment on table library.described is E'Described\n\nat length'; comment on column library.described.code is 'Its code.';
    create function library.sums(variadic v int[]) returns int language sql immutable as 'select 1';
    create table library.slices (k int) partition by list (k); create table library.slices_1 partition of library.slices for values in (1); insert into library.slices values (1);
    create schema if not exists cellar;
    create table cellar.shops (id int primary key, city text); create table cellar.makers (id int primary key, name text, price numeric);
    create table cellar.supplies (shop int references cellar.shops, maker int references cellar.makers, primary key (shop, maker));
    create table cellar.nests (id int primary key, above int references cellar.nests);
    insert into cellar.shops values (1, 'Ghent'), (2, 'Bruges'), (3, 'Ypres'); insert into cellar.makers values (1, 'Ada', 2.5), (2, 'Bo', 4), (3, 'Cy', null);
    insert into cellar.supplies values (1, 1), (1, 2), (2, 3); insert into cellar.nests values (1, null), (2, 1);
    create view library.shops as select * from cellar.shops; create view library.makers as select id, name, price, upper(name) as loud from cellar.makers;
    create view library."supply lines" as select * from cellar.supplies;
    create view library.supplies as select s.shop, s.maker, (select m.name from cellar.makers m where m.id = s.maker) as name from cellar.supplies s;
    create view library.nests as select id, above as "above it", above as over, (select max(id) from cellar.nests) as most from cellar.nests limit (select 100);
    alter view library.shops rename column id to number;
    create view library.other_nests as select id, above as over from cellar.nests where id > 1;
    create table library.bare (); create domain library."application/x-bare" as text;
    create function library.bare_step(library."application/x-bare", library.bare) returns library."application/x-bare" language sql as $$select 'none at all'::library."application/x-bare"$$;
    create aggregate library.bare_list(library.bare) (sfunc = library.bare_step, stype = library."application/x-bare", initcond = 'nothing yet');
    insert into library.bare default values;
    create type library.mood as enum ('glad', 'sad'); create function library.feel(mood library.mood) returns text language sql immutable as 'select mood::text';
    create function library.many(a int) returns int language sql as 'select 1'; create function library.many(a int, b int) returns int language sql as 'select 2';
    create function library.several(a int) returns int language sql as 'select a'; create function library.several(a int, b int) returns setof int language sql as 'values (a), (b)';
    create function library.whole(json) returns json language sql as 'select $1'; create function library.whole(x int, y int) returns int language sql as 'select x + y';
    create function library.header(name text) returns text language sql as $$select current_setting('request.headers', true)::json ->> name$$;
    create function library.noon() returns table (t timestamptz) language sql stable as $$select '2024-01-01 12:00:00+00'::timestamptz$$;
    create table library.pairs (z int, a int, primary key (z, a)); create view library.pairs_seen as select * from library.pairs; grant all on library.pairs, library.pairs_seen to anon;
    create view library.counts as select count(*) as n from library.books;
    create domain library.shade as int; create domain library.fallback as int default 66;
    create function library.json(library.shade) returns json language sql as $$select to_json('#' || lpad(to_hex($1), 6, '0'))$$;
    create function library.shade(json) returns library.shade language sql as $$select ('x' || lpad(substr($1 #>> '{}', 2), 8, '0'))::bit(32)::int::library.shade$$;
    create function library.shade(text) returns library.shade language sql as $$select ('x' || lpad($1, 8, '0'))::bit(32)::int::library.shade$$;
    create cast (library.shade as json) with function library.json(library.shade) as implicit;
    create cast (json as library.shade) with function library.shade(json) as implicit;
    create cast (text as library.shade) with function library.shade(text) as implicit;
    create table library.paints (id int generated by default as identity primary key, colour library.shade, name text default 'nameless', amount library.fallback);
    create table library.mixes (id int primary key, paint int references library.paints);
    insert into library.paints (id, colour, name) values (100, 255, 'blue'), (101, 65280, 'green'); insert into library.mixes values (1, 100);
    grant select on all tables in schema library to anon;
    create function library.twins(library.paints) returns setof library.paints stable language sql as 'select $1.*';
    grant all on library.paints, library.mixes to anon; grant all on all sequences in schema library to anon;
    do $$ begin if not exists (select from pg_roles where rolname = 'librarian') then create role librarian; end if; end $$; grant librarian to maitred;
    grant usage on schema library to librarian; grant execute on all functions in schema library to anon, authenticated, librarian`);
  served = await serveSchema(host, 'maitred', '--schema', 'library,archive', '--jwt-secret', secret);
  url = served.url;
});
after(async () => {
  await served?.stop();
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

const ask = (where: string, body?: unknown, headers: Record<string, string> = {}, method = body === undefined ? 'GET' : 'POST') =>
  fetch(`${url}/rest/v1/${where}`, {
    method,
    headers: { apikey: sign({ role: 'anon' }), ...(body instanceof URLSearchParams ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: body instanceof URLSearchParams ? body : JSON.stringify(body) }),
  });

test('any role that was granted, none at all, any sub, with or without an end', async () => {
  const who = async (claims: Record<string, unknown>) => {
    const answer = await ask('rpc/who', {}, { authorization: `Bearer ${sign(claims)}` });
    return [answer.status, await answer.json().then((said) => (typeof said === 'string' ? said : said.code))];
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
    [
      'rpc/some_records',
      {},
      [
        { id: 1, title: 'Faust' },
        { id: 2, title: 'Emma' },
      ],
    ],
    ['rpc/five?v=abc', undefined, 'abc'],
    ['rpc/five', { v: 'abcde' }, 'abcde'],
    ['rpc/bits', { v: '101' }, '101'],
    ['rpc/echo', { '': 'all of it' }, '{"":"all of it"}'],
    ['rpc/all_of?v=1&v=2', undefined, [1, 2]],
    [
      'rpc/all_of',
      new URLSearchParams([
        ['v', '1'],
        ['v', '2'],
      ]),
      [1, 2],
    ],
    ['rpc/all_of', new URLSearchParams([['v', '7']]), [7]],
  ] as const) {
    const answer = await ask(where, body);
    const said = await answer.json();
    assert.deepEqual([answer.status, said], [200, wanted], where);
  }
  const ambiguous = await ask('rpc/either', {});
  assert.deepEqual([ambiguous.status, (await ambiguous.json()).code], [300, 'PGRST203']);
  for (const where of ['rpc/double?n=2', 'rpc/one_out?n=2', 'rpc/spot_of?n=2']) assert.equal((await ask(where, undefined, { prefer: 'count=exact' })).headers.get('content-range'), '0-0/1');
});

test('domains are shown, read and compared as their casts say', async () => {
  const represent = { prefer: 'return=representation' };
  for (const [where, body, headers, method, wanted] of [
    ['paints?select=colour&id=eq.100', undefined, {}, 'GET', [{ colour: '#0000ff' }]],
    ['paints?select=c:colour,text:colour::text&id=eq.100', undefined, {}, 'GET', [{ c: '#0000ff', text: '"#0000ff"' }]],
    ['paints?id=eq.100', undefined, {}, 'GET', [{ id: 100, colour: '#0000ff', name: 'blue', amount: 66 }]],
    ['mixes?select=paints(colour)', undefined, {}, 'GET', [{ paints: { colour: '#0000ff' } }]],
    ['paints?select=name&colour=eq.00ff00', undefined, {}, 'GET', [{ name: 'green' }]],
    ['paints?select=name&colour=not.in.(0000ff,0)&order=id', undefined, {}, 'GET', [{ name: 'green' }]],
    ['paints?select=name&or=(colour.eq.ff,name.eq.x)', undefined, {}, 'GET', [{ name: 'blue' }]],
    ['paints?select=colour', { id: 110, colour: '#ff0000' }, represent, 'POST', [{ colour: '#ff0000' }]],
    ['paints?id=eq.110&select=colour', { colour: '#00000f' }, represent, 'PATCH', [{ colour: '#00000f' }]],
    ['paints?id=eq.110&select=colour', { id: 110, colour: '#0000f0' }, { prefer: 'resolution=merge-duplicates,return=representation' }, 'POST', [{ colour: '#0000f0' }]],
  ] as const) {
    const answer = await ask(where, body, headers, method);
    assert.deepEqual([answer.ok, await answer.json()], [true, wanted], where);
  }
  assert.equal(await (await ask('paints?select=colour&id=eq.100', undefined, { accept: 'text/csv' })).text(), 'colour\n255');
});

test('missing=default: identities, domains, updates; one object and several', async () => {
  const prefer = 'missing=default,return=representation';
  for (const [where, body, method, wanted] of [
    ['paints?columns=id,name,amount&select=name,amount', { name: 'one' }, 'POST', [{ name: 'one', amount: 66 }]],
    [
      'paints?columns=id,name,amount&select=name,amount',
      [{ name: 'two' }, { id: 300, amount: 1 }],
      'POST',
      [
        { name: 'two', amount: 66 },
        { name: 'nameless', amount: 1 },
      ],
    ],
    ['paints?columns=id&select=name', {}, 'POST', [{ name: 'nameless' }]],
    ['paints?id=eq.300&columns=name,amount&select=name,amount', { amount: 5 }, 'PATCH', [{ name: 'nameless', amount: 5 }]],
    ['paints?id=eq.300&columns=name,amount&select=name,amount', { name: null }, 'PATCH', [{ name: null, amount: 66 }]],
    ['paints?id=eq.300&columns=name&select=name', {}, 'PATCH', [{ name: 'nameless' }]],
    ['paints?columns=id,amount,name&select=amount,name', { id: 300, name: 'again' }, 'PUT&', [{ amount: 66, name: 'again' }]],
  ] as const) {
    const put = method === 'PUT&';
    const answer = await ask(put ? `${where}&id=eq.300` : where, body, { prefer }, put ? 'PUT' : method);
    const said = await answer.json();
    assert.deepEqual([answer.ok, said], [true, wanted], `${method} ${where}: ${JSON.stringify(said)}`);
    assert.match(answer.headers.get('preference-applied') ?? '', /missing=default/);
  }
});

test('of several forms the next one is taken where the first is not there', async () => {
  for (const [accept, status, type] of [
    ['text/plain, application/json', 200, 'application/json'],
    ['application/vnd.pgrst.plan, text/csv;q=0.4', 200, 'text/csv'],
    ['application/geo+json, application/vnd.pgrst.array+json;nulls=stripped', 200, 'application/vnd.pgrst.array+json'],
    ['application/octet-stream;q=0.9, */*;q=0.1', 200, 'application/json'],
    ['text/html, image/png', 406, 'application/json'],
    ['text/plain', 406, 'application/json'],
  ] as const) {
    const answer = await ask('books?select=id', undefined, { accept });
    assert.equal(answer.status, status, accept);
    assert.ok(answer.headers.get('content-type')?.startsWith(type), `${accept}: ${answer.headers.get('content-type')}`);
    if (status !== 200) assert.equal(answer.headers.get('proxy-status'), 'PostgREST; error=PGRST107');
  }
});

test('OPTIONS says what can be done', async () => {
  const allow = async (where: string) => {
    const answer = await ask(where, undefined, {}, 'OPTIONS');
    return [answer.status, answer.headers.get('allow')];
  };
  assert.deepEqual(await allow('books'), [200, 'OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE']);
  assert.deepEqual(await allow('counts'), [200, 'OPTIONS,GET,HEAD']);
  assert.deepEqual(await allow('rpc/double'), [200, 'OPTIONS,GET,HEAD,POST']);
  assert.deepEqual(await allow('rpc/who'), [200, 'OPTIONS,POST']);
  assert.deepEqual(await allow('nothing'), [404, null]);
  assert.deepEqual(await allow('rpc/nothing'), [404, null]);
  assert.equal((await ask('books', undefined, {}, 'OPTIONS')).headers.get('access-control-allow-origin'), '*', 'also to who names no origin');
});

test('a cache is told by which headers answers differ', async () => {
  const varies = async (where: string, ...rest: [headers?: Record<string, string>, method?: string]) => (await ask(where, undefined, ...rest)).headers.get('vary');
  assert.equal(await varies('books?id=eq.1'), 'Accept, Accept-Profile, Authorization, Prefer, Range');
  assert.equal(await varies('books?id=eq.1', {}, 'HEAD'), 'Accept, Accept-Profile, Authorization, Prefer, Range');
  assert.equal(await varies('rpc/double?n=1'), 'Accept, Accept-Profile, Authorization, Prefer, Range');
  assert.equal(await varies('nothing'), 'Accept, Accept-Profile, Authorization, Prefer, Range');
  assert.equal((await ask('rpc/who', {})).headers.get('vary'), null, 'nobody keeps what was posted');
  assert.equal(await varies('books', { authorization: `Bearer ${sign({ role: 'anon' })}` }), null, 'nor what was asked for with Authorization');
});

test('queries written by hand: an empty select, a bare percent sign, blanks', async () => {
  const titles = async (where: string) => {
    const answer = await ask(where);
    return [answer.status, ((await answer.json()) as { title?: string }[]).map((row) => row.title)];
  };
  assert.deepEqual(await titles('books?select=&order=id'), [200, ['Faust', 'Emma']]);
  assert.deepEqual(await titles('books?title=like.%au%'), [200, ['Faust']]);
  assert.deepEqual(await titles('books?title=like(any).{%au%,E%}&order=id'), [200, ['Faust', 'Emma']]);
  assert.deepEqual(await titles('books?id=in.(   )'), [200, []]);
  assert.deepEqual(await titles('books?title=in.(")'), [200, []]);
  assert.deepEqual(await titles('books?and=( or ( id.in.( 1, 7 ) , id.eq.9 ) , title.neq.x )'), [200, ['Faust']]);
  assert.deepEqual(await titles('rpc/one_column?select='), [200, ['Faust', 'Emma']]);
  const empty = await ask('paints?columns=', [{ name: 'x' }]);
  assert.deepEqual([empty.status, (await empty.json()).code], [400, 'PGRST100']);
});

test('functions take the columns that are named, and the first of a list', async () => {
  assert.equal(await (await ask('rpc/double?columns=n', { n: 4, other: 'ignored' })).json(), 8);
  assert.equal(await (await ask('rpc/double', [{ n: 4 }, { n: 5 }])).json(), 8);
  const single = await ask('rpc/double', { n: 4 }, { prefer: 'handling=strict,max-affected=3' });
  assert.deepEqual([single.status, (await single.json()).code], [400, 'PGRST128']);
});

test('views embed through views: renamed columns, sub-selects, junctions, one column shown twice', async () => {
  for (const [where, wanted] of [
    [
      'shops?select=city,makers!supplies(name)&order=number&makers.order=id',
      [
        { city: 'Ghent', makers: [{ name: 'Ada' }, { name: 'Bo' }] },
        { city: 'Bruges', makers: [{ name: 'Cy' }] },
        { city: 'Ypres', makers: [] },
      ],
    ],
    ['makers?select=loud,shops!%22supply lines%22(city)&id=eq.1', [{ loud: 'ADA', shops: [{ city: 'Ghent' }] }]],
    ['supplies?select=name,shops(city),makers(price)&maker=eq.2', [{ name: 'Bo', shops: { city: 'Ghent' }, makers: { price: 4 } }]],
    ['shops?select=city,supplies(maker)&number=eq.2', [{ city: 'Bruges', supplies: [{ maker: 3 }] }]],
    ['nests?select=id,over(id)&id=eq.2', [{ id: 2, over: { id: 1 } }]],
    ['nests?select=id,%22above it%22(id)&id=eq.2', [{ id: 2, 'above it': { id: 1 } }]],
  ] as const) {
    const answer = await ask(where);
    const said = await answer.json();
    assert.deepEqual([answer.status, said], [200, wanted], `${where}: ${JSON.stringify(said)}`);
  }
  assert.equal((await ask('shops?select=makers(name)')).status, 300);
});

test('what is spread: lists of what is many, groups of what is one', async () => {
  for (const [where, wanted] of [
    [
      'shops?select=city,...makers!supplies(name)&order=number&makers.order=id.desc',
      [
        { city: 'Ghent', name: ['Bo', 'Ada'] },
        { city: 'Bruges', name: ['Cy'] },
        { city: 'Ypres', name: [] },
      ],
    ],
    [
      'shops?select=city,...makers!supplies!inner(who:name,price)&order=number&makers.order=id',
      [
        { city: 'Ghent', who: ['Ada', 'Bo'], price: [2.5, 4] },
        { city: 'Bruges', who: ['Cy'], price: [null] },
      ],
    ],
    ['shops?select=city,...makers!supplies(name)&makers=is.null', [{ city: 'Ypres', name: [] }]],
    ['shops?select=city,...supplies(...makers(name,price))&number=eq.2', [{ city: 'Bruges', name: ['Cy'], price: [null] }]],
    ['shops?select=city,...supplies(makers(name))&number=eq.2', [{ city: 'Bruges', makers: [{ name: 'Cy' }] }]],
    [
      'supplies?select=...shops(city),maker.count()&order=shops(city)',
      [
        { city: 'Bruges', count: 1 },
        { city: 'Ghent', count: 2 },
      ],
    ],
    [
      'supplies?select=...shops(town:city),...makers(total:price.sum(),n:count())&order=shops(town)',
      [
        { town: 'Bruges', total: null, n: 1 },
        { town: 'Ghent', total: 6.5, n: 2 },
      ],
    ],
    ['supplies?select=...makers(price.max())', [{ max: 4 }]],
    ['supplies?select=shop,makers(),maker.count()&makers.name=eq.Ada&makers=not.is.null', [{ shop: 1, count: 1 }]],
    ['pages?select=number,books(pages())&book=eq.1&order=number', [{ number: 1 }, { number: 2 }]],
    [
      'pages?select=...books(title,id.count())&order=books(title)',
      [
        { title: 'Emma', count: 1 },
        { title: 'Faust', count: 2 },
      ],
    ],
    ['books?select=pages(number),count()&pages.order=number&id=eq.1', [{ pages: [{ number: 1 }, { number: 2 }], count: 1 }]],
  ] as const) {
    const answer = await ask(where);
    const said = await answer.json();
    assert.deepEqual([answer.status, said], [200, wanted], `${where}: ${JSON.stringify(said)}`);
  }
});

test("what is wrong in a query is told in the dialect's words", async () => {
  for (const [where, message, details] of [
    ['books?or=()', 'logic tree (())" (line 1, column 4)', 'unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)'],
    ['books?not.and=(id.nope.1)', 'logic tree ((id.nope.1))" (line 1, column 12)', 'unexpected "n" expecting "not" or operator (eq, gt, ...)'],
    ['books?order=id.asc.nullslasttt', 'order (id.asc.nullslasttt)" (line 1, column 17)', `unexpected 't' expecting "," or end of input`],
    ['described?select=facts->(a', 'select parameter (facts->(a)" (line 1, column 8)', 'unexpected "(" expecting "-", digit or any non reserved character different from: .,>()'],
    ['described?select=facts->>--3', 'select parameter (facts->>--3)" (line 1, column 10)', 'unexpected "-" expecting digit'],
  ] as const) {
    const answer = await ask(where);
    const said = await answer.json();
    assert.deepEqual([answer.status, said.code, said.message, said.details], [400, 'PGRST100', `"failed to parse ${message}`, details], where);
  }
  const text = await (await ask('described?select=facts->>c->b')).json();
  assert.equal(text.message, 'operator does not exist: text -> unknown');
  const nonsense = await fetch(`${url}/rest/v1/paints`, { method: 'POST', headers: { apikey: sign({ role: 'anon' }), 'content-type': 'application/json' }, body: '}{' });
  assert.deepEqual(await nonsense.json(), { code: 'PGRST102', message: 'Empty or invalid json', details: null, hint: null });
});

test('closing parentheses too many and an offset below zero change nothing of what was said', async () => {
  for (const [where, wanted] of [
    ['books?and=(id.eq.1,id.neq.2))&select=id', [{ id: 1 }]],
    ['books?select=id,pages(number)))&id=eq.2', [{ id: 2, pages: [{ number: 1 }] }]],
    ['books?select=id&order=id&offset=-3', [{ id: 1 }, { id: 2 }]],
  ] as const)
    assert.deepEqual(await (await ask(where)).json(), wanted, where);
  assert.equal((await ask('books?select=id)x')).status, 400);
  assert.equal((await ask('books?limit=-1')).status, 416);
});

test('a single value is sent as it is; rows and several values are not run together', async () => {
  for (const [where, accept, status] of [
    ['rpc/five?v=abc', 'text/plain', 200],
    ['rpc/five?v=abc', 'text/xml', 406],
    ['rpc/one_column', 'text/plain', 406],
    ['rpc/some_records', 'application/octet-stream', 406],
    ['rpc/several?a=1', 'text/plain', 200],
    ['rpc/several?a=1&b=2', 'text/plain', 406],
    ['rpc/several?z=1', 'text/plain', 404],
  ] as const)
    assert.equal((await ask(where, undefined, { accept })).status, status, `${where} ${accept}`);
  assert.equal(await (await ask('bare', undefined, { accept: 'application/x-bare' })).text(), 'none at all');
  for (const where of ['books', 'rpc/one_column']) assert.equal((await ask(where, undefined, { accept: 'text/csv' }, 'HEAD')).headers.get('content-type'), 'text/csv; charset=utf-8');
});

test('hints name what is near, and nothing where nothing is', async () => {
  for (const [where, body, headers, hint] of [
    ['slices_1?select=books(id)', undefined, {}, null],
    ['rpc/many?c=1&wrong_argument=2', undefined, {}, null],
    ['rpc/many?a=1&c=2', undefined, {}, 'Perhaps you meant to call the function library.many(a, b)'],
    ['rpc/double?m=1', undefined, {}, 'Perhaps you meant to call the function library.double(n)'],
  ] as const) {
    const said = await (await ask(where, body, headers)).json();
    assert.equal(said.hint, hint, `${where}: ${JSON.stringify(said)}`);
  }
  // what is no JSON does not go to a function of one unnamed JSON parameter
  assert.deepEqual(await (await ask('rpc/whole', { anything: 1 })).json(), { anything: 1 });
  const csv = await fetch(`${url}/rest/v1/rpc/whole`, { method: 'POST', headers: { apikey: sign({ role: 'anon' }), 'content-type': 'text/csv' }, body: 'a,b\n1,2' });
  assert.deepEqual([csv.status, (await csv.json()).code], [404, 'PGRST202']);
});

test('addresses: of what was made, by name; of what was asked, in any order', async () => {
  const made = await ask('pairs_seen', { z: 1, a: 2 }, { prefer: 'return=headers-only' });
  assert.deepEqual([made.status, made.headers.get('location')], [201, '/pairs_seen?a=eq.2&z=eq.1']);
  assert.equal((await ask('books?select=id&id=eq.1&order=id')).headers.get('content-location'), '/books?id=eq.1&order=id&select=id');
  assert.equal((await ask('books')).headers.get('content-location'), '/books');
  assert.equal((await ask('rpc/double?n=1')).headers.get('content-location'), '/rpc/double?n=1');
});

test('times come in the zone that is asked for, by name or by offset', async () => {
  const at = async (zone: string) => {
    const answer = await ask('rpc/noon', undefined, { prefer: `timezone=${zone}` });
    return [(await answer.json())[0].t, answer.headers.get('preference-applied')];
  };
  assert.deepEqual(await at('America/New_York'), ['2024-01-01T07:00:00-05:00', 'timezone=America/New_York']);
  assert.deepEqual(await at('-4'), ['2024-01-01T08:00:00-04:00', 'timezone=-4']);
  assert.deepEqual(await at('+05:30'), ['2024-01-01T06:30:00-05:30', 'timezone=+05:30']); // as PostgreSQL reads POSIX offsets
  for (const none of ['+99', '5:99', '1:2:3', 'Nowhere/Land']) assert.equal((await at(none))[1], null, none);
});

test('what a token says must be of its kind; functions see it', async () => {
  const refused = async (claims: Record<string, unknown>) => {
    const answer = await ask('books', undefined, { authorization: `Bearer ${sign({ role: 'anon', ...claims })}` });
    return [answer.status, (await answer.json()).message];
  };
  for (const claim of ['exp', 'nbf', 'iat']) assert.deepEqual(await refused({ [claim]: 'soon' }), [401, `The JWT '${claim}' claim must be a number`]);
  for (const aud of [{ a: 1 }, 7, ['a', {}]]) assert.deepEqual(await refused({ aud }), [401, "The JWT 'aud' claim must be a string or an array of strings"]);
  for (const aud of ['a', ['a', 'b'], [], null]) assert.equal((await refused({ aud }))[0], 200);
  const token = `Bearer ${sign({ role: 'anon', exp: later })}`;
  assert.equal(await (await ask('rpc/header?name=authorization', undefined, { authorization: token })).json(), token);
  assert.equal(await (await ask('rpc/header?name=apikey')).json(), null);
});

test('a written row is passed to functions of a row', async () => {
  const answer = await ask('paints?select=name,twins(name)', { id: 700, name: 'twin' }, { prefer: 'return=representation' });
  assert.deepEqual(await answer.json(), [{ name: 'twin', twins: [{ name: 'twin' }] }]);
});

test('the description says what clients are made from', async () => {
  const { definitions, paths } = await (await ask('')).json();
  assert.deepEqual(definitions.described, {
    description: 'Described\n\nat length',
    type: 'object',
    required: ['code'],
    properties: {
      code: { description: 'Its code.\n\nNote:\nThis is a Primary Key.<pk/>', format: 'character', type: 'string', maxLength: 4 },
      tags: { format: 'text[]', type: 'array', items: { type: 'string' } },
      facts: { format: 'jsonb[]', type: 'array', items: {} },
      amount: { format: 'numeric', type: 'number', default: 4.5 },
      word: { format: 'character varying', type: 'string', default: "it's", maxLength: 9 },
      open: { format: 'boolean', type: 'boolean', default: false },
      book: { description: "Note:\nThis is a Foreign Key to `books.id`.<fk table='books' column='id'/>", format: 'integer', type: 'integer' },
    },
  });
  assert.equal(definitions.counts.required, undefined);
  assert.equal(definitions.slices_1, undefined);
  assert.ok(definitions.slices);
  assert.equal(paths['/described'].get.summary, 'Described');
  const all = paths['/rpc/all_of'].post.parameters[0].schema;
  assert.deepEqual(all.properties.v, { format: 'integer[]', type: 'array', items: { type: 'integer' } });
  assert.equal(all.required, undefined);
  assert.deepEqual(paths['/rpc/sums'].get.parameters[0], { in: 'query', name: 'v', required: false, type: 'array', collectionFormat: 'multi', items: { format: 'integer', type: 'integer' } });
  assert.deepEqual(paths['/rpc/both_ways'].post.parameters[0].schema.required, ['n']);
  assert.equal(paths['/rpc/feel'].get.parameters[0].format, 'mood');
});

test('a partition is served by its name, and embedded nowhere', async () => {
  assert.deepEqual(await (await ask('slices_1')).json(), [{ k: 1 }]);
  assert.equal((await ask('slices?select=slices_1(*)')).status, 400);
});

test('Prefer: tx= counts only where tx_end allows it', async () => {
  const answer = await ask('paints', { id: 800, name: 'stays' }, { prefer: 'tx=rollback,return=minimal' });
  assert.deepEqual([answer.status, answer.headers.get('preference-applied')], [201, 'return=minimal']);
  assert.equal(await host.sql('select count(*) from library.paints where id = 800'), '1');
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
