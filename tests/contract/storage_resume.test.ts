// Uploads that go on where they stopped: tus-js-client as it is, and the protocol by hand where a client would not do it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Upload } from 'tus-js-client';
import { startDaemon, until } from './harness.ts';
import { openHouse, png } from './storage_support.ts';

const dir = await mkdtemp(path.join(tmpdir(), 'maitred-resume-'));
let daemon = await startDaemon({ workers: '2' }, dir);
test.after(async () => {
  await daemon.stop();
  await rm(dir, { recursive: true, force: true });
});
const house = await openHouse(daemon);
const { service, tenant } = house;
await service.storage.createBucket('b', { public: false });
const endpoint = `http://127.0.0.1:${daemon.port}/storage/v1/upload/resumable`;
const host = { host: tenant.domain };
const b64 = (text: string) => Buffer.from(text).toString('base64');
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const incoming = () => {
  const folder = path.join(dir, 'storage', tenant.schema, 'incoming');
  return existsSync(folder) ? readdirSync(folder).length : 0;
};
// Node's fetch lets nobody say Host: *.localhost is looked up by the harness.
const url = (where = '') => `${tenant.url}/storage/v1/upload/resumable${where}`;
const tus = (method: string, where: string, headers: Record<string, string> = {}, body?: BodyInit, key = tenant.serviceKey) =>
  fetch(where.startsWith('/storage') ? `${tenant.url}${where}` : url(where), {
    method,
    headers: { 'tus-resumable': '1.0.0', ...(key ? { authorization: `Bearer ${key}` } : {}), ...headers },
    ...(body === undefined ? {} : { body }),
  });
const bytes_type = { 'content-type': 'application/offset+octet-stream' };
async function begin(name: string, length: number, type = 'application/x-thing', more: Record<string, string> = {}): Promise<string> {
  const answer = await tus('POST', '', {
    'upload-length': String(length),
    'upload-metadata': `bucketName ${b64('b')},objectName ${b64(name)},contentType ${b64(type)},cacheControl ${b64('3600')}`,
    ...more,
  });
  assert.equal(answer.status, 201, await answer.text());
  const where = answer.headers.get('location') ?? '';
  assert.match(where, /^\/storage\/v1\/upload\/resumable\/[0-9a-f-]{36}$/, 'a path: right behind any proxy');
  return where;
}
const get = async (name: string) => Buffer.from((await (await service.storage.from('b').download(name)).data?.arrayBuffer()) ?? new ArrayBuffer(0));

test('the client uploads in chunks, with bytes in the first request and without', async () => {
  const bytes = randomBytes(1_700_000);
  for (const [name, during] of [
    ['plain.bin', false],
    ['дом/during.bin', true],
  ] as const) {
    await new Promise<void>((resolve, reject) => {
      new Upload(bytes, {
        endpoint,
        chunkSize: 500_000,
        uploadDataDuringCreation: during,
        retryDelays: [100, 200],
        headers: { authorization: `Bearer ${tenant.serviceKey}`, ...host },
        metadata: { bucketName: 'b', objectName: name, contentType: 'application/x-thing', cacheControl: '60', metadata: JSON.stringify({ by: 'Анна' }) },
        onError: reject,
        onSuccess: () => resolve(),
      }).start();
    });
    assert.equal(sha(await get(name)), sha(bytes));
    const { data } = await service.storage.from('b').info(name);
    assert.deepEqual([data?.size, data?.contentType, data?.cacheControl, data?.metadata], [bytes.length, 'application/x-thing', 'max-age=60', { by: 'Анна' }]);
  }
  await until('nothing is left of them', () => incoming() === 0);
});

test('killed in the middle, the daemon goes on where the disk says', async () => {
  const bytes = randomBytes(900_000);
  const where = await begin('killed.bin', bytes.length);
  const first = await tus('PATCH', where, { ...bytes_type, 'upload-offset': '0' }, bytes.subarray(0, 400_000));
  assert.deepEqual([first.status, first.headers.get('upload-offset')], [204, '400000']);
  const port = String(daemon.port);
  await daemon.stop('SIGKILL');
  daemon = await startDaemon({ workers: '2', port }, dir);
  const head = await until('it is there again', async () => {
    const answer = await tus('HEAD', where);
    return answer.status === 200 ? answer : null;
  });
  assert.deepEqual([head.headers.get('upload-offset'), head.headers.get('upload-length')], ['400000', '900000']);
  const rest = await tus('PATCH', where, { ...bytes_type, 'upload-offset': '400000' }, bytes.subarray(400_000));
  assert.deepEqual([rest.status, rest.headers.get('upload-offset')], [204, '900000'], await rest.text());
  assert.equal(sha(await get('killed.bin')), sha(bytes));
});

test('wrong offsets, two at once, too many bytes, another version', async () => {
  const where = await begin('rules.bin', 10);
  const patch = (offset: string, body: string, headers: Record<string, string> = {}) => tus('PATCH', where, { ...bytes_type, 'upload-offset': offset, ...headers }, body);
  const wrong = await patch('5', 'x');
  assert.deepEqual([wrong.status, wrong.headers.get('tus-resumable')], [409, '1.0.0']);
  assert.equal((await patch('0', '0123456789a')).status, 413);
  assert.equal((await tus('PATCH', where, { 'content-type': 'text/plain', 'upload-offset': '0' }, 'x')).status, 415);
  assert.equal((await patch('0', 'x', { 'tus-resumable': '0.2.2' })).status, 412);
  assert.equal((await tus('HEAD', '/storage/v1/upload/resumable/00000000-0000-4000-8000-000000000000')).status, 404);
  assert.equal((await tus('HEAD', '/storage/v1/upload/resumable/..%2f..%2fetc')).status, 404);
  const options = await fetch(url(), { method: 'OPTIONS' });
  assert.deepEqual([options.status, options.headers.get('tus-extension')], [204, 'creation,creation-with-upload,termination,expiration']);
  assert.equal((await tus('POST', '', { 'upload-length': String(60 * 1024 * 1024), 'upload-metadata': `bucketName ${b64('b')},objectName ${b64('huge')}` })).status, 413);
  assert.equal((await tus('POST', '', { 'upload-length': '1', 'upload-metadata': `bucketName ${b64('b')},objectName ${b64('../x')}` })).status, 400);
  assert.equal((await tus('POST', '', { 'upload-length': '1' })).status, 400);

  const deferred = await tus('POST', '', { 'upload-defer-length': '1', 'upload-metadata': `bucketName ${b64('b')},objectName ${b64('x')}` });
  assert.deepEqual([deferred.status, ((await deferred.json()) as { message: string }).message], [400, 'Upload-Length must say how long the whole upload is']);

  // two at once: the second waits for nothing, and the first goes on
  const slow = await begin('slow.bin', 300_000);
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const stream = new ReadableStream({
    async start(controller) {
      controller.enqueue(Buffer.alloc(100_000));
      await gate;
      controller.enqueue(Buffer.alloc(200_000));
      controller.close();
    },
  });
  const first = fetch(`${tenant.url}${slow}`, {
    method: 'PATCH',
    duplex: 'half',
    body: stream,
    headers: { 'tus-resumable': '1.0.0', authorization: `Bearer ${tenant.serviceKey}`, ...bytes_type, 'upload-offset': '0' },
  } as RequestInit);
  await until('the second is told to wait', async () => (await tus('HEAD', slow)).status === 423);
  release();
  assert.equal((await first).status, 204);
  assert.equal((await get('slow.bin')).length, 300_000);
});

test('ended by the client, held to who began it, and to what its bytes are', async () => {
  const where = await begin('gone.bin', 5);
  assert.equal((await tus('HEAD', where, {}, undefined, tenant.anonKey)).status, 404, 'of somebody else');
  const customer = await house.customer();
  const token = (await customer.auth.getSession()).data.session?.access_token ?? '';
  assert.equal((await tus('PATCH', where, { ...bytes_type, 'upload-offset': '0' }, 'hello', token)).status, 404);
  assert.equal((await tus('POST', '', { 'upload-length': '1', 'upload-metadata': `bucketName ${b64('b')},objectName ${b64('mine')}` }, undefined, token)).status, 403);
  assert.equal((await tus('DELETE', where)).status, 204);
  assert.equal((await tus('HEAD', where)).status, 404);
  const before = incoming();
  const liar = await begin('liar.png', 13, 'image/png');
  assert.equal((await tus('PATCH', liar, { ...bytes_type, 'upload-offset': '0' }, '<html></html>')).status, 415);
  await until('it leaves nothing', () => incoming() === before);
  assert.equal((await tus('POST', '', { 'upload-length': '3', 'upload-metadata': `bucketName ${b64('b')},objectName ${b64('killed.bin')}` })).status, 409, 'a name that is taken');
  const picture = png(4, 4);
  const over = await begin('killed.bin', picture.length, 'image/png', { 'x-upsert': 'true' });
  assert.equal((await tus('PATCH', over, { ...bytes_type, 'upload-offset': '0' }, new Uint8Array(picture))).status, 204);
  assert.equal(sha(await get('killed.bin')), sha(picture));
});

test('a signed address is enough for a stranger, for that object alone', async () => {
  const { data } = await service.storage.from('b').createSignedUploadUrl('signed.bin');
  const signature = { 'x-signature': data?.token ?? '' };
  const create = (name: string, headers: Record<string, string>) =>
    tus('POST', '/sign', { 'upload-length': '5', 'upload-metadata': `bucketName ${b64('b')},objectName ${b64(name)}`, ...headers }, undefined, '');
  assert.equal((await create('signed.bin', {})).status, 400);
  assert.equal((await create('other.bin', signature)).status, 400);
  const begun = await create('signed.bin', signature);
  assert.equal(begun.status, 201);
  const where = begun.headers.get('location') ?? '';
  assert.equal((await tus('PATCH', where, { ...bytes_type, 'upload-offset': '0' }, 'hello', '')).status, 400);
  assert.equal((await tus('PATCH', where, { ...bytes_type, 'upload-offset': '0', ...signature }, 'hello', '')).status, 204);
  assert.equal((await get('signed.bin')).toString(), 'hello');
});

test('a completion that fails for the moment keeps every byte; the next HEAD ends it', async () => {
  await tenant.sql(`create function tenant_trouble() returns trigger language plpgsql as $$ begin
      if new.metadata ->> 'size' <> '0' then raise exception 'no room' using errcode = '53100'; end if; return new; end $$;
    create trigger zz_trouble before insert on storage_objects for each row execute function tenant_trouble()`);
  const where = await begin('later.bin', 10);
  const answer = await tus('PATCH', where, { ...bytes_type, 'upload-offset': '0' }, '0123456789');
  assert.equal(answer.status, 503, await answer.text());
  assert.equal((await tus('HEAD', where)).status, 503);
  await tenant.sql('drop trigger zz_trouble on storage_objects; drop function tenant_trouble()');
  const before = incoming();
  const head = await tus('HEAD', where);
  assert.deepEqual([head.status, head.headers.get('upload-offset')], [200, '10']);
  assert.equal((await get('later.bin')).toString(), '0123456789');
  await until('its files are gone', () => incoming() < before || incoming() === 0);
});

test('what is on its way has its place in the quota, until it is there, ended or swept; bytes are counted once', async () => {
  const small = await openHouse(daemon, { storage: { quota_bytes: 1000 } });
  await small.service.storage.createBucket('b', { public: false });
  const call = (method: string, where: string, headers: Record<string, string>, body?: string) =>
    fetch(`${small.tenant.url}${where}`, { method, headers: { 'tus-resumable': '1.0.0', authorization: `Bearer ${small.tenant.serviceKey}`, ...headers }, ...(body ? { body } : {}) });
  const start = (name: string, length: number) =>
    call('POST', '/storage/v1/upload/resumable', { 'upload-length': String(length), 'upload-metadata': `bucketName ${b64('b')},objectName ${b64(name)}` });
  const places = () => small.tenant.sql('select count(*) from storage_uploads');
  const begun = await Promise.all(Array.from({ length: 8 }, (_, i) => start(`u${i}`, 400)));
  assert.deepEqual(begun.map((a) => a.status).sort(), [201, 201, 413, 413, 413, 413, 413, 413]);
  const where = begun.filter((a) => a.status === 201).map((a) => a.headers.get('location') ?? '');
  assert.equal((await small.service.storage.from('b').upload('plain', Buffer.alloc(300))).error?.message, 'The storage of this house is full.');
  assert.equal((await call('DELETE', where[0] ?? '', {})).status, 204);
  assert.equal((await small.service.storage.from('b').upload('plain', Buffer.alloc(300))).error, null);

  const received = async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${daemon.port}/metrics`)).text();
    return Number(/storage_received_bytes_total(?:\{[^}]*\})? (\d+)/.exec(metrics)?.[1] ?? NaN);
  };
  await new Promise((resolve) => setTimeout(resolve, 2500)); // workers say what they counted every second
  const counted = await received();
  for (const at of [0, 100, 200, 300]) assert.equal((await call('PATCH', where[1] ?? '', { ...bytes_type, 'upload-offset': String(at) }, 'x'.repeat(100))).status, 204);
  await until('400 bytes were counted', async () => (await received()) > counted);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.equal((await received()) - counted, 400);
  assert.equal(await small.tenant.sql('select sum(bytes) from storage_usage'), '700');
  assert.equal(await places(), '0');

  // one whose files went without the database, one that is refused in the end
  const lost = await start('lost', 200);
  await small.service.storage.updateBucket('b', { public: false, allowedMimeTypes: ['image/*'] });
  assert.equal((await call('PATCH', lost.headers.get('location') ?? '', { ...bytes_type, 'upload-offset': '0' }, 'x'.repeat(200))).status, 415);
  assert.equal(await places(), '0');
  const left = (await start('left', 200)).headers.get('location')?.split('/').at(-1) ?? '';
  const folder = path.join(dir, 'storage', small.tenant.schema, 'incoming');
  await rm(path.join(folder, left));
  await rm(path.join(folder, `${left}.json`));
  assert.equal(await places(), '1');
  await small.tenant.sql(`select app.enqueue('storage_sweep', '{"grace_s": -5}')`);
  await until('its place is free', async () => (await places()) === '0');
});
