/* /finance: what came in, what went back, what is disputed, the registers, the day's close and the cash book. */
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { houseClockQuery } from '@/data/finance';
import { useServices } from '@/data/services';
import { useRights } from '@/hooks/useRights';
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { StaffGate } from '@/parts/StaffGate';
import { StaffMenu } from '@/parts/StaffMenu';
import { Switches } from '@/parts/Switches';
import { useTexts } from '@/texts';
import classes from './Finance.module.css';
import { DayClose } from './DayClose';
import { Disputes } from './Disputes';
import { Payments } from './Payments';
import { Payouts } from './Payouts';
import { Refunds } from './Refunds';
import { Registers } from './Registers';

/* To add a part of the books: a row here, its words under finance.views. */
const VIEWS = { payments: Payments, refunds: Refunds, payouts: Payouts, disputes: Disputes, registers: Registers, close: DayClose } as const;
type View = keyof typeof VIEWS;
const NAMES = Object.keys(VIEWS) as View[];

export function FinancePage() {
  return (
    <StaffGate page="/finance">
      <Books />
    </StaffGate>
  );
}

function Books() {
  const t = useTexts();
  const { config, staffApi } = useServices();
  const search = useSearch({ from: '/finance' });
  const navigate = useNavigate({ from: '/finance' });
  const rights = useRights();
  const view = NAMES.find((name) => name === search.view) ?? 'payments';
  const Part = VIEWS[view];
  const house = useQuery(houseClockQuery(staffApi));
  return (
    <Frame
      title={t.finance.title}
      subtitle={config.name}
      width="page"
      actions={
        <>
          <Switches />
          <StaffMenu />
        </>
      }
    >
      <div className={classes.views}>
        <SegmentedControl
          size="md"
          aria-label={t.finance.view}
          value={view}
          onChange={(next) => void navigate({ search: next === 'payments' ? {} : { view: next } })}
          data={NAMES.map((name) => ({ value: name, label: t.finance.views[name] }))}
        />
      </div>
      {house.data ? (
        <Part rights={rights} organization={house.data.organization_id} timezone={house.data.timezone} />
      ) : house.isError ? (
        <Problem error={house.error} onRetry={() => void house.refetch()} />
      ) : (
        <Loading />
      )}
    </Frame>
  );
}
