/* A bar was laid down somewhere else: what that comes to, before it is so. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { refreshDesk } from '@/data/desk';
import { useServices } from '@/data/services';
import type { Bar, Place } from '@/data/tape';
import { shortDay } from '@/lib/days';
import { Dialog } from '@/parts/Dialog';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { useSay } from '@/texts';
import { explain } from '@/texts/explain';
import { PriceThen, WhoWasFirst } from './ChangeParts';
import { quoteQuery, useStayChange } from './useStayChange';

export interface MoveWish {
  bar: Bar;
  was: { chalet: string; chaletId: string };
  place: Place;
  /* The name of the chalet that it would lie in. */
  chalet: string;
}

export function MoveDialog({ wish, onClose }: { wish: MoveWish; onClose: () => void }) {
  const { t, locale } = useSay();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const { bar, place, was } = wish;
  const change = useStayChange(bar.id);
  const { first } = change;
  // What was seen is the bar as it lay in the chart; once somebody else was first, their stay is the one that is moved, at its price.
  const seen = first?.updatedAt ?? bar.updated_at ?? '';
  const quote = useQuery(quoteQuery(staffApi, { stayId: bar.id, from: place.from, to: place.to, chaletId: place.chaletId, seen }));
  const name = bar.guest_name ?? bar.reference ?? '';
  const days = (from: string, to: string): string => `${shortDay(from, locale)} – ${shortDay(to, locale)}`;
  const apply = async (): Promise<void> => {
    if (quote.data?.available !== true) return;
    const isDone = await change.apply(seen, { p_check_in: place.from, p_check_out: place.to, p_chalet_id: place.chaletId, p_total_price: quote.data.price });
    if (!isDone) return;
    notify.good(t.desk.changed);
    await refreshDesk(client);
    onClose();
  };
  return (
    <Dialog onClose={onClose} title={t.tape.confirmTitle(name)}>
      <Stack>
        <div>
          <Text c="dimmed">
            {was.chalet}, {days(bar.from, bar.booked_to ?? bar.to)}
          </Text>
          <Text fw={650}>
            {wish.chalet}, {days(place.from, place.to)}
          </Text>
        </div>
        {quote.isError && <Alert color="red">{explain(quote.error, t).title}</Alert>}
        {quote.isPending && <Loading />}
        {quote.data && !quote.data.available && <Alert color="red">{t.desk.taken}</Alert>}
        {quote.data?.available === true && <PriceThen quote={quote.data} />}
        {change.problem !== null && <Alert color="red">{change.problem}</Alert>}
        {first ? (
          <WhoWasFirst
            first={first}
            yours={{ check_in: place.from, check_out: place.to, guests: first.now.guests, chalet: wish.chalet, special_requests: first.now.special_requests }}
            status={bar.status}
            canHaveYours={quote.data?.available === true}
            busy={change.busy}
            onTheirs={() => {
              void refreshDesk(client);
              onClose();
            }}
            onYours={() => void apply()}
          />
        ) : (
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t.app.cancel}
            </Button>
            <Button disabled={quote.data?.available !== true} loading={change.busy} onClick={() => void apply()} data-autofocus>
              {t.tape.accept}
            </Button>
          </Group>
        )}
      </Stack>
    </Dialog>
  );
}
