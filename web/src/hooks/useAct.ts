/* Runs something that needs the daemon now: one at a time, with what went wrong shown. */
import { useCallback, useRef, useState } from 'react';
import { useNotify } from '@/parts/Notices';

export interface Act {
  busy: boolean;
  run: (work: () => Promise<unknown>, onProblem?: (error: unknown) => boolean) => Promise<boolean>;
}

/* `onProblem` returns true when it has dealt with the error itself. The answer: whether the work was done. */
export function useAct(): Act {
  const notify = useNotify();
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const run = useCallback<Act['run']>(
    async (work, onProblem) => {
      if (running.current) return false; // the second tap of a double tap
      running.current = true;
      setBusy(true);
      try {
        await work();
        return true;
      } catch (error) {
        if (!onProblem?.(error)) notify.problem(error);
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [notify],
  );
  return { busy, run };
}
