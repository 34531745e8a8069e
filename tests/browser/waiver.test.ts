// Waivers: read, confirm, sign with the finger or the keyboard; children and their guardians; a signature that is none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { address } from '../contract/auth_support.ts';
import { book, look, openResort, partOf, parts, type Resort } from './resort.ts';
import { answerOf, barriers, button, until } from './support.ts';

let resort: Resort;

before(async () => {
  resort = await openResort();
});
after(async () => {
  await resort?.close();
});

async function draw(page: Page): Promise<void> {
  const paper = page.locator('canvas');
  await paper.scrollIntoViewIfNeeded();
  const box = await paper.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 30, box.y + 90);
  await page.mouse.down();
  for (let step = 1; step <= 12; step++) await page.mouse.move(box.x + 30 + step * 18, box.y + 90 + (step % 2 === 0 ? -30 : 25));
  await page.mouse.up();
}

const submissions = (where: string): Promise<string> =>
  resort.tenant.sql(`select signer_name, is_minor, coalesce(guardian_name, ''), left(coalesce(signature, guardian_signature), 15), answers from waiver_submissions where ${where}`);

for (const dark of [false, true]) {
  test(`a guest reads, confirms and signs with the finger, ${dark ? 'dark' : 'light'}`, async () => {
    const game = partOf(await book(resort, address(), [parts(resort, dark ? 20 : 30).game]), 'game');
    const { page, complaints } = await resort.phone(`/waiver/${resort.waiver}?booking=${game.booking_id}&name=Fay+Wray&back=/my/${game.reference}`, { dark });
    await page.getByRole('heading', { name: 'Rules of the house' }).waitFor();
    await page.getByText('The green button opens every door.').waitFor();
    assert.equal(await page.getByLabel('First and last name').inputValue(), 'Fay Wray');
    assert.deepEqual(await barriers(page), []);
    await look(page, `waiver-${dark ? 'dark' : 'light'}`);

    // Nothing but the name: each thing that is missing is said in words.
    await button(page, 'Sign').click();
    await page.getByText('Enter the date of birth.').waitFor();
    await page.getByText('The signature is missing', { exact: false }).waitFor();
    await page.getByText('Confirm this to sign.').waitFor();
    assert.deepEqual(await barriers(page), []);
    assert.equal(await submissions(`booking_id = '${game.booking_id}'`), '');

    await page.getByLabel('Date of birth').fill('1990-05-05');
    await page.getByLabel('I tell the staff if strobe light is bad for me.').check();
    // A tap is no signature.
    await page.locator('canvas').click();
    await button(page, 'Sign').click();
    await page.getByText('The signature is missing', { exact: false }).waitFor();
    await draw(page);
    await look(page, `waiver-drawn-${dark ? 'dark' : 'light'}`);
    await button(page, 'Sign').click();
    await page.getByText('Signed. Thank you, Fay Wray!').waitFor();
    await page.getByText('2 people have not signed yet.').waitFor();
    assert.deepEqual(await barriers(page), []);
    assert.equal(await submissions(`booking_id = '${game.booking_id}'`), 'Fay Wray|f||data:image/png;|{"I tell the staff if strobe light is bad for me.": true}');
    assert.equal(await page.getByRole('link', { name: 'Back to the booking' }).getAttribute('href'), `/my/${game.reference}`);
    assert.deepEqual(complaints, []);
  });
}

test('a child’s guardian signs, with the keyboard alone; a child under the least age does not take part', async () => {
  const game = partOf(await book(resort, address(), [parts(resort, 40).game]), 'game');
  const { page, complaints } = await resort.desk(`/waiver/${resort.waiver}?booking=${game.booking_id}`);
  await page.getByLabel('First and last name').fill('Tim <b>Wray</b>');
  await page.getByLabel('Date of birth').fill(`${new Date().getFullYear() - 3}-01-01`);
  await page.getByLabel('I tell the staff').check();
  await button(page, 'Type the name instead').focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Signature').fill('Ada Wray');
  await button(page, 'Sign').click();
  await page.getByText('Who takes part is at least 6 years old.').waitFor();

  await page.getByLabel('Date of birth').fill(`${new Date().getFullYear() - 10}-01-01`);
  await page.getByText('Under 18 years of age, a parent or guardian signs.').waitFor();
  await button(page, 'Type the name instead').click();
  await page.getByLabel('Signature of the parent or guardian').fill('Ada Wray');
  await button(page, 'Sign').click();
  await page.getByText('A guardian signs for people under 18: write their name.').waitFor();
  await page.getByLabel('Name of the parent or guardian').fill('Tim <b>Wray</b>');
  await button(page, 'Sign').click();
  await page.getByText('A child does not sign for itself', { exact: false }).waitFor();
  await page.getByLabel('Name of the parent or guardian').fill('Ada Wray');
  await page.getByLabel('Related how').fill('mother');
  await look(page, 'waiver-minor');
  await page.keyboard.press('Enter');
  await page.getByText('Signed. Thank you, Tim <b>Wray</b>!').waitFor();
  assert.match(await submissions(`booking_id = '${game.booking_id}'`), /^Tim <b>Wray<\/b>\|t\|Ada Wray\|Ada Wray\|/);
  assert.deepEqual(complaints, []);
});

test('a text that was replaced meanwhile is shown anew, what was typed stays; a reload loses nothing', async () => {
  const { page } = await resort.phone(`/waiver/${resort.waiver}`);
  await page.getByLabel('First and last name').fill('Gil');
  await page.getByLabel('Date of birth').fill('1990-05-05');
  await page.getByLabel('I tell the staff').check();
  await draw(page);
  // The phone is turned over and back, and the page scrolls: what was written stays on the paper, and stays a signature.
  const inked = (): Promise<number> =>
    page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      return Array.from(data).filter((value, index) => index % 4 === 3 && value > 0).length;
    });
  const before = await inked();
  assert.ok(before > 0);
  await page.setViewportSize({ width: 844, height: 390 });
  await page.waitForFunction(() => (document.querySelector('canvas')?.clientWidth ?? 0) > 500);
  await page.mouse.wheel(0, 400);
  await until('the signature is drawn anew', async () => (await inked()) > before * 0.9);
  await page.setViewportSize({ width: 390, height: 844 });
  await until('and again', async () => (await inked()) > before * 0.9);
  await resort.tenant.sql(`insert into waivers (organization_id, family_id, title, content) select organization_id, family_id, title, 'The newer text.' from waivers where id = '${resort.waiver}'`);
  await button(page, 'Sign').click();
  await page.getByText('This text has just been replaced', { exact: false }).waitFor();
  await page.getByText('The newer text.').waitFor();
  assert.equal(await page.getByLabel('First and last name').inputValue(), 'Gil');
  await page.reload();
  await page.getByText('The newer text.').waitFor();
  assert.equal(await page.getByLabel('First and last name').inputValue(), 'Gil');
  await draw(page);
  await button(page, 'Sign').click();
  await page.getByText('Signed. Thank you, Gil!').waitFor();
  assert.match(await submissions(`signer_name = 'Gil'`), /^Gil\|f/);
});

test('an answer that got lost is one signature; a link to nothing says so, in the reader’s language', async () => {
  const game = partOf(await book(resort, address(), [parts(resort, 50).game]), 'game');
  const { page } = await resort.phone(`/waiver/${resort.waiver}?booking=${game.booking_id}&name=Hal`);
  await page.getByLabel('Date of birth').fill('1990-05-05');
  await draw(page);
  let lost = 0;
  await page.route('**/rpc/submit_waiver', async (route) => {
    if (lost++ > 0) return route.continue();
    await answerOf(route);
    return route.abort('connectionreset');
  });
  await button(page, 'Sign').click();
  await page.getByText('There is no connection', { exact: false }).waitFor();
  await button(page, 'Sign').click();
  await page.getByText('Signed. Thank you, Hal!').waitFor();
  assert.equal((await submissions(`booking_id = '${game.booking_id}'`)).split('\n').length, 1);

  await page.context().addCookies([{ name: 'language', value: 'ar', url: resort.tenant.url }]);
  await page.goto(`${resort.tenant.url}/waiver/00000000-0000-4000-8000-000000000000`);
  await page.getByText('لا يوجد نص كهذا للتوقيع.').waitFor();
  await page.goto(`${resort.tenant.url}/waiver/${resort.waiver}`);
  await page.getByText('لغة', { exact: false }).first().waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
  assert.deepEqual(await barriers(page), []);
  await look(page, 'waiver-ar');
});
