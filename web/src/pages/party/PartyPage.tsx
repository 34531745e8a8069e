/* /party/<code>: friends come into a booking by a link or six digits, say who they are and what they must not eat, sign, and pay their own part. */
import { Anchor, Button, Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { forgetMember, keepMember, memberQuery, memberToken, partyQuery, type Party } from '@/data/party';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { later } from '@/lib/later';
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { Switches } from '@/parts/Switches';
import { otherClock, spanOf } from '@/parts/when';
import { useSay } from '@/texts';
import { Join } from './Join';

/* Who is in already has sheets; who comes by a link does without them at first. */
const Member = later(async () => (await import('./Member')).Member);

export function PartyPage({ code }: { code: string }) {
  const { t } = useSay();
  const { config, publicApi } = useServices();
  const party = useQuery(partyQuery(publicApi, code));
  const frame = (children: React.ReactNode) => (
    <Frame title={config.name} tabTitle={`${t.party.pageTitle} · ${config.name}`} subtitle={t.party.pageTitle} actions={<Switches />}>
      {children}
    </Frame>
  );
  if (!party.data) {
    if (!party.isError) return frame(<Loading />);
    return frame(
      isRefusal(party.error, 404) ? (
        <Problem what={{ title: t.party.unknown, hint: t.party.unknownHint }}>
          <Anchor href="/">{t.notFound.home}</Anchor>
        </Problem>
      ) : (
        <Problem error={party.error} onRetry={() => void party.refetch()} />
      ),
    );
  }
  return frame(<Inside party={party.data} code={code} />);
}

function Inside({ party, code }: { party: Party; code: string }) {
  const { t, locale } = useSay();
  const { publicApi } = useServices();
  const [token, setToken] = useState(() => memberToken(party.party_id));
  const [hasLeft, setHasLeft] = useState(false);
  const member = useQuery({ ...memberQuery(publicApi, token ?? ''), enabled: token !== null });
  const isOut = isRefusal(member.error, 404);
  const clockNote = otherClock(party, t, locale);
  const leave = (): void => {
    forgetMember(party.party_id);
    setToken(null);
  };

  return (
    <Stack gap="lg">
      <Card component="article" padding="lg" shadow="sm" bg="var(--card-background)" aria-label={party.title}>
        <Stack gap={4}>
          <Title order={2} size="h3">
            {party.kind === 'pool' ? t.my.kindNames[party.kind] : party.title}
          </Title>
          <Text fw={600}>{spanOf(party, locale)}</Text>
          {clockNote !== null && <Text c="dimmed">{clockNote}</Text>}
          {party.place && <Text>{party.place}</Text>}
          <Text c="dimmed">{t.party.joined(party.joined, party.people)}</Text>
        </Stack>
      </Card>
      {token !== null && !isOut ? (
        member.data ? (
          <Suspense fallback={<Loading />}>
            <Member
              party={member.data}
              token={token}
              code={code}
              onLeft={() => {
                leave();
                setHasLeft(true);
              }}
            />
          </Suspense>
        ) : member.isError ? (
          <Problem error={member.error} onRetry={() => void member.refetch()} />
        ) : (
          <Loading />
        )
      ) : (
        <>
          {isOut && (
            <Card padding="lg" bg="var(--card-background)" role="alert">
              <Text mb="sm">{t.party.takenOut}</Text>
              <Button variant="default" onClick={leave}>
                {t.party.joinAgain}
              </Button>
            </Card>
          )}
          {hasLeft && <Text role="status">{t.party.left}</Text>}
          {!party.is_open ? (
            <Text fw={600}>{t.party.closed}</Text>
          ) : (
            !isOut && (
              <Join
                code={code}
                isFull={party.joined >= party.people}
                onJoined={(own) => {
                  keepMember(party.party_id, own);
                  setHasLeft(false);
                  setToken(own);
                }}
              />
            )
          )}
        </>
      )}
    </Stack>
  );
}
