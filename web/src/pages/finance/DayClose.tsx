/* The business day: which registers are not counted yet, what came in by every way, the Z reports, and the cash book for the bookkeeper's program. */
import { Alert, Button, Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { cashBook, dayCloseQuery, forSpreadsheet } from '@/data/finance';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { longDay } from '@/lib/days';
import { saveAs } from '@/lib/save';
import { DayField } from '@/parts/DayField';
import { DayTurner } from '@/parts/DayTurner';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import classes from './Finance.module.css';
import { Takings } from './Takings';
import { ZReport } from './ZReport';

export function DayClose() {
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
        <DayTurner day={data.date} isToday={day === null} onDay={setDay} />
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
            <DayField label={t.finance.from} value={first} onDay={setFrom} />
            <DayField label={t.finance.to} value={last} onDay={setTo} />
            <Button loading={act.busy} disabled={last < first} onClick={save}>
              {t.finance.bookSave}
            </Button>
          </Group>
        </article>
      </Stack>
    </section>
  );
}
