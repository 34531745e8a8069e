/* The pass: one card for a whole order, station by station, so that a table is served together. */
import { Badge, Text } from '@mantine/core';
import { isOpen, type WholeOrder } from '@/data/kitchen';
import type { Ticket } from '@/data/shapes';
import { useTexts } from '@/texts';
import { AgeSign, alertsOf, AllergyBand, Items, Timer, useAge, whereTo } from './TicketParts';
import classes from './TicketCard.module.css';

const COLOURS = { pending: 'gray', cooking: 'yellow', ready: 'green' } as const;

export function OrderCard({ order, onAdvance }: { order: WholeOrder; onAdvance: (tickets: readonly Ticket[]) => void }) {
  const t = useTexts();
  const age = useAge(order.tickets);
  const first = order.tickets[0];
  if (!first) return null;
  return (
    <article className={classes.ticket} data-age={age} data-status={order.status} aria-label={t.order.number(first.order_number)}>
      <header className={classes.head}>
        <div className={classes.where}>
          <h3 className={classes.table}>{whereTo(first, t)}</h3>
          <p className={classes.number}>{t.order.number(first.order_number)}</p>
        </div>
        <div className={classes.when}>
          <Timer ticket={order.tickets.find((ticket) => ticket.status !== 'ready') ?? first} />
          <AgeSign age={age} />
        </div>
      </header>
      <AllergyBand words={[...new Set(order.tickets.flatMap(alertsOf))]} />
      {order.tickets.map((ticket) => (
        <section key={ticket.id} aria-label={t.kitchen.stationNames[ticket.station] ?? ticket.station}>
          <div className={classes.station}>
            <Text fw={650}>{t.kitchen.stationNames[ticket.station] ?? ticket.station}</Text>
            {isOpen(ticket.status) && (
              <Badge color={COLOURS[ticket.status]} variant="light" size="lg">
                {t.kitchen.columns[ticket.status]}
              </Badge>
            )}
          </div>
          {ticket.kitchen_notes && <p className={classes.note}>{ticket.kitchen_notes}</p>}
          <Items ticket={ticket} />
        </section>
      ))}
      {order.status === 'ready' && (
        <div className={classes.foot}>
          <button type="button" className={classes.next} aria-label={t.kitchen.nextNamed.ready(first.order_number)} onClick={() => onAdvance(order.tickets)}>
            {t.kitchen.next.ready}
          </button>
        </div>
      )}
    </article>
  );
}
