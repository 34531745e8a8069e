// What administrators may do, and what they may not; invitations; signing keys.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { address, arrival, claims, lastMessage, password, person, raw, setAuth, signIn, token } from './auth_support.ts';

let daemon: Daemon;
let tenant: Tenant;
let organization: string;
before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, []);
  await setAuth(tenant);
  organization = await tenant.sql(`insert into organizations (name) values ('House') returning id`);
});
after(async () => {
  await daemon.stop();
});

const member = (role: string, where = organization) => person(tenant, { app_metadata: { app_role: role, organization_id: where } });
const bearer = async (who: { email: string; password: string }) => ({ authorization: `Bearer ${await token(await signIn(tenant, who))}` });

test('the service role creates, lists, reads, changes, deletes users', async () => {
  const service = tenant.client(tenant.serviceKey).auth.admin;
  const email = address();
  const made = await service.createUser({ email, password: password(), email_confirm: true, user_metadata: { a: 1 }, app_metadata: { plan: 'gold' } });
  assert.equal(made.error, null);
  const id = made.data.user!.id;
  assert.equal(made.data.user?.app_metadata['plan'], 'gold');
  assert.equal((await service.createUser({ email, password: password() })).error?.code, 'email_exists');
  assert.equal((await service.getUserById(id)).data.user?.email, email);
  const changed = await service.updateUserById(id, { email: address(), user_metadata: { b: 2 }, app_metadata: { plan: null } });
  assert.deepEqual(changed.data.user?.user_metadata, { a: 1, b: 2 });
  assert.equal(changed.data.user?.app_metadata['plan'], undefined);
  const page = await service.listUsers({ page: 1, perPage: 1 });
  assert.equal(page.error, null);
  assert.equal(page.data.users.length, 1);
  assert.equal((page.data as { nextPage: number }).nextPage, 2);
  assert.ok((page.data as { total: number }).total > 1);
  assert.equal((await service.deleteUser(id)).error, null);
  assert.equal((await service.getUserById(id)).error?.code, 'user_not_found');
  assert.equal((await service.deleteUser('00000000-0000-4000-8000-000000000000')).error?.status, 404);
});

test('a soft delete keeps the row and takes the person out of it', async () => {
  const who = await person(tenant);
  const client = await signIn(tenant, who);
  await tenant.client(tenant.serviceKey).auth.admin.deleteUser(who.id, true);
  assert.equal(await tenant.sql(`select deleted_at is not null from users where id = '${who.id}'`), 't');
  assert.ok((await client.auth.refreshSession()).error);
  assert.equal((await tenant.client().auth.signInWithPassword(who)).error?.code, 'invalid_credentials');
});

test('owners and admins act in their organization and up to their rank', async () => {
  const elsewhere = await tenant.sql(`insert into organizations (name) values ('Elsewhere') returning id`);
  const [owner, admin, waiter, stranger] = [await member('owner'), await member('admin'), await member('waiter'), await member('waiter', elsewhere)];
  const asAdmin = await bearer(admin);
  const list = await raw(tenant, 'GET', '/admin/users', undefined, asAdmin);
  assert.equal(list.status, 200);
  const ids = list.body.users.map((u: { id: string }) => u.id);
  assert.ok(ids.includes(waiter.id) && ids.includes(owner.id) && !ids.includes(stranger.id));
  assert.equal((await raw(tenant, 'PUT', `/admin/users/${waiter.id}`, { user_metadata: { shift: 'late' } }, asAdmin)).status, 200);
  assert.equal((await raw(tenant, 'PUT', `/admin/users/${owner.id}`, { password: password() }, asAdmin)).status, 403, 'not above their rank');
  assert.equal((await raw(tenant, 'PUT', `/admin/users/${waiter.id}`, { app_role: 'owner' }, asAdmin)).status, 403, 'no higher role than their own');
  assert.equal((await raw(tenant, 'PUT', `/admin/users/${waiter.id}`, { organization_id: elsewhere }, asAdmin)).status, 403);
  assert.equal((await raw(tenant, 'PUT', `/admin/users/${stranger.id}`, { user_metadata: {} }, asAdmin)).status, 404);
  assert.equal((await raw(tenant, 'DELETE', `/admin/users/${stranger.id}`, {}, asAdmin)).status, 404);
  assert.equal((await raw(tenant, 'POST', '/admin/generate_link', { type: 'recovery', email: owner.email }, asAdmin)).status, 403);
  const asWaiter = await bearer(waiter);
  assert.equal((await raw(tenant, 'GET', '/admin/users', undefined, asWaiter)).body.error_code, 'not_admin');
  assert.equal((await raw(tenant, 'PUT', `/admin/users/${waiter.id}`, { app_role: 'admin' }, asWaiter)).status, 403);
  assert.equal((await raw(tenant, 'POST', '/admin/signing-keys', {}, asAdmin)).status, 403, "keys are the owner's");
  const asOwner = await bearer(owner);
  assert.equal((await raw(tenant, 'POST', '/admin/signing-keys', {}, asOwner)).status, 403, 'and of one of several organizations not even theirs');
  assert.equal((await raw(tenant, 'POST', '/admin/custom-providers', { identifier: 'mine', issuer: 'https://evil.example', client_id: 'x' }, asOwner)).status, 403, 'nor who may vouch for everybody');
  const everywhere = await person(tenant);
  assert.equal((await raw(tenant, 'PUT', `/admin/users/${everywhere.id}`, { password: password() }, asOwner)).status, 404, 'people of the whole tenant are not theirs');
  assert.equal((await raw(tenant, 'POST', '/admin/generate_link', { type: 'recovery', email: everywhere.email }, asOwner)).status, 404);
  const refused = await tenant.client().auth.admin.listUsers();
  assert.equal(refused.error?.code, 'not_admin', 'the anon key is no administrator');
});

test('somebody is invited to work here', async () => {
  const owner = await member('owner');
  const email = address('newcomer');
  const invited = await raw(
    tenant,
    'POST',
    `/invite?redirect_to=${encodeURIComponent('/welcome')}`,
    { email, data: { app_role: 'waiter', department: 'service', full_name: 'Wanda' } },
    await bearer(owner),
  );
  assert.equal(invited.status, 200, JSON.stringify(invited.body));
  assert.equal(
    await tenant.sql(`select role || ' ' || (organization_id = '${organization}') || ' ' || (select department from staff s where s.id = u.id)
    from users u where email = '${email}'`),
    'waiter true service',
  );
  const { fragment, url } = arrival((await fetch((await lastMessage(tenant, email)).link, { redirect: 'manual' })).headers.get('location'));
  assert.equal(url.pathname, '/welcome');
  assert.equal(fragment.get('type'), 'invite');
  const client = tenant.client();
  await client.auth.setSession({ access_token: fragment.get('access_token')!, refresh_token: fragment.get('refresh_token')! });
  const secret = password();
  assert.equal((await client.auth.updateUser({ password: secret })).error, null);
  assert.equal((await tenant.client().auth.signInWithPassword({ email, password: secret })).error, null);
  const again = await raw(tenant, 'POST', '/invite', { email }, await bearer(owner));
  assert.equal(again.body.error_code, 'email_exists');
  assert.equal((await raw(tenant, 'POST', '/invite', { email: address(), data: { app_role: 'super_admin' } }, await bearer(owner))).status, 403);
});

test('generate_link gives the link and the code that a mail would carry', async () => {
  const service = tenant.client(tenant.serviceKey).auth.admin;
  const who = await person(tenant);
  const recovery = await service.generateLink({ type: 'recovery', email: who.email });
  assert.equal(recovery.error, null);
  assert.equal(recovery.data.user?.id, who.id);
  const { properties } = recovery.data;
  assert.equal(properties?.verification_type, 'recovery');
  assert.ok((await tenant.client().auth.verifyOtp({ token_hash: properties!.hashed_token, type: 'recovery' })).data.session);
  const email = address();
  const secret = password();
  const signup = await service.generateLink({ type: 'signup', email, password: secret });
  assert.ok((await tenant.client().auth.verifyOtp({ email, token: signup.data.properties!.email_otp, type: 'signup' })).data.session);
  assert.equal((await tenant.client().auth.signInWithPassword({ email, password: secret })).error, null);
  const magic = await service.generateLink({ type: 'magiclink', email: who.email });
  assert.ok(arrival((await fetch(magic.data.properties!.action_link, { redirect: 'manual' })).headers.get('location')).fragment.get('access_token'));
  assert.equal((await service.generateLink({ type: 'recovery', email: address() })).error?.code, 'user_not_found');
});

test('factors of others can be seen and taken away', async () => {
  const who = await person(tenant);
  const client = await signIn(tenant, who);
  const { data } = await client.auth.mfa.enroll({ factorType: 'totp' });
  const service = tenant.client(tenant.serviceKey).auth.admin;
  assert.equal((await service.mfa.listFactors({ userId: who.id })).data?.factors.length, 1);
  assert.equal((await service.mfa.deleteFactor({ userId: who.id, id: data!.id })).error, null);
  assert.equal((await service.mfa.listFactors({ userId: who.id })).data?.factors.length, 0);
});

test('an administrator signs somebody out everywhere', async () => {
  const who = await person(tenant);
  const client = await signIn(tenant, who);
  assert.equal((await raw(tenant, 'POST', `/admin/users/${who.id}/logout`, {}, { authorization: `Bearer ${tenant.serviceKey}` })).status, 204);
  assert.ok((await client.auth.refreshSession()).error);
});

test('ES256 keys: published first, then in use, the old ones still verify', async () => {
  const other = await makeTenant(daemon, []);
  await setAuth(other, { key_standby_s: 0 });
  const who = await person(other);
  const old = await token(await signIn(other, who));
  const service = { authorization: `Bearer ${other.serviceKey}` };
  const keys = async (): Promise<{ kid: string; x: string }[]> => (await raw(other, 'GET', '/.well-known/jwks.json')).body.keys;
  const published = (kid: string) =>
    until('the key is published', async () => {
      const all = await keys();
      return all.some((k) => k.kid === kid) ? all : undefined;
    });
  const turn = async () => {
    const { body, status } = await raw(other, 'POST', '/admin/signing-keys', {}, service);
    assert.equal(status, 201);
    assert.equal(body.public_jwk.d, undefined);
    const jwt = await until('the key is in use', async () => {
      const made = await token(await signIn(other, who));
      return JSON.parse(Buffer.from(made.split('.')[0]!, 'base64url').toString()).kid === body.id ? made : undefined;
    });
    return { kid: body.id as string, jwt };
  };
  const { kid: first, jwt: signed } = await turn();
  const jwk = (await published(first)).find((k) => k.kid === first)!;
  assert.ok(jwk && !('d' in jwk));
  const [head, body, signature] = signed.split('.') as [string, string, string];
  assert.ok(
    verify('sha256', Buffer.from(`${head}.${body}`), { key: createPublicKey({ key: jwk as never, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')),
    'anybody can verify it with the published key',
  );
  const check = async (jwt: string) => (await raw(other, 'GET', '/user', undefined, { authorization: `Bearer ${jwt}` })).status;
  assert.equal(await check(old), 200, 'HS256 tokens stay good beside it');
  const { kid: second } = await turn();
  assert.notEqual(second, first);
  await until('tokens of the former key stay good', async () => (await check(signed)) === 200);
  assert.deepEqual((await published(second)).map((k) => k.kid).sort(), [first, second].sort());
  assert.equal((await raw(tenant, 'GET', '/user', undefined, { authorization: `Bearer ${signed}` })).status, 403, 'at this tenant only');
  const local = await other.client().auth.getClaims(signed);
  assert.equal(local.data?.claims.sub, claims(signed)['sub'], 'the client verifies by itself');
});
