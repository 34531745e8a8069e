/* What this tenant offers, as anybody may see it. */
import { queryOptions } from '@tanstack/react-query';
import type { Api } from './api';
import type { AppConfig } from './config';

export type Offer = 'dining' | 'stays' | 'pool' | 'experiences';

const OFFERS: readonly Offer[] = ['dining', 'stays', 'pool', 'experiences'];

/* The modules that a guest would come for, in a fixed order. */
export function offersOf(config: Pick<AppConfig, 'modules'>): Offer[] {
  return OFFERS.filter((offer) => config.modules.includes(offer));
}

/* A house that offers more than tables opens on its front page; a restaurant alone on its tables and menus. */
export function hasFrontPage(config: Pick<AppConfig, 'modules'>): boolean {
  return offersOf(config).some((offer) => offer !== 'dining');
}

export function restaurantsQuery(api: Api) {
  return queryOptions({
    queryKey: ['restaurants'],
    queryFn: ({ signal }) => api.read('get_restaurants', {}, signal),
    staleTime: 60_000,
  });
}
