import { expect, test } from 'vitest';
import { ageOn, readWaiver, signingArgs, whoSigns } from './waiver';

test('a text falls into paragraphs to read and statements to confirm', () => {
  expect(readWaiver('At your own risk.\n\n1. No force.\n2. The green button.\n[ ] I can swim.\n[] I am well.\n\n\nBye.')).toEqual({
    paragraphs: ['At your own risk.', '1. No force.\n2. The green button.', 'Bye.'],
    statements: ['I can swim.', 'I am well.'],
  });
  expect(readWaiver('[x] is ticked in print, [ ] inside of a line is text')).toEqual({ paragraphs: ['[x] is ticked in print, [ ] inside of a line is text'], statements: [] });
  expect(readWaiver('')).toEqual({ paragraphs: [], statements: [] });
});

test.each([
  ['2008-11-30', '2026-11-30', 18],
  ['2008-12-01', '2026-11-30', 17],
  ['2008-02-29', '2026-02-28', 17],
  ['2008-02-29', '2026-03-01', 18],
  ['2026-11-30', '2026-11-30', 0],
  ['2026-12-01', '2026-11-30', undefined],
  ['1800-01-01', '2026-11-30', undefined],
  ['30.11.2008', '2026-11-30', undefined],
  ['', '2026-11-30', undefined],
])('born %s, on %s: %s years', (born, today, years) => expect(ageOn(born, today)).toBe(years));

test('who is under age has a guardian, who is younger than the house allows does not sign', () => {
  const waiver = { minimum_age: 6, adult_age: 18 };
  expect([undefined, 5, 6, 17, 18].map((age) => whoSigns(waiver, age))).toEqual(['unknown', 'too_young', 'minor', 'minor', 'adult']);
  expect(whoSigns({ minimum_age: null, adult_age: null }, 17)).toBe('minor');
});

test('a guardian signs in the child’s place', () => {
  const signing = { name: ' Tim ', born: '2015-05-05', email: ' ', signature: 'drawn', confirmed: ['I can swim.'], bookingId: 'b1' };
  const child = signingArgs({ id: 'w', version: 2 }, { ...signing, guardian: { name: 'Ada', relationship: 'mother' } });
  expect(child).toMatchObject({ p_signer_name: 'Tim', p_version: 2, p_guardian_name: 'Ada', p_guardian_signature: 'drawn', p_answers: { 'I can swim.': true }, p_booking_id: 'b1' });
  expect(child).not.toHaveProperty('p_signature');
  expect(child).not.toHaveProperty('p_signer_email');
  expect(signingArgs({ id: 'w', version: 2 }, { ...signing, guardian: null, bookingId: null })).toMatchObject({ p_signature: 'drawn' });
});
