/* One key, from every page of the staff: "/" opens the search over the house. What it shows is loaded then. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { useRights } from '@/hooks/useRights';
import { isTyping } from '@/lib/typing';

const HouseSearch = lazy(async () => (await import('./houseSearchEntry')).load());

/* Who may look at any of these may search the house (search_house decides). */
const SEARCHED = ['stays', 'bookings', 'pool', 'reservations', 'customers'];

/* For a button that does the same. */
export const openSearch = (): boolean => window.dispatchEvent(new Event('maitred:search'));

export function SearchKey() {
  const [isOpen, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  const rights = useRights();
  const isSeeker = SEARCHED.some((resource) => rights(resource, 'read'));
  useEffect(() => {
    if (!isSeeker) return;
    const open = (): void => {
      setWasOpen(true);
      setOpen(true);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target) || document.querySelector('[role=dialog]') !== null) return;
      event.preventDefault();
      open();
    };
    window.addEventListener('keydown', onKey);
    window.addEventListener('maitred:search', open);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('maitred:search', open);
    };
  }, [isSeeker]);
  if (!wasOpen) return null;
  return (
    <Suspense fallback={null}>
      <HouseSearch opened={isOpen} onClose={() => setOpen(false)} />
    </Suspense>
  );
}
