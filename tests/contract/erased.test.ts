// Erased is erased: a person who came through the house's doors leaves no word in any table of any schema, nor in a file of the data directory.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { setAuth } from './auth_support.ts';

let daemon: Daemon;
let tenant: Tenant;
before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, ['dining', 'stays', 'pool', 'experiences'], { name: 'Erased' });
  await setAuth(tenant);
});
after(async () => {
  await daemon?.stop();
});

const mark = `zyx${Math.random().toString(36).slice(2, 10)}`;
const email = `${mark}@example.com`;

/** Tables of every schema whose rows still say the mark. */
async function tables(): Promise<string[]> {
  const found = await daemon.sql(`
    select string_agg(format('select ''%s.%s'' from %I.%I t where t::text ~* ''%s'' or (to_jsonb(t) ->> ''body'' like ''\\x%%%%'' and encode(decode(substr(to_jsonb(t) ->> ''body'', 3), ''hex''), ''escape'') ~* ''%s'') group by 1',
      n.nspname, c.relname, n.nspname, c.relname, '${mark}', '${mark}'), ' union all ')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('maitred', 'public', '${tenant.schema}')`);
  return (await daemon.sql(found)).split('\n').filter(Boolean);
}

/** Files of the data directory that say it; PostgreSQL keeps what it keeps until it vacuums. */
function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const kind = statSync(file, { throwIfNoEntry: false });
    if (!kind || name === 'postgres' || name === 'socket') return [];
    if (kind.isDirectory()) return files(file);
    return kind.isFile() && readFileSync(file, 'utf8').toLowerCase().includes(mark) ? [file] : [];
  });
}

async function call<T>(client: ReturnType<Tenant['client']>, name: string, args: Record<string, unknown>): Promise<T> {
  const { data, error } = await client.rpc(name, args);
  assert.equal(error, null, `${name}: ${JSON.stringify(error)}`);
  return data as T;
}

test('what a person said through the doors is gone with them', async () => {
  const owner = await tenant.signIn();
  const visitor = tenant.client();
  // an account, with the mails that go with one
  assert.equal((await visitor.auth.signUp({ email, password: 'Stable-door-12345', options: { data: { full_name: `Ada ${mark}` } } })).error, null);
  assert.equal((await visitor.auth.resetPasswordForEmail(email)).error, null);
  assert.ok((await visitor.auth.signInWithPassword({ email, password: 'wrong-Password-1' })).error);
  // a table, twice, with a key; moved, and cancelled in words
  const restaurant = await tenant.sql('select id from restaurants limit 1');
  const date = new Date(Date.now() + 3 * 86400e3).toISOString().slice(0, 10);
  await tenant.sql("update restaurants set opening_hours = '{}'");
  const reservation = await call<{ reservation: { confirmation_code: string } }>(visitor, 'reserve_table', {
    p_restaurant_id: restaurant,
    p_date: date,
    p_time: '19:00',
    p_party_size: 2,
    p_guest_name: `Ada ${mark}`,
    p_guest_email: email,
    p_special_requests: `for ${mark}`,
    p_idempotency_key: `key-${mark}`,
  });
  await call(visitor, 'cancel_reservation', { p_confirmation_code: reservation.reservation.confirmation_code, p_reason: `${mark} is ill` });
  await fetch(`${tenant.url}/rest/v1/rpc/get_booking`, {
    method: 'POST',
    headers: { apikey: tenant.anonKey, 'content-type': 'application/json', 'idempotency-key': `x-${mark}` },
    body: JSON.stringify({ p_reference_number: 'AAAA-AAAA', p_email: email }),
  });
  // the desk: credit in words, notes on the card
  const customer = await tenant.sql(`select id from customers where email = '${email}'`);
  await call(owner, 'grant_credit', { p_amount: 10, p_customer_id: customer, p_reason: `sorry, ${mark}` });
  assert.equal(
    (
      await owner
        .from('customers')
        .update({ notes: `${mark} likes the window`, metadata: { said: mark } })
        .eq('id', customer)
    ).error,
    null,
  );
  await until('mails are on disk', () => files(daemon.dataDir).length > 0);
  await until(
    'no mail waits',
    async () =>
      (await daemon.sql(
        `select count(*) from maitred.jobs where tenant = '${tenant.schema}' and status in ('waiting', 'running') and kind in ('notify', 'send_mail', 'send_sms') and run_at <= now()`,
      )) === '0',
  );
  assert.equal(
    await daemon.sql(`select count(*) from maitred.jobs where tenant = '${tenant.schema}' and status = 'done' and payload ?| '{text,subject,link,code,message}'`),
    '0',
    'a job that is done has forgotten what it said',
  );
  assert.ok((await tables()).length > 5);

  await call(owner, 'erase_customer', { p_customer_id: customer, p_reason: `${mark} asked for it` });
  await until('the outbox is clean', () => files(daemon.dataDir).length === 0);
  assert.deepEqual(await tables(), []);
});
