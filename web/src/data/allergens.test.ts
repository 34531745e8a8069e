import { describe, expect, test } from 'vitest';
import { allergensOf, suits } from './allergens';
import type { MenuItem, MenuModifier } from './shapes';

const modifier = (id: string, adds: string[], removes: string[]): MenuModifier => ({ id, name: id, price: 0, is_available: true, is_default: false, adds_allergens: adds, removes_allergens: removes });
const margherita: Pick<MenuItem, 'allergens' | 'modifier_groups'> = {
  allergens: ['Gluten', 'milk'],
  modifier_groups: [
    { id: 'dough', name: 'Dough', min_choices: 1, max_choices: 1, modifiers: [modifier('free', [], ['gluten'])] },
    { id: 'top', name: 'On top', min_choices: 0, max_choices: 4, modifiers: [modifier('anchovies', ['fish'], []), modifier('burrata', ['milk'], []), modifier('no-cheese', [], ['milk'])] },
  ],
};
const pick = (...ids: string[]) => ids.map((id) => ({ id, quantity: 1 }));

describe('what is in a dish follows the choices', () => {
  test.each([
    [[], ['Gluten', 'milk']],
    [
      ['free', 'anchovies'],
      ['milk', 'fish'],
    ],
    [
      ['no-cheese', 'burrata'],
      ['Gluten', 'milk'],
    ],
    [['free', 'no-cheese'], []],
  ])('%j', (choices, expected) => expect(allergensOf(margherita, pick(...choices))).toEqual(expected));
});

test('a dish suits as it comes, with a choice, or not', () => {
  expect(suits(margherita, new Set(['nuts']))).toBe('yes');
  expect(suits(margherita, new Set(['gluten']))).toBe('with_choices');
  expect(suits({ ...margherita, modifier_groups: [] }, new Set(['gluten']))).toBe('no');
});
