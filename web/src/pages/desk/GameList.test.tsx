import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { Shell } from '@/app';
import type { DeskGame } from '@/data/desk';
import { makeServices, ServicesContext } from '@/data/services';
import { NoticesProvider } from '@/parts/Notices';
import { loadDeskTexts } from '@/texts/deskTexts';
import { loadSay } from '@/texts/load';
import { MoreTexts } from '@/texts/MoreTexts';
import { CONFIG } from '../../../fake/http';
import { GameList } from './GameList';

const say = await loadSay('en', ['en-GB']);
const texts = await loadDeskTexts('en');

test('that a party did not come is asked before it is written down', async () => {
  const user = userEvent.setup({ delay: null });
  const calls: unknown[] = [];
  const services = makeServices(CONFIG, 'http://resort.localhost', async () => new Response('[]'));
  const staffApi = { read: services.publicApi.read, call: async (name: string, args: object) => void calls.push([name, args]) as never };
  const game = {
    booking_id: 'b1',
    reference: 'BK-1',
    guest_name: 'Ada Byron',
    game: 'Vault',
    party_size: 3,
    status: 'confirmed',
    minutes_late: 20,
    balance: 0,
    at_risk: null,
    starts_at: '2026-12-04T19:00:00Z',
    special_requests: null,
  } as DeskGame;
  render(
    <Shell say={say} theme={{}}>
      <QueryClientProvider client={services.queryClient}>
        <ServicesContext value={{ ...services, staffApi }}>
          <NoticesProvider>
            <MoreTexts texts={texts}>
              <GameList games={[game]} timezone="Europe/Berlin" rights={() => true} empty="" />
            </MoreTexts>
          </NoticesProvider>
        </ServicesContext>
      </QueryClientProvider>
    </Shell>,
  );
  await user.click(screen.getByRole('button', { name: 'Did not come' }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByText('Ada Byron', { exact: false })).toBeTruthy();
  expect(calls).toEqual([]);
  await user.click(within(dialog).getByRole('button', { name: 'Did not come' }));
  await waitFor(() => expect(calls).toEqual([['update_booking_status_batch', { p_booking_ids: ['b1'], p_status: 'no_show' }]]));
});
