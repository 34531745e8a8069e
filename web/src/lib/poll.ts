/* How often a page asks again: often while somebody looks, seldom while the page is hidden, less and less while the daemon does
 * not answer, never once the thing asked about is gone. A query that is pushed (data/live.ts) is asked only to be safe. */
import { isOver } from '@/data/refusal';

export interface Pace {
  visibleMs: number;
  hiddenMs: number;
}

export const LIVE: Pace = { visibleMs: 2_000, hiddenMs: 20_000 };
/* A dish that sells out should leave the menus before many have ordered it; unchanged, the answer is a bare 304. */
export const MENU: Pace = { visibleMs: 5_000, hiddenMs: 60_000 };
export const CALM: Pace = { visibleMs: 15_000, hiddenMs: 120_000 };
export const SELDOM: Pace = { visibleMs: 60_000, hiddenMs: 300_000 };

/* What is pushed at present, by the hash of the query's key, and how often to ask all the same. */
export const pushed = new Map<string, Pace>();

const SLOWEST_MS = 30_000;

export function nextPollMs(pace: Pace, hidden: boolean, failures: number, error: unknown): number | false {
  if (isOver(error)) return false;
  const base = hidden ? pace.hiddenMs : pace.visibleMs;
  return Math.max(base, Math.min(base * 2 ** failures, SLOWEST_MS));
}

interface PolledQuery {
  queryHash: string;
  state: { error: unknown; errorUpdateCount: number; dataUpdateCount: number; fetchFailureCount: number };
}

export function polled(pace: Pace): (query: PolledQuery) => number | false {
  return ({ queryHash, state }) => {
    // What could not be fetched is as old as before, whoever says that it has changed.
    const safe = state.error === null && state.fetchFailureCount === 0 ? pushed.get(queryHash) : undefined;
    return nextPollMs(safe ?? pace, document.visibilityState === 'hidden', state.fetchFailureCount, state.error);
  };
}
