/* Pages for the staff: whoever is not logged in goes to the login and comes back. */
import { useNavigate, useRouter } from '@tanstack/react-router';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useServices } from '@/data/services';
import type { StaffMember, StaffState } from '@/data/staff';
import { Loading } from './Loading';

const MemberContext = createContext<StaffMember | null>(null);

export function useStaffState(): StaffState {
  const { staff } = useServices();
  return useSyncExternalStore(staff.subscribe, staff.state);
}

export function useMember(): StaffMember {
  const member = useContext(MemberContext);
  if (!member) throw new Error('useMember outside of <StaffGate>');
  return member;
}

export function StaffGate({ children }: { children: ReactNode }) {
  const state = useStaffState();
  const navigate = useNavigate();
  const router = useRouter();
  // Where the gate stands, taken once: on the way to the login the address is already another one.
  const [here] = useState(() => router.state.location.pathname);
  const isOut = state.status === 'out';
  useEffect(() => {
    if (isOut) void navigate({ to: '/login', search: { next: here }, replace: true });
  }, [isOut, here, navigate]);
  if (state.status !== 'in') return <Loading />;
  return <MemberContext value={state.member}>{children}</MemberContext>;
}
