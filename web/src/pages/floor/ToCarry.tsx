/* What stands at the pass: which dish goes to which table, for whom, and one tap when it is there. */
import { Button, Text, Title } from '@mantine/core';
import { ageOf, combined } from '@/data/kitchen';
import { serve } from '@/data/floor';
import type { Ticket } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useClock } from '@/hooks/useClock';
import { stopwatch } from '@/lib/format';
import { ClockIcon } from '@/parts/icons';
import { useTexts } from '@/texts';
import { whereTo } from '@/pages/kitchen/TicketParts';
import classes from './ToCarry.module.css';

export function ToCarry({ tickets, queue }: { tickets: readonly Ticket[]; queue: Queue }) {
  const t = useTexts();
  if (tickets.length === 0) return null;
  return (
    <section aria-labelledby="to-carry" className={classes.section}>
      <Title order={2} size="h4" id="to-carry" mb="xs">
        {t.floor.toCarry}
      </Title>
      <ul className={classes.list}>
        {tickets.map((ticket) => (
          <Carry key={ticket.id} ticket={ticket} onServed={() => serve(queue, ticket)} />
        ))}
      </ul>
    </section>
  );
}

function Carry({ ticket, onServed }: { ticket: Ticket; onServed: () => void }) {
  const t = useTexts();
  const age = useClock((now) => ageOf(ticket, now));
  const stands = useClock((now) => stopwatch((now - Date.parse(ticket.ready_at ?? ticket.created_at)) / 1000));
  const where = whereTo(ticket, t);
  return (
    <li className={classes.ticket} data-age={age}>
      <div className={classes.words}>
        <Text fw={750} size="lg">
          {where}
        </Text>
        {combined(ticket.items)
          .filter((item) => item.status !== 'cancelled')
          .map((item) => (
            <Text key={item.id}>
              {t.order.times(item.quantity, item.name)}
              {item.customer_name && <span className={classes.dimmed}> · {item.customer_name}</span>}
            </Text>
          ))}
        <Text size="sm" className={classes.dimmed} role="timer">
          <ClockIcon size={14} /> {stands} · {t.order.number(ticket.order_number)}
        </Text>
      </div>
      <Button size="md" color="green" className={classes.served} aria-label={t.floor.servedNamed(ticket.order_number, where)} onClick={onServed}>
        {t.floor.served}
      </Button>
    </li>
  );
}
