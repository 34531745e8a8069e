/* The two ways to what is one's own: a code to an address or phone, or the number of one booking. What this device keeps stands below. */
import { Anchor, Button, Card, Stack, Text, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { readContact } from '@/data/guest';
import { inOrder, keptBookings } from '@/data/my';
import type { GuestLogin } from '@/hooks/useGuestSide';
import { useAct } from '@/hooks/useAct';
import { clock } from '@/lib/clock';
import { ContactField } from '@/parts/ContactField';
import { OtpInput } from '@/parts/OtpInput';
import { useTexts } from '@/texts';
import { explain } from '@/texts/explain';
import { BookingCard } from './BookingCard';
import { NumberForm } from './NumberForm';
import classes from './MyPage.module.css';

export function WayIn({ login }: { login: GuestLogin }) {
  const t = useTexts();
  const [kept] = useState(() => inOrder(keptBookings(), clock.now()).ahead);
  return (
    <Stack gap="lg">
      {kept.length > 0 && (
        <section aria-labelledby="kept">
          <Title order={2} size="h3" id="kept" mb="sm">
            {t.my.onDevice}
          </Title>
          <ul className={classes.list}>
            {kept.map((booking) => (
              <li key={booking.booking_id}>
                <BookingCard booking={booking} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Card padding="lg" shadow="sm" bg="var(--card-background)">
        <ByCode login={login} />
      </Card>
      <Card padding="lg" shadow="sm" bg="var(--card-background)">
        <Stack gap="md">
          <div>
            <Title order={2} size="h3">
              {t.my.byNumber}
            </Title>
            <Text c="dimmed" mt={4}>
              {t.my.byNumberText}
            </Text>
          </div>
          <NumberForm />
        </Stack>
      </Card>
    </Stack>
  );
}

function ByCode({ login }: { login: GuestLogin }) {
  const t = useTexts();
  const { busy, run } = useAct();
  const [typed, setTyped] = useState('');
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  const refused = (error: unknown): boolean => {
    const { title, hint } = explain(error, t);
    setProblem(hint ? `${title} ${hint}` : title);
    return true;
  };
  const send = (contact: string): void => {
    void run(async () => {
      const side = await login.open();
      await side.askForCode(contact);
      setSentTo(contact);
      setCode('');
    }, refused);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setProblem(null);
    if (sentTo === null) {
      const contact = readContact(typed);
      if (contact === undefined) setProblem(t.my.contactWrong);
      else send(contact);
      return;
    }
    if (code.length < 6) {
      setProblem(t.table.otpIncomplete);
      return;
    }
    void run(
      async () => {
        const side = await login.open();
        await side.proveCode(sentTo, code);
      },
      (error) => {
        if (error instanceof Error && 'status' in error && (error.status === 403 || error.status === 400)) {
          setProblem(t.my.codeWrong);
          return true;
        }
        return refused(error);
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <div>
          <Title order={2} size="h3">
            {t.my.byCode}
          </Title>
          <Text c="dimmed" mt={4} role={sentTo === null ? undefined : 'status'}>
            {sentTo === null ? t.my.byCodeText : t.my.codeSent(sentTo)}
          </Text>
        </div>
        {sentTo === null ? (
          <ContactField
            label={t.my.contact}
            description={t.my.contactHint}
            value={typed}
            error={problem}
            onChange={(text) => {
              setTyped(text);
              setProblem(null);
            }}
          />
        ) : (
          <OtpInput
            label={t.table.otp}
            value={code}
            error={problem}
            onChange={(digits) => {
              setCode(digits);
              setProblem(null);
            }}
          />
        )}
        <Button type="submit" size="lg" loading={busy} fullWidth>
          {sentTo === null ? t.my.sendCode : t.my.open}
        </Button>
        {sentTo !== null && (
          <Anchor component="button" type="button" className={classes.link} onClick={() => setSentTo(null)}>
            {t.my.otherContact}
          </Anchor>
        )}
      </Stack>
    </form>
  );
}
