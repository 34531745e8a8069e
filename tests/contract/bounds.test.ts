// What a stranger may send: each door bounds it before the database sees it, and answers shortly, whatever was sent.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';

let daemon: Daemon;
let house: Tenant;

before(async () => {
  daemon = await startDaemon();
  house = await makeTenant(daemon, ['dining', 'experiences', 'payments'], { name: 'Bounds' });
});
after(async () => {
  await daemon.stop();
});

const MEGABYTE = 1024 * 1024;

async function send(where: string, type: string, body: string, key = house.anonKey) {
  const answer = await fetch(`${house.url}/rest/v1/${where}`, {
    method: 'POST',
    headers: { apikey: key, 'content-type': type },
    body,
  });
  const text = await answer.text();
  return { status: answer.status, text, json: JSON.parse(text) as { code: string; message: string; details: string | null; hint: string | null } };
}

/** As many of `piece(n)` as fill `bytes`, between two ends. */
function filled(bytes: number, open: string, piece: (n: number) => string, between: string, close: string): string {
  const pieces: string[] = [];
  for (let length = open.length, n = 0; length < bytes; n++) {
    const text = piece(n);
    pieces.push(text);
    length += text.length + between.length;
  }
  return open + pieces.join(between) + close;
}

const json = 'application/json';
const shapes: [string, string, (bytes: number) => string][] = [
  ['an object of many names', json, (b) => filled(b, '{', (n) => `"${n.toString(36)}":1`, ',', '}')],
  ['an object that names one thing again and again', json, (b) => filled(b, '{', () => '"a":1', ',', '}')],
  ['an object of names with escapes', json, (b) => filled(b, '{', (n) => `"\\u0061${n.toString(36)}":1`, ',', '}')],
  ['a list of numbers', json, (b) => filled(b, '[', () => '1', ',', ']')],
  ['a list of empty objects', json, (b) => filled(b, '[', () => '{}', ',', ']')],
  ['a list of empty lists', json, (b) => filled(b, '[', () => '[]', ',', ']')],
  ['a list of objects, each with another name', json, (b) => filled(b, '[', (n) => `{"${n.toString(36)}":1}`, ',', ']')],
  ['brackets without end', json, (b) => '['.repeat(b)],
  ['one name', json, (b) => `{"${'x'.repeat(b)}":1}`],
  ['one text', json, (b) => `{"p_table":"${'x'.repeat(b)}"}`],
  ['one number', json, (b) => `{"p_table":${'1'.repeat(b)}}`],
  ['cells in quotes', 'text/csv', (b) => filled(b, 'a,b\n', () => '"","x"', '\n', '\n')],
  ['one line of cells in quotes', 'text/csv', (b) => filled(b, '', () => '""', ',', '\n')],
  ['doubled quotes', 'text/csv', (b) => `a\n"${'""'.repeat(b / 2)}"\n`],
  ['a column with a long name', 'text/csv', (b) => filled(b, `${'n'.repeat(b / 4)}\n`, () => 'x', '\n', '\n')],
  ['a quote that does not close', 'text/csv', (b) => `a\n"${'x,'.repeat(b / 2)}`],
  ['fields of a form', 'application/x-www-form-urlencoded', (b) => filled(b, '', (n) => `${n.toString(36)}=`, '&', '')],
  ['signs of a form', 'application/x-www-form-urlencoded', (b) => '&'.repeat(b)],
  ['bytes', 'application/octet-stream', (b) => 'x'.repeat(b)],
  ['text', 'text/plain', (b) => 'x'.repeat(b)],
  ['XML', 'text/xml', (b) => '<a>'.repeat(b / 3)],
  ['a form in parts', 'multipart/form-data; boundary=x', (b) => filled(b, '', () => '--x\r\n\r\n', '', '--x--')],
];

test('a body of small tokens is refused shortly, by each content type, at functions and tables', async () => {
  for (const [what, type, make] of shapes) {
    const body = make(300_000);
    for (const where of ['rpc/get_table', 'menu_items']) {
      const answer = await send(where, type, body);
      assert.ok([400, 401, 404, 413].includes(answer.status), `${what} at ${where}: ${answer.status} ${answer.text.slice(0, 300)}`);
      assert.ok(answer.text.length < 8000, `${what} at ${where}: an answer of ${answer.text.length} bytes`);
      assert.ok(answer.json.code && answer.json.message, what);
    }
  }
});

test('who has not signed in sends a megabyte at most; a service more, but not more values or names than a table could take', async () => {
  const menu = { p_restaurant_id: '', p_note: 'x'.repeat(MEGABYTE) };
  const large = await send('rpc/get_menu', json, JSON.stringify(menu));
  assert.equal(large.status, 413);
  assert.match(large.json.message, /sign in/);
  for (const [what, type, make] of shapes.filter(([name]) => /objects|numbers|many names|cells in quotes|fields/.test(name))) {
    const answer = await send('menu_items', type, make(5 * MEGABYTE), house.serviceKey);
    assert.ok([400, 413].includes(answer.status), `${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
    assert.ok(answer.text.length < 4000, what);
  }
});

test('a message lists twenty names, and says how many there are', async () => {
  const body: Record<string, number> = { [`z${'y'.repeat(5000)}`]: 1 };
  for (let i = 10; i < 60; i++) body[`n${i}`] = 1;
  const answer = await send('rpc/get_table', json, JSON.stringify(body));
  assert.equal(answer.status, 404);
  assert.match(answer.json.message, /n10, .*n29 and 31 more\)/);
  assert.doesNotMatch(answer.text, /n30/);
  assert.ok((await send('menu_items', json, `{"z${'y'.repeat(100_000)}":1}`, house.serviceKey)).text.length < 3000);
  const odd = await fetch(`${house.url}/rest/v1/menu_items`, {
    headers: { apikey: house.anonKey, prefer: `handling=strict, ${Array.from({ length: 900 }, (_, n) => `p${n}`).join(',')}` },
  });
  assert.equal(odd.status, 400);
  assert.ok((await odd.text()).length < 1000);
});

test('an argument is as long as its type can be', async () => {
  const marker = 'm'.repeat(1001);
  const cases: [string, Record<string, unknown>, string, string | null][] = [
    ['rpc/get_menu', { p_restaurant_id: marker }, 'p_restaurant_id', house.anonKey],
    ['rpc/get_table', { p_table: 'x'.repeat(65_537) }, 'p_table', house.anonKey],
    ['rpc/submit_waiver', { p_waiver_id: crypto.randomUUID(), p_signer_name: 'A', p_signature: 'x'.repeat(600_001) }, 'p_signature', house.anonKey],
    ['menu_items', { price: '1'.repeat(1001), name: 'x' }, 'price', house.serviceKey],
    ['menu_items', { name: 'x'.repeat(1_048_577) }, 'name', house.serviceKey],
  ];
  for (const [where, body, field, key] of cases) {
    const answer = await send(where, json, JSON.stringify(body), key ?? '');
    assert.equal(answer.status, 400, `${where} ${field}: ${answer.text}`);
    assert.equal(answer.json.code, 'MD400');
    assert.equal(JSON.parse(answer.json.details ?? '{}').field, field);
    assert.ok(!answer.text.includes('mmmm') && answer.text.length < 500);
  }
  // A whole list of rows is looked at, in whatever order each names its columns.
  const rows = [
    { name: 'a', price: 1 },
    { price: '2'.repeat(1001), name: 'b' },
  ];
  assert.equal(JSON.parse((await send('menu_items', json, JSON.stringify(rows), house.serviceKey)).json.details ?? '{}').field, 'price');
  const csv = `name,price\na,1\n"b",${'3'.repeat(1001)}\n`;
  assert.equal(JSON.parse((await send('menu_items', 'text/csv', csv, house.serviceKey)).json.details ?? '{}').field, 'price');
  // A drawing is longer than other texts, and its function says so.
  const drawing = await send(
    'rpc/submit_waiver',
    json,
    JSON.stringify({
      p_waiver_id: crypto.randomUUID(),
      p_signer_name: 'Ada',
      p_signature: `data:image/png;base64,${'A'.repeat(400_000)}`,
    }),
  );
  assert.equal(drawing.status, 404, drawing.text);
});

test('what the database says of itself is not told to strangers', async () => {
  const slot = await house.sql('select id from restaurant_tables limit 1');
  const answers = [
    await send('rpc/get_table', json, JSON.stringify({ p_table: slot, p_table_number: 1 })),
    await send('reservation_settings', json, '{"nothing":1}'),
    await send('customers', json, JSON.stringify({ full_name: 'x' })),
  ];
  for (const answer of answers) {
    assert.ok(answer.status >= 400);
    assert.doesNotMatch(answer.text, /Failing row|tenant_t|constraint|base\//);
  }
  await house.sql(`create function ${house.schema}.leak(p_how text) returns void language plpgsql security definer as $$
    begin
      case p_how
        when 'constraint' then insert into organizations select * from organizations;
        when 'null' then insert into customers (organization_id, full_name) values (null, null);
        when 'table' then execute 'select 1 from ${house.schema}.hidden_table';
        when 'right' then raise insufficient_privilege using message = 'permission denied for table otp_guards';
        when 'disk' then raise disk_full using message = 'could not extend file "base/16384/18181": No space left on device';
      end case;
    end $$; grant execute on function ${house.schema}.leak(text) to anon; notify pgrst`);
  for (const [how, status] of [
    ['constraint', 409],
    ['null', 400],
    ['table', 404],
    ['right', 401],
    ['disk', 503],
  ] as const) {
    const answer = await until('the function is known', async () => {
      const one = await send('rpc/leak', json, JSON.stringify({ p_how: how }));
      return one.json.code === 'PGRST202' ? null : one;
    });
    assert.equal(answer.status, status, `${how}: ${answer.text}`);
    assert.doesNotMatch(answer.text, /Failing|organizations|customers|hidden|otp_guards|base\/|constraint|column/, how);
    assert.ok(answer.json.message.length > 10 && answer.json.details === null);
  }
});

test('thirty resources are embedded in one request, and no name of another schema is looked up', async () => {
  const get = async (where: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${house.url}/rest/v1/${where}`, { headers: { apikey: house.anonKey, ...headers } });
    return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') ?? '' };
  };
  const wide = (count: number) => Array.from({ length: count }, (_, n) => `a${n}:menu_items(id)`).join(',');
  assert.equal((await get(`menu_categories?select=id,${wide(30)}&limit=1`)).status, 200);
  const more = await get(`menu_categories?select=id,${wide(31)}&limit=1`);
  assert.equal(more.status, 400);
  assert.match(more.text, /PGRST100/);
  // Nor is one column asked for a thousand times: each is a value of each row.
  const columns = (count: number) => Array.from({ length: count }, (_, n) => `c${n}:id`).join(',');
  assert.equal((await get(`menu_items?select=${columns(500)}&limit=1`)).status, 200);
  assert.equal((await get(`menu_items?select=${columns(501)}&limit=1`)).status, 400);
  let deep = 'id';
  for (let level = 0; level < 4; level++) {
    const other = level % 2 ? 'menu_categories' : 'menu_items';
    deep = `id,${[1, 2, 3].map((n) => `x${n}:${other}(${deep})`).join(',')}`;
  }
  assert.equal((await get(`menu_categories?select=${deep}`)).status, 400);
  for (const type of ['regclass', 'regproc', 'REGROLE', '"regtype"', 'regnamespace[]']) assert.equal((await get(`menu_items?select=name::${type}`)).status, 400, type);
});

test('an error is JSON, whatever the answer would have been', async () => {
  await house.sql(`create function ${house.schema}.no_thanks() returns jsonb language sql volatile security definer as
    $$ select app.refusal(409, 'No, thanks.', 'p_what') $$; grant execute on function ${house.schema}.no_thanks() to anon; notify pgrst`);
  for (const accept of ['text/csv', 'text/plain', 'application/json']) {
    const answer = await until('the function is known', async () => {
      const asked = await fetch(`${house.url}/rest/v1/rpc/no_thanks`, { method: 'POST', body: '{}', headers: { apikey: house.anonKey, accept, 'content-type': json } });
      return asked.status === 404 ? null : asked;
    });
    assert.equal(answer.status, 409);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/, accept);
    assert.equal(((await answer.json()) as { message: string }).message, 'No, thanks.');
  }
});

test('a spreadsheet runs nothing that a guest has typed', async () => {
  await house.sql(`insert into menu_categories (organization_id, restaurant_id, name, rank)
    select r.organization_id, r.id, t.name, t.rank from restaurants r, (values ('=1+1', 9001), ('@SUM(A1)', 9002), ('+49 30 1234', 9003), ('-5.50', 9004), ('+cmd|x', 9005), ('a"=1', 9006)) as t (name, rank)`);
  const read = async (key: string) =>
    (await (await fetch(`${house.url}/rest/v1/menu_categories?rank=gt.9000&order=rank&select=name`, { headers: { apikey: key, accept: 'text/csv' } })).text()).split('\n').slice(1);
  assert.deepEqual(await read(house.anonKey), ["'=1+1", "'@SUM(A1)", '+49 30 1234', '-5.50', "'+cmd|x", '"a""=1"']);
  assert.deepEqual(await read(house.serviceKey), ['=1+1', '@SUM(A1)', '+49 30 1234', '-5.50', '+cmd|x', '"a""=1"']);
});

test('an answer is as large as the one who asks may have it', async () => {
  await house.sql(`create function ${house.schema}.much() returns text language sql stable as $$ select repeat('x', 1500000) $$;
    grant execute on function ${house.schema}.much() to anon, service_role; notify pgrst`);
  const ask = async (key: string) => {
    const answer = await fetch(`${house.url}/rest/v1/rpc/much`, { headers: { apikey: key } });
    await answer.text();
    return answer.status;
  };
  assert.equal(
    await until('the function is known', async () => {
      const status = await ask(house.serviceKey);
      return status === 404 ? 0 : status;
    }),
    200,
  );
  assert.equal(
    await until('the function is known', async () => {
      const status = await ask(house.anonKey);
      return status === 404 ? 0 : status;
    }),
    400,
  );
});

test('a hint names only what the one who asks may use', async () => {
  const hint = async (where: string, body: Record<string, unknown>, key = house.anonKey) => (await send(where, json, JSON.stringify(body), key)).json.hint ?? '';
  assert.match(await hint('rpc/get_menuu', {}), /get_menu/);
  for (const [where, body] of [
    ['rpc/record_paymen', {}],
    ['rpc/record_payment', { p_nothing: 1 }],
    ['idempotency_key', { key: 'x' }],
    ['audit_log', { id: 1 }],
  ] as const) {
    assert.equal(await hint(where, body), '', where);
    if (where.startsWith('rpc/')) assert.match(await hint(where, body, house.serviceKey), /record_payment/);
  }
  assert.equal(await hint('users', { hashed_passwor: 'x' }), '');
});

// Reports of others (docs/cases.md): what went wrong there, as inputs here.
test('PostgREST 541, es-entity 173: no row, hash or existing value comes back in an error', async () => {
  await house.sql("insert into customers (organization_id, full_name, email) select id, 'Known', 'known@example.com' from organizations limit 1");
  const guest = (await (await fetch(`${house.url}/auth/v1/signup`, { method: 'POST', headers: { apikey: house.anonKey, 'content-type': json }, body: '{}' })).json()) as { access_token: string };
  for (const [where, body] of [
    ['customers', { full_name: null, email: 'known@example.com' }],
    ['users', { email: 'x', hashed_password: 'secret-hash' }],
    ['table_reservations', { party_size: -1 }],
    ['rpc/reserve_table', { p_restaurant_id: crypto.randomUUID(), p_date: '2027-01-01', p_time: '19:00', p_party_size: -5, p_guest_name: 'x', p_guest_phone: '1' }],
  ] as const) {
    for (const key of [house.anonKey, guest.access_token]) {
      const answer = await send(where, json, JSON.stringify(body), key);
      assert.ok(answer.status >= 400, `${where}: ${answer.text}`);
      assert.doesNotMatch(answer.text, /Failing row|secret-hash|already exists|\$2[aby]\$|violates [cuefn]/, where);
    }
  }
});

test('tornado 3554, qs 376, GHSA-wqch body-parser: headers and forms of thousands of parameters are read once, or refused', async () => {
  const parameters = filled(7000, 'application/json', (n) => `;p${n}=x`, '', '');
  assert.ok([200, 400, 404].includes((await send('rpc/get_table', parameters, '{"p_table":"x"}')).status));
  const refused = await send(
    'rpc/get_table',
    'application/x-www-form-urlencoded',
    filled(60_000, 'p_table=x', (n) => `a[${n}]=1`, '&', ''),
  );
  assert.equal(refused.status, 413);
  const accept = await fetch(`${house.url}/rest/v1/restaurants?select=id`, { headers: { apikey: house.anonKey, accept: filled(6000, 'application/json', (n) => `text/x${n};q=0.1`, ',', '') } });
  await accept.text();
  assert.ok(accept.status < 500, String(accept.status));
});

test('IETF idempotency 3, Truxify 2869, devlink 1195: a key is for one request, and only what was done is told again', async () => {
  const ask = (where: string, body: unknown) =>
    fetch(`${house.url}/rest/v1/${where}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { apikey: house.serviceKey, 'content-type': json, 'idempotency-key': 'one-screen', prefer: 'return=representation' },
    });
  const failed = await ask('organizations?select=name', { name: null });
  assert.equal(failed.status, 400);
  const done = await ask('organizations?select=name', { name: 'Once' });
  assert.equal(done.status, 201);
  const elsewhere = await ask('menu_categories?select=name', { name: 'Elsewhere' });
  assert.equal(elsewhere.status, 422, await elsewhere.text());
});
