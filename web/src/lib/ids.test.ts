import { afterEach, expect, test, vi } from 'vitest';
import { uuid, wishKeys } from './ids';

const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(() => vi.unstubAllGlobals());

test('a version 4 uuid, another one each time', () => {
  expect(uuid()).toMatch(V4);
  expect(new Set(Array.from({ length: 100 }, uuid)).size).toBe(100);
});

test('also where the origin is not secure and randomUUID is missing', () => {
  vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(0xff) });
  expect(uuid()).toMatch(V4);
});

test('the same wish has the same key until there is another', () => {
  const keyOf = wishKeys();
  const first = keyOf({ amount: 20 });
  expect(keyOf({ amount: 20 })).toBe(first);
  const second = keyOf({ amount: 30 });
  expect(second).not.toBe(first);
  expect(keyOf({ amount: 30 })).toBe(second);
  expect(wishKeys()({ amount: 30 })).not.toBe(second);
});
