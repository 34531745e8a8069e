/* The front page of a house that offers more than tables: what there is, what it costs, when it is free next. */
import { Anchor, Button, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { bookPath, frontQuery } from '@/data/front';
import type { FrontChalet, FrontGame, FrontPage, FrontPool, FrontRestaurant, FrontVenue, Kind, WeekDay } from '@/data/bookingShapes';
import { useServices } from '@/data/services';
import { addDays, price, shortDay, wallTime } from '@/lib/days';
import { dayIn } from '@/lib/format';
import { BasketLink } from '@/parts/BasketLink';
import { KIND_ICONS } from '@/parts/bookIcons';
import { Frame } from '@/parts/Frame';
import { useHours, useWeek } from '@/parts/hours';
import { Loading } from '@/parts/Loading';
import { Photo } from '@/parts/Photo';
import { Problem } from '@/parts/Problem';
import { Switches } from '@/parts/Switches';
import { StaffDoors } from '@/parts/StaffDoors';
import { useSay, useTexts } from '@/texts';
import classes from './HousePage.module.css';

/* How this house says prices and days. */
function useHouse(front: FrontPage): { amount: (value: number) => string; day: (day: string) => string; when: (day: string, time: string) => string } {
  const { t, locale } = useSay();
  const today = dayIn(front.house.timezone, Date.parse(front.now));
  const day = (it: string): string => (it === today ? t.house.today : it === addDays(today, 1) ? t.house.tomorrow : shortDay(it, locale));
  return { amount: (value) => price(value, front.house.currency, locale), day, when: (it, time) => t.house.at(day(it), wallTime(time, locale)) };
}

export function HousePage() {
  const { config, publicApi } = useServices();
  const front = useQuery(frontQuery(publicApi));
  return (
    <Frame
      title={config.name}
      actions={
        <>
          <BasketLink />
          <Switches />
        </>
      }
      width="page"
      bare
    >
      {front.data ? <House front={front.data} /> : front.isError ? <Problem error={front.error} onRetry={() => void front.refetch()} /> : <Loading />}
    </Frame>
  );
}

function House({ front }: { front: FrontPage }) {
  const { house } = front;
  return (
    <>
      <div className={classes.hero}>
        <Photo pictures={house.pictures} motif={house.organization_id} first className={classes.view} />
        <div className={classes.words}>
          <p className={classes.name}>{house.name}</p>
          {house.description && <p className={classes.text}>{house.description}</p>}
        </div>
      </div>
      <Doors front={front} />
      {front.chalets.length > 0 && <Chalets front={front} />}
      {front.venues.map((venue) => (
        <Venue key={venue.id} front={front} venue={venue} />
      ))}
      {front.pool && <Pool front={front} pool={front.pool} />}
      {front.restaurants.map((restaurant) => (
        <Restaurant key={restaurant.id} front={front} restaurant={restaurant} />
      ))}
      <Foot front={front} />
    </>
  );
}

const lowest = (values: readonly (number | null)[]): number | null => values.reduce((least, value) => (value === null ? least : least === null ? value : Math.min(least, value)), null);

/* The ways in: what can be booked here, at a glance. */
function Doors({ front }: { front: FrontPage }) {
  const t = useTexts();
  const { amount } = useHouse(front);
  const games = front.venues.flatMap((venue) => venue.games);
  const nights = lowest(front.chalets.map((chalet) => chalet.price_from));
  const perPerson = lowest(games.filter((game) => game.price_model === 'per_person').map((game) => game.price_from));
  const doors: { kind: Kind; there: boolean; about: string | null }[] = [
    { kind: 'stay', there: front.chalets.length > 0, about: nights === null ? null : t.house.fromNight(amount(nights)) },
    { kind: 'game', there: games.length > 0, about: perPerson === null ? null : t.house.fromPerson(amount(perPerson)) },
    { kind: 'pool', there: front.pool !== null, about: front.pool?.price_from == null ? null : t.house.fromAdult(amount(front.pool.price_from)) },
    { kind: 'table', there: front.restaurants.some((restaurant) => restaurant.accepts_reservations), about: front.restaurants.map((restaurant) => restaurant.name).join(' · ') },
  ];
  const open = doors.filter((door) => door.there);
  // What is offered alone stands below all the same.
  if (open.length < 2) return null;
  return (
    <nav aria-label={t.house.book} className={classes.doors}>
      {open.map(({ kind, about }) => {
        const Icon = KIND_ICONS[kind];
        return (
          <a key={kind} href={bookPath(kind)} className={classes.door}>
            <Icon size={28} />
            <span>
              <b>{t.house[kind]}</b>
              {about && <small>{about}</small>}
            </span>
          </a>
        );
      })}
    </nav>
  );
}

function Section({ id, title, about, children }: { id: string; title: string; about?: ReactNode; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className={classes.section}>
      <Title order={2} size="h2" id={id}>
        {title}
      </Title>
      {about}
      {children}
    </section>
  );
}

function NextFree({ when }: { when: string | null }) {
  const t = useTexts();
  return (
    <p className={classes.next} data-free={when !== null}>
      <span aria-hidden="true">{when === null ? '○' : '●'}</span> {when === null ? t.house.noneFree : t.house.nextFree(when)}
    </p>
  );
}

/* A picture with a name that leads on: all of it can be tapped. */
function Choice({ name, href, label, picture, children }: { name: string; href: string; label: string; picture: ReactNode; children: ReactNode }) {
  return (
    <article className={classes.card}>
      {picture}
      <div className={classes.about}>
        <h3 className={classes.cardName}>
          <a href={href} aria-label={label}>
            {name}
          </a>
        </h3>
        {children}
      </div>
    </article>
  );
}

function Chalets({ front }: { front: FrontPage }) {
  const t = useTexts();
  const { amount, day } = useHouse(front);
  const facts = ({ capacity, bedrooms, min_nights }: FrontChalet): string =>
    [t.house.people(capacity), ...(bedrooms ? [t.house.bedrooms(bedrooms)] : []), ...(min_nights > 1 ? [t.house.minNights(min_nights)] : [])].join(' · ');
  return (
    <Section id="chalets" title={t.house.chalets}>
      <div className={classes.grid}>
        {front.chalets.map((chalet) => (
          <Choice
            key={chalet.id}
            name={chalet.name}
            href={bookPath('stay', { chalet: chalet.id })}
            label={t.house.chooseNamed(chalet.name)}
            picture={<Photo pictures={chalet.pictures} motif={chalet.id} />}
          >
            <p className={classes.facts}>{facts(chalet)}</p>
            {chalet.description && <p>{chalet.description}</p>}
            {chalet.price_from !== null && <p className={classes.price}>{t.house.fromNight(amount(chalet.price_from))}</p>}
            <NextFree when={chalet.next_free ? day(chalet.next_free.check_in) : null} />
          </Choice>
        ))}
      </div>
    </Section>
  );
}

/* A thing of its own: its picture on one side, its words on the other. */
function Feature({ picture, children }: { picture: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.feature}>
      {picture}
      <div className={classes.about}>{children}</div>
    </div>
  );
}

function Pool({ front, pool }: { front: FrontPage; pool: FrontPool }) {
  const { t, locale } = useSay();
  const { amount, day } = useHouse(front);
  const next = pool.next_free;
  return (
    <Section id="pool" title={t.house.poolTitle}>
      <Feature picture={<Photo pictures={pool.pictures} motif="pool" />}>
        <dl className={classes.rows}>
          {pool.slots.map((slot) => (
            <div key={slot.slot}>
              <dt>
                <b>{t.house.slots[slot.slot]}</b> {wallTime(slot.starts_at, locale)}–{wallTime(slot.ends_at, locale)}
              </dt>
              <dd>
                {slot.adult_price !== null && t.house.adults(amount(slot.adult_price))}
                {slot.child_price !== null && ` · ${t.house.children(amount(slot.child_price))}`}
              </dd>
            </div>
          ))}
        </dl>
        <NextFree when={next ? `${day(next.date)}, ${t.house.slots[next.slot]}` : null} />
        <Button component="a" href={bookPath('pool', next ? { date: next.date } : {})}>
          {t.house.tickets}
        </Button>
      </Feature>
    </Section>
  );
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/* Seven days from today as a week; one that is open at any hour says nothing. */
function hoursOf(week: readonly WeekDay[] | null): Record<string, [string, string][]> {
  const days = week ?? [];
  if (days.every((day) => day.windows.length === 1 && day.windows[0]?.open === '00:00' && day.windows[0].close === '24:00')) return {};
  return Object.fromEntries(days.map((day) => [WEEK[day.weekday - 1] ?? '', day.windows.map((window): [string, string] => [window.open, window.close])]));
}

function Hours({ week }: { week: WeekDay[] | null }) {
  const t = useTexts();
  const rows = useWeek(hoursOf(week));
  if (rows.length === 0) return null;
  return (
    <details className={classes.hours}>
      <summary>{t.hours.week}</summary>
      <dl className={classes.rows}>
        {rows.map(({ day, times }) => (
          <div key={day}>
            <dt>{day}</dt>
            <dd>{times}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Call({ phone }: { phone: string }) {
  const t = useTexts();
  return (
    <Anchor href={`tel:${phone.replace(/[^\d+]/g, '')}`} className={classes.link}>
      {t.home.call(phone)}
    </Anchor>
  );
}

function Restaurant({ front, restaurant }: { front: FrontPage; restaurant: FrontRestaurant }) {
  const t = useTexts();
  const { amount, when } = useHouse(front);
  const hours = useHours(restaurant);
  const next = restaurant.next_free;
  return (
    <Section id={`restaurant-${restaurant.id}`} title={restaurant.name}>
      <Feature picture={<Photo pictures={restaurant.pictures} motif={restaurant.id} />}>
        {restaurant.description && <p>{restaurant.description}</p>}
        {restaurant.is_open !== null && (
          <p className={classes.facts}>
            {restaurant.is_open ? t.home.open : t.home.closed}
            {hours && ` · ${hours}`}
          </p>
        )}
        {restaurant.address && <p>{restaurant.address}</p>}
        {restaurant.price_from !== null && <p className={classes.price}>{t.house.from(amount(restaurant.price_from))}</p>}
        {restaurant.accepts_reservations && <NextFree when={next ? when(next.date, next.time) : null} />}
        <Hours week={restaurant.week} />
        {restaurant.phone && <Call phone={restaurant.phone} />}
        <div className={classes.buttons}>
          {restaurant.accepts_reservations && (
            <Button component="a" href={bookPath('table', { restaurant: restaurant.id })}>
              {t.house.bookTable}
            </Button>
          )}
          <Button component="a" href={`/menu/${restaurant.id}`} variant="default">
            {t.house.menu}
          </Button>
        </div>
      </Feature>
    </Section>
  );
}

function Venue({ front, venue }: { front: FrontPage; venue: FrontVenue }) {
  const t = useTexts();
  const { amount, when } = useHouse(front);
  const from = ({ price_from, price_model }: FrontGame): string | null =>
    price_from === null
      ? null
      : price_model === 'per_group'
        ? t.house.fromGroup(amount(price_from))
        : price_model === 'ticket_types'
          ? t.house.fromTicket(amount(price_from))
          : t.house.fromPerson(amount(price_from));
  const address = [venue.address, [venue.postal_code, venue.city].filter((word) => word).join(' ')].filter((word) => word).join(', ');
  return (
    <Section
      id={`venue-${venue.id}`}
      title={venue.name}
      about={
        <div className={classes.venue}>
          <p className={classes.facts}>
            {venue.is_open ? t.home.open : t.home.closed}
            {address && ` · ${address}`}
          </p>
          <Hours week={venue.week} />
        </div>
      }
    >
      <div className={classes.grid}>
        {venue.games.map((game) => (
          <Choice
            key={game.id}
            name={game.name}
            href={bookPath('game', { venue: venue.id, game: game.id })}
            label={t.house.playNamed(game.name)}
            picture={<Photo pictures={game.pictures} motif={game.id} />}
          >
            {game.tagline && <p>{game.tagline}</p>}
            <p className={classes.facts}>
              {[
                t.house.players(game.min_players, game.max_players),
                t.house.minutes(game.duration_minutes),
                ...(game.min_age ? [t.house.age(game.min_age)] : []),
                game.booking_mode === 'shared' ? t.house.shared : t.house.private,
              ].join(' · ')}
            </p>
            {game.difficulty !== null && (
              <p className={classes.difficulty} role="img" aria-label={t.house.difficulty(game.difficulty)}>
                {[1, 2, 3, 4, 5].map((step) => (
                  <span key={step} data-on={step <= (game.difficulty ?? 0)} />
                ))}
              </p>
            )}
            {from(game) !== null && <p className={classes.price}>{from(game)}</p>}
            <NextFree when={game.next_free ? when(game.next_free.date, game.next_free.time) : null} />
          </Choice>
        ))}
      </div>
    </Section>
  );
}

function Foot({ front: { house, restaurants } }: { front: FrontPage }) {
  const t = useTexts();
  return (
    <footer className={classes.foot}>
      <div>
        <b>{t.house.findUs}</b>
        {house.address && <p>{house.address}</p>}
        <p className={classes.links}>
          {house.phone && <Call phone={house.phone} />}
          {house.email && (
            <Anchor href={`mailto:${house.email}`} className={classes.link}>
              {house.email}
            </Anchor>
          )}
          <Anchor href="/my" className={classes.link}>
            {t.house.mine}
          </Anchor>
        </p>
      </div>
      <div>
        <Text c="dimmed">{t.home.staff}</Text>
        <p className={classes.links}>
          <StaffDoors hasDining={restaurants.length > 0} className={classes.link} />
        </p>
      </div>
    </footer>
  );
}
