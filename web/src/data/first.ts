/* What the daemon has put into the page (src/serve/first_view.c): its own description, and what the page would ask for first. A <template>, which
 * the browser neither shows nor runs. */
import type { QueryClient } from '@tanstack/react-query';
import { isRecord } from '@/lib/keep';
import type { FrontPage } from './bookingShapes';
import { frontKey, menuKey } from './keys';
import { readConfig, type AppConfig } from './config';
import type { Menu, PlaceToEat, Receipt, TableView } from './shapes';

export interface First {
  config: AppConfig;
  table: TableView | null;
  menu: Menu | null;
  restaurants: { restaurants: PlaceToEat[] } | null;
  receipt: Receipt | null;
  front: FrontPage | null;
}

export function readFirst(text: string | null | undefined): First | null {
  if (!text) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || !isRecord(value['config'])) return null;
    // The daemon of the same build has written them, by the functions whose answers these are.
    const part = <T>(name: string): T | null => (isRecord(value[name]) ? (value[name] as T) : null);
    return { config: readConfig(value['config']), table: part('table'), menu: part('menu'), restaurants: part('restaurants'), receipt: part('receipt'), front: part('front') };
  } catch {
    return null;
  }
}

/* A slow phone takes a moment until it asks whether this is still so: it came with the page, a second answer would be the same. */
const FRESH_MS = 8_000;

export function takeFirst(client: QueryClient, first: First, code: string | null): void {
  const as = { updatedAt: Date.now() + FRESH_MS };
  if (first.table && code !== null) client.setQueryData(['table', code], first.table, as);
  if (first.menu) client.setQueryData(menuKey(first.menu.restaurant.id), first.menu, as);
  if (first.receipt && code !== null) client.setQueryData(['receipt', code], first.receipt, as);
  if (first.front) client.setQueryData(frontKey, first.front, as);
  if (first.restaurants) client.setQueryData(['restaurants'], first.restaurants, as);
}
