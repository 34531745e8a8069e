/* A guest's own bookings: by a login, or one by its number and the address it was made with; what this device keeps of them; what may be changed. */
import { queryOptions } from '@tanstack/react-query';
import type { Shapes } from '../../../client/src/database';
import { asString, forget, isRecord, keep, recall } from '@/lib/keep';
import type { Api } from './api';
import type { Answer } from './functions';
import { BOOKINGS } from './kept';
import { isRefusal } from './refusal';

export type Mine = Shapes['mine'];
export type Terms = Shapes['terms'];
export type Gone = Shapes['gone'];
export type MyBookings = Answer<'get_my_bookings'>;
export type MyBooking = Answer<'get_my_booking'>;
export type MyReceipt = Answer<'get_my_receipt'>;
export type Quote = Answer<'change_my_booking'>;
export type Cancelling = Answer<'cancel_my_bookings'>;

/* Who asks about a booking: a login (no contact), or whoever knows its number and the address or phone it was made with. */
export interface Way {
  api: Api;
  reference: string;
  contact: string | null;
}

export const named = ({ reference, contact }: Pick<Way, 'reference' | 'contact'>): { p_reference: string; p_contact?: string } => ({
  p_reference: reference,
  ...(contact === null ? {} : { p_contact: contact }),
});

export function myBookingsQuery(api: Api) {
  return queryOptions({ queryKey: ['my', 'all'], queryFn: () => api.call('get_my_bookings', {}), staleTime: 10_000 });
}

/* Numbers and contacts stand in no address and in no server's log: asked by POST. */
export function myBookingQuery(way: Way) {
  return queryOptions({ queryKey: ['my', way.reference, way.contact], queryFn: () => way.api.call('get_my_booking', named(way)), staleTime: 10_000 });
}

export const isAhead = (booking: Pick<Mine, 'ends_at' | 'status'>, nowMs: number): boolean =>
  Date.parse(booking.ends_at) > nowMs && !['cancelled', 'no_show', 'expired', 'completed'].includes(booking.status);

/* What is coming, the next first; what was, the last first. */
export function inOrder(bookings: readonly Mine[], nowMs: number): { ahead: Mine[]; over: Mine[] } {
  const by = (a: Mine, b: Mine): number => Date.parse(a.starts_at) - Date.parse(b.starts_at);
  return { ahead: bookings.filter((one) => isAhead(one, nowMs)).sort(by), over: bookings.filter((one) => !isAhead(one, nowMs)).sort((a, b) => by(b, a)) };
}

/* --- What this device keeps --- */

const NUMBERS = 'my.numbers';
const KEPT_MAX = 40;

const cleanReference = (reference: string): string => reference.replace(/\s/g, '').toUpperCase();

function numbers(): Record<string, string> {
  return (
    recall(NUMBERS, (value) =>
      isRecord(value) ? Object.fromEntries(Object.entries(value).flatMap(([reference, contact]) => (typeof contact === 'string' ? [[reference, contact]] : []))) : undefined,
    ) ?? {}
  );
}

/* The contact that goes with a number, so that its page opens again on this device. */
export const contactOf = (reference: string): string | null => numbers()[cleanReference(reference)] ?? null;

export function rememberNumber(reference: string, contact: string): void {
  const others = Object.entries(numbers()).filter(([known]) => known !== cleanReference(reference));
  keep(NUMBERS, Object.fromEntries([...others, [cleanReference(reference), contact]].slice(-KEPT_MAX)));
}

/* A booking as it was when it was last seen: without a network a ticket is shown from here. */
export function readKept(value: unknown): Mine[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const isOne = (one: unknown): one is Mine =>
    isRecord(one) &&
    ['reference', 'title', 'starts_at', 'ends_at', 'timezone', 'kind', 'status', 'currency'].every((name) => asString(one[name]) !== undefined) &&
    isRecord(one['details']) &&
    isRecord(one['terms']);
  return value.filter(isOne);
}

export const keptBookings = (): Mine[] => recall(BOOKINGS, readKept) ?? [];

export function keepBookings(seen: readonly Mine[]): void {
  const ids = new Set(seen.map((one) => one.booking_id));
  const all = [...keptBookings().filter((one) => !ids.has(one.booking_id)), ...seen];
  keep(BOOKINGS, all.sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at)).slice(-KEPT_MAX));
}

/* All of a basket was made with one contact: each part opens by its own number, too. */
export function rememberNumbers(seen: readonly Pick<Mine, 'reference'>[], contact: string): void {
  for (const { reference } of seen) rememberNumber(reference, contact);
}

export function forgetBookings(): void {
  forget(BOOKINGS);
  forget(NUMBERS);
}

/* What a camera at the gate or the desk reads. */
export const ticketOf = (booking: Pick<Mine, 'kind' | 'reference' | 'status' | 'details'>): string | null => {
  if (!['confirmed', 'checked_in', 'seated', 'used'].includes(booking.status)) return null;
  if (booking.kind === 'pool') return booking.details.qr_code ?? null;
  return booking.kind === 'table' ? null : booking.reference;
};

/* --- Changing --- */

export type Changes = Record<string, string | number>;

/* The fields of each kind, as its part says them (docs/booking-api.md). */
export type FieldKind = 'date' | 'time' | 'people' | 'slot' | 'words';
export const FIELDS: Record<Mine['kind'], Record<string, FieldKind>> = {
  stay: { check_in: 'date', check_out: 'date', guests: 'people', special_requests: 'words' },
  table: { date: 'date', time: 'time', party_size: 'people', special_requests: 'words' },
  pool: { date: 'date', slot: 'slot', adults: 'people', children: 'people' },
  game: { date: 'date', time: 'time', party_size: 'people', special_requests: 'words' },
};

export type Form = Record<string, string>;

export function formOf({ kind, details }: Pick<Mine, 'kind' | 'details'>): Form {
  const known = details as Record<string, unknown>;
  return Object.fromEntries(Object.keys(FIELDS[kind]).map((name) => [name, known[name] === null || known[name] === undefined ? '' : String(known[name])]));
}

/* What differs from the booking; undefined when a number is none. */
export function changesOf(booking: Pick<Mine, 'kind' | 'details'>, form: Form): Changes | undefined {
  const before = formOf(booking);
  const changes: Changes = {};
  for (const [name, kind] of Object.entries(FIELDS[booking.kind])) {
    const now = (form[name] ?? '').trim();
    if (now === (before[name] ?? '')) continue;
    if (kind === 'people') {
      if (!/^\d{1,3}$/.test(now)) return undefined;
      changes[name] = Number(now);
    } else if (now !== '' || kind === 'words') changes[name] = now;
    else return undefined;
  }
  return changes;
}

/* The nearest that can be had, by the names of the form; each module names its own. */
const ALIASES: Record<string, string> = { ticket_date: 'date', booking_date: 'date', start_time: 'time', reservation_date: 'date', reservation_time: 'time' };

export function alternativesIn(error: unknown, kind: Mine['kind']): Form[] {
  const list = isRefusal(error, 409) ? error.facts['alternatives'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown): Form[] => {
    if (!isRecord(one)) return [];
    const form = Object.fromEntries(
      Object.entries(one).flatMap(([name, value]): [string, string][] => {
        const field = ALIASES[name] ?? name;
        return field in FIELDS[kind] && (typeof value === 'string' || typeof value === 'number') ? [[field, field === 'time' ? String(value).slice(0, 5) : String(value)]] : [];
      }),
    );
    return Object.keys(form).length > 0 ? [form] : [];
  });
}

/* What goes back when these are cancelled together. */
export const refundOf = (told: Pick<Cancelling, 'refund' | 'goes_with'>, chosen: ReadonlySet<string>): number =>
  Math.round((told.refund + told.goes_with.filter((one) => chosen.has(one.booking_id)).reduce((sum, one) => sum + one.refund, 0)) * 10_000) / 10_000;

/* --- Into other calendars --- */

const stamp = (instant: string): string => new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, '');

export function calendarLinks({ title, place, reference, starts_at, ends_at }: Pick<Mine, 'title' | 'place' | 'reference' | 'starts_at' | 'ends_at'>): { google: string; outlook: string } {
  const google = new URL('https://calendar.google.com/calendar/render');
  google.search = new URLSearchParams({ action: 'TEMPLATE', text: title, dates: `${stamp(starts_at)}/${stamp(ends_at)}`, details: reference, location: place ?? '' }).toString();
  const outlook = new URL('https://outlook.live.com/calendar/0/deeplink/compose');
  outlook.search = new URLSearchParams({ rru: 'addevent', path: '/calendar/action/compose', subject: title, startdt: starts_at, enddt: ends_at, body: reference, location: place ?? '' }).toString();
  return { google: google.href, outlook: outlook.href };
}
