// When does a guest see what they came for? A cold phone (CPU four times slower, 1.6 Mbit/s, 150 ms) opens each of the given addresses in turn.
// Prints a Markdown table. Copied into tests/, where its library is, and run there:
//   first_pages.ts ROUNDS NAME=URL …
// FIRST_PAGES_LIST=1 names each request and its bytes on the error stream.
import assert from 'node:assert/strict';
import { chromium, type Browser } from 'playwright-core';

const PHONE = { latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8, offline: false };
const SLOWER = 4;
/* How long nothing may come before the page counts as settled. */
const QUIET_MS = 3_000;
const isCode = (type: string): boolean => type === 'Script' || type === 'Stylesheet' || type === 'Preload';

interface Run {
  /* The first and the largest thing that was painted, ms after the address was opened; what is largest is the browser's to say, until the page has settled. */
  firstMs: number;
  largestMs: number;
  largest: string;
  requests: number;
  bytes: number;
  /* Of them scripts and styles, as they are sent. */
  code: number;
}

interface Seen {
  url: string;
  type: string;
  bytes: number;
}

async function once(browser: Browser, url: string): Promise<Run> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'en-GB' });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', PHONE);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const seen = new Map<string, Seen>();
  let lastAt = Date.now();
  cdp.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    lastAt = Date.now();
    seen.set(requestId, { url: request.url, type: type ?? '', bytes: 0 });
  });
  cdp.on('Network.responseReceived', ({ requestId, response, type }) => {
    const one = seen.get(requestId);
    if (one) one.type = /javascript/.test(response.mimeType) ? 'Script' : /css/.test(response.mimeType) ? 'Stylesheet' : type;
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    lastAt = Date.now();
    const one = seen.get(requestId);
    if (one) one.bytes = encodedDataLength;
  });
  await page.addInitScript(() => {
    const paints = ((globalThis as unknown as { paints: { firstMs: number; largestMs: number; largest: string } }).paints = { firstMs: 0, largestMs: 0, largest: '' });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'first-contentful-paint') paints.firstMs = entry.startTime;
    }).observe({ type: 'paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { element } = entry as unknown as { element: Element | null };
        paints.largestMs = entry.startTime;
        paints.largest = element ? `${element.tagName.toLowerCase()} "${(element.textContent ?? '').slice(0, 40)}"` : '';
      }
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  });
  const response = await page.goto(url, { waitUntil: 'load', timeout: 120_000 });
  assert.equal(response?.status(), 200, `${url} answers ${response?.status()}`);
  const painted = () => (globalThis as unknown as { paints: { largestMs: number } }).paints.largestMs > 0;
  await page.waitForFunction(painted, undefined, { timeout: 60_000 });
  while (Date.now() - lastAt < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 100));
  const paints = await page.evaluate(() => (globalThis as unknown as { paints: { firstMs: number; largestMs: number; largest: string } }).paints);
  assert.ok(paints.largestMs > 0, `${url} painted nothing`);
  await context.close();
  const all = [...seen.values()];
  if (process.env['FIRST_PAGES_LIST']) for (const one of all) console.error(`  ${String(one.bytes).padStart(7)} ${one.type} ${one.url.slice(0, 120)}`);
  const sum = (of: readonly Seen[]): number => of.reduce((total, one) => total + one.bytes, 0);
  return { ...paints, requests: all.length, bytes: sum(all), code: sum(all.filter((one) => isCode(one.type))) };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const [rounds = '3', ...places] = process.argv.slice(2);
assert.ok(places.length > 0, 'first_pages.ts ROUNDS NAME=URL …');
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
    console.error(`${name}: first paint ${Math.round(run.firstMs)} ms, largest ${Math.round(run.largestMs)} ms (${run.largest}), ${run.requests} requests, ${run.bytes} bytes, code ${run.code}`);
  }
}
await browser.close();
console.log('| page | first paint | largest paint | requests | sent | scripts and styles |\n|---|---:|---:|---:|---:|---:|');
for (const [name, all] of runs) {
  const of = (pick: (run: Run) => number): number => median(all.map(pick));
  const seconds = (pick: (run: Run) => number): string => (of(pick) / 1000).toFixed(2);
  const kilobytes = (pick: (run: Run) => number): string => (of(pick) / 1000).toFixed(1);
  console.log(
    `| ${name} | ${seconds((run) => run.firstMs)} s | ${seconds((run) => run.largestMs)} s | ${of((run) => run.requests)} | ${kilobytes((run) => run.bytes)} KB | ${kilobytes((run) => run.code)} KB |`,
  );
}
