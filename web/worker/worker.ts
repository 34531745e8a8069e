/* The service worker: a page that this device has shown before opens without a network, too. It keeps the built files and what the house says
 * about itself to anybody (/app/config), nothing else: no answer about a table, an order or a person goes through here. With a network, pages
 * always come from the daemon, so that nobody is left on an old build. */
import { clientsClaim } from 'workbox-core';
import { enable as askEarly } from 'workbox-navigation-preload';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst, NetworkFirst, NetworkOnly } from 'workbox-strategies';

declare const self: ServiceWorkerGlobalScope;
/* Written by the build (build/worker.ts): of each kind of page all that it may need, of each language its texts, and every file of this build. */
declare const THIS_BUILD: { id: string; pages: Record<string, string[]>; texts: Record<string, string[]>; files: string[] };
const BUILD = THIS_BUILD;

const CACHE = 'pages';
const CONFIG = '/app/config';
/* Who waits longer than this sees the page without news instead. */
const PATIENCE_S = 10;

/* The addresses are those of src/serve/pages.c. */
const KINDS: [RegExp, string][] = [
  [/^\/$/, 'home'],
  [/^\/book(\/[a-z]+)?\/?$/, 'book'],
  [/^\/t\/[^/]+\/?$/, 't'],
  [/^\/menu\/[^/]+\/?$/, 'menu'],
  [/^\/r\/[^/]+\/?$/, 'r'],
  [/^\/my(\/[^/]+)?\/?$/, 'my'],
  [/^\/waiver\/[^/]+\/?$/, 'waiver'],
  [/^\/party\/[^/]+\/?$/, 'party'],
  [/^\/(desk|gate|finance|kitchen|floor|login)\/?$/, 'staff'],
];

const kindOf = (address: string): string | undefined => {
  const { pathname } = new URL(address, self.location.origin);
  return KINDS.find(([pattern]) => pattern.test(pathname))?.[1];
};
/* At the door of a house that offers more than tables stands another page; the page itself says so when it is kept. */
const ALSO: Record<string, string> = { home: 'house' };
const keyOf = (kind: string): string => `/${kind}.html?build=${BUILD.id}`;
const KEPT = /^\/([a-z]+)\.html$/;

const languageIn = (html: string): string | undefined => /<html lang="([a-z]+)"/.exec(html)?.[1];

/* A page is kept in one language, the last that it was read in. */
async function keep(kind: string, language: string): Promise<void> {
  const pages = BUILD.pages[kind];
  const texts = BUILD.texts[language];
  if (!pages || !texts) return;
  const files = [...pages, ...texts];
  const cache = await caches.open(CACHE);
  const kept = await cache.match(keyOf(kind), { ignoreVary: true });
  if (!kept || languageIn(await kept.text()) !== language) {
    const isThere = await Promise.all(files.map((file) => cache.match(file, { ignoreVary: true })));
    await cache.addAll(files.filter((_, index) => !isThere[index]));
    const answer = await fetch(`/${kind}.${language}.html`, { cache: 'no-cache' });
    const html = await answer.clone().text();
    const names = [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, name]) => name ?? '');
    // The daemon may have a newer build by now: its own worker keeps that one. Last, so that a page that is kept is whole.
    if (!answer.ok || names.length === 0 || !names.every((name) => files.includes(name))) return;
    await cache.put(keyOf(kind), answer);
  }
  await cache.add(new Request(CONFIG, { cache: 'no-cache', headers: { accept: 'application/json' } }));
}

/* What an older build kept on this device, this one keeps before it takes over. */
async function keepTheSame(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const kind = KEPT.exec(new URL(request.url).pathname)?.[1];
    const html = kind === undefined ? undefined : await (await cache.match(request, { ignoreVary: true }))?.text();
    if (kind !== undefined && html !== undefined) await keep(kind, languageIn(html) ?? 'en');
  }
  await self.skipWaiting();
}

async function dropTheOld(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const { pathname, search } = new URL(request.url);
    const isOld = KEPT.test(pathname) ? search !== `?build=${BUILD.id}` : pathname !== CONFIG && !BUILD.files.includes(pathname);
    if (isOld) await cache.delete(request);
  }
}

self.addEventListener('install', (event) => event.waitUntil(keepTheSame()));
self.addEventListener('activate', (event) => event.waitUntil(dropTheOld()));
clientsClaim();
askEarly();

/* A page says that it has been used, and in which language: from now on it opens without a network. */
self.addEventListener('message', (event) => {
  const page = event.source;
  const kind = page instanceof Client ? kindOf(page.url) : undefined;
  const said: unknown = event.data;
  const language = typeof said === 'object' && said !== null && 'keep' in said && typeof said.keep === 'string' ? said.keep : undefined;
  const door = typeof said === 'object' && said !== null && 'house' in said && said.house === true && kind !== undefined ? (ALSO[kind] ?? kind) : kind;
  if (door !== undefined && language !== undefined) event.waitUntil(keep(door, language).catch(() => {})); // no network just now: the next visit keeps it
});

/* A notice (lib/notice.ts) leads to the page that gave it. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: 'window' }).then(([page]) => page?.focus()));
});

const network = new NetworkOnly({
  networkTimeoutSeconds: PATIENCE_S,
  plugins: [
    {
      handlerDidError: async ({ request }) => {
        const kind = kindOf(request.url);
        const kept = (name: string | undefined) => (name === undefined ? undefined : caches.match(keyOf(name), { cacheName: CACHE, ignoreVary: true }));
        return kind === undefined ? undefined : ((await kept(kind)) ?? kept(ALSO[kind]));
      },
    },
  ],
});
registerRoute(new NavigationRoute(network, { allowlist: KINDS.map(([pattern]) => new RegExp(`${pattern.source.replace(/\$$/, '')}(\\?.*)?$`)) }));
registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/'), new CacheFirst({ cacheName: CACHE, matchOptions: { ignoreVary: true } }));
registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname === CONFIG, new NetworkFirst({ cacheName: CACHE, networkTimeoutSeconds: PATIENCE_S, matchOptions: { ignoreVary: true } }));
