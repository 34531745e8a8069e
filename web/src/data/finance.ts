/* The house's money: payments, refunds, disputes, registers, the day's close, the cash book. Amounts are decimal. */
import { hashKey, infiniteQueryOptions, keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { isAwayStatus } from '@/lib/network';
import { CALM, polled, SELDOM } from '@/lib/poll';
import type { Shapes } from '../../../client/src/database';
import type { Api } from './api';
import type { Answer } from './functions';
import type { Feed } from './live';
import { Away, isRefusal, refusalFrom } from './refusal';
import type { Services } from './services';
import type { Id } from './shapes';

export type PaymentRow = Answer<'list_payments'>[number];
export type RefundRow = Answer<'list_refunds'>[number];
export type DisputeRow = Answer<'list_disputes'>[number];
export type RegisterNow = Shapes['register_now'];
export type Report = Shapes['register_report'];
export type Method = PaymentRow['method'];

const PAGE = 200;
/* A list that goes further down is asked anew as a whole by its own page alone: the news of a busy evening would be all of it, again and again. */
export const LIVE_PAGES = 3;
export interface PaymentFilter {
  from: string | null;
  to: string | null;
  method: Method | null;
  search: string;
}

/* Where a page of a list ends: several lines may be of one instant. */
interface End {
  at: string;
  id: Id;
}
const FIRST: End | null = null;
const below = (end: End | null) => (end === null ? {} : { p_before: end.at, p_before_id: end.id });
export function endOf(page: readonly End[]): End | null {
  const last = page.at(-1);
  return last !== undefined && page.length === PAGE ? { at: last.at, id: last.id } : null;
}

/* Page by page. In an address a list is written as PostgreSQL writes it. */
export function paymentsQuery(api: Api, filter: PaymentFilter) {
  return infiniteQueryOptions({
    queryKey: ['finance', 'payments', filter] as const,
    initialPageParam: FIRST,
    getNextPageParam: endOf,
    queryFn: ({ pageParam, signal }) =>
      api.read(
        'list_payments',
        {
          p_limit: PAGE,
          ...(filter.from === null ? {} : { p_from: filter.from }),
          ...(filter.to === null ? {} : { p_to: filter.to }),
          ...(filter.method === null ? {} : { p_method: `{${filter.method}}` }),
          ...(filter.search === '' ? {} : { p_search: filter.search }),
          ...below(pageParam),
        },
        signal,
      ),
  });
}
export function refundsQuery(api: Api) {
  return infiniteQueryOptions({
    queryKey: ['finance', 'refunds'] as const,
    initialPageParam: FIRST,
    getNextPageParam: endOf,
    queryFn: ({ pageParam, signal }) => api.read('list_refunds', { p_limit: PAGE, ...below(pageParam) }, signal),
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > LIVE_PAGES ? false : polled(CALM)(query)),
  });
}
/* As many as the database tells at once: open ones come first. */
const DISPUTES = 1000;
export function disputesQuery(api: Api) {
  return queryOptions({ queryKey: ['finance', 'disputes'] as const, queryFn: ({ signal }) => api.read('list_disputes', { p_limit: DISPUTES }, signal) });
}
export type PayoutRow = Answer<'get_payouts'>[number];
/* The newest two hundred of these days; null: from ever, until now. */
export function payoutsQuery(api: Api, from: string | null, to: string | null) {
  return queryOptions({
    queryKey: ['finance', 'payouts', from, to] as const,
    queryFn: ({ signal }) => api.read('get_payouts', { ...(from === null ? {} : { p_from: from }), ...(to === null ? {} : { p_to: to }) }, signal),
    placeholderData: keepPreviousData,
  });
}
export const registersKey = ['finance', 'registers'] as const;
export function registersQuery(api: Api) {
  return queryOptions({ queryKey: registersKey, queryFn: ({ signal }) => api.read('get_registers', {}, signal), refetchInterval: polled(CALM) });
}
export function dayCloseQuery(api: Api, day: string | null) {
  return queryOptions({ queryKey: ['finance', 'close', day] as const, queryFn: ({ signal }) => api.read('get_day_close', day === null ? {} : { p_date: day }, signal) });
}
/* The clock of the house, by which its books tell the time. */
export const houseClockQuery = (api: Api) =>
  queryOptions({ ...registersQuery(api), refetchInterval: false, staleTime: 60_000, select: ({ organization_id, timezone }) => ({ organization_id, timezone }) });

/* A channel's name has 200 bytes, a search may be longer. */
function shortOf(text: string): string {
  let sum = 5381;
  for (const letter of text) sum = ((sum * 33) ^ (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum.toString(36);
}

/* What goes through a list that is shown: a line more, or another state of one. */
export function booksFeed(queryKey: Feed['queryKey'], organization: Id, tables: readonly string[]): Feed {
  return {
    name: `books-${shortOf(hashKey(queryKey))}:${organization}`,
    queryKey,
    watches: tables.map((table) => ({ event: '*', table, filter: `organization_id=eq.${organization}` })),
    safety: SELDOM,
  };
}

export const refreshFinance = (client: QueryClient): Promise<void> => client.invalidateQueries({ queryKey: ['finance'] });

/* The cash book as a file for a spreadsheet: the daemon writes the CSV. */
export async function cashBook({ door, staff }: Services, from: string, to: string): Promise<string> {
  const url = new URL(`${door.origin}/rest/v1/rpc/get_cash_book`);
  url.searchParams.set('p_from', from);
  url.searchParams.set('p_to', to);
  let answer: Response;
  let text: string;
  try {
    answer = await door.fetch(url.href, { headers: { accept: 'text/csv', apikey: door.anonKey, authorization: `Bearer ${staff.bearer.token() ?? door.anonKey}` } });
    text = await answer.text();
  } catch {
    throw new Away();
  }
  if (answer.ok) return text;
  if (isAwayStatus(answer.status)) throw new Away();
  const refused = refusalFrom(answer.status, jsonOf(text));
  if (isRefusal(refused, 401)) void staff.signOut();
  throw refused;
}
/* A proxy on the way answers with a page of its own. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
/* Spreadsheets take a file for UTF-8 by this first sign alone; and what begins with one of theirs they take for a formula. */
export const forSpreadsheet = (csv: string): string => `\ufeff${csv.replace(/(^|,|\n)("?)([=+@\t])/g, "$1$2'$3")}`;
