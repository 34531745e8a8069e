/* What can be booked: the front page, months and days, and what a part would cost. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Api } from './api';
import type { Part, StayCalendar } from './bookingShapes';

const SHORT_MS = 15_000;

export function stayMonthQuery(api: Api, chalet: string, from: string, days: number) {
  return queryOptions({
    queryKey: ['stays', chalet, from, days],
    queryFn: ({ signal }): Promise<StayCalendar> => api.read('get_stay_calendar', { p_chalet_id: chalet, p_from: from, p_days: days }, signal),
    staleTime: SHORT_MS,
    placeholderData: keepPreviousData,
  });
}

/* A list as it stands in an address. */
export const listText = (words: readonly string[]): `{${string}}` => `{${words.map((word) => `"${word.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

export function tableTimesQuery(api: Api, restaurant: string, date: string, party: number, features: readonly string[]) {
  return queryOptions({
    queryKey: ['tables', restaurant, date, party, ...features],
    queryFn: ({ signal }) => api.read('get_table_times', { p_restaurant_id: restaurant, p_date: date, p_party_size: party, p_features: listText(features) }, signal),
    staleTime: SHORT_MS,
  });
}

export function poolQuery(api: Api, from: string, days: number, people: number) {
  return queryOptions({
    queryKey: ['pool', from, days, people],
    queryFn: ({ signal }) => api.read('get_pool_availability', { p_date: from, p_days: days, p_people: people }, signal),
    staleTime: SHORT_MS,
    placeholderData: keepPreviousData,
  });
}

const gameDays = (api: Api, venue: string, game: string, from: string, days: number, party: number, starts: boolean) => ({
  queryKey: ['games', venue, game, from, days, party, starts],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.read('get_game_calendar', { p_venue_id: venue, p_game_id: game, p_from: from, p_days: days, p_party_size: party, p_starts: starts }, signal),
  staleTime: SHORT_MS,
});

export function gameMonthQuery(api: Api, venue: string, game: string, from: string, days: number, party: number) {
  return queryOptions({ ...gameDays(api, venue, game, from, days, party, false), placeholderData: keepPreviousData });
}

/* The starts of a day. */
export function gameStartsQuery(api: Api, venue: string, game: string, date: string | null, party: number) {
  return queryOptions({ ...gameDays(api, venue, game, date ?? '', 1, party, true), enabled: date !== null });
}

/* What a part costs and whether it can be had: nothing is held by it. */
export function quoteQuery(api: Api, part: Part | null) {
  return queryOptions({
    queryKey: ['quote', part],
    queryFn: async () => {
      if (!part) throw new Error('nothing to price');
      const { parts } = await api.call('quote_parts', { p_parts: [part] });
      return parts[0] ?? null;
    },
    enabled: part !== null,
    staleTime: SHORT_MS,
  });
}
