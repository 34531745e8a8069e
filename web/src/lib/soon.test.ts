import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { soon } from './soon';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('many who ask at once get one run, and a stream of them two a second', async () => {
  const work = vi.fn(() => Promise.resolve());
  const { ask } = soon(work);
  for (let at = 0; at < 50; at++) ask();
  expect(work).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(work).toHaveBeenCalledTimes(1);
  for (let at = 0; at < 300; at++) {
    ask();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(work).toHaveBeenCalledTimes(7);
});

test('who asks while it runs gets another run, behind it', async () => {
  const finish: (() => void)[] = [];
  const work = vi.fn(() => new Promise<void>((resolve) => finish.push(resolve)));
  const { ask } = soon(work);
  ask();
  await vi.advanceTimersByTimeAsync(100);
  ask();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(work).toHaveBeenCalledTimes(1);
  finish[0]?.();
  await vi.advanceTimersByTimeAsync(100);
  expect(work).toHaveBeenCalledTimes(2);
});

test('a failure is not the end, stop() is', async () => {
  const work = vi.fn(() => Promise.reject(new Error('away')));
  const { ask, stop } = soon(work);
  ask();
  await vi.advanceTimersByTimeAsync(100);
  ask();
  await vi.advanceTimersByTimeAsync(500);
  expect(work).toHaveBeenCalledTimes(2);
  ask();
  stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(work).toHaveBeenCalledTimes(2);
});
