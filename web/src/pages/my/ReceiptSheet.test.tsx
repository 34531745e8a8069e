import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Shell } from '@/app';
import { makeServices, ServicesContext } from '@/data/services';
import { loadSay, loadTexts } from '@/texts/load';
import { MoreTexts } from '@/texts/MoreTexts';
import { CONFIG } from '../../../fake/http';
import { ReceiptSheet } from './ReceiptSheet';

const say = await loadSay('en', ['en-GB']);
const texts = await loadTexts('booked', 'en');

const RECEIPT = {
  reference: 'ST-1',
  house: { name: 'Resort', address: null, email: null, phone: null },
  issued_at: '2026-11-30T12:00:00Z',
  currency: 'EUR',
  lines: [],
  total: 10,
  tax_amount: 0,
  balance: 0,
  payments: [{ method: 'cash', amount: 10, paid_at: '2026-11-15T12:00:00Z', refunded_amount: 0 }],
};

/* Twenty-four hours apart: no reader's clock is both. */
test.each([
  ['Pacific/Kiritimati', '1 Dec 2026', '16 Nov 2026'],
  ['Pacific/Honolulu', '30 Nov 2026', '15 Nov 2026'],
])('the days of a receipt are those of the place: %s', async (timezone, issued, paid) => {
  const services = makeServices(CONFIG, 'http://resort.localhost', async () => new Response(JSON.stringify(RECEIPT), { headers: { 'Content-Type': 'application/json' } }));
  render(
    <Shell say={say} theme={{}}>
      <QueryClientProvider client={services.queryClient}>
        <ServicesContext value={services}>
          <MoreTexts texts={texts}>
            <ReceiptSheet way={{ api: services.publicApi, reference: 'ST-1', contact: 'ada@example.com' }} timezone={timezone} />
          </MoreTexts>
        </ServicesContext>
      </QueryClientProvider>
    </Shell>,
  );
  expect(await screen.findByText(new RegExp(`· ${issued}`))).toBeDefined();
  expect(screen.getByText(new RegExp(paid))).toBeDefined();
});
