/* A guest who signs in: a code to their e-mail address or phone. The client library comes with it, so only who signs in loads it. */
import { createClient } from '@supabase/supabase-js';
import { shelf } from '@/lib/keep';
import { wire } from '@/lib/wire';
import { apiOver, type Api, type Door } from './api';
import { GUEST_KEY, isEmail } from './guest';
import { authProblem } from './staff';
import { clientCaller } from './staffSide';

export interface GuestSide {
  api: Api;
  /* Whose login it is: their address or number; null, nobody's. */
  who: () => string | null;
  subscribe: (listener: () => void) => () => void;
  askForCode: (contact: string) => Promise<void>;
  proveCode: (contact: string, code: string) => Promise<void>;
  /* By the link of that mail, whose answer stands behind the # of the address. */
  takeLink: (hash: string) => Promise<boolean>;
  signOut: () => Promise<void>;
}

export async function guestSide(door: Door): Promise<GuestSide> {
  const client = createClient(door.origin, door.anonKey, {
    auth: { persistSession: true, autoRefreshToken: true, detectSessionInUrl: false, storageKey: GUEST_KEY },
    global: { fetch: wire(door.fetch) },
  });
  let who: string | null = null;
  const listeners = new Set<() => void>();
  const set = (next: string | null): void => {
    if (next === who) return;
    who = next;
    for (const listener of [...listeners]) listener();
  };
  const nameOf = (user: { email?: string | undefined; phone?: string | undefined } | undefined): string | null => {
    if (!user) return null;
    if (user.email !== undefined && user.email !== '') return user.email;
    return user.phone !== undefined && user.phone !== '' ? `+${user.phone.replace(/^\+/, '')}` : null;
  };
  client.auth.onAuthStateChange((_event, session) => set(nameOf(session?.user)));
  const { data } = await client.auth.getSession();
  set(nameOf(data.session?.user));

  async function signOut(): Promise<void> {
    const { error } = await client.auth.signOut({ scope: 'local' });
    // This device forgets at once, network or not.
    if (error) shelf().removeItem(GUEST_KEY);
    set(null);
  }
  return {
    api: apiOver(clientCaller(client), () => void signOut()),
    who: () => who,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async askForCode(contact) {
      const { error } = await client.auth.signInWithOtp(isEmail(contact) ? { email: contact, options: { emailRedirectTo: `${window.location.origin}/my` } } : { phone: contact });
      if (error) throw authProblem(error);
    },
    async proveCode(contact, code) {
      const { error } = await client.auth.verifyOtp(isEmail(contact) ? { email: contact, token: code, type: 'email' } : { phone: contact, token: code, type: 'sms' });
      if (error) throw authProblem(error);
    },
    async takeLink(hash) {
      const answer = new URLSearchParams(hash.replace(/^#/, ''));
      const access = answer.get('access_token');
      const refresh = answer.get('refresh_token');
      if (access === null || refresh === null) return false;
      const { error } = await client.auth.setSession({ access_token: access, refresh_token: refresh });
      return error === null;
    },
    signOut,
  };
}
