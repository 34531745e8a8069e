/* How others get in: six digits to say aloud, a code to scan, and new digits when the old ones went too far. */
import { Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { siteUrl } from '@/data/config';
import { useServices } from '@/data/services';
import { joinLink } from '@/data/session';
import { useTexts } from '@/texts';
import classes from './Invite.module.css';
import { QrCode } from './QrCode';

interface Props {
  label: string;
  otp: string;
  /* What the digits are called, for whoever hears the page. */
  otpLabel: string;
  tableCode: string;
  renew: string;
  busy: boolean;
  onRenew: () => void;
  children: ReactNode;
}

export function Invite({ label, otp, otpLabel, tableCode, renew, busy, onRenew, children }: Props) {
  const t = useTexts();
  const { config, origin } = useServices();
  return (
    <section aria-label={label} className={classes.invite}>
      <div>
        {children}
        <Text className={classes.otp} aria-label={`${otpLabel}: ${[...otp].join(' ')}`} data-testid="otp">
          {otp.slice(0, 3)} {otp.slice(3)}
        </Text>
        <Button variant="subtle" size="compact-md" px={0} loading={busy} onClick={onRenew}>
          {renew}
        </Button>
      </div>
      <QrCode text={joinLink(siteUrl(config, origin), tableCode, otp)} label={t.table.qr} size={148} />
    </section>
  );
}
