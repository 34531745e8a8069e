/* The way to the basket, fetched only where this device has one: a first visit does without. */
import { lazy, Suspense } from 'react';
import { BASKET } from '@/data/kept';
import { useKept } from '@/hooks/useKept';

const Now = lazy(() => import('./BasketNow').then((file) => ({ default: file.BasketNow })));

export function BasketLink() {
  if (!useKept(BASKET)) return null;
  return (
    <Suspense fallback={null}>
      <Now />
    </Suspense>
  );
}
