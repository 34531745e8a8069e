/* State that survives a reload on this device. */
import { useCallback, useState } from 'react';
import { keep, recall } from '@/lib/keep';

export function useRemembered<T>(key: string, check: (value: unknown) => T | undefined, initial: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => recall(key, check) ?? initial);
  const set = useCallback(
    (next: T) => {
      setValue(next);
      keep(key, next);
    },
    [key],
  );
  return [value, set];
}
