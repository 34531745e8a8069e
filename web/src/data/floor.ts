/* The floor: tables with what is going on at them, and what a waiter does there. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { LIVE, polled } from '@/lib/poll';
import type { Api } from './api';
import type { Answer } from './functions';
import { placeFeed, type Feed } from './live';
import { sessionKey } from './session';
import type { Floor, FloorTable, Id, Instant, TableStatus, Ticket } from './shapes';
import type { Queue, QueuedWrite } from './writes';

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
export const floorFeed = (restaurantId: Id): Feed => placeFeed('floor', floorKey, restaurantId, ['table_sessions', 'restaurant_tables', 'table_reservations', 'waitlist_entries']);

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

/* What stands at the pass for these sections (none named: all), without what was just said to be served. */
export function toCarry(floor: Floor, writes: readonly QueuedWrite[], sections: readonly string[]): Ticket[] {
  const served = new Set(writes.flatMap((write) => (write.kind === 'complete_kitchen_order' ? [write.args.p_kitchen_order_id] : [])));
  const mine = new Set(inSections(floor.tables, sections).map((table) => table.id));
  // What is taken away has no table: it is everybody's.
  return floor.ready.filter((ticket) => !served.has(ticket.id) && (ticket.table_id === null || mine.has(ticket.table_id)));
}

export const serve = (queue: Queue, ticket: Ticket): void => void queue.add('complete_kitchen_order', { p_kitchen_order_id: ticket.id });

/* The sections that a house has, by name; a table without one belongs to everybody. */
export const sectionNames = (tables: readonly FloorTable[]): string[] => [...new Set(tables.flatMap((table) => table.section ?? []))].sort();

export function inSections(tables: readonly FloorTable[], sections: readonly string[]): FloorTable[] {
  return tables.filter((table) => sections.length === 0 || table.section === null || sections.includes(table.section));
}

/* What a waiter with the phone in the pocket has to be told of, each by a name of its own: a second call is another one. */
export interface Pressing {
  name: string;
  table: FloorTable | null;
  kind: 'calling' | 'food_ready' | 'paid' | 'waiting';
}

export function pressingOf(floor: Floor, sections: readonly string[]): Pressing[] {
  const tables = inSections(floor.tables, sections);
  const byId = new Map(tables.map((table) => [table.id, table]));
  return [
    ...tables.flatMap((table): Pressing[] => {
      const { session } = table;
      if (!session) return [];
      if (session.service_call) return [{ name: `call ${session.id} ${session.service_called_at ?? ''}`, table, kind: 'calling' }];
      return session.status === 'billed' && session.due_amount === 0 ? [{ name: `paid ${session.id}`, table, kind: 'paid' }] : [];
    }),
    ...toCarry(floor, [], sections).map((ticket): Pressing => ({ name: `ready ${ticket.id}`, table: byId.get(ticket.table_id ?? '') ?? null, kind: 'food_ready' })),
    ...floor.waitlist.filter((entry) => entry.status === 'waiting').map((entry): Pressing => ({ name: `waiting ${entry.id}`, table: null, kind: 'waiting' })),
  ];
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
export const moveParty = (api: Api, sessionId: Id, tableId: Id): Promise<Answer<'move_party'>> => api.call('move_party', { p_session_id: sessionId, p_table_id: tableId });
export const setTableStatus = (api: Api, tableId: Id, status: TableStatus): Promise<Answer<'set_table_status'>> => api.call('set_table_status', { p_table_id: tableId, p_status: status });
export const mergeInto = (api: Api, fromId: Id, intoId: Id): Promise<Answer<'merge_sessions'>> => api.call('merge_sessions', { p_from_session_id: fromId, p_into_session_id: intoId });
export const combine = (api: Api, tableIds: Id[]): Promise<Answer<'combine_tables'>> => api.call('combine_tables', { p_table_ids: tableIds });
export const separate = (api: Api, tableId: Id): Promise<Answer<'separate_tables'>> => api.call('separate_tables', { p_table_id: tableId });
export const cancelLine = (api: Api, lineId: Id, reason: string): Promise<Answer<'cancel_order_line'>> => api.call('cancel_order_line', { p_line_id: lineId, p_reason: reason });
