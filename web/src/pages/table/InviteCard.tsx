/* Right after Start: the digits to say aloud, and the link to send, until somebody has joined or it is put away. */
import { Button, Card, Group, Text, Title } from '@mantine/core';
import { siteUrl } from '@/data/config';
import { useServices } from '@/data/services';
import { joinLink } from '@/data/session';
import { ShareLink } from '@/parts/ShareLink';
import { useTexts } from '@/texts';
import classes from './InviteCard.module.css';

interface Props {
  code: string;
  otp: string;
  onMore: () => void;
  onClose: () => void;
}

export function InviteCard({ code, otp, onMore, onClose }: Props) {
  const t = useTexts();
  const { config, origin } = useServices();
  return (
    <Card component="section" aria-labelledby="invite-now" padding="md" mb="lg" shadow="sm" bg="var(--card-background)" className={classes.card}>
      <Title order={2} size="h4" id="invite-now">
        {t.call.inviteNow}
      </Title>
      <p className={classes.digits} aria-label={`${t.table.inviteCode}: ${[...otp].join(' ')}`} data-testid="otp-now">
        {otp.slice(0, 3)} {otp.slice(3)}
      </p>
      <Text size="sm" c="dimmed">
        {t.call.inviteNowText}
      </Text>
      <Group gap="xs" mt="sm">
        <ShareLink link={joinLink(siteUrl(config, origin), code, otp)} title={t.table.joinTitle} label={t.call.shareLink} copied={t.call.linkCopied} px="sm" />
        <Button variant="default" px="sm" onClick={onMore}>
          {t.call.showCode}
        </Button>
        <Button variant="subtle" px="sm" onClick={onClose}>
          {t.call.inviteDone}
        </Button>
      </Group>
    </Card>
  );
}
