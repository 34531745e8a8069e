/* Pages for the staff: whoever is not logged in goes to the login and comes back. */
import { Navigate, useLocation } from '@tanstack/react-router';
import { createContext, useContext, useSyncExternalStore, type ReactNode } from 'react';
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
  const { pathname } = useLocation();
  if (state.status === 'loading') return <Loading />;
  if (state.status === 'out') return <Navigate to="/login" search={{ next: pathname }} replace />;
  return <MemberContext value={state.member}>{children}</MemberContext>;
}
