/* One game: how many, when, who. What it costs stands on the button; a time that somebody else took meanwhile is said, and what was typed stays. */
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { bookingArgs, freeDays, priceOf, startsOf, type Guest, type Order, type WidgetBooking, type WidgetGame, type WidgetVenue } from '@/data/widget';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { tellPage } from '@/lib/around';
import { clock } from '@/lib/clock';
import { dayIn } from '@/lib/format';
import { uuid } from '@/lib/ids';
import { Field } from '@/parts/Field';
import { Stepper } from '@/parts/Stepper';
import { useSay } from '@/texts';
import { explain } from '@/texts/explain';
import classes from './EmbedPage.module.css';

interface Props {
  venue: WidgetVenue;
  game: WidgetGame;
  onBack: (() => void) | null;
  onBooked: (booking: WidgetBooking) => void;
}

const DAYS_SHOWN = 6;

export function BookGame({ venue, game, onBack, onBooked }: Props) {
  const { t, locale } = useSay();
  const { publicApi } = useServices();
  const { busy, run } = useAct();
  const today = dayIn(venue.timezone, clock.now());
  const hasTickets = game.ticket_types.length > 0;
  const [people, setPeople] = useState(Math.max(2, game.min_players));
  const [tickets, setTickets] = useState<Record<string, number>>(() => (hasTickets && game.ticket_types[0] ? { [game.ticket_types[0].id]: game.min_players } : {}));
  const [date, setDate] = useState('');
  const [time, setTime] = useState('');
  const [guest, setGuest] = useState<Guest>({ name: '', email: '', phone: '' });
  const [problem, setProblem] = useState<string | null>(null);
  const [key, setKey] = useState(uuid);
  const size = hasTickets
    ? Math.max(
        1,
        Object.values(tickets).reduce((sum, count) => sum + count, 0),
      )
    : people;
  const asked = { p_venue_id: venue.id, p_game_id: game.id, p_party_size: size };

  const month = useQuery({
    queryKey: ['widget', 'days', asked, today],
    queryFn: ({ signal }) => publicApi.read('get_game_calendar', { ...asked, p_from: today, p_days: 31, p_starts: false }, signal),
    staleTime: 30_000,
  });
  const days = [...freeDays(month.data, game.id)].sort();
  const day = date === '' ? (days[0] ?? '') : date;
  const starts = useQuery({
    queryKey: ['widget', 'starts', asked, day],
    queryFn: ({ signal }) => publicApi.read('get_game_calendar', { ...asked, p_from: day, p_days: 1, p_starts: true }, signal),
    enabled: day !== '',
    staleTime: 10_000,
  });
  const free = startsOf(starts.data, game.id, day).filter((start) => start.reason === null && start.seats_left >= size);
  const order: Order = { venueId: venue.id, gameId: game.id, date: day, time, people: size, tickets };
  const price = useQuery({ queryKey: ['widget', 'price', order], queryFn: () => priceOf(publicApi, order), enabled: time !== '', staleTime: 10_000 });
  const amount = (value: number): string => amountIn(value, venue.currency, locale);
  const dayWord = (one: string): string => new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(one));
  const isElsewhere = Intl.DateTimeFormat().resolvedOptions().timeZone !== venue.timezone;

  useEffect(() => {
    if (time !== '') tellPage({ maitred: 'step', step: 'details' });
  }, [time]);
  const pick = (change: () => void): void => {
    change();
    setProblem(null);
    setTime('');
    setKey(uuid());
  };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (guest.name.trim() === '' || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(guest.email.trim())) {
      setProblem(t.widget.missing);
      return;
    }
    const shown = price.data?.price;
    if (shown === undefined) return;
    setProblem(null);
    void run(
      async () => onBooked(await publicApi.call('create_widget_booking', bookingArgs(order, guest, shown, key))),
      (error) => {
        tellPage({ maitred: 'problem' });
        if (!isRefusal(error)) return false;
        const right = error.number('right') ?? error.number('now');
        if (error.field === 'p_final_amount' && right !== undefined) {
          setProblem(t.widget.priceChanged(amount(shown), amount(right)));
          setKey(uuid());
          void price.refetch();
        } else if (error.status === 409) {
          setProblem(t.widget.taken);
          setTime('');
          setKey(uuid());
          void Promise.all([starts.refetch(), month.refetch()]);
        } else {
          const { title, hint } = explain(error, t);
          setProblem(hint ? `${title} ${hint}` : title);
        }
        return true;
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {game.name}
          </Title>
          {onBack && (
            <Button variant="subtle" onClick={onBack}>
              {t.widget.change}
            </Button>
          )}
        </Group>
        {hasTickets ? (
          <div role="group" aria-label={t.widget.people}>
            {game.ticket_types.map((type) => (
              <Group key={type.id} justify="space-between" mb="xs">
                <Text>
                  {type.name} · {amount(type.price)}
                </Text>
                <Stepper
                  value={tickets[type.id] ?? 0}
                  max={game.max_players}
                  lessLabel={t.widget.lessOf(type.name)}
                  moreLabel={t.widget.moreOf(type.name)}
                  onChange={(count) => pick(() => setTickets({ ...tickets, [type.id]: count }))}
                />
              </Group>
            ))}
          </div>
        ) : (
          <Group justify="space-between">
            <Text fw={600}>{t.widget.people}</Text>
            <Stepper value={people} min={game.min_players} max={game.max_players} lessLabel={t.widget.less} moreLabel={t.widget.more} onChange={(count) => pick(() => setPeople(count))} />
          </Group>
        )}
        <fieldset className={classes.choices}>
          <legend>{t.widget.day}</legend>
          {days.slice(0, DAYS_SHOWN).map((one) => (
            <Button key={one} variant={one === day ? 'filled' : 'default'} aria-pressed={one === day} onClick={() => pick(() => setDate(one))}>
              {dayWord(one)}
            </Button>
          ))}
        </fieldset>
        <Field label={t.widget.otherDay} type="date" min={today} value={day} onChange={(event) => pick(() => setDate(event.currentTarget.value))} />
        <fieldset className={classes.choices}>
          <legend>{t.widget.time}</legend>
          {free.map((start) => (
            <Button key={start.time} variant={start.time === time ? 'filled' : 'default'} aria-pressed={start.time === time} onClick={() => setTime(start.time)}>
              {start.time}
            </Button>
          ))}
          {starts.data !== undefined && free.length === 0 && <Text role="status">{t.widget.noTimes}</Text>}
        </fieldset>
        {isElsewhere && (
          <Text size="sm" c="dimmed">
            {t.widget.clock((venue.timezone.split('/').pop() ?? '').replaceAll('_', ' '))}
          </Text>
        )}
        {time !== '' && (
          <>
            <Title order={3} size="h5">
              {t.widget.details}
            </Title>
            <Field label={t.widget.name} value={guest.name} maxLength={255} autoComplete="name" onChange={(event) => setGuest({ ...guest, name: event.currentTarget.value })} />
            <Field
              label={t.widget.email}
              type="email"
              description={t.widget.emailHint}
              value={guest.email}
              maxLength={255}
              autoComplete="email"
              onChange={(event) => setGuest({ ...guest, email: event.currentTarget.value })}
            />
            <Field
              label={t.widget.phone}
              type="tel"
              description={t.widget.phoneHint}
              value={guest.phone}
              maxLength={32}
              autoComplete="tel"
              onChange={(event) => setGuest({ ...guest, phone: event.currentTarget.value })}
            />
          </>
        )}
        {problem !== null && (
          <Text c="var(--mantine-color-error)" role="alert">
            {problem}
          </Text>
        )}
        {time !== '' && price.data === null && <Text role="alert">{t.widget.taken}</Text>}
        {time !== '' && price.data !== null && (
          <Button type="submit" size="lg" loading={busy || price.isPending} fullWidth>
            {price.data ? t.widget.bookFor(amount(price.data.price)) : t.widget.book}
          </Button>
        )}
        {venue.phone && (
          <Anchor href={`tel:${venue.phone.replace(/[^\d+]/g, '')}`} target="_top">
            {t.home.call(venue.phone)}
          </Anchor>
        )}
      </Stack>
    </form>
  );
}
