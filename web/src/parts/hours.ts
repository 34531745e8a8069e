/* When a house is open, as its guests would say it, on the clock of the place. */
import { useMemo } from 'react';
import type { Restaurant } from '@/data/shapes';
import { useSay } from '@/texts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

function dayIn(instant: Date, timezone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(instant);
}

/* "opens at 18:30", "opens on Monday at 18:30", "until 23:00". Null when there is nothing to say. */
export function useHours({ is_open, opens_at, closes_at, timezone }: Pick<Restaurant, 'is_open' | 'opens_at' | 'closes_at' | 'timezone'>): string | null {
  const { t, locale } = useSay();
  return useMemo(() => {
    const at = is_open ? closes_at : opens_at;
    if (!at) return null;
    const instant = new Date(at);
    const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: timezone }).format(instant);
    if (is_open) return t.hours.until(time);
    const now = new Date();
    if (dayIn(now, timezone) === dayIn(instant, timezone)) return t.hours.opensAt(time);
    const days = (instant.getTime() - now.getTime()) / 86_400_000;
    const day = new Intl.DateTimeFormat(locale, { ...(days < 6 ? { weekday: 'long' } : { day: 'numeric', month: 'long' }), timeZone: timezone }).format(instant);
    return t.hours.opensOn(day, time);
  }, [is_open, opens_at, closes_at, timezone, locale, t]);
}

export interface DayHours {
  day: string;
  times: string;
}

/* The week, Monday first, days with the same hours together. Empty for a house that is always open. */
export function useWeek(opening_hours: Restaurant['opening_hours']): DayHours[] {
  const { t, locale } = useSay();
  return useMemo(() => {
    if (Object.keys(opening_hours).length === 0) return [];
    const clock = (time: string): string => {
      const [hours = '0', minutes = '0'] = time.split(':');
      return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1, Number(hours) % 24, Number(minutes))));
    };
    // 1 January 2024 was a Monday.
    const name = (day: number): string => new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + day)));
    const rows: { from: number; to: number; times: string }[] = [];
    DAYS.forEach((day, at) => {
      const spans = Array.isArray(opening_hours[day]) ? opening_hours[day] : [];
      const times = spans.length === 0 ? t.hours.closed : spans.map(([from, to]) => `${clock(from)}–${clock(to)}`).join(', ');
      const last = rows.at(-1);
      if (last && last.times === times) last.to = at;
      else rows.push({ from: at, to: at, times });
    });
    return rows.map(({ from, to, times }) => ({ day: from === to ? name(from) : `${name(from)}–${name(to)}`, times }));
  }, [opening_hours, locale, t]);
}
