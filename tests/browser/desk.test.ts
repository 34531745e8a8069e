// The days of the people at the desk, at the pool's gate and over the books, in one house; and who opens which of these pages. SCREENSHOTS=folder keeps pictures.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { look, openResort, type Resort } from './resort.ts';
import { barriers, button, makeUser, signIn, until, type Device } from './support.ts';

type Login = { email: string; password: string };
let resort: Resort;
let people: Record<'staff' | 'finance' | 'manager', Login>;
let today = '';
const day = (count: number): string => new Date(Date.parse(`${today}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);

async function stay(chalet: string, from: number, to: number, name: string): Promise<string> {
  const owner = await resort.tenant.signIn();
  const made = await owner.rpc('create_chalet_booking', {
    p_chalet_id: await resort.tenant.sql(`select id from chalets where name = '${chalet}'`),
    p_check_in: day(from),
    p_check_out: day(to),
    p_guests: 2,
    p_guest_details: { full_name: name, email: `${name.split(' ')[0]?.toLowerCase()}@example.com`, phone: '+49 170 1234567' },
    p_confirm: true,
  });
  assert.equal(made.error, null, JSON.stringify(made.error));
  return (made.data as { id: string }).id;
}

before(async () => {
  resort = await openResort();
  const { tenant } = resort;
  today = await tenant.sql('select app.organization_today(id) from organizations');
  await tenant.sql(`
    insert into chalets (organization_id, name, capacity, base_price, min_nights, max_nights) select id, 'Brook', 4, 80, 1, 14 from organizations;
    insert into registers (organization_id, name) select id, 'Desk' from organizations;
    -- around the clock, so that the story holds at any hour
    update pool_slots set starts_at = '04:00', ends_at = '03:59:59', early_minutes = 0 where slot = 'morning';
    update pool_slots set capacity = 10 where slot <> 'full_day'`);
  const [staff, finance, manager] = await Promise.all([makeUser(tenant, 'staff'), makeUser(tenant, 'finance'), makeUser(tenant, 'manager')]);
  people = { staff, finance, manager };
});
after(async () => {
  await resort?.close();
});

async function openAs(who: Login, where: string, wish = {}): Promise<Device> {
  const device = await resort.desk(where, wish);
  device.context.setDefaultTimeout(60_000);
  await signIn(device.page, who);
  await device.page.waitForURL(`**${where}`);
  return device;
}

async function look3(page: Page, name: string): Promise<void> {
  if (!process.env['SCREENSHOTS']) return;
  for (const width of [390, 820, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await look(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 860 });
}

test('a receptionist finds a guest by one key, checks them in, takes a mixed payment for one bill and lets them go', async () => {
  const id = await stay('Alpine', 0, 2, 'Zoë Ünal');
  await stay('Brook', 0, 1, 'Ken Adams');
  const { page, complaints } = await openAs(people.staff, '/desk');
  await button(page, /^2\s*Arrivals/).waitFor();
  await look3(page, 'desk-day');
  assert.deepEqual(await barriers(page), []);

  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Search the house' }).fill('unal zoe');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Stay\s*Zoë Ünal/ })
    .waitFor();
  await look(page, 'desk-search');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Zoë Ünal' }).waitFor();
  await button(page, 'Check in').click();
  await page.getByLabel('Number of the document').fill('P 1234567');
  await page.getByLabel('Note about the key').fill('two keys');
  await look(page, 'desk-check-in');
  assert.deepEqual(await barriers(page), []);
  await button(page, 'They move in').click();
  await page.getByText('Zoë Ünal has moved in.').waitFor();
  assert.equal(await resort.tenant.sql(`select status || ' ' || (guest_details ->> 'document_number') from chalet_bookings where id = '${id}'`), 'checked_in P 1234567');

  // Two nights, 200: half in cash, the rest by card, as one settling.
  await button(page, 'Take money').click();
  await page.getByLabel('Amount').fill('300');
  await page.getByText('That is €100.00 more than what is to be paid.').waitFor();
  await page.getByLabel('Amount').fill('120');
  await page.getByText('€80.00 would still be open.').waitFor();
  await button(page, 'Another way to pay').click();
  await page.getByLabel('Number on the slip').fill('Visa 4242');
  await look(page, 'desk-settle');
  await button(page, 'Take €200.00').click();
  await page.getByText('Everything is paid.').waitFor();
  assert.equal(await resort.tenant.sql(`select string_agg(method || ' ' || amount, ', ' order by method) from payments where booking_id = '${id}'`), 'card 80.00, cash 120.00');
  await button(page, 'Check out').click();
  await page.getByText('Zoë Ünal has left.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // Enter opens what was typed, not what stood there when it was pressed.
  await page.keyboard.press('/');
  const search = page.getByRole('searchbox', { name: 'Search the house' });
  await search.fill('unal');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Stay\s*Zoë Ünal/ })
    .waitFor();
  await search.fill('ken adams');
  await search.press('Enter');
  await page.getByRole('heading', { name: 'Ken Adams' }).waitFor();
  await until('the stay is over', async () => (await resort.tenant.sql(`select status from chalet_bookings where id = '${id}'`)) === 'checked_out');
  assert.deepEqual(complaints, []);
});

test('of two who change one stay the second sees what the first has done, and decides', async () => {
  const id = await stay('Brook', 30, 32, 'Ada Byron');
  const first = await openAs(people.manager, `/desk?stay=${id}`);
  const second = await openAs(people.staff, `/desk?stay=${id}`);
  for (const { page } of [first, second]) await button(page, 'Change the stay').click();
  await first.page.getByLabel('Wishes').fill('A cot');
  await second.page.getByLabel('Wishes').fill('Late arrival');
  await button(first.page, 'Change it').click();
  await first.page.getByText('The stay is changed.').waitFor();
  await button(second.page, 'Change it').click();
  await second.page.getByText('Manager was first').waitFor();
  await second.page.getByRole('cell', { name: 'A cot' }).waitFor();
  await second.page.getByRole('cell', { name: 'Late arrival' }).waitFor();
  await look(second.page, 'desk-two');
  assert.deepEqual(await barriers(second.page), []);
  assert.equal(await resort.tenant.sql(`select special_requests from chalet_bookings where id = '${id}'`), 'A cot');
  await button(second.page, 'Change it all the same').click();
  await second.page.getByText('The stay is changed.').waitFor();
  assert.equal(await resort.tenant.sql(`select special_requests from chalet_bookings where id = '${id}'`), 'Late arrival');

  // Other days have a price: it is that of the stay as it is now, and shown before it holds. What the second did not touch stays as the first made it.
  const how = (): Promise<string> =>
    resort.tenant.sql(`select check_out - check_in || ' ' || guests || ' ' || total_price || coalesce(' ' || special_requests, '') from chalet_bookings where id = '${id}'`);
  await first.page.getByText('Late arrival').first().waitFor(); // else the first would be the one who comes later
  for (const { page } of [first, second]) await button(page, 'Change the stay').click();
  await first.page.getByLabel('Guests').fill('3');
  await second.page.getByLabel('Departure').fill(day(33));
  await second.page.getByLabel('Wishes').fill('');
  await button(first.page, 'Change it').click();
  await until('the first is done', async () => (await how()).startsWith('2 3'));
  await button(second.page, 'Change it').click();
  const alert = second.page.getByRole('alert');
  await alert.getByText('Manager was first').waitFor();
  assert.deepEqual(
    await alert
      .getByRole('row', { name: /^Guests/ })
      .getByRole('cell')
      .allTextContents(),
    ['3', '3'],
  );
  await second.page.getByText('€240.00').waitFor();
  await look(second.page, 'desk-two-price');
  assert.match(await how(), /^2 3/);
  await button(second.page, 'Change it all the same').click();
  await until('both hold', async () => (await how()) === '3 3 240.00');
});

test('a stay that somebody has open follows what others do to it', async () => {
  const id = await stay('Brook', 40, 42, 'Ida Rhodes');
  const { page, complaints } = await openAs(people.staff, `/desk?stay=${id}`);
  const sheet = page.getByRole('dialog');
  await sheet.getByText('€160.00').first().waitFor();
  const owner = await resort.tenant.signIn();
  assert.equal(
    (await owner.rpc('change_stay', { p_booking_id: id, p_seen: await resort.tenant.sql(`select updated_at from chalet_bookings where id = '${id}'`), p_special_requests: 'Quiet, please' })).error,
    null,
  );
  // Sooner than any poll: within the moment that a push takes.
  await sheet.getByText('Quiet, please').waitFor({ timeout: 8_000 });
  assert.equal((await owner.rpc('record_payment', { p_booking_type: 'chalet', p_booking_id: id, p_amount: 60, p_method: 'cash' })).error, null);
  await sheet.getByText('−€60.00').waitFor({ timeout: 8_000 });
  assert.deepEqual(complaints, []);
});

test('on the chart a stay is moved by keyboard and by drag at a price that is shown first; what is in the way shows while it moves', async () => {
  const id = await stay('Brook', 3, 5, 'Grace Hopper');
  await stay('Alpine', 3, 6, 'Alan Turing');
  const where = (): Promise<string> =>
    resort.tenant.sql(
      `select c.name || ' ' || (b.check_in - date '${today}') || ' ' || (b.check_out - date '${today}') from chalet_bookings b join chalets c on c.id = b.chalet_id where b.id = '${id}'`,
    );
  const { tenant } = resort;
  const { page, complaints } = await openAs(people.staff, '/desk?view=chart', { dark: true });
  const bar = page.getByRole('button', { name: /^Grace Hopper, Brook/ });
  await bar.waitFor();
  await look3(page, 'chart-dark');
  assert.deepEqual(await barriers(page), []);
  await page.getByRole('button', { name: 'Departure of Grace Hopper' }).focus();
  await page.keyboard.press('Space');
  await page.getByText('Grace Hopper is picked up.').waitFor({ state: 'attached' });
  // The keys are heard from the turn after it was picked up: the page has had one, then one key is one night.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  await page.keyboard.press('ArrowRight');
  await page.getByText('✓ Grace Hopper').waitFor();
  await page.keyboard.press('Space');
  await page.getByRole('dialog').getByText('€240.00').waitFor();
  await look(page, 'chart-price');
  assert.equal(await where(), 'Brook 3 5', 'nothing is changed before it is accepted');
  await button(page, 'Move it').click();
  await until('a night longer', async () => (await where()) === 'Brook 3 6');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  // By hand onto nights that are taken: said while it is held, and nothing comes of it.
  const box = await bar.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 20, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 22, box.y - 10, { steps: 4 });
  await page.mouse.move(box.x + 22, box.y - 34, { steps: 4 });
  await page.getByText('✕ In the way: Alan Turing').waitFor();
  await look(page, 'chart-conflict');
  await page.mouse.up();
  await page.getByText('✕ In the way: Alan Turing').waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.equal(await where(), 'Brook 3 6');

  // Nights for repairs.
  await button(page, 'Close nights').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('First night').fill(day(10));
  await dialog.getByLabel('Free again from').fill(day(12));
  await dialog.getByLabel('Note').fill('Roof');
  await button(page, 'Close them').click();
  await page.getByRole('button', { name: /^Roof, Alpine/ }).waitFor();

  // A far day is gone to once it is typed whole; nights that go on beyond the chart's last day make it no longer.
  await tenant.sql(
    `insert into chalet_blocks (organization_id, chalet_id, start_date, end_date, kind, note) select organization_id, id, date '${day(360)}', date '${day(600)}', 'owner', 'The owner' from chalets where name = 'Brook'`,
  );
  const jump = page.getByLabel('Go to day');
  await jump.pressSequentially(day(355).replace(/^(\d+)-(\d+)-(\d+)$/, '$2$3$1'));
  await page.getByRole('button', { name: /^The owner, Brook/ }).waitFor();
  assert.equal(await jump.inputValue(), day(355));
  const chart = page.getByRole('group', { name: 'Chalets by nights' });
  assert.equal(await chart.evaluate((scroller) => scroller.scrollWidth - (scroller.firstElementChild as HTMLElement).offsetWidth), 0);
  await look(page, 'chart-far');
  assert.deepEqual(complaints, []);
});

test('a lifeguard lets a ticket in once, sees who is inside, finds a name without a camera, and a party that has not signed', async () => {
  const { tenant } = resort;
  await tenant.sql(`
    insert into customers (organization_id, full_name) select id, 'Swim Mer' from organizations;
    insert into pool_tickets (organization_id, customer_id, ticket_date, slot, adults, children, total_price, currency, status, guest_details)
    select o.id, c.id, '${today}', 'morning', 2, 1, 25, 'EUR', 'confirmed', jsonb_build_object('full_name', n) from organizations o join customers c on c.full_name = 'Swim Mer', unnest('{Mia Wal,Ян Моро}'::text[]) n`);
  const reference = await tenant.sql(`select reference from pool_tickets where guest_details ->> 'full_name' = 'Mia Wal'`);
  const { page, complaints } = await openAs(people.staff, '/gate');
  await page.getByText('0 of 10 inside').waitFor();
  // A scanner is a keyboard: it types wherever the focus is, and presses Enter.
  await page.locator('h1').click();
  await page.keyboard.type(reference);
  await page.keyboard.press('Enter');
  await page.getByText('Come in: 3 people').waitFor();
  await page.getByText('3 of 10 inside').waitFor();
  await look3(page, 'gate-in');
  assert.deepEqual(await barriers(page), []);
  await page.keyboard.type(reference.toLowerCase());
  await page.keyboard.press('Enter');
  await page.getByText('This ticket was used.').waitFor();
  await look(page, 'gate-out');
  assert.deepEqual(await barriers(page), []);
  await page.getByLabel('Name or number').fill('моро');
  // Space presses the button that has the focus.
  await button(page, 'In: Ян Моро').focus();
  await page.keyboard.press('Space');
  await page.getByText('6 of 10 inside').waitFor();
  await button(page, 'Out: Ян Моро').click();
  await page.getByText('5 of 10 inside').waitFor();
  // The next guest's code is scanned while the one before is still being asked: neither is lost, each is seen.
  let open = (): void => {};
  const held = new Promise<void>((resolve) => {
    open = resolve;
  });
  let asked = 0;
  await page.route('**/rpc/redeem_pool_ticket', async (route) => {
    asked += 1;
    if (asked === 1) await held;
    await route.continue();
  });
  await page.locator('h1').click();
  for (const code of [reference, 'PT-NOBODY']) {
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
  }
  assert.equal(asked, 1, 'one after the other');
  open();
  await page.getByText('This ticket was used.').waitFor();
  await page.getByText('There is no such ticket.').waitFor();
  assert.equal(asked, 2);
  await page.unroute('**/rpc/redeem_pool_ticket');
  await button(page, 'Scan with the camera').click();
  await page.getByText('The camera cannot be used.', { exact: false }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a bookkeeper gives money back after a second look, counts a register and takes the cash book home', async () => {
  const { tenant } = resort;
  const staff = await tenant.signIn(people.staff.email, people.staff.password);
  const register = await tenant.sql('select id from registers');
  assert.equal((await staff.rpc('open_register', { p_register_id: register, p_float_amount: 50 })).error, null);
  const booking = await stay('Alpine', 60, 61, 'Pay Er');
  assert.equal((await staff.rpc('record_payment', { p_booking_type: 'chalet', p_booking_id: booking, p_amount: 100, p_method: 'cash' })).error, null);
  const { page, complaints } = await openAs(people.finance, '/finance', { dark: true });
  await page.getByText('Pay Er').waitFor();
  await look3(page, 'finance-payments-dark');
  assert.deepEqual(await barriers(page), []);
  await button(page, 'Give back €100.00 to Pay Er').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Amount').fill('100.01');
  await dialog.getByText('At most €100.00.').waitFor();
  await dialog.getByLabel('Amount').fill('30');
  await dialog.getByLabel('Reason').fill('Cold water');
  await button(page, 'Give €30.00 back').click();
  await dialog.getByText('€30.00 goes back: Cash.', { exact: false }).waitFor();
  assert.equal(await tenant.sql('select count(*) from refunds'), '0', 'one look is not enough');
  await button(page, 'Yes, give it back').click();
  await page.getByText('€30.00 goes back.').waitFor();
  assert.equal(await tenant.sql(`select amount || ' ' || reason from refunds`), '30.00 Cold water');

  // Refunds beyond the first page, many of one instant; one that was given by hand is asked about before it is written down.
  await tenant.sql(`
    insert into refunds (organization_id, payment_id, amount, currency, method, status, waits_for, reason, created_at)
    select r.organization_id, r.payment_id, 0.01, r.currency, 'bank', 'pending', 'person', 'Line ' || n, now() - interval '1 day' from refunds r, generate_series(1, 250) n;
    insert into refunds (organization_id, payment_id, amount, currency, method, status, waits_for, reason) select organization_id, payment_id, 5, currency, 'bank', 'pending', 'person', 'Desk was shut' from refunds where reason = 'Cold water'`);
  await page.getByText('Refunds', { exact: true }).click();
  await page.getByText('Desk was shut', { exact: false }).waitFor();
  await until('all of them stand there', async () => {
    if (await button(page, 'Show more').isVisible()) await button(page, 'Show more').click();
    return (await page.getByText(/ · Line \d+/).count()) === 250;
  });
  await button(page, 'Given: Transfer').first().click();
  await dialog.getByText('€5.00 was given back: Transfer?').waitFor();
  assert.deepEqual(await barriers(page), []);
  assert.equal(await tenant.sql(`select status from refunds where reason = 'Desk was shut'`), 'pending');
  await look(page, 'finance-refunds');
  await dialog.getByRole('button', { name: 'Given: Transfer' }).click();
  await until('it is written down', async () => (await tenant.sql(`select status from refunds where reason = 'Desk was shut'`)) === 'succeeded');
  await tenant.sql(`update refunds set status = 'failed' where reason like 'Line %'`);

  await page.getByText('Registers', { exact: true }).click();
  await page.getByText('€120.00').waitFor();
  await look3(page, 'finance-registers-dark');
  assert.deepEqual(await barriers(page), []);
  await button(page, 'Count and close Desk').click();
  await page.getByRole('dialog').getByLabel('Counted').fill('119');
  await button(page, 'Close the register').click();
  await page.getByText('Z report 1').waitFor();
  await page.getByText('Difference -€1.00').first().waitFor();
  await page.getByText('Day close', { exact: true }).click();
  await page.getByText('All registers are counted.', { exact: false }).waitFor();
  await look3(page, 'finance-close-dark');
  assert.deepEqual(await barriers(page), []);
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Cash book as CSV').click()]);
  const csv = readFileSync(await file.path(), 'utf8');
  assert.match(csv, /^\ufeffbusiness_date,/);
  assert.match(csv, /refund,Desk,1,chalet,[^,]*,cash,-30\.00/);
  // The books tell the time of the house, wherever their keeper sits.
  for (const zone of ['Pacific/Chatham', 'America/St_Johns']) {
    await tenant.sql(`update organizations set timezone = '${zone}'`);
    await page.goto(`${tenant.url}/finance`);
    await page
      .getByText(await tenant.sql(`select ', ' || to_char(created_at at time zone '${zone}', 'FMHH24:MI') || ' · Nights' from payments where amount = 100`))
      .first()
      .waitFor();
  }
  await tenant.sql(`update organizations set timezone = 'UTC'`);
  assert.deepEqual(complaints, []);
});

test('each role opens the pages that the permission table gives it, and no other', async () => {
  const { tenant } = resort;
  const may = (role: string, resource: string, action: string): Promise<string> =>
    tenant.sql(`select exists (select from role_permissions where role = '${role}' and resource in ('${resource}', '*') and action in ('${action}', '*'))`);
  const logins: Record<string, Login> = { ...people, waiter: resort.waiter, kitchen: resort.cook };
  const { page, context } = await resort.desk('/login');
  context.setDefaultTimeout(60_000);
  const seen: Record<string, string[]> = {};
  const wanted: Record<string, string[]> = {};
  for (const [role, login] of Object.entries(logins)) {
    if (Object.keys(seen).length > 0) {
      await page.evaluate(() => localStorage.clear());
      await page.goto(`${tenant.url}/login`);
    }
    await signIn(page, login);
    await page.waitForURL((url) => url.pathname !== '/login');
    seen[role] = [];
    for (const [where, title] of [
      ['/desk', 'Desk'],
      ['/gate', 'Gate'],
      ['/finance', 'Finance'],
    ] as const) {
      await page.goto(tenant.url + where);
      const heading = page.getByRole('heading', { level: 1 });
      await heading.waitFor();
      if ((await heading.textContent()) === title) seen[role].push(where);
      else await page.getByText('This page is not for the account of', { exact: false }).waitFor();
    }
    wanted[role] = [];
    if ((await may(role, 'stays', 'read')) === 't' || (await may(role, 'bookings', 'read')) === 't') wanted[role].push('/desk');
    if ((await may(role, 'pool', 'update')) === 't') wanted[role].push('/gate');
    if ((await may(role, 'ledger', 'read')) === 't') wanted[role].push('/finance');
  }
  assert.deepEqual(seen, wanted);
  // Who only reads is shown nothing to do.
  const id = await stay('Alpine', 80, 81, 'Look Only');
  const { page: books } = await openAs(people.finance, `/desk?stay=${id}`);
  await books.getByText('Your account looks at stays and does not change them.').waitFor();
  assert.equal(await button(books, 'Change the stay').count(), 0);
});
