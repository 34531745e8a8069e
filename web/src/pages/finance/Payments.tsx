/* Every payment, newest first; ten thousand lines scroll as ten do. Giving money back is asked twice. */
import { ActionIcon, Badge, Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { digitsOf, readAmount, type Rights } from '@/data/desk';
import { hasMore, paymentsQuery, refreshFinance, type Method, type PaymentFilter, type PaymentRow } from '@/data/finance';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { isDay } from '@/lib/days';
import { uuid } from '@/lib/ids';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { UndoIcon } from '@/parts/icons';
import { useSay } from '@/texts';
import classes from './Finance.module.css';
import { TONES } from './tones';

const METHODS: readonly Method[] = ['cash', 'card', 'bank', 'online', 'voucher', 'credit'];

export function Payments({ rights }: { rights: Rights }) {
  const { t } = useSay();
  const { staffApi } = useServices();
  const [typed, setTyped] = useState<PaymentFilter>({ from: null, to: null, method: null, search: '' });
  const [filter] = useDebouncedValue(typed, 250);
  const client = useQueryClient();
  const payments = useQuery(paymentsQuery(staffApi, filter, null));
  const more = usePages(payments.data, (before) => client.fetchQuery({ ...paymentsQuery(staffApi, filter, before), staleTime: 0 }));
  const [returning, setReturning] = useState<PaymentRow | null>(null);
  const set = (with_: Partial<PaymentFilter>): void => setTyped((before) => ({ ...before, ...with_ }));
  const { rows } = more;
  return (
    <section aria-label={t.finance.views.payments}>
      <div className={classes.filters}>
        <TextInput type="search" label={t.finance.search} dir="auto" maxLength={100} value={typed.search} onChange={(event) => set({ search: event.currentTarget.value })} />
        <TextInput type="date" label={t.finance.from} value={typed.from ?? ''} onChange={(event) => set({ from: isDay(event.currentTarget.value) ? event.currentTarget.value : null })} />
        <TextInput type="date" label={t.finance.to} value={typed.to ?? ''} onChange={(event) => set({ to: isDay(event.currentTarget.value) ? event.currentTarget.value : null })} />
        <Select
          size="md"
          label={t.finance.method}
          placeholder={t.finance.allMethods}
          clearable
          data={METHODS.map((value) => ({ value, label: t.finance.methodNames[value] ?? value }))}
          value={typed.method}
          onChange={(value) => set({ method: METHODS.find((known) => known === value) ?? null })}
        />
      </div>
      {payments.isPending && <Loading />}
      {payments.isError && rows.length === 0 && <Problem error={payments.error} onRetry={() => void payments.refetch()} />}
      {payments.isSuccess && rows.length === 0 && (
        <Text c="dimmed" ta="center" py="lg">
          {t.finance.empty}
        </Text>
      )}
      <List rows={rows} rights={rights} onReturn={setReturning} more={more.hasMore} busy={more.busy} onMore={more.fetch} />
      {returning && <RefundDialog payment={returning} onClose={() => setReturning(null)} />}
    </section>
  );
}

/* The first page as it stands, and the ones below it that were asked for. Another first page (a filter, news) begins anew. */
function usePages(first: PaymentRow[] | undefined, fetch: (before: string) => Promise<PaymentRow[]>) {
  const act = useAct();
  const [below, setBelow] = useState<{ under: PaymentRow[] | undefined; pages: PaymentRow[][] }>({ under: first, pages: [] });
  const pages = below.under === first ? below.pages : [];
  const last = pages.at(-1) ?? first ?? [];
  return {
    rows: [...(first ?? []), ...pages.flat()],
    hasMore: hasMore(last),
    busy: act.busy,
    fetch: () => {
      const before = last.at(-1)?.at;
      if (before !== undefined) void act.run(async () => setBelow({ under: first, pages: [...pages, await fetch(before)] }));
    },
  };
}

interface ListProps {
  rows: readonly PaymentRow[];
  rights: Rights;
  more: boolean;
  busy: boolean;
  onMore: () => void;
  onReturn: (payment: PaymentRow) => void;
}

function List({ rows, rights, more, busy, onMore, onReturn }: ListProps) {
  const { t, locale } = useSay();
  const top = useRef<HTMLUListElement>(null);
  const [above, setAbove] = useState(0);
  useEffect(() => setAbove(top.current?.offsetTop ?? 0), []);
  const list = useWindowVirtualizer({ count: rows.length, estimateSize: () => 68, overscan: 8, scrollMargin: above, getItemKey: (index) => rows[index]?.id ?? index });
  const when = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
  return (
    <>
      <ul ref={top} className={classes.list} style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const amount = amountIn(row.amount, row.currency, locale);
          return (
            <li key={item.key} ref={list.measureElement} data-index={item.index} className={classes.line} style={{ transform: `translateY(${item.start - above}px)` }}>
              <span className={classes.who}>
                <strong dir="auto">{row.customer_name ?? (t.folio.kindNames[row.booking_type] || row.booking_type)}</strong>
                <span className={classes.dim}>
                  {[
                    when.format(new Date(row.at)),
                    t.folio.kindNames[row.booking_type] ?? row.booking_type,
                    row.booking_reference,
                    row.taken_by === null ? null : t.finance.takenBy(row.taken_by),
                    row.register,
                  ]
                    .filter((one) => one !== null)
                    .join(' · ')}
                </span>
              </span>
              <span className={classes.how}>
                {t.finance.methodNames[row.method]}
                {row.reference !== null && <span className={classes.dim}>{row.reference}</span>}
              </span>
              <span className={classes.marks}>
                <Badge variant="light" color={TONES[row.status] ?? 'gray'}>
                  {t.finance.statusNames[row.status]}
                </Badge>
                {row.dispute !== null && (
                  <Badge color="red">
                    ⚠ {t.finance.disputed}: {t.finance.statusNames[row.dispute]}
                  </Badge>
                )}
              </span>
              <span className={classes.amount}>
                <strong>{amount}</strong>
                {row.tip_amount > 0 && <span className={classes.dim}>{t.finance.tip(amountIn(row.tip_amount, row.currency, locale))}</span>}
                {row.refunded_amount > 0 && <span className={classes.dim}>{t.finance.back(amountIn(row.refunded_amount, row.currency, locale))}</span>}
              </span>
              {rights('payments', 'update') && row.refundable > 0 ? (
                <ActionIcon variant="default" aria-label={t.finance.refundNamed(amount, row.customer_name ?? '–')} title={t.finance.refund} onClick={() => onReturn(row)}>
                  <UndoIcon size={18} />
                </ActionIcon>
              ) : (
                <span />
              )}
            </li>
          );
        })}
      </ul>
      {more && (
        <Button variant="default" fullWidth loading={busy} onClick={onMore}>
          {t.finance.more}
        </Button>
      )}
    </>
  );
}

function RefundDialog({ payment, onClose }: { payment: PaymentRow; onClose: () => void }) {
  const { t, locale } = useSay();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const act = useAct();
  const { currency, refundable } = payment;
  const amount = (value: number): string => amountIn(value, currency, locale);
  const [text, setText] = useState(refundable.toFixed(digitsOf(currency)));
  const [reason, setReason] = useState('');
  const [asCredit, setAsCredit] = useState(payment.method === 'credit');
  const [isSure, setSure] = useState(false);
  const key = useRef(uuid());
  const given = readAmount(text, currency);
  const isTooMuch = given !== undefined && given > refundable;
  const canGive = given !== undefined && given > 0 && !isTooMuch && reason.trim() !== '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!canGive) return;
    if (!isSure) {
      setSure(true);
      return;
    }
    void act
      .run(() => staffApi.call('refund_payment', { p_payment_id: payment.id, p_amount: given, p_reason: reason.trim(), p_as_credit: asCredit, p_idempotency_key: key.current }))
      .then(async (isDone) => {
        await refreshFinance(client);
        if (!isDone) {
          setSure(false);
          return;
        }
        notify.good(t.finance.refunded(amount(given)));
        onClose();
      });
  };
  return (
    <Modal opened onClose={onClose} title={t.finance.refundTitle} centered closeButtonProps={{ 'aria-label': t.app.close }}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text>{t.finance.refundOf(amount(refundable))}</Text>
          <TextInput
            label={t.finance.amount}
            inputMode="decimal"
            autoComplete="off"
            value={text}
            error={given === undefined ? t.folio.amountBad : isTooMuch ? t.finance.refundTooMuch(amount(refundable)) : null}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setSure(false);
              key.current = uuid();
            }}
            data-autofocus
          />
          <TextInput label={t.finance.reason} required dir="auto" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <Checkbox label={t.finance.asCredit} checked={asCredit} onChange={(event) => setAsCredit(event.currentTarget.checked)} />
          {isSure && given !== undefined && (
            <Text role="alert" fw={650}>
              {t.finance.refundSure(amount(given), t.finance.methodNames[asCredit ? 'credit' : payment.method] ?? payment.method)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t.app.cancel}
            </Button>
            <Button type="submit" {...(isSure ? { color: 'red' } : {})} disabled={!canGive} loading={act.busy}>
              {isSure ? t.finance.refundYes : t.finance.refundAsk(given === undefined ? '–' : amount(given))}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
