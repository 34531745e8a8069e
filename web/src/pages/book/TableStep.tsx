/* /book/table: how many, which day, which time, where to sit; and the waiting list of today when all is full. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { tableTimesQuery } from '@/data/booking';
import { bookPath } from '@/data/front';
import type { FrontPage, FrontRestaurant, TablePart } from '@/data/bookingShapes';
import { useServices } from '@/data/services';
import { nearTimes } from '@/data/tableTimes';
import { setWords, useAddress } from '@/lib/address';
import { addDays, firstOfMonth, isDay, wallTime } from '@/lib/days';
import { dayIn } from '@/lib/format';
import { later } from '@/lib/later';
import { Choice } from '@/parts/book/Choice';
import { MonthPicker, type Day } from '@/parts/book/MonthPicker';
import { Photo } from '@/parts/Photo';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import { speaking } from '@/texts/speaking';
import { Block, follow, MoreLink, numberIn, Option, People, StepFrame } from './parts';
import classes from './steps.module.css';

const Waiting = later(() => speaking(['held'], async () => (await import('./Waiting')).Waiting));

const NEAR = 8;
const USUAL = '19:00';
const MOST = 20;

export function TableStep({ front }: { front: FrontPage }) {
  const { t } = useSay();
  const words = useAddress().searchParams;
  const open = front.restaurants.filter((one) => one.accepts_reservations);
  const restaurant = open.find(({ id }) => id === words.get('restaurant')) ?? (open.length === 1 ? open[0] : undefined);
  if (restaurant) return <Times key={restaurant.id} front={front} restaurant={restaurant} others={open.length > 1} />;
  return (
    <Block title={t.book.table.where}>
      {open.length === 0 && <p className={classes.hint}>{t.book.noReservations}</p>}
      <ul className={classes.cards}>
        {open.map((one) => (
          <li key={one.id}>
            <a {...follow(bookPath('table', { ...Object.fromEntries(words), restaurant: one.id }))}>
              <Photo pictures={one.pictures} motif={one.id} />
              <span className={classes.cardText}>
                <b>{one.name}</b>
                {one.description && <small>{one.description}</small>}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Block>
  );
}

function Times({ front, restaurant, others }: { front: FrontPage; restaurant: FrontRestaurant; others: boolean }) {
  const { t, locale } = useSay();
  const { publicApi } = useServices();
  const words = useAddress().searchParams;
  const today = dayIn(restaurant.timezone, Date.parse(front.now));
  const party = numberIn(words, 'party', 2, 1, restaurant.max_party_size ?? MOST);
  const given = words.get('date');
  const date = isDay(given) && given >= today ? given : (restaurant.next_free?.date ?? today);
  const wishes = (words.get('wish') ?? '').split(',').filter((wish) => wish !== '');
  const [month, setMonth] = useState(firstOfMonth(date));
  const [all, setAll] = useState(false);
  const times = useQuery(tableTimesQuery(publicApi, restaurant.id, date, party, wishes));
  const time = words.get('time');
  const free = (times.data?.times ?? []).filter((one) => one.free > 0 && one.reason === null);
  const near = nearTimes(free, time ?? USUAL, NEAR);
  const shown = all ? free : near;
  const chosen = free.find((one) => one.time === time);
  const last = addDays(today, times.data?.days_ahead ?? 90);

  const day = (it: string): Day => {
    const canPick = it >= today && it <= last;
    return { says: canPick ? (it === today ? t.book.months.today : '') : it < today ? t.book.months.past : t.book.months.closed, canPick, mark: it === date ? 'start' : null };
  };
  const part: TablePart | null = chosen ? { kind: 'table', restaurant_id: restaurant.id, date, time: chosen.time, party_size: party, ...(wishes.length > 0 ? { features: wishes } : {}) } : null;
  const names = t.book.table.featureNames;

  return (
    <StepFrame side={<Choice part={part} front={front} today={today} wishes />}>
      <div className={classes.chosen}>
        <Photo pictures={restaurant.pictures} motif={restaurant.id} className={classes.thumb} first />
        <div className={classes.cardText}>
          <h2>{restaurant.name}</h2>
          {restaurant.description && <small>{restaurant.description}</small>}
          {others && <MoreLink href={bookPath('table', { date, party })}>{t.book.table.where}</MoreLink>}
        </div>
      </div>
      <People rows={[{ label: t.book.table.party, value: party, min: 1, max: restaurant.max_party_size ?? MOST, onChange: (value) => setWords({ party: value }) }]} />
      <Block title={t.book.table.day}>
        <MonthPicker label={t.book.table.day} month={month} today={today} last={last} day={day} plain onMonth={setMonth} onPick={(it) => setWords({ date: it })} />
      </Block>
      {(times.data?.features.length ?? 0) > 0 && (
        <Block title={t.book.table.wishes}>
          <div className={classes.options}>
            {times.data?.features.map(({ feature }) => (
              <Option
                key={feature}
                pressed={wishes.includes(feature)}
                onClick={() => setWords({ wish: (wishes.includes(feature) ? wishes.filter((wish) => wish !== feature) : [...wishes, feature]).join(',') })}
              >
                {names[feature] ?? feature}
              </Option>
            ))}
          </div>
        </Block>
      )}
      <Block title={t.book.table.time}>
        {times.isPending && <p className={classes.hint}>{t.app.loading}</p>}
        {times.isError && !times.data && <Problem error={times.error} onRetry={() => void times.refetch()} />}
        {times.data && free.length === 0 && (
          <>
            <p className={classes.hint}>{times.data.reason === 'no_reservations' ? t.book.noReservations : t.book.table.none}</p>
            <p className={classes.hint}>{t.book.table.noneHint}</p>
            {date === today && restaurant.is_open && (
              <Suspense fallback={null}>
                <Waiting restaurant={restaurant} party={party} />
              </Suspense>
            )}
          </>
        )}
        {shown.length > 0 && (
          <>
            {!all && free.length > near.length && <p className={`${classes.hint} ${classes.dimmed}`}>{t.book.table.around}</p>}
            <div className={classes.options}>
              {shown.map((one) => (
                <Option key={one.starts_at} pressed={one.time === time} onClick={() => setWords({ time: one.time })}>
                  {wallTime(one.time, locale)}
                </Option>
              ))}
            </div>
            {free.length > near.length && (
              <Button variant="subtle" onClick={() => setAll(!all)}>
                {all ? t.book.table.fewer : t.book.table.all}
              </Button>
            )}
            <p className={`${classes.hint} ${classes.dimmed}`}>{t.book.table.minutes(times.data?.minutes ?? 90)}</p>
          </>
        )}
      </Block>
    </StepFrame>
  );
}
