/* The address of a guest's page, and what "back" does on it: the phone's own button closes the sheet, then the tab, and only then leaves.
 * The staff's pages have a router; these are few addresses, and a router weighs as much as a menu with pictures. */
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';

const STEPS = ['stay', 'table', 'pool', 'game'] as const;
/* What is chosen on a page of booking; the basket itself. */
export type BookStep = (typeof STEPS)[number] | 'basket';

export type GuestPage =
  | { page: 'home' }
  | { page: 'book'; step: BookStep }
  | { page: 'menu'; restaurant: string }
  | { page: 'table'; code: string }
  | { page: 'receipt'; code: string }
  | MyPlace
  | { page: 'nothing' };
/* What is a guest's own: pages/my, pages/waiver, pages/party; and the widget in somebody else's page, pages/embed. */
type MyPlace = { page: 'my'; reference: string | null } | { page: 'waiver'; code: string } | { page: 'party'; code: string } | { page: 'embed'; key: string };

const STAFF = /^\/(kitchen|floor|login|desk|gate|finance|manage|platform)(\/|$)/;

/* Null: a page of the staff. */
export function guestPage(path: string): GuestPage | null {
  if (STAFF.test(path)) return null;
  const [, kind, code, ...more] = path.replace(/\/+$/, '').split('/');
  if (kind === undefined || kind === '') return { page: 'home' };
  if (kind === 'my' && code === undefined) return { page: 'my', reference: null };
  if (kind === 'book' && (code === undefined || code === '')) return { page: 'book', step: 'basket' };
  if (code === undefined || code === '' || more.length > 0) return { page: 'nothing' };
  let name: string;
  try {
    name = decodeURIComponent(code);
  } catch {
    return { page: 'nothing' };
  }
  if (kind === 'book') {
    const step = STEPS.find((known) => known === name);
    return step ? { page: 'book', step } : { page: 'nothing' };
  }
  switch (kind) {
    case 't':
      return { page: 'table', code: name };
    case 'menu':
      return { page: kind, restaurant: name };
    case 'r':
      return { page: 'receipt', code: name };
    case 'my':
      return { page: kind, reference: name };
    case 'embed':
      return { page: kind, key: name };
    case 'waiver':
    case 'party':
      return { page: kind, code: name };
    default:
      return { page: 'nothing' };
  }
}

function onMove(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener('maitred:moved', listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener('maitred:moved', listener);
  };
}

const moved = (): boolean => window.dispatchEvent(new Event('maitred:moved'));

/* A word in the address (`?view=bill`) as state: it survives a reload, and "back" goes to the one before. */
export function useAddressWord<T extends string>(name: string, words: readonly T[], usual: T): [T, (word: T, how?: 'push' | 'replace') => void] {
  const read = (): T => {
    const word = new URLSearchParams(window.location.search).get(name);
    return words.find((known) => known === word) ?? usual;
  };
  const word = useSyncExternalStore(onMove, read, () => usual);
  const set = useCallback(
    (next: T, how: 'push' | 'replace' = 'push') => {
      const url = new URL(window.location.href);
      if (next === usual) url.searchParams.delete(name);
      else url.searchParams.set(name, next);
      if (url.href === window.location.href) return;
      if (how === 'push') window.history.pushState(null, '', url);
      else window.history.replaceState(window.history.state, '', url);
      moved();
    },
    [name, usual],
  );
  return [word, set];
}

/* The whole address as state. */
export function useAddress(): URL {
  const href = useSyncExternalStore(
    onMove,
    () => window.location.href,
    () => '/',
  );
  return useMemo(() => new URL(href), [href]);
}

/* To another address of the same kind of page, without asking the daemon for it. */
export function visit(path: string, how: 'push' | 'replace' = 'push'): void {
  const url = new URL(path, window.location.href);
  if (url.href === window.location.href) return;
  if (how === 'push') {
    window.history.pushState(null, '', url);
    window.scrollTo(0, 0);
  } else window.history.replaceState(window.history.state, '', url);
  moved();
}

/* What was chosen, in the address: a reload keeps it, and it can be sent to somebody. What was merely changed replaces it, so that "back" leaves the step. */
export function setWords(changes: Record<string, string | number | null>, how: 'push' | 'replace' = 'replace'): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, String(value));
  }
  visit(url.href, how);
}

/* What lies over the page, each with its entry in the history. */
const layers = new Map<number, () => void>();
let lastLayer = 0;

const layerIn = (state: unknown): number => (typeof state === 'object' && state !== null && 'layer' in state && typeof state.layer === 'number' ? state.layer : 0);

/* Going back takes a moment, and a sheet may open in that moment: it takes over the entry of the one that closes, or waits for its own. */
let leaving: ReturnType<typeof setTimeout> | undefined;
let isReturning = false;
let afterReturn: (() => void) | undefined;

function enter(id: number): void {
  const push = (): void => window.history.pushState({ layer: id }, '');
  if (leaving !== undefined) {
    clearTimeout(leaving);
    leaving = undefined;
    window.history.replaceState({ layer: id }, '');
  } else if (isReturning) afterReturn = push;
  else push();
}

function leave(id: number): void {
  if (layerIn(window.history.state) !== id) return; // somebody has gone on from there: see below
  leaving = setTimeout(() => {
    leaving = undefined;
    if (layerIn(window.history.state) !== id) return;
    isReturning = true;
    window.history.back();
  });
}

if (typeof window !== 'undefined') {
  window.addEventListener('popstate', ({ state }) => {
    if (isReturning) {
      isReturning = false;
      afterReturn?.();
      afterReturn = undefined;
      return;
    }
    const at = layerIn(state);
    for (const [id, close] of [...layers]) {
      if (id <= at) continue;
      layers.delete(id);
      close();
    }
    // The entry of a sheet that was closed by its button meanwhile is nobody's: one further.
    if (at > 0 && !layers.has(at)) window.history.back();
  });
}

/* While `isOpen`, "back" calls `close` instead of leaving. Closed by other means, its entry in the history goes, too. */
export function useBackCloses(isOpen: boolean, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    if (!isOpen) return;
    const id = ++lastLayer;
    layers.set(id, () => latest.current());
    enter(id);
    return () => {
      // Not there any more: "back" has closed it.
      if (layers.delete(id)) leave(id);
    };
  }, [isOpen]);
}

/* State that is closed by "back": for what opens a sheet. */
export function useLayer<T>(): [T | null, (value: T) => void, () => void] {
  const [value, setValue] = useState<T | null>(null);
  const close = useCallback(() => setValue(null), []);
  useBackCloses(value !== null, close);
  return [value, setValue, close];
}
