/* /r/<code>: the receipt, which stays when the table is free. */
import { Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Api } from '@/data/api';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import type { Receipt } from '@/data/shapes';
import { BillLines } from '@/parts/BillLines';
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { Switches } from '@/parts/Switches';
import { PlaceProvider, usePlace } from '@/parts/say';
import { shareName } from '@/parts/shareName';
import { useSay, useTexts } from '@/texts';
import classes from './ReceiptPage.module.css';

const receiptQuery = (api: Api, code: string) => queryOptions({ queryKey: ['receipt', code], queryFn: ({ signal }) => api.read('get_receipt', { p_code: code }, signal), staleTime: 30_000 });

export function ReceiptPage({ code }: { code: string }) {
  const t = useTexts();
  const { config, publicApi } = useServices();
  const receipt = useQuery(receiptQuery(publicApi, code));
  if (!receipt.data) {
    return (
      <Frame title={config.name}>
        {!receipt.isError ? (
          <Loading />
        ) : isRefusal(receipt.error, 404) ? (
          <Problem what={{ title: t.bill.receiptUnknown, hint: t.bill.receiptUnknownHint }}>
            <Anchor href="/">{t.notFound.home}</Anchor>
          </Problem>
        ) : (
          <Problem error={receipt.error} onRetry={() => void receipt.refetch()} />
        )}
      </Frame>
    );
  }
  return (
    <PlaceProvider restaurant={receipt.data.restaurant}>
      <Paper receipt={receipt.data} />
    </PlaceProvider>
  );
}

function Paper({ receipt }: { receipt: Receipt }) {
  const { t, locale } = useSay();
  const { amount, place } = usePlace();
  const { restaurant } = receipt;
  const at = receipt.cleared_at ?? receipt.billed_at ?? receipt.opened_at;
  const when = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: place.timezone }).format(new Date(at));
  return (
    <Frame title={restaurant.name} tabTitle={`${t.bill.receiptTitle} · ${restaurant.name}`} subtitle={t.bill.receiptTitle} actions={<Switches />}>
      <Card component="article" padding="lg" shadow="sm" bg="var(--card-background)" className={classes.paper}>
        <Stack gap="md">
          <div>
            <Title order={2} size="h3">
              {restaurant.name}
            </Title>
            {restaurant.address && <Text c="dimmed">{restaurant.address}</Text>}
            <Text c="dimmed">
              {t.table.number(receipt.table_number)} · {when}
            </Text>
          </div>
          <BillLines lines={receipt.lines} taxes={receipt.taxes} total={receipt.total_amount} other={receipt.other_amount} />
          {receipt.payments.length > 0 && (
            <ul className={classes.payments} aria-label={t.bill.paid}>
              {receipt.payments.map((payment, index) => (
                <li key={index}>
                  <span>{[t.bill.paid, payment.label && shareName(payment.label, t), payment.method && (t.bill.methodNames[payment.method] ?? payment.method)].filter(Boolean).join(' · ')}</span>
                  <span>{amount(payment.amount)}</span>
                </li>
              ))}
            </ul>
          )}
          {receipt.due_amount > 0 && (
            <Group justify="space-between">
              <Text fw={650}>{t.bill.due}</Text>
              <Text fw={650}>{amount(receipt.due_amount)}</Text>
            </Group>
          )}
        </Stack>
      </Card>
      <Stack gap="xs" mt="lg" className={classes.noPrint}>
        <Text size="sm" c="dimmed">
          {t.bill.receiptHint}
        </Text>
        <Group>
          <Button variant="light" onClick={() => window.print()}>
            {t.bill.print}
          </Button>
        </Group>
      </Stack>
    </Frame>
  );
}
