// Every method of supabase-js's query builder, against a schema of a shape that maitred has never seen.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import type { SupabaseClient } from '@supabase/supabase-js';
import { startDaemon, type Daemon } from './harness.ts';
import { clientOf, openShop, type Shop } from './rest_support.ts';

let daemon: Daemon;
let shop: Shop;

before(async () => {
  daemon = await startDaemon();
  shop = await openShop(daemon);
});
after(async () => {
  await daemon.stop();
});

interface Result {
  data: unknown;
  error: { code: string; message: string } | null;
  status: number;
  count: number | null;
}
type Case = [name: string, ask: (c: SupabaseClient) => PromiseLike<unknown>, want: unknown];

const ids = (...list: number[]) => list.map((id) => ({ id }));

const filters: Case[] = [
  ['eq', (c) => c.from('orders').select('id').eq('id', 1), ids(1)],
  ['neq', (c) => c.from('orders').select('id').neq('id', 1).order('id'), ids(2, 3, 4)],
  ['gt', (c) => c.from('orders').select('id').gt('id', 3), ids(4)],
  ['gte', (c) => c.from('orders').select('id').gte('id', 4), ids(4)],
  ['lt', (c) => c.from('orders').select('id').lt('id', 2), ids(1)],
  ['lte', (c) => c.from('orders').select('id').lte('id', 1), ids(1)],
  ['like', (c) => c.from('orders').select('id').like('note', 'f%'), ids(1)],
  ['likeAllOf', (c) => c.from('orders').select('id').likeAllOf('note', ['f%', '%t']), ids(1)],
  ['likeAnyOf', (c) => c.from('orders').select('id').likeAnyOf('note', ['f%', 'a%']).order('id'), ids(1, 3)],
  ['ilike', (c) => c.from('orders').select('id').ilike('note', 'F%'), ids(1)],
  ['ilikeAllOf', (c) => c.from('orders').select('id').ilikeAllOf('note', ['F%', '%T']), ids(1)],
  ['ilikeAnyOf', (c) => c.from('orders').select('id').ilikeAnyOf('note', ['F%', 'A%']).order('id'), ids(1, 3)],
  ['is null', (c) => c.from('orders').select('id').is('note', null), ids(2)],
  ['is true', (c) => c.from('kinds').select('id').is('b', true), ids(1)],
  ['in', (c) => c.from('orders').select('id').in('note', ['a,b', '(x)']).order('id'), ids(3, 4)],
  ['contains array', (c) => c.from('products').select('id').contains('tags', ['hot']).order('id'), ids(1, 2)],
  ['contains json', (c) => c.from('products').select('id').contains('data', { k: 'w' }), ids(2)],
  ['containedBy', (c) => c.from('products').select('id').containedBy('tags', ['hot', 'cold']).order('id'), ids(2, 3)],
  ['rangeGt', (c) => c.from('products').select('id').rangeGt('valid', '[2025-03-01,2025-04-01)').order('id'), ids(1, 2)],
  ['rangeGte', (c) => c.from('products').select('id').rangeGte('valid', '[2026-02-01,2026-03-01)'), ids(2)],
  ['rangeLt', (c) => c.from('products').select('id').rangeLt('valid', '[2026-03-01,2026-04-01)'), ids(1)],
  ['rangeLte', (c) => c.from('products').select('id').rangeLte('valid', '[2026-01-01,2026-02-01)'), ids(1)],
  ['rangeAdjacent', (c) => c.from('products').select('id').rangeAdjacent('valid', '[2025-12-01,2026-01-01)'), ids(1)],
  ['overlaps', (c) => c.from('products').select('id').overlaps('tags', ['cold', 'hot']).order('id'), ids(1, 2)],
  ['textSearch', (c) => c.from('products').select('id').textSearch('search', 'bean'), ids(2)],
  ['textSearch websearch', (c) => c.from('products').select('id').textSearch('search', 'hot -bean', { type: 'websearch', config: 'english' }), ids(1)],
  ['textSearch on plain text', (c) => c.from('products').select('id').textSearch('name', 'teas', { config: 'english' }), ids(1)],
  ['match', (c) => c.from('orders').select('id').match({ client_id: 1, status: 'open' }), ids(2)],
  ['not', (c) => c.from('orders').select('id').not('note', 'is', null).order('id'), ids(1, 3, 4)],
  ['or', (c) => c.from('orders').select('id').or('id.eq.1,and(id.gt.3,note.not.is.null)').order('id'), ids(1, 4)],
  [
    'or on an embedded resource',
    (c) => c.from('orders').select('id,order_lines(product_id)').eq('id', 1).or('product_id.eq.2,quantity.gt.9', { referencedTable: 'order_lines' }),
    [{ id: 1, order_lines: [{ product_id: 2 }] }],
  ],
  ['filter', (c) => c.from('products').select('id').filter('data->a->b->>0', 'eq', '30'), ids(2)],
];

const shapes: Case[] = [
  ['order by several, nulls first', (c) => c.from('orders').select('id').order('note', { nullsFirst: true }).order('id', { ascending: false }), ids(2, 4, 3, 1)],
  [
    'order within an embedded resource',
    (c) => c.from('orders').select('id,order_lines(quantity)').eq('id', 1).order('quantity', { referencedTable: 'order_lines', ascending: true }),
    [{ id: 1, order_lines: [{ quantity: 1 }, { quantity: 2 }] }],
  ],
  ['order by a related column that is not shown', (c) => c.from('orders').select('id,clients()').order('clients(name)', { ascending: false }).order('id'), ids(4, 3, 1, 2)],
  ['limit', (c) => c.from('orders').select('id').order('id').limit(2), ids(1, 2)],
  [
    'limit within an embedded resource',
    (c) => c.from('orders').select('id,order_lines(product_id)').eq('id', 3).order('product_id', { referencedTable: 'order_lines' }).limit(1, { referencedTable: 'order_lines' }),
    [{ id: 3, order_lines: [{ product_id: 1 }] }],
  ],
  ['range', (c) => c.from('orders').select('id').order('id').range(1, 2), ids(2, 3)],
  ['single', (c) => c.from('orders').select('id').eq('id', 1).single(), { id: 1 }],
  ['maybeSingle, there', (c) => c.from('orders').select('id').eq('id', 1).maybeSingle(), { id: 1 }],
  ['maybeSingle, not there', (c) => c.from('orders').select('id').eq('id', 99).maybeSingle(), null],
  ['csv', (c) => c.from('orders').select('id,note').lte('id', 3).order('id').csv(), 'id,note\n1,first\n2,\n3,"a,b"'],
  ['aliases and casts', (c) => c.from('orders').select('number:id::text,total::int').eq('id', 1), [{ number: '1', total: 11 }]],
  ['many to one', (c) => c.from('orders').select('id,clients(name)').eq('id', 3), [{ id: 3, clients: { name: 'Bob' } }]],
  ['one to many', (c) => c.from('clients').select('name,orders(id)').eq('id', 1).order('id', { referencedTable: 'orders' }), [{ name: 'Ann', orders: ids(1, 2) }]],
  ['one to one', (c) => c.from('orders').select('id,details(gift)').eq('id', 1), [{ id: 1, details: { gift: true } }]],
  ['many to many', (c) => c.from('orders').select('id,products(name)').eq('id', 1).order('name', { referencedTable: 'products' }), [{ id: 1, products: [{ name: 'Coffee' }, { name: 'Tea' }] }]],
  [
    'hints tell two keys apart',
    (c) => c.from('orders').select('billing:addresses!orders_billing(street),shipping:addresses!shipping_id(street)').eq('id', 1),
    [{ billing: { street: 'Elm 1' }, shipping: { street: 'Oak 2' } }],
  ],
  ['inner join with a filter', (c) => c.from('orders').select('id,clients!inner()').eq('clients.name', 'Bob'), ids(3)],
  ['rows without related rows', (c) => c.from('orders').select('id,details()').is('details', null).order('id'), ids(3, 4)],
  ['spread', (c) => c.from('orders').select('id,...clients(who:name)').eq('id', 3), [{ id: 3, who: 'Bob' }]],
  [
    'three levels',
    (c) => c.from('clients').select('name,orders(id,order_lines(products(name)))').eq('id', 2),
    [{ name: 'Bob', orders: [{ id: 3, order_lines: [{ products: { name: 'Tea' } }, { products: { name: 'Cake' } }] }] }],
  ],
  ['in itself, both ways', (c) => c.from('clients').select('name,boss:boss_id(name),clients(name)').eq('id', 2), [{ name: 'Bob', boss: { name: 'Ann' }, clients: [{ name: 'Dan' }] }]],
  ['through views', (c) => c.from('deep_orders').select('order_number,clients(name)').eq('order_number', 4), [{ order_number: 4, clients: { name: 'Çağ "quote" \\ back' } }]],
  ['computed column and relationship', (c) => c.from('clients').select('shout,big_orders(id)').eq('id', 1).order('id', { referencedTable: 'big_orders' }), [{ shout: 'ANN', big_orders: ids(1, 2) }]],
  ['JSON paths', (c) => c.from('products').select('k:data->>k,data->a->b->0').eq('id', 1), [{ k: 'v', b: 10 }]],
  [
    'aggregates in groups',
    (c) => c.from('orders').select('status,total.sum(),count()').order('status'),
    [
      { status: 'open', sum: 1019.99, count: 2 },
      { status: 'paid', sum: 10.5, count: 1 },
      { status: 'void', sum: 0.01, count: 1 },
    ],
  ],
  ['odd names', (c) => c.from('odd names').select('"a b",ünï').eq('"a b"', 1), [{ 'a b': 1, ünï: 'üü' }]],
  ['rpc with arguments', (c) => c.rpc('add', { a: 1, b: 2 }), 3],
  ['rpc by GET', (c) => c.rpc('add', { a: 1, b: 2 }, { get: true }), 3],
  ['rpc with filters on its rows', (c) => c.rpc('expensive', { p_least: 5 }).select('id,clients(name)').eq('status', 'paid'), [{ id: 1, clients: { name: 'Ann' } }]],
  ['rpc that returns nothing', (c) => c.rpc('nothing'), null],
  ['rpc that returns one row', (c) => c.rpc('one_order', { p_id: 1 }).select('id'), { id: 1 }],
];

for (const [name, ask, want] of [...filters, ...shapes]) {
  test(name, async () => {
    const { data, error } = (await ask(shop.service)) as Result;
    assert.equal(error, null, JSON.stringify(error));
    assert.deepEqual(data, want);
  });
}

test('counts: exact, planned, estimated; head asks for the count alone', async () => {
  const exact = await shop.service.from('orders').select('id', { count: 'exact' }).order('id').limit(1);
  assert.equal(exact.count, 4);
  assert.equal(exact.status, 206);
  assert.ok(((await shop.service.from('orders').select('*', { count: 'planned' })).count ?? 0) > 0);
  assert.equal((await shop.service.from('orders').select('*', { count: 'estimated' })).count, 4);
  const head = await shop.service.from('orders').select('*', { count: 'exact', head: true });
  assert.equal(head.count, 4);
  assert.equal(head.data, null);
});

test('a page past the end is 416 with the number of rows there are', async () => {
  const { error, status } = await shop.service.from('orders').select('id', { count: 'exact' }).range(10, 12);
  assert.equal(status, 416);
  assert.equal(error?.code, 'PGRST103');
  assert.match(error?.details ?? '', /there are only 4 rows/);
});

test("values come back as PostgreSQL's to_json prints them", async () => {
  const columns = await daemon.sql(`select string_agg(quote_ident(attname), ',' order by attnum) from pg_attribute where attrelid = 'shop.kinds'::regclass and attnum > 0`);
  const expected = await daemon.sql(`set timezone = 'UTC'; select json_agg(k order by id) from (select ${columns} from shop.kinds) k`);
  const answer = await shop.rest('kinds?order=id', { headers: { prefer: 'timezone=UTC' } });
  assert.equal((await answer.text()).replaceAll('},{"id"', '}, \n {"id"'), expected);
});

test('schemas: the first by default, another by profile, none that is not listed', async () => {
  const annex = clientOf(shop.tenant, shop.tenant.serviceKey, 'annex');
  assert.deepEqual((await annex.from('things').select('name')).data, [{ name: 'thing' }]);
  assert.equal((await annex.rpc('annexed')).data, 'annex');
  assert.equal((await shop.service.from('things').select()).error?.code, 'PGRST205');
  const nowhere = await clientOf(shop.tenant, shop.tenant.serviceKey, 'pg_catalog').from('pg_class').select();
  assert.equal(nowhere.status, 406);
  assert.equal(nowhere.error?.code, 'PGRST106');
});

test('a column that a role may not read is not in its *', async () => {
  const { data: seen } = await shop.anon.from('clients').select().eq('id', 1);
  assert.deepEqual(seen, [{ id: 1, name: 'Ann', email: 'ann@x.y', boss_id: null }]);
  assert.equal((await shop.anon.from('clients').select('secret')).error?.code, '42501');
  const { data: all } = await shop.service.from('clients').select().eq('id', 1);
  assert.equal((all?.[0] as { secret: string } | undefined)?.secret, 'hidden');
});

const failures: [name: string, ask: (c: SupabaseClient) => PromiseLike<unknown>, status: number, code: string, hint: RegExp | null][] = [
  ['a misspelt table', (c) => c.from('cliants').select(), 404, 'PGRST205', /'shop.clients'/],
  ['a misspelt column', (c) => c.from('clients').select('nmae'), 400, '42703', /clients\.name/],
  ['a misspelt relationship', (c) => c.from('orders').select('id,clientz(name)'), 400, 'PGRST200', /'clients'/],
  ['a misspelt function', (c) => c.rpc('ad', { a: 1, b: 2 }), 404, 'PGRST202', null],
  ['a misspelt argument', (c) => c.rpc('add', { a: 1, c: 2 }), 404, 'PGRST202', /shop\.add\(a, b\)/],
  ['two relationships', (c) => c.from('orders').select('id,addresses(street)'), 300, 'PGRST201', /addresses!orders_billing/],
  ['two functions', (c) => c.rpc('unclear', { a: 1 }), 300, 'PGRST203', /renaming/],
  ['an unknown column in the body', (c) => c.from('clients').insert({ nam: 'x' }), 400, 'PGRST204', /'name'/],
  ['a value that is none', (c) => c.from('orders').select().eq('id', 'x'), 400, '22P02', null],
  ['a duplicate', (c) => c.from('products').insert({ id: 1, name: 'Tea' }), 409, '23505', null],
  ['a missing parent', (c) => c.from('order_lines').insert({ order_id: 404, product_id: 1 }), 409, '23503', null],
  ['a broken check', (c) => c.from('order_lines').insert({ order_id: 4, product_id: 4, quantity: 0 }), 400, '23514', null],
  ['more than one where one was asked for', (c) => c.from('orders').select().single(), 406, 'PGRST116', null],
  ['a function that raises', (c) => c.rpc('fails'), 400, 'P0001', /glue/],
  ['a function that chooses the status', (c) => c.rpc('fails_pt'), 402, 'PT402', /Upgrade/],
  ['a function that chooses the whole answer', (c) => c.rpc('fails_pgrst'), 419, '123', /h/],
  ['a write by GET', (c) => c.rpc('write_note', { p_id: 1, p_note: 'x' }, { get: true }), 405, '25006', null],
];

for (const [name, ask, status, code, hint] of failures) {
  test(`error: ${name}`, async () => {
    const result = (await ask(shop.service)) as { error: { code: string; hint: string | null } | null; status: number };
    assert.equal(result.error?.code, code, JSON.stringify(result.error));
    assert.equal(result.status, status);
    if (hint) assert.match(result.error?.hint ?? '', hint);
  });
}

test('an anonymous client without the right is told to sign in', async () => {
  const answer = await shop.rest('addresses', { key: shop.tenant.anonKey, method: 'POST', body: '{"id":9,"street":"x"}', headers: { 'content-type': 'application/json' } });
  assert.equal(answer.status, 401);
  assert.ok(answer.headers.get('www-authenticate'));
});

const hostile = [
  `orders?id=eq.1'; drop table shop.orders; --`,
  `orders?id=eq.1);drop%20table%20shop.orders`,
  `orders?select="id"";drop table"`,
  `orders?order=id;drop`,
  `orders?"x\\"";drop"=eq.1`,
  `orders?select=id::text;drop`,
  `orders?select=id::"text) from pg_shadow --"`,
  `orders?select=note->>'x`,
  `products?select=data->'a'||pg_sleep(1)`,
  `orders?note=fts(simple'::regconfig).x`,
  `orders?or=(id.eq.1,id.eq.2))`,
  `orders?limit=1;drop`,
  `orders?select=${'clients('.repeat(40)}`,
  `orders?and=${'('.repeat(5000)}`,
  `orders?%ff=eq.1`,
  `orders?id=eq.%00`,
  `orders?id=eq.%zz`,
  `orders?=`,
  `orders?&&&`,
  `orders?select=id&on_conflict=");drop`,
  `products?select=data->${'a->'.repeat(3000)}b`,
  `rpc/add?a=1&b=2)--`,
  `rpc/add"?a=1`,
  `rpc/%00`,
  `%22orders%22`,
  `orders?${'id=eq.1&'.repeat(200)}`,
];

test('hostile requests get JSON errors (or rows), and the tables are still there', async () => {
  for (const where of hostile) {
    const answer = await shop.rest(where);
    const text = await answer.text();
    assert.ok(answer.status < 500, `${where}: ${answer.status} ${text}`);
    assert.doesNotThrow(() => JSON.parse(text), `${where}: ${text.slice(0, 200)}`);
  }
  assert.equal((await shop.service.from('orders').select('*', { count: 'exact', head: true })).count, 4);
});

test('a read does not run again for a client that has the answer', async () => {
  const first = await shop.rest('orders?order=id');
  const tag = first.headers.get('etag') ?? '';
  assert.match(tag, /^"[0-9a-f]{32}"$/);
  await first.arrayBuffer();
  assert.equal((await shop.rest('orders?order=id', { headers: { 'if-none-match': tag } })).status, 304);
  assert.equal((await shop.rest('orders?order=id.desc', { headers: { 'if-none-match': tag } })).status, 200);
});

test('the description names what the role may reach', async () => {
  const document = await (await shop.rest('', { key: shop.tenant.anonKey })).json();
  assert.equal(document.swagger, '2.0');
  assert.equal(document.info.title, 'Shop');
  assert.equal(document.definitions.clients.description, 'Who buys.');
  assert.ok(document.paths['/rpc/add']);
  assert.ok(document.paths['/clients'].get);
  assert.equal(document.paths['/addresses'].post, undefined);
  assert.equal(document.definitions.clients.properties.secret, undefined);
  assert.equal(document.paths['/rpc/private_one'], undefined);
});
