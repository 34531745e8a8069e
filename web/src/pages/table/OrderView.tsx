/* The table's order: what everybody has picked and not sent, then what the kitchen has, newest first. */
import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Suspense, useState } from 'react';
import { byPerson, editLine, setQuantity, sumOf, type DraftLine, type Drafts, type PersonLines } from '@/data/lines';
import { newestFirst, sendOrder, stepOf } from '@/data/orders';
import { findItem } from '@/data/menu';
import type { Line, Menu, Order, SessionView } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { Confirm } from '@/parts/Dialog';
import { useBackCloses, useLayer } from '@/lib/address';
import { list } from '@/lib/format';
import { later } from '@/lib/later';
import { useNotify } from '@/parts/Notices';
import { usePlace } from '@/parts/say';
import { StepBar } from '@/parts/StepBar';
import { Stepper } from '@/parts/Stepper';
import type { Texts } from '@/texts';
import { useSay, useTexts } from '@/texts';
import classes from './OrderView.module.css';

interface Props {
  view: SessionView;
  drafts: Drafts;
  queue: Queue;
  /* To say what has sold out since it was picked. */
  menu: Menu | undefined;
  onMenu: () => void;
}

const ItemSheet = later(async () => (await import('@/parts/menu/ItemSheet')).ItemSheet);

export const personName = (person: Pick<PersonLines<Line>, 'isMe' | 'name'>, t: Texts): string => (person.isMe ? t.order.mine : (person.name ?? t.order.nobody));

export function OrderView({ view, drafts, queue, menu, onMenu }: Props) {
  const { t, locale } = useSay();
  const { amount } = usePlace();
  const [isAsking, setIsAsking] = useState(false);
  const [editing, setEditing, closeEditing] = useLayer<DraftLine>();
  useBackCloses(isAsking, () => setIsAsking(false));
  const notify = useNotify();
  const soldOut = drafts.lines.filter((line) => findItem(menu, line.menu_item_id)?.is_available === false);
  const soldOutOfOthers = soldOut.filter((line) => !line.is_mine);
  const editedItem = editing ? findItem(menu, editing.menu_item_id) : undefined;
  const people = byPerson(drafts.lines);
  const total = sumOf(drafts.lines);
  const isEmpty = drafts.lines.length === 0 && drafts.leaving.length === 0 && view.orders.length === 0;

  const send = (): void => {
    setIsAsking(false);
    sendOrder(queue, drafts.lines);
  };

  // What cannot be had any more goes off the list; the rest goes to the kitchen.
  const sendTheRest = (): void => {
    const rest = drafts.lines.filter((line) => !soldOut.includes(line));
    if (!soldOut.every((line) => setQuantity(queue, line, 0))) {
      notify.bad({ title: t.problems.notQueued, hint: null });
      return;
    }
    if (rest.length > 0) sendOrder(queue, rest);
  };

  if (isEmpty) {
    return (
      <Stack align="center" py="xl" gap="xs" ta="center">
        <Title order={2} size="h3">
          {t.order.empty}
        </Title>
        <Text c="dimmed">{t.order.emptyHint}</Text>
        <Button mt="sm" onClick={onMenu}>
          {t.order.toMenu}
        </Button>
      </Stack>
    );
  }

  return (
    <Stack gap="lg">
      {drafts.lines.length > 0 && (
        <section aria-labelledby="not-sent">
          <Title order={2} size="h3" id="not-sent" mb="xs">
            {t.order.notSent}
          </Title>
          <Card padding="md" bg="var(--card-background)" shadow="xs">
            {people.map((person) => (
              <div key={person.id ?? 'nobody'} className={classes.person}>
                <Group justify="space-between" mb={4}>
                  <Text fw={650}>{personName(person, t)}</Text>
                  <Text c="dimmed">{amount(person.amount)}</Text>
                </Group>
                <ul className={classes.lines}>
                  {person.lines.map((line) => (
                    <Draft key={line.id} line={line} isSoldOut={soldOut.includes(line)} queue={queue} onEdit={line.is_mine && findItem(menu, line.menu_item_id) ? () => setEditing(line) : undefined} />
                  ))}
                </ul>
              </div>
            ))}
          </Card>
          {soldOut.length > 0 && (
            <div className={classes.gone} role="note">
              <Text fw={600}>
                {t.order.gone(
                  list(
                    soldOut.map((line) => line.name),
                    locale,
                  ),
                )}
              </Text>
              {soldOutOfOthers.length > 0 ? (
                <Text size="sm">{t.order.goneOfOthers(list([...new Set(soldOutOfOthers.map((line) => line.customer_name ?? t.order.nobody))], locale))}</Text>
              ) : (
                <Button mt="xs" variant="default" onClick={sendTheRest}>
                  {soldOut.length === drafts.lines.length ? t.order.takeOff : t.order.takeOffAndSend}
                </Button>
              )}
            </div>
          )}
          <div className={classes.send}>
            <Button size="lg" fullWidth disabled={view.restaurant.takes_orders === false} onClick={() => (people.length > 1 || !people[0]?.isMe ? setIsAsking(true) : send())}>
              {t.order.sendFor(amount(total))}
            </Button>
          </div>
        </section>
      )}

      {drafts.leaving.length > 0 && (
        <Card padding="md" bg="var(--card-background)" shadow="xs">
          <Text fw={650} mb="xs" role="status">
            {t.order.sending}
          </Text>
          <LineList lines={drafts.leaving} />
        </Card>
      )}

      {newestFirst(view.orders).map((order) => (
        <SentOrder key={order.id} order={order} />
      ))}

      <Suspense fallback={null}>
        {editing && (
          <ItemSheet
            item={editedItem}
            editing={{ choices: editing.modifiers.map(({ id, quantity }) => ({ id, quantity })), note: editing.note ?? '', quantity: editing.quantity }}
            onClose={closeEditing}
            onAdd={(line) => {
              const now = drafts.lines.find((known) => known.id === editing.id);
              if (!now || !editLine(queue, now, line)) notify.bad({ title: t.problems.notQueued, hint: null });
            }}
          />
        )}
      </Suspense>

      <Confirm opened={isAsking} title={t.order.confirmTitle} confirm={t.order.confirm} cancel={t.order.wait} onConfirm={send} onClose={() => setIsAsking(false)}>
        <Text>{t.order.confirmText}</Text>
        {people.map((person) => (
          <Group key={person.id ?? 'nobody'} justify="space-between">
            <Text>
              {personName(person, t)} · {t.order.lines(person.lines.length)}
            </Text>
            <Text>{amount(person.amount)}</Text>
          </Group>
        ))}
      </Confirm>
    </Stack>
  );
}

/* The small print of a line: what was chosen, what was wished. */
export function LineDetail({ line }: { line: Pick<Line, 'modifiers' | 'note'> & Partial<Pick<Line, 'allergens'>> }) {
  const { t, locale } = useSay();
  const allergens = (line.allergens ?? []).map((name) => t.menu.allergenNames[name] ?? name);
  const modifiers = line.modifiers.map((modifier) => (modifier.quantity > 1 ? `${modifier.quantity} × ${modifier.name}` : modifier.name)).join(', ');
  return (
    <>
      {modifiers !== '' && (
        <Text size="sm" c="dimmed">
          {modifiers}
        </Text>
      )}
      {line.note && (
        <Text size="sm" fs="italic" c="dimmed">
          {line.note}
        </Text>
      )}
      {allergens.length > 0 && (
        <Text size="sm" c="dimmed">
          {t.menu.contains(list(allergens, locale))}
        </Text>
      )}
    </>
  );
}

function Draft({ line, isSoldOut, queue, onEdit }: { line: DraftLine; isSoldOut: boolean; queue: Queue; onEdit: (() => void) | undefined }) {
  const t = useTexts();
  const { amount } = usePlace();
  const notify = useNotify();
  const set = (quantity: number): void => {
    if (!setQuantity(queue, line, quantity)) notify.bad({ title: t.problems.notQueued, hint: null });
  };
  return (
    <li className={classes.draft}>
      <div className={classes.words}>
        <Text fw={500}>{line.is_mine ? line.name : t.order.times(line.quantity, line.name)}</Text>
        {isSoldOut && (
          <Badge color="red" size="md">
            {t.menu.soldOut}
          </Badge>
        )}
        <LineDetail line={line} />
        <Text size="sm" c="dimmed">
          {amount(line.total_amount)}
          {line.isWaiting && ` · ${t.network.waiting}`}
        </Text>
        {onEdit && (
          <Button variant="subtle" size="compact-md" px={0} mih="2.75rem" aria-label={t.order.changeNamed(line.name)} onClick={onEdit}>
            {t.order.change}
          </Button>
        )}
      </div>
      {line.is_mine && <Stepper value={line.quantity} lessLabel={t.menu.lessNamed(line.name)} moreLabel={t.menu.moreNamed(line.name)} onChange={set} />}
    </li>
  );
}

function LineList({ lines }: { lines: readonly Line[] }) {
  // While everything has merely been sent, the order says so for all.
  const begun = lines.some((line) => line.status === 'cooking' || line.status === 'ready' || line.status === 'served');
  const t = useTexts();
  const { amount } = usePlace();
  return (
    <ul className={classes.lines}>
      {lines.map((line) => (
        <li key={line.id} className={classes.line} data-cancelled={line.status === 'cancelled' || undefined}>
          <div className={classes.words}>
            <Text component="span" td={line.status === 'cancelled' ? 'line-through' : 'none'}>
              {t.order.times(line.quantity, line.name)}
            </Text>{' '}
            {line.status === 'cancelled' && (
              <Badge color="gray.7" size="sm">
                {t.order.cancelled}
              </Badge>
            )}
            {((line.status === 'pending' && begun) || line.status === 'ready' || line.status === 'cooking' || line.status === 'served') && (
              <Badge color={line.status === 'ready' ? 'green' : 'gray'} variant="light" size="sm">
                {t.order.steps[line.status]}
              </Badge>
            )}
            <LineDetail line={line} />
            <Text size="sm" c="dimmed">
              {line.is_mine ? t.order.mine : (line.customer_name ?? t.order.nobody)}
            </Text>
          </div>
          <Text td={line.status === 'cancelled' ? 'line-through' : 'none'}>{amount(line.total_amount)}</Text>
        </li>
      ))}
    </ul>
  );
}

function SentOrder({ order }: { order: Order }) {
  const t = useTexts();
  const { amount, time } = usePlace();
  const step = order.status === 'CANCELLED' ? undefined : stepOf(order);
  return (
    <Card component="article" padding="md" bg="var(--card-background)" shadow="xs" aria-label={t.order.number(order.order_number)}>
      <Group justify="space-between" mb="sm">
        <div>
          <Title order={2} size="h4">
            {t.order.number(order.order_number)}
          </Title>
          <Text size="sm" c="dimmed">
            {t.order.placedAt(time(order.placed_at))}
          </Text>
        </div>
        <Text fw={650}>{amount(order.total_amount)}</Text>
      </Group>
      {step ? <StepBar step={step} /> : <Badge color="gray.7">{t.order.cancelled}</Badge>}
      <LineList lines={order.lines} />
    </Card>
  );
}
