/* A tone made by the browser, no file to load. */
export interface Tone {
  hertz: number;
  atS: number;
  forS: number;
  volume: number;
  wave?: OscillatorType;
  /* How long it takes to be there: none is a knock, a little is a bell. */
  risesS?: number;
}

const SILENT = 0.0001;

export function playTone(on: AudioContext, { hertz, atS, forS, volume, wave = 'sine', risesS = 0 }: Tone): void {
  const start = on.currentTime + atS;
  const oscillator = on.createOscillator();
  const gain = on.createGain();
  oscillator.type = wave;
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(risesS > 0 ? SILENT : volume, start);
  if (risesS > 0) gain.gain.exponentialRampToValueAtTime(volume, start + risesS);
  gain.gain.exponentialRampToValueAtTime(SILENT, start + forS);
  oscillator.connect(gain).connect(on.destination);
  oscillator.start(start);
  oscillator.stop(start + forS);
}

/* Felt in the pocket, too, where there is something that shakes and somebody has touched the page. */
export function shake(pattern: number[]): void {
  if ('vibrate' in navigator && navigator.userActivation?.hasBeenActive) navigator.vibrate(pattern);
}
