// /storage/v1 with the unmodified client: buckets, objects, addresses, lists, and who may. What storage-js expects is read
// from its own tests (supabase-js, packages/core/storage-js/test).
import test from 'node:test';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { request } from 'node:http';
import { randomBytes } from 'node:crypto';
import { startDaemon, until } from './harness.ts';
import { jpeg, openHouse, png, refused } from './storage_support.ts';

const daemon = await startDaemon();
test.after(() => daemon.stop());
const house = await openHouse(daemon);
const { service, owner, anon, tenant } = house;
const text = (body: string) => Buffer.from(body);
let made = 0;
async function bucket(options: Parameters<typeof service.storage.createBucket>[1] = { public: false }): Promise<string> {
  const id = `bucket-${++made}`;
  const { data, error } = await service.storage.createBucket(id, options);
  assert.equal(error, null);
  assert.deepEqual(data, { name: id });
  return id;
}

test('buckets are made, seen, changed, emptied and deleted', async () => {
  const id = await bucket({ public: true, fileSizeLimit: '1MB', allowedMimeTypes: ['image/*', 'text/plain'] });
  const { data: seen } = await service.storage.getBucket(id);
  assert.equal(seen?.public, true);
  assert.equal(seen?.file_size_limit, 1000000);
  assert.deepEqual(seen?.allowed_mime_types, ['image/*', 'text/plain']);
  assert.ok((await service.storage.listBuckets()).data?.some((b) => b.id === id));
  refused((await service.storage.createBucket(id)).error, '409', 'The resource already exists');
  assert.deepEqual((await service.storage.updateBucket(id, { public: false, fileSizeLimit: null, allowedMimeTypes: null })).data, { message: 'Successfully updated' });
  assert.equal((await service.storage.getBucket(id)).data?.file_size_limit, null);
  await service.storage.from(id).upload('a.txt', text('a'));
  refused((await service.storage.deleteBucket(id)).error, '409', 'The bucket you tried to delete is not empty');
  assert.equal((await service.storage.emptyBucket(id)).error, null);
  assert.deepEqual((await service.storage.deleteBucket(id)).data, { message: 'Successfully deleted' });
  refused((await service.storage.getBucket(id)).error, '404', 'Bucket not found');
  for (const name of ['', 'a/b', '..', 'a\u0000b', ' a', 'x'.repeat(101)]) assert.ok((await service.storage.createBucket(name, { public: false })).error, name);
  refused((await service.storage.createBucket('limits', { public: false, fileSizeLimit: '12 parsecs' })).error, '400');
  refused((await service.storage.createBucket('types', { public: false, allowedMimeTypes: ['picture'] })).error, '415');
});

test('what is put is got back, byte for byte', async (t) => {
  const id = await bucket();
  const bytes = randomBytes(1_500_000);
  const bodies: [string, unknown][] = [
    ['buffer', bytes],
    ['array buffer', bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)],
    ['blob', new Blob([bytes])],
    ['stream', Readable.from([bytes.subarray(0, 700_000), bytes.subarray(700_000)])],
    ['web stream', Readable.toWeb(Readable.from([bytes]))],
  ];
  const form = new FormData();
  form.append('cacheControl', '120');
  form.append('', new Blob([bytes]), 'file.bin');
  bodies.push(['form', form]);
  for (const [name, body] of bodies) {
    await t.test(name, async () => {
      const { data, error } = await service.storage.from(id).upload(`some/where/${name}.bin`, body as Buffer, { contentType: 'application/x-thing', duplex: 'half' });
      assert.equal(error, null);
      assert.deepEqual([data?.path, data?.fullPath], [`some/where/${name}.bin`, `${id}/some/where/${name}.bin`]);
      const got = await service.storage.from(id).download(`some/where/${name}.bin`);
      assert.equal(got.error, null);
      assert.ok(Buffer.from(await (got.data as Blob).arrayBuffer()).equals(bytes));
    });
  }
  const { data: info } = await service.storage.from(id).info('some/where/form.bin');
  assert.equal(info?.cacheControl, 'max-age=120');
  assert.equal(info?.size, bytes.length);
});

test('upsert, update, metadata, a name that is taken', async () => {
  const id = await bucket();
  const first = await service.storage.from(id).upload('a.txt', text('one'), { metadata: { by: 'Анна', n: 1 }, cacheControl: '60' });
  const before = house.files();
  refused((await service.storage.from(id).upload('a.txt', text('two'))).error, '409', 'The resource already exists');
  const second = await service.storage.from(id).upload('a.txt', text('two'), { upsert: true });
  assert.equal(second.data?.id, first.data?.id);
  assert.equal((await service.storage.from(id).update('a.txt', text('three'))).error, null);
  assert.equal(await (await service.storage.from(id).download('a.txt')).data?.text(), 'three');
  assert.equal((await service.storage.from(id).update('new.txt', text('made'))).error, null);
  await until('the old versions are gone from the disk', () => house.files() === before + 1);
  const kept = await service.storage.from(id).upload('b.txt', text('x'), { metadata: { by: 'Анна', n: 1 }, cacheControl: '60' });
  assert.equal(kept.error, null);
  const { data: info } = await service.storage.from(id).info('b.txt');
  assert.deepEqual(info?.metadata, { by: 'Анна', n: 1 });
  assert.equal(info?.contentType, 'text/plain; charset=utf-8');
  assert.equal((await house.storage(`object/${id}/b.txt`)).headers.get('cache-control'), 'max-age=60');
});

test('ranges, tags, conditions, HEAD', async () => {
  const id = await bucket({ public: true });
  await service.storage.from(id).upload('n.txt', text('0123456789'));
  const where = `object/public/${id}/n.txt`;
  const whole = await house.storage(where, { key: '' });
  const tag = whole.headers.get('etag') ?? '';
  assert.equal(await whole.text(), '0123456789');
  assert.equal(whole.headers.get('accept-ranges'), 'bytes');
  assert.match(tag, /^"[0-9a-f]{32}"$/);
  const part = await house.storage(where, { headers: { range: 'bytes=2-4' } });
  assert.deepEqual([part.status, part.headers.get('content-range'), await part.text()], [206, 'bytes 2-4/10', '234']);
  const past = await house.storage(where, { headers: { range: 'bytes=99-' } });
  assert.equal(past.status, 416);
  assert.equal(((await past.json()) as { code: string }).code, 'InvalidRange');
  assert.equal((await house.storage(where, { headers: { 'if-none-match': tag } })).status, 304);
  assert.equal((await house.storage(where, { headers: { 'if-modified-since': whole.headers.get('last-modified') ?? '' } })).status, 304);
  assert.equal((await house.storage(where, { headers: { range: 'bytes=2-4', 'if-range': '"other"' } })).status, 200);
  const head = await house.storage(where, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('content-length'), head.headers.get('content-type')], [200, '10', 'text/plain; charset=utf-8']);
  assert.equal((await service.storage.from(id).exists('n.txt')).data, true);
  assert.equal((await service.storage.from(id).exists('none.txt')).data, false);
  const saved = await house.storage(`${where}?download=${encodeURIComponent('Счёт "1".txt')}`);
  assert.equal(saved.headers.get('content-disposition'), `attachment; filename="${encodeURIComponent('Счёт "1".txt')}"; filename*=UTF-8''${encodeURIComponent('Счёт "1".txt')}`);
});

test('move, copy, remove', async () => {
  const id = await bucket();
  const other = await bucket();
  const files = service.storage.from(id);
  await files.upload('a/b.txt', text('b'), { metadata: { k: 'v' } });
  assert.equal((await files.copy('a/b.txt', 'a/c.txt')).data?.path, `${id}/a/c.txt`);
  assert.deepEqual((await files.info('a/c.txt')).data?.metadata, { k: 'v' });
  assert.equal((await files.move('a/b.txt', 'd.txt', { destinationBucket: other })).data?.message, 'Successfully moved');
  assert.equal(await (await service.storage.from(other).download('d.txt')).data?.text(), 'b');
  refused((await files.download('a/b.txt')).error, '404');
  refused((await files.move('a/b.txt', 'e.txt')).error, '404', 'Object not found');
  refused((await files.copy('a/c.txt', 'd.txt', { destinationBucket: 'nowhere' })).error, '404', 'Bucket not found');
  refused((await files.copy('a/c.txt', 'd.txt', { destinationBucket: other })).error, '409');
  refused((await files.move('a/c.txt', '../up.txt')).error, '400', 'Invalid key: ../up.txt');
  const before = house.files();
  const { data: gone } = await files.remove(['a/c.txt', 'nothing.txt']);
  assert.deepEqual(
    gone?.map((o) => o.name),
    ['a/c.txt'],
  );
  await until('its bytes go', () => house.files() === before - 1);
  assert.equal(await (await service.storage.from(other).download('d.txt')).data?.text(), 'b', 'a copy has bytes of its own');
});

test('lists: folders, pages, orders, search', async () => {
  const id = await bucket();
  const files = service.storage.from(id);
  const names = ['b.txt', 'a.txt', 'dir/1.txt', 'dir/2.txt', 'dir/deep/3.txt', 'dir2/4.txt', 'дом/кот.txt', 'dir.txt'];
  for (const name of names) assert.equal((await files.upload(name, text(name))).error, null);
  const names_of = async (...args: Parameters<typeof files.list>) => {
    const { data, error } = await files.list(...args);
    assert.equal(error, null);
    return data?.map((entry) => (entry.id ? entry.name : `${entry.name}/`));
  };
  assert.deepEqual(await names_of(), ['a.txt', 'b.txt', 'dir.txt', 'dir/', 'dir2/', 'дом/']);
  assert.deepEqual(await names_of('dir'), ['1.txt', '2.txt', 'deep/']);
  assert.deepEqual(await names_of('дом/'), ['кот.txt']);
  assert.deepEqual(await names_of('', { limit: 2, offset: 1 }), ['b.txt', 'dir.txt']);
  assert.deepEqual(await names_of('', { sortBy: { column: 'name', order: 'desc' } }), ['дом/', 'dir2/', 'dir/', 'dir.txt', 'b.txt', 'a.txt']);
  assert.deepEqual(await names_of('', { search: 'DIR' }), ['dir.txt', 'dir/', 'dir2/']);
  assert.deepEqual(await names_of('', { sortBy: { column: 'created_at', order: 'desc' } }), ['дом/', 'dir2/', 'dir/', 'dir.txt', 'a.txt', 'b.txt']);
  assert.deepEqual(await names_of('none'), []);
  const folder = (await files.list()).data?.find((entry) => entry.name === 'dir2');
  assert.deepEqual([folder?.id, folder?.metadata], [null, null]);
  refused((await files.list('', { sortBy: { column: 'version', order: 'asc' } })).error, '400');
  refused((await service.storage.from('nowhere').list()).error, '404', 'Bucket not found');

  const pages = async (options: object) => {
    const all: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await (
        await house.storage(`object/list-v2/${id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ limit: 2, cursor, ...options }) })
      ).json();
      all.push(...answer.folders.map((f: { name: string }) => f.name), ...answer.objects.map((o: { name: string }) => o.name));
      assert.ok(answer.folders.length + answer.objects.length <= 2);
      cursor = answer.nextCursor;
      assert.equal(answer.hasNext, cursor !== undefined);
    } while (cursor);
    return all;
  };
  const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(await pages({}), sorted);
  assert.deepEqual(await pages({ sortBy: { column: 'name', order: 'desc' } }), sorted.toReversed());
  assert.deepEqual(await pages({ sortBy: { column: 'created_at', order: 'asc' } }), names);
  assert.deepEqual(await pages({ sortBy: { column: 'created_at', order: 'desc' } }), names.toReversed());
  assert.deepEqual((await pages({ with_delimiter: true })).sort(), ['a.txt', 'b.txt', 'dir.txt', 'dir/', 'dir2/', 'дом/'].sort());
  assert.deepEqual((await pages({ with_delimiter: true, prefix: 'dir/' })).sort(), ['dir/1.txt', 'dir/2.txt', 'dir/deep/']);
  assert.deepEqual((await pages({ with_delimiter: true, sortBy: { column: 'updated_at', order: 'asc' } })).sort(), ['a.txt', 'b.txt', 'dir.txt', 'dir/', 'dir2/', 'дом/'].sort());
  assert.deepEqual(await pages({ prefix: 'dir/de' }), ['dir/deep/3.txt']);
  assert.equal((await house.storage(`object/list-v2/${id}`, { method: 'POST', body: '{"cursor":"nonsense"}' })).status, 400);
});

test('signed addresses open one object to read or to put, for as long as they say', async () => {
  const id = await bucket();
  const files = service.storage.from(id);
  await files.upload('дир/a b.txt', text('signed'));
  const { data } = await files.createSignedUrl('дир/a b.txt', 60, { download: 'x.txt' });
  const got = await fetch(data?.signedUrl ?? '');
  assert.deepEqual([got.status, await got.text(), got.headers.get('content-disposition')], [200, 'signed', `attachment; filename="x.txt"; filename*=UTF-8''x.txt`]);
  const { data: many } = await files.createSignedUrls(['дир/a b.txt', 'none.txt'], 60);
  assert.equal(await (await fetch(many?.[0]?.signedUrl ?? '')).text(), 'signed');
  assert.equal(many?.[1]?.error, 'Either the object does not exist or you do not have access to it');
  refused((await files.createSignedUrl('none.txt', 60)).error, '404');
  refused((await files.createSignedUrl('дир/a b.txt', 0)).error, '400');

  const token = new URL(data?.signedUrl ?? '').searchParams.get('token') ?? '';
  const elsewhere = await house.storage(`object/sign/${id}/none.txt?token=${token}`, { key: '' });
  assert.deepEqual([elsewhere.status, ((await elsewhere.json()) as { code: string }).code], [400, 'InvalidSignature']);
  assert.equal((await house.storage(`object/sign/${id}/x?token=${token}x`)).status, 400);
  assert.equal((await house.storage(`object/sign/${id}/x`)).status, 400);
  // a token to read puts nothing, and is nobody's session; nor is a session's token one of these
  assert.equal((await house.storage(`object/upload/sign/${id}/дир/a b.txt?token=${token}`, { method: 'PUT', body: 'x', key: '' })).status, 400);
  refused((await (await house.storage('bucket', { key: token })).json()) as unknown, '403');
  assert.equal((await house.storage(`object/sign/${id}/дир/a b.txt?token=${tenant.serviceKey}`, { key: '' })).status, 400);
  const { data: brief } = await files.createSignedUrl('дир/a b.txt', 1);
  await until('it expires', async () => (await fetch(brief?.signedUrl ?? '')).status === 400);

  const { data: upload } = await files.createSignedUploadUrl('new.txt');
  assert.equal((await anon.storage.from(id).uploadToSignedUrl('new.txt', upload?.token ?? '', text('by a stranger'))).error, null);
  assert.equal(await (await files.download('new.txt')).data?.text(), 'by a stranger');
  refused((await anon.storage.from(id).uploadToSignedUrl('new.txt', upload?.token ?? '', text('again'))).error, '409');
  refused((await anon.storage.from(id).uploadToSignedUrl('other.txt', upload?.token ?? '', text('x'))).error, '400');
  const { data: over } = await files.createSignedUploadUrl('new.txt', { upsert: true });
  assert.equal((await anon.storage.from(id).uploadToSignedUrl('new.txt', over?.token ?? '', text('over'))).error, null);
  refused((await files.createSignedUploadUrl('new.txt')).error, '409');
});

test('who may: staff of the house, nobody without a login, a customer what a policy of the house says', async () => {
  const id = await bucket();
  const open = await bucket({ public: true });
  assert.equal((await owner.storage.from(id).upload('o.txt', text('o'))).error, null);
  assert.equal((await owner.storage.from(open).upload('p.txt', text('p'))).error, null);
  refused((await anon.storage.from(id).upload('x.txt', text('x'))).error, '403', 'new row violates row-level security policy');
  refused((await anon.storage.from(id).download('o.txt')).error, '404');
  assert.deepEqual((await anon.storage.from(id).list()).data, []);
  assert.deepEqual((await anon.storage.from(open).list()).data, [], 'public is for who knows the name');
  assert.equal(await (await anon.storage.from(open).download('p.txt')).data?.text(), 'p');
  assert.equal((await house.storage(`object/public/${id}/o.txt`, { key: '' })).status, 400);
  assert.deepEqual((await anon.storage.from(id).remove(['o.txt'])).error?.message ? 'refused' : 'nothing', 'refused');
  refused((await anon.storage.createBucket('mine', { public: false })).error, '403');

  const customer = await house.customer();
  refused((await customer.storage.from(id).upload('x.txt', text('x'))).error, '403');
  assert.deepEqual(await customer.storage.from(id).remove(['o.txt']), { data: [], error: null });
  await tenant.sql(`create policy own_folder on storage_objects for all to authenticated
    using (bucket_id = '${id}' and (storage.foldername(name))[1] = auth.uid()::text) with check (bucket_id = '${id}' and (storage.foldername(name))[1] = auth.uid()::text)`);
  const me = (await customer.auth.getUser()).data.user?.id ?? '';
  assert.equal((await customer.storage.from(id).upload(`${me}/face.png`, png(2, 2), { contentType: 'image/png' })).error, null);
  assert.equal((await customer.storage.from(id).upload(`${me}/face.png`, png(3, 2), { upsert: true })).error, null);
  refused((await customer.storage.from(id).upload('somebody/face.png', png(2, 2))).error, '403');
  refused((await customer.storage.from(id).move(`${me}/face.png`, 'somebody/face.png')).error, '403');
  assert.equal((await customer.storage.from(id).list(me)).data?.length, 1);
  const other = await house.customer();
  refused((await other.storage.from(id).download(`${me}/face.png`)).error, '404');
  refused((await other.storage.from(id).upload(`${me}/face.png`, png(2, 2), { upsert: true })).error, '403');
  assert.equal((await owner.storage.from(id).info(`${me}/face.png`)).error, null);
  assert.equal(await tenant.sql(`select owner_id from storage_objects where name = '${me}/face.png'`), me);
});

test('a row without bytes is not written past the door, and what the daemon saw is not changed', async () => {
  const id = await bucket();
  await owner.storage.from(id).upload('o.txt', text('o'));
  assert.ok((await owner.from('storage_objects').insert({ bucket_id: id, name: 'ghost.txt' })).error);
  assert.ok((await owner.from('storage_objects').update({ version: '00000000-0000-0000-0000-000000000000' }).eq('name', 'o.txt')).error);
  assert.ok((await service.from('storage_objects').insert({ bucket_id: id, name: 'ghost.txt', version: '00000000-0000-0000-0000-000000000000', metadata: {} })).error);
  await service.from('storage_objects').update({ version: '00000000-0000-0000-0000-000000000000' }).eq('name', 'o.txt');
  assert.equal(await (await owner.storage.from(id).download('o.txt')).data?.text(), 'o');
});

test('limits: of the bucket, of the house, of types by content', async () => {
  const id = await bucket({ public: false, fileSizeLimit: '1kb', allowedMimeTypes: ['image/png', 'text/*'] });
  const files = service.storage.from(id);
  const before = house.files();
  refused((await files.upload('big.txt', text('x'.repeat(1001)))).error, '413', 'The object exceeded the maximum allowed size');
  refused((await files.upload('big.txt', new Blob(['x'.repeat(5000)]))).error, '413');
  refused((await files.upload('big.txt', Readable.from(['x'.repeat(900), 'x'.repeat(900)]) as unknown as ReadableStream, { duplex: 'half' })).error, '413');
  refused((await files.upload('a.jpg', jpeg, { contentType: 'image/jpeg' })).error, '415', 'mime type image/jpeg is not supported');
  refused((await files.upload('a.png', jpeg, { contentType: 'image/png' })).error, '415', 'mime type image/jpeg is not supported');
  refused((await files.upload('a.png', text('<html><script>alert(1)</script>'), { contentType: 'image/png' })).error, '415', /the content is text\/html/);
  assert.equal((await files.upload('a.png', png(2, 2), { contentType: 'image/png' })).error, null);
  assert.equal((await files.upload('dir/.emptyFolderPlaceholder', Buffer.alloc(0), { contentType: 'application/x-directory' })).error, null);
  assert.equal(house.files(), before + 2, 'what was refused leaves nothing');

  const any = service.storage.from(await bucket());
  await any.upload('photo', jpeg);
  assert.equal((await any.info('photo')).data?.contentType, 'image/jpeg', 'nobody named a type: the bytes do');
  await any.upload('page.txt', text('<html><script>1</script>'), { contentType: 'text/plain' });
  assert.equal((await any.info('page.txt')).data?.contentType, 'text/plain');
  refused((await any.upload('x.pdf', text('not a document'), { contentType: 'application/pdf' })).error, '415');
  refused((await any.upload('x', text('x'), { contentType: 'no type at all' })).error, '415');

  const small = await openHouse(daemon, { storage: { quota_bytes: 1000 } });
  await small.service.storage.createBucket('b', { public: false });
  assert.equal((await small.service.storage.from('b').upload('1', text('x'.repeat(600)))).error, null);
  refused((await small.service.storage.from('b').upload('2', text('x'.repeat(600)))).error, '413', 'The storage of this house is full.');
  refused((await small.service.storage.from('b').copy('1', '3')).error, '413');
  assert.equal(
    (await small.service.storage.from('b').upload('1', text('x'.repeat(900)), { upsert: true })).error?.message,
    'The storage of this house is full.',
    'the old one counts until the new one is there',
  );
  await small.service.storage.from('b').remove(['1']);
  assert.equal((await small.service.storage.from('b').upload('2', text('x'.repeat(600)))).error, null);
  assert.equal(await small.tenant.sql('select bytes, objects from storage_usage'), '600|1');
});

test('names in every script; none that is another path', async () => {
  const id = await bucket();
  const files = service.storage.from(id);
  for (const name of ['Стол №1.txt', 'كتاب/صفحة.txt', '本/頁.txt', 'ünï/ço dé.txt', "q'u(o)te!.txt", 'a+b&c=d.txt', '100%.txt', 'hash#mark.txt', 'emoji-🍕.txt', '...txt', 'a..b']) {
    const encoded = name.split('/').map(encodeURIComponent).join('/');
    assert.equal((await house.storage(`object/${id}/${encoded}`, { method: 'POST', body: name, headers: { 'content-type': 'text/plain' } })).status, 200, name);
    assert.equal(await (await house.storage(`object/${id}/${encoded}`)).text(), name);
    assert.equal(
      (await files.list(name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '', { limit: 1000 })).data?.some((e) => e.name === name.slice(name.lastIndexOf('/') + 1)),
      true,
      name,
    );
  }
  // as bytes on the wire: fetch would tidy the dots away
  const raw = (target: string) =>
    new Promise<number>((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: daemon.port,
          method: 'POST',
          path: `/storage/v1/object/${id}/${target}`,
          headers: { host: tenant.domain, authorization: `Bearer ${tenant.serviceKey}`, 'content-type': 'text/plain' },
        },
        (answer) => {
          answer.resume();
          answer.on('end', () => resolve(answer.statusCode ?? 0));
        },
      );
      call.on('error', reject);
      call.end('x');
    });
  for (const target of ['../x', 'a/../../x', '..%2f..%2fetc%2fpasswd', 'a//b', '%2e%2e/x', 'a/./b', 'a/', '/a', 'a%00b', 'a%0ab', '%ff', 'a%5c..%5cb', `${'x'.repeat(1025)}`])
    assert.equal(await raw(target), 400, target);
});

test('nothing that somebody put here runs in our origin', async () => {
  const id = await bucket({ public: true });
  const files = service.storage.from(id);
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const rows: [string, string, string, string, boolean][] = [
    ['a.svg', 'image/svg+xml', svg, 'image/svg+xml', true],
    ['a.html', 'text/html', '<!doctype html><script>alert(1)</script>', 'text/plain; charset=utf-8', true],
    ['a.xhtml', 'application/xhtml+xml', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', 'text/plain; charset=utf-8', true],
    ['a.xml', 'text/xml', '<?xml version="1.0"?><a/>', 'text/xml', true],
    ['a.js', 'text/javascript', 'alert(1)', 'text/plain; charset=utf-8', true],
    ['a.txt', 'text/plain', 'x', 'text/plain', false],
    ['a.json', 'application/json', '{"a": 1}', 'application/json', false],
  ];
  for (const [name, type, body, served, sandboxed] of rows) {
    assert.equal((await files.upload(name, text(body), { contentType: type })).error, null, name);
    const answer = await house.storage(`object/public/${id}/${name}`, { key: '' });
    assert.equal(answer.headers.get('content-type'), served, name);
    assert.equal(await answer.text(), body);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(/sandbox$/.test(answer.headers.get('content-security-policy') ?? ''), sandboxed, name);
  }
});

test('however a type is written, through whichever door it came: no page and no script is sent as one', async () => {
  const id = await bucket({ public: true });
  const page = '<!doctype html><script>alert(1)</script>';
  const script = 'alert(1)';
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const rows: [string, string][] = [
    ['Text/HTML', page],
    ['TEXT/HTML; charset=utf-8', page],
    ['text/html ;x', page],
    ['text/html;charset="utf-8"; text/html', page],
    ['Application/XHTML+XML', page],
    ['Image/SVG+XML', svg],
    ['image/svg+xml; charset="x y"', svg],
    ['TEXT/XML', '<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>'],
    ['application/RDF+xml', '<?xml version="1.0"?><a/>'],
    ['Text/JavaScript', script],
    ['text/livescript', script],
    ['text/jscript', script],
    ['application/x-ECMAScript', script],
    ['text/Css', 'a { color: red }'],
    ['text/plain; charset=utf-8\ttext/html', page],
    ['multipart/x-mixed-replace; boundary=x', '--x\ncontent-type: text/html\n\n<script>alert(1)</script>\n--x--'],
  ];
  const encoded = (words: string) => Buffer.from(words).toString('base64');
  const resumed = async (name: string, type: string, body: string, sign?: string) => {
    const to = sign ? 'upload/resumable/sign' : 'upload/resumable';
    const answer = await house.storage(to, {
      method: 'POST',
      body,
      ...(sign ? { key: '' } : {}),
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': String(Buffer.byteLength(body)),
        'content-type': 'application/offset+octet-stream',
        'upload-metadata': `bucketName ${encoded(id)},objectName ${encoded(name)},contentType ${encoded(type)}`,
        ...(sign ? { 'x-signature': sign } : {}),
      },
    });
    return answer.status;
  };
  let n = 0;
  for (const [type, body] of rows) {
    const base = `t${++n}`;
    const put = await house.storage(`object/${id}/${base}`, { method: 'POST', body, headers: { 'content-type': type } });
    if (put.status !== 200) {
      assert.equal(((await put.json()) as { statusCode: string }).statusCode, '415', type);
      continue;
    }
    const { data: upload } = await service.storage.from(id).createSignedUploadUrl(`${base}-signed`);
    const token = upload?.token ?? '';
    assert.equal((await house.storage(`object/upload/sign/${id}/${base}-signed?token=${token}`, { method: 'PUT', key: '', body, headers: { 'content-type': type } })).status, 200, type);
    const { data: tus } = await service.storage.from(id).createSignedUploadUrl(`${base}-tus-signed`);
    assert.equal(await resumed(`${base}-tus`, type, body), 201, type);
    assert.equal(await resumed(`${base}-tus-signed`, type, body, tus?.token), 201, type);
    // the row of a house that took the type as it was written, and a copy of it
    await tenant.sql(`set maitred.storage_kept to ''; alter table storage_objects disable trigger user;
      update storage_objects set metadata = metadata || jsonb_build_object('mimetype', '${type}') where bucket_id = '${id}' and name = '${base}-signed';
      alter table storage_objects enable trigger user;`);
    assert.equal((await service.storage.from(id).copy(`${base}-signed`, `${base}-copy`)).error, null, type);
    for (const name of [base, `${base}-signed`, `${base}-tus`, `${base}-tus-signed`, `${base}-copy`]) {
      const { data: signed } = await service.storage.from(id).createSignedUrl(name, 60);
      for (const where of [`object/public/${id}/${name}`, `object/authenticated/${id}/${name}`, `object/${id}/${name}`, signed?.signedUrl ?? '']) {
        const answer = where.startsWith('http') ? await fetch(where) : await house.storage(where);
        const sent = answer.headers.get('content-type') ?? '';
        const sandboxed = /sandbox$/.test(answer.headers.get('content-security-policy') ?? '');
        const essence = (sent.split(';')[0] ?? '').trim().toLowerCase();
        await answer.arrayBuffer();
        assert.match(sent, /^[a-z0-9.+-]+\/[a-z0-9.+-]+(; charset=[a-z0-9_.:-]+)?$/, `${type} ${name} ${where}`);
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
        assert.doesNotMatch(essence, /html|script|css|multipart/, `${type} ${where}`);
        if (/xml|svg/.test(essence)) assert.ok(sandboxed, `${type} ${where}`);
      }
    }
  }
  assert.ok((await house.storage(`object/public/${id}/t1`, { key: '' })).headers.get('content-type')?.startsWith('text/plain'));
});

test('refusals are in the dialect: HTTP 400, the code as a text; what is nowhere, too', async () => {
  const rows: [string, RequestInit & { key?: string }, string, string][] = [
    ['object/none/x', {}, '404', 'NoSuchBucket'],
    ['object/info/none/x', {}, '404', 'NoSuchBucket'],
    ['nonsense', {}, '404', 'NoSuchKey'],
    ['object/list/none', { method: 'POST', body: 'no json' }, '400', 'InvalidRequest'],
    ['object/list/none', { method: 'POST', body: '[]' }, '400', 'InvalidRequest'],
    ['bucket', { key: 'nonsense' }, '403', 'AccessDenied'],
    ['object/move', { method: 'POST', body: '{"bucketId":"a"}' }, '400', 'InvalidRequest'],
    ['object/none', { method: 'DELETE', body: '{"prefixes":[]}' }, '400', 'InvalidParameter'],
    ['object/none', { method: 'DELETE', body: '{"prefixes":[1]}' }, '400', 'InvalidParameter'],
  ];
  for (const [where, init, statusCode, code] of rows) {
    const answer = await house.storage(where, { headers: { 'content-type': 'application/json' }, ...init });
    const body = (await answer.json()) as Record<string, unknown>;
    assert.equal(answer.status, 400, where);
    assert.deepEqual([body['statusCode'], body['code'], typeof body['error'], typeof body['message']], [statusCode, code, 'string', 'string'], where);
  }
});

test('an upload that is cut off leaves nothing, and the old object stands', async () => {
  const id = await bucket();
  await service.storage.from(id).upload('a.txt', text('old'));
  const before = house.files();
  const refusedBytes = await daemon.sql(`select count(*) from ${tenant.schema}.storage_objects`);
  await new Promise<void>((resolve) => {
    const call = request({
      host: '127.0.0.1',
      port: daemon.port,
      method: 'PUT',
      path: `/storage/v1/object/${id}/a.txt`,
      headers: { host: tenant.domain, authorization: `Bearer ${tenant.serviceKey}`, 'content-type': 'text/plain', 'content-length': '1000000' },
    });
    call.on('error', () => resolve());
    call.write('x'.repeat(400_000), () => setTimeout(() => call.destroy(), 200));
    call.on('close', () => resolve());
  });
  assert.equal(await (await service.storage.from(id).download('a.txt')).data?.text(), 'old');
  assert.equal(house.files(), before);
  assert.equal(await daemon.sql(`select count(*) from ${tenant.schema}.storage_objects`), refusedBytes);
});

test('the sweep takes what no row speaks of, and nothing else', async () => {
  const id = await bucket();
  await service.storage.from(id).upload('stays.txt', text('stays'));
  await service.storage.from(id).upload('goes.txt', text('goes'));
  await tenant.sql(`delete from storage_objects where name = 'goes.txt'`);
  const before = house.files(); // those of the bucket that was emptied, too
  await tenant.sql(`select app.enqueue('storage_sweep', '{"grace_s": -5}')`);
  await until('the bytes of the deleted row are gone', () => house.files() < before);
  await until(
    'the job is done',
    async () => (await daemon.sql(`select string_agg(status, ',') from maitred.jobs where kind = 'storage_sweep' and tenant = '${tenant.schema}' and payload ? 'grace_s'`)) === 'done',
  );
  assert.equal(house.files(), Number(await tenant.sql('select count(*) from storage_objects')));
  assert.equal(await (await service.storage.from(id).download('stays.txt')).data?.text(), 'stays');
});

test('many at once to one name: one object, one file', async () => {
  const id = await bucket();
  const results = await Promise.all(Array.from({ length: 12 }, (_, i) => service.storage.from(id).upload('race.txt', text(`by ${i}`))));
  assert.equal(results.filter((r) => !r.error).length, 1);
  for (const r of results.filter((x) => x.error)) refused(r.error, '409');
  const before = house.files();
  await Promise.all(Array.from({ length: 12 }, (_, i) => service.storage.from(id).upload('race.txt', text(`over ${i}`), { upsert: true })));
  assert.match((await (await service.storage.from(id).download('race.txt')).data?.text()) ?? '', /^over \d+$/);
  await until('every version but the last is gone', () => house.files() === before);
});

test('the last room in the house is given away once, however many want it, in whichever bucket', async () => {
  const full = await openHouse(daemon, { storage: { quota_bytes: 3000 } });
  const buckets = Array.from({ length: 6 }, (_, i) => `b${i}`);
  for (const name of buckets) await full.service.storage.createBucket(name, { public: false });
  const results = await Promise.all(Array.from({ length: 24 }, (_, i) => full.service.storage.from(buckets[i % 6] ?? '').upload(`f${i}`, text('x'.repeat(700)))));
  assert.equal(results.filter((r) => !r.error).length, 4);
  for (const r of results.filter((x) => x.error)) refused(r.error, '413', 'The storage of this house is full.');
  assert.equal(await full.tenant.sql('select sum(bytes), sum(objects) from storage_usage'), '2800|4');
  await until('what was refused leaves no file', () => full.files() === 4);
});

test('a download beside uploads over it has the old file whole, or the new one', async () => {
  const id = await bucket({ public: true });
  const whole = (i: number) => Buffer.alloc(20_000, `${i}`.padStart(4, '0'));
  await service.storage.from(id).upload('hot.bin', whole(0), { contentType: 'application/x-thing' });
  let going = true;
  const writers = Array.from({ length: 3 }, async (_, w) => {
    for (let i = 1; going; i++) assert.equal((await service.storage.from(id).update('hot.bin', whole(w * 1000 + i), { contentType: 'application/x-thing' })).error, null);
  });
  const readers = Array.from({ length: 4 }, async () => {
    for (let i = 0; i < 150; i++) {
      const answer = await house.storage(`object/public/${id}/hot.bin`, { key: '' });
      const got = Buffer.from(await answer.arrayBuffer());
      assert.equal(answer.status, 200, got.toString().slice(0, 200));
      assert.ok(got.length === 20_000 && got.equals(Buffer.alloc(20_000, got.subarray(0, 4))));
    }
  });
  const copies = (async () => {
    for (let i = 0; i < 60; i++) assert.equal((await service.storage.from(id).copy('hot.bin', `copy-${i}.bin`)).error, null);
  })();
  await Promise.all([...readers, copies]);
  going = false;
  await Promise.all(writers);
});

test('pictures in other sizes are refused by name, and no address is given for one', async () => {
  const id = await bucket({ public: true });
  await service.storage.from(id).upload('a.png', png(4, 4), { contentType: 'image/png' });
  const sized = { transform: { width: 2, height: 2 } };
  refused((await service.storage.from(id).createSignedUrl('a.png', 60, sized)).error, '404', /not made in other sizes/);
  refused((await service.storage.from(id).download('a.png', sized)).error, '404', /not made in other sizes/);
  const shown = await fetch(service.storage.from(id).getPublicUrl('a.png', sized).data.publicUrl);
  assert.deepEqual([shown.status, ((await shown.json()) as { code: string }).code], [400, 'FeatureNotEnabled']);
});

test('a bucket keeps its name while it holds anything; what it takes is asked in one way', async () => {
  const id = await bucket({ public: false, allowedMimeTypes: ['text/plain'] });
  const files = service.storage.from(id);
  assert.equal((await files.upload('a.txt', text('a'), { contentType: 'Text/Plain;charset=UTF-8' })).error, null);
  assert.equal((await files.copy('a.txt', 'b.txt')).error, null, 'the charset is no part of the question');
  assert.equal((await files.move('b.txt', 'c.txt')).error, null);
  assert.equal((await files.upload('dir/.emptyFolderPlaceholder', Buffer.alloc(0))).error, null);
  assert.equal((await files.move('dir/.emptyFolderPlaceholder', 'dir2/.emptyFolderPlaceholder')).error, null);
  const other = await bucket();
  await service.storage.from(other).upload('p.png', png(2, 2), { contentType: 'image/png' });
  refused((await service.storage.from(other).copy('p.png', 'p.png', { destinationBucket: id })).error, '415', 'mime type image/png is not supported');
  refused((await service.storage.from(other).move('p.png', 'p.png', { destinationBucket: id })).error, '415', 'mime type image/png is not supported');
  assert.equal(
    (
      await service
        .from('storage_buckets')
        .update({ id: `${id}-new` })
        .eq('id', id)
    ).error?.code,
    '23503',
  );
  assert.equal(await tenant.sql(`select bytes, objects from storage_usage where bucket_id = '${id}'`), '2|3');
});
