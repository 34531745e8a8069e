// What the specifications promise through the doors that a program uses: sign-up, REST, commands. Their SQL runs in db/tests/specs.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, makeTenant, type Daemon, type Tenant } from './harness.ts';
import { address, password, setAuth } from './auth_support.ts';

let daemon: Daemon;
let tenant: Tenant;
before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, ['dining', 'stays', 'pool', 'experiences', 'bots']);
  await setAuth(tenant, { confirm_email: false });
});
after(async () => {
  await daemon.stop();
});

test('who registers is seen by the house: in the table, by the administrator’s doors, and may be helped and blocked', async () => {
  const guest = tenant.client();
  const who = { email: address(), password: password() };
  const { data, error } = await guest.auth.signUp(who);
  assert.equal(error, null);
  const id = data.user!.id;
  const owner = await tenant.signIn();
  assert.equal((await owner.from('users').select('email').eq('id', id).single()).data?.email, who.email);
  const bearer = { apikey: tenant.anonKey, authorization: `Bearer ${(await owner.auth.getSession()).data.session!.access_token}`, 'content-type': 'application/json' };
  const list = (await (await fetch(`${tenant.url}/auth/v1/admin/users`, { headers: bearer })).json()) as { users: { id: string }[] };
  assert.ok(list.users.some((u) => u.id === id));
  const blocked = await fetch(`${tenant.url}/auth/v1/admin/users/${id}`, { method: 'PUT', headers: bearer, body: JSON.stringify({ ban_duration: '24h' }) });
  assert.equal(blocked.status, 200);
  assert.ok((await tenant.client().auth.signInWithPassword(who)).error);
  const made = await tenant.client(tenant.serviceKey).auth.admin.createUser({ email: address(), password: password(), email_confirm: true, app_metadata: { app_role: 'waiter' } });
  assert.equal(made.error, null, 'staff whom the service makes belong to the only organization');
});

test('rows with a document’s own columns: filled in where it is clear, priced or refused', async () => {
  const owner = await tenant.signIn();
  const category = await owner.from('menu_categories').insert({ name: 'Specials', rank: 3 }).select().single();
  assert.equal(category.error, null);
  assert.equal((await owner.from('menu_items').insert({ category_id: category.data!.id, name: 'The OmniBurger', price: 1000 })).error, null);
  const cents = await owner.from('menu_items').insert({ name: 'Half', price: 12.5 });
  assert.equal(cents.error?.code, 'MD400');
  assert.match(cents.error!.message, /1250 for 12\.5/);
  const items = [{ name: 'The OmniBurger', price: 1000, quantity: 2 }];
  const order = await owner.from('orders').insert({ customer_name: 'Omar', total_amount: 2000, items }).select().single();
  assert.equal(order.error, null);
  assert.deepEqual(
    (order.data!.items as { name: string; price: number }[]).map((i) => [i.name, i.price]),
    [['The OmniBurger', 1000]],
  );
  assert.equal((await owner.from('orders').select('order_lines(name)').eq('id', order.data!.id).single()).data?.order_lines.length, 1);
  assert.equal((await owner.from('orders').insert({ customer_name: 'Mallory', total_amount: 1, items })).error?.code, 'MD409');
  assert.equal((await owner.from('orders').select().eq('customer_name', 'Mallory')).data?.length, 0);
});

test('a tenant in the schema getinn_ops: models of that document, over SQL that names the schema and over REST', async () => {
  const made = await daemon.platform('POST', 'provision', { name: 'Get Inn', domain: 'getinn.localhost', schema_name: 'getinn_ops' });
  assert.equal(made.status, 201);
  const body = (await made.json()) as { service_role_key: string; anon_key: string; admin: { email: string; password: string } };
  const account = await daemon.sql(`insert into getinn_ops.account (id, name, description, is_active) values (gen_random_uuid(), 'Chain', null, true) returning id`);
  assert.equal(
    await daemon.sql(`insert into getinn_ops."user" (email, hashed_password, account_id, is_superuser) values ('root@chain.test', 'x', '${account}', true) returning is_active || ' ' || is_superuser`),
    'true true',
  );
  assert.equal(await daemon.sql(`insert into getinn_ops.restaurant (account_id, name) values ('${account}', 'One') returning is_active and created_at is not null and timezone = 'UTC'`), 't');
  const bot = await daemon.sql(`insert into getinn_ops.bot_instance (account_id, name) values ('${account}', 'Booker') returning id`);
  await daemon.sql(`insert into getinn_ops.bot_platform_credential (bot_id, platform, credentials) values ('${bot}', 'telegram', '{"token": "1:a"}')`);
  assert.equal(
    await daemon.sql(
      `select b.name || ' ' || c.platform || ' ' || c.credentials from getinn_ops.account a join getinn_ops.bot_instance b on b.account_id = a.id join getinn_ops.bot_platform_credential c on c.bot_id = b.id`,
    ),
    'Booker telegram {"sealed": true}',
  );
  assert.match(await daemon.sql(`select credentials from getinn_ops.bot_platform_credentials`), /^v2\.\d+\.[\w-]{60,}$/, 'sealed, also through the name of that document');
  await daemon.sql(`update getinn_ops.restaurant set name = 'Two', updated_at = now() where name = 'One'`);
  await daemon.sql(`delete from getinn_ops.bot_instance where id = '${bot}'`);
  assert.equal(await daemon.sql(`select count(*) from getinn_ops.bot_platform_credential`), '0');
  const read = async (path: string, key: string) =>
    (await fetch(`${daemon.url('getinn.localhost')}/rest/v1/${path}`, { headers: { apikey: body.anon_key, authorization: `Bearer ${key}` } })).json() as Promise<unknown>;
  assert.deepEqual(await read('restaurant?select=name,account_id&name=eq.Two', body.service_role_key), [{ name: 'Two', account_id: account }]);
  const written = await fetch(`${daemon.url('getinn.localhost')}/rest/v1/bot_instance`, {
    method: 'POST',
    headers: { apikey: body.anon_key, authorization: `Bearer ${body.service_role_key}`, 'content-type': 'application/json', prefer: 'return=representation' },
    body: JSON.stringify({ account_id: account, name: 'Over REST' }),
  });
  assert.equal(written.status, 201);
  assert.equal(((await written.json()) as { is_active: boolean }[])[0]?.is_active, true);
  assert.equal((await daemon.platform('DELETE', 'tenants/getinn_ops?confirm=getinn_ops')).status, 204);
});

test('doors that there are not yet answer programs in their shape', async () => {
  for (const path of ['/functions/v1/x', '/graphql/v1']) {
    const answer = await fetch(tenant.url + path, { headers: { apikey: tenant.anonKey, accept: 'text/html' } });
    assert.equal(answer.status, 404, path);
    assert.match(answer.headers.get('content-type') ?? '', /json/);
    const upload = new FormData();
    upload.set('file', new Blob(['x']), 'x.txt');
    assert.equal((await fetch(tenant.url + path, { method: 'POST', body: upload })).status, 404, `an upload to ${path}`);
  }
});
