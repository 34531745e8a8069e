/* Amounts of bookings: decimal, in a currency, as the daemon's functions for guests tell them (docs/booking-api.md). */
const formats = new Map<string, Intl.NumberFormat>();

export function amountIn(amount: number, currency: string, locale: string): string {
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    formats.set(key, format);
  }
  return format.format(amount);
}
