/* A price line by line, and what happens when plans change, with the dates worked out. */
import type { Quoted } from '@/data/bookingShapes';
import { price } from '@/lib/days';
import { dayTime } from '@/lib/format';
import { useSay } from '@/texts';
import classes from './PriceLines.module.css';
import { lineText } from './saying';

export function PriceLines({ quote }: { quote: Quoted }) {
  const say = useSay();
  const { t, locale } = say;
  const amount = (value: number): string => price(value, quote.currency, locale);
  const lines = quote.lines.filter((line) => !line.included);
  const included = quote.lines.filter((line) => line.included);
  return (
    <dl className={classes.lines}>
      {lines.map((line, index) => (
        <div key={index}>
          <dt>{lineText(line, quote.currency, say)}</dt>
          <dd>{amount(line.amount)}</dd>
        </div>
      ))}
      <div className={classes.total}>
        <dt>{t.held.summary.total}</dt>
        <dd>{quote.price === 0 ? t.held.summary.free : amount(quote.price)}</dd>
      </div>
      {included.map((line, index) => (
        <div key={`tax-${index}`} className={classes.small}>
          <dt>{t.held.summary.tax(amount(line.amount))}</dt>
        </div>
      ))}
      {quote.deposit > 0 && (
        <div className={classes.small}>
          <dt>{t.held.summary.deposit(amount(quote.deposit))}</dt>
        </div>
      )}
    </dl>
  );
}

export function TermsText({ quote }: { quote: Quoted }) {
  const { t, locale } = useSay();
  const { terms, timezone, currency } = quote;
  const when = (instant: string): string => dayTime(instant, timezone, locale);
  const ahead = terms.tiers.filter((tier) => !tier.is_over);
  const paid = ahead.filter((tier) => tier.until !== terms.free_until);
  const sentences =
    quote.price === 0
      ? terms.free_until
        ? [t.held.terms.nothingDue(when(terms.free_until))]
        : []
      : [
          ...(terms.free_until ? [t.held.terms.freeUntil(when(terms.free_until))] : []),
          ...paid.map((tier) => t.held.terms.tier(when(tier.until), tier.refund_percent, price(tier.refund_amount, currency, locale))),
          ahead.length > 0 ? t.held.terms.after : t.held.terms.none,
        ];
  if (sentences.length === 0) return null;
  return (
    <section className={classes.terms}>
      <h4>{t.held.terms.title}</h4>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </section>
  );
}
