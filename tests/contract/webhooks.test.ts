// Programs of integrators are told what happens: signed as the standard has it, in order for each object, however often they fail, and nobody else is.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import type { SupabaseClient } from '@supabase/supabase-js';
import { children, makeTenant, startDaemon, until, rpc, type Daemon, type Tenant } from './harness.ts';
import { Receiver } from './servers/receiver.ts';

interface Endpoint {
  id: string;
  secret: string | null;
  events: string[];
}
let daemon: Daemon;
let house: Tenant;
let owner: SupabaseClient;
let receiver: Receiver;
let endpoint: Endpoint;
let guests = 0;

before(async () => {
  receiver = await new Receiver().start();
  daemon = await startDaemon({ 'net-private': 'on', workers: '1' });
  house = await makeTenant(daemon, ['dining', 'hooks']);
  owner = await house.signIn();
  endpoint = await rpc<Endpoint>(owner, 'set_webhook_endpoint', { p_url: `${receiver.url}/hooks?from=house`, p_description: 'Till' });
});
after(async () => {
  await daemon.stop();
  receiver.stop();
});

async function guest(): Promise<string> {
  const { data, error } = await owner
    .from('customers')
    .insert({ full_name: `Ada ${++guests}`, email: `ada${guests}@guests.test` })
    .select('id')
    .single();
  assert.equal(error, null);
  return (data as { id: string }).id;
}
const rename = async (id: string, name: string) => assert.equal((await owner.from('customers').update({ full_name: name }).eq('id', id)).error, null);
const delivery = async (id: string, event = 'created') =>
  (await house.sql(`select status, attempts, coalesce(answered, 0), coalesce(last_error, '') from webhook_deliveries where object_id = '${id}' and event = 'customer.${event}'`)).split('|');
const told = (id: string, count = 1) => until(`${count} calls about ${id}`, () => receiver.of(id).length >= count);
/** Next tries now, until there were so many calls about it. */
const hurry = (id: string, count: number) =>
  until(`${count} calls about ${id}`, async () => {
    if (receiver.of(id).length >= count) return true;
    await house.sql("update maitred.jobs set run_at = now() where tenant = current_schema() and kind = 'webhook_send' and status = 'waiting' and run_at > now()");
    return false;
  });
/** Nothing is under way: what the receiver answers next is for what happens next. */
const quiet = () => until('nothing waits', async () => (await house.sql("select count(*) from webhook_deliveries where status = 'waiting'")) === '0');

test('what happened is told, signed, with ids and no word about a person', async () => {
  const id = await guest();
  await told(id);
  const [call] = receiver.of(id);
  assert.ok(call);
  assert.equal(call.path, '/hooks?from=house');
  receiver.verify(endpoint.secret ?? '', call);
  assert.throws(() => receiver.verify(`whsec_${Buffer.alloc(32).toString('base64')}`, call));
  assert.match(call.id, /^msg_[0-9a-f-]{36}$/);
  assert.deepEqual([call.body.type, call.body.data['object'], call.body.data['path']], ['customer.created', 'customer', `/rest/v1/customers?id=eq.${id}`]);
  assert.match(call.body.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.doesNotMatch(call.text, /Ada|guests\.test/);
  await until('it is written down', async () => (await delivery(id))[0] === 'delivered');
  // what it names is there for who may read it
  assert.equal((await owner.from('customers').select('id').eq('id', id)).data?.length, 1);
});

test('a change says what changed, a status is its own event, a deletion another', async () => {
  const id = await guest();
  await rename(id, 'Grace');
  await told(id, 2);
  assert.deepEqual(receiver.of(id)[1]?.body.data['changed'], ['full_name']);
  const place = await house.sql(`insert into restaurant_tables (restaurant_id, table_number, capacity) select id, 77, 4 from restaurants limit 1 returning id`);
  const booked = await house.sql(
    `insert into table_reservations (organization_id, restaurant_id, table_id, customer_id, guest_name, guest_phone, party_size, reservation_date, reservation_time, status)
     select r.organization_id, r.id, '${place}', '${id}', 'Ada', '+49301234567', 2, current_date + 3, '19:00', 'confirmed' from restaurants r limit 1 returning id`,
  );
  await house.sql(`update table_reservations set status = 'cancelled' where id = '${booked}'`);
  await until('both are told', () => receiver.of(booked).some((call) => call.body.type === 'reservation.cancelled'));
  const cancelled = receiver.of(booked).find((call) => call.body.type === 'reservation.cancelled');
  assert.equal(cancelled?.body.data['previous_status'], 'confirmed');
  await house.sql(`delete from table_reservations where id = '${booked}'`);
  await until('it is gone', () => receiver.of(booked).some((call) => call.body.type === 'reservation.deleted'));
});

test('what was undone is not told; what one transaction does to an object, once', async () => {
  const id = await guest();
  await told(id);
  await house.sql(`begin; update customers set full_name = 'Nobody' where id = '${id}'; rollback`);
  await house.sql(`begin; update customers set full_name = 'One' where id = '${id}'; update customers set full_name = 'Two' where id = '${id}'; commit`);
  await told(id, 2);
  await rename(id, 'Three');
  await told(id, 3);
  assert.deepEqual(
    receiver.of(id).map((call) => call.body.type),
    ['customer.created', 'customer.updated', 'customer.updated'],
  );
});

test('500, then 302, then 503: tried again, the later waits for the earlier, and the id stays', async () => {
  await quiet();
  receiver.answers = [500, 302, 503];
  const id = await guest();
  await told(id);
  await rename(id, 'Grace');
  await hurry(id, 5);
  const calls = receiver.of(id);
  assert.deepEqual(
    calls.map((call) => call.body.type),
    ['customer.created', 'customer.created', 'customer.created', 'customer.created', 'customer.updated'],
  );
  assert.equal(new Set(calls.slice(0, 4).map((call) => call.id)).size, 1);
  assert.ok(!receiver.calls.some((call) => call.path === '/elsewhere'), 'a redirect is not followed');
  await until('the endpoint is well again', async () => (await house.sql('select failing_since is null from webhook_endpoints')) === 't');
  const { data } = await owner.from('webhook_attempts').select('answered, error, webhook_deliveries!inner(object_id)').eq('webhook_deliveries.object_id', id).order('attempted_at');
  assert.deepEqual(
    data?.map((row) => row.answered),
    [500, 302, 503, 200, 200],
  );
  assert.match(data?.[1]?.error ?? '', /answered 302; redirects are not followed/);
});

test('an answer that never ends its talk counts by its status; a long word of an error is kept short', async () => {
  await quiet();
  receiver.answers = [(answer) => answer.writeHead(200).end(Buffer.alloc(10_000_000, 'x'))];
  const id = await guest();
  await until('it is delivered', async () => (await delivery(id))[0] === 'delivered');
});

test('the job worker is killed while the other side thinks: told again, with the same id', async () => {
  await quiet();
  let hung: (() => void) | null = null;
  receiver.answers = [(answer) => (hung = () => answer.destroy())];
  const id = await guest();
  await told(id);
  for (const [name, pid] of children(daemon.pid)) if (name.startsWith('jobs')) process.kill(pid, 'SIGKILL');
  await house.sql("update maitred.jobs set locked_until = now() - interval '1 second' where tenant = current_schema() and kind = 'webhook_send' and status = 'running'");
  (hung as (() => void) | null)?.();
  await told(id, 2);
  await until('it is delivered', async () => (await delivery(id))[0] === 'delivered');
  const calls = receiver.of(id);
  assert.equal(calls[0]?.id, calls[1]?.id);
  assert.equal(calls[0]?.text, calls[1]?.text, 'and the same bytes');
});

test('a new secret signs beside the old one, and alone afterwards', async () => {
  const turned = await rpc<{ secret: string; old_signs_until: string }>(owner, 'rotate_webhook_secret', { p_endpoint_id: endpoint.id });
  const both = await guest();
  await told(both);
  const [call] = receiver.of(both);
  assert.ok(call);
  assert.equal(call.signature.split(' ').length, 2);
  for (const secret of [endpoint.secret ?? '', turned.secret]) receiver.verify(secret, call);
  await house.sql("update webhook_endpoints set old_signs_until = now() - interval '1 second'");
  const alone = await guest();
  await told(alone);
  receiver.verify(turned.secret, receiver.of(alone)[0]!);
  assert.throws(() => receiver.verify(endpoint.secret ?? '', receiver.of(alone)[0]!));
});

test('410 is a farewell: switched off, the owner told, and what was missed can be sent once more', async () => {
  await quiet();
  receiver.answers = [410];
  const id = await guest();
  await until('it is switched off', async () => (await house.sql("select is_active, disabled_reason like '%410%' from webhook_endpoints")) === 'f|t');
  assert.equal((await delivery(id))[0], 'dead');
  assert.equal(await house.sql("select count(*) from notifications where type = 'webhook_disabled'"), '1');
  const missed = await guest(); // while it is off nothing is written down
  await assert.rejects(rpc(owner, 'replay_webhook_deliveries', { p_endpoint_id: endpoint.id }), /switched off/);
  assert.equal((await owner.from('webhook_endpoints').update({ is_active: true }).eq('id', endpoint.id)).error, null);
  assert.equal(await rpc(owner, 'replay_webhook_deliveries', { p_endpoint_id: endpoint.id }), 1);
  await told(id, 2);
  assert.equal(new Set(receiver.of(id).map((call) => call.id)).size, 1);
  assert.equal(receiver.of(missed).length, 0);
  // one that arrived may be wanted again, too
  const row = await house.sql(`select id from webhook_deliveries where object_id = '${id}'`);
  await until('it is delivered', async () => (await delivery(id))[0] === 'delivered');
  assert.equal(await rpc(owner, 'replay_webhook_deliveries', { p_endpoint_id: endpoint.id, p_delivery_id: row }), 1);
  await told(id, 3);
});

test('the last try is the end of it, and five days without success switch it off', async () => {
  await quiet();
  receiver.answers = [500];
  const id = await guest();
  await told(id);
  await until('it waits', async () => (await delivery(id))[1] === '1');
  receiver.answers = [500];
  await house.sql(`update webhook_deliveries set attempts = 9 where object_id = '${id}'; update webhook_endpoints set failing_since = now() - interval '6 days'`);
  await hurry(id, 2);
  await until('it is dead', async () => (await delivery(id)).slice(0, 2).join() === 'dead,10');
  assert.equal(await house.sql('select is_active, disabled_reason from webhook_endpoints where disabled_reason is not null'), 'f|Nothing has arrived for five days.');
  assert.equal((await owner.from('webhook_endpoints').update({ is_active: true }).eq('id', endpoint.id)).error, null);
  assert.equal(await house.sql('select is_active, disabled_reason is null, failing_since is null from webhook_endpoints'), 't|t|t');
});

test('switched off and on again: what was given up holds up nothing new', async () => {
  await quiet();
  receiver.answers = [500];
  const id = await guest();
  await told(id);
  await until('it waits', async () => (await delivery(id))[1] === '1');
  for (const is_active of [false, true]) assert.equal((await owner.from('webhook_endpoints').update({ is_active }).eq('id', endpoint.id)).error, null);
  await rename(id, 'Grace');
  await told(id, 2);
  assert.deepEqual(
    receiver.of(id).map((call) => call.body.type),
    ['customer.created', 'customer.updated'],
  );
});

test("answers of farewell that come together do not get into each other's way", async () => {
  await quiet();
  receiver.answers = Array.from({ length: 8 }, () => 410);
  await house.sql("insert into customers (organization_id, full_name, email) select o.id, 'Many ' || n, 'many' || n || '@guests.test' from organizations o, generate_series(1, 8) n");
  await until('it is switched off', async () => (await house.sql('select is_active from webhook_endpoints')) === 'f');
  await quiet();
  await until(
    'nothing runs',
    async () => (await house.sql("select count(*) from maitred.jobs where tenant = current_schema() and kind = 'webhook_send' and status in ('waiting', 'running')")) === '0',
  );
  assert.equal(await house.sql("select count(*) from maitred.jobs where tenant = current_schema() and kind = 'webhook_send' and last_error ~ 'deadlock'"), '0');
  receiver.answers = [];
  assert.equal((await owner.from('webhook_endpoints').update({ is_active: true }).eq('id', endpoint.id)).error, null);
});

test('a module that comes later is watched, too', async () => {
  const place = await makeTenant(daemon, ['hooks']);
  const watched = () => place.sql("select count(*) from pg_trigger where tgname = 'tell_webhooks' and tgrelid = to_regclass('table_reservations')");
  assert.equal(await watched(), '0');
  assert.ok((await daemon.platform('POST', `tenants/${place.domain}/modules`, { modules: ['dining'] })).ok);
  assert.equal(await watched(), '1');
});

test('only what it listens to; a test comes all the same', async () => {
  const silent = await new Receiver().start();
  try {
    const other = await rpc<Endpoint>(owner, 'set_webhook_endpoint', { p_url: `${silent.url}/`, p_events: ['payment.*', 'customer.updated'] });
    const id = await guest();
    await rename(id, 'Grace');
    await rpc(owner, 'test_webhook_endpoint', { p_endpoint_id: other.id });
    await until('both came', () => silent.calls.length >= 2);
    assert.deepEqual(silent.calls.map((call) => call.body.type).sort(), ['customer.updated', 'webhook.test']);
    assert.equal((await owner.from('webhook_endpoints').delete().eq('id', other.id)).error, null);
  } finally {
    silent.stop();
  }
});

test('secrets are shown once; who may not set integrations up sees nothing', async () => {
  const { error } = await owner.from('webhook_endpoints').select('secret');
  assert.equal(error?.code, '42501');
  const again = await rpc<Endpoint>(owner, 'set_webhook_endpoint', { p_url: `${receiver.url}/hooks?from=house`, p_endpoint_id: endpoint.id });
  assert.equal(again.secret, null);
  const anybody = house.client();
  assert.notEqual((await anybody.rpc('set_webhook_endpoint', { p_url: 'https://example.com/' })).error, null);
  assert.equal((await anybody.from('webhook_deliveries').select('id')).data?.length ?? 0, 0);
  const log = await house.sql("select string_agg(coalesce(old_data::text, '') || coalesce(new_data::text, ''), '') from audit_logs where table_name = 'webhook_endpoints'");
  assert.doesNotMatch(log, /v2\.\d+\.[\w-]{20}/, 'nor does the audit trail hold a sealed one');
});

test('addresses and events that are none are refused', async () => {
  for (const [url, events, hint] of [
    ['ftp://example.com/', ['*'], 'p_url'],
    ['https://user:word@example.com/', ['*'], 'p_url'],
    ['https://example.com/#x', ['*'], 'p_url'],
    ['https://example.com\\@127.0.0.1/', ['*'], 'p_url'],
    ['http://example.com/', ['*'], 'p_url'],
    ['', ['*'], 'p_url'],
    ['https://example.com/', ['pizza.eaten'], 'events'],
    ['https://example.com/', ['reservation'], 'events'],
    ['https://example.com/', [], null],
    [null, null, 'p_url'],
  ] as const) {
    const { error } = await owner.rpc('set_webhook_endpoint', { p_url: url, p_events: events });
    assert.ok(error, String(url));
    assert.match(`${error.details} ${error.hint} ${error.message} ${error.code}`, new RegExp(hint ?? '23514'), `${url} ${events}: ${JSON.stringify(error)}`);
  }
  for (const name of ['rotate_webhook_secret', 'test_webhook_endpoint', 'replay_webhook_deliveries'])
    assert.match((await owner.rpc(name, { p_endpoint_id: '00000000-0000-4000-8000-000000000000' })).error?.message ?? '', /no such endpoint/);
});

test('an installation in service calls nobody inside, nor without TLS', async () => {
  const strict = await startDaemon({ workers: '1', 'net-private': 'off' });
  try {
    const place = await makeTenant(strict, ['hooks']);
    const boss = await place.signIn();
    const before_ = receiver.calls.length;
    for (const url of [`${receiver.url}/`, 'https://127.0.0.1/', 'https://2130706433/', 'https://[::ffff:127.0.0.1]/', 'https://169.254.169.254/latest/'])
      await rpc(boss, 'set_webhook_endpoint', { p_url: url });
    assert.equal((await boss.from('customers').insert({ full_name: 'Ada', email: 'ada@guests.test' })).error, null);
    await until('all are given up', async () => (await place.sql("select count(*) from webhook_deliveries where status = 'dead'")) === '5');
    assert.equal(receiver.calls.length, before_);
    assert.equal(await place.sql('select count(*) from webhook_deliveries where answered is not null'), '0');
  } finally {
    await strict.stop();
  }
});
