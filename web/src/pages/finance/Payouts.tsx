/* What the provider paid out, whether each agrees with the books, and the word that somebody has looked. */
import { Badge, Button, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { payoutsQuery, refreshFinance } from '@/data/finance';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { shortDay } from '@/lib/days';
import { DayField } from '@/parts/DayField';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import type { BookProps } from './books';
import classes from './Finance.module.css';
import { TONES } from './tones';

export function Payouts({ rights }: BookProps) {
  const { t, locale } = useSay();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const act = useAct();
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const payouts = useQuery(payoutsQuery(staffApi, from, to));
  if (!payouts.data) return payouts.isError ? <Problem error={payouts.error} onRetry={() => void payouts.refetch()} /> : <Loading />;
  const reconcile = (id: string): void => {
    void act
      .run(() => staffApi.call('reconcile_payout', { p_payout_id: id }))
      .then((isDone) => {
        if (isDone) notify.good(t.finance.reconciledNotice);
        return refreshFinance(client);
      });
  };
  return (
    <section aria-label={t.finance.views.payouts}>
      <Group align="end" mb="md">
        <DayField label={t.finance.from} value={from} onDay={setFrom} />
        <DayField label={t.finance.to} value={to} onDay={setTo} />
      </Group>
      {payouts.data.length === 0 && (
        <Text c="dimmed" ta="center" py="lg">
          {t.finance.payoutsEmpty}
        </Text>
      )}
      <ul className={classes.plain}>
        {payouts.data.map((payout) => {
          const amount = amountIn(payout.amount, payout.currency, locale);
          return (
            <li key={payout.id} className={classes.row}>
              <span className={classes.who}>
                <strong>{payout.arrives_on === null ? payout.provider_ref : shortDay(payout.arrives_on, locale)}</strong>
                <span className={classes.dim}>
                  {[payout.provider, payout.provider_ref, t.finance.payoutFees(amountIn(payout.fees, payout.currency, locale)), payout.reason].filter((one) => one !== null).join(' · ')}
                </span>
              </span>
              <span className={classes.how}>
                <Badge variant="light" color={TONES[payout.status] ?? 'gray'}>
                  {t.finance.statusNames[payout.status]}
                </Badge>
              </span>
              <span className={classes.marks}>
                {payout.reconciled_at === null ? (
                  <Badge variant="light" color={payout.agrees ? 'green' : 'orange'}>
                    {payout.agrees ? `✓ ${t.finance.agrees}` : `≠ ${t.finance.differs(amountIn(payout.difference, payout.currency, locale))}`}
                  </Badge>
                ) : (
                  <Badge color="green">✓ {t.finance.reconciled}</Badge>
                )}
              </span>
              <span className={classes.amount}>
                <strong>{amount}</strong>
              </span>
              {payout.reconciled_at === null && payout.agrees && rights('payments', 'update') && (
                <div className={classes.actions}>
                  <Button size="sm" loading={act.busy} aria-label={t.finance.reconcileNamed(amount)} onClick={() => reconcile(payout.id)}>
                    {t.finance.reconcile}
                  </Button>
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
