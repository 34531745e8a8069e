/* Two tones that nobody mixes up without looking: up for come in, low and twice for stop. Made by the browser, heard once the page was touched. */
import type { Verdict } from '@/data/gate';

export interface Tones {
  /* To be called in the handler of a touch or a key. */
  wake: () => void;
  say: (is: Verdict['is']) => void;
}

const NOTES: Record<Verdict['is'], readonly [hertz: number, atS: number, forS: number][]> = {
  in: [
    [880, 0, 0.12],
    [1318.5, 0.12, 0.2],
  ],
  out: [
    [196, 0, 0.22],
    [196, 0.3, 0.35],
  ],
  unsure: [[440, 0, 0.3]],
};
const SHAKES: Record<Verdict['is'], number[]> = { in: [60], out: [200, 80, 200], unsure: [120] };

export function makeTones(): Tones {
  let context: AudioContext | undefined;
  return {
    wake() {
      if (typeof AudioContext === 'undefined') return;
      context ??= new AudioContext();
      void context.resume();
    },
    say(is) {
      if (context?.state === 'running') {
        for (const [hertz, atS, forS] of NOTES[is]) {
          const start = context.currentTime + atS;
          const oscillator = context.createOscillator();
          const volume = context.createGain();
          oscillator.type = is === 'out' ? 'square' : 'sine';
          oscillator.frequency.value = hertz;
          volume.gain.setValueAtTime(is === 'out' ? 0.25 : 0.5, start);
          volume.gain.exponentialRampToValueAtTime(0.0001, start + forS);
          oscillator.connect(volume).connect(context.destination);
          oscillator.start(start);
          oscillator.stop(start + forS);
        }
      }
      if ('vibrate' in navigator && navigator.userActivation?.hasBeenActive) navigator.vibrate(SHAKES[is]);
    },
  };
}
