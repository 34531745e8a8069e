/* What came and what went back, by the way it was paid, and what is left of it. */
import { Text } from '@mantine/core';
import type { Report } from '@/data/finance';
import { amountIn } from '@/lib/amounts';
import { addUp } from '@/lib/decimals';
import { useSay } from '@/texts';
import classes from './Finance.module.css';

export function Takings({ takings, currency }: { takings: Report['takings']; currency: string }) {
  const { t, locale } = useSay();
  const amount = (value: number): string => amountIn(value, currency, locale);
  if (takings.length === 0) return <Text c="dimmed">{t.finance.closeEmpty}</Text>;
  const all = addUp(
    takings.flatMap((one) => [one.amount, -one.refunded]),
    currency,
  );
  return (
    <table className={classes.takings}>
      <tbody>
        {takings.map((one) => (
          <tr key={one.method}>
            <th scope="row">
              {t.finance.methodNames[one.method]}
              <span className={classes.dim}>
                {' '}
                {t.finance.payments(one.payments)}
                {one.refunds > 0 && ` · ${t.finance.refundsOf(one.refunds)} −${amount(one.refunded)}`}
                {one.tips > 0 && ` · ${t.finance.tip(amount(one.tips))}`}
              </span>
            </th>
            <td>{amount(one.amount - one.refunded)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t.finance.net}</th>
          <td>{amount(all)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
