/* What the house knows of a guest, and what they may do about it: credit, memberships, consent, a copy of everything, being forgotten. */
import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { GuestSide } from '@/data/guestSide';
import { forgetBookings, type MyBookings } from '@/data/my';
import { isRefusal } from '@/data/refusal';
import { useAct } from '@/hooks/useAct';
import { useLayer } from '@/lib/address';
import { amountIn } from '@/lib/amounts';
import { saveAs } from '@/lib/save';
import { Field } from '@/parts/Field';
import { useNotify } from '@/parts/Notices';
import { Sheet } from '@/parts/Sheet';
import { Tick } from '@/parts/Tick';
import { useSay } from '@/texts';
import classes from './MyPage.module.css';

export function Account({ side, who, mine }: { side: GuestSide; who: string; mine: MyBookings }) {
  const { t, locale } = useSay();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [erasing, ask, stay] = useLayer<true>();
  // What was just said stands until the daemon has refused it.
  const [said, setSaid] = useState<boolean | null>(null);
  const mayWrite = said ?? mine.customers.some((customer) => customer.marketing_consent);
  const day = (date: string): string => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(date));

  return (
    <>
      {(mine.credit.length > 0 || mine.memberships.length > 0) && (
        <Card padding="lg" shadow="xs" bg="var(--card-background)">
          <Stack gap="sm">
            {mine.credit.length > 0 && (
              <>
                <Title order={2} size="h4">
                  {t.my.credit}
                </Title>
                {mine.credit.map((credit) => (
                  <Text key={`${credit.organization_id} ${credit.currency}`} fw={700} size="xl">
                    {amountIn(credit.amount, credit.currency, locale)}
                  </Text>
                ))}
                <Text c="dimmed">{t.my.creditHint}</Text>
              </>
            )}
            {mine.memberships.length > 0 && (
              <>
                <Title order={2} size="h4">
                  {t.my.memberships}
                </Title>
                <ul className={classes.plain}>
                  {mine.memberships.map((membership) => (
                    <li key={membership.reference}>
                      <Text fw={600}>
                        {membership.name} · {t.my.membershipNames[membership.status] ?? membership.status}
                      </Text>
                      <Text c="dimmed">
                        {membership.reference}
                        {membership.paid_until !== null && ` · ${t.my.paidUntil(day(membership.paid_until))}`} · {t.my.monthly(amountIn(membership.monthly_price, membership.currency, locale))}
                        {membership.guest_passes_remaining > 0 && ` · ${t.my.guestPasses(membership.guest_passes_remaining)}`}
                      </Text>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </Stack>
        </Card>
      )}
      {mine.customers.length > 0 && (
        <Card padding="lg" shadow="xs" bg="var(--card-background)">
          <Stack gap="sm">
            <Title order={2} size="h4">
              {t.my.data}
            </Title>
            <Tick
              checked={mayWrite}
              onChange={(isTrue) => {
                setSaid(isTrue);
                void run(
                  async () => {
                    await side.api.call('set_my_consent', { p_marketing: isTrue });
                    await client.invalidateQueries({ queryKey: ['my', 'all'] });
                  },
                  () => {
                    setSaid(null);
                    return false;
                  },
                );
              }}
            >
              {t.my.consent}
            </Tick>
            <Group>
              <Button
                variant="light"
                loading={busy}
                onClick={() =>
                  void run(async () => {
                    const all = await Promise.all(mine.customers.map(({ customer_id }) => side.api.call('export_customer', { p_customer_id: customer_id })));
                    saveAs(JSON.stringify(all, null, 2), 'application/json', 'my-data.json');
                  })
                }
              >
                {t.my.export}
              </Button>
              <Button variant="subtle" color="red" onClick={() => ask(true)}>
                {t.my.erase}
              </Button>
            </Group>
          </Stack>
        </Card>
      )}
      <Sheet from="below" opened={erasing !== null} onClose={stay} title={t.my.eraseTitle}>
        {erasing && <Erase side={side} who={who} onStay={stay} />}
      </Sheet>
    </>
  );
}

function Erase({ side, who, onStay }: { side: GuestSide; who: string; onStay: () => void }) {
  const { t, locale } = useSay();
  const notify = useNotify();
  const { busy, run } = useAct();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const erase = (): void => {
    if (typed.trim().toLowerCase() !== who.toLowerCase()) {
      setProblem(t.my.eraseConfirmWrong(who));
      return;
    }
    void run(
      async () => {
        await side.api.call('erase_my_data', { p_confirm: typed.trim() });
        forgetBookings();
        await side.signOut();
        notify.good(t.my.erased);
      },
      (error) => {
        if (!isRefusal(error, 409)) return false;
        const references = error.facts['references'];
        setProblem(t.my.eraseAhead(new Intl.ListFormat(locale).format(Array.isArray(references) ? references.map(String) : [])));
        return true;
      },
    );
  };
  return (
    <Stack gap="md">
      <Text>{t.my.eraseText}</Text>
      <Field label={t.my.eraseConfirm(who)} value={typed} autoComplete="off" autoCapitalize="none" spellCheck={false} error={problem} onChange={(event) => setTyped(event.currentTarget.value)} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onStay}>
          {t.app.cancel}
        </Button>
        <Button color="red" loading={busy} onClick={erase}>
          {t.my.eraseNow}
        </Button>
      </Group>
    </Stack>
  );
}
