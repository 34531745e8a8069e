/* /waiver/<id>: read, confirm, sign with the finger. `?booking=` says for which booking, `?name=` who was asked to, `?back=` where they came from. */
import { Anchor, Button, Card, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { safeNext } from '@/data/staff';
import { waiverQuery } from '@/data/waiver';
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { Switches } from '@/parts/Switches';
import { useTexts } from '@/texts';
import { Sign } from './Sign';
import { WaiverWords } from './WaiverWords';

interface Signed {
  name: string;
  missing: number | null;
}

export function WaiverPage({ code }: { code: string }) {
  const t = useTexts();
  const { config, publicApi } = useServices();
  const client = useQueryClient();
  const [asked] = useState(() => new URLSearchParams(window.location.search));
  const [signed, setSigned] = useState<Signed | null>(null);
  const [isReplaced, setIsReplaced] = useState(false);
  const [round, setRound] = useState(0);
  const waiver = useQuery(waiverQuery(publicApi, code));
  const back = safeNext(asked.get('back') ?? undefined);

  if (!waiver.data) {
    const isUnknown = isRefusal(waiver.error, 404) || isRefusal(waiver.error, 400);
    return (
      <Frame title={config.name} actions={<Switches />}>
        {!waiver.isError ? (
          <Loading />
        ) : isUnknown ? (
          <Problem what={{ title: t.waiver.unknown, hint: t.waiver.unknownHint }}>
            <Anchor href="/">{t.notFound.home}</Anchor>
          </Problem>
        ) : (
          <Problem error={waiver.error} onRetry={() => void waiver.refetch()} />
        )}
      </Frame>
    );
  }
  const text = waiver.data;
  return (
    <Frame title={text.organization_name} tabTitle={`${text.title} · ${text.organization_name}`} subtitle={t.waiver.subtitle} actions={<Switches />}>
      {signed ? (
        <Card padding="lg" shadow="sm" bg="var(--card-background)" role="status">
          <Stack gap="sm">
            <Title order={2} size="h3">
              {t.waiver.signedTitle(signed.name)}
            </Title>
            <Text>{t.waiver.signedText}</Text>
            {signed.missing !== null && <Text fw={600}>{t.waiver.missing(signed.missing)}</Text>}
            {back !== undefined && (
              <Button component="a" href={back}>
                {t.waiver.goBack}
              </Button>
            )}
            <Button
              variant={back === undefined ? 'filled' : 'default'}
              onClick={() => {
                setSigned(null);
                setRound(round + 1);
              }}
            >
              {t.waiver.another}
            </Button>
          </Stack>
        </Card>
      ) : (
        <Stack gap="lg">
          {isReplaced && (
            <Text role="alert" fw={600}>
              {t.waiver.replaced}
            </Text>
          )}
          <WaiverWords waiver={text} />
          <Sign
            key={`${text.id} ${round}`}
            waiver={text}
            bookingId={asked.get('booking')}
            name={round === 0 ? (asked.get('name') ?? '') : ''}
            onSigned={(name, missing) => {
              setSigned({ name, missing });
              window.scrollTo({ top: 0 });
            }}
            onReplaced={() => {
              setIsReplaced(true);
              window.scrollTo({ top: 0 });
              void client.invalidateQueries({ queryKey: ['waiver', code] });
            }}
          />
        </Stack>
      )}
    </Frame>
  );
}
