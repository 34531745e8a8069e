/* What cardholders told their bank: until when evidence counts, and what became of it. */
import { Badge, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Rights } from '@/data/desk';
import { disputesQuery } from '@/data/finance';
import { useServices } from '@/data/services';
import { amountIn } from '@/lib/amounts';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import classes from './Finance.module.css';
import { TONES } from './tones';

export function Disputes(_props: { rights: Rights }) {
  const { t, locale } = useSay();
  const { staffApi } = useServices();
  const disputes = useQuery(disputesQuery(staffApi));
  if (!disputes.data) return disputes.isError ? <Problem error={disputes.error} onRetry={() => void disputes.refetch()} /> : <Loading />;
  const when = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
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
              <span className={classes.dim}>{[when.format(new Date(dispute.at)), dispute.booking_reference, dispute.reason].filter((one) => one !== null).join(' · ')}</span>
              {dispute.status === 'open' && dispute.answer_by !== null && <Text fw={650}>{t.finance.answerBy(when.format(new Date(dispute.answer_by)))}</Text>}
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
