// How soon does a guest read the menu? A cold phone (CPU four times slower, 1.6 Mbit/s, 150 ms) opens a table's address on each of the given
// daemons in turn. Prints a Markdown table. Run by first_menu.sh:
//   first_menu.ts ROUNDS NAME=URL …
import assert from 'node:assert/strict';
import { chromium, type Browser } from 'playwright-core';

const DISH = 'Soup of the day'; // the first of a fresh tenant's menu
const PHONE = { latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8, offline: false };
const SLOWER = 4;
/* How long nothing may come before the page counts as settled. */
const QUIET_MS = 3_000;

interface Run {
  dishMs: number;
  usableMs: number;
  requests: number;
  bytes: number;
  steps: number;
}

interface Seen {
  start: number;
  end: number;
  bytes: number;
}

/* The longest chain of requests of which each began when the one before had ended: what a slow line multiplies. */
function serialSteps(seen: readonly Seen[]): number {
  const inOrder = [...seen].sort((a, b) => a.start - b.start);
  const depths: number[] = [];
  inOrder.forEach((request, index) => {
    const before = inOrder.slice(0, index).map((other, at) => (other.end <= request.start ? (depths[at] ?? 0) : 0));
    depths.push(1 + Math.max(0, ...before));
  });
  return Math.max(...depths);
}

async function once(browser: Browser, url: string): Promise<Run> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, locale: 'en-GB' });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', PHONE);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const seen = new Map<string, Seen>();
  let lastAt = Date.now();
  cdp.on('Network.requestWillBeSent', ({ requestId, timestamp }) => {
    lastAt = Date.now();
    seen.set(requestId, { start: timestamp * 1000, end: Infinity, bytes: 0 });
  });
  cdp.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) => {
    lastAt = Date.now();
    const request = seen.get(requestId);
    if (request) Object.assign(request, { end: timestamp * 1000, bytes: encodedDataLength });
  });
  // By the page's own clock, frame by frame: when the dish stands on the screen, and when the page can be used.
  await page.addInitScript((dish) => {
    const marks = ((globalThis as unknown as { marks: Record<string, number> }).marks = {} as Record<string, number>);
    const look = (): void => {
      const text = document.body?.innerText ?? '';
      if (text.includes(dish)) marks['dish'] ??= performance.now();
      if (marks['dish'] !== undefined && document.querySelector('form button[type=submit]')) marks['usable'] ??= performance.now();
      if (marks['usable'] === undefined) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, DISH);
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction(() => (globalThis as unknown as { marks: Record<string, number> }).marks['usable'] !== undefined, undefined, { timeout: 120_000 });
  while (Date.now() - lastAt < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 100));
  const marks = await page.evaluate(() => ({ ...(globalThis as unknown as { marks: Record<string, number> }).marks, origin: performance.timeOrigin }));
  const done = [...seen.values()].filter((request) => request.end !== Infinity);
  // Steps until the menu can be used; what is fetched when the page is there already delays nobody.
  const first = Math.min(...done.map((request) => request.start));
  const needed = done.filter((request) => request.start - first <= (marks as Record<string, number>)['usable']!);
  await context.close();
  return {
    dishMs: (marks as Record<string, number>)['dish']!,
    usableMs: (marks as Record<string, number>)['usable']!,
    requests: done.length,
    bytes: done.reduce((sum, request) => sum + request.bytes, 0),
    steps: serialSteps(needed),
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const [rounds = '5', ...places] = process.argv.slice(2);
assert.ok(places.length > 0, 'first_menu.ts ROUNDS NAME=URL …');
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const runs = new Map<string, Run[]>();
for (let round = 0; round < Number(rounds); round++) {
  for (const place of places) {
    const at = place.indexOf('=');
    const name = place.slice(0, at);
    const run = await once(browser, place.slice(at + 1));
    runs.set(name, [...(runs.get(name) ?? []), run]);
    console.error(`${name}: dish ${Math.round(run.dishMs)} ms, usable ${Math.round(run.usableMs)} ms, ${run.requests} requests, ${run.bytes} bytes, ${run.steps} steps`);
  }
}
await browser.close();
console.log('| build | first dish | usable | requests | sent | serial steps |\n|---|---|---|---|---|---|');
for (const [name, all] of runs) {
  const of = (pick: (run: Run) => number): number => median(all.map(pick));
  console.log(
    `| ${name} | ${(of((run) => run.dishMs) / 1000).toFixed(2)} s | ${(of((run) => run.usableMs) / 1000).toFixed(2)} s | ${of((run) => run.requests)} | ${(of((run) => run.bytes) / 1024).toFixed(1)} KB | ${of((run) => run.steps)} |`,
  );
}
