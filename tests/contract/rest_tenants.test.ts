// Two tenants behind one daemon: what belongs to one never reaches the other, whichever way it is asked for.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';

let daemon: Daemon;
let red: Tenant;
let blue: Tenant;

before(async () => {
  daemon = await startDaemon();
  red = await makeTenant(daemon, ['dining'], { name: 'Red' });
  blue = await makeTenant(daemon, [], { name: 'Blue' });
  await red.sql(`update organizations set name = 'Red house'`);
  await blue.sql(`update organizations set name = 'Blue house'`);
});
after(async () => {
  await daemon.stop();
});

const get = (tenant: Tenant, where: string, key: string, headers: Record<string, string> = {}) => fetch(`${tenant.url}/rest/v1/${where}`, { headers: { apikey: key, ...headers } });

test('each host shows its own rows', async () => {
  for (const [tenant, name] of [
    [red, 'Red house'],
    [blue, 'Blue house'],
  ] as const) {
    const { data, error } = await tenant.client(tenant.serviceKey).from('organizations').select('name');
    assert.equal(error, null);
    assert.deepEqual(data, [{ name }]);
  }
});

test('a key or token of one tenant opens nothing at another', async () => {
  const { data } = await (await red.signIn()).auth.getSession();
  for (const key of [red.anonKey, red.serviceKey, data.session?.access_token ?? '']) {
    const answer = await get(blue, 'organizations', key, { authorization: `Bearer ${key}` });
    assert.equal(answer.status, 401);
    assert.match((await answer.json()).code, /^PGRST30[13]$/);
  }
});

const attempts = [
  (schema: string) => ({ where: 'organizations', headers: { 'accept-profile': schema } }),
  (schema: string) => ({ where: `${schema}.organizations`, headers: {} }),
  (schema: string) => ({ where: `%22${schema}%22.%22organizations%22`, headers: {} }),
  (schema: string) => ({ where: `organizations?select=name::${schema}.organizations`, headers: {} }),
  (schema: string) => ({ where: `organizations?select=${schema}.organizations(name)`, headers: {} }),
  (schema: string) => ({ where: 'organizations', headers: { prefer: `timezone=UTC', true), set_config('search_path', '${schema}` } }),
  () => ({ where: 'organizations', headers: { 'accept-profile': 'maitred' } }),
  () => ({ where: 'tenants', headers: {} }),
  () => ({ where: 'pg_shadow', headers: {} }),
];

test('no way of writing a name leads into another schema', async () => {
  for (const attempt of attempts) {
    const { where, headers } = attempt(red.schema);
    const answer = await get(blue, where, blue.serviceKey, headers as Record<string, string>);
    const text = await answer.text();
    assert.doesNotMatch(text, /Red house/, where);
    assert.ok(answer.status < 500, `${where}: ${text}`);
  }
});

test('functions of modules that a tenant does not have are not there', async () => {
  const listed = async (tenant: Tenant) => Object.keys((await (await get(tenant, '', tenant.serviceKey)).json()).paths as object);
  assert.ok((await listed(red)).includes('/rpc/open_table_session'));
  assert.ok(!(await listed(blue)).includes('/rpc/open_table_session'));
  const { error } = await blue.client(blue.serviceKey).rpc('open_table_session', {});
  assert.equal(error?.code, 'PGRST202');
});

test('secrets are in no answer', async () => {
  const owner = await red.signIn();
  const { data, error } = await owner.from('users').select();
  assert.equal(error, null);
  assert.ok(data && data.length > 0);
  assert.doesNotMatch(JSON.stringify(data), /hashed_password|\$2[aby]\$/);
  assert.equal((await owner.from('users').select('hashed_password')).error?.code, '42501');
  assert.equal((await owner.from('users').select('id').like('hashed_password', '$2%')).error?.code, '42501');
  assert.equal((await owner.from('users').select('id').order('hashed_password')).error?.code, '42501');
});

test('a public answer that is kept for one host is not given at another', async () => {
  const ask = async (tenant: Tenant) => (await get(tenant, '?', tenant.anonKey)).json();
  const [a, b] = [await ask(red), await ask(blue)];
  assert.notDeepEqual(a.paths, b.paths);
  for (let i = 0; i < 3; i++) {
    const menu = await get(red, 'restaurants?select=name', red.anonKey);
    assert.equal(menu.status, 200);
    assert.match(menu.headers.get('etag') ?? '', /^"/);
    assert.equal((await get(blue, 'restaurants?select=name', blue.anonKey)).status, 404);
  }
});

test('the tenant that a catalogue was read from may go: the others of its shape stay', async () => {
  const modules = ['bots', 'procurement'];
  const first = await makeTenant(daemon, modules);
  const second = await makeTenant(daemon, modules);
  const many = async (tenant: Tenant) => {
    const answers = await Promise.all(Array.from({ length: 16 }, () => get(tenant, 'suppliers?select=id', tenant.serviceKey)));
    return Promise.all(answers.map(async (answer) => `${answer.status} ${await answer.text()}`));
  };
  for (const tenant of [first, second]) assert.deepEqual(new Set(await many(tenant)), new Set(['200 []']));
  assert.equal((await daemon.platform('DELETE', `tenants/${first.schema}?confirm=${first.schema}`)).status, 204);
  await daemon.sql(`notify pgrst, 'reload schema'`);
  for (let round = 0; round < 10; round++) {
    assert.deepEqual(new Set(await many(second)), new Set(['200 []']));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // What has changed since is seen: the second is what the catalogue is read from now.
  await second.sql('create table pantry (id int primary key); grant select on pantry to service_role');
  await daemon.sql(`notify pgrst, 'reload schema'`);
  for (let round = 0; ; round++) {
    const answer = await get(second, 'pantry', second.serviceKey);
    if (answer.status === 200) break;
    assert.ok(round < 100, await answer.text());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

test('what is made by hand in one tenant is served there, and known at no other', async () => {
  const first = await makeTenant(daemon, ['bots']);
  const second = await makeTenant(daemon, ['bots']);
  const often = (tenant: Tenant, where: string) => Promise.all(Array.from({ length: 8 }, () => get(tenant, where, tenant.serviceKey)));
  for (const tenant of [first, second]) for (const answer of await often(tenant, 'organizations?select=id')) assert.equal(answer.status, 200);
  await second.sql('create table larder (id int primary key); grant select on larder to service_role');
  await until('the table is served', async () => (await often(second, 'larder')).every((answer) => answer.status === 200) || undefined);
  for (const answer of await often(first, 'larder')) assert.equal(answer.status, 404);
  for (const answer of await often(first, '')) assert.ok(!(await answer.text()).includes('larder'));
  await second.sql('alter table larder add column shelf text');
  await until('the column is served', async () => (await often(second, 'larder?select=shelf')).every((answer) => answer.status === 200) || undefined);
  await second.sql('drop table larder');
  await until('the table is gone', async () => (await often(second, 'larder')).every((answer) => answer.status === 404) || undefined);
  for (const tenant of [first, second]) for (const answer of await often(tenant, 'organizations?select=id')) assert.equal(answer.status, 200);
});

test("functions in a tenant's own schema are served, and trouble nobody", async () => {
  const pid = process.env['MAITRED_TEST_DAEMON'] ? 0 : daemon.pid;
  await blue.sql(`create function hello() returns int language sql as 'select 1';
    create function pairs(organizations) returns setof record language sql as 'select 1, 2';
    grant execute on function hello() to anon`);
  await daemon.sql(`notify pgrst, 'reload schema'`);
  for (let i = 0; i < 8; i++) {
    const answer = await until('the function is known', async () => {
      const asked = await fetch(`${blue.url}/rest/v1/rpc/hello`, { method: 'POST', headers: { apikey: blue.anonKey } });
      return asked.status === 404 ? undefined : asked;
    });
    assert.equal(answer.status, 200);
    assert.equal(await answer.json(), 1);
    assert.equal((await get(blue, 'no_such_table', blue.anonKey)).status, 404);
    assert.equal((await get(red, 'organizations', red.serviceKey)).status, 200);
  }
  if (pid) assert.doesNotMatch(daemon.log(), /process died/);
});
