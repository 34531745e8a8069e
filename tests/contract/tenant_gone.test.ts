// What outlives a tenant: nothing. A new tenant under the same names trusts no token, key or socket of the one before.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { makeTenant, startDaemon, until, type Daemon, type Tenant } from './harness.ts';
import { address, claims, password, raw, setAuth, signIn, token } from './auth_support.ts';
import { Phoenix } from './realtime_support.ts';

let daemon: Daemon;
const sockets: Phoenix[] = [];

before(async () => {
  daemon = await startDaemon();
});
after(async () => {
  for (const socket of sockets) socket.socket.close();
  await daemon.stop();
});

async function again(gone: Tenant): Promise<Tenant> {
  const answer = await daemon.platform('POST', 'provision', { name: 'Somebody else', domain: gone.domain, schema_name: gone.schema, modules: ['dining'], admin: gone.admin });
  const body = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(body));
  return { ...gone, anonKey: body.anon_key, serviceKey: body.service_role_key };
}

/** Every table outside the tenants' schemas that names this schema in any column of any type. */
async function mentions(schema: string): Promise<string[]> {
  const tables = (
    await daemon.sql(`select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and (n.nspname in ('public', 'maitred', 'app', 'auth', 'api', 'realtime')
      or n.nspname !~ '^(pg_|information_schema)' and n.nspname not in (select schema_name from public.tenants))`)
  )
    .split('\n')
    .filter(Boolean);
  const found: string[] = [];
  for (const table of tables) {
    const rows = Number(await daemon.sql(`select count(*) from ${table} t where t::text ~ '\\m${schema}\\M'`));
    if (rows) found.push(`${table} (${rows})`);
  }
  return found;
}

const status = async (tenant: Tenant, bearer: string, where = '/rest/v1/users?select=id') =>
  (await fetch(`${tenant.url}${where}`, { headers: { apikey: bearer, authorization: `Bearer ${bearer}` } })).status;

const settled = async (tenant: Tenant, wanted: number, bearer: string) => {
  // each worker hears for itself: several answers in a row of the same kind
  for (let row = 0; row < 12; ) {
    const got = await until(`an answer ${wanted}`, async () => (await status(tenant, bearer)) === wanted);
    row += got ? 1 : 0;
  }
};

test('a tenant of the same name trusts nothing of the one before', async () => {
  const old = await makeTenant(daemon);
  await setAuth(old, { key_standby_s: 0 });
  const service = { authorization: `Bearer ${old.serviceKey}` };
  assert.equal((await raw(old, 'POST', '/admin/signing-keys', {}, service)).status, 201);
  await until('sessions are signed with the new key', async () => JSON.parse(Buffer.from((await token(await signIn(old, old.admin))).split('.')[0] ?? '', 'base64url').toString()).alg === 'ES256');
  const oldKids = (await raw(old, 'GET', '/.well-known/jwks.json')).body.keys.map((k: { kid: string }) => k.kid);
  assert.equal(oldKids.length, 1);
  const client = await signIn(old, old.admin);
  const owner = await token(client);
  assert.equal(await status(old, owner), 200);
  const { data: session } = await client.auth.getSession();
  const refresh = session.session?.refresh_token;
  await (await signIn(old, old.admin)).auth.signOut({ scope: 'local' }); // maitred.ended_sessions
  await old.client().auth.resetPasswordForEmail(old.admin.email); // maitred.jobs
  assert.notDeepEqual(await mentions(old.schema), []);
  const socket = await Phoenix.open(old, { key: owner });
  sockets.push(socket);

  assert.equal((await daemon.platform('DELETE', `tenants/${old.domain}?confirm=${old.schema}`)).status, 204);
  assert.deepEqual(await mentions(old.schema), [], 'no row anywhere names the schema any more');
  await until('sockets of the dropped tenant are closed', () => socket.closed);

  const fresh = await again(old);
  await until('the new tenant answers', async () => (await status(fresh, fresh.serviceKey)) === 200);
  await settled(fresh, 401, owner);
  for (const key of [old.anonKey, old.serviceKey]) await settled(fresh, 401, key);
  for (const key of [owner, old.anonKey, old.serviceKey]) assert.equal(await status(fresh, key, '/realtime/v1/websocket'), 401, 'nor does realtime');
  assert.equal((await raw(fresh, 'GET', '/user', undefined, { authorization: `Bearer ${owner}` })).status, 403);
  assert.equal((await raw(fresh, 'POST', '/token?grant_type=refresh_token', { refresh_token: refresh })).status, 400);
  await setAuth(fresh, { key_standby_s: 0 });
  const made = await raw(fresh, 'POST', '/admin/signing-keys', {}, { authorization: `Bearer ${fresh.serviceKey}` });
  assert.equal(made.status, 201);
  const kids = await until('the new key is published', async () => {
    const { keys } = (await raw(fresh, 'GET', '/.well-known/jwks.json')).body as { keys: { kid: string }[] };
    return keys.length ? keys.map((k) => k.kid) : null;
  });
  assert.deepEqual(kids, [made.body.id]);
  assert.ok(!oldKids.includes(kids[0]));
});

test('the files of a tenant go with it; those of the next one under its name stay', async () => {
  const old = await makeTenant(daemon, ['storage']);
  const folder = path.join(daemon.dataDir, 'storage', old.schema);
  const put = async (tenant: Tenant) => {
    const client = tenant.client(tenant.serviceKey);
    await client.storage.createBucket('b', { public: false });
    assert.equal((await client.storage.from('b').upload('a.txt', Buffer.from('a'))).error, null);
  };
  await put(old);
  assert.ok(existsSync(folder));
  assert.equal((await daemon.platform('DELETE', `tenants/${old.domain}?confirm=${old.schema}`)).status, 204);
  await until('the folder is gone', () => !existsSync(folder));
  assert.deepEqual(await mentions(old.schema), [], 'the job that did it names nobody');
  const answer = await daemon.platform('POST', 'provision', { name: 'Next', domain: old.domain, schema_name: old.schema, modules: ['storage'], admin: old.admin });
  const next = (await answer.json()) as { anon_key: string; service_role_key: string };
  const fresh = { ...old, anonKey: next.anon_key, serviceKey: next.service_role_key };
  await until('the new tenant answers', async () => (await status(fresh, fresh.serviceKey)) === 200);
  await put(fresh);
  // a job of the tenant before that comes late
  await daemon.sql(`insert into maitred.jobs (kind, payload) values ('storage_forget', jsonb_build_object('house', encode(sha256('${old.schema}'), 'hex')))`);
  await until('it is done', async () => (await daemon.sql("select count(*) from maitred.jobs where kind = 'storage_forget' and status <> 'done'")) === '0');
  assert.equal(await (await fresh.client(fresh.serviceKey).storage.from('b').download('a.txt')).data?.text(), 'a');
  assert.ok(existsSync(folder));
});

test('a row that would name a tenant that is gone cannot be written', async () => {
  for (const statement of [
    `insert into maitred.jobs (tenant, kind) values ('tenant_nobody', 'send_mail')`,
    `insert into maitred.ended_sessions (session_id, tenant, expires_at) values (gen_random_uuid(), 'tenant_nobody', now())`,
    `insert into maitred.signing_keys (tenant, public_jwk, private_key) values ('tenant_nobody', '{}', '')`,
  ])
    await assert.rejects(daemon.sql(statement), /violates foreign key constraint/, statement);
});

test('what was issued before a copy was restored is not trusted; keys and logins are', async () => {
  const tenant = await makeTenant(daemon);
  const before = await token(await signIn(tenant, tenant.admin));
  assert.equal(await status(tenant, before), 200);
  const issued = Number(claims(before)['iat']);
  await tenant.sql(`update maitred.tenant_keys set trusts_since = to_timestamp(${issued + 1})
    where tenant_id = (select id from public.tenants where schema_name = '${tenant.schema}')`);
  await settled(tenant, 401, before);
  assert.equal(await status(tenant, tenant.serviceKey), 200);
  const later = await until('a sign-in after that second', async () => {
    const fresh = await token(await signIn(tenant, tenant.admin));
    return Number(claims(fresh)['iat']) > issued ? fresh : null;
  });
  assert.equal(await status(tenant, later), 200);
});

test('a suspended tenant lets nobody in and shows its sockets out; then it goes on', async () => {
  const tenant = await makeTenant(daemon);
  const bearer = await token(await signIn(tenant, tenant.admin));
  const socket = await Phoenix.open(tenant);
  sockets.push(socket);
  assert.equal((await daemon.platform('POST', `tenants/${tenant.domain}/suspend`)).status, 200);
  await settled(tenant, 403, bearer);
  await until('its sockets are closed', () => socket.closed);
  assert.equal((await raw(tenant, 'POST', '/token?grant_type=password', { email: address(), password: password() })).status, 403);
  assert.equal((await daemon.platform('POST', `tenants/${tenant.domain}/resume`)).status, 200);
  await settled(tenant, 200, bearer);
});
