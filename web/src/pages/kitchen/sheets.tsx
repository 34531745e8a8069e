/* What the kitchen looks at beside the tickets: the all-day counts, what is sold out, what was just finished. */
import { Badge, Button, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { boardKey, takeBack } from '@/data/kitchen';
import { menuFeed, menuQuery } from '@/data/menu';
import { useServices } from '@/data/services';
import type { KitchenBoard, Ticket } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useAct } from '@/hooks/useAct';
import { useFeed } from '@/hooks/useFeed';
import { useWrites } from '@/hooks/useQueue';
import { UndoIcon } from '@/parts/icons';
import { Loading } from '@/parts/Loading';
import { usePlace } from '@/parts/say';
import { Sheet } from '@/parts/Sheet';
import { useTexts } from '@/texts';
import { whereTo } from './TicketParts';
import classes from './sheets.module.css';

interface SheetProps {
  opened: boolean;
  board: KitchenBoard;
  onClose: () => void;
}

export function AllDaySheet({ opened, board, station, onClose }: SheetProps & { station: string | null }) {
  const t = useTexts();
  const counts = board.all_day.filter((row) => station === null || row.station === station);
  return (
    <Sheet from="side" opened={opened} onClose={onClose} title={t.kitchen.allDay}>
      <Text c="dimmed" mb="md">
        {counts.length === 0 ? t.kitchen.allDayEmpty : t.kitchen.allDayHint}
      </Text>
      <ul className={classes.list}>
        {counts.map((row) => (
          <li key={`${row.menu_item_id} ${row.modifiers.join(' ')}`} className={classes.row}>
            <span className={classes.big}>{row.quantity}</span>
            <span className={classes.words}>
              <span className={classes.name}>{row.name}</span>
              {row.modifiers.length > 0 && <span>{row.modifiers.join(', ')}</span>}
            </span>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

export function SoldOutSheet({ opened, board, queue, onClose }: SheetProps & { queue: Queue }) {
  const t = useTexts();
  return (
    <Sheet from="side" opened={opened} onClose={onClose} title={t.kitchen.soldOut}>
      {opened && <SoldOut board={board} queue={queue} />}
    </Sheet>
  );
}

function SoldOut({ board, queue }: { board: KitchenBoard; queue: Queue }) {
  const t = useTexts();
  const { publicApi, anybody } = useServices();
  const menu = useQuery(menuQuery(publicApi, board.restaurant.id));
  useFeed(menuFeed(board.restaurant.id), anybody);
  const writes = useWrites(queue);
  const soldOut = new Set(board.sold_out.map((item) => item.id));
  for (const write of writes) {
    if (write.kind !== 'set_item_available') continue;
    if (write.args.p_available) soldOut.delete(write.args.p_menu_item_id);
    else soldOut.add(write.args.p_menu_item_id);
  }
  if (!menu.data) return <Loading />;
  return (
    <Stack gap="lg">
      <Text c="dimmed">{t.kitchen.soldOutHint}</Text>
      {menu.data.categories
        .filter((category) => category.items.length > 0)
        .map((category) => (
          <section key={category.id} aria-label={category.name}>
            <Title order={3} size="h4" mb={4}>
              {category.name}
            </Title>
            <ul className={classes.list}>
              {category.items.map((item) => (
                <li key={item.id} className={classes.row}>
                  <Switch
                    size="lg"
                    color="orange"
                    aria-label={t.kitchen.markSoldOut(item.name)}
                    label={item.name}
                    checked={soldOut.has(item.id)}
                    onChange={(event) => queue.add('set_item_available', { p_menu_item_id: item.id, p_available: !event.currentTarget.checked })}
                    classNames={{ root: classes.switch, body: classes.switchBody, labelWrapper: classes.switchLabel }}
                  />
                  {soldOut.has(item.id) && (
                    <Badge color="orange" variant="light">
                      {t.kitchen.soldOut}
                    </Badge>
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
    </Stack>
  );
}

export function RecentSheet({ opened, board, queue, onClose }: SheetProps & { queue: Queue }) {
  const t = useTexts();
  return (
    <Sheet from="side" opened={opened} onClose={onClose} title={t.kitchen.recent}>
      <Text c="dimmed" mb="md">
        {board.recent.length === 0 ? t.kitchen.recentEmpty : t.kitchen.recentHint}
      </Text>
      <ul className={classes.list}>
        {board.recent.map((ticket) => (
          <Recent key={ticket.id} ticket={ticket} queue={queue} />
        ))}
      </ul>
    </Sheet>
  );
}

function Recent({ ticket, queue }: { ticket: Ticket; queue: Queue }) {
  const t = useTexts();
  const { time } = usePlace();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const finished = ticket.completed_at ?? ticket.cancelled_at;
  return (
    <li className={classes.row}>
      <span className={classes.words}>
        <span className={classes.name}>
          {whereTo(ticket, t)} · {t.order.number(ticket.order_number)}
        </span>
        <Group gap="xs">
          <Badge color={ticket.status === 'cancelled' ? 'red' : 'green'} variant="light">
            {t.kitchen.recentStateNames[ticket.status] ?? ticket.status}
          </Badge>
          {finished && <span>{time(finished)}</span>}
        </Group>
        <span className={classes.dimmed}>{ticket.items.map((item) => t.order.times(item.quantity, item.name)).join(', ')}</span>
      </span>
      <Button
        variant="default"
        leftSection={<UndoIcon />}
        loading={busy}
        aria-label={t.kitchen.undoNamed(ticket.order_number)}
        onClick={() =>
          void run(async () => {
            await takeBack(staffApi, queue, ticket.id);
            await client.invalidateQueries({ queryKey: boardKey });
          })
        }
      >
        {t.kitchen.undo}
      </Button>
    </li>
  );
}
