import { expect, test } from 'vitest';
import type { Night } from './bookingShapes';
import { checkedSpan, nightsFrom, pick, placeIn, stateOf } from './stayPick';

const TODAY = '2026-12-01';
const night = (date: string, more: Partial<Night> = {}): Night => ({ date, price: 100, weekend: false, rule: null, free: true, free_nights: 5, min_nights: 2, can_arrive: true, ...more });
const arrival = night('2026-12-04');

test.each([
  ['2026-11-30', undefined, 'past'],
  ['2026-12-05', night('2026-12-05', { free: false, can_arrive: false }), 'taken'],
  ['2026-12-05', night('2026-12-05', { can_arrive: false, free_nights: 1 }), 'noArrival'],
  ['2026-12-05', night('2026-12-05'), 'arrival'],
] as const)('before the arrival is chosen, %s is %s', (day, it, expected) => expect(stateOf(day, TODAY, it, null, 14)).toBe(expected));

test.each([
  ['2026-12-05', night('2026-12-05', { can_arrive: false }), 'tooShort'],
  ['2026-12-05', night('2026-12-05'), 'arrival'], // it may begin anew there
  ['2026-12-06', night('2026-12-06'), 'departure'],
  ['2026-12-09', night('2026-12-09', { free: false, can_arrive: false }), 'departure'], // others arrive on the day of the departure
  ['2026-12-10', night('2026-12-10', { free: false, can_arrive: false }), 'taken'],
  ['2026-12-10', night('2026-12-10', { can_arrive: false }), 'tooLong'],
  ['2026-12-03', night('2026-12-03'), 'arrival'],
] as const)('after an arrival on the 4th, %s is %s', (day, it, expected) => expect(stateOf(day, TODAY, it, arrival, 14)).toBe(expected));

test('nights are bounded by what is free and by what the house lets', () => {
  expect(nightsFrom(arrival, 14)).toEqual({ min: 2, max: 5 });
  expect(nightsFrom(arrival, 3)).toEqual({ min: 2, max: 3 });
  expect(nightsFrom(night('2026-12-04', { min_nights: 0 }), null)).toEqual({ min: 1, max: 5 });
});

test('a tap makes the arrival, the departure, or nothing', () => {
  expect(pick({ from: null, to: null }, '2026-12-04', 'arrival')).toEqual({ from: '2026-12-04', to: null });
  expect(pick({ from: '2026-12-04', to: null }, '2026-12-06', 'departure')).toEqual({ from: '2026-12-04', to: '2026-12-06' });
  expect(pick({ from: '2026-12-04', to: null }, '2026-12-05', 'taken')).toEqual({ from: '2026-12-04', to: null });
});

test('what lies between is marked; an address of yesterday chooses nothing', () => {
  const span = { from: '2026-12-04', to: '2026-12-06' };
  expect(['2026-12-03', '2026-12-04', '2026-12-05', '2026-12-06'].map((day) => placeIn(span, day))).toEqual([null, 'start', 'in', 'end']);
  expect(checkedSpan('2026-11-30', '2026-12-04', TODAY)).toEqual({ from: null, to: null });
  expect(checkedSpan('2026-12-04', '2026-12-04', TODAY)).toEqual({ from: '2026-12-04', to: null });
  expect(checkedSpan(null, '2026-12-04', TODAY)).toEqual({ from: null, to: null });
});
