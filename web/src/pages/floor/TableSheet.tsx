/* One table, as a waiter handles it: free, or with its session. */
import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { refreshFloor, seat, setTableStatus } from '@/data/floor';
import { useServices } from '@/data/services';
import type { Floor, FloorTable, Id } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { useAct } from '@/hooks/useAct';
import { usePlace } from '@/parts/say';
import { Sheet } from '@/parts/Sheet';
import { Stepper } from '@/parts/Stepper';
import { useTexts } from '@/texts';
import { tableName } from '@/texts/tableName';
import { SessionPanel } from './SessionPanel';
import { Together } from './Together';

interface Props {
  table: FloorTable | undefined;
  floor: Floor;
  queue: Queue;
  onClose: () => void;
  onMoved: (tableId: Id) => void;
}

export function TableSheet({ table, floor, queue, onClose, onMoved }: Props) {
  const t = useTexts();
  return (
    <Sheet from="side" opened={table !== undefined} onClose={onClose} size="30rem" title={table && tableName(table, t)}>
      {table?.session ? (
        <SessionPanel key={table.session.id} table={table} sessionId={table.session.id} floor={floor} queue={queue} onCleared={onClose} onMoved={onMoved} />
      ) : (
        table && <FreeTable key={table.id} table={table} floor={floor} />
      )}
    </Sheet>
  );
}

function FreeTable({ table, floor }: { table: FloorTable; floor: Floor }) {
  const t = useTexts();
  const { when } = usePlace();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [guests, setGuests] = useState(Math.min(2, table.capacity));
  const isOff = table.status === 'out_of_service';
  const isDirty = table.status === 'cleaning';
  const reservation = table.next_reservation;

  const act = (work: () => Promise<unknown>): void => void run(async () => (await work(), await refreshFloor(client)));

  return (
    <Stack gap="lg">
      {reservation && (
        <div>
          <Text fw={650}>{t.floor.states[table.late_reservation ? 'late_reservation' : 'reserved']}</Text>
          <Text>{t.floor.reservedFor(reservation.guest_name ?? '–', when(reservation.starts_at))}</Text>
          <Text c="dimmed">{t.app.guests(reservation.party_size)}</Text>
          {reservation.special_requests && <Text fs="italic">{reservation.special_requests}</Text>}
          <Button mt="sm" variant="light" loading={busy} onClick={() => act(() => staffApi.call('seat_party', { p_reservation_id: reservation.id, p_table_id: table.id }))}>
            {t.floor.seatNamed(reservation.guest_name ?? '–')}
          </Button>
        </div>
      )}
      {isDirty && (
        <Button size="lg" loading={busy} onClick={() => act(() => setTableStatus(staffApi, table.id, 'available'))}>
          {t.floor.clean}
        </Button>
      )}
      {isOff ? (
        <Button size="lg" loading={busy} onClick={() => act(() => setTableStatus(staffApi, table.id, 'available'))}>
          {t.floor.inService}
        </Button>
      ) : (
        <>
          <Group justify="space-between">
            <Text fw={600}>{t.floor.partySize}</Text>
            <Stepper value={guests} min={1} max={99} lessLabel={t.menu.lessNamed(t.floor.partySize)} moreLabel={t.menu.moreNamed(t.floor.partySize)} onChange={setGuests} />
          </Group>
          <Button size="lg" loading={busy} variant={isDirty ? 'default' : 'filled'} onClick={() => act(() => seat(staffApi, table.id, guests))}>
            {t.floor.seat}
          </Button>
          <Together table={table} floor={floor} />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            {!isDirty && (
              <Button variant="default" disabled={busy} onClick={() => act(() => setTableStatus(staffApi, table.id, 'cleaning'))}>
                {t.floor.cleaning}
              </Button>
            )}
            <Button variant="default" disabled={busy} onClick={() => act(() => setTableStatus(staffApi, table.id, 'out_of_service'))}>
              {t.floor.outOfService}
            </Button>
          </SimpleGrid>
        </>
      )}
    </Stack>
  );
}
