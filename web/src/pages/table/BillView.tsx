/* The bill from a guest's chair: what is on it, ask for it, split it, call somebody to take the money. */
import { Badge, Button, Card, Checkbox, Group, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Api } from '@/data/api';
import { amountPlan, dueOf, isSettled, itemPlan, methodOf, sharesOf, splitBill, type Split } from '@/data/bill';
import { sumOf } from '@/data/lines';
import { amountOf, isLive } from '@/data/orders';
import { patchSession } from '@/data/session';
import type { Bill, Id, ServiceCall, SessionView, Share } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useAct } from '@/hooks/useAct';
import { useAskForBill } from '@/hooks/useAskForBill';
import { useBackCloses, useLayer } from '@/lib/address';
import { readMoney } from '@/lib/format';
import { BillLines } from '@/parts/BillLines';
import { Confirm } from '@/parts/Dialog';
import { Field } from '@/parts/Field';
import { usePlace } from '@/parts/say';
import { ShareCard } from '@/parts/ShareCard';
import { Sheet } from '@/parts/Sheet';
import { Stepper } from '@/parts/Stepper';
import { shareName } from '@/parts/shareName';
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
  const sold = view.orders.flatMap((order) => order.lines).filter(isLive);
  const [isTakingBack, setIsTakingBack] = useState(false);
  useBackCloses(isTakingBack, () => setIsTakingBack(false));
  const { unsent, ask, forget } = useAskForBill(act, api, view, refresh);

  return (
    <Stack gap="lg">
      <Title order={2} size="h3">
        {t.bill.title}
      </Title>
      <Card padding="lg" bg="var(--card-background)" shadow="xs">
        <BillLines lines={sold} taxes={view.taxes} total={session.total_amount} other={session.total_amount - sumOf(sold)} />
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
      {session.status === 'billed' && (
        <Group gap="xs">
          {session.paid_amount === 0 && (
            <Button variant="default" onClick={() => setIsTakingBack(true)}>
              {t.bill.takeBack}
            </Button>
          )}
          {session.receipt_code && (
            <Button component="a" variant="subtle" href={`/r/${session.receipt_code}`}>
              {t.bill.receipt}
            </Button>
          )}
        </Group>
      )}
      <Confirm
        opened={isTakingBack}
        title={t.bill.takeBackTitle}
        confirm={t.bill.takeBack}
        busy={busy}
        onClose={() => setIsTakingBack(false)}
        onConfirm={() => void act.run(async () => (await api.call('take_back_bill', {}), await refresh())).then((done) => done && setIsTakingBack(false))}
      >
        <Text>{t.bill.takeBackText}</Text>
      </Confirm>

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
  const [asked, setAsked] = useState<Split | null>(null);
  const [sheet, setSheet, closeSheet] = useLayer<'items' | 'amount'>();
  const { me } = view;
  const open = bill.shares.filter((share) => share.status === 'open');
  const method = methodOf(open);
  const apply = (how: Split): void => void run(async () => (await splitBill(api, how), await onChanged())).then(() => setAsked(null));
  // Somebody has thought about it already, and it is everybody's bill: asked first.
  const split = (how: Split): void => {
    if (method !== 'whole' && view.participants.length > 1) setAsked(how);
    else apply(how);
  };
  const call = (reason: ServiceCall): void => void queue.add('call_waiter', { p_reason: reason });
  const claim = (share: Share, isMine: boolean): void => void run(async () => (await api.call('claim_share', { p_share_id: share.id, p_mine: isMine }), await onChanged()));
  const called = view.session.service_call;

  if (isSettled(bill)) {
    return (
      <Text fw={650} ta="center" py="md" role="status">
        {t.bill.allPaid}
      </Text>
    );
  }
  const mine = me ? sharesOf(bill, me.id) : [];
  const myDue = mine.filter((share) => share.status === 'open').reduce((sum, share) => sum + dueOf(share), 0);
  const isDone = mine.length > 0 && myDue === 0;

  return (
    <>
      <section aria-labelledby="how-to-pay">
        <Title order={3} size="h4" id="how-to-pay" mb="xs">
          {t.bill.how}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t.bill.splitNow(t.bill.methods[method](open.length))}
        </Text>
        <Stack gap="xs">
          <Choice label={t.bill.together} hint={t.bill.togetherHint} chosen={method === 'whole'} disabled={busy} onChoose={() => split({ method: 'together' })} />
          <Choice label={t.bill.guest} hint={t.bill.guestHint} chosen={method === 'guest'} disabled={busy} onChoose={() => split({ method: 'guest' })} />
          <Choice label={t.bill.equal} hint={t.bill.equalHint(parts)} chosen={method === 'equal'} disabled={busy} onChoose={() => split({ method: 'equal', parts })} />
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
                if (method === 'equal') apply({ method: 'equal', parts: next });
              }}
            />
          </Group>
          {me && (
            <>
              <Choice label={t.bill.items} hint={t.bill.itemsHint} chosen={method === 'item'} disabled={busy} onChoose={() => setSheet('items')} />
              <Choice label={t.bill.amountSplit} hint={t.bill.amountHint} chosen={method === 'amount'} disabled={busy} onChoose={() => setSheet('amount')} />
            </>
          )}
        </Stack>
      </section>

      {bill.shares.length > 1 && (
        <section aria-labelledby="shares">
          <Title order={3} size="h4" id="shares" mb="xs">
            {t.bill.shares}
          </Title>
          <Stack gap="xs">
            {bill.shares.map((share) => (
              <GuestShare key={share.id} share={share} isMine={me !== null && share.customer_session_id === me.id} busy={busy} onClaim={me ? (isMine) => claim(share, isMine) : undefined} />
            ))}
          </Stack>
        </section>
      )}

      {isDone ? (
        <Stack gap={4} role="status">
          <Text fw={650}>{t.bill.yourPaid}</Text>
          <Text c="dimmed">{t.bill.othersDue(amount(bill.due_amount))}</Text>
        </Stack>
      ) : (
        <>
          {myDue > 0 && <Text fw={650}>{t.bill.payYours(amount(myDue))}</Text>}
          <Group gap="sm">
            <Button size="lg" flex="1 1 9rem" onClick={() => call('pay_cash')} disabled={called === 'pay_cash'}>
              {t.bill.payCash}
            </Button>
            <Button size="lg" flex="1 1 9rem" variant="light" onClick={() => call('pay_card')} disabled={called === 'pay_card'}>
              {t.bill.payCard}
            </Button>
          </Group>
          <Text size="sm" c="dimmed">
            {t.bill.payHint} {bill.paid_amount === 0 ? '' : t.app.ofTotal(amount(bill.paid_amount), amount(bill.total_amount))}
          </Text>
        </>
      )}

      <Confirm opened={asked !== null} title={t.bill.resplitTitle} confirm={t.bill.resplit} busy={busy} onClose={() => setAsked(null)} onConfirm={() => asked && apply(asked)}>
        <Text>{t.bill.resplitText}</Text>
      </Confirm>
      {me && (
        <>
          <MyItems view={view} bill={bill} opened={sheet === 'items'} onClose={closeSheet} onDone={(lines) => (closeSheet(), split({ method: 'item', shares: itemPlan(bill, me, lines) }))} />
          <MyAmount bill={bill} opened={sheet === 'amount'} onClose={closeSheet} onDone={(minor) => (closeSheet(), split({ method: 'amount', shares: amountPlan(bill, me, minor) }))} />
        </>
      )}
    </>
  );
}

/* Ticks what is mine; a line that others have ticked, too, is shared with them. */
function MyItems({ view, bill, opened, onClose, onDone }: { view: SessionView; bill: Bill; opened: boolean; onClose: () => void; onDone: (lines: Id[]) => void }) {
  const t = useTexts();
  const { amount } = usePlace();
  const lines = view.orders.flatMap((order) => order.lines).filter(isLive);
  const [ticked, setTicked] = useState<ReadonlySet<Id> | null>(null);
  const said = bill.shares.filter((share) => share.customer_session_id === view.me?.id && share.method === 'item').flatMap((share) => share.lines.map((line) => line.line_id));
  const mine = ticked ?? new Set(said.length > 0 ? said : lines.filter((line) => line.is_mine).map((line) => line.id));
  return (
    <Sheet from="below" opened={opened} onClose={onClose} title={t.bill.itemsTitle}>
      <Stack gap="xs" pb="md">
        {lines.map((line) => (
          <Checkbox
            key={line.id}
            size="md"
            label={`${t.order.times(line.quantity, line.name)} · ${amount(line.total_amount)}`}
            checked={mine.has(line.id)}
            onChange={({ currentTarget: { checked } }) => setTicked(new Set(checked ? [...mine, line.id] : [...mine].filter((id) => id !== line.id)))}
          />
        ))}
        <Button size="lg" disabled={mine.size === 0} onClick={() => onDone([...mine])}>
          {t.bill.itemsDone(amount(sumOf(lines.filter((line) => mine.has(line.id)))))}
        </Button>
      </Stack>
    </Sheet>
  );
}

function MyAmount({ bill, opened, onClose, onDone }: { bill: Bill; opened: boolean; onClose: () => void; onDone: (minor: number) => void }) {
  const t = useTexts();
  const { amount, place } = usePlace();
  const [text, setText] = useState('');
  const minor = readMoney(text, place);
  const isGood = minor !== undefined && minor > 0 && minor <= bill.due_amount;
  return (
    <Sheet from="below" opened={opened} onClose={onClose} title={t.bill.amountSplit}>
      <Stack gap="md" pb="md">
        <Field
          label={t.bill.amountLabel}
          inputMode="decimal"
          value={text}
          error={text !== '' && !isGood ? t.bill.amountBad(amount(bill.due_amount)) : null}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button size="lg" disabled={!isGood} onClick={() => isGood && onDone(minor)}>
          {t.bill.amountDone}
        </Button>
      </Stack>
    </Sheet>
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

interface GuestShareProps {
  share: Share;
  isMine: boolean;
  busy: boolean;
  onClaim: ((isMine: boolean) => void) | undefined;
}

function GuestShare({ share, isMine, busy, onClaim }: GuestShareProps) {
  const t = useTexts();
  const { amount } = usePlace();
  const isPaid = share.status === 'paid';
  const isFree = share.customer_session_id === null;
  // What somebody had is theirs; a part that is nobody's can be taken, and let go.
  const canClaim = onClaim && !isPaid && share.method !== 'guest' && (isFree || isMine);
  const taken = !isFree && !isMine && share.customer_name !== null && share.customer_name !== share.label ? t.bill.takenBy(share.customer_name) : null;
  return (
    <ShareCard
      share={share}
      name={isMine ? t.bill.yourShare : shareName(share.label, t)}
      padding="md"
      shadow="xs"
      detail={taken && <Text size="sm">{taken}</Text>}
      {...(isMine ? { 'aria-current': 'true' as const, className: classes.mine } : {})}
    >
      <Group gap="sm">
        {canClaim && (
          <Button
            variant={isFree ? 'light' : 'subtle'}
            size="compact-md"
            mih="2.75rem"
            disabled={busy}
            aria-label={isFree ? t.bill.mineNamed(shareName(share.label, t)) : t.bill.notMine}
            onClick={() => onClaim(isFree)}
          >
            {isFree ? t.bill.mineToo : t.bill.notMine}
          </Button>
        )}
        <Text fw={650} className={classes.amount}>
          {amount(share.amount)}
        </Text>
        <Badge color={isPaid ? 'green' : 'gray'} variant={isPaid ? 'light' : 'outline'}>
          {isPaid ? t.bill.settled : share.paid_amount > 0 ? amount(dueOf(share)) : t.bill.open}
        </Badge>
      </Group>
    </ShareCard>
  );
}
