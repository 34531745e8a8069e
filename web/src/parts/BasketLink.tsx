/* The way to the basket, fetched only where this device has one: the first sight of a house does without. */
import { lazy, Suspense } from 'react';
import { shelf } from '@/lib/keep';

const Now = lazy(() => import('./BasketNow').then((file) => ({ default: file.BasketNow })));

export function BasketLink() {
  if (shelf().getItem('maitred.basket') === null) return null;
  return (
    <Suspense fallback={null}>
      <Now />
    </Suspense>
  );
}
