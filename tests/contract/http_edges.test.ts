// The edges of HTTP: malformed, contradictory, huge and slow requests, and clients that leave. Whatever arrives, the
// daemon answers in the dialect's shape or closes that one connection, and the next client notices nothing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, mkdir, writeFile, chmod, rm } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { Wire, exchange, gunzip, text } from './http_support.ts';

const BODY_MAX = 65536;
const page = 'console.log("maitred");\n'.repeat(200);
let daemon: Daemon;
let tenant: Tenant;
let other: Tenant;
let web: string;

before(async () => {
  web = await mkdtemp(path.join(tmpdir(), 'maitred-web-'));
  await chmod(web, 0o755);
  await mkdir(path.join(web, 'assets'));
  await writeFile(path.join(web, 'index.html'), '<!doctype html><title>x</title>');
  await writeFile(path.join(web, 'assets/app.js'), page);
  await writeFile(path.join(web, 'assets/app.js.gz'), gzipSync(page));
  await writeFile(path.join(web, 'empty.txt'), '');
  daemon = await startDaemon({
    workers: '1',
    'web-dir': web,
    'trusted-proxies': '127.0.0.1',
    'body-max-bytes': String(BODY_MAX),
    'rows-max': '0',
    'cors-origins': 'https://menu.example',
    'connection-timeout-s': '2',
    'statement-timeout-ms': '600000', // no query ends by itself
  });
  tenant = await makeTenant(daemon);
  other = await makeTenant(daemon);
});
after(async () => {
  await daemon?.stop();
  await rm(web, { recursive: true, force: true });
});

const head = (line: string, ...headers: string[]) => [`${line} HTTP/1.1`, `Host: ${tenant.domain}`, ...headers, '', ''].join('\r\n');
const ask = (request: string, method = 'GET') => exchange(daemon.port, request, method);
const asService = (line: string, ...headers: string[]) => head(line, `apikey: ${tenant.serviceKey}`, ...headers);
const pids = () => execFileSync('ps', ['-o', 'pid=', '--ppid', String(daemon.pid)]).toString();

/** What the database is told of a request. */
const context = async (request: string) => JSON.parse(text(await ask(request)) || 'null');

test('several requests on one connection are answered in their order', async () => {
  const wire = new Wire(daemon.port);
  wire.send(head('GET /app/config') + head('GET /nowhere.txt') + head('HEAD /app/config') + head('GET /healthz'));
  assert.equal((await wire.reply())?.status, 200);
  assert.equal((await wire.reply())?.status, 404);
  assert.equal((await wire.reply('HEAD'))?.status, 200);
  assert.equal((await wire.reply())?.status, 200);
  wire.end();
});

test('a connection goes on after errors', async () => {
  const wire = new Wire(daemon.port);
  const answers = [];
  for (const line of ['GET /rest/v1/no_such_table', 'PUT /app/config', 'GET /%zz', 'GET /rest/v1/organizations?select=)', 'GET /healthz']) {
    wire.send(head(line, `apikey: ${tenant.anonKey}`));
    answers.push((await wire.reply())?.status);
  }
  assert.deepEqual(answers, [404, 405, 400, 400, 200]);
  wire.end();
});

test('two Host headers belong to nobody', async () => {
  for (const lines of [[other.domain], [tenant.domain], [`${other.domain}:80`, 'x']]) {
    const answer = await ask(head('GET /app/config', ...lines.map((line) => `Host: ${line}`)));
    assert.equal(answer?.status, 400, text(answer));
  }
});

test('no Host is allowed in HTTP/1.0 only', async () => {
  assert.equal((await ask('GET /healthz HTTP/1.1\r\n\r\n'))?.status, 400);
  const old = await ask('GET /healthz HTTP/1.0\r\n\r\n');
  assert.equal(old?.status, 200);
});

test('an absolute address asks for its path, and the Host header names the tenant', async () => {
  const answer = await ask(head(`GET http://${other.domain}/app/config?x=1`));
  assert.equal(answer?.status, 200);
  assert.equal(JSON.parse(text(answer)).schema, tenant.schema);
  for (const line of ['GET *', 'OPTIONS *', 'GET http://', 'GET ://x', 'GET ?', 'CONNECT x:443']) assert.ok(((await ask(head(line)))?.status ?? 400) < 500, line);
});

test('what contradicts itself about the length of a body cannot smuggle a request', async () => {
  const inner = head('GET /smuggled.txt');
  const smuggling = [
    head('POST /rest/v1/rpc/x', 'Content-Length: 6', 'Transfer-Encoding: chunked') + '0\r\n\r\n' + inner,
    head('POST /rest/v1/rpc/x', 'Content-Length: 0', `Content-Length: ${inner.length}`) + inner,
    head('POST /rest/v1/rpc/x', 'Content-Length: +5') + inner,
    head('POST /rest/v1/rpc/x', 'Content-Length: 0x10') + inner,
    head('POST /rest/v1/rpc/x', 'Content-Length: -1') + inner,
    head('POST /rest/v1/rpc/x', 'Content-Length: 99999999999999999999999') + inner,
    head('POST /rest/v1/rpc/x', 'Transfer-Encoding: xchunked') + '0\r\n\r\n' + inner,
    head('POST /rest/v1/rpc/x', 'Transfer-Encoding: chunked, identity') + '0\r\n\r\n' + inner,
    head('POST /rest/v1/rpc/x', 'Transfer-Encoding: chunked') + 'fffffffffffffffff\r\n' + inner,
    head('POST /rest/v1/rpc/x', 'Transfer-Encoding: chunked') + '-1\r\n' + inner,
    head('POST /rest/v1/rpc/x', `Content-Length : ${inner.length}`) + inner,
    head('POST /rest/v1/rpc/x', 'Transfer-Encoding : chunked') + '0\r\n\r\n' + inner,
    head('POST /rest/v1/rpc/x', 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity') + '0\r\n\r\n' + inner,
  ];
  for (const request of smuggling) {
    const wire = new Wire(daemon.port).send(request);
    const seen: number[] = [];
    for (let answer = await wire.reply().catch(() => null); answer; answer = await wire.reply().catch(() => null)) seen.push(answer.status);
    const what = JSON.stringify(request.split('\r\n').slice(2, 5));
    assert.equal(seen.length, 1, `${what} ${seen}`);
    assert.ok(seen[0]! >= 400 && seen[0]! < 500, `${what} ${seen}`);
    wire.end();
  }
  assert.equal((await ask(head('GET /healthz')))?.status, 200);
});

test('a chunked body arrives whole; too much of it is refused, and without end it is cut off', async () => {
  const start = asService('POST /rest/v1/rpc/no_such', 'Content-Type: application/json', 'Transfer-Encoding: chunked');
  assert.equal((await ask(`${start}5\r\n{"a":\r\n3\r\n 1}\r\n0\r\n\r\n`))?.status, 404);
  const piece = `1000\r\n${'x'.repeat(4096)}\r\n`;
  assert.equal((await ask(`${start}${piece.repeat(BODY_MAX / 4096 + 1)}0\r\n\r\n`))?.status, 413);
  const wire = new Wire(daemon.port).send(start);
  const patience = Date.now() + 30_000;
  while (!wire.socket.destroyed && Date.now() < patience) {
    const flushed = wire.socket.write(piece.repeat(16));
    if (!flushed)
      await new Promise((resolve) => {
        wire.socket.once('drain', resolve);
        wire.socket.once('close', resolve);
      });
  }
  assert.ok(wire.socket.destroyed, 'a body without end was read for ever');
});

test('a body that was announced too large: 413, and Expect: 100-continue gets no invitation', async () => {
  const big = head('POST /rest/v1/rpc/x', `Content-Length: ${BODY_MAX * 100}`, 'Expect: 100-continue');
  assert.equal((await ask(big))?.status, 413);
  const wire = new Wire(daemon.port).send(head('POST /rest/v1/rpc/no_such', `apikey: ${tenant.anonKey}`, 'Content-Length: 2', 'Expect: 100-continue'));
  assert.equal((await wire.reply())?.status, 100);
  wire.send('{}');
  assert.equal((await wire.reply())?.status, 404);
  wire.end();
});

test('huge headers and addresses are refused, and other connections go on', async () => {
  assert.equal((await ask(head('GET /app/config', `X-Much: ${'a'.repeat(200_000)}`)))?.status, 431);
  const long = await ask(head(`GET /${'a'.repeat(20_000)}`));
  assert.equal(long?.status, 414);
  const many = await ask(head('GET /app/config', ...Array.from({ length: 5000 }, (_, i) => `X-H${i}: ${i}`)));
  assert.equal(many?.status, 431);
  assert.equal((await ask(head('GET /app/config')))?.status, 200);
});

test('headers that just fit leave room for an answer, or are told that they do not', async () => {
  const heads: [string, string][] = [];
  for (let n = 270; n < 345; n++) {
    heads.push([`${n} headers`, head('GET /app/config', ...Array.from({ length: n }, (_, i) => `X-H${i}: ${i}`))]);
    heads.push([`${n} cookies`, head('GET /app/config', `Cookie: ${Array.from({ length: n / 2 }, (_, i) => `c${i}=${i}`).join('; ')}`, `X-Much: ${'a'.repeat(9000)}`)]);
  }
  for (let n = 20_000; n < 26_000; n += 40) heads.push([`${n} bytes`, head('GET /app/config', `X-Much: ${'a'.repeat(n)}`)]);
  const seen = new Set<number | undefined>();
  for (const [what, request] of heads) {
    const answer = await ask(request);
    assert.ok(answer && [200, 431].includes(answer.status), `${what}: ${answer?.status}`);
    seen.add(answer.status);
  }
  assert.equal(seen.size, 2);
});

test('a length above all measure is refused at once, however it is written', async () => {
  for (const length of ['9223372036854775807', '9223372036854775808', '18446744073709551614', '18446744073709551615', '99999999999999999999999']) {
    for (const line of ['POST /rest/v1/rpc/x', 'POST /storage/v1/object/b/x']) {
      const begun = Date.now();
      const answer = await ask(asService(line, `Content-Length: ${length}`, 'Content-Type: application/json'));
      assert.ok(answer && [400, 413].includes(answer.status), `${line} ${length}: ${answer?.status}`);
      assert.ok(Date.now() - begun < 1500, 'the end of the body is not waited for');
      if (line.includes('/rest/')) assert.equal(answer.status, 413);
    }
  }
});

test('a client that is still sending reads why it is refused', async () => {
  const body = 'x'.repeat(BODY_MAX * 100);
  const refused: [number, string][] = [
    [413, head('POST /rest/v1/rpc/x', `Content-Length: ${body.length}`) + body],
    [400, head('POST /rest/v1/rpc/x', `Content-Length: ${body.length}`, 'Host: other') + body],
    [431, head('GET /app/config', `X-Much: ${body}`)],
    [414, head(`GET /${body}`)],
  ];
  for (let round = 0; round < 5; round++) for (const [status, request] of refused) assert.equal((await ask(request))?.status, status);
});

test('bytes that are no HTTP end their own connection only', async () => {
  for (const noise of ['\0\0\0\0', '\r\n\r\n\r\n', 'GET\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00', 'GET / HTTP/9.9\r\n\r\n', `GET /${'\xff'.repeat(40)} HTTP/1.1\r\nHost: x\r\n\r\n`]) {
    const wire = new Wire(daemon.port).send(Buffer.from(noise, 'latin1'));
    wire.socket.end();
    const answer = await wire.reply().catch(() => null);
    assert.ok(answer === null || (answer.status >= 400 && answer.status !== 500), `${JSON.stringify(noise)}: ${answer?.status}`);
    wire.end();
  }
  assert.equal((await ask(head('GET /healthz')))?.status, 200);
});

test('the address of a client is what the last trusted proxy saw', async () => {
  await tenant.sql(`create or replace function api.said_ip() returns text language sql stable as $$ select current_setting('request.ip', true) $$;
    grant execute on function api.said_ip() to service_role; notify pgrst`);
  await until('the function is known', async () => (await ask(asService('GET /rest/v1/rpc/said_ip')))?.status === 200);
  const ip = (...headers: string[]) => context(asService('GET /rest/v1/rpc/said_ip', ...headers));
  assert.equal(await ip(), '127.0.0.1');
  assert.equal(await ip('X-Forwarded-For: 203.0.113.9'), '203.0.113.9');
  assert.equal(await ip('X-Forwarded-For: 10.9.9.9, 203.0.113.9'), '203.0.113.9');
  assert.equal(await ip('X-Forwarded-For: 10.9.9.9', 'X-Forwarded-For: 203.0.113.9'), '203.0.113.9');
  assert.equal(await ip('X-Forwarded-For: 10.9.9.9', 'X-Forwarded-For: nonsense'), '127.0.0.1');
  const secure = async (...headers: string[]) => 'strict-transport-security' in ((await ask(head('GET /healthz', ...headers)))?.headers ?? {});
  assert.equal(await secure('X-Forwarded-Proto: https'), true);
  assert.equal(await secure('X-Forwarded-Proto: https', 'X-Forwarded-Proto: http'), false);
});

test('CORS: the origins that are named, and no others', async () => {
  const preflight = await ask(head('OPTIONS /rest/v1/venues', 'Origin: https://menu.example', 'Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: apikey'), 'HEAD');
  assert.equal(preflight?.status, 200);
  assert.equal(preflight?.headers['access-control-allow-origin'], 'https://menu.example');
  assert.equal(preflight?.headers['access-control-allow-headers'], 'Authorization, apikey, Accept, Accept-Language, Content-Language');
  for (const origin of ['https://menu.example.evil', 'https://menu.exampl', 'null', 'https://evil.example, https://menu.example'])
    assert.equal((await ask(head('GET /healthz', `Origin: ${origin}`)))?.headers['access-control-allow-origin'], undefined, origin);
  const plain = await ask(head('GET /healthz'));
  assert.match(plain?.headers['vary'] ?? '', /Origin/, 'a cache must not give one origin the answer of another');
});

test('compression: only when it is wanted, and never twice', async () => {
  const get = (...headers: string[]) => ask(head('GET /assets/app.js', ...headers));
  const zipped = await get('Accept-Encoding: deflate, gzip;q=0.5');
  assert.equal(zipped?.headers['content-encoding'], 'gzip');
  assert.equal(gunzip(zipped!.body), page);
  for (const accept of ['identity', 'gzip;q=0', 'gzip; q=0', 'gzip;q=0.000', 'notgzip, xbrx', 'br;q=0'])
    assert.equal((await get(`Accept-Encoding: ${accept}`))?.headers['content-encoding'], undefined, accept);
  const rest = (...headers: string[]) => ask(asService('GET /rest/v1/', ...headers));
  const plain = await rest();
  assert.equal(plain?.headers['content-encoding'], undefined);
  const packed = await rest('Accept-Encoding: gzip');
  assert.equal(packed?.headers['content-encoding'], 'gzip');
  assert.equal(gunzip(packed!.body), text(plain));
  assert.equal((await rest('Accept-Encoding: gzip; q=0'))?.headers['content-encoding'], undefined);
});

test('files: tags, ranges, conditions', async () => {
  const get = (...headers: string[]) => ask(head('GET /assets/app.js', ...headers));
  const whole = await get();
  const etag = whole!.headers['etag']!;
  assert.equal(text(whole), page);
  assert.equal((await get(`If-None-Match: ${etag}`))?.status, 304);
  assert.equal((await get(`If-None-Match: "x", W/${etag}`))?.status, 304);
  assert.equal((await get('If-None-Match: "x"'))?.status, 200);
  const ranges: [string, number, string?][] = [
    ['bytes=0-9', 206, page.slice(0, 10)],
    ['bytes=-10', 206, page.slice(-10)],
    [`bytes=${page.length - 3}-`, 206, page.slice(-3)],
    ['bytes=5-999999999', 206, page.slice(5)],
    [`bytes=${page.length}-`, 416],
    ['bytes=-0', 416],
    ['bytes=9-5', 200],
    ['bytes=a-b', 200],
    ['bytes=0-1,3-4', 200],
    ['lines=0-9', 200],
    ['bytes=-99999999', 206, page],
    ['bytes=--5', 200],
    ['bytes=+1-2', 200],
    ['bytes=1--1', 200],
    ['bytes=1-18446744073709551616', 206, page.slice(1)],
  ];
  for (const [range, status, body] of ranges) {
    const answer = await get(`Range: ${range}`);
    assert.equal(answer?.status, status, range);
    if (body !== undefined) assert.equal(text(answer), body, range);
  }
  assert.equal((await get('Range: bytes=0-9', `If-Range: ${etag}`))?.status, 206);
  assert.equal(text(await get('Range: bytes=0-9', 'If-Range: "another-version"')), page, 'half of one version must not be glued to half of another');
  const only = await ask(head('HEAD /assets/app.js', 'Range: bytes=0-9'), 'HEAD');
  assert.equal(only?.status, 200, 'ranges are of GET alone');
  assert.equal(only?.headers['content-length'], String(page.length));
  assert.equal((await ask(head('GET /empty.txt')))?.status, 200);
  assert.equal((await ask(head('GET /empty.txt', 'Range: bytes=0-')))?.status, 416);
});

test('no address leads out of the folder of pages', async () => {
  for (const way of [
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%2f..%2f..%2fetc/passwd',
    '//etc/passwd',
    '/.hidden',
    '/assets/',
    '/assets/app.js%00.png',
    '/assets%5c..%5cx',
    '/./index.html',
    '/assets//app.js',
  ]) {
    const answer = await ask(head(`GET ${way}`));
    assert.ok(!text(answer).includes('root:'), way);
    assert.ok(answer && (answer.status === 404 || answer.status === 400 || text(answer).startsWith('<!doctype')), `${way} ${answer?.status}`);
  }
});

test('nobody keeps a worker by being slow, and a log line stays a line', async () => {
  const slow = new Wire(daemon.port).send('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  const drip = setInterval(() => slow.socket.write('a'), 500);
  await slow.closed();
  clearInterval(drip);
  await ask(head(`GET /${'%01"\\'.repeat(3000)}end`));
  await ask(head('GET /healthz', 'X-Request-Id: the-next-one'));
  for (let i = 0; i < 50 && !daemon.log().includes('the-next-one'); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  const line =
    daemon
      .log()
      .split('\n')
      .find((each) => each.includes('the-next-one')) ?? '';
  assert.match(line, /^time=\S+ level=info process=web-0 event=request method=GET /);
});

test('clients that leave in the middle of a large answer leave the worker alive and its connections free', async () => {
  await tenant.sql(`create table if not exists api.wide as select i as id, repeat('x', 400) as text from generate_series(1, 60000) i;
    create or replace function api.much(n int) returns table (id int, text text) language sql stable as $$ select id, text from api.wide where wide.id <= n order by id $$;
    grant usage on schema api to service_role; grant select on api.wide to service_role; grant execute on function api.much(int) to service_role; notify pgrst`);
  const csv = (n: number) => asService(`GET /rest/v1/rpc/much?n=${n}`, 'Accept: text/csv');
  await until('the function is known', async () => (await ask(csv(1)))?.status === 200);
  const before = pids();
  for (const rows of [700, 900, 1100, 1300, 1500, 2000, 5000, 20000, 60000]) {
    for (const pause of [0, 5, 30, 100]) {
      const wire = new Wire(daemon.port).send(csv(rows));
      wire.socket.once('data', () => wire.socket.pause());
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (pause % 2) wire.socket.resetAndDestroy();
      else wire.end();
    }
  }
  const whole = text(await ask(csv(60000)));
  assert.equal(whole.split('\n').length, 60001);
  const left = new Wire(daemon.port).send(asService('POST /rest/v1/rpc/much', 'Content-Length: 1000') + '{"n"');
  left.end();
  assert.equal(pids(), before, 'a worker died');
});

test('the query of a client that has left is cancelled', async () => {
  await tenant.sql(`create or replace function api.linger(s float) returns text language sql stable as $$ select pg_sleep(s)::text $$;
    grant execute on function api.linger to service_role; notify pgrst`);
  const linger = (seconds: number) => asService(`GET /rest/v1/rpc/linger?s=${seconds}`);
  await until('the function is known', async () => (await ask(linger(0)))?.status === 200);
  const become = async (count: string) => {
    const running = () => daemon.sql(`select count(*) from pg_stat_activity where state = 'active' and wait_event = 'PgSleep'`);
    for (let i = 0; i < 200 && (await running()) !== count; i++) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await running(), count);
  };
  for (const leave of ['resetAndDestroy', 'destroy'] as const) {
    const wire = new Wire(daemon.port).send(linger(3600));
    await become('1');
    wire.socket[leave]();
    await become('0');
  }
  assert.equal((await ask(head('GET /healthz')))?.status, 200);
});

test('a request that waits for a full pool is refused with a time to come back', async () => {
  const small = await startDaemon({ workers: '1', 'db-connections': '1', 'db-pipeline-depth': '1', 'db-queue': '2' });
  try {
    const busy = await makeTenant(small);
    await busy.sql(`create or replace function api.doze() returns int language sql stable as $$ select 1 from pg_sleep(1) $$; grant execute on function api.doze() to service_role; notify pgrst`);
    const doze = () => fetch(`${busy.url}/rest/v1/rpc/doze`, { headers: { apikey: busy.serviceKey } });
    await until('the function is known', async () => (await doze()).ok);
    const answers = await Promise.all(Array.from({ length: 8 }, doze));
    const refused = answers.filter((answer) => answer.status === 503);
    // the daemon's own look for news of keys and sessions, every five seconds, may have one of the places
    const answered = answers.filter((answer) => answer.status === 200).length;
    assert.ok(answered === 3 || answered === 2, `one runs, two wait: ${answered}`);
    assert.equal(refused.length, 8 - answered);
    for (const answer of refused) assert.ok(Number(answer.headers.get('retry-after')) > 0);
  } finally {
    await small.stop();
  }
});

test('thousands of query parameters are answered like one', async () => {
  const answer = await fetch(`${daemon.url()}/healthz?${'a=1&'.repeat(3000)}`);
  assert.equal(answer.status, 200);
  const read = await fetch(`${tenant.url}/rest/v1/restaurants?select=id&${'id=not.is.null&'.repeat(900)}`, { headers: { apikey: tenant.anonKey } });
  assert.equal(read.status, 400);
  assert.match((await read.json()).message, /more than 512 parameters/);
});
