/* The guest's login on this device: loaded at once where somebody has signed in before, else when they want to. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { hasSignedIn } from '@/data/guest';
import type { GuestSide } from '@/data/guestSide';
import { useServices } from '@/data/services';
import type { Door } from '@/data/api';

let opening: Promise<GuestSide> | undefined;

const open = (door: Door): Promise<GuestSide> => {
  opening ??= import('@/data/guestSide').then(({ guestSide }) => guestSide(door));
  // What did not come is asked for again when it is needed.
  opening.catch(() => (opening = undefined));
  return opening;
};

const hasLink = (): boolean => /[#&]access_token=/.test(window.location.hash);

export interface GuestLogin {
  /* Not known yet: being loaded. */
  isOpening: boolean;
  side: GuestSide | null;
  who: string | null;
  open: () => Promise<GuestSide>;
}

const nobody = { subscribe: () => () => {}, who: () => null };

export function useGuestSide(): GuestLogin {
  const { door } = useServices();
  const [side, setSide] = useState<GuestSide | null>(null);
  const [isOpening, setIsOpening] = useState(() => hasSignedIn() || hasLink());
  const { subscribe, who } = side ?? nobody;
  const whoNow = useSyncExternalStore(subscribe, who, () => null);
  const openNow = useCallback(async () => {
    const opened = await open(door);
    setSide(opened);
    return opened;
  }, [door]);
  useEffect(() => {
    if (!isOpening) return;
    const { hash } = window.location;
    const isLink = hasLink();
    // What opens doors does not stay in the address.
    if (isLink) window.history.replaceState(window.history.state, '', window.location.pathname);
    openNow()
      .then((opened) => (isLink ? opened.takeLink(hash) : false))
      .catch(() => {})
      .finally(() => setIsOpening(false));
  }, [isOpening, openNow]);
  return { isOpening, side, who: whoNow, open: openNow };
}
