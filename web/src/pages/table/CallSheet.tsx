/* The waiter: called, seen by somebody, or not needed any more. What it says is so. */
import { Button, Stack, Text } from '@mantine/core';
import type { SessionView } from '@/data/shapes';
import type { Queue } from '@/data/writes';
import { BellIcon } from '@/parts/icons';
import { usePlace } from '@/parts/say';
import { Sheet } from '@/parts/Sheet';
import { useTexts, type Texts } from '@/texts';

type Session = SessionView['session'];

/* Longer ago, whoever was coming has come. */
const FRESH_MS = 15 * 60_000;

/* What there is to say about the call, or null. */
export function callState({ service_call, service_called_at, service_seen_at, service_seen_by, service_seen_call }: Session, t: Texts, time: (instant: string) => string): string | null {
  if (service_call !== null) return service_called_at === null ? t.call.callOpen[service_call] : `${t.call.callOpen[service_call]} ${t.call.callSince(time(service_called_at))}`;
  if (service_seen_call === null || service_seen_at === null || Date.now() - Date.parse(service_seen_at) > FRESH_MS) return null;
  return service_seen_by === null ? t.call.callSeen : t.call.callSeenBy(service_seen_by);
}

interface Props {
  session: Session;
  queue: Queue;
  opened: boolean;
  onClose: () => void;
}

export function CallSheet({ session, queue, opened, onClose }: Props) {
  const t = useTexts();
  const { time } = usePlace();
  const state = callState(session, t, time);
  const isCalling = session.service_call !== null || queue.writes().some((write) => write.kind === 'call_waiter');
  return (
    <Sheet from="below" opened={opened} onClose={onClose} title={t.call.callTitle}>
      <Stack gap="md" pb="md">
        <Text role="status">{state ?? t.call.callText}</Text>
        {isCalling ? (
          <Button size="lg" variant="default" onClick={() => queue.add('cancel_call', {})}>
            {t.call.callCancel}
          </Button>
        ) : (
          <Button size="lg" leftSection={<BellIcon />} onClick={() => queue.add('call_waiter', { p_reason: 'help' })}>
            {t.table.callWaiter}
          </Button>
        )}
      </Stack>
    </Sheet>
  );
}
