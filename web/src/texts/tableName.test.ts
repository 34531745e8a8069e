import { expect, test } from 'vitest';
import { loadTexts } from './load';
import type { Texts } from '.';
import { tableName } from './tableName';

const en = (await loadTexts('guest', 'en')) as Texts;

test.each([
  [4, null, 'Table 4'],
  [4, 'Table 4', 'Table 4'],
  [4, 'T4', 'Table 4'],
  [4, ' ', 'Table 4'],
  [6, 'Long table', 'Table 6 · Long table'],
  [1, 'Booth 12', 'Table 1 · Booth 12'],
])('number %i, name %j: %s', (table_number, name, text) => {
  expect(tableName({ table_number, name }, en)).toBe(text);
});
