/* What a card terminal does with an amount: it waits, and is called off; it has approved or declined, or nobody came. */
import { Alert, Button, Loader, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Id } from '@/data/shapes';
import { useServices } from '@/data/services';
import { cancelTerminalPayment, isUnderWay, terminalPaymentQuery } from '@/data/terminals';
import { useAct } from '@/hooks/useAct';
import { useTexts } from '@/texts';

interface Props {
  paymentId: Id;
  /* Money has come, or it is clear that none will. */
  onChange: () => void;
  onAgain: () => void;
  onClose: () => void;
}

export function TerminalWait({ paymentId, onChange, onAgain, onClose }: Props) {
  const t = useTexts();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const query = terminalPaymentQuery(staffApi, paymentId);
  const payment = useQuery(query).data;
  const state = payment?.state ?? 'sending';
  const isOver = payment !== undefined && !isUnderWay(payment);
  const told = useRef(onChange);
  useEffect(() => {
    told.current = onChange;
  });
  useEffect(() => {
    if (isOver) told.current();
  }, [isOver]);

  const cancel = (): void => void run(async () => client.setQueryData(query.queryKey, await cancelTerminalPayment(staffApi, paymentId)));
  return (
    <Stack>
      <div role="status">
        {isOver ? (
          <Alert color={state === 'approved' ? 'green' : 'red'} title={t.floor.terminalStates[state]}>
            {state === 'approved' ? null : (payment.reason ?? null)}
          </Alert>
        ) : (
          <Stack align="center" gap="xs">
            <Loader />
            <Text size="lg">{t.floor.terminalStates[state]}</Text>
            <Text c="dimmed">{payment?.terminal}</Text>
          </Stack>
        )}
      </div>
      {isOver ? (
        state === 'approved' ? (
          <Button size="lg" onClick={onClose}>
            {t.app.close}
          </Button>
        ) : (
          <Button size="lg" onClick={onAgain}>
            {t.floor.terminalAgain}
          </Button>
        )
      ) : (
        <Button size="lg" variant="default" loading={busy} disabled={payment?.can_cancel !== true} onClick={cancel}>
          {t.floor.terminalCancel}
        </Button>
      )}
    </Stack>
  );
}
