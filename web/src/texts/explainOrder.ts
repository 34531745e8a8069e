/* Why an order was not sent, for whoever sent it. */
import { isRefusal } from '@/data/refusal';
import type { Texts } from '.';
import { explain, type Explanation } from './explain';

export type Amount = (minor: number) => string;

export function explainOrder(error: unknown, t: Texts, amount: Amount): Explanation {
  if (isRefusal(error, 409)) {
    if (error.reason === 'nothing_to_send') return { title: t.problems.nothingToSend, hint: null };
    const total = error.number('total_amount');
    if (error.reason === 'total_changed' && total !== undefined) return { title: t.problems.totalChanged(amount(total)), hint: null };
    const items = error.facts['items'];
    if (error.reason === 'sold_out' && Array.isArray(items)) {
      const names = items.flatMap((item: unknown) => (typeof item === 'object' && item !== null && 'name' in item && typeof item.name === 'string' ? [item.name] : []));
      if (names.length > 0) return { title: t.problems.soldOut(names.join(', ')), hint: error.hint };
    }
    // One dish that the kitchen took off the menu comes by name, several that ran short come as a list.
    const name = error.text('name');
    if (error.reason === 'sold_out' && name !== undefined) return { title: t.problems.soldOut(name), hint: error.hint };
  }
  return explain(error, t);
}
