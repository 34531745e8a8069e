/* What a booking cost line by line, what was paid and given back. Prints as it stands. */
import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { named, type Way } from '@/data/my';
import { amountIn } from '@/lib/amounts';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import classes from './MyPage.module.css';

/* `timezone`: of the place, whose days these are. */
export function ReceiptSheet({ way, timezone }: { way: Way; timezone: string }) {
  const { t, locale } = useSay();
  const asked = useQuery({ queryKey: ['my', 'receipt', way.reference, way.contact], queryFn: () => way.api.call('get_my_receipt', named(way)), staleTime: 0 });
  if (!asked.data) return asked.isError ? <Problem error={asked.error} onRetry={() => void asked.refetch()} /> : <Loading />;
  const receipt = asked.data;
  const amount = (value: number): string => amountIn(value, receipt.currency, locale);
  const day = (instant: string | null): string => (instant === null ? '' : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: timezone }).format(new Date(instant)));
  return (
    <Stack gap="md">
      <div>
        <Title order={3} size="h4">
          {receipt.house.name}
        </Title>
        <Text c="dimmed">{[receipt.house.address, receipt.house.email, receipt.house.phone].filter((word) => word !== null && word !== '').join(' · ')}</Text>
        <Text c="dimmed">
          {receipt.reference} · {day(receipt.issued_at)}
        </Text>
      </div>
      <dl className={classes.facts}>
        {receipt.lines.map((line, index) => (
          <div key={index}>
            <dt>
              {line.quantity} × {line.description}
            </dt>
            <dd>{amount(line.amount)}</dd>
          </div>
        ))}
        <div>
          <dt>{t.my.total}</dt>
          <dd>{amount(receipt.total)}</dd>
        </div>
        <div>
          <dt>{t.my.taxIn}</dt>
          <dd>{amount(receipt.tax_amount)}</dd>
        </div>
        {receipt.payments.map((payment, index) => (
          <div key={`paid ${index}`}>
            <dt>
              {[
                t.my.paid,
                payment.method !== null && (t.my.methodNames[payment.method] ?? payment.method),
                day(payment.paid_at),
                payment.refunded_amount > 0 && t.my.back(amount(payment.refunded_amount)),
              ]
                .filter(Boolean)
                .join(' · ')}
            </dt>
            <dd>{amount(payment.amount)}</dd>
          </div>
        ))}
        <div>
          <dt>{t.my.due}</dt>
          <dd>{amount(Math.max(0, receipt.balance))}</dd>
        </div>
      </dl>
      <Button variant="light" className={classes.noPrint} onClick={() => window.print()}>
        {t.my.print}
      </Button>
    </Stack>
  );
}
