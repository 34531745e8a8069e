// The evening at a table, on two phones, a tablet in the kitchen and the waiter's phone, with a real daemon in between.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addDish, button, euros, joinAs, openHouse, pressAll, readOtp, signIn, simpleDishes, startAs, view, type Device, type Dish, type House } from './support.ts';

let house: House;
let dishes: Dish[];

before(async () => {
  house = await openHouse();
  dishes = await simpleDishes(house.tenant);
});
after(async () => {
  await house?.close();
});

test('from scanning the code to a free table', async (t) => {
  const [pizza, drink] = dishes as [Dish, Dish];
  const total = pizza.price + drink.price;
  const devices: Device[] = [];
  const use = async (opened: Promise<Device>): Promise<Device> => {
    const device = await opened;
    devices.push(device);
    return device;
  };

  // The start page says which tables there are.
  const { page: ada } = await use(house.phone('/'));
  await t.test('Ada finds her table on the start page and starts', async () => {
    await ada.getByRole('link', { name: 'Table 1', exact: true }).click();
    await ada.waitForURL(`**/t/${house.tables[0]}`);
    await startAs(ada, 'Ada');
  });

  const otp = await readOtp(ada);
  assert.match(otp, /^\d{6}$/);

  const { page: bob } = await use(house.phone(`/t/${house.tables[0]}`));
  await t.test('Bob joins with the digits; each sees what the other picks', async () => {
    await joinAs(bob, 'Bob', otp);
    await addDish(ada, pizza);
    await addDish(bob, drink);
    await view(ada, 'Order').click();
    await ada.getByText(`1 × ${drink.name}`).waitFor();
    await view(bob, 'Order').click();
    await bob.getByText(`1 × ${pizza.name}`).waitFor();
    assert.equal(await button(bob, `One more ${pizza.name}`).count(), 0, "Ada's line is Ada's");
  });

  await t.test('one of them sends it all, after looking at what goes', async () => {
    await button(ada, `Send to the kitchen · ${euros(total)}`).click();
    await ada.getByRole('dialog').getByText(euros(drink.price)).waitFor();
    await button(ada, 'Send it').click();
    const sent = ada.getByRole('article').first();
    await sent.getByText('Sent', { exact: true }).waitFor();
    await sent.getByText(euros(total)).waitFor();
    await bob.getByRole('article').first().waitFor();
  });

  const { page: kitchen } = await use(house.desk('/kitchen'));
  await t.test('the kitchen sees it, starts it, and both phones see that', async () => {
    await signIn(kitchen, house.cook);
    await kitchen.getByText(pizza.name).first().waitFor();
    await pressAll(kitchen, /^Start order/);
    for (const phone of [ada, bob]) await phone.locator('[data-step=cooking]').waitFor();
  });

  await t.test('a reload of the kitchen loses nothing', async () => {
    await kitchen.reload();
    await kitchen
      .getByRole('button', { name: /is ready$/ })
      .first()
      .waitFor();
  });

  await t.test('ready, one step back, ready, served: the phones follow', async () => {
    await pressAll(kitchen, /^Order \S+ is ready$/);
    await ada.locator('[data-step=ready]').waitFor();
    await kitchen
      .getByRole('button', { name: /one step back$/ })
      .first()
      .click();
    await ada.locator('[data-step=cooking]').waitFor();
    await pressAll(kitchen, /^Order \S+ is ready$/);
    await ada.locator('[data-step=ready]').waitFor();
    await pressAll(kitchen, /^Order \S+ is served$/);
    for (const phone of [ada, bob]) await phone.locator('[data-step=served]').waitFor();
  });

  await t.test('the bill is asked for and split by guest, to the cent', async () => {
    await view(ada, 'Bill').click();
    await button(ada, 'Ask for the bill').click();
    await ada.getByRole('button', { name: /^Everybody pays their own/ }).click();
    await ada.getByText('Your share').waitFor();
    await view(bob, 'Bill').click(); // he was told, and goes there himself
    await bob.getByText('Your share').waitFor();
    const shares = (await house.tenant.sql('select amount from bill_shares order by position')).split('\n').map(Number);
    assert.deepEqual(
      [...shares].sort((a, b) => a - b),
      [pizza.price, drink.price].sort((a, b) => a - b),
    );
    await button(bob, 'Pay in cash').click();
    await bob.getByText('You want to pay in cash.').waitFor();
  });

  const { page: floor } = await use(house.phone('/floor'));
  await t.test('the waiter takes the cash, share by share, and cannot clear before', async () => {
    await signIn(floor, house.waiter);
    await floor.getByRole('button', { name: /Pays in cash/ }).click();
    await button(floor, 'I am on it').click();
    await floor.getByRole('tab', { name: 'Bill' }).click();
    await button(floor, 'Take money for Ada').click();
    await floor.getByLabel('Received').fill('100');
    await floor.getByText(euros(10_000 - pizza.price), { exact: true }).waitFor(); // the change
    await button(floor, `Take ${euros(pizza.price)}`).click();
    await button(floor, 'Take money for Ada').waitFor({ state: 'detached' });
    await button(floor, 'Clear the table').click();
    await floor.getByText(`${euros(drink.price)} has not been paid yet.`).waitFor();
    await button(floor, 'Take money for Bob').click();
    await button(floor, `Take ${euros(drink.price)}`).click();
    await ada.getByText('Everything is paid. Thank you!').waitFor();
  });

  await t.test('the table is cleared: the phones say goodbye, the old digits open nothing', async () => {
    await button(floor, 'Clear the table').click();
    for (const phone of [ada, bob]) await phone.getByText('Thank you!').waitFor({ timeout: 40_000 });
    const { page: eve } = await use(house.phone(`/t/${house.tables[0]}#otp=${otp}`));
    await button(eve, 'Start').waitFor();
    assert.equal(await eve.getByLabel('Six digits').count(), 0);
    await startAs(eve, 'Eve');
    assert.notEqual(await readOtp(eve), otp);
  });

  await t.test('nothing was booked twice and no page complained', async () => {
    assert.equal(await house.tenant.sql(`select sum(paid_amount) from bill_shares`), String(total));
    assert.equal(await house.tenant.sql(`select count(*) from orders`), '1');
    assert.deepEqual(
      devices.flatMap((device) => device.complaints),
      [],
    );
  });
});

test('the waiter seats guests, orders for them and splits by item', async () => {
  const [first, second] = dishes as [Dish, Dish];
  const { page, complaints } = await house.phone('/login?next=/floor');
  await signIn(page, house.waiter);
  await page.getByRole('button', { name: /^2/ }).first().click();
  await button(page, 'Seat them').click();
  await page.getByRole('img', { name: /opens this table/ }).waitFor(); // digits and code for the guests

  await page.getByRole('tab', { name: 'Add' }).click();
  await addDish(page, first);
  await addDish(page, second);
  await button(page, `Send · ${euros(first.price + second.price)}`).click();
  await page.getByText('Sent to the kitchen.').waitFor();

  await page.getByRole('tab', { name: 'Bill' }).click();
  await button(page, 'Bill the table').click();
  await page.getByText('Items', { exact: true }).click();
  const line = page.getByRole('group', { name: `${first.name} goes to` });
  await line.getByText('Share 1').click();
  const other = page.getByRole('group', { name: `${second.name} goes to` });
  for (const share of ['Share 1', 'Share 2']) await other.getByText(share).click();
  await button(page, 'Split it').click();
  await button(page, 'Take money for Share 1').waitFor();

  const half = Math.floor(second.price / 2);
  const shares = (
    await house.tenant.sql(`select s.amount from bill_shares s join table_sessions x on x.id = s.session_id
    join restaurant_tables t on t.id = x.table_id where t.table_number = 2 order by s.position`)
  )
    .split('\n')
    .map(Number);
  assert.equal(shares.length, 2);
  assert.equal(
    shares.reduce((sum, amount) => sum + amount, 0),
    first.price + second.price,
  );
  assert.ok(Math.abs((shares[1] ?? 0) - half) <= 1, `the shared dish is halved: ${shares.join()}`);
  assert.deepEqual(complaints, []);
});
