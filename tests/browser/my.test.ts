// My bookings: by a code or by a number; changed, cancelled, shared; a ticket without a network; what the house knows, and forgetting it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { address, messages, setAuth } from '../contract/auth_support.ts';
import { book, dayFromNow, look, openResort, partOf, parts, type Booked, type Resort } from './resort.ts';
import { barriers, button, openSheet, until } from './support.ts';

let resort: Resort;

before(async () => {
  resort = await openResort();
  await setAuth(resort.tenant);
});
after(async () => {
  await resort?.close();
});

const weekend = (days: number) => Object.values(parts(resort, days));

async function openByNumber(page: Page, booked: Booked, reference = booked.reference): Promise<void> {
  await page.getByLabel('Booking number').fill(reference.toLowerCase());
  await page.getByLabel('E-mail or phone it was booked with').fill(booked.contact);
  await button(page, 'Find the booking').click();
  await page.waitForURL(`**/my/${reference}`);
}

async function signInByCode(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail or phone', { exact: true }).fill(email);
  await button(page, 'Send six digits').click();
  await page.getByText(`Six digits are on their way to ${email}.`).waitFor();
  let code = '';
  await until('the mail', async () => (code = (await messages(resort.tenant, email)).at(-1)?.code ?? '') !== '');
  await page.getByLabel('Six digits').fill(code);
  await button(page, 'Open').click();
  await page.getByText(`Signed in as ${email}`).waitFor();
}

for (const dark of [false, true]) {
  test(`a stay is found by its number, changed at the price that was shown, and cancelled with what goes with it, ${dark ? 'dark' : 'light'}`, async () => {
    const booked = await book(resort, address(), weekend(dark ? 20 : 40));
    const stay = partOf(booked, 'stay');
    const { page, complaints } = await (dark ? resort.desk : resort.phone)('/my', { dark });
    await page.getByRole('heading', { name: 'One booking by its number' }).waitFor();
    assert.deepEqual(await barriers(page), []);
    await look(page, `my-way-in-${dark ? 'dark' : 'light'}`);

    // A stranger's number, and an address that it was not made with, say the same.
    await page.getByLabel('Booking number').fill(stay.reference);
    await page.getByLabel('E-mail or phone it was booked with').fill('eve@example.com');
    await button(page, 'Find the booking').click();
    await page.getByText('There is no booking with this number and address.', { exact: false }).waitFor();
    await openByNumber(page, booked);
    await page.getByRole('link', { name: /Alpine/ }).waitFor();
    assert.equal(await page.getByRole('listitem').count(), 4);
    assert.deepEqual(await barriers(page), []);
    await look(page, `my-basket-${dark ? 'dark' : 'light'}`);

    await page.getByRole('link', { name: /Alpine/ }).click();
    await page.waitForURL(`**/my/${stay.reference}`);
    await page.getByRole('heading', { name: 'Alpine' }).waitFor();
    await page.getByRole('img', { name: 'Your ticket as a code to scan' }).waitFor();
    assert.deepEqual(await barriers(page), []);
    await look(page, `my-stay-${dark ? 'dark' : 'light'}`);

    const change = await openSheet(page, button(page, 'Change'));
    await button(page, 'See the new price').click();
    await page.getByText('Nothing is different yet.').waitFor();
    await change.getByLabel('Departure').fill(dayFromNow((dark ? 20 : 40) + 3));
    await button(page, 'See the new price').click();
    const accept = button(page, 'Change it for €300.00');
    await accept.waitFor();
    assert.deepEqual(await barriers(page), []);
    await look(page, `my-change-${dark ? 'dark' : 'light'}`);
    assert.equal(await resort.tenant.sql(`select total_price from chalet_bookings where reference = '${stay.reference}'`), '200.00', 'nothing has happened yet');
    // The house raises its price while the guest thinks: both are said, and the question comes again.
    await resort.tenant.sql('update chalets set base_price = 110');
    await accept.click();
    await page.getByText(/The price has just changed: €300\.00 before, €\d+\.00 now\./).waitFor();
    await page.getByRole('button', { name: /^Change it for/ }).click();
    await page.getByText('Your booking is changed.').waitFor();
    await resort.tenant.sql('update chalets set base_price = 100');

    const cancel = await openSheet(page, button(page, 'Cancel the booking'));
    await cancel.getByLabel(/^Game: Vault/).check();
    await cancel.getByLabel(/^Table:/).check();
    assert.deepEqual(await barriers(page), []);
    await look(page, `my-cancel-${dark ? 'dark' : 'light'}`);
    await button(page, 'Cancel 3 bookings').click();
    await page.getByText('Cancelled.', { exact: true }).waitFor();
    const states =
      await resort.tenant.sql(`select (select status from chalet_bookings where reference = '${stay.reference}'), (select status from bookings where reference_number = '${partOf(booked, 'game').reference}'),
      (select status from table_reservations where confirmation_code = '${partOf(booked, 'table').reference}'), (select status from pool_tickets where reference = '${partOf(booked, 'pool').reference}')`);
    assert.equal(states, 'cancelled|cancelled|cancelled|confirmed');
    await until('the page says so', async () => (await page.getByText('Cancelled', { exact: true }).count()) > 0);
    assert.deepEqual(complaints, []);
  });
}

test('a taken day is refused with what is free instead, and a receipt and a calendar entry can be had', async () => {
  const mine = await book(resort, address(), [parts(resort, 60).game]);
  await book(resort, address(), [{ ...parts(resort, 60).game, time: '17:30' }], 'Gil');
  const game = partOf(mine, 'game');
  const { page } = await resort.phone('/my');
  await openByNumber(page, mine, game.reference);
  const sheet = await openSheet(page, button(page, 'Change'));
  await sheet.getByLabel('Time').fill('17:30');
  await button(page, 'See the new price').click();
  await sheet.getByRole('alert').waitFor();
  await look(page, 'my-alternatives');
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });

  await openSheet(page, button(page, 'Receipt'));
  await page.getByText('€90.00').first().waitFor();
  await look(page, 'my-receipt');
  // The phone's own Back closes the sheet and stays.
  await page.goBack();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.match(page.url(), new RegExp(`/my/${game.reference}$`));

  // A house with a provider: its link comes a moment after the payment was begun.
  await resort.tenant.sql(`update organizations set settings = settings || '{"payments": {"provider": "stripe"}}'`);
  await button(page, 'Pay €90.00').dblclick();
  await until('a payment is begun', async () => (await resort.tenant.sql(`select count(*) from payments where booking_id = '${game.booking_id}'`)) === '1');
  await resort.tenant.sql(`update payments set asked_at = now(), provider_data = '{"link": "https://pay.example/session"}' where booking_id = '${game.booking_id}'`);
  assert.equal(await page.getByRole('link', { name: 'Pay €90.00' }).getAttribute('href'), 'https://pay.example/session');
  await resort.tenant.sql(`update organizations set settings = settings - 'payments'`);

  const download = page.waitForEvent('download');
  await button(page, 'Into my calendar').click();
  const file = await download;
  assert.equal(file.suggestedFilename(), `${game.reference}.ics`);
  assert.match(readFileSync(await file.path(), 'utf8'), /^BEGIN:VCALENDAR\r\n[\s\S]*SUMMARY:Vault\r\n/);
  assert.match((await page.getByRole('link', { name: 'Google Calendar' }).getAttribute('href')) ?? '', /^https:\/\/calendar\.google\.com\/calendar\/render\?action=TEMPLATE&text=Vault/);
});

test('signed in by a code, a guest has all of it; a pool ticket opens without a network; who signs out leaves nothing behind', async () => {
  const email = address();
  const booked = await book(resort, email, weekend(70));
  const ticket = partOf(booked, 'pool');
  const { page, context } = await resort.phone('/my');
  await page.getByLabel('E-mail or phone', { exact: true }).fill('fay');
  await button(page, 'Send six digits').click();
  await page.getByText('This is neither an e-mail address nor a phone number with its country.').waitFor();
  await signInByCode(page, email);
  await page.getByRole('link', { name: /Alpine/ }).waitFor();
  assert.equal(await page.getByRole('link', { name: /^(Stay|Game|Pool|Table)/ }).count(), 4);
  assert.deepEqual(await barriers(page), []);
  await look(page, 'my-list');
  await page.goto(`${resort.tenant.url}/my/${ticket.reference}`);
  await page.getByRole('img', { name: 'Your ticket as a code to scan' }).waitFor();
  await page.getByText('Times are those of UTC; your clock shows another.').waitFor();
  await look(page, 'my-ticket');

  await page.getByRole('heading', { name: 'Morning' }).click(); // the first touch keeps the page
  await until('the page is kept', () => page.evaluate(async () => (await (await caches.open('pages')).keys()).some(({ url }) => url.includes('/my.html'))));
  await until('with its configuration', () => page.evaluate(async () => (await (await caches.open('pages')).match('/app/config', { ignoreVary: true })) !== undefined));
  await context.setOffline(true);
  await page.reload();
  await page.getByRole('img', { name: 'Your ticket as a code to scan' }).waitFor();
  await page.getByText('No connection: this is how it stood', { exact: false }).waitFor();
  assert.equal(await button(page, 'Change').count(), 0, 'nothing can be changed without a network');
  await look(page, 'my-offline');
  await context.setOffline(false);
  await page.goto(`${resort.tenant.url}/my`);
  await page.getByText(`Signed in as ${email}`).waitFor();

  await page.getByLabel('The house may write to me').check();
  await until('the consent is kept', async () => (await resort.tenant.sql(`select marketing_consent from customers where email = '${email}'`)) === 't');
  const download = page.waitForEvent('download');
  await button(page, 'A copy of all of it').click();
  assert.match(readFileSync(await (await download).path(), 'utf8'), new RegExp(ticket.reference));

  // Something lies ahead: the house refuses to forget.
  const erase = await openSheet(page, button(page, 'Forget me'));
  await erase.getByLabel(`To confirm, enter ${email}`).fill('somebody@else.example');
  await erase.getByRole('button', { name: 'Forget me' }).click();
  await erase.getByText(`That is not ${email}.`).waitFor();
  await erase.getByLabel(`To confirm, enter ${email}`).fill(email);
  await erase.getByRole('button', { name: 'Forget me' }).click();
  await erase.getByText('Something lies ahead', { exact: false }).waitFor();
  await page.keyboard.press('Escape');
  await erase.waitFor({ state: 'detached' });
  await resort.tenant.sql(`update chalet_bookings set status = 'cancelled' where reference = '${partOf(booked, 'stay').reference}'; update pool_tickets set status = 'cancelled' where reference = '${ticket.reference}';
    update bookings set status = 'cancelled' where reference_number = '${partOf(booked, 'game').reference}'; update table_reservations set status = 'cancelled' where confirmation_code = '${partOf(booked, 'table').reference}'`);
  const again = await openSheet(page, button(page, 'Forget me'));
  await again.getByLabel(`To confirm, enter ${email}`).fill(email.toUpperCase());
  await again.getByRole('button', { name: 'Forget me' }).click();
  await button(page, 'Send six digits').waitFor();
  assert.equal(await resort.tenant.sql(`select count(*) from customers where email = '${email}'`), '0');
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => /my\.|guest/.test(key))), []);
});

test('friends come into a game by a link: name, allergies, signature; the one who booked sees who is missing, splits and reminds', async () => {
  const booked = await book(resort, address(), [parts(resort, 80).game]);
  const game = partOf(booked, 'game');
  const fay = await resort.phone('/my');
  await openByNumber(fay.page, booked, game.reference);
  await button(fay.page, 'Invite the others').click();
  const digits = ((await fay.page.getByTestId('party-digits').textContent()) ?? '').replace(/\D/g, '');
  assert.match(digits, /^\d{6}$/);
  await fay.page.getByText('2 people have not joined yet.').waitFor();
  await button(fay.page, /^Everybody pays the same: about €30\.00/).click();
  await fay.page.getByText('€30.00 to pay').waitFor();
  assert.deepEqual(await barriers(fay.page), []);
  await look(fay.page, 'party-organizer');

  const gil = await resort.phone('/party/999999', { dark: true });
  await gil.page.getByText('This link or these digits lead nowhere.').waitFor();
  await gil.page.goto(`${resort.tenant.url}/party/${digits.slice(0, 3)}-${digits.slice(3)}`);
  await gil.page.getByRole('heading', { name: 'Come along' }).waitFor();
  assert.equal(await gil.page.getByText('Fay').count(), 0, 'who only has the link sees no names');
  assert.deepEqual(await barriers(gil.page), []);
  await look(gil.page, 'party-join');
  await button(gil.page, 'Join').click();
  await gil.page.getByText('Write your name', { exact: false }).waitFor();
  await gil.page.getByLabel('Your name').fill('Gil <script>alert(1)</script>');
  await button(gil.page, 'nuts').click();
  await gil.page.getByLabel('Anything else').fill('kiwi');
  await gil.page.getByLabel('E-mail or phone').fill('gil@example.com');
  await button(gil.page, 'Join').dblclick();
  await gil.page.getByText('You are in, Gil <script>alert(1)</script>').waitFor();
  await gil.page.getByText('Your part: €30.00').waitFor();
  assert.equal(await resort.tenant.sql(`select count(*) from party_members where name like 'Gil%'`), '1', 'a double tap joins once');
  assert.deepEqual(await barriers(gil.page), []);
  await look(gil.page, 'party-member');
  await button(gil.page, 'Pay €30.00').click();
  await gil.page.getByText('Pay your part when you are here.').waitFor(); // nobody carries payments from afar

  await fay.page.reload();
  await button(fay.page, 'Invite the others').click();
  await fay.page.getByText('Must not eat: nuts, kiwi').waitFor();
  await fay.page.getByText('1 person has not joined yet.').waitFor();
  await button(fay.page, /^Remind Gil/).click();
  await fay.page.getByText('1 reminder is on its way.').waitFor();

  await gil.page.getByRole('link', { name: 'Read and sign' }).click();
  await gil.page.getByLabel('Date of birth').fill('1991-05-05');
  await gil.page.getByLabel('I tell the staff').check();
  await button(gil.page, 'Type the name instead').click();
  await gil.page.getByLabel('Signature').fill('Gil');
  await button(gil.page, 'Sign').click();
  await gil.page.getByRole('link', { name: 'Back to the booking' }).click();
  await gil.page.getByText('✓ Signed').waitFor();
  await fay.page.reload();
  await button(fay.page, 'Invite the others').click();
  await fay.page.getByText('✓ Signed').waitFor();
  await button(fay.page, /^Take Gil/).click();
  await fay.page.getByText('2 people have not joined yet.').waitFor();
  await gil.page.reload();
  await gil.page.getByText('You are not in this party any more.').waitFor();
  assert.deepEqual([fay.complaints, gil.complaints], [[], []]);
});

test('in Arabic and from right to left, in the reader’s own words', async () => {
  const booked = await book(resort, address(), [parts(resort, 90).pool]);
  const { page, context } = await resort.phone('/');
  await context.addCookies([{ name: 'language', value: 'ar', url: resort.tenant.url }]);
  await page.goto(`${resort.tenant.url}/my/${partOf(booked, 'pool').reference}`);
  await page.getByLabel('البريد أو الهاتف المستخدم في الحجز').fill(booked.contact);
  await button(page, 'ابحث عن الحجز').click();
  await page.getByRole('heading', { name: 'الصباح' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
  assert.deepEqual(await barriers(page), []);
  await look(page, 'my-ar');
});
