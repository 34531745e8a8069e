import { hashKey, QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Live } from '@/lib/live';
import type { Follower } from '@/lib/liveChannel';
import { network } from '@/lib/network';
import { LIVE, polled, pushed } from '@/lib/poll';
import { fixedBearer, type Bearer } from './api';
import { floorFeed } from './floor';
import { boardFeed } from './kitchen';
import { follow, type Feed } from './live';
import { menuFeed } from './menu';
import { Away } from './refusal';
import { sessionFeed, sessionKey } from './session';

const feed: Feed = { name: 'board', queryKey: ['board'], watches: [], safety: { visibleMs: 60_000, hiddenMs: 300_000 } };

let client: QueryClient;
let follower: Follower;
let left: number;
let renewed: number;
let fetched: number;
let isAway: boolean;
let stopWatching: () => void;

const live = {
  follow: (_name: string, given: Follower) => {
    follower = given;
    return { renew: () => void renewed++, leave: () => void left++ };
  },
} as unknown as Live;

/* The page: it shows the query, polled. */
function show(queryKey = feed.queryKey): void {
  const observer = new QueryObserver(client, {
    queryKey: [...queryKey],
    queryFn: () => {
      fetched++;
      return isAway ? Promise.reject(new Away()) : Promise.resolve({ version: 5 });
    },
    refetchInterval: polled(LIVE),
    retry: false,
  });
  stopWatching = observer.subscribe(() => {});
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  vi.useFakeTimers();
  client = new QueryClient();
  left = renewed = fetched = 0;
  isAway = false;
  network.reached();
  show();
  await pass(0);
});
afterEach(() => {
  stopWatching();
  client.clear();
  pushed.clear();
  network.reached();
  vi.useRealTimers();
});

const change = (record: Record<string, unknown> = {}, table = 't') => follower.onChange({ type: 'UPDATE', table, record, old: {} });

test('polls while nothing is pushed, and only to be safe while something is', async () => {
  follow(live, client, feed, fixedBearer('token'));
  await pass(6_000);
  expect(fetched).toBe(4);
  follower.onLive(true);
  await pass(100);
  fetched = 0;
  await pass(59_000);
  expect(fetched).toBe(0);
  await pass(1_000);
  expect(fetched).toBe(1);
});

test('a burst of changes is one fetch', async () => {
  follow(live, client, feed, fixedBearer('token'));
  follower.onLive(true);
  await pass(1_000);
  fetched = 0;
  for (let at = 0; at < 20; at++) change();
  await pass(100);
  expect(fetched).toBe(1);
  await pass(10_000);
  expect(fetched).toBe(1);
});

test('no longer pushed, it is polled at once, and at the usual pace', async () => {
  follow(live, client, feed, fixedBearer('token'));
  follower.onLive(true);
  await pass(1_000);
  fetched = 0;
  follower.onLive(false);
  await pass(100);
  expect(fetched).toBe(1);
  await pass(4_000);
  expect(fetched).toBe(3);
});

test('what could not be fetched is tried again at the usual pace, whoever pushes', async () => {
  follow(live, client, feed, fixedBearer('token'));
  follower.onLive(true);
  await pass(1_000);
  isAway = true;
  change();
  await pass(500);
  fetched = 0;
  await pass(4_000);
  expect(fetched).toBe(1);
  isAway = false;
  await pass(8_000);
  fetched = 0;
  await pass(50_000);
  expect(fetched).toBe(0);
});

test('a lost network is looked for, not waited for', async () => {
  follow(live, client, feed, fixedBearer('token'));
  follower.onLive(true);
  await pass(1_000);
  fetched = 0;
  network.lost();
  await pass(100);
  expect(fetched).toBe(1);
});

test('a page that is left leaves the channel, and what is left is polled', async () => {
  const listeners = new Set<() => void>();
  const bearer: Bearer = { token: () => 'token', subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)) };
  const stop = follow(live, client, feed, bearer);
  for (const listener of listeners) listener();
  expect(renewed).toBe(1);
  follower.onLive(true);
  expect(pushed.has(hashKey(feed.queryKey))).toBe(true);
  stop();
  expect([left, listeners.size, pushed.size]).toEqual([1, 0, 0]);
});

test('an answer that the daemon keeps for a moment is asked for again when the moment is over', async () => {
  follow(live, client, { ...feed, keptMs: 1_500 }, fixedBearer('token'));
  follower.onLive(true);
  await pass(5_000);
  fetched = 0;
  change();
  await pass(1_400);
  expect(fetched).toBe(1);
  await pass(1_700);
  expect(fetched).toBe(2);
  await pass(30_000);
  expect(fetched).toBe(2);
});

test('a session that the page knows already is not fetched again', async () => {
  stopWatching();
  show(sessionKey('s'));
  await pass(0);
  follow(live, client, sessionFeed('s'), fixedBearer('token'));
  follower.onLive(true);
  await pass(1_000);
  fetched = 0;
  change({ version: 5 }, 'table_sessions');
  await pass(1_000);
  expect(fetched).toBe(0);
  change({ version: 6 }, 'table_sessions');
  await pass(100);
  expect(fetched).toBe(1);
  change({}, 'table_sessions'); // too large to be sent whole
  await pass(1_000);
  expect(fetched).toBe(2);
  change({ version: 5 }, 'session_customers'); // a seat says nothing of the version
  await pass(1_000);
  expect(fetched).toBe(3);
});

test('what is watched: one row for the guest, the restaurant for the house', () => {
  expect(sessionFeed('s').watches).toEqual([{ event: 'UPDATE', table: 'table_sessions', filter: 'id=eq.s' }]);
  expect(sessionFeed('s', 's', 'me').watches[1]).toEqual({ event: 'UPDATE', table: 'session_customers', filter: 'id=eq.me' });
  expect(sessionFeed('merged', 'of the pass').queryKey).toEqual(sessionKey('of the pass'));
  const tables = (of: Feed): string[] => of.watches.map(({ event, table, filter }) => `${event} ${table} ${filter ?? ''}`);
  expect(tables(boardFeed('r'))).toEqual(['kitchen_orders', 'kitchen_order_items', 'menu_items', 'printers'].map((table) => `* ${table} restaurant_id=eq.r`));
  expect(tables(menuFeed('r'))).toContain('* menu_items restaurant_id=eq.r');
  expect(tables(floorFeed('r'))).toContain('* table_sessions restaurant_id=eq.r');
});
