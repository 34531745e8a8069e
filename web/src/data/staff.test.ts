import type { SupabaseClient } from '@supabase/supabase-js';
import { expect, test } from 'vitest';
import { Away, Refusal } from './refusal';
import { authProblem, claimsOf, memberOf, safeNext, staffStore } from './staff';
import { homeOf, pagesOf } from './workplaces';

const token = (claims: unknown): string =>
  `x.${btoa(unescape(encodeURIComponent(JSON.stringify(claims))))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')}.y`;

test('claims are read from a token, and nothing from nonsense', () => {
  expect(claimsOf(token({ app_role: 'kitchen', name: 'Zoë' }))).toEqual({ app_role: 'kitchen', name: 'Zoë' });
  for (const broken of ['', 'a.b.c', 'x.bm90IGpzb24.y']) expect(claimsOf(broken)).toEqual({});
});

test('a member has a name to show, if need be the address', () => {
  const access_token = token({ app_role: 'waiter' });
  expect(memberOf({ access_token, user: { id: 'u', email: 'w@x', user_metadata: { full_name: 'Wanda' } } })).toEqual({ id: 'u', email: 'w@x', name: 'Wanda', role: 'waiter' });
  expect(memberOf({ access_token: 'broken', user: { id: 'u', email: 'w@x' } })).toEqual({ id: 'u', email: 'w@x', name: 'w@x', role: null });
});

test('a renewed token is nobody new, but the live connection hears of it', () => {
  let say: (event: string, session: unknown) => void = () => {};
  const client = { auth: { onAuthStateChange: (listener: typeof say) => void (say = listener) } } as unknown as SupabaseClient;
  const store = staffStore(client);
  const heard: string[] = [];
  store.subscribe(() => heard.push(store.state().status));
  store.bearer.subscribe(() => heard.push(store.bearer.token() ?? 'none'));
  const session = (n: number) => ({ access_token: token({ app_role: 'waiter', n }), user: { id: 'u', email: 'w@x' } });
  say('SIGNED_IN', session(1));
  say('TOKEN_REFRESHED', session(2));
  say('TOKEN_REFRESHED', session(2));
  say('SIGNED_OUT', null);
  expect(heard).toEqual([session(1).access_token, 'in', session(2).access_token, 'none', 'out']);
});

test('no network is not a wrong password', () => {
  expect(authProblem({ name: 'AuthRetryableFetchError', message: 'x', status: 0 })).toBeInstanceOf(Away);
  expect(authProblem({ name: 'AuthApiError', message: 'x', status: 503 })).toBeInstanceOf(Away);
  const wrong = authProblem({ name: 'AuthApiError', message: 'Invalid', status: 400, code: 'invalid_credentials' });
  expect(wrong).toBeInstanceOf(Refusal);
  expect(wrong).toMatchObject({ status: 400, code: 'invalid_credentials' });
});

test('everybody lands where they work; where there is no such place, on the start page', () => {
  const dining = ['core', 'dining'];
  expect(['kitchen', 'waiter', 'manager', 'finance', null].map((role) => homeOf(role, dining))).toEqual(['/kitchen', '/floor', '/floor', '/', '/']);
  expect(homeOf('manager', ['core', 'labor'])).toBe('/');
  const resort = ['core', 'payments', 'dining', 'stays', 'pool', 'experiences'];
  expect(['staff', 'finance', 'waiter', 'kitchen', 'customer'].map((role) => homeOf(role, resort))).toEqual(['/desk', '/finance', '/floor', '/kitchen', '/']);
  expect(pagesOf('finance', resort)).toEqual(['/finance', '/desk']);
  expect(pagesOf('staff', resort)).toEqual(['/desk', '/floor', '/kitchen', '/gate']);
  expect(pagesOf('kitchen', dining)).toEqual(['/kitchen']);
  expect(pagesOf('waiter', dining)).toEqual(['/floor', '/kitchen']);
});

test('after logging in nobody is led away from the site', () => {
  expect(safeNext('/kitchen')).toBe('/kitchen');
  for (const away of [undefined, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) expect(safeNext(away)).toBeUndefined();
});
