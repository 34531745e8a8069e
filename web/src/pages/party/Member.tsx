/* Somebody who has joined: who else comes, what is left to sign and to pay, what they wrote, and a way out. */
import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { allergiesOf, memberQuery, type Party, type PartyMember } from '@/data/party';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useLayer } from '@/lib/address';
import { Confirm } from '@/parts/Dialog';
import { useNotify } from '@/parts/Notices';
import { useTexts } from '@/texts';
import { AllergyPicker } from './AllergyPicker';
import { PayShare } from './PayShare';
import classes from '../my/MyPage.module.css';

interface Props {
  party: Party;
  token: string;
  code: string;
  onLeft: () => void;
}

export function Member({ party, token, code, onLeft }: Props) {
  const t = useTexts();
  const { publicApi } = useServices();
  const notify = useNotify();
  const { busy, run } = useAct();
  const [leaving, ask, stay] = useLayer<true>();
  const me = party.members?.find((member) => member.is_me);
  if (!me) return null;
  const back = `/party/${encodeURIComponent(code)}`;
  return (
    <>
      <Card padding="lg" shadow="sm" bg="var(--card-background)">
        <Stack gap="md">
          <Title order={2} size="h3">
            {t.party.hello(me.name)}
          </Title>
          {me.signed === false && (
            <div>
              <Text fw={600}>{t.party.signPlease}</Text>
              {(party.waivers ?? []).map((waiver) => (
                <Button key={waiver} component="a" mt="xs" href={`/waiver/${waiver}?${new URLSearchParams({ booking: party.booking_id ?? '', name: me.name, back }).toString()}`}>
                  {t.my.signWaiver}
                </Button>
              ))}
            </div>
          )}
          {me.signed === true && (
            <Badge color="green" variant="light" size="lg">
              ✓ {t.party.signed}
            </Badge>
          )}
          <PayShare party={party} me={me} token={token} />
          <section aria-labelledby="others">
            <Title order={3} size="h5" id="others">
              {t.party.whoComes}
            </Title>
            <ul className={classes.plain}>
              {party.members?.map((member) => (
                <li key={member.member_id}>
                  {member.name}
                  {member.is_me && ` (${t.table.you})`}
                  {member.is_organizer && ` · ${t.party.booked}`}
                </li>
              ))}
            </ul>
          </section>
        </Stack>
      </Card>
      <Card padding="lg" shadow="xs" bg="var(--card-background)">
        <MyAllergies me={me} token={token} />
      </Card>
      {!me.is_organizer && (
        <Group>
          <Button variant="subtle" color="red" onClick={() => ask(true)}>
            {t.party.leave}
          </Button>
        </Group>
      )}
      <Confirm
        opened={leaving !== null}
        title={t.party.leaveTitle}
        confirm={t.party.leave}
        danger
        busy={busy}
        onClose={stay}
        onConfirm={() =>
          void run(
            async () => {
              await publicApi.call('change_party_member', { p_member: token, p_leave: true });
              stay();
              onLeft();
            },
            (error) => {
              if (!isRefusal(error, 422)) return false;
              stay();
              notify.bad({ title: t.party.leavePaid, hint: null });
              return true;
            },
          )
        }
      >
        <Text>{t.party.leaveText}</Text>
      </Confirm>
    </>
  );
}

function MyAllergies({ me, token }: { me: PartyMember; token: string }) {
  const t = useTexts();
  const { publicApi } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const { busy, run } = useAct();
  const known = me.allergies ?? [];
  const [ticked, setTicked] = useState<readonly string[]>(() => known.filter((word) => word in t.menu.allergenNames));
  const [written, setWritten] = useState(() => known.filter((word) => !(word in t.menu.allergenNames)).join(', '));
  const now = allergiesOf(ticked, written);
  return (
    <Stack gap="sm">
      <AllergyPicker ticked={ticked} written={written} onTick={setTicked} onWrite={setWritten} />
      {now.join('\n') !== known.join('\n') && (
        <Button
          variant="light"
          loading={busy}
          onClick={() =>
            void run(async () => {
              await publicApi.call('change_party_member', { p_member: token, p_changes: { allergies: now } });
              await client.invalidateQueries({ queryKey: memberQuery(publicApi, token).queryKey });
              notify.good(t.party.saved);
            })
          }
        >
          {t.party.save}
        </Button>
      )}
    </Stack>
  );
}
