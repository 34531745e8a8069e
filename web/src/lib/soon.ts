/* Puts work that many ask for at once off until they have all asked: a moment after the first, one run at a time, and with a
 * pause between the runs. Whoever asks while it runs gets another run, because this one may have looked too early. */
export interface Soon {
  ask: () => void;
  stop: () => void;
}

const GATHER_MS = 100;
const APART_MS = 500;

export function soon(work: () => Promise<unknown>): Soon {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastAt = -Infinity;
  let isRunning = false;
  let isAsked = false;
  let isOver = false;

  const plan = (): void => {
    if (isOver || isRunning || timer !== undefined) return;
    timer = setTimeout(run, Math.max(GATHER_MS, lastAt + APART_MS - Date.now()));
  };
  const run = (): void => {
    timer = undefined;
    isAsked = false;
    isRunning = true;
    lastAt = Date.now();
    work()
      .catch(() => {}) // whoever shows the result shows the problem
      .finally(() => {
        isRunning = false;
        if (isAsked) plan();
      });
  };
  return {
    ask() {
      isAsked = true;
      plan();
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
