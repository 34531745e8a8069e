import { useCallback, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { clock } from '@/lib/clock';

/* What `read` says of the time now; drawn again only when that changes. Give it something to compare: a text, a number. */
export function useClock<T extends string | number | boolean>(read: (nowMs: number) => T): T {
  return useSyncExternalStore(clock.subscribe, () => read(clock.now()));
}

/* The same for a text that changes every second: written into the element itself, so that two hundred stopwatches cost two hundred short
 * texts and no drawing. The first text is the caller's to show. */
export function useClockText(read: (nowMs: number) => string): { text: string; ref: (element: HTMLElement | null) => (() => void) | undefined } {
  const latest = useRef(read);
  useLayoutEffect(() => {
    latest.current = read;
  });
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    return clock.subscribe(() => {
      const text = latest.current(clock.now());
      if (element.textContent !== text) element.textContent = text;
    });
  }, []);
  return { text: read(clock.now()), ref };
}
