/* The kitchen's board: tickets, and the moves that wait for an answer laid over them. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { LIVE, polled } from '@/lib/poll';
import type { Api } from './api';
import { placeFeed, type Feed } from './live';
import type { Id, KitchenBoard, Ticket, TicketStatus } from './shapes';
import type { Done, Queue, QueuedWrite } from './writes';

export const boardKey = ['kitchen'] as const;

/* All stations at once: the page filters, so that the counts of the others stay true. */
export function boardQuery(api: Api) {
  return queryOptions({
    queryKey: boardKey,
    queryFn: ({ signal }) => api.read('get_kitchen_board', {}, signal),
    refetchInterval: polled(LIVE),
    refetchIntervalInBackground: true,
  });
}

export const boardFeed = (restaurantId: Id): Feed => placeFeed('kitchen', boardKey, restaurantId, ['kitchen_orders', 'kitchen_order_items', 'menu_items']);

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
        return {
          ...result,
          tickets: result.tickets.map((ticket) => ({
            ...ticket,
            items: ticket.items.map((item) => (item.id === p_item_id ? { ...item, status: p_ready ? ('ready' as const) : ('pending' as const) } : item)),
          })),
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
      return mapTicket(board, ticket.id, () => ticket);
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
  const waiting = queue
    .writes()
    .findLast((write) => write.kind in MOVES && 'p_kitchen_order_id' in write.args && write.args.p_kitchen_order_id === ticketId);
  if (waiting && queue.drop(waiting.id)) return;
  await api.call('undo_kitchen_order', { p_kitchen_order_id: ticketId });
}

export function forStation(tickets: readonly Ticket[], station: string | null): Ticket[] {
  return station === null ? [...tickets] : tickets.filter((ticket) => ticket.station === station);
}

/* Tickets that were not there before: what the bell rings for. A first look at the board rings for nothing. */
export function arrivals(before: ReadonlySet<Id> | null, tickets: readonly Ticket[]): Id[] {
  if (before === null) return [];
  return tickets.filter((ticket) => ticket.status === 'pending' && !before.has(ticket.id)).map((ticket) => ticket.id);
}

/* How long a ticket has been waiting, in seconds. The daemon's clock counts, not the tablet's: `skewMs` is their difference. */
export function waitedSeconds(ticket: Ticket, deviceNowMs: number, skewMs: number): number {
  const until = ticket.ready_at === null ? deviceNowMs + skewMs : Date.parse(ticket.ready_at);
  return Math.max(0, (until - Date.parse(ticket.created_at)) / 1000);
}

export function isLate(ticket: Ticket, deviceNowMs: number, skewMs: number): boolean {
  if (ticket.status !== 'pending' && ticket.status !== 'cooking') return false;
  return ticket.target_at !== null && deviceNowMs + skewMs > Date.parse(ticket.target_at);
}
