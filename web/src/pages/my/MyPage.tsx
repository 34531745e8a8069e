/* /my: everything that a guest has booked, by a code to their address or phone; /my/<number>: one booking, or all of a basket. */
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { Switches } from '@/parts/Switches';
import { useServices } from '@/data/services';
import { useGuestSide } from '@/hooks/useGuestSide';
import { useTexts } from '@/texts';
import { BookingsList } from './BookingsList';
import { OneBooking } from './OneBooking';
import { WayIn } from './WayIn';

export function MyPage({ reference }: { reference: string | null }) {
  const t = useTexts();
  const { config } = useServices();
  const login = useGuestSide();
  const inside = (
    <Frame title={config.name} tabTitle={`${t.my.title} · ${config.name}`} subtitle={t.my.title} actions={<Switches />}>
      {login.isOpening ? (
        <Loading />
      ) : reference !== null ? (
        <OneBooking reference={reference} login={login} />
      ) : login.who !== null && login.side ? (
        <BookingsList side={login.side} who={login.who} />
      ) : (
        <WayIn login={login} />
      )}
    </Frame>
  );
  return inside;
}
