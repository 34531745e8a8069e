/* The floor: tables with what is going on at them, and what a waiter does there. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { LIVE, polled } from '@/lib/poll';
import type { Api } from './api';
import type { Answer } from './functions';
import { placeFeed, type Feed } from './live';
import { sessionKey } from './session';
import type { FloorTable, Id, Instant, TableStatus } from './shapes';

export const floorKey = ['floor'] as const;

export function floorQuery(api: Api) {
  return queryOptions({
    queryKey: floorKey,
    queryFn: ({ signal }) => api.read('get_floor', {}, signal),
    refetchInterval: polled(LIVE),
    refetchIntervalInBackground: true,
  });
}

/* A session's version grows with its lines, guests and tickets: those tables need no watching of their own. */
export const floorFeed = (restaurantId: Id): Feed =>
  placeFeed('floor', floorKey, restaurantId, ['table_sessions', 'restaurant_tables', 'table_reservations', 'waitlist_entries']);

/* What a waiter has to know about a table at a glance, most pressing first. */
export type TableState = 'calling' | 'food_ready' | 'billed' | 'paid' | 'ordering' | 'seated' | 'late_reservation' | 'reserved' | 'cleaning' | 'out_of_service' | 'free';

/* A table that is expected in this time is held; one that is booked for tonight is free at noon. */
const HELD_MS = 90 * 60_000;

export function stateOf(table: FloorTable, now: Instant): TableState {
  const { session } = table;
  if (session) {
    if (session.service_call) return 'calling';
    if (session.kitchen.ready > 0) return 'food_ready';
    if (session.status === 'billed') return session.due_amount === 0 ? 'paid' : 'billed';
    return session.total_amount > 0 || session.draft_count > 0 ? 'ordering' : 'seated';
  }
  if (table.status === 'cleaning' || table.status === 'out_of_service') return table.status;
  if (table.late_reservation) return 'late_reservation';
  const isSoon = table.next_reservation !== null && Date.parse(table.next_reservation.starts_at) - Date.parse(now) <= HELD_MS;
  return table.status === 'reserved' || isSoon ? 'reserved' : 'free';
}

export type FloorFilter = 'all' | 'busy' | 'attention' | 'free';

const PRESSING: ReadonlySet<TableState> = new Set(['calling', 'food_ready', 'billed', 'paid', 'late_reservation', 'cleaning']);

export const needsAttention = (table: FloorTable, now: Instant): boolean => PRESSING.has(stateOf(table, now));

export function filterTables(tables: readonly FloorTable[], filter: FloorFilter, now: Instant): FloorTable[] {
  switch (filter) {
    case 'busy':
      return tables.filter((table) => table.session !== null);
    case 'attention':
      return tables.filter((table) => needsAttention(table, now));
    case 'free':
      return tables.filter((table) => table.session === null && !['cleaning', 'out_of_service'].includes(table.status));
    default:
      return [...tables];
  }
}

export interface Section {
  name: string | null;
  tables: FloorTable[];
}

/* Tables that were pushed to another one show there, not on their own. */
export function sectionsOf(tables: readonly FloorTable[]): Section[] {
  const sections = new Map<string | null, FloorTable[]>();
  for (const table of tables.filter((candidate) => candidate.combined_into === null).toSorted((a, b) => a.table_number - b.table_number)) {
    sections.set(table.section, [...(sections.get(table.section) ?? []), table]);
  }
  return [...sections].map(([name, members]) => ({ name, tables: members }));
}

export async function refreshFloor(client: QueryClient, sessionId?: Id): Promise<void> {
  const keys = sessionId === undefined ? [floorKey] : [floorKey, sessionKey(sessionId)];
  await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
}

export function seat(api: Api, tableId: Id, partySize: number | null): Promise<Answer<'seat_party'>> {
  return api.call('seat_party', { p_table_id: tableId, ...(partySize === null ? {} : { p_party_size: partySize }) });
}

export const clearTable = (api: Api, sessionId: Id): Promise<Answer<'clear_session'>> => api.call('clear_session', { p_session_id: sessionId });
export const reopenBill = (api: Api, sessionId: Id): Promise<Answer<'unbill_session'>> => api.call('unbill_session', { p_session_id: sessionId });
export const answerCall = (api: Api, sessionId: Id): Promise<Answer<'answer_call'>> => api.call('answer_call', { p_session_id: sessionId });
export const renewOtp = (api: Api, sessionId: Id): Promise<Answer<'renew_session_otp'>> => api.call('renew_session_otp', { p_session_id: sessionId });
export const moveParty = (api: Api, sessionId: Id, tableId: Id): Promise<Answer<'move_party'>> =>
  api.call('move_party', { p_session_id: sessionId, p_table_id: tableId });
export const setTableStatus = (api: Api, tableId: Id, status: TableStatus): Promise<Answer<'set_table_status'>> =>
  api.call('set_table_status', { p_table_id: tableId, p_status: status });
export const cancelLine = (api: Api, lineId: Id, reason: string): Promise<Answer<'cancel_order_line'>> =>
  api.call('cancel_order_line', { p_line_id: lineId, p_reason: reason });
