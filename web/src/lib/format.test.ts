import { describe, expect, test } from 'vitest';
import { clockTime, list, money, readMoney, stopwatch } from './format';

const EUR = { currency: 'EUR', currency_exponent: 2 };
const JPY = { currency: 'JPY', currency_exponent: 0 };
const KWD = { currency: 'KWD', currency_exponent: 3 };
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

test.each([
  [1234, EUR, 'en-GB', '€12.34'],
  [1234, EUR, 'de-DE', '12,34 €'],
  [1234, JPY, 'en-US', '¥1,234'],
  [1234, KWD, 'en-US', 'KWD 1.234'],
  [0, EUR, 'en-GB', '€0.00'],
  [-50, EUR, 'en-GB', '-€0.50'],
])('%i of %o in %s is %s', (minor, of, locale, text) => {
  expect(plain(money(minor, of, locale))).toBe(text);
});

describe('money as people type it', () => {
  test.each([
    ['20', EUR, 2000],
    ['12.5', EUR, 1250],
    ['12,50', EUR, 1250],
    ['1 000', EUR, 100000],
    ['7.', EUR, 700],
    ['500', JPY, 500],
    ['1.234', KWD, 1234],
    ['12.345', EUR, undefined],
    ['1.5', JPY, undefined],
    ['-5', EUR, undefined],
    ['abc', EUR, undefined],
    ['', EUR, undefined],
    ['1.2.3', EUR, undefined],
  ])('%j', (text, of, minor) => {
    expect(readMoney(text, of)).toBe(minor);
  });
});

test('times are on the clock of the place, not of the device', () => {
  expect(clockTime('2026-07-01T18:30:00Z', 'Europe/Berlin', 'en-GB')).toBe('20:30');
  expect(plain(clockTime('2026-07-01T18:30:00Z', 'America/New_York', 'en-US'))).toBe('2:30 PM');
});

test.each([
  [0, '0:00'],
  [65, '1:05'],
  [3599.9, '59:59'],
  [3729, '1:02:09'],
  [-5, '0:00'],
])('a stopwatch at %d s shows %s', (seconds, text) => {
  expect(stopwatch(seconds)).toBe(text);
});

test('lists read like sentences', () => {
  expect(list(['milk', 'nuts', 'eggs'], 'en-GB')).toBe('milk, nuts and eggs');
});
