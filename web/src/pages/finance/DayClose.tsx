/* The business day: which registers are not counted yet, what came in by every way, the Z reports, and the cash book for the bookkeeper's program. */
import { ActionIcon, Alert, Button, Group, Stack, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Rights } from '@/data/desk';
import { cashBook, dayCloseQuery, forSpreadsheet } from '@/data/finance';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { addDays, isDay, longDay } from '@/lib/days';
import { saveAs } from '@/lib/save';
import { BackIcon, NextIcon } from '@/parts/bookIcons';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import classes from './Finance.module.css';
import { Takings } from './Takings';
import { ZReport } from './ZReport';

export function DayClose(_props: { rights: Rights }) {
  const { t, locale } = useSay();
  const services = useServices();
  const act = useAct();
  const [day, setDay] = useState<string | null>(null);
  const close = useQuery(dayCloseQuery(services.staffApi, day));
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  if (!close.data) return close.isError ? <Problem error={close.error} onRetry={() => void close.refetch()} /> : <Loading />;
  const { data } = close;
  const first = from ?? `${data.date.slice(0, 8)}01`;
  const last = to ?? data.date;
  const save = (): void => {
    void act.run(async () => saveAs(forSpreadsheet(await cashBook(services, first, last)), 'text/csv;charset=utf-8', `cash-book-${first}-${last}.csv`));
  };
  return (
    <section aria-label={t.finance.views.close}>
      <Group justify="space-between" mb="md">
        <Title order={2} size="h4">
          {longDay(data.date, locale)}
        </Title>
        <Group gap={4}>
          <ActionIcon variant="default" className={classes.turn} aria-label={t.desk.before} onClick={() => setDay(addDays(data.date, -1))}>
            <BackIcon />
          </ActionIcon>
          <Button variant="default" onClick={() => setDay(null)}>
            {t.desk.today}
          </Button>
          <ActionIcon variant="default" className={classes.turn} aria-label={t.desk.after} onClick={() => setDay(addDays(data.date, 1))}>
            <NextIcon />
          </ActionIcon>
        </Group>
      </Group>
      <Stack>
        <Alert color={data.open > 0 ? 'orange' : 'green'} variant="light">
          {data.open > 0 ? `! ${t.finance.stillOpen(data.open)}` : `✓ ${t.finance.allCounted}`}
        </Alert>
        <article className={classes.card}>
          <Title order={3} size="h5">
            {t.finance.takings}
          </Title>
          <Takings takings={data.takings} currency={data.currency} />
        </article>
        <div className={classes.cards}>
          {data.shifts.map((report) => (
            <ZReport key={report.shift_id} report={report} />
          ))}
          {data.elsewhere.length > 0 && (
            <article className={classes.card}>
              <Title order={3} size="h5">
                {t.finance.elsewhere}
              </Title>
              <Takings takings={data.elsewhere} currency={data.currency} />
            </article>
          )}
        </div>
        <article className={classes.card}>
          <Title order={3} size="h5">
            {t.finance.book}
          </Title>
          <Group align="end">
            <TextInput type="date" label={t.finance.from} value={first} onChange={(event) => setFrom(isDay(event.currentTarget.value) ? event.currentTarget.value : null)} />
            <TextInput type="date" label={t.finance.to} value={last} onChange={(event) => setTo(isDay(event.currentTarget.value) ? event.currentTarget.value : null)} />
            <Button loading={act.busy} disabled={last < first} onClick={save}>
              {t.finance.bookSave}
            </Button>
          </Group>
        </article>
      </Stack>
    </section>
  );
}
