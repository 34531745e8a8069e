/* The hooks of the booking spec: exactly its names, fed by its functions. */
import { QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { beforeEach, expect, test } from 'vitest';
import type { Api } from '@/data/api';
import type { Liveness } from '@/lib/liveSoon';
import { Refusal } from '@/data/refusal';
import { makeServices, ServicesContext, type Services } from '@/data/services';
import { CONFIG } from '../../fake/http';
import { useBookings } from './useBookings';
import { useDashboard } from './useDashboard';

let asked: [string, Record<string, unknown>][];
let answers: Record<string, unknown>;
let refusal: Refusal | null;

const api: Api = {
  read: run,
  call: run,
};

function run(name: string, args: object): Promise<never> {
  asked.push([name, args as Record<string, unknown>]);
  if (refusal && name === 'create_booking') return Promise.reject(refusal);
  return Promise.resolve(answers[name] as never);
}

function wrapper(live: Liveness | null = null): (props: { children: ReactNode }) => ReactNode {
  const services: Services = { ...makeServices(CONFIG, 'http://escape.localhost', () => Promise.reject(new TypeError('no network here'))), staffApi: api, live };
  return ({ children }) => (
    <ServicesContext value={services}>
      <QueryClientProvider client={services.queryClient}>{children}</QueryClientProvider>
    </ServicesContext>
  );
}

const count = (name: string): number => asked.filter(([called]) => called === name).length;

beforeEach(() => {
  asked = [];
  refusal = null;
  answers = {
    get_dashboard_stats: { total_bookings: 42 },
    get_weekly_bookings_trend: [{ week_start: '2026-01-05', total_bookings: 7 }],
    get_upcoming_bookings: [{ id: 'b1' }],
    get_todays_bookings_by_hour: [{ hour: 18, bookings: 2 }],
    get_recent_booking_activity: [{ booking_id: 'b1', activity: 'created' }],
    list_bookings: [{ id: 'b1' }],
    create_booking: { id: 'b2' },
    update_booking: { id: 'b1', status: 'confirmed' },
    cancel_booking: { id: 'b1', status: 'cancelled', refund_amount: 120 },
    get_available_slots: [{ start_time: '14:00', available: true }],
  };
});

test('useDashboard has exactly the interface of the spec, and fetches by itself', async () => {
  const { result } = renderHook(() => useDashboard(), { wrapper: wrapper() });
  expect(Object.keys(result.current).sort()).toEqual(['loading', 'recentActivity', 'refreshDashboard', 'stats', 'todaysHourly', 'upcomingBookings', 'weeklyTrend']);
  expect(result.current).toMatchObject({ loading: true, stats: null, weeklyTrend: [], upcomingBookings: [], todaysHourly: [], recentActivity: [] });
  await waitFor(() => expect(result.current.loading).toBe(false));
  expect(result.current).toMatchObject({
    stats: { total_bookings: 42 },
    weeklyTrend: [{ total_bookings: 7 }],
    upcomingBookings: [{ id: 'b1' }],
    todaysHourly: [{ hour: 18, bookings: 2 }],
    recentActivity: [{ activity: 'created' }],
  });
});

test('refreshDashboard asks for all five again', async () => {
  const { result } = renderHook(() => useDashboard(), { wrapper: wrapper() });
  await waitFor(() => expect(result.current.loading).toBe(false));
  answers['get_dashboard_stats'] = { total_bookings: 43 };
  await act(() => result.current.refreshDashboard());
  await waitFor(() => expect(result.current.stats?.total_bookings).toBe(43));
  for (const name of ['get_dashboard_stats', 'get_weekly_bookings_trend', 'get_upcoming_bookings', 'get_todays_bookings_by_hour', 'get_recent_booking_activity']) expect(count(name)).toBe(2);
});

test('useBookings has exactly the interface of the spec', async () => {
  const { result } = renderHook(() => useBookings(), { wrapper: wrapper() });
  expect(Object.keys(result.current).sort()).toEqual(['bookings', 'cancelBooking', 'createBooking', 'getAvailableSlots', 'updateBooking']);
  expect(result.current.bookings).toEqual([]);
  await waitFor(() => expect(result.current.bookings).toEqual([{ id: 'b1' }]));
});

test("createBooking takes the spec's fields, with one idempotency key, and the list follows", async () => {
  const { result } = renderHook(() => useBookings(), { wrapper: wrapper() });
  await waitFor(() => expect(result.current.bookings).toHaveLength(1));
  await act(() =>
    result.current.createBooking({ venue_id: 'venue-id', game_id: 'game-id', customer_id: 'customer-id', booking_date: '2025-01-15', booking_time: '14:00', players: 4, total_amount: 120.0 }),
  );
  expect(asked.find(([name]) => name === 'create_booking')?.[1]).toEqual({
    p_venue_id: 'venue-id',
    p_game_id: 'game-id',
    p_customer_id: 'customer-id',
    p_booking_date: '2025-01-15',
    p_start_time: '14:00',
    p_party_size: 4,
    p_total_amount: 120,
    p_idempotency_key: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  await waitFor(() => expect(count('list_bookings')).toBe(2));
});

test('what was refused rejects with the reason, and the list is left alone', async () => {
  const { result } = renderHook(() => useBookings(), { wrapper: wrapper() });
  await waitFor(() => expect(result.current.bookings).toHaveLength(1));
  refusal = new Refusal(409, 'MD409', 'This slot has just been taken.', null, { alternatives: [] });
  await expect(
    result.current.createBooking({ venue_id: 'v', game_id: 'g', customer_id: 'c', booking_date: '2025-01-15', booking_time: '14:00', players: 4 }),
  ).rejects.toBe(refusal);
  expect(count('list_bookings')).toBe(1);
});

test('updateBooking, cancelBooking and getAvailableSlots call what their names say', async () => {
  const { result } = renderHook(() => useBookings(), { wrapper: wrapper() });
  await act(async () => {
    expect(await result.current.updateBooking('b1', { status: 'confirmed' })).toMatchObject({ status: 'confirmed' });
    expect(await result.current.cancelBooking('b1', 'ill', true)).toMatchObject({ status: 'cancelled' });
  });
  expect(await result.current.getAvailableSlots('game-id', '2025-01-15')).toEqual([{ start_time: '14:00', available: true }]);
  expect(asked.filter(([name]) => !name.startsWith('list'))).toEqual([
    ['update_booking', { p_booking_id: 'b1', p_changes: { status: 'confirmed' } }],
    ['cancel_booking', { p_booking_id: 'b1', p_reason: 'ill', p_issue_refund: true }],
    ['get_available_slots', { p_game_id: 'game-id', p_date: '2025-01-15' }],
  ]);
});

test('a booking that somebody else makes is pushed: list and figures are asked for again, none is polled meanwhile', async () => {
  const changed: (() => void)[] = [];
  const watched: unknown[] = [];
  const live = {
    follow: (_name: string, { watches, onChange, onLive }: { watches: unknown; onChange: (change: unknown) => void; onLive: (isLive: boolean) => void }) => {
      watched.push(watches);
      changed.push(() => onChange({ type: 'INSERT' }));
      queueMicrotask(() => onLive(true));
      return { renew: () => {}, leave: () => {} };
    },
  } as unknown as Liveness;
  const { result } = renderHook(() => ({ dashboard: useDashboard(), bookings: useBookings() }), { wrapper: wrapper(live) });
  await waitFor(() => expect(result.current.dashboard.loading).toBe(false));
  await waitFor(() => expect(changed).toHaveLength(6));
  expect(watched).toEqual(Array.from({ length: 6 }, () => [{ event: '*', table: 'bookings' }]));
  const names = ['get_dashboard_stats', 'get_weekly_bookings_trend', 'get_upcoming_bookings', 'get_todays_bookings_by_hour', 'get_recent_booking_activity', 'list_bookings'];
  const before = names.map(count);
  act(() => changed.forEach((say) => say()));
  await waitFor(() => names.forEach((name, at) => expect(count(name)).toBeGreaterThan(before[at] ?? 0)), { timeout: 3_000 });
});
