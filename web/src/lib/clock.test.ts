import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeClock } from './clock';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

test('it runs by the clock of the house, not of the tablet', () => {
  const clock = makeClock();
  clock.set(400_000, 1_000_000);
  expect(clock.now()).toBe(400_000);
  clock.set(400_300, 1_000_000); // an answer that took longer
  expect(clock.now()).toBe(400_000);
});

test('it ticks once a second while somebody listens', () => {
  const clock = makeClock();
  let ticks = 0;
  const stop = clock.subscribe(() => void ticks++);
  vi.advanceTimersByTime(3_500);
  expect([ticks, clock.now()]).toEqual([3, 1_003_000]);
  stop();
  vi.advanceTimersByTime(3_000);
  expect(ticks).toBe(3);
});
