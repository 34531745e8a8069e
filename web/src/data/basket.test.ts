import { beforeEach, expect, test, vi } from 'vitest';
import type { Api } from './api';
import { BasketStore, goneIn, priceChangeIn, totalChangeIn } from './basket';
import type { Basket, BasketPart, Part } from './bookingShapes';
import { Away, refusalFrom } from './refusal';

const POOL: Part = { kind: 'pool', date: '2026-12-05', slot: 'morning', adults: 2, children: 0, key: 'one', price: 24 };
const TABLE: Part = { kind: 'table', restaurant_id: 'r', date: '2026-12-05', time: '19:00', party_size: 2, key: 'two', price: 0 };

const held = (part: Part): BasketPart => ({ id: `id-${part.key}`, key: part.key ?? null, kind: part.kind, request: part, price: part.price ?? 0 }) as BasketPart;
const basketOf = (parts: Part[], status: Basket['status'] = 'open'): Basket =>
  ({ id: 'b', reference: 'BK-1', status, currency: 'EUR', now: '2026-12-01T10:00:00Z', expires_at: '2026-12-01T10:15:00Z', total: 24, parts: parts.map(held) }) as Basket;
const refuse = (status: number, facts: object) => refusalFrom(status, { code: `MD${status}`, message: 'No.', details: JSON.stringify(facts) });

type Handler = (args: Record<string, unknown>) => unknown;
function storeOf(functions: Record<string, Handler>) {
  const calls: { name: string; args: Record<string, unknown> }[] = [];
  const ask = async (name: string, args: Record<string, unknown>): Promise<unknown> => {
    calls.push({ name, args });
    return functions[name]?.(args);
  };
  return { store: new BasketStore({ read: ask, call: ask } as unknown as Api), calls };
}

beforeEach(() => localStorage.clear());

test('the first part makes a basket, the second joins it, and a reload finds both', async () => {
  const { store, calls } = storeOf({
    hold_basket: () => ({ ...basketOf([POOL]), token: 'secret' }),
    change_basket: () => basketOf([POOL, TABLE]),
  });
  await store.change([POOL]);
  await store.change([TABLE]);
  expect(calls.map((call) => call.name)).toEqual(['hold_basket', 'change_basket']);
  expect(calls[1]?.args).toMatchObject({ p_token: 'secret', p_add: [TABLE], p_remove: [] });
  expect(new BasketStore({} as Api).state()?.parts).toHaveLength(2);
});

test('a hold that was not answered is sent again under its key, also by the next page; an answered one is not', async () => {
  const hold = vi.fn<Handler>(() => {
    throw new Away();
  });
  const { store, calls } = storeOf({ hold_basket: hold });
  await expect(store.hold([POOL])).rejects.toBeInstanceOf(Away);
  const next = storeOf({ hold_basket: () => ({ ...basketOf([POOL]), token: 'secret' }) });
  await next.store.hold([POOL]);
  expect(next.calls[0]?.args['p_idempotency_key']).toBe(calls[0]?.args['p_idempotency_key']);
  await next.store.hold([POOL]);
  expect(next.calls[1]?.args['p_idempotency_key']).not.toBe(calls[0]?.args['p_idempotency_key']);
});

test('another part is another hold', async () => {
  const { store, calls } = storeOf({
    hold_basket: () => {
      throw new Away();
    },
  });
  await expect(store.hold([POOL])).rejects.toBeInstanceOf(Away);
  await expect(store.hold([TABLE])).rejects.toBeInstanceOf(Away);
  expect(calls[0]?.args['p_idempotency_key']).not.toBe(calls[1]?.args['p_idempotency_key']);
});

test('a change whose answer got lost is looked for in the basket; one that did not happen says so', async () => {
  let isThere = true;
  const { store } = storeOf({
    hold_basket: () => ({ ...basketOf([POOL]), token: 'secret' }),
    change_basket: () => {
      throw new Away();
    },
    get_basket: () => basketOf(isThere ? [POOL, TABLE] : [POOL]),
  });
  await store.change([POOL]);
  expect((await store.change([TABLE])).parts).toHaveLength(2);
  isThere = false;
  await expect(store.change([TABLE])).rejects.toBeInstanceOf(Away);
});

test('when its time is up, what was in it and what comes are held together, at the prices that were shown', async () => {
  const { store, calls } = storeOf({
    hold_basket: (args) => ({ ...basketOf(args['p_parts'] as Part[]), token: 'secret' }),
    change_basket: () => {
      throw refuse(410, {});
    },
  });
  await store.change([POOL]);
  await store.change([TABLE]);
  expect(calls.at(-1)).toMatchObject({ name: 'hold_basket', args: { p_parts: [POOL, TABLE], p_accept_prices: false } });
});

test('the last part that is taken out releases the basket', async () => {
  const { store, calls } = storeOf({ hold_basket: () => ({ ...basketOf([POOL]), token: 'secret' }), release_basket: () => ({}) });
  await store.change([POOL]);
  await store.remove('id-one');
  expect(calls.at(-1)?.name).toBe('release_basket');
  expect(store.state()).toBeNull();
});

test('a basket that nobody knows is none; without a network the one that is known stays', async () => {
  let error: Error = new Away();
  const { store } = storeOf({
    hold_basket: () => ({ ...basketOf([POOL]), token: 'secret' }),
    get_basket: () => {
      throw error;
    },
  });
  await store.change([POOL]);
  await expect(store.refresh()).rejects.toBeInstanceOf(Away);
  expect(store.state()).not.toBeNull();
  error = refuse(404, { field: 'p_token' });
  await expect(store.refresh()).rejects.toThrow();
  expect(store.state()).toBeNull();
});

test('parts of an expired basket are known here when the daemon has let them go', async () => {
  const { store } = storeOf({ hold_basket: () => ({ ...basketOf([POOL]), token: 'secret' }), get_basket: () => basketOf([], 'expired') });
  await store.change([POOL]);
  expect((await store.refresh())?.parts).toHaveLength(1);
});

test('a confirmed basket is kept; a new part begins another', async () => {
  const { store, calls } = storeOf({ hold_basket: () => ({ ...basketOf([POOL]), token: 'secret' }), confirm_basket: () => ({ ...basketOf([POOL], 'confirmed'), replayed: true }) });
  await store.change([POOL]);
  await store.confirm({ full_name: 'Ada', email: 'a@b.test', phone: '' }, [{ method: 'desk' }], 24, '');
  expect(calls.at(-1)?.args).toEqual({ p_token: 'secret', p_guest: { full_name: 'Ada', email: 'a@b.test', phone: '' }, p_pay: [{ method: 'desk' }], p_total: 24 });
  expect(store.state()?.status).toBe('confirmed');
  await store.change([TABLE]);
  expect(calls.at(-1)?.name).toBe('hold_basket');
});

test('refusals are read: what is gone, what is dearer, nothing of another kind', () => {
  const gone = refuse(409, { reason: 'gone', parts: [{ key: 'one', kind: 'pool', code: 'MD409' }] });
  expect(goneIn(gone)).toEqual([{ key: 'one', kind: 'pool', code: 'MD409', alternatives: [] }]);
  expect(priceChangeIn(gone)).toBeNull();
  const dearer = refuse(409, { reason: 'price_changed', parts: [{ key: 'one', kind: 'pool', title: 'Pool', was: 24, now: 30 }] });
  expect(priceChangeIn(dearer)).toHaveLength(1);
  expect(goneIn(dearer)).toEqual([]);
  expect(totalChangeIn(refuse(409, { field: 'p_total', reason: 'price_changed', was: 1, now: 2 }))).toEqual({ was: 1, now: 2 });
  expect(totalChangeIn(new Away())).toBeNull();
});
