/* A booking in a list: what, when, where, how it stands. All of it leads to its page. */
import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { ticketOf, type Mine } from '@/data/my';
import { amountIn } from '@/lib/amounts';
import { QrIcon } from '@/parts/icons';
import { spanOf } from '@/parts/when';
import { useSay } from '@/texts';
import classes from './MyPage.module.css';

const COLOURS: Record<string, string> = { confirmed: 'green', checked_in: 'green', seated: 'green', pending: 'orange', cancelled: 'red', no_show: 'red', expired: 'red' };

export function StatusBadge({ booking }: { booking: Pick<Mine, 'status'> }) {
  const { t } = useSay();
  return (
    <Badge color={COLOURS[booking.status] ?? 'gray'} variant="light" size="lg">
      {t.my.statusNames[booking.status] ?? booking.status}
    </Badge>
  );
}

export const titleOf = (booking: Pick<Mine, 'kind' | 'title' | 'details'>, names: Record<string, string>): string =>
  booking.kind === 'pool' ? (names[booking.details.slot ?? ''] ?? booking.title) : booking.title;

export function BookingCard({ booking }: { booking: Mine }) {
  const { t, locale } = useSay();
  return (
    <Card component="a" href={`/my/${encodeURIComponent(booking.reference)}`} padding="md" shadow="xs" bg="var(--card-background)" className={classes.card}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={2} className={classes.grow}>
          <Text size="sm" c="dimmed">
            {t.my.kindNames[booking.kind]}
          </Text>
          <Title order={3} size="h4">
            {titleOf(booking, t.my.slotNames)}
          </Title>
          <Text>{spanOf(booking, locale)}</Text>
          {booking.place && <Text c="dimmed">{booking.place}</Text>}
        </Stack>
        {ticketOf(booking) !== null && <QrIcon />}
      </Group>
      <Group gap="xs" mt="sm">
        <StatusBadge booking={booking} />
        {booking.price > 0 && <Text fw={600}>{amountIn(booking.price, booking.currency, locale)}</Text>}
        {booking.balance > 0 && <Text c="dimmed">{t.my.stillDue(amountIn(booking.balance, booking.currency, locale))}</Text>}
      </Group>
    </Card>
  );
}
