/* The house's money: payments, refunds, disputes, registers, the day's close, the cash book. Amounts are decimal. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { CALM, polled } from '@/lib/poll';
import type { Shapes } from '../../../client/src/database';
import type { Api } from './api';
import type { Answer } from './functions';
import { refusalFrom } from './refusal';
import type { Services } from './services';

export type PaymentRow = Answer<'list_payments'>[number];
export type RefundRow = Answer<'list_refunds'>[number];
export type DisputeRow = Answer<'list_disputes'>[number];
export type RegisterNow = Shapes['register_now'];
export type Report = Shapes['register_report'];
export type Method = PaymentRow['method'];

const PAGE = 200;
export interface PaymentFilter {
  from: string | null;
  to: string | null;
  method: Method | null;
  search: string;
}

/* One page of the list; `before` is where the one above it ends. In an address a list is written as PostgreSQL writes it. */
export function paymentsQuery(api: Api, filter: PaymentFilter, before: string | null) {
  return queryOptions({
    queryKey: ['finance', 'payments', filter, before] as const,
    queryFn: ({ signal }) =>
      api.read(
        'list_payments',
        {
          p_limit: PAGE,
          ...(filter.from === null ? {} : { p_from: filter.from }),
          ...(filter.to === null ? {} : { p_to: filter.to }),
          ...(filter.method === null ? {} : { p_method: `{${filter.method}}` }),
          ...(filter.search === '' ? {} : { p_search: filter.search }),
          ...(before === null ? {} : { p_before: before }),
        },
        signal,
      ),
  });
}
export const hasMore = (page: readonly PaymentRow[]): boolean => page.length === PAGE;
export function refundsQuery(api: Api) {
  return queryOptions({ queryKey: ['finance', 'refunds'] as const, queryFn: ({ signal }) => api.read('list_refunds', {}, signal), refetchInterval: polled(CALM) });
}
export function disputesQuery(api: Api) {
  return queryOptions({ queryKey: ['finance', 'disputes'] as const, queryFn: ({ signal }) => api.read('list_disputes', {}, signal) });
}
export type PayoutRow = Answer<'get_payouts'>[number];
export function payoutsQuery(api: Api) {
  return queryOptions({ queryKey: ['finance', 'payouts'] as const, queryFn: ({ signal }) => api.read('get_payouts', {}, signal) });
}
export function registersQuery(api: Api) {
  return queryOptions({ queryKey: ['finance', 'registers'] as const, queryFn: ({ signal }) => api.read('get_registers', {}, signal), refetchInterval: polled(CALM) });
}
export function dayCloseQuery(api: Api, day: string | null) {
  return queryOptions({ queryKey: ['finance', 'close', day] as const, queryFn: ({ signal }) => api.read('get_day_close', day === null ? {} : { p_date: day }, signal) });
}
export const refreshFinance = (client: QueryClient): Promise<void> => client.invalidateQueries({ queryKey: ['finance'] });

/* The cash book as a file for a spreadsheet: the daemon writes the CSV. */
export async function cashBook({ door, staff }: Services, from: string, to: string): Promise<string> {
  const url = new URL(`${door.origin}/rest/v1/rpc/get_cash_book`);
  url.searchParams.set('p_from', from);
  url.searchParams.set('p_to', to);
  const answer = await door.fetch(url.href, { headers: { accept: 'text/csv', apikey: door.anonKey, authorization: `Bearer ${staff.bearer.token() ?? door.anonKey}` } });
  const text = await answer.text();
  if (!answer.ok) throw refusalFrom(answer.status, JSON.parse(text === '' ? '{}' : text));
  return text;
}
/* Spreadsheets take a file for UTF-8 by this first sign alone; and what begins with one of theirs they take for a formula. */
export const forSpreadsheet = (csv: string): string => `\ufeff${csv.replace(/(^|,|\n)("?)([=+@\t])/g, "$1$2'$3")}`;
