/* Keeps a query live for as long as a page shows it. Without a feed, or where nothing can be pushed, it is polled. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { Bearer } from '@/data/api';
import { follow, type Feed } from '@/data/live';
import { useServices } from '@/data/services';

export function useFeed(feed: Feed | undefined, bearer: Bearer): void {
  const { live } = useServices();
  const client = useQueryClient();
  const latest = useRef(feed);
  useLayoutEffect(() => {
    latest.current = feed;
  });
  const name = feed?.name;
  useEffect(() => {
    const current = latest.current;
    if (!live || name === undefined || current === undefined) return;
    return follow(live, client, current, bearer);
  }, [live, client, name, bearer]);
}
