import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeRestaurant } from '../../fake/restaurant';
import type { Api } from './api';
import { addLine, byPerson, draftsWith, setQuantity, sumOf, viewAfter, type DraftLine } from './lines';
import { sendOrder } from './orders';
import { Away } from './refusal';
import type { Line, SessionView } from './shapes';
import { openQueue, type Done, type Queue } from './writes';

const { menu } = new FakeRestaurant();

function line(id: string, more: Partial<Line> = {}): Line {
  return {
    id,
    order_id: null,
    session_id: 's',
    menu_item_id: 'diavola',
    name: 'Diavola',
    quantity: 1,
    unit_price: 1150,
    adjustment: 0,
    course: 1,
    total_amount: 1150,
    net_amount: 1045,
    tax_amount: 105,
    tax_rate: 10,
    modifiers: [],
    allergens: [],
    note: null,
    station: 'pizza',
    status: 'draft',
    customer_session_id: 'ada',
    customer_name: 'Ada',
    is_mine: true,
    created_at: '2026-01-01T12:00:00Z',
    placed_at: null,
    ...more,
  };
}

const me = { id: 'ada', name: 'Ada', is_me: true, joined_at: '2026-01-01T12:00:00Z', draft_amount: 0, ordered_amount: 0 };

/* A phone without a network: everything it writes waits. */
const nobody: Api = { read: () => Promise.reject(new Away()), call: () => Promise.reject(new Away()) };

let queue: Queue;
beforeEach(() => {
  vi.useFakeTimers();
  queue = openQueue({ api: nobody, shelf: window.localStorage, key: 'test', onDone: () => {}, onRefused: () => {} });
});
afterEach(() => {
  queue.close();
  vi.useRealTimers();
});

const shown = (drafts: Line[] = []) => draftsWith({ drafts, me }, queue.writes(), menu);
const dish = (itemId: string, quantity = 1) => ({ itemId, quantity, choices: [], note: '' });

describe('what this device has written shows before it is answered', () => {
  test('an added line has name, price and owner from the menu', () => {
    addLine(queue, { itemId: 'margherita', quantity: 2, choices: [{ id: 'size-40', quantity: 1 }], note: ' hot ' });
    expect(shown().lines).toMatchObject([{ name: 'Margherita', quantity: 2, unit_price: 1300, total_amount: 2600, note: 'hot', customer_name: 'Ada', is_mine: true, isWaiting: true }]);
  });

  test('the same dish again while it waits is one line with more of it', () => {
    addLine(queue, dish('diavola'));
    addLine(queue, dish('diavola', 2));
    addLine(queue, { ...dish('diavola'), note: 'no chilli' });
    expect(shown().lines.map((entry) => [entry.quantity, entry.note])).toEqual([
      [3, null],
      [1, 'no chilli'],
    ]);
  });

  test('but not across an order that was sent in between', () => {
    addLine(queue, dish('diavola'));
    sendOrder(queue, shown().lines);
    addLine(queue, dish('diavola'));
    const { lines, leaving } = shown();
    expect(leaving.map((entry) => entry.quantity)).toEqual([1]);
    expect(lines.map((entry) => entry.quantity)).toEqual([1]);
  });

  test('a new quantity shows at once, and fast taps are one write', () => {
    const drafts = [line('l1')];
    for (const quantity of [2, 3, 4]) {
      const [first] = shown(drafts).lines;
      expect(first && setQuantity(queue, first, quantity)).toBe(true);
    }
    expect(shown(drafts).lines).toMatchObject([{ quantity: 4, total_amount: 4600, isWaiting: true }]);
    expect(queue.writes()).toHaveLength(1);
  });

  test('down to nothing takes the line off, and drops the change that waited', () => {
    const drafts = [line('l1')];
    const [first] = shown(drafts).lines;
    if (!first) throw new Error('no line');
    setQuantity(queue, first, 2);
    setQuantity(queue, first, 0);
    expect(shown(drafts).lines).toEqual([]);
    expect(queue.writes().map((write) => write.kind)).toEqual(['remove_order_line']);
  });

  test('a line that never left the device just goes', () => {
    addLine(queue, dish('water'));
    const [first] = shown().lines;
    if (!first) throw new Error('no line');
    expect(setQuantity(queue, first, 5)).toBe(true);
    expect(shown().lines[0]?.total_amount).toBe(5 * 390);
    expect(setQuantity(queue, { ...first, quantity: 5 }, 0)).toBe(true);
    expect(queue.writes()).toEqual([]);
  });

  test('never more than 99 by adding up', () => {
    addLine(queue, dish('water', 98));
    addLine(queue, dish('water', 5));
    expect(shown().lines[0]?.quantity).toBe(99);
  });
});

describe('sending', () => {
  test('carries the total that was seen, when nothing else waits', () => {
    const lines: DraftLine[] = [line('l1'), line('l2', { total_amount: 590 })].map((entry) => ({ ...entry, writeId: null, isWaiting: false }));
    sendOrder(queue, lines);
    expect(queue.writes()[0]?.args).toEqual({ p_total_amount: 1740 });
  });
  test('leaves it out while this device still has writes of its own', () => {
    addLine(queue, dish('water'));
    sendOrder(queue, shown().lines);
    expect(queue.writes()[1]?.args).toEqual({});
  });
});

describe('the view after an answer', () => {
  const view = { drafts: [line('l1'), line('l2')], orders: [], me } as unknown as SessionView;
  const after = (done: unknown) => viewAfter(view, done as Done);

  test('a changed line stays where it was', () => {
    const next = after({ kind: 'change_order_line', args: {}, answer: { line: line('l1', { quantity: 7 }) } });
    expect(next.drafts.map((entry) => [entry.id, entry.quantity])).toEqual([
      ['l1', 7],
      ['l2', 1],
    ]);
  });
  test('a new line comes last, and once', () => {
    const done = { kind: 'add_order_line', args: {}, answer: { line: line('l3') } };
    expect(viewAfter(after(done), done as unknown as Done).drafts.map((entry) => entry.id)).toEqual(['l1', 'l2', 'l3']);
  });
  test('sent lines move from the drafts into the order; one added meanwhile stays', () => {
    const next = after({ kind: 'place_order', args: {}, answer: { order: { id: 'o1', lines: [line('l1')] } } });
    expect(next.drafts.map((entry) => entry.id)).toEqual(['l2']);
    expect(next.orders.map((order) => order.id)).toEqual(['o1']);
  });
  test('a removed line is gone', () => {
    expect(after({ kind: 'remove_order_line', args: { p_line_id: 'l1' }, answer: {} }).drafts.map((entry) => entry.id)).toEqual(['l2']);
  });
});

test('people: me first, then in order; lines of nobody are a group of their own', () => {
  const lines = [line('1', { customer_session_id: 'bob', customer_name: 'Bob', is_mine: false }), line('2'), line('3', { customer_session_id: null, customer_name: null, is_mine: false }), line('4')];
  expect(byPerson(lines).map((person) => [person.name, person.lines.length, person.amount])).toEqual([
    ['Ada', 2, 2300],
    ['Bob', 1, 1150],
    [null, 1, 1150],
  ]);
  expect(sumOf(lines)).toBe(4600);
});
