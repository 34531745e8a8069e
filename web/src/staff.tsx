/* The staff's pages: their login, their router. A guest's phone loads none of it. */
import { RouterProvider, type RouterHistory } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { ServicesContext, useServices } from '@/data/services';
import { withStaff } from '@/data/staffSide';
import { installable } from '@/lib/offline';
import { makeRouter } from './router';

export function StaffPages({ history }: { history?: RouterHistory | undefined }) {
  const services = useServices();
  const ours = useMemo(() => withStaff(services), [services]);
  const router = useMemo(() => makeRouter(history), [history]);
  // Kitchen and floor go onto a home screen each.
  useEffect(() => router.subscribe('onResolved', ({ toLocation }) => installable(toLocation.pathname)), [router]);
  return (
    <ServicesContext value={ours}>
      <RouterProvider router={router} />
    </ServicesContext>
  );
}
