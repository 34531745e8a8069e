/* A bell: two short tones. A browser lets a page sound only after somebody has touched it since
 * it was loaded, so the bell says whether it can be heard. */
import { playTone, shake } from './tone';

export interface Bell {
  /* To be called in the handler of a touch or a key. */
  wake: () => void;
  ring: () => void;
  /* Whether ring() is heard. True where there is no sound at all: then nobody can do anything about it. */
  canRing: () => boolean;
  subscribe: (listener: () => void) => () => void;
}

const RING_MS = 800;
const STRUCK = { forS: 0.6, volume: 0.5, risesS: 0.02 };

export function makeBell(): Bell {
  const hasSound = typeof AudioContext !== 'undefined';
  const listeners = new Set<() => void>();
  let context: AudioContext | undefined;
  const audio = (): AudioContext => {
    if (context) return context;
    context = new AudioContext();
    context.addEventListener('statechange', () => {
      for (const listener of [...listeners]) listener();
    });
    return context;
  };
  return {
    wake() {
      if (hasSound) void audio().resume();
    },
    ring() {
      if (context?.state === 'running') {
        playTone(context, { ...STRUCK, hertz: 880, atS: 0 });
        playTone(context, { ...STRUCK, hertz: 1174.7, atS: 0.22 });
      }
      shake([RING_MS / 4, 100, RING_MS / 4]);
    },
    canRing: () => !hasSound || audio().state === 'running',
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
