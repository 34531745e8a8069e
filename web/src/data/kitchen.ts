/* The kitchen's board: tickets, and the moves that wait for an answer laid over them. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { LIVE, polled } from '@/lib/poll';
import type { Api } from './api';
import { placeFeed, type Feed } from './live';
import type { Id, KitchenBoard, Ticket, TicketItem, TicketStatus } from './shapes';
import type { Done, Queue, QueuedWrite } from './writes';

export const boardKey = ['kitchen'] as const;

/* All stations at once: the page filters, so that the counts of the others stay true. */
export function boardQuery(api: Api) {
  return queryOptions({
    queryKey: boardKey,
    queryFn: async ({ signal }) => steady(await api.read('get_kitchen_board', {}, signal)),
    refetchInterval: polled(LIVE),
    refetchIntervalInBackground: true,
  });
}

/* What the page counts by itself is left out, so that a ticket that has not moved is the same from answer to answer and its card is
 * not drawn again. */
const still = (ticket: Ticket): Ticket => ({ ...ticket, waiting_seconds: 0, is_late: false });
const steady = (board: KitchenBoard): KitchenBoard => ({ ...board, tickets: board.tickets.map(still), recent: board.recent.map(still) });

export const boardFeed = (restaurantId: Id): Feed => placeFeed('kitchen', boardKey, restaurantId, ['kitchen_orders', 'kitchen_order_items', 'menu_items', 'printers']);

export type OpenStatus = 'pending' | 'cooking' | 'ready';
export const OPEN: readonly OpenStatus[] = ['pending', 'cooking', 'ready'];

/* The one big button of a ticket: where it leads, and the function that goes there. */
export const NEXT = {
  pending: { to: 'cooking', call: 'start_kitchen_order' },
  cooking: { to: 'ready', call: 'ready_kitchen_order' },
  ready: { to: 'completed', call: 'complete_kitchen_order' },
} as const satisfies Record<OpenStatus, { to: TicketStatus; call: 'start_kitchen_order' | 'ready_kitchen_order' | 'complete_kitchen_order' }>;

export const isOpen = (status: TicketStatus): status is OpenStatus => (OPEN as readonly TicketStatus[]).includes(status);

const MOVES = {
  start_kitchen_order: 'cooking',
  ready_kitchen_order: 'ready',
  complete_kitchen_order: 'completed',
} as const satisfies Record<string, TicketStatus>;

function mapTicket(board: KitchenBoard, id: Id, change: (ticket: Ticket) => Ticket): KitchenBoard {
  return sorted({
    ...board,
    tickets: board.tickets.map((ticket) => (ticket.id === id ? change(ticket) : ticket)),
    recent: board.recent.map((ticket) => (ticket.id === id ? change(ticket) : ticket)),
  });
}

/* Tickets that were finished move to `recent`, ones that were taken back return. */
function sorted(board: KitchenBoard): KitchenBoard {
  const all = [...board.tickets, ...board.recent];
  const tickets = all.filter((ticket) => isOpen(ticket.status)).toSorted((a, b) => a.created_at.localeCompare(b.created_at));
  const recent = all.filter((ticket) => !isOpen(ticket.status));
  return { ...board, tickets, recent };
}

/* The board as the cook means it. */
export function boardWith(board: KitchenBoard, writes: readonly QueuedWrite[]): KitchenBoard {
  return writes.reduce((result, write) => {
    switch (write.kind) {
      case 'start_kitchen_order':
      case 'ready_kitchen_order':
      case 'complete_kitchen_order': {
        const status = MOVES[write.kind];
        return mapTicket(result, write.args.p_kitchen_order_id, (ticket) => ({ ...ticket, status }));
      }
      case 'set_kitchen_item_ready': {
        const { p_item_id, p_ready = true } = write.args;
        // Tickets that it is not about stay the objects they were: their cards are not drawn again.
        return {
          ...result,
          tickets: result.tickets.map((ticket) =>
            ticket.items.some((item) => item.id === p_item_id)
              ? { ...ticket, items: ticket.items.map((item) => (item.id === p_item_id ? { ...item, status: p_ready ? ('ready' as const) : ('pending' as const) } : item)) }
              : ticket,
          ),
        };
      }
      default:
        return result;
    }
  }, board);
}

export function boardAfter(board: KitchenBoard, done: Done): KitchenBoard {
  switch (done.kind) {
    case 'start_kitchen_order':
    case 'ready_kitchen_order':
    case 'complete_kitchen_order':
    case 'set_kitchen_item_ready': {
      const { ticket } = done.answer;
      return mapTicket(board, ticket.id, () => still(ticket));
    }
    default:
      return board;
  }
}

export async function takeInBoard(client: QueryClient, done: Done): Promise<void> {
  void client.cancelQueries({ queryKey: boardKey });
  client.setQueryData<KitchenBoard>(boardKey, (board) => (board ? boardAfter(board, done) : board));
  await client.invalidateQueries({ queryKey: boardKey });
}

export function advance(queue: Queue, ticket: Ticket): void {
  if (isOpen(ticket.status)) queue.add(NEXT[ticket.status].call, { p_kitchen_order_id: ticket.id });
}

export function tickItem(queue: Queue, itemId: Id, isReady: boolean): void {
  queue.add('set_kitchen_item_ready', { p_item_id: itemId, p_ready: isReady });
}

/* One step back. A move that has not left the device is simply dropped; one that has is undone by the daemon. */
export async function takeBack(api: Api, queue: Queue, ticketId: Id): Promise<void> {
  const waiting = queue.writes().findLast((write) => write.kind in MOVES && 'p_kitchen_order_id' in write.args && write.args.p_kitchen_order_id === ticketId);
  if (waiting && queue.drop(waiting.id)) return;
  await api.call('undo_kitchen_order', { p_kitchen_order_id: ticketId });
}

export function forStation(tickets: readonly Ticket[], station: string | null): Ticket[] {
  return station === null ? [...tickets] : tickets.filter((ticket) => ticket.station === station);
}

/* How long a ticket has been waiting, in seconds, by the daemon's clock. Once it is ready it waits no longer for the kitchen. */
export function waitedSeconds(ticket: Ticket, nowMs: number): number {
  const until = ticket.ready_at === null ? nowMs : Date.parse(ticket.ready_at);
  return Math.max(0, (until - Date.parse(ticket.created_at)) / 1000);
}

/* How pressing a ticket is: past its target, half as long again, twice as long. A finished dish gets cold on a clock of its own. */
export type Age = 'calm' | 'due' | 'late' | 'over';
const COLD_MS = 4 * 60_000;

export function ageOf(ticket: Ticket, nowMs: number): Age {
  const from = Date.parse(ticket.status === 'ready' && ticket.ready_at !== null ? ticket.ready_at : ticket.created_at);
  const target = ticket.status === 'ready' ? COLD_MS : ticket.target_at === null ? Infinity : Date.parse(ticket.target_at) - from;
  if (!isOpen(ticket.status) || target === Infinity) return 'calm';
  const share = (nowMs - from) / Math.max(target, 1);
  return share >= 2 ? 'over' : share >= 1.5 ? 'late' : share >= 1 ? 'due' : 'calm';
}

/* Lines that a cook makes the same way are one: same dish, choices, note and state. */
export interface CombinedItem extends TicketItem {
  ids: Id[];
}

export function combined(items: readonly TicketItem[]): CombinedItem[] {
  const byLook = new Map<string, CombinedItem>();
  for (const item of items) {
    const look = JSON.stringify([item.menu_item_id, item.name, item.modifiers.map((m) => [m.id, m.quantity]).sort(), item.note, item.allergens.toSorted(), item.status]);
    const same = byLook.get(look);
    if (same) byLook.set(look, { ...same, quantity: same.quantity + item.quantity, ids: [...same.ids, item.id] });
    else byLook.set(look, { ...item, ids: [item.id] });
  }
  return [...byLook.values()];
}

/* What the pass looks at: an order with the tickets of all its stations. It is ready when all of them are. */
export interface WholeOrder {
  id: Id | null;
  status: OpenStatus;
  tickets: Ticket[];
}

export function byOrder(tickets: readonly Ticket[]): WholeOrder[] {
  const orders = new Map<Id | null, Ticket[]>();
  for (const ticket of tickets) if (isOpen(ticket.status)) orders.set(ticket.order_id, [...(orders.get(ticket.order_id) ?? []), ticket]);
  return [...orders].map(([id, members]) => ({
    id,
    tickets: members,
    status: members.every((ticket) => ticket.status === 'ready') ? 'ready' : members.every((ticket) => ticket.status === 'pending') ? 'pending' : 'cooking',
  }));
}

/* How many columns of cards each lane gets of those that fit: none where there is nothing, one at least elsewhere, the others where most
 * cards are for each column. */
export function shareColumns(counts: readonly number[], columns: number): number[] {
  const shares = counts.map((count): number => (count > 0 ? 1 : 0));
  const filled = shares.filter((share) => share > 0).length;
  for (let left = filled === 0 ? 0 : columns - filled; left > 0; left--) {
    const needs = counts.map((count, lane) => count / (shares[lane] || 1));
    const neediest = needs.indexOf(Math.max(...needs));
    shares[neediest] = (shares[neediest] ?? 0) + 1;
  }
  return shares;
}
