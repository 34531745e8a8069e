import { useSyncExternalStore } from 'react';
import { clock } from '@/lib/clock';

/* What `read` says of the time now; drawn again only when that changes. Give it something to compare: a text, a number. */
export function useClock<T extends string | number | boolean>(read: (nowMs: number) => T): T {
  return useSyncExternalStore(clock.subscribe, () => read(clock.now()));
}
