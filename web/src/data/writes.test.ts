import { afterEach, expect, test, vi } from 'vitest';
import { fakeFetch } from '../../fake/http';
import { ANON_KEY, FakeRestaurant } from '../../fake/restaurant';
import { apiOver, plainCaller, type Api } from './api';
import { isQueued, openQueue, sendWrite, type QueuedWrite } from './writes';

afterEach(() => vi.useRealTimers());

test("the write's id is the idempotency key, where the function knows one", async () => {
  const asked: [string, unknown][] = [];
  const record = (name: string, args: unknown): Promise<never> => {
    asked.push([name, args]);
    return Promise.resolve({} as never);
  };
  const api: Api = { read: record, call: record };
  const write = (kind: string, args: object): QueuedWrite => ({ id: 'the-id', kind, args, at: 1 }) as QueuedWrite;
  await sendWrite(api, write('add_order_line', { p_menu_item_id: 'm' }));
  await sendWrite(api, write('place_order', {}));
  await sendWrite(api, write('pay_bill_share', { p_share_id: 's' }));
  await sendWrite(api, write('change_order_line', { p_line_id: 'l', p_quantity: 2 }));
  await sendWrite(api, write('start_kitchen_order', { p_kitchen_order_id: 'k' }));
  expect(asked).toEqual([
    ['add_order_line', { p_menu_item_id: 'm', p_idempotency_key: 'the-id' }],
    ['place_order', { p_idempotency_key: 'the-id' }],
    ['pay_bill_share', { p_share_id: 's', p_idempotency_key: 'the-id' }],
    ['change_order_line', { p_line_id: 'l', p_quantity: 2 }],
    ['start_kitchen_order', { p_kitchen_order_id: 'k' }],
  ]);
});

test('what steps further with each call never waits in the outbox', () => {
  for (const kind of ['undo_kitchen_order', 'renew_session_otp', 'split_bill', 'clear_session', 'toString', '__proto__']) {
    expect(isQueued({ id: '1', kind, args: {}, at: 1 })).toBe(false);
  }
});

test('an answer that is lost on the way does not add the line twice', async () => {
  const house = new FakeRestaurant();
  const { access_token, session } = house.call('open_table_session', { p_table: 'vesuvio4' }, ANON_KEY) as { access_token: string; session: { id: string } };
  const answer = fakeFetch(house);
  let lost = 0;
  const api = apiOver(
    plainCaller(
      {
        origin: 'http://pizza.localhost',
        anonKey: ANON_KEY,
        fetch: async (input, init) => {
          const response = await answer(input, init);
          if (lost++ === 0) throw new TypeError('Failed to fetch');
          return response;
        },
      },
      () => access_token,
    ),
  );
  const done = new Promise<void>((resolve) => {
    const queue = openQueue({ api, shelf: window.localStorage, key: 'lost', onDone: () => (queue.close(), resolve()), onRefused: () => {} });
    queue.add('add_order_line', { p_menu_item_id: 'diavola' });
  });
  await done;
  expect(lost).toBe(2);
  expect(house.sessions.find((candidate) => candidate.id === session.id)?.drafts).toHaveLength(1);
});
