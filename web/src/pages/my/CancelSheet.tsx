/* Cancelling: what goes back comes first, and what was booked with it may go in the same step. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { named, refundOf, type Gone, type Way } from '@/data/my';
import { isRefusal } from '@/data/refusal';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { Tick } from '@/parts/Tick';
import { instantOf } from '@/parts/when';
import { useSay } from '@/texts';
import classes from './MyPage.module.css';

export function CancelSheet({ way, onDone, onStay }: { way: Way; onDone: () => void; onStay: () => void }) {
  const { t, locale } = useSay();
  const notify = useNotify();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [note, setNote] = useState<string | null>(null);
  const key = ['my', 'cancelling', way.reference, way.contact];
  const asked = useQuery({ queryKey: key, queryFn: () => way.api.call('cancel_my_bookings', named(way)), staleTime: 0, gcTime: 0, refetchOnWindowFocus: false });
  if (!asked.data) return asked.isError ? <Problem error={asked.error} onRetry={() => void asked.refetch()} /> : <Loading />;
  const told = asked.data;
  const amount = (value: number): string => amountIn(value, told.currency, locale);
  const refund = refundOf(told, chosen);
  const line = (gone: Gone): string =>
    [gone.kind === 'pool' ? t.my.kindNames[gone.kind] : gone.title, instantOf(gone.starts_at, gone.timezone, locale), gone.paid > 0 ? t.my.back(amount(gone.refund)) : '']
      .filter((word) => word !== '')
      .join(' · ');

  const cancel = (): void => {
    void run(
      async () => {
        await way.api.call('cancel_my_bookings', { ...named(way), p_with: [...chosen], p_accept: true, p_refund: refund });
        notify.good(refund > 0 ? t.my.cancelledBack(amount(refund)) : t.my.cancelled);
        onDone();
      },
      (error) => {
        const now = isRefusal(error, 409) && error.reason === 'refund_changed' ? error.number('now') : undefined;
        if (now === undefined) return false;
        setNote(t.my.refundChanged(amount(refund), amount(now)));
        void client.invalidateQueries({ queryKey: key });
        return true;
      },
    );
  };

  return (
    <Stack gap="md">
      <ul className={classes.plain}>
        {told.bookings.map((gone) => (
          <li key={gone.booking_id}>{line(gone)}</li>
        ))}
      </ul>
      {told.goes_with.length > 0 && (
        <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
          <legend>
            <Text fw={600}>{t.my.alsoCancel}</Text>
          </legend>
          {told.goes_with.map((gone) => (
            <Tick
              key={gone.booking_id}
              checked={chosen.has(gone.booking_id)}
              onChange={(isTrue) => setChosen(new Set(isTrue ? [...chosen, gone.booking_id] : [...chosen].filter((id) => id !== gone.booking_id)))}
            >
              {t.my.kindNames[gone.kind]}: {line(gone)}
            </Tick>
          ))}
        </fieldset>
      )}
      {note !== null && (
        <Text c="var(--mantine-color-error)" role="alert">
          {note}
        </Text>
      )}
      <Text fw={650} aria-live="polite">
        {refund > 0 ? t.my.youGet(amount(refund)) : t.my.youGetNothing}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onStay}>
          {t.my.keepIt}
        </Button>
        <Button color="red" loading={busy} onClick={cancel}>
          {t.my.cancelNow(1 + chosen.size)}
        </Button>
      </Group>
    </Stack>
  );
}
