// Writing: insert, upsert, update, delete, functions; what comes back, what is undone, what is done once.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { openShop, type Shop } from './rest_support.ts';

let daemon: Daemon;
let shop: Shop;
let house: Tenant;

before(async () => {
  daemon = await startDaemon();
  shop = await openShop(daemon);
  house = await makeTenant(daemon, []);
});
after(async () => {
  await daemon.stop();
});

const json = (prefer: string, more: Record<string, string> = {}) => ({ 'content-type': 'application/json', prefer, ...more });
const post = (where: string, body: unknown, prefer = '', more: Record<string, string> = {}) =>
  shop.rest(where, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers: json(prefer, more) });

test('insert answers nothing, the row, or where it is', async () => {
  const quiet = await shop.service.from('serials').insert({ id: 500, name: 'quiet' });
  assert.equal(quiet.status, 201);
  assert.equal(quiet.data, null);
  const { data } = await shop.service.from('serials').insert({ id: 501, name: 'told' }).select('name,n').single();
  assert.deepEqual(data, { name: 'told', n: 7 });
  const where = await post('serials', { id: 502, name: 'here' }, 'return=headers-only');
  assert.equal(where.headers.get('location'), '/serials?id=eq.502');
  assert.equal(where.headers.get('preference-applied'), 'return=headers-only');
});

test('insert many; unequal keys need columns=, and missing=default fills what is missing', async () => {
  const { data, status } = await shop.service
    .from('serials')
    .insert([{ id: 510, name: 'a' }, { id: 511 }], { defaultToNull: false })
    .select('id,name,n')
    .order('id');
  assert.equal(status, 201);
  assert.deepEqual(data, [
    { id: 510, name: 'a', n: 7 },
    { id: 511, name: null, n: 7 },
  ]);
  const unequal = await post('serials', [{ id: 512, name: 'a' }, { id: 513 }]);
  assert.equal(unequal.status, 400);
  assert.equal((await unequal.json()).message, 'All object keys must match');
  const filled = await shop.service
    .from('serials')
    .insert(
      [
        { id: 514, n: 1 },
        { id: 515, name: 'x' },
      ],
      { defaultToNull: false },
    )
    .select('id,n')
    .order('id');
  assert.deepEqual(filled.data, [
    { id: 514, n: 1 },
    { id: 515, n: 7 },
  ]);
});

test('an inserted row embeds what it refers to', async () => {
  const { data } = await shop.service.from('order_lines').insert({ order_id: 4, product_id: 4, quantity: 2 }).select('quantity,products(name),orders(clients(name))').single();
  assert.deepEqual(data, { quantity: 2, products: { name: 'Cake' }, orders: { clients: { name: 'Çağ "quote" \\ back' } } });
});

test('CSV and forms are bodies as well', async () => {
  const csv = await shop.rest('serials?select=id,name,n&order=id', {
    method: 'POST',
    body: 'id,name,n\n520,"with, comma",1\n521,NULL,2\n',
    headers: { 'content-type': 'text/csv', prefer: 'return=representation' },
  });
  assert.deepEqual(await csv.json(), [
    { id: 520, name: 'with, comma', n: 1 },
    { id: 521, name: null, n: 2 },
  ]);
  const form = await shop.rest('serials?select=name', { method: 'POST', body: new URLSearchParams({ id: '522', name: 'a form' }), headers: { prefer: 'return=representation' } });
  assert.deepEqual(await form.json(), [{ name: 'a form' }]);
});

test('upsert: merge, ignore, by another key; 201 when a row was new, 200 when none was', async () => {
  await shop.service.from('serials').insert({ id: 530, name: 'old' });
  const merged = await shop.service.from('serials').upsert({ id: 530, name: 'new' }).select('name');
  assert.deepEqual([merged.status, merged.data], [200, [{ name: 'new' }]]);
  const mixed = await shop.service
    .from('serials')
    .upsert([
      { id: 530, name: 'newer' },
      { id: 531, name: 'more' },
    ])
    .select('name');
  assert.equal(mixed.status, 201);
  assert.equal(mixed.data?.length, 2);
  const ignored = await shop.service
    .from('serials')
    .upsert(
      [
        { id: 530, name: 'never' },
        { id: 532, name: 'yes' },
      ],
      { ignoreDuplicates: true },
    )
    .select('name');
  assert.deepEqual(ignored.data, [{ name: 'yes' }]);
  const byName = await shop.service.from('products').upsert({ id: 1, name: 'Tea', price: 9 }, { onConflict: 'name' }).select('price').single();
  assert.equal(byName.data?.price, 9);
});

test('PUT makes or replaces exactly the row of its address', async () => {
  const put = (where: string, body: unknown) => shop.rest(where, { method: 'PUT', body: JSON.stringify(body), headers: json('return=representation') });
  assert.equal((await put('serials?id=eq.540', { id: 540, name: 'made' })).status, 201);
  assert.equal((await put('serials?id=eq.540', { id: 540, name: 'made again' })).status, 200);
  assert.equal((await (await put('serials?id=eq.540', { id: 541, name: 'other' })).json()).code, 'PGRST115');
  assert.equal((await (await put('serials?name=eq.x', { id: 541 })).json()).code, 'PGRST105');
  assert.equal((await (await put('serials?id=eq.540&limit=1', { id: 540 })).json()).code, 'PGRST114');
});

test('update and delete: filtered, counted, shown', async () => {
  await shop.service.from('serials').insert([
    { id: 550, name: 'a' },
    { id: 551, name: 'b' },
    { id: 552, name: 'c' },
  ]);
  const updated = await shop.service.from('serials').update({ n: 1 }, { count: 'exact' }).in('id', [550, 551]);
  assert.deepEqual([updated.status, updated.count], [204, 2]);
  const first = await shop.service.from('serials').update({ n: 2 }).in('id', [550, 551, 552]).order('id', { ascending: false }).limit(1).select('id');
  assert.deepEqual(first.data, [{ id: 552 }]);
  const deleted = await shop.service.from('serials').delete({ count: 'exact' }).in('id', [550, 551, 552]).select('id').order('id');
  assert.deepEqual([deleted.data, deleted.count], [[{ id: 550 }, { id: 551 }, { id: 552 }], 3]);
  assert.equal((await shop.service.from('serials').update({}).eq('id', 1)).status, 204);
});

// supabase-js offers maxAffected to those who say in a type parameter that the server is PostgREST 13.
interface Limited {
  maxAffected(rows: number): PromiseLike<{ error: { code: string; details: string } | null; status: number }>;
}
const limited = (builder: unknown) => builder as Limited;

test('more rows than max-affected: nothing is changed', async () => {
  await shop.service.from('serials').insert([
    { id: 560, name: 'keep' },
    { id: 561, name: 'keep' },
  ]);
  const refused = await limited(shop.service.from('serials').delete().in('id', [560, 561])).maxAffected(1);
  assert.equal(refused.error?.code, 'PGRST124');
  assert.match(refused.error?.details ?? '', /affects 2 rows/);
  assert.equal((await shop.service.from('serials').select('id').in('id', [560, 561])).data?.length, 2);
  assert.equal((await limited(shop.service.from('serials').delete().in('id', [560, 561])).maxAffected(2)).status, 204);
});

test('one object was asked for and several would change: nothing is changed', async () => {
  await shop.service.from('serials').insert([
    { id: 565, name: 'same' },
    { id: 566, name: 'same' },
  ]);
  const refused = await shop.service.from('serials').update({ name: 'changed' }).in('id', [565, 566]).select().single();
  assert.equal(refused.error?.code, 'PGRST116');
  assert.equal((await shop.service.from('serials').select('id').eq('name', 'changed')).data?.length, 0);
});

test('handling=strict names preferences that do not exist', async () => {
  const answer = await post('serials', { id: 571 }, 'handling=strict, anything=goes');
  assert.equal(answer.status, 400);
  const body = await answer.json();
  assert.deepEqual([body.code, body.details], ['PGRST122', 'Invalid preferences: anything=goes']);
});

test('a function sets status and headers, and what it wrote stays', async () => {
  const answer = await shop.rest('rpc/with_status', { method: 'POST' });
  assert.equal(answer.status, 418);
  assert.equal(answer.headers.get('x-tea'), 'pot');
  assert.equal(await answer.json(), 'teapot');
});

test('raw bodies reach functions with one unnamed parameter', async () => {
  assert.deepEqual(await (await post('rpc/raw_json', [1, { a: 2 }])).json(), [1, { a: 2 }]);
  assert.equal(await (await post('rpc/raw_text', 'plain "text"', '', { 'content-type': 'text/plain', accept: 'text/plain' })).text(), 'plain "text"');
  const bytes = new Uint8Array([0, 1, 250, 255]);
  const echoed = await shop.rest('rpc/raw_bytes', { method: 'POST', body: bytes, headers: { 'content-type': 'application/octet-stream', accept: 'application/octet-stream' } });
  assert.deepEqual(new Uint8Array(await echoed.arrayBuffer()), bytes);
});

test('a deferred constraint that fails at the end is an error, not a 201', async () => {
  const { error, status } = await shop.service.from('deferred').insert({ id: 1, other: 2 }).select();
  assert.deepEqual([status, error?.code], [409, '23503']);
});

test('a table made a moment ago is there, without a restart', async () => {
  const fresh = `fresh_${Date.now()}`; // catalogues of an earlier run may know the name
  const missing = await shop.service.from(fresh).select();
  assert.equal(missing.error?.code, 'PGRST205');
  await daemon.sql(`create table shop.${fresh} (id int primary key, note text); grant all on shop.${fresh} to service_role; insert into shop.${fresh} values (1, 'new')`);
  const found = await until('the table', async () => (await shop.service.from(fresh).select('note').eq('id', 1)).data);
  assert.deepEqual(found, [{ note: 'new' }]);
});

test("a role's own statement_timeout counts", async () => {
  await daemon.sql(`create or replace function shop.slow(p_s float) returns text language sql stable as $$ select 'done' from pg_sleep(p_s) $$;
    grant execute on function shop.slow to anon, service_role; alter role anon set statement_timeout = '150ms'; notify pgrst`);
  await until('the limit', async () => (await shop.anon.rpc('slow', { p_s: 0.6 })).error?.code === '57014');
  await until('the function is known', async () => (await shop.service.rpc('slow', { p_s: 0 })).data);
  assert.equal((await shop.service.rpc('slow', { p_s: 0.3 })).data, 'done');
  await daemon.sql(`alter role anon reset statement_timeout; notify pgrst`);
});

test('NOTIFY pgrst: a new column is in the next *', async () => {
  await daemon.sql(`create table if not exists shop.growing (id int primary key); grant all on shop.growing to service_role;
    insert into shop.growing values (1) on conflict do nothing; notify pgrst, 'reload schema'`);
  await until('the table', async () => (await shop.service.from('growing').select()).data?.length === 1);
  await daemon.sql(`alter table shop.growing add column later int default 7; notify pgrst, 'reload schema'`);
  await until('the column', async () => JSON.stringify((await shop.service.from('growing').select()).data) === '[{"id":1,"later":7}]');
});

test('a column that is gone does not break the reads of the others', async () => {
  await daemon.sql(`drop table if exists shop.shrinking; create table shop.shrinking (id int primary key, extra int); grant all on shop.shrinking to service_role;
    insert into shop.shrinking values (1, 2); notify pgrst`);
  await until('the table', async () => JSON.stringify((await shop.service.from('shrinking').select()).data) === '[{"id":1,"extra":2}]');
  await daemon.sql('alter table shop.shrinking drop column extra');
  await until('the column is forgotten', async () => JSON.stringify((await shop.service.from('shrinking').select()).data) === '[{"id":1}]');
});

test('a tenant may have a function called before each request: it prepares, or refuses', async () => {
  await daemon.sql(`create or replace function shop.before() returns void language plpgsql as $$ begin
      if current_setting('request.headers', true)::json->>'x-refuse' is not null then raise exception 'No' using errcode = 'PT403'; end if;
      perform set_config('shop.seen', 'yes', true);
      perform set_config('response.headers', '[{"X-Shop": "open"}]', true);
    end $$;
    create or replace function shop.seen() returns text language sql stable as $$ select current_setting('shop.seen', true) $$;
    grant execute on function shop.before, shop.seen to service_role;
    update public.tenants set settings = settings || '{"pre_request":"shop.before"}' where schema_name = '${shop.tenant.schema}'; notify pgrst`);
  await until('it prepares', async () => (await shop.service.rpc('seen')).data === 'yes');
  assert.equal((await shop.service.from('serials').select('*', { count: 'exact', head: true })).error, null);
  await until('it refuses', async () => (await shop.rest('serials', { headers: { 'x-refuse': 'please' } })).status === 403);
  await until('it sets a header', async () => (await shop.rest('serials')).headers.get('x-shop') === 'open');
  await daemon.sql(`update public.tenants set settings = settings - 'pre_request' where schema_name = '${shop.tenant.schema}'`);
  await until('it is gone', async () => (await shop.rest('serials', { headers: { 'x-refuse': 'please' } })).status === 200);
});

// --- Idempotency-Key: in a tenant that maitred made ---------------------------------------------------------------------

const keyed = (key: string, body: unknown, options: { where?: string; prefer?: string; method?: string } = {}) =>
  fetch(`${house.url}/rest/v1/${options.where ?? 'organizations?select=name'}`, {
    method: options.method ?? 'POST',
    body: JSON.stringify(body),
    headers: { apikey: house.serviceKey, 'idempotency-key': key, 'content-type': 'application/json', prefer: options.prefer ?? 'return=representation' },
  });
const named = async (name: string) => Number(await house.sql(`select count(*) from organizations where name = '${name}'`));

test('the same key twice: one row, the same answer', async () => {
  const first = await keyed('twice', { name: 'Twice' });
  const body = await first.text();
  assert.equal(first.status, 201, body);
  assert.equal(first.headers.get('idempotency-replayed'), null);
  const second = await keyed('twice', { name: 'Twice' });
  assert.equal(second.status, 201);
  assert.equal(await second.text(), body);
  assert.deepEqual(JSON.parse(body), [{ name: 'Twice' }]);
  assert.equal(second.headers.get('idempotency-replayed'), 'true');
  assert.equal(await named('Twice'), 1);
});

test('twenty at once with one key: one row', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => keyed('crowd', { name: 'Crowd' })));
  for (const answer of answers) assert.equal(answer.status, 201, await answer.text());
  assert.equal(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true').length, 19);
  assert.equal(await named('Crowd'), 1);
});

test('the key of another request is refused', async () => {
  assert.equal((await keyed('mine', { name: 'Mine' })).status, 201);
  const other = await keyed('mine', { name: 'Other' });
  assert.equal(other.status, 422);
  assert.equal((await other.json()).code, 'MD422');
  assert.equal((await keyed('mine', { name: 'Mine' }, { prefer: 'return=minimal' })).status, 422);
  assert.equal(await named('Other'), 0);
});

test('a write that failed leaves its key free', async () => {
  assert.equal((await keyed('failed', { name: null })).status, 400);
  assert.equal((await keyed('failed', { name: 'Failed first' })).status, 201);
  assert.equal(await named('Failed first'), 1);
});

test('without a body to show, the answer is kept all the same', async () => {
  for (const replayed of [null, 'true']) {
    const answer = await keyed('quiet', { name: 'Quiet' }, { prefer: 'return=minimal' });
    assert.equal(answer.status, 201);
    assert.equal(await answer.text(), '');
    assert.equal(answer.headers.get('idempotency-replayed'), replayed);
  }
  assert.equal(await named('Quiet'), 1);
});

test('a schema without a table for keys says so instead of writing twice', async () => {
  const answer = await post('serials', { id: 580 }, '', { 'idempotency-key': 'k' });
  assert.deepEqual([answer.status, (await answer.json()).code], [400, 'PGRST127']);
});
