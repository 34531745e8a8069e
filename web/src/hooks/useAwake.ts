/* Keeps the screen on while a page is open, where the browser can: a tablet in the kitchen is looked at, not touched. */
import { useEffect } from 'react';

export function useAwake(): void {
  useEffect(() => {
    if (!('wakeLock' in navigator)) return;
    let lock: WakeLockSentinel | undefined;
    let isClosed = false;
    // The browser lets go whenever the page is hidden; ask again when it is back. A refusal (low battery) is not worth a word.
    const ask = (): void => {
      if (document.visibilityState !== 'visible') return;
      navigator.wakeLock.request('screen').then(
        (granted) => {
          if (isClosed) void granted.release();
          else lock = granted;
        },
        () => {},
      );
    };
    ask();
    document.addEventListener('visibilitychange', ask);
    return () => {
      isClosed = true;
      document.removeEventListener('visibilitychange', ask);
      void lock?.release();
    };
  }, []);
}
