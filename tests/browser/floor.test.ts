// A waiter's evening on the floor page: what is ready and for whom, money in every way, parties at the door. SHOTS=folder keeps pictures.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { button, closeSheet, openHouse, orderAt, signIn, simpleDishes, until, type Dish, type House } from './support.ts';

let house: House;
let dishes: Dish[];

before(async () => {
  house = await openHouse();
  dishes = await simpleDishes(house.tenant);
});
after(async () => {
  await house?.close();
});

const shots = process.env['SHOTS'];
async function shot(page: Page, name: string): Promise<void> {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}
const euros = (minor: number): string => `€${(minor / 100).toFixed(2)}`;

test('a dish that is ready says where it goes, and one tap says that it is there', async () => {
  const [dish] = dishes as [Dish];
  await orderAt(house, 3, dish);
  const { page } = await house.phone('/floor');
  await signIn(page, house.waiter);
  await page.getByRole('button', { name: /^3/ }).waitFor();
  assert.equal(await page.getByText('Ready to carry').count(), 0);
  const cook = await house.tenant.signIn(house.cook.email, house.cook.password);
  const ticket = await house.tenant.sql(`select k.id from kitchen_orders k join restaurant_tables t on t.id = k.table_id where t.table_number = 3`);
  for (const step of ['start_kitchen_order', 'ready_kitchen_order']) assert.equal((await cook.rpc(step, { p_kitchen_order_id: ticket })).error, null);
  await page.getByText('Ready to carry').waitFor();
  await shot(page, 'floor-carry-phone');
  await page.getByRole('button', { name: /^3/ }).click();
  await page.getByRole('tab', { name: 'Orders' }).click();
  await page.getByRole('listitem').filter({ hasText: dish.name }).getByText('Ready', { exact: true }).waitFor();
  await closeSheet(page);
  await page.getByRole('button', { name: /is served: Table 3$/ }).click();
  await page.getByText('Ready to carry').waitFor({ state: 'detached' });
  await until('the kitchen has it served', async () => (await house.tenant.sql(`select status from kitchen_orders where id = '${ticket}'`)) === 'completed');
});

test('a bill is split by sums and paid by card with a tip, and in cash with the change as one', async () => {
  const [, dish] = dishes as [Dish, Dish];
  await orderAt(house, 5, dish);
  const { page, complaints } = await house.desk('/floor');
  await signIn(page, house.waiter);
  await page.getByRole('button', { name: /^5/ }).click();
  await page.getByRole('tab', { name: 'Bill' }).click();
  await button(page, 'Bill the table').click();
  await page.getByText('Sums', { exact: true }).click();
  const first = 100;
  await page.getByLabel('Share 1').fill('999');
  await page.getByText(`That is ${euros(99_900 - dish.price)} more than what is due.`).waitFor();
  assert.equal(await button(page, 'Split it').isDisabled(), true);
  await page.getByLabel('Share 1').fill(String(first / 100));
  await page.getByText(`${euros(dish.price - first)} stays for the rest.`).waitFor();
  await shot(page, 'floor-split-sums');
  await button(page, 'Split it').click();
  await button(page, 'Take money for Share 1').click();
  await page.getByRole('dialog').getByText('Card', { exact: true }).click();
  await page.getByLabel('Tip').fill('0.50');
  await shot(page, 'floor-pay-card');
  await button(page, `${euros(first + 50)} was paid by card`).click();
  await button(page, 'Take money for Share 1').waitFor({ state: 'detached' });
  await button(page, 'Take money for Rest').click();
  await page.getByLabel('Received').fill(String((dish.price - first + 200) / 100));
  await page.getByText(/^Keeps nothing back: €2.00 tip$/).click();
  await button(page, `Take ${euros(dish.price - first + 200)}`).click();
  await until(
    'both payments are booked',
    async () =>
      (await house.tenant.sql(`
    select string_agg(concat_ws(' ', method, (amount * 100)::int, (tip_amount * 100)::int), ', ' order by created_at) from payments`)) ===
      `card ${first + 50} 50, cash ${dish.price - first + 200} 200`,
  );
  await page.getByText('Everything is paid', { exact: false }).waitFor();
  assert.deepEqual(complaints, []);
});

test('parties at the door and on the telephone are written in, told, seated and let go', async () => {
  const { page, complaints } = await house.desk('/floor');
  await signIn(page, house.waiter);
  await button(page, 'Add to the waiting list').click();
  await page.getByLabel('Name').fill('Grace Hopper');
  await button(page, 'Save').click();
  await page.getByText('Grace Hopper, 2 guests').waitFor();
  await button(page, 'Tell Grace Hopper that the table is ready').click();
  await page.getByText('was told', { exact: false }).waitFor();
  await shot(page, 'floor-door');
  await page.getByRole('combobox', { name: 'Table for Grace Hopper' }).click();
  await page.getByRole('option', { name: /^Table 7/ }).click();
  await button(page, 'Seat Grace Hopper').click();
  await page.getByText('Grace Hopper, 2 guests').waitFor({ state: 'detached' });
  await until(
    'they sit at table 7',
    async () => (await house.tenant.sql(`select count(*) from table_sessions s join restaurant_tables t on t.id = s.table_id where t.table_number = 7 and s.status = 'active'`)) === '1',
  );
  await page.getByRole('button', { name: /^7/ }).click();
  await page.getByRole('tab', { name: 'Guests' }).click();
  await button(page, 'New digits').click();
  await page.getByText('The old ones stop working.', { exact: false }).waitFor();
  await page.getByRole('dialog', { name: 'Make new digits?' }).getByRole('button', { name: 'Back' }).click();
  await closeSheet(page);
  assert.deepEqual(complaints, []);
});

test('a house without a restaurant, and a person who works elsewhere, are told so in words', async () => {
  const { page } = await house.desk('/floor');
  await signIn(page, house.cook);
  await page.getByText('This page is not for the account of', { exact: false }).waitFor();
  await page.getByRole('link', { name: 'Kitchen' }).click();
  await page.getByText('Nothing is waiting').waitFor();
});
