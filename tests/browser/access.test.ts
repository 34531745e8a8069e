// For everybody: by name and role, by keyboard, in both colour schemes; and what the daemon sends with the pages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { messages, type Message } from '../contract/auth_support.ts';
import { addDish, barriers, button, closeSheet, openHouse, openSheet, orderAt, signIn, simpleDishes, startAs, until, untilFocused, view, type Dish, type House } from './support.ts';

let house: House;
let dishes: Dish[];

before(async () => {
  house = await openHouse();
  dishes = await simpleDishes(house.tenant);
});
after(async () => {
  await house?.close();
});

for (const dark of [false, true]) {
  const scheme = dark ? 'dark' : 'light';

  test(`no barriers for guests, ${scheme}`, async () => {
    const { page, complaints } = await house.phone('/', { dark });
    const check = async (what: string): Promise<void> => assert.deepEqual(await barriers(page), [], what);
    await page.getByText('Sitting at a table?').waitFor();
    await check('start page');
    await page.goto(`${house.tenant.url}/t/${house.tables[dark ? 1 : 0]}`);
    await page.getByLabel('Your name').waitFor();
    await check('welcome');
    await startAs(page, 'Ada');
    await button(page, `Add ${dishes[0]?.name}`).waitFor();
    await check('menu');
    await openSheet(page, button(page, dishes[0]?.name ?? ''));
    await check('dish');
    await closeSheet(page);
    await openSheet(page, button(page, /^At the table/));
    await check('people');
    await closeSheet(page);
    if (dishes[0]) await addDish(page, dishes[0]);
    await view(page, 'Order').click();
    await check('order');
    await page.getByRole('button', { name: /^Send to the kitchen/ }).click();
    await page.getByRole('article').first().waitFor();
    await check('order sent');
    await view(page, 'Bill').click();
    await check('bill');
    await button(page, 'Ask for the bill').click();
    await page.getByText('How would you like to pay?').waitFor();
    await check('bill asked for');
    assert.deepEqual(complaints, []);
  });

  test(`no barriers for the staff, ${scheme}`, async () => {
    const table = dark ? 9 : 8;
    if (dishes[0]) await orderAt(house, table, dishes[0]);
    const { page, complaints } = await house.desk('/kitchen', { dark });
    const check = async (what: string): Promise<void> => assert.deepEqual(await barriers(page), [], what);
    await page.getByLabel('E-mail').waitFor();
    await check('login');
    await signIn(page, house.tenant.admin);
    await page.getByRole('article').first().waitFor();
    await check('kitchen');
    for (const sheet of ['All day', /^Sold out/, 'Done']) {
      await openSheet(page, button(page, sheet));
      await check(`kitchen: ${String(sheet)}`);
      await closeSheet(page);
    }
    await page.goto(`${house.tenant.url}/floor`);
    const card = button(page, new RegExp(`^${table}\\b`));
    await card.waitFor();
    await check('floor');
    await openSheet(page, card);
    for (const tab of ['Orders', 'Bill', 'Guests']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel', { name: tab }).waitFor();
      await check(`floor: ${tab}`);
    }
    assert.deepEqual(complaints, []);
  });
}

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement)) return '';
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null;
    return (element.getAttribute('aria-label') ?? label ?? element.textContent ?? '').trim();
  });

async function tabStops(page: Page, count: number): Promise<string[]> {
  const stops: string[] = [];
  for (let stop = 0; stop < count; stop++) {
    await page.keyboard.press('Tab');
    stops.push(await focused(page));
  }
  return stops;
}

test('the keyboard goes through the login in reading order, past the header first', async () => {
  const { page } = await house.desk('/login');
  await page.getByLabel('E-mail').waitFor();
  const stops = await tabStops(page, 5);
  assert.deepEqual(stops.slice(0, 1), ['Skip to the content']);
  assert.deepEqual(stops.slice(2), ['Switch to dark colours', 'E-mail', 'Password']);
  await page.getByLabel('E-mail').fill(house.waiter.email);
  await page.getByLabel('Password', { exact: true }).fill(house.waiter.password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/floor');
});

test('a guest can order with the keyboard alone, and a closed sheet gives the focus back', async () => {
  const { page } = await house.desk(`/t/${house.tables[4]}`);
  await page.getByLabel('Your name').focus();
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  const plus = button(page, `Add ${dishes[0]?.name}`);
  await plus.waitFor();
  const name = button(page, dishes[0]?.name ?? '');
  await name.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await untilFocused(dialog); // it goes into the sheet …
  await closeSheet(page);
  await untilFocused(name); // … and back to where it came from
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), `Add ${dishes[0]?.name}`);
  await page.keyboard.press('Enter');
  await view(page, 'Order').focus();
  await page.keyboard.press('Enter');
  const send = page.getByRole('button', { name: /^Send to the kitchen/ });
  await send.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('article').first().waitFor();
});

for (const motion of [true, false]) {
  test(motion ? 'sheets slide' : 'sheets do not slide for who asked for less motion', async () => {
    const { page } = await house.phone(`/t/${house.tables[motion ? 2 : 3]}`, { motion });
    await startAs(page, 'Ada');
    await page.evaluate(() => {
      document.addEventListener('transitionrun', ({ target }) => {
        if (target instanceof HTMLElement && target.role === 'dialog') document.body.dataset['slid'] = 'yes';
      });
    });
    await openSheet(page, button(page, dishes[0]?.name ?? ''));
    await closeSheet(page);
    await openSheet(page, button(page, /^At the table/));
    assert.equal(await page.locator('body').getAttribute('data-slid'), motion ? 'yes' : null);
  });
}

test('thumbs fit: what is tapped on a phone is at least 44 pixels high', async () => {
  const { page } = await house.phone(`/t/${house.tables[5]}`);
  await startAs(page, 'Ada');
  await button(page, `Add ${dishes[0]?.name}`).waitFor();
  const small = await page.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLElement>('main button, nav button, nav a, header button'))
      // The name of a dish is as large as its whole row, by a layer over it.
      .filter((element) => getComputedStyle(element, '::after').position !== 'absolute')
      .map((element) => ({ name: element.getAttribute('aria-label') ?? element.textContent, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
      .map(({ name, box }) => `${name}: ${box.width} × ${box.height}`),
  );
  assert.deepEqual(small, []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true, 'nothing sticks out sideways');
});

test('pages are small on the wire: hashed, compressed, immutable; what has not changed answers 304', async () => {
  const html = await (await fetch(`${house.tenant.url}/`, { headers: { accept: 'text/html' } })).text();
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
  assert.ok(script, 'the page names its script');
  assert.equal(/<script(?![^>]*\b(src=|type="application\/ld\+json"))/.test(html), false, 'no inline script; data is none');
  const answer = await fetch(house.tenant.url + script, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('cache-control') ?? '', /immutable/);
  assert.equal(answer.headers.get('content-encoding'), 'gzip');

  const { page } = await house.phone(`/t/${house.tables[6]}`);
  await startAs(page, 'Ada');
  await button(page, `Add ${dishes[0]?.name}`).waitFor();
  const unchanged = page.waitForResponse((response) => response.url().includes('/rpc/get_menu') && response.status() === 304);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))); // somebody looks again
  await unchanged;
});

async function mailTo(email: string): Promise<Message> {
  let mail: Message | undefined;
  await until(`a mail to ${email}`, async () => (mail = (await messages(house.tenant, email)).at(-1)) !== undefined && mail.link !== '');
  assert.ok(mail);
  return mail;
}

async function isRefused(email: string, password: string): Promise<boolean> {
  const { error } = await house.tenant.client().auth.signInWithPassword({ email, password });
  return error !== null;
}

test('who forgot the password chooses a new one with the six digits of a mail', async () => {
  const { email, password } = house.waiter;
  const { page, complaints } = await house.phone('/login?next=/floor');
  await button(page, 'Forgot your password?').click();
  await page.getByLabel('E-mail').fill(email);
  await button(page, 'Send the mail').click();
  await page.getByText('a mail with six digits is on its way', { exact: false }).waitFor();
  const { code } = await mailTo(email);
  assert.match(code, /^\d{6}$/);
  const save = button(page, 'Save and sign in');
  await page.getByLabel('Six digits').fill(code === '000000' ? '111111' : '000000');
  await page.getByLabel('New password', { exact: true }).fill('short');
  assert.equal(await save.isDisabled(), true);
  await page.getByLabel('New password', { exact: true }).fill('Fresh-bread-4-all');
  await save.click();
  await page.getByRole('alert').waitFor(); // not the digits of the mail
  assert.deepEqual(await barriers(page), []);
  await page.getByLabel('Six digits').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  // The old one again is refused, and that costs no second mail.
  await page.getByLabel('New password', { exact: true }).fill(password);
  await save.click();
  await page.getByLabel('Six digits').waitFor({ state: 'detached' });
  await page.getByRole('alert').waitFor();
  await page.getByLabel('New password', { exact: true }).fill('Fresh-bread-4-all');
  await save.click();
  await page.waitForURL('**/floor');
  await button(page, /^1\b/).waitFor();
  assert.equal(await isRefused(email, password), true);
  assert.equal(await isRefused(email, 'Fresh-bread-4-all'), false);
  assert.deepEqual(complaints, []);
});

test('the link of that mail leads to the new password, once', async () => {
  const { email, password } = house.cook;
  const asking = await house.phone('/login');
  await button(asking.page, 'Forgot your password?').click();
  await asking.page.getByLabel('E-mail').fill(email);
  await button(asking.page, 'Send the mail').click();
  const { link } = await mailTo(email);

  const { page, complaints } = await house.desk('/login');
  await page.goto(link);
  await page.getByLabel('New password', { exact: true }).fill('Fresh-bread-4-all');
  assert.equal(new URL(page.url()).hash, '', 'what opens doors is gone from the address');
  await button(page, 'Save and sign in').click();
  await page.waitForURL('**/kitchen');
  assert.equal(await isRefused(email, password), true);
  assert.equal(await isRefused(email, 'Fresh-bread-4-all'), false);
  assert.deepEqual(complaints, []);

  const { page: late } = await house.desk('/login');
  await late.goto(link);
  await late.getByText('This link was used before, or it is too old.').waitFor();
  await button(late, 'Send the mail').waitFor();
  assert.equal(new URL(late.url()).hash, '');
});
