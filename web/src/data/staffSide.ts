/* What only the staff need: the client library with their login, which a guest's phone never loads. */
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { wire } from '@/lib/wire';
import { apiOver, type Caller, type Door } from './api';
import type { Services } from './services';
import { STAFF_KEY, staffStore, type StaffStore } from './staff';

/* The client that staff log in with; the session stays on the device and renews itself. */
export function staffClient(door: Door): SupabaseClient {
  return createClient(door.origin, door.anonKey, {
    auth: { persistSession: true, autoRefreshToken: true, detectSessionInUrl: false, storageKey: STAFF_KEY },
    global: { fetch: wire(door.fetch) },
  });
}

export function clientCaller(client: SupabaseClient): Caller {
  return (name, args, { get, signal }) => {
    // Polls and the outbox repeat on their own terms; the client's hidden retries would only stack on top.
    const query = client.rpc(name, args, { get }).retry(false);
    return signal ? query.abortSignal(signal) : query;
  };
}

function idOf(staff: StaffStore): string | null {
  const state = staff.state();
  return state.status === 'in' ? state.member.id : null;
}

export function withStaff(services: Services): Services {
  const client = staffClient(services.door);
  const staff = staffStore(client);
  // What this person could see and do must not greet the next one, however they left: by the menu, in another tab, shut out.
  let who = idOf(staff);
  staff.subscribe(() => {
    const now = idOf(staff);
    if (who !== null && now !== who) services.queryClient.clear();
    who = now;
  });
  // The client renews a token in time, so a 401 means that this session was ended: the gate leads to the login.
  return { ...services, staff, staffApi: apiOver(clientCaller(client), () => void staff.signOut()) };
}
