/* /embed/<key>: a venue's games to book, in a frame on somebody else's page. As high as what is in it; no header, no cookie, nothing that leads away but a new window. */
import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { gamesOf, type WidgetBooking, type WidgetGame, type WidgetVenue } from '@/data/widget';
import { amountIn } from '@/lib/amounts';
import { tellPage } from '@/lib/around';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import { BookGame } from './BookGame';
import { Booked } from './Booked';
import classes from './EmbedPage.module.css';

export function EmbedPage({ embedKey }: { embedKey: string }) {
  const { t } = useSay();
  const { publicApi } = useServices();
  const venue = useQuery({ queryKey: ['widget', embedKey], queryFn: ({ signal }) => publicApi.read('get_venue_by_embed_key', { p_embed_key: embedKey }, signal), staleTime: 60_000 });
  if (!venue.data) {
    return (
      <Widget title={t.widget.book}>
        {venue.isError &&
          (isRefusal(venue.error, 404) ? <Problem what={{ title: t.widget.unknown, hint: t.widget.unknownHint }} /> : <Problem error={venue.error} onRetry={() => void venue.refetch()} />)}
        {!venue.isError && <Text role="status">{t.app.loading}</Text>}
      </Widget>
    );
  }
  return (
    <Widget title={t.widget.title(venue.data.name)}>
      <Games venue={venue.data} />
    </Widget>
  );
}

/* Tells the page around how high it is, whenever that changes. */
function Widget({ title, children }: { title: string; children: ReactNode }) {
  const whole = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = title;
    tellPage({ maitred: 'title', title });
  }, [title]);
  useEffect(() => {
    const element = whole.current;
    if (!element) return;
    const watch = new ResizeObserver(() => tellPage({ maitred: 'height', height: element.getBoundingClientRect().height }));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return (
    <main ref={whole} className={classes.widget}>
      <Title order={1} size="h3">
        {title}
      </Title>
      {children}
    </main>
  );
}

function Games({ venue }: { venue: WidgetVenue }) {
  const { t, locale } = useSay();
  const { publicApi } = useServices();
  const front = useQuery({
    queryKey: ['front', venue.organization_id],
    queryFn: ({ signal }) => publicApi.read('get_front_page', { p_organization_id: venue.organization_id }, signal),
    staleTime: 60_000,
  });
  const [wanted] = useState(() => new URLSearchParams(window.location.search).get('game'));
  const [chosen, setChosen] = useState<string | null>(null);
  const [booked, setBooked] = useState<{ booking: WidgetBooking; game: WidgetGame } | null>(null);
  const games = gamesOf(front.data, venue.id);
  const isThere = front.data !== undefined;
  const only = games.length === 1 ? games[0]?.id : games.find((game) => game.id === wanted)?.id;
  const game = games.find((one) => one.id === (chosen ?? only));
  useEffect(() => {
    if (isThere) tellPage({ maitred: 'ready' });
  }, [isThere]);

  if (!isThere) return front.isError ? <Problem error={front.error} onRetry={() => void front.refetch()} /> : <Text role="status">{t.app.loading}</Text>;
  if (booked) return <Booked booking={booked.booking} game={booked.game} venue={venue} onAgain={() => setBooked(null)} />;
  if (games.length === 0) return <Text>{t.widget.nothing}</Text>;
  if (game) {
    return (
      <BookGame
        key={game.id}
        venue={venue}
        game={game}
        onBack={only === undefined || chosen !== null ? () => setChosen(null) : null}
        onBooked={(booking) => {
          setBooked({ booking, game });
          tellPage({ maitred: 'booked', reference: booking.reference_number, value: booking.final_amount, currency: booking.currency });
        }}
      />
    );
  }
  return (
    <section aria-labelledby="games">
      <Title order={2} size="h4" id="games" mb="sm">
        {t.widget.game}
      </Title>
      <ul className={classes.games}>
        {games.map((one) => (
          <li key={one.id}>
            <Button
              variant="default"
              className={classes.game}
              onClick={() => {
                setChosen(one.id);
                tellPage({ maitred: 'step', step: 'game' });
              }}
            >
              <Stack gap={0} align="flex-start">
                <Text component="span" fw={650}>
                  {one.name}
                </Text>
                {one.tagline !== null && <Text component="span">{one.tagline}</Text>}
                <Text component="span" c="dimmed" size="sm">
                  {t.widget.facts(one.duration_minutes, one.min_players, one.max_players)}
                  {one.price_from !== null && ` · ${t.widget.from(amountIn(one.price_from, venue.currency, locale))}`}
                </Text>
              </Stack>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
