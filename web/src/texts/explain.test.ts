import { expect, test } from 'vitest';
import { Away, refusalFrom } from '@/data/refusal';
import type { Texts } from '.';
import { loadDeskTexts } from './deskTexts';
import { loadTexts } from './load';
import { explain, explainJoin } from './explain';
import { explainOrder } from './explainOrder';
import { explainClear } from './explainClear';

const en: Texts = {
  ...(await loadTexts('guest', 'en')),
  ...(await loadTexts('seated', 'en')),
  ...(await loadTexts('my', 'en')),
  ...(await loadTexts('booked', 'en')),
  ...(await loadTexts('waiver', 'en')),
  ...(await loadTexts('staff', 'en')),
  ...(await loadTexts('widget', 'en')),
  ...(await loadTexts('house', 'en')),
  ...(await loadTexts('book', 'en')),
  ...(await loadTexts('held', 'en')),
  ...(await loadDeskTexts('en')),
};

const refuse = (status: number, facts: object = {}, message = 'The daemon says why.', code = `MD${status}`, hint: string | null = 'And what to do.') =>
  refusalFrom(status, { code, message, details: JSON.stringify(facts), hint });
const euros = (minor: number) => `€${(minor / 100).toFixed(2)}`;

test('no network is said as such', () => {
  expect(explain(new Away(), en)).toEqual({ title: en.problems.away, hint: en.problems.awayHint });
});

test("the daemon's own sentence and hint are shown", () => {
  expect(explain(refuse(409), en)).toEqual({ title: 'The daemon says why.', hint: 'And what to do.' });
});

test.each([
  ['an error of ours', new TypeError('x is undefined')],
  ['a broken daemon', refuse(500)],
  ['a refusal without words', refuse(400, {}, '')],
])('%s shows no insides', (_name, error) => {
  expect(explain(error, en).title).toBe(en.problems.unexpected);
});

test('what the dialect says of its catalogue is for programs', () => {
  const missing = refuse(404, {}, 'Could not find the function tenant_escape.get_floor in the schema cache', 'PGRST202');
  expect(explain(missing, en)).toEqual({ title: en.problems.notOffered, hint: null });
  expect(explain(refuse(400, {}, 'x', 'PGRST204'), en).title).toBe(en.problems.unexpected);
});

test('row security, lapsed logins and too many tries have words of their own', () => {
  expect(explain(refuse(403, {}, 'permission denied for table orders', '42501'), en).title).toBe(en.problems.forbidden);
  expect(explain(refuse(401), en).title).toBe(en.problems.signedOut);
  expect(explain(refuse(429, { retry_after: 41.2 }), en).title).toContain('42 seconds');
  expect(explain(refuse(400, {}, 'Invalid login credentials', 'invalid_credentials'), en).title).toBe(en.problems.wrongLogin);
});

test('joining: wrong digits say how many tries are left', () => {
  expect(explainJoin(refuse(403, { attempts_left: 3 }), en).title).toContain('3 tries left');
  expect(explainJoin(refuse(403, { attempts_left: 1 }), en).title).toContain('1 try left');
  expect(explainJoin(refuse(409, { reason: 'session_full', max_participants: 20 }), en).title).toContain('20 guests');
  expect(explainJoin(refuse(410, {}, 'The digits have expired.', 'MD410', null), en).hint).toBe(en.table.otpExpiredHint);
});

test('ordering: what is sold out, and the new total', () => {
  expect(explainOrder(refuse(409, { reason: 'sold_out', items: [{ name: 'Burrata' }, { name: 'Gelato' }] }), en, euros).title).toBe('Sold out by now: Burrata, Gelato.');
  expect(explainOrder(refuse(409, { reason: 'sold_out', name: 'Burrata' }), en, euros).title).toBe('Sold out by now: Burrata.');
  expect(explainOrder(refuse(409, { reason: 'total_changed', total_amount: 1250 }), en, euros).title).toContain('€12.50');
  expect(explainOrder(refuse(409, { reason: 'sold_out' }), en, euros).title).toBe('The daemon says why.');
});

test('clearing: what is in the way', () => {
  expect(explainClear(refuse(409, { reason: 'unpaid', due_amount: 700 }), en, euros).title).toContain('€7.00');
  expect(explainClear(refuse(409, { reason: 'in_kitchen', order_numbers: [7, 8] }), en, euros).title).toContain('7, 8');
  expect(explainClear(refuse(409, { reason: 'unsent_drafts' }), en, euros).title).toBe(en.floor.clearBlocked.unsent_drafts);
});
