// The evening in other languages: German, and Arabic from right to left. Words are looked up in the catalogues. SHOTS=folder keeps pictures.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { barriers, openHouse, simpleDishes, until, type Dish, type House } from './support.ts';

const texts = path.resolve(import.meta.dirname, '../../web/src/texts');
const catalogues = new Map<string, unknown>();

/** A text by its path ("table.start"), as far as its first parameter. */
function word(language: string, part: 'guest' | 'seated' | 'staff', at: string): string {
  const file = `${language}/${part}.json`;
  if (!catalogues.has(file)) catalogues.set(file, JSON.parse(readFileSync(path.join(texts, file), 'utf8')));
  let node: unknown = catalogues.get(file);
  for (const name of at.split('.')) node = Object.entries(node as object).find(([key]) => key === name || key.startsWith(`${name}(`))?.[1];
  assert.equal(typeof node, 'string', `${file} has ${at}`);
  return (node as string).split('{')[0]!.trim();
}

let house: House;
let dish: Dish;
before(async () => {
  house = await openHouse();
  [dish] = (await simpleDishes(house.tenant)) as [Dish];
});
after(async () => {
  await house?.close();
});

const shots = process.env['SHOTS'];
async function look(page: Page, name: string): Promise<void> {
  assert.deepEqual(await barriers(page), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${name}: nothing sticks out sideways`);
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

async function device(locale: string, where: string, options: Parameters<House['browser']['newContext']>[0] = {}): Promise<{ context: BrowserContext; page: Page }> {
  const context = await house.browser.newContext({ locale, timezoneId: 'Europe/Berlin', viewport: { width: 390, height: 844 }, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  await page.goto(house.tenant.url + where);
  return { context, page };
}

for (const [locale, table, colorScheme] of [
  ['de-AT', 0, 'light'],
  ['ar-EG', 1, 'dark'],
] as const) {
  const language = locale.slice(0, 2);
  const guest = (at: string): string => word(language, 'guest', at);
  const seated = (at: string): string => word(language, 'seated', at);
  const staff = (at: string): string => word(language, 'staff', at);

  test(`an evening in ${language}: from the code on the table to the thanks, in the kitchen and on the floor`, async () => {
    const { page, context } = await device(locale, `/t/${house.tables[table]}`, { colorScheme });
    const button = (name: string, where: Page = page) => where.getByRole('button', { name, exact: true });
    await page.getByLabel(guest('table.name')).fill('Ada');
    assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), [language, language === 'ar' ? 'rtl' : 'ltr']);
    await look(page, `${language}-welcome`);
    await button(guest('table.start')).click();
    const views = page.getByRole('navigation', { name: guest('table.views') });
    await views.waitFor();
    await look(page, `${language}-menu`);
    await page.getByRole('button', { name: language === 'de' ? `${dish.name} hinzufügen` : `أضف ${dish.name}`, exact: true }).click();
    await page.getByText(dish.name).first().waitFor();
    await views.getByRole('button', { name: guest('table.tabOrder') }).click();
    await look(page, `${language}-order`);
    await page.getByRole('button', { name: seated('order.sendFor') }).click();
    await page.getByRole('article').first().waitFor();

    const { page: kitchen, context: kitchenContext } = await device(locale, '/kitchen', { viewport: { width: 1440, height: 900 }, colorScheme });
    const signIn = async (where: Page, who: { email: string; password: string }): Promise<void> => {
      await where.getByLabel(staff('login.email')).fill(who.email);
      await where.getByLabel(staff('login.password'), { exact: true }).fill(who.password);
      await look(where, `${language}-login`);
      await button(staff('login.submit'), where).click();
    };
    await signIn(kitchen, house.cook);
    for (const step of ['pending', 'cooking', 'ready']) {
      // a dish that is done says so to screen readers, in the same word
      const next = kitchen
        .locator(`[data-column=${step}]`)
        .getByRole('button')
        .and(kitchen.getByText(staff(`kitchen.next.${step}`), { exact: true }));
      await next.waitFor();
      if (step === 'pending') await look(kitchen, `${language}-kitchen`);
      await kitchen.waitForTimeout(450); // two taps in a row are taken for one
      await next.click();
    }
    await kitchen.getByText(staff('kitchen.columnEmpty.ready')).waitFor();
    await kitchenContext.close();

    await views.getByRole('button', { name: guest('table.tabBill') }).click();
    await button(seated('bill.ask')).click();
    await button(seated('bill.payCash')).waitFor();
    await look(page, `${language}-bill`);
    await button(seated('bill.payCash')).click();

    const { page: floor, context: floorContext } = await device(locale, '/floor', { viewport: { width: 1440, height: 900 }, colorScheme });
    await signIn(floor, house.waiter);
    await floor.getByText(staff('floor.calls.pay_cash')).first().waitFor();
    await look(floor, `${language}-floor`);
    await floorContext.close();

    const owner = await house.tenant.signIn();
    const session = await house.tenant.sql(`select s.id from table_sessions s join restaurant_tables t on t.id = s.table_id where t.table_number = ${table + 1} and s.status = 'billed'`);
    const share = await house.tenant.sql(`select id from bill_shares where session_id = '${session}' and status = 'open'`);
    assert.equal((await owner.rpc('pay_bill_share', { p_share_id: share })).error, null);
    assert.equal((await owner.rpc('clear_session', { p_session_id: session })).error, null);
    await page.getByText(guest('table.overTitle'), { exact: true }).waitFor();
    await look(page, `${language}-thanks`);
    await page.getByRole('link', { name: guest('table.receipt') }).click();
    await page.waitForURL('**/r/*');
    await page.getByText(seated('bill.total'), { exact: true }).first().waitFor();
    await look(page, `${language}-receipt`);
    await context.close();
  });
}

test('the language is what the guest chose, else what the phone asks for, else the house’s; nothing of another one is loaded', async () => {
  const where = `/t/${house.tables[2]}`;
  const { page, context } = await device('ru-RU', where);
  const loaded: string[] = [];
  page.on('request', (request) => {
    if (/\/guest-/.test(request.url())) loaded.push(request.url());
  });
  await page.getByText(word('ru', 'guest', 'table.startTitle')).waitFor();
  await page.getByLabel(word('ru', 'guest', 'app.language')).selectOption('es');
  await page.getByText(word('es', 'guest', 'table.startTitle')).waitFor();
  assert.equal(new Set(loaded).size, 1, 'one catalogue came');
  await page.reload(); // and stays
  await page.getByText(word('es', 'guest', 'table.startTitle')).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'es');
  await context.close();

  // Nobody here speaks Japanese: the house's own language.
  await house.tenant.sql(`update organizations set locale = 'de-DE'`);
  const answer = async (headers: Record<string, string>, at = where): Promise<string> => {
    const html = await (await fetch(house.tenant.url + at, { headers })).text();
    return /<html lang="([a-z]+)"/.exec(html)?.[1] ?? '';
  };
  try {
    assert.equal(await answer({ 'accept-language': 'ja' }), 'de');
    assert.equal(await answer({ 'accept-language': 'ja' }, '/kitchen'), 'de');
    assert.equal(await answer({ 'accept-language': 'ja', cookie: 'language=ar' }), 'ar');
    assert.equal(await answer({ 'accept-language': 'ja, es-MX;q=0.5' }), 'es');
  } finally {
    await house.tenant.sql(`update organizations set locale = 'en'`);
  }
  assert.equal(await answer({ 'accept-language': 'ja' }), 'en');
});

test('letters twice as large on a small phone: German words wrap, nothing is cut', async () => {
  const { page, context } = await device('de-DE', `/t/${house.tables[3]}`, { viewport: { width: 360, height: 740 } });
  await page.getByLabel(word('de', 'guest', 'table.name')).fill('Ada');
  await page.addStyleTag({ content: 'html { font-size: 200% !important; }' });
  const cut = (): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, a, p, h1, h2, h3, label')].flatMap((element) => {
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        if (box.width <= 1 || style.clipPath !== 'none' || element.closest('nav, [class*=skip]')) return [];
        const isCut = box.right > window.innerWidth + 1 || box.left < -1 || (style.overflow === 'hidden' && element.scrollWidth > element.clientWidth + 1);
        return isCut ? [`${element.tagName} ${element.textContent?.slice(0, 40)}`] : [];
      }),
    );
  assert.deepEqual(await cut(), []);
  await page.getByRole('button', { name: word('de', 'guest', 'table.start'), exact: true }).click();
  const views = page.getByRole('navigation', { name: word('de', 'guest', 'table.views') });
  await views.waitFor();
  await until('the menu is whole', async () => (await page.getByText(dish.name).count()) > 0);
  assert.deepEqual(await cut(), []);
  for (const tab of ['tabOrder', 'tabBill']) {
    await views.getByRole('button', { name: word('de', 'guest', `table.${tab}`) }).click();
    assert.deepEqual(await cut(), []);
  }
  if (shots) await page.screenshot({ path: `${shots}/de-large.png` });
  await context.close();
});
