/* The desk: who comes, who leaves, what they owe; one stay with its bill; one search over the house. Amounts are decimal in the house's currency. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { addUp, readAmount } from '@/lib/decimals';
import { CALM, polled, SELDOM } from '@/lib/poll';
import type { Shapes } from '../../../client/src/database';
import type { Api } from './api';
import type { Answer, Args } from './functions';
import type { Feed } from './live';
import { isRefusal } from './refusal';
import type { Id } from './shapes';

export type DeskDay = Answer<'get_desk_day'>;
export type DeskStay = Shapes['desk_stay'];
export type DeskGame = Shapes['desk_game'];
export type Stay = Answer<'get_stay'>;
export type Folio = Shapes['folio'];
export type HouseHit = Shapes['house_hit'];

export type Action = 'read' | 'create' | 'update' | 'delete';
/* What the one who is signed in may do; the functions decide, this shows what can be asked. */
export type Rights = (resource: string, action: Action) => boolean;

export const rightsKey = ['rights'] as const;
export function rightsQuery(api: Api) {
  return queryOptions({ queryKey: rightsKey, queryFn: ({ signal }) => api.read('get_my_rights', {}, signal), staleTime: 60_000 });
}
export function rightsOf(answer: Answer<'get_my_rights'> | undefined): Rights {
  const given: Record<string, readonly string[]> = answer?.rights ?? {};
  return (resource, action) => given[resource]?.includes(action) ?? false;
}

export const dayKey = (day: string | null) => ['desk', 'day', day] as const;
/* `day` null: the business day of now, whenever that begins. */
export function dayQuery(api: Api, day: string | null) {
  return queryOptions({ queryKey: dayKey(day), queryFn: ({ signal }) => api.read('get_desk_day', day === null ? {} : { p_date: day }, signal), refetchInterval: polled(CALM) });
}

const TABLES: Record<string, readonly string[]> = {
  dining: ['table_sessions'],
  stays: ['chalet_bookings', 'chalet_blocks'],
  experiences: ['bookings'],
  payments: ['payments'],
  pool: ['pool_tickets'],
};

/* Everything of the house that a page of the desk shows. */
export function houseFeed(name: string, queryKey: Feed['queryKey'], organization: Id, modules: readonly string[]): Feed {
  const tables = modules.flatMap((module) => TABLES[module] ?? []);
  return { name: `${name}:${organization}`, queryKey, watches: tables.map((table) => ({ event: '*', table, filter: `organization_id=eq.${organization}` })), safety: SELDOM };
}

export type Movement = DeskStay['movement'];
export const MOVEMENTS: readonly Movement[] = ['arrival', 'departure', 'in_house', 'no_show'];
/* What the day is looked at for; 'owes' goes through all of them. */
export type DayList = Movement | 'owes' | 'games';

export const owes = (stay: DeskStay): boolean => stay.bill > 0 && stay.status !== 'confirmed' && stay.status !== 'pending' && stay.status !== 'no_show';
/* Still to be done: who came is no arrival any more that somebody waits for. */
export function isOpen(stay: DeskStay): boolean {
  if (stay.movement === 'arrival') return stay.status === 'confirmed';
  return stay.movement === 'departure' ? stay.status === 'checked_in' : false;
}

export function listOf(day: DeskDay, list: Exclude<DayList, 'games'>): DeskStay[] {
  const stays = day.stays ?? [];
  const of = list === 'owes' ? stays.filter(owes) : stays.filter((stay) => stay.movement === list);
  return of.toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)));
}

export const isLate = (stay: DeskStay, day: DeskDay): boolean =>
  day.date === day.today && ((stay.movement === 'arrival' && stay.status === 'confirmed' && stay.check_in < day.today) || (stay.status === 'checked_in' && stay.check_out < day.today));

/* What people from elsewhere write into `source` for a booking of our own. */
const OWN = new Set(['desk', 'direct', 'web', 'phone', 'walk_in', 'guest', 'basket']);
export const isPortal = (source: string | undefined): boolean => source !== undefined && !OWN.has(source);

export const stayKey = (id: Id) => ['desk', 'stay', id] as const;
export function stayQuery(api: Api, id: Id) {
  return queryOptions({ queryKey: stayKey(id), queryFn: ({ signal }) => api.read('get_stay', { p_booking_id: id }, signal), refetchInterval: polled(CALM) });
}
export function stayFeed(id: Id): Feed {
  return { name: `stay:${id}`, queryKey: stayKey(id), watches: [{ event: '*', table: 'chalet_bookings', filter: `id=eq.${id}` }], safety: SELDOM };
}
export const folioKey = (id: Id) => ['desk', 'folio', id] as const;
/* The bill that a booking stands on. */
export function folioQuery(api: Api, type: string, id: Id) {
  return queryOptions({ queryKey: folioKey(id), queryFn: ({ signal }) => api.read('get_folio', { p_booking_type: type, p_booking_id: id }, signal), refetchInterval: polled(CALM) });
}
export const openBillsKey = (customer: Id | null) => ['desk', 'open', customer] as const;
/* What the same customer has open elsewhere in the house. */
export function openBillsQuery(api: Api, customer: Id | null) {
  return queryOptions({
    queryKey: openBillsKey(customer),
    enabled: customer !== null,
    refetchInterval: polled(CALM),
    queryFn: ({ signal }) => api.read('get_folio', { p_customer_id: customer ?? '', p_open_only: true }, signal),
  });
}

export function searchQuery(api: Api, text: string) {
  return queryOptions({ queryKey: ['desk', 'search', text] as const, enabled: text !== '', staleTime: 5_000, queryFn: ({ signal }) => api.read('search_house', { p_query: text }, signal) });
}

/* After something was done to a stay or its bill: all of the desk is asked again. */
export const refreshDesk = (client: QueryClient): Promise<void> => client.invalidateQueries({ queryKey: ['desk'] });

/* Somebody was first: who, and how the stay is now. */
export interface Changed {
  by: string | null;
  updatedAt: string;
  now: {
    check_in: string;
    check_out: string;
    guests: number;
    chalet_id: Id;
    chalet: string;
    status: string;
    total_price: number;
    special_requests: string | null;
    guest_details: Record<string, unknown>;
  };
}
export function changedBy(error: unknown): Changed | undefined {
  if (!isRefusal(error, 409) || error.reason !== 'changed') return undefined;
  return { by: error.text('by') ?? null, updatedAt: error.text('updated_at') ?? '', now: error.facts['now'] as Changed['now'] };
}

/* What of a stay is changed at the desk. */
export interface StayTerms {
  check_in: string;
  check_out: string;
  guests: number;
  special_requests: string | null;
}

/* What somebody wants, laid upon the stay as it is now: what they have not touched stays as the other one made it. */
export function laidUpon(now: StayTerms, seen: StayTerms, wanted: StayTerms): StayTerms {
  const of = <K extends keyof StayTerms>(name: K): StayTerms[K] => (wanted[name] === seen[name] ? now[name] : wanted[name]);
  return { check_in: of('check_in'), check_out: of('check_out'), guests: of('guests'), special_requests: of('special_requests') };
}

/* Only what is another thing then; empty wishes take away what stood there. */
export function changesOf(now: StayTerms, wanted: StayTerms): StayChange {
  return {
    ...(wanted.check_in === now.check_in ? {} : { p_check_in: wanted.check_in }),
    ...(wanted.check_out === now.check_out ? {} : { p_check_out: wanted.check_out }),
    ...(wanted.guests === now.guests ? {} : { p_guests: wanted.guests }),
    ...(wanted.special_requests === now.special_requests ? {} : { p_special_requests: wanted.special_requests ?? '' }),
  };
}

export type StayChange = Omit<Args<'change_stay'>, 'p_booking_id' | 'p_seen'>;

/* --- One bill, paid in any mix --- */

export type HouseTender = 'cash' | 'card' | 'bank' | 'voucher' | 'credit';
export const HOUSE_TENDERS: readonly HouseTender[] = ['cash', 'card', 'bank', 'voucher', 'credit'];
export interface TenderLine {
  method: HouseTender;
  /* As typed. */
  amount: string;
  /* The code of a voucher, the slip's number of a card; of others none is asked. */
  note: string;
}
export const takesNote = (method: HouseTender): boolean => method !== 'cash' && method !== 'credit';

export interface Settling {
  /* Null while a line is not an amount. */
  payments: { method: HouseTender; amount: number; reference?: string; voucher_code?: string }[] | null;
  left: number;
}
export function settling(lines: readonly TenderLine[], balance: number, currency: string): Settling {
  const amounts = lines.map((line) => readAmount(line.amount, currency));
  const left = addUp([balance, ...amounts.map((amount) => -(amount ?? 0))], currency);
  const isWhole = amounts.every((amount) => amount !== undefined && amount > 0) && lines.every((line) => line.method !== 'voucher' || line.note.trim() !== '');
  if (lines.length === 0 || !isWhole || left < 0) return { payments: null, left };
  return {
    left,
    payments: lines.map((line, at) => ({
      method: line.method,
      amount: amounts[at] ?? 0,
      ...(line.note.trim() === '' || !takesNote(line.method) ? {} : line.method === 'voucher' ? { voucher_code: line.note.trim() } : { reference: line.note.trim() }),
    })),
  };
}
