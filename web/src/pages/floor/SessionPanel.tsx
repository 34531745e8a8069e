/* A running session at a table: what was ordered, adding for the guests, the bill, who sits there. */
import { ActionIcon, Badge, Button, Card, Group, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answerCall, cancelLine, mergeInto, moveParty, refreshFloor, renewOtp } from '@/data/floor';
import { addLine, draftsWith, setQuantity, sumOf } from '@/data/lines';
import { menuFeed, menuQuery } from '@/data/menu';
import { newestFirst, sendOrder, stepOf } from '@/data/orders';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { sessionFeed, sessionQuery } from '@/data/session';
import type { Floor, FloorTable, Id, Line, SessionView } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useAct } from '@/hooks/useAct';
import { useFeed } from '@/hooks/useFeed';
import { useWrites } from '@/hooks/useQueue';
import { Confirm } from '@/parts/Dialog';
import { CloseIcon } from '@/parts/icons';
import { Invite } from '@/parts/Invite';
import { Loading } from '@/parts/Loading';
import { MenuBrowser } from '@/parts/menu/MenuBrowser';
import { Problem } from '@/parts/Problem';
import { usePlace } from '@/parts/say';
import { StepBar } from '@/parts/StepBar';
import { Stepper } from '@/parts/Stepper';
import { CancelDialog } from '@/pages/kitchen/CancelDialog';
import { LineDetail } from '@/pages/table/OrderView';
import { useTexts } from '@/texts';
import { tableName } from '@/texts/tableName';
import { BillPanel } from './BillPanel';
import { Choice, Together } from './Together';
import classes from './SessionPanel.module.css';

interface Props {
  table: FloorTable;
  sessionId: Id;
  floor: Floor;
  queue: Queue;
  onCleared: () => void;
  onMoved: (tableId: Id) => void;
}

type Part = 'orders' | 'menu' | 'bill' | 'guests';
const PARTS: readonly Part[] = ['orders', 'menu', 'bill', 'guests'];
const isPart = (value: string | null): value is Part => (PARTS as readonly (string | null)[]).includes(value);

export function SessionPanel({ table, sessionId, floor, queue, onCleared, onMoved }: Props) {
  const t = useTexts();
  const { staffApi, publicApi, staff, anybody } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const session = useQuery(sessionQuery(staffApi, sessionId, 'staff'));
  const menu = useQuery(menuQuery(publicApi, floor.restaurant.id));
  useFeed(sessionFeed(sessionId), staff.bearer);
  useFeed(menuFeed(floor.restaurant.id), anybody);
  const [part, setPart] = useState<Part>(table.session?.status === 'billed' ? 'bill' : table.session?.total_amount ? 'orders' : 'guests');
  const view = session.data;
  const call = view?.session.service_call;

  if (!view) {
    if (isRefusal(session.error, 410) || isRefusal(session.error, 404)) return <Text>{t.floor.cleared(table.table_number)}</Text>;
    return session.isError ? <Problem error={session.error} onRetry={() => void session.refetch()} /> : <Loading />;
  }
  return (
    <Stack gap="md">
      {call && (
        <Card padding="sm" className={classes.call} role="status">
          <Group justify="space-between" wrap="nowrap">
            <Text fw={650}>{t.floor.calls[call]}</Text>
            <Button color="red" loading={busy} onClick={() => void run(async () => (await answerCall(staffApi, sessionId), await refreshFloor(client, sessionId)))}>
              {t.floor.answer}
            </Button>
          </Group>
        </Card>
      )}
      <Tabs value={part} onChange={(value) => isPart(value) && setPart(value)} keepMounted={false}>
        <Tabs.List grow aria-label={t.floor.sections}>
          {PARTS.map((name) => (
            <Tabs.Tab key={name} value={name} className={classes.tab}>
              {t.floor.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="orders" pt="md">
          <Orders view={view} queue={queue} />
        </Tabs.Panel>
        <Tabs.Panel value="menu" pt="md">
          {view.session.status === 'billed' ? (
            <Text c="dimmed">{t.bill.asked}</Text>
          ) : menu.data ? (
            <>
              <Drafts view={view} queue={queue} />
              <div className={classes.menu}>
                <MenuBrowser menu={menu.data} onAdd={(line) => addLine(queue, line, sessionId)} />
              </div>
            </>
          ) : (
            <Loading />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="bill" pt="md">
          <BillPanel view={view} queue={queue} tableNumber={table.table_number} onCleared={onCleared} />
        </Tabs.Panel>
        <Tabs.Panel value="guests" pt="md">
          <Guests view={view} table={table} floor={floor} onMoved={onMoved} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

/* Everybody's lines that were not sent: a waiter may change them all. */
function Drafts({ view, queue }: { view: SessionView; queue: Queue }) {
  const t = useTexts();
  const { amount } = usePlace();
  const client = useQueryClient();
  const { publicApi } = useServices();
  const menu = useQuery({ ...menuQuery(publicApi, view.restaurant.id), refetchInterval: false });
  const writes = useWrites(queue);
  const sessionId = view.session.id;
  const ours = useMemo(() => writes.filter((write) => !('p_session_id' in write.args) || write.args.p_session_id === sessionId), [writes, sessionId]);
  const { lines, leaving } = draftsWith(view, ours, menu.data);
  if (lines.length === 0 && leaving.length === 0) return null;
  return (
    <Card padding="md" mb="lg" bg="var(--card-background)" withBorder>
      <Title order={3} size="h4" mb="xs">
        {lines.length > 0 ? t.floor.drafts : t.order.sending}
      </Title>
      <ul className={classes.lines}>
        {lines.map((line) => (
          <li key={line.id} className={classes.line}>
            <div className={classes.words}>
              <Text>{line.name}</Text>
              <LineDetail line={line} />
              <Text size="sm" c="dimmed">
                {line.customer_name ?? t.order.nobody}
                {line.isWaiting && ` · ${t.network.waiting}`}
              </Text>
            </div>
            <Stepper
              value={line.quantity}
              lessLabel={t.menu.lessNamed(line.name)}
              moreLabel={t.menu.moreNamed(line.name)}
              onChange={(quantity) => {
                setQuantity(queue, line, quantity);
                void refreshFloor(client);
              }}
            />
          </li>
        ))}
      </ul>
      {lines.length > 0 && (
        <Button fullWidth mt="sm" onClick={() => sendOrder(queue, lines, sessionId)}>
          {t.floor.send(amount(sumOf(lines)))}
        </Button>
      )}
    </Card>
  );
}

/* Each dish says for itself how far it is: one may be ready while the others cook. */
const LINE_COLOURS = { pending: 'gray', cooking: 'yellow', ready: 'green', served: 'blue' } as const;

function Orders({ view, queue }: { view: SessionView; queue: Queue }) {
  const t = useTexts();
  const { amount, time } = usePlace();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const [cancelling, setCancelling] = useState<Line | null>(null);
  return (
    <Stack gap="md">
      <Drafts view={view} queue={queue} />
      {view.orders.length === 0 && <Text c="dimmed">{t.floor.noOrders}</Text>}
      {newestFirst(view.orders).map((order) => {
        const step = order.status === 'CANCELLED' ? undefined : stepOf(order);
        return (
          <article key={order.id} aria-label={t.order.number(order.order_number)}>
            <Group justify="space-between" mb="xs">
              <Title order={3} size="h4">
                {t.order.number(order.order_number)}
              </Title>
              <Text c="dimmed">
                {time(order.placed_at)} · {amount(order.total_amount)}
              </Text>
            </Group>
            {step ? <StepBar step={step} /> : <Badge color="gray.7">{t.order.cancelled}</Badge>}
            <ul className={classes.lines}>
              {order.lines.map((line) => (
                <li key={line.id} className={classes.line}>
                  <div className={classes.words}>
                    <Text td={line.status === 'cancelled' ? 'line-through' : 'none'}>{t.order.times(line.quantity, line.name)}</Text>
                    <LineDetail line={line} />
                    <Group gap="xs">
                      <Text size="sm" c="dimmed">
                        {line.customer_name ?? t.order.nobody}
                      </Text>
                      {line.status !== 'draft' && line.status !== 'cancelled' && (
                        <Badge tt="none" variant="light" color={LINE_COLOURS[line.status]}>
                          {t.order.steps[line.status]}
                        </Badge>
                      )}
                    </Group>
                  </div>
                  <Text>{amount(line.total_amount)}</Text>
                  {line.status !== 'cancelled' && view.session.status === 'active' ? (
                    <ActionIcon color="red" aria-label={t.floor.cancelLine(line.name)} onClick={() => setCancelling(line)}>
                      <CloseIcon size={18} />
                    </ActionIcon>
                  ) : null}
                </li>
              ))}
            </ul>
          </article>
        );
      })}
      <CancelDialog
        key={cancelling?.id ?? 'none'}
        opened={cancelling !== null}
        title={t.floor.cancelLineTitle(cancelling?.name ?? '')}
        text={t.floor.cancelLineText}
        confirm={t.floor.cancelLine(cancelling?.name ?? '')}
        onClose={() => setCancelling(null)}
        onCancel={async (reason) => {
          if (!cancelling) return;
          await cancelLine(staffApi, cancelling.id, reason);
          await refreshFloor(client, view.session.id);
        }}
      />
    </Stack>
  );
}

type Asking = { kind: 'remove'; id: Id; name: string } | { kind: 'digits' } | { kind: 'merge'; into: FloorTable };

function Guests({ view, table, floor, onMoved }: { view: SessionView; table: FloorTable; floor: Floor; onMoved: (tableId: Id) => void }) {
  const t = useTexts();
  const { amount } = usePlace();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [asking, setAsking] = useState<Asking | null>(null);
  const { otp, id } = view.session;
  const act = (work: () => Promise<unknown>): void => void run(async () => (await work(), await refreshFloor(client, id), setAsking(null)));

  const confirmed = (): void => {
    if (asking?.kind === 'remove') act(() => staffApi.call('remove_participant', { p_customer_session_id: asking.id }));
    if (asking?.kind === 'digits') act(() => renewOtp(staffApi, id));
    if (asking?.kind === 'merge') {
      const { into } = asking;
      act(async () => {
        if (into.session) await mergeInto(staffApi, id, into.session.id);
        onMoved(into.id);
      });
    }
  };
  const { ask } = t.floor;
  const question =
    asking === null
      ? null
      : asking.kind === 'remove'
        ? { ...ask.remove, title: ask.remove.title(asking.name) }
        : asking.kind === 'digits'
          ? ask.digits
          : { ...ask.merge, text: ask.merge.text(tableName(asking.into, t)) };

  return (
    <Stack gap="lg">
      {otp ? (
        <Invite label={t.floor.otp} otp={otp} otpLabel={t.floor.otp} tableCode={table.code} renew={t.floor.renewOtp} busy={busy} onRenew={() => setAsking({ kind: 'digits' })}>
          <Text c="dimmed">{t.floor.otp}</Text>
        </Invite>
      ) : (
        <Text c="dimmed">{t.floor.otpGone}</Text>
      )}
      <section aria-labelledby="floor-guests">
        <Title order={3} size="h4" id="floor-guests">
          {t.floor.guests}
        </Title>
        <ul className={classes.lines}>
          {view.participants.map((person) => (
            <li key={person.id} className={classes.line}>
              <Text className={classes.words}>{person.name}</Text>
              <Text c="dimmed">{amount(person.ordered_amount + person.draft_amount)}</Text>
              <ActionIcon color="red" aria-label={t.floor.removeGuest(person.name)} disabled={busy} onClick={() => setAsking({ kind: 'remove', id: person.id, name: person.name })}>
                <CloseIcon size={18} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      </section>
      <Choice
        label={t.floor.moveTitle}
        tables={floor.tables.filter((candidate) => candidate.session === null && candidate.combined_into === null && candidate.status !== 'out_of_service')}
        action={t.floor.move}
        busy={busy}
        onAct={(chosen) =>
          act(async () => {
            await moveParty(staffApi, id, chosen.id);
            onMoved(chosen.id);
          })
        }
      />
      {view.session.status === 'active' && (
        <Choice
          label={t.floor.mergeTitle}
          tables={floor.tables.filter((candidate) => candidate.session?.status === 'active' && candidate.session.id !== id)}
          action={t.floor.merge}
          busy={busy}
          onAct={(into) => setAsking({ kind: 'merge', into })}
        />
      )}
      <Together table={table} floor={floor} />
      <Confirm opened={asking !== null} title={question?.title ?? ''} confirm={question?.confirm ?? ''} cancel={t.app.back} danger busy={busy} onClose={() => setAsking(null)} onConfirm={confirmed}>
        <Text>{question?.text}</Text>
      </Confirm>
    </Stack>
  );
}
