/* One ticket: where it goes, what is on it, how long it has been waiting, and the one big button. There are hundreds of them: plain elements with
 * this file's classes, and what a few ever need (the menu, the question) is made when it is asked for. */
import { ActionIcon, Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
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

export function TicketCard({ ticket, queue, onAdvance }: Props) {
  const t = useTexts();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [hasMenu, setHasMenu] = useState(false);
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
          <h3 className={classes.table}>{whereTo(ticket, t)}</h3>
          <p className={classes.number}>
            {t.order.number(ticket.order_number)}
            {ticket.station !== 'kitchen' && ` · ${t.kitchen.stationNames[ticket.station] ?? ticket.station}`}
          </p>
        </div>
        <div className={classes.when}>
          <Timer ticket={ticket} />
          <AgeSign age={age} />
        </div>
      </header>

      <AllergyBand words={alertsOf(ticket)} />
      {ticket.kitchen_notes && <p className={classes.note}>{ticket.kitchen_notes}</p>}
      <Items ticket={ticket} onTick={status === 'cooking' ? tick : undefined} />

      <div className={classes.foot}>
        <button type="button" className={classes.next} aria-label={t.kitchen.nextNamed[status](ticket.order_number)} onClick={() => onAdvance(ticket)}>
          {t.kitchen.next[status]}
        </button>
        {status !== 'pending' && (
          <ActionIcon size={46} variant="default" aria-label={t.kitchen.undoNamed(ticket.order_number)} loading={busy} onClick={undo}>
            <UndoIcon size={24} />
          </ActionIcon>
        )}
        {hasMenu ? (
          <Menu position="top-end" defaultOpened>
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
        ) : (
          <button type="button" className={classes.more} aria-haspopup="menu" aria-expanded={false} aria-label={t.kitchen.moreNamed(ticket.order_number)} onClick={() => setHasMenu(true)}>
            <MoreIcon size={24} />
          </button>
        )}
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
}
