/* Two tones that nobody mixes up without looking: up for come in, low and twice for stop. Heard once the page was touched. */
import type { Verdict } from '@/data/gate';
import { playTone, shake } from '@/lib/tone';

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
        for (const [hertz, atS, forS] of NOTES[is]) playTone(context, { hertz, atS, forS, ...(is === 'out' ? { volume: 0.25, wave: 'square' } : { volume: 0.5 }) });
      }
      shake(SHAKES[is]);
    },
  };
}
