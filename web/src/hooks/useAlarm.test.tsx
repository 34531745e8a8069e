import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Bell } from '@/lib/bell';
import { useAlarm } from './useAlarm';

let rings = 0;
const bell: Bell = { wake: () => {}, ring: () => void rings++, canRing: () => true, subscribe: () => () => {} };
beforeEach(() => {
  rings = 0;
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

const watch = (first: string[], isOn = true) => renderHook(({ pressing, on }) => useAlarm({ bell, isOn: on, pressing }), { initialProps: { pressing: first, on: isOn } });

test('it rings for what is new, not for the first look, and never twice for one name', () => {
  const { rerender } = watch(['a']);
  expect(rings).toBe(0);
  rerender({ pressing: ['a', 'b'], on: true });
  expect(rings).toBe(1);
  rerender({ pressing: ['a'], on: true });
  rerender({ pressing: ['a', 'b'], on: true }); // a step back
  expect(rings).toBe(1);
});

test('it rings again until somebody touches the page', () => {
  const { rerender } = watch([]);
  rerender({ pressing: ['a'], on: true });
  vi.advanceTimersByTime(17_000);
  expect(rings).toBe(3);
  document.dispatchEvent(new Event('pointerdown'));
  vi.advanceTimersByTime(60_000);
  expect(rings).toBe(3);
});

test('it stops when what it rang for is gone', () => {
  const { rerender } = watch([]);
  rerender({ pressing: ['a'], on: true });
  rerender({ pressing: [], on: true });
  vi.advanceTimersByTime(60_000);
  expect(rings).toBe(1);
});

test('switched off it is silent', () => {
  const { rerender } = watch([], false);
  rerender({ pressing: ['a'], on: false });
  vi.advanceTimersByTime(60_000);
  expect(rings).toBe(0);
});
