/* /kitchen: tickets by station and state, in big type, for wet hands. The state is in the database; a reload loses nothing. */
import { Badge, Button, Chip, Group, SegmentedControl } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { advance, boardFeed, boardKey, boardQuery, boardWith, byOrder, forStation, OPEN, shareColumns, takeInBoard, type OpenStatus } from '@/data/kitchen';
import { useServices } from '@/data/services';
import type { KitchenBoard, Ticket } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useAlarm } from '@/hooks/useAlarm';
import { useAwake } from '@/hooks/useAwake';
import { useFeed } from '@/hooks/useFeed';
import { useQueue, useWrites } from '@/hooks/useQueue';
import { useRemembered } from '@/hooks/useRemembered';
import { useUnhurried } from '@/hooks/useUnhurried';
import { clock } from '@/lib/clock';
import { asBoolean, isRecord } from '@/lib/keep';
import { BellSwitch, SilentBar, useBell } from '@/parts/BellSwitch';
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { Switches } from '@/parts/Switches';
import { PlaceProvider } from '@/parts/say';
import { StaffGate } from '@/parts/StaffGate';
import { StaffMenu } from '@/parts/StaffMenu';
import { useTexts } from '@/texts';
import { OrderLane, TicketLane } from './lanes';
import { PrinterBanner } from './PrinterBanner';
import { AllDaySheet, RecentSheet, SoldOutSheet } from './sheets';
import classes from './KitchenPage.module.css';

export function KitchenPage() {
  return (
    <StaffGate page="/kitchen">
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
  const daemonNow = board.data?.now;
  useEffect(() => {
    if (daemonNow !== undefined) clock.set(Date.parse(daemonNow), board.dataUpdatedAt);
  }, [daemonNow, board.dataUpdatedAt]);
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
      <Board board={meant} queue={queue} waiting={writes.length} />
    </PlaceProvider>
  );
}

type Sheet = 'allDay' | 'soldOut' | 'recent';

/* A card is no narrower than this: its lines are read from three metres. A lane with nothing in it has its heading, no more. */
const CARD_PX = 262;
const EMPTY_LANE_PX = 150;

/* How wide an element is, in pixels. */
function useWidth(): [ref: (element: HTMLElement | null) => void, width: number] {
  const [width, setWidth] = useState(0);
  const observer = useRef<ResizeObserver | null>(null);
  const ref = useCallback((element: HTMLElement | null) => {
    observer.current?.disconnect();
    observer.current = null;
    if (!element) return;
    observer.current = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.current.observe(element);
  }, []);
  return [ref, width];
}

function Board({ board, queue, waiting }: { board: KitchenBoard; queue: Queue; waiting: number }) {
  const t = useTexts();
  useAwake();
  const [{ station }, setStation] = useRemembered('kitchen.station', asStation, { station: null });
  const [isWhole, setIsWhole] = useRemembered('kitchen.wholeOrders', asBoolean, false);
  const [column, setColumn] = useState<OpenStatus>('pending');
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [opened, setOpened] = useState<ReadonlySet<Sheet>>(() => new Set());
  const unhurried = useUnhurried();
  const isNarrow = useMediaQuery('(max-width: 48em)');
  const [lanes, width] = useWidth();
  const control = useBell('kitchen.bell');
  const actions = useMemo(
    () => (
      <>
        <BellSwitch control={control} />
        <Switches />
        <StaffMenu />
      </>
    ),
    [control],
  );
  // A station that is gone (renamed, nothing left to do) must not hide tickets.
  const known = station !== null && board.stations.some((candidate) => candidate.station === station) ? station : null;
  const tickets = useMemo(() => forStation(board.tickets, known), [board.tickets, known]);
  const orders = useMemo(() => byOrder(tickets), [tickets]);
  const showsOrders = isWhole && known === null;
  const cards = (status: OpenStatus): number => (showsOrders ? orders : tickets).filter((card) => card.status === status).length;
  const counts = OPEN.map(cards);
  const idle = counts.filter((count) => count === 0).length;
  const shares = shareColumns(counts, Math.floor((width - idle * EMPTY_LANE_PX) / CARD_PX));
  const lanesAre = idle === OPEN.length ? '1fr 1fr 1fr' : shares.map((share) => (share === 0 ? `${EMPTY_LANE_PX}px` : `${share}fr`)).join(' ');
  const pressing = useMemo(() => tickets.filter((ticket) => ticket.status === 'pending').map((ticket) => ticket.id), [tickets]);
  useAlarm({ ...control, pressing });
  const advanceOne = useCallback((ticket: Ticket) => unhurried(() => advance(queue, ticket)), [unhurried, queue]);
  const onSheet = useCallback((which: Sheet) => {
    setOpened((before) => (before.has(which) ? before : new Set(before).add(which)));
    setSheet(which);
  }, []);
  const close = (): void => setSheet(null);
  const advanceAll = useCallback((members: readonly Ticket[]) => unhurried(() => members.forEach((ticket) => void advance(queue, ticket))), [unhurried, queue]);

  return (
    <Frame title={t.kitchen.title} tabTitle={t.kitchen.pageTitle(pressing.length)} subtitle={board.restaurant.name} width="board" waiting={waiting} actions={actions}>
      <SilentBar control={control} />
      <PrinterBanner problems={board.printers} />
      <div className={classes.tools}>
        {board.stations.length > 1 && (
          <div role="group" aria-label={t.kitchen.stations} className={classes.stations}>
            <StationButton label={t.kitchen.allStations} count={board.tickets.length} chosen={known === null} onChoose={setStation} station={null} />
            {board.stations.map((candidate) => (
              <StationButton
                key={candidate.station}
                label={t.kitchen.stationNames[candidate.station] ?? candidate.station}
                count={forStation(board.tickets, candidate.station).length}
                chosen={known === candidate.station}
                station={candidate.station}
                onChoose={setStation}
              />
            ))}
          </div>
        )}
        <Tools soldOut={board.sold_out.length} canBeWhole={known === null && board.stations.length > 1} isWhole={isWhole} onWhole={setIsWhole} onSheet={onSheet} />
      </div>

      {isNarrow && (
        <SegmentedControl
          className={classes.columnChoice}
          fullWidth
          size="md"
          value={column}
          onChange={(value) => setColumn(value)}
          data={OPEN.map((status) => ({ value: status, label: `${t.kitchen.columns[status]} · ${cards(status)}` }))}
        />
      )}

      <div ref={lanes} className={classes.lanes} data-shown={column} style={{ gridTemplateColumns: lanesAre }}>
        {OPEN.map((status, lane) =>
          showsOrders ? (
            <OrderLane key={status} status={status} columns={shares[lane] || 1} cards={orders.filter((order) => order.status === status)} onAdvance={advanceAll} />
          ) : (
            <TicketLane key={status} status={status} columns={shares[lane] || 1} cards={tickets.filter((ticket) => ticket.status === status)} queue={queue} onAdvance={advanceOne} />
          ),
        )}
      </div>

      {opened.has('allDay') && <AllDaySheet opened={sheet === 'allDay'} board={board} station={known} onClose={close} />}
      {opened.has('soldOut') && <SoldOutSheet opened={sheet === 'soldOut'} board={board} queue={queue} onClose={close} />}
      {opened.has('recent') && <RecentSheet opened={sheet === 'recent'} board={board} queue={queue} onClose={close} />}
    </Frame>
  );
}

interface ToolsProps {
  soldOut: number;
  canBeWhole: boolean;
  isWhole: boolean;
  onWhole: (isWhole: boolean) => void;
  onSheet: (sheet: Sheet) => void;
}

const Tools = memo(function Tools({ soldOut, canBeWhole, isWhole, onWhole, onSheet }: ToolsProps) {
  const t = useTexts();
  return (
    <Group gap="xs" ms="auto" className={classes.buttons}>
      {canBeWhole && (
        <Chip size="md" checked={isWhole} onChange={onWhole} className={classes.chip}>
          {t.kitchen.wholeOrders}
        </Chip>
      )}
      <Button variant="default" onClick={() => onSheet('allDay')}>
        {t.kitchen.allDay}
      </Button>
      <Button
        variant="default"
        rightSection={
          soldOut > 0 && (
            <Badge color="orange" circle>
              {soldOut}
            </Badge>
          )
        }
        onClick={() => onSheet('soldOut')}
      >
        {t.kitchen.soldOut}
      </Button>
      <Button variant="default" onClick={() => onSheet('recent')}>
        {t.kitchen.recent}
      </Button>
    </Group>
  );
});

interface StationProps {
  /* Null: all of them. */
  station: string | null;
  label: string;
  count: number;
  chosen: boolean;
  onChoose: (choice: { station: string | null }) => void;
}

const StationButton = memo(function StationButton({ station, label, count, chosen, onChoose }: StationProps) {
  return (
    <Button variant={chosen ? 'filled' : 'default'} aria-pressed={chosen} onClick={() => onChoose({ station })} className={classes.station}>
      {label}&nbsp;<span className={classes.count}>{count}</span>
    </Button>
  );
});
