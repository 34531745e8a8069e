/* /book/…: choose a room, a table, the pool, a game; /book: the basket with all of it. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { bookPath, frontQuery } from '@/data/front';
import type { FrontPage } from '@/data/bookingShapes';
import { useServices } from '@/data/services';
import { guestPage, useAddress, type BookStep } from '@/lib/address';
import { clock } from '@/lib/clock';
import { clocksDiffer } from '@/lib/days';
import { BasketNow } from '@/parts/BasketNow';
import { KIND_ICONS } from '@/parts/bookIcons';
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { Switches } from '@/parts/Switches';
import { useTexts } from '@/texts';
import { BasketStep, offered } from './BasketStep';
import classes from './BookPage.module.css';
import { GameStep } from './GameStep';
import { follow } from './parts';
import { PoolStep } from './PoolStep';
import { StayStep } from './StayStep';
import { TableStep } from './TableStep';

const STEPS: Record<BookStep, (props: { front: FrontPage }) => ReactNode> = { stay: StayStep, table: TableStep, pool: PoolStep, game: GameStep, basket: BasketStep };

export function BookPage() {
  const t = useTexts();
  const { config, publicApi } = useServices();
  const { pathname } = useAddress();
  const place = guestPage(pathname);
  const step = place?.page === 'book' ? place.step : 'basket';
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
          <Step front={front.data} />
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
      {step !== 'basket' && <BasketNow />}
      <Switches />
    </>
  );
}
