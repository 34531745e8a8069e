/* Nights that are not sold: for repairs, or the owner's own. */
import { Button, Group, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { refreshDesk, type Rights } from '@/data/desk';
import { useServices } from '@/data/services';
import type { TapeRow } from '@/data/tape';
import { useAct } from '@/hooks/useAct';
import { isDay } from '@/lib/days';
import { Dialog } from '@/parts/Dialog';
import { useTexts } from '@/texts';
import classes from './StaySheet.module.css';

export interface BlockWish {
  /* Null: a new one. */
  id: string | null;
  chaletId: string;
  chalet: string;
  from: string;
  to: string;
  kind: 'maintenance' | 'owner';
  note: string;
}

export function BlockDialog({ wish, rows, rights, onClose }: { wish: BlockWish; rows: readonly TapeRow[]; rights: Rights; onClose: () => void }) {
  const t = useTexts();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const act = useAct();
  const [now, setNow] = useState(wish);
  const set = (with_: Partial<BlockWish>): void => setNow((before) => ({ ...before, ...with_ }));
  const done = (isDone: boolean): void => {
    if (!isDone) return;
    void refreshDesk(client);
    onClose();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void act
      .run(() => staffApi.call('block_chalet', { p_chalet_id: now.chaletId, p_from: now.from, p_to: now.to, p_kind: now.kind, p_note: now.note, ...(now.id === null ? {} : { p_block_id: now.id }) }))
      .then(done);
  };
  const { id } = wish;
  return (
    <Dialog onClose={onClose} title={id === null ? t.tape.block : t.tape.blockOf(wish.chalet)}>
      <form onSubmit={submit}>
        <Stack>
          <Select
            size="md"
            label={t.desk.chalet}
            allowDeselect={false}
            data={rows.map((row) => ({ value: row.chalet_id, label: row.name }))}
            value={now.chaletId}
            onChange={(value) => set({ chaletId: value ?? now.chaletId })}
          />
          <div className={classes.pairs}>
            <TextInput type="date" label={t.tape.blockFrom} value={now.from} onChange={(event) => set({ from: event.currentTarget.value })} />
            <TextInput type="date" label={t.tape.blockTo} value={now.to} onChange={(event) => set({ to: event.currentTarget.value })} />
          </div>
          <SegmentedControl
            aria-label={t.tape.blockKind}
            value={now.kind}
            onChange={(kind) => set({ kind })}
            data={[
              { value: 'maintenance', label: t.tape.blockKinds.maintenance },
              { value: 'owner', label: t.tape.blockKinds.owner },
            ]}
          />
          <TextInput label={t.tape.blockNote} dir="auto" maxLength={2000} value={now.note} onChange={(event) => set({ note: event.currentTarget.value })} />
          <Group justify="flex-end">
            {id !== null && rights('stays', 'delete') && (
              <Button variant="subtle" color="red" me="auto" loading={act.busy} onClick={() => void act.run(() => staffApi.call('unblock_chalet', { p_block_id: id })).then(done)}>
                {t.tape.unblock}
              </Button>
            )}
            <Button variant="default" onClick={onClose}>
              {t.app.cancel}
            </Button>
            <Button type="submit" loading={act.busy} disabled={!isDay(now.from) || !isDay(now.to) || now.to <= now.from}>
              {t.tape.blockSave}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
