/* Taking cash: what is to pay, what was handed over, what goes back. */
import { Button, Chip, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { dueOf, likelyCash, payShare } from '@/data/bill';
import type { Share } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { readMoney } from '@/lib/format';
import { usePlace } from '@/parts/say';
import { useTexts } from '@/texts';

export function CashDialog({ share, queue, onClose }: { share: Share | null; queue: Queue; onClose: () => void }) {
  const t = useTexts();
  return (
    <Modal opened={share !== null} onClose={onClose} title={share && t.floor.payTitle(share.label)} centered closeButtonProps={{ 'aria-label': t.app.close }}>
      {share && <Cash share={share} queue={queue} onClose={onClose} />}
    </Modal>
  );
}

function Cash({ share, queue, onClose }: { share: Share; queue: Queue; onClose: () => void }) {
  const t = useTexts();
  const { amount, place } = usePlace();
  const due = dueOf(share);
  const [text, setText] = useState('');
  // Nothing typed means the exact sum.
  const received = text.trim() === '' ? due : readMoney(text, place);
  const taken = received === undefined ? 0 : Math.min(received, due);
  const back = received === undefined ? 0 : received - taken;
  const plain = (minor: number): string => (minor / 10 ** place.currency_exponent).toFixed(place.currency_exponent);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (taken <= 0) return;
    payShare(queue, share, taken);
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
        <Group gap="xs">
          {likelyCash(due, place.currency_exponent).map((sum) => (
            <Chip key={sum} checked={received === sum} onChange={() => setText(plain(sum))} size="md">
              {amount(sum)}
            </Chip>
          ))}
        </Group>
        <TextInput
          label={t.floor.received}
          inputMode="decimal"
          autoComplete="off"
          placeholder={plain(due)}
          value={text}
          error={received === undefined ? t.floor.receivedBad : null}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <div role="status">
          {back > 0 && (
            <Group justify="space-between">
              <Text size="lg">{t.floor.change}</Text>
              <Text size="xl" fw={750}>
                {amount(back)}
              </Text>
            </Group>
          )}
          {received !== undefined && taken < due && taken > 0 && <Text>{t.floor.receivedShort(amount(due - taken))}</Text>}
        </div>
        <Button type="submit" size="lg" disabled={taken <= 0}>
          {t.floor.takeCash(amount(taken))}
        </Button>
      </Stack>
    </form>
  );
}
