/* /floor: the tables with what goes on at them; one tap opens a table. */
import { Button, Chip, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { filterTables, floorFeed, floorQuery, inSections, needsAttention, pressingOf, refreshFloor, sectionNames, sectionsOf, stateOf, toCarry, type FloorFilter } from '@/data/floor';
import { useServices } from '@/data/services';
import { patchSession } from '@/data/session';
import type { Floor, FloorTable, Id, Instant } from '@/data/shapes';
import { viewAfter } from '@/data/lines';
import type { Queue, QueuedWrite } from '@/data/writes';
import { useAlarm } from '@/hooks/useAlarm';
import { useAwake } from '@/hooks/useAwake';
import { useFeed } from '@/hooks/useFeed';
import { useQueue, useWrites } from '@/hooks/useQueue';
import { useRemembered } from '@/hooks/useRemembered';
import { clock } from '@/lib/clock';
import { money } from '@/lib/format';
import { askForNotices, canAskForNotices, showNotice } from '@/lib/notice';
import { BellSwitch, SilentBar, useBell } from '@/parts/BellSwitch';
import { Frame } from '@/parts/Frame';
import { Switches } from '@/parts/Switches';
import { PeopleIcon } from '@/parts/icons';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { PlaceProvider, usePlace } from '@/parts/say';
import { StaffGate } from '@/parts/StaffGate';
import { StaffMenu } from '@/parts/StaffMenu';
import { useSay, useTexts } from '@/texts';
import { explainOrder } from '@/texts/explainOrder';
import { hasOwnName, tableName } from '@/texts/tableName';
import { Coming } from './Coming';
import { TableSheet } from './TableSheet';
import { ToCarry } from './ToCarry';
import classes from './FloorPage.module.css';

export function FloorPage() {
  return (
    <StaffGate page="/floor">
      <FloorWith />
    </StaffGate>
  );
}

function FloorWith() {
  const { t, locale } = useSay();
  const { staffApi, staff } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const floor = useQuery(floorQuery(staffApi));
  useFeed(floor.data && floorFeed(floor.data.restaurant.id), staff.bearer);
  const [openId, setOpenId] = useState<Id | null>(null);
  const daemonNow = floor.data?.now;
  useEffect(() => {
    if (daemonNow !== undefined) clock.set(Date.parse(daemonNow), floor.dataUpdatedAt);
  }, [daemonNow, floor.dataUpdatedAt]);
  const openSession = floor.data?.tables.find((table) => table.id === openId)?.session?.id;
  const amount = (minor: number): string => (floor.data ? money(minor, floor.data.restaurant, locale) : String(minor));

  const queue = useQueue(staffApi, 'floor', {
    onDone: (done) => {
      if (done.kind === 'pay_bill_share') notify.good(t.floor.paidNotice(amount((done.args.p_amount ?? done.answer.share.amount) + (done.args.p_tip_amount ?? 0))));
      if (done.kind === 'place_order') notify.good(t.floor.sentNotice);
      const sessionId = 'p_session_id' in done.args ? done.args.p_session_id : openSession;
      if (sessionId !== undefined) void patchSession(client, sessionId, (view) => viewAfter(view, done));
      void refreshFloor(client);
    },
    onRefused: (_write, error) => {
      notify.bad(explainOrder(error, t, amount));
      void refreshFloor(client, openSession);
    },
  });
  const writes = useWrites(queue);

  if (!floor.data || !queue) {
    return (
      <Frame title={t.floor.title} width="page" actions={<StaffMenu />}>
        {floor.isError ? <Problem error={floor.error} onRetry={() => void floor.refetch()} /> : <Loading />}
      </Frame>
    );
  }
  return (
    <PlaceProvider restaurant={floor.data.restaurant}>
      <Tables floor={floor.data} queue={queue} writes={writes} openId={openId} onOpen={setOpenId} />
    </PlaceProvider>
  );
}

interface TablesProps {
  floor: Floor;
  queue: Queue;
  writes: readonly QueuedWrite[];
  openId: Id | null;
  onOpen: (id: Id | null) => void;
}

const FILTERS: readonly FloorFilter[] = ['all', 'attention', 'busy', 'free'];

const asSections = (value: unknown): string[] | undefined => (Array.isArray(value) && value.every((name) => typeof name === 'string') ? value : undefined);
const NONE: string[] = [];

function Tables({ floor, queue, writes, openId, onOpen }: TablesProps) {
  const t = useTexts();
  useAwake();
  const [filter, setFilter] = useState<FloorFilter>('all');
  const [chosen, setMine] = useRemembered('floor.sections', asSections, NONE);
  const names = sectionNames(floor.tables);
  // A section that is gone must not hide the house.
  const mine = useMemo(() => chosen.filter((name) => floor.tables.some((table) => table.section === name)), [chosen, floor.tables]);
  const tables = inSections(floor.tables, mine);
  const sections = sectionsOf(filterTables(tables, filter, floor.now));
  const toDo = tables.filter((table) => needsAttention(table, floor.now)).length;
  const carry = useMemo(() => toCarry(floor, writes, mine), [floor, writes, mine]);
  const control = useBell('floor.bell');
  const [mayAsk, setMayAsk] = useState(canAskForNotices);
  const pressing = useMemo(() => pressingOf(floor, mine), [floor, mine]);
  const pressingNames = useMemo(() => pressing.map((one) => one.name), [pressing]);
  const tell = useCallback(
    (fresh: string[]) => {
      for (const one of pressing) {
        if (fresh.includes(one.name)) void showNotice(t.floor.pressing[one.kind](one.table ? tableName(one.table, t) : t.floor.takeaway), one.name);
      }
    },
    [pressing, t],
  );
  useAlarm({ ...control, pressing: pressingNames, onFresh: tell });
  const open = floor.tables.find((table) => table.id === openId);

  return (
    <Frame
      title={t.floor.title}
      tabTitle={toDo > 0 ? `(${toDo}) ${t.floor.title}` : t.floor.title}
      subtitle={floor.restaurant.name}
      width="page"
      waiting={writes.length}
      actions={
        <>
          <BellSwitch control={control} />
          <Switches />
          <StaffMenu />
        </>
      }
    >
      <SilentBar control={control} />
      {(names.length > 1 || mayAsk) && (
        <Group gap="xs" mb="md">
          {names.length > 1 &&
            names.map((name) => (
              <Chip key={name} size="md" checked={mine.includes(name)} onChange={(isMine) => setMine(isMine ? [...mine, name] : mine.filter((other) => other !== name))}>
                {name}
              </Chip>
            ))}
          {mayAsk && (
            <Button variant="default" ms="auto" onClick={() => void askForNotices().then(() => setMayAsk(canAskForNotices()))}>
              {t.floor.notices}
            </Button>
          )}
        </Group>
      )}
      <ToCarry tickets={carry} queue={queue} />
      <SegmentedControl
        fullWidth
        size="md"
        mb="lg"
        aria-label={t.floor.filter}
        value={filter}
        onChange={setFilter}
        data={FILTERS.map((name) => ({ value: name, label: name === 'attention' && toDo > 0 ? `${t.floor.filters[name]} · ${toDo}` : t.floor.filters[name] }))}
      />
      {sections.length === 0 && <Text c="dimmed">{t.floor.noTables}</Text>}
      {sections.map((section) => (
        <section key={section.name ?? ''} className={classes.section} aria-label={section.name ?? t.floor.noSection}>
          {(section.name !== null || sections.length > 1) && (
            <Title order={2} size="h4" mb="xs">
              {section.name ?? t.floor.noSection}
            </Title>
          )}
          <div className={classes.tables}>
            {section.tables.map((table) => (
              <TableCard key={table.id} table={table} now={floor.now} onOpen={() => onOpen(table.id)} />
            ))}
          </div>
        </section>
      ))}
      <Coming floor={floor} />
      <TableSheet table={open} floor={floor} queue={queue} onClose={() => onOpen(null)} onMoved={onOpen} />
    </Frame>
  );
}

function TableCard({ table, now, onOpen }: { table: FloorTable; now: Instant; onOpen: () => void }) {
  const t = useTexts();
  const { amount, when } = usePlace();
  const state = stateOf(table, now);
  const { session, next_reservation: reservation } = table;
  return (
    <button type="button" className={classes.table} data-state={state} onClick={onOpen}>
      <span className={classes.top}>
        <span className={classes.number}>{table.table_number}</span>
        <span className={classes.people}>
          <PeopleIcon size={16} /> {session ? `${Math.max(session.participant_count, session.party_size ?? 0)}/${table.capacity}` : table.capacity}
        </span>
      </span>
      <span className={classes.state}>{session?.service_call ? t.floor.calls[session.service_call] : t.floor.states[state]}</span>
      <span className={classes.detail}>
        {session ? (
          <>
            {t.floor.since(session.minutes)} · {amount(session.status === 'billed' ? session.due_amount : session.total_amount)}
          </>
        ) : reservation ? (
          t.floor.reservedFor(reservation.guest_name ?? '–', when(reservation.starts_at))
        ) : hasOwnName(table) ? (
          table.name
        ) : (
          t.floor.seats(table.capacity)
        )}
      </span>
    </button>
  );
}
