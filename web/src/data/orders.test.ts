import { expect, test } from 'vitest';
import { newestFirst, stepOf } from './orders';
import type { Line, LineStatus, Order } from './shapes';

const order = (...statuses: LineStatus[]) => ({ lines: statuses.map((status) => ({ status }) as Line) });

test.each<[LineStatus[], string | undefined]>([
  [['pending', 'pending'], 'pending'],
  [['cooking', 'served'], 'cooking'],
  [['pending', 'ready'], 'cooking'],
  [['ready', 'served'], 'ready'],
  [['served', 'cancelled'], 'served'],
  [['cancelled'], undefined],
  [[], undefined],
])('lines %j: the order is %s', (statuses, step) => {
  expect(stepOf(order(...statuses))).toBe(step);
});

test('newest orders come first, and the list that was given stays as it was', () => {
  const orders = ['2026-01-01T12:00:00Z', '2026-01-01T12:30:00Z'].map((placed_at) => ({ placed_at }) as Order);
  expect(newestFirst(orders).map((entry) => entry.placed_at)).toEqual(['2026-01-01T12:30:00Z', '2026-01-01T12:00:00Z']);
  expect(orders[0]?.placed_at).toBe('2026-01-01T12:00:00Z');
});
