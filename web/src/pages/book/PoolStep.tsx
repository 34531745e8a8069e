/* /book/pool: who comes, which day, half of it or all. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { poolQuery } from '@/data/booking';
import type { FrontPage, PoolPart, Slot } from '@/data/bookingShapes';
import { useServices } from '@/data/services';
import { setWords, useAddress } from '@/lib/address';
import { addDays, daysInMonth, firstOfMonth, isDay, laterOf, price } from '@/lib/days';
import { clockTime, dayIn } from '@/lib/format';
import { Choice } from '@/parts/book/Choice';
import type { Day } from '@/parts/book/MonthPicker';
import { useSay } from '@/texts';
import { DayBlock } from './DayBlock';
import { Block, numberIn, Option, People, StepFrame } from './parts';
import classes from './steps.module.css';

const SLOTS: readonly Slot[] = ['morning', 'afternoon', 'full_day'];

export function PoolStep({ front }: { front: FrontPage }) {
  const { t, locale } = useSay();
  const { publicApi } = useServices();
  const words = useAddress().searchParams;
  const today = dayIn(front.house.timezone, Date.parse(front.now));
  const adults = numberIn(words, 'adults', 2, 1, 50);
  const children = numberIn(words, 'children', 0, 0, 50 - adults);
  const given = words.get('date');
  const date = isDay(given) && given >= today ? given : null;
  const [month, setMonth] = useState(firstOfMonth(date ?? today));
  const days = useQuery(poolQuery(publicApi, laterOf(month, today), daysInMonth(month), adults + children));
  const rows = days.data ?? [];
  const ofDay = (day: string) => rows.filter((row) => row.date === day);
  const chosen = date === null ? [] : ofDay(date);
  const slot = SLOTS.find((one) => one === words.get('slot'));
  const isFree = chosen.some((row) => row.slot === slot && row.is_bookable);

  const day = (it: string): Day => {
    const m = t.book.months;
    const there = ofDay(it);
    const left = Math.max(0, ...there.filter((row) => row.is_bookable).map((row) => row.available));
    const canPick = left > 0;
    const says = canPick ? m.left(left) : it < today ? m.past : there.length === 0 || there.every((row) => row.is_closed) ? m.closed : m.full;
    return { note: canPick ? String(left) : undefined, says, canPick, mark: it === date ? 'start' : null };
  };
  const part: PoolPart | null = date && slot && (isFree || chosen.length === 0) ? { kind: 'pool', date, slot, adults, children } : null;

  return (
    <StepFrame side={<Choice part={part} front={front} today={today} />}>
      <People
        rows={[
          { label: t.book.pool.adults, value: adults, min: 1, max: 50, onChange: (value) => setWords({ adults: value }) },
          { label: t.book.pool.children, value: children, min: 0, max: 50 - adults, onChange: (value) => setWords({ children: value }) },
        ]}
      />
      <DayBlock
        answer={days}
        label={t.book.pool.day}
        month={month}
        today={today}
        last={addDays(today, 365)}
        day={day}
        busy={days.isPlaceholderData}
        onMonth={setMonth}
        onPick={(it) => setWords({ date: it })}
      />
      {date && chosen.length > 0 && (
        <Block title={t.book.pool.slot}>
          <div className={classes.options} data-wide>
            {SLOTS.flatMap((one) => chosen.filter((row) => row.slot === one)).map((row) => (
              <Option
                key={row.slot}
                pressed={row.slot === slot}
                disabled={!row.is_bookable}
                note={
                  row.is_bookable
                    ? `${t.house.adults(price(row.adult_price, row.currency, locale))} · ${t.book.pool.left(row.available)}`
                    : row.is_closed
                      ? t.book.pool.closed
                      : row.available > 0 && row.available >= adults + children
                        ? t.book.pool.over
                        : t.book.pool.full
                }
                onClick={() => setWords({ slot: row.slot })}
              >
                {t.house.slots[row.slot as Slot]}, {clockTime(row.starts_at, front.house.timezone, locale)}–{clockTime(row.ends_at, front.house.timezone, locale)}
              </Option>
            ))}
          </div>
        </Block>
      )}
    </StepFrame>
  );
}
