// Webhooks that other systems call: verified as they came, stored once, answered at once. The provider `test` stands in for those to come.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { makeTenant, startDaemon, until, type Daemon, type Tenant } from './harness.ts';

const secret = 'whsec_ 7 ünïcödé';
let daemon: Daemon;
let house: Tenant;
let neighbour: Tenant;
let endpoint: { id: string; path: string };

before(async () => {
  daemon = await startDaemon({ workers: '1', 'hooks-test': 'on' });
  [house, neighbour] = [await makeTenant(daemon, []), await makeTenant(daemon, [])];
  const owner = await house.signIn();
  const made = await owner.rpc('set_hook_endpoint', { p_provider: 'test', p_secret: `${secret}\n`, p_name: 'Till' });
  assert.equal(made.error, null);
  endpoint = made.data;
});
after(async () => {
  await daemon.stop();
});

const now = () => Math.floor(Date.now() / 1000);
const sign = (body: string | Buffer, at = now(), key = secret) => `t=${at},v1=${createHmac('sha256', key).update(`${at}.`).update(body).digest('hex')}`;

interface Sent {
  status: number;
  body: any;
  headers: Headers;
}
async function call(body: string | Buffer, given: { headers?: Record<string, string>; path?: string; tenant?: Tenant; method?: string } = {}): Promise<Sent> {
  const answer = await fetch(`${(given.tenant ?? house).url}${given.path ?? endpoint.path}`, {
    method: given.method ?? 'POST',
    body: given.method === 'GET' ? null : new Uint8Array(Buffer.from(body)),
    headers: { 'x-hook-signature': sign(body), ...given.headers },
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : null, headers: answer.headers };
}
const stored = async (event: string) => Number(await house.sql(`select count(*) from received_hooks where event_id = '${event}'`));
const jobs = async (event: string) =>
  Number(await house.sql(`select count(*) from maitred.jobs j join received_hooks r on r.id = (j.payload ->> 'received_id')::uuid where r.event_id = '${event}' and j.kind = 'hook_test'`));

test('an event is stored once with one job, however often and however much at once it comes', async () => {
  const body = JSON.stringify({ id: 'evt_once', amount: 1099 });
  const answers = await Promise.all(Array.from({ length: 12 }, () => call(body)));
  assert.deepEqual([...new Set(answers.map((a) => `${a.status} ${JSON.stringify(a.body)}`))], ['200 {"received":true}']);
  assert.deepEqual((await call(body)).body, { received: true });
  assert.deepEqual([await stored('evt_once'), await jobs('evt_once')], [1, 1]);
  await until(
    'the job has worked on it, and its bytes are gone',
    async () => (await house.sql("select handled_at is not null and body is null from received_hooks where event_id = 'evt_once'")) === 't',
  );
  assert.deepEqual((await call(body)).body, { received: true });
  assert.deepEqual([await stored('evt_once'), await jobs('evt_once')], [1, 1], 'nor does it come back then');
});

test('bytes count as they came, whatever they are called', async () => {
  const bodies: [string, string | Buffer, Record<string, string>?][] = [
    ['evt_blank', '{\n  "id" :\t"evt_blank",  "b":1.00, "a":1e2\n}\n'],
    ['evt_escaped', '{"id":"evt_\\u0065scaped","slash":"\\/"}'],
    ['evt_unicode', '{"id":"evt_unicode","name":"Zoë \u{1F37D} \u2028"}'],
    ['evt_form', '{"id":"evt_form"}', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['evt_multipart', '{"id":"evt_multipart"}', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['evt_untyped', '{"id":"evt_untyped"}', { 'content-type': '' }],
    ['evt_long', JSON.stringify({ id: 'evt_long', text: 'x'.repeat(900_000) })],
    ['evt_bearer', '{"id":"evt_bearer"}', { authorization: 'Basic dXNlcjpwYXNz' }],
  ];
  for (const [event, body, headers] of bodies) {
    const answer = await call(body, { headers: headers ?? {} });
    assert.equal(answer.status, 200, `${event}: ${JSON.stringify(answer.body)}`);
    assert.equal(await stored(event), 1, event);
  }
  // in pieces, without a length
  await new Promise<void>((resolve, reject) => {
    const body = '{"id":"evt_pieces"}';
    const out = http.request(`${house.url}${endpoint.path}`, { method: 'POST', headers: { 'x-hook-signature': sign(body), 'transfer-encoding': 'chunked' } }, (answer) => {
      assert.equal(answer.statusCode, 200);
      answer.resume();
      answer.on('end', resolve);
    });
    out.on('error', reject);
    for (const c of body) out.write(c);
    out.end();
  });
  assert.equal(await stored('evt_pieces'), 1);
});

test('what was not signed so, just now, with this secret, is refused before anybody reads it', async () => {
  const body = '{"id":"evt_refused"}';
  const good = sign(body);
  const cases: [string, Record<string, string>, (string | Buffer)?][] = [
    ['no signature', { 'x-hook-signature': '' }],
    ['another secret', { 'x-hook-signature': sign(body, now(), `${secret}x`) }],
    ['an empty secret', { 'x-hook-signature': sign(body, now(), '') }],
    ['a secret with its line break', { 'x-hook-signature': sign(body, now(), `${secret}\n`) }],
    ['old', { 'x-hook-signature': sign(body, now() - 301) }],
    ['from the future', { 'x-hook-signature': sign(body, now() + 400) }],
    ['another time than was signed', { 'x-hook-signature': good.replace(/t=\d+/, `t=${now() - 1}`) }],
    ['cut short', { 'x-hook-signature': good.slice(0, -1) }],
    ['something behind', { 'x-hook-signature': `${good}0` }],
    ['no time', { 'x-hook-signature': good.replace(/t=\d+,/, '') }],
    ['a time that is none', { 'x-hook-signature': `t=99999999999999999999999999,v1=${'0'.repeat(64)}` }],
    ['a time that is a word', { 'x-hook-signature': good.replace(/t=\d+/, 't=NaN') }],
    ['names without values', { 'x-hook-signature': 't,v1' }],
    ['as many characters, but more bytes', { 'x-hook-signature': good.slice(0, -1) + 'é' }],
    ['capitals', { 'x-hook-signature': good.toUpperCase() }],
    ['another body', { 'x-hook-signature': good }, '{"id":"evt_refused" }'],
    ['packed', { 'x-hook-signature': good, 'content-encoding': 'gzip' }, gzipSync(body)],
    ['no body', { 'x-hook-signature': good }, ''],
    ['a zero byte more', { 'x-hook-signature': good }, `${body}\0`],
    ['no JSON at all', { 'x-hook-signature': 'x' }, '['.repeat(100_000)],
  ];
  for (const [what, headers, other] of cases) {
    const answer = await call(other ?? body, { headers });
    assert.equal(answer.status, 401, what);
    assert.equal(answer.body.code, 'MD401', what);
  }
  assert.equal(await stored('evt_refused'), 0);
});

test('what is signed but names no event is told so', async () => {
  const bodies = ['', 'null', '[]', '{}', '{"id":7}', '{"id":""}', '{"id":null}', '{"id":"a","id":"b"}', `{"id":"${'x'.repeat(256)}"}`, '{"id":"a\\u0000b"}', '{"id":"x"', '{"id":"\xff'];
  for (const body of [...bodies, '['.repeat(200_000), Buffer.from('{"id":"\xff"}', 'latin1'), Buffer.from([0, 1, 2])]) {
    const answer = await call(body);
    assert.equal(answer.status, 400, String(body).slice(0, 40));
    assert.equal(answer.body.code, 'PGRST102');
  }
});

test('nobody is called at other addresses, of other tenants, by other methods, or when it is switched off', async () => {
  const body = '{"id":"evt_nowhere"}';
  for (const path of [`/hooks/v1/test/${randomUUID()}`, `/hooks/v1/stripe/${endpoint.id}`, '/hooks/v1/test/x', `/hooks/v1/test/${endpoint.id}'--`, `/hooks/v1/TEST/${endpoint.id}`]) {
    const answer = await call(body, { path });
    assert.deepEqual([answer.status, answer.body.code], [404, 'MD404'], path);
  }
  for (const path of [`${endpoint.path}/`, '/hooks/v1/test', '/hooks/', `/hooks/v1//${endpoint.id}`]) {
    const answer = await call(body, { path });
    assert.deepEqual([answer.status, answer.body.code], [404, 'PGRST125'], path);
  }
  assert.equal((await call(body, { tenant: neighbour })).status, 404);
  const other = await call(body, { method: 'GET' });
  assert.equal(other.status, 404); // GET is for the challenge of those who have one
  const removed = await call(body, { method: 'DELETE' });
  assert.deepEqual([removed.status, removed.headers.get('allow')], [405, 'OPTIONS, GET, POST']);
  const owner = await house.signIn();
  assert.equal((await owner.from('hook_endpoints').update({ is_active: false }).eq('id', endpoint.id)).error, null);
  assert.equal((await call(body)).status, 404);
  assert.equal((await owner.from('hook_endpoints').update({ is_active: true }).eq('id', endpoint.id)).error, null);
  assert.equal((await call(body)).status, 200);
});

test('a body beyond the cap of this door is answered, though others may send more', async () => {
  const body = JSON.stringify({ id: 'evt_huge', text: 'x'.repeat(1024 * 1024) });
  const answer = await call(body);
  assert.deepEqual([answer.status, answer.body.code], [413, 'MD413']);
  assert.match(answer.body.message, /1048576 bytes/);
  assert.equal(await stored('evt_huge'), 0);
});

test('a new secret ends the old one, and nobody reads either', async () => {
  const owner = await house.signIn();
  const changed = await owner.rpc('set_hook_endpoint', { p_provider: 'test', p_secret: 'another one', p_endpoint_id: endpoint.id });
  assert.equal(changed.error, null);
  assert.equal('secret' in changed.data, false);
  const body = '{"id":"evt_turned"}';
  assert.equal((await call(body)).status, 401);
  assert.equal((await call(body, { headers: { 'x-hook-signature': sign(body, now(), 'another one') } })).status, 200);
  const read = await owner.from('hook_endpoints').select('secret');
  assert.equal(read.error?.code, '42501');
  assert.equal((await house.client(house.serviceKey).from('received_hooks').select('body')).error?.code, '42501');
});

test('/metrics counts what became of calls', async () => {
  const figure = (text: string, outcome: string) => Number(new RegExp(`maitred_hooks_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1]);
  await until('all are counted', async () => {
    const text = await (await fetch(`${daemon.url()}/metrics`)).text();
    return figure(text, 'stored') >= 10 && figure(text, 'repeated') >= 12 && figure(text, 'refused') >= 16 && figure(text, 'unreadable') >= 15 && figure(text, 'unknown') >= 6;
  });
});
