/* Does one thing after the other, in the order they came. What is being done or waits already is not taken twice. */
export function inTurn<T>(work: (what: T) => Promise<void>, nameOf: (what: T) => string, apartMs = 0): (what: T) => void {
  const waiting: T[] = [];
  let isWorking = false;
  const go = async (): Promise<void> => {
    isWorking = true;
    while (waiting[0] !== undefined) {
      await work(waiting[0]).catch(() => {}); // whoever does it says what went wrong
      waiting.shift();
      // What came of it is seen before the next.
      if (waiting.length > 0 && apartMs > 0) await new Promise((resolve) => setTimeout(resolve, apartMs));
    }
    isWorking = false;
  };
  return (what) => {
    if (waiting.some((other) => nameOf(other) === nameOf(what))) return;
    waiting.push(what);
    if (!isWorking) void go();
  };
}
