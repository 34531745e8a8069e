// A rush: thirty orders at once on the kitchen's wall screen, and bells that are heard. SHOTS=folder keeps pictures.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { button, openHouse, signIn, until, type House } from './support.ts';

let house: House;

before(async () => {
  house = await openHouse();
});
after(async () => {
  await house?.close();
});

const shots = process.env['SHOTS'];
async function shot(page: Page, name: string): Promise<void> {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

/** Orders of three or four dishes, as a full house sends them, two of each dish on lines of their own. */
async function orders(count: number): Promise<void> {
  await house.tenant.sql(`
    do $$
    declare
      v_staff uuid := (select id from users where role = 'owner' limit 1);
      v_table record;
      v_items jsonb;
      v_session uuid;
    begin
      perform set_config('request.jwt.claims', jsonb_build_object('sub', v_staff, 'role', 'authenticated', 'tenant', current_schema(), 'app_role', 'owner',
        'organization_id', (select id from organizations limit 1))::text, true);
      for i in 1 .. ${count} loop
        select id into v_table from restaurant_tables order by table_number offset i % (select count(*) from restaurant_tables) limit 1;
        select id into v_session from table_sessions where table_id = v_table.id and status = 'active';
        if v_session is null then
          v_session := (api.seat_party(p_table_id => v_table.id, p_party_size => 2) -> 'session' ->> 'id')::uuid;
        end if;
        select jsonb_agg(jsonb_build_object('menu_item_id', id, 'quantity', 1)) into v_items
        from (select m.id from menu_items m, generate_series(1, 2)
              where m.is_available and not exists (select from menu_item_modifier_groups g where g.menu_item_id = m.id)
              order by md5(m.id::text || i), m.id limit 6) picked;
        perform api.place_order(p_session_id => v_session, p_items => v_items);
      end loop;
    end $$`);
}

test('thirty orders at once: twenty tickets are seen on the wall, each lane scrolls on its own', async () => {
  const { page, complaints } = await house.desk('/kitchen', { dark: true });
  await page.setViewportSize({ width: 1920, height: 1080 });
  await signIn(page, house.cook);
  await page.getByText('No new tickets').waitFor();
  await orders(30);
  const tickets = page.getByRole('article');
  const sent = Number(await house.tenant.sql(`select count(*) from kitchen_orders where status = 'pending'`));
  await until('all tickets are there', async () => (await tickets.count()) === sent);
  await shot(page, 'kitchen-rush-dark');
  const seen = await tickets.evaluateAll(
    (cards) =>
      cards.filter((card) => {
        const box = card.getBoundingClientRect();
        return box.top >= 0 && box.bottom <= window.innerHeight && box.left >= 0 && box.right <= window.innerWidth;
      }).length,
  );
  assert.ok(seen >= 20, `${seen} of ${sent} tickets are seen whole`);
  assert.equal(await page.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight), true, 'the page itself does not scroll');
  assert.match(await page.getByRole('button', { name: /more below$/ }).innerText(), /^\d+ more below$/);
  // The lane of new ones is scrolled; the one beside it stays.
  await page
    .getByRole('button', { name: /^Start order/ })
    .first()
    .click();
  await page
    .getByRole('button', { name: /is ready$/ })
    .first()
    .waitFor();
  await page.locator('[data-column="pending"] [role="group"]').evaluate((lane) => {
    lane.scrollTop = lane.scrollHeight;
  });
  assert.equal(
    await page
      .getByRole('button', { name: /is ready$/ })
      .first()
      .isVisible(),
    true,
  );
  assert.equal(await page.locator('[data-column="cooking"] [role="group"]').evaluate((lane) => lane.scrollTop), 0);
  // Lines made the same way are one.
  const doubled = await house.tenant.sql(`select i.name from kitchen_order_items i group by kitchen_order_id, name having count(*) = 2 limit 1`);
  assert.match(await tickets.filter({ hasText: doubled }).first().innerText(), new RegExp(`2\\s*${doubled}`));
  // Whole orders, for the pass.
  const stations = Number(await house.tenant.sql('select count(distinct station) from kitchen_orders'));
  if (stations > 1) {
    await page.getByText('Whole orders', { exact: true }).click();
    await until('one card an order', async () => (await tickets.count()) === 30);
    await shot(page, 'kitchen-orders-dark');
    await page.getByText('Whole orders', { exact: true }).click();
  }
  await house.tenant.sql(`update kitchen_orders set created_at = now() - interval '20 minutes', target_at = now() - interval '9 minutes' where status = 'pending' and order_number like '%3'`);
  await page.reload();
  await page
    .getByText(/^(Late|Very late)$/)
    .first()
    .waitFor();
  await shot(page, 'kitchen-late-dark');
  assert.deepEqual(complaints, []);
});

test('after a reload nobody has touched the screen: it says that the bell is silent; once touched it rings until it is answered', async () => {
  const { page, context } = await house.desk('/kitchen');
  await signIn(page, house.cook);
  await page.getByRole('article').first().waitFor();
  await context.addInitScript(() => {
    // A browser that lets no page sound by itself; not every one is that strict after a reload.
    const Context = AudioContext;
    window.AudioContext = class extends Context {
      constructor() {
        super();
        void this.suspend();
      }
    };
    const make = AudioContext.prototype.createOscillator;
    (window as unknown as { tones: number }).tones = 0;
    AudioContext.prototype.createOscillator = function tone() {
      (window as unknown as { tones: number }).tones++;
      return make.call(this);
    };
  });
  await page.reload();
  const bar = button(page, 'The bell is silent until you touch the screen. Tap here to hear it.');
  await bar.waitFor();
  await shot(page, 'kitchen-silent-light');
  await bar.click();
  await bar.waitFor({ state: 'detached' });
  const tones = (): Promise<number> => page.evaluate(() => (window as unknown as { tones: number }).tones);
  const before = await tones();
  await orders(1);
  await until('it rings', async () => (await tones()) > before);
  const once = await tones();
  await until('it rings again, since nobody answered', async () => (await tones()) > once);
  await page.mouse.click(5, 5);
  const answered = await tones();
  await new Promise((resolve) => setTimeout(resolve, 9_000));
  assert.equal(await tones(), answered, 'it is quiet once somebody has touched the screen');
});
