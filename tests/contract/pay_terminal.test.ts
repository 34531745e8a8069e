// Card terminals that the provider drives, and what it pays out in the end.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { until, rpc } from './harness.ts';
import { payHouse, type PayHouse } from './pay_support.ts';
import type { Reader } from './servers/stripe.ts';

let at: PayHouse;
let owner: SupabaseClient;
let reader: Reader;
let terminal: string;

before(async () => {
  at = await payHouse(['dining']);
  owner = at.owner;
  reader = at.stripe.addReader();
  const { data, error } = await owner.from('payment_terminals').insert({ name: 'Bar', provider_ref: reader.id }).select('id').single();
  assert.equal(error, null);
  terminal = data?.id as string;
});
after(() => at.stop());

interface Sent {
  id: string;
  state: string;
  reason: string | null;
  can_cancel: boolean;
  amount: number;
}
const state = (id: string) => rpc<Sent>(owner, 'get_terminal_payment', { p_payment_id: id });
const becomes = (id: string, wanted: string) => until(`the terminal says ${wanted}`, async () => ((await state(id)).state === wanted ? state(id) : null));
const send = (session: string, share: { id: string; amount: number }, tip = 0) =>
  rpc<Sent>(owner, 'send_to_terminal', {
    p_terminal_id: terminal,
    p_booking_type: 'session',
    p_booking_id: session,
    p_amount: share.amount / 100 + tip,
    p_tip_amount: tip,
    p_share_id: share.id,
    p_idempotency_key: randomUUID(),
  });
const shown = (sent: Sent) =>
  until('the reader shows it', () => reader.action?.status === 'in_progress' && at.stripe.intents.get(reader.action.process_payment_intent.payment_intent)?.metadata['payment_id'] === sent.id);
const charged = () => at.stripe.balance;

test('an amount goes to the terminal, a card is held against it, the share is paid with its tip', async () => {
  const { session, shares } = await at.bill();
  const [first, second] = shares;
  assert.ok(first && second);
  const before = charged();
  const sent = await send(session, first, 2);
  assert.equal(sent.can_cancel, true);
  await shown(sent);
  await becomes(sent.id, 'waiting');
  const busy = await owner.rpc('send_to_terminal', { p_terminal_id: terminal, p_booking_type: 'session', p_booking_id: session, p_amount: 1, p_share_id: second.id });
  assert.equal(busy.error?.code, 'MD409', 'one payment a terminal at a time');
  const events = at.stripe.present(reader);
  for (const event of [...events, ...events].reverse()) assert.equal((await at.stripe.send(event)).status, 200);
  await becomes(sent.id, 'approved');
  assert.equal(charged() - before, first.amount + 200);
  assert.equal(await at.house.sql(`select status || ' ' || paid_amount from bill_shares where id = '${first.id}'`), `paid ${first.amount}`);
  assert.equal(Number(await at.house.sql(`select sum(amount) from payment_ledger where payment_id = '${sent.id}' and account = 'online'`)), first.amount / 100 + 2);
  assert.equal((await rpc<Sent>(owner, 'cancel_terminal_payment', { p_payment_id: sent.id })).state, 'approved', 'too late to cancel');
});

test('an amount that is sent again under its key is the same payment; another amount under it is refused', async () => {
  const { session, shares } = await at.bill();
  const share = shares[0];
  assert.ok(share);
  const wish = {
    p_terminal_id: terminal,
    p_booking_type: 'session',
    p_booking_id: session,
    p_amount: share.amount / 100,
    p_share_id: share.id,
    p_idempotency_key: randomUUID(),
  };
  const sent = await rpc<Sent>(owner, 'send_to_terminal', wish);
  await shown(sent);
  assert.equal((await rpc<Sent>(owner, 'send_to_terminal', wish)).id, sent.id);
  for (const other of [{ p_amount: wish.p_amount - 1 }, { p_tip_amount: 1 }, { p_share_id: randomUUID() }]) {
    assert.equal((await owner.rpc('send_to_terminal', { ...wish, ...other })).error?.code, 'MD422', JSON.stringify(other));
  }
  for (const event of at.stripe.present(reader)) await at.stripe.send(event);
  await becomes(sent.id, 'approved');
});

test('a declined card is told with its reason, and the next one pays', async () => {
  const { session, shares } = await at.bill();
  const share = shares[0];
  assert.ok(share);
  const sent = await send(session, share);
  await shown(sent);
  for (const event of at.stripe.present(reader, 'declined')) await at.stripe.send(event);
  const declined = await becomes(sent.id, 'declined');
  assert.match(declined.reason ?? '', /insufficient|declined/);
  const again = await send(session, share);
  await shown(again);
  for (const event of at.stripe.present(reader)) await at.stripe.send(event);
  await becomes(again.id, 'approved');
});

test('called off: no card is charged; a card that was faster counts', async () => {
  const { session, shares } = await at.bill();
  const [first, second] = shares;
  assert.ok(first && second);
  const before = charged();
  const sent = await send(session, first);
  await shown(sent);
  await becomes(sent.id, 'waiting');
  await rpc(owner, 'cancel_terminal_payment', { p_payment_id: sent.id });
  await becomes(sent.id, 'cancelled');
  await until('the reader is free', () => reader.action === null);
  assert.equal(charged(), before);
  const quick = await send(session, second);
  await shown(quick);
  await becomes(quick.id, 'waiting');
  at.stripe.present(reader); // no event comes
  await rpc(owner, 'cancel_terminal_payment', { p_payment_id: quick.id });
  await becomes(quick.id, 'approved');
  assert.equal(charged() - before, second.amount);
});

test('nobody comes: after two minutes it is off, and the waiter sees that', async () => {
  const { session, shares } = await at.bill();
  const share = shares[0];
  assert.ok(share);
  const sent = await send(session, share);
  await shown(sent);
  await becomes(sent.id, 'waiting');
  await at.house.sql(
    `update payments set asked_at = now() - interval '121 seconds' where id = '${sent.id}'; update maitred.jobs set run_at = now() where kind = 'review_payment' and status = 'waiting'`,
  );
  await becomes(sent.id, 'timed_out');
  await until('the reader is free', () => reader.action === null);
});

test('a terminal that is away says so at once, and nothing stays open at the provider', async () => {
  const { session, shares } = await at.bill();
  const share = shares[0];
  assert.ok(share);
  reader.isAway = true;
  const sent = await send(session, share);
  const told = await becomes(sent.id, 'declined');
  assert.match(told.reason ?? '', /offline/);
  reader.isAway = false;
  await until('its intent is off', () => [...at.stripe.intents.values()].find((i) => i.metadata['payment_id'] === sent.id)?.status === 'canceled');
});

test('an answer that is lost while the terminal is asked: asked again, shown once', async () => {
  const { session, shares } = await at.bill();
  const share = shares[0];
  assert.ok(share);
  const before = charged();
  const calls = at.stripe.intents.size;
  at.stripe.next = ['lost'];
  const sent = await send(session, share);
  await until('it was asked', () => at.stripe.next.length === 0);
  await at.house.sql(`update maitred.jobs set run_at = now() where kind = 'collect_payment' and status = 'waiting'`);
  await shown(sent);
  assert.equal(at.stripe.intents.size, calls + 1);
  for (const event of at.stripe.present(reader)) await at.stripe.send(event);
  await becomes(sent.id, 'approved');
  assert.equal(charged() - before, share.amount);
});

test('a refund of a card at the terminal goes back through the provider', async () => {
  const { session, shares } = await at.bill();
  const share = shares[0];
  assert.ok(share);
  const sent = await send(session, share);
  await shown(sent);
  for (const event of at.stripe.present(reader)) await at.stripe.send(event);
  await becomes(sent.id, 'approved');
  const before = charged();
  const refund = await rpc<{ id: string; status: string }>(owner, 'refund_payment', { p_payment_id: sent.id });
  assert.equal(refund.status, 'pending');
  await until('it has gone', async () => (await at.house.sql(`select status from refunds where id = '${refund.id}'`)) === 'succeeded');
  assert.equal(before - charged(), share.amount);
});

test('a payout is held against the books line by line, to the cent', async () => {
  await until('all is worked on', async () => (await at.house.sql('select count(*) from received_hooks where handled_at is null')) === '0');
  at.stripe.moved('stripe_fee', -990, { object: 'fee', id: 'fee_1' }, 0);
  const payout = at.stripe.payOut();
  await at.stripe.send(at.stripe.event('payout.created', { ...payout, status: 'in_transit' }));
  await at.stripe.send(at.stripe.event('payout.paid', payout));
  interface Payout {
    id: string;
    amount: number;
    fees: number;
    payments: number;
    refunds: number;
    difference: number;
    agrees: boolean;
    is_complete: boolean;
    reconciled_at: string | null;
    lines: { kind: string; amount: number; booked: number | null; agrees: boolean }[];
  }
  const listed = await until('it is complete', async () => (await rpc<Payout[]>(owner, 'get_payouts')).find((p) => p.is_complete));
  assert.equal(listed.agrees, true, JSON.stringify(await rpc(owner, 'get_payout', { p_payout_id: listed.id })));
  const of = (type: string) => at.stripe.transactions.filter((t) => t['type'] === type).reduce((sum, t) => sum + Number(t['amount']), 0);
  assert.equal(Math.round(listed.payments * 100), of('charge'));
  assert.equal(Math.round(listed.refunds * 100), of('refund'));
  assert.equal(Math.round(listed.fees * 100), at.stripe.transactions.reduce((sum, t) => sum + Number(t['fee']), 0) + 990);
  assert.equal((await rpc<Payout>(owner, 'reconcile_payout', { p_payout_id: listed.id })).reconciled_at !== null, true);
  const balance = async (account: string) => Math.round(Number(await at.house.sql(`select coalesce(sum(amount), 0) from payment_ledger where account = '${account}'`)) * 100);
  assert.equal(await balance('online'), 0, 'the provider holds nothing any more');
  assert.equal(await balance('bank'), Number(payout['amount']));
  // Told again, it is booked once.
  await at.stripe.send(at.stripe.event('payout.reconciliation_completed', payout));
  await until('all is worked on', async () => (await at.house.sql('select count(*) from received_hooks where handled_at is null')) === '0');
  assert.equal(await balance('bank'), Number(payout['amount']));
  // It comes back from the bank a day later.
  Object.assign(payout, { status: 'failed', failure_message: 'The bank account is closed.' });
  await at.stripe.send(at.stripe.event('payout.failed', payout));
  await until('it is back', async () => (await balance('bank')) === 0);
  assert.ok(Number(await at.house.sql(`select count(*) from notifications where type = 'payout_failed'`)) > 0);
});

test('a line that the books do not have is not reconciled, and finance sees which', async () => {
  at.stripe.moved('charge', 4711, { object: 'charge', id: 'ch_x', payment_intent: 'pi_somebody_elses' });
  const payout = at.stripe.payOut();
  await at.stripe.send(at.stripe.event('payout.paid', payout));
  const listed = await until('it is complete', async () =>
    (await rpc<{ id: string; is_complete: boolean; provider_ref: string }[]>(owner, 'get_payouts')).find((p) => p.is_complete && p.provider_ref === payout['id']),
  );
  const { error } = await owner.rpc('reconcile_payout', { p_payout_id: listed.id });
  assert.equal(error?.code, 'MD409');
  assert.match(error?.details ?? '', /pi_somebody|"amount": ?47.11|txn_/);
});
