/* The booking spec's dashboard hook, with exactly its names. The data comes by itself and is pushed: a booking that somebody else makes shows
 * at once. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { bookingsFeed } from '@/data/bookings';
import { dashboardKey, dashboardQueries, type BookingActivity, type DashboardStats, type HourCount, type UpcomingBooking, type WeekTrend } from '@/data/dashboard';
import { useServices } from '@/data/services';
import { useFeed } from './useFeed';

export interface Dashboard {
  loading: boolean;
  stats: DashboardStats | null;
  weeklyTrend: WeekTrend[];
  upcomingBookings: UpcomingBooking[];
  todaysHourly: HourCount[];
  recentActivity: BookingActivity[];
  refreshDashboard: () => Promise<void>;
}

export function useDashboard(): Dashboard {
  const { staffApi, staff } = useServices();
  const client = useQueryClient();
  const queries = useMemo(() => dashboardQueries(staffApi), [staffApi]);
  const stats = useQuery(queries.stats);
  const weekly = useQuery(queries.weeklyTrend);
  const upcoming = useQuery(queries.upcoming);
  const hourly = useQuery(queries.hourly);
  const activity = useQuery(queries.activity);
  useFeed(bookingsFeed(queries.stats.queryKey), staff.bearer);
  useFeed(bookingsFeed(queries.weeklyTrend.queryKey), staff.bearer);
  useFeed(bookingsFeed(queries.upcoming.queryKey), staff.bearer);
  useFeed(bookingsFeed(queries.hourly.queryKey), staff.bearer);
  useFeed(bookingsFeed(queries.activity.queryKey), staff.bearer);
  const refreshDashboard = useCallback(() => client.invalidateQueries({ queryKey: dashboardKey }), [client]);
  return {
    loading: [stats, weekly, upcoming, hourly, activity].some((query) => query.isPending),
    stats: stats.data ?? null,
    weeklyTrend: weekly.data ?? [],
    upcomingBookings: upcoming.data ?? [],
    todaysHourly: hourly.data ?? [],
    recentActivity: activity.data ?? [],
    refreshDashboard,
  };
}
