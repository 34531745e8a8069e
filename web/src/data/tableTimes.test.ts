import { expect, test } from 'vitest';
import { nearTimes } from './tableTimes';

const time = (it: string, free = 2, reason: string | null = null) => ({ time: it, starts_at: `2026-12-04T${it}:00Z`, free, reason });

test('the nearest free times, in the order of the day; of two as near the earlier', () => {
  const times = ['17:00', '18:00', '18:30', '19:00', '19:30', '20:00', '21:00'].map((it) => time(it));
  expect(nearTimes(times, '19:00', 3).map((it) => it.time)).toEqual(['18:30', '19:00', '19:30']);
  expect(nearTimes(times, '19:15', 1).map((it) => it.time)).toEqual(['19:00']);
});

test('what is full or over is not near', () => {
  expect(nearTimes([time('19:00', 0), time('18:45', 2, 'pacing'), time('18:00')], '19:00', 3).map((it) => it.time)).toEqual(['18:00']);
});
