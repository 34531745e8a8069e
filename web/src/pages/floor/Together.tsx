/* Choosing another table to do something with, and tables that stand together. */
import { Button, Group, Select, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { combine, refreshFloor, separate } from '@/data/floor';
import { useServices } from '@/data/services';
import type { Floor, FloorTable } from '@/data/shapes';
import { useAct } from '@/hooks/useAct';
import { useTexts } from '@/texts';
import { tableName } from '@/texts/tableName';

interface ChoiceProps {
  label: string;
  tables: readonly FloorTable[];
  action: string;
  busy: boolean;
  onAct: (table: FloorTable) => void;
}

export function Choice({ label, tables, action, busy, onAct }: ChoiceProps) {
  const t = useTexts();
  const [chosen, setChosen] = useState<string | null>(null);
  const table = tables.find((candidate) => candidate.id === chosen);
  if (tables.length === 0) return null;
  return (
    <Group align="flex-end">
      <Select
        flex="1 1 10rem"
        size="md"
        label={label}
        placeholder={t.floor.moveTo}
        data={tables.map((candidate) => ({ value: candidate.id, label: `${tableName(candidate, t)} · ${t.floor.seats(candidate.capacity)}` }))}
        value={table ? chosen : null}
        onChange={setChosen}
      />
      <Button variant="default" size="md" disabled={!table} loading={busy} onClick={() => table && onAct(table)}>
        {action}
      </Button>
    </Group>
  );
}

/* The tables that are pushed against this one: one more, or all apart. */
export function Together({ table, floor }: { table: FloorTable; floor: Floor }) {
  const t = useTexts();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const joined = floor.tables.filter((candidate) => candidate.combined_into === table.id);
  const free = floor.tables.filter(
    (candidate) => candidate.id !== table.id && candidate.session === null && candidate.combined_into === null && candidate.status !== 'out_of_service' && candidate.status !== 'occupied',
  );
  const act = (work: () => Promise<unknown>): void => void run(async () => (await work(), await refreshFloor(client)));
  return (
    <>
      <Choice label={t.floor.combineWith} tables={free} action={t.floor.combine} busy={busy} onAct={(other) => act(() => combine(staffApi, [table.id, ...joined.map((one) => one.id), other.id]))} />
      {joined.length > 0 && (
        <Group justify="space-between">
          <Text>{t.floor.combinedWith(joined.map((one) => String(one.table_number)).join(', '))}</Text>
          <Button variant="default" loading={busy} onClick={() => act(() => separate(staffApi, table.id))}>
            {t.floor.separate}
          </Button>
        </Group>
      )}
    </>
  );
}
