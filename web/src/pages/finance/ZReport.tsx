/* The Z report of a register as it was when it was counted; of an open one as it stands. */
import { Badge, Button, Group, Text, Title } from '@mantine/core';
import type { Report } from '@/data/finance';
import { amountIn } from '@/lib/amounts';
import { shortDay } from '@/lib/days';
import { PrintIcon } from '@/parts/deskIcons';
import { printPart } from '@/pages/desk/printPart';
import { useSay } from '@/texts';
import classes from './Finance.module.css';
import { Takings } from './Takings';

export function ZReport({ report }: { report: Report }) {
  const { t, locale } = useSay();
  const amount = (value: number): string => amountIn(value, report.currency, locale);
  const id = `z-${report.shift_id}`;
  return (
    <article className={classes.card} aria-labelledby={`${id}-title`}>
      <div id={id}>
        <Group justify="space-between">
          <Title order={3} size="h4" id={`${id}-title`}>
            <bdi>{report.register}</bdi> · {report.number === null ? t.finance.reportOpen : t.finance.report(report.number)}
          </Title>
          {report.difference !== null && (
            <Badge size="lg" variant="light" color={report.difference === 0 ? 'green' : 'red'}>
              {report.difference === 0 ? '✓' : '≠'} {t.finance.difference} {amount(report.difference)}
            </Badge>
          )}
        </Group>
        <Text c="dimmed">
          {shortDay(report.business_date, locale)} · {report.opened_by ?? '–'} → {report.closed_by ?? '–'}
        </Text>
        <Takings takings={report.takings} currency={report.currency} />
        <dl className={classes.sums}>
          <dt>{t.finance.float}</dt>
          <dd>{amount(report.float_amount)}</dd>
          {report.movements.map((movement) => (
            <div key={`${movement.made_at}${movement.kind}${movement.amount}`} className={classes.pair}>
              <dt>
                {t.finance.kinds[movement.kind]}
                {movement.reason !== null && <span className={classes.dim}> {movement.reason}</span>}
              </dt>
              <dd>{amount(movement.kind === 'paid_in' ? movement.amount : -movement.amount)}</dd>
            </div>
          ))}
          {report.expected !== null && (
            <>
              <dt>{t.finance.expected}</dt>
              <dd>{amount(report.expected)}</dd>
            </>
          )}
          {report.counted !== null && (
            <>
              <dt>{t.finance.counted}</dt>
              <dd className={classes.big}>{amount(report.counted)}</dd>
            </>
          )}
        </dl>
        {report.note !== null && <Text dir="auto">“{report.note}”</Text>}
      </div>
      <Button variant="subtle" size="sm" leftSection={<PrintIcon size={18} />} onClick={() => printPart(id)}>
        {t.finance.print}
      </Button>
    </article>
  );
}
