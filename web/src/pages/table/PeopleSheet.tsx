/* Who sits here, how others get in, how to call a waiter and how to leave. */
import { Avatar, Badge, Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Api } from '@/data/api';
import { siteUrl } from '@/data/config';
import { useServices } from '@/data/services';
import { joinLink, patchSession } from '@/data/session';
import type { SessionView } from '@/data/shapes';
import { useAct } from '@/hooks/useAct';
import { Confirm } from '@/parts/Dialog';
import { Switches } from '@/parts/Switches';
import { BellIcon, ExitIcon } from '@/parts/icons';
import { Invite } from '@/parts/Invite';
import { usePlace } from '@/parts/say';
import { ShareLink } from '@/parts/ShareLink';
import { Sheet } from '@/parts/Sheet';
import { useTexts } from '@/texts';
import classes from './PeopleSheet.module.css';

interface Props {
  code: string;
  view: SessionView;
  api: Api;
  opened: boolean;
  onClose: () => void;
  onCall: () => void;
  onLeft: () => void;
}

export function PeopleSheet({ code, view, api, opened, onClose, onCall, onLeft }: Props) {
  const t = useTexts();
  const { amount } = usePlace();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [isLeaving, setIsLeaving] = useState(false);
  const [isRenewing, setIsRenewing] = useState(false);
  const { config, origin } = useServices();
  const { otp } = view.session;

  const refresh = () => patchSession(client, view.session.id, (known) => known);

  return (
    <>
      <Sheet from="below" opened={opened && !isLeaving && !isRenewing} onClose={onClose} title={t.table.people}>
        <Stack gap="lg" pb="md">
          {otp && (
            <Invite label={t.table.invite} otp={otp} otpLabel={t.table.inviteCode} tableCode={code} renew={t.table.renewOtp} busy={busy} onRenew={() => setIsRenewing(true)}>
              <Title order={3} size="h4">
                {t.table.invite}
              </Title>
              <Text size="sm" c="dimmed">
                {t.table.inviteText}
              </Text>
            </Invite>
          )}
          {otp && <ShareLink link={joinLink(siteUrl(config, origin), code, otp)} title={t.table.joinTitle} label={t.call.shareLink} copied={t.call.linkCopied} />}
          <ul className={classes.people}>
            {view.participants.map((person) => (
              <li key={person.id} className={classes.person}>
                <Avatar name={person.name} color="initials" radius="xl" aria-hidden />
                <Text flex={1}>
                  {person.name}{' '}
                  {person.is_me && (
                    <Badge variant="light" size="sm" tt="none">
                      {t.table.you}
                    </Badge>
                  )}
                </Text>
                <Text c="dimmed">{amount(person.ordered_amount + person.draft_amount)}</Text>
              </li>
            ))}
          </ul>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            <Button variant="light" leftSection={<BellIcon />} onClick={onCall}>
              {t.table.callWaiter}
            </Button>
            <Button variant="default" leftSection={<ExitIcon />} onClick={() => setIsLeaving(true)}>
              {t.table.leave}
            </Button>
          </SimpleGrid>
          <Group justify="center">
            <Switches />
          </Group>
        </Stack>
      </Sheet>
      <Confirm
        opened={isLeaving}
        title={t.table.leave}
        confirm={t.table.leave}
        busy={busy}
        onClose={() => setIsLeaving(false)}
        onConfirm={() => void run(() => api.call('leave_session', {})).then((done) => done && onLeft())}
      >
        <Text>{t.table.leaveText}</Text>
      </Confirm>
      <Confirm
        opened={isRenewing}
        title={t.call.renewTitle}
        confirm={t.table.renewOtp}
        busy={busy}
        onClose={() => setIsRenewing(false)}
        onConfirm={() => void run(async () => (await api.call('renew_session_otp', {}), await refresh())).then((done) => done && setIsRenewing(false))}
      >
        <Text>{t.call.renewText}</Text>
      </Confirm>
    </>
  );
}
