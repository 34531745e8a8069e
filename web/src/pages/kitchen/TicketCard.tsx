/* One ticket: where it goes, what is on it, how long it has been waiting, and the one big button. Drawn again only when the ticket or
 * its age changes; the stopwatch ticks by itself. */
import { ActionIcon, Button, Menu, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { memo, useCallback, useState } from 'react';
import { boardKey, isOpen, takeBack, tickItem } from '@/data/kitchen';
import { useServices } from '@/data/services';
import type { Id, Ticket } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useAct } from '@/hooks/useAct';
import { MoreIcon, UndoIcon } from '@/parts/icons';
import { useTexts } from '@/texts';
import { CancelDialog } from './CancelDialog';
import { AgeSign, alertsOf, AllergyBand, Items, Timer, useAge, whereTo } from './TicketParts';
import classes from './TicketCard.module.css';

interface Props {
  ticket: Ticket;
  queue: Queue;
  onAdvance: (ticket: Ticket) => void;
}

export const TicketCard = memo(function TicketCard({ ticket, queue, onAdvance }: Props) {
  const t = useTexts();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [isCancelling, setIsCancelling] = useState(false);
  const age = useAge([ticket]);
  const { status } = ticket;
  const tick = useCallback(
    (ids: readonly Id[], isReady: boolean) => {
      for (const id of ids) tickItem(queue, id, isReady);
    },
    [queue],
  );
  if (!isOpen(status)) return null;

  const undo = (): void =>
    void run(async () => {
      await takeBack(staffApi, queue, ticket.id);
      await client.invalidateQueries({ queryKey: boardKey });
    });

  return (
    <article className={classes.ticket} data-age={age} data-status={status} aria-label={t.order.number(ticket.order_number)}>
      <header className={classes.head}>
        <div className={classes.where}>
          <Title order={3} className={classes.table}>
            {whereTo(ticket, t)}
          </Title>
          <Text className={classes.number}>
            {t.order.number(ticket.order_number)}
            {ticket.station !== 'kitchen' && ` · ${t.kitchen.stationNames[ticket.station] ?? ticket.station}`}
          </Text>
        </div>
        <div className={classes.when}>
          <Timer ticket={ticket} />
          <AgeSign age={age} />
        </div>
      </header>

      <AllergyBand words={alertsOf(ticket)} />
      {ticket.kitchen_notes && <Text className={classes.note}>{ticket.kitchen_notes}</Text>}
      <Items ticket={ticket} onTick={status === 'cooking' ? tick : undefined} />

      <div className={classes.foot}>
        <Button
          size="lg"
          className={classes.next}
          color={status === 'pending' ? 'brand' : status === 'cooking' ? 'green' : 'gray.7'}
          aria-label={t.kitchen.nextNamed[status](ticket.order_number)}
          onClick={() => onAdvance(ticket)}
        >
          {t.kitchen.next[status]}
        </Button>
        {status !== 'pending' && (
          <ActionIcon size={46} variant="default" aria-label={t.kitchen.undoNamed(ticket.order_number)} loading={busy} onClick={undo}>
            <UndoIcon size={24} />
          </ActionIcon>
        )}
        <Menu position="top-end">
          <Menu.Target>
            <ActionIcon size={46} variant="default" aria-label={t.kitchen.moreNamed(ticket.order_number)}>
              <MoreIcon size={24} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" onClick={() => setIsCancelling(true)}>
              {t.kitchen.cancel}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {isCancelling && (
        <CancelDialog
          opened
          title={t.kitchen.cancelTitle(ticket.order_number)}
          text={t.kitchen.cancelText}
          confirm={t.kitchen.cancel}
          onClose={() => setIsCancelling(false)}
          onCancel={async (reason) => {
            await staffApi.call('cancel_kitchen_order', { p_kitchen_order_id: ticket.id, p_reason: reason });
            await client.invalidateQueries({ queryKey: boardKey });
          }}
        />
      )}
    </article>
  );
});
