/* Whether this device keeps something, also when another tab begins to. */
import { useSyncExternalStore } from 'react';
import { isKept } from '@/lib/keep';

const hear = (listener: () => void): (() => void) => {
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
};

export const useKept = (key: string): boolean => useSyncExternalStore(hear, () => isKept(key));
