/* One stay beside the day or the chart: who, what is to be done with it now, its bill. */
import { Alert, Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isPortal, refreshDesk, stayFeed, stayQuery, type Rights, type Stay } from '@/data/desk';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useFeed } from '@/hooks/useFeed';
import { amountIn } from '@/lib/amounts';
import { longDay } from '@/lib/days';
import { Confirm } from '@/parts/Dialog';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { Sheet } from '@/parts/Sheet';
import { useSay } from '@/texts';
import { BillPanel } from './BillPanel';
import { ChangeForm } from './ChangeForm';
import { CheckInForm } from './CheckInForm';
import classes from './StaySheet.module.css';

interface Props {
  stayId: string | null;
  rights: Rights;
  currency: string;
  onClose: () => void;
}

export function StaySheet({ stayId, rights, onClose }: Props) {
  const { t } = useSay();
  return (
    <Sheet from="side" size="lg" opened={stayId !== null} onClose={onClose} title={t.desk.stay}>
      {stayId !== null && <Open key={stayId} stayId={stayId} rights={rights} />}
    </Sheet>
  );
}

function Open({ stayId, rights }: { stayId: string; rights: Rights }) {
  const { staffApi, staff } = useServices();
  const stay = useQuery(stayQuery(staffApi, stayId));
  useFeed(stayFeed(stayId), staff.bearer);
  if (stay.data) return <Whole stay={stay.data} rights={rights} />;
  return stay.isError ? <Problem error={stay.error} onRetry={() => void stay.refetch()} /> : <Loading />;
}

const words = (stay: Stay, name: string): string | null => {
  const details = stay.guest_details as Record<string, unknown>;
  const value = details[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

function Whole({ stay, rights }: { stay: Stay; rights: Rights }) {
  const { t, locale } = useSay();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const act = useAct();
  const [doing, setDoing] = useState<'check_in' | 'change' | null>(null);
  const [asking, setAsking] = useState<'no_show' | 'unpaid' | null>(null);
  const name = words(stay, 'full_name') ?? stay.customer?.full_name ?? '–';
  const amount = (value: number): string => amountIn(value, stay.currency, locale);
  const canWrite = rights('stays', 'update');
  const mayArrive = (stay.status === 'confirmed' || stay.status === 'no_show') && stay.check_in <= stay.today && stay.check_out > stay.today;
  const isHere = stay.status === 'checked_in';

  const run = (work: () => Promise<unknown>, said: string): void => {
    void act.run(work).then(async (isDone) => {
      await refreshDesk(client);
      if (!isDone) return;
      notify.good(said);
      setDoing(null);
    });
  };
  const checkOut = (leave: boolean): void => run(() => staffApi.call('check_out', { p_booking_id: stay.id, ...(leave ? { p_leave_balance: true } : {}) }), t.desk.checkedOut(name));

  return (
    <Stack gap="md">
      <div>
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Title order={3} size="h2" dir="auto">
            {name}
          </Title>
          <Badge size="lg" variant="light" color={isHere ? 'green' : stay.status === 'no_show' || stay.status === 'cancelled' ? 'red' : 'gray'}>
            {t.desk.statusNames[stay.status]}
          </Badge>
        </Group>
        <Text c="dimmed">
          {stay.reference}
          {isPortal(stay.source) && ` · ${t.desk.from(stay.source)}`}
        </Text>
      </div>
      <dl className={classes.facts}>
        <dt>{t.desk.chalet}</dt>
        <dd dir="auto">{stay.chalet}</dd>
        <dt>{t.desk.arrival}</dt>
        <dd>{longDay(stay.check_in, locale)}</dd>
        <dt>{t.desk.departure}</dt>
        <dd>
          {longDay(stay.check_out, locale)} · {t.desk.nights(stay.nights)}
        </dd>
        <dt>{t.desk.guests}</dt>
        <dd>{stay.guests}</dd>
        {stay.customer && (stay.customer.phone ?? stay.customer.email) !== null && (
          <>
            <dt>{t.desk.contact}</dt>
            <dd>
              <bdi>{[stay.customer.phone, stay.customer.email].filter((one) => one !== null).join(' · ')}</bdi>
            </dd>
          </>
        )}
        {stay.special_requests !== null && (
          <>
            <dt>{t.desk.wishes}</dt>
            <dd dir="auto">{stay.special_requests}</dd>
          </>
        )}
        {(['plate', 'key_note'] as const).map((key) => {
          const value = words(stay, key);
          return value === null ? null : (
            <div key={key} className={classes.pair}>
              <dt>{key === 'plate' ? t.desk.plate : t.desk.keyNote}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          );
        })}
        {stay.deposit_due > 0 && !isHere && stay.status !== 'checked_out' && (
          <>
            <dt>{stay.paid >= stay.deposit_due ? '✓' : '!'}</dt>
            <dd>{t.desk.deposit(amount(Math.min(stay.paid, stay.deposit_due)), amount(stay.deposit_due))}</dd>
          </>
        )}
      </dl>
      {!canWrite && (
        <Alert color="gray" variant="light">
          {t.desk.rights}
        </Alert>
      )}
      {canWrite && doing === null && (
        <Group gap="xs">
          {mayArrive && stay.status === 'confirmed' && (
            <Button size="lg" onClick={() => setDoing('check_in')}>
              {t.desk.checkIn}
            </Button>
          )}
          {isHere && (
            <Button size="lg" loading={act.busy} onClick={() => (stay.balance > 0 && rights('stays', 'delete') ? setAsking('unpaid') : checkOut(false))}>
              {t.desk.checkOut}
            </Button>
          )}
          {['pending', 'confirmed', 'checked_in'].includes(stay.status) && (
            <Button variant="default" size="lg" onClick={() => setDoing('change')}>
              {t.desk.change}
            </Button>
          )}
          {stay.status === 'confirmed' && stay.check_in <= stay.today && (
            <Button variant="subtle" color="red" onClick={() => setAsking('no_show')}>
              {t.desk.noShow}
            </Button>
          )}
          {stay.status === 'no_show' && stay.check_out > stay.today && (
            <Button variant="default" loading={act.busy} onClick={() => run(() => staffApi.call('undo_no_show', { p_booking_id: stay.id }), t.desk.changed)}>
              {t.desk.undoNoShow}
            </Button>
          )}
        </Group>
      )}
      {canWrite && stay.status === 'confirmed' && stay.check_in > stay.today && <Text c="dimmed">{t.desk.tooEarly}</Text>}
      {doing === 'check_in' && (
        <CheckInForm
          stay={stay}
          busy={act.busy}
          onCancel={() => setDoing(null)}
          onDone={(details) => run(() => staffApi.call('check_in', { p_booking_id: stay.id, p_guest_details: details }), t.desk.checkedIn(name))}
        />
      )}
      {doing === 'change' && <ChangeForm stay={stay} onClose={() => setDoing(null)} />}
      {rights('payments', 'read') && <BillPanel organization={stay.organization_id} type="chalet" id={stay.id} customer={stay.customer?.id ?? null} name={name} rights={rights} />}
      <Confirm
        opened={asking === 'no_show'}
        title={t.desk.noShow}
        confirm={t.desk.noShow}
        danger
        onClose={() => setAsking(null)}
        onConfirm={() => {
          setAsking(null);
          run(() => staffApi.call('mark_no_show', { p_booking_id: stay.id }), t.desk.changed);
        }}
      >
        <Text>{t.desk.noShowText(name)}</Text>
      </Confirm>
      <Confirm
        opened={asking === 'unpaid'}
        title={t.desk.leaveUnpaid(amount(stay.balance))}
        confirm={t.desk.leaveUnpaid(amount(stay.balance))}
        danger
        onClose={() => setAsking(null)}
        onConfirm={() => {
          setAsking(null);
          checkOut(true);
        }}
      >
        <Text>{t.desk.leaveUnpaidText}</Text>
      </Confirm>
    </Stack>
  );
}
