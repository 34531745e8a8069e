/* A dialog over the page; and the one that asks before something that cannot easily be taken back. */
import { Button, Group, Modal, Stack, type ModalProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '@/texts';

export function Dialog({ opened = true, centered = true, ...dialog }: Pick<ModalProps, 'title' | 'size' | 'centered' | 'onClose' | 'children'> & { opened?: boolean }) {
  const t = useTexts();
  return <Modal {...dialog} opened={opened} centered={centered} closeButtonProps={{ 'aria-label': t.app.close }} />;
}

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
    <Dialog opened={opened} onClose={onClose} title={title}>
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
    </Dialog>
  );
}
