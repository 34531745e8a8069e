import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Api } from './api';
import { advance, ageOf, boardAfter, boardWith, byOrder, combined, forStation, shareColumns, takeBack, tickItem, waitedSeconds } from './kitchen';
import { Away } from './refusal';
import type { KitchenBoard, Ticket, TicketStatus } from './shapes';
import { openQueue, type Done, type Queue } from './writes';

const AT = '2026-01-01T12:00:00Z';

function ticket(id: string, status: TicketStatus, more: Partial<Ticket> = {}): Ticket {
  return {
    id,
    order_id: 'o',
    order_number: '101',
    station: 'pizza',
    course: 1,
    held: false,
    status,
    type: 'dine_in',
    table_id: 't',
    table_number: 4,
    table_name: null,
    session_id: 's',
    customer_name: 'Ada',
    kitchen_notes: null,
    alerts: [],
    created_at: AT,
    started_at: null,
    ready_at: null,
    completed_at: null,
    cancelled_at: null,
    cancellation_reason: null,
    waiting_seconds: 0,
    target_at: '2026-01-01T12:10:00Z',
    is_late: false,
    items: [
      { id: `${id}-item`, order_line_id: 'l', menu_item_id: 'm', name: 'Diavola', quantity: 1, modifiers: [], note: null, note_alerts: [], allergens: [], status: 'pending', customer_name: null },
    ],
    ...more,
  };
}

const board = (tickets: Ticket[], recent: Ticket[] = []): KitchenBoard => ({
  tickets,
  held: [],
  recent,
  stations: [],
  all_day: [],
  sold_out: [],
  printers: [],
  now: AT,
  restaurant: {} as KitchenBoard['restaurant'],
});

const calls: string[] = [];
let isAway = true;
const api: Api = {
  read: () => Promise.reject(new Away()),
  call: (name) => {
    if (isAway) return Promise.reject(new Away());
    calls.push(name);
    return Promise.resolve({} as never);
  },
};

let queue: Queue;
beforeEach(() => {
  vi.useFakeTimers();
  isAway = true;
  calls.length = 0;
  queue = openQueue({ api, shelf: window.localStorage, key: 'kitchen', onDone: () => {}, onRefused: () => {} });
});
afterEach(() => {
  queue.close();
  vi.useRealTimers();
});

const statuses = (shown: KitchenBoard): [string, string][] => shown.tickets.map((entry) => [entry.id, entry.status]);

describe('moves show before they are answered', () => {
  test('a ticket goes one step', () => {
    const tickets = [ticket('a', 'pending'), ticket('b', 'cooking')];
    for (const entry of tickets) advance(queue, entry);
    expect(statuses(boardWith(board(tickets), queue.writes()))).toEqual([
      ['a', 'cooking'],
      ['b', 'ready'],
    ]);
  });
  test('one that was served leaves the columns and stands among what is done', () => {
    const ready = ticket('a', 'ready');
    advance(queue, ready);
    const shown = boardWith(board([ready]), queue.writes());
    expect(shown.tickets).toEqual([]);
    expect(shown.recent.map((entry) => entry.status)).toEqual(['completed']);
  });
  test('a finished ticket has no next step', () => {
    advance(queue, ticket('a', 'completed'));
    expect(queue.writes()).toEqual([]);
  });
  test('ticking an item off, and on again', () => {
    const shown = () => boardWith(board([ticket('a', 'cooking')]), queue.writes()).tickets[0]?.items[0]?.status;
    tickItem(queue, 'a-item', true);
    expect(shown()).toBe('ready');
    tickItem(queue, 'a-item', false);
    expect(shown()).toBe('pending');
  });
});

describe('one step back', () => {
  test('a move that has not left the device is dropped, and the daemon hears nothing', async () => {
    const entry = ticket('a', 'pending');
    advance(queue, entry);
    await takeBack(api, queue, 'a');
    expect(queue.writes()).toEqual([]);
    expect(calls).toEqual([]);
  });
  test('one that was answered is undone by the daemon, once and not through the outbox', async () => {
    isAway = false;
    await takeBack(api, queue, 'a');
    expect(calls).toEqual(['undo_kitchen_order']);
    expect(queue.writes()).toEqual([]);
  });
  test('without a network it says so instead of stepping back twice later', async () => {
    await expect(takeBack(api, queue, 'a')).rejects.toThrow(Away);
    expect(queue.writes()).toEqual([]);
  });
});

test('the answer replaces the ticket, oldest first', () => {
  const old = ticket('old', 'completed', { created_at: '2026-01-01T11:00:00Z' });
  const done = { kind: 'start_kitchen_order', args: {}, answer: { ticket: { ...old, status: 'ready' }, order_status: 'COOKING' } } as unknown as Done;
  expect(statuses(boardAfter(board([ticket('a', 'pending')], [old]), done))).toEqual([
    ['old', 'ready'],
    ['a', 'pending'],
  ]);
});

test('a station shows its own tickets, all stations show all', () => {
  const tickets = [ticket('a', 'pending'), ticket('b', 'pending', { station: 'bar' })];
  expect(forStation(tickets, 'bar').map((entry) => entry.id)).toEqual(['b']);
  expect(forStation(tickets, null)).toHaveLength(2);
});

test('timers stand still once the dish is ready', () => {
  expect(waitedSeconds(ticket('a', 'pending'), Date.parse(AT) + 60_000)).toBe(60);
  expect(waitedSeconds(ticket('a', 'ready', { ready_at: '2026-01-01T12:05:00Z' }), Date.parse(AT) + 600_000)).toBe(300);
  expect(waitedSeconds(ticket('a', 'pending'), Date.parse(AT) - 5_000)).toBe(0);
});

test('a ticket ages at its target, half as long again and twice as long; what is ready gets cold', () => {
  const after = (minutes: number): number => Date.parse(AT) + minutes * 60_000;
  const ages = (of: Ticket, ...minutes: number[]): string[] => minutes.map((m) => ageOf(of, after(m)));
  expect(ages(ticket('a', 'pending'), 9.9, 10, 15, 20)).toEqual(['calm', 'due', 'late', 'over']);
  expect(ages(ticket('a', 'cooking'), 9.9, 10)).toEqual(['calm', 'due']);
  expect(ages(ticket('a', 'ready', { ready_at: '2026-01-01T12:30:00Z' }), 31, 34, 36, 38)).toEqual(['calm', 'due', 'late', 'over']);
  expect(ages(ticket('a', 'pending', { target_at: null }), 500)).toEqual(['calm']);
  expect(ages(ticket('a', 'completed'), 500)).toEqual(['calm']);
});

test('lines made the same way are one, others stay apart', () => {
  const [line] = ticket('a', 'pending').items;
  if (!line) throw new Error('no line');
  const items = [
    { ...line, id: '1', quantity: 2 },
    { ...line, id: '2', note: 'no salt' },
    { ...line, id: '3' },
    { ...line, id: '4', status: 'cancelled' as const },
    { ...line, id: '5', allergens: ['nuts'] },
  ];
  expect(combined(items).map((item) => [item.quantity, item.ids])).toEqual([
    [3, ['1', '3']],
    [1, ['2']],
    [1, ['4']],
    [1, ['5']],
  ]);
});

test('an order is ready when all its stations are, and new while none has begun', () => {
  const of = (...states: TicketStatus[]): string[] => byOrder(states.map((status, i) => ticket(String(i), status))).map((order) => order.status);
  expect(of('ready', 'ready')).toEqual(['ready']);
  expect(of('pending', 'pending')).toEqual(['pending']);
  expect(of('ready', 'pending')).toEqual(['cooking']);
  expect(of('completed')).toEqual([]);
  expect(byOrder([ticket('a', 'pending'), ticket('b', 'pending', { order_id: 'other' })]).map((order) => order.tickets.length)).toEqual([1, 1]);
});

test('columns go where the cards are, one at least to each lane that has any', () => {
  expect(shareColumns([20, 2, 0], 6)).toEqual([5, 1, 0]);
  expect(shareColumns([10, 10, 1], 6)).toEqual([3, 2, 1]);
  expect(shareColumns([0, 0, 0], 3)).toEqual([0, 0, 0]);
  expect(shareColumns([5, 5, 5], 2)).toEqual([1, 1, 1]);
});
