// Sign-in with a provider, against a small one over real HTTP.
import { test, before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { OidcProvider } from './servers/oidc.ts';
import { address, arrival, claims, lastMessage, password, person, raw, setAuth, signIn, token } from './auth_support.ts';

let daemon: Daemon;
let tenant: Tenant;
let provider: OidcProvider;
before(async () => {
  daemon = await startDaemon({ 'oidc-insecure': 'on' });
  tenant = await makeTenant(daemon, []);
  await setAuth(tenant);
  provider = await new OidcProvider().start();
  const made = await raw(
    tenant,
    'POST',
    '/admin/custom-providers',
    { provider_type: 'oidc', identifier: 'google', name: 'Google', issuer: provider.issuer, client_id: provider.clientId, client_secret: provider.clientSecret },
    { authorization: `Bearer ${tenant.serviceKey}` },
  );
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(made.body.client_secret, undefined);
});
after(async () => {
  provider.stop();
  await daemon.stop();
});
beforeEach(() => {
  provider.bend = (c) => c;
  provider.userinfo = undefined;
});

const visit = async (url: string) => (await fetch(url, { redirect: 'manual' })).headers.get('location')!;

/** /authorize → provider → /callback: where the browser ends up. */
async function goThrough(extra = ''): Promise<ReturnType<typeof arrival>> {
  const there = await visit(`${tenant.url}/auth/v1/authorize?provider=google&redirect_to=${encodeURIComponent('/home')}${extra}`);
  return arrival(await visit(await visit(there)));
}

test('somebody new comes in and is known the next time', async () => {
  const email = address();
  provider.person = { sub: randomUUID(), email, email_verified: true, name: 'Grace', picture: 'https://img.example/g.png' };
  const first = await goThrough();
  assert.equal(first.url.pathname, '/home');
  assert.ok(first.fragment.get('provider_token'));
  const said = claims(first.fragment.get('access_token')!);
  assert.equal(said['email'], email);
  assert.deepEqual(said['app_metadata'], { provider: 'google', providers: ['google'] });
  assert.equal((said['amr'] as { method: string }[])[0]?.method, 'oauth');
  assert.equal((said['user_metadata'] as { full_name: string }).full_name, 'Grace');
  const second = await goThrough();
  assert.equal(claims(second.fragment.get('access_token')!)['sub'], said['sub']);
  assert.match(await tenant.sql(`select client_secret from auth_providers where name = 'google'`), /^v2\./, 'the secret is kept encrypted');
});

test('with PKCE the session comes for the verifier, not in the address', async () => {
  provider.person = { sub: randomUUID(), email: address(), email_verified: true };
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const back = await goThrough(`&code_challenge=${challenge}&code_challenge_method=s256`);
  assert.equal(back.fragment.get('access_token'), null);
  const session = await raw(tenant, 'POST', '/token?grant_type=pkce', { auth_code: back.query.get('code'), code_verifier: verifier });
  assert.equal(session.status, 200);
  assert.ok(session.body.access_token && session.body.provider_token);
});

test('a verified address joins the account that has it, an unverified one does not', async () => {
  const known = await person(tenant);
  provider.person = { sub: randomUUID(), email: known.email, email_verified: false };
  assert.equal((await goThrough()).fragment.get('error_code'), 'provider_email_needs_verification');
  provider.person = { sub: randomUUID(), email: known.email, email_verified: true };
  assert.equal(claims((await goThrough()).fragment.get('access_token')!)['sub'], known.id);
});

test('an account somebody prepared with a foreign address is emptied when its owner comes', async () => {
  const email = address('victim');
  const theirs = password();
  await tenant.client().auth.signUp({ email, password: theirs, options: { data: { planted: true } } });
  provider.person = { sub: randomUUID(), email, email_verified: true };
  const said = claims((await goThrough()).fragment.get('access_token')!);
  assert.equal((said['user_metadata'] as Record<string, unknown>)['planted'], undefined);
  assert.equal(arrival(await visit((await lastMessage(tenant, email)).link)).fragment.get('error_code'), 'otp_expired');
  assert.equal((await tenant.client().auth.signInWithPassword({ email, password: theirs })).error?.code, 'invalid_credentials');
});

test('the address may come from the userinfo endpoint, of the same person only', async () => {
  const email = address();
  provider.person = { sub: 'quiet-1' };
  provider.userinfo = { sub: 'quiet-1', email, email_verified: true };
  assert.equal(claims((await goThrough()).fragment.get('access_token')!)['email'], email);
  provider.person = { sub: 'quiet-2' };
  provider.userinfo = { sub: 'somebody else', email: address(), email_verified: true };
  assert.equal(claims((await goThrough()).fragment.get('access_token')!)['email'], '');
  const known = await person(tenant);
  provider.person = { sub: 'quiet-3', email_verified: true }; // which says nothing of an address that comes from elsewhere
  provider.userinfo = { sub: 'quiet-3', email: known.email };
  assert.equal((await goThrough()).fragment.get('error_code'), 'provider_email_needs_verification');
});

test('ID tokens that are not for us are refused', async () => {
  const bends: Record<string, (c: Record<string, unknown>) => Record<string, unknown>> = {
    'another issuer': (c) => ({ ...c, iss: 'https://evil.example' }),
    'another audience': (c) => ({ ...c, aud: 'somebody-else' }),
    'another nonce': (c) => ({ ...c, nonce: 'replayed' }),
    'no nonce': ({ nonce: _, ...c }) => c,
    expired: (c) => ({ ...c, exp: 1000 }),
    'no expiry': ({ exp: _, ...c }) => c,
    'from the future': (c) => ({ ...c, iat: Number(c['iat']) + 9999 }),
    nobody: ({ sub: _, ...c }) => c,
  };
  for (const [name, bend] of Object.entries(bends)) {
    provider.person = { sub: randomUUID(), email: address(), email_verified: true };
    provider.bend = bend;
    const back = await goThrough();
    assert.equal(back.fragment.get('error_code'), 'bad_oauth_callback', name);
    assert.equal(back.fragment.get('access_token'), null, name);
  }
});

test('the state is ours, fresh, and good once', async () => {
  provider.person = { sub: randomUUID(), email: address(), email_verified: true };
  const there = await visit(`${tenant.url}/auth/v1/authorize?provider=google`);
  const back = await visit(there);
  const forged = new URL(back);
  forged.searchParams.set('state', 'forged');
  assert.equal(arrival(await visit(forged.href)).fragment.get('error_code'), 'bad_oauth_state');
  assert.ok(arrival(await visit(back)).fragment.get('access_token'));
  assert.equal(arrival(await visit(back)).fragment.get('error_code'), 'bad_oauth_state');
  const denied = new URL(await visit(`${tenant.url}/auth/v1/authorize?provider=google`));
  const no = `${tenant.url}/auth/v1/callback?error=access_denied&error_description=no&state=${denied.searchParams.get('state')}`;
  assert.equal(arrival(await visit(no)).fragment.get('error_description'), 'no');
});

test('an app brings an ID token that it got by itself', async () => {
  const email = address();
  const nonce = randomUUID();
  const hashed = createHash('sha256').update(nonce).digest('hex');
  const good = provider.idToken({ sub: randomUUID(), email, email_verified: 'true', nonce: hashed });
  const client = tenant.client();
  const signed = await client.auth.signInWithIdToken({ provider: 'google', token: good, nonce });
  assert.equal(signed.error, null);
  assert.equal(signed.data.user?.email, email);
  for (const [bad, theirNonce] of [
    [good, undefined],
    [good, 'other'],
    [`${good}x`, nonce],
    [provider.idToken({ sub: 'x', aud: 'else' }), undefined],
    [tenant.anonKey, undefined],
    ['x', undefined],
  ] as const) {
    const refused = await tenant.client().auth.signInWithIdToken({ provider: 'google', token: bad, ...(theirNonce ? { nonce: theirNonce } : {}) });
    assert.equal(refused.error?.code, 'bad_jwt');
  }
});

test('an identity is linked and taken away', async () => {
  const who = await person(tenant);
  const client = await signIn(tenant, who);
  provider.person = { sub: randomUUID(), email: address('elsewhere'), email_verified: true };
  const { data, error } = await client.auth.linkIdentity({ provider: 'google', options: { skipBrowserRedirect: true } });
  assert.equal(error, null);
  const back = arrival(await visit(await visit(data!.url!)));
  assert.equal(claims(back.fragment.get('access_token')!)['sub'], who.id);
  const identities = (await client.auth.getUserIdentities()).data!.identities;
  assert.deepEqual(identities.map((i) => i.provider).sort(), ['email', 'google']);
  const google = identities.find((i) => i.provider === 'google')!;
  const stranger = await signIn(tenant, await person(tenant));
  assert.equal((await stranger.auth.unlinkIdentity(google)).error?.code, 'identity_not_found');
  const again = await stranger.auth.linkIdentity({ provider: 'google', options: { skipBrowserRedirect: true } });
  assert.equal(arrival(await visit(await visit(again.data!.url!))).fragment.get('error_code'), 'identity_already_exists');
  assert.equal((await client.auth.unlinkIdentity(google)).error, null);
  const last = (await client.auth.getUserIdentities()).data!.identities[0]!;
  assert.equal((await client.auth.unlinkIdentity(last)).error?.code, 'single_identity_not_deletable');
  assert.ok(await token(client));
});

test("providers are the owner's: listed, changed, switched off", async () => {
  const service = { authorization: `Bearer ${tenant.serviceKey}` };
  const list = await raw(tenant, 'GET', '/admin/custom-providers', undefined, service);
  assert.deepEqual(
    list.body.providers.map((p: { identifier: string }) => p.identifier),
    ['google'],
  );
  assert.equal((await raw(tenant, 'GET', '/admin/custom-providers', undefined, { authorization: `Bearer ${await token(await signIn(tenant, await person(tenant)))}` })).status, 403);
  assert.equal((await raw(tenant, 'POST', '/admin/custom-providers', { identifier: 'incomplete' }, service)).status, 400);
  assert.equal((await raw(tenant, 'POST', '/admin/custom-providers', { identifier: 'bad', issuer: 'ftp://x', client_id: 'x' }, service)).status, 400);
  assert.equal((await raw(tenant, 'GET', '/settings')).body.external.google, true);
  assert.equal((await raw(tenant, 'PUT', '/admin/custom-providers/google', { enabled: false }, service)).body.enabled, false);
  assert.equal((await raw(tenant, 'GET', '/authorize?provider=google')).status, 400);
  assert.equal((await raw(tenant, 'PUT', '/admin/custom-providers/google', { enabled: true }, service)).status, 200);
  assert.equal((await raw(tenant, 'DELETE', '/admin/custom-providers/nothing', {}, service)).status, 404);
});

/* The last one: a worker that read the keys a moment before they turned does not know the new one yet. */
test('the provider may turn its keys, and take the secret either way', async () => {
  provider.person = { sub: randomUUID(), email: address(), email_verified: true };
  assert.ok((await goThrough()).fragment.get('access_token'));
  provider.secretMethods = ['client_secret_basic'];
  assert.ok((await goThrough()).fragment.get('access_token'));
  provider.turnKeys();
  // a key nobody knew yet makes us read the set again, though not more often than every two seconds
  await until('the new key is found', async () => (await goThrough()).fragment.get('access_token'));
});
