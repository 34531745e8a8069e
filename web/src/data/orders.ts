/* Orders: lines that went to the kitchen, and how far it has come with them. */
import type { Line, LineStatus, Order, SessionView } from './shapes';
import type { DraftLine } from './lines';
import { sumOf } from './lines';
import type { Queue } from './writes';
import type { Id } from './shapes';

/* Sends everybody's drafts. The total the guest has seen goes along, so nobody orders more than they looked at; while this
 * device's own writes still wait, the sum is not settled yet and is left out. */
export function sendOrder(queue: Queue, lines: readonly DraftLine[], sessionId?: Id): void {
  // The second tap of a double tap: everything is on its way already.
  if (queue.writes().at(-1)?.kind === 'place_order') return;
  const isSettled = queue.writes().length === 0;
  queue.add('place_order', {
    ...(sessionId === undefined ? {} : { p_session_id: sessionId }),
    ...(isSettled ? { p_total_amount: sumOf(lines) } : {}),
  });
}

export const STEPS = ['pending', 'cooking', 'ready', 'served'] as const;
export type Step = (typeof STEPS)[number];

const isStep = (status: LineStatus): status is Step => (STEPS as readonly string[]).includes(status);

/* How far an order has come: it is being made as soon as anything of it is, ready when all is, served when all was. Undefined when every line was
 * cancelled. */
export function stepOf(order: Pick<Order, 'lines'>): Step | undefined {
  const steps = order.lines.map((line) => line.status).filter(isStep);
  if (steps.length === 0) return undefined;
  const slowest = STEPS[Math.min(...steps.map((step) => STEPS.indexOf(step)))];
  return slowest === 'pending' && steps.some((step) => step !== 'pending') ? 'cooking' : slowest;
}

export const isLive = (line: Line): boolean => line.status !== 'cancelled';

/* What a guest ordered so far and has not cancelled. */
export function amountOf(view: SessionView, customerId: Id): number {
  return sumOf(view.orders.flatMap((order) => order.lines).filter((line) => isLive(line) && line.customer_session_id === customerId));
}

export function newestFirst(orders: readonly Order[]): Order[] {
  return orders.toSorted((a, b) => b.placed_at.localeCompare(a.placed_at));
}
