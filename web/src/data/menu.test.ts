import { describe, expect, test } from 'vitest';
import { FakeRestaurant } from '../../fake/restaurant';
import { brokenGroup, chosenModifiers, defaultChoices, findItem, isSimple, toggleChoice, unitPrice } from './menu';
import type { ModifierGroup } from './shapes';

const { menu } = new FakeRestaurant();
const pizza = findItem(menu, 'margherita');
if (!pizza) throw new Error('the fake menu has no margherita');
const [size, extras] = pizza.modifier_groups as [ModifierGroup, ModifierGroup];
const one = (id: string) => ({ id, quantity: 1 });

test('what is ticked from the start satisfies the required group', () => {
  expect(defaultChoices(pizza)).toEqual([one('size-30')]);
  expect(brokenGroup(pizza, defaultChoices(pizza))).toBeUndefined();
  expect(brokenGroup(pizza, [])).toBe(size);
});

test('the price of a line is the dish plus what was chosen', () => {
  expect(unitPrice(pizza, [one('size-40'), { id: 'extra-olives', quantity: 2 }])).toBe(950 + 350 + 240);
  expect(chosenModifiers(pizza, [one('size-40'), one('unknown')])).toEqual([{ id: 'size-40', group: 'Size', name: '40 cm', price: 350, quantity: 1 }]);
});

describe('ticking', () => {
  test('in a one-of group the new one replaces the old, and the last cannot be unticked', () => {
    expect(toggleChoice(size, [one('size-30'), one('extra-olives')], 'size-40')).toEqual([one('extra-olives'), one('size-40')]);
    expect(toggleChoice(size, [one('size-30')], 'size-30')).toEqual([one('size-30')]);
  });
  test('a one-of group that may stay empty can be emptied', () => {
    expect(toggleChoice({ ...size, min_choices: 0 }, [one('size-30')], 'size-30')).toEqual([]);
  });
  test('a full group takes no more, but gives back', () => {
    const full = ['extra-olives', 'extra-chilli', 'extra-buffalo'].map(one);
    expect(toggleChoice(extras, full, 'extra-truffle')).toEqual(full);
    expect(toggleChoice(extras, full, 'extra-chilli')).toEqual([one('extra-olives'), one('extra-buffalo')]);
  });
  test('a group with a high limit takes all', () => {
    const free = { ...extras, max_choices: 99 };
    const all = free.modifiers.reduce((choices, modifier) => toggleChoice(free, choices, modifier.id), [] as ReturnType<typeof toggleChoice>);
    expect(all).toHaveLength(free.modifiers.length);
    expect(brokenGroup({ ...pizza, modifier_groups: [free] }, all)).toBeUndefined();
  });
});

test('only dishes that ask nothing are added with one tap', () => {
  expect(isSimple(pizza)).toBe(false);
  expect(menu.categories.flatMap((category) => category.items).filter(isSimple).length).toBeGreaterThan(5);
});
