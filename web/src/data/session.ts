/* A table's session as a guest or the staff see it. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { asString, keep, recall } from '@/lib/keep';
import { CALM, LIVE, polled } from '@/lib/poll';
import type { Api } from './api';
import type { Feed } from './live';
import type { Pass } from './pass';
import { isOver } from './refusal';
import type { Entry, Id, SessionView, TableView } from './shapes';

/* The guest's name is kept apart from the pass: next time it stands in the field already. */
export const recallName = (): string => recall('name', asString) ?? '';

export function keepEntry(code: string, entry: Entry): Pass | undefined {
  if (!entry.customer || !entry.access_token) return undefined;
  const pass: Pass = { token: entry.access_token, sessionId: entry.session.id, customerId: entry.customer.id, name: entry.customer.name };
  keep(`pass.${code}`, pass);
  return pass;
}

export interface Newcomer {
  name: string;
  otp?: string;
}

/* Opens the table's session, or joins it when an OTP is given. */
export async function enterSession(api: Api, code: string, { name, otp }: Newcomer): Promise<Entry> {
  const person = name.trim() === '' ? {} : { p_name: name.trim() };
  if (name.trim() !== '') keep('name', name.trim());
  if (otp === undefined) return api.call('open_table_session', { p_table: code, ...person });
  return api.call('join_table_session', { p_table: code, p_otp: otp, ...person });
}

export const sessionKey = (sessionId: Id) => ['session', sessionId] as const;

/* Live: everything the page shows comes from here. A guest's token names the session by itself; staff name it.
 * While nothing has changed the daemon answers with the version alone. */
export function sessionQuery(api: Api, sessionId: Id, as: 'guest' | 'staff') {
  return queryOptions({
    queryKey: sessionKey(sessionId),
    queryFn: async ({ client, queryKey, signal }): Promise<SessionView> => {
      const known = client.getQueryData<SessionView>(queryKey);
      const whose = as === 'staff' ? { p_session_id: sessionId } : {};
      const since = known ? { p_since_version: known.version } : {};
      const view = await api.read('get_session', { ...whose, ...since }, signal);
      if (!('unchanged' in view)) return view;
      if (known) return known;
      throw new Error('get_session answered "unchanged" to a page that knows nothing');
    },
    refetchInterval: polled(LIVE),
    refetchIntervalInBackground: true,
    // After 410 there is nothing to wait for; a missing network is the poll's business.
    retry: (count: number, error: Error) => !isOver(error) && count < 1,
  });
}

/* The session's version grows with everything its pages show, so one row says it all. A session that a guest may not see any more (the table was
 * cleared, they were taken out) is not pushed to them, but their own seat is: `customerId`. Two sessions may have become one; then the guest's pass still
 * names the other. */
export function sessionFeed(sessionId: Id, passSessionId: Id = sessionId, customerId?: Id): Feed {
  return {
    name: `session:${sessionId}`,
    queryKey: sessionKey(passSessionId),
    watches: [
      { event: 'UPDATE', table: 'table_sessions', filter: `id=eq.${sessionId}` },
      ...(customerId === undefined ? [] : [{ event: 'UPDATE' as const, table: 'session_customers', filter: `id=eq.${customerId}` }]),
    ],
    isNews: ({ table, record }, known) => {
      if (table !== 'table_sessions') return true;
      const version = record['version'];
      return typeof version !== 'number' || version > ((known as SessionView | undefined)?.version ?? 0);
    },
    safety: CALM,
  };
}

/* Puts into the page what an answer has shown already, before the next poll brings the whole. */
export async function patchSession(client: QueryClient, sessionId: Id, patch: (view: SessionView) => SessionView): Promise<void> {
  void client.cancelQueries({ queryKey: sessionKey(sessionId) });
  client.setQueryData<SessionView>(sessionKey(sessionId), (view) => (view ? patch(view) : view));
  await client.invalidateQueries({ queryKey: sessionKey(sessionId) });
}

export type Welcome = 'start' | 'join' | 'billed' | 'house_closed' | 'closed';

/* What a guest who just scanned the code can do. */
export function welcomeOf({ session, restaurant }: TableView): Welcome {
  if (session.is_billed) return 'billed';
  if (session.is_active) return 'join';
  if (session.can_open) return 'start';
  return restaurant?.is_open === false ? 'house_closed' : 'closed';
}

/* The address in the QR code of a session. The OTP stands behind the #, so it is in no server's log. */
export function joinLink(site: string, code: string, otp: string | null): string {
  return `${site}/t/${encodeURIComponent(code)}${otp ? `#otp=${otp}` : ''}`;
}

export function otpFromHash(hash: string): string | undefined {
  return /^#?otp=(\d{6})$/.exec(hash)?.[1];
}
