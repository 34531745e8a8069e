/* One dish: what is in it, what can be chosen, how many. Slides in from below, where the thumb is. */
import { Button, Checkbox, Group, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { allergensOf } from '@/data/allergens';
import type { ModifierChoice } from '@/data/functions';
import type { NewLine } from '@/data/lines';
import { brokenGroup, countIn, defaultChoices, isOneOf, toggleChoice, unitPrice } from '@/data/menu';
import type { MenuItem, ModifierGroup } from '@/data/shapes';
import type { Texts } from '@/texts';
import { useSay, useTexts } from '@/texts';
import { list } from '@/lib/format';
import { usePlace } from '../say';
import { Sheet } from '../Sheet';
import { Stepper } from '../Stepper';
import classes from './ItemSheet.module.css';

const NOTE_MAX = 500;

interface Props {
  item: MenuItem | undefined;
  /* A line that is changed; else a new one. */
  editing?: { choices: ModifierChoice[]; note: string; quantity: number } | undefined;
  onClose: () => void;
  onAdd: ((line: NewLine) => void) | undefined;
}

export function ItemSheet({ item, editing, onClose, onAdd }: Props) {
  // It comes up after it was there: a sheet that is born open does not know where the focus has to go back to.
  const [isThere, setIsThere] = useState(false);
  useEffect(() => setIsThere(true), []);
  return (
    <Sheet from="below" opened={isThere && item !== undefined} onClose={onClose} title={item?.name}>
      {item && <Dish key={item.id} item={item} editing={editing} onClose={onClose} onAdd={onAdd} />}
    </Sheet>
  );
}

export function ruleOf(group: ModifierGroup, t: Texts): string {
  const { min_choices: min, max_choices: max } = group;
  if (max === 1) return t.menu.chooseOne;
  if (max === null) return min === 0 ? t.menu.chooseAny : t.menu.chooseAtLeast(min);
  if (min === max) return t.menu.chooseExactly(min);
  return min === 0 ? t.menu.chooseUpTo(max) : t.menu.chooseBetween(min, max);
}

function Dish({ item, editing, onClose, onAdd }: { item: MenuItem; editing: Props['editing']; onClose: () => void; onAdd: Props['onAdd'] }) {
  const t = useTexts();
  const { locale } = useSay();
  const { amount } = usePlace();
  const [choices, setChoices] = useState<ModifierChoice[]>(() => editing?.choices ?? defaultChoices(item));
  const [quantity, setQuantity] = useState(editing?.quantity ?? 1);
  const [note, setNote] = useState(editing?.note ?? '');
  const [wasTried, setWasTried] = useState(false);
  const broken = brokenGroup(item, choices);
  // What is in it changes with what is chosen.
  const allergens = allergensOf(item, choices).map((name) => t.menu.allergenNames[name] ?? name);

  const add = (): void => {
    setWasTried(true);
    if (broken || !onAdd) return;
    onAdd({ itemId: item.id, quantity, choices, note });
    onClose();
  };

  return (
    <Stack gap="md">
      {item.description && <Text>{item.description}</Text>}
      <Text size="sm" fw={600} aria-live="polite" data-testid="allergens">
        {allergens.length > 0 ? t.menu.contains(list(allergens, locale)) : t.menu.containsNone}
      </Text>
      {!onAdd && <Text fw={600}>{amount(item.price)}</Text>}
      {onAdd && !item.is_available && <Text fw={600}>{t.menu.soldOut}</Text>}
      {onAdd && item.is_available && (
        <>
          {item.modifier_groups.map((group) => (
            <Choices key={group.id} group={group} choices={choices} isBroken={wasTried && broken?.id === group.id} onChange={setChoices} />
          ))}
          <Textarea
            label={t.menu.note}
            placeholder={t.menu.notePlaceholder}
            maxLength={NOTE_MAX}
            autosize
            minRows={1}
            maxRows={4}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <div className={classes.foot}>
            {wasTried && broken && (
              <Text c="var(--mantine-color-error)" size="sm" role="alert">
                {t.menu.choicesMissing(broken.name)}
              </Text>
            )}
            <Group justify="space-between" gap="sm">
              <Stepper value={quantity} min={1} lessLabel={t.menu.less} moreLabel={t.menu.more} onChange={setQuantity} />
              <Button size="lg" flex="1 1 10rem" onClick={add}>
                {editing ? t.menu.changeFor(amount(unitPrice(item, choices) * quantity)) : t.menu.addFor(amount(unitPrice(item, choices) * quantity))}
              </Button>
            </Group>
          </div>
        </>
      )}
    </Stack>
  );
}

interface GroupProps {
  group: ModifierGroup;
  choices: ModifierChoice[];
  isBroken: boolean;
  onChange: (choices: ModifierChoice[]) => void;
}

function Choices({ group, choices, isBroken, onChange }: GroupProps) {
  const t = useTexts();
  const { amount } = usePlace();
  const isChosen = (id: string): boolean => choices.some((choice) => choice.id === id);
  const isFull = group.max_choices !== null && countIn(group, choices) >= group.max_choices;
  const oneOf = isOneOf(group) && group.min_choices === 1;
  const rule = group.min_choices > 0 ? `${ruleOf(group, t)} · ${t.menu.required}` : ruleOf(group, t);

  return (
    <fieldset className={classes.group} data-broken={isBroken || undefined}>
      <legend className={classes.legend}>
        {group.name} <span className={classes.rule}>{rule}</span>
      </legend>
      {group.modifiers.map((modifier) => {
        const label = (
          // biome-ignore lint/correctness/useJsxKeyInIterable: what holds it has one
          <span className={classes.choice}>
            <span>{modifier.name}</span>
            <span className={classes.price}>{!modifier.is_available ? t.menu.soldOut : modifier.price === 0 ? '' : `${modifier.price > 0 ? '+' : ''}${amount(modifier.price)}`}</span>
          </span>
        );
        const common = {
          label,
          size: 'md',
          checked: isChosen(modifier.id),
          onChange: () => onChange(toggleChoice(group, choices, modifier.id)),
          classNames: { root: classes.option, body: classes.optionBody, labelWrapper: classes.optionLabel, label: classes.optionLabel },
        } as const;
        return oneOf ? (
          <Radio key={modifier.id} name={group.id} disabled={!modifier.is_available} {...common} />
        ) : (
          <Checkbox key={modifier.id} disabled={!modifier.is_available || (isFull && !isOneOf(group) && !isChosen(modifier.id))} {...common} />
        );
      })}
    </fieldset>
  );
}
