import { Center, Loader } from '@mantine/core';
import { useTexts } from '@/texts';

export function Loading() {
  const t = useTexts();
  return (
    <Center mih="50vh" role="status" aria-label={t.app.loading}>
      <Loader />
    </Center>
  );
}
