/* The figures of the dashboard: five functions, asked side by side. */
import { queryOptions } from '@tanstack/react-query';
import { CALM, polled } from '@/lib/poll';
import type { Api } from './api';
import type { Id, Instant } from './shapes';

export interface DashboardStats {
  total_bookings: number;
  total_revenue: number;
  average_booking_value: number;
  confirmed_bookings: number;
  pending_bookings: number;
  completed_bookings: number;
  cancelled_bookings: number;
  no_shows: number;
  total_players: number;
  new_customers: number;
  todays_bookings: number;
  todays_revenue: number;
  upcoming_bookings: number;
  cancellation_rate: number;
  /* Percent against the period before; null: nothing to compare with. */
  bookings_change: number | null;
  revenue_change: number | null;
  currency: string;
  period_start: string;
  period_end: string;
}

export interface WeekTrend {
  week_start: string;
  week_end: string;
  total_bookings: number;
  sold_bookings: number;
  cancelled_bookings: number;
  players: number;
  revenue: number;
  average_booking_value: number;
}

export interface UpcomingBooking {
  id: Id;
  reference_number: string;
  venue_id: Id;
  venue_name: string;
  game_id: Id;
  game_name: string;
  customer_id: Id | null;
  customer_name: string | null;
  customer_phone: string | null;
  booking_date: string;
  start_time: string;
  end_time: string;
  starts_at: Instant;
  party_size: number;
  status: string;
  payment_status: string;
  final_amount: number;
  currency: string;
  minutes_until: number;
}

export interface HourCount {
  hour: number;
  bookings: number;
  players: number;
  revenue: number;
}

export interface BookingActivity {
  booking_id: Id;
  reference_number: string;
  activity: string;
  happened_at: Instant;
  status: string;
  customer_name: string | null;
  game_name: string;
  venue_name: string;
  booking_date: string;
  start_time: string;
  party_size: number;
  final_amount: number;
  currency: string;
}

export const dashboardKey = ['dashboard'] as const;

const part = <N extends string>(name: N) => [...dashboardKey, name] as const;

export const dashboardQueries = (api: Api) => ({
  stats: queryOptions({ queryKey: part('stats'), queryFn: ({ signal }) => api.read('get_dashboard_stats', {}, signal), refetchInterval: polled(CALM) }),
  weeklyTrend: queryOptions({ queryKey: part('weekly'), queryFn: ({ signal }) => api.read('get_weekly_bookings_trend', {}, signal), refetchInterval: polled(CALM) }),
  upcoming: queryOptions({ queryKey: part('upcoming'), queryFn: ({ signal }) => api.read('get_upcoming_bookings', {}, signal), refetchInterval: polled(CALM) }),
  hourly: queryOptions({ queryKey: part('hourly'), queryFn: ({ signal }) => api.read('get_todays_bookings_by_hour', {}, signal), refetchInterval: polled(CALM) }),
  activity: queryOptions({ queryKey: part('activity'), queryFn: ({ signal }) => api.read('get_recent_booking_activity', {}, signal), refetchInterval: polled(CALM) }),
});
