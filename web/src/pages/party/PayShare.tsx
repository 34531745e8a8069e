/* One's own part of the price: by the provider where the house has one, by a voucher, or at the house. */
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { memberQuery, type Party, type PartyMember } from '@/data/party';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { Field } from '@/parts/Field';
import { useSay } from '@/texts';
import { explain } from '@/texts/explain';

const LOOK_MS = 2_000;

export function PayShare({ party, me, token }: { party: Party; me: PartyMember; token: string }) {
  const { t, locale } = useSay();
  const { publicApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [payment, setPayment] = useState<string | null>(null);
  const [voucher, setVoucher] = useState('');
  const [isOnSite, setIsOnSite] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const due = me.due ?? 0;
  const amount = (value: number): string => amountIn(value, party.currency, locale);
  // The provider's link comes a moment after the payment was begun.
  const state = useQuery({
    queryKey: ['payment', payment],
    queryFn: () => publicApi.call('get_payment', { p_payment_id: payment ?? '' }),
    enabled: payment !== null,
    refetchInterval: (query) => (query.state.data?.status === 'succeeded' ? false : LOOK_MS),
  });

  if ((me.share ?? 0) === 0) return null;
  if (due === 0) return <Text fw={600}>✓ {t.party.youPaid(amount(me.paid ?? 0))}</Text>;

  const pay = (method: 'online' | 'voucher'): void => {
    setProblem(null);
    void run(
      async () => {
        const begun = await publicApi.call('create_payment', {
          p_booking_type: party.booking_type ?? '',
          p_booking_id: party.booking_id ?? '',
          p_amount: due,
          p_method: method,
          p_metadata: { party_member_id: me.member_id, ...(method === 'voucher' ? { code: voucher.trim() } : {}) },
        });
        if (method === 'online') setPayment(begun.id);
        else await client.invalidateQueries({ queryKey: memberQuery(publicApi, token).queryKey });
      },
      (error) => {
        if (!isRefusal(error)) return false;
        if (error.status === 422 && error.field === 'p_method') setIsOnSite(true);
        else {
          const { title, hint } = explain(error, t);
          setProblem(method === 'voucher' && error.field === 'p_metadata' ? t.party.voucherWrong : hint ? `${title} ${hint}` : title);
        }
        return true;
      },
    );
  };

  return (
    <Stack gap="sm">
      <Text fw={650}>{t.party.yourShare(amount(due))}</Text>
      {isOnSite ? (
        <Text role="status">{t.party.payOnSite}</Text>
      ) : state.data?.link !== undefined ? (
        <Button component="a" href={state.data.link} size="lg">
          {t.party.payNow(amount(due))}
        </Button>
      ) : payment !== null ? (
        <Text role="status">{state.data?.status === 'succeeded' ? t.party.youPaid(amount(due)) : state.data?.is_collected === false ? t.party.payOnSite : t.party.linkComes}</Text>
      ) : (
        <Button size="lg" loading={busy} onClick={() => pay('online')}>
          {t.party.payNow(amount(due))}
        </Button>
      )}
      <details>
        <summary>
          <Anchor component="span">{t.party.haveVoucher}</Anchor>
        </summary>
        <Group align="flex-end" mt="xs">
          <Field label={t.party.voucher} value={voucher} maxLength={60} autoComplete="off" autoCapitalize="characters" spellCheck={false} onChange={(event) => setVoucher(event.currentTarget.value)} />
          <Button variant="light" loading={busy} disabled={voucher.trim() === ''} onClick={() => pay('voucher')}>
            {t.party.redeem}
          </Button>
        </Group>
      </details>
      {problem !== null && (
        <Text c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      )}
    </Stack>
  );
}
