/* /book/…: choose a room, a table, the pool, a game; /book: the basket with all of it. */
import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect } from 'react';
import { bookPath, frontQuery, offered } from '@/data/front';
import type { FrontPage } from '@/data/bookingShapes';
import { useServices } from '@/data/services';
import { guestPage, useAddress, type BookStep } from '@/lib/address';
import { clock } from '@/lib/clock';
import { clocksDiffer } from '@/lib/days';
import { later, type Later } from '@/lib/later';
import { BasketLink } from '@/parts/BasketLink';
import { KIND_ICONS } from '@/parts/bookIcons';
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { Switches } from '@/parts/Switches';
import { useTexts } from '@/texts';
import classes from './BookPage.module.css';
import { follow } from './parts';

/* A chunk each; the HTML of an address names its own (build/entries.ts). */
const STEPS: Record<BookStep, Later<{ front: FrontPage }>> = {
  stay: later(async () => (await import('./StayStep')).StayStep),
  table: later(async () => (await import('./TableStep')).TableStep),
  pool: later(async () => (await import('./PoolStep')).PoolStep),
  game: later(async () => (await import('./GameStep')).GameStep),
  basket: later(async () => {
    const { BasketStep, readyFor } = await import('./BasketStep');
    await readyFor();
    return BasketStep;
  }),
};

const stepAt = (path: string): BookStep => {
  const place = guestPage(path);
  return place?.page === 'book' ? place.step : 'basket';
};

/* What the address shows first, before the page stands. */
export const readyFor = (path: string): Promise<void> => STEPS[stepAt(path)].ready();

export function BookPage() {
  const t = useTexts();
  const { config, publicApi } = useServices();
  const { pathname } = useAddress();
  const step = stepAt(pathname);
  const front = useQuery(frontQuery(publicApi));
  const Step = STEPS[step];
  const now = front.data?.now;
  useEffect(() => {
    if (now !== undefined) clock.set(Date.parse(now), Date.now());
  }, [now]);

  return (
    <Frame
      title={config.name}
      tabTitle={`${t.book.titles[step]} · ${config.name}`}
      subtitle={
        <a href="/" className={classes.home}>
          {t.book.home}
        </a>
      }
      actions={<Actions step={step} />}
      width="page"
    >
      {front.data ? (
        <>
          {offered(front.data).length > 1 && (
            <nav aria-label={t.book.kinds} className={classes.kinds}>
              {offered(front.data).map((kind) => {
                const Icon = KIND_ICONS[kind];
                return (
                  <a key={kind} {...follow(bookPath(kind))} className={classes.kind} aria-current={kind === step ? 'page' : undefined}>
                    <Icon size={20} />
                    {t.house[kind]}
                  </a>
                );
              })}
            </nav>
          )}
          {clocksDiffer(front.data.house.timezone, Date.parse(front.data.now)) && <p className={classes.zone}>{t.book.otherClock(front.data.house.timezone)}</p>}
          <Suspense fallback={<Loading />}>
            <Step key={step} front={front.data} />
          </Suspense>
        </>
      ) : front.isError ? (
        <Problem error={front.error} onRetry={() => void front.refetch()} />
      ) : (
        <Loading />
      )}
    </Frame>
  );
}

function Actions({ step }: { step: BookStep }) {
  return (
    <>
      {step !== 'basket' && <BasketLink />}
      <Switches />
    </>
  );
}
