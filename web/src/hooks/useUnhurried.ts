/* Lets one thing through and holds the next back for a moment: when a ticket moves on, another slides under the finger, and the
 * second half of a double tap would start it. */
import { useCallback, useRef } from 'react';

const MOMENT_MS = 400;

export function useUnhurried(): (work: () => void) => void {
  const last = useRef(-Infinity);
  return useCallback((work) => {
    const now = performance.now();
    if (now - last.current < MOMENT_MS) return;
    last.current = now;
    work();
  }, []);
}
