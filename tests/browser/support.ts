// Phones, tablets and desks: Chromium on a real daemon, and what every browser test needs to know about the house.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type APIResponse, type Browser, type BrowserContext, type Locator, type Page, type Route } from 'playwright-core';
import { tap, type Wire } from './wire.ts';
import { makeTenant, program, startDaemon, type Daemon, type Tenant } from '../contract/harness.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface Device {
  context: BrowserContext;
  page: Page;
  /** What the browser complained about: broken scripts, refused content, failed loads that no test asked for. */
  complaints: string[];
  /** Its live connection, as it goes by. */
  wire: Wire;
}

/** What the person at the device has set. Motion is off unless a test is about it: what slides and fades is judged half way. */
export interface Wish {
  dark?: boolean;
  motion?: boolean;
}

export interface House {
  daemon: Daemon;
  tenant: Tenant;
  browser: Browser;
  /** Codes of the tables, by number. */
  tables: string[];
  waiter: { email: string; password: string };
  cook: { email: string; password: string };
  phone(where: string, wish?: Wish): Promise<Device>;
  desk(where: string, wish?: Wish): Promise<Device>;
  close(): Promise<void>;
}

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;
const DESK = { viewport: { width: 1280, height: 860 } } as const;

// Answers that tell a page "no" are part of the game; the browser logs each as a failed load.
const isExpected = (text: string): boolean => /status of 4\d\d/.test(text) || /net::ERR_/.test(text);

/** Somebody who works here, in this role. */
export async function makeUser(tenant: Tenant, role: string): Promise<{ email: string; password: string }> {
  const user = { email: `${role}@${tenant.domain}.test`, password: `Correct-horse-${role}-7` };
  await promisify(execFile)(program, [
    'user',
    'create',
    '--data-dir',
    tenant.daemon.dataDir,
    '--role',
    role,
    '--password',
    user.password,
    '--name',
    role[0]?.toUpperCase() + role.slice(1),
    tenant.domain,
    user.email,
  ]);
  return user;
}

/** `options`: settings of the daemon, which is then this house's own. `modules`: dining, and what else there is. */
export async function openHouse(options: Record<string, string> = {}, modules: string[] = ['dining']): Promise<House> {
  assert.ok(existsSync(path.join(root, 'web/dist/index.html')), 'the pages are not built: npm run build in web/');
  const daemon = await startDaemon(options);
  const tenant = await makeTenant(daemon, modules, { name: 'Pizza' });
  // A start page that lists the tables is the house's choice.
  await tenant.sql(`update restaurants set settings = settings || '{"lists_tables": true}'`);
  const tables = (await tenant.sql('select code from restaurant_tables order by table_number')).split('\n');
  const [waiter, cook] = await Promise.all([makeUser(tenant, 'waiter'), makeUser(tenant, 'kitchen')]);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

  async function device(kind: typeof PHONE | typeof DESK, where: string, { dark = false, motion = false }: Wish): Promise<Device> {
    const context = await browser.newContext({
      ...kind,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: motion ? 'no-preference' : 'reduce',
    });
    context.setDefaultTimeout(20_000);
    const wire = await tap(context);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !isExpected(message.text())) complaints.push(message.text());
    });
    await page.goto(tenant.url + where);
    return { context, page, complaints, wire };
  }

  return {
    daemon,
    tenant,
    browser,
    tables,
    waiter,
    cook,
    phone: (where, wish = {}) => device(PHONE, where, wish),
    desk: (where, wish = {}) => device(DESK, where, wish),
    async close() {
      await browser.close();
      await daemon.stop();
    },
  };
}

export const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name, exact: typeof name === 'string' });

/** Opens a sheet with `opener` and waits until it is there: the only one, so that what follows means this one. */
export async function openSheet(page: Page, opener: Locator): Promise<Locator> {
  const sheet = page.getByRole('dialog');
  assert.equal(await sheet.count(), 0, 'another sheet is still open');
  await opener.click();
  await sheet.waitFor();
  return sheet;
}

/** Closes the sheet that is open and waits until it is gone, not merely on its way out. */
export async function closeSheet(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** Waits until the focus is where `where` says; it moves a moment after what moved it. */
export async function untilFocused(where: Locator): Promise<void> {
  const element = await where.elementHandle();
  await where.page().waitForFunction((wanted) => wanted?.contains(document.activeElement) === true, element);
}

/* Longer than a page takes a second tap for a double tap, by the page's own clock and after it has dealt with the first. */
const pause = (page: Page): Promise<void> => page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 450)));

/** Asks again and again until it is so. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, `not so after 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Presses every button of a kind, one after the other, until none is left: tickets move on when theirs is pressed. */
export async function pressAll(page: Page, kind: RegExp): Promise<void> {
  const buttons = page.getByRole('button', { name: kind });
  await buttons.first().waitFor();
  for (let left = await buttons.count(); left > 0; left = await buttons.count()) {
    const before = left;
    await buttons.first().click();
    await until(`fewer than ${before} buttons ${kind}`, async () => (await buttons.count()) < before);
    await pause(page);
  }
}

export async function signIn(page: Page, who: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await button(page, 'Sign in').click();
}

export async function startAs(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await button(page, 'Start').click();
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
}

export async function joinAs(page: Page, name: string, otp: string): Promise<void> {
  await page.getByLabel('Six digits').fill(otp);
  await page.getByLabel('Your name').fill(name);
  await button(page, 'Join').click();
}

/** The six digits, as a guest reads them out to the others. */
export async function readOtp(page: Page): Promise<string> {
  const sheet = await openSheet(page, page.getByRole('button', { name: /^At the table/ }));
  const text = await sheet.getByTestId('otp').textContent();
  await closeSheet(page);
  return (text ?? '').replace(/\D/g, '');
}

export const view = (page: Page, name: 'Menu' | 'Order' | 'Bill'): Locator => page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: new RegExp(`^${name}`) });

export interface Dish {
  id: string;
  name: string;
  price: number;
}

/** Dishes that ask for nothing, so that one tap adds them. */
export async function simpleDishes(tenant: Tenant): Promise<Dish[]> {
  const rows = await tenant.sql(`
    select i.id, i.name, i.price from menu_items i join menu_categories c on c.id = i.category_id
    where i.is_available and i.is_active and not exists (select from menu_item_modifier_groups g where g.menu_item_id = i.id)
    order by c.rank, i.sort_order, i.name`);
  return rows.split('\n').map((row) => {
    const [id = '', name = '', price = '0'] = row.split('|');
    return { id, name, price: Number(price) };
  });
}

/** A party at a table with one dish ordered, by the house itself: what a page about orders needs to have something to show. */
export async function orderAt(house: House, table: number, dish: Dish): Promise<void> {
  const owner = await house.tenant.signIn();
  const id = await house.tenant.sql(`select id from restaurant_tables where table_number = ${table}`);
  const seated = await owner.rpc('seat_party', { p_table_id: id, p_party_size: 2 });
  assert.equal(seated.error, null);
  const { session } = seated.data as { session: { id: string } };
  const placed = await owner.rpc('place_order', { p_session_id: session.id, p_items: [{ menu_item_id: dish.id, quantity: 1 }] });
  assert.equal(placed.error, null);
}

export const euros = (cents: number): string => new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR' }).format(cents / 100);

/** Adds with the plus button, and waits until the daemon has it: one draft a call, of one guest or another. */
export async function addDish(page: Page, dish: Dish): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/rpc/add_order_line') || response.url().endsWith('/rpc/change_order_line'));
  await button(page, `Add ${dish.name}`).click();
  assert.equal((await answered).status(), 200);
}

const axeSource = readFileSync(path.join(root, 'web/node_modules/axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }[];
}

/** What keeps people out: names, roles, contrast, order of headings … by WCAG 2.1 A and AA. */
export async function barriers(page: Page): Promise<string[]> {
  // A page is judged when it is there: nothing loading any more, no colour on its way to another.
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running'));
  await page.evaluate(axeSource);
  const result = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(root: Document, options: object): Promise<AxeResult> } };
    return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] });
  });
  return result.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary ?? violation.help}`));
}

/** What the daemon answers to a request that is held back: asked by address, for outside of the browser nothing resolves *.localhost. */
export function answerOf(route: Route): Promise<APIResponse> {
  const url = new URL(route.request().url());
  return route.fetch({ url: url.href.replace(url.hostname, '127.0.0.1'), headers: { ...route.request().headers(), host: url.host } });
}
