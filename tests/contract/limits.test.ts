// What a stranger may try only so often: every row of app.limited_functions() × everything in a request that can change its transaction. A
// try that could take its own count back would be no try at all.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startDaemon, makeTenant, type Daemon, type Tenant } from './harness.ts';
import { setAuth, token } from './auth_support.ts';

interface Limited {
  name: string;
  bucket: string;
  tries: number;
  counts: string;
  field: string | null;
  whom: string;
}
interface Answer {
  status: number;
  text: string;
  code: string;
}

let daemon: Daemon;
let tenant: Tenant;
let limited: Limited[];
let owner: { token: string; id: string };
let throwAway: { token: string; id: string };
const facts: Record<string, string> = {};

before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, ['dining', 'stays', 'pool', 'experiences'], { name: 'Limits' });
  await setAuth(tenant);
  limited = JSON.parse(await tenant.sql('select json_agg(l) from app.limited_functions() l')) as Limited[];
  const staff = await tenant.signIn();
  owner = { token: await token(staff), id: (await staff.auth.getUser()).data.user?.id ?? '' };
  const visitor = tenant.client();
  const { data } = await visitor.auth.signInAnonymously();
  throwAway = { token: data.session?.access_token ?? '', id: data.user?.id ?? '' };
  for (const line of (
    await tenant.sql(`
      with game as (insert into games (organization_id, name, duration_minutes, min_players, max_players, price, min_notice_minutes)
                    select id, 'Vault', 60, 1, 8, 20, 0 from organizations returning id, organization_id),
           venue as (insert into venues (organization_id, name, timezone) select organization_id, 'House', 'UTC' from game returning id),
           room as (insert into game_venues (organization_id, venue_id, game_id) select g.organization_id, v.id, g.id from game g, venue v),
           waiver as (insert into waivers (organization_id, title, content) select organization_id, 'Risk', 'Yours.' from game returning id),
           credit as (insert into user_credits (organization_id, amount, remaining, currency, source, code)
                      select id, 50, 50, currency, 'purchase', 'GIFT-1' from organizations returning id),
           customer as (insert into customers (organization_id, full_name, user_id) select id, 'Eve', '${throwAway.id}' from organizations returning id)
      select 'game|' || id from game union all select 'venue|' || id from venue union all select 'waiver|' || id from waiver union all select 'voucher|' || id from credit union all select 'customer|' || id from customer
      union all select 'restaurant|' || (select id from restaurants limit 1)
      union all select 'table|' || (select code from restaurant_tables order by table_number limit 1)`)
  ).split('\n')) {
    const [name, value] = line.split('|');
    if (name && value) facts[name] = value;
  }
  const held = await fetch(`${tenant.url}/rest/v1/rpc/hold_basket`, {
    method: 'POST',
    headers: { apikey: tenant.anonKey, 'content-type': 'application/json' },
    body: JSON.stringify({ p_parts: [game({}, '15:00')] }),
  });
  const basket = (await held.json()) as { id: string; token: string };
  assert.ok(basket.token, JSON.stringify(basket));
  facts['basket'] = basket.token;
  await tenant.sql(`update baskets set expires_at = now() + interval '1 day' where id = '${basket.id}'; update bookings set hold_expires_at = now() + interval '1 day'`);
});
after(async () => {
  await daemon?.stop();
});

const wrong = () => `WRONG-${randomUUID().slice(0, 8).toUpperCase()}`;
const soon = () => new Date(Date.now() + 3 * 86400e3).toISOString().slice(0, 10);

const game = (more: object, time = '12:00') => ({ kind: 'game', venue_id: facts['venue'], game_id: facts['game'], date: soon(), time, party_size: 2, ...more });
const wrongBooking = () => ({ p_reference: wrong(), p_contact: 'eve@example.com' });

/** A call of each limited function that is refused: with a code nobody has, or for what has nothing to do with a limit. By name and bucket. */
const refused: Record<string, () => Record<string, unknown>> = {
  'reserve_table reservation': () => ({ p_restaurant_id: randomUUID(), p_date: soon(), p_time: '19:00', p_party_size: 2, p_guest_name: 'Eve', p_guest_phone: '123456' }),
  'join_waitlist waitlist': () => ({ p_restaurant_id: randomUUID(), p_party_size: 2, p_guest_name: 'Eve' }),
  'place_order order': () => ({ p_restaurant_id: randomUUID(), p_items: [], p_customer_name: 'Eve' }),
  'create_chalet_booking stay': () => ({ p_chalet_id: randomUUID(), p_check_in: soon(), p_check_out: soon(), p_guests: 1 }),
  'buy_pool_ticket pool_ticket': () => ({ p_ticket_date: '2000-01-01', p_slot: 'morning' }),
  'start_membership membership': () => ({ p_type: 'none', p_billing_cycle: 'monthly' }),
  'create_booking booking': () => ({ p_venue_id: randomUUID(), p_game_id: randomUUID(), p_customer_id: null, p_booking_date: soon(), p_start_time: '12:00', p_party_size: 2 }),
  'create_widget_booking widget_booking': () => ({ p_venue_id: randomUUID(), p_game_id: randomUUID(), p_customer_name: 'Eve', p_customer_email: 'eve@example.com' }),
  'hold_basket basket': () => ({ p_parts: [] }),
  'change_basket basket_change': () => ({ p_token: wrong() }),
  'confirm_basket basket_confirm': () => ({ p_token: wrong() }),
  'hold_basket promo_code': () => ({ p_parts: [game({ promo_code: wrong() })] }),
  'quote_parts promo_code': () => ({ p_parts: [game({ promo_code: wrong() })] }),
  'change_basket promo_code': () => ({ p_token: facts['basket'], p_add: [game({ promo_code: wrong() })] }),
  'confirm_basket voucher_code': () => ({
    p_token: facts['basket'],
    p_guest: { full_name: 'Eve', email: 'eve@example.com' },
    p_pay: [{ method: 'voucher', code: wrong() }],
  }),
  'get_my_booking booking_code': wrongBooking,
  'get_my_receipt booking_code': wrongBooking,
  'get_my_calendar booking_code': wrongBooking,
  'change_my_booking booking_code': wrongBooking,
  'cancel_my_bookings booking_code': wrongBooking,
  'open_party booking_code': wrongBooking,
  'remove_party_member booking_code': wrongBooking,
  'remind_party booking_code': wrongBooking,
  'remind_party remind': wrongBooking,
  'get_party party_code': () => ({ p_party: wrong() }),
  'join_party party_code': () => ({ p_party: wrong(), p_name: 'Eve' }),
  'join_party party_join': () => ({ p_party: wrong(), p_name: 'Eve' }),
  'submit_waiver waiver': () => ({ p_waiver_id: facts['waiver'], p_signer_name: 'Eve', p_date_of_birth: null }),
  'get_booking booking_code': () => ({ p_reference_number: wrong(), p_email: 'eve@example.com' }),
  'get_reservation reservation_code': () => ({ p_confirmation_code: wrong() }),
  'change_reservation reservation_code': () => ({ p_confirmation_code: wrong(), p_party_size: 2 }),
  'cancel_reservation reservation_code': () => ({ p_confirmation_code: wrong() }),
  'get_waitlist_entry waitlist_code': () => ({ p_code: wrong() }),
  'leave_waitlist waitlist_code': () => ({ p_code: wrong() }),
  'open_table_session table_code': () => ({ p_table: wrong() }),
  'join_table_session table_code': () => ({ p_table: wrong(), p_otp: '000000' }),
  'quote_booking promo_code': () => ({ p_venue_id: facts['venue'], p_game_id: facts['game'], p_booking_date: soon(), p_party_size: 2, p_promo_code: wrong() }),
  'create_booking promo_code': () => ({
    p_venue_id: facts['venue'],
    p_game_id: facts['game'],
    p_customer_id: facts['customer'],
    p_booking_date: soon(),
    p_start_time: '12:00',
    p_party_size: 2,
    p_promo_code: wrong(),
  }),
  'create_widget_booking promo_code': () => ({
    p_venue_id: facts['venue'],
    p_game_id: facts['game'],
    p_customer_name: 'Eve',
    p_customer_email: 'eve@example.com',
    p_booking_date: soon(),
    p_start_time: '12:00',
    p_party_size: 2,
    p_promo_code: wrong(),
  }),
  'create_payment voucher_code': () => ({ p_booking_type: 'voucher', p_booking_id: facts['voucher'], p_amount: 10, p_method: 'voucher', p_metadata: { voucher_code: wrong() } }),
  'record_payment voucher_code': () => ({ p_booking_type: 'voucher', p_booking_id: facts['voucher'], p_amount: 10, p_method: 'voucher', p_metadata: { voucher_code: wrong() } }),
  'settle_folio voucher_code': () => ({ p_booking_type: 'voucher', p_booking_id: facts['voucher'], p_payments: [{ method: 'voucher', amount: 10, voucher_code: wrong() }] }),
  'redeem_pool_ticket gate_code': () => ({ p_qr_code: wrong() }),
};

/** Everything that can make a request end otherwise than its function: headers, or what stands behind the question mark. */
const ways: [string, Record<string, string>, string?][] = [
  ['nothing', {}],
  ['tx=rollback', { prefer: 'tx=rollback' }],
  ['tx=rollback among others', { prefer: 'return=representation, tx=rollback, count=exact' }],
  ['max-affected', { prefer: 'handling=strict, max-affected=0' }],
  ['count', { prefer: 'count=exact' }],
  ['return=minimal', { prefer: 'return=minimal' }],
  ['return=headers-only', { prefer: 'return=headers-only' }],
  ['params', { prefer: 'params=multiple-objects' }],
  ['timezone', { prefer: 'timezone=Nowhere/Land' }],
  ['one object', { accept: 'application/vnd.pgrst.object+json' }],
  ['one object, nulls stripped', { accept: 'application/vnd.pgrst.object+json;nulls=stripped' }],
  ['csv', { accept: 'text/csv' }],
  ['bytes', { accept: 'application/octet-stream' }],
  ['text', { accept: 'text/plain' }],
  ['geojson', { accept: 'application/geo+json' }],
  ['a range past the end', { range: '1000-2000', 'range-unit': 'items' }],
  ['an offset', {}, '?offset=1000'],
  ['no rows', {}, '?limit=0'],
  ['a cast that fails', {}, '?select=code::int'],
  ['a filter', {}, '?code=eq.nothing'],
  ['If-Match', { 'if-match': '"nothing"' }],
  ['Idempotency-Key', { 'idempotency-key': 'each its own' }],
];

const who = (row: Limited): { token: string; id: string } | null =>
  row.whom === 'house' ? owner : ['create_chalet_booking', 'buy_pool_ticket', 'start_membership', 'create_booking'].includes(row.name) ? throwAway : null;

async function call(row: Limited, headers: Record<string, string>, query = ''): Promise<Answer> {
  const make = refused[`${row.name} ${row.bucket}`];
  assert.ok(make, `a call of ${row.name} that counts in ${row.bucket} is missing here`);
  const asker = who(row);
  const response = await fetch(`${tenant.url}/rest/v1/rpc/${row.name}${query}`, {
    method: 'POST',
    headers: {
      apikey: tenant.anonKey,
      authorization: `Bearer ${asker?.token ?? tenant.anonKey}`,
      'content-type': 'application/json',
      ...headers,
      ...('idempotency-key' in headers ? { 'idempotency-key': randomUUID() } : {}),
    },
    body: JSON.stringify(make()),
  });
  const text = await response.text();
  return { status: response.status, text, code: /"?code"?"?:\s*"+([A-Z0-9]+)/.exec(text)?.[1] ?? '' };
}

/** What the daemon says before it has asked the database at all: nobody learns anything from it. */
const unasked = (answer: Answer) => /^PGRST(1(00|02|05|07|08|18|22|25|28)|20[0-9])$/.test(answer.code) || answer.status === 415;

const bucketOf = (row: Limited) => {
  const asker = who(row);
  return row.whom === 'house' ? `try:${row.bucket}:login:${asker?.id}` : `try:${row.bucket}:address:127.0.0.1`;
};

/** Leaves one try in the bucket of each row. */
async function leaveOne(rows: Limited[]): Promise<void> {
  const values = rows.map((row) => `('${bucketOf(row)}', ${row.tries - 1}, now() + interval '1 hour')`);
  await tenant.sql(`truncate rate_limits; insert into rate_limits (bucket, hits, expires_at) values ${values.join(', ')}`);
}

/** Answers 200 and says of each part what is wrong with it: counted all the same. */
const answersEach = new Set(['quote_parts']);

/** Rows that share no bucket, group by group: a call counts in every bucket of its function. */
function rounds(): Limited[][] {
  const made: Limited[][] = [];
  const buckets = (row: Limited) => limited.filter((other) => other.name === row.name).map(bucketOf);
  for (const row of limited) {
    const mine = buckets(row);
    const free = made.find((group) => group.every((other) => !buckets(other).some((bucket) => mine.includes(bucket))));
    if (free) free.push(row);
    else made.push([row]);
  }
  return made;
}

test('every limited function is tried here', () => {
  assert.deepEqual(Object.keys(refused).sort(), limited.map((row) => `${row.name} ${row.bucket}`).sort());
});

for (const [way, headers, query] of ways) {
  test(`no try takes its own count back: ${way}`, async () => {
    const escaped: string[] = [];
    for (const group of rounds()) {
      await leaveOne(group);
      // all of them are heard out: one that still ran would count into the next test
      const calls = await Promise.allSettled(
        group.map(async (row) => {
          const last = await call(row, headers, query);
          if (unasked(last)) return;
          if ((last.status < 400 && !answersEach.has(row.name)) || last.status === 429) escaped.push(`${row.name} (${row.bucket}): the last try answers ${last.status} ${last.text.slice(0, 200)}`);
          const next = await call(row, headers, query);
          if (next.status !== 429) escaped.push(`${row.name} (${row.bucket}): one too many answers ${next.status} ${next.text.slice(0, 200)}`);
        }),
      );
      for (const result of calls) if (result.status === 'rejected') escaped.push(String(result.reason));
    }
    assert.deepEqual(escaped, []);
  });
}

test('the numbers are what the list says', async () => {
  for (const name of ['get_reservation', 'quote_booking', 'create_payment', 'reserve_table']) {
    const row = limited.find((l) => l.name === name);
    assert.ok(row);
    await tenant.sql('truncate rate_limits');
    for (let i = 1; i <= row.tries; i++) assert.notEqual((await call(row, {})).status, 429, `${name}, try ${i}`);
    const answer = await call(row, {});
    assert.equal(answer.status, 429, name);
    assert.match(answer.text, /retry_after/);
  }
});

test('GET would not be counted, so it does not try', async () => {
  const response = await fetch(`${tenant.url}/rest/v1/rpc/get_reservation?p_confirmation_code=${wrong()}`, { headers: { apikey: tenant.anonKey } });
  assert.equal(response.status, 405);
});

test('the six digits of a table: five wrong ones, whatever the headers', async () => {
  const open = await fetch(`${tenant.url}/rest/v1/rpc/open_table_session`, {
    method: 'POST',
    headers: { apikey: tenant.anonKey, 'content-type': 'application/json' },
    body: JSON.stringify({ p_table: facts['table'], p_name: 'Ada' }),
  });
  const otp = ((await open.json()) as { session: { otp: string } }).session.otp;
  const wrongOtp = otp === '000000' ? '000001' : '000000';
  for (const [way, headers, query] of ways) {
    await tenant.sql('truncate rate_limits; delete from otp_guards');
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const response = await fetch(`${tenant.url}/rest/v1/rpc/join_table_session${query ?? ''}`, {
        method: 'POST',
        headers: { apikey: tenant.anonKey, 'content-type': 'application/json', ...headers, ...('idempotency-key' in headers ? { 'idempotency-key': randomUUID() } : {}) },
        body: JSON.stringify({ p_table: facts['table'], p_otp: wrongOtp }),
      });
      const text = await response.text();
      if (unasked({ status: response.status, text, code: /"code":\s*"([A-Z0-9]+)/.exec(text)?.[1] ?? '' })) break;
      statuses.push(response.status);
    }
    if (statuses.length) assert.deepEqual(statuses, [403, 403, 403, 403, 403, 429], way);
  }
});
