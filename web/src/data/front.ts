/* What a house offers, and the ways from there. */
import { queryOptions } from '@tanstack/react-query';
import type { Api } from './api';
import type { FrontPage, Kind } from './bookingShapes';
import { frontKey } from './keys';

export const KINDS: readonly Kind[] = ['stay', 'table', 'pool', 'game'];

export function frontQuery(api: Api) {
  return queryOptions({ queryKey: frontKey, queryFn: ({ signal }) => api.read('get_front_page', {}, signal), staleTime: 60_000 });
}

/* Where a part of a kind is chosen, with what is known of it already. */
export function bookPath(kind: Kind, words: Record<string, string | number | null | undefined> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(words)) if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  const text = query.toString();
  return `/book/${kind}${text === '' ? '' : `?${text}`}`;
}

/* What can be booked here. */
export function offered(front: FrontPage): (typeof KINDS)[number][] {
  const there = {
    stay: front.chalets.length > 0,
    table: front.restaurants.some((one) => one.accepts_reservations),
    pool: front.pool !== null,
    game: front.venues.some((venue) => venue.games.length > 0),
  };
  return KINDS.filter((kind) => there[kind]);
}
