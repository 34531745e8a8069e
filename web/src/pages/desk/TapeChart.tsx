/* Chalets by nights: bars are moved by drag or by the keyboard, what is in the way shows while they move, and nothing is changed before its price was
 * looked at. Of 5,000 bookings only what can be seen is drawn: rows by the virtual list, bars by the nights in sight. */
import {
  DndContext,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  useDraggable,
  useSensor,
  useSensors,
  type Announcements,
  type DragEndEvent,
  type DragMoveEvent,
  type KeyboardCoordinateGetter,
} from '@dnd-kit/core';
import { Badge, Button, Group, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { houseFeed, isPortal, type Rights } from '@/data/desk';
import { useServices } from '@/data/services';
import { barsBetween, BEFORE_DAYS, canMove, canStretch, CHART_DAYS, chartKey, chartQuery, column, conflicts, isSame, moved, takenPerDay, type Bar, type Place, type TapeRow } from '@/data/tape';
import { useFeed } from '@/hooks/useFeed';
import { addDays, monthName, shortDay, weekdayName } from '@/lib/days';
import { DayField } from '@/parts/DayField';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import { BlockDialog, type BlockWish } from './BlockDialog';
import { MoveDialog, type MoveWish } from './MoveDialog';
import classes from './TapeChart.module.css';

const CELL = 44;
const ROW = 44;

interface Props {
  organization: string;
  today: string;
  currency: string;
  rights: Rights;
  onOpen: (stay: string) => void;
}

export function TapeChart({ organization, today, rights, onOpen }: Props) {
  const { staffApi, staff, config } = useServices();
  const [shown, setShown] = useState<Shown>(() => ({ from: addDays(today, -BEFORE_DAYS), day: today }));
  const { from } = shown;
  const chart = useQuery(chartQuery(staffApi, from));
  useFeed(
    houseFeed(
      `chart-${from}`,
      chartKey(from),
      organization,
      config.modules.filter((module) => module === 'stays'),
    ),
    staff.bearer,
  );
  if (!chart.data) return chart.isError ? <Problem error={chart.error} onRetry={() => void chart.refetch()} /> : <Loading />;
  return <Chart key={from} rows={chart.data} shown={shown} today={today} rights={rights} onOpen={onOpen} onShow={setShown} />;
}

/* The chart's first day, and the day that somebody went to. */
interface Shown {
  from: string;
  day: string;
}

interface Held {
  bar: Bar;
  row: number;
  how: 'move' | 'stretch';
}
interface Dragged extends Held {
  place: Place;
  inWay: Bar[];
}

interface ChartProps {
  rows: readonly TapeRow[];
  shown: Shown;
  today: string;
  rights: Rights;
  onOpen: (stay: string) => void;
  onShow: (shown: Shown) => void;
}

/* The arrow keys move by a night and by a chalet. */
const byCells: KeyboardCoordinateGetter = (event, { currentCoordinates: { x, y } }) => {
  switch (event.code) {
    case 'ArrowRight':
      return { x: x + CELL, y };
    case 'ArrowLeft':
      return { x: x - CELL, y };
    case 'ArrowDown':
      return { x, y: y + ROW };
    case 'ArrowUp':
      return { x, y: y - ROW };
    default:
      return undefined;
  }
};

function Chart({ rows, shown, today, rights, onOpen, onShow }: ChartProps) {
  const { from } = shown;
  const { t, locale, dir } = useSay();
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sized, width } = useElementSize();
  const isNarrow = width > 0 && width < 640;
  const label = isNarrow ? 104 : 176;
  const [dragged, setDragged] = useState<Dragged | null>(null);
  // What is said while a bar moves: the library tells who speaks which bar, not where it is.
  const latest = useRef<Dragged | null>(null);
  const [move, setMove] = useState<MoveWish | null>(null);
  const [block, setBlock] = useState<BlockWish | null>(null);
  const canWrite = rights('stays', 'update');

  const rowList = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 4 });
  const dayList = useVirtualizer({ horizontal: true, count: CHART_DAYS, getScrollElement: () => scroller.current, estimateSize: () => CELL, overscan: 8, isRtl: dir === 'rtl', paddingStart: label });
  const days = dayList.getVirtualItems();
  const first = days[0]?.index ?? 0;
  const last = (days.at(-1)?.index ?? 0) + 1;
  const seenFrom = addDays(from, first);
  const seenTo = addDays(from, last);
  const taken = useMemo(() => takenPerDay(rows, from, CHART_DAYS), [rows, from]);

  // The names of the chalets lie over the first nights: a day is scrolled to their edge, not to the sheet's.
  const goTo = useCallback(
    (day: string) => {
      const at = Math.max(0, column(from, day) - 1) * CELL;
      scroller.current?.scrollTo({ left: dir === 'rtl' ? -at : at });
    },
    [from, dir],
  );
  const isMeasured = width > 0;
  useEffect(() => {
    if (isMeasured) goTo(shown.day);
  }, [goTo, shown, isMeasured]);
  /* Scrolled to where the chart has it with two weeks after it, drawn anew where not. */
  const show = (day: string): void => onShow({ from: column(from, day) >= 0 && column(from, day) < CHART_DAYS - 14 ? from : addDays(day, -BEFORE_DAYS), day });

  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    // A finger that scrolls holds nothing; one that rests does.
    useSensor(TouchSensor, { activationConstraint: { delay: 300, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: byCells, keyboardCodes: { start: ['Space'], cancel: ['Escape'], end: ['Space'] } }),
  );
  const placeOf = (event: DragMoveEvent | DragEndEvent): Dragged | null => {
    const held = event.active.data.current as Held | undefined;
    if (!held) return null;
    const nights = Math.round((dir === 'rtl' ? -event.delta.x : event.delta.x) / CELL);
    const place = moved(rows, held.row, held.bar, held.how, nights, Math.round(event.delta.y / ROW));
    return { ...held, place, inWay: conflicts(rows, held.bar, place) };
  };
  const onMove = (event: DragMoveEvent): void => {
    const next = placeOf(event);
    latest.current = next;
    setDragged((before) => (before && next && before.place.chaletId === next.place.chaletId && before.place.from === next.place.from && before.place.to === next.place.to ? before : next));
  };
  const onEnd = (event: DragEndEvent): void => {
    const put = placeOf(event);
    setDragged(null);
    if (!put || isSame(put.bar, rows[put.row]?.chalet_id ?? '', put.place) || put.inWay.length > 0) return;
    const chalet = rows.find((row) => row.chalet_id === put.place.chaletId)?.name ?? '';
    if (put.bar.kind === 'stay') setMove({ bar: put.bar, was: { chalet: rows[put.row]?.name ?? '', chaletId: rows[put.row]?.chalet_id ?? '' }, place: put.place, chalet });
    else setBlock({ id: put.bar.id, chaletId: put.place.chaletId, chalet, from: put.place.from, to: put.place.to, kind: put.bar.kind === 'owner' ? 'owner' : 'maintenance', note: put.bar.note ?? '' });
  };
  const nameOf = useCallback(
    (bar: Bar): string => (bar.kind === 'stay' ? (bar.guest_name ?? bar.reference ?? '–') : (bar.portal ?? bar.note ?? (bar.kind === 'ical' ? t.tape.ical : t.tape.blockKinds[bar.kind]))),
    [t],
  );
  const said = (put: Dragged | null): string => {
    if (!put) return '';
    const at = t.tape.at(rows.find((row) => row.chalet_id === put.place.chaletId)?.name ?? '', shortDay(put.place.from, locale), shortDay(put.place.to, locale));
    return put.inWay.length === 0 ? at : `${at} ${t.tape.inTheWay(put.inWay.map(nameOf).join(', '))}`;
  };
  const announcements: Announcements = {
    onDragStart: ({ active }) => t.tape.picked(nameOf((active.data.current as Held).bar)),
    onDragMove: () => said(latest.current),
    onDragOver: () => undefined,
    onDragEnd: () => t.tape.put,
    onDragCancel: () => t.tape.leftThere,
  };

  return (
    <div className={classes.chart} ref={sized}>
      <Group gap="xs" mb="xs" align="end">
        <DayField size="sm" label={t.tape.jump} value={shown.day} onDay={(day) => show(day ?? today)} />
        <Button size="sm" variant="default" onClick={() => show(today)}>
          {t.desk.today}
        </Button>
        {rights('stays', 'create') && rows[0] && (
          <Button
            size="sm"
            variant="default"
            onClick={() => setBlock({ id: null, chaletId: rows[0]?.chalet_id ?? '', chalet: rows[0]?.name ?? '', from: today, to: addDays(today, 1), kind: 'maintenance', note: '' })}
          >
            {t.tape.block}
          </Button>
        )}
        <Group gap={6} ms="auto" visibleFrom="sm" aria-hidden="true">
          <Badge variant="light" color="brand">
            {t.desk.statusNames['confirmed']}
          </Badge>
          <Badge variant="light" color="green">
            {t.desk.statusNames['checked_in']}
          </Badge>
          <Badge variant="light" color="blue">
            ⇄ {t.tape.portal}
          </Badge>
          <Badge variant="light" color="gray">
            ▨ {t.tape.closed}
          </Badge>
        </Group>
      </Group>
      {rows.length === 0 && <Text c="dimmed">{t.tape.empty}</Text>}
      <p className="only-heard" id="tape-help">
        {t.tape.help}
      </p>
      <DndContext
        sensors={sensors}
        onDragMove={onMove}
        onDragEnd={onEnd}
        onDragCancel={() => setDragged(null)}
        accessibility={{ announcements, screenReaderInstructions: { draggable: t.tape.help } }}
        autoScroll={{ threshold: { x: 0.08, y: 0.08 } }}
      >
        <div ref={scroller} className={classes.scroller} role="group" aria-label={t.tape.title}>
          <div className={classes.sheet} style={{ width: dayList.getTotalSize(), height: rowList.getTotalSize() + HEAD }}>
            <div className={classes.head} style={{ height: HEAD, width: dayList.getTotalSize() }}>
              <div className={classes.corner} style={{ width: label }}>
                <span>{monthName(addDays(from, Math.min(first + 8, last)), locale)}</span>
                <span className={classes.free}>{t.tape.free}</span>
              </div>
              {days.map((day) => {
                const date = addDays(from, day.index);
                return (
                  <div key={day.key} className={classes.day} data-today={date === today || undefined} data-weekend={isWeekend(date) || undefined} style={{ insetInlineStart: day.start, width: CELL }}>
                    <span>{weekdayName(date, locale)}</span>
                    <strong>{Number(date.slice(8))}</strong>
                    <span>{rows.length - (taken[day.index] ?? 0)}</span>
                  </div>
                );
              })}
            </div>
            {rowList.getVirtualItems().map((item) => {
              const row = rows[item.index];
              return (
                row && (
                  <Row
                    key={row.chalet_id}
                    row={row}
                    at={item.index}
                    top={item.start + HEAD}
                    label={label}
                    from={from}
                    seenFrom={seenFrom}
                    seenTo={seenTo}
                    canWrite={canWrite}
                    nameOf={nameOf}
                    onOpen={onOpen}
                    onBlock={setBlock}
                  />
                )
              );
            })}
            {column(from, today) >= first && column(from, today) < last && (
              <div className={classes.now} style={{ insetInlineStart: label + column(from, today) * CELL, height: rowList.getTotalSize() + HEAD }} />
            )}
            {dragged && (
              <Ghost dragged={dragged} rows={rows} from={from} label={label} says={dragged.inWay.length === 0 ? nameOf(dragged.bar) : t.tape.inTheWay(dragged.inWay.map(nameOf).join(', '))} />
            )}
          </div>
        </div>
      </DndContext>
      {move && <MoveDialog wish={move} onClose={() => setMove(null)} />}
      {block && <BlockDialog wish={block} rows={rows} rights={rights} onClose={() => setBlock(null)} />}
    </div>
  );
}

const HEAD = 64;
const isWeekend = (day: string): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

/* Where a bar would lie: from the middle of its first day to the middle of its last, as people come in the afternoon and leave in the morning. */
const span = (from: string, first: string, to: string): { left: number; width: number } => ({ left: column(from, first) * CELL + CELL / 2, width: Math.max(1, column(first, to)) * CELL - 2 });

interface RowProps {
  row: TapeRow;
  at: number;
  top: number;
  label: number;
  from: string;
  seenFrom: string;
  seenTo: string;
  canWrite: boolean;
  nameOf: (bar: Bar) => string;
  onOpen: (stay: string) => void;
  onBlock: (wish: BlockWish) => void;
}

const Row = memo(function Row({ row, at, top, label, from, seenFrom, seenTo, canWrite, nameOf, onOpen, onBlock }: RowProps) {
  const bars = barsBetween(row.stays, seenFrom, seenTo);
  return (
    <div className={classes.row} style={{ transform: `translateY(${top}px)`, height: ROW }} role="group" aria-label={row.name}>
      <div className={classes.label} style={{ width: label }}>
        <span className={classes.chalet} dir="auto">
          {row.name}
        </span>
        {row.status !== 'active' && <span aria-hidden="true">⚠</span>}
      </div>
      <div className={classes.lane} style={{ insetInlineStart: label }}>
        {bars.map((bar) => (
          <BarView
            key={`${bar.kind}${bar.id}`}
            bar={bar}
            row={at}
            chalet={row.name}
            from={from}
            canWrite={canWrite}
            name={nameOf(bar)}
            onOpen={() => {
              if (bar.kind === 'stay') onOpen(bar.id);
              else if (bar.kind !== 'ical') onBlock({ id: bar.id, chaletId: row.chalet_id, chalet: row.name, from: bar.from, to: bar.to, kind: bar.kind, note: bar.note ?? '' });
            }}
          />
        ))}
      </div>
    </div>
  );
});

interface BarProps {
  bar: Bar;
  row: number;
  chalet: string;
  from: string;
  canWrite: boolean;
  name: string;
  onOpen: () => void;
}

function BarView({ bar, row, chalet, from, canWrite, name, onOpen }: BarProps) {
  const { t, locale } = useSay();
  const whole = useDraggable({ id: `move-${bar.id}`, data: { bar, row, how: 'move' } satisfies Held, disabled: !canWrite || !canMove(bar) });
  const end = useDraggable({ id: `end-${bar.id}`, data: { bar, row, how: 'stretch' } satisfies Held, disabled: !canWrite || !canStretch(bar) });
  const { left, width } = span(from, bar.from, bar.to);
  const tone = bar.is_conflict === true ? 'conflict' : bar.kind === 'ical' || (bar.kind === 'stay' && isPortal(bar.source)) ? 'portal' : bar.kind === 'stay' ? bar.status : 'closed';
  const sign = bar.is_conflict === true ? '⚠ ' : tone === 'portal' ? '⇄ ' : bar.kind !== 'stay' ? '▨ ' : bar.status === 'checked_in' ? '● ' : bar.status === 'pending' ? '◌ ' : '';
  return (
    <div className={classes.bar} data-tone={tone} data-held={whole.isDragging || end.isDragging || undefined} style={{ insetInlineStart: left, width }}>
      <button
        type="button"
        ref={whole.setNodeRef}
        className={classes.grip}
        title={`${name} · ${shortDay(bar.from, locale)} – ${shortDay(bar.to, locale)}`}
        {...whole.listeners}
        aria-label={t.tape.barNamed(name, chalet, shortDay(bar.from, locale), shortDay(bar.to, locale))}
        aria-describedby="tape-help"
        onClick={onOpen}
      >
        {sign}
        <bdi>{name}</bdi>
      </button>
      {canWrite && canStretch(bar) && <button type="button" ref={end.setNodeRef} className={classes.end} {...end.listeners} aria-label={t.tape.stretchNamed(name)} aria-describedby="tape-help" />}
    </div>
  );
}

function Ghost({ dragged, rows, from, label, says }: { dragged: Dragged; rows: readonly TapeRow[]; from: string; label: number; says: string }) {
  const at = rows.findIndex((row) => row.chalet_id === dragged.place.chaletId);
  const { left, width } = span(from, dragged.place.from, dragged.place.to);
  return (
    <div className={classes.ghost} data-taken={dragged.inWay.length > 0 || undefined} style={{ insetInlineStart: label + left, width, top: HEAD + at * ROW + 4, height: ROW - 8 }}>
      {dragged.inWay.length > 0 ? '✕ ' : '✓ '}
      {says}
    </div>
  );
}
