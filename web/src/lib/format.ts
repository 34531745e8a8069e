/* Money, times and counts the way the reader's locale writes them; instants on the clock of the place, not of the device. */

export interface Money {
  currency: string;
  currency_exponent: number;
}

const formats = new Map<string, Intl.NumberFormat>();

function moneyFormat(locale: string, { currency, currency_exponent }: Money): Intl.NumberFormat {
  const key = `${locale} ${currency} ${currency_exponent}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      minimumFractionDigits: currency_exponent,
      maximumFractionDigits: currency_exponent,
    });
    formats.set(key, format);
  }
  return format;
}

export function money(minor: number, of: Money, locale: string): string {
  return moneyFormat(locale, of).format(minor / 10 ** of.currency_exponent);
}

/* What somebody typed into a field of amounts with so many digits, in minor units; undefined when it is not an amount. Takes comma and point. */
export function readMinor(text: string, digits: number): number | undefined {
  const clean = text.replace(/[\s\u00a0\u202f']/g, '').replace(',', '.');
  if (!/^\d+(\.\d*)?$/.test(clean)) return undefined;
  const [whole = '', part = ''] = clean.split('.');
  if (part.length > digits) return undefined;
  return Number(whole + part.padEnd(digits, '0'));
}
export const readMoney = (text: string, of: Money): number | undefined => readMinor(text, of.currency_exponent);

export function clockTime(instant: string, timezone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: timezone }).format(new Date(instant));
}

/* Mon 30 Nov, 19:30. */
export function dayTime(instant: string, timezone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', timeZone: timezone }).format(new Date(instant));
}

/* The time of today, or day and time of another day. */
export function momentOf(instant: string, timezone: string, locale: string, nowMs: number): string {
  return dayIn(timezone, Date.parse(instant)) === dayIn(timezone, nowMs) ? clockTime(instant, timezone, locale) : dayTime(instant, timezone, locale);
}

/* The day that it is then at the place, as 2026-11-30. */
export function dayIn(timezone: string, nowMs: number): string {
  return new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: timezone }).format(nowMs);
}

/* 4:05, 1:02:09: counts up and never runs backwards below zero. */
export function stopwatch(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const rest = String(total % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

export function list(parts: readonly string[], locale: string): string {
  return new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' }).format(parts);
}
