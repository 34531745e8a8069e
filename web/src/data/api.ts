/* The door to the daemon: functions by name, typed by data/functions.ts. One Api a bearer: the public key, a guest's token or
 * a staff member's session. A guest's phone calls with the fetch it has; the client library is the staff's (data/staffSide.ts), who sign in. */
import { isAwayStatus } from '@/lib/network';
import { wire, type Fetch } from '@/lib/wire';
import type { Answer, Args, FunctionName } from './functions';
import { Away, isRefusal, refusalFrom } from './refusal';

export interface Api {
  /* Functions that only look: GET, answered with an ETag. */
  read<N extends FunctionName>(name: N, args: Args<N>, signal?: AbortSignal): Promise<Answer<N>>;
  /* Functions that change something. Not retried here: see lib/outbox.ts. */
  call<N extends FunctionName>(name: N, args: Args<N>): Promise<Answer<N>>;
}

export interface Outcome {
  data: unknown;
  error: unknown;
  status: number;
}

/* How a function is called, by whatever client. Never throws but for an aborted signal. */
export type Caller = (name: FunctionName, args: object, options: { get: boolean; signal?: AbortSignal | undefined }) => PromiseLike<Outcome>;

/* Takes the answer out of what the client returns; throws Refusal or Away. */
export function answerOf(outcome: Outcome, signal?: AbortSignal): unknown {
  if (outcome.error === null || outcome.error === undefined) return outcome.data;
  signal?.throwIfAborted();
  if (isAwayStatus(outcome.status)) throw new Away();
  throw refusalFrom(outcome.status, outcome.error);
}

/* `onShutOut`: the daemon does not know this bearer any more (logged out elsewhere, account closed). */
export function apiOver(caller: Caller, onShutOut?: () => void): Api {
  async function run(name: FunctionName, args: object, get: boolean, signal?: AbortSignal): Promise<unknown> {
    try {
      return answerOf(await caller(name, args, { get, signal }), signal);
    } catch (error) {
      if (isRefusal(error, 401)) onShutOut?.();
      throw error;
    }
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

/* Calls with the public key alone, or with a token of its own: the dialect's `POST /rest/v1/rpc/<name>`, or GET for what only looks. */
export function plainCaller(door: Door, token?: () => string | null): Caller {
  const send = wire(door.fetch);
  return async (name, args, { get, signal }) => {
    const url = new URL(`${door.origin}/rest/v1/rpc/${name}`);
    if (get) for (const [key, value] of Object.entries(args)) if (value !== undefined) url.searchParams.set(key, String(value));
    const headers = { accept: 'application/json', apikey: door.anonKey, authorization: `Bearer ${token?.() ?? door.anonKey}` };
    try {
      const response = await send(
        url.href,
        get ? { method: 'GET', headers, signal: signal ?? null } : { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(args), signal: signal ?? null },
      );
      const text = await response.text();
      let body: unknown = null;
      try {
        body = text === '' ? null : JSON.parse(text);
      } catch {
        // A proxy's page instead of an answer.
        return { data: null, error: {}, status: response.ok ? 502 : response.status };
      }
      return response.ok ? { data: body, error: null, status: response.status } : { data: null, error: body ?? {}, status: response.status };
    } catch (error) {
      return { data: null, error, status: 0 };
    }
  };
}
