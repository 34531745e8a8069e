/* /login: e-mail and password for the staff. */
import { Anchor, Button, Card, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useServices } from '@/data/services';
import { safeNext } from '@/data/staff';
import { homeOf, pagesOf } from '@/data/workplaces';
import { useAct } from '@/hooks/useAct';
import { guestPage } from '@/lib/address';
import { Frame } from '@/parts/Frame';
import { useStaffState } from '@/parts/StaffGate';
import { Switches } from '@/parts/Switches';
import { useTexts } from '@/texts';
import { explain } from '@/texts/explain';
import { ForgotPassword } from './ForgotPassword';

const route = getRouteApi('/login');

export function LoginPage() {
  const t = useTexts();
  const { staff, config } = useServices();
  const { next } = route.useSearch();
  const state = useStaffState();
  const navigate = useNavigate();
  const router = useRouter();
  const { busy, run } = useAct();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [wasTried, setWasTried] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const justSignedIn = useRef(false);
  const [forgot, setForgot] = useState<'byCode' | 'byLink' | null>(null);
  const [isLinkOver, setIsLinkOver] = useState(false);

  // From the mail's link: signed in, and nothing but the password is missing. What stands behind the # opens doors: it goes at once.
  useEffect(() => {
    const { hash } = window.location;
    if (!/[#&](access_token|error)=/.test(hash)) return;
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
    void staff.takeLink(hash).then((isTaken) => {
      setForgot(isTaken ? 'byLink' : 'byCode');
      setIsLinkOver(!isTaken);
    });
  }, [staff]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a password that was chosen anew signs in, too
  useEffect(() => {
    if (state.status !== 'in' || !justSignedIn.current) return;
    justSignedIn.current = false;
    const target = safeNext(next) ?? homeOf(state.member.role, config.modules);
    if (guestPage(new URL(target, window.location.origin).pathname)) window.location.replace(target);
    // The way back may carry words behind a question mark: what was open on the page.
    else router.history.replace(target);
  }, [state, forgot, next, router, config.modules]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWasTried(true);
    setProblem(null);
    if (email.trim() === '' || password === '') return;
    void run(
      async () => {
        justSignedIn.current = true;
        await staff.signIn(email.trim(), password);
      },
      (error) => {
        justSignedIn.current = false;
        const { title, hint } = explain(error, t);
        setProblem(hint ? `${title} ${hint}` : title);
        return true;
      },
    );
  };

  return (
    <Frame title={config.name} tabTitle={`${t.login.title} · ${config.name}`} subtitle={t.login.title} actions={<Switches />}>
      <Card maw="26rem" mx="auto" mt="xl" padding="lg" shadow="sm" bg="var(--card-background)">
        {forgot !== null ? (
          <ForgotPassword
            byLink={forgot === 'byLink'}
            isLinkOver={isLinkOver}
            email={email}
            onBack={() => setForgot(null)}
            onDone={() => {
              justSignedIn.current = true;
              setForgot(null);
            }}
          />
        ) : state.status === 'in' && !busy ? (
          <Stack>
            <Text>{t.login.already(state.member.name)}</Text>
            <Group grow>
              {pagesOf(state.member.role, config.modules).map((page) => (
                <Button key={page} onClick={() => void navigate({ to: page })}>
                  {t.staff.pageNames[page.slice(1)]}
                </Button>
              ))}
            </Group>
            <Button variant="default" onClick={() => void staff.signOut()}>
              {t.app.signOut}
            </Button>
          </Stack>
        ) : (
          <form onSubmit={submit} noValidate>
            <Stack>
              <TextInput
                label={t.login.email}
                type="email"
                name="email"
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                value={email}
                error={wasTried && email.trim() === '' ? t.login.emailMissing : null}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <PasswordInput
                label={t.login.password}
                name="password"
                autoComplete="current-password"
                value={password}
                error={wasTried && password === '' ? t.login.passwordMissing : null}
                visibilityToggleButtonProps={{ 'aria-label': t.login.showPassword }}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
              {problem && (
                <Text c="var(--mantine-color-error)" role="alert">
                  {problem}
                </Text>
              )}
              <Button type="submit" size="lg" loading={busy}>
                {t.login.submit}
              </Button>
              <Anchor component="button" type="button" onClick={() => setForgot('byCode')}>
                {t.login.forgot}
              </Anchor>
            </Stack>
          </form>
        )}
      </Card>
    </Frame>
  );
}
