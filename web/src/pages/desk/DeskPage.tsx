/* /desk: the day (who comes, leaves, stays, owes, plays), the chart of chalets, and the stay that is open beside either. */
import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { dayKey, dayQuery, houseFeed } from '@/data/desk';
import { useServices } from '@/data/services';
import { useFeed } from '@/hooks/useFeed';
import { useRights } from '@/hooks/useRights';
import { isDay } from '@/lib/days';
import { Frame } from '@/parts/Frame';
import { SearchIcon } from '@/parts/iconsFirst';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { openSearch } from '@/parts/SearchKey';
import { StaffGate } from '@/parts/StaffGate';
import { StaffMenu } from '@/parts/StaffMenu';
import { Switches } from '@/parts/Switches';
import { useTexts } from '@/texts';
import { DayView } from './DayView';
import { StaySheet } from './StaySheet';

/* The day shows no tables: what is eaten there stands on the bill alone. */
const SHOWN = ['stays', 'experiences', 'payments', 'pool'];

const TapeChart = lazy(() => import('./TapeChart').then((file) => ({ default: file.TapeChart })));

export function DeskPage() {
  return (
    <StaffGate page="/desk">
      <Desk />
    </StaffGate>
  );
}

function Desk() {
  const t = useTexts();
  const { staffApi, staff, config } = useServices();
  const search = useSearch({ from: '/desk' });
  const navigate = useNavigate({ from: '/desk' });
  const rights = useRights();
  const asked = isDay(search.day) ? search.day : null;
  const day = useQuery(dayQuery(staffApi, asked));
  useFeed(
    day.data &&
      houseFeed(
        `desk-${asked ?? 'now'}`,
        dayKey(asked),
        day.data.organization_id,
        SHOWN.filter((module) => config.modules.includes(module)),
      ),
    staff.bearer,
  );
  const view = search.view === 'chart' && day.data?.stays != null ? 'chart' : 'today';
  const open = (stay: string | null): void => void navigate({ search: ({ stay: _before, ...rest }) => (stay === null ? rest : { ...rest, stay }) });

  return (
    <Frame
      title={t.desk.title}
      subtitle={config.name}
      width={view === 'chart' ? 'board' : 'page'}
      actions={
        <>
          <Button variant="default" size="sm" leftSection={<SearchIcon size={18} />} onClick={openSearch} visibleFrom="sm" rightSection={<kbd>/</kbd>}>
            {t.desk.search}
          </Button>
          <ActionIcon color="gray" c="inherit" aria-label={t.desk.search} onClick={openSearch} hiddenFrom="sm">
            <SearchIcon />
          </ActionIcon>
          <Switches />
          <StaffMenu />
        </>
      }
    >
      {day.data?.stays != null && (
        <SegmentedControl
          mb="md"
          size="md"
          style={{ alignSelf: 'flex-start' }}
          aria-label={t.desk.view}
          value={view}
          onChange={(next) => void navigate({ search: ({ view: _before, ...rest }) => (next === 'chart' ? { ...rest, view: 'chart' } : rest) })}
          data={[
            { value: 'today', label: t.desk.views.today },
            { value: 'chart', label: t.desk.views.chart },
          ]}
        />
      )}
      {!day.data && (day.isError ? <Problem error={day.error} onRetry={() => void day.refetch()} /> : <Loading />)}
      {day.data && view === 'today' && (
        <DayView day={day.data} rights={rights} onOpen={open} onDay={(next) => void navigate({ search: ({ day: _before, ...rest }) => (next === null ? rest : { ...rest, day: next }) })} />
      )}
      {day.data && view === 'chart' && (
        <Suspense fallback={<Loading />}>
          <TapeChart organization={day.data.organization_id} today={day.data.today} currency={day.data.currency} rights={rights} onOpen={open} />
        </Suspense>
      )}
      <StaySheet stayId={search.stay ?? null} rights={rights} currency={day.data?.currency ?? 'EUR'} onClose={() => open(null)} />
    </Frame>
  );
}
