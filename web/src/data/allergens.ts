/* What is in a dish once somebody has chosen; the daemon decides the same way (db/app/dining/allergens.sql). */
import type { ModifierChoice } from './functions';
import type { MenuItem } from './shapes';

const keyOf = (name: string): string => name.trim().toLowerCase();

/* What a choice brings counts after everything that choices take out. */
export function allergensOf(item: Pick<MenuItem, 'allergens' | 'modifier_groups'>, choices: readonly ModifierChoice[]): string[] {
  const chosen = item.modifier_groups.flatMap((group) => group.modifiers).filter((modifier) => choices.some((choice) => choice.id === modifier.id));
  const removed = new Set(chosen.flatMap((modifier) => modifier.removes_allergens).map(keyOf));
  const all = [...item.allergens.filter((name) => !removed.has(keyOf(name))), ...chosen.flatMap((modifier) => modifier.adds_allergens)];
  const known = new Set<string>();
  return all.map((name) => name.trim()).filter((name) => name !== '' && !known.has(keyOf(name)) && known.add(keyOf(name)));
}

/* Whether a dish can be had without: as it comes, or with a choice that takes it out. */
export type Suits = 'yes' | 'with_choices' | 'no';

export function suits(item: Pick<MenuItem, 'allergens' | 'modifier_groups'>, avoid: ReadonlySet<string>): Suits {
  const inIt = item.allergens.map(keyOf).filter((name) => avoid.has(name));
  if (inIt.length === 0) return 'yes';
  const removable = new Set(
    item.modifier_groups
      .flatMap((group) => group.modifiers)
      .filter((modifier) => modifier.is_available)
      .flatMap((modifier) => modifier.removes_allergens)
      .map(keyOf),
  );
  return inIt.every((name) => removable.has(name)) ? 'with_choices' : 'no';
}

/* Everything that stands on a menu, for the filter. */
export function allergensOn(items: readonly Pick<MenuItem, 'allergens' | 'modifier_groups'>[]): string[] {
  return [...new Set(items.flatMap((item) => [...item.allergens, ...item.modifier_groups.flatMap((group) => group.modifiers.flatMap((modifier) => modifier.adds_allergens))]).map(keyOf))]
    .filter((name) => name !== '')
    .sort();
}
