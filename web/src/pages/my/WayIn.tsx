/* The two ways to what is one's own: a code to an address or phone, or the number of one booking. */
import { Anchor, Button, Card, Stack, Text, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { readContact } from '@/data/guest';
import type { GuestLogin } from '@/hooks/useGuestSide';
import { useAct } from '@/hooks/useAct';
import { ContactField } from '@/parts/ContactField';
import { OtpInput } from '@/parts/OtpInput';
import { useTexts } from '@/texts';
import { explain } from '@/texts/explain';
import { NumberForm } from './NumberForm';
import classes from './MyPage.module.css';

export function WayIn({ login }: { login: GuestLogin }) {
  const t = useTexts();
  return (
    <>
      <Card padding="lg" shadow="sm" bg="var(--card-background)">
        <ByCode login={login} />
      </Card>
      <Card padding="lg" shadow="sm" bg="var(--card-background)">
        <Stack gap="md">
          <div>
            <Title order={2} size="h3">
              {t.wayIn.byNumber}
            </Title>
            <Text c="dimmed" mt={4}>
              {t.wayIn.byNumberText}
            </Text>
          </div>
          <NumberForm />
        </Stack>
      </Card>
    </>
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
      if (contact === undefined) setProblem(t.wayIn.contactWrong);
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
          setProblem(t.wayIn.codeWrong);
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
            {t.wayIn.byCode}
          </Title>
          <Text c="dimmed" mt={4} role={sentTo === null ? undefined : 'status'}>
            {sentTo === null ? t.wayIn.byCodeText : t.wayIn.codeSent(sentTo)}
          </Text>
        </div>
        {sentTo === null ? (
          <ContactField
            label={t.wayIn.contact}
            description={t.wayIn.contactHint}
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
          {sentTo === null ? t.wayIn.sendCode : t.wayIn.open}
        </Button>
        {sentTo !== null && (
          <Anchor component="button" type="button" className={classes.link} onClick={() => setSentTo(null)}>
            {t.wayIn.otherContact}
          </Anchor>
        )}
      </Stack>
    </form>
  );
}
