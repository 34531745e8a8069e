import { expect, test } from 'vitest';
import { dueOf, likelyCash, planOf, shareFor } from './bill';
import type { Bill, Share } from './shapes';

const share = (more: Partial<Share>): Share => ({
  id: 's',
  position: 1,
  label: 'Ada',
  method: 'guest',
  customer_session_id: null,
  customer_name: null,
  amount: 1000,
  paid_amount: 0,
  due_amount: 1000,
  cash_due_amount: 1000,
  status: 'open',
  payment_method: null,
  paid_at: null,
  lines: [],
  ...more,
});

test('how a split is asked for', () => {
  expect(planOf({ method: 'together' })).toEqual({ method: 'equal', shares: { parts: 1 } });
  expect(planOf({ method: 'equal', parts: 3 })).toEqual({ method: 'equal', shares: { parts: 3 } });
  expect(planOf({ method: 'guest' })).toEqual({ method: 'guest' });
  expect(
    planOf({
      method: 'item',
      shares: [
        { label: 'Ada', lines: ['l1'] },
        { label: 'Nobody', lines: [] },
      ],
    }),
  ).toEqual({ method: 'item', shares: [{ label: 'Ada', lines: ['l1'] }] });
});

test('what is still to pay of a share', () => {
  expect(dueOf(share({ amount: 1000, paid_amount: 250 }))).toBe(750);
});

test('a guest finds their own share, and none where the bill was split otherwise', () => {
  const bill: Bill = {
    total_amount: 2000,
    net_amount: 2000,
    tax_amount: 0,
    paid_amount: 0,
    due_amount: 2000,
    cash_due_amount: 2000,
    adjustments: [],
    shares: [share({ id: 'a', customer_session_id: 'bob' }), share({ id: 'b', customer_session_id: 'ada' })],
  };
  expect(shareFor(bill, 'ada')?.id).toBe('b');
  expect(shareFor(bill, 'eve')).toBeUndefined();
});

test.each([
  [2555, 2, [2555, 2600, 3000, 4000, 5000]],
  [2000, 2, [2000, 5000, 10000]],
  [1, 2, [1, 100, 500, 1000, 2000]],
  [730, 0, [730, 740, 750, 800]],
])('for %i (exponent %i) people hand over %j', (due, exponent, sums) => {
  expect(likelyCash(due, exponent)).toEqual(sums);
});
