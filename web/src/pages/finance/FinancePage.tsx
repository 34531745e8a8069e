/* /finance: what came in, what went back, what is disputed, the registers, the day's close and the cash book. */
import { SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useServices } from '@/data/services';
import { useRights } from '@/hooks/useRights';
import { Frame } from '@/parts/Frame';
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
  const { config } = useServices();
  const search = useSearch({ from: '/finance' });
  const navigate = useNavigate({ from: '/finance' });
  const rights = useRights();
  const view = NAMES.find((name) => name === search.view) ?? 'payments';
  const Part = VIEWS[view];
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
      <Part rights={rights} />
    </Frame>
  );
}
