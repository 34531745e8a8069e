// What search engines and messengers read of a page: title, description, Open Graph, schema.org, robots.txt, sitemap.xml; of each tenant its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeTenant, startDaemon, type Daemon, type Tenant } from './harness.ts';

let daemon: Daemon;
let pizza: Tenant;
let other: Tenant;
let restaurant: string;

before(async () => {
  daemon = await startDaemon();
  [pizza, other] = await Promise.all([makeTenant(daemon, ['dining', 'payments'], { name: 'Pizza & <b>Pasta</b>' }), makeTenant(daemon, ['stays', 'payments'], { name: 'Chalets' })]);
  await pizza.sql(`update organizations set name = 'Pizza & <b>Pasta</b>', description = 'By the lake. </script><script>alert(1)</script>"', address = 'Shore 1'`);
  restaurant = await pizza.sql('select id from restaurants limit 1');
  await other.sql(`insert into chalets (organization_id, name, capacity, base_price) select id, 'Alpine', 4, 100 from organizations`);
});
after(async () => {
  await daemon?.stop();
});

async function read(tenant: Tenant, where: string): Promise<{ html: string; answer: Response }> {
  const answer = await fetch(tenant.url + where, { headers: { accept: 'text/html', 'accept-language': 'en' } });
  return { html: await answer.text(), answer };
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const meta = (html: string, name: string): string | undefined => new RegExp(`<meta (?:name|property)="${name}" content="([^"]*)"`).exec(html)?.[1];

function graph(html: string): Record<string, unknown>[] {
  const json = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)?.[1];
  return json === undefined ? [] : (JSON.parse(json) as { '@graph': Record<string, unknown>[] })['@graph'];
}

test('the start page says who the house is and what it offers, whatever is in its words', async () => {
  const { html, answer } = await read(pizza, '/');
  assert.equal(answer.status, 200);
  assert.match(html, /<title>Pizza &amp; &lt;b&gt;Pasta&lt;\/b&gt;<\/title>/);
  assert.equal(meta(html, 'description'), 'By the lake. &lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;');
  assert.equal(meta(html, 'og:title'), 'Pizza &amp; &lt;b&gt;Pasta&lt;/b&gt;');
  assert.equal(meta(html, 'og:type'), 'website');
  assert.equal(meta(html, 'og:locale'), 'en');
  assert.match(meta(html, 'og:url') ?? '', /^http:\/\/.+\/$/);
  assert.match(html, /<link rel="canonical" href="http:[^"]+\/" \/>/);
  assert.equal(html.includes('<script>alert'), false);
  assert.deepEqual(
    graph(html).map((one) => one['@type']),
    ['Restaurant'],
  );
  assert.equal(answer.headers.get('x-robots-tag'), null);
});

test('a menu is found with its dishes and prices', async () => {
  const { html } = await read(pizza, `/menu/${restaurant}`);
  const [place] = graph(html) as { name: string; hasMenu: { hasMenuSection: { name: string; hasMenuItem: { name: string; offers: { price: number; priceCurrency: string } }[] }[] } }[];
  assert.ok(place);
  assert.ok(html.includes(`<title>${escaped(place.name)}</title>`));
  const dish = place.hasMenu.hasMenuSection[0]?.hasMenuItem[0];
  assert.ok(dish);
  const price = await pizza.sql(`select price / 100.0 from menu_items where name = '${dish.name.replaceAll("'", "''")}' limit 1`);
  assert.equal(Number(dish.offers.price), Number(price));
});

test('each tenant says its own, and pages that are a key say nothing', async () => {
  const { html } = await read(other, '/');
  assert.match(html, /<title>Chalets<\/title>/);
  assert.equal(html.includes('Pizza'), false);
  assert.deepEqual(
    graph(html).map((one) => one['@type']),
    ['LodgingBusiness'],
  );
  for (const where of ['/my', '/my/ST-ABCD2345', '/waiver/00000000-0000-4000-8000-000000000000', '/party/123456', '/kitchen', '/t/nothing']) {
    const { html: quiet, answer } = await read(other, where);
    assert.match(quiet, /<title>Chalets<\/title>/, where);
    assert.equal(answer.headers.get('x-robots-tag'), 'noindex', where);
    assert.equal(meta(quiet, 'og:title'), undefined, where);
    assert.deepEqual(graph(quiet), [], where);
    assert.match(answer.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, where);
  }
});

test('robots.txt names what is nobody’s business and the sitemap, which names the pages', async () => {
  const robots = await (await fetch(`${pizza.url}/robots.txt`)).text();
  for (const closed of ['/t/', '/r/', '/my', '/waiver/', '/party/', '/kitchen', '/rest/', '/auth/']) assert.ok(robots.split('\n').includes(`Disallow: ${closed}`), closed);
  const map = /^Sitemap: (.+)$/m.exec(robots)?.[1] ?? '';
  assert.equal(new URL(map).pathname, '/sitemap.xml');
  const answer = await fetch(`${pizza.url}/sitemap.xml`);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/xml/);
  const paths = [...(await answer.text()).matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => new URL(url ?? '').pathname);
  assert.deepEqual(paths, ['/', `/menu/${restaurant}`, ...((await pizza.sql('select bool_or(accepts_reservations) from restaurants')) === 't' ? ['/book/table'] : [])]);
  for (const where of paths) assert.equal((await read(pizza, where)).answer.status, 200, where);
  const none = await fetch(`${daemon.url('nobody.localhost')}/sitemap.xml`);
  assert.equal(none.status, 404);
});

test('whose pages may frame a widget stands in its header; a key that is nobody’s opens nothing', async () => {
  const venue = await makeTenant(daemon, ['experiences', 'payments']);
  await venue.sql(
    `insert into venues (organization_id, name, timezone, embed_key, widget_settings) select id, 'Mill', 'Europe/Berlin', 'mill-key-1', '{"allowed_origins": ["https://blog.example", "https://*.shop.example"]}' from organizations`,
  );
  const policy = async (where: string): Promise<string> => (await read(venue, where)).answer.headers.get('content-security-policy') ?? '';
  assert.match(await policy('/embed/mill-key-1'), /frame-ancestors 'self' https:\/\/blog\.example https:\/\/\*\.shop\.example$/);
  await venue.sql(`update venues set widget_settings = '{}'`);
  assert.match(await policy('/embed/mill-key-1'), /frame-ancestors \*$/);
  assert.match((await read(venue, '/embed/mill-key-1?lang=ar')).html, /<html lang="ar" dir="rtl">/);
  assert.match((await read(venue, '/embed/mill-key-1?lang=%22%3E%3Cscript')).html, /<html lang="en"/);
  // Another tenant's key shows the house's card and none of the venue's words.
  assert.equal((await read(other, '/embed/mill-key-1')).html.includes('Mill'), false);
});
