// Pages see what changes the moment it changes: pushed, not polled; and they lose nothing when the connection breaks.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { addDish, button, joinAs, openHouse, openSheet, pressAll, readOtp, signIn, simpleDishes, startAs, until, view, type Device, type Dish, type House } from './support.ts';
import { joins, pushes, timesLive } from './wire.ts';

let house: House;
let pizza: Dish;
let drink: Dish;
let rare: Dish;

before(async () => {
  // Any option: a daemon of our own, one of whose workers may die.
  house = await openHouse({ workers: '2' });
  [pizza, drink, rare] = (await simpleDishes(house.tenant)) as [Dish, Dish, Dish];
});
after(async () => {
  await house?.close();
});

const untilLive = ({ wire }: Device, topic: string, times = 1): Promise<void> => until(`${topic} is live`, async () => timesLive(wire, topic) >= times);

/** Two phones at a table, both live, both looking at the order. */
async function couple(table: number): Promise<{ ada: Device; bob: Device }> {
  const ada = await house.phone(`/t/${house.tables[table]}`);
  await startAs(ada.page, 'Ada');
  const otp = await readOtp(ada.page);
  const bob = await house.phone(`/t/${house.tables[table]}`);
  await joinAs(bob.page, 'Bob', otp);
  await bob.page.getByRole('navigation', { name: 'Views' }).waitFor();
  for (const device of [ada, bob]) await untilLive(device, 'session:');
  await view(ada.page, 'Order').click();
  return { ada, bob };
}

const seesLine = (page: Page, dish: Dish): Promise<void> => page.getByText(`1 × ${dish.name}`).waitFor();

/**
 * Watches what a page asks for while `work` is done: each request must have been pushed, but for those that a page makes
 * every `safetyS` seconds to be safe. A page that polls as it does without a connection asks many times as often.
 * `each`: how often a page asks for a change; twice for what the daemon keeps for a moment.
 */
async function onlyPushed({ page, wire }: Device, topic: string, call: string, safetyS: number, work: () => Promise<void>, each = 1): Promise<void> {
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().includes(`/rpc/${call}`)) asked++;
  });
  const pushedBefore = pushes(wire, topic).length;
  const began = Date.now();
  await work();
  const pushed = pushes(wire, topic).length - pushedBefore;
  const allowed = Math.ceil((Date.now() - began) / 1000 / safetyS);
  assert.ok(pushed > 0, 'changes were pushed');
  assert.ok(asked <= each * pushed + allowed, `${asked} requests for ${pushed} pushed changes`);
}

test('two phones at a table see each other pick, pushed and not polled', async () => {
  const { ada, bob } = await couple(0);
  await onlyPushed(ada, 'session:', 'get_session', 15, async () => {
    for (let lines = 1; lines <= 3; lines++) {
      await addDish(bob.page, pizza);
      await ada.page
        .getByText(`1 × ${pizza.name}`)
        .nth(lines - 1)
        .waitFor();
    }
    await ada.page.waitForTimeout(8_000); // nothing changes: a page that polled would ask four times
  });
  assert.deepEqual([...ada.complaints, ...bob.complaints], []);
  assert.equal(ada.wire.opened, 1, 'one connection for everything the page shows');
});

test('who is taken out, and whose table is cleared, hears of it at once', async () => {
  const { ada, bob } = await couple(4);
  const session = await house.tenant.sql(`select s.id from table_sessions s join restaurant_tables t on t.id = s.table_id where t.table_number = 5 and s.status = 'active'`);
  // A page that is not told finds out when it asks to be safe: each must be told before it asks.
  const told = async (device: Device, work: () => Promise<unknown>): Promise<void> => {
    const before = pushes(device.wire, 'session:').length;
    await work();
    await device.page.getByText('Thank you!').waitFor();
    assert.ok(pushes(device.wire, 'session:').length > before, 'it was pushed');
  };
  const owner = await house.tenant.signIn();
  const seat = await house.tenant.sql(`select id from session_customers where session_id = '${session}' and name = 'Bob'`);
  await told(bob, async () => assert.equal((await owner.rpc('remove_participant', { p_customer_session_id: seat })).error, null));
  await told(ada, async () => assert.equal((await owner.rpc('clear_session', { p_session_id: session })).error, null));
});

test('an order is in the kitchen at once, its steps on the phone, the call on the floor', async () => {
  const { ada } = await couple(1);
  const kitchen = await house.desk('/kitchen');
  await signIn(kitchen.page, house.cook);
  await untilLive(kitchen, 'kitchen:');
  const floor = await house.desk('/floor');
  await signIn(floor.page, house.waiter);
  await untilLive(floor, 'floor:');

  await onlyPushed(kitchen, 'kitchen:', 'get_kitchen_board', 60, async () => {
    await view(ada.page, 'Menu').click();
    await addDish(ada.page, drink);
    await view(ada.page, 'Order').click();
    await button(ada.page, /^Send to the kitchen/).click();
    await button(kitchen.page, /^Start order/)
      .first()
      .waitFor();
  });
  await onlyPushed(ada, 'session:', 'get_session', 15, async () => {
    await pressAll(kitchen.page, /^Start order/);
    await ada.page.locator('[data-step=cooking]').waitFor();
  });
  await onlyPushed(floor, 'floor:', 'get_floor', 60, async () => {
    const sheet = await openSheet(ada.page, button(ada.page, /^At the table/));
    await sheet.getByRole('button', { name: 'Call a waiter' }).click();
    await floor.page.locator('[data-state=calling]').waitFor();
  });
});

test('what sells out leaves the menus that are being read', async () => {
  const reader = await house.phone(`/menu/${await house.tenant.sql('select id from restaurants limit 1')}`);
  await untilLive(reader, 'menu:');
  await onlyPushed(
    reader,
    'menu:',
    'get_menu',
    60,
    async () => {
      await house.tenant.sql(`update menu_items set is_available = false where id = '${rare.id}'`);
      await reader.page.getByText('Sold out').waitFor();
      await house.tenant.sql(`update menu_items set is_available = true where id = '${rare.id}'`);
      await reader.page.getByText('Sold out').waitFor({ state: 'detached' });
    },
    2,
  );
});

test('a connection that was cut comes back and gets what it missed', async () => {
  const { ada, bob } = await couple(2);
  ada.wire.isBlocked = true;
  await ada.wire.cut(1001);
  await addDish(bob.page, pizza); // which nobody tells Ada's page of
  const before = pushes(ada.wire, 'session:').length;
  ada.wire.isBlocked = false;
  await untilLive(ada, 'session:', 2);
  await until('the missed change was replayed', async () => pushes(ada.wire, 'session:').length > before);
  await seesLine(ada.page, pizza);
  const [first, ...later] = joins(ada.wire, 'session:').map(({ payload }) => sinceOf(payload));
  assert.equal(first, undefined, 'the first join has missed nothing');
  assert.ok(later.at(-1), 'the last one says how far it had come');
});

function sinceOf(payload: Record<string, unknown>): unknown {
  const { config } = payload as { config: { postgres_changes: { since?: string }[] } };
  return config.postgres_changes[0]?.since;
}

test('a network that goes and comes: the page catches up and is live again', async () => {
  const { ada, bob } = await couple(4);
  await ada.context.setOffline(true);
  ada.wire.isBlocked = true;
  await ada.wire.cut(1001);
  await ada.page.getByTestId('away').waitFor();
  await addDish(bob.page, pizza);
  ada.wire.isBlocked = false;
  await ada.context.setOffline(false);
  await seesLine(ada.page, pizza);
  await ada.page.getByTestId('away').waitFor({ state: 'detached' });
  await untilLive(ada, 'session:', 2);
  const before = pushes(ada.wire, 'session:').length;
  await addDish(bob.page, drink);
  await seesLine(ada.page, drink);
  assert.ok(pushes(ada.wire, 'session:').length > before);
});

test('where no connection gets through, the page polls', async () => {
  const { ada, bob } = await couple(5);
  ada.wire.isBlocked = true;
  await ada.wire.cut(1001);
  await addDish(bob.page, pizza);
  await seesLine(ada.page, pizza);
  await addDish(bob.page, drink);
  await seesLine(ada.page, drink);
});

/** Web workers of the daemon, by the name each gave itself. */
function webWorkers(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return Number(parent) === house.daemon.pid && stat.includes('(web-');
      } catch {
        return false; // it has just ended
      }
    });
}

test('workers that are told to go send their pages to the next ones', async () => {
  const { ada, bob } = await couple(3);
  for (const pid of webWorkers()) process.kill(pid, 'SIGTERM');
  await untilLive(ada, 'session:', 2);
  assert.deepEqual(ada.wire.closed, [1012], 'it was told: a restart');
  await addDish(bob.page, pizza);
  await seesLine(ada.page, pizza);
});

test('workers that die take nothing along: the pages come back by themselves, and nothing is lost', async () => {
  const { ada, bob } = await couple(6);
  const victims = webWorkers();
  assert.equal(victims.length, 2);
  await button(bob.page, `Add ${drink.name}`).click(); // on its way, perhaps
  for (const pid of victims) process.kill(pid, 'SIGKILL');
  await button(bob.page, `Add ${pizza.name}`).click();
  await untilLive(ada, 'session:', 2);
  for (const dish of [drink, pizza]) await seesLine(ada.page, dish);
  await untilLive(bob, 'session:', 2);
  const before = pushes(ada.wire, 'session:').length;
  await addDish(bob.page, pizza);
  await until('a change is pushed again', async () => pushes(ada.wire, 'session:').length > before);
  const lines = await house.tenant.sql(`select l.name, sum(l.quantity) from order_lines l join table_sessions s on s.id = l.session_id
    join restaurant_tables t on t.id = s.table_id where t.table_number = 7 group by l.name order by sum(l.quantity)`);
  assert.equal(lines, `${drink.name}|1\n${pizza.name}|2`);
});
