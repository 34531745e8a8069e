/* Pages for the staff: whoever is not logged in goes to the login and comes back. */
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { Link, useNavigate, useRouter } from '@tanstack/react-router';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useServices } from '@/data/services';
import type { StaffMember, StaffState } from '@/data/staff';
import { pagesOf, type StaffPage } from '@/data/workplaces';
import { useTexts } from '@/texts';
import { Frame } from './Frame';
import { Loading } from './Loading';
import { SearchKey } from './SearchKey';

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

/* `page`: where the gate stands; who does not work there is told so, and led to where they do. */
export function StaffGate({ page, children }: { page: StaffPage; children: ReactNode }) {
  const { config } = useServices();
  const state = useStaffState();
  const navigate = useNavigate();
  const router = useRouter();
  // Where the gate stands, taken once: on the way to the login the address is already another one.
  const [here] = useState(() => router.state.location.href);
  const isOut = state.status === 'out';
  useEffect(() => {
    if (isOut) void navigate({ to: '/login', search: { next: here }, replace: true });
  }, [isOut, here, navigate]);
  if (state.status !== 'in') return <Loading />;
  if (!pagesOf(state.member.role, config.modules).includes(page)) return <Elsewhere member={state.member} />;
  return (
    <MemberContext value={state.member}>
      {children}
      <SearchKey />
    </MemberContext>
  );
}

function Elsewhere({ member }: { member: StaffMember }) {
  const t = useTexts();
  const { config, staff } = useServices();
  const pages = pagesOf(member.role, config.modules);
  return (
    <Frame title={config.name}>
      <Stack align="flex-start">
        <Text size="lg">{pages.length === 0 ? t.staff.noPage(member.name) : t.staff.notHere(member.name)}</Text>
        {pages.map((page) => (
          <Button key={page} component={Link} to={page}>
            {t.staff.pageNames[page.slice(1)]}
          </Button>
        ))}
        <Anchor component={Link} to="/">
          {t.notFound.home}
        </Anchor>
        <Button variant="default" onClick={() => void staff.signOut()}>
          {t.app.signOut}
        </Button>
      </Stack>
    </Frame>
  );
}
