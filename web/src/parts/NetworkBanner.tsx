/* Says when the daemon is out of reach, and that nothing is lost meanwhile. */
import { Box } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { network } from '@/lib/network';
import { useTexts } from '@/texts';

export function useIsAway(): boolean {
  return useSyncExternalStore(network.subscribe, network.isAway, () => false);
}

export function NetworkBanner({ waiting = 0 }: { waiting?: number }) {
  const t = useTexts();
  const away = useIsAway();
  return (
    <div role="status" aria-live="polite">
      {away && (
        <Box bg="yellow.3" c="dark.9" ta="center" fz="sm" fw={600} py={6} px="sm" data-testid="away">
          {waiting > 0 ? t.network.awayWaiting(waiting) : t.network.away}
        </Box>
      )}
    </div>
  );
}
