// Passkeys (WebAuthn) for sign-in and as second factors: what is accepted, and everything that is not.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startDaemon, makeTenant, type Daemon, type Tenant } from './harness.ts';
import { claims, events, person, raw, setAuth, signIn, token, type Person } from './auth_support.ts';
import { Authenticator, cbor, type Fault } from './authenticator.ts';

let daemon: Daemon;
let tenant: Tenant;
before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, []);
  await setAuth(tenant);
});
after(async () => {
  await daemon.stop();
});

interface Signed {
  who: Person;
  bearer: Record<string, string>;
}
async function somebody(): Promise<Signed> {
  const who = await person(tenant);
  return { who, bearer: { authorization: `Bearer ${await token(await signIn(tenant, who))}` } };
}
const registration = (bearer: Record<string, string>) => raw(tenant, 'POST', '/passkeys/registration/options', {}, bearer);
async function register(signed: Signed, key: Authenticator, fault: Fault = {}) {
  const { body } = await registration(signed.bearer);
  return raw(tenant, 'POST', '/passkeys/registration/verify', { challenge_id: body.challenge_id, credential: key.create(body.options, fault) }, signed.bearer);
}
const wishes = async () => (await raw(tenant, 'POST', '/passkeys/authentication/options', {})).body;
async function enter(key: Authenticator, fault: Fault = {}) {
  const asked = await wishes();
  return raw(tenant, 'POST', '/passkeys/authentication/verify', { challenge_id: asked.challenge_id, credential: key.get(asked.options, fault) });
}

test('a key of each kind is registered and opens the door, without a name', async () => {
  for (const algorithm of [-7, -8, -257] as const) {
    const signed = await somebody();
    const key = new Authenticator(tenant.url, algorithm);
    const options = (await registration(signed.bearer)).body;
    assert.equal(options.options.rp.id, tenant.domain);
    assert.equal(options.options.attestation, 'none');
    assert.equal(options.options.authenticatorSelection.residentKey, 'required');
    const made = await register(signed, key);
    assert.equal(made.status, 200, JSON.stringify(made.body));
    const inside = await enter(key);
    assert.equal(inside.status, 200, JSON.stringify(inside.body));
    assert.equal(inside.body.user.id, signed.who.id);
    const said = claims(inside.body.access_token);
    assert.equal(said['aal'], 'aal1');
    assert.equal((said['amr'] as { method: string }[])[0]?.method, 'passkey');
    assert.equal((await enter(key)).status, 200, 'and again');
    const excluded = (await registration(signed.bearer)).body.options.excludeCredentials;
    assert.equal(excluded.length, 1, 'the same authenticator is not asked twice');
  }
});

test('what a key did not sign for this page, this challenge and this house is refused', async () => {
  const signed = await somebody();
  const key = new Authenticator(tenant.url);
  const other = await somebody();
  const faults: Record<string, Fault> = {
    'another origin': { origin: 'https://evil.example' },
    'another port': { origin: `${tenant.url}1` },
    'another relying party': { rpId: 'evil.example' },
    'a parent domain': { rpId: 'localhost' },
    'another challenge': { challenge: Buffer.alloc(32).toString('base64url') },
    'a frame of another page': { crossOrigin: true },
    'nobody present': { flags: 0x40 },
  };
  for (const [name, fault] of Object.entries({ ...faults, 'another ceremony': { type: 'webauthn.get' }, 'another id': { id: Buffer.alloc(32).toString('base64url') } })) {
    const answer = await register(signed, key, fault);
    assert.equal(answer.status, 400, name);
    assert.equal(answer.body.error_code, 'webauthn_verification_failed', name);
  }
  assert.equal((await register(signed, key)).status, 200);
  const handle = key.handle;
  assert.equal((await register(other, key)).body.error_code, 'webauthn_credential_exists', 'a key belongs to one');
  key.handle = handle;
  for (const [name, fault] of Object.entries({
    ...faults,
    'nobody present': { flags: 0x04 },
    'another ceremony': { type: 'webauthn.create' },
    'another user': { handle: Buffer.from(other.who.id.replaceAll('-', ''), 'hex').toString('base64url') },
    'an unknown key': { id: Buffer.alloc(32).toString('base64url') },
  })) {
    const answer = await enter(key, fault);
    assert.equal(answer.status, 400, name);
    assert.equal(answer.body.error_code, 'webauthn_verification_failed', name);
  }
  assert.equal((await enter(new Authenticator(tenant.url))).status, 400, 'nor a key that nobody registered');
  const asked = await wishes();
  const credential = key.get(asked.options) as { response: { signature: string } };
  const bytes = Buffer.from(credential.response.signature, 'base64url');
  bytes[bytes.length - 1]! ^= 1;
  const tampered = { ...credential, response: { ...credential.response, signature: bytes.toString('base64url') } };
  assert.equal((await raw(tenant, 'POST', '/passkeys/authentication/verify', { challenge_id: asked.challenge_id, credential: tampered })).status, 400);
  assert.equal(
    (await raw(tenant, 'POST', '/passkeys/authentication/verify', { challenge_id: asked.challenge_id, credential })).body.error_code,
    'webauthn_challenge_not_found',
    'a challenge is used up, right or wrong',
  );
  assert.equal((await enter(key)).status, 200);
});

test('what is no credential at all', async () => {
  const signed = await somebody();
  const tangled = (attestationObject: Buffer) => ({ id: 'x', response: { attestationObject: attestationObject.toString('base64url'), clientDataJSON: 'e30' } });
  for (const credential of [
    undefined,
    null,
    7,
    'x',
    [],
    {},
    { response: 7 },
    { id: 'x', response: { attestationObject: '!', clientDataJSON: '' } },
    tangled(Buffer.from([0xbf])),
    tangled(Buffer.from([0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
    tangled(Buffer.alloc(2000, 0x81)),
    tangled(cbor({ authData: 'text' })),
  ]) {
    const { body } = await registration(signed.bearer);
    const answer = await raw(tenant, 'POST', '/passkeys/registration/verify', { challenge_id: body.challenge_id, credential }, signed.bearer);
    assert.equal(answer.status, 400, JSON.stringify(credential));
    const asked = await wishes();
    assert.equal((await raw(tenant, 'POST', '/passkeys/authentication/verify', { challenge_id: asked.challenge_id, credential })).status, 400);
  }
  // right client data around an attestation object that is none
  const key = new Authenticator(tenant.url);
  for (const object of [Buffer.from([0xbf]), Buffer.alloc(3000, 0x81), cbor({ fmt: 'none', attStmt: {} }), cbor({ authData: Buffer.alloc(36) }), cbor({ authData: Buffer.alloc(60, 0x45) })]) {
    const { body } = await registration(signed.bearer);
    const credential = key.create(body.options) as { response: { attestationObject: string } };
    credential.response.attestationObject = object.toString('base64url');
    assert.equal((await raw(tenant, 'POST', '/passkeys/registration/verify', { challenge_id: body.challenge_id, credential }, signed.bearer)).status, 400);
  }
  for (const challenge_id of ['', 'x', randomUUID()])
    assert.equal((await raw(tenant, 'POST', '/passkeys/authentication/verify', { challenge_id, credential: {} })).body.error_code, 'webauthn_challenge_not_found');
});

test('a counter that falls back betrays a copy; a challenge grows old', async () => {
  const signed = await somebody();
  const key = new Authenticator(tenant.url);
  await register(signed, key);
  assert.equal((await enter(key, { count: 0 })).status, 200, 'many keys always say 0');
  assert.equal((await enter(key, { count: 5 })).status, 200);
  for (const count of [5, 4, 0]) assert.equal((await enter(key, { count })).status, 400, `${count} after 5`);
  assert.ok((await events(tenant, signed.who.id)).includes('passkey_copied'));
  assert.equal((await enter(key, { count: 6 })).status, 200);
  const asked = await wishes();
  await tenant.sql(`update webauthn_challenges set expires_at = now() where id = '${asked.challenge_id}'`);
  assert.equal(
    (await raw(tenant, 'POST', '/passkeys/authentication/verify', { challenge_id: asked.challenge_id, credential: key.get(asked.options, { count: 7 }) })).body.error_code,
    'webauthn_challenge_expired',
  );
});

test('passkeys are listed, named and taken away by their owner and by administrators', async () => {
  const [mine, other] = [await somebody(), await somebody()];
  const key = new Authenticator(tenant.url);
  const { body: made } = await register(mine, key);
  assert.equal((await raw(tenant, 'PATCH', `/passkeys/${made.id}`, { friendly_name: 'Bar tablet' }, mine.bearer)).body.friendly_name, 'Bar tablet');
  assert.equal((await raw(tenant, 'GET', '/passkeys', undefined, mine.bearer)).body[0].friendly_name, 'Bar tablet');
  assert.ok(!JSON.stringify((await raw(tenant, 'GET', '/passkeys', undefined, mine.bearer)).body).includes('public_key'));
  for (const method of ['PATCH', 'DELETE']) assert.equal((await raw(tenant, method, `/passkeys/${made.id}`, { friendly_name: 'x' }, other.bearer)).status, 404);
  assert.equal((await raw(tenant, 'GET', '/passkeys')).status, 401);
  const service = { authorization: `Bearer ${tenant.serviceKey}` };
  assert.equal((await raw(tenant, 'GET', `/admin/users/${mine.who.id}/passkeys`, undefined, other.bearer)).body.error_code, 'not_admin');
  assert.equal((await raw(tenant, 'GET', `/admin/users/${mine.who.id}/passkeys`, undefined, service)).body[0].id, made.id);
  assert.equal((await raw(tenant, 'DELETE', `/admin/users/${mine.who.id}/passkeys/${made.id}`, undefined, service)).status, 204);
  assert.equal((await enter(key)).status, 400, 'it opens nothing any more');
  const nobody = await raw(tenant, 'POST', '/signup', {});
  assert.equal((await registration({ authorization: `Bearer ${nobody.body.access_token}` })).status, 422, 'a throw-away login has none');
});

test('a user who is locked out is locked out with a passkey, too', async () => {
  const signed = await somebody();
  const key = new Authenticator(tenant.url);
  await register(signed, key);
  await tenant.client(tenant.serviceKey).auth.admin.updateUserById(signed.who.id, { ban_duration: '1h' });
  assert.equal((await enter(key)).body.error_code, 'user_banned');
});

test('as a second factor: made at the first challenge, asked for from then on', async () => {
  const signed = await somebody();
  const key = new Authenticator(tenant.url);
  const factor = (await raw(tenant, 'POST', '/factors', { factor_type: 'webauthn', friendly_name: 'Key ring' }, signed.bearer)).body;
  assert.equal(factor.type, 'webauthn');
  const challenge = async (bearer: Record<string, string>) =>
    (await raw(tenant, 'POST', `/factors/${factor.id}/challenge`, { webauthn: { rpId: tenant.domain, rpOrigins: [tenant.url] } }, bearer)).body;
  const verify = (challenge_id: string, type: string, credential_response: unknown, bearer: Record<string, string>) =>
    raw(tenant, 'POST', `/factors/${factor.id}/verify`, { challenge_id, webauthn: { type, rpId: tenant.domain, rpOrigins: [tenant.url], credential_response } }, bearer);
  assert.equal((await raw(tenant, 'POST', `/factors/${factor.id}/challenge`, { webauthn: { rpId: 'evil.example' } }, signed.bearer)).status, 400);
  const first = await challenge(signed.bearer);
  assert.equal(first.webauthn.type, 'create');
  assert.equal(
    (await verify(first.id, 'create', key.create(first.webauthn.credential_options.publicKey, { origin: 'https://evil.example' }), signed.bearer)).body.error_code,
    'mfa_verification_failed',
  );
  const second = await challenge(signed.bearer);
  const raised = await verify(second.id, 'create', key.create(second.webauthn.credential_options.publicKey), signed.bearer);
  assert.equal(raised.status, 200, JSON.stringify(raised.body));
  assert.equal(claims(raised.body.access_token)['aal'], 'aal2');

  const later = await token(await signIn(tenant, signed.who));
  assert.equal(claims(later)['aal'], 'aal1');
  const bearer = { authorization: `Bearer ${later}` };
  assert.equal((await registration(bearer)).body.error_code, 'insufficient_aal', 'who stole the password registers no passkey');
  const asked = await challenge(bearer);
  assert.equal(asked.webauthn.type, 'request');
  assert.equal(asked.webauthn.credential_options.publicKey.allowCredentials[0].id, key.id.toString('base64url'));
  const stranger = new Authenticator(tenant.url);
  assert.equal((await verify(asked.id, 'request', stranger.get(asked.webauthn.credential_options.publicKey), bearer)).body.error_code, 'mfa_verification_failed');
  const third = await challenge(bearer);
  assert.equal(
    (await verify(third.id, 'create', stranger.create({ challenge: third.webauthn.credential_options.publicKey.challenge, rp: { id: tenant.domain }, user: { id: key.handle } }), bearer)).status,
    400,
    'another key does not take its place',
  );
  const fourth = await challenge(bearer);
  const opened = await verify(fourth.id, 'request', key.get(fourth.webauthn.credential_options.publicKey), bearer);
  assert.equal(claims(opened.body.access_token)['aal'], 'aal2');
  assert.equal((await verify(fourth.id, 'request', key.get(fourth.webauthn.credential_options.publicKey), bearer)).status, 404, 'once');
  assert.equal((await enter(key)).status, 400, 'a second factor is no first one');
  const { data } = await tenant.client(tenant.serviceKey).auth.admin.mfa.listFactors({ userId: signed.who.id });
  assert.deepEqual(
    data?.factors.map((f) => [f.factor_type, f.status]),
    [['webauthn', 'verified']],
  );
});
