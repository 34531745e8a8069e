/* Taking money for a share: cash with its change, a card at a terminal (the provider's, or one of the house's own), a transfer; all of it or a part,
 * with a tip. */
import { Button, Chip, Group, NativeSelect, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { dueOf, likelyCash, payShare } from '@/data/bill';
import type { Tender } from '@/data/functions';
import { useServices } from '@/data/services';
import type { Id, Share } from '@/data/shapes';
import { sendToTerminal, terminalsQuery, type Terminal } from '@/data/terminals';
import type { Queue } from '@/data/writes';
import { readMoney } from '@/lib/format';
import { wishKeys } from '@/lib/ids';
import { useAct } from '@/hooks/useAct';
import { Dialog } from '@/parts/Dialog';
import { usePlace } from '@/parts/say';
import { shareName } from '@/parts/shareName';
import { useTexts } from '@/texts';
import { TerminalWait } from './TerminalWait';

interface Props {
  share: Share | null;
  sessionId: Id;
  meant: Tender;
  queue: Queue;
  /* A terminal has taken money, or has not. */
  onTerminal: () => void;
  onClose: () => void;
}

export function PayDialog(props: Props) {
  const { share, onClose } = props;
  const t = useTexts();
  return (
    <Dialog opened={share !== null} onClose={onClose} title={share && t.floor.payTitle(shareName(share.label, t))}>
      {share && <PayShare {...props} share={share} />}
    </Dialog>
  );
}

const TENDERS: readonly Tender[] = ['cash', 'card', 'bank'];
type Way = Tender | 'terminal';

/* Where the provider drives terminals, one more way to pay; what was sent to one is looked after until it is clear. */
function PayShare({ share, sessionId, meant, queue, onTerminal, onClose }: Props & { share: Share }) {
  const { staffApi } = useServices();
  const client = useQueryClient();
  const asked = terminalsQuery(staffApi);
  const terminals = useQuery(asked).data ?? [];
  const [sent, setSent] = useState<Id | null>(null);
  const [over, setOver] = useState<Id | null>(null); // what came to nothing
  const waiting = terminals.find((terminal) => terminal.payment?.share_id === share.id)?.payment?.id;
  const under = sent ?? waiting ?? null;
  // What a terminal waits for is another thing than before: after an amount went out, came to an end, or may have gone out.
  const askAgain = (): void => void client.invalidateQueries({ queryKey: asked.queryKey });
  const changed = (): void => {
    onTerminal();
    askAgain();
  };
  const again = (): void => {
    setOver(under);
    setSent(null);
  };
  if (under !== null && under !== over) return <TerminalWait paymentId={under} onChange={changed} onAgain={again} onClose={onClose} />;
  return <Pay share={share} sessionId={sessionId} meant={meant} queue={queue} terminals={terminals} onSent={setSent} onProblem={askAgain} onClose={onClose} />;
}

/* What is offered as a tip on what a card pays, in per cent. Cash tips are what the guest does not want back. */
const TIPS: readonly number[] = [5, 10, 15];

interface PayProps {
  share: Share;
  sessionId: Id;
  meant: Tender;
  queue: Queue;
  terminals: readonly Terminal[];
  onSent: (paymentId: Id) => void;
  onProblem: () => void;
  onClose: () => void;
}

function Pay({ share, sessionId, meant, queue, terminals, onSent, onProblem, onClose }: PayProps) {
  const t = useTexts();
  const { amount, place } = usePlace();
  const due = dueOf(share);
  const { staffApi } = useServices();
  const { busy, run } = useAct();
  const [keyOf] = useState(wishKeys);
  const [terminalId, setTerminalId] = useState<Id | undefined>(undefined);
  const terminal = terminals.find((one) => one.id === terminalId) ?? terminals[0];
  const [tender, setTender] = useState<Way>(meant);
  // Cash: what was handed over. Otherwise: what is taken of the share. Nothing typed means all of it, exactly.
  const [text, setText] = useState('');
  const [tipText, setTipText] = useState('');
  const given = text.trim() === '' ? due : readMoney(text, place);
  const taken = given === undefined ? 0 : Math.min(given, due);
  const tip = tipText.trim() === '' ? 0 : readMoney(tipText, place);
  const isCash = tender === 'cash';
  const back = given === undefined || tip === undefined || !isCash ? 0 : given - taken - tip;
  const isTooMuch = !isCash && given !== undefined && given > due;
  const isShort = back < 0; // the tip is more than what was handed over
  const plain = (minor: number): string => (minor / 10 ** place.currency_exponent).toFixed(place.currency_exponent);
  const canTake = taken > 0 && tip !== undefined && !isTooMuch && !isShort;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!canTake) return;
    if (tender === 'terminal') {
      if (!terminal) return;
      const key = keyOf([terminal.id, taken, tip]);
      void run(
        async () => onSent((await sendToTerminal(staffApi, { terminalId: terminal.id, sessionId, share, key, exponent: place.currency_exponent }, taken, tip)).id),
        () => {
          // It may have arrived all the same; then the terminal is found waiting for it.
          onProblem();
          return false;
        },
      );
      return;
    }
    payShare(queue, share, taken, tender, tip);
    onClose();
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Group justify="space-between">
          <Text size="lg">{t.floor.toPay}</Text>
          <Text size="xl" fw={750}>
            {amount(due)}
          </Text>
        </Group>
        <SegmentedControl
          fullWidth
          size="md"
          aria-label={t.floor.tender}
          value={tender}
          onChange={setTender}
          data={[...TENDERS.map((value) => ({ value, label: t.floor.tenders[value] })), ...(terminals.length > 0 ? [{ value: 'terminal' as const, label: t.floor.terminal }] : [])]}
        />
        {tender === 'terminal' && terminals.length > 1 && (
          <NativeSelect
            label={t.floor.terminal}
            value={terminal?.id ?? ''}
            onChange={(event) => setTerminalId(event.currentTarget.value)}
            data={terminals.map((one) => ({ value: one.id, label: one.name }))}
          />
        )}
        {isCash && (
          <Group gap="xs">
            {likelyCash(due, place.currency_exponent).map((sum) => (
              <Chip key={sum} checked={given === sum} onChange={() => setText(plain(sum))} size="md">
                {amount(sum)}
              </Chip>
            ))}
          </Group>
        )}
        <TextInput
          label={isCash ? t.floor.received : t.floor.taken}
          inputMode="decimal"
          autoComplete="off"
          placeholder={plain(due)}
          value={text}
          error={given === undefined ? t.floor.receivedBad : isTooMuch ? t.floor.takenTooMuch(amount(due)) : null}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label={t.floor.tip}
          inputMode="decimal"
          autoComplete="off"
          placeholder={plain(0)}
          value={tipText}
          error={tip === undefined ? t.floor.receivedBad : isShort ? t.floor.tipTooMuch : null}
          onChange={(event) => setTipText(event.currentTarget.value)}
        />
        <Group gap="xs">
          {isCash
            ? given !== undefined &&
              given > taken && (
                <Chip checked={tip === given - taken} onChange={() => setTipText(tip === given - taken ? '' : plain(given - taken))} size="md">
                  {t.floor.keepChange(amount(given - taken))}
                </Chip>
              )
            : TIPS.map((percent) => {
                const sum = Math.round((taken * percent) / 100);
                return (
                  <Chip key={percent} checked={sum > 0 && tip === sum} onChange={() => setTipText(tip === sum ? '' : plain(sum))} size="md">
                    {t.floor.tipPercent(percent, amount(sum))}
                  </Chip>
                );
              })}
        </Group>
        <div role="status">
          {back > 0 && (
            <Group justify="space-between">
              <Text size="lg">{t.floor.change}</Text>
              <Text size="xl" fw={750}>
                {amount(back)}
              </Text>
            </Group>
          )}
          {given !== undefined && taken < due && taken > 0 && <Text>{t.floor.receivedShort(amount(due - taken))}</Text>}
        </div>
        <Button type="submit" size="lg" disabled={!canTake} loading={busy}>
          {tender === 'terminal' ? t.floor.terminalSend(amount(taken + (tip ?? 0)), terminal?.name ?? '') : t.floor.take[tender](amount(taken + (tip ?? 0)))}
        </Button>
      </Stack>
    </form>
  );
}
