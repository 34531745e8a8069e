/* Who sits here, how others get in, how to call a waiter and how to leave. */
import { Avatar, Badge, Button, Drawer, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Api } from '@/data/api';
import { siteUrl } from '@/data/config';
import { useServices } from '@/data/services';
import { joinLink, patchSession } from '@/data/session';
import type { SessionView } from '@/data/shapes';
import { useAct } from '@/hooks/useAct';
import { Confirm } from '@/parts/Confirm';
import { ColourSwitch } from '@/parts/Frame';
import { BellIcon, ExitIcon } from '@/parts/icons';
import { useNotify } from '@/parts/Notices';
import { QrCode } from '@/parts/QrCode';
import { usePlace } from '@/parts/say';
import { useTexts } from '@/texts';
import classes from './PeopleSheet.module.css';

interface Props {
  code: string;
  view: SessionView;
  api: Api;
  opened: boolean;
  onClose: () => void;
  onLeft: () => void;
}

export function PeopleSheet({ code, view, api, opened, onClose, onLeft }: Props) {
  const t = useTexts();
  const { amount } = usePlace();
  const { config, origin } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const { busy, run } = useAct();
  const [isLeaving, setIsLeaving] = useState(false);
  const { otp } = view.session;

  const refresh = () => patchSession(client, view.session.id, (known) => known);

  return (
    <>
      <Drawer opened={opened && !isLeaving} onClose={onClose} position="bottom" size="auto" title={t.table.people} classNames={{ inner: classes.inner, content: classes.sheet }} closeButtonProps={{ 'aria-label': t.app.close, size: 'lg' }}>
        <Stack gap="lg" pb="md">
          {otp && (
            <section aria-labelledby="invite" className={classes.invite}>
              <div>
                <Title order={3} size="h4" id="invite">
                  {t.table.invite}
                </Title>
                <Text size="sm" c="dimmed">
                  {t.table.inviteText}
                </Text>
                <Text className={classes.otp} aria-label={`${t.table.inviteCode}: ${[...otp].join(' ')}`} data-testid="otp">
                  {otp.slice(0, 3)} {otp.slice(3)}
                </Text>
                <Button variant="subtle" size="compact-md" px={0} loading={busy} onClick={() => void run(async () => (await api.call('renew_session_otp', {}), await refresh()))}>
                  {t.table.renewOtp}
                </Button>
              </div>
              <QrCode text={joinLink(siteUrl(config, origin), code, otp)} label={t.table.qr} size={148} />
            </section>
          )}
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
            <Button
              variant="light"
              leftSection={<BellIcon />}
              loading={busy}
              onClick={() =>
                void run(async () => {
                  await api.call('call_waiter', { p_reason: 'help' });
                  await refresh();
                  notify.good(t.table.called);
                  onClose();
                })
              }
            >
              {t.table.callWaiter}
            </Button>
            <Button variant="default" leftSection={<ExitIcon />} onClick={() => setIsLeaving(true)}>
              {t.table.leave}
            </Button>
          </SimpleGrid>
          <Group justify="center">
            <ColourSwitch />
          </Group>
        </Stack>
      </Drawer>
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
    </>
  );
}
