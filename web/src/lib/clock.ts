/* One clock for all timers of a page. It runs by the daemon's time, whatever this device's clock says, and ticks once a second while
 * the page is seen. A part of the page that shows a time asks for just that and is drawn again only when it reads differently. */
export interface Clock {
  /* Milliseconds since 1970 by the daemon's clock. */
  now: () => number;
  subscribe: (listener: () => void) => () => void;
  /* The daemon's time as of an answer that came at `seenAtMs` by this device's clock. */
  set: (daemonMs: number, seenAtMs: number) => void;
}

const TICK_MS = 1_000;

export function makeClock(): Clock {
  const listeners = new Set<() => void>();
  let skewMs = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  // The time of the last tick: everybody who asks between two ticks reads the same.
  let atMs = Date.now();
  const tick = (): void => {
    if (document.visibilityState !== 'visible') return;
    atMs = Date.now();
    for (const listener of [...listeners]) listener();
  };
  return {
    now: () => (timer === undefined ? Date.now() : atMs) + skewMs,
    subscribe(listener) {
      listeners.add(listener);
      if (timer === undefined) {
        atMs = Date.now();
        timer = setInterval(tick, TICK_MS);
        document.addEventListener('visibilitychange', tick);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || timer === undefined) return;
        clearInterval(timer);
        timer = undefined;
        document.removeEventListener('visibilitychange', tick);
      };
    },
    set(daemonMs, seenAtMs) {
      const next = daemonMs - seenAtMs;
      // An answer takes its time on the way: what differs by less than a tick says nothing.
      if (Math.abs(next - skewMs) >= TICK_MS) skewMs = next;
    },
  };
}

export const clock = makeClock();
