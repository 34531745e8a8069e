/* One key, from every page of the staff: "/" opens the search over the house. What it shows is loaded then. */
import { lazy, Suspense, useEffect, useState } from 'react';

const HouseSearch = lazy(async () => (await import('./houseSearchEntry')).load());

/* Who may look for people and bookings at all (search_house decides). */
const SEEKERS = new Set(['super_admin', 'owner', 'admin', 'manager', 'staff', 'finance', 'waiter']);

const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/* For a button that does the same. */
export const openSearch = (): boolean => window.dispatchEvent(new Event('maitred:search'));

export function SearchKey({ role }: { role: string | null }) {
  const [isOpen, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  const isSeeker = role !== null && SEEKERS.has(role);
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
