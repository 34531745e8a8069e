/* Bookings of games: the list, what is free, and what can be done with one. */
import { queryOptions, type QueryKey } from '@tanstack/react-query';
import { CALM, polled, SELDOM } from '@/lib/poll';
import { uuid } from '@/lib/ids';
import type { Api } from './api';
import type { Feed } from './live';
import type { Id, Instant } from './shapes';

export type BookingStatus = 'pending' | 'confirmed' | 'checked_in' | 'completed' | 'cancelled' | 'no_show';

/* A row of list_bookings; create, update and cancel answer with it too, in more detail. Amounts in `currency`. */
export interface Booking {
  id: Id;
  reference_number: string;
  venue_id: Id;
  venue_name: string;
  game_id: Id;
  game_name: string;
  customer_id: Id | null;
  booking_date: string;
  start_time: string;
  end_time: string;
  starts_at: Instant;
  party_size: number;
  status: BookingStatus;
  payment_status: string;
  total_amount: number;
  final_amount: number;
  paid_amount: number;
  refunded_amount: number;
  currency: string;
  special_requests: string | null;
}

export interface ListedBooking extends Booking {
  customer_name: string | null;
  customer_email: string | null;
  customer_phone: string | null;
  source: string | null;
  internal_notes: string | null;
  created_at: Instant;
  updated_at: Instant;
}

/* As the booking spec writes it. `booking_time` and `players` are the spec's words for start time and party size. */
export interface NewBooking {
  venue_id: Id;
  game_id: Id;
  customer_id: Id;
  booking_date: string;
  booking_time: string;
  players: number;
  total_amount?: number;
  special_requests?: string;
}

export type BookingChanges = Partial<{
  venue_id: Id;
  customer_id: Id;
  booking_date: string;
  booking_time: string;
  players: number;
  total_amount: number;
  status: BookingStatus;
  special_requests: string;
  internal_notes: string;
}>;

export interface Slot {
  venue_id: Id;
  start_time: string;
  end_time: string;
  starts_at: Instant;
  ends_at: Instant;
  available: boolean;
  capacity: number;
  available_spots: number;
  price: number | null;
  reason: string | null;
}

export const bookingsKey = ['bookings'] as const;

/* Every booking that this person may read; what is made from them is asked for again. One channel for all who ask. */
export const bookingsFeed = (queryKey: QueryKey): Feed => ({ name: 'bookings', queryKey, watches: [{ event: '*', table: 'bookings' }], safety: SELDOM });

export function bookingsQuery(api: Api) {
  return queryOptions({
    queryKey: bookingsKey,
    queryFn: ({ signal }) => api.read('list_bookings', {}, signal),
    refetchInterval: polled(CALM),
  });
}

/* The key is made here, once for a booking that somebody asked for: however often the request is repeated, it books once. */
export function createBooking(api: Api, booking: NewBooking, key: string = uuid()): Promise<Booking> {
  const { venue_id, game_id, customer_id, booking_date, booking_time, players, total_amount, special_requests } = booking;
  return api.call('create_booking', {
    p_venue_id: venue_id,
    p_game_id: game_id,
    p_customer_id: customer_id,
    p_booking_date: booking_date,
    p_start_time: booking_time,
    p_party_size: players,
    ...(total_amount === undefined ? {} : { p_total_amount: total_amount }),
    ...(special_requests === undefined ? {} : { p_special_requests: special_requests }),
    p_idempotency_key: key,
  });
}

export const updateBooking = (api: Api, id: Id, changes: BookingChanges): Promise<Booking> => api.call('update_booking', { p_booking_id: id, p_changes: changes });

export function cancelBooking(api: Api, id: Id, reason?: string, issueRefund = false): Promise<Booking & { refund_amount: number | null }> {
  return api.call('cancel_booking', { p_booking_id: id, ...(reason === undefined ? {} : { p_reason: reason }), p_issue_refund: issueRefund });
}

export function availableSlots(api: Api, gameId: Id, date: string, venueId?: Id): Promise<Slot[]> {
  return api.read('get_available_slots', { p_game_id: gameId, p_date: date, ...(venueId === undefined ? {} : { p_venue_id: venueId }) });
}
