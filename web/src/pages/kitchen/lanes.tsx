/* The lanes with what is in them. A board of hundreds of tickets is asked for again with every change: a lane is drawn again when one of its cards
 * is another, and of its cards only that one. */
import { memo } from 'react';
import type { OpenStatus, WholeOrder } from '@/data/kitchen';
import type { Ticket } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { Cell, Lane } from './Lane';
import { OrderCard } from './OrderCard';
import { TicketCard } from './TicketCard';

interface LaneProps<Card> {
  status: OpenStatus;
  columns: number;
  cards: readonly Card[];
}

const same = <Card,>(a: readonly Card[], b: readonly Card[]): boolean => a.length === b.length && a.every((card, at) => card === b[at]);

function sameLane<P extends LaneProps<unknown>>(before: P, now: P): boolean {
  return Object.keys(now).every((name) => (name === 'cards' ? same(before.cards, now.cards) : before[name as keyof P] === now[name as keyof P]));
}

interface TicketProps {
  queue: Queue;
  onAdvance: (ticket: Ticket) => void;
}

const TicketCell = memo(function TicketCell({ ticket, queue, onAdvance }: TicketProps & { ticket: Ticket }) {
  return (
    <Cell>
      <TicketCard ticket={ticket} queue={queue} onAdvance={onAdvance} />
    </Cell>
  );
});

export const TicketLane = memo(function TicketLane({ status, columns, cards, queue, onAdvance }: LaneProps<Ticket> & TicketProps) {
  return (
    <Lane status={status} count={cards.length} columns={columns}>
      {cards.map((ticket) => (
        <TicketCell key={ticket.id} ticket={ticket} queue={queue} onAdvance={onAdvance} />
      ))}
    </Lane>
  );
}, sameLane);

interface OrderProps {
  onAdvance: (tickets: readonly Ticket[]) => void;
}

const OrderCell = memo(
  function OrderCell({ order, onAdvance }: OrderProps & { order: WholeOrder }) {
    return (
      <Cell>
        <OrderCard order={order} onAdvance={onAdvance} />
      </Cell>
    );
  },
  (before, now) => before.onAdvance === now.onAdvance && before.order.status === now.order.status && same(before.order.tickets, now.order.tickets),
);

export const OrderLane = memo(function OrderLane({ status, columns, cards, onAdvance }: LaneProps<WholeOrder> & OrderProps) {
  return (
    <Lane status={status} count={cards.length} columns={columns}>
      {cards.map((order) => (
        <OrderCell key={order.id} order={order} onAdvance={onAdvance} />
      ))}
    </Lane>
  );
}, sameLane);
