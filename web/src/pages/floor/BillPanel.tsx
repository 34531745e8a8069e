/* The bill in the waiter's hand: bill, split, take the cash share by share, clear. */
import { Badge, Button, Chip, Divider, Group, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dueOf, splitBill, type AmountShare, type ItemShare, type Split } from '@/data/bill';
import { clearTable, refreshFloor, reopenBill } from '@/data/floor';
import { isLive } from '@/data/orders';
import { useServices } from '@/data/services';
import { sessionKey } from '@/data/session';
import type { Bill, Id, ServiceCall, SessionView, Share } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useAct } from '@/hooks/useAct';
import { useAskForBill } from '@/hooks/useAskForBill';
import { useWrites } from '@/hooks/useQueue';
import { readMoney } from '@/lib/format';
import { Confirm } from '@/parts/Dialog';
import { useNotify } from '@/parts/Notices';
import { usePlace } from '@/parts/say';
import { ShareCard } from '@/parts/ShareCard';
import { Stepper } from '@/parts/Stepper';
import { shareName } from '@/parts/shareName';
import { useTexts } from '@/texts';
import { explainClear } from '@/texts/explainClear';
import { PayDialog } from './PayDialog';
import classes from './BillPanel.module.css';

interface Props {
  view: SessionView;
  queue: Queue;
  tableNumber: number;
  onCleared: () => void;
}

export function BillPanel({ view, queue, tableNumber, onCleared }: Props) {
  const t = useTexts();
  const { amount } = usePlace();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const acting = useAct();
  const { busy, run } = acting;
  const { session, bill } = view;
  const isBilled = session.status === 'billed' && bill !== null;

  const refresh = (): Promise<void> => refreshFloor(client, session.id);
  const act = (work: () => Promise<unknown>): void => void run(async () => (await work(), await refresh()));
  const { unsent, ask, forget } = useAskForBill(acting, staffApi, view, refresh, session.id);
  const clear = (): void =>
    void run(
      async () => {
        await clearTable(staffApi, session.id);
        client.removeQueries({ queryKey: sessionKey(session.id) });
        await refreshFloor(client);
        notify.good(t.floor.cleared(tableNumber));
        onCleared();
      },
      (error) => {
        notify.bad(explainClear(error, t, amount));
        return true;
      },
    );

  return (
    <Stack gap="lg">
      <div>
        <Group justify="space-between">
          <Text size="xl" fw={750}>
            {t.bill.total}
          </Text>
          <Text size="xl" fw={750}>
            {amount(session.total_amount)}
          </Text>
        </Group>
        {session.tax_amount > 0 && (
          <Text size="sm" c="dimmed">
            {t.bill.tax(amount(session.tax_amount))}
          </Text>
        )}
        {session.paid_amount > 0 && (
          <Group justify="space-between">
            <Text>{t.bill.due}</Text>
            <Text fw={650}>{amount(session.due_amount)}</Text>
          </Group>
        )}
      </div>

      {!isBilled && (
        <Button size="lg" loading={busy} disabled={session.total_amount === 0} onClick={() => ask()}>
          {t.floor.bill}
        </Button>
      )}
      {isBilled && <Shares bill={bill} sessionId={session.id} call={session.service_call} queue={queue} refresh={() => void refresh()} />}
      {isBilled && bill.due_amount > 0 && (
        <Splitter key={bill.shares.map((share) => share.id).join()} view={view} wasSplit={bill.shares.length > 1} busy={busy} onSplit={(split) => act(() => splitBill(staffApi, split, session.id))} />
      )}
      {isBilled && (
        <Button variant="default" loading={busy} onClick={() => act(() => reopenBill(staffApi, session.id))}>
          {t.floor.unbill}
        </Button>
      )}
      <Divider />
      {session.due_amount === 0 && session.total_amount > 0 && <Text c="dimmed">{t.floor.clearHint}</Text>}
      <Button size="lg" variant={session.due_amount === 0 ? 'filled' : 'default'} loading={busy} onClick={clear}>
        {t.floor.clear}
      </Button>

      <Confirm opened={unsent !== null} title={t.bill.unsentTitle} confirm={t.bill.dropAndBill} cancel={t.app.back} danger busy={busy} onClose={forget} onConfirm={() => ask({ discardDrafts: true })}>
        <Text>{t.bill.unsentText(unsent ?? 0)}</Text>
      </Confirm>
    </Stack>
  );
}

/* Who said that they pay by card is asked for a card first. */
function Shares({ bill, sessionId, call, queue, refresh }: { bill: Bill; sessionId: Id; call: ServiceCall | null; queue: Queue; refresh: () => void }) {
  const t = useTexts();
  const writes = useWrites(queue);
  const [paying, setPaying] = useState<Share | null>(null);
  return (
    <section aria-labelledby="floor-shares">
      <Title order={3} size="h4" id="floor-shares" mb="xs">
        {t.bill.shares}
      </Title>
      <Stack gap="xs">
        {bill.shares.map((share) => (
          <ShareRow key={share.id} share={share} isBooking={writes.some((write) => write.kind === 'pay_bill_share' && write.args.p_share_id === share.id)} onPay={() => setPaying(share)} />
        ))}
      </Stack>
      <PayDialog key={paying?.id ?? 'none'} share={paying} sessionId={sessionId} meant={call === 'pay_card' ? 'card' : 'cash'} queue={queue} onTerminal={refresh} onClose={() => setPaying(null)} />
    </section>
  );
}

function ShareRow({ share, isBooking, onPay }: { share: Share; isBooking: boolean; onPay: () => void }) {
  const t = useTexts();
  const { amount } = usePlace();
  const isPaid = share.status === 'paid';
  return (
    <ShareCard
      share={share}
      name={shareName(share.label, t)}
      padding="sm"
      withBorder
      detail={
        <Text>
          {amount(share.amount)}
          {share.paid_amount > 0 && !isPaid && ` · ${t.floor.due(amount(dueOf(share)))}`}
        </Text>
      }
    >
      {isPaid ? (
        <Badge color="green" variant="light" size="lg">
          {t.bill.settled}
        </Badge>
      ) : (
        <Button loading={isBooking} aria-label={t.floor.payNamed(shareName(share.label, t))} onClick={onPay}>
          {t.floor.pay}
        </Button>
      )}
    </ShareCard>
  );
}

type Method = Split['method'];

function Splitter({ view, wasSplit, busy, onSplit }: { view: SessionView; wasSplit: boolean; busy: boolean; onSplit: (split: Split) => void }) {
  const t = useTexts();
  const [method, setMethod] = useState<Method>('together');
  const [parts, setParts] = useState(Math.max(2, view.participants.length, view.session.party_size ?? 0));
  const [shares, setShares] = useState<ItemShare[]>(() => initialShares(view, t.floor.shareName));
  const [amounts, setAmounts] = useState<AmountShare[]>(() => [{ label: t.floor.shareName(1), amount: 0 }]);
  const [isOpen, setIsOpen] = useState(!wasSplit);
  const open = (view.bill?.due_amount ?? view.session.due_amount) - amounts.reduce((sum, share) => sum + share.amount, 0);
  const isReady = method === 'item' ? shares.some((share) => share.lines.length > 0) : method === 'amount' ? open >= 0 && amounts.some((share) => share.amount > 0) : true;
  const split: Split = method === 'equal' ? { method, parts } : method === 'item' ? { method, shares } : method === 'amount' ? { method, shares: amounts } : { method };

  // Once it is split, taking the money comes first.
  if (!isOpen) {
    return (
      <Button variant="default" onClick={() => setIsOpen(true)}>
        {t.floor.splitAgain}
      </Button>
    );
  }
  return (
    <section aria-labelledby="floor-split">
      <Title order={3} size="h4" id="floor-split" mb="xs">
        {t.floor.split}
      </Title>
      <Stack gap="sm">
        <SegmentedControl
          fullWidth
          size="md"
          aria-label={t.floor.split}
          value={method}
          onChange={setMethod}
          data={[
            { value: 'together', label: t.floor.splitTogether },
            { value: 'equal', label: t.floor.splitEqual },
            { value: 'guest', label: t.floor.splitGuest },
            { value: 'item', label: t.floor.splitItem },
            { value: 'amount', label: t.floor.splitAmount },
          ]}
        />
        {method === 'equal' && (
          <Group justify="space-between">
            <Text>{t.floor.splitParts}</Text>
            <Stepper value={parts} min={2} max={50} lessLabel={t.menu.lessNamed(t.floor.splitParts)} moreLabel={t.menu.moreNamed(t.floor.splitParts)} onChange={setParts} />
          </Group>
        )}
        {method === 'item' && <ItemSplit view={view} shares={shares} onChange={setShares} />}
        {method === 'amount' && <AmountSplit shares={amounts} open={open} onChange={setAmounts} />}
        <Button variant="light" loading={busy} disabled={!isReady} onClick={() => onSplit(split)}>
          {t.floor.splitApply}
        </Button>
      </Stack>
    </section>
  );
}

/* As many sums as somebody names; what they leave open is one more share. */
function AmountSplit({ shares, open, onChange }: { shares: AmountShare[]; open: number; onChange: (shares: AmountShare[]) => void }) {
  const t = useTexts();
  const { amount, place } = usePlace();
  // What is typed stays as it is typed, also while it is no sum yet.
  const [texts, setTexts] = useState<string[]>(() => shares.map(() => ''));
  const type = (index: number, text: string): void => {
    setTexts(texts.map((old, at) => (at === index ? text : old)));
    const sum = text.trim() === '' ? 0 : readMoney(text, place);
    onChange(shares.map((share, at) => (at === index ? { ...share, amount: sum ?? 0 } : share)));
  };
  return (
    <Stack gap="sm">
      {shares.map((share, index) => (
        <TextInput
          key={index}
          label={shareName(share.label, t)}
          inputMode="decimal"
          autoComplete="off"
          value={texts[index] ?? ''}
          error={(texts[index] ?? '').trim() !== '' && readMoney(texts[index] ?? '', place) === undefined ? t.floor.receivedBad : null}
          onChange={(event) => type(index, event.currentTarget.value)}
        />
      ))}
      <Text role="status" {...(open < 0 ? { c: 'red' } : {})}>
        {open < 0 ? t.floor.splitOver(amount(-open)) : t.floor.splitRest(amount(open))}
      </Text>
      <Button
        variant="default"
        onClick={() => {
          setTexts([...texts, '']);
          onChange([...shares, { label: t.floor.shareName(shares.length + 1), amount: 0 }]);
        }}
      >
        {t.floor.addShare}
      </Button>
    </Stack>
  );
}

/* One share a guest, and at least two: to begin with, everybody has what they ordered. */
function initialShares(view: SessionView, nameOf: (n: number) => string): ItemShare[] {
  const lines = view.orders.flatMap((order) => order.lines).filter(isLive);
  const shares: ItemShare[] = view.participants.map((person) => ({
    label: person.name,
    customer_session_id: person.id,
    lines: lines.filter((line) => line.customer_session_id === person.id).map((line) => line.id),
  }));
  while (shares.length < 2) shares.push({ label: nameOf(shares.length + 1), lines: [] });
  return shares;
}

function ItemSplit({ view, shares, onChange }: { view: SessionView; shares: ItemShare[]; onChange: (shares: ItemShare[]) => void }) {
  const t = useTexts();
  const { amount } = usePlace();
  const lines = view.orders.flatMap((order) => order.lines).filter(isLive);
  const toggle = (index: number, lineId: string): void =>
    onChange(shares.map((share, at) => (at === index ? { ...share, lines: share.lines.includes(lineId) ? share.lines.filter((id) => id !== lineId) : [...share.lines, lineId] } : share)));
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t.floor.splitItemHint}
      </Text>
      {lines.map((line) => (
        <div key={line.id} role="group" aria-label={t.floor.splitLine(line.name)} className={classes.item}>
          <Group justify="space-between" wrap="nowrap" mb={6}>
            <Text>{t.order.times(line.quantity, line.name)}</Text>
            <Text>{amount(line.total_amount)}</Text>
          </Group>
          <Group gap={6}>
            {shares.map((share, index) => (
              <Chip key={index} size="md" checked={share.lines.includes(line.id)} onChange={() => toggle(index, line.id)}>
                {shareName(share.label, t)}
              </Chip>
            ))}
          </Group>
        </div>
      ))}
      <Button variant="default" onClick={() => onChange([...shares, { label: t.floor.shareName(shares.length + 1), lines: [] }])}>
        {t.floor.addShare}
      </Button>
    </Stack>
  );
}
