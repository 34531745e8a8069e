/* Asks before something that cannot easily be taken back. */
import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '@/texts';

interface Props {
  opened: boolean;
  title: string;
  confirm: string;
  cancel?: string;
  danger?: boolean;
  busy?: boolean;
  children?: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({ opened, title, confirm, cancel, danger = false, busy = false, children, onConfirm, onClose }: Props) {
  const t = useTexts();
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered closeButtonProps={{ 'aria-label': t.app.close }}>
      <Stack>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {cancel ?? t.app.cancel}
          </Button>
          <Button {...(danger ? { color: 'red' } : {})} loading={busy} onClick={onConfirm} data-autofocus>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
