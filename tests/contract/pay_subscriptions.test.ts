// Memberships that the provider's subscription renews: paid, failed, paused, brought back, ended; whatever the order of its events.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import type { SupabaseClient } from '@supabase/supabase-js';
import { until, rpc } from './harness.ts';
import { payHouse, type PayHouse } from './pay_support.ts';
import type { Json, Session } from './servers/stripe.ts';

let at: PayHouse;
let owner: SupabaseClient;
let people = 0;

before(async () => {
  at = await payHouse(['pool']);
  owner = at.owner;
  const organization = await at.house.sql('select id from organizations limit 1');
  await at.house.sql(
    `delete from pool_membership_plans; insert into pool_membership_plans (organization_id, type, billing_cycle, name, monthly_price, guest_passes, max_members) values ('${organization}', 'individual', 'monthly', 'Swim', 30, 4, 1)`,
  );
});
after(() => at.stop());

interface Membership {
  id: string;
  status: string;
  paid_until: string | null;
  guest_passes_remaining: number;
  due: { amount: number } | null;
}
interface Subscription {
  id: string;
  status: string;
  link?: string;
  first_amount: number;
  amount: number;
}
const one = (id: string, columns: string) => at.house.sql(`select concat_ws(' ', ${columns}) from pool_memberships where id = '${id}'`);
const until_ = (id: string, columns: string, wanted: string) => until(`${columns} is ${wanted}`, async () => (await one(id, columns)) === wanted);
const worked = () => until('all events are worked on', async () => (await at.house.sql('select count(*) from received_hooks where handled_at is null')) === '0');
const deliver = async (events: Json[]) => {
  for (const event of events) assert.equal((await at.stripe.send(event)).status, 200);
  await worked();
};
const paid = (id: string) => at.house.sql(`select count(*) || ' ' || coalesce(sum(amount), 0) from payments where booking_id = '${id}' and status = 'succeeded'`);
const page = async (subscription: Subscription): Promise<Session> => {
  const link = await until('a link', async () => (await rpc<Subscription>(owner, 'get_subscription', { p_subscription_id: subscription.id })).link);
  const session = at.stripe.sessions.get(link.split('/').at(-1) ?? '');
  assert.ok(session);
  return session;
};
async function member(): Promise<{ id: string; first: number; subscription: Json; ours: Subscription }> {
  people++;
  const started = await rpc<Membership>(owner, 'start_membership', {
    p_type: 'individual',
    p_billing_cycle: 'monthly',
    p_guest_details: { full_name: `Mia ${people}`, email: `mia${people}@example.com` },
  });
  assert.equal(started.status, 'pending');
  const ours = await rpc<Subscription>(owner, 'subscribe_membership', { p_membership_id: started.id });
  assert.equal((await rpc<Subscription>(owner, 'subscribe_membership', { p_membership_id: started.id })).id, ours.id, 'asked twice: one page');
  const session = await page(ours);
  assert.equal(session['mode'], 'subscription');
  const data = session['subscription_data'] as { proration_behavior: string; billing_cycle_anchor: string };
  assert.equal(data.proration_behavior, 'none');
  assert.ok(Number(data.billing_cycle_anchor) > Date.now() / 1000);
  await deliver(at.stripe.begin(session).reverse());
  await until_(started.id, 'status', 'active');
  const subscription = [...at.stripe.subscriptions.values()].at(-1);
  assert.ok(subscription);
  return { id: started.id, first: started.due?.amount ?? 0, subscription, ours };
}
const nextMonth = (id: string) => at.house.sql(`select (date_trunc('month', paid_until + interval '1 day') + interval '1 month - 1 day')::date from pool_memberships where id = '${id}'`);
/** As when the paid period has ended: its days move into the past. */
const monthPasses = (id: string) =>
  at.house.sql(`update membership_periods set starts_on = starts_on - 62, ends_on = current_date - 1 where membership_id = '${id}' and status = 'paid' and ends_on >= current_date;
    update pool_memberships set start_date = start_date - 62, paid_until = current_date - 1 where id = '${id}'; select app.advance_memberships()`);

test('begun at a page with what is due now; renewed each month; told a hundred times, booked once', async () => {
  const m = await member();
  assert.equal(await paid(m.id), `1 ${m.first.toFixed(2)}`);
  const ends = await nextMonth(m.id);
  const events = at.stripe.renew(m.subscription);
  const many = Array.from({ length: 20 }, () => events).flat();
  await Promise.all(many.sort(() => Math.random() - 0.5).map((event) => at.stripe.send(event)));
  await worked();
  await until_(m.id, 'paid_until', ends);
  assert.equal(await paid(m.id), `2 ${(m.first + 30).toFixed(2)}`);
  assert.equal(await at.house.sql(`select string_agg(distinct way || ' ' || (provider_data ? 'payment_id'), ', ') from payments where booking_id = '${m.id}'`), 'subscription true');
});

test('a renewal fails: told, then paused; paying brings the membership back with its passes', async () => {
  const m = await member();
  await monthPasses(m.id);
  assert.equal(await one(m.id, 'status'), 'active', 'while the provider tries it is not over');
  await deliver(at.stripe.renew(m.subscription, false));
  await until('they are told', async () => Number(await at.house.sql(`select count(*) from maitred.jobs where kind = 'notify' and payload ->> 'type' = 'subscription_failed'`)) > 0);
  assert.match((await rpc<Subscription>(owner, 'get_subscription', { p_subscription_id: m.ours.id })).link ?? '', /\/invoice\/in_/);
  await deliver(at.stripe.renew(m.subscription, false).slice(1));
  assert.equal(await at.house.sql(`select status || ' ' || step from subscriptions where id = '${m.ours.id}'`), 'past_due 1', 'one failure, however often told');
  for (let step = 2; step <= 3; step++) await at.house.sql(`update subscriptions set next_at = now() where id = '${m.ours.id}'; select app.dun_subscriptions()`);
  assert.equal(await one(m.id, 'status'), 'paused');
  const refused = await owner.rpc('resume_membership', { p_membership_id: m.id });
  assert.equal(refused.error?.code, 'MD422', 'who does not pay does not just resume');
  await deliver(at.stripe.payInvoice(m.subscription));
  await until_(m.id, 'status', 'active');
  await until_(m.id, 'paid_until >= current_date', 't');
  assert.equal(await one(m.id, 'guest_passes_remaining'), await at.house.sql(`select app.guest_passes_left('${m.id}', current_date)`));
  assert.ok(Number(await one(m.id, 'guest_passes_remaining')) > 0, 'with its guest passes');
  assert.equal((await rpc<Subscription>(owner, 'get_subscription', { p_subscription_id: m.ours.id })).status, 'active');
});

test('cancelled here, the provider collects no more; what comes anyway goes back', async () => {
  const m = await member();
  await rpc(owner, 'cancel_membership', { p_membership_id: m.id, p_immediately: true });
  await until('it is over there', () => m.subscription['status'] === 'canceled');
  await until('and here', async () => (await rpc<Subscription>(owner, 'get_subscription', { p_subscription_id: m.ours.id })).status === 'ended');
  const before = at.stripe.balance;
  const late = at.stripe.renew(m.subscription);
  m.subscription['status'] = 'canceled';
  await deliver(late);
  await until('it goes back', async () => (await at.house.sql(`select count(*) from refunds r join payments p on p.id = r.payment_id where p.booking_id = '${m.id}' and r.amount = 30`)) === '1');
  assert.ok(before <= at.stripe.balance);
});

test('an ending that the provider refuses is not told as one; what still runs is asked to end again', async () => {
  const m = await member();
  const status = async () => (await rpc<Subscription>(owner, 'get_subscription', { p_subscription_id: m.ours.id })).status;
  const waiting = `from maitred.jobs where kind = 'end_subscription' and payload ->> 'subscription_id' = '${m.ours.id}' and status = 'waiting'`;
  at.stripe.refuses = (call) => call.startsWith('DELETE');
  at.stripe.calls.length = 0;
  await rpc(owner, 'cancel_membership', { p_membership_id: m.id, p_immediately: true });
  const told = () => at.house.sql(`select count(*) from notifications where type = 'subscription_not_ended' and data ->> 'subscription_id' = '${m.ours.id}'`);
  await until('somebody is told', async () => Number(await told()) > 0);
  assert.ok(at.stripe.calls.includes(`DELETE /v1/subscriptions/${String(m.subscription['id'])}`));
  assert.equal(await status(), 'active', 'it collects there, and here it says so');
  at.stripe.refuses = () => false;
  at.stripe.endsSubscriptions = 'later';
  await at.house.sql(`update subscriptions set end_asked_at = now() - interval '2 days' where id = '${m.ours.id}'; select app.dun_subscriptions()`);
  await until('it waits for the end', async () => (await at.house.sql(`select last_error ${waiting}`)).includes('has not ended yet'));
  assert.equal(await status(), 'active');
  at.stripe.endsSubscriptions = 'now';
  await at.house.sql(`update maitred.jobs set run_at = now() where id in (select id ${waiting})`);
  await until('it is over', async () => (await status()) === 'ended');
  assert.equal(m.subscription['status'], 'canceled');
});

test('what its intents and other people’s refunds tell is settled without a trace', async () => {
  const m = await member();
  const paidBefore = await paid(m.id);
  const dead = () => at.house.sql(`select count(*) from maitred.jobs where status = 'dead' and kind = 'pay_event'`);
  const before = await dead();
  const intent = await at.house.sql(`select provider_data ->> 'payment_id' from payments where booking_id = '${m.id}'`);
  await deliver([
    at.stripe.event('payment_intent.succeeded', { id: intent, object: 'payment_intent', status: 'succeeded', metadata: {} }),
    at.stripe.event('refund.created', { id: 're_foreign', object: 'refund', payment_intent: 'pi_foreign', metadata: {} }),
  ]);
  assert.equal(await dead(), before);
  assert.equal(await paid(m.id), paidBefore);
});

test('ended at the provider: the membership runs out with what is paid', async () => {
  const m = await member();
  m.subscription['status'] = 'canceled';
  await deliver([at.stripe.event('customer.subscription.deleted', m.subscription)]);
  await until_(m.id, 'status, auto_renew, end_date = paid_until', 'active f t');
});

test('a page that nobody used ends, and can be asked for anew', async () => {
  people++;
  const started = await rpc<Membership>(owner, 'start_membership', {
    p_type: 'individual',
    p_billing_cycle: 'monthly',
    p_guest_details: { full_name: `Mia ${people}`, email: `mia${people}@example.com` },
  });
  const ours = await rpc<Subscription>(owner, 'subscribe_membership', { p_membership_id: started.id });
  const session = await page(ours);
  session.status = 'expired';
  await deliver([at.stripe.event('checkout.session.expired', session)]);
  assert.equal((await rpc<Subscription>(owner, 'get_subscription', { p_subscription_id: ours.id })).status, 'ended');
  assert.notEqual((await rpc<Subscription>(owner, 'subscribe_membership', { p_membership_id: started.id })).id, ours.id);
});
