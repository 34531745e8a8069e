import { beforeEach, expect, test } from 'vitest';
import { alternativesIn, calendarLinks, changesOf, contactOf, forgetBookings, formOf, inOrder, keepBookings, keptBookings, readKept, refundOf, rememberNumber, ticketOf, type Mine } from './my';
import { refusalFrom } from './refusal';

const booking = (more: Partial<Mine>): Mine => ({
  booking_type: 'reservation',
  booking_id: 'b1',
  kind: 'table',
  organization_id: 'o1',
  reference: 'ABCD-EFGH',
  status: 'confirmed',
  title: 'Trattoria',
  place: null,
  place_id: null,
  starts_at: '2026-12-01T18:00:00+00:00',
  ends_at: '2026-12-01T19:30:00+00:00',
  timezone: 'Europe/Berlin',
  people: 2,
  price: 0,
  paid: 0,
  balance: 0,
  currency: 'EUR',
  can_change: true,
  can_cancel: true,
  terms: { policy_id: null, name: null, starts_at: '2026-12-01T18:00:00+00:00', free_until: null, tiers: [] },
  basket: null,
  details: { date: '2026-12-01', time: '19:00', party_size: 2, special_requests: null },
  ...more,
});

beforeEach(() => forgetBookings());

test('what comes stands first, the next at the top; what was or will not be stands below, the last at the top', () => {
  const now = Date.parse('2026-12-01T12:00:00Z');
  const at = (booking_id: string, day: string, status = 'confirmed'): Mine => booking({ booking_id, status, starts_at: `${day}T18:00:00Z`, ends_at: `${day}T19:00:00Z` });
  const { ahead, over } = inOrder([at('c', '2026-12-03'), at('a', '2026-11-01'), at('b', '2026-12-02'), at('d', '2026-12-02', 'cancelled'), at('e', '2026-11-20', 'completed')], now);
  expect(ahead.map((one) => one.booking_id)).toEqual(['b', 'c']);
  expect(over.map((one) => one.booking_id)).toEqual(['d', 'e', 'a']);
});

test('a device keeps the contact of a number and the last that it saw of a booking, however the number is typed', () => {
  rememberNumber(' st-abc23456 ', 'fay@example.com');
  expect(contactOf('ST-ABC23456')).toBe('fay@example.com');
  expect(contactOf('ST-OTHER')).toBeNull();
  keepBookings([booking({})]);
  keepBookings([booking({ status: 'cancelled' }), booking({ booking_id: 'b2' })]);
  expect(keptBookings().map((one) => [one.booking_id, one.status])).toEqual([
    ['b1', 'cancelled'],
    ['b2', 'confirmed'],
  ]);
  forgetBookings();
  expect(keptBookings()).toEqual([]);
  expect(contactOf('ST-ABC23456')).toBeNull();
});

test('what an older page wrote, or somebody else, is no booking', () => {
  expect(readKept([{}, null, 'x', { reference: 'A' }])).toEqual([]);
  expect(readKept({})).toBeUndefined();
});

test('a ticket is for the gate: the pool’s own code, a number for stays and games, none before it is confirmed', () => {
  expect(ticketOf(booking({ kind: 'pool', details: { qr_code: 'secret' } }))).toBe('secret');
  expect(ticketOf(booking({ kind: 'pool', details: { qr_code: null } }))).toBeNull();
  expect(ticketOf(booking({ kind: 'game' }))).toBe('ABCD-EFGH');
  expect(ticketOf(booking({ kind: 'table' }))).toBeNull();
  expect(ticketOf(booking({ kind: 'game', status: 'pending' }))).toBeNull();
});

test('only what differs is sent, numbers as numbers, and nothing that is none', () => {
  const table = booking({});
  const form = formOf(table);
  expect(form).toEqual({ date: '2026-12-01', time: '19:00', party_size: '2', special_requests: '' });
  expect(changesOf(table, form)).toEqual({});
  expect(changesOf(table, { ...form, party_size: '4', special_requests: ' Window ' })).toEqual({ party_size: 4, special_requests: 'Window' });
  expect(changesOf(table, { ...form, party_size: 'four' })).toBeUndefined();
  expect(changesOf(table, { ...form, time: '' })).toBeUndefined();
});

test('alternatives come by the names of their module', () => {
  const refused = (alternatives: unknown) => refusalFrom(409, { code: 'MD409', message: 'Taken.', details: JSON.stringify({ alternatives }) });
  expect(alternativesIn(refused([{ booking_date: '2026-12-02', start_time: '17:30:00', seats_left: 4 }, 'x', {}]), 'game')).toEqual([{ date: '2026-12-02', time: '17:30' }]);
  expect(alternativesIn(refused([{ ticket_date: '2026-12-02', slot: 'afternoon' }]), 'pool')).toEqual([{ date: '2026-12-02', slot: 'afternoon' }]);
  expect(alternativesIn(refused('none'), 'stay')).toEqual([]);
  expect(alternativesIn(new Error('x'), 'stay')).toEqual([]);
});

test('what goes back is the sum of what is chosen, to the cent', () => {
  const gone = (booking_id: string, refund: number) => ({ booking_id, refund, booking_type: 'pool', kind: 'pool' as const, reference: 'r', title: 't', starts_at: '', timezone: 'UTC', paid: refund });
  const told = { refund: 0.1, goes_with: [gone('a', 0.2), gone('b', 7)] };
  expect(refundOf(told, new Set(['a']))).toBe(0.3);
  expect(refundOf(told, new Set())).toBe(0.1);
});

test('a booking goes into the usual calendars, in UTC, whatever is in its title', () => {
  const { google, outlook } = calendarLinks(booking({ title: 'A & B <script>', place: 'Söder 1' }));
  expect(new URL(google).searchParams.get('dates')).toBe('20261201T180000Z/20261201T193000Z');
  expect(new URL(google).searchParams.get('text')).toBe('A & B <script>');
  expect(new URL(outlook).searchParams.get('location')).toBe('Söder 1');
});
