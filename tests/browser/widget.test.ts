// The widget on somebody else's page: another origin, a strict content policy, several at once; and pages that may not show it, or pretend.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Frame, Page } from 'playwright-core';
import { address } from '../contract/auth_support.ts';
import { dayFromNow, look, openResort, type Resort } from './resort.ts';
import { barriers, until } from './support.ts';

let resort: Resort;
let server: Server;
let blog: string;

/* What the host's own program hears. */
const LISTENER = `
window.heard = [];
for (const kind of ['ready', 'step', 'booked', 'problem']) document.addEventListener('maitred:' + kind, (event) => window.heard.push([kind, event.target.id, event.detail]));
`;

const pages: Record<string, () => string> = {
  '/two':
    () => `<h1>My trips</h1><div id="first" data-maitred="${resort.venue.embedKey}" data-title="Book the mill"><a href="${resort.tenant.url}/embed/${resort.venue.embedKey}">Book the mill</a></div>
    <p>And again:</p><div id="second" data-maitred="${resort.venue.embedKey}" data-theme="dark" data-lang="de" data-colour="#0b7285" data-game="${resort.games.manor}"></div>`,
  '/script': () => `<h1>One line</h1><main></main>`,
  '/unknown': () => `<h1>Nothing</h1><div id="first" data-maitred="somebody-elses-key" data-lang="es"></div>`,
  '/forged': () => `<h1>Forged</h1><div id="first" data-maitred="${resort.venue.embedKey}"></div><iframe id="liar" src="/liar"></iframe>`,
};

before(async () => {
  resort = await openResort();
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    if (pathname === '/listen.js' || pathname === '/lie.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end(
        pathname === '/lie.js'
          ? `setInterval(() => { parent.postMessage({ maitred: 'height', height: 9999 }, '*'); parent.postMessage({ maitred: 'booked', reference: 'FALSE' }, '*'); }, 20)`
          : LISTENER,
      );
      return;
    }
    const page = pages[pathname];
    response.writeHead(page || pathname === '/liar' ? 200 : 404, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src 'self' ${resort.tenant.url}; frame-src 'self' ${resort.tenant.url}; base-uri 'none'; form-action 'none'`,
    });
    if (pathname === '/liar') response.end('<!doctype html><title>liar</title><script src="/lie.js"></script>');
    else
      response.end(`<!doctype html><html lang="en"><head><title>A blog</title><script src="/listen.js"></script></head><body>${page?.() ?? ''}
        <script src="${resort.tenant.url}/embed.js" async${pathname === '/script' ? ` data-key="${resort.venue.embedKey}" id="line"` : ''}></script>
        <noscript><a href="${resort.tenant.url}/embed/${resort.venue.embedKey}">Book here</a></noscript></body></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  blog = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`;
});
after(async () => {
  server?.close();
  await resort?.close();
});

const heard = (page: Page): Promise<[string, string, Record<string, unknown>][]> => page.evaluate(() => (globalThis as unknown as { heard: [string, string, Record<string, unknown>][] }).heard);

async function frameIn(page: Page, selector: string): Promise<Frame> {
  const frame = await (await page.waitForSelector(`${selector} iframe`)).contentFrame();
  assert.ok(frame);
  return frame;
}
const heightOf = (page: Page, selector: string): Promise<number> => page.$eval(`${selector} iframe`, (frame) => frame.getBoundingClientRect().height);

test('two of them stand on a page of another origin with a strict policy: as high as what is in them, in their own look, without a cookie', async () => {
  const { page, complaints, context } = await resort.phone('/');
  await context.clearCookies();
  await page.goto(`${blog}/two`);
  const first = await frameIn(page, '#first');
  const second = await frameIn(page, '#second');
  await first.getByRole('heading', { name: 'Book at Old mill' }).waitFor();
  await first.getByRole('button', { name: /^Vault/ }).waitFor();
  await second.getByRole('heading', { name: 'Manor tour' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Book the mill' }).count(), 0, 'the link for who has no scripts gives way');
  await until(
    'the first is as high as its content',
    async () => Math.abs((await heightOf(page, '#first')) - (await first.evaluate(() => document.querySelector('main')?.getBoundingClientRect().height ?? 0))) < 2,
  );
  await until('the second, too', async () => Math.abs((await heightOf(page, '#second')) - (await second.evaluate(() => document.querySelector('main')?.getBoundingClientRect().height ?? 0))) < 2);
  assert.equal(await page.$eval('#first iframe', (frame) => (frame as HTMLIFrameElement).title), 'Book at Old mill');
  assert.equal(await second.evaluate(() => document.documentElement.lang), 'de');
  assert.equal(await second.evaluate(() => document.documentElement.dataset['mantineColorScheme']), 'dark');
  assert.equal(await first.evaluate(() => document.documentElement.dataset['mantineColorScheme']), 'light');
  assert.deepEqual(await barriers(first as unknown as Page), []);
  assert.deepEqual(await barriers(second as unknown as Page), []);
  await look(page, 'widget-two');
  // More to see, and less again: a frame that has grown shrinks.
  const low = await heightOf(page, '#first');
  await first.getByRole('button', { name: /^Vault/ }).click();
  await until('it grows', async () => (await heightOf(page, '#first')) > low + 100);
  await first.getByRole('button', { name: 'Change' }).click();
  await until('it shrinks', async () => Math.abs((await heightOf(page, '#first')) - low) < 2);
  // The page around changes its mind.
  await page.$eval('#second', (place) => place.setAttribute('data-theme', 'light'));
  await second.waitForFunction(() => document.documentElement.dataset['mantineColorScheme'] === 'light');
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual(complaints, []);
});

test('a game is booked in it with the keyboard alone, and the page around hears of it, not of the guest', async () => {
  const { page, complaints } = await resort.desk('/');
  await page.goto(`${blog}/two`);
  const frame = await frameIn(page, '#first');
  const press = async (name: string | RegExp): Promise<void> => {
    await frame.getByRole('button', { name }).first().focus();
    await page.keyboard.press('Enter');
  };
  await frame.getByRole('button', { name: /^Vault/ }).waitFor();
  await press(/^Vault/);
  // a day that begins after this test has ended, wherever the clock stands now
  await frame.getByLabel('Another day').fill(dayFromNow(3));
  await frame.getByRole('button', { name: '17:30' }).waitFor();
  await press('One more');
  await frame.getByRole('button', { name: '17:30' }).waitFor();
  await press('17:30');
  await frame.getByRole('button', { name: 'Book for €90.00' }).waitFor();
  assert.deepEqual(await barriers(frame as unknown as Page), []);
  await press('Book for €90.00');
  await frame.getByText('Write your name and an e-mail address.').waitFor();
  const email = address();
  await frame.getByLabel('First and last name').fill('Fay <script>Wray');
  await frame.getByLabel('E-mail').fill(email);
  await look(page, 'widget-details');
  // Somebody else takes that time while Fay types.
  const day = await frame.getByLabel('Another day').inputValue();
  const other = await resort.tenant.client().rpc('create_widget_booking', {
    p_venue_id: resort.venue.id,
    p_game_id: resort.games.vault,
    p_booking_date: day,
    p_start_time: '17:30',
    p_party_size: 2,
    p_customer_name: 'Gil',
    p_customer_email: address(),
  });
  assert.equal(other.error, null);
  await press('Book for €90.00');
  await frame.getByText('Somebody was faster', { exact: false }).waitFor();
  await frame.getByRole('button', { name: '17:30' }).waitFor({ state: 'detached' });
  await press(/^1[0-9]:\d\d$/);
  assert.equal(await frame.getByLabel('First and last name').inputValue(), 'Fay <script>Wray', 'what was typed stays');
  const book = frame.getByRole('button', { name: 'Book for €90.00' });
  await book.waitFor();
  await book.dblclick();
  await frame.getByRole('heading', { name: 'Booked. See you soon!' }).waitFor();
  await frame.waitForFunction(() => document.activeElement?.textContent === 'Booked. See you soon!');
  assert.equal(await resort.tenant.sql(`select count(*) from bookings where contact_email = '${email}'`), '1', 'a double tap books once');
  await look(page, 'widget-booked');
  const told = await heard(page);
  assert.deepEqual(
    told.map(([kind, place]) => `${kind} ${place}`).filter((word) => word.endsWith('first')),
    ['ready first', 'step first', 'step first', 'problem first', 'step first', 'booked first'],
  );
  const [, , detail] = told.find(([kind]) => kind === 'booked') ?? [];
  assert.deepEqual({ ...detail, reference: 'x' }, { reference: 'x', value: 90, currency: 'EUR' });
  assert.equal(JSON.stringify(told).includes('Fay'), false);
  assert.match((await frame.getByRole('link', { name: /See the booking/ }).getAttribute('href')) ?? '', /^\/my\//);
  assert.deepEqual(complaints, []);
});

test('a line of script is enough; a key that is nobody’s says so in the page’s language; without scripts there is a link', async () => {
  const { page } = await resort.phone('/');
  await page.goto(`${blog}/script`);
  const frame = await frameIn(page, 'script#line + div');
  await frame.getByRole('heading', { name: 'Book at Old mill' }).waitFor();
  await page.goto(`${blog}/unknown`);
  await (await frameIn(page, '#first')).getByText('Esta ventana de reserva no está configurada.').waitFor();

  const plain = await resort.browser.newContext({ javaScriptEnabled: false });
  const still = await plain.newPage();
  await still.goto(`${blog}/two`);
  assert.equal(await still.getByRole('link', { name: 'Book the mill' }).getAttribute('href'), `${resort.tenant.url}/embed/${resort.venue.embedKey}`);
  await plain.close();
});

test('messages of another frame move nothing, and a page that the house does not allow shows nothing', async () => {
  const { page } = await resort.phone('/');
  await page.goto(`${blog}/forged`);
  const frame = await frameIn(page, '#first');
  await frame.getByRole('button', { name: /^Vault/ }).waitFor();
  await until('it is ready', async () => (await heard(page)).some(([kind]) => kind === 'ready'));
  await page.waitForTimeout(300); // the liar speaks all the time
  assert.ok((await heightOf(page, '#first')) < 2_000);
  assert.equal(
    (await heard(page)).some(([kind]) => kind === 'booked'),
    false,
  );

  const policy = async (): Promise<string> => (await fetch(`${resort.tenant.url}/embed/${resort.venue.embedKey}`, { headers: { accept: 'text/html' } })).headers.get('content-security-policy') ?? '';
  assert.match(await policy(), /frame-ancestors \*$/);
  await resort.tenant.sql(`update venues set widget_settings = '{"allowed_origins": ["https://blog.example"]}'`);
  assert.match(await policy(), /frame-ancestors 'self' https:\/\/blog\.example$/);
  await page.goto(`${blog}/two`);
  await page.waitForSelector('#first iframe');
  await until('the browser shows nothing of the house', async () => page.frames().some((one) => one.url().startsWith('chrome-error')));
  assert.equal(
    (await heard(page)).some(([kind]) => kind === 'ready'),
    false,
  );
  await resort.tenant.sql(`update venues set widget_settings = '{"allowed_origins": ["${blog}"]}'`);
  await page.goto(`${blog}/two`);
  await (await frameIn(page, '#first')).getByRole('button', { name: /^Vault/ }).waitFor();
});

test('embed.js is small, asked for anew when it changes, and may be read by any page', async () => {
  const answer = await fetch(`${resort.tenant.url}/embed.js`, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /javascript/);
  assert.equal(answer.headers.get('cache-control'), 'no-cache');
  assert.ok(gzipSync(await answer.text()).length <= 5 * 1024);
  assert.equal(answer.headers.get('set-cookie'), null);
});
