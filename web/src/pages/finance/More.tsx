/* The next page of a list, where there is one. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useNotify } from '@/parts/Notices';
import { useTexts } from '@/texts';

interface Told {
  data: { pages: readonly unknown[] } | undefined;
  hasNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
}
interface Paged extends Told {
  fetchNextPage: (options: { cancelRefetch: boolean }) => Promise<Told>;
}

/* News of the list is asked for at once and calls a page off that is on its way; then the page is asked for again. */
const TRIES = 10;

export function More({ of }: { of: Paged }) {
  const t = useTexts();
  const notify = useNotify();
  const [isBusy, setBusy] = useState(false);
  if (!of.hasNextPage) return null;
  const more = async (): Promise<void> => {
    const before = of.data?.pages.length ?? 0;
    for (let tries = 0; tries < TRIES; tries += 1) {
      // Nor does the page call the news off: it waits for them.
      const told = await of.fetchNextPage({ cancelRefetch: false });
      if (told.isFetchNextPageError) return notify.problem(told.error);
      if ((told.data?.pages.length ?? 0) > before || !told.hasNextPage) return;
    }
  };
  return (
    <Button
      variant="default"
      fullWidth
      loading={isBusy}
      onClick={() => {
        setBusy(true);
        void more().finally(() => setBusy(false));
      }}
    >
      {t.finance.more}
    </Button>
  );
}
