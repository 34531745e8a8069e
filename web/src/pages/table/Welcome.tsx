/* Before a guest has joined: start the table's order, or join it with six digits; the menu to look at below. */
import { Button, Card, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { menuFeed, menuQuery } from '@/data/menu';
import { isRefusal } from '@/data/refusal';
import type { Pass } from '@/data/pass';
import { enterSession, keepEntry, otpFromHash, recallName, welcomeOf } from '@/data/session';
import { useServices } from '@/data/services';
import type { TableView } from '@/data/shapes';
import { useAct } from '@/hooks/useAct';
import { useFeed } from '@/hooks/useFeed';
import { CALM } from '@/lib/poll';
import { atFirstTouch } from '@/lib/later';
import { Field } from '@/parts/Field';
import { Frame } from '@/parts/Frame';
import { Hero } from '@/parts/Hero';
import { Switches } from '@/parts/Switches';
import { useHours } from '@/parts/hours';
import { MenuBrowser } from '@/parts/menu/MenuBrowser';
import { OtpInput } from '@/parts/OtpInput';
import { useTexts } from '@/texts';
import { explainJoin, type Explanation } from '@/texts/explain';
import { tableName } from '@/texts/tableName';

interface Props {
  code: string;
  view: TableView;
  onEntered: (pass: Pass) => void;
}

export function Welcome({ code, view, onEntered }: Props) {
  const t = useTexts();
  const { publicApi, anybody } = useServices();
  const menu = useQuery(menuQuery(publicApi, view.restaurant.id, CALM));
  // Who only reads needs no connection of their own: it is opened when they touch the page.
  const [isTouched, setIsTouched] = useState(false);
  useEffect(() => atFirstTouch(() => setIsTouched(true)), []);
  useFeed(isTouched ? menuFeed(view.restaurant.id) : undefined, anybody);
  const { table, restaurant } = view;
  const kind = welcomeOf(view);
  const hours = useHours(restaurant);

  return (
    <Frame title={restaurant.name} subtitle={tableName(table, t)} actions={<Switches />} bare>
      <Hero restaurant={restaurant} where={tableName(table, t)} />
      <Card withBorder={false} shadow="sm" padding="lg" mb="xl" bg="var(--card-background)">
        {kind === 'start' || kind === 'join' ? (
          <Enter key={kind} code={code} kind={kind} onEntered={onEntered} />
        ) : (
          <Stack gap={4}>
            <Title order={2} size="h3">
              {kind === 'billed' ? t.table.billed : kind === 'house_closed' ? t.table.houseClosed : t.table.closed}
            </Title>
            <Text c="dimmed">{kind === 'billed' ? t.table.billedHint : kind === 'house_closed' ? (hours ? t.table.houseClosedHint(hours) : t.table.houseClosedNoHint) : t.table.closedHint}</Text>
          </Stack>
        )}
      </Card>
      {menu.data && (
        <section aria-label={t.menu.title}>
          {(kind === 'start' || kind === 'join') && (
            <Text c="dimmed" mb="lg">
              {t.table.lookFirst}
            </Text>
          )}
          <MenuBrowser menu={menu.data} />
        </section>
      )}
    </Frame>
  );
}

function Enter({ code, kind, onEntered }: { code: string; kind: 'start' | 'join'; onEntered: (pass: Pass) => void }) {
  const t = useTexts();
  const { publicApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [name, setName] = useState(recallName);
  const [otp, setOtp] = useState(() => otpFromHash(window.location.hash) ?? '');
  const [otpProblem, setOtpProblem] = useState<Explanation | null>(null);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (kind === 'join' && otp.length < 6) {
      setOtpProblem({ title: t.table.otpIncomplete, hint: null });
      return;
    }
    setOtpProblem(null);
    void run(
      async () => {
        const entry = await enterSession(publicApi, code, kind === 'join' ? { name, otp } : { name });
        const pass = keepEntry(code, entry);
        // The digits have done their work; they need not stay in the address.
        if (window.location.hash !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
        if (pass) onEntered(pass);
      },
      (error) => {
        // Somebody else was faster, or the table was cleared: show what is possible now.
        void client.invalidateQueries({ queryKey: ['table', code] });
        if (kind !== 'join' || !isRefusal(error)) return false;
        setOtpProblem(explainJoin(error, t));
        return true;
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <div>
          <Title order={2} size="h3">
            {kind === 'start' ? t.table.startTitle : t.table.joinTitle}
          </Title>
          <Text c="dimmed" mt={4}>
            {kind === 'start' ? t.table.startText : t.table.joinText}
          </Text>
        </div>
        {kind === 'join' && (
          <OtpInput
            label={t.table.otp}
            description={t.table.otpHint}
            value={otp}
            onChange={(digits) => {
              setOtp(digits);
              setOtpProblem(null);
            }}
            error={otpProblem && (otpProblem.hint ? `${otpProblem.title} ${otpProblem.hint}` : otpProblem.title)}
          />
        )}
        <Field label={t.table.name} description={t.table.nameHint} value={name} maxLength={60} autoComplete="given-name" enterKeyHint="go" onChange={(event) => setName(event.currentTarget.value)} />
        <Button type="submit" size="lg" loading={busy} fullWidth>
          {kind === 'start' ? t.table.start : t.table.join}
        </Button>
      </Stack>
    </form>
  );
}
