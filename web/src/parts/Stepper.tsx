/* Minus, number, plus: big enough for a thumb. */
import { ActionIcon, Group, Text } from '@mantine/core';
import { MinusIcon, PlusIcon } from './iconsFirst';

interface Props {
  value: number;
  min?: number;
  max?: number;
  lessLabel: string;
  moreLabel: string;
  disabled?: boolean;
  onChange: (value: number) => void;
}

export function Stepper({ value, min = 0, max = 99, lessLabel, moreLabel, disabled = false, onChange }: Props) {
  return (
    <Group gap={2} wrap="nowrap">
      <ActionIcon aria-label={lessLabel} variant="default" radius="xl" disabled={disabled || value <= min} onClick={() => onChange(value - 1)}>
        <MinusIcon size={18} />
      </ActionIcon>
      <Text miw={32} ta="center" fw={700} aria-live="polite">
        {value}
      </Text>
      <ActionIcon aria-label={moreLabel} variant="default" radius="xl" disabled={disabled || value >= max} onClick={() => onChange(value + 1)}>
        <PlusIcon size={18} />
      </ActionIcon>
    </Group>
  );
}
