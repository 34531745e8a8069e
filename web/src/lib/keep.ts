/* What a device remembers: JSON values in localStorage. A browser that refuses storage (private mode, full) loses the memory
 * with the page, never the page itself. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const inMemory = new Map<string, string>();
const memory: Shelf = {
  getItem: (key) => inMemory.get(key) ?? null,
  setItem: (key, value) => void inMemory.set(key, value),
  removeItem: (key) => void inMemory.delete(key),
};

function usable(): Shelf {
  try {
    const probe = 'maitred.probe';
    window.localStorage.setItem(probe, '1');
    window.localStorage.removeItem(probe);
    return window.localStorage;
  } catch {
    return memory;
  }
}

let chosen: Shelf | undefined;
export function shelf(): Shelf {
  return (chosen ??= usable());
}

const PREFIX = 'maitred.';

/* What the shelf would not take is in memory. */
const read = (key: string): string | null => memory.getItem(PREFIX + key) ?? shelf().getItem(PREFIX + key);

/* `check` turns what was read into a T, or undefined when it is not one: an older version of the page may have written it. */
export function recall<T>(key: string, check: (value: unknown) => T | undefined): T | undefined {
  const text = read(key);
  if (text === null) return undefined;
  try {
    return check(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function keep(key: string, value: unknown): void {
  memory.removeItem(PREFIX + key);
  try {
    shelf().setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    memory.setItem(PREFIX + key, JSON.stringify(value));
  }
}

/* Whether anything is kept there, whatever it is. */
export const isKept = (key: string): boolean => read(key) !== null;

export function forget(key: string): void {
  memory.removeItem(PREFIX + key);
  shelf().removeItem(PREFIX + key);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const asString = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const asBoolean = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);
