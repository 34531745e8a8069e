/* What cardholders told their bank: until when evidence counts, and what became of it. */
import { Badge, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { disputesQuery } from '@/data/finance';
import { useServices } from '@/data/services';
import { amountIn } from '@/lib/amounts';
import { dayTime } from '@/lib/format';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import type { BookProps } from './books';
import classes from './Finance.module.css';
import { TONES } from './tones';

export function Disputes({ timezone }: BookProps) {
  const { t, locale } = useSay();
  const { staffApi } = useServices();
  const disputes = useQuery(disputesQuery(staffApi));
  if (!disputes.data) return disputes.isError ? <Problem error={disputes.error} onRetry={() => void disputes.refetch()} /> : <Loading />;
  return (
    <section aria-label={t.finance.views.disputes}>
      {disputes.data.length === 0 && (
        <Text c="dimmed" ta="center" py="lg">
          {t.finance.disputesEmpty}
        </Text>
      )}
      <ul className={classes.plain}>
        {disputes.data.map((dispute) => (
          <li key={dispute.id} className={classes.row}>
            <span className={classes.who}>
              <strong dir="auto">{dispute.customer_name ?? dispute.booking_reference ?? '–'}</strong>
              <span className={classes.dim}>{[dayTime(dispute.at, timezone, locale), dispute.booking_reference, dispute.reason].filter((one) => one !== null).join(' · ')}</span>
              {dispute.status === 'open' && dispute.answer_by !== null && <Text fw={650}>{t.finance.answerBy(dayTime(dispute.answer_by, timezone, locale))}</Text>}
            </span>
            <span className={classes.how}>{dispute.is_withdrawn ? t.finance.withdrawn : ''}</span>
            <span className={classes.marks}>
              <Badge variant="light" color={TONES[dispute.status] ?? 'gray'}>
                {t.finance.statusNames[dispute.status]}
              </Badge>
            </span>
            <span className={classes.amount}>
              <strong>{amountIn(dispute.amount, dispute.currency, locale)}</strong>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
