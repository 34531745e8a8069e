import { act, renderHook } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { guestPage, useBackCloses } from './address';

test.each([
  ['/', { page: 'home' }],
  ['/t/vesuvio4', { page: 'table', code: 'vesuvio4' }],
  ['/t/vesuvio4/', { page: 'table', code: 'vesuvio4' }],
  ['/t/a%20b', { page: 'table', code: 'a b' }],
  ['/t/%', { page: 'nothing' }],
  ['/t/', { page: 'nothing' }],
  ['/menu/r1', { page: 'menu', restaurant: 'r1' }],
  ['/r/abc', { page: 'receipt', code: 'abc' }],
  ['/book', { page: 'book', step: 'basket' }],
  ['/book/', { page: 'book', step: 'basket' }],
  ['/book/stay', { page: 'book', step: 'stay' }],
  ['/book/everything', { page: 'nothing' }],
  ['/book/stay/more', { page: 'nothing' }],
  ['/what/is/this', { page: 'nothing' }],
  ['/kitchen', null],
  ['/floor', null],
  ['/login', null],
  ['/kitchenette', { page: 'nothing' }],
])('%s', (path, expected) => expect(guestPage(path)).toEqual(expected));

const settle = () => act(() => new Promise<void>((resolve) => setTimeout(resolve, 60)));
const back = async () => {
  window.history.back();
  await settle();
};

interface Sheets {
  first: boolean;
  second: boolean;
}

function sheets() {
  const closed: string[] = [];
  const { rerender } = renderHook(
    ({ first, second }: Sheets) => {
      useBackCloses(first, () => closed.push('first'));
      useBackCloses(second, () => closed.push('second'));
    },
    { initialProps: { first: false, second: false } },
  );
  return { closed, show: async (next: Sheets) => (rerender(next), settle()) };
}

beforeEach(() => window.history.pushState({ start: true }, ''));

test('back closes what is open, the topmost first', async () => {
  const { closed, show } = sheets();
  await show({ first: true, second: false });
  await show({ first: true, second: true });
  await back();
  expect(closed).toEqual(['second']);
  await show({ first: true, second: false });
  await back();
  expect(closed).toEqual(['second', 'first']);
});

test('a sheet that takes the place of another stays open, and one back closes it', async () => {
  const { closed, show } = sheets();
  await show({ first: true, second: false });
  await show({ first: false, second: true });
  expect(closed).toEqual([]);
  await back();
  expect(closed).toEqual(['second']);
  await show({ first: false, second: false });
  expect(window.history.state).toEqual({ start: true });
});

test('closed by its own button, a sheet leaves nothing behind', async () => {
  const { closed, show } = sheets();
  await show({ first: true, second: false });
  await show({ first: false, second: false });
  expect(closed).toEqual([]);
  expect(window.history.state).toEqual({ start: true });
});
