/* Days as the database writes them, 2026-12-04: no clock and no zone in them, so they are counted in UTC. */
const DAY_MS = 86_400_000;

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const isDay = (text: string | null | undefined): text is string => typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at(text)) && dayOf(at(text)) === text;

export const addDays = (day: string, count: number): string => dayOf(at(day) + count * DAY_MS);
export const nightsBetween = (from: string, to: string): number => Math.round((at(to) - at(from)) / DAY_MS);

/* Of two days the later one. */
export const laterOf = (one: string, other: string): string => [one, other].sort()[1] ?? one;

export const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;
export function addMonths(day: string, count: number): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return dayOf(Date.UTC(year, month - 1 + count, 1));
}
export const daysInMonth = (day: string): number => nightsBetween(firstOfMonth(day), addMonths(day, 1));

/* The month in weeks; null where another month's days would stand. `firstDay`: 1 Monday … 7 Sunday. */
export function weeksOf(month: string, firstDay: number): (string | null)[][] {
  const first = firstOfMonth(month);
  const weekday = new Date(at(first)).getUTCDay() || 7;
  const before = (weekday - firstDay + 7) % 7;
  const cells: (string | null)[] = [...Array.from({ length: before }, () => null), ...Array.from({ length: daysInMonth(first) }, (_, n) => addDays(first, n))];
  while (cells.length % 7 > 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

interface WeekInfo {
  firstDay: number;
}
/* On which day a week begins where the reader lives; Monday where the browser does not say. */
export function firstWeekday(locale: string): number {
  const { language, region } = new Intl.Locale(locale);
  const known = new Intl.Locale(region ? locale : language) as Intl.Locale & { getWeekInfo?: () => WeekInfo; weekInfo?: WeekInfo };
  return (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1;
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(locale, options)));
  return made;
}

const say = (day: string, locale: string, options: Intl.DateTimeFormatOptions): string => format(locale, { ...options, timeZone: 'UTC' }).format(at(day));

/* Fri 4 Dec */
export const shortDay = (day: string, locale: string): string => say(day, locale, { weekday: 'short', day: 'numeric', month: 'short' });
/* Friday 4 December */
export const longDay = (day: string, locale: string): string => say(day, locale, { weekday: 'long', day: 'numeric', month: 'long' });
/* December 2026 */
export const monthName = (day: string, locale: string): string => say(day, locale, { month: 'long', year: 'numeric' });
export const weekdayName = (day: string, locale: string, length: 'short' | 'long' = 'short'): string => say(day, locale, { weekday: length });

/* 19:30 on the wall of the place, as the reader writes it. */
export function wallTime(time: string, locale: string): string {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return format(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1, hours % 24, minutes));
}

/* An amount in whole units, as the booking functions write it; cents only where there are some. */
export function price(amount: number, currency: string, locale: string): string {
  const key = `${locale} ${currency} ${Number.isInteger(amount)}`;
  let made = prices.get(key);
  if (!made) prices.set(key, (made = new Intl.NumberFormat(locale, { style: 'currency', currency, ...(Number.isInteger(amount) ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {}) })));
  return made.format(amount);
}
const prices = new Map<string, Intl.NumberFormat>();

/* Whether the reader's clock reads otherwise than the place's at that moment. */
export function clocksDiffer(timezone: string, atMs: number): boolean {
  const read = (zone?: string): string => new Intl.DateTimeFormat('en', { dateStyle: 'short', timeStyle: 'short', ...(zone === undefined ? {} : { timeZone: zone }) }).format(atMs);
  return read(timezone) !== read();
}
