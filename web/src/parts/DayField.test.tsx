import { act, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Shell } from '@/app';
import { loadSay } from '@/texts/load';
import { DayField } from './DayField';

const say = await loadSay('en', ['en-GB']);
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function shown(first: string | null) {
  const told: (string | null)[] = [];
  function Field() {
    const [day, setDay] = useState(first);
    return (
      <DayField
        label="Day"
        value={day}
        onDay={(next) => {
          told.push(next);
          setDay(next);
        }}
      />
    );
  }
  render(
    <Shell say={say} theme={{}}>
      <Field />
    </Shell>,
  );
  const field = screen.getByLabelText<HTMLInputElement>('Day');
  const type = (value: string): void => void fireEvent.change(field, { target: { value } });
  const rest = (): void => act(() => void vi.advanceTimersByTime(1_000));
  return { told, field, type, rest };
}

test('a day that is being typed is told once it is whole: not the year 2, not the month 1 of 12', () => {
  const { told, field, type, rest } = shown('2026-11-30');
  for (const day of ['2026-01-30', '2026-12-30', '0002-12-30', '0020-12-30', '0202-12-30']) type(day);
  rest();
  expect(told).toEqual([]);
  expect(field.value).toBe('0202-12-30');
  type('2027-12-30');
  expect(told).toEqual([]);
  rest();
  expect(told).toEqual(['2027-12-30']);
});

test('Enter and leaving the field tell at once; emptied it is none', () => {
  const { told, field, type, rest } = shown(null);
  type('2026-12-04');
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(told).toEqual(['2026-12-04']);
  rest();
  type('2026-12-05');
  fireEvent.blur(field);
  type('');
  rest();
  expect(told).toEqual(['2026-12-04', '2026-12-05']);
  fireEvent.blur(field);
  expect(told).toEqual(['2026-12-04', '2026-12-05', null]);
});
