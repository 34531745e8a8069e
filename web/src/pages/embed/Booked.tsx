/* It is booked: the number, and the ways on, each in a window of its own, for this one is in somebody else's page. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { WidgetBooking, WidgetGame, WidgetVenue } from '@/data/widget';
import { clockTime } from '@/lib/format';
import { spanOf } from '@/parts/when';
import { useSay } from '@/texts';

interface Props {
  booking: WidgetBooking;
  game: WidgetGame;
  venue: WidgetVenue;
  onAgain: () => void;
}

export function Booked({ booking, game, venue, onAgain }: Props) {
  const { t, locale } = useSay();
  const heading = useRef<HTMLHeadingElement>(null);
  // Who hears the page hears this now.
  useEffect(() => heading.current?.focus(), []);
  return (
    <Stack gap="sm">
      <Title order={2} size="h4" ref={heading} tabIndex={-1}>
        {booking.status === 'pending' && booking.hold_expires_at ? t.widget.held(clockTime(booking.hold_expires_at, venue.timezone, locale)) : t.widget.done}
      </Title>
      <Text fw={600}>{t.widget.number(booking.reference_number)}</Text>
      <Text>
        {game.name} · {spanOf({ starts_at: booking.starts_at, ends_at: booking.ends_at, timezone: venue.timezone, kind: 'game' }, locale)}
      </Text>
      <Group>
        <Button component="a" href={`/my/${encodeURIComponent(booking.reference_number)}`} target="_blank" rel="noopener" aria-label={`${t.widget.see} (${t.widget.opens})`}>
          {t.widget.see}
        </Button>
        <Button variant="subtle" onClick={onAgain}>
          {t.widget.again}
        </Button>
      </Group>
    </Stack>
  );
}
