/* Above the tickets: printers that hold something up, and where it was printed instead. Nothing, while all of them print. */
import { Box } from '@mantine/core';
import type { KitchenBoard } from '@/data/shapes';
import { useTexts } from '@/texts';

export function PrinterBanner({ problems }: { problems: KitchenBoard['printers'] }) {
  const t = useTexts();
  const says = t.kitchen.printers;
  if (problems.length === 0) return null;
  return (
    <Box role="alert" aria-label={says.title} bg="orange.3" c="dark.9" fz="lg" fw={600} py={8} px="md" mb="sm" style={{ borderRadius: 'var(--mantine-radius-md)' }} data-testid="printers">
      {problems.map((one) => (
        <div key={one.printer_id}>
          {[
            says[one.status === 'paper_out' || one.status === 'cover_open' || one.status === 'offline' ? one.status : 'error'](one.name),
            ...(one.waiting > 0 ? [says.waiting(one.waiting)] : []),
            ...(one.moved > 0 && one.fallback !== null ? [says.moved(one.moved, one.fallback)] : []),
          ].join(' ')}
        </div>
      ))}
    </Box>
  );
}
