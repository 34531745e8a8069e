/* A day to type or to pick. A day that is typed passes through others (the years 2, 20 and 202, the month 1 before 12), so it is told once somebody rests,
 * leaves the field or presses Enter; emptied, as null. */
import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { isDay } from '@/lib/days';

const REST_MS = 600;
/* Nobody has booked anything before; a year that is still being typed is smaller. */
const isMeant = (day: string): boolean => isDay(day) && day >= '1900';

interface Props {
  label: string;
  size?: 'sm' | 'md';
  value: string | null;
  onDay: (day: string | null) => void;
}

export function DayField({ label, size, value, onDay }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const tell = (text: string | null): void => {
    clearTimeout(timer.current);
    if (text === null || (text !== '' && !isMeant(text))) return;
    setTyped(null);
    const day = text === '' ? null : text;
    if (day !== value) onDay(day);
  };
  return (
    <TextInput
      {...(size === undefined ? {} : { size })}
      type="date"
      label={label}
      value={typed ?? value ?? ''}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        clearTimeout(timer.current);
        // While a part of it is empty the browser says that all of it is: that is told when the field is left.
        if (text !== '') timer.current = setTimeout(() => tell(text), REST_MS);
      }}
      onBlur={() => tell(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') tell(typed);
      }}
    />
  );
}
