/* What went back, and what waits for somebody to give it by hand. */
import { Badge, Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { booksFeed, LIVE_PAGES, refreshFinance, refundsQuery, type RefundRow } from '@/data/finance';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useFeed } from '@/hooks/useFeed';
import { amountIn } from '@/lib/amounts';
import { dayTime } from '@/lib/format';
import { Confirm } from '@/parts/Dialog';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import type { BookProps } from './books';
import classes from './Finance.module.css';
import { More } from './More';
import { TONES } from './tones';

/* What somebody says became of a refund by hand: given in this way, or not at all. */
interface Word {
  refund: RefundRow;
  method: 'cash' | 'bank' | null;
}

export function Refunds({ rights, organization, timezone }: BookProps) {
  const { t, locale } = useSay();
  const { staffApi, staff } = useServices();
  const client = useQueryClient();
  const act = useAct();
  const query = refundsQuery(staffApi);
  const refunds = useInfiniteQuery(query);
  useFeed((refunds.data?.pages.length ?? 0) <= LIVE_PAGES ? booksFeed(query.queryKey, organization, ['refunds']) : undefined, staff.bearer);
  const [word, setWord] = useState<Word | null>(null);
  if (!refunds.data) return refunds.isError ? <Problem error={refunds.error} onRetry={() => void refunds.refetch()} /> : <Loading />;
  const rows = refunds.data.pages.flat();
  const amount = (refund: RefundRow): string => amountIn(refund.amount, refund.currency, locale);
  const confirm = ({ refund, method }: Word): void => {
    setWord(null);
    void act.run(() => staffApi.call('confirm_refund', { p_refund_id: refund.id, p_given: method !== null, ...(method === null ? {} : { p_method: method }) })).then(() => refreshFinance(client));
  };
  return (
    <section aria-label={t.finance.views.refunds}>
      {rows.length === 0 && (
        <Text c="dimmed" ta="center" py="lg">
          {t.finance.refundsEmpty}
        </Text>
      )}
      <ul className={classes.plain}>
        {rows.map((refund) => (
          <li key={refund.id} className={classes.row}>
            <span className={classes.who}>
              <strong dir="auto">{refund.customer_name ?? (t.folio.kindNames[refund.booking_type] || refund.booking_type)}</strong>
              <span className={classes.dim} dir="auto">
                {[dayTime(refund.at, timezone, locale), refund.booking_reference, refund.reason, refund.asked_by].filter((one) => one !== null).join(' · ')}
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
              <strong>−{amount(refund)}</strong>
            </span>
            {refund.waits_for === 'person' && rights('payments', 'update') && (
              <Group gap={4} className={classes.actions}>
                {(['bank', 'cash'] as const).map((method) => (
                  <Button key={method} size="sm" loading={act.busy} onClick={() => setWord({ refund, method })}>
                    {t.finance.given(t.finance.methodNames[method] ?? method)}
                  </Button>
                ))}
                <Button size="sm" variant="default" loading={act.busy} onClick={() => setWord({ refund, method: null })}>
                  {t.finance.notGiven}
                </Button>
              </Group>
            )}
          </li>
        ))}
      </ul>
      <More of={refunds} />
      <Confirm
        opened={word !== null}
        title={word === null ? '' : word.method === null ? t.finance.notGivenAsk(amount(word.refund)) : t.finance.givenAsk(amount(word.refund), t.finance.methodNames[word.method] ?? word.method)}
        confirm={word === null ? '' : word.method === null ? t.finance.notGiven : t.finance.given(t.finance.methodNames[word.method] ?? word.method)}
        danger
        onClose={() => setWord(null)}
        onConfirm={() => word && confirm(word)}
      >
        <Text>{t.finance.givenText}</Text>
      </Confirm>
    </section>
  );
}
