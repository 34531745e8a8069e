import { expect, test } from 'vitest';
import { addDays, addMonths, clocksDiffer, daysInMonth, firstWeekday, isDay, laterOf, nightsBetween, price, wallTime, weeksOf } from './days';

test('days are counted without a clock: over months, years and the hour that is left out', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
  expect(nightsBetween('2026-10-24', '2026-10-26')).toBe(2);
  expect([daysInMonth('2028-02-10'), daysInMonth('2026-02-01')]).toEqual([29, 28]);
  expect([addMonths('2026-11-01', 2), addMonths('2026-01-01', -1)]).toEqual(['2027-01-01', '2025-12-01']);
  expect([laterOf('2026-01-02', '2026-01-01'), laterOf('2026-01-01', '2026-01-02')]).toEqual(['2026-01-02', '2026-01-02']);
});

test.each([
  ['2026-12-04', true],
  ['2026-02-30', false],
  ['2026-2-3', false],
  ['tomorrow', false],
  ['', false],
  [null, false],
])('%s is a day: %s', (text, expected) => expect(isDay(text)).toBe(expected));

test('a month stands in whole weeks, from the day a week begins with', () => {
  const december = weeksOf('2026-12-01', 1);
  expect(december).toHaveLength(5);
  expect(december[0]).toEqual([null, '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04', '2026-12-05', '2026-12-06']);
  expect(december.every((week) => week.length === 7)).toBe(true);
  expect(weeksOf('2026-12-01', 7)[0]?.slice(0, 3)).toEqual([null, null, '2026-12-01']);
  expect(
    weeksOf('2026-02-01', 1)
      .flat()
      .filter((day) => day !== null),
  ).toHaveLength(28);
  expect(firstWeekday('de')).toBe(1);
});

test('prices have cents where there are some; times read as on the wall', () => {
  expect([price(310, 'EUR', 'en-GB'), price(161.5, 'EUR', 'en-GB'), price(1500, 'JPY', 'en-GB')]).toEqual(['€310', '€161.50', 'JP¥1,500']);
  expect([wallTime('19:30', 'de'), wallTime('24:00', 'de')]).toEqual(['19:30', '0:00']);
});

test('another zone is another clock only when it reads otherwise', () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(clocksDiffer(here, Date.now())).toBe(false);
  expect(clocksDiffer(here === 'Asia/Tokyo' ? 'America/Lima' : 'Asia/Tokyo', Date.now())).toBe(true);
});
