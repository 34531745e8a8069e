/* Picking the days of a stay: what can be the arrival, what the departure, and what a tap makes of it. */
import type { Night } from './bookingShapes';
import { addDays, nightsBetween } from '@/lib/days';

export interface Span {
  from: string | null;
  to: string | null;
}

/* How many nights a stay may have that arrives on this night. */
export function nightsFrom(night: Pick<Night, 'min_nights' | 'free_nights'>, most: number | null): { min: number; max: number } {
  return { min: Math.max(1, night.min_nights), max: Math.min(night.free_nights, most ?? night.free_nights) };
}

export type DayState = 'past' | 'taken' | 'noArrival' | 'tooShort' | 'tooLong' | 'arrival' | 'departure';

/* What a tap on this day would do, or why it does nothing. `arrival`: the night of the arrival that has been chosen, while the departure is not. */
export function stateOf(day: string, today: string, night: Night | undefined, arrival: Night | null, most: number | null): DayState {
  if (day < today) return 'past';
  if (arrival && day > arrival.date) {
    const { min, max } = nightsFrom(arrival, most);
    const nights = nightsBetween(arrival.date, day);
    if (nights >= min && nights <= max) return 'departure';
    if (night?.can_arrive) return 'arrival';
    if (nights < min) return 'tooShort';
    return night?.free ? 'tooLong' : 'taken';
  }
  if (!night?.free) return 'taken';
  return night.can_arrive ? 'arrival' : 'noArrival';
}

/* A tap on a day. */
export function pick(span: Span, day: string, state: DayState): Span {
  if (state === 'departure') return { from: span.from, to: day };
  if (state === 'arrival') return { from: day, to: null };
  return span;
}

/* What lies between, arrival and departure too. */
export function placeIn(span: Span, day: string): 'start' | 'end' | 'in' | null {
  if (day === span.from) return 'start';
  if (day === span.to) return 'end';
  return span.from && span.to && day > span.from && day < span.to ? 'in' : null;
}

/* A span that came with the address may be of yesterday, or the wrong way round. */
export function checkedSpan(from: string | null, to: string | null, today: string): Span {
  if (from === null || from < today) return { from: null, to: null };
  return { from, to: to !== null && to >= addDays(from, 1) ? to : null };
}
