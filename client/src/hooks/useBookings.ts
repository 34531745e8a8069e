/* The booking spec's bookings hook, with exactly its names. What was refused rejects (lib/call.ts). */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { answers, BOOKINGS, DASHBOARD, pause, refresh, watchBookings } from '../lib/answers.js';
import { call, type Answer, type Args } from '../lib/call.js';
import { uuid } from '../lib/ids.js';

export type Booking = Answer<'create_booking'>;
export type ListedBooking = Answer<'list_bookings'>[number];
export type Slot = Answer<'get_available_slots'>[number];

/* As the booking spec writes it. `booking_time` and `players` are the spec's words for start time and party size; amounts in the venue's currency. */
export interface NewBooking {
  venue_id: string;
  game_id: string;
  customer_id: string;
  booking_date: string;
  booking_time: string;
  players: number;
  total_amount?: number;
  special_requests?: string;
}

export type BookingChanges = Args<'update_booking'>['p_changes'];

export interface Bookings {
  bookings: ListedBooking[];
  createBooking: (booking: NewBooking) => Promise<Booking>;
  updateBooking: (id: string, changes: BookingChanges) => Promise<Booking>;
  cancelBooking: (id: string, reason?: string, issueRefund?: boolean) => Promise<Answer<'cancel_booking'>>;
  getAvailableSlots: (gameId: string, date: string, venueId?: string) => Promise<Slot[]>;
}

/* Whatever changes a booking changes the list and the figures made from it. */
async function thenRefresh<T>(change: Promise<T>): Promise<T> {
  const answer = await change;
  await Promise.all([refresh(BOOKINGS), refresh(DASHBOARD)]);
  return answer;
}

/* The key is made once for a booking that somebody asked for: however often the request is repeated, it books once. */
function createBooking({ venue_id, game_id, customer_id, booking_date, booking_time, players, total_amount, special_requests }: NewBooking): Promise<Booking> {
  const args: Args<'create_booking'> = {
    p_venue_id: venue_id,
    p_game_id: game_id,
    p_customer_id: customer_id,
    p_booking_date: booking_date,
    p_start_time: booking_time,
    p_party_size: players,
    p_idempotency_key: uuid(),
  };
  if (total_amount !== undefined) args.p_total_amount = total_amount;
  if (special_requests !== undefined) args.p_special_requests = special_requests;
  return thenRefresh(call('create_booking', args));
}

const updateBooking: Bookings['updateBooking'] = (id, changes) => thenRefresh(call('update_booking', { p_booking_id: id, p_changes: changes }));

const cancelBooking: Bookings['cancelBooking'] = (id, reason, issueRefund = false) =>
  thenRefresh(call('cancel_booking', { p_booking_id: id, p_issue_refund: issueRefund, ...(reason === undefined ? {} : { p_reason: reason }) }));

const getAvailableSlots: Bookings['getAvailableSlots'] = (gameId, date, venueId) =>
  call('get_available_slots', { p_game_id: gameId, p_date: date, ...(venueId === undefined ? {} : { p_venue_id: venueId }) }, { get: true });

const NONE: ListedBooking[] = [];

export function useBookings(): Bookings {
  const list = useQuery({ queryKey: [BOOKINGS], queryFn: () => call('list_bookings', {}, { get: true }), refetchInterval: pause }, answers);
  useEffect(watchBookings, []);
  return { bookings: list.data ?? NONE, createBooking, updateBooking, cancelBooking, getAvailableSlots };
}
