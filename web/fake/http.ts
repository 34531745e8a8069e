/* The fake restaurant behind the daemon's addresses. */
import { ANON_KEY, FakeRefusal, STAFF, STAFF_TOKEN, type FakeRestaurant } from './restaurant.ts';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: string;
}

export interface Told {
  status: number;
  headers: Record<string, string>;
  body: string;
}

function tell(status: number, value: unknown, headers: Record<string, string> = {}): Told {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: value === null ? '' : JSON.stringify(value) };
}

/* Not cryptography: it only has to change when the text does. */
function etagOf(text: string): string {
  let hash = 5381;
  for (let at = 0; at < text.length; at++) hash = ((hash * 33) ^ text.charCodeAt(at)) >>> 0;
  return `"${hash.toString(16)}-${text.length.toString(16)}"`;
}

export const CONFIG = {
  name: 'Pizzeria Vesuvio',
  schema: 'tenant_pizza',
  theme_config: { primary_color: '#b3391f', preset: 'modern' },
  modules: ['core', 'payments', 'dining'],
  anon_key: ANON_KEY,
  site_url: 'http://pizza.localhost:8080',
};

function readArguments(asked: Asked): Record<string, unknown> {
  if (asked.method !== 'GET') return asked.body === '' ? {} : (JSON.parse(asked.body) as Record<string, unknown>);
  // The daemon knows the parameters' types from the catalogue; here a number is what looks like one, except codes and digits to join.
  return Object.fromEntries([...asked.query].map(([name, value]) => [name, name.endsWith('_version') ? Number(value) : value]));
}

export function answer(house: FakeRestaurant, asked: Asked): Told | undefined {
  const { path, method } = asked;
  if (path === '/app/config') return tell(200, CONFIG);
  if (path === '/auth/v1/token') {
    const { email, password } = JSON.parse(asked.body) as { email?: string; password?: string };
    if (email !== STAFF.email || password !== STAFF.password) {
      return tell(400, { code: 'invalid_credentials', message: 'Invalid login credentials' }, { 'x-supabase-api-version': '2024-01-01' });
    }
    const user = { id: 'user-1', aud: 'authenticated', role: 'authenticated', email, app_metadata: {}, user_metadata: { full_name: STAFF.name }, created_at: '2026-01-01T00:00:00Z' };
    return tell(200, { access_token: STAFF_TOKEN, token_type: 'bearer', expires_in: 3600, expires_at: 4_102_444_800, refresh_token: 'refresh', user });
  }
  if (path === '/auth/v1/logout') return tell(204, null);
  const name = /^\/rest\/v1\/rpc\/(\w+)$/.exec(path)?.[1];
  if (name === undefined) return undefined;
  const token = (asked.headers.get('authorization') ?? '').replace(/^Bearer /, '');
  try {
    const told = tell(200, house.call(name, readArguments(asked), token));
    if (method !== 'GET') return told;
    const etag = etagOf(told.body);
    if (asked.headers.get('if-none-match') === etag) return { status: 304, headers: { etag }, body: '' };
    return { ...told, headers: { ...told.headers, etag } };
  } catch (error) {
    if (!(error instanceof FakeRefusal)) throw error;
    return tell(error.status, { code: `MD${error.status}`, message: error.message, details: JSON.stringify(error.facts), hint: error.hint });
  }
}

/* A fetch that ends in the fake restaurant. */
export function fakeFetch(house: FakeRestaurant): (input: RequestInfo | URL, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    if (house.isAway) throw new TypeError('Failed to fetch');
    const url = new URL(String(input instanceof Request ? input.url : input));
    const told = answer(house, {
      method: (init?.method ?? 'GET').toUpperCase(),
      path: url.pathname,
      query: url.searchParams,
      headers: new Headers(init?.headers),
      body: typeof init?.body === 'string' ? init.body : '',
    });
    if (!told) return new Response(null, { status: 404 });
    const bodiless = told.status === 304 || told.status === 204;
    return new Response(bodiless ? null : told.body, { status: told.status, headers: told.headers });
  };
}
