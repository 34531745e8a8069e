/* When something booked is, on the clock of its place, and whether that is another clock than the reader's. */
import type { Texts } from '@/texts';

const format = (locale: string, timeZone: string, more: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, { timeZone, ...more });

const DAY = { weekday: 'short', day: 'numeric', month: 'long' } as const;
const TIME = { hour: 'numeric', minute: '2-digit' } as const;

export interface Span {
  starts_at: string;
  ends_at: string;
  timezone: string;
  kind: string;
}

/* Mon 30 November, 19:30 – 21:00; of a stay its days. */
export function spanOf({ starts_at, ends_at, timezone, kind }: Span, locale: string): string {
  const [from, to] = [new Date(starts_at), new Date(ends_at)];
  if (kind === 'stay') return format(locale, timezone, { ...DAY, year: 'numeric' }).formatRange(from, to);
  if (kind === 'table') return format(locale, timezone, { ...DAY, ...TIME }).format(from);
  return format(locale, timezone, { ...DAY, ...TIME }).formatRange(from, to);
}

export function instantOf(instant: string, timezone: string, locale: string): string {
  return format(locale, timezone, { ...DAY, ...TIME }).format(new Date(instant));
}

/* "Times are those of Vienna", for a reader whose clock shows another. */
export function otherClock({ starts_at, timezone }: Pick<Span, 'starts_at' | 'timezone'>, t: Texts, locale: string): string | null {
  const at = new Date(starts_at);
  const shown = (zone: string | undefined): string => new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short', ...(zone === undefined ? {} : { timeZone: zone }) }).format(at);
  if (shown(timezone) === shown(undefined)) return null;
  return t.my.otherClock((timezone.split('/').pop() ?? timezone).replaceAll('_', ' '));
}
