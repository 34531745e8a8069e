/* One ticket: where it goes, what is on it, how long it has been waiting, and the one big button. */
import { ActionIcon, Badge, Button, Group, Menu, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { boardKey, takeBack, tickItem, waitedSeconds, type OpenStatus } from '@/data/kitchen';
import { useServices } from '@/data/services';
import type { Ticket, TicketItem } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useAct } from '@/hooks/useAct';
import { list, stopwatch } from '@/lib/format';
import { CheckIcon, ClockIcon, MoreIcon, UndoIcon } from '@/parts/icons';
import { useSay, useTexts, type Texts } from '@/texts';
import { CancelDialog } from './CancelDialog';
import classes from './TicketCard.module.css';

interface Props {
  ticket: Ticket;
  status: OpenStatus;
  now: number;
  skewMs: number;
  isLate: boolean;
  queue: Queue;
  onAdvance: () => void;
}

export function whereTo(ticket: Ticket, t: Texts): string {
  if (ticket.type === 'takeaway') return t.kitchen.takeaway;
  if (ticket.table_name) return ticket.table_name;
  return ticket.table_number === null ? (ticket.customer_name ?? '') : t.kitchen.table(ticket.table_number);
}

export function TicketCard({ ticket, status, now, skewMs, isLate, queue, onAdvance }: Props) {
  const t = useTexts();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [isCancelling, setIsCancelling] = useState(false);
  const waited = stopwatch(waitedSeconds(ticket, now, skewMs));

  const undo = (): void =>
    void run(async () => {
      await takeBack(staffApi, queue, ticket.id);
      await client.invalidateQueries({ queryKey: boardKey });
    });

  return (
    <article className={classes.ticket} data-late={isLate || undefined} data-status={status} aria-label={t.order.number(ticket.order_number)}>
      <header className={classes.head}>
        <div>
          <Title order={3} className={classes.table}>
            {whereTo(ticket, t)}
          </Title>
          <Text className={classes.number}>
            {t.order.number(ticket.order_number)}
            {ticket.station !== 'kitchen' && ` · ${t.kitchen.stationNames[ticket.station] ?? ticket.station}`}
          </Text>
        </div>
        <Group gap={4} wrap="nowrap">
          {isLate && (
            <Badge color="red" size="lg">
              {t.kitchen.late}
            </Badge>
          )}
          <span className={classes.timer} aria-label={t.kitchen.waited(waited)} role="timer">
            <ClockIcon size={18} /> {waited}
          </span>
        </Group>
      </header>

      {ticket.kitchen_notes && <Text className={classes.note}>{ticket.kitchen_notes}</Text>}
      <ul className={classes.items}>
        {ticket.items.map((item) => (
          <Item key={item.id} item={item} canTick={status === 'cooking'} onTick={(isReady) => tickItem(queue, item.id, isReady)} />
        ))}
      </ul>

      <div className={classes.foot}>
        <Button
          size="xl"
          flex={1}
          color={status === 'pending' ? 'brand' : status === 'cooking' ? 'green' : 'gray.7'}
          aria-label={t.kitchen.nextNamed[status](ticket.order_number)}
          onClick={onAdvance}
        >
          {t.kitchen.next[status]}
        </Button>
        {status !== 'pending' && (
          <ActionIcon size={60} variant="default" aria-label={t.kitchen.undoNamed(ticket.order_number)} loading={busy} onClick={undo}>
            <UndoIcon size={26} />
          </ActionIcon>
        )}
        <Menu position="top-end">
          <Menu.Target>
            <ActionIcon size={60} variant="default" aria-label={t.kitchen.moreNamed(ticket.order_number)}>
              <MoreIcon size={26} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" onClick={() => setIsCancelling(true)}>
              {t.kitchen.cancel}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <CancelDialog
        opened={isCancelling}
        title={t.kitchen.cancelTitle(ticket.order_number)}
        text={t.kitchen.cancelText}
        confirm={t.kitchen.cancel}
        onClose={() => setIsCancelling(false)}
        onCancel={async (reason) => {
          await staffApi.call('cancel_kitchen_order', { p_kitchen_order_id: ticket.id, p_reason: reason });
          await client.invalidateQueries({ queryKey: boardKey });
        }}
      />
    </article>
  );
}

function Item({ item, canTick, onTick }: { item: TicketItem; canTick: boolean; onTick: (isReady: boolean) => void }) {
  const t = useTexts();
  const { locale } = useSay();
  const isReady = item.status === 'ready';
  const isCancelled = item.status === 'cancelled';
  const allergens = item.allergens.map((name) => t.menu.allergenNames[name] ?? name);
  const words = (
    <span className={classes.words}>
      <span className={classes.name} data-struck={isCancelled || undefined}>
        <span className={classes.quantity}>{item.quantity}</span> {item.name}
      </span>
      {item.modifiers.length > 0 && (
        <span className={classes.modifiers}>{item.modifiers.map((modifier) => (modifier.quantity > 1 ? `${modifier.quantity} × ${modifier.name}` : modifier.name)).join(', ')}</span>
      )}
      {item.note && <span className={classes.note}>{item.note}</span>}
      {allergens.length > 0 && <span className={classes.allergens}>{t.kitchen.allergens(list(allergens, locale))}</span>}
    </span>
  );
  if (isCancelled) {
    return (
      <li className={classes.item} data-cancelled>
        {words}
        <Badge color="gray.7">{t.order.cancelled}</Badge>
      </li>
    );
  }
  if (!canTick) return <li className={classes.item}>{words}</li>;
  return (
    <li>
      <button type="button" className={classes.item} aria-pressed={isReady} onClick={() => onTick(!isReady)}>
        {words}
        <VisuallyHidden>{t.kitchen.tick}</VisuallyHidden>
        <span className={classes.tick}>{isReady && <CheckIcon size={26} />}</span>
      </button>
    </li>
  );
}
