/* The days to pick from, or why they cannot be asked for. `answer`: the query that they come from. */
import type { ReactNode } from 'react';
import { MonthPicker, type PickerProps } from '@/parts/book/MonthPicker';
import { Problem } from '@/parts/Problem';
import { Block } from './parts';

export function DayBlock({ answer, children, ...picker }: PickerProps & { answer: { isError: boolean; data?: unknown; error: unknown; refetch: () => unknown }; children?: ReactNode }) {
  return (
    <Block title={picker.label}>
      {answer.isError && answer.data === undefined ? <Problem error={answer.error} onRetry={() => void answer.refetch()} /> : <MonthPicker {...picker} />}
      {children}
    </Block>
  );
}
