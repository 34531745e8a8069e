/* The kitchen's bell: two short tones made by the browser, no file to load. A browser lets a page sound only after somebody
 * has touched it, so ring() before wake() is silent. */
export interface Bell {
  wake: () => void;
  ring: () => void;
}

export function makeBell(): Bell {
  let context: AudioContext | undefined;
  const tone = (audio: AudioContext, hertz: number, afterS: number): void => {
    const start = audio.currentTime + afterS;
    const oscillator = audio.createOscillator();
    const volume = audio.createGain();
    oscillator.type = 'sine';
    oscillator.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.5, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.6);
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + 0.65);
  };
  return {
    wake() {
      if (typeof AudioContext === 'undefined') return;
      context ??= new AudioContext();
      void context.resume();
    },
    ring() {
      if (context?.state !== 'running') return;
      tone(context, 880, 0);
      tone(context, 1174.7, 0.22);
    },
  };
}
