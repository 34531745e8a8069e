/* Code that the first sight of a page does not need: fetched when somebody touches the page (they will need it in a moment), or when it is needed. */
import { createElement, lazy, useState, type ReactNode } from 'react';

const waiting = new Set<() => void>();
let touched = false;

const KINDS = ['pointerdown', 'keydown', 'focusin'] as const;

function touch(): void {
  touched = true;
  for (const kind of KINDS) window.removeEventListener(kind, touch, true);
  for (const fetchIt of waiting) fetchIt();
  waiting.clear();
}

if (typeof window !== 'undefined') for (const kind of KINDS) window.addEventListener(kind, touch, { capture: true, passive: true });

/* Runs `work` at the first touch of the page, or now when there was one. The answer takes it back. */
export function atFirstTouch(work: () => void): () => void {
  if (touched) work();
  else waiting.add(work);
  return () => void waiting.delete(work);
}

export interface Later<P extends object> {
  (props: P): ReactNode;
  /* Fetches it before it is shown: from then on it is there at once. */
  ready: () => Promise<void>;
}

/* A component in a chunk of its own, under way from the first touch on. Wants a <Suspense> around it. */
export function later<P extends object>(load: () => Promise<(props: P) => ReactNode>): Later<P> {
  let there: ((props: P) => ReactNode) | undefined;
  let promise: Promise<{ default: (props: P) => ReactNode }> | undefined;
  const fetchIt = () =>
    (promise ??= load().then((component) => {
      there = component;
      return { default: component };
    }));
  atFirstTouch(() => {
    // What did not come is asked for again when it is needed.
    fetchIt().catch(() => (promise = undefined));
  });
  const Lazy = lazy(fetchIt) as unknown as (props: P) => ReactNode;
  function Later(props: P) {
    const [Component] = useState(() => there ?? Lazy);
    return createElement(Component, props);
  }
  Later.ready = async () => {
    await fetchIt();
  };
  return Later;
}
