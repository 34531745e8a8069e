// The platform's doors under /api/v1/sys: who may, what they answer, and that nothing is done by halves.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startDaemon, type Daemon } from './harness.ts';

let daemon: Daemon;
const tag = randomUUID().slice(0, 8);
const admin = { email: `boss@${tag}.test`, password: 'Correct horse 1', full_name: 'Bea Boss' };
const given = { name: `Doors ${tag}`, domain: `d${tag}.localhost`, schema_name: `tenant_d${tag}`, modules: ['dining'], admin };

before(async () => {
  daemon = await startDaemon();
});
after(async () => {
  await daemon.stop();
});

async function ask(method: string, where: string, body?: unknown): Promise<{ status: number; body: any }> {
  const answer = await daemon.platform(method, where, body);
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : null };
}

test('every door wants the platform token', async () => {
  for (const [method, where] of [
    ['POST', 'provision'],
    ['GET', 'tenants'],
    ['DELETE', 'tenants/x'],
    ['GET', 'migrations'],
    ['GET', 'jobs'],
  ] as const) {
    for (const authorization of [undefined, 'Bearer wrong', `Bearer ${daemon.platformToken}x`, `Basic ${daemon.platformToken}`]) {
      const answer = await fetch(`${daemon.url()}/api/v1/sys/${where}`, { method, headers: authorization ? { authorization } : {} });
      assert.equal(answer.status, 401, `${method} ${where} with ${authorization}`);
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
      assert.equal(((await answer.json()) as { code: string }).code, 'MD401');
    }
  }
});

test('a tenant is provisioned whole, and answers at its host', async () => {
  const made = await ask('POST', 'provision', given);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.deepEqual(made.body.modules, ['core', 'payments', 'dining']);
  assert.ok(made.body.anon_key && made.body.service_role_key && made.body.id);
  const token = await fetch(`${daemon.url(given.domain)}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: made.body.anon_key, 'content-type': 'application/json' },
    body: JSON.stringify({ email: admin.email, password: admin.password }),
  });
  assert.equal(token.status, 200);
});

test('nobody named, or no password: both are made up, told once, and good for signing in', async () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['m', {}, `owner@m${tag}.localhost`],
    ['n', { admin: null }, `owner@n${tag}.localhost`],
    ['o', { admin: { email: 'Chef@o.test' } }, 'Chef@o.test'],
  ];
  for (const [letter, more, email] of cases) {
    const domain = `${letter}${tag}.localhost`;
    const made = await ask('POST', 'provision', { name: `Made ${letter}`, domain, schema_name: `tenant_${letter}${tag}`, modules: ['dining'], ...more });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal(made.body.admin.email, email);
    const token = await fetch(`${daemon.url(domain)}/auth/v1/token?grant_type=password`, {
      method: 'POST',
      headers: { apikey: made.body.anon_key, 'content-type': 'application/json' },
      body: JSON.stringify(made.body.admin),
    });
    assert.equal(token.status, 200);
    const headers = { apikey: made.body.anon_key, authorization: `Bearer ${((await token.json()) as { access_token: string }).access_token}` };
    for (const table of ['organizations', 'restaurants', 'menu_items', 'restaurant_tables']) {
      const rows = (await (await fetch(`${daemon.url(domain)}/rest/v1/${table}?select=id`, { headers })).json()) as unknown[];
      assert.ok(rows.length > 0, `${letter} ${table}`);
    }
    assert.equal('admin' in (await ask('GET', `tenants/tenant_${letter}${tag}`)).body, false);
    assert.equal((await ask('DELETE', `tenants/tenant_${letter}${tag}?confirm=tenant_${letter}${tag}`)).status, 204);
  }
});

test('a proxy is told which domains have a tenant, before it has certificates made', async () => {
  const status = async (domain: string) => (await fetch(`${daemon.url()}/domainz${domain}`)).status;
  assert.equal(await status(`?domain=${given.domain}`), 200);
  for (const other of ['?domain=nobody.example.com', '?domain=', '', '?domain=localhost']) assert.equal(await status(other), 404, other);
});

test('what is taken is refused with 409 and the field', async () => {
  const again = await ask('POST', 'provision', given);
  assert.equal(again.status, 409);
  assert.deepEqual(JSON.parse(again.body.details), { field: 'domain' });
  const schema = await ask('POST', 'provision', { ...given, domain: `other${tag}.localhost` });
  assert.equal(schema.status, 409);
  assert.deepEqual(JSON.parse(schema.body.details), { field: 'schema_name' });
});

test('bad input is named and leaves nothing behind', async () => {
  const cases: [string, unknown][] = [
    ['name', { ...given, name: '' }],
    ['domain', { ...given, domain: 'No Domain' }],
    ['domain', { name: 'x' }],
    ['schema_name', { ...given, schema_name: 'pg_toast' }],
    ['schema_name', { ...given, schema_name: 'a"; drop schema public; --' }],
    ['modules', { ...given, modules: ['juggling'] }],
    ['modules', { ...given, modules: 'dining' }],
    ['theme_config', { ...given, theme_config: 'blue' }],
    ['admin.email', { ...given, admin: { password: 'long enough' } }],
    ['admin.password', { ...given, admin: { email: 'a@b.test', password: 'short' } }],
    ['name', { ...given, name: 7 }],
  ];
  // Other files make tenants on this daemon meanwhile: those that could come of this are counted.
  const ours = () => daemon.sql(`select count(*) from public.tenants where name in ('x', '7', '${given.name}') or domain in ('${given.domain}', 's${tag}.localhost')`);
  const before = await ours();
  for (const [field, body] of cases) {
    const answer = await ask('POST', 'provision', body);
    assert.equal(answer.status, 400, JSON.stringify(answer.body));
    assert.equal(JSON.parse(answer.body.details).field, field, JSON.stringify(answer.body));
  }
  for (const body of ['[]', '{', '"x"', '{"a":1,"a":2}']) {
    const answer = await fetch(`${daemon.url()}/api/v1/sys/provision`, { method: 'POST', body, headers: { authorization: `Bearer ${daemon.platformToken}` } });
    assert.equal(answer.status, 400, body);
  }
  const seed = await ask('POST', 'provision', { ...given, domain: `s${tag}.localhost`, schema_name: `tenant_s${tag}`, admin: { email: 'nonsense', password: 'long enough' } });
  assert.equal(seed.status, 400);
  assert.equal(await daemon.sql(`select count(*) from pg_namespace where nspname = 'tenant_s${tag}'`), '0');
  assert.equal(await ours(), before);
});

test('of many who want one domain at once one gets it', async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, i) => ask('POST', 'provision', { name: `Race ${i}`, domain: `race${tag}.localhost`, schema_name: `tenant_race${i}${tag}`, modules: ['core'] })),
  );
  assert.deepEqual(answers.map((a) => a.status).sort(), [201, 409, 409, 409, 409, 409]);
  assert.equal(await daemon.sql(`select count(*) from pg_namespace where nspname like 'tenant\\_race%${tag}'`), '1');
});

test('a tenant is listed, shown, changed, suspended, resumed, given more, dropped', async () => {
  const list = await ask('GET', 'tenants');
  const row = list.body.find((t: { domain: string }) => t.domain === given.domain);
  assert.equal(row.schema_name, given.schema_name);
  assert.equal('anon_key' in row, false);
  assert.ok((await ask('GET', `tenants/${given.schema_name}`)).body.anon_key);
  assert.equal((await ask('GET', 'tenants/nobody')).status, 404);
  assert.equal((await ask('PATCH', `tenants/${row.id}`, { name: 'New name', theme_config: { primary_color: '#123456' } })).body.theme_config.primary_color, '#123456');
  assert.equal((await ask('PATCH', `tenants/${row.id}`, { domain: `race${tag}.localhost` })).status, 409);

  assert.equal((await ask('POST', `tenants/${row.id}/suspend`)).body.status, 'suspended');
  const refused = async () => (await fetch(`${daemon.url(given.domain)}/rest/v1/menu_items`)).status;
  while ((await refused()) !== 403) await new Promise((resolve) => setTimeout(resolve, 20)); // each worker hears of it
  assert.equal((await ask('POST', `tenants/${row.id}/resume`)).body.status, 'active');
  assert.deepEqual((await ask('POST', `tenants/${row.id}/modules`, { modules: ['pool'] })).body.modules, ['core', 'payments', 'dining', 'pool']);

  assert.equal((await ask('DELETE', `tenants/${row.id}`)).status, 400);
  assert.equal((await ask('DELETE', `tenants/${row.id}?confirm=${given.schema_name}`)).status, 204);
  assert.equal((await ask('GET', `tenants/${given.schema_name}`)).status, 404);
  assert.equal(await daemon.sql(`select count(*) from pg_namespace where nspname = '${given.schema_name}'`), '0');
});

test('migrations and jobs are told and moved', async () => {
  const status = await ask('GET', 'migrations');
  assert.equal(status.body[0].module, 'platform');
  assert.equal(status.body[0].pending, 0);
  assert.deepEqual((await ask('POST', 'migrations', {})).body.platform, 0);
  const id = await daemon.sql(`insert into maitred.jobs (kind, payload) values ('juggle-${tag}', '{}') returning id`);
  assert.equal((await ask('GET', `jobs?kind=juggle-${tag}`)).body[0].status, 'waiting');
  assert.equal((await ask('POST', `jobs/${id}/cancel`)).body.status, 'cancelled');
  assert.equal((await ask('POST', `jobs/${id}/cancel`)).status, 409);
  assert.equal((await ask('POST', `jobs/${id}/retry`)).body.status, 'waiting');
  assert.equal((await ask('POST', 'jobs/nothing/retry')).status, 404);
  await daemon.sql(`delete from maitred.jobs where id = '${id}'`);
});
