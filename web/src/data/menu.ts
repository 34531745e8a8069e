/* The menu, and what choosing from it costs. */
import { queryOptions } from '@tanstack/react-query';
import { MENU, polled, type Pace } from '@/lib/poll';
import type { Api } from './api';
import type { ModifierChoice } from './functions';
import { menuKey } from './keys';
import { placeFeed, type Feed } from './live';
import type { ChosenModifier, Id, Menu, MenuItem, ModifierGroup } from './shapes';

export { menuKey };

/* Asked calmly where nobody can order from it. */
export function menuQuery(api: Api, restaurantId: Id, pace: Pace = MENU) {
  return queryOptions({
    queryKey: menuKey(restaurantId),
    queryFn: ({ signal }) => api.read('get_menu', { p_restaurant_id: restaurantId }, signal),
    refetchInterval: polled(pace),
  });
}

export const menuFeed = (restaurantId: Id): Feed => ({
  ...placeFeed('menu', menuKey(restaurantId), restaurantId, ['menu_categories', 'menu_items', 'modifier_groups', 'modifiers']),
  keptMs: 1_500,
});

export function findItem(menu: Menu | undefined, id: Id | null): MenuItem | undefined {
  for (const category of menu?.categories ?? []) {
    const item = category.items.find((candidate) => candidate.id === id);
    if (item) return item;
  }
  return undefined;
}

/* The choices as a line will carry them, with the menu's names and prices. */
export function chosenModifiers(item: MenuItem, choices: readonly ModifierChoice[]): ChosenModifier[] {
  return item.modifier_groups.flatMap((group) =>
    group.modifiers.flatMap((modifier) => {
      const choice = choices.find((candidate) => candidate.id === modifier.id);
      return choice ? [{ id: modifier.id, group: group.name, name: modifier.name, price: modifier.price, quantity: choice.quantity }] : [];
    }),
  );
}

export function unitPrice(item: MenuItem, choices: readonly ModifierChoice[]): number {
  return chosenModifiers(item, choices).reduce((sum, modifier) => sum + modifier.price * modifier.quantity, item.price);
}

/* What is ticked when the item is opened. */
export function defaultChoices(item: MenuItem): ModifierChoice[] {
  return item.modifier_groups.flatMap((group) => group.modifiers.filter((modifier) => modifier.is_default && modifier.is_available).map((modifier) => ({ id: modifier.id, quantity: 1 })));
}

/* How many were chosen in a group. */
export function countIn(group: ModifierGroup, choices: readonly ModifierChoice[]): number {
  return choices.filter((choice) => group.modifiers.some((modifier) => modifier.id === choice.id)).reduce((sum, choice) => sum + choice.quantity, 0);
}

/* The first group whose rule the choices break. */
export function brokenGroup(item: MenuItem, choices: readonly ModifierChoice[]): ModifierGroup | undefined {
  return item.modifier_groups.find((group) => {
    const count = countIn(group, choices);
    return count < group.min_choices || count > group.max_choices;
  });
}

/* Whether one tap is enough: nothing has to be asked. */
export function isSimple(item: MenuItem): boolean {
  return item.modifier_groups.length === 0;
}

export const isOneOf = (group: ModifierGroup): boolean => group.max_choices === 1;

/* Ticks or unticks a modifier: in a one-of group the new one replaces the old one; a full group takes no more. */
export function toggleChoice(group: ModifierGroup, choices: readonly ModifierChoice[], id: Id): ModifierChoice[] {
  const isChosen = choices.some((choice) => choice.id === id);
  if (isOneOf(group)) {
    const others = choices.filter((choice) => !group.modifiers.some((modifier) => modifier.id === choice.id));
    return isChosen && group.min_choices === 0 ? others : [...others, { id, quantity: 1 }];
  }
  if (isChosen) return choices.filter((choice) => choice.id !== id);
  if (countIn(group, choices) >= group.max_choices) return [...choices];
  return [...choices, { id, quantity: 1 }];
}
