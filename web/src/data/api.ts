/* The door to the daemon: functions by name, typed by data/functions.ts. One Api a bearer: the public key, a guest's token or
 * a staff member's session. */
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { isAwayStatus } from '@/lib/network';
import { wire, type Fetch } from '@/lib/wire';
import type { Answer, Args, FunctionName } from './functions';
import { STAFF_KEY } from './staff';
import { Away, isRefusal, refusalFrom } from './refusal';

export interface Api {
  /* Functions that only look: GET, answered with an ETag. */
  read<N extends FunctionName>(name: N, args: Args<N>, signal?: AbortSignal): Promise<Answer<N>>;
  /* Functions that change something. Not retried here: see lib/outbox.ts. */
  call<N extends FunctionName>(name: N, args: Args<N>): Promise<Answer<N>>;
}

interface Outcome {
  data: unknown;
  error: unknown;
  status: number;
}

/* Takes the answer out of what the client returns; throws Refusal or Away. */
export function answerOf(outcome: Outcome, signal?: AbortSignal): unknown {
  if (outcome.error === null || outcome.error === undefined) return outcome.data;
  signal?.throwIfAborted();
  if (isAwayStatus(outcome.status)) throw new Away();
  throw refusalFrom(outcome.status, outcome.error);
}

/* `onShutOut`: the daemon does not know this bearer any more (logged out elsewhere, account closed). */
export function apiOver(client: SupabaseClient, onShutOut?: () => void): Api {
  async function run(name: FunctionName, args: object, get: boolean, signal?: AbortSignal): Promise<unknown> {
    try {
      return await ask(name, args, get, signal);
    } catch (error) {
      if (isRefusal(error, 401)) onShutOut?.();
      throw error;
    }
  }
  async function ask(name: FunctionName, args: object, get: boolean, signal?: AbortSignal): Promise<unknown> {
    // Polls and the outbox repeat on their own terms; the client's hidden retries would only stack on top.
    let query = client.rpc(name, args, { get }).retry(false);
    if (signal) query = query.abortSignal(signal);
    const outcome: Outcome = await query;
    return answerOf(outcome, signal);
  }
  return {
    read: async <N extends FunctionName>(name: N, args: Args<N>, signal?: AbortSignal) => (await run(name, args, true, signal)) as Answer<N>,
    call: async <N extends FunctionName>(name: N, args: Args<N>) => (await run(name, args, false)) as Answer<N>,
  };
}

/* Whose token a connection carries, and when it is another one. */
export interface Bearer {
  token: () => string | null;
  subscribe: (listener: () => void) => () => void;
}

/* A token that stays: a guest's, or the public key's. */
export function fixedBearer(token: string): Bearer {
  return { token: () => token, subscribe: () => () => {} };
}

export interface Door {
  origin: string;
  anonKey: string;
  fetch: Fetch;
}

/* A client that keeps no login: the public key alone, or a token of its own. */
export function plainClient(door: Door, token?: () => string | null): SupabaseClient {
  return createClient(door.origin, door.anonKey, {
    accessToken: async () => token?.() ?? door.anonKey,
    global: { fetch: wire(door.fetch) },
  });
}

/* The client that staff log in with; the session stays on the device and renews itself. */
export function staffClient(door: Door): SupabaseClient {
  return createClient(door.origin, door.anonKey, {
    auth: { persistSession: true, autoRefreshToken: true, detectSessionInUrl: false, storageKey: STAFF_KEY },
    global: { fetch: wire(door.fetch) },
  });
}
