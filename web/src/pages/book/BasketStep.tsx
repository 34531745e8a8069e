/* /book: the basket. Nothing is in it on a first visit; what is, and the form that books it, is a chunk of its own. */
import { Button, Title } from '@mantine/core';
import { Suspense } from 'react';
import type { FrontPage } from '@/data/bookingShapes';
import { bookPath, offered } from '@/data/front';
import { BASKET, hasBasket } from '@/data/kept';
import { useKept } from '@/hooks/useKept';
import { later } from '@/lib/later';
import { KIND_ICONS } from '@/parts/bookIcons';
import { Loading } from '@/parts/Loading';
import { useTexts } from '@/texts';
import { speaking } from '@/texts/speaking';
import classes from './BasketStep.module.css';
import { follow } from './parts';

const HeldBasket = later(() => speaking(['held'], async () => (await import('./HeldBasket')).HeldBasket));

/* What is shown first, before the page stands. */
export const readyFor = async (): Promise<void> => (hasBasket() ? HeldBasket.ready() : undefined);

export function BasketStep({ front }: { front: FrontPage }) {
  if (!useKept(BASKET)) return <Empty front={front} />;
  return (
    <Suspense fallback={<Loading />}>
      <HeldBasket front={front} />
    </Suspense>
  );
}

export function Ways({ front, title }: { front: FrontPage; title: string }) {
  const t = useTexts();
  return (
    <nav aria-label={title} className={classes.ways}>
      {offered(front).map((kind) => {
        const Icon = KIND_ICONS[kind];
        return (
          <Button key={kind} component="a" variant="default" leftSection={<Icon size={20} />} {...follow(bookPath(kind))}>
            {t.house[kind]}
          </Button>
        );
      })}
    </nav>
  );
}

export function Empty({ front }: { front: FrontPage }) {
  const t = useTexts();
  return (
    <div className={classes.empty}>
      <Title order={2} size="h3">
        {t.book.basket.empty}
      </Title>
      <p>{t.book.basket.emptyText}</p>
      <Ways front={front} title={t.book.basket.also} />
    </div>
  );
}
