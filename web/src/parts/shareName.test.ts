import { expect, test } from 'vitest';
import { shareName } from './shareName';

const t = { app: { wholeBill: 'Ganze Rechnung', restOfBill: 'Rest hier', partOfBill: (n: number) => `Teil ${n}` } } as Parameters<typeof shareName>[1];

test('what the database calls a share is said in the reader’s language, what a person wrote stays', () => {
  expect(['Whole bill', 'Rest', 'Part 12', 'Ada', 'Part of Ada', 'Part 1a'].map((label) => shareName(label, t))).toEqual(['Ganze Rechnung', 'Rest hier', 'Teil 12', 'Ada', 'Part of Ada', 'Part 1a']);
});
