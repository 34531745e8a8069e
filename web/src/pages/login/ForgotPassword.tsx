/* Who forgot the password: a mail with six digits, then the digits and a new password. The mail's link leads to the second half, too. */
import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useTexts } from '@/texts';
import { explain } from '@/texts/explain';

interface Props {
  /* By the mail's link: nothing but the new password is missing. */
  byLink: boolean;
  /* By a link that opens nothing any more: another mail helps. */
  isLinkOver: boolean;
  email: string;
  onBack: () => void;
  onDone: () => void;
}

const PASSWORD_MIN = 8;

export function ForgotPassword({ byLink, isLinkOver, email: known, onBack, onDone }: Props) {
  const t = useTexts();
  const { staff } = useServices();
  const { busy, run } = useAct();
  const [email, setEmail] = useState(known);
  const [isSent, setIsSent] = useState(false);
  // A code is good once: whoever chose a password that is refused chooses another, without another mail.
  const [isProven, setIsProven] = useState(byLink);
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const digits = code.replace(/\D/g, '');

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setProblem(null);
    void run(
      async () => {
        if (!byLink && !isSent) {
          await staff.askForPassword(email.trim());
          setIsSent(true);
          return;
        }
        if (!isProven) {
          await staff.proveAddress(email.trim(), digits);
          setIsProven(true);
        }
        await staff.choosePassword(password);
        onDone();
      },
      (error) => {
        const { title, hint } = explain(error, t);
        setProblem(hint ? `${title} ${hint}` : title);
        return true;
      },
    );
  };

  const canSubmit = isProven ? password.length >= PASSWORD_MIN : isSent ? digits.length === 6 && password.length >= PASSWORD_MIN : email.includes('@');
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {!byLink && !isSent && (
          <>
            {isLinkOver && <Text role="status">{t.login.linkOver}</Text>}
            <Text>{t.login.forgotText}</Text>
            <TextInput
              label={t.login.email}
              type="email"
              name="email"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
          </>
        )}
        {!isProven && isSent && (
          <>
            <Text role="status">{t.login.forgotSent(email.trim())}</Text>
            <TextInput label={t.login.code} inputMode="numeric" autoComplete="one-time-code" value={code} maxLength={12} onChange={(event) => setCode(event.currentTarget.value)} data-autofocus />
          </>
        )}
        {(byLink || isSent) && (
          <PasswordInput
            label={t.login.newPassword}
            description={t.login.newPasswordHint(PASSWORD_MIN)}
            name="new-password"
            autoComplete="new-password"
            value={password}
            visibilityToggleButtonProps={{ 'aria-label': t.login.showPassword }}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        {problem && (
          <Text c="var(--mantine-color-error)" role="alert">
            {problem}
          </Text>
        )}
        <Button type="submit" size="lg" loading={busy} disabled={!canSubmit}>
          {byLink || isSent ? t.login.choose : t.login.sendCode}
        </Button>
        <Anchor component="button" type="button" onClick={onBack}>
          {t.login.backToSignIn}
        </Anchor>
      </Stack>
    </form>
  );
}
