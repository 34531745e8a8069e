/* Who is expected and who waits at the door: seat them, tell them, write them in, let them go. */
import { Button, Group, Menu, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { refreshFloor } from '@/data/floor';
import { useServices } from '@/data/services';
import type { Floor, Id, Reservation, Waiting } from '@/data/shapes';
import { useAct } from '@/hooks/useAct';
import { clock } from '@/lib/clock';
import { dayIn } from '@/lib/format';
import { uuid } from '@/lib/ids';
import { Confirm, Dialog } from '@/parts/Dialog';
import { MoreIcon } from '@/parts/icons';
import { usePlace } from '@/parts/say';
import { Stepper } from '@/parts/Stepper';
import { useTexts } from '@/texts';
import { tableName } from '@/texts/tableName';
import classes from './Coming.module.css';

export function Coming({ floor }: { floor: Floor }) {
  const t = useTexts();
  const [adding, setAdding] = useState<'reservation' | 'waiting' | null>(null);
  const expected = floor.reservations.filter((reservation) => reservation.status === 'confirmed' || reservation.status === 'pending');
  const waiting = floor.waitlist.filter((entry) => entry.status === 'waiting' || entry.status === 'notified');
  return (
    <div className={classes.coming}>
      <section aria-labelledby="waitlist">
        <Group justify="space-between">
          <Title order={2} size="h4" id="waitlist">
            {t.floor.waitlist}
          </Title>
          <Button variant="default" onClick={() => setAdding('waiting')}>
            {t.floor.waitlistAdd}
          </Button>
        </Group>
        <ul className={classes.list}>
          {waiting.map((entry) => (
            <Waits key={entry.id} entry={entry} floor={floor} />
          ))}
        </ul>
      </section>
      <section aria-labelledby="reservations">
        <Group justify="space-between">
          <Title order={2} size="h4" id="reservations">
            {t.floor.reservations}
          </Title>
          <Button variant="default" onClick={() => setAdding('reservation')}>
            {t.floor.reserve}
          </Button>
        </Group>
        <ul className={classes.list}>
          {expected.map((reservation) => (
            <Expected key={reservation.id} reservation={reservation} />
          ))}
        </ul>
      </section>
      <Dialog opened={adding !== null} onClose={() => setAdding(null)} title={adding === 'reservation' ? t.floor.reserve : t.floor.waitlistAdd}>
        {adding !== null && <Party kind={adding} restaurantId={floor.restaurant.id} onDone={() => setAdding(null)} />}
      </Dialog>
    </div>
  );
}

function useDesk() {
  const { staffApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  return { staffApi, busy, act: (work: () => Promise<unknown>, then?: () => void): void => void run(async () => (await work(), await refreshFloor(client), then?.())) };
}

function Waits({ entry, floor }: { entry: Waiting; floor: Floor }) {
  const t = useTexts();
  const { time } = usePlace();
  const { staffApi, busy, act } = useDesk();
  const [tableId, setTableId] = useState<string | null>(null);
  const free = floor.tables.filter((table) => table.session === null && table.combined_into === null && (table.status === 'available' || table.status === 'reserved'));
  return (
    <li className={classes.party}>
      <div className={classes.words}>
        <Text fw={600}>{t.floor.waitlistEntry(entry.guest_name, entry.party_size)}</Text>
        <Text className={classes.dimmed}>
          {time(entry.joined_at)}
          {entry.guest_phone && ` · ${entry.guest_phone}`}
          {entry.status === 'notified' && ` · ${t.floor.waitlistCalled}`}
        </Text>
        {entry.note && <Text fs="italic">{entry.note}</Text>}
      </div>
      <Group gap="xs" align="flex-end" className={classes.actions}>
        <Select
          size="md"
          w="11.5rem"
          aria-label={t.floor.seatAtNamed(entry.guest_name)}
          placeholder={t.floor.seatAt}
          data={free.map((table) => ({ value: table.id, label: `${tableName(table, t)} · ${t.floor.seats(table.capacity)}` }))}
          value={tableId}
          onChange={setTableId}
        />
        <Button
          size="md"
          disabled={tableId === null}
          loading={busy}
          aria-label={t.floor.seatNamed(entry.guest_name)}
          onClick={() => tableId !== null && act(() => staffApi.call('seat_party', { p_waitlist_id: entry.id, p_table_id: tableId }))}
        >
          {t.floor.seat}
        </Button>
        {entry.status === 'waiting' && (
          <Button
            size="md"
            variant="default"
            disabled={busy}
            aria-label={t.floor.waitlistCallNamed(entry.guest_name)}
            onClick={() => act(() => staffApi.call('notify_waitlist', { p_waitlist_id: entry.id }))}
          >
            {t.floor.waitlistCall}
          </Button>
        )}
        <Button
          size="md"
          variant="default"
          disabled={busy}
          aria-label={t.floor.waitlistGoneNamed(entry.guest_name)}
          onClick={() => act(() => staffApi.call('leave_waitlist', { p_waitlist_id: entry.id }))}
        >
          {t.floor.waitlistGone}
        </Button>
      </Group>
    </li>
  );
}

function Expected({ reservation }: { reservation: Reservation }) {
  const t = useTexts();
  const { when } = usePlace();
  const { staffApi, busy, act } = useDesk();
  const [isCancelling, setIsCancelling] = useState(false);
  const isOver = Date.parse(reservation.starts_at) <= clock.now();
  return (
    <li className={classes.party}>
      <div className={classes.words}>
        <Text fw={600}>{t.floor.waitlistEntry(reservation.guest_name ?? '–', reservation.party_size)}</Text>
        <Text className={classes.dimmed}>
          {when(reservation.starts_at)}
          {reservation.table_numbers.length > 0 && ` · ${reservation.table_numbers.map((number) => t.home.table(number)).join(', ')}`}
          {reservation.guest_phone && ` · ${reservation.guest_phone}`}
        </Text>
        {reservation.special_requests && <Text fs="italic">{reservation.special_requests}</Text>}
      </div>
      <Group gap="xs" className={classes.actions}>
        {reservation.table_ids.length > 0 && (
          <Button
            size="md"
            variant="light"
            loading={busy}
            aria-label={t.floor.seatNamed(reservation.guest_name ?? '–')}
            onClick={() => act(() => staffApi.call('seat_party', { p_reservation_id: reservation.id, ...(reservation.table_ids[0] === undefined ? {} : { p_table_id: reservation.table_ids[0] }) }))}
          >
            {t.floor.seat}
          </Button>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="md" variant="default" px="sm" aria-label={t.floor.reservationActions(reservation.guest_name ?? '–')}>
              <MoreIcon />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {isOver && <Menu.Item onClick={() => act(() => staffApi.call('mark_reservation_no_show', { p_reservation_id: reservation.id }))}>{t.floor.noShow}</Menu.Item>}
            <Menu.Item color="red" onClick={() => setIsCancelling(true)}>
              {t.floor.cancelReservation}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      <Confirm
        opened={isCancelling}
        title={t.floor.cancelReservation}
        confirm={t.floor.cancelReservation}
        cancel={t.app.back}
        danger
        busy={busy}
        onClose={() => setIsCancelling(false)}
        onConfirm={() =>
          act(
            () => staffApi.call('cancel_reservation', { p_reservation_id: reservation.id }),
            () => setIsCancelling(false),
          )
        }
      >
        <Text>{t.floor.cancelReservationText(reservation.guest_name ?? '–', when(reservation.starts_at))}</Text>
      </Confirm>
    </li>
  );
}

function Party({ kind, restaurantId, onDone }: { kind: 'reservation' | 'waiting'; restaurantId: Id; onDone: () => void }) {
  const t = useTexts();
  const { place } = usePlace();
  const { staffApi, busy, act } = useDesk();
  // One key for this party, however often the button is pressed.
  const [key] = useState(uuid);
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [guests, setGuests] = useState(2);
  const [day, setDay] = useState(() => dayIn(place.timezone, clock.now()));
  const [clockTime, setClockTime] = useState('19:00');
  const [wishes, setWishes] = useState('');
  const [wasTried, setWasTried] = useState(false);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWasTried(true);
    if (name.trim() === '') return;
    const who = { p_restaurant_id: restaurantId, p_party_size: guests, p_guest_name: name.trim(), p_idempotency_key: key, ...(phone.trim() === '' ? {} : { p_guest_phone: phone.trim() }) };
    const wish = wishes.trim();
    act(
      () =>
        kind === 'waiting'
          ? staffApi.call('join_waitlist', { ...who, ...(wish === '' ? {} : { p_note: wish }) })
          : staffApi.call('reserve_table', { ...who, p_date: day, p_time: clockTime, ...(wish === '' ? {} : { p_special_requests: wish }) }),
      onDone,
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t.floor.guestName}
          value={name}
          maxLength={200}
          error={wasTried && name.trim() === '' ? t.floor.guestNameMissing : null}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput label={t.floor.phone} type="tel" inputMode="tel" value={phone} maxLength={40} onChange={(event) => setPhone(event.currentTarget.value)} />
        <Group justify="space-between">
          <Text fw={600}>{t.floor.partySize}</Text>
          <Stepper value={guests} min={1} max={99} lessLabel={t.menu.lessNamed(t.floor.partySize)} moreLabel={t.menu.moreNamed(t.floor.partySize)} onChange={setGuests} />
        </Group>
        {kind === 'reservation' && (
          <Group grow>
            <TextInput label={t.floor.day} type="date" value={day} onChange={(event) => setDay(event.currentTarget.value)} />
            <TextInput label={t.floor.clock} type="time" step={900} value={clockTime} onChange={(event) => setClockTime(event.currentTarget.value)} />
          </Group>
        )}
        <TextInput label={t.floor.wishes} value={wishes} maxLength={500} onChange={(event) => setWishes(event.currentTarget.value)} />
        <Button type="submit" size="lg" loading={busy}>
          {t.floor.save}
        </Button>
      </Stack>
    </form>
  );
}
