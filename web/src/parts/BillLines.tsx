/* A bill or a receipt as one reads it: line by line, VAT by rate, the sum. */
import { Text } from '@mantine/core';
import type { Line, TaxLine } from '@/data/shapes';
import { useSay } from '@/texts';
import classes from './BillLines.module.css';
import { usePlace } from './say';

type Sold = Pick<Line, 'name' | 'quantity' | 'total_amount' | 'modifiers'>;

interface Props {
  lines: readonly Sold[];
  taxes: readonly TaxLine[];
  total: number;
  /* Amounts that the staff entered without lines. */
  other?: number;
}

/* What was ordered several times the same way is one row. */
export function combined(lines: readonly Sold[]): Sold[] {
  const rows = new Map<string, Sold>();
  for (const line of lines) {
    const key = JSON.stringify([line.name, line.modifiers.map(({ name, quantity }) => [name, quantity]), line.total_amount / line.quantity]);
    const row = rows.get(key);
    rows.set(key, row ? { ...row, quantity: row.quantity + line.quantity, total_amount: row.total_amount + line.total_amount } : line);
  }
  return [...rows.values()];
}

export function BillLines({ lines, taxes, total, other = 0 }: Props) {
  const { t, locale } = useSay();
  const { amount } = usePlace();
  const percent = (rate: number): string => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(rate / 100);
  return (
    <div>
      <ul className={classes.lines} aria-label={t.bill.lines}>
        {combined(lines).map((line, at) => (
          <li key={at} className={classes.row}>
            <span className={classes.words}>
              {t.order.times(line.quantity, line.name)}
              {line.modifiers.length > 0 && <span className={classes.detail}>{line.modifiers.map(({ name }) => name).join(', ')}</span>}
            </span>
            <span className={classes.amount}>{amount(line.total_amount)}</span>
          </li>
        ))}
        {other !== 0 && (
          <li className={classes.row}>
            <span className={classes.words}>{t.bill.other}</span>
            <span className={classes.amount}>{amount(other)}</span>
          </li>
        )}
      </ul>
      <div className={classes.total}>
        <Text fw={700} size="lg">
          {t.bill.total}
        </Text>
        <Text fw={700} size="lg" className={classes.amount}>
          {amount(total)}
        </Text>
      </div>
      {taxes.map((tax) => (
        <p key={tax.tax_rate} className={classes.tax}>
          <span>
            {t.bill.taxRate(percent(tax.tax_rate))} · {t.bill.net} {amount(tax.net_amount)}
          </span>
          <span className={classes.amount}>{amount(tax.tax_amount)}</span>
        </p>
      ))}
    </div>
  );
}
