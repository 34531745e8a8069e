/* The staff's pages: their login, their router. A guest's phone loads none of it. */
import { RouterProvider, type RouterHistory } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { ServicesContext, useServices } from '@/data/services';
import { withStaff } from '@/data/staffSide';
import { installable } from '@/lib/offline';
import { seatedEn } from '@/texts/en.seated';
import { staffEn } from '@/texts/en.staff';
import { MoreTexts } from '@/texts/MoreTexts';
import { makeRouter } from './router';

const TEXTS = { ...seatedEn, ...staffEn };

export function StaffPages({ history }: { history?: RouterHistory | undefined }) {
  const services = useServices();
  const ours = useMemo(() => withStaff(services), [services]);
  const router = useMemo(() => makeRouter(history), [history]);
  // Kitchen and floor go onto a home screen each.
  useEffect(() => router.subscribe('onResolved', ({ toLocation }) => installable(toLocation.pathname)), [router]);
  return (
    <ServicesContext value={ours}>
      <MoreTexts texts={TEXTS}>
        <RouterProvider router={router} />
      </MoreTexts>
    </ServicesContext>
  );
}
