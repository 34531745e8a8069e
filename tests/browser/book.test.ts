// One weekend in one basket: chalet, table, two pool tickets and a game, by a guest on a phone; and what may come between looking and booking.
// SHOTS=folder keeps pictures.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { answerOf, barriers, button, openHouse, until, type Device, type House } from './support.ts';

let house: House;
/** A Friday some weeks ahead, and the days after it. */
let friday: string;
const day = (count: number): string => new Date(Date.parse(`${friday}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
const long = (date: string): string => new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(Date.parse(date));

const shots = process.env['SHOTS'];
async function look(page: Page, name: string): Promise<void> {
  assert.deepEqual(await barriers(page), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${name}: nothing sticks out sideways`);
  if (shots) await page.screenshot({ path: `${shots}/book-${name}.png`, fullPage: true });
}

before(async () => {
  house = await openHouse({}, ['dining', 'stays', 'pool', 'experiences']);
  friday = await house.tenant.sql(`select (date_trunc('week', now() + interval '4 weeks') + interval '4 days')::date`);
  // The times on the pages are those of the devices of these tests.
  await house.tenant.sql(`
    update organizations set timezone = 'Europe/Berlin', default_tax_rate = 10, settings = settings - 'payments';
    update restaurants set timezone = 'Europe/Berlin', opening_hours = '{}', settings = settings || '{"reservation_pacing": null}';
    update restaurant_tables set features = '["terrace"]' where table_number = 1;
    insert into chalets (organization_id, name, description, capacity, base_price, weekend_price, min_nights, max_nights, rank)
    select id, n.name, 'By the lake', 4, 100, 150, 2, 14, n.rank from organizations, (values ('Alpine', 1), ('Brook', 2)) n (name, rank);
    insert into chalet_addons (organization_id, name, price, per, is_required, max_quantity)
    select id, a.name, a.price, 'stay', a.required, 5 from organizations, (values ('Final cleaning', 50, true), ('Firewood', 9, false)) a (name, price, required);
    insert into venues (organization_id, name, timezone, embed_key, operating_hours)
    select id, 'Enigma', 'Europe/Berlin', 'venue-key-book',
      (select jsonb_object_agg(d, '[{"open": "10:00", "close": "22:00"}]'::jsonb) from unnest(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']) d)
    from organizations;
    insert into games (organization_id, name, duration_minutes, buffer_minutes, min_players, max_players, price, booking_mode, price_model)
    select id, 'The Vault', 60, 0, 2, 6, 30, 'private', 'per_person' from organizations;
    insert into game_venues (venue_id, game_id, organization_id) select v.id, g.id, v.organization_id from venues v, games g`);
});
after(async () => {
  await house?.close();
});

const id = (table: string, name: string): Promise<string> => house.tenant.sql(`select id from ${table} where name = '${name}'`);
const summary = (page: Page): Locator => page.getByRole('complementary', { name: 'Your choice' });
const intoBasket = (page: Page): Locator => page.getByRole('button', { name: /^(Into the basket|Put it into)/ });
const part = (page: Page, name: string | RegExp): Locator => page.getByRole('article', { name });

async function toMonth(page: Page, date: string): Promise<void> {
  const name = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.parse(date));
  await page.getByRole('button', { name: 'Month after' }).waitFor();
  for (let turn = 0; turn < 4 && (await page.getByRole('heading', { name, exact: true }).count()) === 0; turn++) await button(page, 'Month after').click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

async function pickDay(page: Page, date: string): Promise<void> {
  await toMonth(page, date);
  const cell = page.locator(`[data-day="${date}"][aria-disabled=false]`);
  await cell.waitFor();
  assert.ok((await cell.textContent())?.startsWith(long(date)), 'the day says its name');
  await cell.click();
}

/** Puts what the page shows into the basket, and comes to it. */
async function hold(page: Page): Promise<void> {
  await intoBasket(page).click();
  await page.getByRole('timer').waitFor();
}

async function stay(page: Page, chalet: string, from: string, to: string): Promise<void> {
  await page.goto(`${house.tenant.url}/book/stay?chalet=${await id('chalets', chalet)}&from=${from}&to=${to}&guests=2`);
  await intoBasket(page).waitFor();
}

async function fillIn(page: Page): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
  await page.getByLabel('E-mail').fill('ada@example.com');
}

const reference = (page: Page): Promise<string | null> => page.getByTestId('reference').textContent();

for (const dark of [false, true]) {
  test(`a weekend in one basket, ${dark ? 'dark, on a desk' : 'light, on a phone'}`, async () => {
    const device: Device = dark ? await house.desk('/', { dark }) : await house.phone('/', { dark });
    const { page, complaints } = device;
    const week = dark ? 7 : 0;
    await page.getByRole('heading', { name: 'Chalets and rooms' }).waitFor();
    await look(page, `front-${dark}`);

    // The chalet: the calendar says what a night costs and how many there must be.
    await page.getByRole('link', { name: 'Choose the dates for Alpine' }).click();
    await page.getByText('Tap the day of arrival.').waitFor();
    await pickDay(page, day(week));
    await page.getByText(/Now tap the day of departure: 2 nights at least, 14 at most\./).waitFor();
    assert.match((await page.locator(`[data-day="${day(week + 1)}"]`).textContent()) ?? '', /€150/);
    await look(page, `stay-picking-${dark}`);
    await pickDay(page, day(week + 2));
    await button(page, 'One more Firewood').click();
    for (const line of ['2 nights at €150 · weekend', 'Final cleaning', 'Firewood']) await summary(page).getByText(line, { exact: false }).waitFor();
    await summary(page).getByText('If plans change').waitFor();
    assert.match((await intoBasket(page).textContent()) ?? '', /€359/);
    await page.reload(); // what was chosen stands in the address
    await summary(page).getByText('Firewood').waitFor();
    await look(page, `stay-${dark}`);
    await hold(page);

    await page.getByRole('navigation', { name: 'Anything else?' }).getByRole('link', { name: 'Book a table' }).click();
    await pickDay(page, day(week));
    await button(page, 'Terrace').click();
    await button(page, '19:00').click();
    await intoBasket(page).waitFor();
    await look(page, `table-${dark}`);
    await hold(page);

    await page.getByRole('navigation', { name: 'Anything else?' }).getByRole('link', { name: 'Go swimming' }).click();
    await pickDay(page, day(week + 1));
    await button(page, /^Morning/).click();
    await intoBasket(page).waitFor();
    await look(page, `pool-${dark}`);
    await hold(page);

    await page.getByRole('navigation', { name: 'Anything else?' }).getByRole('link', { name: 'Play a game' }).click();
    await page.getByRole('link', { name: /The Vault/ }).click();
    await pickDay(page, day(week + 1));
    await button(page, '15:00').click();
    await intoBasket(page).waitFor();
    await look(page, `game-${dark}`);
    await hold(page);

    for (const name of ['Alpine', /^The pool/, 'The Vault']) await part(page, name).waitFor();
    assert.equal(await page.getByRole('article').count(), 4);
    await page.reload();
    await page.getByRole('timer').waitFor();
    await look(page, `basket-${dark}`);

    await button(page, /^Book for/).click();
    await page.getByText('Tell us your name.').waitFor();
    await fillIn(page);
    await page.reload(); // what was typed is kept
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Ada Lovelace');
    await button(page, /^Book for/).dblclick();
    await page.getByRole('heading', { name: 'It is booked. We look forward to you!' }).waitFor();
    await look(page, `done-${dark}`);
    const number = await reference(page);
    assert.match(number ?? '', /^BK-/);
    assert.equal(await page.getByRole('link', { name: 'See, change or cancel' }).getAttribute('href'), `/my/${number}`);
    const download = page.waitForEvent('download');
    await button(page, 'Into my calendar').click();
    assert.equal((await download).suggestedFilename(), `${number}.ics`);
    assert.equal(
      await house.tenant.sql(`select string_agg(p.kind, ',' order by p.position) from baskets b join basket_parts p on p.basket_id = b.id where b.reference = '${number}' and b.status = 'confirmed'`),
      'stay,table,pool,game',
    );
    await page.reload();
    assert.equal(await reference(page), number);
    assert.deepEqual(complaints, []);
    await device.context.close();
  });
}

test('what somebody else took meanwhile is said, with what comes nearest; the rest stays held', async () => {
  const { page, context } = await house.phone('/');
  await page.goto(`${house.tenant.url}/book/pool?date=${day(20)}&slot=morning&adults=2`);
  await hold(page);
  await stay(page, 'Brook', day(21), day(24));
  const other = await house.tenant.client().rpc('hold_basket', {
    p_parts: [{ kind: 'stay', chalet_id: await id('chalets', 'Brook'), check_in: day(21), check_out: day(24), guests: 2 }],
  });
  assert.equal(other.error, null);
  await intoBasket(page).click();
  const told = page.getByRole('alert').filter({ hasText: 'Somebody was faster' });
  await told.getByText('What comes nearest:').waitFor();
  await look(page, 'gone');
  await told.getByRole('button').first().click();
  await intoBasket(page).waitFor();
  await hold(page);
  assert.equal(await page.getByRole('article').count(), 2);
  await context.close();
});

test('a price that changed while the page was open is shown, old and new, and asked for', async () => {
  const { page, context } = await house.phone('/');
  await stay(page, 'Brook', day(42), day(45));
  assert.match((await intoBasket(page).textContent()) ?? '', /€450/);
  await house.tenant.sql(`update chalets set base_price = 120 where name = 'Brook'`);
  await intoBasket(page).click();
  await page.getByText('Brook: it was €450, now it is €470.').waitFor();
  await look(page, 'dearer');
  await button(page, 'Take it for €470').click();
  await page.getByRole('timer').waitFor();
  assert.match((await part(page, 'Brook').textContent()) ?? '', /€470/);
  await house.tenant.sql(`update chalets set base_price = 100 where name = 'Brook'`);
  await context.close();
});

test('when the time is up nothing is booked; one tap holds the same again, but for what is gone', async () => {
  const { page, context } = await house.phone('/');
  await stay(page, 'Brook', day(49), day(52));
  await hold(page);
  await page.goto(`${house.tenant.url}/book/pool?date=${day(50)}&slot=morning&adults=2`);
  await hold(page);
  const token = await page.evaluate(() => (JSON.parse(localStorage.getItem('maitred.basket') ?? '{}') as { token: string }).token);
  await house.tenant.sql(`
    update chalet_bookings set hold_expires_at = now() - interval '1 minute' where id in (select booking_id from basket_parts p join baskets b on b.id = p.basket_id where b.token = '${token}');
    update pool_tickets set hold_expires_at = now() - interval '1 minute' where id in (select booking_id from basket_parts p join baskets b on b.id = p.basket_id where b.token = '${token}');
    update baskets set expires_at = now() - interval '1 minute' where token = '${token}'`);
  const other = await house.tenant.client().rpc('hold_basket', {
    p_parts: [{ kind: 'stay', chalet_id: await id('chalets', 'Brook'), check_in: day(49), check_out: day(52), guests: 2 }],
  });
  assert.equal(other.error, null);
  await page.reload();
  await page.getByText('The time is up. Nothing has been booked or paid.').waitFor();
  await look(page, 'expired');
  await button(page, 'Hold it again').click();
  const told = part(page, 'Brook').getByRole('alert');
  await told.getByText('Somebody was faster').waitFor();
  await told.getByRole('button').first().click();
  await page.getByRole('timer').waitFor();
  assert.equal(await page.getByRole('article').count(), 2);
  await context.close();
});

test('a confirmation whose answer got lost books once', async () => {
  const { page, context } = await house.phone('/');
  await page.goto(`${house.tenant.url}/book/pool?date=${day(30)}&slot=afternoon&adults=2`);
  await hold(page);
  await fillIn(page);
  let lost = 0;
  await page.route('**/rpc/confirm_basket', async (route) => {
    if (lost++ > 0) return route.fallback();
    const answer = await answerOf(route);
    assert.equal(answer.status(), 200);
    return route.abort();
  });
  await button(page, /^Book for/).click();
  await page.getByText('No answer came. Tap again: it will not be booked twice.').waitFor();
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Ada Lovelace');
  await button(page, /^Book for/).click();
  await page.getByTestId('reference').waitFor();
  assert.equal(await house.tenant.sql(`select count(*) from pool_tickets where ticket_date = '${day(30)}' and status = 'confirmed'`), '1');
  await context.close();
});

test('a part whose answer got lost is in the basket once', async () => {
  const { page, context } = await house.phone('/');
  await page.goto(`${house.tenant.url}/book/pool?date=${day(31)}&slot=afternoon&adults=2`);
  let lost = 0;
  await page.route('**/rpc/hold_basket', async (route) => {
    if (lost++ > 0) return route.fallback();
    await answerOf(route);
    return route.abort();
  });
  await intoBasket(page).click();
  await until('the first answer is lost', async () => lost === 1);
  await page.getByText('There is no connection').first().waitFor();
  await hold(page);
  assert.equal(await page.getByRole('article').count(), 1);
  assert.equal(await house.tenant.sql(`select count(*) from pool_tickets where ticket_date = '${day(31)}'`), '1');
  await context.close();
});

test('a past day in the address, an unknown code and a wrong phone number are sentences, not errors', async () => {
  const { page, context } = await house.phone('/');
  await page.goto(`${house.tenant.url}/book/stay?chalet=${await id('chalets', 'Alpine')}&from=2020-01-01&to=2020-01-03`);
  await page.getByText('Tap the day of arrival.').waitFor();
  await page.goto(`${house.tenant.url}/book/game?venue=${await id('venues', 'Enigma')}&game=${await id('games', 'The Vault')}&date=${day(32)}&time=15:00&promo=NOPE`);
  await page.getByText('This code is not valid for this booking.').waitFor();
  await button(page, 'Take it off').click();
  await intoBasket(page).waitFor();
  await hold(page);
  await page.getByLabel('Name', { exact: true }).fill('<script>alert(1)</script>');
  await page.getByLabel('Phone').fill('call me');
  await button(page, /^Book for/).click();
  await page.getByText('This is no phone number.', { exact: false }).waitFor();
  await page.getByLabel('Phone').fill('+43 1 555 20 20');
  await page.getByLabel('I have a voucher').check();
  await page.getByLabel('Code of the voucher').fill('NOSUCHVOUCHER');
  await button(page, /^Book for/).click();
  await page.getByText('This voucher is not known here.').waitFor();
  await look(page, 'faults');
  await page.getByLabel('I have a voucher').uncheck();
  await button(page, /^Book for/).click();
  await page.getByTestId('reference').waitFor();
  await page.goBack(); // to the game; the page stands
  await page.getByRole('heading', { name: 'The Vault' }).first().waitFor();
  await context.close();
});

test('a part can be taken out; the last one leaves an empty basket', async () => {
  const { page, context } = await house.phone('/');
  await page.goto(`${house.tenant.url}/book/pool?date=${day(33)}&slot=morning&adults=1`);
  await hold(page);
  await button(page, /^Take The pool/).click();
  await page.getByRole('heading', { name: 'Your basket is empty.' }).waitFor();
  await look(page, 'empty');
  assert.equal(await house.tenant.sql(`select count(*) from pool_tickets where ticket_date = '${day(33)}'`), '0');
  await context.close();
});

test('days are picked with the keyboard, and the arrows go on into the next month', async () => {
  const { page, context } = await house.desk(`/book/pool?date=${day(20)}`);
  await page.locator(`[data-day="${day(20)}"]`).focus();
  const isAt = (date: string): Promise<void> => until(`${date} has the focus`, () => page.evaluate((wanted) => document.activeElement?.getAttribute('data-day') === wanted, date));
  await page.keyboard.press('ArrowRight');
  await isAt(day(21));
  for (let week = 1; week <= 5; week++) {
    await page.keyboard.press('ArrowDown');
    await isAt(day(21 + 7 * week));
  }
  await page.keyboard.press('ArrowUp');
  await context.close();
});

for (const [locale, word] of [
  ['de-AT', 'Chalets und Zimmer'],
  ['es-ES', 'Chalés y habitaciones'],
  ['ru-RU', 'Шале и номера'],
  ['ar-EG', 'الشاليهات والغرف'],
] as const) {
  test(`the front page, a stay and the basket in ${locale}`, async () => {
    const context = await house.browser.newContext({
      locale,
      timezoneId: 'Europe/Berlin',
      viewport: { width: 390, height: 844 },
      reducedMotion: 'reduce',
      colorScheme: locale === 'ar-EG' ? 'dark' : 'light',
    });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    await page.goto(house.tenant.url);
    await page.getByRole('heading', { name: word }).waitFor();
    await look(page, `front-${locale}`);
    await page.goto(`${house.tenant.url}/book/stay?chalet=${await id('chalets', 'Alpine')}&from=${day(56)}&to=${day(58)}&guests=3`);
    await page.locator('[data-mark=start]').waitFor();
    const add = page.getByRole('button', { name: /350/ });
    await add.waitFor();
    await look(page, `stay-${locale}`);
    await add.click();
    await page.getByRole('timer').waitFor();
    await look(page, `basket-${locale}`);
    await page.getByRole('button', { name: /Alpine/ }).click();
    await page.getByRole('timer').waitFor({ state: 'detached' });
    await context.close();
  });
}
