/* One bill over nights, meals, tickets and games: what else the guests have open in the house is put on it, paid in any mix, printed. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { folioKey, folioQuery, houseFeed, openBillsKey, openBillsQuery, refreshDesk, type Folio, type Rights } from '@/data/desk';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useFeed } from '@/hooks/useFeed';
import { amountIn } from '@/lib/amounts';
import { PrintIcon } from '@/parts/deskIcons';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import { printPart } from './printPart';
import { SettleForm } from './SettleForm';
import classes from './StaySheet.module.css';

interface Props {
  organization: string;
  type: string;
  id: string;
  customer: string | null;
  name: string;
  rights: Rights;
}

export function BillPanel({ organization, type, id, customer, name, rights }: Props) {
  const { t, locale } = useSay();
  const { staffApi, staff, config } = useServices();
  const client = useQueryClient();
  const act = useAct();
  const folio = useQuery(folioQuery(staffApi, type, id));
  const open = useQuery(openBillsQuery(staffApi, customer));
  // Meals, tickets and games of the house come onto it, too, and money from wherever it is taken.
  useFeed(houseFeed(`folio-${id}`, folioKey(id), organization, config.modules), staff.bearer);
  useFeed(customer === null ? undefined : houseFeed(`open-${customer}`, openBillsKey(customer), organization, config.modules), staff.bearer);
  const [isSettling, setSettling] = useState(false);
  if (!folio.data) return folio.isError ? <Problem error={folio.error} onRetry={() => void folio.refetch()} /> : <Loading />;
  const bill = folio.data;
  const amount = (value: number): string => amountIn(value, bill.currency, locale);
  const here = new Set(bill.bookings.map((booking) => booking.booking_id));
  const elsewhere = (open.data?.bookings ?? []).filter((booking) => !here.has(booking.booking_id) && booking.balance > 0);
  const canTake = rights('payments', 'create');

  const putOn = (booking: Folio['bookings'][number]): void => {
    void act
      .run(() =>
        bill.folio_id === null
          ? staffApi.call('open_folio', {
              p_title: name.slice(0, 200),
              ...(customer === null ? {} : { p_customer_id: customer }),
              p_bookings: [...bill.bookings, booking].map((one) => ({ booking_type: one.booking_type, booking_id: one.booking_id })),
            })
          : staffApi.call('add_to_folio', { p_folio_id: bill.folio_id, p_booking_type: booking.booking_type, p_booking_id: booking.booking_id }),
      )
      .then(() => refreshDesk(client));
  };

  return (
    <section aria-label={t.folio.title}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={3} size="h4">
            {t.folio.title}
          </Title>
          <Button variant="subtle" size="sm" leftSection={<PrintIcon size={18} />} onClick={() => printPart(`bill-${id}`)}>
            {t.folio.print}
          </Button>
        </Group>
        <div id={`bill-${id}`}>
          <p className={classes.onPaper}>
            {config.name} · {t.folio.receiptFor(name)}
          </p>
          {bill.lines.length === 0 && <Text c="dimmed">{t.folio.empty}</Text>}
          <table className={classes.lines}>
            <tbody>
              {bill.lines.map((line, at) => (
                <tr key={at}>
                  <th scope="row" dir="auto">
                    {line.description}
                    <span className={classes.small}>
                      {t.folio.kindNames[line.booking_type] ?? line.booking_type}
                      {line.quantity !== 1 && ` · ${line.quantity} × ${amount(line.unit_amount)}`}
                    </span>
                  </th>
                  <td>{amount(line.amount)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">
                  {t.folio.total}
                  <span className={classes.small}>
                    {t.folio.tax}: {amount(bill.tax)}
                  </span>
                </th>
                <td>{amount(bill.total)}</td>
              </tr>
              {bill.payments
                .filter((payment) => payment.status === 'succeeded' || payment.status === 'partial_refund')
                .map((payment) => (
                  <tr key={payment.id}>
                    <th scope="row">
                      {t.folio.tenderNames[payment.method] ?? payment.method}
                      {payment.reference !== null && <span className={classes.small}>{payment.reference}</span>}
                    </th>
                    <td>−{amount(payment.amount - payment.tip_amount - (payment.refunded_amount - payment.refunded_tip))}</td>
                  </tr>
                ))}
              <tr className={classes.due}>
                <th scope="row">{bill.balance > 0 ? t.folio.balance : t.folio.settled}</th>
                <td>{bill.balance > 0 ? amount(bill.balance) : '✓'}</td>
              </tr>
            </tfoot>
          </table>
        </div>
        {canTake && bill.balance > 0 && !isSettling && (
          <Button size="lg" onClick={() => setSettling(true)}>
            {t.folio.settle}
          </Button>
        )}
        {isSettling && bill.balance > 0 && (
          <SettleForm
            balance={bill.balance}
            currency={bill.currency}
            pay={(payments, key) =>
              staffApi.call('settle_folio', {
                p_payments: payments,
                ...(bill.folio_id === null ? { p_booking_type: type, p_booking_id: id } : { p_folio_id: bill.folio_id }),
                p_idempotency_key: key,
              })
            }
            onPaid={() => {
              setSettling(false);
              void refreshDesk(client);
            }}
            onCancel={() => setSettling(false)}
          />
        )}
        {canTake && elsewhere.length > 0 && (
          <div>
            <Title order={4} size="h5" mb={4}>
              {t.folio.elsewhere}
            </Title>
            {elsewhere.map((booking) => (
              <Group key={booking.booking_id} justify="space-between" py={4}>
                <Text>
                  {t.folio.kindNames[booking.booking_type] ?? booking.booking_type} · {amount(booking.balance)}
                </Text>
                <Button
                  variant="default"
                  size="sm"
                  loading={act.busy}
                  aria-label={t.folio.putOn(`${t.folio.kindNames[booking.booking_type] ?? booking.booking_type} ${amount(booking.balance)}`)}
                  onClick={() => putOn(booking)}
                >
                  {t.folio.putOnShort}
                </Button>
              </Group>
            ))}
          </div>
        )}
      </Stack>
    </section>
  );
}
