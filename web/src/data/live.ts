/* Which changes of which tables make an answer old, and the follower that asks again. To make a query live: write its feed
 * next to it, and useFeed() where it is shown. */
import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';
import type { Liveness } from '@/lib/liveSoon';
import type { Change, Watch } from '@/lib/liveChannel';
import { network } from '@/lib/network';
import { pushed, SELDOM, type Pace } from '@/lib/poll';
import { soon } from '@/lib/soon';
import type { Bearer } from './api';
import type { Id } from './shapes';

export interface Feed {
  /* Names the channel; the same name means the same watches. */
  name: string;
  queryKey: QueryKey;
  watches: readonly Watch[];
  /* False: the page knows this already, from its own write. */
  isNews?: (change: Change, known: unknown) => boolean;
  /* How often to ask all the same. */
  safety: Pace;
  /* The daemon keeps this answer for everybody. It ends with the change, but for the moment in which a worker has just begun to
   * listen: then the first request may get the one before. Another follows, not before this time and not for all pages at once. */
  keptMs?: number;
}

/* Every change of these tables in a restaurant. */
const inRestaurant = (restaurantId: Id, tables: readonly string[]): Watch[] => tables.map((table) => ({ event: '*', table, filter: `restaurant_id=eq.${restaurantId}` }));

export function placeFeed(name: string, queryKey: QueryKey, restaurantId: Id, tables: readonly string[]): Feed {
  return { name: `${name}:${restaurantId}`, queryKey, watches: inRestaurant(restaurantId, tables), safety: SELDOM };
}

/* Keeps a query fresh by its feed until the returned function is called. */
export function follow(live: Liveness, client: QueryClient, feed: Feed, bearer: Bearer): () => void {
  const { queryKey } = feed;
  const hash = hashKey(queryKey);
  const refetch = soon(() => client.invalidateQueries({ queryKey, exact: true }));
  let again: ReturnType<typeof setTimeout> | undefined;
  const changed = (): void => {
    refetch.ask();
    if (feed.keptMs === undefined) return;
    clearTimeout(again);
    again = setTimeout(refetch.ask, feed.keptMs * (1 + Math.random()));
  };
  const following = live.follow(feed.name, {
    watches: feed.watches,
    token: bearer.token,
    onChange: (change) => {
      if (feed.isNews?.(change, client.getQueryData(queryKey)) ?? true) changed();
    },
    onGap: changed,
    onLive: (isLive) => {
      if (isLive) pushed.set(hash, feed.safety);
      else pushed.delete(hash);
      // The next answer sets the new pace.
      refetch.ask();
    },
  });
  const unsubscribe = bearer.subscribe(following.renew);
  // A calm poll would leave the word about the network standing long after it is back.
  const unwatch = network.subscribe(() => {
    if (network.isAway() && pushed.has(hash)) refetch.ask();
  });
  return () => {
    unsubscribe();
    unwatch();
    refetch.stop();
    clearTimeout(again);
    following.leave();
    pushed.delete(hash);
  };
}
