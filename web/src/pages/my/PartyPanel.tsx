/* The people of a booking, for the one who booked: a link and digits to share, who has joined, who is missing, who has not signed or paid, a reminder. */
import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { siteUrl } from '@/data/config';
import { named, type Mine, type Way } from '@/data/my';
import { ownPartyQuery, remindable, type Party, type PartyMember } from '@/data/party';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { useNotify } from '@/parts/Notices';
import { ShareLink } from '@/parts/ShareLink';
import { useSay } from '@/texts';
import classes from './MyPage.module.css';

export function PartyPanel({ booking, way }: { booking: Mine; way: Way }) {
  const { t } = useSay();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Card component="section" aria-labelledby="party" padding="lg" shadow="xs" bg="var(--card-background)">
      <Stack gap="md">
        <div>
          <Title order={2} size="h4" id="party">
            {t.party.title}
          </Title>
          <Text c="dimmed" mt={4}>
            {t.party.text}
          </Text>
        </div>
        {isOpen ? (
          <Opened booking={booking} way={way} />
        ) : (
          <Button variant="light" onClick={() => setIsOpen(true)}>
            {t.party.show}
          </Button>
        )}
      </Stack>
    </Card>
  );
}

function Opened({ booking, way }: { booking: Mine; way: Way }) {
  const { t, locale } = useSay();
  const { config, origin } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const { busy, run } = useAct();
  const query = ownPartyQuery(way);
  const asked = useQuery(query);
  if (!asked.data) return <Text role="status">{asked.isError ? t.problems.unexpected : t.app.loading}</Text>;
  const party: Party = asked.data;
  const members = party.members ?? [];
  const take = (next: Party): void => void client.setQueryData(query.queryKey, next);
  const amount = (value: number): string => amountIn(value, party.currency, locale);
  const digits = party.digits ?? '';
  const reachable = remindable(members);

  return (
    <Stack gap="md">
      <Group justify="space-between">
        <div>
          <Text c="dimmed">{t.party.digits}</Text>
          <Text className={classes.number} data-testid="party-digits" aria-label={`${t.party.digits}: ${[...digits].join(' ')}`}>
            {digits.slice(0, 3)} {digits.slice(3)}
          </Text>
        </div>
        <ShareLink link={`${siteUrl(config, origin)}/party/${party.token ?? ''}`} title={t.party.shareTitle(party.title)} label={t.party.share} copied={t.party.linkCopied} />
      </Group>
      <Text fw={600}>{(party.missing ?? 0) > 0 ? t.party.missing(party.missing ?? 0) : t.party.allHere}</Text>
      <ul className={classes.plain}>
        {members.map((member) => (
          <li key={member.member_id}>
            <Group justify="space-between" align="flex-start">
              <div>
                <Text fw={600}>
                  {member.name}
                  {member.is_me && ` (${t.table.you})`}
                </Text>
                {member.allergies && member.allergies.length > 0 && <Text c="dimmed">{t.party.allergiesOf(member.allergies.map((word) => t.menu.allergenNames[word] ?? word).join(', '))}</Text>}
                {member.note && <Text c="dimmed">{member.note}</Text>}
              </div>
              <Group gap={6}>
                <MemberState member={member} amount={amount} />
                {!member.is_organizer && (
                  <Button
                    variant="subtle"
                    color="red"
                    size="compact-md"
                    mih={44}
                    aria-label={t.party.removeNamed(member.name)}
                    onClick={() => void run(async () => take(await way.api.call('remove_party_member', { ...named(way), p_member_id: member.member_id })))}
                  >
                    {t.party.remove}
                  </Button>
                )}
              </Group>
            </Group>
          </li>
        ))}
      </ul>
      {booking.balance > 0 && (
        <Group>
          <Button
            variant={party.split === 'equal' ? 'filled' : 'default'}
            aria-pressed={party.split === 'equal'}
            loading={busy}
            onClick={() => void run(async () => take(await way.api.call('open_party', { ...named(way), p_split: party.split === 'equal' ? 'none' : 'equal' })))}
          >
            {t.party.splitEqual(amount((party.price ?? 0) / Math.max(party.people, 1)))}
          </Button>
        </Group>
      )}
      {reachable.length > 0 && (
        <Button
          variant="light"
          loading={busy}
          onClick={() =>
            void run(async () => {
              const { reminded } = await way.api.call('remind_party', named(way));
              notify.good(reminded > 0 ? t.party.reminded(reminded) : t.party.remindedBefore);
              await client.invalidateQueries({ queryKey: query.queryKey });
            })
          }
        >
          {t.party.remind(new Intl.ListFormat(locale).format(reachable.map((member) => member.name)))}
        </Button>
      )}
    </Stack>
  );
}

function MemberState({ member, amount }: { member: PartyMember; amount: (value: number) => string }) {
  const { t } = useSay();
  return (
    <>
      {member.signed === true && (
        <Badge color="green" variant="light" size="lg">
          ✓ {t.party.signed}
        </Badge>
      )}
      {member.signed === false && (
        <Badge color="orange" variant="light" size="lg">
          {t.party.notSigned}
        </Badge>
      )}
      {(member.due ?? 0) > 0 && (
        <Badge color="orange" variant="light" size="lg">
          {t.my.stillDue(amount(member.due ?? 0))}
        </Badge>
      )}
      {(member.paid ?? 0) > 0 && (
        <Badge color="green" variant="light" size="lg">
          ✓ {t.party.hasPaid(amount(member.paid ?? 0))}
        </Badge>
      )}
    </>
  );
}
