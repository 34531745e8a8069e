/* A month to pick a day in: arrow keys go from day to day, each day says what it is. */
import { ActionIcon } from '@mantine/core';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { addDays, addMonths, firstOfMonth, firstWeekday, longDay, monthName, weekdayName, weeksOf } from '@/lib/days';
import { BackIcon, NextIcon } from '@/parts/bookIcons';
import { useSay } from '@/texts';
import classes from './MonthPicker.module.css';

export interface Day {
  /* What stands under its number. */
  note?: string | undefined;
  /* What is said of it besides its date. */
  says: string;
  canPick: boolean;
  mark?: 'start' | 'end' | 'in' | null;
}

export interface PickerProps {
  label: string;
  month: string;
  today: string;
  last?: string;
  day: (day: string) => Day;
  busy?: boolean;
  /* Nothing stands under the numbers. */
  plain?: boolean;
  onMonth: (month: string) => void;
  onPick: (day: string) => void;
}

const STEPS: Record<string, number> = { ArrowUp: -7, ArrowDown: 7 };

export function MonthPicker({ label, month, today, last, day, busy = false, plain = false, onMonth, onPick }: PickerProps) {
  const { t, locale, dir } = useSay();
  const title = useId();
  const grid = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<string | null>(null);
  const weeks = weeksOf(month, firstWeekday(locale));
  const days = weeks.flat().filter((it) => it !== null);
  // One stop for the tab key: where the arrows were last, else the first day that can be picked.
  const stop = at !== null && days.includes(at) ? at : (days.find((it) => day(it).mark) ?? days.find((it) => day(it).canPick) ?? days[0]);

  const move = (event: KeyboardEvent): void => {
    const aside = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const step = STEPS[event.key] ?? (dir === 'rtl' ? -aside : aside);
    if (step === 0 || stop === undefined) return;
    event.preventDefault();
    const next = addDays(stop, step);
    if (next < firstOfMonth(today)) return;
    setAt(next);
    if (!days.includes(next)) onMonth(firstOfMonth(next));
    requestAnimationFrame(() => grid.current?.querySelector<HTMLButtonElement>(`[data-day="${next}"]`)?.focus());
  };

  return (
    <section aria-label={label} className={classes.picker}>
      <div className={classes.head}>
        <ActionIcon aria-label={t.book.months.previous} disabled={firstOfMonth(month) <= firstOfMonth(today)} onClick={() => onMonth(addMonths(month, -1))} className={classes.turn}>
          <BackIcon />
        </ActionIcon>
        <h3 id={title} className={classes.month} aria-live="polite">
          {monthName(month, locale)}
        </h3>
        <ActionIcon aria-label={t.book.months.next} disabled={last !== undefined && addMonths(month, 1) > last} onClick={() => onMonth(addMonths(month, 1))} className={classes.turn}>
          <NextIcon />
        </ActionIcon>
      </div>
      <table ref={grid} className={classes.grid} aria-labelledby={title} aria-busy={busy} onKeyDown={move}>
        <thead>
          <tr>
            {(weeks[1] ?? []).map((it) => (
              <th key={it} scope="col" abbr={it === null ? undefined : weekdayName(it, locale, 'long')}>
                {it === null ? '' : weekdayName(it, locale)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week, row) => (
            <tr key={row}>
              {week.map((it, column) => {
                if (it === null) return <td key={column} />;
                const { note, says, canPick, mark = null } = day(it);
                return (
                  <td key={it} data-mark={mark ?? undefined}>
                    <button
                      type="button"
                      data-day={it}
                      data-today={it === today || undefined}
                      className={classes.day}
                      aria-pressed={mark !== null}
                      aria-disabled={!canPick}
                      tabIndex={it === stop ? 0 : -1}
                      onFocus={() => setAt(it)}
                      onClick={() => canPick && onPick(it)}
                    >
                      <span className="only-heard">{[longDay(it, locale), says].filter((word) => word).join(', ')}</span>
                      <span aria-hidden="true">{Number(it.slice(8))}</span>
                      {!plain && <small aria-hidden="true">{note ?? '\u00a0'}</small>}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
