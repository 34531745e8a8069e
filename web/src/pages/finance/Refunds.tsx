/* What went back, and what waits for somebody to give it by hand. */
import { Badge, Button, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Rights } from '@/data/desk';
import { refreshFinance, refundsQuery, type RefundRow } from '@/data/finance';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import classes from './Finance.module.css';
import { TONES } from './tones';

export function Refunds({ rights }: { rights: Rights }) {
  const { t, locale } = useSay();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const act = useAct();
  const refunds = useQuery(refundsQuery(staffApi));
  if (!refunds.data) return refunds.isError ? <Problem error={refunds.error} onRetry={() => void refunds.refetch()} /> : <Loading />;
  const when = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
  const confirm = (refund: RefundRow, given: boolean, method?: 'cash' | 'bank'): void => {
    void act.run(() => staffApi.call('confirm_refund', { p_refund_id: refund.id, p_given: given, ...(method ? { p_method: method } : {}) })).then(() => refreshFinance(client));
  };
  return (
    <section aria-label={t.finance.views.refunds}>
      {refunds.data.length === 0 && (
        <Text c="dimmed" ta="center" py="lg">
          {t.finance.refundsEmpty}
        </Text>
      )}
      <ul className={classes.plain}>
        {refunds.data.map((refund) => (
          <li key={refund.id} className={classes.row}>
            <span className={classes.who}>
              <strong dir="auto">{refund.customer_name ?? (t.folio.kindNames[refund.booking_type] || refund.booking_type)}</strong>
              <span className={classes.dim} dir="auto">
                {[when.format(new Date(refund.at)), refund.booking_reference, refund.reason, refund.asked_by].filter((one) => one !== null).join(' · ')}
              </span>
              {refund.failure_reason !== null && <Text c="red">{refund.failure_reason}</Text>}
            </span>
            <span className={classes.how}>{t.finance.methodNames[refund.method]}</span>
            <span className={classes.marks}>
              <Badge variant="light" color={TONES[refund.status] ?? 'gray'}>
                {refund.waits_for === 'person' ? t.finance.waitsForPerson : refund.waits_for === 'provider' ? t.finance.waitsForProvider : t.finance.statusNames[refund.status]}
              </Badge>
            </span>
            <span className={classes.amount}>
              <strong>−{amountIn(refund.amount, refund.currency, locale)}</strong>
            </span>
            {refund.waits_for === 'person' && rights('payments', 'update') && (
              <Group gap={4} className={classes.actions}>
                {(['bank', 'cash'] as const).map((method) => (
                  <Button key={method} size="sm" loading={act.busy} onClick={() => confirm(refund, true, method)}>
                    {t.finance.given(t.finance.methodNames[method] ?? method)}
                  </Button>
                ))}
                <Button size="sm" variant="default" loading={act.busy} onClick={() => confirm(refund, false)}>
                  {t.finance.notGiven}
                </Button>
              </Group>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
