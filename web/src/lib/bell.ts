/* A bell: two short tones made by the browser, no file to load. A browser lets a page sound only after somebody has touched it since
 * it was loaded, so the bell says whether it can be heard. */
export interface Bell {
  /* To be called in the handler of a touch or a key. */
  wake: () => void;
  ring: () => void;
  /* Whether ring() is heard. True where there is no sound at all: then nobody can do anything about it. */
  canRing: () => boolean;
  subscribe: (listener: () => void) => () => void;
}

const RING_MS = 800;

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
  const tone = (on: AudioContext, hertz: number, afterS: number): void => {
    const start = on.currentTime + afterS;
    const oscillator = on.createOscillator();
    const volume = on.createGain();
    oscillator.type = 'sine';
    oscillator.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.5, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.6);
    oscillator.connect(volume).connect(on.destination);
    oscillator.start(start);
    oscillator.stop(start + 0.65);
  };
  return {
    wake() {
      if (hasSound) void audio().resume();
    },
    ring() {
      if (context?.state === 'running') {
        tone(context, 880, 0);
        tone(context, 1174.7, 0.22);
      }
      // Felt in the pocket, too, where there is something that shakes.
      if ('vibrate' in navigator && navigator.userActivation?.hasBeenActive) navigator.vibrate([RING_MS / 4, 100, RING_MS / 4]);
    },
    canRing: () => !hasSound || audio().state === 'running',
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
