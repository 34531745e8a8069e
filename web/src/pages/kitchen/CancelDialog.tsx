/* Why something is cancelled: one tap on a usual reason, or words of one's own. */
import { Button, Chip, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '@/hooks/useAct';
import { Dialog } from '@/parts/Dialog';
import { useTexts } from '@/texts';

interface Props {
  opened: boolean;
  title: string;
  text: string;
  confirm: string;
  onCancel: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

export function CancelDialog({ opened, title, text, confirm, onCancel, onClose }: Props) {
  const t = useTexts();
  const { busy, run } = useAct();
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const submit = (): void => {
    setIsMissing(reason.trim() === '');
    if (reason.trim() === '') return;
    void run(() => onCancel(reason.trim())).then((done) => {
      if (done) onClose();
    });
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <Stack>
        <Text>{text}</Text>
        <Group gap="xs">
          {t.kitchen.cancelReasons.map((usual) => (
            <Chip key={usual} checked={reason === usual} onChange={() => setReason(usual)} size="md">
              {usual}
            </Chip>
          ))}
        </Group>
        <TextInput
          label={t.kitchen.cancelReason}
          value={reason}
          maxLength={200}
          error={isMissing && reason.trim() === '' ? t.kitchen.cancelReasonMissing : null}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.app.back}
          </Button>
          <Button color="red" loading={busy} onClick={submit}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
