import { expect, test } from 'vitest';
import { readContact } from './guest';

test.each([
  [' Fay@Example.com ', 'fay@example.com'],
  ['fay@', undefined],
  ['fay@example', undefined],
  ['+49 (30) 555-777', '+4930555777'],
  ['0049 30 555777', '+4930555777'],
  ['030 555777', undefined],
  ['+0 30 555777', undefined],
  ['Fay', undefined],
  ['', undefined],
])('%s is how a code is sent: %s', (typed, contact) => expect(readContact(typed)).toBe(contact));
