/* The start: who are we, then the page. Both are in the HTML already where the daemon knows what will be asked; else it is asked. */
import '@mantine/core/styles/global.layer.css';
import '@mantine/core/styles/baseline.layer.css';
import './page.css';
import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { hasFrontPage } from '@/data/places';
import { fetchConfig } from '@/data/config';
import { readFirst, takeFirst } from '@/data/first';
import { isRefusal } from '@/data/refusal';
import { makeServices } from '@/data/services';
import { guestPage } from '@/lib/address';
import { dressed } from '@/lib/dress';
import { atFirstTouch } from '@/lib/later';
import { watchConnection } from '@/lib/network';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import type { Say } from '@/texts';
import { asLanguage, languageFor } from '@/texts/languages';
import { loadSay } from '@/texts/load';
import { App, loadPage, Shell } from './app';

// The build takes the styles of the components in use (build/styles.ts); while developing, all of them.
if (import.meta.env.DEV) void import('@mantine/core/styles.layer.css');

const NO_THEME = {};
const AGAIN_MS = 5_000;
watchConnection(window);

const place = document.getElementById('root');
if (!place) throw new Error('index.html has no #root');
// What the daemon wrote there is read until the page is whole.
const written = place.firstElementChild !== null;
let root: ReturnType<typeof createRoot> | undefined;
const show = (page: ReactNode): void => {
  root ??= createRoot(place);
  root.render(<StrictMode>{page}</StrictMode>);
};
const shell = (page: ReactNode, say: Say): ReactNode => (
  <Shell say={say} theme={NO_THEME}>
    {page}
  </Shell>
);

/* The daemon's pages are in the reader's language already (web/build/entries.ts). */
const page = document.documentElement;
const language = page.dataset['language'] === undefined ? (asLanguage(page.lang) ?? 'en') : languageFor(document.cookie, navigator.languages);

async function start(): Promise<void> {
  const { origin, pathname } = window.location;
  let say: Say;
  try {
    say = await loadSay(language, navigator.languages);
  } catch {
    // Not even the words came: the whole page is asked for again, as the reader would.
    setTimeout(() => window.location.reload(), AGAIN_MS);
    return;
  }
  page.lang = say.language;
  page.dir = say.dir;
  const fetch = window.fetch.bind(window);
  const first = readFirst(document.querySelector<HTMLTemplateElement>('template#first')?.content.textContent);
  try {
    if (!first && !written) show(shell(<Loading />, say));
    // What the house offers says which page stands at its door; the daemon has written it into the HTML.
    const asked = first ? Promise.resolve(first.config) : fetchConfig(fetch, origin);
    const [config] = await Promise.all([asked, asked.then((known) => loadPage(pathname, known)), dressed()]);
    if (hasFrontPage(config)) page.dataset['door'] = 'house';
    const services = makeServices(config, origin, fetch, (url) => new WebSocket(url));
    const here = guestPage(pathname);
    if (first) takeFirst(services.queryClient, first, here && 'code' in here ? here.code : null);
    show(<App services={services} say={say} />);
  } catch (error) {
    const retry = (): void => void start();
    show(shell(isRefusal(error, 404) ? <Problem what={{ title: say.t.problems.noHost, hint: say.t.problems.noHostHint }} onRetry={retry} /> : <Problem error={error} onRetry={retry} />, say));
  }
}

void start();

/* A guest's phone fetches nothing for another day before it is touched; a screen in the kitchen may never be. */
if (import.meta.env.PROD) {
  const stay = (): void =>
    void import('@/lib/offline').then(
      ({ installable, keepForOffline }) => {
        installable(window.location.pathname);
        return keepForOffline();
      },
      () => {},
    );
  if (guestPage(window.location.pathname)) atFirstTouch(stay);
  else window.addEventListener('load', () => setTimeout(stay, 1000));
}
