// The job worker is killed while a provider is asked: before it is heard there, after it is done and before it is answered, and when it is answered. Nothing
// is taken, given back, shown or ended twice, and nothing is left undone.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { children, until, rpc } from './harness.ts';
import { payHouse, type Bill, type PayHouse } from './pay_support.ts';
import type { Json, Reader, Session, Step } from './servers/stripe.ts';

let at: PayHouse;
let owner: SupabaseClient;
let reader: Reader;
let terminal: string;
let tables: string[];
const STEPS: Step[] = ['asked', 'done', 'answered'];

before(async () => {
  at = await payHouse(['dining', 'pool']);
  owner = at.owner;
  reader = at.stripe.addReader();
  const { data } = await owner.from('payment_terminals').insert({ name: 'Bar', provider_ref: reader.id }).select('id').single();
  terminal = data?.id as string;
  // a table for each story
  await at.house.sql(`insert into restaurant_tables (restaurant_id, table_number, capacity, code) select id, n, 4, 'extra' || n from restaurants, generate_series(201, 225) n`);
  tables = (await at.house.sql('select id from restaurant_tables where capacity >= 2 order by table_number')).split('\n');
  const organization = await at.house.sql('select id from organizations limit 1');
  await at.house.sql(
    `delete from pool_membership_plans; insert into pool_membership_plans (organization_id, type, billing_cycle, name, monthly_price, guest_passes, max_members) values ('${organization}', 'individual', 'monthly', 'Swim', 30, 4, 1)`,
  );
});
after(() => at.stop());

const workers = () => [...children(at.daemon.pid)].filter(([name]) => name.startsWith('jobs-')).map(([, pid]) => pid);
/** The next such call at this step ends the job worker; what it held is taken up at once, and not when its hold runs out. */
function killAt(call: RegExp, step: Step): { killed: () => boolean } {
  let killed = false;
  at.stripe.interrupts = async (name, now) => {
    if (killed || now !== step || !call.test(name)) return false;
    killed = true;
    for (const pid of workers()) process.kill(pid, 'SIGKILL');
    await at.house.sql("update maitred.jobs set locked_until = now() where status = 'running' and tenant = current_schema()");
    return step !== 'answered';
  };
  return { killed: () => killed };
}
const idle = () =>
  until(
    'no job is left',
    async () =>
      (await at.house.sql(
        "select count(*) from maitred.jobs where tenant = current_schema() and kind ~ '^(collect|pay_|refund_|end_sub|begin_sub|cancel_coll|forget_)' and status in ('waiting', 'running') and run_at <= now()",
      )) === '0',
  );
const ofPayment = (things: Map<string, Json>, id: string) => [...things.values()].filter((one) => (one['metadata'] as Record<string, string> | undefined)?.['payment_id'] === id);
const statusOf = (id: string) => at.house.sql(`select status from payments where id = '${id}'`);
const booked = (booking: string) => at.house.sql(`select coalesce(sum(-amount), 0) from payment_ledger where booking_id = '${booking}' and account = 'receivable'`);

async function begun(bill: Bill): Promise<{ id: string; amount: number }> {
  const share = bill.shares[0];
  assert.ok(share);
  return rpc(bill.guest, 'create_payment', { p_booking_type: 'session', p_booking_id: bill.session, p_amount: share.amount / 100, p_share_id: share.id });
}
async function paid(bill: Bill): Promise<{ id: string; amount: number }> {
  const payment = await begun(bill);
  const link = await until('a link', async () => (await rpc<{ link?: string }>(bill.guest, 'get_payment', { p_payment_id: payment.id })).link);
  for (const event of at.stripe.pay(at.stripe.sessions.get(link.split('/').at(-1) ?? '') as Session)) assert.equal((await at.stripe.send(event)).status, 200);
  await until('it is paid', async () => (await statusOf(payment.id)) === 'succeeded');
  return payment;
}

for (const step of STEPS) {
  test(`a page is ${step}: there is one, and it is paid once`, async () => {
    const bill = await at.bill();
    const kill = killAt(/^POST \/v1\/checkout\/sessions$/, step);
    const payment = await paid(bill);
    assert.ok(kill.killed());
    await idle();
    assert.equal(ofPayment(at.stripe.sessions, payment.id).length, 1);
    assert.equal(Number(await booked(bill.session)), payment.amount);
  });

  test(`what an event names is ${step}: it is booked once`, async () => {
    const bill = await at.bill();
    const kill = killAt(/^GET \/v1\/checkout\/sessions\/cs_/, step);
    const payment = await paid(bill);
    await until('the worker was killed', kill.killed);
    await idle();
    assert.equal(await statusOf(payment.id), 'succeeded');
    assert.equal(Number(await booked(bill.session)), payment.amount);
    await until('every event is settled', async () => (await at.house.sql('select count(*) from received_hooks where handled_at is null')) === '0');
  });

  test(`a refund is ${step}: it goes back once`, async () => {
    const payment = await paid(await at.bill());
    const balance = at.stripe.balance;
    const kill = killAt(/^POST \/v1\/refunds$/, step);
    await rpc(owner, 'refund_payment', { p_payment_id: payment.id, p_amount: payment.amount });
    await until('it is done', async () => (await at.house.sql(`select status from refunds where payment_id = '${payment.id}'`)) === 'succeeded');
    assert.ok(kill.killed());
    await idle();
    assert.equal(balance - at.stripe.balance, Math.round(payment.amount * 100));
    assert.equal(await at.house.sql(`select count(*) from refunds where payment_id = '${payment.id}'`), '1');
  });

  test(`a stored card is ${step}: it is charged once`, async () => {
    const table = tables.pop();
    const reservation = await at.house.sql(
      `insert into table_reservations (table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name) values ('${table}', current_date + 3, '19:00', 90, 2, 'Bob') returning id`,
    );
    await at.house.sql(`update table_reservations set status = 'no_show' where id = '${reservation}'`); // this house has no policy: the charge below is the only one
    const method = at.stripe.keepCard({} as Session);
    const customer = at.stripe.methods.get(method)?.customer;
    await at.house.sql(`insert into stored_cards (organization_id, booking_type, booking_id, provider, customer_ref, method_ref, consent, status) select id, 'reservation', '${reservation}', 'stripe', '${customer}', '${method}', 'x', 'stored' from organizations;
      insert into payment_charges (organization_id, booking_type, booking_id, kind, amount, currency, due_at, next_at) select id, 'reservation', '${reservation}', 'no_show', 40, app.organization_currency(id), now(), now() from organizations`);
    const balance = at.stripe.balance;
    const kill = killAt(/^POST \/v1\/payment_intents$/, step);
    await at.house.sql('select app.charge_cards()');
    await until('it is paid', async () => (await at.house.sql(`select status from payment_charges where booking_id = '${reservation}'`)) === 'paid');
    assert.ok(kill.killed());
    await idle();
    assert.equal(at.stripe.balance - balance, 4000);
    assert.equal(Number(await booked(reservation)), 40);
  });

  test(`a terminal is ${step}: it shows the amount once, and the card pays once`, async () => {
    const bill = await at.bill();
    const share = bill.shares[0];
    assert.ok(share);
    const kill = killAt(/^POST \/v1\/terminal\/readers\/\w+\/process_payment_intent$/, step);
    const sent = await rpc<{ id: string }>(owner, 'send_to_terminal', {
      p_terminal_id: terminal,
      p_booking_type: 'session',
      p_booking_id: bill.session,
      p_amount: share.amount / 100,
      p_share_id: share.id,
      p_idempotency_key: randomUUID(),
    });
    await until('it waits for a card', async () => (await rpc<{ state: string }>(owner, 'get_terminal_payment', { p_payment_id: sent.id })).state === 'waiting');
    assert.ok(kill.killed());
    assert.equal(ofPayment(at.stripe.intents, sent.id).length, 1);
    for (const event of at.stripe.present(reader)) await at.stripe.send(event);
    await until('it is approved', async () => (await rpc<{ state: string }>(owner, 'get_terminal_payment', { p_payment_id: sent.id })).state === 'approved');
    await idle();
    assert.equal(Number(await booked(bill.session)), share.amount / 100);
  });

  test(`a subscription is begun and ended, each ${step}: there is one, and then none`, async () => {
    const started = await rpc<{ id: string }>(owner, 'start_membership', {
      p_type: 'individual',
      p_billing_cycle: 'monthly',
      p_guest_details: { full_name: `Mia ${step}`, email: `mia-${step}@example.com` },
    });
    const beginning = killAt(/^POST \/v1\/checkout\/sessions$/, step);
    const ours = await rpc<{ id: string }>(owner, 'subscribe_membership', { p_membership_id: started.id });
    const link = await until('a link', async () => (await rpc<{ link?: string }>(owner, 'get_subscription', { p_subscription_id: ours.id })).link);
    assert.ok(beginning.killed());
    assert.equal([...at.stripe.sessions.values()].filter((one) => one.metadata['subscription_id'] === ours.id).length, 1);
    for (const event of at.stripe.begin(at.stripe.sessions.get(link.split('/').at(-1) ?? '') as Session)) await at.stripe.send(event);
    await until('it runs', async () => (await rpc<{ status: string }>(owner, 'get_subscription', { p_subscription_id: ours.id })).status === 'active');
    const ending = killAt(/^DELETE \/v1\/subscriptions\//, step);
    await rpc(owner, 'cancel_membership', { p_membership_id: started.id, p_immediately: true });
    await until('it has ended', async () => (await rpc<{ status: string }>(owner, 'get_subscription', { p_subscription_id: ours.id })).status === 'ended');
    assert.ok(ending.killed());
    assert.equal([...at.stripe.subscriptions.values()].at(-1)?.['status'], 'canceled');
    await idle();
    assert.equal(await at.house.sql(`select count(*) from payments where booking_id = '${started.id}' and status = 'succeeded'`), '1');
  });
}

test('nothing of all this is dead, and the ledger holds what the provider holds', async () => {
  at.stripe.interrupts = async () => false;
  await idle();
  assert.equal(await at.house.sql("select count(*) from maitred.jobs where tenant = current_schema() and status = 'dead'"), '0');
  assert.equal(Number(await at.house.sql("select sum(amount) * 100 from payment_ledger where account = 'online'")), at.stripe.balance);
});
