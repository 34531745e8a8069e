import { expect, test } from 'vitest';
import { addUp, readAmount } from '@/lib/decimals';
import { changedBy, changesOf, isPortal, laidUpon, listOf, owes, rightsOf, settling, type DeskDay, type DeskStay } from './desk';
import { codeOf, listed, redeem, type GateTicket } from './gate';
import { forSpreadsheet } from './finance';
import type { Api } from './api';
import { Away, refusalFrom } from './refusal';

const stay = (more: Partial<DeskStay>): DeskStay => ({ movement: 'arrival', status: 'confirmed', bill: 0, balance: 0, ...more }) as DeskStay;

test('the day: who still has to come stands first; who has come and who did not owe nothing yet', () => {
  const day = { stays: [stay({ guest_name: 'in', status: 'checked_in' }), stay({ guest_name: 'late' })] } as DeskDay;
  expect(listOf(day, 'arrival').map((one) => one.guest_name)).toEqual(['late', 'in']);
  expect(owes(stay({ bill: 10 }))).toBe(false);
  expect(owes(stay({ bill: 10, status: 'checked_out', movement: 'departure' }))).toBe(true);
  expect(owes(stay({ bill: 10, status: 'no_show', movement: 'no_show' }))).toBe(false);
  expect([isPortal('booking.com'), isPortal('desk'), isPortal(undefined)]).toEqual([true, false, false]);
});

test('rights: what nobody gave is not there', () => {
  const rights = rightsOf({ role: 'staff', rights: { stays: ['read', 'update'] } });
  expect([rights('stays', 'update'), rights('stays', 'delete'), rights('ledger', 'read'), rightsOf(undefined)('stays', 'read')]).toEqual([true, false, false, false]);
});

test('amounts as people type them, in the digits of the currency', () => {
  expect(['12,50', '12.5', "1'200", '1 200,00', '12.505', '-3', '', '12.50.1', '1e3'].map((text) => readAmount(text, 'EUR'))).toEqual([
    12.5,
    12.5,
    1200,
    1200,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect([readAmount('12.505', 'KWD'), readAmount('500', 'JPY'), readAmount('500.5', 'JPY')]).toEqual([12.505, 500, undefined]);
  expect([addUp([0.1, 0.2, -0.3], 'EUR'), addUp([0.1, 0.2], 'EUR')]).toEqual([0, 0.3]);
  expect([readAmount('1000000000', 'EUR'), readAmount('999999999.99', 'EUR')]).toEqual([undefined, 999_999_999.99]);
});

test('a bill in any mix: never more than is to be paid, a voucher with its code', () => {
  const cash = { method: 'cash', amount: '0.10', note: '' } as const;
  expect(settling([cash, { method: 'card', amount: '0.20', note: ' Visa 4242 ' }], 0.3, 'EUR')).toEqual({
    left: 0,
    payments: [
      { method: 'cash', amount: 0.1 },
      { method: 'card', amount: 0.2, reference: 'Visa 4242' },
    ],
  });
  expect(settling([{ ...cash, amount: '0.31' }], 0.3, 'EUR')).toEqual({ left: -0.01, payments: null });
  expect(settling([{ method: 'voucher', amount: '0.10', note: '' }], 0.3, 'EUR').payments).toBeNull();
  expect(settling([{ ...cash, amount: '0' }], 0.3, 'EUR').payments).toBeNull();
  expect(settling([], 0.3, 'EUR').payments).toBeNull();
  // What was written beside a card goes not into the books of cash.
  expect(settling([{ ...cash, note: 'Visa 4242' }], 0.3, 'EUR').payments).toEqual([{ method: 'cash', amount: 0.1 }]);
});

test('who was first is told from a refusal, and from no other', () => {
  const refused = refusalFrom(409, { code: 'MD409', message: 'x', details: JSON.stringify({ reason: 'changed', by: 'Ada', updated_at: 'now', now: { guests: 3 } }) });
  expect(changedBy(refused)).toMatchObject({ by: 'Ada', updatedAt: 'now', now: { guests: 3 } });
  expect(changedBy(refusalFrom(409, { message: 'taken', details: '{"field": "p_check_in"}' }))).toBeUndefined();
  expect(changedBy(new Away())).toBeUndefined();
});

test('of two who change one stay the second keeps what the first did where they wanted nothing, and only what differs is sent', () => {
  const seen = { check_in: '2026-12-01', check_out: '2026-12-03', guests: 2, special_requests: 'A cot' };
  const now = { ...seen, check_out: '2026-12-05', guests: 3 };
  expect(laidUpon(now, seen, { ...seen, special_requests: null })).toEqual({ ...now, special_requests: null });
  expect(changesOf(now, laidUpon(now, seen, { ...seen, special_requests: null }))).toEqual({ p_special_requests: '' });
  expect(changesOf(now, laidUpon(now, seen, { ...seen, guests: 4 }))).toEqual({ p_guests: 4 });
  // Both wanted the same: there is nothing left to change.
  expect(changesOf(now, laidUpon(now, seen, { ...seen, guests: 3 }))).toEqual({});
  expect(changesOf(seen, laidUpon(seen, seen, { ...seen, check_out: '2026-12-04' }))).toEqual({ p_check_out: '2026-12-04' });
});

test('what scanners send: ends of lines, blanks, a link around the code', () => {
  expect(['PT-ABC\r\n', '\ufeffPT-ABC', '\u0002PT-ABC\u0003', ' PT-ABC ', 'https://resort.example/my/PT-ABC', 'MTP1.a.b.c'].map(codeOf)).toEqual([
    'PT-ABC',
    'PT-ABC',
    'PT-ABC',
    'PT-ABC',
    'PT-ABC',
    'MTP1.a.b.c',
  ]);
});

test('the gate says in, out with the reason, or that nobody could be asked: never green without an answer', async () => {
  const gate = (answer: () => unknown): Api => ({ read: () => Promise.reject(new Error()), call: async () => answer() as never });
  const refuse = (status: number, reason: string) => () => {
    throw refusalFrom(status, { message: 'No.', details: JSON.stringify({ reason, used_at: 'then' }) });
  };
  expect(
    await redeem(
      gate(() => ({ entered: true, kind: 'ticket' })),
      'PT-1',
      null,
      '',
    ),
  ).toMatchObject({ is: 'in' });
  expect(await redeem(gate(refuse(409, 'used')), 'PT-1', null, '')).toMatchObject({ is: 'out', reason: 'used', at: 'then' });
  expect(await redeem(gate(refuse(409, 'something new')), 'PT-1', null, '')).toMatchObject({ is: 'out', reason: 'other', words: 'No.' });
  expect(
    await redeem(
      gate(() => {
        throw new Away();
      }),
      'PT-1',
      null,
      '',
    ),
  ).toEqual({ is: 'unsure', code: 'PT-1' });
  await expect(redeem(gate(refuse(500, '')), 'PT-1', null, '')).rejects.toThrow();
});

test('the list at the gate is found by parts of a name in any script or by the number, who is not in yet first', () => {
  const ticket = (name: string, reference: string, inside: number): GateTicket => ({ guest_name: name, reference, adults: 2, children: 0, inside }) as GateTicket;
  const all = [ticket('Zoë Ünal', 'PT-AAAA', 2), ticket('Ян Моро', 'PT-BBBB', 0), ticket('Unal Cem', 'PT-CCCC', 1)];
  expect(listed(all, 'unal').map((one) => one.reference)).toEqual(['PT-CCCC', 'PT-AAAA']);
  expect(listed(all, 'моро ян').map((one) => one.reference)).toEqual(['PT-BBBB']);
  expect(listed(all, 'strasse')).toEqual([]);
  expect(listed([ticket('Jan Großmann', 'PT-DDDD', 0)], 'grossmann').map((one) => one.reference)).toEqual(['PT-DDDD']);
  expect(listed(all, '…')).toEqual([]);
  expect(listed(all, 'pt-bb').map((one) => one.reference)).toEqual(['PT-BBBB']);
  expect(listed(all, '  ').map((one) => one.reference)).toEqual(['PT-BBBB', 'PT-CCCC', 'PT-AAAA']);
});

test('a spreadsheet reads the cash book as UTF-8 and takes nobody’s words for a formula', () => {
  expect(forSpreadsheet('a,b\n=1+1,"@x"\n-30.00,+4')).toBe(`\ufeffa,b\n'=1+1,"'@x"\n-30.00,'+4`);
});
