/* The tape chart: chalets by nights. What lies where, what a bar may be moved to, what is in its way. */
import { queryOptions } from '@tanstack/react-query';
import { addDays, nightsBetween } from '@/lib/days';
import { CALM, polled } from '@/lib/poll';
import type { Shapes } from '../../../client/src/database';
import type { Api } from './api';
import type { Answer } from './functions';
import type { Id } from './shapes';

export type TapeRow = Answer<'get_tape_chart'>[number];
export type Bar = Shapes['tape_bar'];

/* The database draws at most 400 days; a month before, a year after. */
export const BEFORE_DAYS = 30;
export const CHART_DAYS = 400;

export const chartKey = (from: string) => ['desk', 'chart', from] as const;
export function chartQuery(api: Api, from: string) {
  return queryOptions({
    queryKey: chartKey(from),
    queryFn: ({ signal }) => api.read('get_tape_chart', { p_from: from, p_to: addDays(from, CHART_DAYS) }, signal),
    refetchInterval: polled(CALM),
  });
}

/* A bar where it is, or where somebody holds it. */
export interface Place {
  chaletId: Id;
  from: string;
  to: string;
}

/* `days` and `rows` as a drag has moved it. A bar of one night stays one; who has moved in cannot move, only stay longer or less. */
export function moved(rows: readonly TapeRow[], row: number, bar: Bar, how: 'move' | 'stretch', days: number, rowsDown: number): Place {
  const at = Math.min(Math.max(row + (how === 'move' ? rowsDown : 0), 0), rows.length - 1);
  const chaletId = rows[at]?.chalet_id ?? '';
  if (how === 'move') return { chaletId, from: addDays(bar.from, days), to: addDays(bar.to, days) };
  const to = addDays(bar.to, days);
  return { chaletId, from: bar.from, to: to > bar.from ? to : addDays(bar.from, 1) };
}

export const isSame = (bar: Bar, chaletId: Id, place: Place): boolean => bar.from === place.from && bar.to === place.to && chaletId === place.chaletId;

/* What is in the way there: nights are half-open, so a departure and an arrival share a day. A hold that has run out holds nothing. */
export function conflicts(rows: readonly TapeRow[], bar: Bar, place: Place): Bar[] {
  const row = rows.find((one) => one.chalet_id === place.chaletId);
  return (row?.stays ?? []).filter((other) => other.id !== bar.id && other.is_running_out !== true && other.from < place.to && other.to > place.from);
}

export function canMove(bar: Bar): boolean {
  return bar.kind === 'stay' ? bar.status === 'pending' || bar.status === 'confirmed' : bar.kind !== 'ical';
}
export const canStretch = (bar: Bar): boolean => canMove(bar) || bar.status === 'checked_in';

/* The bars of a row that touch these nights: of 5,000 only what can be seen is drawn. `bars` come by their first night. */
export function barsBetween(bars: readonly Bar[], from: string, to: string): Bar[] {
  const seen: Bar[] = [];
  for (const bar of bars) {
    if (bar.from >= to) break;
    if (bar.to > from) seen.push(bar);
  }
  return seen;
}

/* From the chart's first day, in nights; may lie outside of it. */
export const column = (first: string, day: string): number => nightsBetween(first, day);

/* Of each day how many chalets are taken. */
export function takenPerDay(rows: readonly TapeRow[], first: string, days: number): number[] {
  const taken = Array.from({ length: days }, () => 0);
  for (const row of rows) {
    const nights = new Set<number>();
    for (const bar of row.stays) for (let night = Math.max(0, column(first, bar.from)); night < Math.min(days, column(first, bar.to)); night += 1) nights.add(night);
    for (const night of nights) taken[night] = (taken[night] ?? 0) + 1;
  }
  return taken;
}
