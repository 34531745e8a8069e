// Deposits and stored cards: what comes first, what is taken on its day, and what happens where it does not come.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import type { SupabaseClient } from '@supabase/supabase-js';
import { until, rpc } from './harness.ts';
import { payHouse, type PayHouse } from './pay_support.ts';

let at: PayHouse;
let owner: SupabaseClient;
let chalet: string;
const PRICE = 400; // two nights

before(async () => {
  at = await payHouse(['stays', 'dining']);
  owner = at.owner;
  const organization = await at.house.sql('select id from organizations limit 1');
  chalet = await at.house.sql(
    `insert into chalets (organization_id, name, base_price, capacity, deposit_percent, status, tax_rate) values ('${organization}', 'Brook', ${PRICE / 2}, 4, 100, 'active', 0) returning id`,
  );
  const policies: Record<string, unknown>[] = [
    { booking_type: 'chalet', name: 'Stays', deposit_percent: 30, rest_days: 14, no_show_percent: 100 },
    { booking_type: 'reservation', name: 'Tables', no_show_amount: 20, is_per_person: true },
  ];
  for (const policy of policies) assert.equal((await owner.from('payment_policies').insert(policy)).error, null);
});
after(() => at.stop());

interface Payment {
  id: string;
  status: string;
  amount: number;
  link?: string;
}
let nights = 30;
const sum = async (booking: string) => Number(await at.house.sql(`select coalesce(sum(-amount), 0) from payment_ledger where booking_id = '${booking}' and account = 'receivable'`));
const charge = (booking: string, kind = 'rest') => at.house.sql(`select status from payment_charges where booking_id = '${booking}' and kind = '${kind}'`);
const charged = (booking: string, status: string, kind = 'rest') => until(`its ${kind} is ${status}`, async () => (await charge(booking, kind)) === status);
const due = (booking: string) => at.house.sql(`update payment_charges set next_at = now() - interval '1 minute' where booking_id = '${booking}'; select app.charge_cards()`);
const deliver = async (events: Record<string, unknown>[]) => {
  for (const event of events) assert.equal((await at.stripe.send(event)).status, 200);
};

/** A chalet with 30 % paid at the provider's page, whose card stays. */
async function stay(keeps = true, from = (nights += 3)): Promise<{ id: string; method: string }> {
  const day = (n: number) => at.house.sql(`select app.organization_today(id) + ${n} from organizations limit 1`);
  const booked = await rpc<{ id: string; deposit_due: number }>(owner, 'create_chalet_booking', {
    p_chalet_id: chalet,
    p_check_in: await day(from),
    p_check_out: await day(from + 2),
    p_guests: 2,
    p_guest_details: { full_name: 'Ada', email: `ada${from}@example.com` },
    p_confirm: false,
  });
  assert.equal(booked.deposit_due, PRICE * 0.3);
  const payment = await rpc<Payment>(owner, 'create_payment', { p_booking_type: 'chalet', p_booking_id: booked.id, p_amount: booked.deposit_due, p_metadata: keeps ? { store_card: true } : {} });
  const link = await until('a link', async () => (await rpc<Payment>(owner, 'get_payment', { p_payment_id: payment.id })).link);
  const session = at.stripe.sessions.get(link.split('/').at(-1) ?? '');
  assert.ok(session);
  assert.equal(session['keeps_card'], keeps);
  await deliver(at.stripe.pay(session));
  await until('it is confirmed', async () => (await at.house.sql(`select status from chalet_bookings where id = '${booked.id}'`)) === 'confirmed');
  return { id: booked.id, method: String(at.stripe.intents.get(session.payment_intent ?? '')?.['payment_method'] ?? '') };
}

test('30 % now, the rest is taken from the card on its day, once', async () => {
  const booked = await stay();
  assert.equal(await charge(booked.id), 'waiting');
  assert.equal(await at.house.sql(`select (due_at::date - (select check_in from chalet_bookings where id = '${booked.id}'))::text from payment_charges where booking_id = '${booked.id}'`), '-14');
  await at.house.sql('select app.charge_cards()');
  assert.equal(await charge(booked.id), 'waiting', 'not before its day');
  const before = at.stripe.balance;
  at.stripe.next = ['lost'];
  await due(booked.id);
  await until('it was asked', () => at.stripe.next.length === 0);
  await at.house.sql(`update maitred.jobs set run_at = now() where kind = 'collect_payment' and status = 'waiting'`);
  await charged(booked.id, 'paid');
  await due(booked.id);
  assert.equal(at.stripe.balance - before, PRICE * 70);
  assert.equal(await sum(booked.id), PRICE);
  const { data } = await owner.from('stored_cards').select('brand, last4, consent').eq('booking_id', booked.id).single();
  assert.equal(data?.last4, '4242');
  assert.match(data?.consent ?? '', /14 days before/);
  assert.equal((await owner.from('stored_cards').select('method_ref')).error?.code, '42501');
});

test('who did not agree leaves no card, and nothing is taken later', async () => {
  const booked = await stay(false);
  assert.equal(await at.house.sql(`select count(*) from stored_cards where booking_id = '${booked.id}'`), '0');
  assert.equal(await charge(booked.id), '');
});

test('a bank that wants to see the guest: a link goes out by mail, and its payment settles the stay', async () => {
  const booked = await stay();
  const method = at.stripe.methods.get(booked.method);
  assert.ok(method);
  method.does = 'asks';
  await due(booked.id);
  await charged(booked.id, 'needs_guest');
  await until('the link is mailed', async () => Number(await at.house.sql(`select count(*) from maitred.jobs where kind = 'notify' and payload ->> 'type' = 'payment_link'`)) > 0);
  const session = at.stripe.sessions.get(await at.house.sql(`select provider_ref from payments where booking_id = '${booked.id}' and status = 'pending'`));
  assert.ok(session);
  await deliver(at.stripe.pay(session));
  await charged(booked.id, 'paid');
  assert.equal(await sum(booked.id), PRICE);
});

test('a card that declines: the guest is told, tried again by the steps, then by link, then a person decides', async () => {
  const booked = await stay();
  const method = at.stripe.methods.get(booked.method);
  assert.ok(method);
  method.does = 'declines';
  const told = Number(await at.house.sql(`select count(*) from maitred.jobs where kind = 'notify' and payload ->> 'type' = 'charge_declined'`));
  await due(booked.id);
  await until('it waits for the first step', async () => (await at.house.sql(`select status || step from payment_charges where booking_id = '${booked.id}'`)) === 'waiting1');
  assert.equal(Number(await at.house.sql(`select count(*) from maitred.jobs where kind = 'notify' and payload ->> 'type' = 'charge_declined'`)), told + 1);
  await due(booked.id);
  await charged(booked.id, 'needs_guest');
  const page = await until('a page', () => at.house.sql(`select provider_ref from payments p where booking_id = '${booked.id}' and status = 'pending' and provider_ref like 'cs_%'`));
  const session = at.stripe.sessions.get(page);
  assert.ok(session);
  session.status = 'expired';
  await deliver([at.stripe.event('checkout.session.expired', session)]);
  await charged(booked.id, 'failed');
  assert.ok(Number(await at.house.sql(`select count(*) from notifications where type = 'charge_failed'`)) > 0);
  assert.equal(await sum(booked.id), PRICE * 0.3, 'nothing but the deposit');
});

test('cancelled early: the deposit goes back by the terms, and the rest is never taken', async () => {
  const booked = await stay();
  const before = at.stripe.balance;
  await rpc(owner, 'cancel_chalet_booking', { p_booking_id: booked.id, p_reason: 'ill' });
  await until('the deposit is back', () => before - at.stripe.balance === PRICE * 30);
  assert.equal(await charge(booked.id), 'off');
  await due(booked.id);
  assert.equal(before - at.stripe.balance, PRICE * 30);
});

test('a no-show is charged what the policy says, less what was paid', async () => {
  const booked = await stay(true, 0);
  const before = at.stripe.balance;
  await rpc(owner, 'mark_no_show', { p_booking_id: booked.id });
  assert.equal(await charge(booked.id, 'no_show'), 'waiting', 'an hour of grace');
  assert.equal(await charge(booked.id), 'off');
  await due(booked.id);
  await charged(booked.id, 'paid', 'no_show');
  assert.equal(at.stripe.balance - before, PRICE * 70);
  assert.equal(await sum(booked.id), PRICE);
});

test('a table keeps a card without a payment; nobody comes, each of them costs', async () => {
  const table = await at.house.sql(`select t.id from restaurant_tables t where capacity >= 2 order by table_number limit 1`);
  const reservation = await at.house.sql(
    `insert into table_reservations (table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name, guest_email, customer_id)
     select '${table}', current_date + 3, '19:00', 90, 2, 'Bob', 'bob@example.com', app.find_or_create_customer((select id from organizations limit 1), 'Bob', 'bob@example.com', null, null) returning id`,
  );
  const anon = at.house.client();
  const refused = await anon.rpc('keep_card', { p_booking_type: 'reservation', p_booking_id: reservation });
  assert.equal(refused.error?.code, 'MD422');
  assert.match(refused.error?.details ?? '', /20/);
  const asked = await rpc<{ id: string; status: string }>(anon, 'keep_card', { p_booking_type: 'reservation', p_booking_id: reservation, p_consent: true, p_return_path: '/r/1' });
  const again = await rpc<{ id: string }>(anon, 'keep_card', { p_booking_type: 'reservation', p_booking_id: reservation, p_consent: true });
  assert.equal(again.id, asked.id, 'asked twice: one page');
  const link = await until('a link', async () => (await rpc<{ link?: string }>(anon, 'get_card', { p_card_id: asked.id })).link);
  const session = at.stripe.sessions.get(link.split('/').at(-1) ?? '');
  assert.ok(session);
  await deliver(at.stripe.leaveCard(session).reverse());
  await until('it is stored', async () => (await rpc<{ status: string }>(anon, 'get_card', { p_card_id: asked.id })).status === 'stored');
  const before = at.stripe.balance;
  await at.house.sql(`update table_reservations set status = 'no_show' where id = '${reservation}'`);
  await at.house.sql(`update table_reservations set status = 'confirmed' where id = '${reservation}'`);
  assert.equal(await charge(reservation, 'no_show'), 'off', 'they came after all');
  await at.house.sql(`update table_reservations set status = 'no_show' where id = '${reservation}'`);
  await due(reservation);
  await charged(reservation, 'paid', 'no_show');
  assert.equal(at.stripe.balance - before, 4000);
  // The guest takes the card back: the provider forgets it.
  await rpc(owner, 'remove_card', { p_card_id: asked.id });
  await until('it is forgotten', () => [...at.stripe.methods.values()].at(-1)?.isDetached === true);
});
