// What does a new ticket cost the kitchen's page? Each board is filled, then gets orders one by one; the browser says how long its main thread
// worked (Performance.getMetrics, processor time, not the wall's). Prints a Markdown table and the ratio. Run by kitchen_board.sh:
//   kitchen_board.ts TICKETS NAME=PORT=DATA_DIR …
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

/* So many more tickets are counted, and the page is left alone for as long beside them. */
const MORE = 20;
const EVERY_MS = 1_000;

const orders = (count: number): string => `
  set search_path = tenant_board, api, app, public;
  do $$
  declare v_table record; v_session uuid; v_item uuid;
  begin
    perform set_config('request.jwt.claims', jsonb_build_object('sub', (select id from users where role = 'owner' limit 1), 'role', 'authenticated',
      'tenant', 'tenant_board', 'app_role', 'owner', 'organization_id', (select id from organizations limit 1))::text, true);
    select m.id into v_item from menu_items m where m.is_available and m.station = 'kitchen'
      and not exists (select from menu_item_modifier_groups g where g.menu_item_id = m.id) order by m.name limit 1;
    for i in 1 .. ${count} loop
      select id into v_table from restaurant_tables order by table_number offset i % (select count(*) from restaurant_tables) limit 1;
      select id into v_session from table_sessions where table_id = v_table.id and status = 'active';
      if v_session is null then v_session := (api.seat_party(p_table_id => v_table.id, p_party_size => 2) -> 'session' ->> 'id')::uuid; end if;
      perform api.place_order(p_session_id => v_session, p_items => jsonb_build_array(jsonb_build_object('menu_item_id', v_item, 'quantity', 1)));
    end loop;
  end $$`;

interface Result {
  name: string;
  ticketMs: number;
  idleMs: number;
}

async function measure(browser: Browser, tickets: number, name: string, port: string, dataDir: string): Promise<Result> {
  const psql = (text: string) => promisify(execFile)('psql', ['-qXAt', '-v', 'ON_ERROR_STOP=1', '-h', `${dataDir}/socket`, '-U', 'maitred', '-d', 'maitred', '-c', text]);
  await psql(orders(tickets));
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'en-GB', reducedMotion: 'reduce' });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.goto(`http://board.localhost:${port}/kitchen`);
  await page.getByLabel('E-mail').fill('owner@board.test');
  await page.getByLabel('Password', { exact: true }).fill('bench-Password-1');
  await page.getByRole('button', { name: 'Sign in' }).click();
  const count = (wanted: number) => page.waitForFunction((n) => document.querySelectorAll('article').length >= n, wanted, { polling: 100 });
  await count(tickets);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async (): Promise<number> => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return 1000 * (metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? NaN);
  };
  await page.waitForTimeout(5_000);
  const before = await worked();
  await page.waitForTimeout(MORE * EVERY_MS);
  const idle = (await worked()) - before;
  const began = await worked();
  const clock = Date.now();
  for (let i = 1; i <= MORE; i++) {
    await psql(orders(1));
    // Looked at once, when the page is done: a look is work of the page, too.
    await page.waitForTimeout(Math.max(0, clock + i * EVERY_MS - Date.now()));
    await count(tickets + i);
  }
  const seconds = (Date.now() - clock) / 1000;
  const whole = (await worked()) - began;
  await context.close();
  const idleMs = idle / ((MORE * EVERY_MS) / 1000);
  assert.ok(whole > 0 && idle > 0);
  return { name, ticketMs: (whole - idleMs * seconds) / MORE, idleMs };
}

const [tickets = '200', ...sides] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const results: Result[] = [];
for (const side of sides) {
  const [name = '', port = '', dataDir = ''] = side.split('=');
  results.push(await measure(browser, Number(tickets), name, port, dataDir));
}
await browser.close();
console.log(`\n| pages of | a new ticket on a board of ${tickets} | a second of standing still |\n|---|---:|---:|`);
for (const { name, ticketMs, idleMs } of results) console.log(`| ${name} | ${ticketMs.toFixed(1)} ms | ${idleMs.toFixed(1)} ms |`);
const [before, after] = results;
if (before && after)
  console.log(`\nA ticket takes ${(after.ticketMs / before.ticketMs).toFixed(2)} of what it took, standing still ${(after.idleMs / before.idleMs).toFixed(2)} (main thread's processor time).`);
