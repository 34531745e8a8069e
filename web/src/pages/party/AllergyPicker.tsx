/* What somebody must not eat: the fourteen of the menu to tap, the rest in words. */
import { Button, Group, Text } from '@mantine/core';
import { Field } from '@/parts/Field';
import { useTexts } from '@/texts';

interface Props {
  ticked: readonly string[];
  written: string;
  onTick: (ticked: readonly string[]) => void;
  onWrite: (written: string) => void;
}

const WORDS = ['gluten', 'crustaceans', 'egg', 'fish', 'peanuts', 'soy', 'milk', 'nuts', 'celery', 'mustard', 'sesame', 'sulphites', 'lupin', 'molluscs'] as const;

export function AllergyPicker({ ticked, written, onTick, onWrite }: Props) {
  const t = useTexts();
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
      <legend>
        <Text fw={600}>{t.party.allergies}</Text>
      </legend>
      <Group gap="xs" mt={4} mb="sm">
        {WORDS.map((word) => {
          const isOn = ticked.includes(word);
          return (
            <Button key={word} variant={isOn ? 'filled' : 'default'} aria-pressed={isOn} px="sm" onClick={() => onTick(isOn ? ticked.filter((one) => one !== word) : [...ticked, word])}>
              {t.menu.allergenNames[word] ?? word}
            </Button>
          );
        })}
      </Group>
      <Field label={t.party.otherAllergies} value={written} maxLength={600} autoComplete="off" onChange={(event) => onWrite(event.currentTarget.value)} />
    </fieldset>
  );
}
