import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import type { Api } from './api';
import { cashBook, endOf, paymentsQuery, refundsQuery } from './finance';
import { Away, isRefusal } from './refusal';
import type { Services } from './services';

const lines = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `id-${n}`, at: '2026-12-04T19:00:00Z' }));

test('a list goes on below its last line, by its id too, for many lines are of one instant', async () => {
  const asked: unknown[] = [];
  const api = {
    read: async (_name: string, args: object) => {
      asked.push(args);
      return asked.length % 2 === 1 ? lines(200) : lines(3);
    },
  } as unknown as Api;
  const client = new QueryClient();
  const filter = { from: null, to: null, method: null, search: '' };
  const payments = await client.fetchInfiniteQuery({ ...paymentsQuery(api, filter), pages: 5 });
  expect(payments.pages.flat()).toHaveLength(203);
  const refunds = await client.fetchInfiniteQuery({ ...refundsQuery(api), pages: 5 });
  expect(refunds.pages.flat()).toHaveLength(203);
  const below = { p_limit: 200, p_before: '2026-12-04T19:00:00Z', p_before_id: 'id-199' };
  expect(asked).toEqual([{ p_limit: 200 }, below, { p_limit: 200 }, below]);
  expect(endOf([])).toBeNull();
});

const books = (answer: () => Response) => {
  const told = { out: 0 };
  const services = {
    door: { origin: 'http://resort.localhost', anonKey: 'anon', fetch: async () => answer() },
    staff: { bearer: { token: () => 'mine' }, signOut: async () => void (told.out += 1) },
  } as unknown as Services;
  return { told, book: () => cashBook(services, '2026-12-01', '2026-12-31') };
};

test('a cash book that is refused says why; one that nobody answers for says that', async () => {
  const refused = books(() => new Response(JSON.stringify({ code: 'MD403', message: 'Not for you.' }), { status: 403 }));
  await expect(refused.book()).rejects.toMatchObject({ status: 403, message: 'Not for you.' });
  const page = books(() => new Response('<h1>Forbidden</h1>', { status: 403 }));
  await expect(page.book()).rejects.toSatisfy((error) => isRefusal(error, 403));
  await expect(books(() => new Response('<h1>Bad gateway</h1>', { status: 502 })).book()).rejects.toBeInstanceOf(Away);
  const unplugged = books(() => {
    throw new TypeError('Failed to fetch');
  });
  await expect(unplugged.book()).rejects.toBeInstanceOf(Away);
  const ended = books(() => new Response('{}', { status: 401 }));
  await expect(ended.book()).rejects.toSatisfy((error) => isRefusal(error, 401));
  expect([refused.told.out, ended.told.out]).toEqual([0, 1]);
  expect(await books(() => new Response('a,b', { status: 200 })).book()).toBe('a,b');
});
