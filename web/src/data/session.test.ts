import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import type { Api } from './api';
import { forgetPass, recallPass } from './pass';
import { enterSession, joinLink, keepEntry, otpFromHash, recallName, sessionKey, sessionQuery, welcomeOf } from './session';
import type { Entry, SessionView, TableView } from './shapes';

const entry: Entry = {
  session: { id: 's', otp: '123456', otp_expires_at: null, status: 'active', restaurant_id: 'r', table_id: 't', table_number: 4, table_code: 'code', total_amount: 0, version: 1 },
  customer: { id: 'c', name: 'Ada' },
  access_token: 'token',
  token_type: 'bearer',
  expires_at: null,
  expires_in: null,
};

function recording(answer: unknown): { api: Api; asked: [string, unknown][] } {
  const asked: [string, unknown][] = [];
  const run = (name: string, args: unknown): Promise<never> => {
    asked.push([name, args]);
    return Promise.resolve(answer as never);
  };
  return { asked, api: { read: run, call: run } };
}

test('a phone remembers its pass for the table, and forgets it', () => {
  keepEntry('code', entry);
  expect(recallPass('code')).toEqual({ token: 'token', sessionId: 's', customerId: 'c', name: 'Ada' });
  expect(recallPass('other')).toBeUndefined();
  forgetPass('code');
  expect(recallPass('code')).toBeUndefined();
});

test.each(['nonsense', '{}', '{"token":1}', 'null'])('a broken memory (%s) is no pass', (stored) => {
  window.localStorage.setItem('maitred.pass.code', stored);
  expect(recallPass('code')).toBeUndefined();
});

test('opening without digits, joining with them; the name is remembered, an empty one is not sent', async () => {
  const { api, asked } = recording(entry);
  await enterSession(api, 'code', { name: '  Ada ' });
  await enterSession(api, 'code', { name: ' ', otp: '123456' });
  expect(asked).toEqual([
    ['open_table_session', { p_table: 'code', p_name: 'Ada' }],
    ['join_table_session', { p_table: 'code', p_otp: '123456' }],
  ]);
  expect(recallName()).toBe('Ada');
});

test('the session is asked for since the version that is known; "unchanged" keeps what is there', async () => {
  const client = new QueryClient();
  const known = { version: 7 } as SessionView;
  const { api, asked } = recording({ version: 7, unchanged: true });
  client.setQueryData(sessionKey('s'), known);
  expect(await client.fetchQuery({ ...sessionQuery(api, 's', 'guest'), staleTime: 0 })).toBe(known);
  expect(asked).toEqual([['get_session', { p_since_version: 7 }]]);
});

test('staff name the session, guests do not', async () => {
  const { api, asked } = recording({ version: 1 });
  await new QueryClient().fetchQuery(sessionQuery(api, 's', 'staff'));
  await new QueryClient().fetchQuery(sessionQuery(api, 's', 'guest'));
  expect(asked.map(([, args]) => args)).toEqual([{ p_session_id: 's' }, {}]);
});

test.each([
  [{ is_active: false, is_billed: false, can_open: true }, 'start'],
  [{ is_active: true, is_billed: false, can_open: false }, 'join'],
  [{ is_active: false, is_billed: true, can_open: false }, 'billed'],
  [{ is_active: false, is_billed: false, can_open: false }, 'closed'],
])('a table with %o says %s', (state, welcome) => {
  expect(welcomeOf({ session: state } as TableView)).toBe(welcome);
});

test('a closed house says so, unless somebody sits there', () => {
  const state = { is_active: false, is_billed: false, can_open: false };
  expect(welcomeOf({ session: state, restaurant: { is_open: false } } as TableView)).toBe('house_closed');
  expect(welcomeOf({ session: { ...state, is_active: true }, restaurant: { is_open: false } } as TableView)).toBe('join');
});

test('the digits travel behind the #, where no server logs them', () => {
  expect(joinLink('http://pizza.localhost', 'a/b', '123456')).toBe('http://pizza.localhost/t/a%2Fb#otp=123456');
  expect(joinLink('http://pizza.localhost', 'code', null)).toBe('http://pizza.localhost/t/code');
  expect(otpFromHash('#otp=123456')).toBe('123456');
  for (const other of ['', '#otp=12345', '#otp=1234567', '#otp=12345a', '#menu']) expect(otpFromHash(other)).toBeUndefined();
});
