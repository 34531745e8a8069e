/* The bill: asked for, split, paid share by share. */
import type { Api } from './api';
import type { SharePlan, Tender } from './functions';
import type { Bill, Id, Share, SplitMethod } from './shapes';
import type { Queue } from './writes';

export type Split = { method: 'together' } | { method: 'equal'; parts: number } | { method: 'guest' } | { method: 'item'; shares: ItemShare[] } | { method: 'amount'; shares: AmountShare[] };

export interface AmountShare {
  label: string;
  customer_session_id?: Id;
  amount: number;
}

export interface ItemShare {
  label: string;
  customer_session_id?: Id;
  lines: Id[];
}

export function askForBill(api: Api, options: { sessionId?: Id; discardDrafts?: boolean } = {}): Promise<unknown> {
  return api.call('bill_session', {
    ...(options.sessionId === undefined ? {} : { p_session_id: options.sessionId }),
    ...(options.discardDrafts ? { p_discard_drafts: true } : {}),
  });
}

/* "Together" is one equal share. */
export function planOf(split: Split): { method: SplitMethod; shares?: SharePlan } {
  switch (split.method) {
    case 'together':
      return { method: 'equal', shares: { parts: 1 } };
    case 'equal':
      return { method: 'equal', shares: { parts: split.parts } };
    case 'guest':
      return { method: 'guest' };
    case 'item':
      return { method: 'item', shares: split.shares.filter((share) => share.lines.length > 0) };
    case 'amount':
      return { method: 'amount', shares: split.shares.filter((share) => share.amount > 0) };
  }
}

export function splitBill(api: Api, split: Split, sessionId?: Id): Promise<unknown> {
  const { method, shares } = planOf(split);
  return api.call('split_bill', {
    p_method: method,
    ...(shares === undefined ? {} : { p_shares: shares }),
    ...(sessionId === undefined ? {} : { p_session_id: sessionId }),
  });
}

export const dueOf = (share: Share): number => share.amount - share.paid_amount;

/* The second tap of a double tap finds the first one's payment under way and adds none. */
export function payShare(queue: Queue, share: Share, amount: number, method: Tender = 'cash', tip = 0): string {
  const underWay = queue.writes().find((write) => write.kind === 'pay_bill_share' && write.args.p_share_id === share.id);
  if (underWay) return underWay.id;
  return queue.add('pay_bill_share', { p_share_id: share.id, p_method: method, p_amount: amount, ...(tip > 0 ? { p_tip_amount: tip } : {}) });
}

export const isSettled = (bill: Bill): boolean => bill.due_amount === 0;

/* How the open part of a bill is split now. One equal share is one bill for all. */
export function methodOf(open: readonly Share[]): 'whole' | 'equal' | 'guest' | 'item' | 'amount' | 'weight' {
  const method = open[0]?.method;
  if (method === 'guest' || method === 'item' || method === 'amount' || method === 'weight') return method;
  return method === 'equal' && open.length > 1 ? 'equal' : 'whole';
}

/* The shares that a guest has taken. */
export const sharesOf = (bill: Bill, customerId: Id): Share[] => bill.shares.filter((share) => share.customer_session_id === customerId);

/* What everybody has said to be theirs so far, with `mine` as this guest's part of it. */
export function itemPlan(bill: Bill, me: { id: Id; name: string }, mine: readonly Id[]): ItemShare[] {
  const others = bill.shares
    .filter((share) => share.status === 'open' && share.method === 'item' && share.customer_session_id !== null && share.customer_session_id !== me.id)
    .map((share) => ({ label: share.label, customer_session_id: share.customer_session_id ?? '', lines: share.lines.map((line) => line.line_id) }));
  return [...others, { label: me.name, customer_session_id: me.id, lines: [...mine] }];
}

/* The same by amounts: what the others have said stays. */
export function amountPlan(bill: Bill, me: { id: Id; name: string }, amount: number): AmountShare[] {
  const others = bill.shares
    .filter((share) => share.status === 'open' && share.method === 'amount' && share.customer_session_id !== null && share.customer_session_id !== me.id)
    .map((share) => ({ label: share.label, customer_session_id: share.customer_session_id ?? '', amount: share.amount }));
  return [...others, { label: me.name, customer_session_id: me.id, amount }];
}

/* A guest's own share, where the bill was split so that there is one. */
export function shareFor(bill: Bill, customerId: Id): Share | undefined {
  return bill.shares.find((share) => share.customer_session_id === customerId);
}

/* Banknotes and round sums a guest may hand over for an amount: the exact sum first, each once, smallest first. */
export function likelyCash(due: number, exponent: number): number[] {
  const unit = 10 ** exponent;
  const rounded = [1, 5, 10, 20, 50, 100].map((step) => Math.ceil(due / (step * unit)) * step * unit);
  return [...new Set([due, ...rounded])].sort((a, b) => a - b).slice(0, 5);
}
