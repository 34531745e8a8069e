// What must never be possible: guessing, telling who has an account, using a token elsewhere or after its end.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { address, arrival, claims, events, lastMessage, password, person, raw, setAuth, signIn, token } from './auth_support.ts';

let daemon: Daemon;
let tenant: Tenant;
let other: Tenant;
before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, []);
  other = await makeTenant(daemon, []);
  await setAuth(tenant);
  await setAuth(other);
});
after(async () => {
  await daemon.stop();
});

const tryPassword = (email: string, secret: string) => raw(tenant, 'POST', '/token?grant_type=password', { email, password: secret });

test('known and unknown addresses fail alike, down to the last byte and the lock', async () => {
  const known = await person(tenant);
  const unknown = address('nobody');
  const tell = async (email: string) => {
    const answers: string[] = [];
    for (let i = 0; i < 7; i++) {
      const { status, body } = await tryPassword(email, 'wrong-password');
      answers.push(`${status} ${JSON.stringify(body).replace(/\d+ seconds/, 'N seconds')}`);
    }
    return answers;
  };
  const [a, b] = [await tell(known.email), await tell(unknown)];
  assert.deepEqual(a, b);
  assert.match(a[0]!, /^400 .*invalid_credentials/);
  assert.match(a[6]!, /^429 .*over_request_rate_limit/);
});

test('a locked account stays locked for the right password, waits grow, an admin unlocks', async () => {
  const who = await person(tenant);
  for (let i = 0; i < 5; i++) await tryPassword(who.email, 'wrong');
  const locked = await tryPassword(who.email, who.password);
  assert.equal(locked.status, 429);
  const firstWait = Number(locked.headers.get('retry-after'));
  assert.ok(firstWait > 0 && firstWait <= 30);
  assert.equal(await tenant.sql(`select failed_login_attempts || ' ' || (locked_until > now()) from users where id = '${who.id}'`), '5 true');
  // the lock runs out, one more failure doubles it
  await tenant.sql(`update auth_attempts set blocked_until = now() where blocked_until > now()`);
  await tryPassword(who.email, 'wrong');
  const longer = Number((await tryPassword(who.email, who.password)).headers.get('retry-after'));
  assert.ok(longer > 30 && longer <= 60, `the second wait is longer: ${longer}`);
  assert.ok((await events(tenant, who.id)).includes('account_locked'));
  await tenant.client(tenant.serviceKey).auth.admin.updateUserById(who.id, { user_metadata: { helped: true } });
  assert.equal((await tryPassword(who.email, who.password)).status, 200);
});

test('a hundred guesses at once are a hundred guesses', async () => {
  const who = await person(tenant);
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => tryPassword(who.email, i === 99 ? who.password : `guess-${i}`)));
  const judged = answers.filter((a) => a.status === 400).length;
  assert.ok(judged >= 5 && judged <= 55, `${judged} guesses were looked at`);
  assert.equal((await tryPassword(who.email, who.password)).status, 429);
});

test('many right sign-ins at once lock nobody out', async () => {
  const who = await person(tenant);
  const answers = await Promise.all(Array.from({ length: 20 }, () => tryPassword(who.email, who.password)));
  assert.deepEqual([...new Set(answers.map((a) => a.status))], [200]);
});

test('an address that fails too often is locked for every account', async () => {
  await setAuth(tenant, { address_lock_after: 8 });
  await tenant.sql('delete from auth_attempts');
  for (let i = 0; i < 8; i++) await tryPassword(address(), 'wrong');
  const who = await person(tenant);
  assert.equal((await tryPassword(who.email, who.password)).status, 429);
  await tenant.sql('delete from auth_attempts');
  await setAuth(tenant);
  assert.equal((await tryPassword(who.email, who.password)).status, 200);
});

test('a refresh token used twice at once gives one token; later the family ends', async () => {
  const who = await person(tenant);
  const client = await signIn(tenant, who);
  const { data } = await client.auth.getSession();
  const old = data.session!.refresh_token;
  const refresh = (refresh_token: string) => raw(tenant, 'POST', '/token?grant_type=refresh_token', { refresh_token });
  const answers = await Promise.all(Array.from({ length: 12 }, () => refresh(old)));
  assert.deepEqual([...new Set(answers.map((a) => a.status))], [200]);
  assert.equal(new Set(answers.map((a) => a.body.refresh_token)).size, 1, 'all got the same active token');
  const active = answers[0]!.body.refresh_token as string;
  const next = (await refresh(active)).body.refresh_token as string;
  assert.equal((await refresh(old)).body.refresh_token, next, 'within the grace, even a grandparent gives the active one');

  await tenant.sql(`update auth_sessions set recent_uses = array(select u - interval '11 seconds' from unnest(recent_uses) u) where user_id = '${who.id}'`);
  const late = await refresh(old);
  assert.equal(late.status, 400);
  assert.equal(late.body.error_code, 'refresh_token_already_used');
  assert.match(late.body.msg, /Already Used/);
  assert.equal((await refresh(next)).body.error_code, 'refresh_token_already_used', 'the whole family has ended');
  assert.ok((await events(tenant, who.id)).includes('token_reuse'));
});

test('refresh tokens that nobody issued', async () => {
  const client = await signIn(tenant, await person(tenant));
  const { data } = await client.auth.getSession();
  const good = data.session!.refresh_token;
  const flipped = (good[0] === 'A' ? 'B' : 'A') + good.slice(1);
  const counted = Buffer.from(good, 'base64url');
  counted.writeInt32BE(7, 16);
  for (const bad of ['', 'x', 'not a token', flipped, good.slice(0, -1), `${good}AAAA`, counted.toString('base64url'), 'ä'.repeat(40), "' or 1=1"]) {
    const { status, body } = await raw(tenant, 'POST', '/token?grant_type=refresh_token', { refresh_token: bad });
    assert.equal(status, 400, bad);
    assert.equal(body.error_code, 'refresh_token_not_found', bad);
  }
});

test('a token of one tenant is worth nothing at another', async () => {
  const mine = await token(await signIn(tenant, await person(tenant)));
  assert.equal((await raw(tenant, 'GET', '/user', undefined, { authorization: `Bearer ${mine}` })).status, 200);
  const there = await raw(other, 'GET', '/user', undefined, { authorization: `Bearer ${mine}` });
  assert.equal(there.status, 403);
  assert.equal(there.body.error_code, 'bad_jwt');
  const list = await raw(other, 'GET', '/admin/users', undefined, { authorization: `Bearer ${tenant.serviceKey}` });
  assert.equal(list.body.error_code, 'bad_jwt');
});

test('tokens that were tampered with', async () => {
  const mine = await token(await signIn(tenant, await person(tenant)));
  const [head, body, signature] = mine.split('.') as [string, string, string];
  const encode = (o: unknown) => Buffer.from(JSON.stringify(o)).toString('base64url');
  const raised = encode({ ...claims(mine), role: 'service_role' });
  const forged = (h: unknown, b: string, key: string) => {
    const text = `${encode(h)}.${b}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const cases: Record<string, string> = {
    'another body': `${head}.${raised}.${signature}`,
    'no signature': `${head}.${body}.`,
    'alg none': `${encode({ alg: 'none', typ: 'JWT' })}.${raised}.`,
    'alg none with signature': `${encode({ alg: 'none', typ: 'JWT' })}.${raised}.${signature}`,
    'wrong secret': forged({ alg: 'HS256', typ: 'JWT' }, raised, 'secret'),
    'empty secret': forged({ alg: 'HS256', typ: 'JWT' }, raised, ''),
    'public key as secret': forged({ alg: 'HS256', typ: 'JWT', kid: 'x' }, raised, tenant.anonKey),
    'critical extension': forged({ alg: 'HS256', crit: ['b64'], b64: false }, raised, 'x'),
    'another algorithm': `${encode({ alg: 'HS512', typ: 'JWT' })}.${body}.${signature}`,
    'ES256 with an unknown key': `${encode({ alg: 'ES256', kid: 'nobody' })}.${body}.${signature}`,
    'two parts': `${head}.${body}`,
    'four parts': `${mine}.x`,
    padding: `${head}.${body}=.${signature}`,
    rubbish: 'a.b.c',
    huge: `${head}.${'A'.repeat(20000)}.${signature}`.slice(0, 15000),
  };
  for (const [name, bad] of Object.entries(cases)) {
    const answer = await raw(tenant, 'GET', '/user', undefined, { authorization: `Bearer ${bad}` });
    assert.equal(answer.status, 403, name);
    assert.equal(answer.body.error_code, 'bad_jwt', name);
    assert.match(answer.body.msg as string, /^invalid JWT: unable to parse or verify signature, ./, name);
  }
  assert.equal((await raw(tenant, 'GET', '/user')).body.error_code, 'no_authorization');
  assert.equal((await raw(tenant, 'GET', '/user', undefined, { authorization: 'Basic abc' })).status, 403);
});

test('tokens signed with the right secret are still judged by their claims', async () => {
  const secret = await tenant.sql(`select jwt_secret from maitred.tenant_keys k join public.tenants t on t.id = k.tenant_id where schema_name = '${tenant.schema}'`);
  const who = await person(tenant);
  const now = Math.floor(Date.now() / 1000);
  const sign = (body: Record<string, unknown>) => {
    const text = [{ alg: 'HS256', typ: 'JWT' }, body].map((o) => Buffer.from(JSON.stringify(o)).toString('base64url')).join('.');
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const good = { role: 'authenticated', tenant: tenant.schema, sub: who.id, exp: now + 600 };
  const ask = async (body: Record<string, unknown>) => {
    const { status, body: said } = await raw(tenant, 'GET', '/user', undefined, { authorization: `Bearer ${sign(body)}` });
    return status === 200 ? 200 : (said.error_code as string);
  };
  assert.equal(await ask(good), 200);
  const { exp: _, ...endless } = good;
  const { tenant: __, ...homeless } = good;
  for (const [name, bad] of Object.entries({
    'another tenant': { ...good, tenant: other.schema },
    'no tenant': homeless,
    'no expiry': endless,
    expired: { ...good, exp: now - 60 },
    'not yet valid': { ...good, nbf: now + 600 },
    'from the future': { ...good, iat: now + 600 },
    'a role of the database': { ...good, role: 'maitred_auth' },
    'the owner': { ...good, role: 'maitred' },
    'no role': { ...good, role: null },
    'a subject that is no user id': { ...good, sub: "x' or '1'='1" },
    'a session in another spelling': { ...good, session_id: who.id.toUpperCase() },
  }))
    assert.equal(await ask(bad), 'bad_jwt', name);
  const guest = { ...endless, sub: undefined, app_role: 'guest', table_session_id: who.id, customer_session_id: who.id, exp: now + 600 };
  assert.equal(await ask(guest), 'no_authorization', 'a table guest is somebody, but no user');
  assert.equal((await fetch(`${tenant.url}/rest/v1/organizations`, { headers: { authorization: `Bearer ${sign(guest)}` } })).status, 200);
});

test('short keys stand for the signed ones', async () => {
  const secret = await tenant.sql(`select jwt_secret from maitred.tenant_keys k join public.tenants t on t.id = k.tenant_id where schema_name = '${tenant.schema}'`);
  const short = (kind: string, schema = tenant.schema) => `sb_${kind}_${createHmac('sha256', secret).update(`api key:${kind}:${schema}`).digest().subarray(0, 24).toString('base64url')}`;
  assert.equal((await tenant.client(short('secret')).auth.admin.listUsers()).error, null);
  assert.equal((await tenant.client(short('publishable')).auth.admin.listUsers()).error?.code, 'not_admin');
  assert.equal((await tenant.client(short('secret', other.schema)).auth.admin.listUsers()).error?.code, 'bad_jwt');
  assert.equal((await tenant.client('sb_secret_guessed').auth.admin.listUsers()).error?.code, 'bad_jwt');
});

test('disabling a user and signing out end access without waiting for the token to expire', async () => {
  const who = await person(tenant);
  const disabled = await token(await signIn(tenant, who));
  const service = tenant.client(tenant.serviceKey);
  const reads = async (jwt: string) => (await fetch(`${tenant.url}/auth/v1/user`, { headers: { authorization: `Bearer ${jwt}` } })).status;
  assert.equal(await reads(disabled), 200);
  await service.auth.admin.updateUserById(who.id, { ban_duration: '24h' });
  assert.equal(await reads(disabled), 403);
  // the sign-in service asks the database; the other doors hear of it from the poll
  const rest = async (jwt: string) => (await fetch(`${tenant.url}/rest/v1/users?select=id`, { headers: { apikey: tenant.anonKey, authorization: `Bearer ${jwt}` } })).status;
  await until('the tables refuse the token', async () => (await rest(disabled)) === 401);
  assert.equal((await tryPassword(who.email, who.password)).body.error_code, 'user_banned');
  await service.auth.admin.updateUserById(who.id, { ban_duration: 'none' });
  assert.equal((await tryPassword(who.email, who.password)).status, 200);
});

test('a role that is lowered is lowered now; a new one comes with the next token', async () => {
  const service = tenant.client(tenant.serviceKey);
  const organization = await tenant.sql('select id from organizations limit 1');
  const who = await person(tenant, { app_metadata: { app_role: 'manager', organization_id: organization } });
  const client = await signIn(tenant, who);
  const before = claims(await token(client));
  assert.equal(before['app_role'], 'manager');
  assert.equal(before['organization_id'], organization);
  await service.auth.admin.updateUserById(who.id, { app_metadata: { app_role: 'admin' } });
  await client.auth.refreshSession();
  assert.equal(claims(await token(client))['app_role'], 'admin');
  await service.auth.admin.updateUserById(who.id, { app_metadata: { app_role: 'waiter' } });
  assert.ok((await client.auth.refreshSession()).error, 'the session of the higher role has ended');
});

test('limits hold by address and name their wait', async () => {
  await setAuth(other, { limits: { signup: 3 }, mail_interval_s: 0 });
  const answers: number[] = [];
  for (let i = 0; i < 5; i++) answers.push((await raw(other, 'POST', '/signup', { email: address(), password: password() })).status);
  assert.deepEqual(answers, [200, 200, 200, 429, 429]);
  const refused = await raw(other, 'POST', '/signup', { email: address(), password: password() }, { 'x-supabase-api-version': '2024-01-01' });
  assert.equal(refused.body.code, 'over_request_rate_limit');
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  await setAuth(other, { mail_interval_s: 60 });
  const [known, unknown] = [await person(other), address()];
  for (const email of [known.email, unknown]) {
    assert.equal((await raw(other, 'POST', '/recover', { email })).status, 200);
    const second = await raw(other, 'POST', '/recover', { email });
    assert.equal(second.status, 429);
    assert.equal(second.body.error_code, 'over_email_send_rate_limit');
  }
  await setAuth(other);
});

test('weak passwords are refused with reasons', async () => {
  const reasons = async (secret: string, email = address()) => {
    const { error } = await tenant.client().auth.signUp({ email, password: secret });
    return error && 'reasons' in error ? (error as { reasons: string[] }).reasons : error?.code;
  };
  assert.deepEqual(await reasons('short1'), ['length']);
  for (const common of ['password', 'Passw0rd!', 'P4ssword123', '12345678', 'abcdefgh', 'aaaaaaaaa', 'abcabcabcabc', 'qwertyuiop', 'letmein!!!']) {
    assert.deepEqual(await reasons(common), ['pwned'], common);
  }
  assert.deepEqual(await reasons('giuseppe99', 'giuseppe@example.com'), ['pwned']);
  assert.equal(await reasons('x'.repeat(73)), 'validation_failed');
  await setAuth(other, { password_min_length: 12, password_required_characters: 'abcdefghijklmnopqrstuvwxyz:0123456789' });
  const { error } = await other.client().auth.signUp({ email: address(), password: 'ONLYCAPITAL' });
  assert.deepEqual((error as unknown as { reasons: string[] }).reasons, ['characters', 'length']);
  await setAuth(other);
});

test('errors have both shapes of the dialect', async () => {
  const old = await raw(tenant, 'POST', '/token?grant_type=password', { email: address(), password: 'x' });
  assert.deepEqual(old.body, { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' });
  assert.equal(old.headers.get('x-sb-error-code'), 'invalid_credentials');
  const fresh = await raw(tenant, 'POST', '/token?grant_type=password', { email: address(), password: 'x' }, { 'x-supabase-api-version': '2024-01-01' });
  assert.deepEqual(fresh.body, { code: 'invalid_credentials', message: 'Invalid login credentials' });
  assert.equal(fresh.headers.get('x-supabase-api-version'), '2024-01-01');
});

test('bad input of every kind gets an answer in the dialect', async () => {
  const cases: [string, string, unknown, number, string][] = [
    ['POST', '/signup', '{', 400, 'bad_json'],
    ['POST', '/signup', '[]', 400, 'bad_json'],
    ['POST', '/signup', '"x"', 400, 'bad_json'],
    ['POST', '/signup', '{"email":"a@b.c","email":"d@e.f"}', 400, 'bad_json'],
    ['POST', '/signup', '{"email":"a\\u0000@b.test","password":"Correct-horse-1"}', 400, 'bad_json'],
    ['POST', '/signup', { email: 'no address', password: 'Correct-horse-1' }, 400, 'validation_failed'],
    ['POST', '/signup', { email: 'a@b@c', password: 'Correct-horse-1' }, 400, 'validation_failed'],
    ['POST', '/signup', { email: ['a@b.test'], password: 'Correct-horse-1' }, 400, 'validation_failed'],
    ['POST', '/signup', { email: 'a@b.test', password: 12345678 }, 400, 'validation_failed'],
    ['POST', '/signup', { email: 'a@b.test' }, 400, 'validation_failed'],
    ['POST', '/signup', { phone: '12', password: 'Correct-horse-1' }, 400, 'validation_failed'],
    ['POST', '/signup', `{"data":"${'x'.repeat(70000)}"}`, 413, 'validation_failed'],
    ['POST', '/signup', `${'['.repeat(5000)}`, 400, 'bad_json'],
    ['POST', '/token', {}, 400, 'validation_failed'],
    ['POST', '/token?grant_type=password', {}, 400, 'validation_failed'],
    ['POST', '/token?grant_type=password', { email: 7 }, 400, 'validation_failed'],
    ['POST', '/token?grant_type=password', { email: "'; drop table users; --", password: 'x' }, 400, 'invalid_credentials'],
    ['POST', '/token?grant_type=refresh_token', {}, 400, 'refresh_token_not_found'],
    ['POST', '/token?grant_type=pkce', {}, 400, 'validation_failed'],
    ['POST', '/token?grant_type=id_token', {}, 400, 'validation_failed'],
    ['POST', '/otp', {}, 400, 'validation_failed'],
    ['POST', '/recover', { email: 'x' }, 400, 'validation_failed'],
    ['POST', '/verify', {}, 400, 'validation_failed'],
    ['POST', '/verify', { type: 'nothing', token: '1', email: 'a@b.test' }, 400, 'validation_failed'],
    ['POST', '/verify', { type: 'signup', token_hash: 'x' }, 403, 'otp_expired'],
    ['POST', '/resend', { type: 'x' }, 400, 'validation_failed'],
    ['POST', '/factors', { factor_type: 'totp' }, 401, 'no_authorization'],
    ['POST', '/factors/not-a-uuid/challenge', {}, 401, 'no_authorization'],
    ['GET', '/no-such-door', undefined, 404, 'not_found'],
    ['POST', '/sso', { domain: 'x.example' }, 404, 'saml_provider_disabled'],
    ['POST', '/token?grant_type=web3', { chain: 'solana' }, 422, 'web3_provider_disabled'],
    ['POST', '/verify', { type: 'sms', phone: '+15551234567-invalid', token: '123456' }, 400, 'validation_failed'],
    ['POST', '/logout', {}, 401, 'no_authorization'],
    ['GET', '/reauthenticate', undefined, 401, 'no_authorization'],
    ['GET', '/admin/users', undefined, 403, 'not_admin'],
    ['POST', '/admin/users', { email: 'a@b.test' }, 403, 'not_admin'],
    ['POST', '/invite', { email: 'a@b.test' }, 403, 'not_admin'],
    ['GET', '/authorize?provider=nobody', undefined, 400, 'validation_failed'],
    ['GET', '/authorize?provider=%ff', undefined, 400, 'bad_json'],
  ];
  for (const [method, where, body, status, code] of cases) {
    const answer = await raw(tenant, method, where, body);
    const name = `${method} ${where} ${JSON.stringify(body)?.slice(0, 80)}`;
    assert.equal(answer.status, status, `${name}: ${JSON.stringify(answer.body)}`);
    assert.equal(answer.body.error_code, code, name);
    assert.equal(answer.body.code, status, name);
    assert.equal(typeof answer.body.msg, 'string', name);
  }
});

test('a link in a mail never follows a Host header that is not ours', async () => {
  const who = await person(tenant);
  await raw(tenant, 'POST', '/recover', { email: who.email });
  const { link } = await lastMessage(tenant, who.email);
  assert.equal(new URL(link).hostname, tenant.domain);
  // what the asker says of host and port gets into no mail
  const ask = async (host: string, more: Record<string, string> = {}) => {
    const { email } = await person(tenant);
    await new Promise<void>((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port: daemon.port, path: '/auth/v1/recover', method: 'POST', headers: { host, apikey: tenant.anonKey, 'content-type': 'application/json', ...more } },
        (answer) => {
          answer.resume();
          answer.on('end', resolve);
        },
      );
      asked.on('error', reject);
      asked.end(JSON.stringify({ email }));
    });
    return new URL((await lastMessage(tenant, email)).link).origin;
  };
  for (const host of [`${tenant.domain}:9999`, tenant.domain, `${tenant.domain}:${daemon.port}`, `${tenant.domain}:0${daemon.port}`])
    assert.equal(await ask(host, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }), tenant.url, host);
  await tenant.sql(`update public.tenants set settings = settings || '{"public_url": "https://pizza.example/"}' where schema_name = '${tenant.schema}'`);
  await until("the house's own address", async () => (await ask(`${tenant.domain}:9999`)) === 'https://pizza.example');
  await tenant.sql(`update public.tenants set settings = settings - 'public_url' where schema_name = '${tenant.schema}'`);
  await until("the daemon's again", async () => (await ask(tenant.domain)) === tenant.url);
  const expired = arrival((await fetch(`${tenant.url}/auth/v1/verify?token=none&type=recovery&redirect_to=https://evil.example`, { redirect: 'manual' })).headers.get('location'));
  assert.equal(expired.url.hostname, tenant.domain);
  assert.equal(expired.fragment.get('error'), 'access_denied');
});
