/* One's own part of the price: by the provider where the house has one, by a voucher, or at the house. */
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { memberQuery, type Party, type PartyMember } from '@/data/party';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { Field } from '@/parts/Field';
import { PayOnline } from '@/parts/PayOnline';
import { useSay } from '@/texts';
import { explain } from '@/texts/explain';

export function PayShare({ party, me, token }: { party: Party; me: PartyMember; token: string }) {
  const { t, locale } = useSay();
  const { publicApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [voucher, setVoucher] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const due = me.due ?? 0;
  const amount = (value: number): string => amountIn(value, party.currency, locale);
  const again = useCallback(() => void client.invalidateQueries({ queryKey: memberQuery(publicApi, token).queryKey }), [client, publicApi, token]);

  if ((me.share ?? 0) === 0) return null;
  if (due === 0) return <Text fw={600}>✓ {t.party.youPaid(amount(me.paid ?? 0))}</Text>;
  const booking = { bookingType: party.booking_type ?? '', bookingId: party.booking_id ?? '' };

  const redeem = (): void => {
    setProblem(null);
    void run(
      async () => {
        await publicApi.call('create_payment', {
          p_booking_type: booking.bookingType,
          p_booking_id: booking.bookingId,
          p_amount: due,
          p_method: 'voucher',
          p_metadata: { party_member_id: me.member_id, code: voucher.trim() },
        });
        again();
      },
      (error) => {
        if (!isRefusal(error)) return false;
        const { title, hint } = explain(error, t);
        setProblem(error.field === 'p_metadata' ? t.party.voucherWrong : hint ? `${title} ${hint}` : title);
        return true;
      },
    );
  };

  return (
    <Stack gap="sm">
      <Text fw={650}>{t.party.yourShare(amount(due))}</Text>
      <PayOnline api={publicApi} {...booking} amount={due} words={amount(due)} metadata={{ party_member_id: me.member_id }} onPaid={again} />
      <details>
        <summary>
          <Anchor component="span">{t.party.haveVoucher}</Anchor>
        </summary>
        <Group align="flex-end" mt="xs">
          <Field label={t.party.voucher} value={voucher} maxLength={60} autoComplete="off" autoCapitalize="characters" spellCheck={false} onChange={(event) => setVoucher(event.currentTarget.value)} />
          <Button variant="light" loading={busy} disabled={voucher.trim() === ''} onClick={redeem}>
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
