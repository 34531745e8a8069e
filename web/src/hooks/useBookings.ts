/* The booking spec's bookings hook, with exactly its names. What was refused rejects with a Refusal (data/refusal.ts). */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { availableSlots, bookingsFeed, bookingsKey, bookingsQuery, cancelBooking, createBooking, updateBooking, type Booking, type BookingChanges, type ListedBooking, type NewBooking, type Slot } from '@/data/bookings';
import { dashboardKey } from '@/data/dashboard';
import { useServices } from '@/data/services';
import type { Id } from '@/data/shapes';
import { useFeed } from './useFeed';

export interface Bookings {
  bookings: ListedBooking[];
  createBooking: (booking: NewBooking) => Promise<Booking>;
  updateBooking: (id: Id, changes: BookingChanges) => Promise<Booking>;
  cancelBooking: (id: Id, reason?: string, issueRefund?: boolean) => Promise<Booking>;
  getAvailableSlots: (gameId: Id, date: string, venueId?: Id) => Promise<Slot[]>;
}

const NONE: ListedBooking[] = [];

export function useBookings(): Bookings {
  const { staffApi, staff } = useServices();
  const client = useQueryClient();
  const list = useQuery(bookingsQuery(staffApi));
  useFeed(bookingsFeed(bookingsKey), staff.bearer);

  // Whatever changes a booking changes the list and the figures made from it.
  const thenRefresh = useCallback(
    async <T>(change: Promise<T>): Promise<T> => {
      const answer = await change;
      await Promise.all([client.invalidateQueries({ queryKey: bookingsKey }), client.invalidateQueries({ queryKey: dashboardKey })]);
      return answer;
    },
    [client],
  );

  return useMemo(
    () => ({
      bookings: list.data ?? NONE,
      createBooking: (booking) => thenRefresh(createBooking(staffApi, booking)),
      updateBooking: (id, changes) => thenRefresh(updateBooking(staffApi, id, changes)),
      cancelBooking: (id, reason, issueRefund) => thenRefresh(cancelBooking(staffApi, id, reason, issueRefund)),
      getAvailableSlots: (gameId, date, venueId) => availableSlots(staffApi, gameId, date, venueId),
    }),
    [list.data, staffApi, thenRefresh],
  );
}
