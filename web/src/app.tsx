/* Everything a page finds around itself: theme, texts, services, notices; then the page that the address names. */
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import type { RouterHistory } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo, useState, type ReactNode } from 'react';
import { ServicesContext, type Services } from '@/data/services';
import { hasFrontPage } from '@/data/places';
import type { AppConfig, ThemeConfig } from '@/data/config';
import { recallPass } from '@/data/pass';
import { guestPage } from '@/lib/address';
import { hearPage, lookOf, type Look } from '@/lib/around';
import { cssVariables, themeFrom } from '@/lib/theme';
import { Loading } from '@/parts/Loading';
import { NoticesProvider } from '@/parts/Notices';
import { SayContext, type Say } from '@/texts';
import { loadTexts } from '@/texts/load';
import { speaking } from '@/texts/speaking';

/* Each page is a chunk of its own. What was loaded once is there at once: the start (main.tsx) loads the page before it shows anything, so that
 * what the daemon has put into the HTML stays until then. */
const loaders = {
  home: () => import('@/pages/home/HomePage').then((file) => file.HomePage),
  house: () => speaking(['house'], async () => (await import('@/pages/home/HousePage')).HousePage),
  book: () =>
    speaking(['house', 'book'], async () => {
      const { BookPage, readyFor } = await import('@/pages/book/BookPage');
      await readyFor(window.location.pathname);
      return BookPage;
    }),
  menu: () => import('@/pages/home/MenuPage').then((file) => file.MenuPage),
  table: () => import('@/pages/table/TablePage').then((file) => file.TablePage),
  receipt: () => speaking(['seated'], async () => (await import('@/pages/table/ReceiptPage')).ReceiptPage),
  my: () =>
    speaking(['my'], async () => {
      const { MyPage, readyFor } = await import('@/pages/my/MyPage');
      await readyFor(window.location.pathname);
      return MyPage;
    }),
  waiver: () => speaking(['waiver'], async () => (await import('@/pages/waiver/WaiverPage')).WaiverPage),
  party: () => speaking(['booked', 'waiver'], async () => (await import('@/pages/party/PartyPage')).PartyPage),
  embed: () => speaking(['widget'], async () => (await import('@/pages/embed/EmbedPage')).EmbedPage),
  nothing: () => import('@/pages/NotFoundPage').then((file) => file.NotFoundPage),
  staff: () => speaking(['seated', 'staff'], async () => (await import('./staff')).StaffPages),
};

type Loaded = { [K in keyof typeof loaders]?: Awaited<ReturnType<(typeof loaders)[K]>> };
const loaded: Loaded = {};

/* A house that offers more than tables has another page at its door. */
function kindOf(path: string, config: AppConfig): keyof typeof loaders {
  const kind = guestPage(path)?.page ?? 'staff';
  return kind === 'home' && hasFrontPage(config) ? 'house' : kind;
}

export async function loadPage(path: string, config: AppConfig): Promise<void> {
  const kind = kindOf(path, config);
  const keep = <K extends keyof typeof loaders>(name: K, page: Loaded[K]): void => void (loaded[name] = page);
  // Who sits at a table already comes back to it.
  const place = guestPage(path);
  const seated = place?.page === 'table' && recallPass(place.code) ? Promise.all([import('@/pages/table/Seated'), loadTexts('seated')]) : undefined;
  keep(kind, (await loaders[kind]()) as never);
  await seated;
}

const lazily = <P extends object>(load: () => Promise<(props: P) => ReactNode>) => lazy(() => load().then((page) => ({ default: page })));
const Home = lazily(loaders.home);
const House = lazily(loaders.house);
const Book = lazily(loaders.book);
const Menu = lazily(loaders.menu);
const Table = lazily(loaders.table);
const Receipt = lazily(loaders.receipt);
const My = lazily(loaders.my);
const Waiver = lazily(loaders.waiver);
const Party = lazily(loaders.party);
const Embed = lazily(loaders.embed);
const Nothing = lazily(loaders.nothing);
const Staff = lazily(loaders.staff);

interface ShellProps {
  say: Say;
  theme: ThemeConfig;
  /* What the page around a widget wants, whatever the device says. */
  scheme?: 'light' | 'dark' | null;
  children: ReactNode;
}

export function Shell({ say, theme, scheme = null, children }: ShellProps) {
  const mantine = useMemo(() => themeFrom(theme), [theme]);
  return (
    <DirectionProvider initialDirection={say.dir} detectDirection={false}>
      <MantineProvider
        theme={mantine}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        // All of Mantine's variables are written as the page starts: no file brings them once more.
        deduplicateCssVariables={false}
        {...(scheme === null ? {} : { forceColorScheme: scheme })}
        env={import.meta.env.MODE === 'test' ? 'test' : 'default'}
      >
        <SayContext value={say}>{children}</SayContext>
      </MantineProvider>
    </DirectionProvider>
  );
}

function Page({ path, config, history }: { path: string; config: AppConfig; history?: RouterHistory | undefined }) {
  const place = guestPage(path);
  if (!place) {
    const Now = loaded.staff ?? Staff;
    return <Now history={history} />;
  }
  switch (place.page) {
    case 'home': {
      if (kindOf(path, config) === 'house') {
        const Now = loaded.house ?? House;
        return <Now />;
      }
      const Now = loaded.home ?? Home;
      return <Now />;
    }
    case 'book': {
      const Now = loaded.book ?? Book;
      return <Now />;
    }
    case 'menu': {
      const Now = loaded.menu ?? Menu;
      return <Now restaurant={place.restaurant} />;
    }
    case 'table': {
      const Now = loaded.table ?? Table;
      return <Now code={place.code} />;
    }
    case 'receipt': {
      const Now = loaded.receipt ?? Receipt;
      return <Now code={place.code} />;
    }
    case 'my': {
      const Now = loaded.my ?? My;
      return <Now reference={place.reference} />;
    }
    case 'waiver': {
      const Now = loaded.waiver ?? Waiver;
      return <Now code={place.code} />;
    }
    case 'party': {
      const Now = loaded.party ?? Party;
      return <Now code={place.code} />;
    }
    case 'embed': {
      const Now = loaded.embed ?? Embed;
      return <Now embedKey={place.key} />;
    }
    case 'nothing': {
      const Now = loaded.nothing ?? Nothing;
      return <Now />;
    }
  }
}

/* A widget looks as the page around it says, in its address and later. */
function useLook(path: string): Look {
  const isFramed = guestPage(path)?.page === 'embed';
  const [look, setLook] = useState<Look>(() => lookOf(isFramed ? Object.fromEntries(new URLSearchParams(window.location.search)) : {}));
  useEffect(() => (isFramed ? hearPage(setLook) : undefined), [isFramed]);
  return look;
}

/* `history`: where the page is, when not in the browser's own address: for tests. */
export function App({ services, say, history }: { services: Services; say: Say; history?: RouterHistory }) {
  const path = history?.location.pathname ?? window.location.pathname;
  const look = useLook(path);
  const { theme_config } = services.config;
  const theme = useMemo(() => (look.colour === null ? theme_config : { ...theme_config, primary_color: look.colour }), [theme_config, look.colour]);
  return (
    <Shell say={say} theme={theme} scheme={look.theme}>
      <QueryClientProvider client={services.queryClient}>
        <ServicesContext value={services}>
          <NoticesProvider>
            <Suspense fallback={<Loading />}>
              <Page path={path} config={services.config} history={history} />
            </Suspense>
          </NoticesProvider>
        </ServicesContext>
      </QueryClientProvider>
    </Shell>
  );
}
