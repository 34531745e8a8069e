/* /book/stay: which chalet, which nights, what else. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { stayMonthQuery } from '@/data/booking';
import { bookPath } from '@/data/front';
import type { FrontChalet, FrontPage, StayPart } from '@/data/bookingShapes';
import { useServices } from '@/data/services';
import { checkedSpan, nightsFrom, pick, placeIn, stateOf } from '@/data/stayPick';
import { setWords, useAddress } from '@/lib/address';
import { addDays, daysInMonth, firstOfMonth, isDay, laterOf, longDay, nightsBetween, price, shortDay, wallTime } from '@/lib/days';
import { dayIn } from '@/lib/format';
import { Choice } from '@/parts/book/Choice';
import type { Day } from '@/parts/book/MonthPicker';
import { Photo } from '@/parts/Photo';
import { useSay } from '@/texts';
import { DayBlock } from './DayBlock';
import { Block, follow, MoreLink, numberIn, People, StepFrame } from './parts';
import classes from './steps.module.css';

export function StayStep({ front }: { front: FrontPage }) {
  const { t, locale } = useSay();
  const words = useAddress().searchParams;
  const only = front.chalets.length === 1 ? front.chalets[0] : undefined;
  const chalet = front.chalets.find(({ id }) => id === words.get('chalet')) ?? only;
  if (chalet) return <Dates key={chalet.id} front={front} chalet={chalet} />;
  return (
    <Block title={t.book.stay.choose}>
      <ul className={classes.cards}>
        {front.chalets.map((one) => (
          <li key={one.id}>
            <a {...follow(bookPath('stay', { ...Object.fromEntries(words), chalet: one.id }))}>
              <Photo pictures={one.pictures} motif={one.id} />
              <span className={classes.cardText}>
                <b>{one.name}</b>
                <small>{t.book.stay.facts(one.capacity)}</small>
                {one.price_from !== null && <span>{t.house.fromNight(price(one.price_from, front.house.currency, locale))}</span>}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Block>
  );
}

function Dates({ front, chalet }: { front: FrontPage; chalet: FrontChalet }) {
  const { t, locale } = useSay();
  const { publicApi } = useServices();
  const words = useAddress().searchParams;
  const { currency } = front.house;
  const today = dayIn(front.house.timezone, Date.parse(front.now));
  const given = (name: string): string | null => (isDay(words.get(name)) ? words.get(name) : null);
  const span = checkedSpan(given('from'), given('to'), today);
  const [month, setMonth] = useState(firstOfMonth(span.from ?? chalet.next_free?.check_in ?? today));
  const from = laterOf(month, today);
  const shown = useQuery(stayMonthQuery(publicApi, chalet.id, from, daysInMonth(month)));
  // The arrival may lie in a month that is not the one in sight.
  const arrivalMonth = firstOfMonth(span.from ?? month);
  const arrivals = useQuery(stayMonthQuery(publicApi, chalet.id, laterOf(arrivalMonth, today), daysInMonth(arrivalMonth)));
  const nightsOf = (data: typeof shown.data) => data?.chalets.find(({ chalet_id }) => chalet_id === chalet.id)?.nights ?? [];
  const nights = new Map(nightsOf(shown.data).map((night) => [night.date, night]));
  const arrival = span.from === null ? null : (nightsOf(arrivals.data).find((night) => night.date === span.from) ?? null);
  const isOpen = arrival !== null && span.to === null;
  const guests = numberIn(words, 'guests', Math.min(2, chalet.capacity), 1, chalet.capacity);
  const optional = chalet.addons.filter((addon) => !addon.required);
  const quantity = (id: string, most: number | null): number => numberIn(words, `a.${id}`, 0, 0, most ?? 99);

  const day = (it: string): Day => {
    const night = nights.get(it);
    const state = stateOf(it, today, night, isOpen ? arrival : null, chalet.max_nights);
    const mark = placeIn(span, it);
    const m = t.book.months;
    const { min, max } = arrival ? nightsFrom(arrival, chalet.max_nights) : { min: 1, max: 1 };
    const reason = { past: m.past, taken: m.taken, noArrival: m.noArrival, tooShort: m.tooShort(min), tooLong: m.tooLong(max), arrival: m.free, departure: m.departure }[state];
    const cost = night?.price != null ? price(Math.round(night.price), currency, locale) : undefined;
    return {
      note: night?.free ? cost : undefined,
      says: [mark === 'start' ? m.arrival : mark === 'end' ? m.departure : mark === 'in' ? m.chosen : reason, ...(night?.free && cost !== undefined ? [cost] : [])].join(', '),
      canPick: state === 'arrival' || state === 'departure',
      mark,
    };
  };
  const onPick = (it: string): void => {
    const next = pick(isOpen ? span : { from: null, to: null }, it, stateOf(it, today, nights.get(it), isOpen ? arrival : null, chalet.max_nights));
    setWords({ from: next.from, to: next.to });
  };

  const hint = (): string => {
    if (span.from && span.to) return t.book.stay.nights(nightsBetween(span.from, span.to), shortDay(span.from, locale), shortDay(span.to, locale));
    if (!arrival) return t.book.stay.arrive;
    const { min, max } = nightsFrom(arrival, chalet.max_nights);
    return max <= min ? t.book.stay.leaveExactly(longDay(arrival.date, locale), max) : t.book.stay.leave(longDay(arrival.date, locale), min, max);
  };
  const part: StayPart | null =
    span.from && span.to
      ? {
          kind: 'stay',
          chalet_id: chalet.id,
          check_in: span.from,
          check_out: span.to,
          guests,
          addons: optional.flatMap((addon) => (quantity(addon.addon_id, addon.max_quantity) > 0 ? [{ addon_id: addon.addon_id, quantity: quantity(addon.addon_id, addon.max_quantity) }] : [])),
        }
      : null;

  return (
    <StepFrame side={<Choice part={part} front={front} today={today} wishes />}>
      <div className={classes.chosen}>
        <Photo pictures={chalet.pictures} motif={chalet.id} className={classes.thumb} first />
        <div className={classes.cardText}>
          <h2>{chalet.name}</h2>
          <small>{t.book.stay.facts(chalet.capacity)}</small>
          {front.chalets.length > 1 && <MoreLink href={bookPath('stay', { from: span.from, to: span.to, guests })}>{t.book.stay.other}</MoreLink>}
        </div>
      </div>
      <People rows={[{ label: t.book.stay.guests, value: guests, min: 1, max: chalet.capacity, onChange: (value) => setWords({ guests: value }) }]} />
      <DayBlock
        answer={shown}
        label={t.book.stay.dates}
        month={month}
        today={today}
        last={addDays(today, 720)}
        day={day}
        busy={shown.isFetching && shown.isPlaceholderData}
        onMonth={setMonth}
        onPick={onPick}
      >
        <p className={classes.hint} aria-live="polite">
          {hint()}
        </p>
        {span.from !== null && (
          <Button variant="default" onClick={() => setWords({ from: null, to: null })}>
            {t.book.stay.clear}
          </Button>
        )}
        <p className={`${classes.hint} ${classes.dimmed}`}>{t.book.stay.checkIn(wallTime(chalet.check_in_time, locale), wallTime(chalet.check_out_time, locale))}</p>
      </DayBlock>
      {optional.length > 0 && (
        <Block title={t.book.stay.addons}>
          <People
            rows={optional.map((addon) => ({
              label: addon.name,
              hint: [`${price(addon.price, currency, locale)} ${t.book.stay.per[addon.per as keyof typeof t.book.stay.per] ?? ''}`.trim(), addon.description].filter((word) => word).join(' · '),
              value: quantity(addon.addon_id, addon.max_quantity),
              min: 0,
              max: addon.max_quantity ?? 99,
              onChange: (value) => setWords({ [`a.${addon.addon_id}`]: value === 0 ? null : value }),
            }))}
          />
        </Block>
      )}
    </StepFrame>
  );
}
