/* /kitchen: tickets by station and state, in big type, for wet hands. The state is in the database; a reload loses nothing. */
import { ActionIcon, Badge, Button, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { advance, arrivals, boardFeed, boardQuery, boardWith, forStation, isLate, OPEN, takeInBoard, boardKey, type OpenStatus } from '@/data/kitchen';
import { useServices } from '@/data/services';
import type { Id, KitchenBoard } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useAwake } from '@/hooks/useAwake';
import { useFeed } from '@/hooks/useFeed';
import { useNow } from '@/hooks/useNow';
import { useQueue, useWrites } from '@/hooks/useQueue';
import { useRemembered } from '@/hooks/useRemembered';
import { useUnhurried } from '@/hooks/useUnhurried';
import { makeBell } from '@/lib/bell';
import { asBoolean, isRecord } from '@/lib/keep';
import { ColourSwitch, Frame } from '@/parts/Frame';
import { BellIcon, BellOffIcon } from '@/parts/icons';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { PlaceProvider } from '@/parts/say';
import { StaffGate } from '@/parts/StaffGate';
import { StaffMenu } from '@/parts/StaffMenu';
import { useTexts } from '@/texts';
import { AllDaySheet, RecentSheet, SoldOutSheet } from './sheets';
import { TicketCard } from './TicketCard';
import classes from './KitchenPage.module.css';

export function KitchenPage() {
  return (
    <StaffGate>
      <Kitchen />
    </StaffGate>
  );
}

const asStation = (value: unknown): { station: string | null } | undefined => {
  const station = isRecord(value) ? value['station'] : undefined;
  return typeof station === 'string' || station === null ? { station } : undefined;
};

function Kitchen() {
  const t = useTexts();
  const { staffApi, staff } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const board = useQuery(boardQuery(staffApi));
  useFeed(board.data && boardFeed(board.data.restaurant.id), staff.bearer);
  const queue = useQueue(staffApi, 'kitchen', {
    onDone: (done) => void takeInBoard(client, done),
    onRefused: (_write, error) => {
      void client.invalidateQueries({ queryKey: boardKey });
      notify.problem(error);
    },
  });
  const writes = useWrites(queue);
  const meant = useMemo(() => (board.data ? boardWith(board.data, writes) : undefined), [board.data, writes]);

  if (!meant || !queue) {
    return (
      <Frame title={t.kitchen.title} width="full" actions={<StaffMenu />}>
        {board.isError ? <Problem error={board.error} onRetry={() => void board.refetch()} /> : <Loading />}
      </Frame>
    );
  }
  return (
    <PlaceProvider restaurant={meant.restaurant}>
      <Board board={meant} seenAt={board.dataUpdatedAt} queue={queue} waiting={writes.length} />
    </PlaceProvider>
  );
}

type Sheet = 'allDay' | 'soldOut' | 'recent';

function Board({ board, seenAt, queue, waiting }: { board: KitchenBoard; seenAt: number; queue: Queue; waiting: number }) {
  const t = useTexts();
  const now = useNow();
  useAwake();
  const [{ station }, setStation] = useRemembered('kitchen.station', asStation, { station: null });
  const [column, setColumn] = useState<OpenStatus>('pending');
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const unhurried = useUnhurried();
  // The daemon's clock against this device's, as of the last answer.
  const skewMs = Date.parse(board.now) - seenAt;
  // A station that is gone (renamed, nothing left to do) must not hide tickets.
  const known = station !== null && board.stations.some((candidate) => candidate.station === station) ? station : null;
  const tickets = forStation(board.tickets, known);
  const open = (status: OpenStatus) => tickets.filter((ticket) => ticket.status === status);
  const fresh = open('pending').length;

  return (
    <Frame
      title={t.kitchen.title}
      tabTitle={t.kitchen.pageTitle(fresh)}
      subtitle={board.restaurant.name}
      width="full"
      waiting={waiting}
      actions={
        <>
          <Bell tickets={tickets} />
          <ColourSwitch />
          <StaffMenu />
        </>
      }
    >
      <div className={classes.tools}>
        {board.stations.length > 1 && (
          <div role="group" aria-label={t.kitchen.stations} className={classes.stations}>
            <StationButton label={t.kitchen.allStations} count={board.tickets.length} chosen={known === null} onChoose={() => setStation({ station: null })} />
            {board.stations.map((candidate) => (
              <StationButton
                key={candidate.station}
                label={t.kitchen.stationNames[candidate.station] ?? candidate.station}
                count={forStation(board.tickets, candidate.station).length}
                chosen={known === candidate.station}
                onChoose={() => setStation({ station: candidate.station })}
              />
            ))}
          </div>
        )}
        <Group gap="xs" ms="auto" wrap="nowrap" className={classes.buttons}>
          <Button variant="default" onClick={() => setSheet('allDay')}>
            {t.kitchen.allDay}
          </Button>
          <Button
            variant="default"
            rightSection={
              board.sold_out.length > 0 && (
                <Badge color="orange" circle>
                  {board.sold_out.length}
                </Badge>
              )
            }
            onClick={() => setSheet('soldOut')}
          >
            {t.kitchen.soldOut}
          </Button>
          <Button variant="default" onClick={() => setSheet('recent')}>
            {t.kitchen.recent}
          </Button>
        </Group>
      </div>

      <SegmentedControl
        className={classes.columnChoice}
        fullWidth
        size="md"
        value={column}
        onChange={(value) => setColumn(value)}
        data={OPEN.map((status) => ({ value: status, label: `${t.kitchen.columns[status]} · ${open(status).length}` }))}
      />

      <div className={classes.columns} data-shown={column}>
        {OPEN.map((status) => (
          <section key={status} className={classes.column} data-column={status} aria-labelledby={`column-${status}`}>
            <Title order={2} size="h3" id={`column-${status}`} className={classes.columnTitle}>
              {t.kitchen.columns[status]} <span className={classes.count}>{open(status).length}</span>
            </Title>
            {open(status).length === 0 && <Text c="dimmed">{t.kitchen.columnEmpty[status]}</Text>}
            {open(status).map((ticket) => (
              <TicketCard key={ticket.id} ticket={ticket} status={status} now={now} skewMs={skewMs} isLate={isLate(ticket, now, skewMs)} queue={queue} onAdvance={() => unhurried(() => advance(queue, ticket))} />
            ))}
          </section>
        ))}
      </div>

      <AllDaySheet opened={sheet === 'allDay'} board={board} station={known} onClose={() => setSheet(null)} />
      <SoldOutSheet opened={sheet === 'soldOut'} board={board} queue={queue} onClose={() => setSheet(null)} />
      <RecentSheet opened={sheet === 'recent'} board={board} queue={queue} onClose={() => setSheet(null)} />
    </Frame>
  );
}

function StationButton({ label, count, chosen, onChoose }: { label: string; count: number; chosen: boolean; onChoose: () => void }) {
  return (
    <Button variant={chosen ? 'filled' : 'default'} aria-pressed={chosen} onClick={onChoose} className={classes.station}>
      {label}&nbsp;<span className={classes.count}>{count}</span>
    </Button>
  );
}

/* Rings for tickets that were not there before. Whether it may is remembered; the first touch after a reload wakes it. */
function Bell({ tickets }: { tickets: KitchenBoard['tickets'] }) {
  const t = useTexts();
  const [isOn, setIsOn] = useRemembered('kitchen.bell', asBoolean, true);
  const [bell] = useState(makeBell);
  const seen = useRef<ReadonlySet<Id> | null>(null);

  useEffect(() => {
    const wake = (): void => bell.wake();
    document.addEventListener('pointerdown', wake, { once: true });
    document.addEventListener('keydown', wake, { once: true });
    return () => {
      document.removeEventListener('pointerdown', wake);
      document.removeEventListener('keydown', wake);
    };
  }, [bell]);

  useEffect(() => {
    const fresh = arrivals(seen.current, tickets);
    seen.current = new Set([...(seen.current ?? []), ...tickets.map((ticket) => ticket.id)]);
    if (fresh.length > 0 && isOn) bell.ring();
  }, [tickets, isOn, bell]);

  return (
    <ActionIcon
      color="gray"
      c="inherit"
      aria-label={isOn ? t.kitchen.soundOff : t.kitchen.soundOn}
      onClick={() => {
        bell.wake();
        if (!isOn) bell.ring();
        setIsOn(!isOn);
      }}
    >
      {isOn ? <BellIcon /> : <BellOffIcon />}
    </ActionIcon>
  );
}
