/* /my/<number>: a booking, or all of a basket: shown to a login that it is of, or to whoever knows the address it was made with. */
import { Anchor, Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { contactOf, keepBookings, keptBookings, myBookingQuery, rememberNumbers, type Mine } from '@/data/my';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import type { GuestLogin } from '@/hooks/useGuestSide';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useTexts } from '@/texts';
import { BookingCard } from './BookingCard';
import { BookingView } from './BookingView';
import { NumberForm } from './NumberForm';
import classes from './MyPage.module.css';

export function OneBooking({ reference, login }: { reference: string; login: GuestLogin }) {
  const t = useTexts();
  const { publicApi } = useServices();
  const [contact, setContact] = useState(() => contactOf(reference));
  const isIn = login.who !== null && login.side !== null;
  // Who is signed in sees their own without saying more; what is not of this login may still be known by its address.
  const [isStrange, setIsStrange] = useState(false);
  const byLogin = isIn && !isStrange;
  const way = { api: byLogin && login.side ? login.side.api : publicApi, reference: reference.toUpperCase(), contact: byLogin ? null : contact };
  const booking = useQuery({ ...myBookingQuery(way), enabled: byLogin || contact !== null });
  useEffect(() => {
    if (!booking.data) return;
    keepBookings(booking.data.bookings);
    if (way.contact !== null) rememberNumbers([...booking.data.bookings, ...booking.data.goes_with], way.contact);
  }, [booking.data, way.contact]);
  useEffect(() => {
    if (byLogin && isRefusal(booking.error, 404)) setIsStrange(true);
  }, [byLogin, booking.error]);

  const kept = keptBookings().filter((one) => one.reference === way.reference || one.basket?.reference === way.reference);
  const seen = booking.data?.bookings ?? (booking.isError && !isRefusal(booking.error) ? kept : undefined);
  const back = (
    <Anchor href="/my" className={classes.link}>
      {t.my.all}
    </Anchor>
  );

  if (!byLogin && (contact === null || isRefusal(booking.error, 404))) {
    return (
      <Card padding="lg" shadow="sm" bg="var(--card-background)">
        <Stack gap="md">
          <div>
            <Title order={2} size="h3">
              {t.wayIn.numberIs(way.reference)}
            </Title>
            <Text c="dimmed" mt={4} {...(contact === null ? {} : { role: 'alert' })}>
              {contact === null ? t.wayIn.whoseIsIt : t.wayIn.unknown}
            </Text>
          </div>
          <NumberForm key={contact ?? ''} reference={way.reference} onFound={() => setContact(contactOf(reference))} />
          {back}
        </Stack>
      </Card>
    );
  }
  if (seen === undefined || (seen.length === 0 && booking.isError)) return booking.isError ? <Problem error={booking.error} onRetry={() => void booking.refetch()} /> : <Loading />;
  const [only, ...more] = seen;
  return (
    <Stack gap="lg">
      {!booking.data && <Text role="status">{t.my.asLastSeen}</Text>}
      {only && more.length === 0 ? <BookingView booking={only} way={way} isStale={!booking.data} /> : <Basket bookings={seen} reference={way.reference} />}
      {(booking.data?.goes_with.length ?? 0) > 0 && (
        <section aria-labelledby="with">
          <Title order={2} size="h4" id="with" mb="sm">
            {t.my.goesWith}
          </Title>
          <List bookings={booking.data?.goes_with ?? []} />
        </section>
      )}
      {back}
    </Stack>
  );
}

function Basket({ bookings, reference }: { bookings: readonly Mine[]; reference: string }) {
  const t = useTexts();
  return (
    <section aria-labelledby="basket">
      <Title order={2} size="h3" id="basket" mb="sm">
        {t.wayIn.numberIs(reference)}
      </Title>
      <List bookings={bookings} />
    </section>
  );
}

function List({ bookings }: { bookings: readonly Mine[] }) {
  return (
    <ul className={classes.list}>
      {bookings.map((one) => (
        <li key={one.booking_id}>
          <BookingCard booking={one} />
        </li>
      ))}
    </ul>
  );
}
