/* Everything of a guest who has signed in. Without a network, what this device has kept. */
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { GuestSide } from '@/data/guestSide';
import { forgetBookings, inOrder, keepBookings, keptBookings, myBookingsQuery } from '@/data/my';
import { clock } from '@/lib/clock';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useTexts } from '@/texts';
import { Account } from './Account';
import { BookingCard } from './BookingCard';
import classes from './MyPage.module.css';

export function BookingsList({ side, who }: { side: GuestSide; who: string }) {
  const t = useTexts();
  const mine = useQuery(myBookingsQuery(side.api));
  useEffect(() => {
    if (mine.data) keepBookings(mine.data.bookings);
  }, [mine.data]);
  const bookings = mine.data?.bookings ?? (mine.isError ? keptBookings() : undefined);
  const { ahead, over } = inOrder(bookings ?? [], clock.now());
  return (
    <Stack gap="xl">
      <Group justify="space-between">
        <Text>{t.app.signedInAs(who)}</Text>
        <Button
          variant="subtle"
          onClick={() => {
            forgetBookings();
            void side.signOut();
          }}
        >
          {t.app.signOut}
        </Button>
      </Group>
      {bookings === undefined && <Loading />}
      {mine.isError && (bookings === undefined || bookings.length === 0) && <Problem error={mine.error} onRetry={() => void mine.refetch()} />}
      {mine.isError && bookings !== undefined && bookings.length > 0 && <Text role="status">{t.my.asLastSeen}</Text>}
      {bookings !== undefined && (
        <>
          <section aria-labelledby="ahead">
            <Title order={2} size="h3" id="ahead" mb="sm">
              {t.my.ahead}
            </Title>
            {ahead.length === 0 && (
              <Text c="dimmed">
                {t.my.nothingAhead} <Anchor href="/">{t.my.bookSomething}</Anchor>
              </Text>
            )}
            <ul className={classes.list}>
              {ahead.map((booking) => (
                <li key={booking.booking_id}>
                  <BookingCard booking={booking} />
                </li>
              ))}
            </ul>
          </section>
          {over.length > 0 && (
            <details>
              <summary className={classes.link}>{t.my.over(over.length)}</summary>
              <ul className={classes.list}>
                {over.map((booking) => (
                  <li key={booking.booking_id}>
                    <BookingCard booking={booking} />
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
      {mine.data && <Account side={side} who={who} mine={mine.data} />}
    </Stack>
  );
}
