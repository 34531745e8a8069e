/* One booking: when, where, what it costs, its ticket; and what its guest may do with it. */
import { Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { calendarLinks, named, ticketOf, type Mine, type Way } from '@/data/my';
import { useAct } from '@/hooks/useAct';
import { useLayer } from '@/lib/address';
import { amountIn } from '@/lib/amounts';
import { saveAs } from '@/lib/save';
import { PayOnline } from '@/parts/PayOnline';
import { QrCode } from '@/parts/QrCode';
import { Sheet } from '@/parts/Sheet';
import { instantOf, otherClock, spanOf } from '@/parts/when';
import { useSay } from '@/texts';
import { StatusBadge, titleOf } from './BookingCard';
import { CancelSheet } from './CancelSheet';
import { ChangeSheet } from './ChangeSheet';
import { PartyPanel } from './PartyPanel';
import { ReceiptSheet } from './ReceiptSheet';
import classes from './MyPage.module.css';

type Open = 'change' | 'cancel' | 'receipt';

export function BookingView({ booking, way, isStale }: { booking: Mine; way: Way; isStale: boolean }) {
  const { t, locale } = useSay();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [open, setOpen, close] = useLayer<Open>();
  // The sheet keeps what it showed while it slides away.
  const [last, setLast] = useState<Open>('change');
  const show = (what: Open): void => {
    setLast(what);
    setOpen(what);
  };
  const own: Way = { ...way, reference: booking.reference };
  const amount = (value: number): string => amountIn(value, booking.currency, locale);
  const ticket = ticketOf(booking);
  const clockNote = otherClock(booking, t, locale);
  const links = calendarLinks(booking);
  const { details } = booking;
  const again = useCallback(() => void client.invalidateQueries({ queryKey: ['my'] }), [client]);
  const done = (): void => {
    close();
    again();
  };

  return (
    <>
      <Card component="article" padding="lg" shadow="sm" bg="var(--card-background)" aria-label={booking.reference}>
        <Stack gap="md">
          <Group justify="space-between" align="flex-start">
            <div>
              <Text size="sm" c="dimmed">
                {t.my.kindNames[booking.kind]}
              </Text>
              <Title order={2} size="h3">
                {titleOf(booking, t.my.slotNames)}
              </Title>
            </div>
            <StatusBadge booking={booking} />
          </Group>
          {ticket !== null && (
            <div className={classes.ticket}>
              <QrCode text={ticket} label={t.my.ticketCode} size={220} />
              <Text className={classes.number}>{booking.reference}</Text>
              <Text c="dimmed">{booking.kind === 'pool' ? t.my.ticketPool : t.my.ticketDesk}</Text>
            </div>
          )}
          <dl className={classes.facts}>
            <div>
              <dt>{t.my.when}</dt>
              <dd>
                {spanOf(booking, locale)}
                {clockNote !== null && (
                  <Text component="span" c="dimmed" fw={400} display="block">
                    {clockNote}
                  </Text>
                )}
              </dd>
            </div>
            {booking.place && (
              <div>
                <dt>{t.my.where}</dt>
                <dd>{booking.place}</dd>
              </div>
            )}
            <div>
              <dt>{t.my.people}</dt>
              <dd>{t.app.guests(booking.people)}</dd>
            </div>
            {details.tables && details.tables.length > 0 && (
              <div>
                <dt>{t.my.table}</dt>
                <dd>{details.tables.map((table) => table.table_number).join(', ')}</dd>
              </div>
            )}
            {details.addons && details.addons.length > 0 && (
              <div>
                <dt>{t.my.addons}</dt>
                <dd>{details.addons.map((addon) => `${addon.quantity} × ${addon.name}`).join(', ')}</dd>
              </div>
            )}
            {details.special_requests && (
              <div>
                <dt>{t.my.fieldNames['special_requests']}</dt>
                <dd>{details.special_requests}</dd>
              </div>
            )}
            <div>
              <dt>{t.wayIn.reference}</dt>
              <dd>{booking.reference}</dd>
            </div>
            {booking.price > 0 && (
              <div>
                <dt>{t.my.price}</dt>
                <dd>{amount(booking.price)}</dd>
              </div>
            )}
            {booking.paid > 0 && (
              <div>
                <dt>{t.my.paid}</dt>
                <dd>{amount(booking.paid)}</dd>
              </div>
            )}
            {booking.balance > 0 && (
              <div>
                <dt>{t.my.due}</dt>
                <dd>{amount(booking.balance)}</dd>
              </div>
            )}
          </dl>
          {!isStale && booking.balance > 0 && booking.can_cancel && (
            <PayOnline api={own.api} bookingType={booking.booking_type} bookingId={booking.booking_id} amount={booking.balance} words={amount(booking.balance)} variant="light" onPaid={again} />
          )}
          {booking.can_cancel && <TermsWords booking={booking} />}
          {details.waivers && details.waivers.length > 0 && (details.waivers_missing ?? 0) > 0 && booking.can_cancel && (
            <div>
              <Text fw={600}>{t.waiver.missing(details.waivers_missing ?? 0)}</Text>
              {details.waivers.map((waiver) => (
                <Button
                  key={waiver}
                  component="a"
                  variant="light"
                  mt="xs"
                  href={`/waiver/${waiver}?${new URLSearchParams({ booking: booking.booking_id, back: `/my/${booking.reference}` }).toString()}`}
                >
                  {t.my.signWaiver}
                </Button>
              ))}
            </div>
          )}
          {!isStale && (
            <div className={classes.actions}>
              {booking.can_change && (
                <Button variant="light" onClick={() => show('change')}>
                  {t.my.change}
                </Button>
              )}
              {booking.price > 0 && (
                <Button variant="default" onClick={() => show('receipt')}>
                  {t.my.receipt}
                </Button>
              )}
              {booking.can_cancel && (
                <Button variant="default" loading={busy} onClick={() => void run(async () => saveAs(await own.api.call('get_my_calendar', named(own)), 'text/calendar', `${booking.reference}.ics`))}>
                  {t.my.calendar}
                </Button>
              )}
              {booking.can_cancel && (
                <Button variant="subtle" color="red" onClick={() => show('cancel')}>
                  {t.my.cancel}
                </Button>
              )}
            </div>
          )}
          {booking.can_cancel && (
            <Group gap="lg">
              <Anchor href={links.google} target="_blank" rel="noreferrer" className={classes.link}>
                {t.my.google}
              </Anchor>
              <Anchor href={links.outlook} target="_blank" rel="noreferrer" className={classes.link}>
                {t.my.outlook}
              </Anchor>
            </Group>
          )}
        </Stack>
      </Card>
      {!isStale && booking.can_cancel && booking.people > 1 && <PartyPanel booking={booking} way={own} />}
      <Sheet from="below" opened={open !== null} onClose={close} title={last === 'change' ? t.my.changeTitle : last === 'cancel' ? t.my.cancelTitle : t.my.receipt}>
        {last === 'change' && <ChangeSheet booking={booking} way={own} onDone={done} />}
        {last === 'cancel' && <CancelSheet way={own} onDone={done} onStay={close} />}
        {last === 'receipt' && <ReceiptSheet way={own} timezone={booking.timezone} />}
      </Sheet>
    </>
  );
}

/* Until when what comes back, with the days worked out. */
function TermsWords({ booking }: { booking: Mine }) {
  const { t, locale } = useSay();
  const { terms, timezone, paid, currency } = booking;
  const standing = terms.tiers.filter((tier) => !tier.is_over);
  return (
    <div>
      <Text fw={600}>{t.my.terms}</Text>
      <ul className={classes.plain}>
        {standing.map((tier) => (
          <li key={tier.until}>
            {tier.refund_percent === 100 ? t.my.freeUntil(instantOf(tier.until, timezone, locale)) : t.my.partUntil(instantOf(tier.until, timezone, locale), tier.refund_percent)}
            {paid > 0 && ` (${amountIn(tier.refund_amount, currency, locale)})`}
          </li>
        ))}
        <li>{standing.length === 0 ? t.my.nothingBack : t.my.thenNothing}</li>
      </ul>
    </div>
  );
}
