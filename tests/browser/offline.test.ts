// Without a network: a page that this device has shown before opens all the same, holds nothing of anybody, and is never an old build with one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { addDish, button, openHouse, signIn, simpleDishes, startAs, until, view, type Dish, type House } from './support.ts';

let house: House;
let dishes: Dish[];

before(async () => {
  house = await openHouse();
  dishes = await simpleDishes(house.tenant);
});
after(async () => {
  await house?.close();
});

const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) found.push(url.replace(location.origin, ''));
    return found.sort();
  });

/* The configuration is kept last. */
const untilKept = (page: Page, kind: string): Promise<void> =>
  until(`${kind} is kept`, async () => {
    const names = await kept(page);
    return names.includes('/app/config') && names.some((name) => name.startsWith(`/${kind}.html?build=`));
  });

const HARMLESS = /^\/(assets\/.+|app\/config|[a-z]+\.html\?build=[0-9a-f]+)$/;

test("a guest's table opens without a network, and goes on when it is back", async () => {
  const { page, context, complaints } = await house.phone(`/t/${house.tables[0]}`);
  await button(page, 'Start').waitFor();
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0, 'a phone that nobody has touched fetches nothing for later');
  await startAs(page, 'Ada');
  await button(page, `Add ${dishes[0]?.name}`).waitFor();
  if (dishes[0]) await addDish(page, dishes[0]);
  await untilKept(page, 't');
  await page.reload();
  await view(page, 'Order').waitFor();
  const names = await kept(page);
  assert.deepEqual(
    names.filter((name) => !HARMLESS.test(name)),
    [],
    'files of the build and what the house says to anybody, nothing else',
  );
  assert.ok(names.filter((name) => name.startsWith('/assets/')).length > 3);

  await context.setOffline(true);
  await page.reload();
  await page.getByText('No connection', { exact: false }).first().waitFor();
  assert.equal((await page.locator('#root > *').count()) > 0, true);
  await context.setOffline(false);
  await view(page, 'Order').click();
  await page
    .getByText(dishes[0]?.name ?? '')
    .first()
    .waitFor();
  assert.deepEqual(complaints, []);
});

for (const [path, who, sign] of [
  ['/kitchen', 'cook', 'All day'],
  ['/floor', 'waiter', /^1\b/],
] as const) {
  test(`${path} opens without a network, and goes on when it is back`, async () => {
    const { page, context, complaints } = await house.desk(path);
    await signIn(page, house[who]);
    await button(page, sign).first().waitFor();
    await untilKept(page, 'staff');
    assert.equal(await page.locator('link[rel=manifest]').getAttribute('href'), `/app/manifest.webmanifest?page=${path.slice(1)}`);
    await context.setOffline(true);
    await page.reload();
    await page.getByText('No connection', { exact: false }).first().waitFor();
    assert.deepEqual(
      (await kept(page)).filter((name) => !HARMLESS.test(name)),
      [],
    );
    await context.setOffline(false);
    await button(page, sign).first().waitFor();
    assert.deepEqual(complaints, []);
  });
}

test("with a network the page is the daemon's own; an older build and what belongs to it are gone", async () => {
  const { page } = await house.desk('/login');
  await untilKept(page, 'staff');
  // As an older build has left it.
  await page.evaluate(async () => {
    const cache = await caches.open('pages');
    const old = (): Response => new Response('<html><body>An old build</body></html>', { headers: { 'content-type': 'text/html' } });
    for (const request of await cache.keys()) if (/html/.test(request.url)) await cache.put(request, old());
    await cache.put('/staff.html?build=0ld', old());
    await cache.put('/assets/gone-00000000.js', new Response(''));
  });
  await page.goto(`${house.tenant.url}/login`);
  await page.getByLabel('E-mail').waitFor();
  // Another build's worker takes its place: what is kept is that build's.
  await page.evaluate(async () => {
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    const cache = await caches.open('pages');
    for (const request of await cache.keys()) if (/html/.test(request.url) && !request.url.endsWith('0ld')) await cache.delete(request);
  });
  await page.goto(`${house.tenant.url}/login`);
  await untilKept(page, 'staff');
  await until('the old is gone', async () => !(await kept(page)).some((name) => name.includes('0ld') || name.includes('gone')));
});

test('what is kept is held to the same rules as a page, and can be put onto a home screen', async () => {
  const { tenant } = house;
  for (const file of ['/worker.js', '/t.en.html', '/staff.de.html']) {
    const answer = await fetch(tenant.url + file);
    assert.equal(answer.status, 200, file);
    assert.equal(answer.headers.get('cache-control'), 'no-cache', file);
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'self'.*frame-ancestors 'none'/, file);
    await answer.body?.cancel();
  }
  for (const [query, start] of [
    ['', '/'],
    ['?page=kitchen', '/kitchen'],
    ['?page=floor', '/floor'],
    ['?page=other', '/'],
  ] as const) {
    const answer = await fetch(`${tenant.url}/app/manifest.webmanifest${query}`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/manifest\+json/);
    const manifest = (await answer.json()) as { id: string; name: string; start_url: string; display: string; icons: { src: string; sizes: string; type: string; purpose?: string }[] };
    assert.equal(manifest.start_url, start);
    assert.equal(manifest.id, start);
    assert.equal(manifest.display, 'standalone');
    assert.match(manifest.name, /Pizza/);
    // The house's own: its initial on its colour, whole and for home screens that cut a circle out.
    assert.deepEqual(
      manifest.icons.map(({ sizes, purpose }) => [sizes, purpose]),
      [
        ['any', undefined],
        ['any', 'maskable'],
      ],
    );
    for (const { src, type } of manifest.icons) {
      const icon = await fetch(tenant.url + src);
      assert.match(icon.headers.get('content-type') ?? '', new RegExp(`^${type.replace('+', '\\+')}`), src);
      assert.match(await icon.text(), />P<\/text><\/svg>$/);
    }
  }
  // For home screens that take no SVG: 180 pixels, as its header says.
  const png = Buffer.from(await (await fetch(`${tenant.url}/app/icon.png`)).arrayBuffer());
  assert.equal(png.toString('latin1', 1, 4), 'PNG');
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [180, 180]);
});
