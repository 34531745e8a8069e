/* The staff's pages: their login, their router. A guest's phone loads none of it. */
import { RouterProvider, type RouterHistory } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { ServicesContext, useServices } from '@/data/services';
import { withStaff } from '@/data/staffSide';
import { seatedEn } from '@/texts/en.seated';
import { staffEn } from '@/texts/en.staff';
import { MoreTexts } from '@/texts/MoreTexts';
import { makeRouter } from './router';

const TEXTS = { ...seatedEn, ...staffEn };

/* Kitchen and floor go onto a home screen; a guest's table does not. */
function installable(): void {
  if (document.querySelector('link[rel=manifest]')) return;
  const link = document.createElement('link');
  link.rel = 'manifest';
  link.href = '/app/manifest.webmanifest';
  document.head.append(link);
}

export function StaffPages({ history }: { history?: RouterHistory | undefined }) {
  useEffect(installable, []);
  const services = useServices();
  const ours = useMemo(() => withStaff(services), [services]);
  const router = useMemo(() => makeRouter(history), [history]);
  return (
    <ServicesContext value={ours}>
      <MoreTexts texts={TEXTS}>
        <RouterProvider router={router} />
      </MoreTexts>
    </ServicesContext>
  );
}
