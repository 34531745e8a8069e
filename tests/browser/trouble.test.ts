// When things do not go smoothly: sold out, wrong digits, a lost network, a cleared table, nonsense in the address.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addDish, answerOf, button, joinAs, openHouse, readOtp, signIn, simpleDishes, startAs, view, type Dish, type House } from './support.ts';

let house: House;
let dishes: Dish[];

before(async () => {
  house = await openHouse();
  dishes = await simpleDishes(house.tenant);
});
after(async () => {
  await house?.close();
});

const drafts = (table: number) =>
  house.tenant.sql(`
  select coalesce(string_agg(l.name || ' ' || l.quantity, ', ' order by l.created_at), '')
  from order_lines l join table_sessions s on s.id = l.session_id join restaurant_tables t on t.id = s.table_id
  where t.table_number = ${table} and l.status = 'draft' and l.deleted_at is null`);

test('a dish that sells out leaves the menu of a guest who is looking at it, and comes back', async () => {
  const [dish] = dishes as [Dish];
  const { page: guest } = await house.phone(`/t/${house.tables[0]}`);
  await startAs(guest, 'Ada');
  await button(guest, `Add ${dish.name}`).waitFor();
  const { page: kitchen } = await house.desk('/kitchen');
  await signIn(kitchen, house.cook);
  await kitchen.getByRole('button', { name: /^Sold out/ }).click();
  const toggle = kitchen.getByRole('switch', { name: `${dish.name} is sold out` });
  await toggle.click();
  await button(guest, `Add ${dish.name}`).waitFor({ state: 'detached', timeout: 40_000 });
  await guest.getByText('Sold out').first().waitFor();
  await toggle.click();
  await button(guest, `Add ${dish.name}`).waitFor({ timeout: 40_000 });
});

test('what sells out between picking and sending is named, and nothing is sent', async () => {
  const [, dish, other] = dishes as [Dish, Dish, Dish];
  const { page } = await house.phone(`/t/${house.tables[1]}`);
  await startAs(page, 'Ada');
  await addDish(page, dish);
  await addDish(page, other);
  await house.tenant.sql(`update menu_items set is_available = false where id = '${dish.id}'`);
  await view(page, 'Order').click();
  await page.getByRole('button', { name: /^Send to the kitchen/ }).click();
  await page.getByText(`Sold out by now: ${dish.name}.`).waitFor();
  assert.equal(await drafts(2), `${dish.name} 1, ${other.name} 1`);
  // Taken off the list, the rest goes.
  await button(page, `One less ${dish.name}`).click();
  await page.getByText(dish.name, { exact: true }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Send to the kitchen/ }).click();
  await page.getByRole('article').first().waitFor();
  assert.equal(await drafts(2), '');
});

test('wrong digits: said so, counted, and after five nobody may try for a while', async () => {
  const { page: ada } = await house.phone(`/t/${house.tables[2]}`);
  await startAs(ada, 'Ada');
  const otp = await readOtp(ada);
  const { page: eve } = await house.phone(`/t/${house.tables[2]}`);
  const wrong = otp === '000000' ? '000001' : '000000';
  await joinAs(eve, 'Eve', '123');
  await eve.getByText('Enter all six digits.').waitFor();
  for (let left = 4; left >= 1; left--) {
    await joinAs(eve, 'Eve', wrong);
    await eve.getByText(new RegExp(`${left} (try|tries) left`)).waitFor();
  }
  assert.equal(await eve.getByLabel('Six digits').getAttribute('aria-invalid'), 'true');
  await joinAs(eve, 'Eve', wrong);
  await eve.getByText(/not the right digits|Too many tries/).waitFor();
  await joinAs(eve, 'Eve', otp);
  await eve.getByText(/Too many tries\. Wait \d+ seconds?/).waitFor();
  assert.equal(await house.tenant.sql(`select count(*) from session_customers where name = 'Eve'`), '0');
});

test('the network blinks: what was tapped meanwhile goes out once, in order', async () => {
  const [dish, , other] = dishes as [Dish, Dish, Dish];
  const { page, context } = await house.phone(`/t/${house.tables[3]}`);
  await startAs(page, 'Ada');
  await context.setOffline(true);
  await button(page, `Add ${dish.name}`).click();
  await button(page, `Add ${dish.name}`).click();
  await button(page, `Add ${other.name}`).click();
  await page
    .getByTestId('away')
    .getByText(/kept here and sent/)
    .waitFor();
  await view(page, 'Order').click();
  await page
    .getByText(/Waiting to be sent/)
    .first()
    .waitFor();
  assert.equal(await drafts(4), '');

  await context.setOffline(false);
  await page.getByTestId('away').waitFor({ state: 'detached', timeout: 30_000 });
  await page
    .getByText(/Waiting to be sent/)
    .first()
    .waitFor({ state: 'detached' });
  assert.equal(await drafts(4), `${dish.name} 2, ${other.name} 1`);
});

test('an answer that got lost on the way does not order twice', async () => {
  const [dish] = dishes as [Dish];
  const { page } = await house.phone(`/t/${house.tables[4]}`);
  await startAs(page, 'Ada');
  let lost = 0;
  await page.route('**/rpc/add_order_line', async (route) => {
    if (lost++ > 0) return route.continue();
    // The daemon does it …
    await answerOf(route);
    await route.abort(); // … and the phone never hears of it.
  });
  const answered = page.waitForResponse((response) => response.url().endsWith('/rpc/add_order_line') && response.ok());
  await button(page, `Add ${dish.name}`).click();
  await answered;
  assert.ok(lost >= 2, 'it was sent again');
  assert.equal(await drafts(5), `${dish.name} 1`);
});

test('a page that is closed while the network is away sends when it is opened again', async () => {
  const [dish] = dishes as [Dish];
  const { page, context } = await house.phone(`/t/${house.tables[5]}`);
  await startAs(page, 'Ada');
  await page.route('**/rest/v1/**', (route) => route.abort());
  await button(page, `Add ${dish.name}`).click();
  await page.getByTestId('away').waitFor();
  await page.close();
  const again = await context.newPage();
  await again.goto(`${house.tenant.url}/t/${house.tables[5]}`);
  await view(again, 'Order').click();
  await again.getByText(dish.name, { exact: true }).waitFor();
  await again.waitForFunction(() => localStorage.length > 0 && !Object.keys(localStorage).some((key) => key.startsWith('maitred.outbox')));
  assert.equal(await drafts(6), `${dish.name} 1`);
});

test('a table cleared under a guest: goodbye, and the old pass opens nothing', async () => {
  const { page } = await house.phone(`/t/${house.tables[6]}`);
  await startAs(page, 'Ada');
  const pass = await page.evaluate(() => Object.entries(localStorage).find(([key]) => key.startsWith('maitred.pass.'))?.[1] ?? '{}');
  const { token } = JSON.parse(pass) as { token: string };
  const owner = await house.tenant.signIn();
  const id = await house.tenant.sql(`select s.id from table_sessions s join restaurant_tables t on t.id = s.table_id where t.table_number = 7 and s.status = 'active'`);
  const { error } = await owner.rpc('clear_session', { p_session_id: id });
  assert.equal(error, null);
  await page.getByText('Thank you!').waitFor({ timeout: 40_000 });
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('maitred.pass.'))), []);
  const replay = await fetch(`${house.tenant.url}/rest/v1/rpc/get_session`, { headers: { apikey: house.tenant.anonKey, authorization: `Bearer ${token}` } });
  assert.ok([401, 410].includes(replay.status), String(replay.status));
});

test('staff pages are for the staff: a wrong password opens nothing, signing out closes', async () => {
  const { page } = await house.desk('/kitchen');
  await page.waitForURL('**/login?next=*');
  await signIn(page, { ...house.cook, password: 'not the password' });
  await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
  await signIn(page, house.cook);
  await page.waitForURL('**/kitchen');
  await page.getByText('No new tickets').or(page.getByRole('article').first()).first().waitFor();
  await page.getByRole('button', { name: /^Signed in as/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL('**/login?next=*');
  await page.goto(`${house.tenant.url}/floor`);
  await page.getByLabel('E-mail').waitFor();
});

test('addresses that lead nowhere say so', async () => {
  const { page } = await house.phone('/t/nosuchtable');
  await page.getByText('There is no such table.').waitFor();
  await page.goto(`${house.tenant.url}/what/is/this`);
  await page.getByText('There is nothing here').waitFor();
});
