/* A bell that insists: it rings when something new wants attention, and again every few seconds until somebody touches the page or
 * what it rang for is gone. */
import { useEffect, useRef } from 'react';
import type { Bell } from '@/lib/bell';

const AGAIN_MS = 8_000;

interface Options {
  bell: Bell;
  isOn: boolean;
  /* What wants attention now, by name. What is there at the first look rings for nothing: somebody has just opened the page. */
  pressing: readonly string[];
  onFresh?: (names: string[]) => void;
}

export function useAlarm({ bell, isOn, pressing, onFresh }: Options): void {
  const seen = useRef<Set<string> | null>(null);
  const unanswered = useRef(new Set<string>());
  const latest = useRef({ isOn, onFresh });
  useEffect(() => {
    latest.current = { isOn, onFresh };
  });

  useEffect(() => {
    const fresh = seen.current === null ? [] : pressing.filter((name) => !seen.current?.has(name));
    // Never twice for one name: a ticket that is taken a step back is not new. A second call has another name (its time).
    seen.current = new Set([...(seen.current ?? []), ...pressing]);
    const still = new Set(pressing);
    for (const name of [...unanswered.current]) if (!still.has(name)) unanswered.current.delete(name);
    if (fresh.length === 0) return;
    for (const name of fresh) unanswered.current.add(name);
    latest.current.onFresh?.(fresh);
    if (latest.current.isOn) bell.ring();
  }, [pressing, bell]);

  useEffect(() => {
    const timer = setInterval(() => {
      if (unanswered.current.size > 0 && latest.current.isOn) bell.ring();
    }, AGAIN_MS);
    const answer = (): void => {
      bell.wake();
      unanswered.current.clear();
    };
    document.addEventListener('pointerdown', answer);
    document.addEventListener('keydown', answer);
    return () => {
      clearInterval(timer);
      document.removeEventListener('pointerdown', answer);
      document.removeEventListener('keydown', answer);
    };
  }, [bell]);
}
