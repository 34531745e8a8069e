/* /my: everything that a guest has booked, by a code to their address or phone; /my/<number>: one booking, or all of a basket. */
import { Stack } from '@mantine/core';
import { Suspense } from 'react';
import { hasKept } from '@/data/kept';
import { hasSignedIn } from '@/data/guest';
import { guestPage } from '@/lib/address';
import { later } from '@/lib/later';
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { Switches } from '@/parts/Switches';
import { useServices } from '@/data/services';
import { useGuestSide } from '@/hooks/useGuestSide';
import { useTexts } from '@/texts';
import { speaking } from '@/texts/speaking';
import { WayIn } from './WayIn';

/* What a stranger sees first are the two ways in; the bookings, with their sheets and codes, come with the first touch or to whoever has a number or a login. */
const OneBooking = later(() => speaking(['booked', 'waiver'], async () => (await import('./OneBooking')).OneBooking));
const BookingsList = later(() => speaking(['booked', 'waiver'], async () => (await import('./BookingsList')).BookingsList));
const OnDevice = later(() => speaking(['booked'], async () => (await import('./OnDevice')).OnDevice));

/* What the address shows first, before the page stands. */
export async function readyFor(path: string): Promise<void> {
  const place = guestPage(path);
  if (place?.page === 'my' && place.reference !== null) await OneBooking.ready();
  else if (hasSignedIn()) await BookingsList.ready();
  else if (hasKept()) await OnDevice.ready();
}

export function MyPage({ reference }: { reference: string | null }) {
  const t = useTexts();
  const { config } = useServices();
  const login = useGuestSide();
  return (
    <Frame title={config.name} tabTitle={`${t.wayIn.title} · ${config.name}`} subtitle={t.wayIn.title} actions={<Switches />}>
      <Suspense fallback={<Loading />}>
        {login.isOpening ? (
          <Loading />
        ) : reference !== null ? (
          <OneBooking reference={reference} login={login} />
        ) : login.who !== null && login.side ? (
          <BookingsList side={login.side} who={login.who} />
        ) : (
          <Stack gap="lg">
            {hasKept() && <OnDevice />}
            <WayIn login={login} />
          </Stack>
        )}
      </Suspense>
    </Frame>
  );
}
