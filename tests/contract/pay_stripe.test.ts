// Cards: what guests pay at a provider's page, however its answers and events come, moves the ledger once.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { startDaemon, makeTenant, program, until, rpc, type Daemon, type Tenant } from './harness.ts';
import { Stripe, type Session } from './servers/stripe.ts';

let daemon: Daemon;
let house: Tenant;
let stripe: Stripe;
let owner: SupabaseClient;
let restaurant: string;
let dish: { id: string; price: number };

before(async () => {
  stripe = await new Stripe().start();
  daemon = await startDaemon({ 'stripe-url': stripe.url, workers: '2' });
  house = await makeTenant(daemon, ['dining'], { name: 'House' });
  owner = await house.signIn();
  const account = await rpc<{ webhook_path: string; mode: string }>(owner, 'set_payment_account', {
    p_provider: 'stripe',
    p_secrets: { secret_key: `${stripe.key}\n`, webhook_secret: stripe.hookSecret },
  });
  assert.equal(account.mode, 'test');
  stripe.hook = house.url + account.webhook_path;
  const anon = house.client();
  const table = await rpc<{ restaurant: { id: string } }>(anon, 'get_table', { p_table: await table_code(1) });
  restaurant = table.restaurant.id;
  const menu = await rpc<{ categories: { items: { id: string; price: number; modifier_groups: { min_choices: number }[] }[] }[] }>(anon, 'get_menu', { p_restaurant_id: restaurant });
  const found = menu.categories.flatMap((c) => c.items).find((i) => i.modifier_groups.every((g) => g.min_choices === 0));
  assert.ok(found);
  dish = found;
});
after(async () => {
  await daemon.stop();
  stripe.stop();
});

const table_code = (number: number) => house.sql(`select code from restaurant_tables order by table_number limit 1 offset ${number - 1}`);
interface Payment {
  id: string;
  status: string;
  amount: number;
  link?: string;
  is_collected: boolean;
  refunded_amount: number;
}
const paymentNow = (client: SupabaseClient, id: string) => rpc<Payment>(client, 'get_payment', { p_payment_id: id });
const settled = (client: SupabaseClient, id: string, status: string) => until(`payment is ${status}`, async () => (await paymentNow(client, id)).status === status);
const ledger = async (account: string) => Number(await house.sql(`select coalesce(sum(amount), 0) from payment_ledger where account = '${account}'`));

/** A table with two guests, two dishes on a bill that is split in two. */
async function bill(number: number): Promise<{ session: string; guest: SupabaseClient; shares: { id: string; amount: number }[] }> {
  const anon = house.client();
  const opened = await rpc<{ session: { id: string }; access_token: string }>(anon, 'open_table_session', { p_table: await table_code(number), p_name: 'Ada' });
  const guest = createClient(house.url, house.anonKey, { accessToken: async () => opened.access_token });
  await rpc(guest, 'add_order_line', { p_menu_item_id: dish.id, p_quantity: 2 });
  await rpc(guest, 'place_order', { p_idempotency_key: randomUUID() });
  const split = await rpc<{ bill: { shares: { id: string; amount: number }[] } }>(guest, 'split_bill', { p_method: 'equal', p_shares: 2 });
  return { session: opened.session.id, guest, shares: split.bill.shares };
}

async function begin(guest: SupabaseClient, session: string, share: { id: string; amount: number }, tip = 0): Promise<Payment> {
  return rpc<Payment>(guest, 'create_payment', {
    p_booking_type: 'session',
    p_booking_id: session,
    p_amount: share.amount / 100 + tip,
    p_tip_amount: tip,
    p_share_id: share.id,
    p_metadata: { return_path: '/t/x?view=bill' },
  });
}
async function page(guest: SupabaseClient, id: string): Promise<Session> {
  const link = await until('a link to pay at', async () => (await paymentNow(guest, id)).link);
  const session = stripe.sessions.get(link.split('/').at(-1) ?? '');
  assert.ok(session);
  return session;
}

test('of two who split a bill one pays by card on the phone, one cash; the table is clear', async () => {
  const { session, guest, shares } = await bill(1);
  const [first, second] = shares;
  assert.ok(first && second);
  const before = { online: await ledger('online'), tips: await ledger('tips') };
  const payment = await begin(guest, session, first, 1.5);
  assert.equal(payment.status, 'pending');
  const shown = await page(guest, payment.id);
  assert.equal(shown.amount_total, first.amount + 150);
  assert.equal(shown.currency, 'eur');
  assert.equal(shown['success_url'], `${house.url}/t/x?view=bill&payment=${payment.id}&outcome=paid`);
  for (const event of stripe.pay(shown)) assert.equal((await stripe.send(event)).status, 200);
  await settled(guest, payment.id, 'succeeded');
  assert.equal((await ledger('online')) - before.online, first.amount / 100 + 1.5);
  assert.equal((await ledger('tips')) - before.tips, -1.5);
  await rpc(owner, 'pay_bill_share', { p_share_id: second.id, p_method: 'cash' });
  const board = await rpc<{ tickets: { id: string }[] }>(owner, 'get_kitchen_board', { p_restaurant_id: restaurant });
  for (const step of ['start', 'ready', 'complete']) for (const ticket of board.tickets) await rpc(owner, `${step}_kitchen_order`, { p_kitchen_order_id: ticket.id });
  await rpc(owner, 'clear_session', { p_session_id: session });
  assert.equal((await paymentNow(guest, payment.id)).link, undefined);
});

test('an event that comes a hundred times, shuffled, early and late, counts once', async () => {
  const { session, guest, shares } = await bill(2);
  const before = await ledger('online');
  const payments = await Promise.all(shares.map((share) => begin(guest, session, share)));
  const events: Record<string, unknown>[] = [];
  for (const payment of payments) events.push(...stripe.pay(await page(guest, payment.id)));
  const many = Array.from({ length: 25 }, () => events)
    .flat()
    .map((event) => ({ event, at: Math.random() }))
    .sort((a, b) => a.at - b.at);
  const answers = await Promise.all(many.map(({ event }) => stripe.send(event).then((answer) => answer.status)));
  assert.deepEqual([...new Set(answers)], [200]);
  for (const payment of payments) await settled(guest, payment.id, 'succeeded');
  await until('all events are worked on', async () => (await house.sql('select count(*) from received_hooks where handled_at is null')) === '0');
  assert.equal(
    Math.round(((await ledger('online')) - before) * 100),
    shares.reduce((sum, s) => sum + s.amount, 0),
  );
  assert.equal(Number(await house.sql(`select count(*) from payments where booking_id = '${session}'`)), 2);
});

test("wrong, old and missing signatures, and another house's events, move nothing", async () => {
  const { session, guest, shares } = await bill(3);
  const share = shares[0];
  assert.ok(share);
  const payment = await begin(guest, session, share);
  const [event] = stripe.pay(await page(guest, payment.id));
  assert.ok(event);
  const body = JSON.stringify(event);
  const now = Math.floor(Date.now() / 1000);
  assert.equal((await stripe.send(event, stripe.sign(body, now, 'whsec_somebody_elses_secret'))).status, 401);
  assert.equal((await stripe.send(event, stripe.sign(body, now - 301))).status, 401);
  assert.equal((await stripe.send(event, stripe.sign(body, now + 900))).status, 401);
  assert.equal((await stripe.send(event, 't=1,v1=')).status, 401);
  assert.equal((await stripe.send({ ...event, data: {} }, stripe.sign(body))).status, 401);
  assert.equal((await fetch(stripe.hook, { method: 'POST', body })).status, 401);
  assert.equal((await fetch(stripe.hook.replace(/[^/]+$/, randomUUID()), { method: 'POST', body, headers: { 'stripe-signature': stripe.sign(body) } })).status, 404);
  assert.equal((await paymentNow(guest, payment.id)).status, 'pending');

  // Another tenant's account tells of this payment: it is not theirs.
  const other = await makeTenant(daemon, ['dining'], { name: 'Other' });
  const boss = await other.signIn();
  const theirs = await rpc<{ webhook_path: string }>(boss, 'set_payment_account', { p_provider: 'stripe', p_secrets: { secret_key: stripe.key, webhook_secret: 'whsec_of_the_other_house' } });
  const told = await fetch(other.url + theirs.webhook_path, { method: 'POST', body, headers: { 'stripe-signature': stripe.sign(body, now, 'whsec_of_the_other_house') } });
  assert.equal(told.status, 200);
  await until('they have worked on it', async () => (await other.sql('select count(*) from received_hooks where handled_at is null')) === '0');
  assert.equal((await paymentNow(guest, payment.id)).status, 'pending');
  // Two signatures while a secret turns: one that fits is enough.
  assert.equal((await stripe.send(event, `t=${now},v1=${'0'.repeat(64)},${stripe.sign(body, now).split(',')[1]}`)).status, 200);
  await settled(guest, payment.id, 'succeeded');
});

test('an amount that differs from what was asked is not booked, and somebody is told', async () => {
  const { session, guest, shares } = await bill(4);
  const share = shares[0];
  assert.ok(share);
  const payment = await begin(guest, session, share);
  for (const event of stripe.pay(await page(guest, payment.id), share.amount - 1)) await stripe.send(event);
  await until('finance is told', async () => Number(await house.sql(`select count(*) from notifications where type = 'payment_mismatch' and data ->> 'payment_id' = '${payment.id}'`)) > 0);
  assert.equal((await paymentNow(guest, payment.id)).status, 'pending');
});

test("two phones pay the same share: the second one's money goes back", async () => {
  const { session, guest, shares } = await bill(5);
  const [first, second] = shares;
  assert.ok(first && second);
  await rpc(owner, 'pay_bill_share', { p_share_id: second.id, p_method: 'cash' });
  const balance = stripe.balance;
  const one = await rpc<Payment>(guest, 'create_payment', { p_booking_type: 'session', p_booking_id: session, p_amount: first.amount / 100, p_share_id: first.id, p_idempotency_key: 'phone-1' });
  const two = await rpc<Payment>(guest, 'create_payment', { p_booking_type: 'session', p_booking_id: session, p_amount: first.amount / 100, p_share_id: first.id, p_idempotency_key: 'phone-2' });
  assert.notEqual(one.id, two.id);
  for (const id of [one.id, two.id]) for (const event of stripe.pay(await page(guest, id))) await stripe.send(event);
  await until('one of them is given back', async () => stripe.balance - balance === first.amount);
  const states = await until('both are settled', async () => {
    const found = [await paymentNow(guest, one.id), await paymentNow(guest, two.id)].map((p) => p.status).sort();
    return found.includes('pending') ? null : found;
  });
  assert.deepEqual(states, ['refunded', 'succeeded']);
});

test('a table that was cleared: its open page is closed, nothing is begun for it, and a guest who was faster gets the money back', async () => {
  const { session, guest, shares } = await bill(10);
  const [share] = shares;
  assert.ok(share);
  const payment = await begin(guest, session, share);
  const shown = await page(guest, payment.id);
  for (const each of shares) await rpc(owner, 'pay_bill_share', { p_share_id: each.id, p_method: 'cash' });
  const board = await rpc<{ tickets: { id: string; session_id?: string }[] }>(owner, 'get_kitchen_board', { p_restaurant_id: restaurant });
  for (const step of ['start', 'ready', 'complete']) for (const ticket of board.tickets) await owner.rpc(`${step}_kitchen_order`, { p_kitchen_order_id: ticket.id });
  await rpc(owner, 'clear_session', { p_session_id: session });
  await until('its page is closed', () => shown.status === 'expired');
  for (const client of [guest, owner]) {
    const refused = await client.rpc('create_payment', { p_booking_type: 'session', p_booking_id: session, p_amount: share.amount / 100, p_share_id: share.id });
    assert.match(refused.error?.code ?? '', /^MD4/, 'nothing more is paid for it');
  }
  const took = await owner.rpc('record_payment', { p_booking_type: 'session', p_booking_id: session, p_amount: share.amount / 100, p_method: 'cash' });
  assert.equal(took.error?.code, 'MD422');
  const balance = stripe.balance;
  const cash = await ledger('cash');
  shown.status = 'open';
  for (const event of stripe.pay(shown)) assert.equal((await stripe.send(event)).status, 200);
  await until(
    'it goes back',
    async () => (await house.sql(`select coalesce(sum(amount) filter (where status = 'succeeded'), 0) = ${share.amount / 100} from refunds where payment_id = '${payment.id}'`)) === 't',
  );
  assert.equal(stripe.balance, balance, 'all of it');
  assert.equal(await ledger('cash'), cash);
  assert.equal(await house.sql(`select status from table_sessions where id = '${session}'`), 'cleared');
});

test('an answer that is lost, errors and a daemon away: asked again, charged once', async () => {
  const { session, guest, shares } = await bill(6);
  const share = shares[0];
  assert.ok(share);
  const pages = stripe.sessions.size;
  stripe.next = ['lost'];
  const payment = await begin(guest, session, share);
  await until('it was asked', () => stripe.next.length === 0);
  await house.sql(`update maitred.jobs set run_at = now() where kind = 'collect_payment' and status = 'waiting'`);
  const shown = await page(guest, payment.id);
  assert.equal(stripe.sessions.size, pages + 1);
  stripe.next = [500, 429];
  for (const event of stripe.pay(shown)) await stripe.send(event);
  await until('it came through', async () => {
    await house.sql(`update maitred.jobs set run_at = now() where kind = 'pay_event' and status = 'waiting'`);
    return (await paymentNow(guest, payment.id)).status === 'succeeded';
  });
  // Events may never come: what is under way for long is looked up.
  const second = shares[1];
  assert.ok(second);
  const quiet = await begin(guest, session, second);
  stripe.pay(await page(guest, quiet.id));
  await house.sql(`update payments set asked_at = now() - interval '16 minutes', answered_at = now() - interval '16 minutes' where id = '${quiet.id}'; select app.review_payments()`);
  await settled(guest, quiet.id, 'succeeded');
});

test('what a proxy on the way answers decides nothing: neither the payment nor the account', async () => {
  const { session, guest, shares } = await bill(10);
  const share = shares[0];
  assert.ok(share);
  stripe.next = ['proxy'];
  const payment = await begin(guest, session, share);
  for (const event of stripe.pay(await page(guest, payment.id))) await stripe.send(event);
  await settled(guest, payment.id, 'succeeded');
  const { data } = await owner.from('payment_accounts').select('status').single();
  assert.notEqual(data?.status, 'broken');
});

test('a key that is refused: the guest is told, the owner sees it', async () => {
  const { session, guest, shares } = await bill(7);
  const share = shares[0];
  assert.ok(share);
  stripe.next = [401];
  const payment = await begin(guest, session, share);
  await settled(guest, payment.id, 'failed');
  const { data } = await owner.from('payment_accounts').select('provider, status, status_reason').single();
  assert.equal(data?.status, 'broken');
  assert.equal((await owner.from('payment_accounts').select('secrets')).error?.code, '42501');
  assert.ok(!JSON.stringify(data).includes(stripe.key));
});

test('refunds go back the way they came; more than was paid never does; what the provider refuses is told', async () => {
  const { session, guest, shares } = await bill(8);
  const [share, second] = shares;
  assert.ok(share && second);
  const payment = await begin(guest, session, share);
  for (const event of stripe.pay(await page(guest, payment.id))) await stripe.send(event);
  await settled(guest, payment.id, 'succeeded');
  const balance = stripe.balance;
  const asked = await Promise.all([1, 2, 3, 4].map((i) => owner.rpc('refund_payment', { p_payment_id: payment.id, p_amount: share.amount / 200, p_idempotency_key: `back-${i}` })));
  assert.ok(asked.filter((a) => a.error === null).length <= 2);
  await until('the provider has given it back', () => balance - stripe.balance >= Math.floor(share.amount / 2));
  assert.ok(balance - stripe.balance <= share.amount);
  // In the provider's own dashboard, without us.
  const other = await begin(guest, session, second);
  const shown = await page(guest, other.id);
  for (const event of stripe.pay(shown)) await stripe.send(event);
  await settled(guest, other.id, 'succeeded');
  const made = { id: `re_${randomUUID().slice(0, 8)}`, object: 'refund', amount: 100, currency: 'eur', status: 'succeeded', payment_intent: shown.payment_intent, metadata: {} };
  stripe.refunds.set(made.id, made);
  await stripe.send(stripe.event('refund.created', made));
  await stripe.send(stripe.event('charge.refund.updated', made));
  await until('it is booked', async () => (await paymentNow(guest, other.id)).refunded_amount === 1);
  // One that is refused is nobody's loss: the payment may be given back again.
  stripe.refundState = 'failed';
  const refused = await rpc<{ id: string }>(owner, 'refund_payment', { p_payment_id: other.id, p_amount: 0.5 });
  await until('it has failed', async () => (await house.sql(`select status from refunds where id = '${refused.id}'`)) === 'failed');
  stripe.refundState = 'succeeded';
  assert.equal((await paymentNow(guest, other.id)).refunded_amount, 1);
  assert.ok(Number(await house.sql(`select count(*) from notifications where type = 'refund_failed'`)) > 0);
});

test('a dispute opens, takes the money, and is lost or won', async () => {
  const { session, guest, shares } = await bill(9);
  const share = shares[0];
  assert.ok(share);
  const payment = await begin(guest, session, share);
  const shown = await page(guest, payment.id);
  for (const event of stripe.pay(shown)) await stripe.send(event);
  await settled(guest, payment.id, 'succeeded');
  const dispute: Record<string, unknown> & { id: string } = {
    id: `dp_${randomUUID().slice(0, 8)}`,
    object: 'dispute',
    amount: share.amount,
    currency: 'eur',
    status: 'needs_response',
    reason: 'fraudulent',
    payment_intent: shown.payment_intent,
    evidence_details: { due_by: 1800000000 },
    balance_transactions: [{ amount: -share.amount }],
  };
  stripe.disputes.set(dispute.id, dispute);
  await stripe.send(stripe.event('charge.dispute.created', dispute));
  await until('it is open', async () => (await house.sql(`select status from payment_disputes where provider_ref = '${dispute.id}'`)) === 'open');
  assert.equal(await ledger('disputed'), share.amount / 100);
  dispute['status'] = 'lost';
  await stripe.send(stripe.event('charge.dispute.closed', dispute));
  await until('it is lost', async () => (await ledger('losses')) === share.amount / 100);
  assert.equal(await ledger('disputed'), 0);
});

test('what the account may do is asked of the provider by a command', async () => {
  const check = (provider = 'stripe') =>
    new Promise<{ code: number; said: string }>((resolve) => {
      const environment = { ...process.env, MAITRED_STRIPE_URL: stripe.url, MAITRED_PORT: String(daemon.port) };
      execFile(program, ['integration', 'test', house.domain, provider, '--json', '--data-dir', daemon.dataDir], { env: environment }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
      );
    });
  const found = ({ said }: { said: string }) =>
    Object.fromEntries((JSON.parse(said) as { checks: { what: string; works: boolean }[] }[]).flatMap((account) => account.checks.map((one) => [one.what, one.works])));
  const well = await check();
  assert.deepEqual([well.code, found(well)], [0, { key: true, account: true, webhook: true, terminals: true }]);
  assert.ok(!well.said.includes(stripe.key));
  stripe.hookEvents = ['checkout.session.completed'];
  stripe.paysOut = false;
  const half = await check();
  assert.deepEqual([half.code, found(half)], [6, { key: true, account: false, webhook: false, terminals: true }]);
  for (const event of ['refund.created', 'invoice.paid', 'payout.failed', 'terminal.reader.action_failed']) assert.ok(half.said.includes(event), `${event} is missed`);
  stripe.hookEvents = [...new Set(half.said.match(/\w+(\.\w+)+(?=[,:])/g)), 'checkout.session.completed'];
  stripe.paysOut = true;
  assert.deepEqual([(await check()).code, stripe.hookEvents.includes('charge.refunded')], [0, false], 'with those that it names all is well');
  stripe.hookEvents = ['*'];
  const key = stripe.key;
  stripe.key = 'sk_test_another';
  const refused = await check();
  stripe.key = key;
  assert.deepEqual([refused.code, found(refused)], [6, { key: false }]);
  assert.equal(await house.sql('select status from payment_accounts'), 'broken');
  assert.deepEqual([(await check()).code, await house.sql('select status from payment_accounts')], [0, 'works']);
  assert.equal((await check('nobody')).code, 3);
});
