/* The outbox of a page, alive as long as the page is; what it holds outlives both. */
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Api } from '@/data/api';
import { openQueue, type Done, type Queue, type QueuedWrite } from '@/data/writes';
import { shelf } from '@/lib/keep';

interface Handlers {
  onDone: (done: Done) => void;
  onRefused: (write: QueuedWrite, error: unknown) => void;
}

export function useQueue(api: Api, key: string, handlers: Handlers): Queue | null {
  const latest = useRef(handlers);
  useLayoutEffect(() => {
    latest.current = handlers;
  });
  const [queue, setQueue] = useState<Queue | null>(null);
  useEffect(() => {
    const opened = openQueue({
      api,
      key,
      shelf: shelf(),
      onDone: (done) => latest.current.onDone(done),
      onRefused: (write, error) => latest.current.onRefused(write, error),
    });
    setQueue(opened);
    return () => opened.close();
  }, [api, key]);
  return queue;
}

const NONE: readonly QueuedWrite[] = [];
const never = () => () => {};
const none = () => NONE;

export function useWrites(queue: Queue | null): readonly QueuedWrite[] {
  return useSyncExternalStore(queue?.subscribe ?? never, queue?.writes ?? none, none);
}
