/* /book/game: which game where, how many, which start. */
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { gameMonthQuery, gameStartsQuery } from '@/data/booking';
import { bookPath } from '@/data/front';
import type { FrontGame, FrontPage, FrontVenue, GamePart } from '@/data/bookingShapes';
import { useServices } from '@/data/services';
import { setWords, useAddress } from '@/lib/address';
import { addDays, daysInMonth, firstOfMonth, isDay, laterOf, price, wallTime } from '@/lib/days';
import { dayIn } from '@/lib/format';
import { later } from '@/lib/later';
import { Choice } from '@/parts/book/Choice';
import type { Day } from '@/parts/book/MonthPicker';
import { Photo } from '@/parts/Photo';
import { useSay } from '@/texts';
import { DayBlock } from './DayBlock';
import { Block, follow, MoreLink, numberIn, Option, People, StepFrame } from './parts';
import classes from './steps.module.css';

const Promo = later(async () => (await import('./Promo')).Promo);

export function GameStep({ front }: { front: FrontPage }) {
  const { t } = useSay();
  const words = useAddress().searchParams;
  const venue = front.venues.find(({ id }) => id === words.get('venue')) ?? (front.venues.length === 1 ? front.venues[0] : undefined);
  const game = venue?.games.find(({ id }) => id === words.get('game'));
  if (venue && game) return <Starts key={`${venue.id} ${game.id}`} front={front} venue={venue} game={game} />;
  return (
    <div className={classes.choices}>
      {front.venues.map((place) => (
        <Block key={place.id} title={front.venues.length > 1 ? place.name : t.book.game.choose}>
          <ul className={classes.cards}>
            {place.games.map((one) => (
              <li key={one.id}>
                <a {...follow(bookPath('game', { ...Object.fromEntries(words), venue: place.id, game: one.id }))}>
                  <Photo pictures={one.pictures} motif={one.id} />
                  <span className={classes.cardText}>
                    <b>{one.name}</b>
                    <small>{[t.house.players(one.min_players, one.max_players), t.house.minutes(one.duration_minutes)].join(' · ')}</small>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </Block>
      ))}
    </div>
  );
}

function Starts({ front, venue, game }: { front: FrontPage; venue: FrontVenue; game: FrontGame }) {
  const { t, locale } = useSay();
  const { publicApi } = useServices();
  const words = useAddress().searchParams;
  const { currency } = front.house;
  const today = dayIn(venue.timezone, Date.parse(front.now));
  const byTicket = game.price_model === 'ticket_types';
  const fewest = game.booking_mode === 'shared' ? 1 : game.min_players;
  const tickets = game.ticket_types.map((type) => ({ ...type, quantity: byTicket ? numberIn(words, `t.${type.id}`, 0, 0, game.max_players) : 0 }));
  const admitted = tickets.reduce((sum, type) => sum + type.quantity * (type.players ?? 1), 0);
  const party = byTicket ? admitted : numberIn(words, 'party', Math.max(fewest, Math.min(4, game.max_players)), fewest, game.max_players);
  const given = words.get('date');
  const date = isDay(given) && given >= today ? given : null;
  const [month, setMonth] = useState(firstOfMonth(date ?? game.next_free?.date ?? today));
  const asked = Math.max(party, fewest);
  const days = useQuery(gameMonthQuery(publicApi, venue.id, game.id, laterOf(month, today), daysInMonth(month), asked));
  const starts = useQuery(gameStartsQuery(publicApi, venue.id, game.id, date, asked));
  const free = new Map(days.data?.games[0]?.days.map((it) => [it.date, it]));
  const ofDay = (date === null ? undefined : starts.data?.games[0]?.days[0])?.starts;
  const time = words.get('time');
  const start = ofDay?.find((it) => it.time === time && it.seats_left >= asked && it.reason === null);
  const promo = words.get('promo');

  const day = (it: string): Day => {
    const m = t.book.months;
    const there = free.get(it);
    const canPick = (there?.free ?? 0) > 0;
    return {
      note: canPick ? String(there?.free) : undefined,
      says: canPick ? m.left(there?.free ?? 0) : it < today ? m.past : (there?.starts_total ?? 0) === 0 ? m.closed : m.full,
      canPick,
      mark: it === date ? 'start' : null,
    };
  };
  const part: GamePart | null =
    date && start && party >= fewest
      ? {
          kind: 'game',
          venue_id: venue.id,
          game_id: game.id,
          date,
          time: start.time,
          party_size: party,
          ...(byTicket ? { ticket_types: tickets.filter((type) => type.quantity > 0).map(({ id, quantity }) => ({ id, quantity })) } : {}),
          ...(promo ? { promo_code: promo } : {}),
        }
      : null;

  return (
    <StepFrame side={<Choice part={part} front={front} today={today} wishes />}>
      <div className={classes.chosen}>
        <Photo pictures={game.pictures} motif={game.id} className={classes.thumb} first />
        <div className={classes.cardText}>
          <h2>{game.name}</h2>
          <small>{[venue.name, t.house.minutes(game.duration_minutes), ...(game.min_age ? [t.house.age(game.min_age)] : [])].join(' · ')}</small>
          <MoreLink href={bookPath('game', { date })}>{t.book.game.other}</MoreLink>
        </div>
      </div>
      <div>
        <p className={classes.hint}>{game.booking_mode === 'shared' ? t.book.game.shared : t.book.game.private}</p>
        {game.requires_waiver && <p className={classes.hint}>{t.book.game.waiver}</p>}
      </div>
      {byTicket ? (
        <Block title={t.book.game.tickets}>
          <People
            rows={tickets.map((type) => ({
              label: type.name,
              hint: price(type.price, currency, locale),
              value: type.quantity,
              min: 0,
              max: type.quantity + Math.floor((game.max_players - admitted) / (type.players ?? 1)),
              onChange: (value) => setWords({ [`t.${type.id}`]: value === 0 ? null : value }),
            }))}
          />
          {party < fewest && <p className={classes.hint}>{t.book.game.tooFew(fewest)}</p>}
        </Block>
      ) : (
        <People rows={[{ label: t.book.game.players, value: party, min: fewest, max: game.max_players, onChange: (value) => setWords({ party: value }) }]} />
      )}
      <DayBlock
        answer={days}
        label={t.book.game.day}
        month={month}
        today={today}
        last={addDays(today, 365)}
        day={day}
        busy={days.isPlaceholderData}
        onMonth={setMonth}
        onPick={(it) => setWords({ date: it, time: null })}
      />
      {date && ofDay && (
        <Block title={t.book.game.time}>
          {ofDay.every((it) => it.seats_left < asked || it.reason !== null) && <p className={classes.hint}>{t.book.game.none}</p>}
          <div className={classes.options}>
            {ofDay
              .filter((it) => it.reason !== 'past')
              .map((it) => {
                const canHave = it.reason === null && it.seats_left >= asked;
                return (
                  <Option
                    key={it.starts_at}
                    pressed={it.time === time && canHave}
                    disabled={!canHave}
                    note={!canHave ? t.book.months.taken : game.booking_mode === 'shared' ? t.book.game.seats(it.seats_left) : undefined}
                    onClick={() => setWords({ time: it.time })}
                  >
                    {wallTime(it.time, locale)}
                  </Option>
                );
              })}
          </div>
        </Block>
      )}
      <Suspense fallback={<div className={classes.promo} />}>
        <Promo promo={promo} />
      </Suspense>
    </StepFrame>
  );
}
