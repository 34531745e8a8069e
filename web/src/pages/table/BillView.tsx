/* The bill from a guest's chair: what is on it, ask for it, split it, call somebody to take the money. */
import { Badge, Button, Card, Group, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Api } from '@/data/api';
import { dueOf, isSettled, shareFor, splitBill, type Split } from '@/data/bill';
import { amountOf } from '@/data/orders';
import { patchSession } from '@/data/session';
import type { Bill, ServiceCall, SessionView, Share } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useAct } from '@/hooks/useAct';
import { useAskForBill } from '@/hooks/useAskForBill';
import { Confirm } from '@/parts/Confirm';
import { usePlace } from '@/parts/say';
import { ShareCard } from '@/parts/ShareCard';
import { Stepper } from '@/parts/Stepper';
import { useTexts } from '@/texts';
import classes from './BillView.module.css';

interface Props {
  view: SessionView;
  api: Api;
  queue: Queue;
  onOrder: () => void;
}

export function BillView({ view, api, queue, onOrder }: Props) {
  const t = useTexts();
  const { amount } = usePlace();
  const client = useQueryClient();
  const act = useAct();
  const { busy } = act;
  const { session, bill, me } = view;

  const refresh = () => patchSession(client, session.id, (known) => known);
  const { unsent, ask, forget } = useAskForBill(act, api, view, refresh);

  return (
    <Stack gap="lg">
      <Title order={2} size="h3">
        {t.bill.title}
      </Title>
      <Card padding="lg" bg="var(--card-background)" shadow="xs">
        <Row label={t.bill.total} value={amount(session.total_amount)} strong />
        {session.tax_amount > 0 && (
          <Text size="sm" c="dimmed">
            {t.bill.tax(amount(session.tax_amount))}
          </Text>
        )}
        {session.paid_amount > 0 && (
          <>
            <Row label={t.bill.paid} value={amount(session.paid_amount)} />
            <Row label={t.bill.due} value={amount(session.due_amount)} strong />
          </>
        )}
        {me && session.status === 'active' && <Row label={t.bill.yours} value={amount(amountOf(view, me.id))} />}
      </Card>

      {session.status === 'active' &&
        (session.total_amount === 0 ? (
          <Text c="dimmed">{t.bill.nothing}</Text>
        ) : (
          <Stack gap="xs">
            <Button size="lg" loading={busy} disabled={queue.writes().length > 0} onClick={() => ask()}>
              {t.bill.ask}
            </Button>
            <Text size="sm" c="dimmed">
              {t.bill.askHint}
            </Text>
          </Stack>
        ))}

      {session.status === 'billed' && bill && <Billed view={view} bill={bill} api={api} queue={queue} onChanged={refresh} />}

      <Confirm
        opened={unsent !== null}
        title={t.bill.unsentTitle}
        confirm={t.bill.sendFirst}
        cancel={t.app.close}
        onClose={forget}
        onConfirm={() => {
          forget();
          onOrder();
        }}
      >
        <Text>{t.bill.unsentText(unsent ?? 0)}</Text>
        <Button variant="default" loading={busy} onClick={() => ask({ discardDrafts: true })}>
          {t.bill.dropAndBill}
        </Button>
      </Confirm>
    </Stack>
  );
}

function Row({ label, value, strong = false }: { label: string; value: string; strong?: boolean }) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text {...(strong ? { fw: 700, size: 'lg' } : {})}>{label}</Text>
      <Text {...(strong ? { fw: 700, size: 'lg' } : {})}>{value}</Text>
    </Group>
  );
}

interface BilledProps {
  view: SessionView;
  bill: Bill;
  api: Api;
  queue: Queue;
  onChanged: () => Promise<void>;
}

function Billed({ view, bill, api, queue, onChanged }: BilledProps) {
  const t = useTexts();
  const { amount } = usePlace();
  const { busy, run } = useAct();
  const [parts, setParts] = useState(() => Math.max(2, view.participants.length));
  const mine = view.me ? shareFor(bill, view.me.id) : undefined;
  const split = (how: Split): void => void run(async () => (await splitBill(api, how), await onChanged()));
  const call = (reason: ServiceCall): void => void queue.add('call_waiter', { p_reason: reason });
  const called = view.session.service_call;

  if (isSettled(bill)) {
    return (
      <Text fw={650} ta="center" py="md" role="status">
        {t.bill.allPaid}
      </Text>
    );
  }
  const nothingPaid = bill.paid_amount === 0;
  const methods = new Set(bill.shares.map((share) => share.method));
  const isEqual = methods.has('equal') && bill.shares.length > 1;
  const isGuest = methods.has('guest');

  return (
    <>
      <section aria-labelledby="how-to-pay">
        <Title order={3} size="h4" id="how-to-pay" mb="xs">
          {t.bill.how}
        </Title>
        <Stack gap="xs">
          <Choice label={t.bill.together} hint={t.bill.togetherHint} chosen={!isEqual && !isGuest} disabled={busy} onChoose={() => split({ method: 'together' })} />
          <Choice label={t.bill.guest} hint={t.bill.guestHint} chosen={isGuest} disabled={busy} onChoose={() => split({ method: 'guest' })} />
          <Choice label={t.bill.equal} hint={t.bill.equalHint(parts)} chosen={isEqual} disabled={busy} onChoose={() => split({ method: 'equal', parts })} />
          <Group justify="space-between" px="md">
            <Text>{t.bill.parts}</Text>
            <Stepper
              value={parts}
              min={2}
              max={50}
              disabled={busy}
              lessLabel={t.menu.lessNamed(t.bill.parts)}
              moreLabel={t.menu.moreNamed(t.bill.parts)}
              onChange={(next) => {
                setParts(next);
                if (isEqual) split({ method: 'equal', parts: next });
              }}
            />
          </Group>
        </Stack>
      </section>

      {bill.shares.length > 1 && (
        <section aria-labelledby="shares">
          <Title order={3} size="h4" id="shares" mb="xs">
            {t.bill.shares}
          </Title>
          <Stack gap="xs">
            {bill.shares.map((share) => (
              <GuestShare key={share.id} share={share} isMine={share.id === mine?.id} />
            ))}
          </Stack>
        </section>
      )}

      <Stack gap="xs" role="status">
        {called === 'pay_cash' && <Text fw={650}>{t.bill.calledCash}</Text>}
        {called === 'pay_card' && <Text fw={650}>{t.bill.calledCard}</Text>}
      </Stack>
      <Group grow>
        <Button size="lg" onClick={() => call('pay_cash')} disabled={called === 'pay_cash'}>
          {t.bill.payCash}
        </Button>
        <Button size="lg" variant="light" onClick={() => call('pay_card')} disabled={called === 'pay_card'}>
          {t.bill.payCard}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        {t.bill.payHint} {nothingPaid ? '' : t.app.ofTotal(amount(bill.paid_amount), amount(bill.total_amount))}
      </Text>
    </>
  );
}

interface ChoiceProps {
  label: string;
  hint: string;
  chosen: boolean;
  disabled: boolean;
  onChoose: () => void;
}

function Choice({ label, hint, chosen, disabled, onChoose }: ChoiceProps) {
  return (
    <UnstyledButton className={classes.choice} aria-pressed={chosen} disabled={disabled} onClick={onChoose}>
      <Text fw={600}>{label}</Text>
      <Text size="sm" c="dimmed">
        {hint}
      </Text>
    </UnstyledButton>
  );
}

function GuestShare({ share, isMine }: { share: Share; isMine: boolean }) {
  const t = useTexts();
  const { amount } = usePlace();
  const isPaid = share.status === 'paid';
  return (
    <ShareCard share={share} name={isMine ? t.bill.yourShare : share.label} padding="md" shadow="xs" {...(isMine ? { 'aria-current': 'true' as const, className: classes.mine } : {})}>
      <Group gap="sm" wrap="nowrap">
        <Text fw={650}>{amount(share.amount)}</Text>
        <Badge color={isPaid ? 'green' : 'gray'} variant={isPaid ? 'light' : 'outline'}>
          {isPaid ? t.bill.settled : share.paid_amount > 0 ? amount(dueOf(share)) : t.bill.open}
        </Badge>
      </Group>
    </ShareCard>
  );
}
