// What a guest meets when the evening is not quite like the story: allergies, a closed house, the phone's own buttons, a bill to read, large letters.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { addDish, barriers, button, euros, joinAs, openHouse, openSheet, pressAll, readOtp, signIn, simpleDishes, startAs, until, untilFocused, view, type Dish, type House } from './support.ts';

let house: House;
let dishes: Dish[];
const CLOSED = `'{"mon": [], "tue": [], "wed": [], "thu": [], "fri": [], "sat": [], "sun": []}'`;

before(async () => {
  house = await openHouse();
  // The burger of a fresh tenant, with choices that change what is in it.
  await house.tenant.sql(`update modifiers set adds_allergens = '["fish"]' where name = 'Bacon'`);
  await house.tenant.sql(`update modifiers set removes_allergens = '["gluten"]' where name = 'No onions'`);
  await house.tenant.sql(`update menu_items set name = 'Crème brûlée' where name = 'Chocolate cake'`);
  dishes = await simpleDishes(house.tenant);
});
after(async () => {
  await house?.close();
});

/** Whatever sticks out sideways, and every label that does not fit its box. */
const cut = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const out: string[] = [];
    if (document.documentElement.scrollWidth > window.innerWidth) out.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const element of document.querySelectorAll<HTMLElement>('button, a, p, h1, h2, h3, label, li, span')) {
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1) continue; // not there, or for the ear only
      const style = getComputedStyle(element);
      // What is for the ear only, or scrolls by itself (the categories), is not cut.
      if (style.clipPath !== 'none' || style.clip !== 'auto' || element.closest('nav[aria-label="Categories"], [class*=skip]')) continue;
      if (box.right > window.innerWidth + 1 || box.left < -1) out.push(`outside: ${element.tagName} ${element.textContent?.slice(0, 40)}`);
      if (style.overflow === 'hidden' && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2) && style.webkitLineClamp === 'none') {
        out.push(`cut: ${element.tagName} ${element.textContent?.slice(0, 40)}`);
      }
    }
    return [...new Set(out)];
  });

test('what is in a dish follows the choices, up to the ticket', async () => {
  const { page } = await house.phone(`/t/${house.tables[0]}`);
  await startAs(page, 'Ada');
  await button(page, 'House burger').click();
  const sheet = page.getByRole('dialog');
  const contains = sheet.getByTestId('allergens');
  await contains.getByText('Contains gluten, milk, egg, and sesame').or(contains.getByText('Contains gluten, milk, egg and sesame')).waitFor();
  await sheet.getByLabel(/Bacon/).click();
  await sheet.getByLabel(/No onions/).click();
  await contains.getByText(/^Contains milk, egg, sesame,? and fish$/).waitFor();
  await sheet.getByLabel('Wishes for the kitchen').fill('I am coeliac, please');
  await sheet.getByRole('button', { name: /^Add for/ }).click();
  await view(page, 'Order').click();
  await page.getByText(/^Contains milk, egg, sesame,? and fish$/).waitFor();

  // Another choice for what is not sent yet.
  await button(page, 'Change House burger').click();
  await sheet.getByLabel(/No onions/).click();
  await sheet.getByRole('button', { name: /^Change it/ }).click();
  await page.getByText(/^Contains gluten, milk, egg, sesame,? and fish$/).waitFor();
  await page.getByRole('button', { name: /^Send to the kitchen/ }).click();
  await page.getByRole('article').first().waitFor();
  const { page: kitchen } = await house.desk('/kitchen');
  await signIn(kitchen, house.cook);
  await kitchen.getByText(/fish/).first().waitFor();
  await kitchen
    .getByText(/coeliac/i)
    .first()
    .waitFor();
});

test('the menu hides what must not be eaten and finds what is typed without accents, with a slip, by allergen', async () => {
  const restaurant = await house.tenant.sql('select id from restaurants limit 1');
  const { page } = await house.phone(`/menu/${restaurant}`);
  const search = page.getByLabel('Search the menu');
  for (const typed of ['creme brulee', 'CRÈME', 'bruleee']) {
    await search.fill(typed);
    await page.getByText('Crème brûlée', { exact: true }).waitFor();
    await page.getByText('Draught beer 0.4 l', { exact: true }).waitFor({ state: 'detached' });
  }
  await search.fill('mustard');
  await page.getByText('Green salad', { exact: true }).waitFor();
  await search.fill('');
  await page.getByText('Hide what I must not eat').click();
  await button(page, 'gluten').click();
  await page.getByText('Draught beer 0.4 l', { exact: true }).waitFor({ state: 'detached' });
  await page.getByText('choose it without').waitFor(); // the burger can be made without
  await page.reload();
  await page.getByText('Without gluten').waitFor(); // it holds on the next visit
  assert.equal(await page.getByText('Draught beer 0.4 l', { exact: true }).count(), 0);
});

test('a closed house can be read, not ordered from; who sits already is told', async () => {
  const { page: seated } = await house.phone(`/t/${house.tables[1]}`);
  await startAs(seated, 'Bob');
  await house.tenant.sql(`update restaurants set opening_hours = ${CLOSED}`);
  try {
    const { page } = await house.phone(`/t/${house.tables[2]}`);
    await page.getByText('We are closed right now.').waitFor();
    await page.getByText(dishes[0]!.name, { exact: true }).first().waitFor();
    assert.equal(await button(page, 'Start').count(), 0);
    await seated.reload();
    await seated.getByText('The kitchen takes no more orders from phones').waitFor();
    assert.equal(await button(seated, `Add ${dishes[0]!.name}`).count(), 0);
  } finally {
    await house.tenant.sql(`update restaurants set opening_hours = '{}'`);
  }
});

test('the last guest who leaves frees the table for the next', async () => {
  const { page } = await house.phone(`/t/${house.tables[3]}`);
  await startAs(page, 'Cy');
  const sheet = await openSheet(page, page.getByRole('button', { name: /^At the table/ }));
  await sheet.getByRole('button', { name: 'Leave the table' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave the table' }).click();
  await button(page, 'Start').waitFor();
  const { page: next } = await house.phone(`/t/${house.tables[3]}`);
  await startAs(next, 'Dee');
});

test('right after Start: the digits, a link to share, the waiter; the focus is on the page', async () => {
  const { page } = await house.phone(`/t/${house.tables[4]}`);
  await startAs(page, 'Eve');
  const digits = ((await page.getByTestId('otp-now').textContent()) ?? '').replace(/\D/g, '');
  assert.match(digits, /^\d{6}$/);
  await button(page, 'Share the link').waitFor();
  await untilFocused(page.locator('#content'));
  await button(page, 'The waiter').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Call a waiter' }).click();
  await page
    .getByRole('dialog')
    .getByText(/Nobody has seen it yet/)
    .waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'We need nobody any more' }).click();
  await until('the call is taken back', async () => (await house.tenant.sql('select count(*) from table_sessions where service_call is not null')) === '0');
  await page.getByRole('dialog').getByRole('button', { name: 'Call a waiter' }).click();
  await until('the call is there', async () => (await house.tenant.sql('select count(*) from table_sessions where service_call is not null')) === '1');
  const owner = await house.tenant.signIn();
  const { error } = await owner.rpc('answer_call', { p_session_id: await house.tenant.sql('select id from table_sessions where service_call is not null') });
  assert.equal(error, null);
  await page
    .getByText(/has seen your call and is coming/)
    .first()
    .waitFor();
});

test("the phone's Back closes the sheet, then the view, and only then leaves", async () => {
  const { page } = await house.phone('/');
  await page.goto(`${house.tenant.url}/t/${house.tables[5]}`);
  await startAs(page, 'Fay');
  await view(page, 'Bill').click();
  await page.getByRole('heading', { name: 'The bill' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'The bill' }).waitFor(); // the address knows the view
  await view(page, 'Menu').click();
  await button(page, dishes[0]!.name).click();
  await page.getByRole('dialog').waitFor();
  await page.goBack();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await button(page, `Add ${dishes[0]!.name}`).waitFor();
  // Closed by its own button, a sheet leaves nothing behind in the history.
  await button(page, dishes[0]!.name).click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.goBack();
  await page.getByRole('heading', { name: 'The bill' }).waitFor();
});

test('a bill to read: line by line, VAT by rate, split as it is in force, parts that are claimed, a receipt that stays', async () => {
  const [one, two] = dishes as [Dish, Dish];
  const { page: ada } = await house.phone(`/t/${house.tables[6]}`);
  await startAs(ada, 'Ada');
  const { page: bob } = await house.phone(`/t/${house.tables[6]}`);
  await joinAs(bob, 'Bob', await readOtp(ada));
  await addDish(ada, one);
  await addDish(bob, two);
  await view(ada, 'Order').click();
  // with Bob's dish in it Ada is asked once more
  await ada.getByRole('main').getByText(two.name).first().waitFor();
  await ada.getByRole('button', { name: /^Send to the kitchen/ }).click();
  await button(ada, 'Send it').click();
  await ada.getByRole('article').first().waitFor();

  // The dish that is ready is announced by its name.
  const { page: kitchen } = await house.desk('/kitchen');
  await signIn(kitchen, house.cook);
  await pressAll(kitchen, /^Start order/);
  await Promise.all([
    ada
      .getByText(/Your .* is coming\.|is ready and on its way\./)
      .first()
      .waitFor(),
    pressAll(kitchen, /^Order \S+ is ready$/),
  ]);

  await view(ada, 'Bill').click();
  const bill = ada.getByRole('list', { name: 'What is on it' });
  await bill.getByText(`1 × ${one.name}`).waitFor();
  await bill.getByText(euros(two.price)).waitFor();
  await ada.getByText(/^VAT /).first().waitFor();
  await button(ada, 'Ask for the bill').click();
  await ada.getByText('Now: one bill for all.').waitFor();
  // Bob was reading the menu: he stays there, and reads why nothing more can be added.
  await bob.getByText(/nothing more can be added/).waitFor();
  await bob.getByRole('navigation', { name: 'Categories' }).waitFor();
  await view(bob, 'Bill').click();

  // The waiter splits by item: the guests see what is in force.
  const owner = await house.tenant.signIn();
  const session = await house.tenant.sql(`select s.id from table_sessions s join restaurant_tables t on t.id = s.table_id where t.table_number = 7 and s.status = 'billed'`);
  const lines = (await house.tenant.sql(`select id from order_lines where session_id = '${session}' order by created_at`)).split('\n');
  const split = await owner.rpc('split_bill', {
    p_session_id: session,
    p_method: 'item',
    p_shares: [
      { label: 'First', lines: [lines[0]] },
      { label: 'Second', lines: [lines[1]] },
    ],
  });
  assert.equal(split.error, null);
  await ada.getByText('Now: by what each has had.').waitFor();
  await bob.getByText('The bill is split anew: by what each has had.').waitFor();

  // A guest who splits it otherwise is asked; then each takes a part.
  await ada.getByRole('button', { name: /^Split equally/ }).click();
  await button(ada, 'Split it so').click();
  await button(ada, 'Part 1 is mine').click();
  await ada.getByText('Your share').waitFor();
  await bob.getByText('Ada takes it').waitFor();
  await ada.getByText(/^You pay /).waitFor();
  const mine = await house.tenant.sql(`select id from bill_shares where session_id = '${session}' and customer_session_id is not null`);
  assert.equal((await owner.rpc('pay_bill_share', { p_share_id: mine })).error, null);
  await ada.getByText('Your part is paid. Thank you!').waitFor();
  assert.equal(await button(ada, 'Pay in cash').count(), 0, 'who has paid is not asked again');

  const rest = await house.tenant.sql(`select id from bill_shares where session_id = '${session}' and status = 'open'`);
  assert.equal((await owner.rpc('pay_bill_share', { p_share_id: rest })).error, null);
  await house.tenant.sql(`update kitchen_orders set status = 'ready' where session_id = '${session}' and status in ('pending', 'cooking')`);
  assert.equal((await owner.rpc('clear_session', { p_session_id: session })).error, null);
  await ada.getByText('Thank you!').waitFor({ timeout: 40_000 });
  await ada.getByRole('link', { name: 'Your receipt' }).click();
  await ada.waitForURL('**/r/*');
  await ada.getByText(`1 × ${one.name}`).waitFor();
  await ada.reload(); // and again, from nothing
  await ada
    .getByText(euros(one.price + two.price))
    .first()
    .waitFor();
  assert.deepEqual(await barriers(ada), []);
});

test('what sold out is taken off, the rest goes', async () => {
  const [one, two] = dishes as [Dish, Dish];
  const { page } = await house.phone(`/t/${house.tables[7]}`);
  await startAs(page, 'Hal');
  await addDish(page, one);
  await addDish(page, two);
  await house.tenant.sql(`update menu_items set is_available = false where id = '${one.id}'`);
  try {
    await view(page, 'Order').click();
    await button(page, 'Take it off and send the rest').click();
    await page.getByRole('article').first().getByText(`1 × ${two.name}`).waitFor();
    assert.equal(await page.getByRole('article').getByText(`1 × ${one.name}`).count(), 0);
  } finally {
    await house.tenant.sql(`update menu_items set is_available = true where id = '${one.id}'`);
  }
});

for (const dark of [false, true]) {
  test(`letters twice as large on a small phone, ${dark ? 'dark' : 'light'}: nothing is cut`, async () => {
    const { page } = await house.phone(`/t/${house.tables[8]}`, { dark });
    await page.setViewportSize({ width: 360, height: 740 });
    const large = (): Promise<unknown> => page.addStyleTag({ content: 'html { font-size: 200% !important; }' });
    await large();
    if (dark) await page.getByLabel('Six digits').waitFor();
    else {
      await startAs(page, 'Donaudampfschifffahrtsgesellschaftskapitänswitwenverein');
      assert.deepEqual(await cut(page), []);
      await button(page, 'House burger').click();
      const sheet = page.getByRole('dialog');
      await sheet.getByLabel('Wishes for the kitchen').fill('Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'.repeat(3));
      assert.deepEqual(await cut(page), []);
      await sheet.getByRole('button', { name: /^Add for/ }).click();
      await view(page, 'Order').click();
      await page.getByRole('button', { name: /^Send to the kitchen/ }).waitFor();
      assert.deepEqual(await cut(page), []);
      await view(page, 'Bill').click();
    }
    assert.deepEqual(await cut(page), []);
    assert.deepEqual(await barriers(page), []);
  });
}

test('from right to left nothing sticks out, and each phone reads prices in its own way', async () => {
  const { page } = await house.phone(`/t/${house.tables[9]}`);
  await startAs(page, 'Ida');
  await page.evaluate(() => (document.documentElement.dir = 'rtl'));
  assert.deepEqual(await cut(page), []);
  await addDish(page, dishes[0]!);
  await view(page, 'Order').click();
  await page.getByRole('button', { name: /^Send to the kitchen/ }).waitFor();
  assert.deepEqual(await cut(page), []);
  for (const [locale, price, language] of [
    ['de-DE', '6,50\u00a0€', 'de'],
    ['ja-JP', '€6.50', 'en'],
  ] as const) {
    const context = await house.browser.newContext({ locale, viewport: { width: 390, height: 844 } });
    const other = await context.newPage();
    await other.goto(`${house.tenant.url}/t/${house.tables[0]}`);
    await other.getByText(price).first().waitFor();
    assert.equal(await other.evaluate(() => document.documentElement.lang), language);
    await context.close();
  }
});

test('before any script has run the menu can be read, and unknown addresses say so with their status', async () => {
  const context = await house.browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const answer = await page.goto(`${house.tenant.url}/t/${house.tables[0]}`);
  assert.equal(answer?.status(), 200);
  await page.getByText(dishes[0]!.name, { exact: true }).waitFor();
  await page.getByText('€6.50').first().waitFor();
  assert.equal((await page.goto(`${house.tenant.url}/t/nosuchtable`))?.status(), 404);
  assert.equal((await page.goto(`${house.tenant.url}/what/is/this`))?.status(), 404);
  assert.equal((await page.goto(`${house.tenant.url}/kitchen`))?.status(), 200);
  await context.close();
  assert.match(await (await fetch(`${house.tenant.url}/robots.txt`)).text(), /Disallow: \/t\//);
  // What a house writes into its menu is text, in the page as in its data.
  await house.tenant.sql(`update menu_items set description = '</template><script>document.title = ''pwned''</script>' where id = '${dishes[0]!.id}'`);
  const { page: reader, complaints } = await house.phone(`/t/${house.tables[0]}`);
  await reader.getByText('</template><script>').first().waitFor();
  assert.deepEqual(complaints, []);
  await house.tenant.sql(`update menu_items set description = null where id = '${dishes[0]!.id}'`);
});
