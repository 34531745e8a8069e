/* What a change comes to, and what somebody else did meanwhile, both side by side. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { Changed, StayTerms } from '@/data/desk';
import { amountIn } from '@/lib/amounts';
import { shortDay } from '@/lib/days';
import { useSay } from '@/texts';
import type { ChangeQuote } from './useStayChange';
import classes from './StaySheet.module.css';

export function PriceThen({ quote }: { quote: ChangeQuote }) {
  const { t, locale } = useSay();
  const amount = (value: number): string => amountIn(value, quote.currency, locale);
  const more = quote.total_after - quote.total_before;
  return (
    <Stack gap={2}>
      <Group justify="space-between">
        <Text c="dimmed">{t.desk.priceBefore}</Text>
        <Text>{amount(quote.total_before)}</Text>
      </Group>
      <Group justify="space-between">
        <Text fw={650}>{t.desk.priceAfter}</Text>
        <Text fw={750} size="xl">
          {amount(quote.total_after)}
        </Text>
      </Group>
      <Text fw={600}>{more > 0 ? t.desk.priceMore(amount(more)) : more < 0 ? t.desk.priceLess(amount(-more)) : t.desk.priceSame}</Text>
      {quote.paid > quote.total_after && <Text>{t.desk.priceBack(amount(quote.paid - quote.total_after))}</Text>}
    </Stack>
  );
}

interface FirstProps {
  first: Changed;
  yours: StayTerms & { chalet: string };
  /* What the stay was when it was looked at. */
  status: string | undefined;
  /* Not while what is wanted has no price that could be looked at. */
  canHaveYours: boolean;
  busy: boolean;
  onTheirs: () => void;
  onYours: () => void;
}

export function WhoWasFirst({ first, yours, status, canHaveYours, busy, onTheirs, onYours }: FirstProps) {
  const { t, locale } = useSay();
  const rows = [
    [t.desk.arrival, shortDay(first.now.check_in, locale), shortDay(yours.check_in, locale)],
    [t.desk.departure, shortDay(first.now.check_out, locale), shortDay(yours.check_out, locale)],
    [t.desk.chalet, first.now.chalet, yours.chalet],
    [t.desk.guests, String(first.now.guests), String(yours.guests)],
    [t.desk.wishes, first.now.special_requests ?? '–', yours.special_requests ?? '–'],
    ...(status === undefined || status === first.now.status ? [] : ([[t.desk.state, t.desk.statusNames[first.now.status] ?? first.now.status, t.desk.statusNames[status] ?? status]] as const)),
  ] as const;
  return (
    <Alert color="orange" variant="light" title={t.desk.firstTitle(first.by ?? t.desk.somebody)} role="alert">
      <Stack gap="sm">
        <Text>{t.desk.firstText}</Text>
        <table className={classes.compare}>
          <thead>
            <tr>
              <td />
              <th scope="col">{t.desk.theirs}</th>
              <th scope="col">{t.desk.yours}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, theirs, own]) => (
              <tr key={name} data-differs={theirs !== own || undefined}>
                <th scope="row">{name}</th>
                <td dir="auto">{theirs}</td>
                <td dir="auto">{own}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Group>
          <Button onClick={onTheirs}>{t.desk.useTheirs}</Button>
          <Button variant="default" loading={busy} disabled={!canHaveYours} onClick={onYours}>
            {t.desk.useYours}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
