/* /gate: one code after the other, green or red with a sign and a tone, who is inside against what the pool holds, the day's list for when the camera fails;
 * and who comes to play. */
import { Alert, Badge, Button, Group, SegmentedControl, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useLayoutEffect, useRef, useState, type FormEvent } from 'react';
import { dayKey, dayQuery, houseFeed, type Rights } from '@/data/desk';
import { codeOf, gateKey, gateQuery, listed, redeem, type Gate, type GateTicket, type Verdict } from '@/data/gate';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useAwake } from '@/hooks/useAwake';
import { useFeed } from '@/hooks/useFeed';
import { useRemembered } from '@/hooks/useRemembered';
import { useRights } from '@/hooks/useRights';
import { amountIn } from '@/lib/amounts';
import { clockTime, dayTime, dayIn } from '@/lib/format';
import { inTurn } from '@/lib/inTurn';
import { isTyping } from '@/lib/typing';
import { CameraIcon } from '@/parts/deskIcons';
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { StaffGate } from '@/parts/StaffGate';
import { StaffMenu } from '@/parts/StaffMenu';
import { Switches } from '@/parts/Switches';
import { GameList } from '@/pages/desk/GameList';
import { useSay } from '@/texts';
import { makeTones } from './tones';
import classes from './GatePage.module.css';

const Camera = lazy(() => import('./Camera').then((file) => ({ default: file.Camera })));

export function GatePage() {
  return (
    <StaffGate page="/gate">
      <Both />
    </StaffGate>
  );
}

function Both() {
  const { t } = useSay();
  const { config } = useServices();
  const rights = useRights();
  const [view, setView] = useState<'pool' | 'games'>('pool');
  const hasGames = config.modules.includes('experiences');
  useAwake();
  return (
    <Frame
      title={t.gate.title}
      subtitle={config.name}
      width="page"
      actions={
        <>
          <Switches />
          <StaffMenu />
        </>
      }
    >
      {hasGames && (
        <SegmentedControl
          mb="md"
          size="md"
          aria-label={t.gate.view}
          value={view}
          onChange={setView}
          data={[
            { value: 'pool', label: t.gate.views.pool },
            { value: 'games', label: t.gate.views.games },
          ]}
        />
      )}
      {view === 'games' && hasGames ? <Games rights={rights} /> : <Pool rights={rights} />}
    </Frame>
  );
}

function Games({ rights }: { rights: Rights }) {
  const { t } = useSay();
  const { staffApi, staff, config } = useServices();
  const day = useQuery(dayQuery(staffApi, null));
  useFeed(
    day.data &&
      houseFeed(
        'gate-games',
        dayKey(null),
        day.data.organization_id,
        config.modules.filter((module) => module === 'experiences'),
      ),
    staff.bearer,
  );
  if (!day.data) return day.isError ? <Problem error={day.error} onRetry={() => void day.refetch()} /> : <Loading />;
  return <GameList games={day.data.games ?? []} timezone={day.data.timezone} rights={rights} empty={t.desk.empty.games} />;
}

function Pool({ rights }: { rights: Rights }) {
  const { staffApi, staff } = useServices();
  const gate = useQuery(gateQuery(staffApi));
  useFeed(gate.data && { ...houseFeed('gate', gateKey, gate.data.organization_id, ['pool']) }, staff.bearer);
  if (!gate.data) return gate.isError ? <Problem error={gate.error} onRetry={() => void gate.refetch()} /> : <Loading />;
  return <Open gate={gate.data} rights={rights} />;
}

interface Scan {
  code: string;
  /* Null: as many as the ticket is for. */
  people: number | null;
}
/* An answer stands at least so long before the next code's. */
const SEEN_MS = 800;

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function Open({ gate, rights }: { gate: Gate; rights: Rights }) {
  const { t } = useSay();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const act = useAct();
  const field = useRef<HTMLInputElement>(null);
  const [tones] = useState(makeTones);
  const [text, setText] = useState('');
  const [name, setName] = useRemembered('gate.name', asText, '');
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [isCamera, setCamera] = useState(false);
  const canLetIn = rights('pool', 'update');

  const ask = async ({ code, people }: Scan): Promise<void> => {
    try {
      const said = await redeem(staffApi, code, people, name);
      setVerdict(said);
      tones.say(said.is);
    } catch (error) {
      notify.problem(error);
    } finally {
      void client.invalidateQueries({ queryKey: gateKey });
    }
  };
  const latest = useRef(ask);
  useLayoutEffect(() => {
    latest.current = ask;
  });
  // The next guest's code is read while the one before is being asked: none is lost. A camera reads the same one thirty times a second.
  const [turn] = useState(() =>
    inTurn<Scan>(
      (scan) => latest.current(scan),
      ({ code }) => codeOf(code).toUpperCase(),
      SEEN_MS,
    ),
  );
  const check = (code: string, people: number | null): void => {
    if (codeOf(code) === '') return;
    tones.wake();
    turn({ code, people });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const code = text;
    // A scanner types the next one at once: the field is empty for it.
    setText('');
    check(code, null);
  };
  // A scanner is a keyboard: whatever it types anywhere on the page belongs into the field.
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === '/' || document.querySelector('[role=dialog]')) return;
      // No code has a blank, and it presses the button that has the focus.
      if (event.key === ' ' || isTyping(event.target)) return;
      field.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const letOut = (ticket: GateTicket): void => {
    void act.run(() => staffApi.call('leave_pool', { p_qr_code: ticket.reference, p_people: 1, ...(name === '' ? {} : { p_gate: name }) })).then(() => client.invalidateQueries({ queryKey: gateKey }));
  };

  return (
    <div className={classes.gate}>
      <div className={classes.door}>
        <Inside gate={gate} />
        {canLetIn && (
          <form onSubmit={submit} className={classes.form}>
            <TextInput
              ref={field}
              size="lg"
              label={t.gate.code}
              description={t.gate.codeHint}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={500}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
              autoFocus
            />
            <Button type="submit" size="lg" disabled={text.trim() === ''}>
              {t.gate.check}
            </Button>
            <Button type="button" variant="default" size="lg" leftSection={<CameraIcon />} onClick={() => setCamera(!isCamera)}>
              {isCamera ? t.gate.cameraOff : t.gate.camera}
            </Button>
          </form>
        )}
        {isCamera && (
          <Suspense fallback={<Loading />}>
            <Camera onCode={(code) => check(code, null)} />
          </Suspense>
        )}
        <div aria-live="assertive">{verdict && <Sign key={JSON.stringify(verdict)} verdict={verdict} gate={gate} />}</div>
        <TextInput size="sm" mt="md" label={t.gate.name} maxLength={50} dir="auto" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Last gate={gate} />
      </div>
      <Tickets gate={gate} canLetIn={canLetIn} busy={act.busy} onIn={(ticket, people) => check(ticket.reference, people)} onOut={letOut} />
    </div>
  );
}

function Inside({ gate }: { gate: Gate }) {
  const { t } = useSay();
  const all = gate.inside + gate.members;
  const isFull = gate.capacity !== null && all >= gate.capacity;
  return (
    <section className={classes.inside} data-full={isFull || undefined} aria-label={t.gate.title}>
      <div className={classes.count}>
        {all}
        {gate.capacity !== null && <small> / {gate.capacity}</small>}
      </div>
      <div>
        <Text fw={650}>{gate.capacity === null ? t.gate.inside(all) : t.gate.insideOf(all, gate.capacity)}</Text>
        {gate.members > 0 && <Text c="dimmed">{t.gate.members(gate.members)}</Text>}
        {isFull && <Text fw={700}>⚠ {t.gate.full}</Text>}
        {gate.capacity === null && <Text c="dimmed">{t.gate.closed}</Text>}
      </div>
      {gate.capacity !== null && <progress className={classes.bar} max={gate.capacity} value={Math.min(all, gate.capacity)} aria-label={t.gate.insideOf(all, gate.capacity)} />}
    </section>
  );
}

function Sign({ verdict, gate }: { verdict: Verdict; gate: Gate }) {
  const { t, locale } = useSay();
  const when = (instant: string): string => (dayIn(gate.timezone, Date.parse(instant)) === gate.date ? t.gate.at(clockTime(instant, gate.timezone, locale)) : dayTime(instant, gate.timezone, locale));
  if (verdict.is === 'unsure')
    return (
      <section className={classes.sign} data-is="unsure">
        <span className={classes.mark} aria-hidden="true">
          ?
        </span>
        <div>
          <strong>{t.gate.unsure}</strong>
          <p>{t.gate.unsureText}</p>
        </div>
      </section>
    );
  if (verdict.is === 'out')
    return (
      <section className={classes.sign} data-is="out">
        <span className={classes.mark} aria-hidden="true">
          ✕
        </span>
        <div>
          <strong>{t.gate.stop}</strong>
          <p>
            {verdict.reason === 'other' ? verdict.words : t.gate.reasons[verdict.reason]} {verdict.at !== undefined && when(verdict.at)}
          </p>
          <p className={classes.code}>{verdict.code.length > 40 ? `…${verdict.code.slice(-12)}` : verdict.code}</p>
        </div>
      </section>
    );
  const { answer } = verdict;
  return (
    <section className={classes.sign} data-is="in">
      <span className={classes.mark} aria-hidden="true">
        ✓
      </span>
      <div>
        <strong>{answer.kind === 'member' ? t.gate.member(answer.full_name ?? '') : t.gate.welcome(answer.people ?? 1)}</strong>
        <p dir="auto">{[answer.guest_name, answer.reference, answer.slot === undefined ? undefined : t.gate.slotNames[answer.slot]].filter((one) => one !== undefined && one !== null).join(' · ')}</p>
        {(answer.left ?? 0) > 0 && <p>{t.gate.leftToCome(answer.left ?? 0)}</p>}
        {(answer.balance ?? 0) > 0 && <p className={classes.owes}>⚠ {t.gate.owes(amountIn(answer.balance ?? 0, answer.currency ?? gate.currency, locale))}</p>}
      </div>
    </section>
  );
}

function Last({ gate }: { gate: Gate }) {
  const { t, locale } = useSay();
  if (gate.log.length === 0) return null;
  return (
    <section aria-labelledby="last">
      <Title order={2} size="h5" id="last" mt="md">
        {t.gate.last}
      </Title>
      <ul className={classes.log}>
        {gate.log.slice(0, 6).map((entry) => (
          <li key={`${entry.at}${entry.reference ?? ''}${entry.reason ?? ''}`}>
            <span>{clockTime(entry.at, gate.timezone, locale)}</span>
            <span>
              {entry.result === 'refused' ? '✕' : entry.result === 'left' ? '←' : '✓'} {t.gate.results[entry.result]}
            </span>
            <span>{entry.reference ?? '–'}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface TicketsProps {
  gate: Gate;
  canLetIn: boolean;
  busy: boolean;
  onIn: (ticket: GateTicket, people: number) => void;
  onOut: (ticket: GateTicket) => void;
}

function Tickets({ gate, canLetIn, busy, onIn, onOut }: TicketsProps) {
  const { t, locale } = useSay();
  const [text, setText] = useState('');
  const tickets = listed(gate.tickets, text);
  return (
    <section aria-labelledby="tickets">
      <Title order={2} size="h4" id="tickets">
        {t.gate.list}
      </Title>
      <TextInput my="xs" type="search" label={t.gate.listSearch} dir="auto" value={text} onChange={(event) => setText(event.currentTarget.value)} />
      {gate.tickets.length === 0 && (
        <Alert color="gray" variant="light">
          {t.gate.listEmpty}
        </Alert>
      )}
      <ul className={classes.tickets}>
        {tickets.slice(0, 200).map((ticket) => {
          const all = ticket.adults + ticket.children;
          const name = ticket.guest_name ?? ticket.reference;
          return (
            <li key={ticket.id} data-in={ticket.inside >= all || undefined}>
              <span className={classes.who}>
                <strong dir="auto">{name}</strong>
                <span className={classes.dim}>
                  {ticket.reference} · {t.gate.slotNames[ticket.slot]} · {t.gate.people(ticket.adults, ticket.children)}
                </span>
              </span>
              <span className={classes.marks}>
                {ticket.inside > 0 && (
                  <Badge variant="light" color="green">
                    ✓ {t.gate.in(ticket.inside, all)}
                  </Badge>
                )}
                {ticket.status === 'pending' && <Badge color="red">{t.gate.pay}</Badge>}
                {ticket.status !== 'pending' && ticket.balance > 0 && <Badge color="orange">{t.gate.owes(amountIn(ticket.balance, gate.currency, locale))}</Badge>}
              </span>
              {canLetIn && (
                <Group gap={4} wrap="nowrap">
                  {ticket.inside < all && (
                    <Button size="sm" disabled={busy} aria-label={t.gate.letIn(name)} onClick={() => onIn(ticket, all - ticket.inside)}>
                      {t.gate.letInShort}
                    </Button>
                  )}
                  {ticket.inside > 0 && (
                    <Button size="sm" variant="default" disabled={busy} aria-label={t.gate.letOut(name)} onClick={() => onOut(ticket)}>
                      {t.gate.letOutShort}
                    </Button>
                  )}
                </Group>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
