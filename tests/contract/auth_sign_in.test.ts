// Signing up, in and out, as the unmodified client does it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { startDaemon, makeTenant, type Daemon, type Tenant } from './harness.ts';
import { address, arrival, claims, events, lastMessage, messages, password, person, phone, raw, setAuth, signIn, token } from './auth_support.ts';

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

test('a customer signs up, confirms by link, signs in, refreshes, signs out', async () => {
  const email = address();
  const secret = password();
  const client = tenant.client();
  const signup = await client.auth.signUp({ email, password: secret, options: { data: { full_name: 'Ada' }, emailRedirectTo: `${tenant.url}/welcome` } });
  assert.equal(signup.error, null);
  assert.equal(signup.data.session, null, 'no session before the address is confirmed');
  assert.equal(signup.data.user?.email, email);

  const early = await client.auth.signInWithPassword({ email, password: secret });
  assert.equal(early.error?.code, 'invalid_credentials', 'the password counts once the address is confirmed');

  const mail = await lastMessage(tenant, email);
  assert.match(mail.subject, /Confirm/);
  const visit = await fetch(mail.link, { redirect: 'manual' });
  assert.equal(visit.status, 303);
  const { url, fragment } = arrival(visit.headers.get('location'));
  assert.equal(url.pathname, '/welcome');
  assert.equal(fragment.get('type'), 'signup');
  assert.equal(fragment.get('token_type'), 'bearer');
  assert.ok(fragment.get('access_token') && fragment.get('refresh_token'));
  const again = arrival((await fetch(mail.link, { redirect: 'manual' })).headers.get('location'));
  assert.equal(again.fragment.get('error_code'), 'otp_expired', 'a link works once');

  const signed = await client.auth.signInWithPassword({ email, password: secret });
  assert.equal(signed.error, null);
  const session = signed.data.session!;
  assert.equal(session.token_type, 'bearer');
  assert.equal(session.expires_at, Number(claims(session.access_token)['exp']));
  assert.equal(signed.data.user?.user_metadata['full_name'], 'Ada');
  assert.ok(signed.data.user?.email_confirmed_at);
  const said = claims(session.access_token);
  assert.equal(said['iss'], `${tenant.url}/auth/v1`);
  assert.equal(said['aud'], 'authenticated');
  assert.equal(said['role'], 'authenticated');
  assert.equal(said['tenant'], tenant.schema);
  assert.equal(said['app_role'], 'customer');
  assert.equal(said['aal'], 'aal1');
  assert.equal((said['amr'] as { method: string }[])[0]?.method, 'password');
  assert.equal(said['is_anonymous'], false);

  const user = await client.auth.getUser();
  assert.equal(user.data.user?.id, signed.data.user?.id);
  const refreshed = await client.auth.refreshSession();
  assert.equal(refreshed.error, null);
  assert.notEqual(refreshed.data.session?.refresh_token, session.refresh_token);
  assert.equal(claims(refreshed.data.session!.access_token)['session_id'], said['session_id'], 'one session, many tokens');

  assert.equal((await client.auth.signOut()).error, null);
  const gone = await tenant.client().auth.refreshSession({ refresh_token: refreshed.data.session!.refresh_token });
  assert.equal(gone.error?.code, 'refresh_token_not_found');
  assert.deepEqual(
    (await events(tenant, signed.data.user!.id)).filter((e) => e !== 'login_failed'),
    ['signup', 'login', 'login', 'logout'],
  );
});

test('a code from the mail does what the link does', async () => {
  const email = address();
  const client = tenant.client();
  await client.auth.signUp({ email, password: password() });
  const { code } = await lastMessage(tenant, email);
  const wrong = await client.auth.verifyOtp({ email, token: code === '000000' ? '000001' : '000000', type: 'signup' });
  assert.equal(wrong.error?.code, 'otp_expired');
  const right = await client.auth.verifyOtp({ email, token: code, type: 'signup' });
  assert.equal(right.error, null);
  assert.ok(right.data.session);
});

test('after five wrong codes the right one is worth nothing', async () => {
  const email = address();
  const client = tenant.client();
  await client.auth.signUp({ email, password: password() });
  const { code } = await lastMessage(tenant, email);
  const wrong = code === '111111' ? '222222' : '111111';
  for (let i = 0; i < 5; i++) await client.auth.verifyOtp({ email, token: wrong, type: 'signup' });
  assert.equal((await client.auth.verifyOtp({ email, token: code, type: 'signup' })).error?.code, 'otp_expired');
});

test('a taken address answers like a new one, and its owner learns of it', async () => {
  const taken = await person(tenant);
  const fresh = address();
  const shape = (user: unknown): unknown =>
    JSON.parse(JSON.stringify(user, (key, value) => (typeof value === 'string' && key !== 'aud' && key !== 'role' && key !== 'provider' ? typeof value : value)));
  const one = await raw(tenant, 'POST', '/signup', { email: fresh, password: password() });
  const two = await raw(tenant, 'POST', '/signup', { email: taken.email, password: password() });
  assert.equal(one.status, 200);
  assert.equal(two.status, 200);
  assert.deepEqual(Object.keys(two.body).sort(), Object.keys(one.body).sort());
  assert.deepEqual(shape(two.body), shape(one.body));
  assert.equal(two.body.email, taken.email);
  assert.notEqual(two.body.id, taken.id);
  assert.equal((await lastMessage(tenant, taken.email)).occasion, 'already_registered');
  assert.equal((await signIn(tenant, taken)) !== null, true, 'nothing about the account changed');
});

test("who prepares an account with somebody else's address gets nothing", async () => {
  const email = address('victim');
  const theirs = password();
  const mine = password();
  await tenant.client().auth.signUp({ email, password: theirs });
  await tenant.client().auth.signUp({ email, password: mine });
  await fetch((await lastMessage(tenant, email)).link, { redirect: 'manual' });
  assert.equal((await tenant.client().auth.signInWithPassword({ email, password: theirs })).error?.code, 'invalid_credentials');
  assert.equal((await tenant.client().auth.signInWithPassword({ email, password: mine })).error, null);
});

test('without confirmation sign-up gives a session and says that an address is taken', async () => {
  const other = await makeTenant(daemon, []);
  await setAuth(other, { confirm_email: false });
  const who = { email: address(), password: password() };
  const first = await other.client().auth.signUp(who);
  assert.ok(first.data.session);
  const second = await other.client().auth.signUp(who);
  assert.equal(second.error?.code, 'user_already_exists');
  await setAuth(other, { signup: false });
  assert.equal((await other.client().auth.signUp({ ...who, email: address() })).error?.code, 'signup_disabled');
});

test('an anonymous guest becomes a customer and keeps the account', async () => {
  const client = tenant.client();
  const guest = await client.auth.signInAnonymously({ options: { data: { table: 7 } } });
  assert.equal(guest.error, null);
  assert.equal(guest.data.user?.is_anonymous, true);
  assert.equal(claims(guest.data.session!.access_token)['is_anonymous'], true);
  const email = address();
  assert.equal((await client.auth.updateUser({ email })).error, null);
  const { link } = await lastMessage(tenant, email);
  assert.ok(arrival((await fetch(link, { redirect: 'manual' })).headers.get('location')).fragment.get('access_token'));
  const { data } = await client.auth.getUser();
  assert.equal(data.user?.id, guest.data.user?.id);
  assert.equal(data.user?.email, email);
  assert.equal(data.user?.is_anonymous, false);
});

test('magic link and e-mail code; an unknown address gets the same answer', async () => {
  const who = await person(tenant);
  const client = tenant.client();
  assert.deepEqual((await raw(tenant, 'POST', '/otp', { email: who.email, create_user: false })).body, {});
  assert.deepEqual((await raw(tenant, 'POST', '/otp', { email: address(), create_user: false })).body, {});
  assert.equal((await client.auth.signInWithOtp({ email: who.email, options: { shouldCreateUser: false } })).error, null);
  const { link, code } = await lastMessage(tenant, who.email);
  const signed = await client.auth.verifyOtp({ email: who.email, token: code, type: 'email' });
  assert.equal(signed.data.user?.id, who.id);
  assert.equal(arrival((await fetch(link, { redirect: 'manual' })).headers.get('location')).fragment.get('error_code'), 'otp_expired', 'the link of a used code is used up too');
});

test('a text message with a code', async () => {
  const number = phone();
  const client = tenant.client();
  assert.equal((await client.auth.signInWithOtp({ phone: number })).error, null);
  const { code } = await lastMessage(tenant, number);
  const signed = await client.auth.verifyOtp({ phone: number, token: code, type: 'sms' });
  assert.equal(signed.error, null);
  assert.equal(`+${signed.data.user?.phone}`, number, 'the dialect shows numbers without plus');
});

test('a forgotten password is replaced, other devices are signed out', async () => {
  const who = await person(tenant);
  const elsewhere = await signIn(tenant, who);
  const client = tenant.client();
  assert.equal((await client.auth.resetPasswordForEmail(who.email)).error, null);
  assert.equal((await client.auth.resetPasswordForEmail(address())).error, null, 'an unknown address gets the same answer');
  const { link } = await lastMessage(tenant, who.email);
  const hash = new URL(link).searchParams.get('token')!;
  const recovered = await client.auth.verifyOtp({ token_hash: hash, type: 'recovery' });
  assert.ok(recovered.data.session);
  const same = await client.auth.updateUser({ password: who.password });
  assert.equal(same.error?.code, 'same_password');
  const fresh = password();
  assert.equal((await client.auth.updateUser({ password: fresh })).error, null);
  const back = await client.auth.updateUser({ password: who.password });
  assert.equal(back.error?.code, 'same_password', 'the history remembers');
  assert.equal((await elsewhere.auth.refreshSession()).error?.code, 'refresh_token_not_found');
  assert.equal((await client.auth.refreshSession()).error, null, 'the device that changed it stays');
  assert.equal((await tenant.client().auth.signInWithPassword({ email: who.email, password: fresh })).error, null);
  assert.equal((await lastMessage(tenant, who.email)).occasion, 'password_changed');
});

test('an old session proves who it is before the password changes', async () => {
  const who = await person(tenant);
  const client = await signIn(tenant, who);
  await tenant.sql(`update auth_sessions set created_at = now() - interval '2 days' where user_id = '${who.id}'`);
  const fresh = password();
  assert.equal((await client.auth.updateUser({ password: fresh })).error?.code, 'reauthentication_needed');
  assert.equal((await client.auth.updateUser({ password: fresh, nonce: '000000' })).error?.code, 'reauthentication_not_valid');
  assert.equal((await client.auth.reauthenticate()).error, null);
  const { code } = await lastMessage(tenant, who.email);
  assert.equal((await client.auth.updateUser({ password: fresh, nonce: code })).error, null);
  await tenant.sql(`update auth_sessions set created_at = now() - interval '2 days' where user_id = '${who.id}'`);
  const jwt = await token(client);
  const bearer = { authorization: `Bearer ${jwt}` };
  assert.equal((await raw(tenant, 'PUT', '/user', { password: password(), current_password: 'wrong' }, bearer)).body.error_code, 'invalid_credentials');
  assert.equal((await raw(tenant, 'PUT', '/user', { password: password(), current_password: fresh }, bearer)).status, 200);
});

test('an e-mail address changes when both mailboxes agree', async () => {
  const who = await person(tenant);
  const client = await signIn(tenant, who);
  const next = address('next');
  const asked = await client.auth.updateUser({ email: next, data: { nickname: 'N' } });
  assert.equal(asked.error, null);
  assert.equal(asked.data.user?.new_email, next);
  assert.equal(asked.data.user?.user_metadata['nickname'], 'N');
  const half = arrival((await fetch((await lastMessage(tenant, who.email)).link, { redirect: 'manual' })).headers.get('location'));
  assert.match(half.fragment.get('message') ?? '', /other email/);
  assert.equal((await client.auth.getUser()).data.user?.email, who.email);
  const whole = await client.auth.verifyOtp({ email: next, token: (await lastMessage(tenant, next)).code, type: 'email_change' });
  assert.equal(whole.error, null);
  assert.equal(whole.data.user?.email, next);
});

test('changing to an address that is taken tells nobody so', async () => {
  const [who, taken] = [await person(tenant), await person(tenant)];
  const client = await signIn(tenant, who);
  const asked = await client.auth.updateUser({ email: taken.email });
  assert.equal(asked.error, null);
  assert.equal(asked.data.user?.new_email, taken.email, 'the answer is the same');
  assert.equal((await lastMessage(tenant, taken.email)).occasion, 'already_registered');
  const half = arrival((await fetch((await lastMessage(tenant, who.email)).link, { redirect: 'manual' })).headers.get('location'));
  assert.match(half.fragment.get('message') ?? '', /other email/);
  assert.equal((await client.auth.getUser()).data.user?.email, who.email);
});

test('PKCE: the code is worth something only with its verifier, once', async () => {
  const who = await person(tenant);
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const start = async () => {
    await raw(tenant, 'POST', '/otp', { email: who.email, code_challenge: challenge, code_challenge_method: 's256' });
    const { link } = await lastMessage(tenant, who.email);
    return arrival((await fetch(link, { redirect: 'manual' })).headers.get('location')).query.get('code')!;
  };
  const good = await raw(tenant, 'POST', '/token?grant_type=pkce', { auth_code: await start(), code_verifier: verifier });
  assert.equal(good.status, 200);
  assert.equal(good.body.user.id, who.id);
  const code = await start();
  assert.equal((await raw(tenant, 'POST', '/token?grant_type=pkce', { auth_code: code, code_verifier: 'x'.repeat(43) })).body.error_code, 'bad_code_verifier');
  assert.equal((await raw(tenant, 'POST', '/token?grant_type=pkce', { auth_code: code, code_verifier: verifier })).body.error_code, 'flow_state_not_found');
});

test('sign-out: here, elsewhere, everywhere', async () => {
  const who = await person(tenant);
  const [a, b, c] = [await signIn(tenant, who), await signIn(tenant, who), await signIn(tenant, who)];
  assert.equal((await a.auth.signOut({ scope: 'local' })).error, null);
  assert.equal((await b.auth.refreshSession()).error, null);
  assert.equal((await b.auth.signOut({ scope: 'others' })).error, null);
  assert.equal((await c.auth.refreshSession()).error?.code, 'refresh_token_not_found');
  assert.equal((await b.auth.refreshSession()).error, null);
  assert.equal((await raw(tenant, 'POST', '/logout?scope=nowhere', {}, { authorization: `Bearer ${await token(b)}` })).status, 400);
});

test('resend brings a fresh link, the old one is worth nothing', async () => {
  const email = address();
  const client = tenant.client();
  await client.auth.signUp({ email, password: password() });
  const first = await lastMessage(tenant, email);
  assert.equal((await client.auth.resend({ type: 'signup', email })).error, null);
  assert.equal((await client.auth.resend({ type: 'signup', email: address() })).error, null);
  assert.equal((await messages(tenant, email)).length, 2);
  assert.equal(arrival((await fetch(first.link, { redirect: 'manual' })).headers.get('location')).fragment.get('error_code'), 'otp_expired');
  assert.ok(arrival((await fetch((await lastMessage(tenant, email)).link, { redirect: 'manual' })).headers.get('location')).fragment.get('access_token'));
});

test('links lead to the site or to addresses that are listed, nowhere else', async () => {
  const who = await person(tenant);
  const target = async (redirectTo: string) => {
    await tenant.client().auth.signInWithOtp({ email: who.email, options: { emailRedirectTo: redirectTo } });
    const { link } = await lastMessage(tenant, who.email);
    return (await fetch(link, { redirect: 'manual' })).headers.get('location')!.split('#')[0];
  };
  assert.equal(await target('https://evil.example/steal'), tenant.url);
  assert.equal(await target(`${tenant.url}.evil.example/`), tenant.url);
  assert.equal(await target('javascript:alert(1)'), tenant.url);
  assert.equal(await target('//evil.example'), tenant.url);
  assert.equal(await target('/menu'), `${tenant.url}/menu`);
  await setAuth(tenant, { redirect_urls: ['https://*.bistro.example/**', 'myapp://callback'] });
  assert.equal(await target('https://www.bistro.example/a/b'), 'https://www.bistro.example/a/b');
  assert.equal(await target('myapp://callback'), 'myapp://callback');
  assert.equal(await target('https://evil.example/?x=.bistro.example/a'), tenant.url);
  await setAuth(tenant);
});

test('settings and health', async () => {
  const { body } = await raw(tenant, 'GET', '/settings');
  assert.equal(body.disable_signup, false);
  assert.equal(body.mailer_autoconfirm, false);
  assert.equal(body.external.email, true);
  assert.equal((await raw(tenant, 'GET', '/health')).body.name, 'maitred');
});
