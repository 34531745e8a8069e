/* Whether the daemon can be reached. Every request reports here; the pages show it, and what was kept goes out again. */
type Listener = () => void;

const listeners = new Set<Listener>();
let away = false;

function set(next: boolean): void {
  if (next === away) return;
  away = next;
  for (const listener of [...listeners]) listener();
}

export const network = {
  isAway: (): boolean => away,
  reached: (): void => set(false),
  lost: (): void => set(true),
  subscribe(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/* Gateways answer these for a daemon that is not there; the daemon itself answers 503 while its database is away. */
export function isAwayStatus(status: number): boolean {
  return status === 0 || status === 502 || status === 503 || status === 504;
}

export function watchConnection(target: Window): void {
  target.addEventListener('offline', () => network.lost());
}
