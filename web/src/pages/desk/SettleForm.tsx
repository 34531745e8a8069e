/* Money for a bill in any mix: the first line begins with all of it, each further one with what is left. */
import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { HOUSE_TENDERS, settling, takesNote, type Settling, type TenderLine } from '@/data/desk';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { plainAmount, readAmount } from '@/lib/decimals';
import { wishKeys } from '@/lib/ids';
import { CloseIcon } from '@/parts/iconsFirst';
import { useNotify } from '@/parts/Notices';
import { useSay } from '@/texts';
import classes from './StaySheet.module.css';

interface Props {
  balance: number;
  currency: string;
  /* Under a key of the wish: a tap whose answer got lost takes nothing twice. */
  pay: (payments: NonNullable<Settling['payments']>, key: string) => Promise<unknown>;
  onPaid: () => void;
  onCancel: () => void;
}

export function SettleForm({ balance, currency, pay, onPaid, onCancel }: Props) {
  const { t, locale } = useSay();
  const notify = useNotify();
  const act = useAct();
  const plain = (value: number): string => plainAmount(value, currency);
  const amount = (value: number): string => amountIn(value, currency, locale);
  const [lines, setLines] = useState<readonly TenderLine[]>(() => [{ method: 'cash', amount: plain(balance), note: '' }]);
  const [keyOf] = useState(wishKeys);
  const { payments, left } = settling(lines, balance, currency);
  const change = (at: number, with_: Partial<TenderLine>): void => {
    setLines((before) => before.map((line, index) => (index === at ? { ...line, ...with_ } : line)));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!payments) return;
    void act
      .run(() => pay(payments, keyOf(payments)))
      .then((isDone) => {
        if (!isDone) return;
        notify.good(t.folio.taken(amount(balance - left)));
        onPaid();
      });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {lines.map((line, at) => (
          <div key={at} className={classes.tender}>
            <Select
              size="md"
              label={t.folio.how}
              allowDeselect={false}
              data={HOUSE_TENDERS.map((value) => ({ value, label: t.folio.tenderNames[value] ?? value }))}
              value={line.method}
              // A slip is no voucher's code: what was written beside another way goes with it.
              onChange={(value) => change(at, { method: HOUSE_TENDERS.find((known) => known === value) ?? 'cash', note: '' })}
            />
            <TextInput
              label={t.folio.amount}
              inputMode="decimal"
              autoComplete="off"
              value={line.amount}
              error={readAmount(line.amount, currency) === undefined ? t.folio.amountBad : null}
              onChange={(event) => change(at, { amount: event.currentTarget.value })}
            />
            {lines.length > 1 && (
              <ActionIcon
                variant="default"
                aria-label={t.folio.removeTender(t.folio.tenderNames[line.method] ?? line.method)}
                onClick={() => setLines((before) => before.filter((_line, index) => index !== at))}
              >
                <CloseIcon size={18} />
              </ActionIcon>
            )}
            {takesNote(line.method) && (
              <TextInput
                className={classes.note ?? ''}
                label={line.method === 'voucher' ? t.folio.voucherCode : t.folio.slip}
                autoComplete="off"
                maxLength={100}
                value={line.note}
                onChange={(event) => change(at, { note: event.currentTarget.value })}
              />
            )}
          </div>
        ))}
        <div role="status">
          {left > 0 && <Text>{t.folio.left(amount(left))}</Text>}
          {left < 0 && <Text c="red">{t.folio.tooMuch(amount(-left))}</Text>}
        </div>
        {left > 0 && (
          <Button variant="default" onClick={() => setLines((before) => [...before, { method: 'card', amount: plain(left), note: '' }])}>
            {t.folio.addTender}
          </Button>
        )}
        <Group>
          <Button type="submit" size="lg" disabled={payments === null} loading={act.busy}>
            {t.folio.take(amount(Math.max(0, balance - Math.max(0, left))))}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t.app.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
