/* Why a table is not cleared, for the waiter. */
import { isRefusal } from '@/data/refusal';
import type { Texts } from '.';
import { explain, type Explanation } from './explain';
import type { Amount } from './explainOrder';

export function explainClear(error: unknown, t: Texts, amount: Amount): Explanation {
  if (isRefusal(error, 409)) {
    const due = error.number('due_amount');
    if (error.reason === 'unpaid' && due !== undefined) return { title: t.floor.clearBlocked.unpaid(amount(due)), hint: null };
    if (error.reason === 'unsent_drafts') return { title: t.floor.clearBlocked.unsent_drafts, hint: null };
    const numbers = error.facts['order_numbers'];
    if (error.reason === 'in_kitchen' && Array.isArray(numbers)) return { title: t.floor.clearBlocked.in_kitchen(numbers.map(String).join(', ')), hint: null };
  }
  return explain(error, t);
}
