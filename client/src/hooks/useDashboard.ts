/* The booking spec's dashboard hook, with exactly its names. The figures come by themselves and follow every booking that is made or changed. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { answers, DASHBOARD, pause, refresh, watchBookings } from '../lib/answers.js';
import { call, type Answer } from '../lib/call.js';

type Part = 'get_dashboard_stats' | 'get_weekly_bookings_trend' | 'get_upcoming_bookings' | 'get_todays_bookings_by_hour' | 'get_recent_booking_activity';

export interface Dashboard {
  loading: boolean;
  stats: Answer<'get_dashboard_stats'> | null;
  weeklyTrend: Answer<'get_weekly_bookings_trend'>;
  upcomingBookings: Answer<'get_upcoming_bookings'>;
  todaysHourly: Answer<'get_todays_bookings_by_hour'>;
  recentActivity: Answer<'get_recent_booking_activity'>;
  refreshDashboard: () => Promise<void>;
}

function useFigures<N extends Part>(name: N) {
  return useQuery({ queryKey: [DASHBOARD, name], queryFn: () => call(name, {} as never, { get: true }), refetchInterval: pause }, answers);
}

export function useDashboard(): Dashboard {
  const stats = useFigures('get_dashboard_stats');
  const weekly = useFigures('get_weekly_bookings_trend');
  const upcoming = useFigures('get_upcoming_bookings');
  const hourly = useFigures('get_todays_bookings_by_hour');
  const activity = useFigures('get_recent_booking_activity');
  useEffect(watchBookings, []);
  return {
    loading: [stats, weekly, upcoming, hourly, activity].some((part) => part.isPending),
    stats: stats.data ?? null,
    weeklyTrend: weekly.data ?? [],
    upcomingBookings: upcoming.data ?? [],
    todaysHourly: hourly.data ?? [],
    recentActivity: activity.data ?? [],
    refreshDashboard: useCallback(() => refresh(DASHBOARD), []),
  };
}
