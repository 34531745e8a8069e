/* The next page of a list, where there is one. */
import { Button } from '@mantine/core';
import { useNotify } from '@/parts/Notices';
import { useTexts } from '@/texts';

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<{ isFetchNextPageError: boolean; error: unknown }>;
}

export function More({ of }: { of: Paged }) {
  const t = useTexts();
  const notify = useNotify();
  if (!of.hasNextPage) return null;
  const more = async (): Promise<void> => {
    const page = await of.fetchNextPage();
    if (page.isFetchNextPageError) notify.problem(page.error);
  };
  return (
    <Button variant="default" fullWidth loading={of.isFetchingNextPage} onClick={() => void more()}>
      {t.finance.more}
    </Button>
  );
}
