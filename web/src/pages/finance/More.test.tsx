import { QueryClient, QueryClientProvider, useInfiniteQuery } from '@tanstack/react-query';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { Shell } from '@/app';
import { NoticesProvider } from '@/parts/Notices';
import { loadDeskTexts } from '@/texts/deskTexts';
import { loadSay } from '@/texts/load';
import { MoreTexts } from '@/texts/MoreTexts';
import { More } from './More';

const say = await loadSay('en', ['en-GB']);
const texts = await loadDeskTexts('en');

test('a page that is asked for comes, though news of the list come while it is on its way', async () => {
  const client = new QueryClient();
  const answers: (() => void)[] = [];
  function List() {
    const list = useInfiniteQuery({
      queryKey: ['list'],
      initialPageParam: 0,
      getNextPageParam: (last: number) => (last < 1 ? last + 1 : null),
      queryFn: ({ pageParam }) => new Promise<number>((resolve) => answers.push(() => resolve(pageParam))),
    });
    return (
      <>
        <p>Pages: {list.data?.pages.join(' ')}</p>
        <More of={list} />
      </>
    );
  }
  render(
    <Shell say={say} theme={{}}>
      <QueryClientProvider client={client}>
        <NoticesProvider>
          <MoreTexts texts={texts}>
            <List />
          </MoreTexts>
        </NoticesProvider>
      </QueryClientProvider>
    </Shell>,
  );
  const answer = async (): Promise<void> => {
    await waitFor(() => expect(answers.length).toBeGreaterThan(0));
    await act(async () => answers.splice(0).forEach((give) => void give()));
  };
  await answer();
  await screen.findByText('Pages: 0');
  await userEvent.click(screen.getByRole('button', { name: 'Show more' }));
  await waitFor(() => expect(answers).toHaveLength(1));
  void act(() => void client.invalidateQueries({ queryKey: ['list'], exact: true }));
  await waitFor(() => expect(answers).toHaveLength(2));
  await answer();
  await answer();
  await screen.findByText('Pages: 0 1');
});
