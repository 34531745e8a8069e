// Second factors: enrolled, asked for, lost.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import type { SupabaseClient } from '@supabase/supabase-js';
import { startDaemon, makeTenant, type Daemon, type Tenant } from './harness.ts';
import { claims, events, person, raw, setAuth, signIn, token, totp } from './auth_support.ts';

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

async function enroll(client: SupabaseClient): Promise<{ id: string; secret: string; code: string }> {
  const { data, error } = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' });
  if (error) throw error;
  const code = totp(data.totp.secret);
  const check = await client.auth.mfa.challengeAndVerify({ factorId: data.id, code });
  if (check.error) throw check.error;
  return { id: data.id, secret: data.totp.secret, code };
}

test('an authenticator app is enrolled and raises the session', async () => {
  const who = await person(tenant);
  const client = await signIn(tenant, who);
  const elsewhere = await signIn(tenant, who);
  const { data, error } = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone', issuer: 'Bistro' });
  assert.equal(error, null);
  assert.match(data!.totp.qr_code, /^data:image\/svg\+xml;utf-8,<svg /);
  assert.match(data!.totp.uri, /^otpauth:\/\/totp\/Bistro:/);
  assert.ok(data!.totp.uri.includes(data!.totp.secret));
  assert.doesNotMatch(await tenant.sql(`select secret from mfa_factors where id = '${data!.id}'`), new RegExp(data!.totp.secret), 'kept encrypted');

  const wrong = await client.auth.mfa.challengeAndVerify({ factorId: data!.id, code: '000000' });
  assert.equal(wrong.error?.code, 'mfa_verification_failed');
  const challenge = await client.auth.mfa.challenge({ factorId: data!.id });
  assert.equal(challenge.error, null);
  const code = totp(data!.totp.secret);
  const verified = await client.auth.mfa.verify({ factorId: data!.id, challengeId: challenge.data!.id, code });
  assert.equal(verified.error, null);
  const said = claims(await token(client));
  assert.equal(said['aal'], 'aal2');
  assert.deepEqual(
    (said['amr'] as { method: string }[]).map((a) => a.method),
    ['totp', 'password'],
  );
  assert.equal((await client.auth.mfa.getAuthenticatorAssuranceLevel()).data?.currentLevel, 'aal2');
  assert.deepEqual(
    (await client.auth.mfa.listFactors()).data?.totp.map((f) => f.id),
    [data!.id],
  );
  assert.ok((await elsewhere.auth.refreshSession()).error, 'sessions that never saw the factor end');

  await client.auth.refreshSession();
  assert.equal(claims(await token(client))['aal'], 'aal2', 'it stays raised');
  assert.equal(await tenant.sql(`select two_factor_enabled from users where id = '${who.id}'`), 't');
  assert.deepEqual(
    (await events(tenant, who.id)).filter((e) => e.startsWith('factor')),
    ['factor_enrolled', 'factor_failed', 'factor_verified'],
  );
});

test('a code is good once, a challenge too', async () => {
  const who = await person(tenant);
  const client = await signIn(tenant, who);
  const { id, secret, code } = await enroll(client);
  const second = await signIn(tenant, who);
  const replayed = await second.auth.mfa.challengeAndVerify({ factorId: id, code });
  assert.equal(replayed.error?.code, 'mfa_verification_failed', 'the code of the enrolment, seen over a shoulder');
  const challenge = await second.auth.mfa.challenge({ factorId: id });
  const next = totp(secret, Date.now() + 30000);
  assert.equal((await second.auth.mfa.verify({ factorId: id, challengeId: challenge.data!.id, code: next })).error, null);
  const again = await second.auth.mfa.verify({ factorId: id, challengeId: challenge.data!.id, code: next });
  assert.equal(again.error?.code, 'mfa_challenge_expired');
});

test('twenty sessions with the same code at once: one gets in', async () => {
  const who = await person(tenant);
  const { id, secret } = await enroll(await signIn(tenant, who));
  const clients = await Promise.all(Array.from({ length: 20 }, () => signIn(tenant, who)));
  const code = totp(secret, Date.now() + 30000);
  const results = await Promise.all(clients.map((c) => c.auth.mfa.challengeAndVerify({ factorId: id, code })));
  assert.equal(results.filter((r) => !r.error).length, 1);
});

test('guessing codes locks', async () => {
  const who = await person(tenant);
  const { id, secret } = await enroll(await signIn(tenant, who));
  const client = await signIn(tenant, who);
  for (let i = 0; i < 5; i++) await client.auth.mfa.challengeAndVerify({ factorId: id, code: '123456' });
  const locked = await client.auth.mfa.challengeAndVerify({ factorId: id, code: totp(secret, Date.now() + 30000) });
  assert.equal(locked.error?.code, 'over_request_rate_limit');
});

test('with a factor in force the password alone changes nothing that matters', async () => {
  const who = await person(tenant);
  const strong = await signIn(tenant, who);
  const { id } = await enroll(strong);
  const weak = await signIn(tenant, who);
  assert.equal((await weak.auth.updateUser({ password: 'Another-horse-42' })).error?.code, 'insufficient_aal');
  assert.equal((await weak.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'mine now' })).error?.code, 'insufficient_aal');
  assert.equal((await weak.auth.mfa.unenroll({ factorId: id })).error?.code, 'insufficient_aal');
  assert.equal((await strong.auth.mfa.unenroll({ factorId: id })).error, null);
  await strong.auth.refreshSession();
  assert.equal(claims(await token(strong))['aal'], 'aal1');
});

test('a lost phone: each recovery code opens the door once', async () => {
  const who = await person(tenant);
  const client = await signIn(tenant, who);
  const early = await raw(tenant, 'POST', '/factors/recovery-codes', {}, { authorization: `Bearer ${await token(client)}` });
  assert.equal(early.body.error_code, 'insufficient_aal');
  await enroll(client);
  const made = await raw(tenant, 'POST', '/factors/recovery-codes', {}, { authorization: `Bearer ${await token(client)}` });
  assert.equal(made.body.codes.length, 10);
  const lost = await signIn(tenant, who);
  const bearer = { authorization: `Bearer ${await token(lost)}` };
  const use = (code: string) => raw(tenant, 'POST', '/factors/recovery-codes/verify', { code }, bearer);
  assert.equal((await use('aaaaa-bbbbb')).body.error_code, 'mfa_verification_failed');
  const opened = await use(made.body.codes[0].toUpperCase());
  assert.equal(opened.status, 200);
  assert.equal(claims(opened.body.access_token)['aal'], 'aal2');
  assert.equal((await use(made.body.codes[0])).status, 422);
});

test('an organization asks a second factor of its owners', async () => {
  const organization = await tenant.sql(`insert into organizations (name, settings) values ('Strict', '{"factor_required_for": ["owner"]}') returning id`);
  const who = await person(tenant, { app_metadata: { app_role: 'owner', organization_id: organization } });
  const client = await signIn(tenant, who);
  const half = claims(await token(client));
  assert.equal(half['app_role'], null, 'the password alone gives no rights');
  assert.equal(half['factor_required'], true);
  assert.equal((await client.from('organizations').update({ description: 'mine' }).eq('id', organization).select()).data?.length ?? 0, 0);
  assert.equal((await raw(tenant, 'GET', '/admin/users', undefined, { authorization: `Bearer ${await token(client)}` })).status, 403);
  await enroll(client);
  assert.equal(claims(await token(client))['app_role'], 'owner');
  assert.equal((await client.from('organizations').update({ description: 'mine' }).eq('id', organization).select()).data?.length, 1);
});

test('factors belong to their user', async () => {
  const one = await signIn(tenant, await person(tenant));
  const { id } = await enroll(one);
  const two = await signIn(tenant, await person(tenant));
  assert.equal((await two.auth.mfa.challenge({ factorId: id })).error?.code, 'mfa_factor_not_found');
  assert.equal((await two.auth.mfa.unenroll({ factorId: id })).error?.code, 'mfa_factor_not_found');
  assert.equal((await one.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' })).error?.code, 'mfa_factor_name_conflict');
});
