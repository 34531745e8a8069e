/* Pays at the provider's own page, where the house has a provider; else says that it is paid on site. The link comes a moment after the payment was begun. */
import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Api } from '@/data/api';
import type { Args } from '@/data/functions';
import { isRefusal } from '@/data/refusal';
import { useAct } from '@/hooks/useAct';
import { useTexts } from '@/texts';

const LOOK_MS = 2_000;

interface Props {
  api: Api;
  bookingType: string;
  bookingId: string;
  amount: number;
  /* The amount in words. */
  words: string;
  metadata?: NonNullable<Args<'create_payment'>['p_metadata']>;
  variant?: 'filled' | 'light';
  onPaid: () => void;
}

export function PayOnline({ api, bookingType, bookingId, amount, words, metadata, variant = 'filled', onPaid }: Props) {
  const t = useTexts();
  const { busy, run } = useAct();
  const [payment, setPayment] = useState<string | null>(null);
  const [isOnSite, setIsOnSite] = useState(false);
  const state = useQuery({
    queryKey: ['payment', payment],
    queryFn: () => api.call('get_payment', { p_payment_id: payment ?? '' }),
    enabled: payment !== null,
    refetchInterval: (query) => (query.state.data?.status === 'succeeded' ? false : LOOK_MS),
  });
  const isPaid = state.data?.status === 'succeeded';
  useEffect(() => {
    if (isPaid) onPaid();
  }, [isPaid, onPaid]);

  if (isOnSite || state.data?.is_collected === false) return <Text role="status">{t.party.payOnSite}</Text>;
  if (state.data?.link !== undefined) {
    return (
      <Button component="a" href={state.data.link} size="lg">
        {t.party.payNow(words)}
      </Button>
    );
  }
  if (payment !== null) return <Text role="status">{isPaid ? t.party.youPaid(words) : t.party.linkComes}</Text>;
  return (
    <Button
      size="lg"
      variant={variant}
      loading={busy}
      onClick={() =>
        void run(
          async () => {
            const begun = await api.call('create_payment', {
              p_booking_type: bookingType,
              p_booking_id: bookingId,
              p_amount: amount,
              p_method: 'online',
              ...(metadata === undefined ? {} : { p_metadata: metadata }),
            });
            setPayment(begun.id);
          },
          (error) => {
            if (!isRefusal(error, 422) || error.field !== 'p_method') return false;
            setIsOnSite(true);
            return true;
          },
        )
      }
    >
      {t.party.payNow(words)}
    </Button>
  );
}
