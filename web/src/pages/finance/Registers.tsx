/* Cash registers: opened with a float, cash in and out, counted blind where one may not see the books, and the Z report that follows. */
import { Badge, Button, Group, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { booksFeed, refreshFinance, registersKey, registersQuery, type RegisterNow, type Report } from '@/data/finance';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useFeed } from '@/hooks/useFeed';
import { amountIn } from '@/lib/amounts';
import { clock } from '@/lib/clock';
import { readAmount } from '@/lib/decimals';
import { shortDay } from '@/lib/days';
import { momentOf } from '@/lib/format';
import { wishKeys } from '@/lib/ids';
import { Dialog } from '@/parts/Dialog';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { useSay } from '@/texts';
import type { BookProps } from './books';
import classes from './Finance.module.css';
import { ZReport } from './ZReport';

type Doing = { what: 'open' | 'count' | 'move'; register: RegisterNow };

export function Registers({ rights, organization, timezone }: BookProps) {
  const { t, locale } = useSay();
  const { staffApi, staff } = useServices();
  const registers = useQuery(registersQuery(staffApi));
  useFeed(booksFeed(registersKey, organization, ['register_shifts', 'payments', 'refunds']), staff.bearer);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  if (!registers.data) return registers.isError ? <Problem error={registers.error} onRetry={() => void registers.refetch()} /> : <Loading />;
  const { currency } = registers.data;
  const amount = (value: number): string => amountIn(value, currency, locale);
  const canWrite = rights('payments', 'create');
  const close = (): void => setDoing(null);
  return (
    <section aria-label={t.finance.views.registers}>
      {registers.data.registers.length === 0 && (
        <Text c="dimmed" ta="center" py="lg">
          {t.finance.registersEmpty}
        </Text>
      )}
      <div className={classes.cards}>
        {registers.data.registers.map((register) => (
          <article key={register.id} className={classes.card} aria-label={register.name}>
            <Group justify="space-between">
              <Title order={2} size="h4" dir="auto">
                {register.name}
              </Title>
              <Badge color={register.open ? 'green' : 'gray'} variant="light">
                {register.open ? `● ${t.finance.statusNames['open']}` : t.finance.closedNow}
              </Badge>
            </Group>
            {register.open ? (
              <>
                <Text c="dimmed">{t.finance.opened(register.open.opened_by ?? '–', momentOf(register.open.opened_at, timezone, locale, clock.now()))}</Text>
                <dl className={classes.sums}>
                  <dt>{t.finance.float}</dt>
                  <dd>{amount(register.open.float_amount)}</dd>
                  {register.open.expected !== null && (
                    <>
                      <dt>{t.finance.expected}</dt>
                      <dd className={classes.big}>{amount(register.open.expected)}</dd>
                    </>
                  )}
                </dl>
                {canWrite && (
                  <Group gap="xs">
                    <Button aria-label={t.finance.countNamed(register.name)} onClick={() => setDoing({ what: 'count', register })}>
                      {t.finance.count}
                    </Button>
                    <Button variant="default" aria-label={t.finance.moveNamed(register.name)} onClick={() => setDoing({ what: 'move', register })}>
                      {t.finance.move}
                    </Button>
                  </Group>
                )}
              </>
            ) : (
              <>
                {register.last && (
                  <Text c="dimmed">
                    {t.finance.lastCount(register.last.number, shortDay(register.last.business_date, locale))}
                    {register.last.difference !== null && ` · ${t.finance.difference} ${amount(register.last.difference)}`}
                  </Text>
                )}
                {canWrite && register.is_active && (
                  <Button aria-label={t.finance.openNamed(register.name)} onClick={() => setDoing({ what: 'open', register })}>
                    {t.finance.open}
                  </Button>
                )}
              </>
            )}
          </article>
        ))}
      </div>
      {report && <ZReport report={report} />}
      {doing?.what === 'open' && <Opening register={doing.register} currency={currency} onClose={close} />}
      {doing?.what === 'count' && (
        <Counting
          register={doing.register}
          currency={currency}
          onClose={close}
          onReport={(z) => {
            setReport(z);
            close();
          }}
        />
      )}
      {doing?.what === 'move' && <Moving register={doing.register} currency={currency} onClose={close} />}
    </section>
  );
}

interface DialogProps {
  register: RegisterNow;
  currency: string;
  onClose: () => void;
}

function Ask({
  title,
  ask,
  canSave,
  work,
  onDone,
  onClose,
  children,
}: {
  title: string;
  ask: string;
  canSave: boolean;
  work: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useSay();
  const client = useQueryClient();
  const act = useAct();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!canSave) return;
    void act.run(work).then(async (isDone) => {
      await refreshFinance(client);
      if (isDone) onDone();
    });
  };
  return (
    <Dialog onClose={onClose} title={title}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t.app.cancel}
            </Button>
            <Button type="submit" disabled={!canSave} loading={act.busy}>
              {ask}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function AmountField({ label, description, text, currency, onText }: { label: string; description?: string; text: string; currency: string; onText: (text: string) => void }) {
  const { t } = useSay();
  return (
    <TextInput
      label={label}
      {...(description === undefined ? {} : { description })}
      inputMode="decimal"
      autoComplete="off"
      value={text}
      error={text.trim() !== '' && readAmount(text, currency) === undefined ? t.folio.amountBad : null}
      onChange={(event) => onText(event.currentTarget.value)}
      data-autofocus
    />
  );
}

function Opening({ register, currency, onClose }: DialogProps) {
  const { t } = useSay();
  const { staffApi } = useServices();
  const [text, setText] = useState('');
  const float = text.trim() === '' ? 0 : readAmount(text, currency);
  return (
    <Ask
      title={t.finance.openTitle(register.name)}
      ask={t.finance.open}
      canSave={float !== undefined}
      work={() => staffApi.call('open_register', { p_register_id: register.id, p_float_amount: float ?? 0 })}
      onDone={onClose}
      onClose={onClose}
    >
      <AmountField label={t.finance.floatLabel} text={text} currency={currency} onText={setText} />
    </Ask>
  );
}

function Counting({ register, currency, onClose, onReport }: DialogProps & { onReport: (report: Report) => void }) {
  const { t } = useSay();
  const { staffApi } = useServices();
  const [text, setText] = useState('');
  const [note, setNote] = useState('');
  const answer = useRef<Report | null>(null);
  const counted = readAmount(text, currency);
  const shift = register.open?.shift_id ?? '';
  return (
    <Ask
      title={t.finance.countTitle(register.name)}
      ask={t.finance.countAsk}
      canSave={counted !== undefined}
      work={async () => {
        answer.current = await staffApi.call('close_register', { p_shift_id: shift, p_counted_amount: counted ?? 0, ...(note.trim() === '' ? {} : { p_note: note.trim() }) });
      }}
      onDone={() => answer.current && onReport(answer.current)}
      onClose={onClose}
    >
      <AmountField label={t.finance.counted} description={t.finance.countHint} text={text} currency={currency} onText={setText} />
      <TextInput label={t.finance.note} dir="auto" maxLength={1000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
    </Ask>
  );
}

const KINDS = ['paid_in', 'paid_out', 'dropped'] as const;

function Moving({ register, currency, onClose }: DialogProps) {
  const { t } = useSay();
  const { staffApi } = useServices();
  const notify = useNotify();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('paid_out');
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const [keyOf] = useState(wishKeys);
  const moved = readAmount(text, currency);
  const shift = register.open?.shift_id ?? '';
  return (
    <Ask
      title={t.finance.moveTitle(register.name)}
      ask={t.finance.moveSave}
      canSave={moved !== undefined && moved > 0 && (kind !== 'paid_out' || reason.trim() !== '')}
      work={() => {
        const wish = { p_shift_id: shift, p_kind: kind, p_amount: moved ?? 0, ...(reason.trim() === '' ? {} : { p_reason: reason.trim() }) };
        return staffApi.call('move_cash', { ...wish, p_idempotency_key: keyOf(wish) });
      }}
      onDone={() => {
        notify.good(t.finance.moved);
        onClose();
      }}
      onClose={onClose}
    >
      <SegmentedControl aria-label={t.finance.kind} value={kind} onChange={setKind} data={KINDS.map((value) => ({ value, label: t.finance.kinds[value] }))} />
      <AmountField label={t.finance.amount} text={text} currency={currency} onText={setText} />
      <TextInput label={t.finance.moveFor} required={kind === 'paid_out'} dir="auto" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </Ask>
  );
}
