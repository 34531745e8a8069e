// Whose account it is: a password that was set before somebody proved the address never becomes the password of who proves it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { startDaemon, makeTenant, type Daemon, type Tenant } from './harness.ts';
import { Authenticator } from './authenticator.ts';
import { address, arrival, events, lastMessage, messages, password, person, raw, setAuth } from './auth_support.ts';

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

const tryPassword = async (email: string, secret: string) => (await raw(tenant, 'POST', '/token?grant_type=password', { email, password: secret })).status;
interface Asked {
  challenge_id: string;
  options: Parameters<Authenticator['create']>[0] & Parameters<Authenticator['get']>[0];
}
const begin = async (bearer: string): Promise<Asked> => (await raw(tenant, 'POST', '/passkeys/registration/options', {}, { authorization: `Bearer ${bearer}` })).body;
async function register(bearer: string, key: Authenticator) {
  const { challenge_id, options } = await begin(bearer);
  return raw(tenant, 'POST', '/passkeys/registration/verify', { challenge_id, credential: key.create(options) }, { authorization: `Bearer ${bearer}` });
}
async function enter(key: Authenticator) {
  const { challenge_id, options }: Asked = (await raw(tenant, 'POST', '/passkeys/authentication/options', {})).body;
  return raw(tenant, 'POST', '/passkeys/authentication/verify', { challenge_id, credential: key.get(options) });
}
const follow = (link: string) => fetch(link, { redirect: 'manual' });
/** A link opened elsewhere shows a page with a button first; this presses it. */
async function press(link: string) {
  const page = await follow(link);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  const html = await page.text();
  const fields = new URLSearchParams([...html.matchAll(/name="(\w+)" value="([^"]*)"/g)].map((m) => [m[1]!, m[2]!.replaceAll('&amp;', '&')]));
  return fetch(`${tenant.url}/auth/v1/verify`, { method: 'POST', body: fields, redirect: 'manual' });
}
/** As if the sign-up had been typed at another address than this one. */
const elsewhere = (email: string) => tenant.sql(`update one_time_tokens set metadata = metadata || '{"place": "203.0.113.77"}' where relates_to = '${email}'`);

test('who signed up and confirms has the password that was typed', async () => {
  const [email, secret] = [address(), password()];
  const first = password();
  await tenant.client().auth.signUp({ email, password: first });
  await tenant.client().auth.signUp({ email, password: secret, options: { data: { nick: 'Ada' } } });
  assert.equal(await tryPassword(email, secret), 400, 'not before');
  const { fragment } = arrival((await follow((await lastMessage(tenant, email)).link)).headers.get('location'));
  assert.ok(fragment.get('access_token'));
  assert.equal(await tryPassword(email, secret), 200);
  assert.equal(await tryPassword(email, first), 400, 'and not the one of a sign-up before');
});

test('a link that is opened elsewhere confirms the address, not the password: its owner chooses one', async () => {
  const [email, strangers, own] = [address(), password(), password()];
  await tenant.client().auth.signUp({ email, password: strangers, options: { data: { nick: 'Mallory' } } });
  await elsewhere(email);
  const { link } = await lastMessage(tenant, email);
  for (const method of ['GET', 'HEAD', 'GET']) assert.ok([200, 405].includes((await fetch(link, { method, redirect: 'manual' })).status), 'a mail server that looks into links uses nothing up');
  const { fragment } = arrival((await press(link)).headers.get('location'));
  assert.ok(fragment.get('access_token'), 'the owner of the mailbox is in');
  assert.equal(await tryPassword(email, strangers), 400, 'the stranger is not');
  const choose = await lastMessage(tenant, email);
  assert.equal(choose.occasion, 'choose_password');
  const client = tenant.client();
  const { data, error } = await client.auth.verifyOtp({ type: 'recovery', email, token: choose.code });
  assert.equal(error, null);
  assert.equal(data.user?.user_metadata['nick'], undefined, 'nor does anything else of the stranger stay');
  assert.equal((await client.auth.updateUser({ password: own })).error, null);
  assert.equal(await tryPassword(email, own), 200);
  assert.equal(await tryPassword(email, strangers), 400);
});

test('with PKCE the browser that signed up has the password, wherever the link was opened', async () => {
  const [email, secret, verifier] = [address(), password(), randomBytes(40).toString('hex')];
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');
  await raw(tenant, 'POST', '/signup', { email, password: secret, code_challenge, code_challenge_method: 's256' });
  await elsewhere(email);
  const { query } = arrival((await press((await lastMessage(tenant, email)).link)).headers.get('location'));
  assert.equal(await tryPassword(email, secret), 400, 'not by the link alone');
  const session = await raw(tenant, 'POST', '/token?grant_type=pkce', { auth_code: query.get('code'), code_verifier: verifier });
  assert.equal(session.status, 200);
  assert.ok(!JSON.stringify(session.body).includes('$2'), 'no hash goes out');
  assert.equal(await tryPassword(email, secret), 200);
});

test('another proof of the address voids what was prepared under it', async () => {
  for (const way of ['magiclink', 'recovery', 'code'] as const) {
    const [email, strangers] = [address(way), password()];
    await tenant.client().auth.signUp({ email, password: strangers });
    const prepared = await lastMessage(tenant, email);
    const client = tenant.client();
    if (way === 'recovery') await client.auth.resetPasswordForEmail(email);
    else await client.auth.signInWithOtp({ email });
    const mail = await lastMessage(tenant, email);
    if (way === 'code') assert.equal((await client.auth.verifyOtp({ type: 'email', email, token: mail.code })).error, null);
    else await follow(mail.link);
    assert.equal(await tryPassword(email, strangers), 400, way);
    const late = arrival((await follow(prepared.link)).headers.get('location'));
    assert.equal(late.fragment.get('error_code'), 'otp_expired', `${way}: the stranger's link is worth nothing any more`);
    assert.equal(await tryPassword(email, strangers), 400, way);
  }
});

test('where nothing is confirmed, a stranger loses the account to who proves the address', async () => {
  await setAuth(tenant, { confirm_email: false, confirm_phone: false });
  try {
    for (const way of ['magiclink', 'recovery'] as const) {
      const [email, strangers] = [address(way), password()];
      const stranger = tenant.client();
      const { data } = await stranger.auth.signUp({ email, password: strangers, options: { data: { nick: 'Mallory' } } });
      assert.ok(data.session && data.user?.email_confirmed_at, 'a session at once, and an address that counts');
      assert.equal(data.user.identities?.[0]?.identity_data?.['email_verified'], true);
      await stranger.auth.mfa.enroll({ factorType: 'totp' });
      const key = new Authenticator(tenant.url);
      assert.equal((await register(data.session.access_token, key)).status, 200);
      const theirs = address('mallory');
      assert.equal((await stranger.auth.updateUser({ email: theirs })).error, null);
      const away = await lastMessage(tenant, theirs);
      const half = await begin(data.session.access_token);
      const owner = tenant.client();
      if (way === 'recovery') await owner.auth.resetPasswordForEmail(email);
      else await owner.auth.signInWithOtp({ email });
      const { code } = await lastMessage(tenant, email);
      const proof = await owner.auth.verifyOtp({ type: way === 'recovery' ? 'recovery' : 'email', email, token: code });
      assert.equal(proof.error, null);
      assert.equal(proof.data.user?.user_metadata['nick'], undefined);
      assert.equal(await tryPassword(email, strangers), 400, way);
      assert.ok((await stranger.auth.refreshSession()).error, `${way}: their sessions have ended`);
      assert.equal((await owner.auth.refreshSession()).error, null, "the owner's has not");
      assert.ok((await events(tenant, proof.data.user!.id)).includes('password_dropped'));
      assert.equal(await tenant.sql(`select count(*) from mfa_factors where user_id = '${proof.data.user!.id}'`), '0', 'nor does a factor of theirs');
      assert.equal((await enter(key)).status, 400, `${way}: their passkey opens nothing`);
      await follow(away.link);
      assert.equal(await tenant.sql(`select email from users where id = '${proof.data.user!.id}'`), email, `${way}: the address that they were moving it to does not get it`);
      assert.equal(await tenant.sql(`select count(*) from webauthn_challenges where id = '${half.challenge_id}'`), '0', 'nor is a key of theirs half registered');
      const again = await owner.auth.updateUser({ password: strangers });
      assert.equal(again.error, null, 'the owner may choose any');
      assert.equal(await tryPassword(email, strangers), 200, 'and it is theirs');
    }
  } finally {
    await setAuth(tenant);
  }
});

test("an administrator's word confirms what was typed with the address", async () => {
  const [email, secret] = [address(), password()];
  const { data } = await tenant.client().auth.signUp({ email, password: secret, options: { data: { nick: 'Ada' } } });
  const admin = tenant.client(tenant.serviceKey).auth.admin;
  const { data: confirmed } = await admin.updateUserById(data.user!.id, { email_confirm: true });
  assert.ok(confirmed.user?.email_confirmed_at);
  assert.equal(confirmed.user.user_metadata['nick'], 'Ada');
  assert.equal(await tryPassword(email, secret), 200);
});

test('another address by an administrator is another address to prove', async () => {
  const who = await person(tenant);
  await tenant.client(tenant.serviceKey).auth.admin.updateUserById(who.id, { email: address() });
  assert.equal(await tenant.sql(`select email_verified from users where id = '${who.id}'`), 'f');
});

test('messages have a budget an hour, by address and for the house; so have throw-away logins', async () => {
  const house = await makeTenant(daemon, []);
  const status = async (where: string, body: unknown) => (await raw(house, 'POST', where, body)).status;
  await setAuth(house, { limits: { signup: 0, otp: 0, mail: 3, mail_tenant: 100 } });
  const mails = [];
  for (let i = 0; i < 5; i++) mails.push(await status('/otp', { email: address() }));
  assert.deepEqual(mails, [200, 200, 200, 429, 429]);
  await house.sql('delete from rate_limits');
  await setAuth(house, { limits: { signup: 0, otp: 0, mail: 100, mail_tenant: 2 } });
  const all = [];
  for (const where of ['/otp', '/signup', '/recover', '/otp']) all.push(await status(where, { email: address(), password: password() }));
  assert.deepEqual(all, [200, 200, 429, 429], 'whichever door they come through');
  assert.equal((await messages(house, 'nobody@example.com')).length, 0);
  for (const [limit, name] of [
    [{ anonymous: 2 }, 'five minutes'],
    [{ anonymous: 0, anonymous_hour: 2 }, 'an hour'],
    [{ anonymous: 0, anonymous_hour: 0, anonymous_tenant: 2 }, 'the house'],
  ] as const) {
    await house.sql('delete from rate_limits');
    await setAuth(house, { limits: limit });
    const logins = [];
    for (let i = 0; i < 4; i++) logins.push(await status('/signup', {}));
    assert.deepEqual(logins, [200, 200, 429, 429], name);
  }
});
