/* /floor: the tables with what goes on at them; one tap opens a table. */
import { SegmentedControl, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { filterTables, floorFeed, floorQuery, needsAttention, refreshFloor, sectionsOf, stateOf, type FloorFilter } from '@/data/floor';
import { useServices } from '@/data/services';
import { patchSession } from '@/data/session';
import type { Floor, FloorTable, Id, Instant } from '@/data/shapes';
import { viewAfter } from '@/data/lines';
import type { Queue } from '@/data/writes';
import { useFeed } from '@/hooks/useFeed';
import { useQueue, useWrites } from '@/hooks/useQueue';
import { money } from '@/lib/format';
import { ColourSwitch, Frame } from '@/parts/Frame';
import { PeopleIcon } from '@/parts/icons';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { PlaceProvider, usePlace } from '@/parts/say';
import { StaffGate } from '@/parts/StaffGate';
import { StaffMenu } from '@/parts/StaffMenu';
import { useSay, useTexts } from '@/texts';
import { explainOrder } from '@/texts/explain';
import { hasOwnName } from '@/texts/tableName';
import { TableSheet } from './TableSheet';
import classes from './FloorPage.module.css';

export function FloorPage() {
  return (
    <StaffGate>
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
  const openSession = floor.data?.tables.find((table) => table.id === openId)?.session?.id;
  const amount = (minor: number): string => (floor.data ? money(minor, floor.data.restaurant, locale) : String(minor));

  const queue = useQueue(staffApi, 'floor', {
    onDone: (done) => {
      if (done.kind === 'pay_bill_share') notify.good(t.floor.paidNotice(amount(done.args.p_amount ?? done.answer.share.amount)));
      if (done.kind === 'place_order') notify.good(t.order.sent);
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
      <Tables floor={floor.data} queue={queue} waiting={writes.length} openId={openId} onOpen={setOpenId} />
    </PlaceProvider>
  );
}

interface TablesProps {
  floor: Floor;
  queue: Queue;
  waiting: number;
  openId: Id | null;
  onOpen: (id: Id | null) => void;
}

const FILTERS: readonly FloorFilter[] = ['all', 'attention', 'busy', 'free'];

function Tables({ floor, queue, waiting, openId, onOpen }: TablesProps) {
  const t = useTexts();
  const [filter, setFilter] = useState<FloorFilter>('all');
  const sections = sectionsOf(filterTables(floor.tables, filter, floor.now));
  const toDo = floor.tables.filter((table) => needsAttention(table, floor.now)).length;
  const open = floor.tables.find((table) => table.id === openId);

  return (
    <Frame
      title={t.floor.title}
      tabTitle={toDo > 0 ? `(${toDo}) ${t.floor.title}` : t.floor.title}
      subtitle={floor.restaurant.name}
      width="page"
      waiting={waiting}
      actions={
        <>
          <ColourSwitch />
          <StaffMenu />
        </>
      }
    >
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
  const { amount, time } = usePlace();
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
          t.floor.reservedFor(reservation.guest_name, time(reservation.starts_at))
        ) : (
          hasOwnName(table) ? table.name : t.floor.seats(table.capacity)
        )}
      </span>
    </button>
  );
}

/* Who is expected and who waits at the door. */
function Coming({ floor }: { floor: Floor }) {
  const t = useTexts();
  const { time } = usePlace();
  const expected = floor.reservations.filter((reservation) => reservation.status === 'confirmed' || reservation.status === 'pending');
  const waiting = floor.waitlist.filter((entry) => entry.status === 'waiting' || entry.status === 'notified');
  if (expected.length === 0 && waiting.length === 0) return null;
  return (
    <div className={classes.coming}>
      {waiting.length > 0 && (
        <section aria-labelledby="waitlist">
          <Title order={2} size="h4" id="waitlist">
            {t.floor.waitlist}
          </Title>
          <ul className={classes.list}>
            {waiting.map((entry) => (
              <li key={entry.id}>
                {t.floor.waitlistEntry(entry.guest_name, entry.party_size)}
                <span className={classes.dimmed}>{time(entry.joined_at)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {expected.length > 0 && (
        <section aria-labelledby="reservations">
          <Title order={2} size="h4" id="reservations">
            {t.floor.reservations}
          </Title>
          <ul className={classes.list}>
            {expected.map((reservation) => (
              <li key={reservation.id}>
                {t.floor.waitlistEntry(reservation.guest_name, reservation.party_size)}
                <span className={classes.dimmed}>{time(reservation.starts_at)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
