import { expect, test } from 'vitest';
import { filterTables, needsAttention, pressingOf, sectionsOf, stateOf, toCarry, type TableState } from './floor';
import type { Floor, FloorSession, FloorTable, Reservation, Ticket } from './shapes';
import type { QueuedWrite } from './writes';

const session = (more: Partial<FloorSession> = {}): FloorSession => ({
  id: 's',
  otp: '123456',
  status: 'active',
  version: 1,
  billed_at: null,
  total_amount: 0,
  paid_amount: 0,
  due_amount: 0,
  draft_count: 0,
  participant_count: 1,
  party_size: null,
  names: [],
  opened_at: '2026-01-01T12:00:00Z',
  minutes: 1,
  last_order_at: null,
  kitchen: { pending: 0, cooking: 0, ready: 0, held: 0 },
  service_call: null,
  service_called_at: null,
  ...more,
});

const table = (more: Partial<FloorTable> = {}): FloorTable => ({
  id: 't',
  code: 'code',
  table_number: 1,
  name: 'Table 1',
  capacity: 4,
  section: null,
  status: 'available',
  shape: 'square',
  position_x: null,
  position_y: null,
  width: null,
  height: null,
  rotation: null,
  features: null,
  combined_into: null,
  session: null,
  next_reservation: null,
  late_reservation: false,
  ...more,
});

const NOW = '2026-01-01T18:00:00Z';
const reservation = { starts_at: '2026-01-01T19:00:00Z' } as Reservation;
const tonight = { starts_at: '2026-01-01T21:15:00Z' } as Reservation;

test.each<[TableState, Partial<FloorTable>]>([
  ['calling', { session: session({ service_call: 'help', status: 'billed', kitchen: { pending: 0, cooking: 0, ready: 1, held: 0 } }) }],
  ['food_ready', { session: session({ kitchen: { pending: 0, cooking: 0, ready: 1, held: 0 }, status: 'billed' }) }],
  ['billed', { session: session({ status: 'billed', total_amount: 500, due_amount: 500 }) }],
  ['paid', { session: session({ status: 'billed', total_amount: 500, paid_amount: 500 }) }],
  ['ordering', { session: session({ draft_count: 1 }) }],
  ['ordering', { session: session({ total_amount: 100 }) }],
  ['seated', { session: session() }],
  ['cleaning', { status: 'cleaning', next_reservation: reservation }],
  ['out_of_service', { status: 'out_of_service' }],
  ['late_reservation', { next_reservation: reservation, late_reservation: true }],
  ['reserved', { next_reservation: reservation }],
  ['reserved', { status: 'reserved' }],
  ['free', { next_reservation: tonight }],
  ['free', {}],
])('%s', (state, more) => {
  expect(stateOf(table(more), NOW)).toBe(state);
});

test('what a waiter has to do something about', () => {
  expect(needsAttention(table({ session: session({ service_call: 'bill' }) }), NOW)).toBe(true);
  expect(needsAttention(table({ session: session() }), NOW)).toBe(false);
});

test('filters', () => {
  const tables = [table({ id: 'free' }), table({ id: 'busy', session: session() }), table({ id: 'dirty', status: 'cleaning' })];
  const ids = (filter: Parameters<typeof filterTables>[1]): string[] => filterTables(tables, filter, NOW).map((entry) => entry.id);
  expect(ids('all')).toEqual(['free', 'busy', 'dirty']);
  expect(ids('busy')).toEqual(['busy']);
  expect(ids('free')).toEqual(['free']);
  expect(ids('attention')).toEqual(['dirty']);
});

test('sections in the order of their first table; tables pushed to another do not stand alone', () => {
  const tables = [
    table({ id: '3', table_number: 3, section: 'Hall' }),
    table({ id: '1', table_number: 1, section: 'Window' }),
    table({ id: '2', table_number: 2, section: 'Hall', combined_into: '3' }),
    table({ id: '4', table_number: 4, section: 'Window' }),
  ];
  expect(sectionsOf(tables).map((section) => [section.name, section.tables.map((entry) => entry.id)])).toEqual([
    ['Window', ['1', '4']],
    ['Hall', ['3']],
  ]);
});

const ready = (id: string, tableId: string | null): Ticket => ({ id, table_id: tableId, items: [] as Ticket['items'] }) as Ticket;
const floorOf = (tables: FloorTable[], more: Partial<Floor> = {}): Floor => ({ restaurant: {} as Floor['restaurant'], tables, reservations: [], waitlist: [], ready: [], now: NOW, ...more });

test('a waiter carries for the own section and for take-away; what was said to be served is gone at once', () => {
  const floor = floorOf([table({ id: 'a', section: 'Garden' }), table({ id: 'b', section: 'Bar' }), table({ id: 'c' })], {
    ready: [ready('1', 'a'), ready('2', 'b'), ready('3', 'c'), ready('4', null)],
  });
  const ids = (...args: Parameters<typeof toCarry>): string[] => toCarry(...args).map((ticket) => ticket.id);
  expect(ids(floor, [], [])).toEqual(['1', '2', '3', '4']);
  expect(ids(floor, [], ['Garden'])).toEqual(['1', '3', '4']);
  const served = [{ id: 'w', kind: 'complete_kitchen_order', args: { p_kitchen_order_id: '1' } }] as unknown as QueuedWrite[];
  expect(ids(floor, served, ['Garden'])).toEqual(['3', '4']);
});

test('each call has a name of its own, so that a second one rings again', () => {
  const calling = (at: string): FloorTable => table({ session: session({ service_call: 'help', service_called_at: at }) });
  const names = (at: string): string[] => pressingOf(floorOf([calling(at)]), []).map((one) => one.name);
  expect(names('18:00')).not.toEqual(names('18:05'));
  const paid = pressingOf(floorOf([table({ session: session({ status: 'billed', total_amount: 5, due_amount: 0 }) })], { ready: [ready('1', 't')] }), []);
  expect(paid.map((one) => [one.kind, one.table?.id])).toEqual([
    ['paid', 't'],
    ['food_ready', 't'],
  ]);
});
