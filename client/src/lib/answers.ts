/* What the hooks show: asked for once however many components show it, asked again when a booking changes. */
import { QueryClient } from '@tanstack/react-query';
import { supabase } from './supabase.js';

/* Of the package's own, so that an app needs no provider around it. */
export const answers = new QueryClient();

/* While nothing is pushed they are asked for by the clock. */
const CALM_MS = 15_000;
let isLive = false;
export const pause = (): number | false => (isLive ? false : CALM_MS);

export const BOOKINGS = 'bookings';
export const DASHBOARD = 'dashboard';

export async function refresh(what: string): Promise<void> {
  await answers.invalidateQueries({ queryKey: [what] });
}
const refreshAll = async (): Promise<void> => {
  await Promise.all([refresh(BOOKINGS), refresh(DASHBOARD)]);
};

let watchers = 0;
let leave = (): void => {};

/* One channel for all components, from the first to the last one. Whenever it is joined, what happened before is asked for. */
export function watchBookings(): () => void {
  if (watchers++ === 0) {
    const channel = supabase
      .channel('maitred-client:bookings')
      .on('postgres_changes', { event: '*', schema: 'public', table: 'bookings' }, () => void refreshAll())
      .subscribe((status) => {
        isLive = status === 'SUBSCRIBED';
        if (isLive) void refreshAll();
      });
    leave = () => void supabase.removeChannel(channel);
  }
  return () => {
    if (--watchers > 0) return;
    isLive = false;
    leave();
  };
}
