/* A bar was laid down somewhere else: what that comes to, before it is so. */
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { refreshDesk } from '@/data/desk';
import { useServices } from '@/data/services';
import type { Bar, Place } from '@/data/tape';
import { shortDay } from '@/lib/days';
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
  const quote = useQuery(quoteQuery(staffApi, { stayId: bar.id, from: place.from, to: place.to, chaletId: place.chaletId }));
  const change = useStayChange(bar.id);
  const name = bar.guest_name ?? bar.reference ?? '';
  const days = (from: string, to: string): string => `${shortDay(from, locale)} – ${shortDay(to, locale)}`;
  const apply = async (seen: string): Promise<void> => {
    if (!quote.data) return;
    const isDone = await change.apply(seen, { p_check_in: place.from, p_check_out: place.to, p_chalet_id: place.chaletId, p_total_price: quote.data.price });
    if (!isDone) return;
    notify.good(t.desk.changed);
    await refreshDesk(client);
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t.tape.confirmTitle(name)} centered closeButtonProps={{ 'aria-label': t.app.close }}>
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
        {change.first ? (
          <WhoWasFirst
            first={change.first}
            yours={{ check_in: place.from, check_out: place.to, guests: change.first.now.guests, chalet: wish.chalet, special_requests: change.first.now.special_requests }}
            busy={change.busy}
            onTheirs={() => {
              void refreshDesk(client);
              onClose();
            }}
            onYours={() => {
              const { first } = change;
              if (!first) return;
              // The price of what it is now, then the change.
              void quote.refetch().then(() => apply(first.updatedAt));
            }}
          />
        ) : (
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t.app.cancel}
            </Button>
            {/* What was seen is the bar as it lay in the chart. */}
            <Button disabled={quote.data?.available !== true} loading={change.busy} onClick={() => void apply(bar.updated_at ?? '')} data-autofocus>
              {t.tape.accept}
            </Button>
          </Group>
        )}
      </Stack>
    </Modal>
  );
}
