/* The fetch under the client: conditional requests, a time limit, and the report whether the daemon was there.
 *
 * A GET is kept with its ETag; the next one asks with If-None-Match, and a 304 is handed on as the kept answer. The browser's
 * own cache would not do it for us: it is keyed by address only, and the answers depend on the bearer token. */
import { isAwayStatus, network } from './network';

const TIMEOUT_MS = 20_000;
const KEPT_MAX = 60;

interface Kept {
  etag: string;
  body: string;
  headers: Headers;
}

export type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

function withTimeout(signal: AbortSignal | null | undefined): AbortSignal {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

export function wire(fetch: Fetch): Fetch {
  const kept = new Map<string, Kept>();

  async function send(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
    const canLimit = typeof AbortSignal.any === 'function' && typeof AbortSignal.timeout === 'function';
    try {
      const response = await fetch(input, canLimit ? { ...init, signal: withTimeout(init?.signal) } : init);
      if (isAwayStatus(response.status)) network.lost();
      else network.reached();
      return response;
    } catch (error) {
      // Somebody turned the page or cancelled: that says nothing about the network.
      if (!init?.signal?.aborted) network.lost();
      throw error;
    }
  }

  return async (input, init) => {
    const method = (init?.method ?? 'GET').toUpperCase();
    const headers = new Headers(init?.headers);
    if (method !== 'GET') return send(input, init);

    const key = [String(input instanceof Request ? input.url : input), headers.get('authorization') ?? '', headers.get('accept') ?? ''].join('\n');
    const known = kept.get(key);
    if (known) headers.set('If-None-Match', known.etag);
    const response = await send(input, { ...init, headers, cache: 'no-store' });

    if (response.status === 304 && known) {
      kept.delete(key); // and back in, as the most recently used
      kept.set(key, known);
      return new Response(known.body, { status: 200, headers: known.headers });
    }
    const etag = response.headers.get('etag');
    if (!response.ok || etag === null) {
      kept.delete(key);
      return response;
    }
    const body = await response.text();
    kept.delete(key);
    kept.set(key, { etag, body, headers: response.headers });
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_MAX) break;
      kept.delete(oldest);
    }
    return new Response(body, { status: response.status, headers: response.headers });
  };
}
