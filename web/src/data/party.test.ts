import { expect, test } from 'vitest';
import { allergiesOf, cleanCode, forgetMember, keepMember, memberToken, owing, remindable, unsigned, type PartyMember } from './party';

const member = (name: string, more: Partial<PartyMember> = {}): PartyMember => ({ member_id: name, name, is_organizer: false, is_me: false, ...more });

test('digits are the same however they are typed', () => expect(['033 410', '033-410', '033410'].map(cleanCode)).toEqual(['033410', '033410', '033410']));

test('allergies are words, each once, and not more than the house takes', () => {
  expect(allergiesOf(['nuts'], 'Nuts, kiwi;  , strawberries\nkiwi')).toEqual(['Nuts', 'kiwi', 'strawberries']);
  expect(allergiesOf([], Array.from({ length: 40 }, (_, n) => `w${n}`).join(','))).toHaveLength(20);
  expect(allergiesOf([], 'x'.repeat(100))[0]).toHaveLength(60);
});

test('who is missing something, and whom a reminder reaches', () => {
  const members = [
    member('Fay', { is_organizer: true, email: 'f@example.com', signed: false }),
    member('Gil', { email: 'g@example.com', signed: true, due: 30 }),
    member('Hal', { signed: false }),
    member('Ida', { phone: '+49', signed: null }),
  ];
  expect(unsigned(members)).toEqual(['Fay', 'Hal']);
  expect(owing(members).map((one) => one.name)).toEqual(['Gil']);
  expect(remindable(members).map((one) => one.name)).toEqual(['Gil']);
});

test('a device keeps who one is in a party, until one leaves', () => {
  keepMember('p1', 'secret');
  expect([memberToken('p1'), memberToken('p2')]).toEqual(['secret', null]);
  forgetMember('p1');
  expect(memberToken('p1')).toBeNull();
});
