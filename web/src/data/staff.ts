/* Who is logged in at this device: sign in, sign out, and the session as a store that React can watch. */
import type { SupabaseClient } from '@supabase/supabase-js';
import { isRecord, shelf } from '@/lib/keep';
import type { Bearer } from './api';
import { Away, Refusal } from './refusal';

/* Where the client keeps the session on this device. */
export const STAFF_KEY = 'maitred.staff';

export interface StaffMember {
  id: string;
  email: string;
  name: string;
  role: string | null;
}

export type StaffState = { status: 'loading' } | { status: 'out' } | { status: 'in'; member: StaffMember };

export interface StaffStore {
  state: () => StaffState;
  subscribe: (listener: () => void) => () => void;
  signIn: (email: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
  /* Mails a code and a link to whoever forgot the password; says nothing of whether the address is known. */
  askForPassword: (email: string) => Promise<void>;
  /* The code of that mail: signs in. */
  proveAddress: (email: string, code: string) => Promise<void>;
  /* Of whoever is signed in: from now on this is the password. */
  choosePassword: (password: string) => Promise<void>;
  /* Signed in by the link of that mail, whose answer stands behind the # of the address. */
  takeLink: (hash: string) => Promise<boolean>;
  bearer: Bearer;
}

/* The claims in a token, unverified: for showing, never for deciding. */
export function claimsOf(token: string): Record<string, unknown> {
  try {
    const part = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(claims) ? claims : {};
  } catch {
    return {};
  }
}

interface SessionLike {
  access_token: string;
  user: { id: string; email?: string | undefined; user_metadata?: Record<string, unknown> | undefined };
}

export function memberOf(session: SessionLike): StaffMember {
  const claims = claimsOf(session.access_token);
  const name = session.user.user_metadata?.['full_name'];
  const role = claims['app_role'];
  const email = session.user.email ?? '';
  return { id: session.user.id, email, name: typeof name === 'string' && name !== '' ? name : email, role: typeof role === 'string' ? role : null };
}

interface AuthErrorLike {
  name: string;
  message: string;
  status?: number | undefined;
  code?: string | undefined;
}

export function authProblem(error: AuthErrorLike): Away | Refusal {
  const status = error.status ?? 0;
  if (error.name === 'AuthRetryableFetchError' || status === 0 || status >= 502) return new Away();
  return new Refusal(status, error.code ?? String(status), error.message, null, {});
}

export function staffStore(client: SupabaseClient): StaffStore {
  let state: StaffState = { status: 'loading' };
  let token: string | null = null;
  const listeners = new Set<() => void>();
  const tokenListeners = new Set<() => void>();
  const set = (session: SessionLike | null): void => {
    const { access_token } = session ?? { access_token: null };
    const isRenewed = access_token !== token;
    token = access_token;
    if (isRenewed) for (const listener of [...tokenListeners]) listener();
    const next: StaffState = session ? { status: 'in', member: memberOf(session) } : { status: 'out' };
    if (JSON.stringify(next) === JSON.stringify(state)) return; // a renewed token is nobody new
    state = next;
    for (const listener of [...listeners]) listener();
  };
  client.auth.onAuthStateChange((_event, session) => set(session));
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    bearer: {
      token: () => token,
      subscribe(listener) {
        tokenListeners.add(listener);
        return () => tokenListeners.delete(listener);
      },
    },
    async signIn(email, password) {
      const { error } = await client.auth.signInWithPassword({ email, password });
      if (error) throw authProblem(error);
    },
    async askForPassword(email) {
      const { error } = await client.auth.resetPasswordForEmail(email, { redirectTo: `${window.location.origin}/login` });
      if (error) throw authProblem(error);
    },
    async proveAddress(email, code) {
      const { error } = await client.auth.verifyOtp({ email, token: code, type: 'recovery' });
      if (error) throw authProblem(error);
    },
    async choosePassword(password) {
      const { error } = await client.auth.updateUser({ password });
      if (error) throw authProblem(error);
    },
    async takeLink(hash) {
      const answer = new URLSearchParams(hash.replace(/^#/, ''));
      const access = answer.get('access_token');
      const refresh = answer.get('refresh_token');
      if (answer.get('type') !== 'recovery' || access === null || refresh === null) return false;
      const { error } = await client.auth.setSession({ access_token: access, refresh_token: refresh });
      return error === null;
    },
    async signOut() {
      const { error } = await client.auth.signOut({ scope: 'local' });
      // The client keeps the session when it cannot tell the daemon. This device forgets at once, network or not.
      if (!error) return;
      shelf().removeItem(STAFF_KEY);
      set(null);
    },
  };
}

/* Only ways inside this site, whatever a link says. */
export function safeNext(next: string | undefined): string | undefined {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : undefined;
}
