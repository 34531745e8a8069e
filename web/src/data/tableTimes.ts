/* Times of a day that a party can have, the ones near a wish first. */
import type { TableTimes } from './bookingShapes';

type Time = TableTimes['times'][number];

const minutes = (time: string): number => {
  const [hours = 0, rest = 0] = time.split(':').map(Number);
  return hours * 60 + rest;
};

/* The free times nearest to the one that is wished, in the order of the day. */
export function nearTimes(times: readonly Time[], wish: string, most: number): Time[] {
  const at = minutes(wish);
  return times
    .filter((time) => time.free > 0 && time.reason === null)
    .map((time) => ({ time, away: Math.abs(minutes(time.time) - at) }))
    .sort((one, other) => one.away - other.away || minutes(one.time.time) - minutes(other.time.time))
    .slice(0, most)
    .map(({ time }) => time)
    .sort((one, other) => one.starts_at.localeCompare(other.starts_at));
}
