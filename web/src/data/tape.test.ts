import { expect, test } from 'vitest';
import { barsBetween, canMove, canStretch, conflicts, isSame, moved, takenPerDay, type Bar, type TapeRow } from './tape';

const bar = (id: string, from: string, to: string, more: Partial<Bar> = {}): Bar => ({ kind: 'stay', id, from, to, status: 'confirmed', ...more });
const row = (id: string, stays: Bar[]): TapeRow => ({ chalet_id: id, name: id, capacity: 4, status: 'active', rank: 0, stays, free_nights: 0 });
const ken = bar('ken', '2026-12-01', '2026-12-04');
const rows = [row('alpine', [ken, bar('ada', '2026-12-04', '2026-12-06')]), row('brook', [bar('held', '2026-12-02', '2026-12-05', { status: 'pending', is_running_out: true })])];

test('a bar moves by nights and chalets and stays on the chart', () => {
  expect(moved(rows, 0, ken, 'move', 2, 1)).toEqual({ chaletId: 'brook', from: '2026-12-03', to: '2026-12-06' });
  expect(moved(rows, 0, ken, 'move', 0, 9)).toEqual({ chaletId: 'brook', from: '2026-12-01', to: '2026-12-04' });
  expect(moved(rows, 0, ken, 'move', 0, -3).chaletId).toBe('alpine');
});

test('its end is stretched in its own chalet, to one night at least', () => {
  expect(moved(rows, 0, ken, 'stretch', 1, 1)).toEqual({ chaletId: 'alpine', from: '2026-12-01', to: '2026-12-05' });
  expect(moved(rows, 0, ken, 'stretch', -9, 0)).toEqual({ chaletId: 'alpine', from: '2026-12-01', to: '2026-12-02' });
  expect(isSame(ken, 'alpine', moved(rows, 0, ken, 'stretch', 0, 0))).toBe(true);
});

test('who leaves and who comes share a day; a night more is in the way; a hold that ran out is not', () => {
  expect(conflicts(rows, ken, moved(rows, 0, ken, 'stretch', 0, 0))).toEqual([]);
  expect(conflicts(rows, ken, moved(rows, 0, ken, 'stretch', 1, 0)).map((one) => one.id)).toEqual(['ada']);
  expect(conflicts(rows, ken, moved(rows, 0, ken, 'move', 1, 1))).toEqual([]);
});

test('a short stay within a longer one, and a long one around it, are in each other’s way', () => {
  const long = bar('long', '2026-12-01', '2026-12-20');
  const short = bar('short', '2026-12-05', '2026-12-06');
  const both = [row('alpine', [long]), row('brook', [short])];
  expect(conflicts(both, short, { chaletId: 'alpine', from: short.from, to: short.to }).map((one) => one.id)).toEqual(['long']);
  expect(conflicts(both, long, { chaletId: 'brook', from: long.from, to: long.to }).map((one) => one.id)).toEqual(['short']);
});

test('who has moved in only stays longer or less; what a portal sold stays where it is', () => {
  expect([canMove(bar('a', '', '', { status: 'checked_in' })), canStretch(bar('a', '', '', { status: 'checked_in' }))]).toEqual([false, true]);
  expect([canMove(bar('a', '', '', { status: 'checked_out' })), canStretch(bar('a', '', '', { status: 'checked_out' }))]).toEqual([false, false]);
  expect([canMove(bar('a', '', '', { kind: 'ical' })), canMove(bar('a', '', '', { kind: 'maintenance' }))]).toEqual([false, true]);
});

test('of a row only the bars in sight are drawn, and a night that is sold twice counts once', () => {
  expect(barsBetween(rows[0]?.stays ?? [], '2026-12-04', '2026-12-10').map((one) => one.id)).toEqual(['ada']);
  expect(barsBetween(rows[0]?.stays ?? [], '2026-11-01', '2026-12-01')).toEqual([]);
  const twice = [row('alpine', [ken, bar('x', '2026-12-02', '2026-12-03', { kind: 'ical', is_conflict: true })])];
  expect(takenPerDay(twice, '2026-11-30', 5)).toEqual([0, 1, 1, 1, 0]);
});

test('5,000 bookings over a year are counted and cut without a quadratic step', () => {
  const many = Array.from({ length: 50 }, (_, at) =>
    row(
      `c${at}`,
      Array.from({ length: 100 }, (_night, n) =>
        bar(`${at}-${n}`, new Date(Date.UTC(2026, 0, 1 + n * 3)).toISOString().slice(0, 10), new Date(Date.UTC(2026, 0, 3 + n * 3)).toISOString().slice(0, 10)),
      ),
    ),
  );
  expect(takenPerDay(many, '2026-01-01', 300).reduce((sum, one) => sum + one, 0)).toBe(50 * 100 * 2);
  expect(many.flatMap((one) => barsBetween(one.stays, '2026-03-01', '2026-03-15')).length).toBeLessThan(50 * 7);
});
